//! Two layers without a second phase are a closed network: customers that call servers which call
//! nobody.

use super::program::{Entry, Part, Program};
use super::{EntryResult, Method, Solved, Then};
use crate::closed;

/// `None`: the part is something else.
pub(super) fn solve(program: &Program, part: &Part) -> Option<Solved> {
    let customers: Vec<usize> = (part.entries.iter().copied())
        .filter(|&e| program.tasks[program.entries[e].task].reference.is_some())
        .collect();
    let stations: Vec<usize> = (part.tasks.iter().copied())
        .filter(|&t| program.tasks[t].reference.is_none())
        .collect();
    let mut network = closed::Network::default();
    for &t in &stations {
        network.stations.push(closed::Station {
            id: String::new(),
            kind: station(program, part, t)?,
        });
    }
    for &e in &customers {
        let entry = &program.entries[e];
        let task = &program.tasks[entry.task];
        let reference = task.reference?;
        let processor = &program.processors[task.processor];
        let alone = (part.tasks.iter())
            .all(|&t| t == entry.task || program.tasks[t].processor != task.processor);
        let waits = !(processor.servers).is_none_or(|m| alone && m >= reference.population);
        if waits
            || forks(entry)
            || entry
                .activities
                .iter()
                .any(|a| a.means.iter().any(|m| !m.2))
        {
            return None;
        }
        let pauses: f64 = entry.activities.iter().map(|a| a.visits * a.think_s).sum();
        network.classes.push(closed::Class {
            id: String::new(),
            population: reference.population,
            think_s: reference.think_s + pauses + entry.work_s,
            demands_s: (stations.iter())
                .map(|&t| {
                    (calls(entry).filter(|(to, _)| program.entries[*to].task == t))
                        .map(|(to, n)| n * program.entries[to].work_s)
                        .sum()
                })
                .collect(),
        });
    }
    let solution = closed::solve(&network).ok()?;
    let mut entries = vec![EntryResult::default(); program.entries.len()];
    for (c, &e) in customers.iter().enumerate() {
        let class = &solution.classes[c];
        let x = class.throughput_per_s;
        let reference = program.tasks[program.entries[e].task].reference?;
        let round = network.classes[c].think_s - reference.think_s + class.response_s;
        entries[e] = EntryResult {
            throughput_per_s: x,
            response_s: round,
            service_s: round,
        };
        for (to, n) in calls(&program.entries[e]) {
            let called = &program.entries[to];
            let k = stations.iter().position(|&t| t == called.task)?;
            let demand = network.classes[c].demands_s[k];
            let slowdown = if demand > 0.0 {
                class.residence_s(k) / demand
            } else {
                1.0
            };
            let result = &mut entries[to];
            result.throughput_per_s += x * n;
            // Summed over the callers, and divided by the rate below.
            result.response_s += x * n * called.work_s * slowdown;
            result.service_s = called.work_s;
        }
    }
    for &e in &part.entries {
        let reference = program.tasks[program.entries[e].task].reference.is_some();
        if !reference && entries[e].throughput_per_s > 0.0 {
            entries[e].response_s /= entries[e].throughput_per_s;
        }
    }
    Some(Solved {
        method: Method::Network(solution.method),
        iterations: solution.iterations,
        converged: solution.converged,
        entries,
    })
}

/// Calls per run: entry and mean number.
fn calls(entry: &Entry) -> impl Iterator<Item = (usize, f64)> + '_ {
    (entry.activities.iter()).flat_map(|a| a.means.iter().map(move |m| (m.0, m.1 * a.visits)))
}

fn forks(entry: &Entry) -> bool {
    entry
        .activities
        .iter()
        .any(|a| matches!(a.then, Then::Fork(_) | Then::Join(_)))
}

/// A server task that is one station of a product-form network.
fn station(program: &Program, part: &Part, t: usize) -> Option<closed::Kind> {
    let task = &program.tasks[t];
    let processor = &program.processors[task.processor];
    let alone =
        (part.tasks.iter()).all(|&o| o == t || program.tasks[o].processor != task.processor);
    if processor.servers.is_some() && !alone {
        return None;
    }
    let mut mean: Option<f64> = None;
    let mut same = true;
    for &e in &part.entries {
        let entry = &program.entries[e];
        if entry.task != t {
            continue;
        }
        let [only] = entry.activities.as_slice() else {
            return None;
        };
        let simple = only.means.is_empty() && only.think_s == 0.0 && entry.forwards.is_empty();
        if !simple || entry.arrivals_per_s > 0.0 {
            return None;
        }
        same &= mean.is_none_or(|m| (m - only.slice_s).abs() < 1e-12 * m);
        same &= (only.scv - 1.0).abs() < 1e-9;
        mean = Some(only.slice_s);
    }
    match (task.threads, processor.servers) {
        (None, None) => Some(closed::Kind::Delay),
        (None, Some(m)) if same || processor.shared => Some(closed::Kind::Servers(m)),
        (Some(m), None) if same => Some(closed::Kind::Servers(m)),
        (Some(n), Some(m)) if same => Some(closed::Kind::Servers(n.min(m))),
        _ => None,
    }
}
