//! A foreign key keeps a row that has to go, or takes one along that has to stay.
//!
//! The referring rows are kept longer than the rows they refer to. With `restrict`, or nothing said, the older row
//! cannot be deleted when its time is over; with `cascade` the younger duty is broken.
//!
//! **Why.** The nightly deletion fails on the first such row, or it deletes what must be kept.
//!
//! **Remedy.** Leave the foreign key out and keep the referred key as a plain column; or `set-null`; or keep both as long.
//!
//! **When it is wrong.** The referred row is made anonymous and stays: say `then: anonymise`.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   parcels: {store: db, columns: {id: {type: uuid}}, primary_key: [id], retention: {keep: 13 months}}
//!   proofs:
//!     store: db
//!     columns: {parcel: {type: uuid}}
//!     primary_key: [parcel]
//!     retention: {keep: 3 years}
//!     foreign_keys: {parcel: {columns: [parcel], references: parcels, on_delete: restrict}}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   parcels: {store: db, columns: {id: {type: uuid}}, primary_key: [id], retention: {keep: 13 months}}
//!   proofs:
//!     store: db
//!     columns: {parcel: {type: uuid}}
//!     primary_key: [parcel]
//!     retention: {keep: 3 years}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        for (name, key) in &table.foreign_keys {
            let Some(there) = facts.arch.data.get(&*key.references) else {
                continue;
            };
            let kept = |table: &'_ Table| {
                let duty = || facts.entity_of(table)?.retention.clone();
                table.retention.clone().or_else(duty)
            };
            let Some((own, other)) = kept(table).zip(kept(there)) else {
                continue;
            };
            let goes = other.then != AfterRetention::Anonymise;
            if !goes || own.keep.0 <= other.keep.0 || key.on_delete == Some(OnDelete::SetNull) {
                continue;
            }
            let (message, why) = if key.on_delete == Some(OnDelete::Cascade) {
                (
                    format!(
                        "{id} is kept {}, and goes with {} after {}",
                        own.keep, &*key.references, other.keep
                    ),
                    "what must be kept is deleted with what must go",
                )
            } else {
                (
                    format!(
                        "{} must go after {}, and {name} of {id}, which is kept {}, holds it",
                        &*key.references, other.keep, own.keep
                    ),
                    "the deletion fails on the first such row, and everything behind it stays",
                )
            };
            report
                .add(
                    format!("data.{id}.foreign_keys.{name}"),
                    message,
                    why,
                    format!("remove `data.{id}.foreign_keys.{name}` and keep its columns, or keep both as long"),
                )
                .with(format!("data.{}.retention", &*key.references), "must go");
        }
    }
}
