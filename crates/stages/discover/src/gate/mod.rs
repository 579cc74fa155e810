//! The gate: what in a brief cannot be true, so that no design of it can be trusted.
//!
//! Two kinds of checks. Names that lead nowhere inside the domain (`entities`, `operations`,
//! `effects`, `routes`): the loader resolves references between collections, these are the ones whose
//! meaning depends on where they stand. And contradictions between numbers, wishes and facts
//! (`availability`, `latency`, `recovery`, `technology`, `budget`, `protection`, `load`), each with its
//! arithmetic. A check says nothing where it does not know: silence about what the brief leaves open
//! is the questions' work.

mod availability;
mod budget;
mod effects;
mod entities;
mod latency;
mod load;
mod names;
mod operations;
mod protection;
mod recovery;
mod report;
mod routes;
mod scope;
mod technology;

use knowledge::Knowledge;
use model::{Brief, Finding};
use report::Report;

/// What every check sees.
pub(crate) struct Facts<'f> {
    pub brief: &'f Brief,
    pub knowledge: &'f Knowledge,
}

const CHECKS: &[fn(&Facts<'_>, &mut Report)] = &[
    entities::check,
    operations::check,
    routes::check,
    load::check,
    availability::check,
    latency::check,
    recovery::check,
    budget::check,
    technology::check,
    protection::check,
];

/// Names that lead nowhere and contradictions, each once, in the order of the checks.
///
/// Places are whole model paths (`domain.operations.place-order.by[0]`).
pub fn gate(brief: &Brief, knowledge: &Knowledge) -> Vec<Finding> {
    let facts = Facts { brief, knowledge };
    let mut report = Report::default();
    for check in CHECKS {
        check(&facts, &mut report);
    }
    report.into_findings()
}
