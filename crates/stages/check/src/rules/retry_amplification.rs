//! Retries at several levels of one chain of calls, so that their numbers multiply.
//!
//! **Why.** Three tries at each of three levels are 27 calls on the innermost component for one request,
//! at the very moment when it cannot cope.
//!
//! **Remedy.** Repeat at one level only, next to what fails, or bound the repeats with `budget`.
//!
//! **When it is wrong.** The levels repeat for different reasons that cannot coincide.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   web: {kind: service, technology: nodejs}
//!   stock: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   web-stock:
//!     {from: web, to: stock, timeout: 5 s, breaker: {failures: 5, recovery: 10 s},
//!      retry: {attempts: 3, backoff: 50 ms, jitter: true}}
//!   stock-db: {from: stock, to: db, timeout: 200 ms, retry: {attempts: 3, backoff: 50 ms, jitter: true}}
//! paths:
//!   look:
//!     steps: [{on: web, work: request}, {on: stock, work: request}, {on: db, work: point-read}]
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {look: {}}}}
//! components:
//!   web: {kind: service, technology: nodejs}
//!   stock: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   web-stock: {from: web, to: stock, timeout: 5 s, breaker: {failures: 5, recovery: 10 s}}
//!   stock-db: {from: stock, to: db, timeout: 200 ms, retry: {attempts: 3, backoff: 50 ms, jitter: true}}
//! paths:
//!   look:
//!     steps: [{on: web, work: request}, {on: stock, work: request}, {on: db, work: point-read}]
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

/// Calls on the innermost component for one request, from which on it is reported.
const TOO_MANY: u32 = 6;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for run in &facts.runs {
        for visit in &run.visits {
            let mut levels = Vec::new();
            for (id, relation) in run.chain(visit.index).iter().filter_map(|v| v.relation) {
                if let Some(retry) = &relation.retry
                    && retry.attempts > 1
                    && retry.budget.is_none()
                    && !levels.iter().any(|(known, _)| *known == id)
                {
                    levels.push((id, retry.attempts));
                }
            }
            let product = levels
                .iter()
                .fold(1_u32, |all, (_, n)| all.saturating_mul(*n));
            let last = visit.relation.map(|(id, _)| id);
            if levels.len() < 2 || product < TOO_MANY || levels.last().map(|(id, _)| *id) != last {
                continue;
            }
            if !seen.insert(levels.iter().map(|(id, _)| *id).collect::<Vec<_>>()) {
                continue;
            }
            let factors: Vec<String> = levels.iter().map(|(_, n)| n.to_string()).collect();
            let names: Vec<&str> = levels.iter().map(|(id, _)| *id).collect();
            let (inner, _) = levels[levels.len() - 1];
            report
                .add(
                    format!("relations.{inner}"),
                    format!(
                        "one run of {} may call {} {product} times: {} retry one inside the other",
                        run.id, visit.step.on, list(&names)
                    ),
                    format!("{} gets {product} times the load when it can least carry it", visit.step.on),
                    format!(
                        "remove `retry` at all of them but `relations.{inner}`, or write `budget: 10 %` there"
                    ),
                )
                .at(format!("relations.{inner}.retry"))
                .computed(format!("{} = {product}", factors.join(" x ")));
        }
    }
}
