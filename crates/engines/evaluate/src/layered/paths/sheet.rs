//! What of a model stays the same during the iteration: streams of requests, the threads they hold,
//! and how often an entry takes its processor.

use super::Now;
use crate::layered::program::{Entry, Part, Program};

/// Requests that come to an entry in one way.
pub(in crate::layered) struct Stream {
    /// The entry they come from; `None`: from outside.
    pub from: Option<usize>,
    pub to: usize,
    /// Per run of `from`; per second from outside.
    pub number: f64,
    /// Tasks of which a thread is held while the request waits or is answered.
    pub holds: Vec<bool>,
    /// The sender waits for the answer, before its own reply or after.
    pub waits: bool,
    pub phase: usize,
    /// The request was handed on by `from` and its first sender waits.
    pub handed: bool,
}

impl Stream {
    /// Requests per second.
    pub fn rate(&self, now: &Now) -> f64 {
        self.number * self.from.map_or(1.0, |e| now.rate[e])
    }
}

pub(in crate::layered) struct Sheet {
    pub streams: Vec<Stream>,
    /// Entries of the part, callers first.
    pub order: Vec<usize>,
    /// Tasks, callers first.
    pub above: Vec<usize>,
    /// Threads held by an entry while it works, before its reply and after.
    pub holds: Vec<[Vec<bool>; 2]>,
    /// How often one run takes the processor, how long it works there in all, and the variation of
    /// one taking, before the reply and after.
    pub takes: Vec<[f64; 2]>,
    pub work: Vec<[f64; 2]>,
    pub scv: Vec<[f64; 2]>,
    /// The times each activity takes the processor in one run of it.
    pub activity_takes: Vec<Vec<f64>>,
}

impl Sheet {
    /// Mean length of one stay on the processor.
    pub fn each(&self, e: usize, phase: usize) -> f64 {
        let takes = self.takes[e][phase];
        if takes > 0.0 {
            self.work[e][phase] / takes
        } else {
            0.0
        }
    }

    pub fn new(program: &Program, part: &Part) -> Sheet {
        let n = program.entries.len();
        let order = callers_first(program, part);
        let nobody = vec![false; program.tasks.len()];
        let mut sheet = Sheet {
            streams: Vec::new(),
            order: order.clone(),
            above: Vec::new(),
            holds: vec![[nobody.clone(), nobody.clone()]; n],
            takes: vec![[0.0; 2]; n],
            work: vec![[0.0; 2]; n],
            scv: vec![[1.0; 2]; n],
            activity_takes: vec![Vec::new(); n],
        };
        for &e in &order {
            let task = program.entries[e].task;
            if !sheet.above.contains(&task) {
                sheet.above.push(task);
            }
        }
        // Threads that everybody who waits for the entry holds.
        let mut inherited: Vec<Option<Vec<bool>>> = vec![None; n];
        let meet = |inherited: &mut Option<Vec<bool>>, holds: &[bool]| match inherited {
            None => *inherited = Some(holds.to_vec()),
            Some(known) => {
                for (k, h) in known.iter_mut().zip(holds) {
                    *k &= *h;
                }
            }
        };
        for &e in &order {
            let entry = &program.entries[e];
            if entry.arrivals_per_s > 0.0 {
                meet(&mut inherited[e], &nobody);
                sheet.streams.push(Stream {
                    from: None,
                    to: e,
                    number: entry.arrivals_per_s,
                    holds: nobody.clone(),
                    waits: false,
                    phase: 0,
                    handed: false,
                });
            }
            let above = inherited[e].clone().unwrap_or_else(|| nobody.clone());
            let mut first = above.clone();
            first[entry.task] = true;
            let mut second = nobody.clone();
            second[entry.task] = true;
            sheet.holds[e] = [first, second];
            for (to, number, waits, phase) in calls(entry) {
                let holds = if waits {
                    sheet.holds[e][phase].clone()
                } else {
                    nobody.clone()
                };
                meet(&mut inherited[to], &holds);
                sheet.streams.push(Stream {
                    from: Some(e),
                    to,
                    number,
                    holds,
                    waits,
                    phase,
                    handed: false,
                });
            }
            for &(p, to) in &entry.forwards {
                meet(&mut inherited[to], &above);
                sheet.streams.push(Stream {
                    from: Some(e),
                    to,
                    number: p,
                    holds: above.clone(),
                    waits: false,
                    phase: 0,
                    handed: true,
                });
            }
            sheet.takings(e, entry);
        }
        sheet
    }

    fn takings(&mut self, e: usize, entry: &Entry) {
        let mut square = [0.0; 2];
        for activity in &entry.activities {
            let takes = if activity.slice_s > 0.0 {
                activity.slices()
            } else {
                0.0
            };
            self.activity_takes[e].push(takes);
            for (phase, share) in [activity.early, 1.0 - activity.early]
                .into_iter()
                .enumerate()
            {
                let visits = activity.visits * share;
                let slices = visits * activity.slices();
                self.takes[e][phase] += visits * takes;
                self.work[e][phase] += slices * activity.slice_s;
                square[phase] += slices * activity.slice_s.powi(2) * (1.0 + activity.scv);
            }
        }
        for (phase, square) in square.into_iter().enumerate() {
            let (takes, work) = (self.takes[e][phase], self.work[e][phase]);
            if takes > 0.0 && work > 0.0 {
                self.scv[e][phase] = (square * takes / (work * work) - 1.0).max(0.0);
            }
        }
    }
}

/// Calls per run: entry, mean number, waited for, before the reply or after.
fn calls(entry: &Entry) -> Vec<(usize, f64, bool, usize)> {
    let mut all: Vec<(usize, f64, bool, usize)> = Vec::new();
    for a in &entry.activities {
        for &(to, mean, waits) in &a.means {
            for (phase, share) in [a.early, 1.0 - a.early].into_iter().enumerate() {
                let number = mean * a.visits * share;
                if number <= 1e-12 {
                    continue;
                }
                match all
                    .iter_mut()
                    .find(|c| (c.0, c.2, c.3) == (to, waits, phase))
                {
                    Some(known) => known.1 += number,
                    None => all.push((to, number, waits, phase)),
                }
            }
        }
    }
    all
}

/// Entries so that whoever calls or forwards comes first.
fn callers_first(program: &Program, part: &Part) -> Vec<usize> {
    let mut left = part.entries.clone();
    let mut order = Vec::with_capacity(left.len());
    let targets = |e: usize| {
        let entry = &program.entries[e];
        (entry.activities.iter())
            .flat_map(|a| a.means.iter().map(|m| m.0))
            .chain(entry.forwards.iter().map(|f| f.1))
            .collect::<Vec<_>>()
    };
    while !left.is_empty() {
        let called: Vec<usize> = left.iter().flat_map(|&e| targets(e)).collect();
        let free: Vec<usize> = left
            .iter()
            .copied()
            .filter(|e| !called.contains(e))
            .collect();
        // Asynchronous calls may go in a circle; then any order is as good.
        let next = if free.is_empty() { vec![left[0]] } else { free };
        left.retain(|e| !next.contains(e));
        order.extend(next);
    }
    order
}
