//! Personal or more sensitive data goes over a relation that is not encrypted, or does not say so.
//!
//! **Why.** Whoever is on the network reads it, inside a data centre too.
//!
//! **Remedy.** Write `encryption: tls` (or `mutual-tls`) at the relation.
//!
//! **When it is wrong.** It never leaves the machine: `encryption: local`.
//!
//! ```yaml bad
//! components:
//!   app: {kind: client}
//!   api: {kind: service, technology: rust}
//! relations:
//!   app-api: {from: app, to: api, classes: [personal]}
//! ```
//! ```yaml good
//! components:
//!   app: {kind: client}
//!   api: {kind: service, technology: rust}
//! relations:
//!   app-api: {from: app, to: api, classes: [personal], encryption: tls}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Security;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        let open = matches!(relation.encryption, None | Some(Encryption::None));
        let Some(class) = relation
            .classes
            .iter()
            .max()
            .filter(|c| **c >= DataClass::Personal)
        else {
            continue;
        };
        if !open || facts.is_local(relation) {
            continue;
        }
        report
            .add(
                format!("relations.{id}"),
                format!(
                    "{} data goes from {} to {} unencrypted",
                    class.word(),
                    relation.from,
                    relation.to
                ),
                "whoever is on the way can read it",
                format!("write `encryption: tls` at `relations.{id}`"),
            )
            .at(format!("relations.{id}.encryption"));
    }
}
