//! Names inside operations, and a domain that has none.

use super::Facts;
use super::effects::{self, Place};
use super::entities::{names, one};
use super::names::walk;
use super::report::Report;
use super::routes::parameters;
use super::scope::{Binding, Scope, accounts, fields};
use model::domain::{Domain, Field, FieldType, Operation, Trigger};
use model::{Finding, Severity};
use std::borrow::Cow;
use syntax::path::{index, join};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let domain = &facts.brief.domain;
    if domain.operations.is_empty() {
        report.add(
            Finding::new("empty-domain", Severity::Blocker, "domain", "the domain has no operations")
                .why("Components, contracts and tables follow from what is done; here nothing is done.")
                .remedy("Answer the questions about operations, entities and users, or begin with an archetype."),
        );
    }
    for (id, operation) in &domain.operations {
        self::operation(domain, operation, &join("domain.operations", id), report);
    }
}

/// What `input` may name in an operation: its own input, fields of the target that it accepts or is
/// found by, filters, and the parameters of its path.
pub(crate) fn input<'d>(domain: &'d Domain, operation: &'d Operation) -> Binding<'d> {
    let mut found: Vec<(String, &'d Field)> = fields(&operation.input);
    let target = operation
        .target
        .as_ref()
        .and_then(|t| domain.entities.get(&**t));
    let borrowed = operation.accepts.iter().chain(&operation.by).cloned();
    let path = operation
        .path
        .as_deref()
        .map(parameters)
        .unwrap_or_default();
    for name in borrowed
        .chain(path)
        .chain(operation.filters.keys().cloned())
    {
        if found.iter().any(|(id, _)| *id == name) {
            continue;
        }
        let field = target.and_then(|t| t.fields.get(&name));
        found.push((name, field.unwrap_or_else(|| anything())));
    }
    Binding::Fields(found)
}

/// A field of which nothing is known: a key, a relation, a filter.
fn anything() -> &'static Field {
    static ANY: std::sync::OnceLock<Field> = std::sync::OnceLock::new();
    ANY.get_or_init(|| Field::of_type(FieldType::Json))
}

fn event<'d>(domain: &'d Domain, operation: &Operation) -> Binding<'d> {
    let Trigger::Event(id) = &operation.trigger else {
        return Binding::Any;
    };
    let Some(event) = domain.events.get(&**id) else {
        return Binding::Any;
    };
    let mut found = fields(&event.fields);
    let entity = event.of.as_ref().and_then(|of| domain.entities.get(&**of));
    for name in &event.payload {
        let field = entity.and_then(|e| e.fields.get(name));
        found.push((name.clone(), field.unwrap_or_else(|| anything())));
    }
    Binding::Fields(found)
}

fn operation(domain: &Domain, operation: &Operation, at: &str, report: &mut Report) {
    let target = operation.target.as_deref();
    let mut scope = Scope {
        domain,
        rows: target.map(Cow::Borrowed).into_iter().collect(),
        principals: accounts(domain, Some(&operation.actors)),
        input: input(domain, operation),
        item: Binding::Any,
        event: event(domain, operation),
        reply: Binding::Any,
        named: Vec::new(),
    };
    // What a webhook sends is its sender's; and a name that is wrong under `accepts` is reported there,
    // not again at each use.
    let sent = matches!(operation.trigger, Trigger::Webhook(_)) && operation.input.is_empty();
    let lost = |name: &String| {
        let words: Vec<&str> = name.split('.').collect();
        !operation.input.contains_key(name)
            && target.is_some_and(|t| walk(domain, t, &words).is_err())
    };
    if sent || operation.accepts.iter().chain(&operation.by).any(lost) {
        scope.input = Binding::Any;
    }
    if let Some(target) = target {
        for (i, name) in operation.by.iter().enumerate() {
            if !operation.input.contains_key(name) {
                one(domain, target, name, index(&format!("{at}.by"), i), report);
            }
        }
        names(
            domain,
            target,
            &operation.accepts,
            &format!("{at}.accepts"),
            report,
        );
        // A list may be ordered by what another entity shows.
        names(
            domain,
            target,
            &operation.order,
            &format!("{at}.order"),
            report,
        );
    }
    for (name, filter) in &operation.filters {
        let place = format!("{}.where", join(&format!("{at}.filters"), name));
        scope.check(&filter.filter, &place, report);
    }
    // Conditions may speak of rows that the effects read, and of each element of a batch.
    let mut after = scope.clone();
    for effect in &operation.effects {
        if let model::domain::Effect::Read(read) = effect {
            for name in read.name.iter().map(String::as_str).chain([&*read.entity]) {
                let row = Binding::Row(Cow::Borrowed(&*read.entity));
                after.named.push((name.to_string(), row));
            }
        }
    }
    for (i, check) in operation.preconditions.iter().enumerate() {
        let place = format!("{}.expr", index(&format!("{at}.preconditions"), i));
        after.check(&check.expr, &place, report);
    }
    for (i, expr) in operation.never_wrong.iter().enumerate() {
        after.check(expr, &index(&format!("{at}.never_wrong"), i), report);
    }
    let arrival = operation
        .arrival
        .as_ref()
        .and_then(|a| a.ordered_by.as_deref());
    let keys = [
        ("fair_by", operation.fair_by.as_deref()),
        ("arrival.ordered_by", arrival),
    ];
    for (key, name) in keys {
        if let Some(name) = name {
            ordering(&after, operation, name, &format!("{at}.{key}"), report);
        }
    }
    let place = Place {
        target,
        at: format!("{at}.effects"),
    };
    effects::check(&operation.effects, &place, scope, report);
}

/// A name by which requests are told apart: of the input, an element of it, the row or who asks.
fn ordering(scope: &Scope<'_>, operation: &Operation, name: &str, at: &str, report: &mut Report) {
    let words: Vec<&str> = name.split('.').collect();
    let first = words.first().copied().unwrap_or("");
    let in_input = |name: &str| {
        let nested = operation.input.values().any(|f| f.of.contains_key(name));
        let own = matches!(&scope.input, Binding::Fields(f) if f.iter().any(|(id, _)| id == name));
        nested || own
    };
    let is_actor =
        scope.domain.actors.contains_key(first) || scope.domain.entities.contains_key(first);
    if in_input(first) || is_actor {
        return;
    }
    if let Err(lost) = scope.resolve(&words) {
        report.unknown(
            "unknown-field",
            at.to_string(),
            &lost.word,
            &lost.what,
            &lost.known,
        );
    }
}
