//! A client of a system that is not ours: its calls, what protects them, and what it must survive.

use model::{ComponentKind, Effect, Field, Map, Port, Relation};

use super::bundle::Check;
use super::{Desk, lookup};
use crate::numbers;
use crate::page::Page;
use crate::protection;
use crate::words;

pub(super) fn write(desk: &Desk<'_>, id: &str, port: Option<&Port>, page: &mut Page) -> Vec<Check> {
    let f = &desk.f;
    let system = f.view.system;
    page.heading(2, "What to build");
    let component = system.component(id);
    let about = port
        .and_then(|p| p.description.as_ref())
        .or_else(|| component.and_then(|c| c.description.as_ref()));
    let about = about.map_or(String::new(), |d| f.prose(d));
    let ours = |r: &Relation| {
        let from = system.component(&r.from);
        from.is_some_and(|c| c.kind != ComponentKind::Client)
    };
    let called = system.architecture.relations.values();
    let called = called.filter(|r| r.to == *id).any(ours);
    if !called && port.is_none() {
        return trusted(desk, id, &about, page);
    }
    page.para(&format!(
        "The client of `{id}`, behind one interface, so that operations can be tried against a stand-in. {about}"
    ));
    let mut checks = Vec::new();
    if let Some(port) = port {
        facts(id, port, page);
        contract(id, port, page);
    }
    let relations: Vec<(&String, &Relation)> = system
        .architecture
        .relations
        .iter()
        .filter(|(_, r)| r.to == *id)
        .collect();
    calls(desk, &relations, page);
    used(desk, id, page, &mut checks);
    for (name, relation) in &relations {
        relation_checks(desk, name, relation, &mut checks);
    }
    if let Some(port) = port {
        port_checks(desk, id, port, &relations, &mut checks);
    }
    checks
}

/// A system that only our callers talk to: what is ours is to believe what it signed.
fn trusted(desk: &Desk<'_>, id: &str, about: &str, page: &mut Page) -> Vec<Check> {
    let architecture = &desk.f.view.system.architecture;
    page.para(&format!(
        "Nothing of ours calls `{id}` while it answers; those who call us do. Ours is to know what it signed. {about}"
    ));
    let mut checks = Vec::new();
    for (name, contract) in &architecture.contracts {
        let Some(by) = &contract.authentication else {
            continue;
        };
        let same = |r: &Relation| r.to == *id && r.authentication.as_ref() == Some(by);
        if architecture.relations.values().any(same) {
            checks.push(Check::new(
                format!("`{name}` takes a token of `{id}` (`{by}`); one that somebody else signed, one for another service and one that has run out get 401"),
                format!("contracts.{name}.authentication"),
            ));
        }
    }
    checks
}

fn facts(id: &str, port: &Port, page: &mut Page) {
    let mut lines = Vec::new();
    let latency = port.latency.iter().flat_map(|l| {
        [("p50", l.p50), ("p95", l.p95), ("p99", l.p99)]
            .into_iter()
            .filter_map(|(name, t)| Some(format!("{name} {}", t?)))
    });
    let latency: Vec<String> = latency.collect();
    if !latency.is_empty() {
        lines.push(format!(
            "It answers in {} (`domain.ports.{id}.latency`).",
            words::list(&latency)
        ));
    }
    if let Some(a) = port.availability {
        lines.push(format!(
            "It is there {a} of the time (`domain.ports.{id}.availability`)."
        ));
    }
    if let Some(limit) = port.limit {
        lines.push(format!(
            "It takes at most {limit} (`domain.ports.{id}.limit`)."
        ));
    }
    if let Some(price) = &port.price {
        lines.push(format!("A call costs {price} (`domain.ports.{id}.price`)."));
    }
    if let Some(class) = port.class {
        lines.push(format!("It sees {} data.", class.word()));
    }
    page.bullets(&lines);
}

fn contract(id: &str, port: &Port, page: &mut Page) {
    if port.operations.is_empty() {
        return;
    }
    page.heading(2, "Contract");
    if let Some(protocol) = &port.protocol {
        page.para(&format!(
            "Over {protocol}. Addresses and formats are those of the provider; the model holds what goes in and out."
        ));
    }
    for (name, operation) in &port.operations {
        page.heading(3, &format!("`{name}`"));
        page.para(operation.description.as_deref().unwrap_or_default());
        let mut lines = Vec::new();
        if !operation.input.is_empty() {
            lines.push(format!("Sends {}.", members(&operation.input)));
        }
        if !operation.output.is_empty() {
            lines.push(format!("Gets {}.", members(&operation.output)));
        }
        lines.push(match operation.idempotent {
            true => {
                "A repeat with the same key changes nothing more, so it may be tried again.".into()
            }
            false => "A repeat does it again: never tried twice.".to_string(),
        });
        if let Some(timeout) = operation.timeout {
            lines.push(format!(
                "Given up after {timeout} (`domain.ports.{id}.operations.{name}.timeout`)."
            ));
        }
        page.bullets(&lines);
    }
}

/// Fields with their types: `amount money in EUR, day date`.
pub(super) fn members(fields: &Map<Field>) -> String {
    let all: Vec<String> = fields
        .iter()
        .map(|(name, field)| format!("`{name}` {}", field_words(field)))
        .collect();
    words::list(&all)
}

pub(super) fn field_words(field: &Field) -> String {
    let mut text = words::word(&field.kind);
    if let Some(currency) = &field.currency {
        text.push_str(&format!(" in {currency}"));
    }
    if !field.values.is_empty() {
        text.push_str(&format!(" ({})", field.values.join(", ")));
    }
    if !field.of.is_empty() {
        text.push_str(&format!(" of {}", members(&field.of)));
    } else if let Some(each) = field.each {
        text.push_str(&format!(" of {}", words::word(&each)));
    }
    if let Some(most) = field.max_items {
        text.push_str(&format!(", at most {most}"));
    }
    if let Some(most) = field.max_length {
        text.push_str(&format!(" of at most {most} characters"));
    }
    if let (Some(low), Some(high)) = (field.min, field.max) {
        text.push_str(&format!(" from {low} to {high}"));
    }
    if let Some(class) = field.class.filter(|c| *c > model::DataClass::Internal) {
        text.push_str(&format!(" ({})", class.word()));
    }
    if field.optional {
        text.push_str(", may be absent");
    }
    text
}

fn calls(desk: &Desk<'_>, relations: &[(&String, &Relation)], page: &mut Page) {
    let rows: Vec<Vec<String>> = relations
        .iter()
        .map(|(id, r)| {
            let mode = match r.mode {
                model::Mode::Sync => "the caller waits",
                model::Mode::Async => "nobody waits",
            };
            vec![
                format!("`{id}`"),
                mode.into(),
                r.timeout.map_or("**none**".into(), |t| t.to_string()),
                r.retry.as_ref().map(protection::retry).unwrap_or_default(),
                r.breaker
                    .as_ref()
                    .map(protection::breaker)
                    .unwrap_or_default(),
                r.fallback
                    .as_ref()
                    .map(|b| protection::fallback(&desk.f, b))
                    .unwrap_or_default(),
                r.bulkhead.map(|n| n.to_string()).unwrap_or_default(),
                protection::delivery(r),
                protection::proof(r),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "What protects the calls");
        page.table(
            &[
                "Relation", "Mode", "Timeout", "Retry", "Breaker", "Else", "At once", "Delivery",
                "Proof",
            ],
            &rows,
        );
    }
}

/// Which operations call it, with what, and under which key.
fn used(desk: &Desk<'_>, id: &str, page: &mut Page, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    let mut lines = Vec::new();
    for (operation, o) in &domain.operations {
        for (path, effect) in lookup::effects(domain, operation, o) {
            let Effect::Call(call) = effect else { continue };
            if *call.port != *id {
                continue;
            }
            let there = desk.builder(&format!("domain.operations.{operation}"));
            let link = there.map_or(operation.clone(), |at| desk.link(at));
            let mut text = format!("{link}: `{}`", call.operation);
            if let Some(key) = &call.idempotency_key {
                text.push_str(&format!(" under the key `{}`", key.text));
                checks.push(Check::new(
                    format!(
                        "Every try of one `{}` of {operation} carries the same key, `{}`; the next run carries another",
                        call.operation, key.text
                    ),
                    format!("{path}.call.idempotency_key"),
                ));
            }
            if let Some(undo) = &call.compensate {
                text.push_str(&format!(", undone by `{undo}`"));
            }
            lines.push(format!("{text}."));
        }
    }
    if !lines.is_empty() {
        page.heading(2, "Used by");
        page.bullets(&lines);
    }
}

pub(super) fn relation_checks(desk: &Desk<'_>, id: &str, r: &Relation, checks: &mut Vec<Check>) {
    let to = &r.to;
    let tries = r.retry.as_ref().map_or(1, |x| x.attempts);
    if let Some(timeout) = r.timeout {
        let most = match tries {
            1 => String::new(),
            n => format!(", {n} times at most"),
        };
        let seen = match &r.fallback {
            Some(b) => format!("the caller is shown: {}", protection::fallback(&desk.f, b)),
            None => "the caller gets an error".to_string(),
        };
        checks.push(Check::new(
            format!("`{to}` takes the connection from `{}` and stays silent: each try ends after {timeout}{most}; then {seen}", r.from),
            format!("relations.{id}.timeout"),
        ));
    }
    if let Some(retry) = &r.retry {
        let span = match retry.jitter {
            true => format!("after a random part of {}", retry.backoff),
            false => format!("after {}", retry.backoff),
        };
        checks.push(Check::new(
            format!(
                "`{to}` refuses once and then answers: `{}` tries again {span} and succeeds; refused every time, it was tried {} times",
                r.from, retry.attempts
            ),
            format!("relations.{id}.retry"),
        ));
        if let Some(budget) = retry.budget {
            checks.push(Check::new(
                format!("With `{to}` down under load, repeats are at most {budget} of the calls of `{}`", r.from),
                format!("relations.{id}.retry.budget"),
            ));
        }
    }
    if let Some(breaker) = &r.breaker {
        checks.push(Check::new(
            format!(
                "After {} failures in a row the next call from `{}` fails at once and `{to}` sees nothing of it; after {} one call is let through",
                breaker.failures, r.from, breaker.recovery
            ),
            format!("relations.{id}.breaker"),
        ));
    }
    if let Some(most) = r.bulkhead {
        checks.push(Check::new(
            format!(
                "With `{to}` slow, at most {most} calls from `{}` are under way at once",
                r.from
            ),
            format!("relations.{id}.bulkhead"),
        ));
    }
    if let Some(dead) = &r.dead_letter {
        let aside = dead
            .table
            .as_ref()
            .map_or("aside".into(), |t| format!("in `{t}`"));
        checks.push(Check::new(
            format!("What `{}` takes over `{id}` and fails at {} times is {aside}, and what is behind it goes on",
                r.from, dead.after),
            format!("relations.{id}.dead_letter"),
        ));
    }
}

fn port_checks(
    desk: &Desk<'_>,
    id: &str,
    port: &Port,
    relations: &[(&String, &Relation)],
    checks: &mut Vec<Check>,
) {
    for (name, operation) in &port.operations {
        if !operation.idempotent && relations.iter().any(|(_, r)| r.retry.is_some()) {
            checks.push(Check::new(
                format!("`{name}` is sent once, whatever comes back"),
                format!("domain.ports.{id}.operations.{name}.idempotent"),
            ));
        }
        let longer = relations.iter().find(|(_, r)| {
            matches!((r.timeout, operation.timeout), (Some(ours), Some(said)) if ours < said)
        });
        if let (Some((relation, r)), Some(said)) = (longer, operation.timeout)
            && relations.iter().all(|(_, r)| r.timeout < Some(said))
        {
            checks.push(Check::new(
                format!(
                    "UNVERIFIED: `{name}` may take {said}, and `{relation}` gives up after {}",
                    r.timeout.map(|t| t.to_string()).unwrap_or_default()
                ),
                format!("domain.ports.{id}.operations.{name}.timeout"),
            ));
        }
    }
    if let Some(limit) = port.limit {
        let calls: f64 = desk
            .f
            .view
            .system
            .brief
            .domain
            .operations
            .iter()
            .filter(|(operation, o)| {
                lookup::effects(&desk.f.view.system.brief.domain, operation, o)
                    .iter()
                    .any(|(_, e)| matches!(e, Effect::Call(c) if *c.port == *id))
            })
            .filter_map(|(operation, _)| desk.f.rate(operation))
            .sum();
        checks.push(Check::new(
            format!(
                "`{id}` never gets more than {limit}; the operations that call it run {} in the busiest hour",
                numbers::rate(calls)
            ),
            format!("domain.ports.{id}.limit"),
        ));
    }
    let secret: Vec<String> = port
        .operations
        .values()
        .flat_map(|o| o.input.iter().chain(&o.output))
        .filter(|(_, f)| f.class.is_some_and(|c| c >= model::DataClass::Card))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if !secret.is_empty() {
        checks.push(Check::new(
            format!(
                "{} of `{id}` stands in no log, trace or error",
                words::list(&secret)
            ),
            format!("domain.ports.{id}.operations"),
        ));
    }
}
