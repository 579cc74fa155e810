//! Sizes of one structure: every number of instances with every size of every component, searched
//! completely.
//!
//! The rules by which synthesis buys (a share of use in the busiest hour and in a spike, enough left
//! when a zone is lost) stay as constraints; within them the search finds what costs less, is up
//! more or carries more growth. Latency, spikes and the budget are constraints too: what is better
//! than a promise asks for is worth nothing (see [`crate::objective`]). Waiting for connections and
//! slots is left out here; what is taken is evaluated whole before it is.

use evaluate::system::compiled::{Compiled, Point, Slot, set};
use explore::{Certificate, Design, Dimension, Options, Problem, Region, Space, Trend};
use model::{Map, System};
use synthesis::Choices;
use synthesis::sizing::Alternatives;

use crate::context::Ctx;
use crate::objective;
use crate::types::Numbers;

/// A structure with its sizes, ready to be evaluated by the hundred thousand.
pub struct Sizes {
    compiled: Compiled,
    slots: Vec<Slot>,
    alternatives: Vec<Alternatives>,
    dimensions: Vec<Level>,
    /// Operations that somebody waits for: index, availability of what is not ours, target.
    promised: Vec<(usize, f64, Option<f64>)>,
    /// Operation, percentile, target in milliseconds.
    latencies: Vec<(usize, Percentile, f64)>,
    budget: Option<f64>,
    headroom: f64,
    local: bool,
}

/// A dimension: of which slot, and whether of its instances or its vCPUs; the levels as indices.
struct Level {
    slot: usize,
    instances: bool,
    of: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Percentile {
    P50,
    P95,
    P99,
}

const PERCENTILES: [(Percentile, &str); 3] = [
    (Percentile::P50, "p50"),
    (Percentile::P95, "p95"),
    (Percentile::P99, "p99"),
];

/// What a design of sizes is compared by.
const OBJECTIVES: [&str; 3] = ["cost", "downtime", "headroom"];
/// What it must keep.
pub const CONSTRAINTS: [(&str, &str); 5] = [
    (
        "too-small",
        "a component would be busier than the goal in the busiest hour or a spike, or after the loss of a zone",
    ),
    ("saturates", "the peak would not be carried"),
    ("misses-latency", "a latency target would be missed"),
    (
        "misses-availability",
        "an availability target would be missed",
    ),
    ("over-budget", "it would cost more than the budget"),
];

/// The sizes of one structure that nothing beats.
pub struct Sized {
    pub certificate: Certificate,
    /// Levels and their numbers, for each design of the front.
    pub front: Vec<(Vec<u32>, Numbers)>,
}

impl Sizes {
    /// Prepares a structure; `None` where it cannot be compiled.
    pub fn of(ctx: &Ctx, system: &System, choices: &Choices, outside: &Outside) -> Option<Sizes> {
        let mut alternatives = synthesis::sizing::alternatives(system, ctx.knowledge, choices);
        if ctx.needs.local {
            alternatives.clear();
        }
        let slots: Vec<Slot> = alternatives
            .iter()
            .map(|a| Slot {
                component: a.component.clone(),
                variants: a.variants.clone(),
            })
            .collect();
        let list = ctx.prices.map(|p| p.id.as_str());
        let compiled = Compiled::of(system, ctx.knowledge, list, &slots).ok()?;
        let mut dimensions = Vec::new();
        for (slot, a) in alternatives.iter().enumerate() {
            let sold = (0..a.vcpus.len())
                .filter(|v| *v == a.present % a.vcpus.len() || compiled.priced(slot, *v))
                .collect();
            let each = [
                (true, (0..a.instances.len()).collect::<Vec<_>>()),
                (false, sold),
            ];
            for (instances, of) in each {
                if of.len() > 1 {
                    dimensions.push(Level {
                        slot,
                        instances,
                        of,
                    });
                }
            }
        }
        let mut promised = Vec::new();
        let mut latencies = Vec::new();
        for (at, id) in compiled.operations().enumerate() {
            if let Some((elsewhere, target)) = outside.get(id) {
                promised.push((at, *elsewhere, *target));
            }
            let Some(target) = system.latency_target(id) else {
                continue;
            };
            let said = [target.p50, target.p95, target.p99];
            for ((percentile, _), target) in PERCENTILES.iter().zip(said) {
                if let Some(target) = target.map(|t| t.ms()).filter(|t| *t > 0.0) {
                    latencies.push((at, *percentile, target));
                }
            }
        }
        Some(Sizes {
            compiled,
            slots,
            alternatives,
            dimensions,
            promised,
            latencies,
            budget: ctx.budget().map(|(amount, _)| amount),
            headroom: objective::headroom_needed(ctx),
            local: ctx.needs.local,
        })
    }

    /// The levels of what synthesis bought.
    pub fn bought(&self) -> Vec<u32> {
        let level = |d: &Level| {
            let a = &self.alternatives[d.slot];
            let now = if d.instances {
                a.present / a.vcpus.len()
            } else {
                a.present % a.vcpus.len()
            };
            d.of.iter().position(|l| *l == now).unwrap_or(0) as u32
        };
        self.dimensions.iter().map(level).collect()
    }

    /// The variant of each slot at these levels.
    fn variants(&self, levels: &[u32], into: &mut Vec<u32>) {
        into.clear();
        into.extend(self.alternatives.iter().map(|a| a.present as u32));
        for (dimension, level) in self.dimensions.iter().zip(levels) {
            let a = &self.alternatives[dimension.slot];
            let sizes = a.vcpus.len() as u32;
            let chosen = dimension.of[*level as usize] as u32;
            let variant = &mut into[dimension.slot];
            *variant = if dimension.instances {
                chosen * sizes + *variant % sizes
            } else {
                *variant / sizes * sizes + chosen
            };
        }
    }

    /// The sizes put into an architecture.
    pub fn put(&self, levels: &[u32], architecture: &mut model::Architecture) {
        let mut variants = Vec::new();
        self.variants(levels, &mut variants);
        set(&mut architecture.components, &self.slots, &variants);
    }

    /// Searches all sizes.
    pub fn search(&self, numbers: &Numbers) -> Option<Sized> {
        let mut space = self.space();
        let options = Options {
            exhaustive_up_to: u64::MAX,
            threads: 1,
            seeds: vec![Design {
                region: 0,
                levels: self.bought(),
            }],
            trials: 1,
            ..Options::default()
        };
        // A trend that does not hold is withdrawn: the search then needs longer and stays complete.
        let trends: usize = space.measures() * (self.dimensions.len() + 1);
        for _ in 0..=trends {
            let broken = match explore::explore(&space, self, &options, &mut |_| ()) {
                Ok(found) => {
                    let certificate = found.certificate()?.clone();
                    let numbers = |kept: &explore::Kept| {
                        let levels = kept.design.levels.clone();
                        let numbers = self.numbers(&levels, numbers);
                        (levels, numbers)
                    };
                    let front = found.front.iter().map(numbers).collect();
                    return Some(Sized { certificate, front });
                }
                Err(broken) => broken,
            };
            for (at, dimension) in space.regions[0].dimensions.iter_mut().enumerate() {
                if broken.dimension.is_none_or(|d| d == at) {
                    dimension.trends[broken.measure] = Trend::Unknown;
                }
            }
        }
        None
    }

    /// The design space. Larger is dearer, and in everything else at least as good.
    pub fn space(&self) -> Space {
        let measures = OBJECTIVES.len() + CONSTRAINTS.len();
        let trends: Vec<Trend> = (0..measures)
            .map(|m| {
                if m == 0 || m == measures - 1 {
                    Trend::Rises
                } else {
                    Trend::Falls
                }
            })
            .collect();
        let dimension = |d: &Level| Dimension {
            id: format!(
                "{} {}",
                self.alternatives[d.slot].component,
                if d.instances { "instances" } else { "vcpu" }
            ),
            levels: d.of.len() as u32,
            trends: trends.clone(),
        };
        Space {
            objectives: OBJECTIVES.map(String::from).to_vec(),
            constraints: CONSTRAINTS.map(|(id, _)| id.to_string()).to_vec(),
            regions: vec![Region {
                id: "sizes".into(),
                dimensions: self.dimensions.iter().map(dimension).collect(),
            }],
        }
    }

    /// The operation that uses most of its allowed downtime: it, the share used, and how long ours
    /// of it is up.
    fn availability(&self, point: &Point) -> Option<(usize, f64, f64)> {
        let mut worst: Option<(usize, f64, f64)> = None;
        for (operation, outside, target) in &self.promised {
            let Some(all) = point.operations[*operation].availability else {
                continue;
            };
            let own = if *outside > 0.0 {
                (all / outside).min(1.0)
            } else {
                all
            };
            let used = target
                .filter(|t| *t < 1.0)
                .map_or(1.0 - own, |t| (1.0 - own) / (1.0 - t));
            if worst.is_none_or(|(_, most, _)| used > most) {
                worst = Some((*operation, used, own));
            }
        }
        worst
    }

    /// The percentile nearest to its target or farthest beyond it: index into the latencies, value
    /// in milliseconds, share of the target.
    fn latency(&self, point: &Point) -> Option<(usize, f64, f64)> {
        let mut worst: Option<(usize, f64, f64)> = None;
        for (at, (operation, percentile, target)) in self.latencies.iter().enumerate() {
            let Some(times) = point.operations[*operation].response else {
                continue;
            };
            let value = 1e3
                * match percentile {
                    Percentile::P50 => times.p50_s,
                    Percentile::P95 => times.p95_s,
                    Percentile::P99 => times.p99_s,
                };
            let ratio = value / target;
            if worst.is_none_or(|(_, _, most)| ratio > most) {
                worst = Some((at, value, ratio));
            }
        }
        worst
    }

    /// The numbers of a design of sizes; what sizes do not change is taken from the structure's.
    fn numbers(&self, levels: &[u32], of_structure: &Numbers) -> Numbers {
        let mut numbers = of_structure.clone();
        let mut variants = Vec::new();
        self.variants(levels, &mut variants);
        let mut point = self.compiled.point();
        self.compiled.evaluate(&variants, &mut point);
        let component = |pool: Option<usize>| pool.map(|p| self.compiled.component(p).to_string());
        numbers.saturates_at = point.saturates_at;
        numbers.saturates_first = component(point.saturates_first);
        numbers.capacity_per_s = match (of_structure.capacity_per_s, of_structure.saturates_at) {
            (Some(capacity), Some(at)) if at > 0.0 => point.saturates_at.map(|s| capacity / at * s),
            (capacity, _) => capacity,
        };
        numbers.carries_peak = point.peak_saturates_at;
        numbers.peak_saturates_first = component(point.peak_saturates_first);
        if !self.local && self.compiled.currency().is_some() {
            numbers.monthly_cost = Some(point.cost_per_month);
        }
        let id = |operation: usize| self.compiled.operations().nth(operation).map(String::from);
        if let Some((operation, _, own)) = self.availability(&point) {
            numbers.availability = Some(own);
            numbers.least_available = id(operation);
            let promised = self.promised.iter().find(|p| p.0 == operation);
            numbers.availability_target = promised.and_then(|p| p.2);
        }
        if let Some((at, value, ratio)) = self.latency(&point) {
            let (operation, percentile, target) = self.latencies[at];
            numbers.worst_ratio = Some(ratio);
            numbers.worst_ms = Some(value);
            numbers.worst_target_ms = Some(target);
            numbers.worst_operation = id(operation);
            let name = PERCENTILES.iter().find(|p| p.0 == percentile);
            numbers.worst_percentile = name.map(|p| p.1.to_string());
        }
        numbers
    }
}

impl Problem for Sizes {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let mut variants = Vec::with_capacity(self.slots.len());
        self.variants(levels, &mut variants);
        let mut point = self.compiled.point();
        self.compiled.evaluate(&variants, &mut point);
        let short = self.alternatives.iter().zip(&variants).map(|(a, v)| {
            // Where nothing that is sold is enough, what was bought is the measure.
            a.short[*v as usize] - a.short[a.present]
        });
        let availability = self.availability(&point);
        let headroom = point.saturates_at.map_or(0.0, |s| 1.0 - s / self.headroom);
        let cost = if self.local {
            0.0
        } else {
            point.cost_per_month
        };
        let full = self
            .latencies
            .iter()
            .any(|(o, ..)| point.operations[*o].response.is_none());
        let latency = match self.latency(&point) {
            _ if full && point.saturates_at.is_some_and(|s| s <= 1.0) => f64::INFINITY,
            Some((_, _, ratio)) => ratio - 1.0,
            None => -1.0,
        };
        let promised = |(operation, used, _): (usize, f64, f64)| {
            let target = self.promised.iter().find(|p| p.0 == operation);
            target.and_then(|p| p.2).map_or(-1.0, |_| used - 1.0)
        };
        let measures = [
            cost,
            availability.map_or(0.0, |(_, used, _)| used),
            headroom.max(0.0),
            short.fold(0.0, f64::max),
            point.peak_saturates_at.map_or(-1.0, |p| 1.0 - p),
            latency,
            availability.map_or(-1.0, promised),
            self.budget.map_or(-1.0, |budget| cost - budget),
        ];
        for (value, measure) in values.iter_mut().zip(measures) {
            *value = measure;
        }
    }
}

/// For each operation that somebody waits for: the availability of what is not ours on its way, and
/// its target.
pub type Outside = Map<(f64, Option<f64>)>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure;
    use crate::objective::violations;
    use crate::space::Space as Structures;
    use knowledge::Knowledge;

    fn brief(name: &str) -> model::Brief {
        let path = format!(
            "{}/../../../examples/{name}/brief.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(&path).unwrap();
        let files = [syntax::SourceFile::new(path, text)];
        syntax::load(&files, &syntax::Hooks::model()).value.unwrap()
    }

    /// A structure that keeps the hard constraints, in two zones where it can.
    fn structure(ctx: &Ctx) -> Choices {
        let space = Structures::of(ctx);
        let mut found = None;
        crate::search::for_each_skeleton(&space, |c| {
            if crate::bounds::broken(ctx, &c).is_none() && c.zones == 2 {
                found.get_or_insert(c);
            }
        });
        found.unwrap()
    }

    /// Every design by brute force: the front is the same, and the certificate holds.
    #[test]
    fn the_front_of_sizes_is_complete() {
        let mut designs = 0;
        for name in ["orders", "parcels", "telemetry"] {
            let brief = brief(name);
            let ctx = Ctx::of(&brief, Knowledge::embedded());
            let choices = structure(&ctx);
            let (measured, sizes) = measure::with_sizes(&ctx, &choices);
            let sizes = sizes.unwrap();
            let sized = sizes.search(&measured.numbers).unwrap();
            let space = sizes.space();
            designs += space.size().unwrap();
            let mut known = explore::Archive::default();
            let mut levels = vec![0u32; space.regions[0].dimensions.len()];
            let mut values = vec![0.0; space.measures()];
            'all: loop {
                sizes.measure(0, &levels, &mut values);
                let (objectives, constraints) = values.split_at(OBJECTIVES.len());
                if constraints.iter().all(|c| *c <= 0.0) {
                    known.offer(0, &levels, objectives);
                }
                for at in (0..levels.len()).rev() {
                    levels[at] += 1;
                    if levels[at] < space.regions[0].dimensions[at].levels {
                        continue 'all;
                    }
                    levels[at] = 0;
                }
                break;
            }
            assert_eq!(sized.certificate.front, known.front(), "{name}");
            assert_eq!(Some(sized.certificate.counts.designs()), space.size());
        }
        assert!(designs > 10_000, "{designs}");
    }

    /// The numbers of a design are those of the same architecture, assembled and evaluated.
    #[test]
    fn numbers_are_those_of_the_whole_evaluation() {
        let brief = brief("orders");
        let ctx = Ctx::of(&brief, Knowledge::embedded());
        let (measured, sizes) = measure::with_sizes(&ctx, &structure(&ctx));
        let sizes = sizes.unwrap();
        let bought = sizes.numbers(&sizes.bought(), &measured.numbers);
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
            (a, b) => a.is_none() && b.is_none(),
        };
        for (mine, whole) in [
            (bought.monthly_cost, measured.numbers.monthly_cost),
            (bought.availability, measured.numbers.availability),
            (bought.worst_ms, measured.numbers.worst_ms),
            (bought.worst_ratio, measured.numbers.worst_ratio),
            (bought.saturates_at, measured.numbers.saturates_at),
            (bought.capacity_per_s, measured.numbers.capacity_per_s),
            (bought.carries_peak, measured.numbers.carries_peak),
        ] {
            assert!(close(mine, whole), "{mine:?} {whole:?}");
        }
        assert_eq!(bought.worst_operation, measured.numbers.worst_operation);
        assert_eq!(bought.least_available, measured.numbers.least_available);
        // What is kept by a design of the front is violated by none.
        let sized = sizes.search(&measured.numbers).unwrap();
        for (_, numbers) in &sized.front {
            assert!(violations(&ctx, numbers).is_empty());
        }
    }
}
