//! A broker between one sender and one receiver at a low rate, beside a store that works as a queue.
//!
//! Low is up to 100 messages a second at the peak. The store must let workers skip rows that others hold.
//!
//! **Why.** A table in the store is filled in the same transaction as the rows, needs no outbox and nothing
//! more to run.
//!
//! **Remedy.** Use a table of kind `queue` in the store, and remove the broker.
//!
//! **When it is wrong.** More receivers are decided already, or devices speak its protocol.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {rate: 5/s}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   mailer: {kind: worker, technology: rust}
//!   db: {kind: store, technology: postgresql}
//!   bus: {kind: broker, technology: rabbitmq}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//!   api-bus: {from: api, to: bus, mode: async}
//!   bus-mailer: {from: bus, to: mailer, mode: async}
//! paths:
//!   buy: {transaction: outbox, steps: [{on: api, work: request}, {on: db, work: insert}, {on: bus, work: publish}]}
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {rate: 5/s}, send: {}}}}
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

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Simplicity;

use std::collections::BTreeSet;

/// Messages per second at the peak up to which a table does.
const LOW: f64 = 100.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut stores = facts.arch.components.iter().filter(|(id, c)| {
        c.kind == ComponentKind::Store && facts.has(id, knowledge::Capability::SkipLocked)
    });
    let Some((store, _)) = stores.next() else {
        return;
    };
    for (id, _) in facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Broker)
    {
        let around = facts.relations_to(id).iter().map(|(_, r)| &*r.from);
        let around: BTreeSet<&str> = around
            .chain(facts.relations_from(id).iter().map(|(_, r)| &*r.to))
            .collect();
        let senders: BTreeSet<&str> = around
            .iter()
            .copied()
            .filter(|c| facts.publishes(c, id))
            .collect();
        let ours = around.iter().all(|c| facts.is_runtime(c));
        let Some(rate) = facts.peak_on(id).filter(|rate| *rate > 0.0 && *rate <= LOW) else {
            continue;
        };
        let (Some(sender), 1, 2, true) = (senders.first(), senders.len(), around.len(), ours)
        else {
            continue;
        };
        let receiver = around
            .iter()
            .find(|c| *c != sender)
            .copied()
            .unwrap_or_default();
        report
            .add(
                format!("components.{id}"),
                format!("{id} carries {}/s at the peak from {sender} to {receiver} alone, and {store} works as a queue", number(rate)),
                format!("a table of {store} is filled in one transaction with the rows, and nothing more is to run"),
                format!("replace {id} by a table with `kind: queue` and `store: {store}`"),
            )
            .inferred();
    }
}
