//! A durable operation is acknowledged before its work is safe.
//!
//! That is: it answers `on-receipt`; or it writes several tables with `transaction: none`; or nothing may be lost (`recovery_point: 0 s`), and the store that it
//! writes copies itself only afterwards (asynchronous replication).
//!
//! **Why.** The client was told that it is done, forgets it, and the crash of one machine loses it.
//!
//! **Remedy.** `acknowledge: after-commit`, or `after-enqueue` with a durable queue; `replication: {mode: synchronous}`.
//!
//! **When it is wrong.** A loss is acceptable: take `durable` from the operation, or raise `recovery_point`.
//!
//! ```yaml bad
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {operations: {record: {durable: true}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! data:
//!   scans: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   record:
//!     acknowledge: on-receipt
//!     steps: [{on: api, work: request}, {on: db, work: insert, table: scans}]
//! ```
//! ```yaml good
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {operations: {record: {durable: true}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! data:
//!   scans: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! paths:
//!   record:
//!     acknowledge: after-commit
//!     steps: [{on: api, work: request}, {on: db, work: insert, table: scans}]
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let nothing_lost = facts
        .brief
        .targets
        .as_ref()
        .and_then(|t| t.recovery_point)
        .is_some_and(|p| p.0 == 0.0);
    for run in &facts.runs {
        if !run.operation.is_some_and(|o| o.durable) {
            continue;
        }
        let id = run.id;
        if run.path.acknowledge == Some(Acknowledge::OnReceipt) {
            report
                .add(
                    format!("paths.{id}"),
                    format!("{id} is durable and is acknowledged on receipt"),
                    "a crash loses what the client believes is done",
                    format!("write `acknowledge: after-commit` at `paths.{id}`"),
                )
                .at(format!("paths.{id}.acknowledge"));
            continue;
        }
        let written: std::collections::BTreeSet<&str> = run
            .visits
            .iter()
            .filter(|v| v.waited && v.step.work.writes())
            .filter_map(|v| v.step.table.as_deref())
            .collect();
        if run.path.transaction == Some(Transaction::None) && written.len() > 1 {
            let tables: Vec<&str> = written.into_iter().collect();
            report
                .add(
                    format!("paths.{id}"),
                    format!("{id} is durable, writes {} and has `transaction: none`", list(&tables)),
                    "a crash between two writes leaves one without the other, and the client may be told that all is done",
                    format!("write `transaction: local` or `outbox` at `paths.{id}`"),
                )
                .at(format!("paths.{id}.transaction"));
            continue;
        }
        let late = run
            .visits
            .iter()
            .filter(|v| v.waited && v.step.work.writes())
            .find(|v| {
                facts.component(&v.step.on).is_some_and(|c| {
                    c.kind == ComponentKind::Store
                        && c.replication
                            .as_ref()
                            .is_some_and(|r| r.mode == ReplicationMode::Asynchronous)
                })
            });
        if let Some(visit) = late.filter(|_| nothing_lost) {
            let store = &visit.step.on;
            report
                .add(
                    format!("paths.{id}"),
                    format!("{id} may lose nothing, and {store} copies what it wrote only afterwards"),
                    format!("when the primary of {store} is lost, so are the last writes that were acknowledged"),
                    format!("write `mode: synchronous` or `quorum` at `components.{store}.replication`, or raise `targets.recovery_point`"),
                )
                .at(format!("components.{store}.replication"))
                .with(format!("components.{store}"), "replicates asynchronously");
        }
    }
}
