//! Retries without a pause, or with pauses of equal length for all.
//!
//! **Why.** What failed because it was busy is hit again at once, by every caller at the same moment.
//! Random pauses spread the repeats (Brooker, Exponential backoff and jitter, AWS, 2015).
//!
//! **Remedy.** Write `backoff` over zero and `jitter: true`.
//!
//! **When it is wrong.** One single caller repeats, and seldom.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms, retry: {attempts: 2, backoff: 50 ms}}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust}
//!   db: {kind: store, technology: postgresql}
//! relations:
//!   api-db: {from: api, to: db, timeout: 500 ms, retry: {attempts: 2, backoff: 50 ms, jitter: true}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        let Some(retry) = relation.retry.as_ref().filter(|r| r.attempts > 1) else {
            continue;
        };
        let (what, write) = match (retry.backoff.0 > 0.0, retry.jitter) {
            (true, true) => continue,
            (false, _) => ("at once", "backoff: 100 ms, jitter: true"),
            (true, false) => (
                "after pauses that are the same for every caller",
                "jitter: true",
            ),
        };
        report
            .add(
                format!("relations.{id}"),
                format!("{} repeats calls to {} {what}", relation.from, relation.to),
                format!("all callers hit {} again in the same moment", relation.to),
                format!("write `{write}` at `relations.{id}.retry`"),
            )
            .at(format!("relations.{id}.retry"));
    }
}
