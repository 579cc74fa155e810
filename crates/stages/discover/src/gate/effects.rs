//! Names inside effects, of operations and of transitions.

use super::entities::{names, one};
use super::report::Report;
use super::scope::{Binding, Scope, enum_value, field_of, fields};
use model::Map;
use model::domain::{Domain, Effect, FieldType};
use model::expr::{Expr, Node};
use std::borrow::Cow;
use syntax::path::{index, join};

/// Where a list of effects stands, and what it works on.
pub(crate) struct Place<'d> {
    pub target: Option<&'d str>,
    pub at: String,
}

/// Checks effects in order; each sees the rows that the ones before read or made.
pub(crate) fn check<'d>(
    effects: &'d [Effect],
    place: &Place<'d>,
    mut scope: Scope<'d>,
    report: &mut Report,
) {
    let domain = scope.domain;
    // Code that the model does not hold may answer anything.
    if effects.iter().any(|e| matches!(e, Effect::Handler(_))) {
        scope.reply = Binding::Any;
        scope.item = Binding::Any;
    }
    for (i, effect) in effects.iter().enumerate() {
        let at = index(&place.at, i);
        match effect {
            Effect::Read(read) => {
                let at = format!("{at}.read");
                let inner =
                    each(&scope, place, read.each.as_deref(), &at, report).nearer(&read.entity);
                names(domain, &read.entity, &read.by, &format!("{at}.by"), report);
                names(
                    domain,
                    &read.entity,
                    &read.order,
                    &format!("{at}.order"),
                    report,
                );
                names(
                    domain,
                    &read.entity,
                    &read.search,
                    &format!("{at}.search"),
                    report,
                );
                optional(&inner, read.filter.as_ref(), &format!("{at}.where"), report);
                bind(&mut scope, read.name.as_deref(), &read.entity);
            }
            Effect::Create(create) => {
                let at = format!("{at}.create");
                let inner =
                    each(&scope, place, create.each.as_deref(), &at, report).nearer(&create.entity);
                set(
                    &inner,
                    &create.entity,
                    &create.set,
                    &format!("{at}.set"),
                    report,
                );
                bind(&mut scope, create.name.as_deref(), &create.entity);
            }
            Effect::Update(update) => {
                let at = format!("{at}.update");
                let inner =
                    each(&scope, place, update.each.as_deref(), &at, report).nearer(&update.entity);
                names(
                    domain,
                    &update.entity,
                    &update.by,
                    &format!("{at}.by"),
                    report,
                );
                optional(
                    &inner,
                    update.filter.as_ref(),
                    &format!("{at}.where"),
                    report,
                );
                set(
                    &inner,
                    &update.entity,
                    &update.set,
                    &format!("{at}.set"),
                    report,
                );
                bind(&mut scope, None, &update.entity);
            }
            Effect::Delete(delete) => {
                let at = format!("{at}.delete");
                let inner = scope.nearer(&delete.entity);
                names(
                    domain,
                    &delete.entity,
                    &delete.by,
                    &format!("{at}.by"),
                    report,
                );
                optional(
                    &inner,
                    delete.filter.as_ref(),
                    &format!("{at}.where"),
                    report,
                );
            }
            Effect::Link(link) | Effect::Unlink(link) => {
                let word = if matches!(effect, Effect::Link(_)) {
                    "link"
                } else {
                    "unlink"
                };
                let at = format!("{at}.{word}");
                each(&scope, place, link.each.as_deref(), &at, report);
                let Some(entity) = domain.entities.get(&*link.entity) else {
                    continue;
                };
                if !entity.relations.contains_key(&link.relation) {
                    let known: Vec<&str> = entity.relations.keys().map(String::as_str).collect();
                    let what = format!("relation of `{}`", link.entity);
                    let place = format!("{at}.relation");
                    report.unknown("unknown-relation", place, &link.relation, &what, &known);
                }
            }
            Effect::Transition(taken) => {
                let at = format!("{at}.transition");
                names(
                    domain,
                    &taken.entity,
                    &taken.by,
                    &format!("{at}.by"),
                    report,
                );
                transition(
                    domain,
                    &taken.entity,
                    &taken.take,
                    format!("{at}.take"),
                    report,
                );
            }
            Effect::Call(call) => {
                let at = format!("{at}.call");
                let inner = each(&scope, place, call.each.as_deref(), &at, report);
                let Some(port) = domain.ports.get(&*call.port) else {
                    continue;
                };
                let known: Vec<&str> = port.operations.keys().map(String::as_str).collect();
                let what = format!("operation of the port `{}`", call.port);
                let named = [
                    ("do", Some(&call.operation)),
                    ("compensate", call.compensate.as_ref()),
                ];
                for (key, name) in named {
                    if let Some(name) = name
                        && !port.operations.contains_key(name)
                    {
                        let place = format!("{at}.{key}");
                        report.unknown("unknown-port-operation", place, name, &what, &known);
                    }
                }
                let called = port.operations.get(&call.operation);
                for (name, expr) in &call.with {
                    let place = join(&format!("{at}.with"), name);
                    inner.check(expr, &place, report);
                    if let Some(called) = called.filter(|c| !c.input.is_empty())
                        && !called.input.contains_key(name)
                    {
                        let known: Vec<&str> = called.input.keys().map(String::as_str).collect();
                        let what = format!("input of `{}`", call.operation);
                        report.unknown("unknown-input", place, name, &what, &known);
                    }
                }
                optional(
                    &inner,
                    call.idempotency_key.as_ref(),
                    &format!("{at}.idempotency_key"),
                    report,
                );
                if !matches!(scope.reply, Binding::Any) || !has_handler(effects) {
                    scope.reply = match called {
                        Some(called) if !called.output.is_empty() => {
                            Binding::Fields(fields(&called.output))
                        }
                        _ => Binding::Any,
                    };
                }
            }
            Effect::Emit(emit) => {
                let at = format!("{at}.emit");
                let mut inner = each(&scope, place, emit.each.as_deref(), &at, report);
                if let Some(of) = domain.events.get(&*emit.event).and_then(|e| e.of.as_ref()) {
                    inner = inner.nearer(of);
                }
                optional(&inner, emit.filter.as_ref(), &format!("{at}.where"), report);
            }
            Effect::Handler(_) => {}
        }
    }
}

fn has_handler(effects: &[Effect]) -> bool {
    effects.iter().any(|e| matches!(e, Effect::Handler(_)))
}

fn optional(scope: &Scope<'_>, expr: Option<&Expr>, at: &str, report: &mut Report) {
    if let Some(expr) = expr {
        scope.check(expr, at, report);
    }
}

/// Later effects see the row by its name, and by its entity's.
fn bind<'d>(scope: &mut Scope<'d>, name: Option<&'d str>, entity: &'d str) {
    let row = Binding::Row(Cow::Borrowed(entity));
    for name in [name, Some(entity)].into_iter().flatten() {
        scope.named.push((name.to_string(), row.clone()));
    }
}

/// What is assigned, and what to.
fn set<'d>(scope: &Scope<'d>, entity: &str, set: &Map<Expr>, at: &str, report: &mut Report) {
    for (name, expr) in set {
        let place = join(at, name);
        one(scope.domain, entity, name, place.clone(), report);
        scope.check(expr, &place, report);
        let field = scope
            .domain
            .entities
            .get(entity)
            .and_then(|e| e.fields.get(name));
        if let (Some(field), Node::Text(text)) = (field, &expr.node) {
            enum_value(field, text, name, &place, report);
        }
    }
}

/// A transition of an entity's machine.
fn transition(domain: &Domain, id: &str, take: &str, at: String, report: &mut Report) {
    let Some(entity) = domain.entities.get(id) else {
        return;
    };
    let machine = entity.machine.as_ref();
    let known: Vec<&str> = machine
        .map(|m| m.transitions.keys().map(String::as_str).collect())
        .unwrap_or_default();
    if !known.contains(&take) {
        report.unknown(
            "unknown-transition",
            at,
            take,
            &format!("transition of `{id}`"),
            &known,
        );
    }
}

/// The scope inside an effect that runs once per element: `item` is the element.
fn each<'d>(
    scope: &Scope<'d>,
    place: &Place<'d>,
    each: Option<&str>,
    at: &str,
    report: &mut Report,
) -> Scope<'d> {
    let mut inner = scope.clone();
    let Some(name) = each else {
        return inner;
    };
    match element(scope, place, name) {
        Some(item) => inner.item = item,
        None => {
            inner.item = Binding::Any;
            let mut known: Vec<&str> = scope.named.iter().map(|(name, _)| name.as_str()).collect();
            if let Binding::Fields(fields) = &scope.input {
                known.extend(fields.iter().map(|(name, _)| name.as_str()));
            }
            if let Some(target) = place.target.and_then(|t| scope.domain.entities.get(t)) {
                known.extend(target.relations.keys().map(String::as_str));
            }
            let what = "list of the input, relation of the row or rows that were read";
            report.unknown("unknown-input", format!("{at}.each"), name, what, &known);
        }
    }
    inner
}

fn element<'d>(scope: &Scope<'d>, place: &Place<'d>, name: &str) -> Option<Binding<'d>> {
    let domain = scope.domain;
    let name = name.strip_prefix("input.").unwrap_or(name);
    match &scope.input {
        Binding::Any => {}
        Binding::Row(_) => {}
        Binding::Fields(all) => {
            let (first, rest) = name.split_once('.').unwrap_or((name, ""));
            if let Some((_, field)) = all.iter().find(|(id, _)| id == first) {
                let field = if rest.is_empty() {
                    Some(*field)
                } else {
                    field_of(&field.of, rest)
                };
                let field = field?;
                return Some(match field.kind {
                    FieldType::List | FieldType::Object if !field.of.is_empty() => {
                        Binding::Fields(fields(&field.of))
                    }
                    _ => Binding::Any,
                });
            }
        }
    }
    if let Some((_, binding)) = scope.named.iter().rev().find(|(id, _)| id == name) {
        return Some(binding.clone());
    }
    // A relation of the row, or of a row that an effect read: `order.lines`.
    let words: Vec<&str> = name.split('.').collect();
    let mut starts: Vec<(&str, &[&str])> = Vec::new();
    if let Some(target) = place.target {
        starts.push((target, &words));
    }
    for (id, binding) in &scope.named {
        if let (Binding::Row(entity), Some(first)) = (binding, words.first())
            && id == first
        {
            starts.push((entity, &words[1..]));
        }
    }
    let found = starts
        .into_iter()
        .find_map(|(start, words)| linked(domain, start, words));
    match found {
        Some(to) => Some(Binding::Row(Cow::Borrowed(to))),
        None if matches!(scope.input, Binding::Any) && place.target.is_none() => Some(Binding::Any),
        None => None,
    }
}

fn linked<'d>(domain: &'d Domain, start: &str, words: &[&str]) -> Option<&'d str> {
    let (first, rest) = words.split_first()?;
    let link = domain.entities.get(start)?.relations.get(*first)?;
    if rest.is_empty() {
        Some(&link.to)
    } else {
        linked(domain, &link.to, rest)
    }
}
