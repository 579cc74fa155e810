//! A model made ready to run: slices, stages, rates; and its independent parts.

use super::{Model, Order, TaskKind, Then, faults::branches};
use crate::network::{Capacity, Discipline};

pub(super) struct Program {
    pub processors: Vec<Processor>,
    pub tasks: Vec<Task>,
    pub entries: Vec<Entry>,
}

pub(super) struct Processor {
    /// `None`: nobody waits.
    pub servers: Option<usize>,
    pub shared: bool,
}

pub(super) struct Task {
    pub processor: usize,
    /// `None`: nobody waits.
    pub threads: Option<usize>,
    pub reference: Option<Reference>,
}

#[derive(Clone, Copy)]
pub(super) struct Reference {
    pub population: usize,
    pub think_s: f64,
}

pub(super) struct Entry {
    pub task: usize,
    pub arrivals_per_s: f64,
    pub activities: Vec<Activity>,
    pub joins: Vec<Join>,
    pub forwards: Vec<(f64, usize)>,
    /// Mean time on the processor per run, in seconds.
    pub work_s: f64,
}

pub(super) struct Join {
    pub needs: usize,
    pub branches: usize,
    pub then: Then,
}

pub(super) struct Activity {
    /// Mean of one slice on its processor, in seconds.
    pub slice_s: f64,
    pub scv: f64,
    pub law: Law,
    pub think_s: f64,
    pub calls: Calls,
    /// Mean calls: entry, number, whether they are waited for.
    pub means: Vec<(usize, f64, bool)>,
    pub replies: bool,
    pub then: Then,
    /// Mean runs per run of the entry, and the share of them before the reply.
    pub visits: f64,
    pub early: f64,
}

impl Activity {
    /// Mean slices per run.
    pub fn slices(&self) -> f64 {
        1.0 + self.means.iter().map(|m| m.1).sum::<f64>()
    }

    pub fn fixed(&self) -> bool {
        matches!(self.calls, Calls::Fixed(_))
    }
}

pub(super) enum Calls {
    /// Probability of each after a slice: entry, waited for. The rest: the activity ends.
    Random(Vec<(f64, usize, bool)>),
    Fixed(Vec<(usize, bool)>),
}

/// A time made of exponential stages.
pub(super) struct Law {
    /// Probability of starting in each stage.
    pub start: Vec<f64>,
    /// Rate of leaving each stage, per second.
    pub rates: Vec<f64>,
    /// The stages follow each other; otherwise the first one left ends it.
    pub chain: bool,
}

/// Most stages of a time with little variation.
const STAGES: usize = 8;

impl Law {
    /// Fits mean and variation: hyperexponential with balanced means above 1, a mixture of two
    /// Erlangs below (H. Tijms, Stochastic Models, 1994), at most eight stages.
    fn new(mean: f64, scv: f64) -> Law {
        if mean <= 0.0 {
            return Law {
                start: Vec::new(),
                rates: Vec::new(),
                chain: false,
            };
        }
        if (scv - 1.0).abs() < 1e-9 {
            return Law {
                start: vec![1.0],
                rates: vec![1.0 / mean],
                chain: false,
            };
        }
        if scv > 1.0 {
            let p = 0.5 * (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt());
            return Law {
                start: vec![p, 1.0 - p],
                rates: vec![2.0 * p / mean, 2.0 * (1.0 - p) / mean],
                chain: false,
            };
        }
        let scv = scv.max(1.0 / STAGES as f64);
        let k = (1.0 / scv - 1e-9).ceil().max(2.0);
        let shorter = (k * scv - (k * (1.0 + scv) - k * k * scv).max(0.0).sqrt()) / (1.0 + scv);
        let shorter = shorter.clamp(0.0, 1.0);
        let stages = k as usize;
        let mut start = vec![0.0; stages];
        start[0] = 1.0 - shorter;
        start[1] += shorter;
        Law {
            start,
            rates: vec![(k - shorter) / mean; stages],
            chain: true,
        }
    }
}

/// Tasks and entries that share nothing with the others.
pub(super) struct Part {
    pub tasks: Vec<usize>,
    pub entries: Vec<usize>,
}

impl Program {
    /// `model` is without faults.
    pub fn new(model: &Model) -> Program {
        let processors: Vec<Processor> = (model.processors.iter())
            .map(|p| Processor {
                servers: match p.capacity {
                    Capacity::Servers(m) => Some(m),
                    Capacity::Unlimited => None,
                },
                shared: p.discipline == Discipline::Shared,
            })
            .collect();
        let tasks: Vec<Task> = (model.tasks.iter())
            .map(|t| Task {
                processor: t.processor,
                threads: match t.kind {
                    TaskKind::Server(Capacity::Servers(m)) => Some(m),
                    TaskKind::Server(Capacity::Unlimited) => None,
                    TaskKind::Reference { population, .. } => Some(population),
                },
                reference: match t.kind {
                    TaskKind::Server(_) => None,
                    TaskKind::Reference {
                        population,
                        think_s,
                    } => Some(Reference {
                        population,
                        think_s,
                    }),
                },
            })
            .collect();
        let entries = (model.entries.iter())
            .map(|entry| {
                let speed = model.processors[tasks[entry.task].processor].speed;
                entry_of(entry, speed)
            })
            .collect();
        Program {
            processors,
            tasks,
            entries,
        }
    }

    /// Splits along calls, forwarding and shared processors.
    pub fn parts(&self, model: &Model) -> Vec<Part> {
        let mut root: Vec<usize> = (0..self.tasks.len()).collect();
        fn find(root: &mut [usize], mut t: usize) -> usize {
            while root[t] != t {
                root[t] = root[root[t]];
                t = root[t];
            }
            t
        }
        let mut unite = |a: usize, b: usize| {
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            let (low, high) = (a.min(b), a.max(b));
            root[high] = low;
        };
        for entry in &model.entries {
            for call in entry.activities.iter().flat_map(|a| &a.calls) {
                unite(entry.task, model.entries[call.entry].task);
            }
            for (_, to) in &entry.forwards {
                unite(entry.task, model.entries[*to].task);
            }
        }
        for (t, task) in self.tasks.iter().enumerate() {
            if self.processors[task.processor].servers.is_some() {
                let first = self
                    .tasks
                    .iter()
                    .position(|o| o.processor == task.processor);
                unite(first.unwrap_or(t), t);
            }
        }
        let mut parts = Vec::new();
        for t in 0..self.tasks.len() {
            if find(&mut root, t) != t {
                continue;
            }
            let tasks: Vec<usize> = (t..self.tasks.len())
                .filter(|&o| find(&mut root, o) == t)
                .collect();
            let entries = (0..self.entries.len())
                .filter(|&e| tasks.contains(&self.entries[e].task))
                .collect();
            parts.push(Part { tasks, entries });
        }
        parts
    }
}

fn entry_of(entry: &super::Entry, speed: f64) -> Entry {
    let mut activities: Vec<Activity> = (entry.activities.iter())
        .map(|a| activity_of(a, speed))
        .collect();
    let joins: Vec<Join> = (entry.joins.iter().enumerate())
        .map(|(i, join)| Join {
            needs: join.needs,
            branches: branches(entry, i),
            then: join.then.clone(),
        })
        .collect();
    visits(&mut activities, &joins);
    let work_s = (activities.iter())
        .map(|a| a.visits * a.slices() * a.slice_s)
        .sum();
    Entry {
        task: entry.task,
        arrivals_per_s: entry.arrivals_per_s,
        activities,
        joins,
        forwards: (entry.forwards.iter())
            .filter(|f| f.0 > 0.0)
            .copied()
            .collect(),
        work_s,
    }
}

fn activity_of(activity: &super::Activity, speed: f64) -> Activity {
    let means: Vec<(usize, f64, bool)> = (activity.calls.iter())
        .filter(|c| c.mean > 0.0)
        .map(|c| (c.entry, c.mean, c.waits))
        .collect();
    let slices = 1.0 + means.iter().map(|m| m.1).sum::<f64>();
    let slice_s = activity.demand_s / slices / speed;
    let calls = match activity.order {
        Order::Fixed if slices <= 200.0 && !means.is_empty() => Calls::Fixed(
            (means.iter())
                .flat_map(|&(entry, mean, waits)| {
                    std::iter::repeat_n((entry, waits), mean.round() as usize)
                })
                .collect(),
        ),
        _ => Calls::Random(
            (means.iter())
                .map(|&(entry, mean, waits)| (mean / slices, entry, waits))
                .collect(),
        ),
    };
    Activity {
        slice_s,
        scv: activity.scv,
        law: Law::new(slice_s, activity.scv),
        think_s: activity.think_s,
        calls,
        means,
        replies: activity.replies,
        then: activity.then.clone(),
        visits: 0.0,
        early: 0.0,
    }
}

/// Mean runs of each activity by following the graph until loops have died out, once in all and
/// once for what comes before a reply.
fn visits(activities: &mut [Activity], joins: &[Join]) {
    for early in [false, true] {
        let mut flow = vec![0.0; activities.len()];
        let mut total = vec![0.0; activities.len()];
        if let Some(first) = flow.first_mut() {
            *first = 1.0;
        }
        for _ in 0..100_000 {
            let mut next = vec![0.0; activities.len()];
            for (a, activity) in activities.iter().enumerate() {
                total[a] += flow[a];
                if flow[a] > 0.0 && !(early && activity.replies) {
                    follow(&activity.then, joins, flow[a], 1, &mut next);
                }
            }
            flow = next;
            if flow.iter().sum::<f64>() < 1e-13 {
                break;
            }
        }
        for (a, activity) in activities.iter_mut().enumerate() {
            if early {
                activity.early = if activity.visits > 0.0 {
                    (total[a] / activity.visits).min(1.0)
                } else {
                    0.0
                };
            } else {
                activity.visits = total[a];
            }
        }
    }
}

/// A join passes on its branches' flow once: each brings its share.
fn follow(then: &Then, joins: &[Join], flow: f64, depth: usize, next: &mut [f64]) {
    match then {
        Then::End => {}
        Then::Next(a) => next[*a] += flow,
        Then::Choose(of) => {
            for (p, a) in of {
                next[*a] += p * flow;
            }
        }
        Then::Fork(of) => {
            for a in of {
                next[*a] += flow;
            }
        }
        Then::Join(j) => {
            if depth < 100 {
                let join = &joins[*j];
                let share = flow / join.branches.max(1) as f64;
                follow(&join.then, joins, share, depth + 1, next);
            }
        }
    }
}
