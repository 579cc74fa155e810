//! What an operation takes and gives: over HTTP from its OpenAPI document, otherwise from the domain.

use model::{ApiStyle, Effect, Idempotency, Operation, PageStyle, Trigger};

use super::super::client::{field_words, members};
use super::super::{Desk, lookup, needs};
use crate::interface::Described;
use crate::page::Page;
use crate::words;

pub(super) fn write(desk: &Desk<'_>, id: &str, operation: &Operation, page: &mut Page) {
    page.heading(2, "Contract");
    match (&operation.trigger, desk.interface.find(id)) {
        (_, Some(described)) => http(&described, operation, page),
        (Trigger::Event(event), None) => consumes(desk, id, event, page),
        (Trigger::Every(every), None) => page.para(&format!(
            "Started every {every} by the clock (`domain.operations.{id}.trigger`). Nobody waits for it."
        )),
        _ => called(desk, id, operation, page),
    }
    let mut lines = Vec::new();
    match operation.idempotency {
        Some(Idempotency::Key) => lines.push(
            "A repeat with the same `Idempotency-Key` and body gets the first answer and changes nothing more."
                .to_string(),
        ),
        Some(Idempotency::Natural) => {
            lines.push("A repeat changes nothing more.".to_string());
        }
        Some(Idempotency::None) => lines.push("A repeat does it again, knowingly.".to_string()),
        None if operation.writes() => lines.push(
            "UNVERIFIED: the model does not say what a repeat does.".to_string(),
        ),
        None => {}
    }
    if let Some(p) = &operation.page {
        let most = p.max.map_or(String::new(), |m| format!(", at most {m}"));
        let style = match p.style {
            PageStyle::Cursor => "by cursor",
            PageStyle::Offset => "by offset",
        };
        let order = match operation.order.is_empty() {
            true => String::new(),
            false => format!(", ordered by {}", words::list(&operation.order)),
        };
        lines.push(format!(
            "Pages {style}, {} rows unless the client says{most}{order}.",
            p.size
        ));
    }
    for (name, filter) in &operation.filters {
        lines.push(format!("`{name}` adds `{}`.", filter.filter.text));
    }
    for policy in &operation.policies {
        if let Some(p) = desk.f.view.system.brief.domain.policies.get(&**policy) {
            lines.push(format!(
                "Allowed by `{policy}`: `{}`, otherwise {}.",
                p.allow.text,
                p.otherwise.unwrap_or(403)
            ));
        }
    }
    page.bullets(&lines);
}

fn http(d: &Described<'_>, operation: &Operation, page: &mut Page) {
    page.para(&format!(
        "`{} {}`, `{}` in [{}](../{}).",
        d.method,
        d.path,
        d.operation_id(),
        d.file,
        d.file
    ));
    let rows: Vec<Vec<String>> = d
        .sent()
        .iter()
        .map(|s| {
            vec![
                format!("`{}`", s.name),
                s.place.to_string(),
                d.limits(s.schema, 2),
                if s.required { "yes" } else { "no" }.to_string(),
            ]
        })
        .collect();
    page.table(&["Sent", "In", "Type and limits", "Required"], &rows);
    let mut rows = Vec::new();
    for (status, about, schema) in d.answers() {
        let shape = match schema {
            Some(schema) if status < 400 => d.shape(schema),
            _ => String::new(),
        };
        rows.push(vec![status.to_string(), about.to_string(), shape]);
    }
    page.table(&["Status", "When", "Members"], &rows);
    if operation.deferred {
        page.para("The answer comes when the work is certain to be done, not when it is done.");
    }
}

/// What starts a consumer: the event with its members, who emits it and how it is delivered.
fn consumes(desk: &Desk<'_>, id: &str, event: &str, page: &mut Page) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    page.para(&format!(
        "Started by the event `{event}` (`domain.operations.{id}.trigger`). Nobody waits for it."
    ));
    let mut lines = Vec::new();
    if let Some(e) = domain.events.get(event) {
        if let Some(about) = &e.description {
            lines.push(desk.f.prose(about));
        }
        let entity = e.of.as_ref().and_then(|o| domain.entities.get(&**o));
        let mut carried: Vec<String> = e
            .payload
            .iter()
            .map(|name| {
                let field = entity.and_then(|e| e.fields.get(name));
                field.map_or(format!("`{name}`"), |f| {
                    format!("`{name}` {}", field_words(f))
                })
            })
            .collect();
        if !e.fields.is_empty() {
            carried.push(members(&e.fields));
        }
        if !carried.is_empty() {
            let of = e.of.as_ref().map_or(String::new(), |o| format!(" of {o}"));
            lines.push(format!("It carries {}{of}.", words::list(&carried)));
        }
        if let Some(by) = &e.ordered_by {
            lines.push(format!("Events with the same {by} come in order."));
        }
        if let Some(within) = e.within {
            lines.push(format!("It must have arrived within {within}."));
        }
    }
    let from: Vec<String> = needs::emitters(domain, event)
        .iter()
        .filter_map(|(o, _)| desk.builder(&format!("domain.operations.{o}")))
        .map(|at| desk.link(at))
        .collect();
    if !from.is_empty() {
        lines.push(format!("Emitted by {}.", words::list(&from)));
    }
    page.bullets(&lines);
}

/// An operation that is called otherwise than over HTTP: what goes in and comes out.
fn called(desk: &Desk<'_>, id: &str, operation: &Operation, page: &mut Page) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    let command = system
        .architecture
        .contracts
        .iter()
        .find(|(_, c)| c.style == ApiStyle::CommandLine);
    page.para(&match command {
        Some((contract, _)) => format!(
            "A command of `{contract}`. The model holds what goes in and comes out; words and exit codes it does not hold (UNVERIFIED)."
        ),
        None => "UNVERIFIED: the model holds no interface for it, only what goes in and comes out.".into(),
    });
    let entity = operation
        .target
        .as_ref()
        .and_then(|t| domain.entities.get(&**t));
    let mut rows = Vec::new();
    for name in operation.by.iter().chain(&operation.accepts) {
        let field = entity.and_then(|e| e.fields.get(name));
        rows.push(vec![
            format!("`{name}`"),
            field.map(field_words).unwrap_or_default(),
            format!("domain.operations.{id}"),
        ]);
    }
    for (name, field) in &operation.input {
        rows.push(vec![
            format!("`{name}`"),
            field_words(field),
            format!("domain.operations.{id}.input.{name}"),
        ]);
    }
    page.table(&["Goes in", "Type and limits", "From"], &rows);
    if let Some(result) = &operation.result {
        let view = result.view.as_ref();
        let view = view.and_then(|v| domain.views.get(&**v).map(|found| (v, found)));
        let many = if result.many {
            "Each row"
        } else {
            "The answer"
        };
        if let Some((name, view)) = view {
            page.para(&format!(
                "{many} shows {} (`domain.views.{name}`).",
                words::list(&view.fields)
            ));
        }
    }
    let emits = lookup::effects(domain, id, operation);
    if !operation.writes() && !emits.iter().any(|(_, e)| matches!(e, Effect::Handler(_))) {
        page.para("It changes nothing.");
    }
}
