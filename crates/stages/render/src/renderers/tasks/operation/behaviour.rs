//! Checks of what an operation does beside answering: states that it takes rows through, repeats,
//! writes that hold together, calls that fail, events that are told and taken.

use model::{Effect, Idempotency, Operation, Path, Step, Transaction, Trigger};

use super::super::bundle::Check;
use super::super::{Desk, lookup};
use super::checks::{ends_in, written};
use super::effect_words;
use crate::figures::asked;
use crate::words;

/// Each transition, from each state that allows it, and its guard.
pub(super) fn states(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    for (_, effect) in lookup::effects(domain, id, operation) {
        let Effect::Transition(take) = effect else {
            continue;
        };
        let machine = domain
            .entities
            .get(&*take.entity)
            .and_then(|e| e.machine.as_ref());
        let Some(machine) = machine else { continue };
        let Some(t) = machine.transitions.get(&take.take) else {
            continue;
        };
        let path = format!(
            "domain.entities.{}.machine.transitions.{}",
            take.entity, take.take
        );
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
                format!(
                    "`{}` is not taken where `{}` is false",
                    take.take, guard.text
                ),
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
                format!(
                    "A row of {} that is {} stays what it is",
                    take.entity,
                    others.join(" or ")
                ),
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
                format!(
                    "domain.entities.{}.machine.states.{}.immutable",
                    take.entity, t.to
                ),
            ));
        }
    }
}

pub(super) fn repeats(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let from = format!("domain.operations.{id}.idempotency");
    let keyed = operation.idempotency == Some(Idempotency::Key);
    let tables = match keyed {
        true => written(desk, id),
        false => ends_in(desk, id),
    };
    let once = match tables.is_empty() {
        true => "nothing more is changed by the second".to_string(),
        false => format!("the second adds nothing to {}", words::list(&tables)),
    };
    match operation.idempotency {
        Some(Idempotency::Key) => checks.push(Check::new(
            format!("The same request twice with one `Idempotency-Key`, one after the other and both at once: the same status and body; {once}"),
            from,
        )),
        Some(Idempotency::Natural) if operation.writes() => {
            checks.push(Check::new(format!("The same input of {id} twice: {once}"), from));
        }
        _ => {}
    }
    let domain = &desk.f.view.system.brief.domain;
    if let Trigger::Webhook(port) = &operation.trigger
        && let Some(hook) = domain.ports.get(&**port).and_then(|p| p.webhook.as_ref())
    {
        checks.push(Check::new(
            format!(
                "Two calls of {port} with one `{}` count as one",
                hook.dedupe_by
            ),
            format!("domain.ports.{port}.webhook.dedupe_by"),
        ));
    }
    let Some(arrival) = &operation.arrival else {
        return;
    };
    let from = format!("domain.operations.{id}.arrival");
    if arrival.unordered {
        checks.push(Check::new(
            format!(
                "Two inputs of {id}, in both orders, leave the same in {}",
                words::list(&tables)
            ),
            format!("{from}.unordered"),
        ));
    }
    if let Some(late) = arrival.late_by {
        checks.push(Check::new(
            format!(
                "An input of {id} that comes {late} late is written to {} like one in time",
                words::list(&tables)
            ),
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
pub(super) fn scarce(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let domain = &desk.f.view.system.brief.domain;
    for (_, effect) in lookup::effects(domain, id, operation) {
        let Effect::Create(create) = effect else {
            continue;
        };
        let entity = domain.entities.get(&*create.entity);
        for (name, check) in entity.into_iter().flat_map(|e| &e.checks) {
            // A check that looks at other rows is not kept by looking before the insert.
            if check.expr.text.contains("row.id")
                && let Some(status) = check.status
            {
                checks.push(Check::new(
                    format!(
                        "Two at the same moment, each allowed alone, that together break `{name}`: one row of {}, and {status} for the other",
                        create.entity
                    ),
                    format!("domain.entities.{}.checks.{name}", create.entity),
                ));
            }
        }
    }
    for (place, effect) in lookup::effects(domain, id, operation) {
        let Effect::Update(update) = effect else {
            continue;
        };
        let entity = domain.entities.get(&*update.entity);
        let Some(guard) = update
            .filter
            .as_ref()
            .filter(|_| update.otherwise.is_some())
        else {
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
pub(super) fn holds_together(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    path: &Path,
    checks: &mut Vec<Check>,
) {
    let tables = written(desk, id);
    for (from, to) in lookup::transactions(&path.steps) {
        let mut together: Vec<String> = Vec::new();
        for step in path.steps[from..to].iter().filter(|s| s.work.writes()) {
            let table = step.table.as_ref().filter(|_| step.on == path.steps[to].on);
            let table = table.map(|t| format!("`{t}`"));
            together.extend(table.filter(|t| !together.contains(t)));
        }
        if let [most @ .., last] = &together[..]
            && !most.is_empty()
        {
            checks.push(Check::new(
                format!(
                    "Make the write to {last} fail: nothing of the run is in {}",
                    words::list(most)
                ),
                format!("paths.{id}.transaction"),
            ));
        }
    }
    if path.acknowledge == Some(model::Acknowledge::AfterCommit)
        && asked(&operation.trigger)
        && !tables.is_empty()
    {
        checks.push(Check::new(
            format!("Kill the process after the commit that comes before the answer: what was sent is in {}", words::list(&tables)),
            format!("paths.{id}.acknowledge"),
        ));
    }
}

/// Calls of other systems: silence, refusal, and what takes them back.
pub(super) fn clients(
    desk: &Desk<'_>,
    id: &str,
    operation: &Operation,
    path: &Path,
    checks: &mut Vec<Check>,
) {
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
            let within = r
                .timeout
                .map_or("UNVERIFIED: no timeout".into(), |t| format!("{t} a try"));
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
            let later: Vec<String> = effects[at + 1..]
                .iter()
                .map(|(_, e)| effect_words(e))
                .collect();
            let what = later.first().map_or("what follows".to_string(), |l| {
                format!("what follows ({l})")
            });
            checks.push(Check::new(
                format!(
                    "`{}` answers and {what} fails: `{undo}` of {} is called once",
                    call.operation, call.port
                ),
                format!("{place}.call.compensate"),
            ));
        }
    }
}

/// Events told and taken.
pub(super) fn events(desk: &Desk<'_>, id: &str, operation: &Operation, checks: &mut Vec<Check>) {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    for (place, effect) in lookup::effects(domain, id, operation) {
        let Effect::Emit(emit) = effect else { continue };
        let when = emit.filter.as_ref();
        let when = when.map_or("each run that commits".to_string(), |w| {
            format!("a run with `{}`", w.text)
        });
        let each = emit.each.as_ref();
        let each = each.map_or(String::new(), |e| format!(" for each of `{e}`"));
        checks.push(Check::new(
            format!(
                "`{}` is told after {when}{each}, and never after one that is rolled back",
                emit.event
            ),
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
    if let Some(by) = domain
        .events
        .get(&**event)
        .and_then(|e| e.ordered_by.as_ref())
    {
        checks.push(Check::new(
            format!("Two `{event}` with the same {by}: the first is done before the second begins; others go on meanwhile"),
            format!("domain.events.{event}.ordered_by"),
        ));
    }
    let path = system.architecture.paths.get(id);
    for (name, r) in path.iter().flat_map(|p| super::flow::used(desk, &p.steps)) {
        if let Some(dead) = &r.dead_letter {
            let aside = dead
                .table
                .as_ref()
                .map_or("laid aside".into(), |t| format!("in `{t}`"));
            let text = format!(
                "A `{event}` that fails {} times is {aside} with its error, and the next one is handled.",
                dead.after
            );
            if !checks.iter().any(|c| c.text == text) {
                checks.push(Check::new(text, format!("relations.{name}.dead_letter")));
            }
        }
        if r.delivery == Some(model::DeliveryGuarantee::AtLeastOnce)
            && operation.idempotency.is_none()
        {
            checks.push(Check::new(
                format!("UNVERIFIED: `{event}` may come twice, and the model does not say what the second one does"),
                format!("relations.{name}.delivery"),
            ));
        }
    }
}
