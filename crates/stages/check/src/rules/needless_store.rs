//! Two stores of different technologies, where one could hold what the other holds.
//!
//! It compares the shapes of data the technologies are made for (`relational`, `document`, ...), full-text
//! search and points where the model uses them, and speaks up to 1,000 steps a second at the peak.
//!
//! **Why.** Two to run, back up, secure and know, and no transaction and no join over both.
//!
//! **Remedy.** Move the tables into the other store.
//!
//! **When it is wrong.** It must be used (`constraints.must_use`), or holds its data apart for safety: say so
//! in a decision.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {rate: 5/s}, log: {rate: 5/s}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//!   notes: {kind: store, technology: mariadb}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//!   api-notes: {from: api, to: notes, timeout: 500 ms}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: db, work: insert}]}
//!   log: {steps: [{on: api, work: request}, {on: notes, work: insert}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {rate: 5/s}, log: {rate: 5/s}}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   buy: {steps: [{on: api, work: request}, {on: db, work: insert}]}
//!   log: {steps: [{on: api, work: request}, {on: db, work: insert}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Simplicity;

use knowledge::{Capability, Technology};

/// Steps per second at the peak up to which it is reported.
const LOW: f64 = 1_000.0;
/// What data can look like; what else a technology can do does not bind the data to it.
const SHAPES: [Capability; 7] = [
    Capability::Relational,
    Capability::KeyValue,
    Capability::Document,
    Capability::WideColumn,
    Capability::TimeSeries,
    Capability::Columnar,
    Capability::SortedSet,
];

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let must = facts
        .brief
        .constraints
        .as_ref()
        .map_or(&[][..], |c| c.must_use.as_slice());
    let stores: Vec<(&str, &Technology)> = facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Store)
        .filter_map(|(id, _)| Some((id.as_str(), facts.technology(id)?)))
        .collect();
    for (at, (id, technology)) in stores.iter().enumerate() {
        let other = stores
            .iter()
            .enumerate()
            .find(|(before, (other_id, other))| {
                other.id != technology.id
                && holds(other, technology, &asked(facts, id))
                // Of two equals, the later one is too many.
                && (*before < at || !holds(technology, other, &asked(facts, other_id)))
            });
        let wanted = must.iter().any(|name| technology.is_called(name));
        let Some((_, (other, _))) = other.filter(|_| !wanted) else {
            continue;
        };
        let Some(rate) = facts.peak_on(id).filter(|rate| *rate > 0.0 && *rate <= LOW) else {
            continue;
        };
        report
            .add(
                format!("components.{id}"),
                format!(
                    "{id} has {} steps/s at the peak, and {other} could hold its data",
                    number(rate)
                ),
                "two stores to run, back up and know, and no transaction over both",
                format!("move the tables of {id} to {other}, and remove {id}"),
            )
            .with(format!("components.{other}"), "could hold them")
            .inferred();
    }
}

/// What the tables of a store and the steps on it ask for beyond the shape of the data.
fn asked(facts: &Facts<'_>, store: &str) -> Vec<Capability> {
    let mut all = Vec::new();
    let point = |t: &Table| t.columns.values().any(|c| c.kind == FieldType::Point);
    if facts.tables_in(store).any(|(_, table)| point(table)) {
        all.push(Capability::Geo);
    }
    let mut steps = facts.runs.iter().flat_map(|r| &r.visits).map(|v| v.step);
    if steps.any(|s| s.on == *store && s.work == Work::TextSearch) {
        all.push(Capability::FullText);
    }
    all
}

/// Data of every shape that `less` is made for, and what is asked of it, can live in `more`.
fn holds(more: &Technology, less: &Technology, asked: &[Capability]) -> bool {
    asked.iter().all(|capability| more.has(*capability))
        && SHAPES
            .iter()
            .filter(|shape| less.has(**shape))
            .all(|shape| {
                more.has(*shape)
                    || *shape == Capability::Document && more.has(Capability::Json)
                    || *shape == Capability::KeyValue && more.has(Capability::Relational)
            })
}
