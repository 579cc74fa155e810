//! Personal or more sensitive data in a store that is not said to encrypt what it holds.
//!
//! **Why.** A stolen disk, a lost backup or a discarded machine gives the data away.
//!
//! **Remedy.** Encrypt the volume or the managed store, and write `encrypted: true` at the component.
//!
//! **When it is wrong.** The values are encrypted before they are stored: give the columns class `internal`.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql}
//! data:
//!   people:
//!     store: db
//!     columns: {id: {type: uuid}, email: {type: email, class: personal}}
//!     primary_key: [id]
//!     retention: {keep: 2 years}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql, encrypted: true}
//! data:
//!   people:
//!     store: db
//!     columns: {id: {type: uuid}, email: {type: email, class: personal}}
//!     primary_key: [id]
//!     retention: {keep: 2 years}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Security;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, component) in &facts.arch.components {
        if component.encrypted == Some(true) {
            continue;
        }
        let worst = facts
            .tables_in(id)
            .filter_map(|(name, table)| Some((facts.class_of(table)?, name)))
            .filter(|(class, _)| *class >= DataClass::Personal)
            .max_by_key(|(class, _)| *class);
        let Some((class, table)) = worst else {
            continue;
        };
        report
            .add(
                format!("components.{id}"),
                format!(
                    "{id} holds {} data ({table}) and is not encrypted at rest",
                    class.word()
                ),
                "a lost disk or backup gives it away",
                format!("encrypt the storage of {id} and write `components.{id}.encrypted: true`"),
            )
            .at(format!("components.{id}.encrypted"))
            .with(format!("data.{table}"), "the most sensitive table");
    }
}
