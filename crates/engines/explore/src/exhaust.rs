//! The complete search: boxes are bounded, left out whole or halved; small ones are evaluated.
//!
//! The space is first cut into pieces. Pieces are worked off in rounds of a fixed number, most
//! promising first; within a round each piece knows the front as it was when the round began and
//! what it finds itself, so the result does not depend on how many threads share the round.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::archive::{Archive, Kept};
use crate::bounds::{Best, Corners, Meter};
use crate::certificate::{Assurance, Certificate, Counts, Step};
use crate::space::{Cell, Design, Space};
use crate::trends::{self, Broken};
use crate::{Found, Options, Problem, Progress, Proof};

/// Boxes of at most so many designs are evaluated design by design: bounding them costs as much.
const SMALL: u64 = 6;
/// The space is cut into about so many pieces.
const PIECES: u64 = 256;
/// No piece has fewer designs than half of this.
const SMALLEST_PIECE: u64 = 64;
/// Pieces of a round.
const ROUND: usize = 8;
/// Seed of the pairs on which trends are tried.
const TRIALS_SEED: u64 = 20;

/// Searches all of a space, however large.
///
/// # Errors
/// A declared trend that does not hold.
pub fn run(
    space: &Space,
    problem: &dyn Problem,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Found, Broken> {
    let pairs = trends::sample(space, problem, options.trials, TRIALS_SEED)?;
    let mut meter = Meter::new(problem);
    let mut front = Archive::default();
    let mut values = vec![0.0; space.measures()];
    for seed in options.seeds.iter().filter(|s| space.has(s)) {
        meter.measure(seed.region, &seed.levels, &mut values);
        offer(space, &mut front, seed.region, &seed.levels, &values);
    }
    let corners: Vec<Corners> = (0..space.regions.len())
        .map(|r| Corners::of(space, r))
        .collect();
    let total = space.size().unwrap_or(u64::MAX);
    let mut pieces = Vec::new();
    let mut trees = Vec::new();
    for (region, corners) in corners.iter().enumerate() {
        let tree = match Cell::whole(space, region) {
            Some(all) => {
                let best = corners.best(&all, None, &mut meter)?;
                let most = (total / PIECES).max(SMALLEST_PIECE);
                Some(cut(all, best, most, corners, &mut meter, &mut pieces)?)
            }
            None => None,
        };
        trees.push(tree);
    }
    for (cell, best) in &pieces {
        for (levels, values) in best.corners() {
            offer(space, &mut front, cell.region, levels, values);
        }
    }
    let mut done: Vec<Option<Piece>> = pieces.iter().map(|_| None).collect();
    let mut covered = 0u64;
    for round in promising(space, &pieces).chunks(ROUND) {
        let known = &front;
        let work = |i: usize| {
            let (cell, best) = &pieces[i];
            Piece::search(space, &corners[cell.region], known, problem, cell, best)
        };
        let results = shared(round, options.threads, &work);
        for (&i, piece) in round.iter().zip(results) {
            let piece = piece?;
            for (design, values) in piece.own.iter() {
                front.offer(design.region, &design.levels, values);
            }
            covered = covered.saturating_add(pieces[i].0.size());
            meter.evaluations += piece.evaluations;
            done[i] = Some(piece);
        }
        progress(Progress {
            done: covered as f64 / total.max(1) as f64,
            evaluations: meter.evaluations,
            front: front.len(),
        });
    }
    let mut written = Written::new(space);
    for tree in &trees {
        let mut steps = Vec::new();
        if let Some(tree) = tree {
            written.tree(tree, &done, &mut steps);
        }
        written.trees.push(steps);
    }
    for piece in done.iter().flatten() {
        written.counts.add(&piece.counts);
    }
    let kept = front.front();
    Ok(Found {
        evaluations: meter.evaluations + 2 * pairs,
        proof: Proof::Complete(Box::new(Certificate {
            front: kept.clone(),
            witnesses: written.witnesses,
            trees: written.trees,
            counts: written.counts,
            assurance: Assurance { pairs },
        })),
        front: kept,
    })
}

/// Offers a design to an archive if it keeps the constraints.
pub(crate) fn offer(
    space: &Space,
    archive: &mut Archive,
    region: usize,
    levels: &[u32],
    values: &[f64],
) {
    let (objectives, constraints) = values.split_at(space.objectives.len());
    if constraints.iter().all(|c| *c <= 0.0) {
        archive.offer(region, levels, objectives);
    }
}

/// How a region was cut into pieces.
enum Tree {
    Piece(usize),
    Split(usize, u32, Box<Tree>, Box<Tree>),
}

fn cut(
    cell: Cell,
    best: Best,
    most: u64,
    corners: &Corners,
    meter: &mut Meter,
    pieces: &mut Vec<(Cell, Best)>,
) -> Result<Tree, Broken> {
    if cell.size() > most
        && let Some((dimension, at)) = cell.cut()
        && let Some((lower, upper)) = cell.split(dimension, at)
    {
        let low = corners.best(&lower, Some(&best), meter)?;
        let high = corners.best(&upper, Some(&best), meter)?;
        let low = cut(lower, low, most, corners, meter, pieces)?;
        let high = cut(upper, high, most, corners, meter, pieces)?;
        return Ok(Tree::Split(dimension, at, Box::new(low), Box::new(high)));
    }
    pieces.push((cell, best));
    Ok(Tree::Piece(pieces.len() - 1))
}

/// The pieces by the sum of their bounds, each objective scaled to its range over all pieces.
fn promising(space: &Space, pieces: &[(Cell, Best)]) -> Vec<usize> {
    let mut sums = vec![0.0; pieces.len()];
    for objective in 0..space.objectives.len() {
        let bounds = || pieces.iter().map(|(_, b)| b.lower[objective]);
        let finite = || bounds().filter(|b| b.is_finite());
        let low = finite().fold(f64::INFINITY, f64::min);
        let high = finite().fold(f64::NEG_INFINITY, f64::max);
        for (sum, bound) in sums.iter_mut().zip(bounds()) {
            if high > low {
                *sum += ((bound - low) / (high - low)).clamp(0.0, 1.0);
            }
        }
    }
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by(|&a, &b| sums[a].total_cmp(&sums[b]).then(a.cmp(&b)));
    order
}

/// Does the work of a round on some threads; the results are in the round's order.
fn shared<T: Send>(round: &[usize], threads: usize, work: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    if threads < 2 || round.len() < 2 {
        return round.iter().map(|&i| work(i)).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match round.get(at) {
                Some(&i) => mine.push((at, work(i))),
                None => return mine,
            }
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(round.len()))
            .map(|_| scope.spawn(take))
            .collect();
        let mut all = take();
        for other in others {
            match other.join() {
                Ok(results) => all.extend(results),
                // The thread's panic is this one's.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// One piece of the space, searched.
struct Piece {
    own: Archive,
    steps: Vec<Step>,
    witnesses: Vec<Kept>,
    counts: Counts,
    evaluations: u64,
}

struct Searcher<'a> {
    space: &'a Space,
    corners: &'a Corners,
    known: &'a Archive,
    meter: Meter<'a>,
    values: Vec<f64>,
    index: BTreeMap<Design, u32>,
    piece: Piece,
}

impl Piece {
    fn search(
        space: &Space,
        corners: &Corners,
        known: &Archive,
        problem: &dyn Problem,
        cell: &Cell,
        best: &Best,
    ) -> Result<Piece, Broken> {
        let mut searcher = Searcher {
            space,
            corners,
            known,
            meter: Meter::new(problem),
            values: vec![0.0; space.measures()],
            index: BTreeMap::new(),
            piece: Piece {
                own: Archive::default(),
                steps: Vec::new(),
                witnesses: Vec::new(),
                counts: Counts::new(space),
                evaluations: 0,
            },
        };
        searcher.descend(cell, best)?;
        searcher.piece.evaluations = searcher.meter.evaluations;
        Ok(searcher.piece)
    }
}

impl Searcher<'_> {
    fn descend(&mut self, cell: &Cell, best: &Best) -> Result<(), Broken> {
        let size = cell.size();
        let (objectives, constraints) = best.lower.split_at(self.space.objectives.len());
        if let Some(constraint) = constraints.iter().position(|c| *c > 0.0) {
            self.piece.counts.infeasible[constraint].add(size);
            self.piece.steps.push(Step::Infeasible {
                constraint: constraint as u32,
            });
            return Ok(());
        }
        let first = (cell.region, cell.low.as_slice());
        let witness = match self.known.beaten(objectives, first) {
            Some(found) => Some(found),
            None => self.piece.own.beaten(objectives, first),
        };
        if let Some((design, objectives)) = witness {
            let next = self.piece.witnesses.len() as u32;
            let witness = match self.index.get(design) {
                Some(known) => *known,
                None => {
                    self.index.insert(design.clone(), next);
                    self.piece.witnesses.push(Kept {
                        design: design.clone(),
                        objectives: objectives.to_vec(),
                    });
                    next
                }
            };
            self.piece.counts.beaten.add(size);
            self.piece.steps.push(Step::Beaten { witness });
            return Ok(());
        }
        if size > SMALL
            && let Some((dimension, at)) = cell.cut()
            && let Some((lower, upper)) = cell.split(dimension, at)
        {
            self.piece.steps.push(Step::Split {
                dimension: dimension as u32,
                at,
            });
            for half in [lower, upper] {
                let inside = self.corners.best(&half, Some(best), &mut self.meter)?;
                for (levels, values) in inside.corners() {
                    if !best.corners().any(|(known, _)| known == levels) {
                        self.offer(half.region, levels, values);
                    }
                }
                self.descend(&half, &inside)?;
            }
            return Ok(());
        }
        let mut levels = cell.low.clone();
        let mut values = std::mem::take(&mut self.values);
        loop {
            self.meter.measure(cell.region, &levels, &mut values);
            self.corners
                .holds(cell.region, &best.lower, &levels, &values)?;
            self.offer(cell.region, &levels, &values);
            if !cell.next(&mut levels) {
                break;
            }
        }
        self.values = values;
        self.piece.counts.examined.add(size);
        self.piece.steps.push(Step::Examined);
        Ok(())
    }

    fn offer(&mut self, region: usize, levels: &[u32], values: &[f64]) {
        let objectives = &values[..self.space.objectives.len()];
        if self.known.beaten(objectives, (region, levels)).is_none() {
            offer(self.space, &mut self.piece.own, region, levels, values);
        }
    }
}

/// The certificate while it is put together from the pieces.
struct Written {
    witnesses: Vec<Kept>,
    index: BTreeMap<Design, u32>,
    trees: Vec<Vec<Step>>,
    counts: Counts,
}

impl Written {
    fn new(space: &Space) -> Self {
        Written {
            witnesses: Vec::new(),
            index: BTreeMap::new(),
            trees: Vec::new(),
            counts: Counts::new(space),
        }
    }

    fn tree(&mut self, tree: &Tree, done: &[Option<Piece>], steps: &mut Vec<Step>) {
        match tree {
            Tree::Split(dimension, at, low, high) => {
                steps.push(Step::Split {
                    dimension: *dimension as u32,
                    at: *at,
                });
                self.tree(low, done, steps);
                self.tree(high, done, steps);
            }
            Tree::Piece(i) => {
                let Some(piece) = &done[*i] else { return };
                for step in &piece.steps {
                    steps.push(match step {
                        Step::Beaten { witness } => Step::Beaten {
                            witness: self.witness(&piece.witnesses[*witness as usize]),
                        },
                        other => *other,
                    });
                }
            }
        }
    }

    fn witness(&mut self, kept: &Kept) -> u32 {
        if let Some(known) = self.index.get(&kept.design) {
            return *known;
        }
        let next = self.witnesses.len() as u32;
        self.index.insert(kept.design.clone(), next);
        self.witnesses.push(kept.clone());
        next
    }
}
