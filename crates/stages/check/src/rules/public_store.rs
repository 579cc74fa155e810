//! A store, cache, broker or search engine that can be reached from the internet.
//!
//! **Why.** Its protocol was made for trusted callers. A guessed password, or none, is all that protects it.
//!
//! **Remedy.** Write `exposure: private`, and let a service of yours answer.
//!
//! **When it is wrong.** It is made for the open internet and checks each caller: model it as a `service`.
//!
//! ```yaml bad
//! components:
//!   db: {kind: store, technology: postgresql, exposure: public}
//! ```
//! ```yaml good
//! components:
//!   db: {kind: store, technology: postgresql, exposure: private}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Security;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, component) in &facts.arch.components {
        let holds = matches!(
            component.kind,
            ComponentKind::Store
                | ComponentKind::Cache
                | ComponentKind::Broker
                | ComponentKind::Search
        );
        if !holds || component.exposure != Some(Exposure::Public) {
            continue;
        }
        report
            .add(
                format!("components.{id}"),
                format!("{id} can be reached from the internet"),
                "one guessed password is all that stands before the data",
                format!("write `components.{id}.exposure: private`"),
            )
            .at(format!("components.{id}.exposure"));
    }
}
