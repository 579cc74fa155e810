//! Approximate mean value analysis over call paths, for models of any size.
//!
//! Every stream of requests to a task, and every stream of work to a processor, knows which tasks'
//! threads are surely held while it is there ([`sheet`]). An arrival sees the queues of a network in
//! which its own threads are missing (Bard 1979, Schweitzer 1979); [`queue`] says what it waits.
//! All waits are iterated together with damping.

use super::program::{Part, Program};
use super::{EntryResult, Method, Solved};

mod queue;
mod shared;
mod sheet;
mod time;

use sheet::Sheet;

const SETTLED: f64 = 1e-7;

/// Longest wait that is followed, in seconds; beyond it nothing settles anyway.
const LONGEST_S: f64 = 1e12;

/// The changing numbers of the iteration.
pub(super) struct Now {
    /// Runs per second of each entry.
    pub rate: Vec<f64>,
    /// Wait for a thread of each stream.
    pub wait: Vec<f64>,
    /// Wait for the processor at each taking of it: by entry, before the reply and after.
    pub delay: Vec<[f64; 2]>,
    /// Time before the reply and after, and their variances.
    pub time: Vec<[f64; 2]>,
    pub variance: Vec<[f64; 2]>,
}

pub(super) fn solve(program: &Program, part: &Part, passes: usize) -> Solved {
    let sheet = Sheet::new(program, part);
    let n = program.entries.len();
    let mut now = Now {
        rate: vec![0.0; n],
        wait: vec![0.0; sheet.streams.len()],
        delay: vec![[0.0; 2]; n],
        time: vec![[0.0; 2]; n],
        variance: vec![[0.0; 2]; n],
    };
    let mut iterations = 0;
    let mut converged = false;
    let mut queues = Queue::all(program, part, &sheet);
    while iterations < passes && !converged {
        iterations += 1;
        time::times(program, &sheet, &mut now);
        let before = now.rate.clone();
        rates(program, part, &sheet, &mut now);
        let damping = if iterations < 200 {
            0.5
        } else {
            50.0 / (iterations as f64 - 100.0)
        };
        let damping = damping.clamp(0.02, 0.5);
        let mut moved: f64 = 0.0;
        let mut wait = vec![0.0; sheet.streams.len()];
        let mut delay = vec![[0.0; 2]; n];
        for queue in &mut queues {
            queue.waits(&sheet, &now, &mut wait, &mut delay);
        }
        for p in 0..program.processors.len() {
            shared::delays(program, &sheet, &now, p, &mut delay);
        }
        let mut step = |old: &mut f64, new: f64| {
            // What cannot keep up waits longer with every pass.
            let new = if new.is_finite() {
                new.min(LONGEST_S)
            } else {
                LONGEST_S
            };
            let change = new - *old;
            moved = moved.max(change.abs() / (old.abs() + 1e-9));
            *old += damping * change;
        };
        for (old, new) in now.wait.iter_mut().zip(wait) {
            step(old, new);
        }
        for (old, new) in now
            .delay
            .iter_mut()
            .flatten()
            .zip(delay.into_iter().flatten())
        {
            step(old, new);
        }
        for (old, new) in before.iter().zip(&now.rate) {
            moved = moved.max((new - old).abs() / (old.abs() + 1e-12));
        }
        converged = moved < SETTLED;
    }
    let stuck = |t: &f64| *t > 0.1 * LONGEST_S;
    let waits = now.wait.iter().chain(now.delay.iter().flatten());
    converged &= !overloaded(program, part, &now) && !waits.into_iter().any(stuck);
    let mut entries = vec![EntryResult::default(); n];
    for &e in &part.entries {
        let into = || {
            sheet
                .streams
                .iter()
                .enumerate()
                .filter(move |(_, s)| s.to == e)
        };
        let all: f64 = into().map(|(_, s)| s.rate(&now)).sum();
        let waited: f64 = into().map(|(i, s)| s.rate(&now) * now.wait[i]).sum();
        let wait = if all > 0.0 { waited / all } else { 0.0 };
        let reference = program.tasks[program.entries[e].task].reference.is_some();
        let held = now.time[e][0] + now.time[e][1];
        entries[e] = EntryResult {
            throughput_per_s: now.rate[e],
            response_s: if reference {
                held
            } else {
                wait + now.time[e][0]
            },
            service_s: held,
        };
    }
    Solved {
        method: Method::Paths,
        iterations,
        converged,
        entries,
    }
}

/// Customers' rounds per second, and what follows from them.
fn rates(program: &Program, part: &Part, sheet: &Sheet, now: &mut Now) {
    for &e in &sheet.order {
        let entry = &program.entries[e];
        let mut rate = entry.arrivals_per_s;
        if let Some(reference) = program.tasks[entry.task].reference {
            let round = reference.think_s + now.time[e][0] + now.time[e][1];
            rate = reference.population as f64 / round.max(1e-12);
        }
        rate += (sheet.streams.iter())
            .filter(|s| s.to == e && s.from.is_some())
            .map(|s| s.rate(now))
            .sum::<f64>();
        now.rate[e] = rate;
    }
    debug_assert!(part.entries.len() <= now.rate.len());
}

/// Something must do more than it can: no steady state.
fn overloaded(program: &Program, part: &Part, now: &Now) -> bool {
    let busy = |t: usize, per_run: &dyn Fn(usize) -> f64| -> f64 {
        (part.entries.iter())
            .filter(|&&e| program.entries[e].task == t)
            .map(|&e| now.rate[e] * per_run(e))
            .sum()
    };
    let mut processors = vec![0.0; program.processors.len()];
    for &t in &part.tasks {
        processors[program.tasks[t].processor] += busy(t, &|e| program.entries[e].work_s);
        let held = busy(t, &|e| now.time[e][0] + now.time[e][1]);
        let server = program.tasks[t].reference.is_none();
        if server
            && program.tasks[t]
                .threads
                .is_some_and(|m| held > m as f64 * 1.001)
        {
            return true;
        }
    }
    (processors.iter().zip(&program.processors))
        .any(|(busy, p)| p.servers.is_some_and(|m| *busy > m as f64 * 1.001))
}

/// A first-come queue: of requests for a task's threads, or of work for a processor.
struct Queue {
    table: queue::Table,
    at: Vec<At>,
    causes: Vec<Vec<f64>>,
}

#[derive(Clone, Copy)]
enum At {
    Stream(usize),
    /// Entry, before its reply or after.
    Work(usize, usize),
}

impl Queue {
    fn all(program: &Program, part: &Part, sheet: &Sheet) -> Vec<Queue> {
        let mut queues = Vec::new();
        for &t in &part.tasks {
            let task = &program.tasks[t];
            let (Some(threads), None) = (task.threads, task.reference) else {
                continue;
            };
            let at = (sheet.streams.iter().enumerate())
                .filter(|(_, s)| program.entries[s.to].task == t)
                .map(|(i, _)| At::Stream(i));
            queues.push(Queue::new(program, sheet, threads, at.collect()));
        }
        for (p, processor) in program.processors.iter().enumerate() {
            let (Some(servers), false) = (processor.servers, processor.shared) else {
                continue;
            };
            let at = (sheet.order.iter().copied())
                .filter(|&e| program.tasks[program.entries[e].task].processor == p)
                .flat_map(|e| [At::Work(e, 0), At::Work(e, 1)])
                .filter(|at| matches!(*at, At::Work(e, phase) if sheet.work[e][phase] > 0.0));
            queues.push(Queue::new(program, sheet, servers, at.collect()));
        }
        queues
    }

    fn new(program: &Program, sheet: &Sheet, servers: usize, at: Vec<At>) -> Queue {
        let holds: Vec<&[bool]> = (at.iter())
            .map(|at| match *at {
                At::Stream(s) => sheet.streams[s].holds.as_slice(),
                At::Work(e, phase) => sheet.holds[e][phase].as_slice(),
            })
            .collect();
        Queue {
            table: queue::Table::new(program, servers, &holds),
            at,
            causes: Vec::new(),
        }
    }

    /// New waits into the places they belong to.
    fn waits(&mut self, sheet: &Sheet, now: &Now, wait: &mut [f64], delay: &mut [[f64; 2]]) {
        let visits: Vec<queue::Visit> = (self.at.iter())
            .map(|at| match *at {
                At::Stream(s) => {
                    let stream = &sheet.streams[s];
                    let ([first, second], [v, w]) = (now.time[stream.to], now.variance[stream.to]);
                    queue::Visit {
                        rate: stream.rate(now),
                        wait: now.wait[s],
                        first,
                        second,
                        first_left: residual(first, v),
                        second_left: residual(second, w),
                    }
                }
                At::Work(e, phase) => {
                    let each = sheet.each(e, phase);
                    queue::Visit {
                        rate: now.rate[e] * sheet.takes[e][phase],
                        wait: now.delay[e][phase],
                        first: each,
                        first_left: each * 0.5 * (1.0 + sheet.scv[e][phase]),
                        ..queue::Visit::default()
                    }
                }
            })
            .collect();
        let new = self.table.waits(&visits, &mut self.causes);
        for (at, new) in self.at.iter().zip(new) {
            match *at {
                At::Stream(s) => wait[s] = new,
                At::Work(e, phase) => delay[e][phase] = new,
            }
        }
    }
}

/// What is left of a time when somebody looks at it.
fn residual(mean: f64, variance: f64) -> f64 {
    if mean > 0.0 {
        0.5 * (mean + variance / mean)
    } else {
        0.0
    }
}
