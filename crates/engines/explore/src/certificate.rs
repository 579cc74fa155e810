//! The proof that a front is complete, and its checker.
//!
//! The proof is a tree for each region. Its root is the region's box; a split halves a box, so the
//! leaves cover every design once whatever the tree says. A leaf is examined (all its designs were
//! evaluated), infeasible (its bound breaks a constraint) or beaten (a witness, a feasible design of
//! the space, beats every design that keeps the box's bounds).
//!
//! Why that suffices: "beats" ([`crate::archive::beats`]) is a strict partial order over finitely
//! many designs, so an unbeaten feasible design exists above every feasible one. No design of an
//! infeasible or beaten leaf is unbeaten and feasible. So all that are, are in examined leaves, and
//! the front of the examined designs is the front of the space.
//!
//! The bounds are the measures at a box's corners and rest on the declared trends alone. The checker
//! computes them anew, tries the trends by evaluating designs inside boxes that were left out, and
//! shares with the search only the walk over boxes.

use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::archive::{Archive, Kept, beats};
use crate::bounds::{Corners, Meter};
use crate::exhaust::offer;
use crate::random::Random;
use crate::space::{Cell, Space};

/// A node of a proof tree; trees are written in preorder, the lower half of a split first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Levels up to `at` of the dimension, and those above.
    Split { dimension: u32, at: u32 },
    /// Every design of the box breaks this constraint.
    Infeasible { constraint: u32 },
    /// Every design of the box is beaten by this one of the witnesses.
    Beaten { witness: u32 },
    /// Every design of the box was evaluated.
    Examined,
}

/// Boxes and the designs in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    pub boxes: u64,
    pub designs: u64,
}

impl Count {
    pub(crate) fn add(&mut self, designs: u64) {
        self.boxes += 1;
        self.designs = self.designs.saturating_add(designs);
    }

    fn sum(&mut self, other: &Count) {
        self.boxes += other.boxes;
        self.designs = self.designs.saturating_add(other.designs);
    }
}

/// What became of all designs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Evaluated one by one.
    pub examined: Count,
    /// Left out, by the constraint that they break.
    pub infeasible: Vec<Count>,
    /// Left out because a known design beats them.
    pub beaten: Count,
}

impl Counts {
    pub(crate) fn new(space: &Space) -> Self {
        Counts {
            infeasible: vec![Count::default(); space.constraints.len()],
            ..Counts::default()
        }
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        self.examined.sum(&other.examined);
        self.beaten.sum(&other.beaten);
        for (mine, its) in self.infeasible.iter_mut().zip(&other.infeasible) {
            mine.sum(its);
        }
    }

    /// All designs.
    pub fn designs(&self) -> u64 {
        self.infeasible
            .iter()
            .chain([&self.examined, &self.beaten])
            .fold(0, |sum, c| sum.saturating_add(c.designs))
    }
}

/// On what the trends rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assurance {
    /// Pairs of neighbouring designs on which they were tried before the search. Each bound and each
    /// evaluation in a bounded box tried them again.
    pub pairs: u64,
}

/// A proof that `front` is the whole Pareto front of a space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub front: Vec<Kept>,
    /// Feasible designs that beat boxes.
    pub witnesses: Vec<Kept>,
    /// One for each region; empty for a region without designs.
    pub trees: Vec<Vec<Step>>,
    pub counts: Counts,
    pub assurance: Assurance,
}

/// What a check did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Leaves of all trees.
    pub boxes: u64,
    pub designs: u64,
    /// Designs inside boxes that were left out, evaluated to try the trends.
    pub probes: u64,
    pub evaluations: u64,
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The trees are not those of the space's regions: one ends early, goes on or cuts outside.
    Shape { region: usize, at: usize },
    /// The box's bound does not break that constraint.
    Feasible { region: usize, at: usize },
    /// The witness does not beat the box's bounds.
    Unbeaten { region: usize, at: usize },
    /// The witness is no design of the space, breaks a constraint, or has other objectives.
    Witness { witness: usize },
    /// A design in a box that was left out is better than the box's bounds: a trend is wrong.
    Trend { region: usize, design: Vec<u32> },
    /// The front is not that of the examined designs.
    Front,
    /// The counts are not those of the trees.
    Counts,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Shape { region, at } => {
                write!(
                    f,
                    "the proof of region {region} does not fit its box at step {at}"
                )
            }
            Fault::Feasible { region, at } => {
                write!(
                    f,
                    "the box of step {at} of region {region} may hold feasible designs"
                )
            }
            Fault::Unbeaten { region, at } => {
                write!(
                    f,
                    "the box of step {at} of region {region} may hold unbeaten designs"
                )
            }
            Fault::Witness { witness } => write!(f, "witness {witness} is not what it says"),
            Fault::Trend { region, design } => write!(
                f,
                "design {design:?} of region {region} is better than the bounds of its box"
            ),
            Fault::Front => write!(f, "the front is not that of the examined designs"),
            Fault::Counts => write!(f, "the counts are not those of the trees"),
        }
    }
}

impl std::error::Error for Fault {}

/// Designs tried in each box that was left out.
const PROBES: u64 = 2;

impl Certificate {
    /// Checks the proof against the space and the problem, evaluating every examined design, every
    /// witness and every bound anew, and [`PROBES`] designs in each box that was left out.
    ///
    /// # Errors
    /// The first fault.
    pub fn verify(&self, space: &Space, problem: &dyn Problem) -> Result<Verified, Fault> {
        let mut checker = Checker {
            space,
            certificate: self,
            meter: Meter::new(problem),
            random: Random::new(1),
            values: vec![0.0; space.measures()],
            front: Archive::default(),
            counts: Counts::new(space),
            probes: 0,
        };
        if self.trees.len() != space.regions.len() {
            return Err(Fault::Shape {
                region: self.trees.len(),
                at: 0,
            });
        }
        for witness in 0..self.witnesses.len() {
            checker.witness(witness)?;
        }
        for region in 0..space.regions.len() {
            let at = match Cell::whole(space, region) {
                Some(all) => checker.region(all)?,
                None => 0,
            };
            if at != self.trees[region].len() {
                return Err(Fault::Shape { region, at });
            }
        }
        if checker.front.front() != self.front {
            return Err(Fault::Front);
        }
        if checker.counts != self.counts {
            return Err(Fault::Counts);
        }
        let counts = &checker.counts;
        let left_out: u64 = counts.infeasible.iter().map(|c| c.boxes).sum();
        Ok(Verified {
            boxes: counts.examined.boxes + counts.beaten.boxes + left_out,
            designs: counts.designs(),
            probes: checker.probes,
            evaluations: checker.meter.evaluations,
        })
    }
}

struct Checker<'a> {
    space: &'a Space,
    certificate: &'a Certificate,
    meter: Meter<'a>,
    random: Random,
    values: Vec<f64>,
    front: Archive,
    counts: Counts,
    probes: u64,
}

impl Checker<'_> {
    fn witness(&mut self, witness: usize) -> Result<(), Fault> {
        let kept = &self.certificate.witnesses[witness];
        let fault = Fault::Witness { witness };
        if !self.space.has(&kept.design) {
            return Err(fault);
        }
        let Kept { design, objectives } = kept;
        self.meter
            .measure(design.region, &design.levels, &mut self.values);
        let (found, constraints) = self.values.split_at(self.space.objectives.len());
        if found != objectives.as_slice() || constraints.iter().any(|c| *c > 0.0) {
            return Err(fault);
        }
        Ok(())
    }

    /// Walks a region's tree; how many steps it has.
    fn region(&mut self, all: Cell) -> Result<usize, Fault> {
        let region = all.region;
        let corners = Corners::of(self.space, region);
        let certificate = self.certificate;
        let steps = &certificate.trees[region];
        let mut at = 0;
        let mut open = vec![all];
        while let Some(cell) = open.pop() {
            let here = at;
            let shape = Fault::Shape { region, at: here };
            let Some(step) = steps.get(here) else {
                return Err(shape);
            };
            at += 1;
            match *step {
                Step::Split {
                    dimension,
                    at: level,
                } => {
                    let Some((lower, upper)) = cell.split(dimension as usize, level) else {
                        return Err(shape);
                    };
                    open.push(upper);
                    open.push(lower);
                }
                Step::Infeasible { constraint } => {
                    let constraint = constraint as usize;
                    let lower = self.bounds(&corners, &cell);
                    let bound = lower.get(self.space.objectives.len() + constraint);
                    if bound.is_none_or(|b| *b <= 0.0) {
                        return Err(Fault::Feasible { region, at: here });
                    }
                    self.counts.infeasible[constraint].add(cell.size());
                    self.probe(&corners, &cell, &lower)?;
                }
                Step::Beaten { witness } => {
                    let lower = self.bounds(&corners, &cell);
                    let Some(kept) = certificate.witnesses.get(witness as usize) else {
                        return Err(shape);
                    };
                    let design = (kept.design.region, kept.design.levels.as_slice());
                    let objectives = &lower[..self.space.objectives.len()];
                    if !beats(&kept.objectives, design, objectives, (region, &cell.low)) {
                        return Err(Fault::Unbeaten { region, at: here });
                    }
                    self.counts.beaten.add(cell.size());
                    self.probe(&corners, &cell, &lower)?;
                }
                Step::Examined => self.examine(&cell),
            }
        }
        Ok(at)
    }

    fn examine(&mut self, cell: &Cell) {
        let mut levels = cell.low.clone();
        loop {
            self.meter.measure(cell.region, &levels, &mut self.values);
            offer(
                self.space,
                &mut self.front,
                cell.region,
                &levels,
                &self.values,
            );
            if !cell.next(&mut levels) {
                break;
            }
        }
        self.counts.examined.add(cell.size());
    }

    fn bounds(&mut self, corners: &Corners, cell: &Cell) -> Vec<f64> {
        match corners.best(cell, None, &mut self.meter) {
            Ok(best) => best.lower,
            // Without a box around it there is no bound to break.
            Err(_) => vec![f64::NEG_INFINITY; self.space.measures()],
        }
    }

    fn probe(&mut self, corners: &Corners, cell: &Cell, lower: &[f64]) -> Result<(), Fault> {
        let mut levels = cell.low.clone();
        for _ in 0..PROBES.min(cell.size() - 1) {
            for (level, (low, high)) in levels.iter_mut().zip(cell.low.iter().zip(&cell.high)) {
                *level = self.random.level(*low, *high);
            }
            self.probes += 1;
            self.meter.measure(cell.region, &levels, &mut self.values);
            if corners
                .holds(cell.region, lower, &levels, &self.values)
                .is_err()
            {
                return Err(Fault::Trend {
                    region: cell.region,
                    design: levels,
                });
            }
        }
        Ok(())
    }
}
