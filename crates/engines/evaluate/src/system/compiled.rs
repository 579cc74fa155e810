//! A system whose numbers vary and whose structure does not, evaluated hundreds of thousands of
//! times a second.
//!
//! In an open network a pool's queue depends on its own processors and on the work that reaches it,
//! and the work does not depend on processors. So all that a component's size and instances decide
//! is computed once for each of them, by the same functions that evaluate a whole system: what its
//! visits add to each class in mean and variance, at which load it saturates, what it costs, and how
//! likely it is up given the parts it shares with others (its region). A design is then a sum over
//! table rows, a few percentiles and one pass over small decision diagrams. The result is that of
//! [`super::evaluate`] with [`super::Scenario::quick`], but for rounding, save for two things that
//! couple components and are left out. Waiting for connections and slots: where it counts, the whole
//! evaluation has longer times and may saturate sooner. And the dependence of stations along a path:
//! it widens the response, so that percentiles there differ by up to 6 % (designs of the examples).

use model::{Component, Map, System};

use knowledge::Knowledge;

use super::Scenario;
use crate::availability::Function;
use crate::network::later;
use crate::percentile::{Percentiles, gamma_percentiles};

mod parts;
mod prepare;

/// A component and the values it can take. They differ in numbers only: instances, zones, size and
/// what follows from them; kind, technology and place must be those of the system.
#[derive(Debug, Clone)]
pub struct Slot {
    pub component: String,
    pub variants: Vec<Component>,
}

/// Why a system cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The network has a number out of range; evaluating the system says which.
    OutOfRange,
    /// A slot's component is not in the system, or a variant is not the same kind of thing.
    Differs { component: String },
    /// More parts are shared between components than can be enumerated.
    Shared { parts: usize },
}

/// A system with its tables.
#[derive(Debug, Clone)]
pub struct Compiled {
    slots: Vec<Rows>,
    classes: Vec<Class>,
    operations: Vec<Operation>,
    /// Components by pool, for names of what saturates first.
    owners: Vec<String>,
    limit: Option<Limit>,
    peak_limit: Option<Limit>,
    cost: f64,
    currency: Option<String>,
    states: Vec<State>,
}

/// One state of the parts that components share.
#[derive(Debug, Clone)]
struct State {
    probability: f64,
    /// The parts' availabilities, the shared ones up or down. Slots follow them as parts.
    fixed: Vec<f64>,
}

/// A load at which a pool is full, and the pool.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Limit {
    load: f64,
    pool: usize,
}

fn sooner(a: Option<Limit>, b: Option<Limit>) -> Option<Limit> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let first = a.load < b.load || a.load == b.load && a.pool < b.pool;
            Some(if first { a } else { b })
        }
        (a, b) => a.or(b),
    }
}

/// A slot's variants.
#[derive(Debug, Clone)]
struct Rows {
    component: String,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    /// What it adds to each of the slot's terms: mean and variance, infinite where it saturates.
    moments: Vec<(f64, f64)>,
    limit: Option<Limit>,
    peak_limit: Option<Limit>,
    /// More or less than the component of the system costs.
    cost: f64,
    priced: bool,
    /// Probability that it is up, by state of the shared parts.
    up: Vec<f64>,
    utilisation: f64,
}

/// The foreground of an operation in the network.
#[derive(Debug, Clone)]
struct Class {
    fixed_s: f64,
    /// What is passed one after the other.
    series: Branch,
    /// Of each of these the slowest branch counts.
    groups: Vec<Vec<Branch>>,
}

#[derive(Debug, Clone, Default)]
struct Branch {
    mean: f64,
    variance: f64,
    /// Slot and its term.
    terms: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
struct Operation {
    id: String,
    class: usize,
    verified: bool,
    /// Over the parts and, after them, the slots.
    up: Option<Function>,
}

/// One design's numbers. Made by [`Compiled::point`] and written over by [`Compiled::evaluate`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Point {
    /// Multiple of the busiest hour's load at which the first pool is full, and the pool's component.
    pub saturates_at: Option<f64>,
    /// Index for [`Compiled::component`].
    pub saturates_first: Option<usize>,
    /// The same with every operation at its own peak, as a multiple of that.
    pub peak_saturates_at: Option<f64>,
    pub peak_saturates_first: Option<usize>,
    /// Per month, in [`Compiled::currency`].
    pub cost_per_month: f64,
    /// In the order of [`Compiled::operations`].
    pub operations: Vec<OperationPoint>,
    scratch: Vec<f64>,
}

/// One operation of one design.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OperationPoint {
    /// `None` where a fact is missing or a pool on the way is full.
    pub response: Option<Percentiles>,
    pub availability: Option<f64>,
}

impl Compiled {
    /// Compiles a system for a price list and load factor 1.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn of(
        system: &System,
        knowledge: &Knowledge,
        price_list: Option<&str>,
        slots: &[Slot],
    ) -> Result<Compiled, Refused> {
        let scenario = Scenario {
            price_list: price_list.map(str::to_string),
            ..Scenario::quick()
        };
        prepare::prepare(system, knowledge, &scenario, slots)
    }

    /// The operations' ids, in the order of [`Point::operations`].
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|o| o.id.as_str())
    }

    /// The component of a pool that saturates first.
    pub fn component(&self, pool: usize) -> &str {
        self.owners.get(pool).map_or("elsewhere", String::as_str)
    }

    /// The currency of the costs: the first of the bill.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// Variants of each slot.
    pub fn variants(&self) -> impl Iterator<Item = (&str, usize)> {
        self.slots
            .iter()
            .map(|s| (s.component.as_str(), s.rows.len()))
    }

    /// Whether the price list has a price for a variant, as far as the component has one at all.
    pub fn priced(&self, slot: usize, variant: usize) -> bool {
        self.row(slot, variant).is_some_and(|r| r.priced)
    }

    /// The busiest pool's utilisation of a slot's variant in the busiest hour.
    pub fn utilisation(&self, slot: usize, variant: usize) -> Option<f64> {
        self.row(slot, variant).map(|r| r.utilisation)
    }

    fn row(&self, slot: usize, variant: usize) -> Option<&Row> {
        self.slots.get(slot)?.rows.get(variant)
    }

    /// An empty point.
    pub fn point(&self) -> Point {
        Point {
            operations: vec![OperationPoint::default(); self.operations.len()],
            ..Point::default()
        }
    }

    /// Evaluates one variant of each slot; a variant beyond the last counts as the last.
    pub fn evaluate(&self, variants: &[u32], into: &mut Point) {
        let row = |slot: usize| -> &Row {
            let rows = &self.slots[slot].rows;
            let at = variants.get(slot).map_or(0, |v| *v as usize);
            &rows[at.min(rows.len() - 1)]
        };
        let (mut limit, mut peak) = (self.limit, self.peak_limit);
        let mut cost = self.cost;
        for slot in 0..self.slots.len() {
            let row = row(slot);
            limit = sooner(limit, row.limit);
            peak = sooner(peak, row.peak_limit);
            cost += row.cost;
        }
        into.saturates_at = limit.map(|l| l.load);
        into.saturates_first = limit.map(|l| l.pool);
        into.peak_saturates_at = peak.map(|l| l.load);
        into.peak_saturates_first = peak.map(|l| l.pool);
        into.cost_per_month = cost;
        let branch = |branch: &Branch| {
            let start = (branch.mean, branch.variance);
            branch.terms.iter().fold(start, |sum, (slot, term)| {
                let (mean, variance) = row(*slot).moments[*term];
                (sum.0 + mean, sum.1 + variance)
            })
        };
        into.operations
            .resize(self.operations.len(), OperationPoint::default());
        for (operation, out) in self.operations.iter().zip(&mut into.operations) {
            let class = &self.classes[operation.class];
            let (mut mean, mut variance) = branch(&class.series);
            mean += class.fixed_s;
            for group in &class.groups {
                let slowest = group.iter().map(&branch).reduce(|a, b| {
                    if (a.0 + b.0).is_finite() {
                        later(a, b)
                    } else {
                        (f64::INFINITY, 0.0)
                    }
                });
                let (m, v) = slowest.unwrap_or((0.0, 0.0));
                mean += m;
                variance += v;
            }
            out.response = (operation.verified && mean.is_finite())
                .then(|| gamma_percentiles(mean, variance, class.fixed_s));
            out.availability = operation.up.as_ref().map(|function| {
                let states = self.states.iter().enumerate();
                states.fold(0.0, |sum, (at, state)| {
                    let up = |part: usize| match state.fixed.get(part) {
                        Some(fixed) => *fixed,
                        None => row(part - state.fixed.len()).up[at],
                    };
                    sum + state.probability * function.probability(up, &mut into.scratch)
                })
            });
        }
    }
}

/// The system with one variant of each slot.
pub fn with(system: &System, slots: &[Slot], variants: &[u32]) -> System {
    let mut changed = system.clone();
    set(&mut changed.architecture.components, slots, variants);
    changed
}

/// Puts one variant of each slot in place.
pub fn set(components: &mut Map<Component>, slots: &[Slot], variants: &[u32]) {
    for (slot, variant) in slots.iter().zip(variants) {
        let chosen = slot.variants.get(*variant as usize);
        if let (Some(component), Some(chosen)) = (components.get_mut(&slot.component), chosen) {
            component.clone_from(chosen);
        }
    }
}
