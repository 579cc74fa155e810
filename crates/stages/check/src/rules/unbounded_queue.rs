//! A queue, outbox or broker that is filled and that nothing empties.
//!
//! **Why.** It grows until the disk is full, and then the operations that fill it fail.
//!
//! **Remedy.** Write the path that works it off (`work: dequeue`, or `consume`), or give it a retention.
//!
//! **When it is wrong.** Another system takes the entries: model it, and its relation.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! data:
//!   mails: {store: db, kind: queue, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: db, work: insert, table: mails}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}, send: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   mailer: {kind: worker, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//!   mailer-db: {from: mailer, to: db, timeout: 500 ms, dead_letter: {after: 5}}
//! data:
//!   mails: {store: db, kind: queue, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: db, work: insert, table: mails}]}
//!   send: {steps: [{on: mailer, work: compute}, {on: db, work: dequeue, table: mails}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let queue = matches!(table.kind, TableKind::Queue | TableKind::Outbox);
        let steps = facts.steps_on(id);
        let filled = steps.iter().find(|(_, v)| v.step.work == Work::Insert);
        let emptied = table.retention.is_some()
            || steps
                .iter()
                .any(|(_, v)| matches!(v.step.work, Work::Dequeue | Work::Delete));
        let Some((run, _)) = filled.filter(|_| queue && !emptied) else {
            continue;
        };
        report
            .add(
                format!("data.{id}"),
                format!("{} fills {id}, and no path empties it", run.id),
                format!("{id} grows until the disk of {} is full", table.store),
                format!("write the path whose step has `work: dequeue` and `table: {id}`, or `data.{id}.retention`"),
            )
            .with(format!("paths.{}", run.id), "fills it");
    }
    for (id, _) in facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Broker)
    {
        let publishers = facts.runs.iter().flat_map(|r| &r.visits);
        let published = publishers
            .clone()
            .find(|v| v.step.on == *id.as_str() && v.step.work == Work::Publish);
        let Some(publisher) = published.and_then(|v| v.caller) else {
            continue;
        };
        let consumed = !facts.relations_from(id).is_empty()
            || publishers
                .clone()
                .any(|v| v.step.on == *id.as_str() && v.step.work == Work::Consume)
            || facts
                .relations_to(id)
                .iter()
                .any(|(_, r)| r.from != *publisher && !facts.publishes(&r.from, id));
        if consumed {
            continue;
        }
        report.add(
            format!("components.{id}"),
            format!("{publisher} publishes to {id}, and nothing consumes from it"),
            format!("{id} grows until it is full, or the messages are thrown away"),
            format!("add the relation from {id} to its consumer, or remove {id}"),
        );
    }
}
