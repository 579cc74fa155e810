//! Two stores of different technologies, where one could hold what the other holds.
//!
//! It compares what the technologies can do (`relational`, `json`, `full-text`, ...), and speaks up to 1,000
//! steps a second at the peak on the lesser one.
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
const SHAPES: [Capability; 9] = [
    Capability::Relational,
    Capability::KeyValue,
    Capability::Document,
    Capability::WideColumn,
    Capability::TimeSeries,
    Capability::Columnar,
    Capability::SortedSet,
    Capability::FullText,
    Capability::Geo,
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
        let other = stores.iter().enumerate().find(|(before, (_, other))| {
            other.id != technology.id
                && holds(other, technology)
                // Of two equals, the later one is too many.
                && (*before < at || !holds(technology, other))
        });
        let wanted = must.iter().any(|name| technology.is_called(name));
        let Some(rate) = facts.peak_on(id).filter(|rate| *rate > 0.0 && *rate <= LOW) else {
            continue;
        };
        let Some((_, (other, _))) = other.filter(|_| !wanted) else {
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

/// Data of every shape that `less` is made for can live in `more`.
fn holds(more: &Technology, less: &Technology) -> bool {
    SHAPES
        .iter()
        .filter(|shape| less.has(**shape))
        .all(|shape| {
            more.has(*shape)
                || *shape == Capability::Document && more.has(Capability::Json)
                || *shape == Capability::KeyValue && more.has(Capability::Relational)
        })
}
