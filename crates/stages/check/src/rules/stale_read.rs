//! An operation is answered from a copy that may be older than the operation allows.
//!
//! The copy is a store whose replicas lag (`replication.lag`); for an operation that must never be wrong about
//! something (`never_wrong`), also what a relation falls back to (`fallback.staleness`).
//!
//! **Why.** The brief says how old an answer may be, and the design allows an older one.
//!
//! **Remedy.** Lower the `lag` at which a replica is taken out, or the fallback's `staleness`; read elsewhere; or agree
//! on another `staleness`.
//!
//! **When it is wrong.** The answer says its age and the brief allows that: raise the operation's `staleness`.
//!
//! ```yaml bad
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {operations: {track: {staleness: 10 s}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   copies: {kind: store, technology: postgresql, replication: {mode: asynchronous, readers: 2, lag: 1 min}}
//! relations:
//!   api-copies: {from: api, to: copies, timeout: 500 ms}
//! paths:
//!   track: {steps: [{on: api, work: request}, {on: copies, work: point-read}]}
//! ```
//! ```yaml good
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain: {operations: {track: {staleness: 10 s}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   copies: {kind: store, technology: postgresql, replication: {mode: asynchronous, readers: 2, lag: 5 s}}
//! relations:
//!   api-copies: {from: api, to: copies, timeout: 500 ms}
//! paths:
//!   track: {steps: [{on: api, work: request}, {on: copies, work: point-read}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        let Some(allowed) = run.operation.and_then(|o| o.staleness) else {
            continue;
        };
        let old = run.visits.iter().filter(|v| v.waited).find_map(|visit| {
            let on: &str = &visit.step.on;
            let replication = facts.component(on)?.replication.as_ref();
            let lag = replication
                .filter(|r| r.mode == ReplicationMode::Asynchronous && r.readers > 0)
                .and_then(|r| r.lag)
                .filter(|lag| lag.0 > allowed.0 && !visit.step.work.writes());
            // In a fault an older answer is better than none, but for what must not be wrong.
            let strict = run.operation.is_some_and(|o| !o.never_wrong.is_empty());
            let fallback = visit
                .relation
                .filter(|_| strict)
                .and_then(|(id, relation)| {
                    let staleness = relation.fallback.as_ref()?.staleness?;
                    let place = format!("relations.{id}.fallback.staleness");
                    (staleness.0 > allowed.0).then_some((place, staleness))
                });
            lag.map(|lag| (format!("components.{on}.replication.lag"), lag))
                .or(fallback)
        });
        let Some((place, age)) = old else { continue };
        report
            .add(
                format!("operations.{}", run.id),
                format!(
                    "{} may be {allowed} old, and `{place}` allows {age}",
                    run.id
                ),
                "the answer may be older than was promised",
                format!("lower `{place}` to {allowed} or less, or agree on another `staleness`"),
            )
            .at(place);
    }
}
