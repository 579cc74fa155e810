//! A gateway behind another gateway or balancer, in front of one service only.
//!
//! **Why.** It adds a hop, a timeout and a thing to run, and routes nothing.
//!
//! **Remedy.** Let the first one talk to the service, and move what the second one did there.
//!
//! **When it is wrong.** The first one cannot do what the second does (authentication, limits): say so in a
//! decision.
//!
//! ```yaml bad
//! components:
//!   edge: {kind: load-balancer, technology: haproxy}
//!   gate: {kind: gateway, technology: nginx}
//!   api: {kind: service, technology: rust, health: {ready: /health/ready}}
//! relations:
//!   edge-gate: {from: edge, to: gate}
//!   gate-api: {from: gate, to: api}
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
pub(crate) const CATEGORY: Category = Category::Simplicity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, _) in facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Gateway)
    {
        let behind = facts.relations_from(id);
        let before = facts.relations_to(id);
        let layered = !before.is_empty()
            && before.iter().all(|(_, r)| {
                matches!(
                    facts.kind(&r.from),
                    Some(ComponentKind::Gateway | ComponentKind::LoadBalancer)
                )
            });
        let offers = facts
            .arch
            .contracts
            .values()
            .any(|c| c.component == *id.as_str());
        let [(_, only)] = behind else { continue };
        if !layered || offers || facts.kind(&only.to) != Some(ComponentKind::Service) {
            continue;
        }
        let first = &before[0].1.from;
        report.add(
            format!("components.{id}"),
            format!(
                "{id} stands between {first} and {} and has nothing to choose",
                only.to
            ),
            "it adds a hop and a thing to run, and routes nothing",
            format!("let {first} talk to {}, and remove {id}", only.to),
        );
    }
}
