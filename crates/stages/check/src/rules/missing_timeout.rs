//! A synchronous call over a network that has no timeout.
//!
//! **Why.** When the callee hangs, so does the caller, and with it every thread and connection that
//! waits. One slow dependency stops everything in front of it.
//!
//! **Remedy.** Write `timeout` at the relation: a little over the callee's 99.9th percentile, and under
//! the timeout of whoever calls you.
//!
//! **When it is wrong.** The call never leaves the machine: say `encryption: local`, or `runs_in` at one
//! of the two components.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        if relation.timeout.is_some() || !facts.is_remote_call(relation) {
            continue;
        }
        let port = facts.port(&relation.to).and_then(|(_, port)| {
            port.operations
                .values()
                .filter_map(|o| o.timeout)
                .max_by(|a, b| a.0.total_cmp(&b.0))
        });
        let value = port.map_or("500 ms".to_string(), |t| t.to_string());
        report
            .add(
                format!("relations.{id}"),
                format!(
                    "{} waits for {} without a timeout",
                    relation.from, relation.to
                ),
                format!(
                    "when {} hangs, {} hangs with it",
                    relation.to, relation.from
                ),
                format!(
                    "write `timeout: {value}` at `relations.{id}`, or what {} may take at worst",
                    relation.to
                ),
            )
            .at(format!("relations.{id}.timeout"));
    }
}
