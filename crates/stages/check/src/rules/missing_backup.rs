//! The brief says how much may be lost, and a store that keeps tables has no backup.
//!
//! **Why.** Replicas copy a wrong delete within milliseconds. Only a backup brings rows back.
//!
//! **Remedy.** Write `backup` with `every`, `keep` and a rehearsed restore (`drill`).
//!
//! **When it is wrong.** All its tables can be rebuilt from others: give them kind `projection` or
//! `cache-entries`.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., targets: {recovery_point: 5 min}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., targets: {recovery_point: 5 min}}
//! components:
//!   db: {kind: store, technology: postgresql, backup: {every: 1 day, keep: 30 days, point_in_time: true}}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Operation;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(point) = facts.brief.targets.as_ref().and_then(|t| t.recovery_point) else {
        return;
    };
    for (id, component) in &facts.arch.components {
        let keeps = matches!(
            component.kind,
            ComponentKind::Store | ComponentKind::ObjectStore
        );
        let lasting = facts.tables_in(id).find(|(_, t)| {
            matches!(
                t.kind,
                TableKind::Table | TableKind::Queue | TableKind::Outbox | TableKind::Bucket
            )
        });
        let Some((table, _)) = lasting.filter(|_| keeps && component.backup.is_none()) else {
            continue;
        };
        report
            .add(
                format!("components.{id}"),
                format!("{id} keeps {table} and has no backup, and at most {point} of work may be lost"),
                "a replica repeats a wrong delete; only a backup brings the rows back",
                format!("write `components.{id}.backup: {{every: 1 day, keep: 30 days, point_in_time: true, drill: 90 days}}`"),
            )
            .at(format!("components.{id}.backup"));
    }
}
