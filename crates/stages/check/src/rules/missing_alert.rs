//! An operation has an availability target of its own, and no alert would tell that it is missed.
//!
//! An alert counts when it or its signal `serves` the operation or names it, or when its signal is taken at
//! a component of the operation's path and serves nothing in particular.
//!
//! **Why.** Users find out first. A target that nobody watches is a wish.
//!
//! **Remedy.** Add a signal at the operation's entry (failures, latency) and an alert on it, with what to do first.
//!
//! **When it is wrong.** Another team's monitoring watches it: write its alert down here.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {availability: 99 %}}}}
//! components:
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {availability: 99 %}}}}
//! components:
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! observability:
//!   signals: {failures: {kind: counter, on: api, what: failed requests}}
//!   alerts: {failing: {signal: failures, condition: over 1 % in 5 min, do: look at the log}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Operation;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let seen = &facts.arch.observability;
    for run in &facts.runs {
        let own = run.operation.and_then(|o| o.availability);
        let target = facts
            .arch
            .targets
            .get(run.id)
            .and_then(|t| t.availability)
            .or(own);
        let Some(target) = target else { continue };
        let id = run.id;
        let serves = |about: &About| {
            about
                .serves
                .iter()
                .any(|s| s.rsplit('.').next() == Some(id))
        };
        let watched = seen.alerts.values().any(|alert| {
            let Some(signal) = seen.signals.get(&alert.signal) else {
                return false;
            };
            let general = alert.about.serves.is_empty() && signal.about.serves.is_empty();
            serves(&alert.about)
                || serves(&signal.about)
                || names(&alert.condition, id)
                || names(&signal.what, id)
                || general && run.visits.iter().any(|v| v.step.on == signal.on)
        });
        if watched {
            continue;
        }
        report
            .add(
                format!("operations.{id}"),
                format!("{id} is to be available {target} of the time, and no alert watches it"),
                "users find out first",
                format!("add a signal on {} and an alert with `serves: [operations.{id}]` under `observability`", run.visits.first().map_or("its entry", |v| &*v.step.on)),
            )
            .at("observability.alerts");
    }
}

/// The text has the id as a word of its own.
fn names(text: &str, id: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
        .any(|word| word == id)
}
