//! An operation that, as computed, takes longer than its target in the busiest hour.
//!
//! It speaks only where an evaluation is at hand, and only of operations whose every number is known.
//! The brief's general target does not hold for what the clock or an event starts.
//!
//! **Why.** Users wait longer than was promised, every day at the same hour.
//!
//! **Remedy.** Look at the largest step in `groundplan explain <operation>.p95`: move it off the path, run
//! steps side by side, add an index or an instance; or agree on another target.
//!
//! **When it is wrong.** A step is faster than the facts say: write its `cpu` or `wait`, measured.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {operations: {rate: {rate: 1/s, latency: {p95: 20 ms}}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 1, size: {vcpu: 2}}
//!   tax: {kind: external}
//! relations:
//!   api-tax: {from: api, to: tax, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   rate: {steps: [{on: api, work: request, cpu: 1 ms}, {on: tax, work: external, wait: 80 ms}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {operations: {rate: {rate: 1/s, latency: {p95: 400 ms}}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 1, size: {vcpu: 2}}
//!   tax: {kind: external}
//! relations:
//!   api-tax: {from: api, to: tax, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   rate: {steps: [{on: api, work: request, cpu: 1 ms}, {on: tax, work: external, wait: 80 ms}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Operation;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(evaluation) = facts.evaluation else {
        return;
    };
    for run in &facts.runs {
        let id = run.id;
        let result = evaluation
            .operations
            .get(id)
            .filter(|r| r.unverified.is_empty());
        let Some((result, times)) = result.and_then(|r| Some((r, r.response?))) else {
            continue;
        };
        let own = run.operation.is_some_and(|o| o.latency.is_some())
            || facts
                .arch
                .targets
                .get(id)
                .is_some_and(|t| t.latency.is_some());
        let target = facts.system.latency_target(id);
        let Some(target) = target.filter(|_| own || !run.runs_by_itself()) else {
            continue;
        };
        let percentiles = [
            ("p99", target.p99, times.p99_ms),
            ("p95", target.p95, times.p95_ms),
            ("p50", target.p50, times.p50_ms),
        ];
        let missed = percentiles.into_iter().find_map(|(name, target, ms)| {
            let target = target?;
            (ms > target.0 * 1e3).then_some((name, target, ms))
        });
        let Some((name, target, ms)) = missed else {
            continue;
        };
        let largest = result
            .steps
            .iter()
            .filter(|s| !s.background)
            .max_by(|a, b| (a.wait_ms + a.service_ms).total_cmp(&(b.wait_ms + b.service_ms)));
        let most = largest.map_or(String::new(), |s| {
            format!(
                "; the most, {} ms in the mean, is {} on {}",
                number(s.wait_ms + s.service_ms),
                s.work,
                s.component
            )
        });
        let place = largest.map_or(format!("paths.{id}"), |s| run.place(s.step));
        report
            .add(
                format!("operations.{id}"),
                format!(
                    "{name} of {id} is {} ms in the busiest hour, and the target is {target}{most}",
                    number(ms)
                ),
                "users wait longer than was promised, every day at the same hour",
                format!("shorten or move `{place}`, or agree on another target for {id}"),
            )
            .at(place)
            .computed(format!(
                "`operations.{id}.{name}` of the evaluation at {} times the busiest hour",
                number(evaluation.load_factor)
            ));
    }
}
