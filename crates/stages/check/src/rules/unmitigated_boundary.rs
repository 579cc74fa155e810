//! A relation that crosses a trust boundary and about which no threat is noted.
//!
//! **Why.** Where trust changes is where attacks come in. A crossing that nobody looked at is the one that
//! nobody defends.
//!
//! **Remedy.** Add a threat under `security.threats` that names the relation, with its mitigation.
//!
//! **When it is wrong.** Both sides trust each other: they stand in one boundary.
//!
//! ```yaml bad
//! components:
//!   app: {kind: client, boundary: internet}
//!   api: {kind: service, technology: rust, boundary: ours}
//! relations:
//!   app-api: {from: app, to: api}
//! security:
//!   boundaries: {internet: {}, ours: {}}
//! ```
//! ```yaml good
//! components:
//!   app: {kind: client, boundary: internet}
//!   api: {kind: service, technology: rust, boundary: ours}
//! relations:
//!   app-api: {from: app, to: api}
//! security:
//!   boundaries: {internet: {}, ours: {}}
//!   threats:
//!     stolen-token:
//!       {kind: spoofing, relation: app-api, scenario: A stolen token is used., mitigation: Tokens live 15 minutes.}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Security;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        let boundary = |c: &str| facts.component(c).and_then(|c| c.boundary.as_deref());
        let (Some(from), Some(to)) = (boundary(&relation.from), boundary(&relation.to)) else {
            continue;
        };
        let looked_at = facts
            .arch
            .security
            .threats
            .values()
            .any(|t| t.relation.as_deref() == Some(id) && !t.mitigation.trim().is_empty());
        if from == to || looked_at {
            continue;
        }
        report.add(
            format!("relations.{id}"),
            format!("{id} goes from {from} into {to}, and no threat is noted for it"),
            "where trust changes is where attacks come in",
            format!(
                "add a threat with `relation: {id}` and its mitigation under `security.threats`"
            ),
        );
    }
}
