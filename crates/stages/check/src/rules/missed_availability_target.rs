//! An operation that, as computed, works for a smaller share of the time than its target.
//!
//! It speaks only where an evaluation is at hand and every figure is known, and not where
//! `target-above-dependencies` already names what cannot be had. What the clock or an event starts is
//! held to a target of its own only. Where one zone or one machine of ours stops it, `single-point-of-failure`
//! speaks.
//!
//! **Why.** The promise is broken in an ordinary month, and no one has done anything wrong.
//!
//! **Remedy.** Look at `groundplan explain <operation>.availability`: give the weakest part a standby, a further zone or
//! a `fallback`, or take it off the path; or agree on another target.
//!
//! **When it is wrong.** A part is better than its provider promises: write its `availability`, from your own records.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   constraints: {cloud: aws}
//!   targets: {availability: 99.99 %}
//!   domain: {operations: {show: {rate: 1/s}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 2, zones: 2, size: {vcpu: 2}, health: {ready: /ready}}
//!   db: {kind: store, technology: postgresql, instances: 2, zones: 2, size: {vcpu: 2}, managed: true, encrypted: true,
//!        replication: {mode: synchronous, failover: 1 min}, backup: {every: 1 day, keep: 7 days, drill: 90 days}}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   show: {steps: [{on: api, work: request, cpu: 1 ms}, {on: db, work: point-read}]}
//! observability:
//!   signals: {failures: {kind: counter, on: api, what: failed requests}}
//!   alerts: {failing: {signal: failures, condition: over 0.1 % in 5 min, do: look at the log}}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   constraints: {cloud: aws}
//!   targets: {availability: 99.9 %}
//!   domain: {operations: {show: {rate: 1/s}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 2, zones: 2, size: {vcpu: 2}, health: {ready: /ready}}
//!   db: {kind: store, technology: postgresql, instances: 2, zones: 2, size: {vcpu: 2}, managed: true, encrypted: true,
//!        replication: {mode: synchronous, failover: 1 min}, backup: {every: 1 day, keep: 7 days, drill: 90 days}}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   show: {steps: [{on: api, work: request, cpu: 1 ms}, {on: db, work: point-read}]}
//! observability:
//!   signals: {failures: {kind: counter, on: api, what: failed requests}}
//!   alerts: {failing: {signal: failures, condition: over 0.1 % in 5 min, do: look at the log}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(evaluation) = facts.evaluation else {
        return;
    };
    for run in &facts.runs {
        let id = run.id;
        let own = run.operation.is_some_and(|o| o.availability.is_some())
            || facts
                .arch
                .targets
                .get(id)
                .is_some_and(|t| t.availability.is_some());
        let target = facts.system.availability_target(id);
        let Some(target) = target.filter(|_| own || !run.runs_by_itself()) else {
            continue;
        };
        let result = evaluation.operations.get(id);
        let Some((result, reached)) = result.and_then(|r| Some((r, r.availability?))) else {
            continue;
        };
        // What is stated of the parts already shows that it cannot be reached: another rule says so.
        let stated: f64 = super::target_above_dependencies::reached(facts, run);
        if reached >= target.0 || stated < target.0 {
            continue;
        }
        let alone: Vec<&str> = result
            .stopped_by
            .iter()
            .filter(|set| set.len() == 1)
            .map(|set| set[0].as_str())
            .collect();
        // Instances of ours in one zone, or all of them needed for the load, are the matter of
        // `single-point-of-failure` and of the sizes.
        if alone.iter().any(|part| part.contains(" in zone ")) {
            continue;
        }
        let by = if alone.is_empty() {
            String::new()
        } else {
            format!("; {} alone can stop it", list(&alone))
        };
        report
            .add(
                format!("operations.{id}"),
                format!("{id} works {} of the time, and the target is {target}{by}", percent(reached)),
                "the promise is broken in an ordinary month",
                format!("give a part of `paths.{id}` a standby, a further zone or a `fallback`, or agree on another target"),
            )
            .at(format!("paths.{id}"))
            .computed(format!("`operations.{id}.availability` of the evaluation"));
    }
}
