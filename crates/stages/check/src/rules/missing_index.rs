//! A path finds rows by columns that no key and no index begins with, or asks for an order that none gives.
//!
//! **Why.** The store reads the whole table, or reads and sorts all that matches, at every run. That is
//! fast on a laptop and grows with every row.
//!
//! **Remedy.** Add an index whose first columns are those of the step's `by`, followed by its `order`.
//!
//! **When it is wrong.** The table stays small: say `rows` (under 1,000 without growth is not reported).
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {mine: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders:
//!     store: db
//!     columns: {id: {type: uuid}, customer: {type: uuid}}
//!     primary_key: [id]
//! paths:
//!   mine: {steps: [{on: db, work: range-read, table: orders, by: [customer]}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {mine: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   orders:
//!     store: db
//!     columns: {id: {type: uuid}, customer: {type: uuid}}
//!     primary_key: [id]
//!     indexes: {by_customer: {columns: [customer], operations: [mine]}}
//! paths:
//!   mine: {steps: [{on: db, work: range-read, table: orders, by: [customer]}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::{SMALL, entries, is_access, may_be_ordered};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for run in &facts.runs {
        for visit in run.visits.iter().filter(|v| is_access(v.step)) {
            let step = visit.step;
            let Some((id, table)) = facts.table_of(step) else {
                continue;
            };
            let known = matches!(table.kind, TableKind::Bucket | TableKind::CacheEntries);
            let small =
                facts.rows_of(table).is_some_and(|rows| rows <= SMALL) && table.new.is_none();
            let asks = !step.by.is_empty() || !step.order.is_empty();
            if known || small || !asks || table.columns.is_empty() {
                continue;
            }
            let ways = entries(table);
            let finds = step.by.is_empty() || ways.iter().any(|e| e.finds(&step.by));
            let sorts = step.order.is_empty()
                || !may_be_ordered(step.work)
                || ways.iter().any(|e| e.sorts(&step.by, &step.order));
            if finds && sorts || !seen.insert((id, &step.by, &step.order)) {
                continue;
            }
            let wanted: Vec<&str> = step
                .by
                .iter()
                .chain(&step.order)
                .map(String::as_str)
                .collect();
            let (message, why) = if finds {
                (
                    format!(
                        "{} reads {id} by {} ordered by {}, and no index gives that order",
                        run.id,
                        list(&step.by),
                        list(&step.order)
                    ),
                    "all rows that match are read and sorted at every run",
                )
            } else {
                (
                    format!(
                        "{} finds rows of {id} by {}, and no key or index begins with that",
                        run.id,
                        list(&step.by)
                    ),
                    "the whole table is read at every run, however large it is by then",
                )
            };
            report
                .add(
                    run.place(visit.index),
                    message,
                    why,
                    format!(
                        "add `data.{id}.indexes.by_{}: {{columns: [{}], operations: [{}]}}`",
                        wanted[0].trim_start_matches('-'),
                        wanted.join(", "),
                        run.id
                    ),
                )
                .with(format!("data.{id}"), "the table");
        }
    }
}
