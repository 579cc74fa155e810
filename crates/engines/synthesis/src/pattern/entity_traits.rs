//! Traits of entities, their fields and transitions, and of the effects that touch them.

use model::{
    AfterRetention, DataClass, Effect, Entity, FieldType, Key, Stamp, expr::Node, expr::Op,
};

use super::binding::{Scope, field_of};
use super::predicates::{Trait, Value};

macro_rules! of_entity {
    ($name:literal, $at:literal, |$scope:ident, $id:ident, $entity:ident| $body:expr) => {
        Trait {
            name: $name,
            at: $at,
            get: |$scope, binding| {
                let Some(($id, $entity)) = binding.entity else {
                    return Value::Nothing;
                };
                let _ = (&$scope, $id, $entity);
                $body
            },
        }
    };
}

macro_rules! of {
    ($part:ident, $name:literal, $at:literal, |$scope:ident, $binding:ident, $it:ident| $body:expr) => {
        Trait {
            name: $name,
            at: $at,
            get: |$scope, $binding| {
                let Some($it) = $binding.$part else {
                    return Value::Nothing;
                };
                let _ = (&$scope, $it);
                $body
            },
        }
    };
}

pub const TRAITS: &[Trait] = &[
    of_entity!("entity.scarce", "scarce", |s, id, e| Value::Flag(e.scarce)),
    of_entity!("entity.append_only", "append_only", |s, id, e| Value::Flag(
        e.append_only
    )),
    of_entity!("entity.audited", "audited", |s, id, e| Value::Flag(
        e.audited
    )),
    of_entity!("entity.tenant", "tenant", |s, id, e| Value::word(
        e.tenant.clone()
    )),
    of_entity!("entity.key", "key", |s, id, e| Value::Word(
        match e.key {
            Key::Uuid => "uuid",
            Key::ClientUuid => "client-uuid",
            Key::Sequence => "sequence",
            Key::Natural(_) => "natural",
        }
        .into()
    )),
    of_entity!("entity.retention.keep", "retention.keep", |s, id, e| {
        Value::number(e.retention.as_ref().map(|r| r.keep.0))
    }),
    of_entity!("entity.retention.then", "retention.then", |s, id, e| {
        Value::word(e.retention.as_ref().map(|r| match r.then {
            AfterRetention::Delete => "delete",
            AfterRetention::Archive => "archive",
            AfterRetention::Anonymise => "anonymise",
        }))
    }),
    of_entity!("entity.new", "volume", |s, id, e| Value::number(
        s.new_rows(id)
    )),
    of_entity!("entity.rows", "volume", |s, id, e| Value::number(
        s.rows_held(id)
    )),
    of_entity!("entity.deletes", "retention", |s, id, e| Value::number(
        e.retention.as_ref().and_then(|_| s.new_rows(id))
    )),
    of_entity!("entity.money", "fields", |s, id, e| Value::Flag(
        field_of(e, FieldType::Money).is_some()
    )),
    of_entity!("entity.file", "fields", |s, id, e| Value::Flag(
        field_of(e, FieldType::File).is_some()
    )),
    of_entity!("entity.file_size", "fields", |s, id, e| Value::number(
        file_bytes(e)
    )),
    of_entity!("entity.personal", "fields", |s, id, e| Value::Flag(
        e.fields
            .values()
            .any(|f| matches!(f.class, Some(DataClass::Personal | DataClass::Health)))
    )),
    of_entity!(
        "entity.deleted_stamp",
        "timestamps",
        |s, id, e| Value::Flag(e.timestamps.contains(&Stamp::Deleted))
    ),
    of_entity!(
        "entity.created_stamp",
        "timestamps",
        |s, id, e| Value::Flag(e.timestamps.contains(&Stamp::Created))
    ),
    of_entity!("entity.fold", "derived", |s, id, e| Value::Flag(
        e.derived.values().any(|d| d.fold.is_some())
    )),
    of_entity!("entity.booked", "fields", |s, id, e| Value::Flag(books(e))),
    of_entity!("entity.referenced_by", "relations", |s, id, e| Value::word(
        s.table(id).and_then(|(t, _)| s.referrer(t))
    )),
    of_entity!("entity.unique_keys", "unique", |s, id, e| Value::number(
        s.table(id).map(|(_, t)| t.unique.len() as f64)
    )),
    of_entity!("entity.updated_stamp", "timestamps", |s, id, e| {
        Value::Flag(e.timestamps.contains(&Stamp::Updated))
    }),
    of_entity!("entity.overwritten_by", "machine", |s, id, e| Value::word(
        overwritten(s, id).map(|(operation, _)| operation)
    )),
    of_entity!("entity.tie_free", "key", |s, id, e| Value::Flag(tie_free(
        s, id
    ))),
    of_entity!("entity.summarised", "", |s, id, e| Value::word(summary(
        s, id
    ))),
    of!(field, "field.password", "", |s, b, f| Value::Flag(
        f.0.contains("password") || f.0.contains("pin")
    )),
    of!(field, "field.looked_up", "unique", |s, b, f| Value::Flag(
        f.1.unique
    )),
    of_entity!("entity.measured", "", |s, id, e| Value::Flag(measured(e))),
    of_entity!("entity.partitioned", "", |s, id, e| Value::Flag(
        s.table(id).is_some_and(|(_, t)| t.partition.is_some())
    )),
    of!(field, "field.type", "type", |s, b, f| Value::word(
        serde_json::to_value(f.1.kind)
            .ok()
            .and_then(|v| v.as_str().map(str::to_string))
    )),
    of!(field, "field.encodes", "encodes", |s, b, f| Value::Flag(
        f.1.encodes.is_some()
    )),
    of!(field, "field.unique", "unique", |s, b, f| Value::Flag(
        f.1.unique && f.1.immutable
    )),
    of!(field, "field.class", "class", |s, b, f| Value::word(
        f.1.class
            .and_then(|c| serde_json::to_value(c).ok())
            .and_then(|v| v.as_str().map(str::to_string))
    )),
    of!(field, "field.write_only", "write_only", |s, b, f| {
        Value::Flag(f.1.write_only)
    }),
    of!(field, "field.max_length", "max_length", |s, b, f| {
        Value::number(f.1.max_length.map(f64::from))
    }),
    of!(transition, "transition.after", "after", |s, b, t| {
        Value::number(t.1.after.map(|d| d.0))
    }),
    of!(
        transition,
        "transition.releases_scarce",
        "effects",
        |s, b, t| Value::Flag(releases(s, &t.1.effects).is_some())
    ),
    of!(update, "update.guarded", "", |s, b, u| Value::Flag(
        u.filter.is_some()
    )),
    of!(update, "update.refuses", "", |s, b, u| Value::Flag(
        u.otherwise.is_some()
    )),
    of!(update, "update.lowers", "", |s, b, u| Value::Flag(
        u.set
            .iter()
            .any(|(field, value)| lowers(field, &value.node))
    )),
    of!(update, "update.newer_only", "", |s, b, u| Value::Flag(
        u.filter.as_ref().is_some_and(|f| newer(&f.node).is_some())
    )),
    of!(create, "create.ignores_duplicates", "", |s, b, c| {
        Value::Flag(c.ignore_duplicates)
    }),
];

/// Mean bytes of the entity's files together.
pub fn file_bytes(entity: &Entity) -> Option<f64> {
    let total: f64 = entity
        .fields
        .values()
        .filter(|f| f.kind == FieldType::File)
        .filter_map(|f| f.size)
        .map(|b| b.0)
        .sum();
    (total > 0.0).then_some(total)
}

/// The scarce entity that effects give back to.
pub fn releases<'a>(scope: Scope<'a>, effects: &'a [Effect]) -> Option<&'a str> {
    effects.iter().find_map(|e| match e {
        Effect::Update(u) => scope
            .entity(&u.entity)
            .filter(|(_, e)| e.scarce)
            .map(|(id, _)| id),
        _ => None,
    })
}

/// One side of a booking: money that is only added, with the account it belongs to.
fn books(entity: &Entity) -> bool {
    entity.append_only
        && entity
            .fields
            .values()
            .filter(|f| f.kind == FieldType::Money)
            .count()
            == 1
        && entity
            .fields
            .keys()
            .chain(entity.relations.keys())
            .any(|name| name.contains("account"))
}

/// Numbers over time: append-only rows with a moment of their own and something numeric.
fn measured(entity: &Entity) -> bool {
    entity.append_only
        && field_of(entity, FieldType::Timestamp).is_some()
        && field_of(entity, FieldType::Decimal).is_some()
}

/// The stored field and the sent field of a comparison `stored < item.sent`.
pub fn newer(node: &Node) -> Option<(String, String)> {
    match node {
        Node::Binary(Op::And | Op::Or, a, b) => newer(a).or_else(|| newer(b)),
        Node::Binary(Op::Lt | Op::Le, a, b) => pair(a, b),
        Node::Binary(Op::Gt | Op::Ge, a, b) => pair(b, a),
        _ => None,
    }
}

fn pair(stored: &Node, sent: &Node) -> Option<(String, String)> {
    let (Node::Path(stored), Node::Path(sent)) = (stored, sent) else {
        return None;
    };
    let own = stored.len() == 1 || stored.first().is_some_and(|r| r == "row");
    let from_outside = sent
        .first()
        .is_some_and(|r| matches!(r.as_str(), "item" | "input" | "event"));
    (own && from_outside && sent.len() > 1)
        .then(|| Some((stored.last()?.clone(), sent.last()?.clone())))
        .flatten()
}

/// The operation that keeps the entity's state up to date from messages that come in any order,
/// and the append-only entity that holds the messages.
pub fn overwritten<'a>(scope: Scope<'a>, id: &str) -> Option<(&'a str, &'a str)> {
    scope
        .brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| o.arrival.as_ref().is_some_and(|a| a.unordered))
        .find_map(|(operation, o)| {
            let updates = o.effects.iter().any(|e| {
                matches!(e, Effect::Update(u) if u.entity == *id
                    && u.filter.as_ref().is_some_and(|f| newer(&f.node).is_some()))
            });
            let messages = o.effects.iter().find_map(|e| match e {
                Effect::Create(c) => scope
                    .entity(&c.entity)
                    .filter(|(_, e)| e.append_only)
                    .map(|(id, _)| id),
                _ => None,
            })?;
            updates.then_some((operation.as_str(), messages))
        })
}

/// An entity with means or extremes over periods that an operation makes from this one's rows.
pub fn summary<'a>(scope: Scope<'a>, id: &str) -> Option<&'a str> {
    scope
        .brief
        .domain
        .operations
        .values()
        .filter(|o| {
            o.effects
                .iter()
                .any(|e| matches!(e, Effect::Read(r) if r.entity == *id && r.aggregate))
        })
        .find_map(|o| {
            o.effects.iter().find_map(|e| {
                let made = match e {
                    Effect::Create(c) => &c.entity,
                    Effect::Update(u) => &u.entity,
                    _ => return None,
                };
                scope
                    .entity(made)
                    .filter(|(_, e)| field_of(e, FieldType::Decimal).is_some())
                    .map(|(id, _)| id)
            })
        })
}

/// Two messages with the same time are the same message: the time is part of their key.
fn tie_free(scope: Scope<'_>, id: &str) -> bool {
    let Some((_, messages)) = overwritten(scope, id) else {
        return false;
    };
    scope.entity(messages).is_some_and(|(_, e)| match &e.key {
        Key::Natural(names) => names.iter().any(|n| {
            e.fields
                .get(n)
                .is_some_and(|f| f.kind == FieldType::Timestamp)
        }),
        _ => false,
    })
}

/// The value is the field's own less something.
fn lowers(field: &str, value: &Node) -> bool {
    let Node::Binary(Op::Sub, left, _) = value else {
        return false;
    };
    matches!(&**left, Node::Path(path) if path.last().is_some_and(|p| p == field))
}
