//! Our runtimes call each other or exchange messages, and no correlation identifier goes along.
//!
//! **Why.** When a request fails at the second component, nobody finds its beginning at the first.
//!
//! **Remedy.** Write `observability.correlation`, for example `traceparent` (W3C Trace Context), and pass it
//! on in calls and messages.
//!
//! **When it is wrong.** The components never work on one request together.
//!
//! ```yaml bad
//! components:
//!   web: {kind: service, technology: nodejs}
//!   api: {kind: service, technology: rust}
//! relations:
//!   web-api: {from: web, to: api, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! ```
//! ```yaml good
//! components:
//!   web: {kind: service, technology: nodejs}
//!   api: {kind: service, technology: rust}
//! relations:
//!   web-api: {from: web, to: api, timeout: 1 s, breaker: {failures: 5, recovery: 10 s}}
//! observability: {correlation: traceparent}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Operation;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    if facts.arch.observability.correlation.is_some() {
        return;
    }
    let hops: Vec<(&str, &Relation)> = facts
        .arch
        .relations
        .iter()
        .filter(|(_, r)| {
            let direct = facts.is_runtime(&r.from) && facts.is_runtime(&r.to) && !facts.is_local(r);
            let handed_on = facts.kind(&r.from) == Some(ComponentKind::Broker)
                && facts.is_runtime(&r.to)
                && facts
                    .relations_to(&r.from)
                    .iter()
                    .any(|(_, other)| other.from != r.to);
            direct || handed_on
        })
        .map(|(id, r)| (id.as_str(), r))
        .collect();
    let Some((first, relation)) = hops.first() else {
        return;
    };
    let others = match hops.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more relations between our components do not either"),
    };
    report
        .add(
            "observability",
            format!(
                "{first} carries no correlation identifier from {} to {}{others}",
                relation.from, relation.to
            ),
            format!(
                "a request that fails at {} cannot be followed back",
                relation.to
            ),
            "write `observability.correlation: traceparent`",
        )
        .at("observability.correlation")
        .with(format!("relations.{first}"), "the first of them");
}
