//! A call is repeated that may do its work a second time.
//!
//! **Why.** A timeout does not say that nothing happened. The repeat of a payment whose answer was lost
//! pays again.
//!
//! **Remedy.** Send an idempotency key and say so (`idempotency: key` at the operation, `idempotent: true`
//! at the port's operation or at the relation), or take the `retry` away.
//!
//! **When it is wrong.** The callee recognises repeats and the model does not say so: write
//! `idempotent: true` at the relation.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     ports: {payments: {operations: {charge: {}}}}
//!     operations: {pay: {effects: [{call: {port: payments, do: charge}}]}}
//! components:
//!   api: {kind: service, technology: rust}
//!   payments: {kind: external}
//! relations:
//!   api-payments:
//!     {from: api, to: payments, timeout: 2 s, breaker: {failures: 5, recovery: 10 s},
//!      retry: {attempts: 3, backoff: 100 ms, jitter: true}}
//! paths:
//!   pay: {steps: [{on: api, work: request}, {on: payments, work: external}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain:
//!     ports: {payments: {operations: {charge: {idempotent: true}}}}
//!     operations: {pay: {effects: [{call: {port: payments, do: charge}}]}}
//! components:
//!   api: {kind: service, technology: rust}
//!   payments: {kind: external}
//! relations:
//!   api-payments:
//!     {from: api, to: payments, timeout: 2 s, breaker: {failures: 5, recovery: 10 s},
//!      retry: {attempts: 3, backoff: 100 ms, jitter: true}}
//! paths:
//!   pay: {steps: [{on: api, work: request}, {on: payments, work: external}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, relation) in &facts.arch.relations {
        let Some(retry) = relation.retry.as_ref().filter(|r| r.attempts > 1) else {
            continue;
        };
        let unsafe_one = match relation.idempotent {
            Some(true) => None,
            Some(false) => Some(format!("{} does not recognise a repeat", relation.to)),
            None => facts
                .operations_over(id)
                .find_map(|operation| repeats_harm(facts, id, relation, operation)),
        };
        let Some(what) = unsafe_one else { continue };
        report
            .add(
                format!("relations.{id}"),
                format!("{} tries {} up to {} times, and {what}", relation.from, relation.to, retry.attempts),
                "a lost answer looks like a failure, and the repeat does the work again",
                format!(
                    "send an idempotency key and write `idempotent: true`, or remove `relations.{id}.retry`"
                ),
            )
            .at(format!("relations.{id}.retry"));
    }
}

/// What goes wrong when this operation's use of the relation is repeated.
fn repeats_harm(
    facts: &Facts<'_>,
    id: &str,
    relation: &Relation,
    operation: &str,
) -> Option<String> {
    let does = facts.operation(operation)?;
    if let Some((port_id, port)) = facts.port(&relation.to) {
        return does.effects.iter().find_map(|effect| match effect {
            Effect::Call(call)
                if *call.port == *port_id
                    && !port
                        .operations
                        .get(&call.operation)
                        .is_some_and(|o| o.idempotent) =>
            {
                Some(format!(
                    "`{}` of {port_id} is not idempotent",
                    call.operation
                ))
            }
            _ => None,
        });
    }
    let safe = matches!(
        does.idempotency,
        Some(Idempotency::Key | Idempotency::Natural)
    );
    if safe || !facts.is_runtime(&relation.to) {
        return None;
    }
    let run = facts.runs.iter().find(|run| run.id == operation)?;
    let call = run
        .visits
        .iter()
        .find(|v| v.relation.is_some_and(|(r, _)| r == id))?;
    run.below(call.index)
        .any(|v| v.step.work.writes())
        .then(|| format!("a repeat of {operation} writes again"))
}
