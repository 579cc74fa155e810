//! An operation that writes gets the same request more than once, and a repeat does its work again.
//!
//! Repeats come from arrivals with `duplicates`, from actors who work `offline`, from webhooks, and from
//! relations that deliver `at-least-once`. Repeats that we make ourselves are `unsafe-retry`.
//!
//! **Why.** The second copy counts, pays or ships again. Nobody notices until the sums differ.
//!
//! **Remedy.** Write `idempotency: key`, or make a repeat harmless: a key made by the client,
//! `ignore-duplicates`, a state transition instead of an update.
//!
//! **When it is wrong.** A repeat is meant to count: write `idempotency: none`.
//!
//! ```yaml bad
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain:
//!     entities: {scan: {fields: {parcel: text}}}
//!     operations: {record: {arrival: {duplicates: true}, effects: [{create: {entity: scan}}]}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain:
//!     entities: {scan: {key: client-uuid, fields: {parcel: text}}}
//!     operations:
//!       record: {arrival: {duplicates: true}, effects: [{create: {entity: scan, ignore_duplicates: true}}]}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, operation) in &facts.domain.operations {
        if operation.idempotency.is_some() {
            continue;
        }
        let Some(source) = repeats(facts, id, operation) else {
            continue;
        };
        let Some((at, what)) = harm(facts, operation) else {
            continue;
        };
        report
            .add(
                format!("operations.{id}"),
                format!("{id} may come twice ({source}), and a repeat {what}"),
                "the second copy counts again, and nobody notices until the sums differ",
                format!("write `idempotency: key` at `operations.{id}`, or make the repeat harmless (a client's key with `ignore_duplicates: true`)"),
            )
            .at(format!("domain.operations.{id}.idempotency"))
            .with(format!("domain.operations.{id}.effects[{at}]"), "what happens again");
    }
}

fn repeats(facts: &Facts<'_>, id: &str, operation: &Operation) -> Option<String> {
    if operation.arrival.as_ref().is_some_and(|a| a.duplicates) {
        return Some("its arrivals have duplicates".into());
    }
    let offline = |a: &&ActorId| facts.domain.actors.get(&***a).is_some_and(|a| a.offline);
    if let Some(actor) = operation.actors.iter().find(offline) {
        return Some(format!("{actor} works offline and sends again"));
    }
    if let Trigger::Webhook(port) = &operation.trigger {
        let deduplicated = facts
            .domain
            .ports
            .get(&**port)
            .is_some_and(|p| p.webhook.is_some());
        return (!deduplicated).then(|| format!("{port} repeats its webhooks"));
    }
    let run = facts.runs.iter().find(|r| r.id == id)?;
    let consumed = matches!(operation.trigger, Trigger::Event(_));
    run.visits
        .iter()
        .take(2)
        .filter(|_| consumed)
        .find_map(|v| {
            let (id, relation) = v.relation.or_else(|| {
                let all = facts
                    .relations_to(&v.step.on)
                    .iter()
                    .chain(facts.relations_from(&v.step.on));
                all.copied().find(|(_, r)| r.delivery.is_some())
            })?;
            (relation.delivery == Some(DeliveryGuarantee::AtLeastOnce))
                .then(|| format!("{id} delivers at least once"))
        })
}

/// The first effect that does more when it is repeated.
fn harm(facts: &Facts<'_>, operation: &Operation) -> Option<(usize, String)> {
    operation
        .effects
        .iter()
        .enumerate()
        .find_map(|(at, effect)| {
            let what = match effect {
                Effect::Create(create) if !create.ignore_duplicates => {
                    let key = facts.domain.entities.get(&*create.entity).map(|e| &e.key);
                    let fresh = matches!(key, Some(Key::Uuid | Key::Sequence));
                    fresh.then(|| format!("creates another {}", create.entity))
                }
                Effect::Update(update) => {
                    let own = update
                        .set
                        .iter()
                        .find(|(field, value)| value.paths().iter().any(|p| is_field(p, field)));
                    own.map(|(field, _)| format!("changes {field} of {} once more", update.entity))
                }
                Effect::Call(call) if call.idempotency_key.is_none() => {
                    let port = facts.domain.ports.get(&*call.port);
                    let safe = port
                        .and_then(|p| p.operations.get(&call.operation))
                        .is_some_and(|o| o.idempotent);
                    (!safe).then(|| format!("calls `{}` of {} again", call.operation, call.port))
                }
                _ => None,
            };
            what.map(|what| (at, what))
        })
}
