//! One operation in time: who says what to whom, what is one transaction, when the caller is
//! answered, and what happens after that.

use model::{
    Acknowledge, ComponentKind, Operation, Path, Relation, Step as Work1, Transaction, Trigger,
    Work,
};

use super::shape;
use crate::numbers;
use crate::picture::graph::{Emphasis, Shape};
use crate::picture::sequence::{Frame, MessageKind, Participant, Sequence, Step};
use crate::view::View;
use crate::words;

/// The picture of an operation that has a path.
pub(crate) fn sequence(view: &View<'_>, id: &str) -> Option<Sequence> {
    let operation = view.system.brief.domain.operations.get(id)?;
    let path = view.system.architecture.paths.get(id)?;
    let mut teller = Teller {
        view,
        id,
        operation,
        path,
        sequence: Sequence {
            title: title(id, operation),
            ..Sequence::default()
        },
        home: String::new(),
        timeouts: Vec::new(),
        answered: false,
    };
    teller.tell();
    Some(teller.sequence)
}

fn title(id: &str, operation: &Operation) -> String {
    match (operation.method, &operation.path) {
        (Some(method), Some(path)) => format!("{id}: {} {path}", method.as_str()),
        _ => id.to_string(),
    }
}

struct Teller<'a> {
    view: &'a View<'a>,
    id: &'a str,
    operation: &'a Operation,
    path: &'a Path,
    sequence: Sequence,
    /// The component whose code runs.
    home: String,
    /// Relations whose timeout was written already.
    timeouts: Vec<String>,
    answered: bool,
}

impl<'a> Teller<'a> {
    fn tell(&mut self) {
        let caller = self.caller();
        let path = self.path;
        let steps = &path.steps;
        let transactions = transactions(steps);
        let mut side: Option<&str> = None;
        let mut background = false;
        let mut started = false;
        for (at, step) in steps.iter().enumerate() {
            if step.background && !background {
                background = true;
                if started {
                    self.answer(caller.as_deref());
                }
                if self.answered {
                    let by = self.home.clone();
                    self.note(&by, "after the answer");
                }
            }
            if step.parallel.as_deref() != side {
                if side.is_some() {
                    self.sequence.steps.push(Step::Close);
                }
                side = step.parallel.as_deref();
                if let Some(name) = side {
                    self.open(Frame::Par, name);
                }
            }
            if transactions.iter().any(|(from, _)| *from == at) {
                self.open(Frame::Transaction, &step.on);
            }
            self.step(step, caller.as_deref());
            started = true;
            if transactions.iter().any(|(_, to)| *to == at) {
                self.sequence.steps.push(Step::Close);
            }
        }
        if side.is_some() {
            self.sequence.steps.push(Step::Close);
        }
        if !background {
            self.answer(caller.as_deref());
        }
    }

    fn open(&mut self, frame: Frame, label: &str) {
        let label = label.to_string();
        self.sequence.steps.push(Step::Open { frame, label });
    }

    fn note(&mut self, at: &str, text: &str) {
        if self.sequence.participants.iter().any(|p| p.id == at) {
            self.sequence.steps.push(Step::Note {
                at: at.into(),
                text: text.into(),
            });
        }
    }

    /// Who starts it, as a participant; `None` where the path begins with a queue or a clock inside.
    fn caller(&mut self) -> Option<String> {
        let (id, title, shape) = match &self.operation.trigger {
            Trigger::Request | Trigger::Subscription => {
                let actors: Vec<&str> = self.operation.actors.iter().map(|a| &**a).collect();
                ("caller", words::some(&actors, 2), Shape::Client)
            }
            Trigger::Webhook(port) => ("caller", port.0.clone(), Shape::External),
            Trigger::Every(every) => ("clock", format!("clock, every {every}"), Shape::Boundary),
            Trigger::Event(event) => ("event", format!("event {event}"), Shape::Boundary),
        };
        let title = if title.is_empty() {
            "caller".into()
        } else {
            title
        };
        // The component that stands for the caller is the caller, not one more participant.
        let id = self.outside().unwrap_or_else(|| id.to_string());
        self.sequence.participants.push(Participant {
            id: id.clone(),
            title,
            subtitle: String::new(),
            shape,
        });
        Some(id)
    }

    /// The client or external system that the first call of a request comes from.
    fn outside(&self) -> Option<String> {
        let wanted = match self.operation.trigger {
            Trigger::Request | Trigger::Subscription => ComponentKind::Client,
            Trigger::Webhook(_) => ComponentKind::External,
            Trigger::Every(_) | Trigger::Event(_) => return None,
        };
        let first = self.path.steps.first()?;
        let (_, relation) = self.view.system.relation_of("", first)?;
        let from = self.view.system.component(&relation.from)?;
        (from.kind == wanted).then(|| relation.from.0.clone())
    }

    fn meet(&mut self, id: &str) {
        if self.sequence.participants.iter().any(|p| p.id == id) {
            return;
        }
        let component = self.view.system.component(id);
        self.sequence.participants.push(Participant {
            id: id.into(),
            title: id.into(),
            subtitle: component
                .and_then(|c| c.technology.as_deref())
                .map(|t| words::technology(self.view, t))
                .unwrap_or_default(),
            shape: component.map(|c| shape(c.kind)).unwrap_or_default(),
        });
    }

    /// The relation a step arrives by.
    fn relation(&self, step: &'a Work1) -> Option<(&'a str, &'a Relation)> {
        self.view.system.relation_of(&self.home, step)
    }

    fn step(&mut self, step: &'a Work1, caller: Option<&str>) {
        // The processor time that calls cost their caller is in the numbers; nothing is said.
        if step.work == Work::Call && step.via.is_none() {
            return;
        }
        let relation = self.relation(step);
        let on = step.on.0.as_str();
        let (from, to) = match relation {
            Some((_, r)) if r.to == *on => (r.from.0.clone(), on.to_string()),
            Some((_, r)) => (on.to_string(), r.to.0.clone()),
            None if self.home.is_empty()
                || matches!(step.work, Work::Request) && self.home != on =>
            {
                let from = if self.home.is_empty() {
                    caller.unwrap_or(on).to_string()
                } else {
                    self.home.clone()
                };
                (from, on.to_string())
            }
            None => (self.home.clone(), on.to_string()),
        };
        // What starts the work is shown as the first message.
        if self.home.is_empty() && caller.is_some_and(|c| c != from) {
            self.meet(&from);
            self.say(
                caller.unwrap_or_default(),
                &from,
                self.starts(),
                "",
                MessageKind::Async,
            );
        }
        self.meet(&from);
        self.meet(&to);
        let runs = matches!(step.work, Work::Request | Work::Proxy | Work::Compute);
        let kind = match relation {
            Some((_, r)) if r.mode == model::Mode::Async => MessageKind::Async,
            _ => MessageKind::Call,
        };
        let small = relation
            .map(|(id, r)| self.protection(id, r))
            .unwrap_or_default();
        let first = matches!(step.work, Work::Request | Work::Proxy);
        let label = if first && caller == Some(from.as_str()) {
            self.starts()
        } else {
            label(step)
        };
        self.say(&from, &to, label, &small, kind);
        if step.work == Work::Commit
            && let Some(Step::Message { emphasis, .. }) = self.sequence.steps.last_mut()
        {
            *emphasis = Emphasis::Strong;
        }
        if runs || self.home.is_empty() || step.work == Work::Consume {
            self.home = if runs { to } else { from };
            if step.work == Work::Consume {
                self.home = relation.map_or(self.home.clone(), |(_, r)| r.to.0.clone());
            }
        } else if step.via.is_some() && from != self.home {
            self.home = from;
        }
    }

    fn say(&mut self, from: &str, to: &str, label: String, small: &str, kind: MessageKind) {
        self.sequence
            .steps
            .push(Step::message(from, to, label, kind).small(small));
    }

    fn starts(&self) -> String {
        match (self.operation.method, &self.operation.path) {
            (Some(method), Some(path)) => format!("{} {path}", method.as_str()),
            _ => self.id.to_string(),
        }
    }

    fn protection(&mut self, id: &str, relation: &Relation) -> String {
        if self.timeouts.iter().any(|t| t == id) {
            return String::new();
        }
        self.timeouts.push(id.into());
        let mut parts = Vec::new();
        if let Some(timeout) = relation.timeout {
            parts.push(format!("timeout {timeout}"));
        }
        if let Some(retry) = &relation.retry {
            parts.push(words::counted(retry.attempts as usize, "try"));
        }
        if let Some(breaker) = &relation.breaker {
            parts.push(format!("breaker after {}", breaker.failures));
        }
        parts.join(", ")
    }

    fn answer(&mut self, caller: Option<&str>) {
        let asked = matches!(
            self.operation.trigger,
            Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
        );
        let (Some(caller), true, false) = (caller, asked, self.home.is_empty()) else {
            return;
        };
        self.answered = true;
        let label = match self.path.acknowledge {
            Some(Acknowledge::AfterCommit) => "answer, after the commit",
            Some(Acknowledge::AfterEnqueue) => "answer, after the queue has it",
            Some(Acknowledge::OnReceipt) => "answer, before the work is done",
            None => "answer",
        };
        let p99 = self
            .view
            .evaluation
            .and_then(|e| e.operations.get(self.id)?.response)
            .map(|t| format!("p99 {}", numbers::ms(t.p99_ms)));
        let target = self
            .view
            .system
            .latency_target(self.id)
            .and_then(|t| t.p99)
            .map(|t| format!("target {t}"));
        let small: Vec<String> = p99.into_iter().chain(target).collect();
        let home = self.entry(caller);
        self.say(
            &home,
            caller,
            label.into(),
            &small.join(", "),
            MessageKind::Return,
        );
    }

    /// The component that the caller talks to.
    fn entry(&self, caller: &str) -> String {
        self.sequence
            .steps
            .iter()
            .find_map(|s| match s {
                Step::Message { from, to, .. } if from == caller => Some(to.clone()),
                _ => None,
            })
            .unwrap_or_else(|| self.home.clone())
    }
}

/// First and last step of each transaction with more than one statement: from the first write to the
/// store, after whatever is not that store's, to the commit.
fn transactions(steps: &[Work1]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut free = 0;
    for (at, step) in steps.iter().enumerate() {
        if step.work != Work::Commit {
            continue;
        }
        let outside = (free..at).rev().find(|i| steps[*i].on != step.on);
        let first = outside.map_or(free, |i| i + 1);
        let write = (first..at).find(|i| steps[*i].work.writes());
        if let Some(write) = write
            && steps[write].parallel.is_none()
            && steps[write].background == step.background
        {
            found.push((write, at));
        }
        free = at + 1;
    }
    found
}

/// What a step does, in a few words.
pub(crate) fn label(step: &Work1) -> String {
    let table = step.table.as_deref().unwrap_or_default();
    let by = if step.by.is_empty() {
        String::new()
    } else {
        format!(" by {}", step.by.join(", "))
    };
    let mut text = match step.work {
        Work::Request => "request".into(),
        Work::Proxy => "pass on".into(),
        Work::Call => "call".into(),
        Work::Compute => step.note.clone().unwrap_or_else(|| "compute".into()),
        Work::PointRead => format!("read {table}{by}"),
        Work::RangeRead => format!("list {table}{by}"),
        Work::Aggregate => format!("aggregate {table}{by}"),
        Work::TextSearch => format!("search {table}"),
        Work::Insert => format!("insert {table}"),
        Work::Update => format!("update {table}{by}"),
        Work::Delete => format!("delete from {table}{by}"),
        Work::Commit => "commit".into(),
        Work::Dequeue => format!("claim a row of {table}"),
        Work::Get => format!("get {table}"),
        Work::Set => format!("set {table}"),
        Work::Publish => "publish".into(),
        Work::Consume => "deliver".into(),
        Work::Put => format!("store {table}"),
        Work::Sign => "sign a link".into(),
        Work::External => step.note.clone().unwrap_or_else(|| "call".into()),
    };
    if let Some(times) = step.times.filter(|t| (*t - 1.0).abs() > 1e-9) {
        text.push_str(&format!(" (x {})", numbers::sig3(times)));
    }
    if let Some(rows) = step.rows.filter(|r| (*r - 1.0).abs() > 1e-9) {
        text.push_str(&format!(", {} rows", numbers::count(rows)));
    }
    if let Some(share) = step.probability.filter(|p| p.0 < 1.0) {
        text.push_str(&format!(", in {}", numbers::percent(share.0)));
    }
    text.trim_end().to_string()
}

/// What a transaction of that kind means for the reader; `None` where there is nothing to say.
pub(crate) fn transaction_words(transaction: Transaction) -> Option<&'static str> {
    match transaction {
        Transaction::None => None,
        Transaction::Local => Some("one transaction"),
        Transaction::Outbox => Some("one transaction, its events included"),
        Transaction::Saga => Some("several transactions with compensations"),
    }
}
