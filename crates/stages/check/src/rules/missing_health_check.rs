//! A service that is to be available, or that something balances requests over, and that has no readiness check.
//!
//! **Why.** Requests go on to an instance that cannot answer, and a release that does not start takes the
//! place of one that did.
//!
//! **Remedy.** Write `health: {ready: /health/ready}`: it answers only where the instance can do its work.
//!
//! **When it is wrong.** The platform looks at something else: write that path.
//!
//! ```yaml bad
//! components:
//!   edge: {kind: load-balancer, technology: haproxy}
//!   api: {kind: service, technology: rust}
//! relations:
//!   edge-api: {from: edge, to: api}
//! ```
//! ```yaml good
//! components:
//!   edge: {kind: load-balancer, technology: haproxy}
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//! relations:
//!   edge-api: {from: edge, to: api}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Operation;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, component) in &facts.arch.components {
        let checked = component.health.as_ref().is_some_and(|h| h.ready.is_some());
        if component.kind != ComponentKind::Service || checked {
            continue;
        }
        let balanced = facts.relations_to(id).iter().any(|(_, r)| {
            matches!(
                facts.kind(&r.from),
                Some(ComponentKind::LoadBalancer | ComponentKind::Gateway)
            )
        });
        let several = component.instances.is_some_and(|n| n > 1) || component.autoscale.is_some();
        let promised = || {
            facts
                .runs
                .iter()
                .find(|r| facts.system.availability_target(r.id).is_some() && r.needs(id))
        };
        let why = if balanced || several {
            format!("requests go on to an instance of {id} that cannot answer")
        } else if let Some(run) = promised() {
            format!(
                "nothing notices that {id} is down while {} is to be available",
                run.id
            )
        } else {
            continue;
        };
        report
            .add(
                format!("components.{id}"),
                format!("{id} has no readiness check"),
                why,
                format!("write `components.{id}.health: {{ready: /health/ready}}`"),
            )
            .at(format!("components.{id}.health.ready"));
    }
}
