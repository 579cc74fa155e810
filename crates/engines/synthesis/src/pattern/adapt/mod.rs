//! Structural changes that no template can express: tables, partitions and steps that must agree
//! with keys, foreign keys, indexes and paths. One file for each pattern, named like it.

pub mod audit_log;
pub mod time_partitioning;

use model::{Architecture, Brief, Map};

use crate::choices::Choices;

/// What a structural change did.
#[derive(Debug, Default)]
pub struct Adapted {
    /// Model paths.
    pub adds: Vec<String>,
    /// Places (ids of operations or entities) where it cannot be done, with the reason.
    pub refused: Map<String>,
}

type Change = fn(&Brief, &Choices, &mut Architecture, &[String]) -> Adapted;

const CHANGES: &[(&str, Change)] = &[
    ("audit-log", audit_log::change),
    ("time-partitioning", time_partitioning::change),
];

/// Makes the structural change of a pattern, where it has one, at these places.
pub fn adapt(
    pattern: &str,
    brief: &Brief,
    choices: &Choices,
    architecture: &mut Architecture,
    places: &[String],
) -> Adapted {
    CHANGES
        .iter()
        .find(|(id, _)| *id == pattern)
        .filter(|_| !places.is_empty())
        .map(|(_, change)| change(brief, choices, architecture, places))
        .unwrap_or_default()
}
