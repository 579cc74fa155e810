//! Demands that were measured on the design's own schema, against the steps they are about.
//!
//! A measured fact is preferred to the technology's, step by step, where it is about this very query
//! on this very structure and was taken on the technology that the store has. Nothing is scaled.

use knowledge::{Knowledge, Operation};
use model::{
    Evidence, EvidenceKind, Finding, Measured, MeasuredFact, Severity, Step, System, Work, measured,
};

/// The fact that holds for a step of an operation, and where it was measured.
pub(super) fn fact_for<'s>(
    system: &'s System,
    knowledge: &Knowledge,
    operation: &str,
    step: &Step,
) -> Option<(&'s Measured, &'s MeasuredFact)> {
    let measured = system.measured.as_ref()?;
    let technology = system.component(&step.on)?.technology.as_deref()?;
    let fact = measured.facts.iter().find(|fact| {
        fact.is_about(operation, step)
            && same_technology(knowledge, &fact.technology, technology)
            && sound(fact)
            && fact.design == design_of(system, operation, step)
    })?;
    Some((measured, fact))
}

/// Two names of one technology.
fn same_technology(knowledge: &Knowledge, one: &str, other: &str) -> bool {
    let id = |name| knowledge.technology(name).map(|t| t.id.as_str());
    one == other || id(one).is_some() && id(one) == id(other)
}

/// A time that queues can be computed with.
fn sound(fact: &MeasuredFact) -> bool {
    fact.cpu_us.is_finite() && (0.0..=1e12).contains(&fact.cpu_us)
}

/// The checksum that a fact about this step must carry; empty where it can have none.
fn design_of(system: &System, operation: &str, step: &Step) -> String {
    if step.work != Work::Commit {
        return measured::digest(&system.architecture, step).unwrap_or_default();
    }
    let path = system.architecture.paths.get(operation);
    let steps = path.map_or(&[][..], |p| &p.steps);
    // The step itself where it is one of the path's, or the first that is equal.
    let at = steps
        .iter()
        .position(|s| std::ptr::eq(s, step))
        .or_else(|| steps.iter().position(|s| s == step));
    at.map_or_else(String::new, |at| {
        measured::commit_digest(&system.architecture, steps, at)
    })
}

/// Steps whose demand the technology of a store must answer for, and how many of them were measured.
pub(super) fn count(system: &System, knowledge: &Knowledge) -> (usize, usize) {
    if system.measured.is_none() {
        return (0, 0);
    }
    let (mut used, mut all) = (0, 0);
    for (operation, path) in &system.architecture.paths {
        for step in &path.steps {
            if step.cpu.is_some() || !asks_a_store(system, knowledge, step) {
                continue;
            }
            all += 1;
            used += usize::from(fact_for(system, knowledge, operation, step).is_some());
        }
    }
    (used, all)
}

fn asks_a_store(system: &System, knowledge: &Knowledge, step: &Step) -> bool {
    let technology = system
        .component(&step.on)
        .and_then(|c| knowledge.technology(c.technology.as_deref()?));
    technology.is_some_and(|t| t.has(knowledge::Capability::Relational))
        && Operation::from_word(step.work.id()).is_some()
}

/// Facts that the design has moved away from: `stale-measurement`, one for each.
pub(super) fn stale(system: &System, knowledge: &Knowledge) -> Vec<Finding> {
    let Some(measured) = &system.measured else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (at, fact) in measured.facts.iter().enumerate() {
        let gone: Vec<&String> = fact
            .operations
            .iter()
            .filter(|o| !holds_for(system, knowledge, fact, o))
            .collect();
        if gone.is_empty() {
            continue;
        }
        let what = fact.table.as_ref().map_or_else(
            || fact.work.id().to_string(),
            |t| format!("{} on `{t}`", fact.work.id()),
        );
        let names: Vec<String> = gone.iter().map(|o| format!("`{o}`")).collect();
        let reason = if sound(fact) {
            "its query, its table or its store's technology has changed since"
        } else {
            "its processor time is no number that can be computed with"
        };
        findings.push(
            Finding::new(
                "stale-measurement",
                Severity::Minor,
                format!("facts[{at}]"),
                format!(
                    "what was measured of {what} for {} no longer holds: {reason}",
                    names.join(", ")
                ),
            )
            .why("The technology's general fact is used in its place.")
            .remedy("Run `groundplan measure` again, or remove the fact from measured.yaml.")
            .evidence(
                Evidence::new(
                    EvidenceKind::Measured,
                    format!("{:.1} us on {}", fact.cpu_us, measured.date),
                )
                .from("measured.yaml"),
            ),
        );
    }
    findings
}

/// Whether a step of the operation still asks what was measured. A fact of another technology than
/// the store's is no fault: it was taken for comparison.
fn holds_for(system: &System, knowledge: &Knowledge, fact: &MeasuredFact, operation: &str) -> bool {
    let Some(path) = system.architecture.paths.get(operation) else {
        return false;
    };
    sound(fact)
        && path.steps.iter().any(|step| {
            fact.is_about(operation, step)
                && fact.design == design_of(system, operation, step)
                && (fact_for(system, knowledge, operation, step).is_some()
                    || system
                        .component(&step.on)
                        .and_then(|c| c.technology.as_deref())
                        .is_none_or(|t| !same_technology(knowledge, &fact.technology, t)))
        })
}
