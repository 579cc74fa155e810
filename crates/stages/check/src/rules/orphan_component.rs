//! A component that no relation touches and no path visits.
//!
//! **Why.** It costs money and attention and does nothing, or the relations that would show what it does are
//! missing.
//!
//! **Remedy.** Write its relations, or remove it.
//!
//! **When it is wrong.** Never: what something is for can be said.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//!   search: {kind: search, technology: opensearch}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Record;

use std::collections::BTreeSet;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    if facts.arch.relations.is_empty() {
        return;
    }
    let visited: BTreeSet<&str> = facts
        .runs
        .iter()
        .flat_map(|r| &r.visits)
        .map(|v| &*v.step.on)
        .collect();
    let hosts: BTreeSet<&str> = facts
        .arch
        .components
        .values()
        .filter_map(|c| c.runs_in.as_deref())
        .collect();
    let stand_ins: BTreeSet<&str> = facts
        .arch
        .relations
        .values()
        .filter_map(|r| r.fallback.as_ref()?.to.as_deref())
        .collect();
    for id in facts.arch.components.keys().map(String::as_str) {
        let known = !facts.relations_to(id).is_empty() || !facts.relations_from(id).is_empty();
        if known || visited.contains(id) || hosts.contains(id) || stand_ins.contains(id) {
            continue;
        }
        report.add(
            format!("components.{id}"),
            format!("nothing reaches {id}, and it reaches nothing"),
            "it costs money and attention and does nothing",
            format!("write the relations of {id}, or remove it"),
        );
    }
}
