//! A table keeps its rows for another time than its entity's retention in the brief.
//!
//! Longer is reported where the table holds personal data or worse.
//!
//! **Why.** Shorter: what must be kept is gone when somebody asks for it. Longer: personal data is kept without a
//! reason, which the GDPR (article 5, 1 e) forbids.
//!
//! **Remedy.** Write the entity's time at the table's `retention.keep`, or change the brief.
//!
//! **When it is wrong.** The rows are kept elsewhere for the rest of the time: say so in the brief's `retention`.
//!
//! ```yaml bad
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {entities: {proof: {fields: {signature: text}, retention: {keep: 3 years, because: the contract}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   proofs: {store: db, entity: proof, columns: {id: {type: uuid}, signature: {type: text}}, primary_key: [id], retention: {keep: 1 year}}
//! ```
//! ```yaml good
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {entities: {proof: {fields: {signature: text}, retention: {keep: 3 years, because: the contract}}}}
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   proofs: {store: db, entity: proof, columns: {id: {type: uuid}, signature: {type: text}}, primary_key: [id], retention: {keep: 3 years}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let Some((kept, duty)) = table.retention.as_ref().zip(
            facts
                .entity_of(table)
                .and_then(|entity| entity.retention.as_ref()),
        ) else {
            continue;
        };
        let personal = facts
            .class_of(table)
            .is_some_and(|class| class >= DataClass::Personal);
        // A projection can be made again from what is kept.
        let shorter = kept.keep.0 < duty.keep.0 && table.kind != TableKind::Projection;
        let longer = kept.keep.0 > duty.keep.0 && personal;
        if !shorter && !longer {
            continue;
        }
        let why = if shorter {
            "what must be kept is gone when somebody asks for it"
        } else {
            "personal data is kept longer than there is a reason for"
        };
        let because = duty
            .because
            .as_ref()
            .map_or(String::new(), |b| format!(" ({b})"));
        report
            .add(
                format!("data.{id}"),
                format!(
                    "{id} keeps its rows {}, and the brief says {}{because}",
                    kept.keep, duty.keep
                ),
                why,
                format!(
                    "write `keep: {}` at `data.{id}.retention`, or change the brief",
                    duty.keep
                ),
            )
            .at(format!("data.{id}.retention.keep"));
    }
}
