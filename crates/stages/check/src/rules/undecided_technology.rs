//! A component of ours without a technology.
//!
//! **Why.** Neither its load nor its cost nor what it can do is known, and nobody can build it.
//!
//! **Remedy.** Write `technology`; `groundplan explain technology` lists what is known.
//!
//! **When it is wrong.** It is not ours: kind `external`, or an identity provider that says
//! `managed: true`: somebody else runs it, and any that speaks OpenID Connect will do.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Record;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, component) in &facts.arch.components {
        let ours = !matches!(
            component.kind,
            ComponentKind::Client | ComponentKind::External
        );
        let theirs = component.kind == ComponentKind::IdentityProvider && component.managed;
        if !ours || theirs || component.technology.is_some() {
            continue;
        }
        report
            .add(
                format!("components.{id}"),
                format!("the technology of {id} is not decided"),
                "its load, its cost and what it can do are unknown",
                format!("write `components.{id}.technology`"),
            )
            .at(format!("components.{id}.technology"));
    }
}
