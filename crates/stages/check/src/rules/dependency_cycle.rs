//! Runtimes that call each other in a circle and wait.
//!
//! **Why.** None can be deployed, tested or restarted without the others, a slow one stops all, and a
//! request that goes round can exhaust the pools of each (a deadlock without a lock).
//!
//! **Remedy.** Turn one call round: an event that the other one listens to, or the data passed along.
//!
//! **When it is wrong.** The calls belong to different operations and never meet in one request; even then
//! deployments depend on each other.
//!
//! ```yaml bad
//! components:
//!   orders: {kind: service, technology: rust}
//!   stock: {kind: service, technology: rust}
//! relations:
//!   orders-stock: {from: orders, to: stock, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   stock-orders: {from: stock, to: orders, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! components:
//!   orders: {kind: service, technology: rust}
//!   stock: {kind: service, technology: rust}
//! relations:
//!   orders-stock: {from: orders, to: stock, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   stock-orders: {from: stock, to: orders, mode: async}
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let calls = facts.arch.relations.iter().filter(|(_, r)| {
        r.mode == Mode::Sync && facts.is_runtime(&r.from) && facts.is_runtime(&r.to)
    });
    let edges: Vec<(&str, &str)> = calls.map(|(_, r)| (&*r.from, &*r.to)).collect();
    for cycle in cycles(&edges) {
        let members: std::collections::BTreeSet<&str> = cycle.iter().copied().collect();
        let inside = facts.arch.relations.iter().filter(|(_, r)| {
            r.mode == Mode::Sync && members.contains(&*r.from) && members.contains(&*r.to)
        });
        let relations: Vec<&str> = inside.map(|(id, _)| id.as_str()).collect();
        let mut entry = report.add(
            format!("components.{}", cycle[0]),
            format!("{} wait for each other in a circle", list(&cycle)),
            "none of them can be deployed, restarted or understood without the others",
            format!(
                "make one of {} `mode: async`, or pass along what is asked back for",
                list(&relations)
            ),
        );
        for relation in relations {
            entry = entry.with(format!("relations.{relation}"), "part of the circle");
        }
    }
}
