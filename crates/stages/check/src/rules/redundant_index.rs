//! An index whose columns another key or index of the table begins with.
//!
//! **Why.** The longer one serves the same paths. The shorter one costs writes and memory for nothing.
//!
//! **Remedy.** Remove the shorter one.
//!
//! **When it is wrong.** The longer index is far wider and the shorter one is read constantly: say so in
//! `why` of the index.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {mine: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders:
//!     store: db
//!     columns: {id: {type: uuid}, customer: {type: uuid}, at: {type: timestamp}}
//!     primary_key: [id]
//!     indexes:
//!       by_customer: {columns: [customer], operations: [mine]}
//!       by_customer_and_time: {columns: [customer, -at], operations: [mine]}
//! paths:
//!   mine: {steps: [{on: db, work: range-read, table: orders, by: [customer], order: [-at]}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {mine: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders:
//!     store: db
//!     columns: {id: {type: uuid}, customer: {type: uuid}, at: {type: timestamp}}
//!     primary_key: [id]
//!     indexes:
//!       by_customer_and_time: {columns: [customer, -at], operations: [mine]}
//! paths:
//!   mine: {steps: [{on: db, work: range-read, table: orders, by: [customer], order: [-at]}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::entries;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let ways = entries(table);
        for (at, (name, index)) in table.indexes.iter().enumerate() {
            if index.kind != IndexKind::Ordered || index.why.is_some() {
                continue;
            }
            let longer = ways.iter().filter(|e| e.id != name).find(|e| {
                let other = table.indexes.get_full(e.id);
                let same_rows = other.map_or(
                    table.unique.get(e.id).is_none_or(|u| u.filter.is_none()),
                    |(_, _, o)| {
                        o.kind == IndexKind::Ordered
                            && (o.filter.is_none() || o.filter == index.filter)
                    },
                );
                // Of two that are alike, the later one is too many.
                let alike = e.columns.len() == index.columns.len();
                let earlier = other.is_none_or(|(other_at, _, _)| other_at < at);
                let carries = index.include.iter().all(|c| {
                    e.columns.iter().any(|have| have == c)
                        || other.is_some_and(|(_, _, o)| o.include.contains(c))
                });
                same_rows
                    && carries
                    && e.columns.len() >= index.columns.len()
                    && e.columns.iter().zip(&index.columns).all(|(a, b)| a == b)
                    && (!alike || earlier)
            });
            let Some(longer) = longer else { continue };
            report.add(
                format!("data.{id}.indexes.{name}"),
                format!(
                    "{name} ({}) of {id} is the beginning of {} ({})",
                    index.columns.join(", "),
                    longer.id,
                    longer.columns.join(", ")
                ),
                format!(
                    "{} serves the same paths, and every insert writes both",
                    longer.id
                ),
                format!("remove `data.{id}.indexes.{name}`"),
            );
        }
    }
}
