//! Section 4: the rules common to all operations once, every operation in one line, and samples of
//! those that matter most.

use model::{
    ApiStyle, Contract, Effect, ErrorFormat, Idempotency, Operation, PageStyle, Trigger, Versioning,
};

use crate::figures::{Figures, asked};
use crate::interface::Interface;
use crate::numbers;
use crate::page::Page;
use crate::words;

/// Operations with samples.
const SAMPLES: usize = 2;
/// Operations listed here; the rest is in `operations.md`.
const LISTED: usize = 40;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    page.heading(2, "4. API contracts");
    let operations = &f.view.system.brief.domain.operations;
    if operations.is_empty() {
        page.para("The domain has no operations yet.");
        return;
    }
    let http = f.view.has(crate::renderers::Need::Http);
    for (id, contract) in &f.view.system.architecture.contracts {
        common(f, id, contract, http, page);
    }
    list(f, page);
    if !http {
        return;
    }
    let interface = Interface::of(f.view);
    let files: Vec<String> = interface.files().map(|f| format!("[{f}]({f})")).collect();
    if files.is_empty() {
        return;
    }
    page.heading(3, "Samples");
    page.para(&format!(
        "The busiest operation and the one with most at stake; the others are in {}.",
        words::list(&files)
    ));
    for id in sampled(f) {
        if let Some(described) = interface.find(&id) {
            page.heading(4, &id);
            described.write(page);
        }
    }
}

/// What holds for every operation of a contract.
fn common(f: &Figures<'_>, id: &str, contract: &Contract, http: bool, page: &mut Page) {
    let brief = &f.view.system.brief;
    let wire = brief.domain.wire.as_ref();
    let style = match contract.style {
        ApiStyle::CommandLine => "arguments and exit codes".to_string(),
        ApiStyle::Rest => "REST over HTTPS, JSON".to_string(),
        style => words::word(&style),
    };
    let mut lines = vec![match &contract.base {
        Some(base) => format!(
            "`{id}` of `{}`: {style}, below `{base}`.",
            contract.component
        ),
        None => format!("`{id}` of `{}`: {style}.", contract.component),
    }];
    if http {
        let errors = match wire.map_or(ErrorFormat::Problem, |w| w.errors) {
            ErrorFormat::Problem => "`application/problem+json` (RFC 9457)",
            ErrorFormat::FieldMap => "`{\"errors\": {\"field\": [\"message\"]}}`",
        };
        let invalid = wire.and_then(|w| w.invalid).unwrap_or(400);
        lines.push(format!("Errors: {errors}; invalid input is {invalid}."));
        let version = contract.version.as_deref().unwrap_or("1");
        let notice = contract
            .notice
            .map(|n| format!("; removals are announced {n} before"))
            .unwrap_or_default();
        lines.push(match contract.versioning {
            Versioning::AdditiveOnly => {
                format!("Version {version}: only additions, so clients ignore what they do not know{notice}.")
            }
            Versioning::Path => format!("Version {version}, in the path{notice}."),
            Versioning::Header => format!("Version {version}, in the header API-Version{notice}."),
        });
        lines.extend(pages(f, contract));
        let keyed = with(f, contract, |o| o.idempotency == Some(Idempotency::Key));
        if !keyed.is_empty() {
            lines.push(format!(
                "An Idempotency-Key header is required by {}; a repeat gets the first answer.",
                words::list(&keyed)
            ));
        }
        let repeated = with(f, contract, |o| {
            o.idempotency == Some(Idempotency::None) && o.writes()
        });
        if !repeated.is_empty() {
            lines.push(format!(
                "A repeat does it again: {}.",
                words::list(&repeated)
            ));
        }
        if let Some(by) = &contract.authentication {
            // A certificate, or nothing at all, is no token in a header.
            let carried = !matches!(by.as_str(), "none" | "mtls");
            let token = wire
                .and_then(|w| w.token.as_ref())
                .filter(|_| carried)
                .map(|t| {
                    let lives = t
                        .lifetime
                        .map(|l| format!(", valid for {l}"))
                        .unwrap_or_default();
                    format!(" (`Authorization: {} ...`{lives})", t.scheme)
                })
                .unwrap_or_default();
            lines.push(format!("Callers are known by {by}{token}."));
        }
        if let Some(limit) = &contract.rate_limit {
            let burst = limit
                .burst
                .map(|b| format!(", bursts of {b}"))
                .unwrap_or_default();
            lines.push(format!(
                "{} per caller{burst}, then 429 with Retry-After. {}",
                limit.per_caller,
                f.reason(&contract.about)
            ));
        }
        if let Some(max) = contract.max_body {
            lines.push(format!("Bodies up to {max}, then 413."));
        }
    }
    page.bullets(&lines);
}

fn pages(f: &Figures<'_>, contract: &Contract) -> Option<String> {
    let paged = with(f, contract, |o| o.page.is_some());
    if paged.is_empty() {
        return None;
    }
    let own: Vec<PageStyle> = f
        .view
        .system
        .brief
        .domain
        .operations
        .iter()
        .filter(|(id, _)| paged.contains(id))
        .filter_map(|(_, o)| o.page.as_ref())
        .map(|p| p.style)
        .collect();
    let offset = own.iter().filter(|s| **s == PageStyle::Offset).count();
    let style = match (offset, contract.pagination) {
        (0, _) => "by cursor".to_string(),
        (n, _) if n == own.len() => "by offset".to_string(),
        (n, _) => format!("by cursor, {n} by offset"),
    };
    Some(format!("Pages {style}: {}.", words::some(&paged, 6)))
}

/// The operations of a contract that are so; all of them belong to one that names none.
fn with(f: &Figures<'_>, contract: &Contract, wanted: impl Fn(&Operation) -> bool) -> Vec<String> {
    let operations = &f.view.system.brief.domain.operations;
    let offered =
        |id: &str| contract.operations.is_empty() || contract.operations.iter().any(|o| **o == *id);
    operations
        .iter()
        .filter(|(id, o)| offered(id) && wanted(o))
        .map(|(id, _)| id.clone())
        .collect()
}

fn list(f: &Figures<'_>, page: &mut Page) {
    let operations = &f.view.system.brief.domain.operations;
    let interface = Interface::of(f.view);
    let mut ids: Vec<&String> = operations.keys().collect();
    let cut = ids.len() > LISTED;
    if cut {
        ids.sort_by(|a, b| {
            let rate = |id: &str| f.rate(id).unwrap_or_default();
            rate(b).total_cmp(&rate(a))
        });
        ids.truncate(LISTED);
    }
    let often = if f.program() {
        "How often"
    } else {
        "Busiest hour"
    };
    let (requests, own): (Vec<&String>, Vec<&String>) = ids
        .into_iter()
        .partition(|id| asked(&operations[id.as_str()].trigger));
    let rows: Vec<Vec<String>> = requests
        .iter()
        .map(|id| {
            let operation = &operations[id.as_str()];
            let address = interface
                .find(id)
                .map(|d| format!("`{} {}`", d.method, d.path))
                .or_else(|| operation.summary.clone())
                .unwrap_or_default();
            vec![
                format!("`{id}`"),
                address,
                caller(operation),
                f.rate(id).map(numbers::rate).unwrap_or_default(),
                f.p99(id),
            ]
        })
        .collect();
    page.heading(3, "Operations");
    page.table(
        &[
            "Operation",
            "Request",
            "Who",
            often,
            "Time, p99 unless said, of its target",
        ],
        &rows,
    );
    let rows: Vec<Vec<String>> = own
        .iter()
        .map(|id| {
            let operation = &operations[id.as_str()];
            vec![
                format!("`{id}`"),
                caller(operation),
                f.rate(id).map(numbers::rate).unwrap_or_default(),
                background(f, id),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.para("Started by the system itself:");
        page.table(&["Operation", "Started by", often, "p99"], &rows);
    }
    let mut more = "Percentiles, availability and what stops each: [operations.md](operations.md)."
        .to_string();
    if cut {
        more = format!(
            "{} more are in [operations.md](operations.md), with percentiles, availability and what stops each.",
            operations.len() - LISTED
        );
    }
    if f.now.is_some() {
        page.para(&more);
    }
}

fn background(f: &Figures<'_>, id: &str) -> String {
    f.operation(id)
        .and_then(|o| o.background.or(o.response))
        .map(|t| numbers::ms(t.p99_ms))
        .unwrap_or_else(|| f.p99(id))
}

/// Who starts it.
pub(super) fn caller(operation: &Operation) -> String {
    match &operation.trigger {
        Trigger::Request | Trigger::Subscription => {
            let actors: Vec<&str> = operation.actors.iter().map(|a| &**a).collect();
            words::list(&actors)
        }
        Trigger::Webhook(port) => format!("webhook of {port}"),
        Trigger::Event(event) => format!("event {event}"),
        Trigger::Every(every) => format!("every {every}"),
    }
}

/// The busiest operation, and those with most at stake: money or others' systems, scarce rows, keys.
fn sampled(f: &Figures<'_>) -> Vec<String> {
    let domain = &f.view.system.brief.domain;
    let stake = |o: &Operation| {
        let scarce = |e: &model::EntityId| domain.entities.get(&**e).is_some_and(|e| e.scarce);
        let effects: u32 = o
            .effects
            .iter()
            .map(|e| match e {
                Effect::Call(_) => 3,
                Effect::Update(u) if scarce(&u.entity) => 3,
                Effect::Update(u) if u.filter.is_some() => 1,
                Effect::Create(_) | Effect::Transition(_) | Effect::Emit(_) => 1,
                _ => 0,
            })
            .sum();
        effects
            + if o.durable { 2 } else { 0 }
            + if o.idempotency == Some(Idempotency::Key) {
                2
            } else {
                0
            }
    };
    let mut all: Vec<(&String, &Operation)> = domain
        .operations
        .iter()
        .filter(|(_, o)| asked(&o.trigger))
        .collect();
    let rate = |id: &str| f.rate(id).unwrap_or_default();
    all.sort_by(|a, b| {
        (stake(b.1), rate(b.0))
            .partial_cmp(&(stake(a.1), rate(a.0)))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut chosen: Vec<String> = Vec::new();
    let busiest = all
        .iter()
        .max_by(|a, b| rate(a.0).total_cmp(&rate(b.0)))
        .map(|(id, _)| (*id).clone());
    chosen.extend(busiest);
    for (id, _) in all {
        if chosen.len() < SAMPLES && !chosen.contains(id) {
            chosen.push(id.clone());
        }
    }
    chosen
}
