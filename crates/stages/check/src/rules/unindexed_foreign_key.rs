//! A foreign key without an index, although rows of the table it points to are deleted.
//!
//! **Why.** Each delete of a parent looks for its children. Without an index it reads the whole child
//! table, and holds locks while it does.
//!
//! **Remedy.** Add an index that begins with the columns of the foreign key.
//!
//! **When it is wrong.** Parents are deleted once a year in a quiet hour.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//!   lines:
//!     store: db
//!     columns: {id: {type: uuid}, order: {type: uuid}}
//!     primary_key: [id]
//!     foreign_keys: {order: {columns: [order], references: orders, on_delete: cascade}}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders: {store: db, columns: {id: {type: uuid}}, primary_key: [id]}
//!   lines:
//!     store: db
//!     columns: {id: {type: uuid}, order: {type: uuid}}
//!     primary_key: [id]
//!     foreign_keys: {order: {columns: [order], references: orders, on_delete: cascade}}
//!     indexes: {by_order: {columns: [order], foreign_key: order}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::entries;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        for (name, key) in &table.foreign_keys {
            let deletes = matches!(key.on_delete, Some(OnDelete::Cascade | OnDelete::SetNull))
                || facts
                    .steps_on(&key.references)
                    .iter()
                    .any(|(_, v)| v.step.work == Work::Delete);
            let served = entries(table).iter().any(|e| {
                e.names()
                    .take(key.columns.len())
                    .all(|c| key.columns.iter().any(|k| k == c))
                    && e.columns.len() >= key.columns.len()
            });
            if !deletes || served {
                continue;
            }
            report.add(
                format!("data.{id}.foreign_keys.{name}"),
                format!(
                    "{id} refers to {} by {}, and no index begins with that",
                    key.references,
                    list(&key.columns)
                ),
                format!("each delete from {} reads all of {id}", key.references),
                format!(
                    "add `data.{id}.indexes.by_{name}: {{columns: [{}], foreign_key: {name}}}`",
                    key.columns.join(", ")
                ),
            );
        }
    }
}
