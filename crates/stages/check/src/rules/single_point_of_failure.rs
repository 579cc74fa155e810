//! A component that an operation cannot do without runs once, or in one zone, where the target asks for more.
//!
//! Operations that run by the clock or on events count only with a target of their own.
//! One instance of a component whose availability nobody states is taken as 99.5 %: about 44 hours a year
//! for deployments, reboots and faults of one machine.
//!
//! **Why.** One failed machine, or one failed zone, stops the operation until somebody acts.
//!
//! **Remedy.** Run at least two `instances`, over at least two `zones`; for a store, with `replication`.
//!
//! **When it is wrong.** The single instance is better than that: write its `availability`.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   targets: {availability: 99.9 %}
//!   domain: {operations: {buy: {}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 1, health: {ready: /health/ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   targets: {availability: 99.9 %}
//!   domain: {operations: {buy: {}}}
//! components:
//!   api: {kind: service, technology: rust, instances: 2, zones: 2, health: {ready: /health/ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

use std::collections::BTreeMap;

/// Share of the year that one machine answers, deployments included.
const ONE_MACHINE: f64 = 0.995;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let zone_loss = facts
        .brief
        .targets
        .as_ref()
        .and_then(|t| t.survive_zone_loss)
        == Some(true);
    let mut needing: BTreeMap<&str, (&str, Ratio)> = BTreeMap::new();
    for run in &facts.runs {
        let Some(target) = target(facts, run) else {
            continue;
        };
        for visit in run.visits.iter().filter(|v| run.is_needed(v)) {
            let worst = needing.entry(&visit.step.on).or_insert((run.id, target));
            if target.0 > worst.1.0 {
                *worst = (run.id, target);
            }
        }
    }
    for (id, component) in &facts.arch.components {
        let ours = !matches!(
            component.kind,
            ComponentKind::Client | ComponentKind::External | ComponentKind::Program
        );
        if !ours
            || component.runs_in.is_some()
            || component.kind == ComponentKind::Store
                && facts.has(id, knowledge::Capability::Embedded)
        {
            continue;
        }
        let Some((operation, target)) = needing.get(id.as_str()).copied() else {
            continue;
        };
        let stated = component.availability.is_some();
        let alone = component.instances == Some(1)
            && component.autoscale.as_ref().is_none_or(|a| a.min < 2);
        let (message, why, field) = if alone && !stated && target.0 > ONE_MACHINE {
            (
                format!("{id} runs once, and {operation} is to be available {target} of the time"),
                format!(
                    "one machine reaches about {}, deployments included",
                    percent(ONE_MACHINE)
                ),
                "instances",
            )
        } else if zone_loss && component.zones == Some(1) {
            (
                format!("{id} stands in one zone, and {operation} must survive the loss of a zone"),
                format!("when that zone is lost, {operation} stops until somebody acts"),
                "zones",
            )
        } else {
            continue;
        };
        let more = if component.kind == ComponentKind::Store {
            ", and its `replication` with `failover`"
        } else {
            ""
        };
        report
            .add(
                format!("components.{id}"),
                message,
                why,
                format!("write `{field}: 2` or more at `components.{id}`{more}"),
            )
            .at(format!("components.{id}.{field}"))
            .with(
                format!("operations.{operation}"),
                format!("target {target}"),
            );
    }
}

/// The target that somebody waits for. What runs by itself misses nobody for a few hours, unless
/// it has a target of its own.
fn target(facts: &Facts<'_>, run: &Run<'_>) -> Option<Ratio> {
    let own = facts.arch.targets.contains_key(run.id)
        || run.operation.is_some_and(|o| o.availability.is_some());
    if run.runs_by_itself() && !own {
        return None;
    }
    facts.system.availability_target(run.id)
}
