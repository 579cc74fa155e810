//! What can be tried of an operation: refusals, the answer, repeats, states, writes that hold
//! together, calls that fail, times; each from the element of the model that says it.

use model::{Effect, Idempotency, Operation, Path, Step, Transaction, Trigger, Work};

use super::super::bundle::{self, Check};
use super::super::{Desk, lookup};
use super::{effect_words, refused};
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
    states(desk, id, operation, &mut checks);
    repeats(desk, id, operation, &mut checks);
    scarce(desk, id, operation, &mut checks);
    if let Some(path) = desk.f.view.system.architecture.paths.get(id) {
        holds_together(desk, id, operation, path, &mut checks);
        clients(desk, id, operation, path, &mut checks);
    }
    events(desk, id, operation, &mut checks);
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
    let shows = view.map_or(String::new(), |v| format!(" with the members of `{v}` and no others"));
    let rows = rows_left(desk, id);
    let leaves = match rows.is_empty() {
        true => String::new(),
        false => format!("; then {rows}"),
    };
    checks.push(Check::new(
        format!("The sample of `{}` in [{}](../{}) gets {status}{shows}{leaves}", d.operation_id(), d.file, d.file),
        match view {
            Some(v) => format!("domain.views.{v}"),
            None => format!("domain.operations.{id}.result"),
        },
    ));
}

/// What one run leaves in the tables: `orders has one row more`.
fn rows_left(desk: &Desk<'_>, id: &str) -> String {
    let Some(path) = desk.f.view.system.architecture.paths.get(id) else {
        return String::new();
    };
    let mut lines: Vec<String> = Vec::new();
    let Some(operation) = desk.f.view.system.brief.domain.operations.get(id) else {
        return String::new();
    };
    for step in path.steps.iter().filter(|s| !lookup::later(operation, s)) {
        let Some(table) = &step.table else { continue };
        let one = step.times.is_none() && step.rows.is_none() && step.probability.is_none();
        let text = match (step.work, one) {
            (Work::Insert, true) => format!("`{table}` has one row more"),
            (Work::Insert, false) => format!("`{table}` has its rows"),
            (Work::Delete, _) => format!("`{table}` has them no more"),
            (Work::Update, _) => format!("`{table}` is changed"),
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
        format!("Called as {}: {status}, and nothing is written", others.join(" or as ")),
        format!("domain.operations.{id}.actors"),
    ));
}

/// Preconditions and policies of what is not asked for over HTTP.
fn conditions(id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    for (at, check) in operation.preconditions.iter().enumerate() {
        let message = check.message.as_ref();
        let message = message.map_or(String::new(), |m| format!(", with \"{}\"", m.trim()));
        checks.push(Check::new(
            format!("Where `{}` does not hold it stops before any effect{message}", check.expr.text),
            format!("domain.operations.{id}.preconditions.{at}"),
        ));
    }
    for (status, reason) in &operation.errors {
        checks.push(Check::new(
            format!("It ends with {status} where it holds that: {}", reason.trim()),
            format!("domain.operations.{id}.errors.{status}"),
        ));
    }
}

/// Each transition, from each state that allows it, and its guard.
fn states(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    for (_, effect) in lookup::effects(domain, id, operation) {
        let Effect::Transition(take) = effect else {
            continue;
        };
        let machine = domain.entities.get(&*take.entity).and_then(|e| e.machine.as_ref());
        let Some(machine) = machine else { continue };
        let Some(t) = machine.transitions.get(&take.take) else {
            continue;
        };
        let path = format!("domain.entities.{}.machine.transitions.{}", take.entity, take.take);
        checks.push(Check::new(
            format!(
                "A row of {} that is {} becomes {}",
                take.entity,
                t.from.join(" or "),
                t.to
            ),
            path.clone(),
        ));
        if let Some(guard) = &t.guard {
            checks.push(Check::new(
                format!("`{}` is not taken where `{}` is false", take.take, guard.text),
                format!("{path}.guard"),
            ));
        }
        if !asked(&operation.trigger) {
            let others: Vec<&str> = machine
                .states
                .keys()
                .filter(|s| !t.from.contains(s))
                .map(String::as_str)
                .collect();
            checks.push(Check::new(
                format!("A row of {} that is {} stays what it is", take.entity, others.join(" or ")),
                format!("{path}.from"),
            ));
        }
        let rival: Vec<String> = machine
            .transitions
            .iter()
            .filter(|(name, o)| **name != take.take && o.from.iter().any(|s| t.from.contains(s)))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !rival.is_empty() {
            checks.push(Check::new(
                format!(
                    "`{}` and {} of one row of {} at the same moment: exactly one of them happens",
                    take.take,
                    rival.join(" or "),
                    take.entity
                ),
                format!("domain.entities.{}.machine", take.entity),
            ));
        }
        let fixed = machine.states.get(&t.to).map_or(&[][..], |s| &s.immutable);
        if !fixed.is_empty() {
            let names: Vec<String> = fixed.iter().map(|n| format!("`{n}`")).collect();
            checks.push(Check::new(
                format!(
                    "Once a row of {} is {}, a change of {} is refused",
                    take.entity,
                    t.to,
                    words::list(&names)
                ),
                format!("domain.entities.{}.machine.states.{}.immutable", take.entity, t.to),
            ));
        }
    }
}

fn repeats(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let from = format!("domain.operations.{id}.idempotency");
    let left = rows_left(desk, id);
    let once = match left.is_empty() {
        true => "nothing changes the second time".to_string(),
        false => format!("after the first, {left}; after the second, nothing more"),
    };
    match operation.idempotency {
        Some(Idempotency::Key) => checks.push(Check::new(
            format!("The same request twice with one `Idempotency-Key`, one after the other and both at once: the same status and body; {once}"),
            from,
        )),
        Some(Idempotency::Natural) if operation.writes() => {
            checks.push(Check::new(format!("The same input twice: {once}"), from));
        }
        _ => {}
    }
    let domain = &desk.f.view.system.brief.domain;
    if let Trigger::Webhook(port) = &operation.trigger
        && let Some(hook) = domain.ports.get(&**port).and_then(|p| p.webhook.as_ref())
    {
        checks.push(Check::new(
            format!("Two calls of {port} with one `{}` count as one", hook.dedupe_by),
            format!("domain.ports.{port}.webhook.dedupe_by"),
        ));
    }
    let Some(arrival) = &operation.arrival else {
        return;
    };
    let from = format!("domain.operations.{id}.arrival");
    if arrival.unordered {
        checks.push(Check::new(
            "Two inputs in both orders end in the same rows".to_string(),
            format!("{from}.unordered"),
        ));
    }
    if let Some(late) = arrival.late_by {
        checks.push(Check::new(
            format!("An input that comes {late} late is taken like any other"),
            format!("{from}.late_by"),
        ));
    }
    if let Some(by) = &arrival.ordered_by {
        checks.push(Check::new(
            format!("Inputs with the same {by} are handled in the order in which they came, also by two workers"),
            format!("{from}.ordered_by"),
        ));
    }
}

/// Many at once at a guarded row.
fn scarce(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    for (place, effect) in lookup::effects(domain, id, operation) {
        let Effect::Update(update) = effect else { continue };
        let entity = domain.entities.get(&*update.entity);
        let Some(guard) = update.filter.as_ref().filter(|_| update.otherwise.is_some()) else {
            continue;
        };
        let kind = match entity.is_some_and(|e| e.scarce) {
            true => ", which is scarce",
            false => "",
        };
        checks.push(Check::new(
            format!(
                "Many runs at once on one row of {}{kind}: each that succeeds found `{}` true at its own write, and no check of the table is broken",
                update.entity, guard.text
            ),
            place,
        ));
    }
}

/// Writes of one transaction, and the moment of the answer.
fn holds_together(desk: &Desk<'_>, id: &str, operation: &Operation, path: &Path, checks: &mut Vec<Check>) {
    let tables = written(desk, id);
    let one = matches!(path.transaction, Some(Transaction::Local | Transaction::Outbox));
    if let [most @ .., last] = &tables[..]
        && one
        && !most.is_empty()
    {
        checks.push(Check::new(
            format!("Make the write to {last} fail: {} are as before", words::list(most)),
            format!("paths.{id}.transaction"),
        ));
    }
    if path.acknowledge == Some(model::Acknowledge::AfterCommit) && asked(&operation.trigger) && !tables.is_empty() {
        checks.push(Check::new(
            format!("Kill the process after the commit and before the answer: {} hold what was sent, and nothing was answered before the commit", words::list(&tables)),
            format!("paths.{id}.acknowledge"),
        ));
    }
}

/// Calls of other systems: silence, refusal, and what takes them back.
fn clients(desk: &Desk<'_>, id: &str, operation: &Operation, path: &Path, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    let effects = lookup::effects(domain, id, operation);
    for (at, (place, effect)) in effects.iter().enumerate() {
        let Effect::Call(call) = effect else { continue };
        let relation = system.architecture.relations.iter().find(|(name, r)| {
            let via = |s: &Step| s.via.as_ref().is_some_and(|v| **v == ***name);
            *r.to == *call.port && path.steps.iter().any(via)
        });
        if let Some((name, r)) = relation {
            let tries = r.retry.as_ref().map_or(1, |x| x.attempts);
            let within = r.timeout.map_or("UNVERIFIED: no timeout".into(), |t| format!("{t} a try"));
            let open = match path.transaction {
                Some(Transaction::Saga) => "; no transaction is open meanwhile",
                _ => "",
            };
            checks.push(Check::new(
                format!(
                    "`{}` silent at `{}`: given up after {within}, {}{open}",
                    call.port,
                    call.operation,
                    words::counted(tries as usize, "try")
                ),
                format!("relations.{name}"),
            ));
        }
        if let Some(undo) = &call.compensate {
            let later: Vec<String> = effects[at + 1..].iter().map(|(_, e)| effect_words(e)).collect();
            let what = later.first().map_or("what follows".to_string(), |l| format!("what follows ({l})"));
            checks.push(Check::new(
                format!("`{}` answers and {what} fails: `{undo}` of {} is called once", call.operation, call.port),
                format!("{place}.call.compensate"),
            ));
        }
    }
}

/// Events told and taken.
fn events(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    for (place, effect) in lookup::effects(domain, id, operation) {
        let Effect::Emit(emit) = effect else { continue };
        let when = emit.filter.as_ref();
        let when = when.map_or("each run that commits".to_string(), |w| format!("a run with `{}`", w.text));
        let each = emit.each.as_ref();
        let each = each.map_or(String::new(), |e| format!(" for each of `{e}`"));
        checks.push(Check::new(
            format!("`{}` is told after {when}{each}, and never after one that is rolled back", emit.event),
            place,
        ));
    }
    let Trigger::Event(event) = &operation.trigger else {
        return;
    };
    if let Some(within) = domain.events.get(&**event).and_then(|e| e.within) {
        checks.push(Check::new(
            format!("From the commit that told `{event}` to the commit of {id}: at most {within}"),
            format!("domain.events.{event}.within"),
        ));
    }
    if let Some(by) = domain.events.get(&**event).and_then(|e| e.ordered_by.as_ref()) {
        checks.push(Check::new(
            format!("Two `{event}` with the same {by}: the first is done before the second begins; others go on meanwhile"),
            format!("domain.events.{event}.ordered_by"),
        ));
    }
    let path = system.architecture.paths.get(id);
    for (name, r) in path.iter().flat_map(|p| super::flow::used(desk, &p.steps)) {
        if let Some(dead) = &r.dead_letter {
            let aside = dead.table.as_ref().map_or("laid aside".into(), |t| format!("in `{t}`"));
            checks.push(Check::new(
                format!("A `{event}` that fails {} times is {aside} with its error, and the next one is handled", dead.after),
                format!("relations.{name}.dead_letter"),
            ));
        }
        if r.delivery == Some(model::DeliveryGuarantee::AtLeastOnce) && operation.idempotency.is_none() {
            checks.push(Check::new(
                format!("UNVERIFIED: `{event}` may come twice, and the model does not say what the second one does"),
                format!("relations.{name}.delivery"),
            ));
        }
    }
}

/// What is read by a condition: exactly that.
fn reads(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    all: bool,
    checks: &mut Vec<Check>,
) {
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
    if all && path.is_some() && written(desk, id).is_empty() {
        checks.push(Check::new(
            "After it every table holds what it held before".to_string(),
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
            format!("{} rows come as pages of {1}, {1} and 1, each row once{order}", 2 * p.size + 1, p.size),
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
            format!("Of whatever age, an answer is never wrong about `{}`", never.text),
            format!("{here}.never_wrong.{at}"),
        ));
    }
    if let Some(batch) = operation.batch {
        checks.push(Check::new(
            format!("One request with {} items is taken whole, one with {} is refused", batch.max, batch.max + 1),
            format!("{here}.batch.max"),
        ));
    }
    if let Some(by) = &operation.fair_by {
        checks.push(Check::new(
            format!("While one {by} sends as much as it can, the others' p99 stays within its target"),
            format!("{here}.fair_by"),
        ));
    }
    if operation.reproducible {
        checks.push(Check::new(
            "Run for the same input before and after other writes: the same to the last digit".to_string(),
            format!("{here}.reproducible"),
        ));
    }
}

/// Promises kept here, and those of earlier tasks that name this operation.
fn promises(desk: &Desk<'_>, at: usize, id: &str, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    for (name, m) in &system.architecture.mechanisms {
        let here = desk.tasks[at].mechanisms.iter().any(|(other, _)| other == name);
        let named = lookup::named(system, m.uses.iter().chain(&m.protects));
        if !here && named != [id] {
            continue;
        }
        let elsewhere = desk.builder(&format!("mechanisms.{name}")).filter(|b| *b != at);
        // A timed transition proves its own promises.
        if elsewhere.is_some_and(|b| !matches!(desk.tasks[b].subject, super::super::Subject::Promise { .. })) {
            continue;
        }
        for (n, proof) in m.proof.iter().enumerate() {
            checks.push(bundle::proof(desk, proof, format!("mechanisms.{name}.proof.{n}")));
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
    let limits: Vec<String> = [("p50", target.p50), ("p95", target.p95), ("p99", target.p99)]
        .into_iter()
        .filter_map(|(name, t)| Some(format!("{name} at most {}", t?)))
        .collect();
    let rate = f.rate(id).filter(|r| *r > 0.0 && !f.program());
    let at = rate.map_or(String::new(), |r| format!("At {}, with the other operations at theirs, ", numbers::rate(r)));
    let ours = system.architecture.targets.get(id).is_some_and(|t| t.latency.is_some());
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
