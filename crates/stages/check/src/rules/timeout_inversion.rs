//! An inner call that may take as long as, or longer than, the call around it.
//!
//! The time of the inner call is that of all its tries and the pauses between them, which double.
//!
//! **Why.** The outer caller gives up first. The inner work goes on for nobody, and its result is lost;
//! repeats by the outer caller then pile up on work that still runs.
//!
//! **Remedy.** Shorten the inner timeout or its retries, or lengthen the outer timeout.
//!
//! **When it is wrong.** The work must go on although nobody waits: make the step `background`.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   web: {kind: service, technology: nodejs}
//!   orders: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   web-orders: {from: web, to: orders, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   orders-db: {from: orders, to: db, timeout: 400 ms, retry: {attempts: 3, backoff: 50 ms, jitter: true}}
//! paths:
//!   buy:
//!     steps:
//!       - {on: web, work: request}
//!       - {on: orders, work: request}
//!       - {on: db, work: point-read}
//! observability: {correlation: traceparent}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   web: {kind: service, technology: nodejs}
//!   orders: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   web-orders: {from: web, to: orders, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//!   orders-db: {from: orders, to: db, timeout: 200 ms, retry: {attempts: 3, backoff: 50 ms, jitter: true}}
//! paths:
//!   buy:
//!     steps:
//!       - {on: web, work: request}
//!       - {on: orders, work: request}
//!       - {on: db, work: point-read}
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for run in &facts.runs {
        for visit in run.visits.iter().filter(|v| v.waited) {
            let Some((inner, relation)) = visit.relation else {
                continue;
            };
            let Some(takes) = worst(relation) else {
                continue;
            };
            let chain = run.chain(visit.index);
            let outer = chain.iter().rev().skip(1).find_map(|v| {
                let (id, relation) = v.relation?;
                Some((id, relation, relation.timeout?))
            });
            let Some((outer, around, limit)) = outer else {
                continue;
            };
            if takes.0 < limit.0 || outer == inner || !seen.insert(inner) {
                continue;
            }
            let tries = relation.retry.as_ref().map_or(1, |r| r.attempts);
            let inside = if tries > 1 {
                format!("{takes} in {tries} tries")
            } else {
                takes.to_string()
            };
            report
                .add(
                    format!("relations.{inner}"),
                    format!(
                        "{} may wait {inside} for {}, but {} gives up on it after {limit}",
                        relation.from, relation.to, around.from
                    ),
                    format!("{} goes on working for a caller that has left", relation.from),
                    format!(
                        "shorten `relations.{inner}.timeout` or its retries to under {limit} in all, \
                         or write a `timeout` over {takes} at `relations.{outer}`"
                    ),
                )
                .at(format!("relations.{inner}.timeout"))
                .with(format!("relations.{outer}"), format!("gives up after {limit}"))
                .computed(arithmetic(relation, takes));
        }
    }
}

/// All tries, and the doubling pauses between them.
fn worst(relation: &Relation) -> Option<Duration> {
    let timeout = relation.timeout?.0;
    let (tries, first) = relation
        .retry
        .as_ref()
        .map_or((1, 0.0), |r| (r.attempts.max(1), r.backoff.0));
    let pauses = first * (f64::from(tries.min(60) - 1).exp2() - 1.0);
    Some(Duration(timeout * f64::from(tries) + pauses))
}

fn arithmetic(relation: &Relation, takes: Duration) -> String {
    let timeout = relation.timeout.unwrap_or_default();
    match &relation.retry {
        Some(r) if r.attempts > 1 => format!(
            "{} x {timeout} + {} doubling {} time(s) = {takes}",
            r.attempts,
            r.backoff,
            r.attempts - 1
        ),
        _ => format!("one try of {timeout}"),
    }
}
