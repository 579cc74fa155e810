//! What is wrong with a model, all at once.

use super::{Fault, Model, TaskKind, Then};
use crate::network::Capacity;

pub(super) fn faults(model: &Model) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    for processor in &model.processors {
        let at = || format!("processors.{}", processor.id);
        if processor.capacity == Capacity::Servers(0) {
            faults.add(at(), "needs at least one server");
        }
        if !(processor.speed.is_finite() && processor.speed > 0.0) {
            faults.add(at(), "the speed is not a positive number");
        }
    }
    for (t, task) in model.tasks.iter().enumerate() {
        let at = || format!("tasks.{}", task.id);
        if task.processor >= model.processors.len() {
            faults.add(at(), "its processor does not exist");
        }
        let entries = model.entries.iter().filter(|e| e.task == t).count();
        match task.kind {
            TaskKind::Reference { think_s, .. } => {
                if entries != 1 {
                    faults.add(at(), "a reference task has one entry");
                }
                if !time(think_s) {
                    faults.add(at(), "the think time is not a number of seconds");
                }
            }
            TaskKind::Server(Capacity::Servers(0)) => {
                faults.add(at(), "needs at least one thread");
            }
            TaskKind::Server(_) => {}
        }
    }
    for (e, entry) in model.entries.iter().enumerate() {
        entry_faults(model, e, &mut faults);
        let at = || format!("entries.{}", entry.id);
        let reference = model
            .tasks
            .get(entry.task)
            .is_some_and(|task| matches!(task.kind, TaskKind::Reference { .. }));
        if reference && (entry.arrivals_per_s > 0.0 || !entry.forwards.is_empty()) {
            faults.add(at(), "a reference task takes no requests and forwards none");
        }
    }
    if faults.0.is_empty() {
        cycles(model, &mut faults);
    }
    if faults.0.is_empty() {
        endless(model, &mut faults);
    }
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, at: String, message: &str) {
        self.0.push(Fault {
            at,
            message: message.to_owned(),
        });
    }
}

fn time(t: f64) -> bool {
    (0.0..=1e12).contains(&t)
}

fn entry_faults(model: &Model, e: usize, faults: &mut Faults) {
    let entry = &model.entries[e];
    let at = || format!("entries.{}", entry.id);
    if entry.task >= model.tasks.len() {
        faults.add(at(), "its task does not exist");
    }
    if !(0.0..=1e12).contains(&entry.arrivals_per_s) {
        faults.add(at(), "the arrival rate is not a number from 0 to 1e12");
    }
    if entry.activities.is_empty() {
        faults.add(at(), "has no activity");
    }
    let callable = |to: usize| {
        let task = model.entries.get(to).and_then(|e| model.tasks.get(e.task));
        task.is_some_and(|task| matches!(task.kind, TaskKind::Server(_)))
    };
    let forwarded: f64 = entry.forwards.iter().map(|f| f.0).sum();
    if entry.forwards.iter().any(|f| !(0.0..=1.0).contains(&f.0)) || forwarded > 1.0 + 1e-9 {
        faults.add(
            at(),
            "forwarding probabilities are from 0 to 1 and sum to at most 1",
        );
    }
    if entry.forwards.iter().any(|f| !callable(f.1)) {
        faults.add(at(), "forwards to an entry that is not there to be called");
    }
    for (i, join) in entry.joins.iter().enumerate() {
        let branches = branches(entry, i);
        if join.needs == 0 || join.needs > branches {
            faults.add(at(), "a join needs from one to all of its branches");
        }
        then_faults(entry, &join.then, &at(), faults);
    }
    for activity in &entry.activities {
        let at = || format!("entries.{}.{}", entry.id, activity.id);
        if !time(activity.demand_s) || !time(activity.think_s) {
            faults.add(at(), "a time is not a number of seconds from 0 to 1e12");
        }
        if !(0.0..=1e6).contains(&activity.scv) {
            faults.add(at(), "the variation is not a number from 0 to 1e6");
        }
        for call in &activity.calls {
            if !(0.0..=1e9).contains(&call.mean) {
                faults.add(at(), "the number of calls is not from 0 to 1e9");
            } else if activity.order == super::Order::Fixed && call.mean.fract() != 0.0 {
                faults.add(at(), "a fixed number of calls is a whole number");
            }
            if !callable(call.entry) {
                faults.add(at(), "calls an entry that is not there to be called");
            }
        }
        then_faults(entry, &activity.then, &at(), faults);
    }
}

/// How many activities lead into a join.
pub(super) fn branches(entry: &super::Entry, join: usize) -> usize {
    (entry.activities.iter().map(|a| &a.then))
        .chain(entry.joins.iter().map(|j| &j.then))
        .filter(|then| **then == Then::Join(join))
        .count()
}

fn then_faults(entry: &super::Entry, then: &Then, at: &str, faults: &mut Faults) {
    let known = |a: usize| a < entry.activities.len();
    let good = match then {
        Then::End => true,
        Then::Next(a) => known(*a),
        Then::Choose(of) => {
            let sum: f64 = of.iter().map(|o| o.0).sum();
            if (sum - 1.0).abs() > 1e-6 || of.iter().any(|o| !(0.0..=1.0).contains(&o.0)) {
                faults.add(at.to_owned(), "the probabilities of a choice sum to 1");
            }
            of.iter().all(|o| known(o.1))
        }
        Then::Fork(of) => !of.is_empty() && of.iter().all(|a| known(*a)),
        Then::Join(j) => *j < entry.joins.len(),
    };
    if !good {
        faults.add(
            at.to_owned(),
            "leads to an activity or a join that does not exist",
        );
    }
}

/// A task that waits for itself, however indirectly, can wait for ever.
fn cycles(model: &Model, faults: &mut Faults) {
    let tasks = model.tasks.len();
    let mut below = vec![vec![false; tasks]; tasks];
    for entry in &model.entries {
        for call in entry.activities.iter().flat_map(|a| &a.calls) {
            if call.waits {
                below[entry.task][model.entries[call.entry].task] = true;
            }
        }
        for (_, to) in &entry.forwards {
            below[entry.task][model.entries[*to].task] = true;
        }
    }
    for via in 0..tasks {
        for from in 0..tasks {
            if below[from][via] {
                let further = below[via].clone();
                for (to, further) in below[from].iter_mut().zip(further) {
                    *to |= further;
                }
            }
        }
    }
    for (t, task) in model.tasks.iter().enumerate() {
        if below[t][t] {
            faults.add(
                format!("tasks.{}", task.id),
                "calls itself, directly or through others",
            );
        }
    }
}

/// A run must come to an end, and a customer's round must take time.
fn endless(model: &Model, faults: &mut Faults) {
    for entry in &model.entries {
        let mut ends = vec![false; entry.activities.len()];
        for _ in 0..=ends.len() {
            for (a, activity) in entry.activities.iter().enumerate() {
                ends[a] |= can_end(entry, &activity.then, &ends, 0);
            }
        }
        if ends.first() == Some(&false) {
            faults.add(
                format!("entries.{}", entry.id),
                "a run never comes to its end",
            );
        }
    }
    // Entries in which time passes; calls go round in no circle, so one pass each is enough.
    let mut takes = vec![false; model.entries.len()];
    for _ in 0..=model.entries.len() {
        for (e, entry) in model.entries.iter().enumerate() {
            takes[e] |= (entry.activities.iter()).any(|a| {
                let waits = |c: &super::Call| c.waits && c.mean > 0.0 && takes[c.entry];
                a.demand_s > 0.0 || a.think_s > 0.0 || a.calls.iter().any(waits)
            });
            takes[e] |= entry.forwards.iter().any(|f| f.0 > 0.0 && takes[f.1]);
        }
    }
    for (e, entry) in model.entries.iter().enumerate() {
        let task = &model.tasks[entry.task];
        let pauses = match task.kind {
            TaskKind::Reference { think_s, .. } => think_s > 0.0,
            TaskKind::Server(_) => true,
        };
        if !pauses && !takes[e] {
            let at = format!("tasks.{}", task.id);
            faults.add(at, "a round takes no time, so its throughput has no bound");
        }
    }
}

fn can_end(entry: &super::Entry, then: &Then, ends: &[bool], depth: usize) -> bool {
    match then {
        Then::End => true,
        Then::Next(a) => ends[*a],
        Then::Choose(of) => of.iter().any(|o| o.0 > 0.0 && ends[o.1]),
        Then::Fork(of) => of.iter().all(|a| ends[*a]),
        Then::Join(j) => depth < 100 && can_end(entry, &entry.joins[*j].then, ends, depth + 1),
    }
}
