//! An operation is to be available more of the time than what it waits for.
//!
//! The product of the stated availabilities along its path is an upper bound: what states none counts as
//! always up, and a relation with a fallback does not count.
//!
//! **Why.** Nothing that is built behind it can reach the target, whatever it costs.
//!
//! **Remedy.** Give the relation a `fallback`, take the call off the path (queue it), agree on a better
//! availability, or lower the target.
//!
//! **When it is wrong.** The stated availability is a guarantee far below what is observed: state what is
//! observed, with its source.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     ports: {tax: {availability: 99.5 %, operations: {rate: {idempotent: true}}}}
//!     operations: {buy: {availability: 99.9 %}}
//! components:
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//!   tax: {kind: external}
//! relations:
//!   api-tax: {from: api, to: tax, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: tax, work: external}]}
//! observability:
//!   signals: {failures: {kind: counter, on: api, what: failed requests}}
//!   alerts: {failing: {signal: failures, condition: over 0.1 % in 5 min, do: look at the log}}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     ports: {tax: {availability: 99.5 %, operations: {rate: {idempotent: true}}}}
//!     operations: {buy: {availability: 99.9 %}}
//! components:
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//!   tax: {kind: external}
//! relations:
//!   api-tax:
//!     {from: api, to: tax, timeout: 1 s, breaker: {failures: 5, recovery: 10 s},
//!      fallback: {shows: the rate of yesterday, staleness: 1 day}}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: tax, work: external}]}
//! observability:
//!   signals: {failures: {kind: counter, on: api, what: failed requests}}
//!   alerts: {failing: {signal: failures, condition: over 0.1 % in 5 min, do: look at the log}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

use std::collections::BTreeMap;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        let Some(target) = facts.system.availability_target(run.id) else {
            continue;
        };
        let parts = parts(facts, run);
        let reached = product(&parts);
        if parts.is_empty() || reached >= target.0 {
            continue;
        }
        let names: Vec<&str> = parts.keys().copied().collect();
        let factors: Vec<String> = parts
            .iter()
            .map(|(id, (up, share))| format!("{id} {}", percent(1.0 - share * (1.0 - up))))
            .collect();
        let (weakest, _) = parts
            .iter()
            .max_by(|a, b| (a.1.1 * (1.0 - a.1.0)).total_cmp(&(b.1.1 * (1.0 - b.1.0))))
            .map_or(("", &(1.0, 1.0)), |(id, part)| (*id, part));
        report
            .add(
                format!("operations.{}", run.id),
                format!(
                    "{} is to be available {target} of the time; {} alone allow {} at most",
                    run.id, list(&names), percent(reached)
                ),
                "no instance more and no money spent on our own part can reach the target",
                format!("give the relation to {weakest} a `fallback`, take {weakest} off the path, or lower the target"),
            )
            .at(format!("domain.operations.{}.availability", run.id))
            .with(format!("components.{weakest}"), "the weakest")
            .computed(format!("{} = {}", factors.join(" x "), percent(reached)));
    }
}

/// Components whose availability is stated, each once, with the largest share of runs that need it.
fn parts<'a>(facts: &Facts<'a>, run: &Run<'a>) -> BTreeMap<&'a str, (f64, f64)> {
    let mut parts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for visit in run.visits.iter().filter(|v| run.is_needed(v)) {
        let port = facts.port(&visit.step.on).and_then(|(_, p)| p.availability);
        let stated = facts
            .component(&visit.step.on)
            .and_then(|c| c.availability)
            .or(port);
        if let Some(stated) = stated {
            let share = visit.step.probability.map_or(1.0, |p| p.0);
            let part = parts.entry(&visit.step.on).or_insert((stated.0, 0.0));
            part.1 = part.1.max(share);
        }
    }
    parts
}

fn product(parts: &BTreeMap<&str, (f64, f64)>) -> f64 {
    parts
        .values()
        .map(|(up, share)| 1.0 - share * (1.0 - up))
        .product()
}

/// What the stated parts of a run allow at most; 1 where none is stated.
pub(crate) fn reached(facts: &Facts<'_>, run: &Run<'_>) -> f64 {
    product(&parts(facts, run))
}
