//! A path reads or changes rows of a large table and finds them by nothing, in no order.
//!
//! **Why.** The store reads every row to find a few, at every run. The numbers count the few rows that
//! are wanted and not the many that are read, so they are too good.
//!
//! **Remedy.** Say in `by` which columns the rows are found by; where they belong to rows of another table,
//! the column that refers to it.
//!
//! **When it is wrong.** The whole table is wanted: say so in `rows` (half of the table or more is not
//! reported). A table of under 1,000 rows is not reported either.
//!
//! ```yaml bad
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {track: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {id: {type: uuid}, parcel: {type: text}}
//!     primary_key: [id]
//!     rows: 30M
//! paths:
//!   track: {steps: [{on: db, work: range-read, table: scans, rows: 8}]}
//! ```
//! ```yaml good
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {track: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {id: {type: uuid}, parcel: {type: text}}
//!     primary_key: [id]
//!     indexes: {by_parcel: {columns: [parcel], operations: [track]}}
//!     rows: 30M
//! paths:
//!   track: {steps: [{on: db, work: range-read, table: scans, by: [parcel], rows: 8}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::{SMALL, is_access};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        for visit in run.visits.iter().filter(|v| is_access(v.step)) {
            let step = visit.step;
            let Some((id, table)) = facts.table_of(step) else {
                continue;
            };
            let Some(rows) = facts.rows_of(table).filter(|rows| *rows > SMALL) else {
                continue;
            };
            let stored = table.kind == TableKind::Table;
            let wanted = step.rows.unwrap_or(1.0);
            if !stored || !step.by.is_empty() || !step.order.is_empty() || 2.0 * wanted >= rows {
                continue;
            }
            report
                .add(
                    run.place(visit.index),
                    format!(
                        "{} finds {} of the {} rows of {id} by no column",
                        run.id,
                        count(wanted),
                        count(rows)
                    ),
                    "every row is read to find them, and the numbers count those that are found",
                    "say in `by` which columns they are found by, or in `rows` that all are wanted",
                )
                .with(format!("data.{id}"), "the table");
        }
    }
}

fn count(rows: f64) -> String {
    model::Count(rows).to_string()
}
