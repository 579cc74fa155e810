//! Operations as classes of the network: their rates, the visits of their steps, the round trips
//! between components, and what they hold meanwhile.

use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::{ComponentKind, Encryption, Operation, Path, Step, System, Transaction, Trigger, Work};

use super::demand::{Demand, Missing, demand};
use super::placement::{host, is_store};
use super::pools::{ELSEWHERE, Pools};
use crate::network::{Class, Held, Holder, Parallel, Visit};
use crate::result::Input;

/// A round trip between two machines of one region, in seconds. Inside one zone it is less, across
/// zones up to twice that; replace it by `wait` on a step where it is known better.
pub(super) const HOP_S: f64 = 0.0005;
pub(super) const HOP_SOURCE: &str = "J. Dean, Building Software Systems at Google and Lessons Learned, 2010: round trip within the same datacenter 0.5 ms";

/// A demand that is missing, and where it is needed.
pub(super) struct Gap {
    pub missing: Missing,
    /// Place of the step.
    pub place: String,
    pub operation: String,
    /// The component whose load is therefore a lower bound.
    pub component: Option<String>,
}

/// One operation's part of the network.
pub(super) struct Run<'a> {
    pub id: &'a str,
    pub path: &'a Path,
    pub rate_per_s: Option<f64>,
    /// Classes in the network: what the caller waits for, and the rest.
    pub foreground: usize,
    pub background: Option<usize>,
    /// Per visit of the two classes, the step it belongs to.
    pub foreground_steps: Vec<usize>,
    pub background_steps: Vec<usize>,
    pub inputs: Vec<Input>,
    pub unverified: Vec<String>,
}

/// All operations.
pub(super) struct Runs<'a> {
    pub runs: Vec<Run<'a>>,
    pub classes: Vec<Class>,
    pub held: Vec<Held>,
    pub gaps: Vec<Gap>,
}

/// What the class of an operation's background steps is called after the operation's id.
pub(super) const BACKGROUND: &str = ", background";

/// Limits of held resources are indexed by these prefixes in [`Held::id`].
pub(super) const RELATION: &str = "relations.";
pub(super) const COMPONENT: &str = "components.";

pub(super) fn build<'a>(
    system: &'a System,
    knowledge: &Knowledge,
    pools: &Pools,
    peak: bool,
) -> Runs<'a> {
    let mut all = Runs {
        runs: Vec::new(),
        classes: Vec::new(),
        held: Vec::new(),
        gaps: Vec::new(),
    };
    let mut held: BTreeMap<String, Vec<Holder>> = BTreeMap::new();
    for (id, operation, path) in system.runs() {
        let builder = Builder {
            system,
            knowledge,
            pools,
            peak,
            id,
            writes: writes(path),
            stack: Vec::new(),
            front: Side::default(),
            back: Side::default(),
            gaps: Vec::new(),
            inputs: Vec::new(),
            groups: Vec::new(),
        };
        builder.run(operation, path, &mut all, &mut held);
    }
    for (id, holders) in held {
        if let Some(limit) = limit(system, &id) {
            all.held.push(Held { id, limit, holders });
        }
    }
    all
}

/// How many of a held resource there are: connections of all instances of a relation's caller, or
/// requests that all instances of a component work on at once.
fn limit(system: &System, id: &str) -> Option<usize> {
    let instances = |component: &str| {
        system
            .component(component)
            .and_then(|c| c.instances)
            .unwrap_or(1) as usize
    };
    if let Some(relation) = id.strip_prefix(RELATION) {
        let relation = system.architecture.relations.get(relation)?;
        return Some(relation.pool? as usize * instances(&relation.from));
    }
    let component = id.strip_prefix(COMPONENT)?;
    Some(system.component(component)?.concurrency? as usize * instances(component))
}

/// The components that a path writes to: its reads there go to the same instance.
fn writes(path: &Path) -> Vec<&str> {
    let writing = path
        .steps
        .iter()
        .filter(|s| s.work.writes() || s.work == Work::Commit);
    writing.map(|s| &*s.on).collect()
}

/// The visits of one class while it is built.
#[derive(Default)]
struct Side {
    visits: Vec<Visit>,
    steps: Vec<usize>,
    /// Round trips before each visit's step, in seconds: index of the visit, time.
    hops: Vec<(usize, f64)>,
}

struct Builder<'a, 'b> {
    system: &'a System,
    knowledge: &'b Knowledge,
    pools: &'b Pools,
    peak: bool,
    id: &'a str,
    writes: Vec<&'a str>,
    /// Who called whom up to the present step.
    stack: Vec<&'a str>,
    front: Side,
    back: Side,
    gaps: Vec<Gap>,
    inputs: Vec<Input>,
    groups: Vec<&'a str>,
}

/// What a step of the foreground looked like, for what is held.
struct Passed<'a> {
    step: &'a Step,
    depth: usize,
    relation: Option<&'a str>,
    /// Visits of this step in the foreground.
    first: usize,
    end: usize,
}

impl<'a> Builder<'a, '_> {
    fn run(
        mut self,
        operation: &'a Operation,
        path: &'a Path,
        all: &mut Runs<'a>,
        held: &mut BTreeMap<String, Vec<Holder>>,
    ) {
        let mut passed = Vec::new();
        for (index, step) in path.steps.iter().enumerate() {
            let place = format!("paths.{}.steps[{index}]", self.id);
            let (relation, hop) = self.reach(step);
            let first = self.front.visits.len();
            match demand(self.system, self.knowledge, step, &place) {
                Ok(demand) => self.visit(index, step, demand, hop, &place),
                Err(missing) => self.gap(missing, place, Some(step.on.to_string())),
            }
            if !step.background {
                let end = self.front.visits.len();
                let depth = self.stack.len();
                passed.push(Passed {
                    step,
                    depth,
                    relation,
                    first,
                    end,
                });
            }
        }
        let rate = self.rate(operation);
        let foreground = all.classes.len();
        self.hold(path, &passed, foreground, held);
        let class = |side: &Side, suffix: &str| Class {
            id: format!("{}{suffix}", self.id),
            rate_per_s: rate.unwrap_or(0.0),
            visits: side.visits.clone(),
            fixed_latency_s: side.hops.iter().map(|(_, t)| t).sum(),
        };
        all.classes.push(class(&self.front, ""));
        let background = (!self.back.visits.is_empty()).then(|| {
            all.classes.push(class(&self.back, BACKGROUND));
            all.classes.len() - 1
        });
        let unverified = self
            .gaps
            .iter()
            .map(|g| format!("missing: {}", g.missing.what))
            .collect();
        all.runs.push(Run {
            id: self.id,
            path,
            rate_per_s: rate,
            foreground,
            background,
            foreground_steps: self.front.steps,
            background_steps: self.back.steps,
            inputs: self.inputs,
            unverified,
        });
        all.gaps.extend(self.gaps);
    }

    fn gap(&mut self, missing: Missing, place: String, component: Option<String>) {
        let operation = self.id.to_string();
        self.gaps.push(Gap {
            missing,
            place,
            operation,
            component,
        });
    }

    /// The rate of the busiest hour or of the peak; a clock's own where nothing else is said.
    fn rate(&mut self, operation: &Operation) -> Option<f64> {
        let source = format!("operations.{}.rate", self.id);
        let clock = match &operation.trigger {
            Trigger::Every(every) if every.secs() > 0.0 => Some(1.0 / every.secs()),
            _ => None,
        };
        let brief = &self.system.brief;
        let (rate, when) = if self.peak {
            (brief.peak_rate(self.id, operation), "at its peak")
        } else {
            (brief.busy_rate(operation), "in the busiest hour")
        };
        let rate = rate.map(|r| r.0).or(clock);
        match rate {
            Some(rate) if (0.0..=1e9).contains(&rate) => {
                let value = format!("{rate:.4} per second {when}");
                self.inputs.insert(
                    0,
                    Input {
                        name: "rate".into(),
                        value,
                        source,
                    },
                );
                Some(rate)
            }
            _ => {
                let missing = Missing {
                    subject: source.clone(),
                    what: format!("how often `{}` happens in the busiest hour", self.id),
                    remedy: format!("give `{source}`"),
                };
                self.gap(missing, source, None);
                None
            }
        }
    }

    /// How the request gets to a step's component: the relation, and the time of the round trips.
    ///
    /// A step on a component that is already on the way is a return and costs nothing, unless it is
    /// a store or an outside system, which is asked anew by every step. Otherwise the nearest
    /// component on the way with a relation there is the caller; without any relation, the nearest
    /// one that runs code. The first step of a path is where the request arrives. Neither the way
    /// from a client nor the way to an outside system counts.
    fn reach(&mut self, step: &'a Step) -> (Option<&'a str>, f64) {
        let to: &'a str = &step.on;
        let asked = self.system.component(to).is_some_and(|c| {
            is_store(c.kind)
                || matches!(
                    c.kind,
                    ComponentKind::External | ComponentKind::IdentityProvider
                )
        });
        if let Some(at) = self.stack.iter().position(|c| *c == to) {
            if !asked || at == 0 {
                self.stack.truncate(at + 1);
                return (None, 0.0);
            }
            self.stack.truncate(at);
        }
        if self.stack.is_empty() {
            self.stack.push(to);
            return (None, 0.0);
        }
        let named = step
            .via
            .as_ref()
            .and_then(|via| self.system.architecture.relations.get_key_value(&**via));
        let relation = |from: &str| self.system.relation_of(from, step);
        let caller = match named {
            Some((_, r)) => self.stack.iter().rposition(|c| **c == *r.from),
            None => self.stack.iter().rposition(|c| relation(c).is_some()),
        };
        let runs_code = |c: &&str| self.system.component(c).is_none_or(|c| !is_store(c.kind));
        let caller = caller
            .or_else(|| self.stack.iter().rposition(runs_code))
            .unwrap_or(0);
        let found = self.system.relation_of(self.stack[caller], step);
        self.stack.truncate(caller + 1);
        let kind = |id: &str| self.system.component(id).map(|c| c.kind);
        // The way to our edge is the caller's, and an outside system's answer time holds its own.
        let outside = kind(self.stack[caller]) == Some(ComponentKind::Client)
            || kind(to) == Some(ComponentKind::External);
        let local = outside
            || host(self.system, self.stack[caller]) == host(self.system, to)
            || found.is_some_and(|(_, r)| r.encryption == Some(Encryption::Local));
        self.stack.push(to);
        let passes = times(step) * probability(step);
        (
            found.map(|(id, _)| id),
            if local { 0.0 } else { HOP_S * passes },
        )
    }

    fn visit(&mut self, index: usize, step: &'a Step, demand: Demand, hop: f64, place: &str) {
        let at = host(self.system, &step.on);
        let reads = (step.work.reads_rows() && !step.work.writes()
            || matches!(step.work, Work::TextSearch | Work::Get))
            && !self.writes.contains(&&*step.on);
        let parallel = step.parallel.as_ref().map(|name| {
            let group = self
                .groups
                .iter()
                .position(|g| g == name)
                .unwrap_or_else(|| {
                    self.groups.push(name);
                    self.groups.len() - 1
                });
            Parallel {
                group: group as u32,
                branch: index as u32,
            }
        });
        let visit = |pool, demand_s: f64, scv: f64| Visit {
            pool,
            demand_s: demand_s.clamp(0.0, 1e6),
            scv: scv.clamp(0.0, 1e4),
            count: times(step),
            probability: probability(step),
            parallel,
        };
        let mut visits = Vec::new();
        if demand.cpu_s > 0.0 {
            let pool = self.pools.pool(at, reads);
            let client = self
                .system
                .component(at)
                .is_some_and(|c| matches!(c.kind, ComponentKind::Client | ComponentKind::External));
            match pool {
                Some(pool) => visits.push(visit(pool, demand.cpu_s, 1.0)),
                None if client => visits.push(visit(ELSEWHERE, demand.cpu_s, 1.0)),
                None => {
                    let missing = Missing {
                        subject: format!("components.{at}.size.vcpu"),
                        what: format!("how many processors an instance of `{at}` has"),
                        remedy: format!("give `components.{at}.size.vcpu`"),
                    };
                    self.gap(missing, place.to_string(), Some(at.to_string()));
                }
            }
        }
        if let Some(delay) = demand.delay {
            visits.push(visit(ELSEWHERE, delay.mean_s, delay.scv));
        }
        let side = if step.background {
            &mut self.back
        } else {
            &mut self.front
        };
        if hop > 0.0 {
            side.hops.push((side.visits.len(), hop));
        }
        side.steps.extend(visits.iter().map(|_| index));
        side.visits.extend(visits);
        self.inputs
            .extend(demand.inputs.into_iter().map(|mut input| {
                let passes = times(step) * probability(step);
                if passes != 1.0 {
                    input.value += &format!(", {passes} times a run");
                }
                input
            }));
    }

    /// What the foreground holds: a connection during each run of steps over its relation, or from
    /// the first to the last of them where they are one transaction; a slot of a component from its
    /// first step until the path returns to a component before it.
    fn hold(
        &self,
        path: &Path,
        passed: &[Passed<'a>],
        class: usize,
        held: &mut BTreeMap<String, Vec<Holder>>,
    ) {
        let mut add = |id: String, first: usize, end: usize| {
            let hops = self
                .front
                .hops
                .iter()
                .filter(|(at, _)| (first..end).contains(at));
            let fixed_s = hops.map(|(_, t)| t).sum();
            held.entry(id).or_default().push(Holder {
                class,
                first,
                end,
                fixed_s,
            });
        };
        let whole = matches!(
            path.transaction,
            Some(Transaction::Local | Transaction::Outbox)
        );
        for (id, relation) in &self.system.architecture.relations {
            if relation.pool.is_none() {
                continue;
            }
            let over = |p: &&Passed| p.relation == Some(id.as_str());
            if whole {
                let mut all = passed.iter().filter(over);
                if let Some(first) = all.next() {
                    let end = all.next_back().unwrap_or(first).end;
                    add(format!("{RELATION}{id}"), first.first, end);
                }
                continue;
            }
            for p in passed.iter().filter(over) {
                add(format!("{RELATION}{id}"), p.first, p.end);
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for (i, p) in passed.iter().enumerate() {
            let id: &str = &p.step.on;
            let limited = self
                .system
                .component(id)
                .is_some_and(|c| c.concurrency.is_some());
            if !limited || seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let outside =
                |q: &&Passed| q.depth < p.depth || q.depth == p.depth && *q.step.on != *id;
            let end = passed[i..]
                .iter()
                .find(outside)
                .map_or(self.front.visits.len(), |q| q.first);
            add(format!("{COMPONENT}{id}"), p.first, end);
        }
    }
}

/// Passes of a run that makes the step. What is no count is refused by the network.
pub(super) fn times(step: &Step) -> f64 {
    step.times.unwrap_or(1.0)
}

pub(super) fn probability(step: &Step) -> f64 {
    step.probability.map_or(1.0, |p| p.0.clamp(0.0, 1.0))
}
