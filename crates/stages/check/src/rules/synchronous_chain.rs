//! Four or more of our runtimes wait for each other in one row.
//!
//! **Why.** Latencies add up, availabilities multiply, and every one must be up for the first to answer.
//!
//! **Remedy.** Let a later part follow by an event, let the first one ask several side by side, or merge
//! services that are never used apart.
//!
//! **When it is wrong.** The depth is the task's own: a compiler, a tree walked by agreement.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   a: {kind: service, technology: rust}
//!   b: {kind: service, technology: rust}
//!   c: {kind: service, technology: rust}
//!   d: {kind: service, technology: rust}
//! relations:
//!   a-b: {from: a, to: b, timeout: 4 s, breaker: {failures: 5, recovery: 10 s}}
//!   b-c: {from: b, to: c, timeout: 3 s, breaker: {failures: 5, recovery: 10 s}}
//!   c-d: {from: c, to: d, timeout: 2 s, breaker: {failures: 5, recovery: 10 s}}
//! paths:
//!   buy:
//!     steps: [{on: a, work: request}, {on: b, work: request}, {on: c, work: request}, {on: d, work: request}]
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   a: {kind: service, technology: rust}
//!   b: {kind: service, technology: rust}
//!   c: {kind: service, technology: rust}
//!   d: {kind: service, technology: rust}
//! relations:
//!   a-b: {from: a, to: b, timeout: 4 s, breaker: {failures: 5, recovery: 10 s}}
//!   a-c: {from: a, to: c, timeout: 4 s, breaker: {failures: 5, recovery: 10 s}}
//!   c-d: {from: c, to: d, mode: async}
//! paths:
//!   buy:
//!     steps: [{on: a, work: request}, {on: b, work: request}, {on: c, work: request}, {on: d, work: request}]
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Structure;

/// Runtimes in one row, from which on it is reported.
const DEEP: usize = 4;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for run in &facts.runs {
        let mut deepest: Vec<&str> = Vec::new();
        for visit in run
            .visits
            .iter()
            .filter(|v| v.waited && facts.is_runtime(&v.step.on))
        {
            let mut row: Vec<&str> = run
                .chain(visit.index)
                .iter()
                .map(|v| &*v.step.on)
                .filter(|c| facts.is_runtime(c))
                .collect();
            row.dedup();
            if row.len() > deepest.len() {
                deepest = row;
            }
        }
        if deepest.len() < DEEP || !seen.insert(deepest.clone()) {
            continue;
        }
        report.add(
            format!("paths.{}", run.id),
            format!(
                "in {} {} components wait for each other in a row: {}",
                run.id,
                deepest.len(),
                deepest.join(" > ")
            ),
            "their latencies add up, and each must be up for the first to answer",
            format!(
                "let {} follow by an event, or ask it directly from {}",
                deepest[deepest.len() - 1],
                deepest[0]
            ),
        );
    }
}
