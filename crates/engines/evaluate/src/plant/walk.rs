//! The path of one operation as a flow: who calls whom, what that holds, what works.

use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::{
    ComponentKind, Encryption, Operation, Path, Relation, Step, System, Transaction, Trigger, Work,
};

use super::build::{Gap, Parts, Run};
use super::caches::{Looked, Lookups};
use super::tree::{Tree, happens};
use super::{Act, Call, Flow, Often, Work as Piece};
use crate::result::Input;
use crate::system::demand::{Demand, Missing, demand};
use crate::system::placement::{host, is_store};

/// A round trip between two machines of one region, in seconds. Inside one zone it is less, across
/// zones up to twice that; replace it by `wait` on a step where it is known better.
pub(crate) const HOP_S: f64 = 0.0005;
pub(crate) const HOP_SOURCE: &str = "J. Dean, Building Software Systems at Google and Lessons Learned, 2010: round trip within the same datacenter 0.5 ms";

/// Walks one path.
pub(super) struct Walk<'a, 'b> {
    system: &'a System,
    knowledge: &'b Knowledge,
    parts: &'b Parts<'b>,
    id: &'a str,
    path: &'a Path,
    writes: Vec<&'a str>,
    /// Who called whom up to the present step, before the answer and after it.
    stack: Vec<&'a str>,
    back_stack: Vec<&'a str>,
    front: Tree<'b>,
    back: Tree<'b>,
    gaps: Vec<Gap>,
    inputs: Vec<Input>,
    looked: Looked<'a>,
}

/// Who asks a step's component, and over what.
struct Reached<'a> {
    /// The step opens a call; else it happens where the path already is.
    called: bool,
    relation: Option<(&'a str, &'a Relation)>,
    hop_s: f64,
}

impl<'a: 'b, 'b> Walk<'a, 'b> {
    pub fn new(
        system: &'a System,
        knowledge: &'b Knowledge,
        parts: &'b Parts<'b>,
        id: &'a str,
        path: &'a Path,
    ) -> Self {
        let writing = path
            .steps
            .iter()
            .filter(|s| s.work.writes() || s.work == Work::Commit);
        Walk {
            system,
            knowledge,
            parts,
            id,
            path,
            // Its reads there go to the instance that it writes to.
            writes: writing.map(|s| &*s.on).collect(),
            stack: Vec::new(),
            back_stack: Vec::new(),
            front: Tree::new(),
            back: Tree::new(),
            gaps: Vec::new(),
            inputs: Vec::new(),
            looked: Looked::default(),
        }
    }

    /// The flow, and what is to be said of it. `kept` are the connections of its transaction.
    pub fn flow(
        mut self,
        operation: &'a Operation,
        peak: bool,
        kept: &'b [(usize, usize)],
        lookups: &mut BTreeMap<usize, Lookups>,
    ) -> (Flow, Run<'a>, Vec<Gap>) {
        for (index, step) in self.path.steps.iter().enumerate() {
            let place = format!("paths.{}.steps[{index}]", self.id);
            let (reached, depth) = self.reach(operation, step);
            let (call, miss_of) = self.call(step, reached, depth, kept);
            let (found, inputs) = match demand(self.system, self.knowledge, self.id, step, &place) {
                Ok(demand) => self.pieces(index, step, demand, &place),
                Err(missing) => {
                    self.gap(missing, place, Some(step.on.to_string()));
                    (Vec::new(), Vec::new())
                }
            };
            self.inputs.extend(inputs);
            let parallel = step.parallel.as_deref();
            let tree = side(&mut self.front, &mut self.back, step);
            let mut often = if call {
                Often::ONCE
            } else {
                let mut often = tree.often(probability(step), times(step));
                often.miss_of = miss_of;
                often
            };
            if call && !happens(probability(step), times(step)) {
                (often.share, often.times) = (probability(step), times(step));
            }
            let acts: Vec<Act> = found
                .into_iter()
                .map(|piece| Act::Work(Piece { often, ..piece }))
                .collect();
            // The parallel of a call is the call's; the work in it is one after the other.
            tree.add(acts, parallel.filter(|_| !call));
        }
        let rate = self.rate(operation, peak);
        self.looked.count(rate.unwrap_or(0.0), lookups);
        let unverified: Vec<String> = self
            .gaps
            .iter()
            .map(|g| format!("missing: {}", g.missing.what))
            .collect();
        let flow = Flow {
            id: self.id.to_string(),
            rate_per_s: rate.unwrap_or(0.0),
            waited_for: matches!(
                operation.trigger,
                Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
            ),
            body: self.front.finish(),
            background: self.back.finish(),
            unverified: !unverified.is_empty(),
        };
        let run = Run {
            id: self.id,
            path: self.path,
            rate_per_s: rate,
            inputs: self.inputs,
            unverified,
        };
        (flow, run, self.gaps)
    }

    /// How the request gets to a step's component.
    ///
    /// A step on a component that is already on the way is a return and costs nothing, unless it is
    /// a store or an outside system, which is asked anew by every step. Otherwise the nearest
    /// component on the way with a relation there is the caller; without any relation, the nearest
    /// one that runs code. The first step of a path is where the request arrives. Neither the way
    /// from a client nor the way to an outside system counts.
    ///
    /// Work after the answer has its own way, which starts where the path was, or at the component
    /// that the step's relation is from: a worker that takes the work up.
    fn reach(&mut self, operation: &'a Operation, step: &'a Step) -> (Reached<'a>, usize) {
        if step.background {
            self.take_up(step);
            std::mem::swap(&mut self.stack, &mut self.back_stack);
        }
        let reached = self.reach_on(operation, step);
        let depth = self.stack.len();
        if step.background {
            std::mem::swap(&mut self.stack, &mut self.back_stack);
        }
        (reached, depth)
    }

    /// Finds where the way of a step after the answer starts.
    fn take_up(&mut self, step: &'a Step) {
        let relations = &self.system.architecture.relations;
        let from = step
            .via
            .as_ref()
            .and_then(|via| relations.get(&**via))
            .map(|r| &*r.from);
        let leads = |stack: &[&str]| match from {
            Some(from) => stack.contains(&from),
            None => stack
                .iter()
                .any(|c| **c == *step.on || self.system.relation_of(c, step).is_some()),
        };
        if leads(&self.back_stack) {
            return;
        }
        let known = from.filter(|f| self.system.component(f).is_some());
        if leads(&self.stack) || self.back_stack.is_empty() && known.is_none() {
            self.back.close(0);
            self.back_stack.clone_from(&self.stack);
        } else if let Some(from) = known {
            self.back.close(0);
            self.back_stack = vec![from];
            let call = Call {
                link: None,
                to: from.to_string(),
                hop_s: 0.0,
                often: Often::ONCE,
                holds: self.parts.holds(None, from),
                body: Vec::new(),
                fallback: None,
            };
            self.back.open(1, 1.0, 1.0, call, None, &[]);
        }
    }

    fn reach_on(&mut self, operation: &'a Operation, step: &'a Step) -> Reached<'a> {
        let to: &'a str = &step.on;
        let here = Reached {
            called: false,
            relation: None,
            hop_s: 0.0,
        };
        let asked = self.system.component(to).is_some_and(|c| {
            is_store(c.kind)
                || matches!(
                    c.kind,
                    ComponentKind::External | ComponentKind::IdentityProvider
                )
        });
        if let Some(at) = self.stack.iter().position(|c| *c == to) {
            if !asked || at == 0 {
                self.back_to(at + 1, step);
                return here;
            }
            self.back_to(at, step);
        }
        if self.stack.is_empty() {
            self.stack.push(to);
            return Reached {
                called: true,
                relation: self.arrives_over(operation, step),
                hop_s: 0.0,
            };
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
        let relation = self.system.relation_of(self.stack[caller], step);
        self.back_to(caller + 1, step);
        let hop_s = hop(self.system, self.stack[caller], to, relation.map(|r| r.1));
        self.stack.push(to);
        Reached {
            called: true,
            relation,
            hop_s,
        }
    }

    /// Returns from the calls that are deeper.
    fn back_to(&mut self, depth: usize, step: &Step) {
        self.stack.truncate(depth);
        side(&mut self.front, &mut self.back, step).close(depth);
    }

    /// The relation over which a caller of the system's asks for the operation: the one that the
    /// first step names, else the first from one of its actors or its port.
    fn arrives_over(
        &self,
        operation: &'a Operation,
        step: &'a Step,
    ) -> Option<(&'a str, &'a Relation)> {
        let relations = &self.system.architecture.relations;
        let there = |r: &Relation| r.to == *step.on;
        if let Some((id, relation)) = step
            .via
            .as_ref()
            .and_then(|via| relations.get_key_value(&**via))
            .filter(|(_, r)| there(r))
        {
            return Some((id, relation));
        }
        let port = match &operation.trigger {
            Trigger::Webhook(port) => Some(&**port),
            _ => None,
        };
        let ours = |r: &Relation| {
            operation.actors.iter().any(|a| **a == *r.from) || port == Some(&*r.from)
        };
        let mut found = relations.iter().filter(|(_, r)| there(r) && ours(r));
        let named = |r: &Relation| r.operations.iter().any(|o| **o == *self.id);
        let first = found.clone().find(|(_, r)| named(r));
        first
            .or_else(|| found.next())
            .map(|(id, r)| (id.as_str(), r))
    }

    /// Opens the call of a step, where it makes one; says whether, and whose miss it is.
    fn call(
        &mut self,
        step: &'a Step,
        reached: Reached<'a>,
        depth: usize,
        kept: &'b [(usize, usize)],
    ) -> (bool, Option<usize>) {
        let lookup = (!step.background)
            .then(|| self.parts.caches.get(&*step.on).copied())
            .flatten();
        let missed = self.looked.step(step, lookup, self.path);
        let tree = side(&mut self.front, &mut self.back, step);
        let miss_of = missed.filter(|_| !tree.missed());
        if !reached.called {
            return (false, miss_of);
        }
        let relation = reached.relation.map(|(id, _)| id);
        let first = depth == 1;
        let mut call = Call {
            link: relation.and_then(|id| self.parts.links.get(id).copied()),
            to: step.on.to_string(),
            hop_s: reached.hop_s,
            often: Often::ONCE,
            holds: self.parts.holds(relation.filter(|_| !first), &step.on),
            body: Vec::new(),
            fallback: None,
        };
        call.often.miss_of = miss_of;
        call.fallback = reached.relation.and_then(|(_, r)| self.instead(r));
        let parallel = step.parallel.as_deref();
        let kept = if step.background { &[] } else { kept };
        let tree = side(&mut self.front, &mut self.back, step);
        // The request arrives once, whatever its first step does how often.
        let (share, times) = if first {
            (1.0, 1.0)
        } else {
            (probability(step), times(step))
        };
        tree.open(depth, share, times, call, parallel, kept);
        (!first, miss_of)
    }

    /// What a relation's fallback does: the work that this path, or any other, has at the component
    /// that answers instead.
    fn instead(&mut self, relation: &'a Relation) -> Option<Vec<Act>> {
        let fallback = relation.fallback.as_ref()?;
        let Some(to) = fallback.to.as_deref() else {
            return Some(Vec::new());
        };
        let on = |path: &'a Path| path.steps.iter().find(|s| *s.on == *to);
        let step = on(self.path).or_else(|| self.system.architecture.paths.values().find_map(on));
        let work = step.and_then(|step| {
            let demand = demand(self.system, self.knowledge, self.id, step, "").ok()?;
            Some((step, demand))
        });
        let way = self
            .system
            .architecture
            .relations
            .iter()
            .find(|(_, r)| r.from == relation.from && r.to == *to);
        let body = work.map_or_else(Vec::new, |(step, demand)| {
            let gaps = self.gaps.len();
            let (pieces, _) = self.pieces(usize::MAX, step, demand, "");
            self.gaps.truncate(gaps);
            pieces.into_iter().map(Act::Work).collect()
        });
        Some(vec![Act::Call(Call {
            link: way.and_then(|(id, _)| self.parts.links.get(id.as_str()).copied()),
            to: to.to_string(),
            hop_s: hop(self.system, &relation.from, to, way.map(|w| w.1)),
            often: Often::ONCE,
            holds: self.parts.holds(way.map(|(id, _)| id.as_str()), to),
            body,
            fallback: None,
        })])
    }

    /// A step's processor time and its delay, each pass of it, and the sentences on where they are
    /// from.
    fn pieces(
        &mut self,
        index: usize,
        step: &'a Step,
        demand: Demand,
        place: &str,
    ) -> (Vec<Piece>, Vec<Input>) {
        let at = host(self.system, &step.on);
        let reads = (step.work.reads_rows() && !step.work.writes()
            || matches!(step.work, Work::TextSearch | Work::Get))
            && !self.writes.contains(&&*step.on);
        let piece = |station, mean_s: f64, scv: f64| Piece {
            station,
            mean_s: mean_s.clamp(0.0, 1e6),
            scv: scv.clamp(0.0, 1e4),
            often: Often::ONCE,
            step: index,
        };
        let mut pieces = Vec::new();
        if demand.cpu_s > 0.0 {
            let station = self.parts.stations.of_work(at, reads);
            let client = self
                .system
                .component(at)
                .is_some_and(|c| matches!(c.kind, ComponentKind::Client | ComponentKind::External));
            if station.is_some() || client {
                pieces.push(piece(station, demand.cpu_s, 1.0));
            } else {
                let missing = Missing {
                    subject: format!("components.{at}.size.vcpu"),
                    what: format!("how many processors an instance of `{at}` has"),
                    remedy: format!("give `components.{at}.size.vcpu`"),
                };
                self.gap(missing, place.to_string(), Some(at.to_string()));
            }
        }
        if let Some(delay) = demand.delay {
            pieces.push(piece(None, delay.mean_s, delay.scv));
        }
        let passes = times(step) * probability(step);
        let inputs = demand.inputs.into_iter().map(|mut input| {
            if passes != 1.0 {
                input.value += &format!(", {passes} times a run");
            }
            input
        });
        (pieces, inputs.collect())
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
    fn rate(&mut self, operation: &Operation, peak: bool) -> Option<f64> {
        let source = format!("operations.{}.rate", self.id);
        let clock = match &operation.trigger {
            Trigger::Every(every) if every.secs() > 0.0 => Some(1.0 / every.secs()),
            _ => None,
        };
        let brief = &self.system.brief;
        let (rate, when) = if peak {
            (brief.peak_rate(self.id, operation), "at its peak")
        } else {
            (brief.busy_rate(operation), "in the busiest hour")
        };
        let rate = rate.map(|r| r.0).or(clock);
        match rate {
            Some(rate) if (0.0..=1e9).contains(&rate) => {
                let input = Input {
                    name: "rate".into(),
                    value: format!("{rate:.4} per second {when}"),
                    source,
                };
                self.inputs.insert(0, input);
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
}

fn side<'t, 'b>(front: &'t mut Tree<'b>, back: &'t mut Tree<'b>, step: &Step) -> &'t mut Tree<'b> {
    if step.background { back } else { front }
}

/// The round trip between two components: none inside one machine, and none where the time of one
/// end holds it.
fn hop(system: &System, from: &str, to: &str, relation: Option<&Relation>) -> f64 {
    let kind = |id: &str| system.component(id).map(|c| c.kind);
    // The way to our edge is the caller's, and an outside system's answer time holds its own.
    let outside =
        kind(from) == Some(ComponentKind::Client) || kind(to) == Some(ComponentKind::External);
    let local = outside
        || host(system, from) == host(system, to)
        || relation.is_some_and(|r| r.encryption == Some(Encryption::Local));
    if local { 0.0 } else { HOP_S }
}

/// Whether a path's writes are one transaction, which keeps its connection.
pub(super) fn whole(path: &Path) -> bool {
    matches!(
        path.transaction,
        Some(Transaction::Local | Transaction::Outbox)
    )
}

/// Passes of a run that makes the step. What is no count is refused by the network.
pub(crate) fn times(step: &Step) -> f64 {
    step.times.unwrap_or(1.0)
}

pub(crate) fn probability(step: &Step) -> f64 {
    step.probability.map_or(1.0, |p| p.0.clamp(0.0, 1.0))
}
