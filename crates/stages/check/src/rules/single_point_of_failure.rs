//! A component that an operation cannot do without runs once, or in one zone, where the target asks for more.
//!
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

/// Share of the year that one machine answers, deployments included.
const ONE_MACHINE: f64 = 0.995;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let zone_loss = facts
        .brief
        .targets
        .as_ref()
        .and_then(|t| t.survive_zone_loss)
        == Some(true);
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
        let needing: Vec<(&str, Ratio)> = facts
            .runs
            .iter()
            .filter(|r| r.needs(id))
            .filter_map(|r| Some((r.id, facts.system.availability_target(r.id)?)))
            .collect();
        let Some((operation, target)) = needing
            .into_iter()
            .reduce(|a, b| if b.1.0 > a.1.0 { b } else { a })
        else {
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
