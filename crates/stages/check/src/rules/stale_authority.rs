//! An operation that must never be wrong about something is answered from a copy that may be old.
//!
//! The copy is a cache, or a store that answers reads from replicas which lag behind.
//!
//! **Why.** The copy says what was true a while ago: a revoked permission still opens, the last seat is
//! still free.
//!
//! **Remedy.** Read what must not be wrong from where it is written, or name a mechanism that keeps the
//! promise: it `uses` the copy and `protects` the operation.
//!
//! **When it is wrong.** What is copied cannot change: an identifier, a closed account.
//!
//! ```yaml bad
//! brief:
//!   name: gate
//!   purpose: Opens gates.
//!   domain: {entities: {pass: {fields: {valid: boolean}}}, operations: {open: {never_wrong: [row.valid]}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   cache: {kind: cache, technology: valkey}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-cache: {from: api, to: cache, timeout: 50 ms}
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   open: {steps: [{on: api, work: request}, {on: cache, work: get}, {on: db, work: point-read, probability: 5 %}]}
//! ```
//! ```yaml good
//! brief:
//!   name: gate
//!   purpose: Opens gates.
//!   domain: {entities: {pass: {fields: {valid: boolean}}}, operations: {open: {never_wrong: [row.valid]}}}
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! paths:
//!   open: {steps: [{on: api, work: request}, {on: db, work: point-read}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for run in &facts.runs {
        let Some(operation) = run.operation.filter(|o| !o.never_wrong.is_empty()) else {
            continue;
        };
        let id = run.id;
        // A mechanism answers for the copies that it names, by themselves or by the way to them.
        let protected = |copy: &str| {
            facts.arch.mechanisms.values().any(|m| {
                let protects = m.protects.iter().any(|p| {
                    p.split('.')
                        .any(|part| part == id || part.starts_with(&format!("{id}[")))
                });
                let names = |used: &String| {
                    let mut parts = used.split(['.', '[']);
                    match (parts.next(), parts.next()) {
                        (Some("components"), Some(component)) => component == copy,
                        (Some("relations"), Some(relation)) => facts
                            .arch
                            .relations
                            .get(relation)
                            .is_some_and(|r| r.to == *copy),
                        (Some("data"), Some(table)) => {
                            facts.arch.data.get(table).is_some_and(|t| t.store == *copy)
                        }
                        _ => false,
                    }
                };
                protects && (m.components.iter().any(|c| **c == *copy) || m.uses.iter().any(names))
            })
        };
        let copy = run.visits.iter().filter(|v| v.waited).find_map(|v| {
            let component = facts
                .component(&v.step.on)
                .filter(|_| !protected(&v.step.on))?;
            let lagging = component
                .replication
                .as_ref()
                .is_some_and(|r| r.readers > 0 && r.mode == ReplicationMode::Asynchronous);
            match component.kind {
                ComponentKind::Cache if v.step.work == Work::Get => Some((v, "a cache")),
                ComponentKind::Store if lagging && !operation.writes() && !v.step.work.writes() => {
                    Some((v, "replicas that lag behind"))
                }
                _ => None,
            }
        });
        let Some((visit, what)) = copy else { continue };
        report
            .add(
                format!("operations.{id}"),
                format!("{id} is never to be wrong about `{}`, and {} answers it from {what}", operation.never_wrong[0].text, visit.step.on),
                "the copy says what was true a while ago",
                format!("read it where it is written, or name the mechanism that keeps the promise, with {} in its `uses` and `protects: [operations.{id}]`", visit.step.on),
            )
            .at(run.place(visit.index));
    }
}
