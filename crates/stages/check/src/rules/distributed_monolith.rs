//! Services that are called one after another by nearly every operation.
//!
//! **Why.** They are deployed apart and can do nothing apart: the price of a distributed system without what
//! it buys.
//!
//! **Remedy.** Make them modules of one service, and keep the boundary in code.
//!
//! **When it is wrong.** They must be apart for another reason: another team, another language, isolation.
//! Say so in a decision, and waive it.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}, show: {}, cancel: {}}}}
//! components:
//!   web: {kind: service, technology: rust}
//!   orders: {kind: service, technology: rust}
//!   stock: {kind: service, technology: rust}
//! relations:
//!   web-orders: {from: web, to: orders, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   web-stock: {from: web, to: stock, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   buy: {steps: [{on: web, work: request}, {on: orders, work: request}, {on: stock, work: request}]}
//!   show: {steps: [{on: web, work: request}, {on: orders, work: request}, {on: stock, work: request}]}
//!   cancel: {steps: [{on: web, work: request}, {on: orders, work: request}, {on: stock, work: request}]}
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}, show: {}, cancel: {}}}}
//! components:
//!   web: {kind: service, technology: rust}
//!   orders: {kind: service, technology: rust}
//!   stock: {kind: service, technology: rust}
//! relations:
//!   web-orders: {from: web, to: orders, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   web-stock: {from: web, to: stock, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   buy: {steps: [{on: web, work: request}, {on: orders, work: request}, {on: stock, work: request}]}
//!   show: {steps: [{on: web, work: request}, {on: stock, work: request}]}
//!   cancel: {steps: [{on: web, work: request}, {on: orders, work: request}]}
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

use std::collections::BTreeSet;

/// Fewer services or paths than this show no habit.
const FEW: usize = 3;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut sets: Vec<BTreeSet<&str>> = Vec::new();
    for run in &facts.runs {
        let of: BTreeSet<&str> = run
            .visits
            .iter()
            .filter(|v| v.waited && v.step.parallel.is_none())
            .map(|v| &*v.step.on)
            .filter(|c| facts.kind(c) == Some(ComponentKind::Service))
            .collect();
        used.extend(&of);
        if !of.is_empty() {
            sets.push(of);
        }
    }
    let together = sets
        .iter()
        .filter(|s| s.len() >= FEW && s.len() * 3 >= used.len() * 2)
        .count();
    if used.len() < FEW || sets.len() < FEW || together * 2 <= sets.len() {
        return;
    }
    let names: Vec<&str> = facts
        .arch
        .components
        .keys()
        .map(String::as_str)
        .filter(|c| used.contains(c))
        .collect();
    report.add(
        format!("components.{}", names[0]),
        format!(
            "{together} of {} paths need at least two thirds of {} one after another",
            sets.len(),
            list(&names)
        ),
        "they are deployed apart and can do nothing apart",
        "make them modules of one service, or move work between them until an operation needs few",
    );
}
