//! Traits of operations.

use model::{ActorKind, Effect, Idempotency, Key, Operation, SpikeShape, Trigger, Work};

use super::binding::{Scope, some_actor};
use super::predicates::{Trait, Value};
use crate::needs::{in_background, searches};

/// Wraps a function of the operation into a trait that is nothing where no operation is bound.
macro_rules! of_operation {
    ($name:literal, $at:literal, |$scope:ident, $id:ident, $operation:ident| $body:expr) => {
        Trait {
            name: $name,
            at: $at,
            get: |$scope, binding| {
                let Some(($id, $operation)) = binding.operation else {
                    return Value::Nothing;
                };
                let _ = (&$scope, $id, $operation);
                $body
            },
        }
    };
}

pub const TRAITS: &[Trait] = &[
    of_operation!("operation.writes", "effects", |s, id, o| Value::Flag(
        changes_rows(s, o)
    )),
    of_operation!("operation.requested", "", |s, id, o| Value::Flag(
        o.trigger == Trigger::Request
    )),
    of_operation!("operation.background", "trigger", |s, id, o| Value::Flag(
        in_background(o)
    )),
    of_operation!("operation.trigger", "trigger", |s, id, o| Value::Word(
        match o.trigger {
            Trigger::Request => "request",
            Trigger::Subscription => "subscription",
            Trigger::Event(_) => "event",
            Trigger::Webhook(_) => "webhook",
            Trigger::Every(_) => "every",
        }
        .into()
    )),
    of_operation!("operation.idempotency", "idempotency", |s, id, o| {
        Value::word(o.idempotency.map(|i| match i {
            Idempotency::None => "none",
            Idempotency::Natural => "natural",
            Idempotency::Key => "key",
        }))
    }),
    of_operation!(
        "operation.arrival.duplicates",
        "arrival.duplicates",
        |s, id, o| Value::Flag(o.arrival.as_ref().is_some_and(|a| a.duplicates))
    ),
    of_operation!(
        "operation.arrival.unordered",
        "arrival.unordered",
        |s, id, o| Value::Flag(o.arrival.as_ref().is_some_and(|a| a.unordered))
    ),
    of_operation!(
        "operation.arrival.late_by",
        "arrival.late_by",
        |s, id, o| Value::number(o.arrival.as_ref().and_then(|a| a.late_by).map(|d| d.0))
    ),
    of_operation!(
        "operation.batch.max",
        "batch.max",
        |s, id, o| Value::number(o.batch.map(|b| f64::from(b.max)))
    ),
    of_operation!("operation.deferred", "deferred", |s, id, o| Value::Flag(
        o.deferred
    )),
    of_operation!("operation.durable", "durable", |s, id, o| Value::Flag(
        o.durable
    )),
    of_operation!("operation.reproducible", "reproducible", |s, id, o| {
        Value::Flag(o.reproducible)
    }),
    of_operation!(
        "operation.staleness",
        "staleness",
        |s, id, o| Value::number(o.staleness.map(|d| d.0))
    ),
    of_operation!("operation.never_wrong", "never_wrong", |s, id, o| {
        Value::Flag(!o.never_wrong.is_empty())
    }),
    of_operation!("operation.fair_by", "fair_by", |s, id, o| Value::word(
        o.fair_by.clone()
    )),
    of_operation!("operation.takes", "takes", |s, id, o| Value::number(
        o.takes.map(|d| d.0)
    )),
    of_operation!("operation.many", "result.many", |s, id, o| Value::Flag(
        o.result.as_ref().is_some_and(|r| r.many)
    )),
    of_operation!("operation.page.style", "page.style", |s, id, o| {
        Value::word(o.page.as_ref().map(|p| match p.style {
            model::PageStyle::Cursor => "cursor",
            model::PageStyle::Offset => "offset",
        }))
    }),
    of_operation!("operation.rate", "rate", |s, id, o| Value::number(
        s.brief.busy_rate(o).map(|r| r.0)
    )),
    of_operation!("operation.peak", "rate", |s, id, o| Value::number(
        s.brief.peak_rate(id, o).map(|r| r.0)
    )),
    of_operation!("operation.latency", "latency", |s, id, o| Value::number(
        s.brief
            .latency_target(o)
            .and_then(|l| l.p99.or(l.p95))
            .map(|d| d.0)
    )),
    of_operation!("operation.spike.factor", "", |s, id, o| Value::number(
        s.spike(id).map(|(_, x)| x.factor)
    )),
    of_operation!("operation.spike.announced", "", |s, id, o| Value::Flag(
        s.spike(id)
            .is_some_and(|(_, x)| x.shape == SpikeShape::Announced)
    )),
    of_operation!("operation.takes_scarce", "effects", |s, id, o| Value::Flag(
        takes_scarce(s, o).is_some()
    )),
    of_operation!("operation.offline", "actors", |s, id, o| Value::Flag(
        some_actor(s, o, |a| a.offline)
    )),
    of_operation!("operation.anonymous", "actors", |s, id, o| Value::Flag(
        some_actor(s, o, |a| a.kind == ActorKind::Anonymous)
    )),
    of_operation!("operation.outside", "actors", |s, id, o| Value::Flag(
        some_actor(s, o, |a| a.kind != ActorKind::Staff)
    )),
    of_operation!("operation.calls", "effects", |s, id, o| Value::Words(
        ports_called(s, o)
    )),
    of_operation!("operation.writes_and_calls", "effects", |s, id, o| {
        Value::Flag(changes_rows(s, o) && !ports_called(s, o).is_empty())
    }),
    of_operation!("operation.emits", "effects", |s, id, o| Value::Words(
        s.effects(o)
            .iter()
            .filter_map(|e| match e {
                Effect::Emit(e) => Some(e.event.0.clone()),
                _ => None,
            })
            .collect()
    )),
    of_operation!("operation.client_key", "effects", |s, id, o| Value::Flag(
        client_keyed(s, o).is_some()
    )),
    of_operation!("operation.searches", "effects", |s, id, o| Value::Flag(
        searches(o)
    )),
    of_operation!("operation.replaces", "accepts", |s, id, o| Value::Flag(
        replaces(o)
    )),
    of_operation!("operation.guards", "effects", |s, id, o| Value::Flag(
        o.effects
            .iter()
            .any(|e| matches!(e, Effect::Update(u) if u.filter.is_some()))
    )),
    of_operation!("operation.copies_price", "effects", |s, id, o| Value::Flag(
        price_copied(s, o).is_some()
    )),
    of_operation!("operation.blanks_personal", "effects", |s, id, o| {
        Value::Flag(blanks_personal(s, o))
    }),
    of_operation!("operation.aggregated_rows", "effects", |s, id, o| {
        Value::number(aggregated(o).map(|(_, rows)| rows))
    }),
    of_operation!("operation.rows_read_per_s", "effects", |s, id, o| {
        Value::number(rows_aggregated_per_s(s, o))
    }),
    of_operation!("operation.source_writes_per_s", "effects", |s, id, o| {
        Value::number(aggregated(o).map(|(entity, _)| writes_per_s(s, entity)))
    }),
    of_operation!("operation.cached", "staleness", |s, id, o| Value::Flag(
        s.architecture
            .paths
            .get(id)
            .is_some_and(|p| p.steps.iter().any(|step| step.work == Work::Get))
    )),
    of_operation!("operation.cache_hits", "staleness", |s, id, o| {
        Value::number(cache_hits(s, o))
    }),
    of_operation!("operation.acknowledged_after_commit", "", |s, id, o| {
        Value::Flag(
            s.architecture
                .paths
                .get(id)
                .is_some_and(|p| p.acknowledge == Some(model::Acknowledge::AfterCommit)),
        )
    }),
    of_operation!("operation.reads_append_only", "effects", |s, id, o| {
        Value::Flag(o.effects.iter().any(|e| {
            matches!(e, Effect::Read(r) if s.entity(&r.entity).is_some_and(|(_, e)| e.append_only))
        }))
    }),
    of_operation!("operation.takes_transition", "effects", |s, id, o| {
        Value::Flag(o.effects.iter().any(|e| matches!(e, Effect::Transition(_))))
    }),
    of_operation!("operation.source_late_by", "effects", |s, id, o| {
        Value::number(late_source(s, o).map(|(_, late)| late))
    }),
    of_operation!("operation.shared_editors", "actors", |s, id, o| {
        Value::Flag(shared_editors(s, o))
    }),
    of_operation!("operation.reads_late", "staleness", |s, id, o| Value::Flag(
        s.architecture
            .paths
            .get(id)
            .is_some_and(|p| p.steps.iter().any(|x| x.on == *crate::components::READERS))
    )),
];

/// The longest that rows may be late which it reads or adds up, with their entity.
pub fn late_source<'a>(scope: Scope<'a>, operation: &'a Operation) -> Option<(&'a str, f64)> {
    let read = operation.effects.iter().filter_map(|e| match e {
        Effect::Read(r) => Some(&*r.entity),
        _ => None,
    });
    read.filter_map(|entity| {
        let late = scope
            .brief
            .domain
            .operations
            .values()
            .filter(|o| {
                o.effects
                    .iter()
                    .any(|e| matches!(e, Effect::Create(c) if c.entity == *entity))
            })
            .filter_map(|o| Some(o.arrival.as_ref()?.late_by?.secs()))
            .reduce(f64::max)?;
        Some((entity, late))
    })
    .reduce(|a, b| if b.1 > a.1 { b } else { a })
}

/// Several people may have a row open at once that they may all change.
fn shared_editors(scope: Scope<'_>, operation: &Operation) -> bool {
    let many = |a: &model::ActorId| {
        scope.brief.domain.actors.get(&**a).is_some_and(|actor| {
            actor.kind == ActorKind::Staff && actor.count.is_none_or(|c| c.0 > 1.0)
        })
    };
    operation.actors.iter().any(many)
}

/// It changes rows of its own, directly or by a transition.
pub fn changes_rows(scope: Scope<'_>, operation: &Operation) -> bool {
    let own = |e: &Effect| {
        !matches!(
            e,
            Effect::Read(_) | Effect::Call(_) | Effect::Emit(_) | Effect::Handler(_)
        )
    };
    let _ = scope;
    operation.effects.iter().any(own)
}

/// The scarce entity that it takes from by an update.
pub fn takes_scarce<'a>(scope: Scope<'a>, operation: &'a Operation) -> Option<&'a str> {
    operation.effects.iter().find_map(|e| match e {
        Effect::Update(u) if u.filter.is_some() => scope
            .entity(&u.entity)
            .filter(|(_, e)| e.scarce)
            .map(|(id, _)| id),
        _ => None,
    })
}

/// Ports it calls, transitions included, each once.
pub fn ports_called(scope: Scope<'_>, operation: &Operation) -> Vec<String> {
    let mut ports: Vec<String> = Vec::new();
    // A clone of the effects' references would borrow the operation for as long as the brief.
    let mut note = |e: &Effect| {
        if let Effect::Call(c) = e
            && !ports.contains(&c.port.0)
        {
            ports.push(c.port.0.clone());
        }
    };
    for effect in &operation.effects {
        note(effect);
        if let Effect::Transition(t) = effect
            && let Some((_, entity)) = scope.entity(&t.entity)
            && let Some(machine) = &entity.machine
            && let Some(transition) = machine.transitions.get(&t.take)
        {
            transition.effects.iter().for_each(&mut note);
        }
    }
    ports
}

/// The entity with a client-made key that it creates.
pub fn client_keyed<'a>(scope: Scope<'a>, operation: &'a Operation) -> Option<&'a str> {
    operation.effects.iter().find_map(|e| match e {
        Effect::Create(c) => scope
            .entity(&c.entity)
            .filter(|(_, e)| e.key == Key::ClientUuid)
            .map(|(id, _)| id),
        _ => None,
    })
}

/// A person changes fields of a row that they read before.
fn replaces(operation: &Operation) -> bool {
    matches!(
        operation.method,
        Some(model::Method::Put | model::Method::Patch)
    ) && operation.accepts.len() > 1
        && operation
            .effects
            .iter()
            .any(|e| matches!(e, Effect::Update(_)))
}

/// The created entity that takes a price over from a row it read, and the field.
pub fn price_copied<'a>(scope: Scope<'a>, operation: &'a Operation) -> Option<(&'a str, &'a str)> {
    operation.effects.iter().find_map(|e| {
        let Effect::Create(c) = e else { return None };
        let (id, entity) = scope.entity(&c.entity)?;
        c.set.iter().find_map(|(field, value)| {
            let said = entity.fields.get(field)?;
            // What the client alone says is no copy of a price of ours.
            let copied = value.paths().iter().any(|p| {
                p.len() > 2
                    || (p.len() == 2 && !matches!(p[0].as_str(), "input" | "item" | "principal"))
            });
            let priced = ["price", "fee", "tariff"].iter().any(|n| field.contains(n));
            (said.kind == model::FieldType::Money && said.immutable && copied && priced)
                .then_some((id, field.as_str()))
        })
    })
}

/// It overwrites personal fields with constants.
fn blanks_personal(scope: Scope<'_>, operation: &Operation) -> bool {
    operation.effects.iter().any(|e| {
        let Effect::Update(u) = e else { return false };
        let Some((_, entity)) = scope.entity(&u.entity) else {
            return false;
        };
        u.set.iter().any(|(field, value)| {
            value.paths().is_empty()
                && entity
                    .fields
                    .get(field)
                    .is_some_and(|f| f.class >= Some(model::DataClass::Personal))
        })
    })
}

/// The entity whose rows it counts or sums, and how many at a time.
pub fn aggregated(operation: &Operation) -> Option<(&str, f64)> {
    operation.effects.iter().find_map(|e| match e {
        Effect::Read(r) if r.aggregate => Some((&*r.entity, r.rows?)),
        _ => None,
    })
}

/// How often a stream looks again, in seconds: as old as its answer may be.
fn looks_every(operation: &Operation) -> f64 {
    operation.staleness.map_or(5.0, |d| d.secs().max(1.0))
}

/// Rows that its counting reads per second in the busiest hour. A stream counts again for every
/// listener, as often as its staleness asks; half of the staff listens at once.
fn rows_aggregated_per_s(scope: Scope<'_>, operation: &Operation) -> Option<f64> {
    let (_, rows) = aggregated(operation)?;
    let rate = if operation.trigger == Trigger::Subscription {
        let listeners: f64 = operation
            .actors
            .iter()
            .filter_map(|a| scope.brief.domain.actors.get(&**a)?.count)
            .map(|c| c.0)
            .sum();
        listeners / looks_every(operation)
    } else {
        scope.brief.busy_rate(operation)?.0
    };
    Some(rate * rows)
}

/// Rows of an entity created or changed per second in the busiest hour.
pub fn writes_per_s(scope: Scope<'_>, entity: &str) -> f64 {
    let mut total = 0.0;
    for operation in scope.brief.domain.operations.values() {
        let Some(rate) = scope.brief.busy_rate(operation) else {
            continue;
        };
        for effect in scope.effects(operation) {
            total += rate.0
                * match effect {
                    Effect::Create(c) if c.entity == *entity => {
                        scope.multiplicity(operation, c.each.as_deref())
                    }
                    Effect::Update(u) if u.entity == *entity => {
                        scope.multiplicity(operation, u.each.as_deref()) * u.rows.unwrap_or(1.0)
                    }
                    Effect::Delete(d) if d.entity == *entity => d.rows.unwrap_or(1.0),
                    Effect::Transition(t) if t.entity == *entity => 1.0,
                    _ => 0.0,
                };
        }
    }
    total
}

/// The share of requests that would find a copy not older than the staleness: with requests spread
/// evenly over the rows, `r / (1 + r)` with `r = rate x lifetime / rows`; a lower bound.
pub fn cache_hits(scope: Scope<'_>, operation: &Operation) -> Option<f64> {
    let lifetime = operation.staleness?.secs();
    let rate = scope.brief.busy_rate(operation)?.0;
    let rows = if operation.by.is_empty() {
        1.0
    } else {
        scope.rows_held(operation.target.as_deref()?)?
    };
    let asked = rate * lifetime / rows.max(1.0);
    Some(asked / (1.0 + asked))
}
