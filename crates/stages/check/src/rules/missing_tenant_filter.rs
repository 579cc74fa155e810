//! A path finds rows of a table that several tenants share without the tenant's column.
//!
//! **Why.** One wrong identifier in a request shows one customer the rows of another.
//!
//! **Remedy.** Add the tenant's column to the step's `by`, and to the key or index behind it.
//!
//! **When it is wrong.** The operation is for staff who see all tenants; or the store itself filters rows,
//! which a mechanism of kind `tenant-isolation` that names the table, or uses nothing in particular, says;
//! or a policy of the operation checks the row that was found.
//!
//! ```yaml bad
//! brief: {name: crm, purpose: Keeps contacts., domain: {operations: {show: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   notes:
//!     store: db
//!     columns: {id: {type: uuid}, org: {type: uuid}}
//!     primary_key: [id]
//!     tenant: org
//! paths:
//!   show: {steps: [{on: db, work: point-read, table: notes, by: [id]}]}
//! ```
//! ```yaml good
//! brief: {name: crm, purpose: Keeps contacts., domain: {operations: {show: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   notes:
//!     store: db
//!     columns: {id: {type: uuid}, org: {type: uuid}}
//!     primary_key: [id]
//!     tenant: org
//! paths:
//!   show: {steps: [{on: db, work: point-read, table: notes, by: [org, id]}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Security;

use crate::access::is_access;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        // What runs by itself, and what only staff may start, is not on behalf of one tenant.
        let by_tenant = run.operation.is_none_or(|o| {
            matches!(o.trigger, Trigger::Request | Trigger::Subscription)
                && o.policies.is_empty()
                && (o.actors.is_empty()
                    || o.actors.iter().any(|a| {
                        facts
                            .domain
                            .actors
                            .get(&**a)
                            .is_none_or(|a| a.kind != ActorKind::Staff)
                    }))
        });
        if !by_tenant {
            continue;
        }
        for visit in run.visits.iter().filter(|v| is_access(v.step)) {
            let Some((id, table)) = facts.table_of(visit.step) else {
                continue;
            };
            let Some(tenant) = &table.tenant else {
                continue;
            };
            if visit.step.by.contains(tenant) || isolated(facts, id) {
                continue;
            }
            report
                .add(
                    run.place(visit.index),
                    format!("{} finds rows of {id} by {}, whosever they are", run.id, list(&visit.step.by)),
                    "a wrong identifier shows one tenant the rows of another",
                    format!("add {tenant} to `{}.by`, or name {id} in a mechanism of kind `tenant-isolation`", run.place(visit.index)),
                )
                .at(format!("{}.by", run.place(visit.index)))
                .with(format!("data.{id}.tenant"), "what keeps tenants apart");
        }
    }
}

fn isolated(facts: &Facts<'_>, table: &str) -> bool {
    facts.arch.mechanisms.values().any(|m| {
        m.kind == Some(MechanismKind::TenantIsolation)
            && (m.uses.is_empty()
                || m.uses
                    .iter()
                    .any(|u| u.strip_prefix("data.").is_some_and(|u| u == table)))
    })
}
