//! The steps of an operation in order, with its transactions, and what happens when each call fails.

use model::{Acknowledge, Effect, Mode, Operation, Relation, Step, TableKind, Transaction, Work};
use synthesis::contexts::entity_of;

use super::super::Desk;
use super::super::lookup::{self, Placed};
use super::effect_words;
use crate::figures::asked;
use crate::page::Page;
use crate::protection;
use crate::renderers::openapi;
use crate::scenes::sequence::{label, transaction_words};
use crate::words;

pub(super) fn write<'a>(desk: &Desk<'a>, id: &str, operation: &'a Operation, page: &mut Page) {
    let system = desk.f.view.system;
    let Some(path) = system.architecture.paths.get(id) else {
        return;
    };
    page.heading(2, "Steps");
    let mut pool = Effects::new(desk, id, operation);
    let refusals = openapi::refusals(desk.f.view, id);
    let who = refusals.contains_key(&401);
    let spans = lookup::transactions(&path.steps);
    let mut lines = Vec::new();
    let mut after = false;
    let answered = |(_, s): &(usize, &Step)| {
        s.work == Work::Commit && asked(&operation.trigger) && !s.background
    };
    let last = path.steps.iter().enumerate().rfind(answered);
    let last = last.map(|(at, _)| at);
    let (early, late) = conditions(desk, operation);
    let (mut early, mut late) = (Some(early), Some(late));
    for (at, step) in path.steps.iter().enumerate() {
        // The processor time that calls cost their caller; nothing is done in it.
        if step.work == Work::Call && step.via.is_none() {
            continue;
        }
        // What looks at the row waits until it is read, and comes before anything is written.
        if step.work.writes() || step.work == Work::External {
            lines.extend(early.take().into_iter().flatten());
            lines.extend(late.take().into_iter().flatten());
        }
        let what = match step.work {
            Work::Request if who => "take the request, check who calls and what is sent".into(),
            Work::Request => "take the request, check what is sent".into(),
            Work::Proxy => "pass the request on".into(),
            _ => label(step),
        };
        let mut text = format!("`{}`: {what}", step.on);
        if let Some(note) = step.note.as_ref().filter(|n| !text.contains(n.as_str())) {
            text.push_str(&format!(" ({note})"));
        }
        if let Some(side) = &step.parallel {
            text.push_str(&format!(" (side by side, `{side}`)"));
        }
        if step.work == Work::Dequeue && spans.iter().any(|(_, commit)| *commit < at) {
            text.push_str(&relay(desk, step));
        }
        if kept_answer(desk, id, step) {
            text.push_str(": found, its answer is sent again and nothing else is done");
        }
        let matched = pool.take(desk, step, &path.steps[at + 1..]);
        if !matched.is_empty() {
            let said: Vec<String> = matched
                .iter()
                .filter(|(_, e)| says_more(e))
                .map(|(_, e)| effect_words(e))
                .collect();
            if !said.is_empty() {
                text.push_str(&format!(": {}", said.join("; then ")));
            }
            text.push_str(&must_hold(desk, &matched));
        }
        if spans.iter().any(|(from, _)| *from == at) {
            text.insert_str(0, "Begin a transaction. ");
        }
        if step.background && !after && asked(&operation.trigger) {
            text.insert_str(0, "After the answer: ");
        }
        after = step.background;
        if step.work == Work::Commit {
            let answer = match path.acknowledge {
                Some(Acknowledge::AfterCommit) if last == Some(at) => {
                    "; only now the caller is answered"
                }
                _ => "",
            };
            text.push_str(answer);
        }
        lines.push(words::sentence(&text));
        if step.work == Work::Request {
            lines.extend(early.take().into_iter().flatten());
        }
        let table = step.table.as_ref();
        let table = table.and_then(|t| system.architecture.data.get(&**t));
        let target = table.is_some_and(|t| t.entity.is_some() && t.entity == operation.target);
        if target && step.work.reads_rows() {
            lines.extend(late.take().into_iter().flatten());
        }
    }
    lines.extend(early.into_iter().chain(late).flatten());
    page.numbered(&lines);
    let left: Vec<String> = pool
        .left()
        .map(|(place, e)| {
            format!(
                "{} (`{place}`)",
                words::sentence(&words::capital(&effect_words(e)))
            )
        })
        .collect();
    if !left.is_empty() {
        page.para("The brief wants these as well; no step of the path shows them:");
        page.bullets(&left);
    }
    fails(desk, id, path.transaction, &path.steps, page);
}

/// Whether an effect says more than its step.
fn says_more(effect: &Effect) -> bool {
    match effect {
        Effect::Read(e) => {
            e.filter.is_some() || e.name.is_some() || e.each.is_some() || e.otherwise.is_some()
        }
        _ => true,
    }
}

/// The checks of an entity that refuse a row which is made.
fn must_hold(desk: &Desk<'_>, matched: &[Placed<'_>]) -> String {
    let entities = &desk.f.view.system.brief.domain.entities;
    let mut text = String::new();
    for (_, effect) in matched {
        let Effect::Create(create) = effect else {
            continue;
        };
        let checks = entities
            .get(&*create.entity)
            .into_iter()
            .flat_map(|e| &e.checks);
        for (name, check) in checks {
            if let Some(status) = check.status {
                text.push_str(&format!("; `{name}` must hold, otherwise {status}"));
            }
        }
    }
    text
}

/// Whose work it is to take rows off a queue once they are committed.
fn relay(desk: &Desk<'_>, step: &Step) -> String {
    let Some(table) = &step.table else {
        return String::new();
    };
    let mechanisms = &desk.f.view.system.architecture.mechanisms;
    let queue = mechanisms.iter().find(|(_, m)| {
        use model::MechanismKind as K;
        matches!(m.kind, Some(K::Outbox | K::QueueTable))
            && m.uses.iter().any(|u| *u == format!("data.{table}"))
    });
    let built = queue.and_then(|(id, _)| desk.builder(&format!("mechanisms.{id}")));
    built.map_or(String::new(), |at| {
        format!(", the work of {}", desk.link(at))
    })
}

/// Conditions to go on: those of the request, and those of the row that it is about.
fn conditions(desk: &Desk<'_>, operation: &Operation) -> (Vec<String>, Vec<String>) {
    let looks = |e: &model::Expr| {
        e.paths()
            .iter()
            .any(|p| !matches!(p[0].as_str(), "input" | "principal" | "now"))
    };
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for id in &operation.policies {
        let Some(policy) = desk.f.view.system.brief.domain.policies.get(&**id) else {
            continue;
        };
        let status = policy.otherwise.unwrap_or(403);
        late.push(match operation.result.as_ref().is_some_and(|r| r.many) {
            true => format!(
                "`{id}`: leave out rows for which `{}` is false.",
                policy.allow.text
            ),
            false => format!(
                "`{id}`: go on only where `{}`; otherwise {status}.",
                policy.allow.text
            ),
        });
    }
    for check in &operation.preconditions {
        let status = check.status.unwrap_or(422);
        let text = format!(
            "Go on only where `{}`; otherwise {status}.",
            check.expr.text
        );
        if looks(&check.expr) {
            &mut late
        } else {
            &mut early
        }
        .push(text);
    }
    (early, late)
}

/// Whether a step looks for the answer that a mechanism keeps for repeats of this operation.
fn kept_answer(desk: &Desk<'_>, id: &str, step: &Step) -> bool {
    let Some(table) = step.table.as_ref().filter(|_| step.work == Work::PointRead) else {
        return false;
    };
    let system = desk.f.view.system;
    system.architecture.mechanisms.values().any(|m| {
        let keeps = format!("data.{table}.");
        m.kind == Some(model::MechanismKind::IdempotentWrite)
            && m.uses.iter().any(|u| u.starts_with(&keeps))
            && lookup::named(system, m.uses.iter()).contains(&id)
            && system
                .architecture
                .data
                .get(&**table)
                .is_some_and(|t| t.entity.is_none())
    })
}

/// The effects that no step has shown yet.
struct Effects<'a> {
    all: Vec<Placed<'a>>,
    shown: Vec<bool>,
    /// Whether the path writes to an outbox, or hands its work to a queue before it does it.
    outbox: bool,
}

impl<'a> Effects<'a> {
    fn new(desk: &Desk<'a>, id: &str, operation: &'a Operation) -> Self {
        let system = desk.f.view.system;
        let all = lookup::effects(&system.brief.domain, id, operation);
        let data = &system.architecture.data;
        let steps = system.architecture.paths.get(id).map(|p| &p.steps);
        let outbox = steps.into_iter().flatten().any(|s| {
            let table = s.table.as_ref().and_then(|t| data.get(&**t));
            s.work == Work::Insert && table.is_some_and(|t| t.kind == TableKind::Outbox)
        });
        Effects {
            shown: vec![false; all.len()],
            all,
            outbox: outbox || operation.deferred,
        }
    }

    fn left(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.all
            .iter()
            .zip(&self.shown)
            .filter(|(_, s)| !**s)
            .map(|(e, _)| e)
    }

    /// The effects that a step carries out: the next of its kind on its table's entity.
    fn take(&mut self, desk: &Desk<'_>, step: &Step, later: &[Step]) -> Vec<Placed<'a>> {
        let data = &desk.f.view.system.architecture.data;
        let table = step.table.as_ref().and_then(|t| data.get(&**t));
        let kind = |s: &Step| {
            let table = s.table.as_ref().and_then(|t| data.get(&**t));
            table.map(|t| t.kind).filter(|_| s.work == Work::Insert)
        };
        // Where there is no outbox, the queue that a consumer works off is told directly.
        let told = match self.outbox {
            true => TableKind::Outbox,
            false => TableKind::Queue,
        };
        let outbox = |s: &Step| kind(s) == Some(told);
        if outbox(step) || step.work == Work::Publish {
            let emits = |e: &Effect| matches!(e, Effect::Emit(_));
            let waiting = self.left().filter(|(_, e)| emits(e)).count();
            let more = later
                .iter()
                .filter(|s| outbox(s) || s.work == Work::Publish)
                .count();
            // The last one carries all that are left.
            let n = if more == 0 { waiting } else { 1 };
            return self.next(n, emits);
        }
        let entity = table.and_then(|t| t.entity.as_deref());
        let of = |e: &Effect| entity.is_some() && entity_of(e) == entity;
        match step.work {
            Work::External => self.next(1, |e| match e {
                Effect::Call(call) => *call.port == *step.on,
                _ => false,
            }),
            Work::Insert | Work::Put => self.next(1, |e| of(e) && matches!(e, Effect::Create(_))),
            Work::Update => self.next(1, |e| {
                of(e) && matches!(e, Effect::Update(_) | Effect::Transition(_))
            }),
            Work::Delete => self.next(1, |e| of(e) && matches!(e, Effect::Delete(_))),
            Work::Aggregate => {
                self.next(1, |e| of(e) && matches!(e, Effect::Read(r) if r.aggregate))
            }
            Work::PointRead | Work::RangeRead | Work::TextSearch => {
                self.next(1, |e| of(e) && matches!(e, Effect::Read(r) if !r.aggregate))
            }
            Work::Compute => self.next(1, |e| matches!(e, Effect::Handler(_))),
            _ => Vec::new(),
        }
    }

    fn next(&mut self, n: usize, wanted: impl Fn(&Effect) -> bool) -> Vec<Placed<'a>> {
        let mut taken = Vec::new();
        for (at, (place, effect)) in self.all.iter().enumerate() {
            if taken.len() < n && !self.shown[at] && wanted(effect) {
                self.shown[at] = true;
                taken.push((place.clone(), *effect));
            }
        }
        taken
    }
}

/// What the caller sees when a call of the path fails, and what is left behind.
fn fails(
    desk: &Desk<'_>,
    id: &str,
    transaction: Option<Transaction>,
    steps: &[Step],
    page: &mut Page,
) {
    let mut lines = Vec::new();
    for (name, r) in used(desk, steps) {
        lines.push(failure(desk, name, r));
    }
    let kept = match transaction {
        Some(Transaction::Local | Transaction::Outbox) => {
            "A failure before the commit leaves nothing behind.".to_string()
        }
        Some(Transaction::Saga) => {
            "What was committed before a failure stays, and is taken back by its compensation."
                .into()
        }
        Some(Transaction::None) => String::new(),
        None => format!(
            "UNVERIFIED: `paths.{id}.transaction` does not say what holds its writes together."
        ),
    };
    if let Some(words) = transaction.and_then(transaction_words) {
        lines.push(format!("The writes are {words}. {kept}"));
    } else if !kept.is_empty() && steps.iter().any(|s| s.work.writes()) {
        lines.push(kept);
    }
    if !lines.is_empty() {
        page.heading(3, "When a step fails");
        page.bullets(&lines);
    }
}

/// The relations by which steps go, from our own components onwards, each once.
pub(super) fn used<'a>(desk: &Desk<'a>, steps: &[Step]) -> Vec<(&'a str, &'a Relation)> {
    let relations = &desk.f.view.system.architecture.relations;
    let mut all: Vec<(&str, &Relation)> = Vec::new();
    for via in steps.iter().filter_map(|s| s.via.as_ref()) {
        let Some((name, r)) = relations.get_key_value(&**via) else {
            continue;
        };
        let ours = desk.f.view.system.component(&r.from).is_some_and(|c| {
            use model::ComponentKind as K;
            matches!(c.kind, K::Service | K::Worker | K::Scheduler | K::Program)
        });
        if ours && !all.iter().any(|(other, _)| other == name) {
            all.push((name, r));
        }
    }
    all
}

fn failure(desk: &Desk<'_>, name: &str, r: &Relation) -> String {
    let mut parts = Vec::new();
    parts.push(match r.timeout {
        Some(t) => format!("given up after {t} a try"),
        None => "never given up: the model has no timeout".into(),
    });
    if let Some(retry) = &r.retry {
        parts.push(protection::retry(retry));
    } else if r.mode == Mode::Sync {
        parts.push("not tried again".into());
    }
    if let Some(b) = &r.breaker {
        parts.push(format!("breaker after {}", protection::breaker(b)));
    }
    let delivery = protection::delivery(r);
    if !delivery.is_empty() {
        parts.push(delivery);
    }
    if let Some(b) = &r.fallback {
        parts.push(format!("then: {}", protection::fallback(&desk.f, b)));
    }
    format!("`{name}`: {}.", parts.join("; "))
}
