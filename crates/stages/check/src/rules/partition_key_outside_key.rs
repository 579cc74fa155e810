//! A partitioned table whose primary key or unique key lacks a column of the partition.
//!
//! **Why.** Uniqueness is kept within each partition. A store that enforces keys refuses the table, one that
//! does not lets duplicates in.
//!
//! **Remedy.** Add the partition's columns to the key, or partition by a column of the key.
//!
//! **When it is wrong.** The store keeps keys unique across partitions by an index over all of them.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {id: {type: uuid}, at: {type: timestamp}}
//!     primary_key: [id]
//!     partition: {by: range, columns: [at], every: 1 month}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {id: {type: uuid}, at: {type: timestamp}}
//!     primary_key: [id, at]
//!     partition: {by: range, columns: [at], every: 1 month}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Data;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let Some(partition) = &table.partition else {
            continue;
        };
        let primary = (!table.primary_key.is_empty())
            .then_some(("primary_key".to_string(), &table.primary_key));
        let unique = table
            .unique
            .iter()
            .map(|(name, u)| (format!("unique.{name}"), &u.columns));
        for (key, columns) in primary.into_iter().chain(unique) {
            let missing: Vec<&str> = partition
                .columns
                .iter()
                .filter(|c| !columns.contains(c))
                .map(String::as_str)
                .collect();
            if missing.is_empty() {
                continue;
            }
            report
                .add(
                    format!("data.{id}"),
                    format!(
                        "{id} is partitioned by {}, and `{key}` lacks {}",
                        list(&partition.columns),
                        list(&missing)
                    ),
                    "a key can be enforced within one partition only",
                    format!(
                        "add {} to `data.{id}.{key}`, or partition by a column that is in it",
                        list(&missing)
                    ),
                )
                .at(format!("data.{id}.{key}"));
        }
    }
}
