//! One first-come queue: what each stream that comes to it waits.

use crate::closed::linearizer::idle;
use crate::layered::program::Program;

/// What does not change: who needs whose threads.
pub(super) struct Table {
    servers: usize,
    /// What share of stream b's requests an arrival of a sees: `share[a][b]`. Of a stream that
    /// needs one of the same m threads, (m - 1) / m.
    share: Vec<Vec<f64>>,
    /// Of each stream: the threads that it holds, and which streams hold one of the same.
    groups: Vec<Vec<Group>>,
    /// Of each two streams: the tightest group of the first that holds the second.
    common: Vec<Vec<Option<usize>>>,
    /// Most requests at once, without the one that arrives.
    others: f64,
}

struct Group {
    threads: f64,
    members: Vec<usize>,
}

/// What a stream does at the queue now.
#[derive(Clone, Copy, Default)]
pub(super) struct Visit {
    /// Arrivals per second.
    pub rate: f64,
    pub wait: f64,
    /// Service before the reply and after, and what is left of each when somebody looks.
    pub first: f64,
    pub second: f64,
    pub first_left: f64,
    pub second_left: f64,
}

impl Visit {
    fn whole(&self) -> f64 {
        self.first + self.second
    }
}

impl Table {
    pub fn new(program: &Program, servers: usize, holds: &[&[bool]]) -> Table {
        let threads = |t: usize| program.tasks[t].threads.map(|m| m.max(1) as f64);
        let groups: Vec<Vec<Group>> = (holds.iter())
            .map(|a| {
                (0..a.len())
                    .filter(|&t| a[t])
                    .filter_map(|t| {
                        Some(Group {
                            threads: threads(t)?,
                            members: (0..holds.len()).filter(|&b| holds[b][t]).collect(),
                        })
                    })
                    .collect()
            })
            .collect();
        let common: Vec<Vec<Option<usize>>> = (groups.iter())
            .map(|of| {
                (0..holds.len())
                    .map(|b| {
                        (of.iter().enumerate())
                            .filter(|(_, g)| g.members.contains(&b))
                            .min_by(|x, y| x.1.threads.total_cmp(&y.1.threads))
                            .map(|(i, _)| i)
                    })
                    .collect()
            })
            .collect();
        let share = (common.iter().zip(&groups))
            .map(|(row, of)| {
                (row.iter())
                    .map(|g| g.map_or(1.0, |g| 1.0 - 1.0 / of[g].threads))
                    .collect()
            })
            .collect();
        Table {
            servers,
            share,
            groups,
            common,
            others: most(program, holds) - 1.0,
        }
    }

    /// New waits. `causes[b][c]` is the part of b's wait that c makes; it is read for the last pass
    /// and written for the next.
    pub fn waits(&self, visits: &[Visit], causes: &mut Vec<Vec<f64>>) -> Vec<f64> {
        let n = visits.len();
        if causes.len() != n {
            *causes = vec![vec![0.0; n]; n];
        }
        let mut weights = Vec::new();
        let mut made = vec![vec![0.0; n]; n];
        for (a, made) in made.iter_mut().enumerate() {
            if visits[a].rate <= 0.0 {
                continue;
            }
            if self.servers == 1 {
                self.one_server(visits, causes, a, made);
            } else {
                self.several(visits, a, made, &mut weights);
            }
        }
        *causes = made;
        causes.iter().map(|of| of.iter().sum()).collect()
    }

    /// Mean time between two comings of one of a group's threads, and the part of it that the
    /// thread is elsewhere.
    fn cycle(&self, visits: &[Visit], group: &Group) -> (f64, f64) {
        let of = || group.members.iter().map(|&b| &visits[b]);
        let rate: f64 = of().map(|v| v.rate).sum::<f64>().max(1e-300);
        let inside: f64 = of().map(|v| v.rate * (v.wait + v.first)).sum();
        (
            group.threads / rate,
            ((group.threads - inside) / rate).max(0.0),
        )
    }

    /// Requests of b that a finds in their second phase. Its own thread's last request is among
    /// them if that phase outlasts the time until the thread comes back (overtaking).
    fn late(&self, visits: &[Visit], a: usize, b: usize) -> f64 {
        let present = visits[b].rate * visits[b].second;
        let Some(group) = self.common[a][b].map(|g| &self.groups[a][g]) else {
            return present;
        };
        let (_, away) = self.cycle(visits, group);
        let rate: f64 = group.members.iter().map(|&c| visits[c].rate).sum();
        let second = visits[b].second;
        let own = visits[b].rate / rate.max(1e-300) * second / (second + away).max(1e-300);
        self.share[a][b] * present + own
    }

    fn one_server(&self, visits: &[Visit], causes: &[Vec<f64>], a: usize, made: &mut [f64]) {
        // The thread of which there is one, and else the tightest; of equals the one that comes
        // most often.
        let cycle = (self.groups[a].iter())
            .map(|g| (g, self.cycle(visits, g)))
            .min_by(|x, y| {
                let order = x.0.threads.total_cmp(&y.0.threads);
                order.then(x.1.0.total_cmp(&y.1.0))
            });
        let mut in_service = 0.0;
        let mut foreign = vec![false; visits.len()];
        for (b, other) in visits.iter().enumerate() {
            if other.rate <= 0.0 {
                continue;
            }
            let share = self.share[a][b];
            let serving = share * other.rate * other.first;
            let late = self.late(visits, a, b);
            let left = other.first_left + other.second;
            let waiting = share * other.rate * other.wait;
            // What the one thread shares with nobody else matters more than a wider common source.
            let common = self.common[a][b].filter(|&g| {
                let wide = self.groups[a][g].threads > 1.0;
                !(wide && cycle.is_some_and(|(g, _)| g.threads <= 1.0))
            });
            foreign[b] = common.is_none();
            match (common, cycle) {
                (Some(g), _) => {
                    // A thread that comes back soon finds a service that started as it left, whole
                    // and picked by number; one that comes back late finds one picked by length.
                    let group = &self.groups[a][g];
                    let (_, away) = self.cycle(visits, group);
                    let of = || group.members.iter().map(|&c| &visits[c]);
                    let rate: f64 = of().map(|v| v.rate).sum::<f64>().max(1e-300);
                    let mean: f64 = of().map(|v| v.rate * v.whole()).sum::<f64>() / rate;
                    let soon = mean / (mean + away).max(1e-300);
                    made[b] += waiting * other.whole()
                        + serving * (soon * mean + (1.0 - soon) * left)
                        + late * other.second_left;
                }
                (None, Some((group, (cycle, away)))) => {
                    // While a foreign service lasts, each thread comes only once: it waits for a
                    // share left / (left + away) of that time.
                    let met = |length: f64| {
                        let met = cycle / (length + away).max(1e-300);
                        if group.threads > 1.0 {
                            met.min(1.0)
                        } else {
                            met
                        }
                    };
                    // With one thread, nobody that it meets waiting waits for itself.
                    let waiting = if group.threads > 1.0 {
                        waiting * met(other.whole()).min(1.0)
                    } else {
                        let own: f64 = group.members.iter().map(|&c| causes[b][c]).sum();
                        other.rate * (other.wait - own).max(0.0)
                    };
                    let serving = serving * met(left);
                    let late = late * met(other.second_left);
                    in_service += serving + late;
                    made[b] += waiting * other.whole() + serving * left + late * other.second_left;
                }
                (None, None) => {
                    made[b] += waiting * other.whole() + serving * left + late * other.second_left;
                }
            }
        }
        if in_service > 1.0 {
            for (b, made) in made.iter_mut().enumerate() {
                if foreign[b] {
                    *made /= in_service;
                }
            }
        }
    }

    fn several(&self, visits: &[Visit], a: usize, made: &mut [f64], weights: &mut Vec<f64>) {
        let (mut present, mut busy, mut held) = (0.0, 0.0, 0.0);
        for (b, other) in visits.iter().enumerate() {
            if other.rate <= 0.0 {
                continue;
            }
            let share = self.share[a][b];
            let serving = share * other.rate * other.first;
            let late = self.late(visits, a, b);
            let waiting = share * other.rate * other.wait;
            present += waiting + serving + late;
            busy += serving + late;
            made[b] = (waiting + serving) * other.whole() + late * other.second;
            held += made[b];
        }
        if present <= 0.0 || held <= 0.0 {
            made.fill(0.0);
            return;
        }
        let m = self.servers as f64;
        let free = idle(self.servers, busy, self.others, weights);
        let wait = (held / present / m * (1.0 + present + free - m)).max(0.0);
        for made in made {
            *made *= wait / held;
        }
    }
}

/// Most requests that can be somewhere at once, by the threads they hold.
fn most(program: &Program, all: &[&[bool]]) -> f64 {
    let mut counted = vec![false; program.tasks.len()];
    let mut sum = 0.0;
    for held in all {
        let tightest = (held.iter().enumerate())
            .filter(|(_, h)| **h)
            .filter_map(|(t, _)| Some((program.tasks[t].threads?, t)))
            .min();
        match tightest {
            None => return 1e6,
            Some((m, t)) if !counted[t] => {
                counted[t] = true;
                sum += m as f64;
            }
            Some(_) => {}
        }
    }
    sum
}
