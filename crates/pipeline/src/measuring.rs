//! Measuring a design in a real database: the schema as the renderer writes it, and the file of
//! facts that comes of it.

use indexmap::IndexMap;

use knowledge::{Capability, Knowledge};
use model::{Measured, MeasuredFact, Plain, System};
use render::{Artifact, Marker};

use crate::open::MEASURED;

/// The stores of a design whose queries can be measured: relational ones with tables on a path.
pub fn stores(system: &System) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for step in system.runs().flat_map(|(_, _, path)| &path.steps) {
        let relational = system
            .component(&step.on)
            .and_then(|c| Knowledge::embedded().technology(c.technology.as_deref()?))
            .is_some_and(|t| t.has(Capability::Relational));
        if relational && step.table.is_some() && !found.iter().any(|s| **s == *step.on) {
            found.push(step.on.0.clone());
        }
    }
    found
}

/// Migrations of one store in the dialect of a technology, in order; roles are left out, because
/// they belong to a whole server.
pub fn schema(system: &System, store: &str, technology: &str) -> Vec<String> {
    let made = crate::render(system, &["sql"]).value;
    let several = format!(
        "schema/{}/{technology}/migrations/",
        store.replace('-', "_")
    );
    let one = format!("schema/{technology}/migrations/");
    let of = |prefix: &str| -> Vec<String> {
        made.iter()
            .filter_map(|a| Some((a.path.strip_prefix(prefix)?, &a.content)))
            .filter(|(name, _)| name.ends_with(".up.sql") && !name.ends_with("_roles.up.sql"))
            .map(|(_, content)| content.clone())
            .collect()
    };
    let found = of(&one);
    if found.is_empty() {
        of(&several)
    } else {
        found
    }
}

/// Rows of each table on the first day, or after this many years (0, 1 or 3 are evaluated).
pub fn rows_at(system: &System, years: u32) -> IndexMap<String, f64> {
    let evaluated = crate::evaluate(system, &evaluate::Scenario::quick()).value;
    let at = match years {
        0 => 0,
        1 => 1,
        _ => 2,
    };
    evaluated
        .tables
        .into_iter()
        .map(|(id, table)| (id, table.rows[at]))
        .collect()
}

/// Facts of an earlier measurement that this one does not replace: of other technologies, and of
/// queries that were not measured this time and still hold.
pub fn keep(before: Option<&Measured>, now: &[MeasuredFact]) -> Vec<MeasuredFact> {
    let replaced = |old: &&MeasuredFact| {
        now.iter()
            .any(|new| new.technology == old.technology && new.component == old.component)
    };
    before
        .into_iter()
        .flat_map(|m| &m.facts)
        .filter(|old| !replaced(old))
        .cloned()
        .collect()
}

/// The sealed text of `measured.yaml`.
pub fn text(measured: &Measured) -> String {
    let value = measured.to_value().unwrap_or_default();
    let body = syntax::emit::emit(&value);
    let sources = ["data", "paths"];
    let artifact = Artifact::new(
        MEASURED,
        Marker::Hash,
        "measurements of architecture.yaml",
        &sources,
        &body,
    );
    crate::output::seal(&artifact)
}
