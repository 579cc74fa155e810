//! One run calls the same service or external system five times or more.
//!
//! **Why.** Each call costs a round trip and a chance to fail. What takes 1 ms once takes 50 ms in a loop
//! over fifty lines of an order.
//!
//! **Remedy.** Offer a call that takes all of them at once, or keep a copy of what is asked for.
//!
//! **When it is wrong.** The calls run side by side and the callee offers no batch: give the steps one
//! `parallel` name.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {show-cart: {}}}}
//! components:
//!   cart: {kind: service, technology: rust}
//!   prices: {kind: service, technology: rust}
//! relations:
//!   cart-prices: {from: cart, to: prices, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   show-cart: {steps: [{on: cart, work: request}, {on: prices, work: request, times: 20}]}
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {show-cart: {}}}}
//! components:
//!   cart: {kind: service, technology: rust}
//!   prices: {kind: service, technology: rust}
//! relations:
//!   cart-prices: {from: cart, to: prices, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   show-cart: {steps: [{on: cart, work: request}, {on: prices, work: request}]}
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

use std::collections::BTreeMap;

/// Calls of one run, from which on it is reported.
const MANY: f64 = 5.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        let mut calls: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for visit in run
            .visits
            .iter()
            .filter(|v| v.waited && v.step.parallel.is_none())
        {
            let (Some((id, relation)), Some(_)) = (visit.relation, visit.caller) else {
                continue;
            };
            let other = facts.is_runtime(&relation.to)
                || facts.kind(&relation.to) == Some(ComponentKind::External);
            if other && facts.is_remote_call(relation) {
                calls.entry(id).or_insert((0.0, visit.index)).0 += times(visit.step);
            }
        }
        for (id, (count, first)) in calls {
            let relation = &facts.arch.relations[id];
            if count < MANY {
                continue;
            }
            report
                .add(
                    run.place(first),
                    format!(
                        "one run of {} calls {} {} times",
                        run.id,
                        relation.to,
                        number(count)
                    ),
                    format!(
                        "{} round trips in a row, and one that fails fails all",
                        number(count)
                    ),
                    format!(
                        "offer one call of {} that takes them all, and write it as one step",
                        relation.to
                    ),
                )
                .with(format!("relations.{id}"), "the relation they go over");
        }
    }
}
