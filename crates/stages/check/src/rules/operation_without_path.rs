//! An operation of the brief for which the architecture has no path.
//!
//! **Why.** Nothing can be said about it: no latency, no load, no availability, no cost. It may be that nobody
//! has thought of it.
//!
//! **Remedy.** Write `paths.<operation>`, its steps in the order of the work.
//!
//! **When it is wrong.** It is not built at this stage: take it out of the brief until it is.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Record;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    if facts.arch.components.is_empty() {
        return;
    }
    for id in facts.domain.operations.keys() {
        let steps = facts
            .arch
            .paths
            .get(id)
            .is_some_and(|p| !p.steps.is_empty());
        if steps {
            continue;
        }
        report
            .add(
                format!("operations.{id}"),
                format!("{id} has no path through the components"),
                format!("neither load, latency, availability nor cost of {id} can be told"),
                format!("write `paths.{id}.steps`, in the order of the work"),
            )
            .at(format!("paths.{id}"));
    }
}
