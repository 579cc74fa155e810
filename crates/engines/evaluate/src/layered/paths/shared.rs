//! Shared processors: each is a closed network of its own, of the threads that come to it.

use super::{Now, Sheet};
use crate::closed::{Class, Kind, Network, Station, solve};
use crate::layered::program::Program;

/// What one class of threads does at the processor.
struct Group {
    task: usize,
    threads: usize,
    /// Stays per second, work per second, threads there on average.
    takes: f64,
    work: f64,
    present: f64,
}

/// Sets the delay of all entries on a shared processor.
///
/// Work is grouped by the tightest thread that it holds, the outermost of equals. A group's threads
/// go round between the processor and everything else, which is their think time. Work that holds
/// no counted thread takes its share of the processor away first (a mixed network).
pub(super) fn delays(
    program: &Program,
    sheet: &Sheet,
    now: &Now,
    p: usize,
    delay: &mut [[f64; 2]],
) {
    let processor = &program.processors[p];
    let (true, Some(servers)) = (processor.shared, processor.servers) else {
        return;
    };
    let mut groups: Vec<Group> = Vec::new();
    let mut members: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let mut open = 0.0;
    for &e in &sheet.order {
        if program.tasks[program.entries[e].task].processor != p || now.rate[e] <= 0.0 {
            continue;
        }
        for phase in 0..2 {
            if sheet.work[e][phase] <= 0.0 {
                continue;
            }
            let takes = now.rate[e] * sheet.takes[e][phase];
            let work = now.rate[e] * sheet.work[e][phase];
            let present = work + takes * now.delay[e][phase];
            let tightest = (sheet.above.iter().copied())
                .filter(|&t| sheet.holds[e][phase][t])
                .filter_map(|t| Some((program.tasks[t].threads?, t)))
                .min_by_key(|(m, _)| *m);
            let Some((threads, task)) = tightest else {
                open += work;
                members.push((e, phase, None));
                continue;
            };
            let at = groups
                .iter()
                .position(|g| g.task == task)
                .unwrap_or_else(|| {
                    groups.push(Group {
                        task,
                        threads,
                        takes: 0.0,
                        work: 0.0,
                        present: 0.0,
                    });
                    groups.len() - 1
                });
            groups[at].takes += takes;
            groups[at].work += work;
            groups[at].present += present;
            members.push((e, phase, Some(at)));
        }
    }
    let left = (1.0 - open / servers as f64).max(1e-3);
    let network = Network {
        stations: vec![Station {
            id: String::new(),
            kind: if servers == 1 {
                Kind::Queue
            } else {
                Kind::Servers(servers)
            },
        }],
        classes: (groups.iter())
            .map(|g| {
                let takes = g.takes.max(1e-300);
                Class {
                    id: String::new(),
                    population: g.threads,
                    think_s: ((g.threads as f64 - g.present) / takes).clamp(0.0, 1e12),
                    demands_s: vec![g.work / takes / left],
                }
            })
            .collect(),
    };
    let Ok(solution) = solve(&network) else {
        return;
    };
    let inside = solution.stations[0].queue;
    for (e, phase, group) in members {
        let stretched = match group {
            Some(g) => {
                let demand = groups[g].work / groups[g].takes.max(1e-300);
                solution.classes[g].residence_s(0) / demand
            }
            None if servers == 1 => (1.0 + inside) / left,
            None => ((1.0 + inside) / servers as f64).max(1.0) / left,
        };
        delay[e][phase] = sheet.each(e, phase) * (stretched - 1.0).max(0.0);
    }
}
