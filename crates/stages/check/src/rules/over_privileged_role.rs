//! A database role may do with a table what no path of its component does.
//!
//! **Why.** Whoever takes over the component gets what the role may do, not what the code does.
//!
//! **Remedy.** Remove the privilege from `security.roles`.
//!
//! **When it is wrong.** A path is missing: write down the operation that needs it.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! data:
//!   goods: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   look: {steps: [{on: api, work: request}, {on: db, work: point-read, table: goods, by: [id]}]}
//! security:
//!   identities: {api: {authentication: password, component: api, roles: [reader]}}
//!   roles: {reader: {tables: [{table: goods, may: [select, delete]}]}}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! data:
//!   goods: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   look: {steps: [{on: api, work: request}, {on: db, work: point-read, table: goods, by: [id]}]}
//! security:
//!   identities: {api: {authentication: password, component: api, roles: [reader]}}
//!   roles: {reader: {tables: [{table: goods, may: [select]}]}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Security;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let security = &facts.arch.security;
    let mut used: BTreeMap<&str, BTreeSet<(&str, Privilege)>> = BTreeMap::new();
    if security.roles.values().all(|r| r.tables.is_empty()) {
        return;
    }
    for visit in facts.runs.iter().flat_map(|r| &r.visits) {
        if let (Some(caller), Some((table, _))) = (visit.caller, facts.table_of(visit.step)) {
            let all = used.entry(caller).or_default();
            all.extend(needs(visit.step.work).iter().map(|p| (table, *p)));
        }
    }
    // What cannot be handled is laid aside by the one who could not.
    for relation in facts.arch.relations.values() {
        let table = relation.dead_letter.as_ref().and_then(|d| d.table.as_ref());
        if let (Some(table), Some(all)) = (table, used.get_mut(&*relation.from)) {
            all.extend([(&**table, Privilege::Insert), (&**table, Privilege::Select)]);
        }
    }
    for (id, role) in &security.roles {
        let holders: Vec<&str> = security
            .identities
            .values()
            .filter(|i| i.roles.iter().any(|r| **r == *id.as_str()))
            .filter_map(|i| i.component.as_deref())
            .collect();
        // A component without any path says nothing about what it needs.
        if holders.is_empty() || holders.iter().any(|h| !used.contains_key(h)) {
            continue;
        }
        for (at, grant) in role.tables.iter().enumerate() {
            let spare: Vec<&str> = grant
                .may
                .iter()
                .filter(|p| {
                    !holders
                        .iter()
                        .any(|h| used[h].contains(&(&*grant.table, **p)))
                })
                .map(|p| privilege(*p))
                .collect();
            if spare.is_empty() {
                continue;
            }
            report
                .add(
                    format!("security.roles.{id}.tables[{at}]"),
                    format!(
                        "{id} may {} {}, and no path of {} does",
                        list(&spare),
                        grant.table,
                        list(&holders)
                    ),
                    format!("whoever takes over {} can do it", list(&holders)),
                    format!(
                        "remove {} from `security.roles.{id}.tables[{at}].may`",
                        list(&spare)
                    ),
                )
                .at(format!("security.roles.{id}.tables[{at}].may"));
        }
    }
}

fn needs(work: Work) -> &'static [Privilege] {
    match work {
        Work::Insert => &[Privilege::Insert, Privilege::Select],
        Work::Update => &[Privilege::Update, Privilege::Select],
        Work::Delete => &[Privilege::Delete, Privilege::Select],
        Work::Dequeue => &[Privilege::Select, Privilege::Update, Privilege::Delete],
        work if work.reads_rows() || work == Work::TextSearch => &[Privilege::Select],
        _ => &[],
    }
}

fn privilege(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::Select => "select",
        Privilege::Insert => "insert",
        Privilege::Update => "update",
        Privilege::Delete => "delete",
    }
}
