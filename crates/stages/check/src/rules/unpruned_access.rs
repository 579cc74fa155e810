//! A path enters a partitioned table without its partition column.
//!
//! **Why.** Every partition is looked into. With one partition a week, two years are a hundred lookups for
//! one row.
//!
//! **Remedy.** Carry the partition column in the request or in the identifier, and add it to `by`.
//!
//! **When it is wrong.** There are few partitions, or the run is a nightly one: make the step `background`.
//!
//! ```yaml bad
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {track: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {parcel: {type: text}, week: {type: integer}, at: {type: timestamp}}
//!     primary_key: [parcel, week, at]
//!     partition: {by: range, columns: [week], step: 1}
//! paths:
//!   track: {steps: [{on: db, work: range-read, table: scans, by: [parcel]}]}
//! ```
//! ```yaml good
//! brief: {name: post, purpose: Moves parcels., domain: {operations: {track: {}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   scans:
//!     store: db
//!     columns: {parcel: {type: text}, week: {type: integer}, at: {type: timestamp}}
//!     primary_key: [parcel, week, at]
//!     partition: {by: range, columns: [week], step: 1}
//! paths:
//!   track: {steps: [{on: db, work: range-read, table: scans, by: [parcel, week]}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

use crate::access::is_access;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        for visit in run
            .visits
            .iter()
            .filter(|v| is_access(v.step) && !v.step.background)
        {
            let step = visit.step;
            let Some((id, table)) = facts.table_of(step) else {
                continue;
            };
            let Some(partition) = &table.partition else {
                continue;
            };
            let given = |c: &String| {
                step.by.contains(c) || step.order.iter().any(|o| o.trim_start_matches('-') == c)
            };
            let missing: Vec<&str> = partition
                .columns
                .iter()
                .filter(|c| !given(c))
                .map(String::as_str)
                .collect();
            if missing.is_empty() {
                continue;
            }
            report
                .add(
                    run.place(visit.index),
                    format!(
                        "{} enters {id} by {}, without its partition column {}",
                        run.id,
                        list(&step.by),
                        list(&missing)
                    ),
                    "every partition is looked into, and their number grows",
                    format!(
                        "add {} to `{}.by`, and carry it in the request",
                        list(&missing),
                        run.place(visit.index)
                    ),
                )
                .at(format!("{}.by", run.place(visit.index)))
                .with(format!("data.{id}.partition"), "the partition");
        }
    }
}
