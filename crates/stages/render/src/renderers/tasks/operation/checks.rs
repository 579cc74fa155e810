//! What can be tried of an operation, each check from the element of the model that says it: the
//! answer, refusals, what is read, promises, times. What it does beside is in `behaviour`.

use model::{Effect, Operation, Step, TableKind, Trigger, Work};

use super::super::bundle::{self, Check};
use super::super::{Desk, lookup};
use super::{behaviour, refused};
use crate::figures::asked;
use crate::numbers;
use crate::renderers::openapi;
use crate::words;

pub(super) fn all(desk: &Desk<'_>, at: usize, id: &str, operation: &Operation) -> Vec<Check> {
    let mut checks = Vec::new();
    let described = desk.interface.find(id);
    answers(desk, id, operation, &mut checks);
    if let Some(d) = &described {
        refused::all(desk, id, operation, d, &mut checks);
        callers(desk, id, operation, &mut checks);
    } else {
        conditions(id, operation, &mut checks);
    }
    behaviour::states(desk, id, operation, &mut checks);
    behaviour::repeats(desk, id, operation, &mut checks);
    behaviour::scarce(desk, id, operation, &mut checks);
    if let Some(path) = desk.f.view.system.architecture.paths.get(id) {
        behaviour::holds_together(desk, id, operation, path, &mut checks);
        behaviour::clients(desk, id, operation, path, &mut checks);
    }
    behaviour::events(desk, id, operation, &mut checks);
    lists(id, operation, &mut checks);
    reads(desk, id, operation, described.is_none(), &mut checks);
    promises(desk, at, id, &mut checks);
    times(desk, id, operation, &mut checks);
    checks
}

/// Success as the document has it.
fn answers(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let Some(d) = desk.interface.find(id) else {
        return;
    };
    let Some((status, _, _)) = d.answers().into_iter().find(|(s, _, _)| *s < 400) else {
        return;
    };
    let view = operation.result.as_ref().and_then(|r| r.view.as_ref());
    let shows = view.map_or(String::new(), |v| {
        format!(" with the members of `{v}` and no others")
    });
    let rows = rows_left(desk, id);
    let leaves = match rows.is_empty() {
        true => String::new(),
        false => format!(", and leaves {rows}"),
    };
    checks.push(Check::new(
        format!(
            "The sample of `{}` in [{}](../{}) gets {status}{shows}{leaves}",
            d.operation_id(),
            d.file,
            d.file
        ),
        match view {
            Some(v) => format!("domain.views.{v}"),
            None => format!("domain.operations.{id}.result"),
        },
    ));
}

/// What every run leaves in the tables: `one row more in orders`.
fn rows_left(desk: &Desk<'_>, id: &str) -> String {
    let system = desk.f.view.system;
    let mut lines: Vec<String> = Vec::new();
    let Some((_, operation, path)) = system.runs().find(|(other, _, _)| *other == id) else {
        return String::new();
    };
    let every = |s: &&Step| !lookup::later(operation, s) && s.probability.is_none();
    for step in path.steps.iter().filter(every) {
        let Some(table) = &step.table else { continue };
        let one = step.times.is_none() && step.rows.is_none();
        let text = match (step.work, one) {
            (Work::Insert, true) => format!("one row more in `{table}`"),
            (Work::Insert, false) => format!("rows more in `{table}`"),
            (Work::Delete, _) => format!("rows less in `{table}`"),
            (Work::Update, _) => format!("a change in `{table}`"),
            _ => continue,
        };
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    words::list(&lines)
}

/// The tables that one run writes, in the order of its steps.
pub(super) fn written(desk: &Desk<'_>, id: &str) -> Vec<String> {
    let system = desk.f.view.system;
    let mut tables: Vec<String> = Vec::new();
    let run = system.runs().find(|(other, _, _)| *other == id);
    if let Some((_, operation, path)) = run {
        let now = |s: &&Step| s.work.writes() && !lookup::later(operation, s);
        for step in path.steps.iter().filter(now) {
            let table = step.table.as_ref().map(|t| format!("`{t}`"));
            tables.extend(table.filter(|t| !tables.contains(t)));
        }
    }
    tables
}

/// The tables that hold what a run ends in: queues are only on the way there, and work that is done
/// after the answer counts.
pub(super) fn ends_in(desk: &Desk<'_>, id: &str) -> Vec<String> {
    let architecture = &desk.f.view.system.architecture;
    let steps = architecture.paths.get(id).map(|p| &p.steps);
    let mut tables: Vec<String> = Vec::new();
    for step in steps.into_iter().flatten().filter(|s| s.work.writes()) {
        let Some(name) = &step.table else { continue };
        let kind = architecture.data.get(&**name).map(|t| t.kind);
        let waits = matches!(kind, Some(TableKind::Queue | TableKind::Outbox));
        if !waits && !tables.contains(&format!("`{name}`")) {
            tables.push(format!("`{name}`"));
        }
    }
    match tables.is_empty() {
        true => written(desk, id),
        false => tables,
    }
}

/// Who may not start it at all.
fn callers(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    let open = operation.actors.iter().any(|a| {
        let actor = domain.actors.get(&**a);
        actor.is_some_and(|a| a.kind == model::ActorKind::Anonymous)
    });
    if open || operation.actors.is_empty() || !matches!(operation.trigger, Trigger::Request) {
        return;
    }
    let identities = &system.architecture.security.identities;
    let others: Vec<&str> = domain
        .actors
        .iter()
        .filter(|(a, _)| !operation.actors.iter().any(|o| **o == ***a))
        .filter(|(a, k)| k.kind != model::ActorKind::Anonymous && identities.contains_key(*a))
        .map(|(a, _)| a.as_str())
        .collect();
    if others.is_empty() {
        return;
    }
    let refusals = openapi::refusals(desk.f.view, id);
    let status = match refusals.contains_key(&403) {
        true => "403",
        false => "refused (UNVERIFIED: the model names no status for it)",
    };
    checks.push(Check::new(
        format!(
            "Called as {}: {status}, and nothing is written",
            words::list(&others).replace(" and ", " or ")
        ),
        format!("domain.operations.{id}.actors"),
    ));
}

/// Preconditions and policies of what is not asked for over HTTP.
fn conditions(id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    for (at, check) in operation.preconditions.iter().enumerate() {
        let message = check.message.as_ref();
        let message = message.map_or(String::new(), |m| format!(", with \"{}\"", m.trim()));
        checks.push(Check::new(
            format!(
                "Where `{}` does not hold it stops before any effect{message}",
                check.expr.text
            ),
            format!("domain.operations.{id}.preconditions.{at}"),
        ));
    }
    for (status, reason) in &operation.errors {
        checks.push(Check::new(
            format!(
                "It ends with {status} where it holds that: {}",
                reason.trim()
            ),
            format!("domain.operations.{id}.errors.{status}"),
        ));
    }
}

/// What is read by a condition: exactly that.
fn reads(desk: &Desk<'_>, id: &str, operation: &Operation, all: bool, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    let lists = operation.result.as_ref().is_some_and(|r| r.many);
    for (place, effect) in lookup::effects(domain, id, operation) {
        let Effect::Read(read) = effect else { continue };
        let target = operation.target.as_ref() == Some(&read.entity);
        if !(all || lists && target) {
            continue;
        }
        let what = match read.aggregate {
            true => "counted or summed",
            false => "used",
        };
        if let Some(filter) = &read.filter {
            checks.push(Check::new(
                format!(
                    "Of rows of {} with and without `{}`, exactly those with it are {what}",
                    read.entity, filter.text
                ),
                place,
            ));
        }
    }
    let path = desk.f.view.system.architecture.paths.get(id);
    // What a handler does the model does not hold.
    let handled = operation
        .effects
        .iter()
        .any(|e| matches!(e, Effect::Handler(_)));
    if all && !handled && path.is_some() && written(desk, id).is_empty() {
        checks.push(Check::new(
            format!("{id} leaves every table as it was"),
            format!("paths.{id}"),
        ));
    }
}

/// Pages, order and age of a list.
fn lists(id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let here = format!("domain.operations.{id}");
    if let Some(p) = &operation.page {
        let order = match operation.order.is_empty() {
            true => String::new(),
            false => format!(" in the order of {}", words::list(&operation.order)),
        };
        checks.push(Check::new(
            format!(
                "{} rows come as pages of {1}, {1} and 1, each row once{order}",
                2 * p.size + 1,
                p.size
            ),
            format!("{here}.page"),
        ));
    }
    for (name, filter) in &operation.filters {
        checks.push(Check::new(
            format!("With `{name}`, every row of the answer satisfies `{}`, and none that does is missing", filter.filter.text),
            format!("{here}.filters.{name}"),
        ));
    }
    if let Some(old) = operation.staleness {
        checks.push(Check::new(
            format!("What was committed is in the answer at most {old} later"),
            format!("{here}.staleness"),
        ));
    }
    for (at, never) in operation.never_wrong.iter().enumerate() {
        checks.push(Check::new(
            format!(
                "Of whatever age, an answer is never wrong about `{}`",
                never.text
            ),
            format!("{here}.never_wrong.{at}"),
        ));
    }
    if let Some(batch) = operation.batch {
        checks.push(Check::new(
            format!(
                "One request with {} items is taken whole, one with {} is refused",
                batch.max,
                batch.max + 1
            ),
            format!("{here}.batch.max"),
        ));
    }
    if let Some(by) = &operation.fair_by {
        checks.push(Check::new(
            format!(
                "While one {by} sends as much as it can, the others' p99 stays within its target"
            ),
            format!("{here}.fair_by"),
        ));
    }
    if operation.reproducible {
        checks.push(Check::new(
            format!(
                "{id} for the same input, before and after other writes: the same to the last digit"
            ),
            format!("{here}.reproducible"),
        ));
    }
}

/// Promises kept here, and those of earlier tasks that name this operation.
fn promises(desk: &Desk<'_>, at: usize, id: &str, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    for (name, m) in &system.architecture.mechanisms {
        let here = desk.tasks[at]
            .mechanisms
            .iter()
            .any(|(other, _)| other == name);
        let named = lookup::named(system, m.uses.iter().chain(&m.protects));
        if !here && named != [id] {
            continue;
        }
        let elsewhere = desk
            .builder(&format!("mechanisms.{name}"))
            .filter(|b| *b != at);
        // A timed transition proves its own promises.
        if elsewhere.is_some_and(|b| {
            !matches!(desk.tasks[b].subject, super::super::Subject::Promise { .. })
        }) {
            continue;
        }
        for (n, proof) in m.proof.iter().enumerate() {
            checks.push(bundle::proof(
                desk,
                proof,
                format!("mechanisms.{name}.proof.{n}"),
            ));
        }
    }
}

fn times(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let f = &desk.f;
    let system = f.view.system;
    if !asked(&operation.trigger) {
        return;
    }
    let Some(target) = system.latency_target(id) else {
        return;
    };
    let limits: Vec<String> = [
        ("p50", target.p50),
        ("p95", target.p95),
        ("p99", target.p99),
    ]
    .into_iter()
    .filter_map(|(name, t)| Some(format!("{name} at most {}", t?)))
    .collect();
    let rate = f.rate(id).filter(|r| *r > 0.0 && !f.program());
    let at = rate.map_or(String::new(), |r| {
        format!(
            "At {}, with the other operations at theirs, ",
            numbers::rate(r)
        )
    });
    let ours = system
        .architecture
        .targets
        .get(id)
        .is_some_and(|t| t.latency.is_some());
    let place = match (ours, operation.latency.is_some()) {
        (true, _) => format!("targets.{id}.latency"),
        (false, true) => format!("domain.operations.{id}.latency"),
        (false, false) => "targets.latency".into(),
    };
    if !limits.is_empty() {
        checks.push(Check::new(format!("{at}{}", words::list(&limits)), place));
    }
    let Some((peak, _)) = system
        .brief
        .peak_rate(id, operation)
        .zip(rate)
        .filter(|(p, r)| p.0 > *r * 1.01)
    else {
        return;
    };
    let scale = system.brief.scale.as_ref();
    let spikes = scale.iter().flat_map(|s| &s.spikes);
    let largest = spikes
        .filter(|(_, s)| s.operations.is_empty() || s.operations.iter().any(|o| **o == *id))
        .max_by(|a, b| a.1.factor.total_cmp(&b.1.factor));
    let own = operation.rate.as_ref().is_some_and(|r| r.peak.is_some());
    let (lasts, place) = match largest {
        _ if own => (String::new(), format!("domain.operations.{id}.rate.peak")),
        Some((spike, s)) => (format!(" for {}", s.lasts), format!("scale.spikes.{spike}")),
        None => return,
    };
    checks.push(Check::new(
        format!(
            "At its peak of {}{lasts}: no status but those of this contract, and the times are back within their targets after it",
            numbers::rate(peak.0)
        ),
        place,
    ));
}
