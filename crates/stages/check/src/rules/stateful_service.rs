//! A service keeps state between requests and runs more than once.
//!
//! **Why.** A request that lands on another instance does not find what the first one knew, and every release
//! or scaling throws state away.
//!
//! **Remedy.** Keep the state in a store or a cache, and write `stateless: true`.
//!
//! **When it is wrong.** Callers are bound to their instance by the nature of the work (a game session): say
//! how in `why`, and waive it.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust, stateless: false, instances: 3, health: {ready: /health/ready}}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust, stateless: true, instances: 3, health: {ready: /health/ready}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, component) in &facts.arch.components {
        let count = component
            .autoscale
            .as_ref()
            .map_or(component.instances.unwrap_or(1), |a| a.max);
        if component.kind != ComponentKind::Service
            || component.stateless != Some(false)
            || count < 2
        {
            continue;
        }
        report
            .add(
                format!("components.{id}"),
                format!("{id} keeps state between requests, and {count} of it run"),
                "the next request may land where nothing is known of the last one",
                format!(
                    "keep the state in a store or cache and write `components.{id}.stateless: true`"
                ),
            )
            .at(format!("components.{id}.stateless"));
    }
}
