//! A table that is written by code of two contexts, in two components.
//!
//! **Why.** Neither can rely on what it wrote, and the table can be changed only when both agree. The
//! rules of the data live in two places and drift apart.
//!
//! **Remedy.** Let one context own the table. The other one calls it, or sends it an event.
//!
//! **When it is wrong.** Both components run code of the owning context: say so in `contexts`.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}, ship: {}}}}
//! contexts: {sales: {}, shipping: {}}
//! components:
//!   sales: {kind: service, technology: rust, contexts: [sales]}
//!   shipping: {kind: worker, technology: rust, contexts: [shipping]}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   sales-db: {from: sales, to: db, timeout: 500 ms}
//!   shipping-db: {from: shipping, to: db, timeout: 500 ms}
//! data:
//!   orders: {store: db, context: sales, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy: {steps: [{on: sales, work: request}, {on: db, work: insert, table: orders}]}
//!   ship: {steps: [{on: shipping, work: compute}, {on: db, work: update, table: orders, by: [id]}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}, ship: {}}}}
//! contexts: {sales: {}, shipping: {}}
//! components:
//!   sales: {kind: service, technology: rust, contexts: [sales]}
//!   shipping: {kind: worker, technology: rust, contexts: [shipping]}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   sales-db: {from: sales, to: db, timeout: 500 ms}
//!   shipping-db: {from: shipping, to: db, timeout: 500 ms}
//! data:
//!   orders: {store: db, context: sales, columns: {id: {type: uuid}}, primary_key: [id]}
//!   shipments: {store: db, context: shipping, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy: {steps: [{on: sales, work: request}, {on: db, work: insert, table: orders}]}
//!   ship: {steps: [{on: shipping, work: compute}, {on: db, work: insert, table: shipments}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        // Queues and outboxes are made to be written by one side and emptied by another.
        if matches!(
            table.kind,
            TableKind::Queue | TableKind::Outbox | TableKind::CacheEntries
        ) {
            continue;
        }
        // What belongs to no entity and no context is plumbing (keys of repeats, locks).
        if table.context.is_none() && table.entity.is_none() {
            continue;
        }
        let mut writers: Vec<(&str, &[ContextId], &str)> = Vec::new();
        for (run, visit) in facts.steps_on(id) {
            let Some(caller) = visit.caller.filter(|_| visit.step.work.writes()) else {
                continue;
            };
            let contexts = facts
                .component(caller)
                .map_or(&[][..], |c| c.contexts.as_slice());
            if !contexts.is_empty() && !writers.iter().any(|(known, _, _)| *known == caller) {
                writers.push((caller, contexts, run.id));
            }
        }
        let stranger = writers
            .iter()
            .find_map(|(writer, contexts, run)| match &table.context {
                Some(owner) if !contexts.contains(owner) => {
                    Some((*writer, *run, format!("context {owner}")))
                }
                Some(_) => None,
                None => writers
                    .iter()
                    .find(|(_, other, _)| !other.iter().any(|c| contexts.contains(c)))
                    .map(|(other, _, _)| (*writer, *run, format!("{other} writes too"))),
            });
        let Some((writer, run, owner)) = stranger else {
            continue;
        };
        let whose = match &table.context {
            Some(_) => format!("{id} belongs to {owner}, and {writer} writes it in {run}"),
            None => {
                format!("{writer} writes {id} in {run}, which {owner}, and they share no context")
            }
        };
        report
            .add(
                format!("data.{id}"),
                whose,
                "its rules live in two places, and neither side can change it alone",
                format!("let {writer} call the owner of {id} or send it an event, or give {writer} the owner's context"),
            )
            .with(format!("components.{writer}"), format!("writes it in {run}"));
    }
}
