//! One check for each way in which an operation is refused, from what in the model it follows.

use model::{Domain, Effect, Operation, Trigger};
use serde_json::Value;
use synthesis::contexts::entity_of;

use super::super::Desk;
use super::super::bundle::Check;
use crate::interface::{Described, Sent};
use crate::renderers::openapi::{self, Cause, Reason};
use crate::words;

pub(super) fn all(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    d: &Described<'_>,
    checks: &mut Vec<Check>,
) {
    let address = format!("`{} {}`", d.method, d.path);
    let before = checks.len();
    for (status, reasons) in openapi::refusals(desk.f.view, id) {
        for reason in &reasons {
            match &reason.cause {
                Cause::Input => {
                    let domain = &desk.f.view.system.brief.domain;
                    input(domain, id, operation, d, status, &address, checks);
                }
                _ => checks.push(one(desk, id, operation, &address, status, reason)),
            }
        }
    }
    let tables = super::checks::written(desk, id);
    if !tables.is_empty() && checks.len() > before {
        checks.push(Check::new(
            format!(
                "Each refusal with a status from 400 to 499 leaves {} as before",
                words::list(&tables)
            ),
            format!("paths.{id}.steps"),
        ));
    }
}

fn one(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    address: &str,
    status: u16,
    reason: &Reason,
) -> Check {
    let domain = &desk.f.view.system.brief.domain;
    let here = format!("domain.operations.{id}");
    let contract = openapi::contract_of(desk.f.view, id).map(|(c, _)| c);
    let contract = contract.map_or("contracts".into(), |c| format!("contracts.{c}"));
    let said = reason.text.trim_end_matches('.');
    match &reason.cause {
        Cause::Caller => match &operation.trigger {
            Trigger::Webhook(port) => {
                let how = domain.ports.get(&**port).and_then(|p| p.webhook.as_ref());
                let how = how.map_or("signature", |w| w.signature.as_str());
                Check::new(
                    format!(
                        "{address} with one byte of the body changed after its {how}, or without it: {status}"
                    ),
                    format!("domain.ports.{port}.webhook.signature"),
                )
            }
            _ => Check::new(
                format!(
                    "{address} without proof of who calls, and with one that has run out: {status}"
                ),
                format!("{contract}.authentication"),
            ),
        },
        Cause::Precondition(at) => {
            let check = &operation.preconditions[*at];
            Check::new(
                format!(
                    "Where `{}` does not hold: {status}, \"{}\"",
                    check.expr.text, said
                ),
                format!("{here}.preconditions.{at}"),
            )
        }
        Cause::Policy(policy) => {
            let allow = domain.policies.get(policy.as_str());
            let allow = allow.map_or(String::new(), |p| p.allow.text.clone());
            Check::new(
                format!("For a caller and row for which `{allow}` is false: {status}"),
                format!("domain.policies.{policy}"),
            )
        }
        Cause::Target => Check::new(
            format!(
                "{address} with {} that no row of {} has: {status}",
                words::list(&operation.by),
                operation.target.as_deref().unwrap_or("the target")
            ),
            format!("{here}.by"),
        ),
        Cause::Effect(at) => {
            let place = format!("{here}.effects.{at}");
            let text = match &operation.effects[*at] {
                Effect::Update(e) => match &e.filter {
                    Some(w) => format!(
                        "Where no row of {} satisfies `{}`: {status}, and what the run wrote before is undone",
                        e.entity, w.text
                    ),
                    None => format!(
                        "Where {} has no row by {}: {status}",
                        e.entity,
                        words::list(&e.by)
                    ),
                },
                Effect::Read(e) => match &e.filter {
                    Some(w) => format!(
                        "Where no row of {} satisfies `{}`: {status}",
                        e.entity, w.text
                    ),
                    None => format!(
                        "Where {} has no row by {}: {status}",
                        e.entity,
                        words::list(&e.by)
                    ),
                },
                other => format!(
                    "Where {} has no such row: {status}",
                    entity_of(other).unwrap_or("the entity")
                ),
            };
            Check::new(text, place)
        }
        Cause::Transition { entity, take } => {
            let machine = domain
                .entities
                .get(entity.as_str())
                .and_then(|e| e.machine.as_ref());
            let allowed = machine.and_then(|m| Some((m, m.transitions.get(take.as_str())?)));
            let others: Vec<String> = allowed
                .iter()
                .flat_map(|(m, t)| m.states.keys().filter(|s| !t.from.contains(s)).cloned())
                .collect();
            Check::new(
                format!(
                    "`{take}` of a row of {entity} that is {}: {status}, and it stays what it is",
                    others.join(" or ")
                ),
                format!("domain.entities.{entity}.machine.transitions.{take}.from"),
            )
        }
        Cause::Check { entity, check } => {
            let expr = domain
                .entities
                .get(entity.as_str())
                .and_then(|e| e.checks.get(check));
            let expr = expr.map_or(String::new(), |c| format!(" (`{}` is false)", c.expr.text));
            Check::new(
                format!(
                    "A row of {entity} that breaks `{check}`{expr}: {status}, \"{}\"",
                    said
                ),
                format!("domain.entities.{entity}.checks.{check}"),
            )
        }
        Cause::Taken(entity) => {
            let e = domain.entities.get(entity.as_str());
            let unique: Vec<String> = e
                .iter()
                .flat_map(|e| &e.fields)
                .filter(|(n, f)| f.unique && operation.accepts.contains(n))
                .map(|(n, _)| format!("`{n}`"))
                .collect();
            Check::new(
                format!(
                    "Two at the same moment with the same {}: one row of {entity}; the other gets {status}",
                    words::list(&unique)
                ),
                format!("domain.entities.{entity}.fields"),
            )
        }
        Cause::Key => Check::new(
            format!("The `Idempotency-Key` of an earlier {address} with another body: {status}"),
            format!("{here}.idempotency"),
        ),
        Cause::RateLimit => Check::new(
            format!("{address} above the limit of `{contract}`: {status} with `Retry-After`"),
            format!("{contract}.rate_limit"),
        ),
        Cause::MaxBody => Check::new(
            format!("{address} with a body above the limit of `{contract}`: {status}"),
            format!("{contract}.max_body"),
        ),
        Cause::Named(said) => Check::new(
            format!("{address}: {status} when: {}", reason.text),
            format!("{here}.errors.{said}"),
        ),
        Cause::Down => down(desk, id, status),
        Cause::Input => Check::new(reason.text.clone(), here),
    }
}

/// The refusal when something is away, named by what the path needs.
fn down(desk: &Desk<'_>, id: &str, status: u16) -> Check {
    let architecture = &desk.f.view.system.architecture;
    let path = architecture.paths.get(id);
    let steps = path.map(|p| {
        p.steps
            .iter()
            .filter(|s| !s.background)
            .cloned()
            .collect::<Vec<_>>()
    });
    let mut parts: Vec<String> = Vec::new();
    for (_, r) in super::flow::used(desk, &steps.unwrap_or_default()) {
        let to = architecture.components.get(&*r.to);
        let serves = r.fallback.is_none() && r.mode == model::Mode::Sync;
        if to.is_none_or(|c| c.kind == model::ComponentKind::Client) || !serves {
            continue;
        }
        let within = r
            .timeout
            .map_or(String::new(), |t| format!(" (given up after {t} a try)"));
        parts.push(format!("`{}`{within}", r.to));
    }
    let text = match parts.is_empty() {
        true => format!("When it cannot answer: {status} with `Retry-After`"),
        false => format!(
            "Without {}: {status} with `Retry-After`",
            parts.join(", or without ")
        ),
    };
    Check::new(text, format!("paths.{id}"))
}

/// Invalid values, one check for each value that has limits.
fn input(
    domain: &Domain,
    id: &str,
    operation: &Operation,
    d: &Described<'_>,
    status: u16,
    address: &str,
    checks: &mut Vec<Check>,
) {
    let before = checks.len();
    let patch = d.method == "PATCH";
    let mut each = |sent: &Sent<'_>, inside: &str| {
        let wrong = wrong(&d.plain(sent.schema), sent);
        if !wrong.is_empty() {
            let name = format!("{inside}{}", sent.name);
            checks.push(Check::new(
                format!("`{name}` {}: {status}", wrong.join(", or ")),
                place(domain, id, operation, sent, inside),
            ));
        }
    };
    for sent in d.sent() {
        with_members(d, &sent, "", &mut each);
    }
    if patch {
        checks.push(Check::new(
            format!("{address} with an empty body: {status}"),
            format!("domain.operations.{id}.accepts"),
        ));
    }
    if checks.len() == before {
        checks.push(Check::new(
            format!("{address} with a request that cannot be read: {status}"),
            format!("domain.operations.{id}"),
        ));
    }
}

/// A value, and where it is a list the members of its items.
fn with_members<'d>(
    d: &Described<'d>,
    sent: &Sent<'d>,
    inside: &str,
    each: &mut dyn FnMut(&Sent<'_>, &str),
) {
    each(sent, inside);
    let items = &d.resolve(sent.schema)["items"];
    if items.is_object() {
        let inside = format!("{inside}{}[].", sent.name);
        for member in d.members(items) {
            with_members(d, &member, &inside, each);
        }
    }
}

/// What a value may not be.
fn wrong(schema: &Value, sent: &Sent<'_>) -> Vec<String> {
    let mut wrong: Vec<String> = Vec::new();
    if sent.required && sent.place != "path" {
        wrong.push("left out".into());
    }
    if schema["type"] == "integer" || schema["type"] == "number" {
        let whole = schema["type"] == "integer";
        if let Some(low) = schema["minimum"].as_f64() {
            wrong.push(if whole {
                format!("{}", low - 1.0)
            } else {
                format!("less than {low}")
            });
        }
        if let Some(high) = schema["maximum"].as_f64() {
            wrong.push(if whole {
                format!("{}", high + 1.0)
            } else {
                format!("more than {high}")
            });
        }
        if whole {
            wrong.push("no whole number".into());
        }
    }
    if let Some(least) = schema["minLength"].as_u64().filter(|n| *n > 0) {
        wrong.push(match least {
            1 => "empty".into(),
            n => format!("{} characters", n - 1),
        });
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        wrong.push(format!("{} characters", most + 1));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        wrong.push(format!("not of the form `{pattern}`"));
    }
    if let Some(format) = schema["format"]
        .as_str()
        .filter(|f| !matches!(*f, "password" | "int32" | "int64" | "double"))
    {
        wrong.push(format!("no {format}"));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect();
        wrong.push(format!("none of {}", values.join(", ")));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        wrong.push(format!("a list of {}", most + 1));
    }
    wrong
}

/// Where the limits of a value stand in the brief.
fn place(
    domain: &Domain,
    id: &str,
    operation: &Operation,
    sent: &Sent<'_>,
    inside: &str,
) -> String {
    let here = format!("domain.operations.{id}");
    let snake = synthesis::naming::snake;
    let first = match inside.is_empty() {
        true => sent.name.rsplit('.').next().unwrap_or_default(),
        false => inside
            .trim_end_matches("[].")
            .rsplit('.')
            .next()
            .unwrap_or_default(),
    };
    let first = snake(first);
    let given = operation.input.keys().find(|n| snake(n) == first);
    if let Some(name) = given {
        return format!("{here}.input.{name}");
    }
    let filter = operation.filters.keys().find(|n| snake(n) == first);
    if let Some(name) = filter {
        return format!("{here}.filters.{name}");
    }
    match (sent.place, first.as_str(), &operation.target) {
        ("header", _, _) => format!("{here}.idempotency"),
        ("query", "limit" | "cursor" | "offset", _) if operation.page.is_some() => {
            format!("{here}.page")
        }
        ("path", _, _) => format!("{here}.path"),
        (_, name, Some(target)) => {
            let entity = domain.entities.get(&**target);
            let has = |found: bool, part: &str| found.then(|| format!(".{part}.{name}"));
            let member = entity.and_then(|e| {
                let field = has(e.fields.contains_key(name), "fields");
                let link = || has(e.relations.contains_key(name), "relations");
                field
                    .or_else(link)
                    .or_else(|| has(e.derived.contains_key(name), "derived"))
            });
            format!("domain.entities.{target}{}", member.unwrap_or_default())
        }
        _ => format!("{here}.accepts"),
    }
}
