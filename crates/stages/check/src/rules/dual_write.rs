//! A path writes a store and publishes to a broker, and nothing holds the two together.
//!
//! **Why.** A crash between the two leaves a row without its message or a message without its row. Retrying
//! repeats one of them.
//!
//! **Remedy.** Store the message in the same transaction (an outbox) and publish it from there:
//! `transaction: outbox`.
//!
//! **When it is wrong.** The message is a hint whose loss does no harm: make the publish step `background`
//! and say so in its `note`.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   mailer: {kind: worker, technology: rust}
//!   db: {kind: store, technology: postgresql}
//!   bus: {kind: broker, technology: rabbitmq}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//!   api-bus: {from: api, to: bus, mode: async}
//!   bus-mailer: {from: bus, to: mailer, mode: async}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy:
//!     transaction: local
//!     steps: [{on: api, work: request}, {on: db, work: insert, table: orders}, {on: bus, work: publish}]
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   mailer: {kind: worker, technology: rust}
//!   db: {kind: store, technology: postgresql}
//!   bus: {kind: broker, technology: rabbitmq}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//!   api-bus: {from: api, to: bus, mode: async}
//!   bus-mailer: {from: bus, to: mailer, mode: async}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   buy:
//!     transaction: outbox
//!     steps: [{on: api, work: request}, {on: db, work: insert, table: orders}, {on: bus, work: publish}]
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        let through_outbox = run.path.transaction == Some(Transaction::Outbox)
            || run.visits.iter().any(|v| {
                facts
                    .table_of(v.step)
                    .is_some_and(|(_, t)| t.kind == TableKind::Outbox)
            });
        let publish = run.visits.iter().find(|v| {
            let hint = v.step.background && v.step.note.is_some();
            v.step.work == Work::Publish
                && !hint
                && facts.kind(&v.step.on) == Some(ComponentKind::Broker)
        });
        let Some(publish) = publish.filter(|_| !through_outbox) else {
            continue;
        };
        let write = run.visits.iter().find(|v| {
            v.step.work.writes()
                && v.caller == publish.caller
                && facts.kind(&v.step.on) == Some(ComponentKind::Store)
        });
        let Some(write) = write else { continue };
        report
            .add(
                format!("paths.{}", run.id),
                format!("{} writes {} and publishes to {}, one without the other where it stops between", run.id, write.step.on, publish.step.on),
                "a crash leaves a row without its message, or a message without its row",
                format!("store the message with the row and publish it from there: `transaction: outbox` at `paths.{}`", run.id),
            )
            .at(format!("paths.{}.transaction", run.id))
            .with(run.place(write.index), "the write")
            .with(run.place(publish.index), "the message");
    }
}
