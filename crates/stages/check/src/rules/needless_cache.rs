//! A cache in front of a store that could answer everything itself.
//!
//! The load on the store without the cache is computed from the peak rates, the steps of the paths and the
//! measured processor time of the technology. Under 30 % of one instance, and with no latency target
//! under 10 ms, the cache buys nothing.
//!
//! **Why.** It is one more thing to run, to secure and to keep in step, and it can serve what is no longer true.
//!
//! **Remedy.** Remove it, and let the paths read the store.
//!
//! **When it is wrong.** It keeps what the store does not (sessions, limits), or the growth is near: say so in
//! a decision.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {show: {rate: 20/s}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   cache: {kind: cache, technology: redis}
//!   db: {kind: store, technology: postgresql, size: {vcpu: 4}}
//! relations:
//!   api-cache: {from: api, to: cache, timeout: 50 ms}
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   show: {steps: [{on: api, work: request}, {on: cache, work: get}, {on: db, work: point-read, probability: 10 %}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {show: {rate: 20/s}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql, size: {vcpu: 4}}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   show: {steps: [{on: api, work: request}, {on: db, work: point-read}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Simplicity;

/// Utilisation of one instance of the store under which it needs no help.
const IDLE: f64 = 0.3;
/// A latency target under this, in seconds, may need memory.
const FAST: f64 = 0.010;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, _) in facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Cache)
    {
        let asks = |run: &&Run<'_>| {
            run.visits
                .iter()
                .any(|v| v.step.on == *id.as_str() && v.step.work == Work::Get)
        };
        let runs: Vec<&Run<'_>> = facts.runs.iter().filter(asks).collect();
        let fast = runs.iter().any(|r| {
            facts
                .system
                .latency_target(r.id)
                .is_some_and(|l| [l.p50, l.p95, l.p99].iter().flatten().any(|t| t.0 < FAST))
        });
        let stores: std::collections::BTreeSet<&str> = runs
            .iter()
            .flat_map(|r| &r.visits)
            .filter(|v| {
                facts.kind(&v.step.on) == Some(ComponentKind::Store) && v.step.probability.is_some()
            })
            .map(|v| &*v.step.on)
            .collect();
        let loads: Option<Vec<(&str, f64)>> = stores
            .iter()
            .map(|s| Some((*s, without(facts, id, s)?)))
            .collect();
        let Some(loads) = loads.filter(|l| !l.is_empty() && !fast) else {
            continue;
        };
        if loads.iter().any(|(_, load)| *load >= IDLE) {
            continue;
        }
        let shown: Vec<String> = loads
            .iter()
            .map(|(s, load)| format!("{s} at {}", percent((load * 1000.0).round() / 1000.0)))
            .collect();
        report
            .add(
                format!("components.{id}"),
                format!("without {id} the peak would keep {} of one instance", list(&shown)),
                format!("{id} must be run, secured and kept in step, and buys nothing"),
                format!("remove {id}, and drop `probability` from the steps behind it"),
            )
            .computed("peak rates of the brief x steps of the paths x processor time of the technology, per vCPU of one instance")
            .inferred();
    }
}

/// Utilisation of one instance of `store` at the peak if every read went to it; `None` where a
/// rate, a demand or the size is not known.
fn without(facts: &Facts<'_>, cache: &str, store: &str) -> Option<f64> {
    let technology = facts.technology(store)?;
    let vcpu = facts
        .component(store)?
        .size
        .as_ref()?
        .vcpu
        .filter(|v| *v > 0.0)?;
    let mut busy = 0.0;
    for run in &facts.runs {
        let cached = run.visits.iter().any(|v| v.step.on == *cache);
        for step in run.visits.iter().map(|v| v.step).filter(|s| s.on == *store) {
            let operation = knowledge::Operation::from_word(step.work.id())?;
            let demand = technology.demand(operation)?;
            let rows = step.rows.unwrap_or(1.0);
            let each = step
                .cpu
                .map(|c| c.0 * 1e6)
                .or_else(|| demand.cpu_us_for(rows, 0.0, 0.0))?;
            let often = if cached {
                step.times.unwrap_or(1.0)
            } else {
                times(step)
            };
            busy += facts.peak(run.id)? * often * each / 1e6;
        }
    }
    Some(busy / vcpu)
}
