//! A table with columns and no primary key.
//!
//! **Why.** A row cannot be named, so it cannot be changed or deleted alone; replication of changes and
//! repeats of inserts have nothing to go by.
//!
//! **Remedy.** Write `primary_key`.
//!
//! **When it is wrong.** Rows are only ever added and read in bulk, and the store wants no key.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   visits: {store: db, columns: {at: {type: timestamp}, page: {type: text}}}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   visits: {store: db, columns: {id: {type: uuid}, at: {type: timestamp}}, primary_key: [id]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let keyed = !matches!(table.kind, TableKind::Bucket | TableKind::CacheEntries);
        if !keyed || table.columns.is_empty() || !table.primary_key.is_empty() {
            continue;
        }
        report
            .add(
                format!("data.{id}"),
                format!(
                    "{id} has {} columns and no primary key",
                    table.columns.len()
                ),
                "a single row cannot be named, changed or recognised as a repeat",
                format!("write `data.{id}.primary_key`, for example `[id]` with a column `id`"),
            )
            .at(format!("data.{id}.primary_key"));
    }
}
