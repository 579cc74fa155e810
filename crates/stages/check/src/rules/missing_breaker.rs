//! A synchronous call to another service or an external system with neither a breaker nor a fallback.
//!
//! **Why.** While the callee is down, each request still waits for its timeout. The caller runs out of
//! threads and connections and fails for everybody, also for those who need nothing of the callee.
//!
//! **Remedy.** Write `breaker` at the relation, or a `fallback` that says what is shown instead.
//!
//! **When it is wrong.** The caller can do nothing at all without the callee and waits on nothing shared.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust}
//!   tax: {kind: external}
//! relations:
//!   api-tax: {from: api, to: tax, timeout: 1 s}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust}
//!   tax: {kind: external}
//! relations:
//!   api-tax: {from: api, to: tax, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        let other = matches!(
            facts.kind(&relation.to),
            Some(ComponentKind::External | ComponentKind::Service)
        );
        let serves = matches!(
            facts.kind(&relation.from),
            Some(ComponentKind::Service | ComponentKind::Worker)
        );
        if !other
            || !serves
            || !facts.is_remote_call(relation)
            || relation.breaker.is_some()
            || relation.fallback.is_some()
        {
            continue;
        }
        let wait = relation.timeout.map_or(String::new(), |t| format!(" {t}"));
        report
            .add(
                format!("relations.{id}"),
                format!(
                    "{} calls {} with neither a breaker nor a fallback",
                    relation.from, relation.to
                ),
                format!("while {} is down, every call still waits{wait} and holds its connection", relation.to),
                format!("write `breaker: {{failures: 5, recovery: 10 s}}` at `relations.{id}`, or a `fallback`"),
            )
            .at(format!("relations.{id}.breaker"));
    }
}
