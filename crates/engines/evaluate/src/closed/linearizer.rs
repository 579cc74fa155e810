//! The Linearizer of Chandy and Neuse 1982.
//!
//! The share of class c's customers that is at station k hardly changes when one customer of class
//! d leaves; the Linearizer estimates that change from solving the network with each class one
//! customer short, and then takes it as constant. De Souza e Silva and Muntz 1990 form the sums over
//! classes once per outer pass.

use super::{Kind, Method, Network, Solution, assemble};

/// Outer passes; the authors found that more than three gain nothing.
const PASSES: usize = 3;
const INNER: usize = 2_000;
const SETTLED: f64 = 1e-10;

struct Core<'a> {
    network: &'a Network,
    /// Servers of each station; none for a delay.
    servers: Vec<Option<usize>>,
}

/// One solved population: queue per class and station, utilisation (busy servers) per class and
/// station, throughput per class.
#[derive(Clone)]
struct Level {
    population: Vec<f64>,
    queue: Vec<Vec<f64>>,
    load: Vec<Vec<f64>>,
    throughput: Vec<f64>,
    iterations: usize,
    settled: bool,
}

pub(super) fn solve(network: &Network) -> Solution {
    let total: usize = network.classes.iter().map(|c| c.population).sum();
    let servers = (network.stations.iter())
        .map(|s| match s.kind {
            Kind::Delay => None,
            Kind::Servers(m) if m > 1 && m >= total => None,
            Kind::Servers(m) => Some(m),
            Kind::Queue | Kind::LoadDependent(_) => Some(1),
        })
        .collect();
    let core = Core { network, servers };
    let classes = network.classes.len();
    let stations = network.stations.len();
    let full: Vec<f64> = (network.classes.iter())
        .map(|c| c.population as f64)
        .collect();
    let start = |population: &[f64]| Level {
        population: population.to_vec(),
        queue: (population.iter())
            .map(|n| vec![n / stations.max(1) as f64; stations])
            .collect(),
        load: vec![vec![0.0; stations]; classes],
        throughput: vec![0.0; classes],
        iterations: 0,
        settled: true,
    };
    let mut at_full = start(&full);
    let mut reduced: Vec<Level> = (0..classes)
        .map(|d| {
            let mut population = full.clone();
            population[d] = (population[d] - 1.0).max(0.0);
            start(&population)
        })
        .collect();
    // change[c][d][k]: of class c's share at station k, when one of class d is missing.
    let mut change = vec![vec![vec![0.0; stations]; classes]; classes];
    let mut iterations = 0;
    let mut converged = true;
    for pass in 0..PASSES {
        core.settle(&mut at_full, &change);
        iterations += at_full.iterations;
        converged = at_full.settled;
        if pass + 1 == PASSES {
            break;
        }
        for (d, level) in reduced.iter_mut().enumerate() {
            if full[d] > 0.0 {
                core.settle(level, &change);
                iterations += level.iterations;
            }
        }
        for c in 0..classes {
            for d in 0..classes {
                let fewer = reduced[d].population[c];
                let counts = fewer > 0.0 && full[c] > 0.0 && full[d] > 0.0;
                let now = (reduced[d].queue[c].iter()).zip(&at_full.queue[c]);
                for (change, (short, all)) in change[c][d].iter_mut().zip(now) {
                    *change = if counts {
                        short / fewer - all / full[c]
                    } else {
                        0.0
                    };
                }
            }
        }
    }
    let mut solution = assemble(
        network,
        Method::Linearizer,
        &at_full.throughput,
        at_full.queue,
        |_| None,
    );
    solution.iterations = iterations;
    solution.converged = converged;
    solution
}

impl Core<'_> {
    /// Iterates the mean-value equations at one population until the queues settle.
    fn settle(&self, level: &mut Level, change: &[Vec<Vec<f64>>]) {
        let classes = self.network.classes.len();
        let stations = self.servers.len();
        let population = level.population.clone();
        // What the changes add to the queue that class d sees, constant during this iteration.
        let mut added = vec![vec![0.0; stations]; classes];
        for d in 0..classes {
            for k in 0..stations {
                added[d][k] = (0..classes)
                    .map(|c| {
                        (population[c] - f64::from(u8::from(c == d))).max(0.0) * change[c][d][k]
                    })
                    .sum();
            }
        }
        level.settled = false;
        level.iterations = 0;
        let mut weights = Vec::new();
        let others = population.iter().sum::<f64>() - 1.0;
        while level.iterations < INNER && !level.settled {
            level.iterations += 1;
            let total: Vec<f64> = (0..stations)
                .map(|k| (0..classes).map(|c| level.queue[c][k]).sum())
                .collect();
            let loads: Vec<f64> = (0..stations)
                .map(|k| (0..classes).map(|c| level.load[c][k]).sum())
                .collect();
            let mut moved: f64 = 0.0;
            for d in 0..classes {
                let n = population[d];
                if n <= 0.0 {
                    level.queue[d].fill(0.0);
                    level.load[d].fill(0.0);
                    continue;
                }
                let class = &self.network.classes[d];
                let mut round = class.think_s;
                let mut residence = vec![0.0; stations];
                for k in 0..stations {
                    let seen = (total[k] - level.queue[d][k] / n + added[d][k]).max(0.0);
                    let demand = class.demands_s[k];
                    residence[k] = match self.servers[k] {
                        None => demand,
                        Some(0 | 1) => demand * (1.0 + seen),
                        Some(m) => {
                            let busy = loads[k] - level.load[d][k] / n;
                            demand / m as f64 * (1.0 + seen + idle(m, busy, others, &mut weights))
                        }
                    };
                    round += residence[k];
                }
                let x = n / round;
                level.throughput[d] = x;
                for (k, residence) in residence.iter().enumerate() {
                    let queue = x * residence;
                    moved = moved.max((queue - level.queue[d][k]).abs() / n);
                    // Several servers can make the plain iteration swing.
                    level.queue[d][k] = if self.servers[k].is_some_and(|m| m > 1) {
                        0.5 * (queue + level.queue[d][k])
                    } else {
                        queue
                    };
                    level.load[d][k] = x * class.demands_s[k];
                }
            }
            level.settled = moved < SETTLED;
        }
    }
}

/// Mean servers that an arrival finds idle, less the one that it takes: the sum over j < m - 1 of
/// (m - 1 - j) P(j), when `busy` servers are busy on average and `others` customers go round.
///
/// The exact recursion P(j) = load / j P(j - 1) keeps its form when the load is taken as constant
/// over j. The load is then the one at which the mean of min(j, m) over the possible j is `busy`;
/// among very many others these are the probabilities of M/M/m.
pub(crate) fn idle(m: usize, busy: f64, others: f64, weights: &mut Vec<f64>) -> f64 {
    let servers = m as f64;
    let others = others.max(0.0).round().min(1e6) as usize;
    let busy = busy.clamp(0.0, servers.min(others as f64));
    let mut fill = |load: f64| {
        weights.clear();
        let (mut weight, mut sum, mut active) = (1.0, 0.0, 0.0);
        let first = m.min(others + 1);
        for j in 0..first {
            if j > 0 {
                weight *= load / j as f64;
            }
            weights.push(weight);
            sum += weight;
            active += weight * j as f64;
        }
        if others >= m {
            // All servers busy: geometric in the queue.
            let rho = load / servers;
            weight *= rho;
            let queued = (others - m + 1) as f64;
            let tail = if (1.0 - rho).abs() < 1e-9 {
                queued
            } else {
                (1.0 - rho.powf(queued)) / (1.0 - rho)
            };
            sum += weight * tail;
            active += weight * tail * servers;
        }
        let idle: f64 = (weights.iter().enumerate())
            .map(|(j, w)| (servers - 1.0 - j as f64).max(0.0) * w)
            .sum();
        (active / sum, idle / sum)
    };
    let (mut low, mut high) = (0.0, servers * 1e3);
    // At a load of 1e3 per server all are busy; powers of that stay in range for usual sizes.
    for _ in 0..48 {
        let middle = 0.5 * (low + high);
        let (active, _) = fill(middle);
        if active.is_finite() && active < busy {
            low = middle;
        } else {
            high = middle;
        }
    }
    let (_, idle) = fill(low);
    if idle.is_finite() { idle } else { 0.0 }
}
