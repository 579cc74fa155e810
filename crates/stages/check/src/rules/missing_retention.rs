//! A table with personal or more sensitive data that nothing ever deletes.
//!
//! **Why.** Personal data may be kept as long as its purpose lasts (GDPR article 5, 1 e). Without a time in
//! the model nobody deletes it, and the table grows for ever.
//!
//! **Remedy.** Write `retention` at the entity or the table, with the duty behind it.
//!
//! **When it is wrong.** Rows live as long as an account and are deleted with it. The table that holds an
//! actor's account is not reported, for it ends with the account.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql, encrypted: true}
//! data:
//!   people:
//!     store: db
//!     columns: {id: {type: uuid}, email: {type: email, class: personal}}
//!     primary_key: [id]
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql, encrypted: true}
//! data:
//!   people:
//!     store: db
//!     columns: {id: {type: uuid}, email: {type: email, class: personal}}
//!     primary_key: [id]
//!     retention: {keep: 2 years, then: anonymise}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Data;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, table) in &facts.arch.data {
        let entity = facts.entity_of(table);
        let kept = table.retention.is_some() || entity.is_some_and(|e| e.retention.is_some());
        // A projection or a cache entry goes with what it was made from; a queue is emptied.
        let lasting = matches!(table.kind, TableKind::Table | TableKind::Bucket);
        // A secret that is nobody's data is rotated, not kept for a time.
        let classes = facts.classes_of(table).into_iter();
        let Some(class) = classes
            .filter(|c| *c >= DataClass::Personal && *c != DataClass::Secret)
            .max()
        else {
            continue;
        };
        let account = facts
            .domain
            .actors
            .values()
            .any(|a| a.account.is_some() && a.account == table.entity);
        if kept || !lasting || account {
            continue;
        }
        report
            .add(
                format!("data.{id}"),
                format!("{id} holds {} data and has no retention", class.word()),
                "nobody may keep it longer than its purpose, and nothing deletes it",
                format!("write `data.{id}.retention: {{keep: 2 years, then: delete}}` with your own time and its reason"),
            )
            .at(format!("data.{id}.retention"));
    }
}
