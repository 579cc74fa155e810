//! Evolution, for spaces that are too large to be searched completely: NSGA-II (Deb, Pratap,
//! Agarwal, Meyarivan, A Fast and Elitist Multiobjective Genetic Algorithm, 2002) over levels, with
//! every unbeaten design kept aside.
//!
//! It begins where the analysis ends: the space is halved breadth-first, boxes that the bounds rule
//! out are dropped, and the corners and middles of those left open are the first designs. The same
//! seed gives the same front. What it finds is not proved to be complete.

use std::collections::VecDeque;

use crate::archive::Archive;
use crate::bounds::{Best, Corners, Meter};
use crate::exhaust::offer;
use crate::random::Random;
use crate::sort::{crowding, ranks};
use crate::space::{Cell, Design, Space};
use crate::trends::{self, Broken};
use crate::{Found, Options, Problem, Progress, Proof};

/// How long and how wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    pub population: usize,
    pub generations: usize,
    pub seed: u64,
    /// Boxes that the analysis before it looks at.
    pub boxes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            population: 200,
            generations: 250,
            seed: 1,
            boxes: 512,
        }
    }
}

/// A design in a generation.
#[derive(Clone)]
struct Member {
    design: Design,
    objectives: Vec<f64>,
    /// How far constraints are broken, summed.
    excess: f64,
}

/// Share of children that begin anew in a random region, where there are several.
const EMIGRANTS: f64 = 0.05;

/// Searches by evolution.
///
/// # Errors
/// A declared trend that does not hold.
pub fn run(
    space: &Space,
    problem: &dyn Problem,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Found, Broken> {
    let settings = options.evolution;
    let pairs = trends::sample(space, problem, options.trials, settings.seed)?;
    let mut world = World {
        space,
        meter: Meter::new(problem),
        front: Archive::default(),
        random: Random::new(settings.seed),
    };
    let regions: Vec<usize> = (0..space.regions.len())
        .filter(|&r| Cell::whole(space, r).is_some())
        .collect();
    let mut members: Vec<Member> = Vec::new();
    for seed in options.seeds.iter().filter(|s| space.has(s)) {
        members.push(world.member(seed.clone()));
    }
    world.analyse(&regions, settings.boxes, &mut members)?;
    let size = settings.population.max(4);
    while members.len() < size && !regions.is_empty() {
        let design = world.anywhere(&regions);
        members.push(world.member(design));
    }
    let mut members = survivors(members, size);
    for generation in 0..settings.generations {
        if members.is_empty() {
            break;
        }
        let order = standing(&members);
        let mut children = Vec::with_capacity(size);
        while children.len() < size {
            let one = world.tournament(&order);
            let other = world.tournament(&order);
            let child = world.child(&members[one], &members[other], &regions);
            children.push(world.member(child));
        }
        members.extend(children);
        members = survivors(members, size);
        progress(Progress {
            done: (generation + 1) as f64 / settings.generations as f64,
            evaluations: world.meter.evaluations,
            front: world.front.len(),
        });
    }
    Ok(Found {
        front: world.front.front(),
        evaluations: world.meter.evaluations + 2 * pairs,
        proof: Proof::None {
            generations: settings.generations,
            designs: size,
        },
    })
}

struct World<'a> {
    space: &'a Space,
    meter: Meter<'a>,
    front: Archive,
    random: Random,
}

impl World<'_> {
    fn member(&mut self, design: Design) -> Member {
        let mut values = vec![0.0; self.space.measures()];
        self.meter
            .measure(design.region, &design.levels, &mut values);
        offer(
            self.space,
            &mut self.front,
            design.region,
            &design.levels,
            &values,
        );
        let excess = values[self.space.objectives.len()..]
            .iter()
            .map(|c| c.max(0.0))
            .sum();
        values.truncate(self.space.objectives.len());
        Member {
            design,
            objectives: values,
            excess,
        }
    }

    /// Halves boxes breadth-first, drops what the bounds rule out, and takes the corners and the
    /// middle of each as a member.
    fn analyse(
        &mut self,
        regions: &[usize],
        boxes: usize,
        members: &mut Vec<Member>,
    ) -> Result<(), Broken> {
        let mut open: VecDeque<(Cell, Option<Best>)> = VecDeque::new();
        for &region in regions {
            open.extend(Cell::whole(self.space, region).map(|cell| (cell, None)));
        }
        let corners: Vec<Corners> = (0..self.space.regions.len())
            .map(|r| Corners::of(self.space, r))
            .collect();
        for _ in 0..boxes {
            let Some((cell, around)) = open.pop_front() else {
                return Ok(());
            };
            let best = corners[cell.region].best(&cell, around.as_ref(), &mut self.meter)?;
            let (objectives, constraints) = best.lower.split_at(self.space.objectives.len());
            let first = (cell.region, cell.low.as_slice());
            if constraints.iter().any(|c| *c > 0.0)
                || self.front.beaten(objectives, first).is_some()
            {
                continue;
            }
            let middle = cell
                .low
                .iter()
                .zip(&cell.high)
                .map(|(l, h)| l + (h - l) / 2)
                .collect();
            let corners = best.corners().map(|(levels, _)| levels.to_vec());
            for levels in corners.chain([middle]) {
                let design = Design {
                    region: cell.region,
                    levels,
                };
                if !members.iter().any(|m| m.design == design) {
                    let member = self.member(design);
                    members.push(member);
                }
            }
            if let Some((dimension, at)) = cell.cut()
                && let Some((lower, upper)) = cell.split(dimension, at)
            {
                open.push_back((lower, Some(best.clone())));
                open.push_back((upper, Some(best)));
            }
        }
        Ok(())
    }

    fn anywhere(&mut self, regions: &[usize]) -> Design {
        let region = regions[self.random.below(regions.len() as u64) as usize];
        let levels = self.space.regions[region]
            .dimensions
            .iter()
            .map(|d| self.random.level(0, d.levels - 1))
            .collect();
        Design { region, levels }
    }

    /// The better of two members picked at random, by their standing.
    fn tournament(&mut self, standing: &[usize]) -> usize {
        let a = self.random.below(standing.len() as u64) as usize;
        let b = self.random.below(standing.len() as u64) as usize;
        if standing[b] < standing[a] { b } else { a }
    }

    /// Levels of one parent or the other or between them, then changed here and there.
    fn child(&mut self, one: &Member, other: &Member, regions: &[usize]) -> Design {
        if regions.len() > 1 && self.random.share() < EMIGRANTS {
            return self.anywhere(regions);
        }
        let mut design = one.design.clone();
        let mate = (one.design.region == other.design.region && self.random.share() < 0.9)
            .then_some(&other.design.levels);
        let dimensions = &self.space.regions[design.region].dimensions;
        let rate = 1.0 / dimensions.len().max(1) as f64;
        for (d, dimension) in dimensions.iter().enumerate() {
            let highest = dimension.levels - 1;
            if let Some(mate) = mate {
                let (a, b) = (design.levels[d], mate[d]);
                match self.random.below(4) {
                    0 => design.levels[d] = b,
                    1 => design.levels[d] = self.random.level(a.min(b), a.max(b)),
                    _ => {}
                }
            }
            if self.random.share() < rate {
                // Mostly a step nearby, sometimes far: the reach is uniform in its logarithm.
                let reach = f64::from(highest + 1).powf(self.random.share()) as u32;
                let (low, high) = (
                    design.levels[d].saturating_sub(reach),
                    design.levels[d].saturating_add(reach).min(highest),
                );
                design.levels[d] = self.random.level(low, high);
            }
        }
        design
    }
}

/// The place of each member: by front, then by crowding; who breaks constraints comes after all who
/// do not, in order of how far.
fn standing(members: &[Member]) -> Vec<usize> {
    let mut place = vec![0; members.len()];
    for (at, i) in sorted(members).into_iter().enumerate() {
        place[i] = at;
    }
    place
}

fn sorted(members: &[Member]) -> Vec<usize> {
    let (feasible, mut others): (Vec<usize>, Vec<usize>) =
        (0..members.len()).partition(|&i| members[i].excess <= 0.0);
    others.sort_by(|&a, &b| {
        members[a]
            .excess
            .total_cmp(&members[b].excess)
            .then(a.cmp(&b))
    });
    let objectives: Vec<Vec<f64>> = feasible
        .iter()
        .map(|&i| members[i].objectives.clone())
        .collect();
    let ranks = ranks(&objectives);
    let fronts = ranks.iter().copied().max().map_or(0, |r| r + 1);
    let mut order = Vec::with_capacity(members.len());
    for front in 0..fronts {
        let mut on: Vec<usize> = (0..feasible.len()).filter(|&i| ranks[i] == front).collect();
        let distance = crowding(&on, &objectives);
        let mut by: Vec<usize> = (0..on.len()).collect();
        by.sort_by(|&a, &b| distance[b].total_cmp(&distance[a]).then(a.cmp(&b)));
        on = by.into_iter().map(|i| feasible[on[i]]).collect();
        order.extend(on);
    }
    order.extend(others);
    order
}

/// The best `size` members, each design once.
fn survivors(members: Vec<Member>, size: usize) -> Vec<Member> {
    let mut seen = std::collections::BTreeSet::new();
    let members: Vec<Member> = members
        .into_iter()
        .filter(|m| seen.insert(m.design.clone()))
        .collect();
    let mut order = sorted(&members);
    order.truncate(size);
    order.into_iter().map(|i| members[i].clone()).collect()
}
