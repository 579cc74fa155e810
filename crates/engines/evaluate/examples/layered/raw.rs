//! A published model by name, and how it becomes a [`Model`]: replicas are written out, loops become
//! choices that lead back.

use std::collections::BTreeMap;

use groundplan_evaluate::layered::{
    Activity, Call, Entry, Join, Model, Order, Processor, Task, TaskKind, Then,
};
use groundplan_evaluate::network::{Capacity, Discipline};

#[derive(Debug, Default)]
pub struct Raw {
    pub processors: Vec<RawProcessor>,
    pub tasks: Vec<RawTask>,
}

#[derive(Debug, Default)]
pub struct RawProcessor {
    pub name: String,
    pub scheduling: String,
    pub servers: usize,
    pub replicas: usize,
    pub speed: f64,
}

#[derive(Debug, Default)]
pub struct RawTask {
    pub name: String,
    pub processor: String,
    pub scheduling: String,
    pub threads: usize,
    pub replicas: usize,
    pub think_s: f64,
    pub fan_out: BTreeMap<String, usize>,
    pub entries: Vec<RawEntry>,
    pub activities: BTreeMap<String, RawActivity>,
    pub precedences: Vec<Precedence>,
    /// Entry and activity.
    pub replies: Vec<(String, String)>,
}

#[derive(Debug, Default, Clone)]
pub struct RawEntry {
    pub name: String,
    pub arrivals_per_s: f64,
    pub forwards: Vec<(String, f64)>,
    /// Phase 1, 2, 3; empty where activities say what it does.
    pub phases: BTreeMap<usize, RawActivity>,
    pub start: Option<String>,
}

#[derive(Debug, Default, Clone)]
pub struct RawActivity {
    pub demand_s: f64,
    pub scv: Option<f64>,
    pub think_s: f64,
    pub fixed: bool,
    /// Entry, mean, waited for.
    pub calls: Vec<(String, f64, bool)>,
}

#[derive(Debug, Clone)]
pub struct Precedence {
    pub before: Vec<String>,
    /// How many of `before` must arrive, where they join.
    pub joins: Option<usize>,
    pub after: After,
}

#[derive(Debug, Clone)]
pub enum After {
    Nothing,
    One(String),
    And(Vec<String>),
    Or(Vec<(String, f64)>),
    Loop(Vec<(String, f64)>, Option<String>),
}

impl Raw {
    /// The model, and for each task of the raw one the index of its first replica.
    pub fn model(&self) -> Result<(Model, Vec<usize>), String> {
        let mut model = Model::default();
        let mut processors = BTreeMap::new();
        for p in &self.processors {
            let (unlimited, discipline) = match p.scheduling.as_str() {
                "inf" | "i" => (true, Discipline::Shared),
                "fcfs" | "f" => (false, Discipline::FirstCome),
                "ps" | "s" => (false, Discipline::Shared),
                other => return Err(format!("processor scheduling {other}")),
            };
            processors.insert(p.name.as_str(), (model.processors.len(), p.replicas));
            for r in 0..p.replicas {
                model.processors.push(Processor {
                    id: format!("{}.{r}", p.name),
                    capacity: if unlimited {
                        Capacity::Unlimited
                    } else {
                        Capacity::Servers(p.servers)
                    },
                    discipline,
                    speed: p.speed,
                });
            }
        }
        let mut firsts = Vec::new();
        let mut entries = BTreeMap::new();
        let mut next = 0;
        for t in &self.tasks {
            let (processor, copies) = *(processors.get(t.processor.as_str()))
                .ok_or_else(|| format!("no processor {}", t.processor))?;
            firsts.push(model.tasks.len());
            for e in &t.entries {
                entries.insert(e.name.as_str(), (next, t.replicas, t.name.as_str()));
                next += t.replicas;
            }
            for r in 0..t.replicas {
                let kind = match t.scheduling.as_str() {
                    "ref" | "r" | "burst" => TaskKind::Reference {
                        population: t.threads,
                        think_s: t.think_s,
                    },
                    "inf" | "i" => TaskKind::Server(Capacity::Unlimited),
                    "fcfs" | "f" | "n" => TaskKind::Server(Capacity::Servers(t.threads)),
                    other => return Err(format!("task scheduling {other}")),
                };
                model.tasks.push(Task {
                    id: format!("{}.{r}", t.name),
                    processor: processor + r % copies,
                    kind,
                });
            }
        }
        for (t, first) in self.tasks.iter().zip(&firsts) {
            for e in &t.entries {
                for r in 0..t.replicas {
                    let copies = |to: &str| -> Result<Vec<usize>, String> {
                        let (first, replicas, task) =
                            *entries.get(to).ok_or_else(|| format!("no entry {to}"))?;
                        let out = t.fan_out.get(task).copied().unwrap_or(1);
                        Ok((0..out).map(|o| first + (r * out + o) % replicas).collect())
                    };
                    let mut entry = t.entry(e, &copies)?;
                    entry.task = first + r;
                    for (to, p) in &e.forwards {
                        entry.forwards.push((*p, copies(to)?[0]));
                    }
                    model.entries.push(entry);
                }
            }
        }
        Ok((model, firsts))
    }
}

type Copies<'a> = &'a dyn Fn(&str) -> Result<Vec<usize>, String>;

impl RawTask {
    fn entry(&self, raw: &RawEntry, copies: Copies<'_>) -> Result<Entry, String> {
        let mut entry = match &raw.start {
            None => {
                let last = raw.phases.keys().next_back().copied().unwrap_or(1);
                let none = RawActivity::default();
                let phases = (1..=last)
                    .map(|p| {
                        raw.phases
                            .get(&p)
                            .unwrap_or(&none)
                            .activity(&p.to_string(), copies)
                    })
                    .collect::<Result<_, _>>()?;
                Entry::phases(&raw.name, 0, phases)
            }
            Some(start) => {
                let mut graph = Graph {
                    task: self,
                    copies,
                    entry: Entry {
                        activities: Vec::new(),
                        ..Entry::phases(&raw.name, 0, Vec::new())
                    },
                    known: BTreeMap::new(),
                    joins: BTreeMap::new(),
                };
                graph.activity(start, None)?;
                for ((name, _), index) in &graph.known {
                    if (self.replies.iter()).any(|(e, a)| *e == raw.name && a == name) {
                        graph.entry.activities[*index].replies = true;
                    }
                }
                for (p, join) in &graph.joins {
                    let branches = self.precedences[*p].before.len();
                    let here = (graph.entry.activities.iter())
                        .filter(|a| a.then == Then::Join(*join))
                        .count();
                    if here != branches {
                        return Err("a join of several entries".to_owned());
                    }
                }
                graph.entry
            }
        };
        entry.arrivals_per_s = raw.arrivals_per_s;
        Ok(entry)
    }
}

impl RawActivity {
    fn activity(&self, name: &str, copies: Copies<'_>) -> Result<Activity, String> {
        let mut activity = Activity::work(name, self.demand_s);
        activity.scv = self.scv.unwrap_or(1.0);
        activity.think_s = self.think_s;
        activity.order = if self.fixed {
            Order::Fixed
        } else {
            Order::Random
        };
        for (to, mean, waits) in &self.calls {
            for entry in copies(to)? {
                activity.calls.push(Call {
                    entry,
                    mean: *mean,
                    waits: *waits,
                });
            }
        }
        Ok(activity)
    }
}

struct Graph<'a> {
    task: &'a RawTask,
    copies: Copies<'a>,
    entry: Entry,
    /// Activity, and where its end leads back to, if it is in a loop.
    known: BTreeMap<(String, Option<usize>), usize>,
    /// By precedence.
    joins: BTreeMap<usize, usize>,
}

impl Graph<'_> {
    fn activity(&mut self, name: &str, back: Option<usize>) -> Result<usize, String> {
        let key = (name.to_owned(), back);
        if let Some(index) = self.known.get(&key) {
            return Ok(*index);
        }
        let raw = self.task.activities.get(name);
        let raw = raw.ok_or_else(|| format!("no activity {name}"))?;
        let index = self.entry.activities.len();
        let activity = raw.activity(name, self.copies)?;
        self.entry.activities.push(activity);
        self.known.insert(key, index);
        let next = (self.task.precedences.iter()).position(|p| p.before.iter().any(|b| b == name));
        let then = match next {
            None => back.map_or(Then::End, Then::Next),
            Some(p) => match self.task.precedences[p].joins {
                None => self.after(p, back)?,
                Some(needs) => {
                    if !self.joins.contains_key(&p) {
                        let join = self.entry.joins.len();
                        self.entry.joins.push(Join {
                            needs,
                            then: Then::End,
                        });
                        self.joins.insert(p, join);
                        let then = self.after(p, back)?;
                        self.entry.joins[join].then = then;
                    }
                    Then::Join(self.joins[&p])
                }
            },
        };
        self.entry.activities[index].then = then;
        Ok(index)
    }

    fn after(&mut self, p: usize, back: Option<usize>) -> Result<Then, String> {
        Ok(match self.task.precedences[p].after.clone() {
            After::Nothing => back.map_or(Then::End, Then::Next),
            After::One(a) => Then::Next(self.activity(&a, back)?),
            After::And(of) => Then::Fork(
                of.iter()
                    .map(|a| self.activity(a, back))
                    .collect::<Result<_, _>>()?,
            ),
            After::Or(of) => Then::Choose(
                (of.iter())
                    .map(|(a, p)| Ok((*p, self.activity(a, back)?)))
                    .collect::<Result<_, String>>()?,
            ),
            After::Loop(of, end) => {
                let turn = self.entry.activities.len();
                self.entry.activities.push(Activity::work("loop", 0.0));
                let all = 1.0 + of.iter().map(|o| o.1).sum::<f64>();
                let mut choice = Vec::new();
                for (a, count) in &of {
                    choice.push((count / all, self.activity(a, Some(turn))?));
                }
                let out = match end {
                    Some(end) => self.activity(&end, back)?,
                    None => {
                        self.entry.activities.push(Activity {
                            then: back.map_or(Then::End, Then::Next),
                            ..Activity::work("over", 0.0)
                        });
                        self.entry.activities.len() - 1
                    }
                };
                choice.push((1.0 / all, out));
                self.entry.activities[turn].then = Then::Choose(choice);
                Then::Next(turn)
            }
        })
    }
}
