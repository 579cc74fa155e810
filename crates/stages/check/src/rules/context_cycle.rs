//! Contexts whose tables refer to each other in a circle.
//!
//! **Why.** A row of either cannot be written without the other, so neither context can be changed, moved
//! or given to another team alone.
//!
//! **Remedy.** Keep the identifier without a foreign key on one side, and tell the change by an event.
//!
//! **When it is wrong.** The contexts are one: merge them.
//!
//! ```yaml bad
//! contexts: {sales: {}, billing: {}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders:
//!     store: db
//!     context: sales
//!     columns: {id: {type: uuid}, bill: {type: uuid}}
//!     primary_key: [id]
//!     foreign_keys: {bill: {columns: [bill], references: bills}}
//!   bills:
//!     store: db
//!     context: billing
//!     columns: {id: {type: uuid}, order: {type: uuid}}
//!     primary_key: [id]
//!     foreign_keys: {order: {columns: [order], references: orders}}
//! ```
//! ```yaml good
//! contexts: {sales: {}, billing: {}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders: {store: db, context: sales, columns: {id: {type: uuid}}, primary_key: [id]}
//!   bills:
//!     store: db
//!     context: billing
//!     columns: {id: {type: uuid}, order: {type: uuid}}
//!     primary_key: [id]
//!     foreign_keys: {order: {columns: [order], references: orders}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let tables = &facts.arch.data;
    let mut edges = Vec::new();
    let mut keys = Vec::new();
    for (id, table) in tables {
        for (name, key) in &table.foreign_keys {
            let other = tables
                .get(&*key.references)
                .and_then(|t| t.context.as_deref());
            if let (Some(from), Some(to)) = (table.context.as_deref(), other)
                && from != to
            {
                edges.push((from, to));
                keys.push((from, to, format!("data.{id}.foreign_keys.{name}")));
            }
        }
    }
    for cycle in cycles(&edges) {
        let inside = |id: &str| cycle.contains(&id);
        let paths: Vec<&str> = keys
            .iter()
            .filter(|(a, b, _)| inside(a) && inside(b))
            .map(|(_, _, p)| p.as_str())
            .collect();
        let mut entry = report.add(
            format!("contexts.{}", cycle[0]),
            format!("tables of {} refer to each other in a circle", list(&cycle)),
            "none of these contexts can be changed or moved without the others",
            format!(
                "drop one of {}: keep the identifier, and tell the change by an event",
                list(&paths)
            ),
        );
        for path in paths {
            entry = entry.with(path, "part of the circle");
        }
    }
}
