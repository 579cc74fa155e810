//! The Markov chain of a whole part: all states, their probabilities, and means over them.
//!
//! The stationary probabilities come from Gauss-Seidel sweeps in alternating directions (W. Stewart,
//! Introduction to the Numerical Solution of Markov Chains, 1994).

use indexmap::IndexSet;

use super::program::{Part, Program};
use super::state::{At, Place};
use super::walk::Walk;
use super::{EntryResult, Method, Solved};

const SWEEPS: usize = 4_000;
const SETTLED: f64 = 1e-6;
/// Share of requests without a caller that may be lost to the cut.
const LOSS: f64 = 1e-3;
/// Names and numbers in a state are bytes.
const NAMES: usize = 200;

/// `None`: too many states, or not to be walked.
pub(super) fn solve(program: &Program, part: &Part, limit: usize) -> Option<Solved> {
    if limit == 0 || !worth_trying(program, part, limit) {
        return None;
    }
    let open = (part.entries.iter()).any(|&e| {
        program.entries[e].arrivals_per_s > 0.0
            || (program.entries[e].activities.iter())
                .any(|a| a.means.iter().any(|(_, _, waits)| !waits))
    });
    let mut best: Option<Solved> = None;
    for room in [6, 12, 18, 25, 50, 100] {
        let walk = Walk {
            program,
            part,
            room,
        };
        let Some(chain) = Chain::explore(&walk, limit) else {
            break;
        };
        let (probabilities, sweeps, settled) = chain.stationary();
        let (mut solved, lost) = chain.measure(&walk, &probabilities);
        solved.iterations = sweeps;
        solved.converged = settled && lost < LOSS;
        let done = !open || lost < LOSS;
        best = Some(solved);
        if done {
            return best;
        }
    }
    // A cut that loses much says nothing; the approximation says more.
    best.filter(|b| b.converged)
}

/// The states of a closed network of the same size, a fair guess, are not far above the limit.
fn worth_trying(program: &Program, part: &Part, limit: usize) -> bool {
    let activities = |e: &usize| program.entries[*e].activities.len();
    if part.entries.len() > NAMES || part.entries.iter().any(|e| activities(e) > NAMES) {
        return false;
    }
    let finite = (part.tasks.iter())
        .filter(|&&t| program.tasks[t].reference.is_none())
        .count();
    let (mut states, mut customers) = (1.0, 0);
    for &t in &part.tasks {
        if let Some(reference) = program.tasks[t].reference {
            customers += reference.population;
            if customers > NAMES {
                return false;
            }
            // One more customer in one more place: C(n + k, k).
            for i in 1..=finite.min(reference.population.max(1)) {
                states *= (reference.population + finite - i + 1) as f64 / i as f64;
            }
        }
    }
    states <= 2.0 * limit as f64
}

struct Chain {
    states: Vec<Vec<u8>>,
    /// Incoming moves of state s: `into[starts[s]..starts[s + 1]]`, with their rates.
    starts: Vec<usize>,
    into: Vec<(u32, f64)>,
    /// Rate of leaving each state for another.
    out: Vec<f64>,
    /// Of each state: entries completed per second.
    done: Vec<Vec<(u8, f64)>>,
    /// Of each state: requests lost per second.
    lost: Vec<f64>,
}

impl Chain {
    fn explore(walk: &Walk<'_>, limit: usize) -> Option<Chain> {
        let mut states: IndexSet<Vec<u8>> = IndexSet::new();
        states.insert(walk.first()?);
        let mut moves: Vec<(u32, u32, f64)> = Vec::new();
        let mut out = Vec::new();
        let mut done = Vec::new();
        let mut lost = Vec::new();
        let mut at = 0;
        while let Some(state) = states.get_index(at) {
            let found = walk.moves(state)?;
            let mut leaves = 0.0;
            let mut completed: Vec<(u8, f64)> = Vec::new();
            let mut missed = 0.0;
            for step in found {
                for entry in step.done {
                    match completed.iter_mut().find(|(e, _)| *e == entry) {
                        Some((_, rate)) => *rate += step.rate,
                        None => completed.push((entry, step.rate)),
                    }
                }
                missed += step.rate * f64::from(step.lost);
                let (to, _) = states.insert_full(step.to);
                if to != at {
                    leaves += step.rate;
                    moves.push((to as u32, at as u32, step.rate));
                }
            }
            if states.len() > limit {
                return None;
            }
            out.push(leaves);
            done.push(completed);
            lost.push(missed);
            at += 1;
        }
        let mut starts = vec![0; states.len() + 1];
        for (to, _, _) in &moves {
            starts[*to as usize + 1] += 1;
        }
        for s in 0..states.len() {
            starts[s + 1] += starts[s];
        }
        let mut next = starts.clone();
        let mut into = vec![(0, 0.0); moves.len()];
        for (to, from, rate) in moves {
            let slot = &mut next[to as usize];
            into[*slot] = (from, rate);
            *slot += 1;
        }
        Some(Chain {
            states: states.into_iter().collect(),
            starts,
            into,
            out,
            done,
            lost,
        })
    }

    /// Probabilities of the states, sweeps, and whether they settled.
    ///
    /// Each pass sweeps forth and back. Where passes shrink the change by a steady factor, what is
    /// left of the geometric series is added at once.
    fn stationary(&self) -> (Vec<f64>, usize, bool) {
        let n = self.states.len();
        let mut p = vec![1.0 / n as f64; n];
        let mut before = p.clone();
        let mut last = f64::INFINITY;
        for pass in 1..=SWEEPS / 2 {
            for s in (0..n).chain((0..n).rev()) {
                if self.out[s] > 0.0 {
                    let into = &self.into[self.starts[s]..self.starts[s + 1]];
                    let flow: f64 = into
                        .iter()
                        .map(|(from, rate)| p[*from as usize] * rate)
                        .sum();
                    p[s] = flow / self.out[s];
                }
            }
            let sum: f64 = p.iter().sum();
            if !(sum.is_finite() && sum > 0.0) {
                return (vec![0.0; n], 2 * pass, false);
            }
            let mut moved = 0.0;
            for (p, before) in p.iter_mut().zip(&before) {
                *p /= sum;
                moved += (*p - before).abs();
            }
            let shrinks = moved / last;
            last = moved;
            let left = if shrinks < 1.0 {
                moved / (1.0 - shrinks)
            } else {
                moved
            };
            if left < SETTLED {
                return (p, 2 * pass, true);
            }
            if pass % 12 == 0 && shrinks > 0.3 && shrinks < 0.9999 {
                let more = shrinks / (1.0 - shrinks);
                for (p, before) in p.iter_mut().zip(&before) {
                    *p = (*p + more * (*p - before)).max(0.1 * *p);
                }
                last = f64::INFINITY;
            }
            before.clone_from(&p);
        }
        (p, SWEEPS, false)
    }

    /// Results, and the share of requests without a caller that was lost.
    fn measure(&self, walk: &Walk<'_>, probabilities: &[f64]) -> (Solved, f64) {
        let entries = walk.part.entries.len();
        let mut throughput = vec![0.0; entries];
        let (mut before_reply, mut held) = (vec![0.0; entries], vec![0.0; entries]);
        let mut lost = 0.0;
        for (s, &p) in probabilities.iter().enumerate() {
            for (entry, rate) in &self.done[s] {
                throughput[usize::from(*entry)] += p * rate;
            }
            lost += p * self.lost[s];
            let arena = walk.decode(&self.states[s]);
            for job in &arena.jobs {
                let e = usize::from(job.entry);
                let entry = &walk.program.entries[walk.part.entries[e]];
                let reference = walk.program.tasks[entry.task].reference.is_some();
                match job.place {
                    Place::Active => {
                        held[e] += p;
                        if !job.replied || reference {
                            before_reply[e] += p;
                        }
                    }
                    Place::Waiting(_) => before_reply[e] += p,
                    Place::Gone | Place::Pausing => {}
                }
                debug_assert!(job.tokens.iter().all(|t| t.at != At::Moving));
            }
        }
        let mut results = vec![EntryResult::default(); walk.program.entries.len()];
        for (local, &e) in walk.part.entries.iter().enumerate() {
            let x = throughput[local];
            if x > 0.0 {
                results[e] = EntryResult {
                    throughput_per_s: x,
                    response_s: before_reply[local] / x,
                    service_s: held[local] / x,
                };
            }
        }
        let sent: f64 = (walk.part.entries.iter())
            .map(|&e| {
                let entry = &walk.program.entries[e];
                let calls: f64 = (entry.activities.iter())
                    .flat_map(|a| a.means.iter().map(move |m| (a, m)))
                    .filter(|(_, m)| !m.2)
                    .map(|(a, m)| a.visits * m.1 * results[e].throughput_per_s)
                    .sum();
                entry.arrivals_per_s + calls
            })
            .sum();
        let solved = Solved {
            method: Method::Chain {
                states: self.states.len(),
            },
            iterations: 0,
            converged: true,
            entries: results,
        };
        (solved, if sent > 0.0 { lost / sent } else { 0.0 })
    }
}
