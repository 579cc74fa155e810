//! Exact: mean value analysis, and convolution where a station's speed depends on its queue.

use super::{Kind, Method, Network, Solution, assemble};

/// All population vectors up to the classes' populations, numbered so that one customer less of
/// class `c` is `strides[c]` cells before.
struct Lattice {
    sizes: Vec<usize>,
    strides: Vec<usize>,
    cells: usize,
}

impl Lattice {
    fn new(network: &Network) -> Self {
        let sizes: Vec<usize> = network.classes.iter().map(|c| c.population).collect();
        let mut strides = Vec::with_capacity(sizes.len());
        let mut cells = 1;
        for size in &sizes {
            strides.push(cells);
            cells *= size + 1;
        }
        Lattice {
            sizes,
            strides,
            cells,
        }
    }

    /// Customers of a class in a cell.
    fn count(&self, cell: usize, class: usize) -> usize {
        cell / self.strides[class] % (self.sizes[class] + 1)
    }

    fn total(&self, cell: usize) -> usize {
        (0..self.sizes.len()).map(|c| self.count(cell, c)).sum()
    }

    /// Calls with every cell that is at most `cell` in each class, and what remains of `cell`.
    fn below(&self, cell: usize, mut each: impl FnMut(usize, usize)) {
        let counts: Vec<usize> = (0..self.sizes.len()).map(|c| self.count(cell, c)).collect();
        let mut at = vec![0; counts.len()];
        let mut low = 0;
        loop {
            each(low, cell - low);
            let mut class = 0;
            loop {
                if class == counts.len() {
                    return;
                }
                if at[class] < counts[class] {
                    at[class] += 1;
                    low += self.strides[class];
                    break;
                }
                low -= at[class] * self.strides[class];
                at[class] = 0;
                class += 1;
            }
        }
    }
}

pub(super) fn solve(network: &Network) -> Solution {
    let total: usize = network.classes.iter().map(|c| c.population).sum();
    let speeds: Vec<Option<Vec<f64>>> = (network.stations.iter())
        .map(|s| speeds(&s.kind, total))
        .collect();
    if speeds.iter().all(Option::is_none) {
        mean_values(network, total)
    } else {
        convolution(network, total, &speeds)
    }
}

/// The speed with 1, 2, .. `total` customers, where it is neither a delay's nor a single server's.
fn speeds(kind: &Kind, total: usize) -> Option<Vec<f64>> {
    match kind {
        Kind::Delay | Kind::Queue | Kind::Servers(0 | 1) => None,
        // Nobody ever waits: see `is_delay`.
        Kind::Servers(m) if *m >= total => None,
        Kind::Servers(m) => Some((1..=total).map(|n| n.min(*m) as f64).collect()),
        Kind::LoadDependent(speeds) => {
            let last = speeds.last().copied().unwrap_or(1.0);
            let at = |n: usize| speeds.get(n).copied().unwrap_or(last);
            Some((0..total).map(at).collect())
        }
    }
}

fn is_delay(kind: &Kind, total: usize) -> bool {
    match kind {
        Kind::Delay => true,
        Kind::Servers(m) => *m > 1 && *m >= total,
        _ => false,
    }
}

/// Reiser and Lavenberg 1980: R(n) = D (1 + Q(n - 1)), X = n / (Z + sum R), Q = X R.
fn mean_values(network: &Network, total: usize) -> Solution {
    let lattice = Lattice::new(network);
    let stations = network.stations.len();
    let delay: Vec<bool> = (network.stations.iter())
        .map(|s| is_delay(&s.kind, total))
        .collect();
    let mut queue = vec![0.0; lattice.cells * stations];
    let mut residence = vec![0.0; stations];
    let mut throughputs = vec![0.0; network.classes.len()];
    let mut queues = vec![vec![0.0; stations]; network.classes.len()];
    for cell in 1..lattice.cells {
        for (c, class) in network.classes.iter().enumerate() {
            let n = lattice.count(cell, c);
            if n == 0 {
                continue;
            }
            let before = (cell - lattice.strides[c]) * stations;
            let mut round = class.think_s;
            for k in 0..stations {
                let seen = if delay[k] { 0.0 } else { queue[before + k] };
                residence[k] = class.demands_s[k] * (1.0 + seen);
                round += residence[k];
            }
            let x = n as f64 / round;
            for k in 0..stations {
                queue[cell * stations + k] += x * residence[k];
            }
            if cell + 1 == lattice.cells {
                throughputs[c] = x;
                for k in 0..stations {
                    queues[c][k] = x * residence[k];
                }
            }
        }
    }
    assemble(network, Method::Exact, &throughputs, queues, |_| None)
}

/// Buzen 1973, for several classes: the normalising constant G over all populations, station by
/// station. Throughput is G(N - 1) / G(N); the queue of a single server is its demand times the G of
/// the network with that station twice, at N - 1, over G(N). All terms are positive.
fn convolution(network: &Network, total: usize, speeds: &[Option<Vec<f64>>]) -> Solution {
    let lattice = Lattice::new(network);
    let classes = network.classes.len();
    let last = lattice.cells - 1;
    // Each class's times are scaled by about its throughput, which keeps G near 1; the scale
    // cancels. The divisor e balances the rise of G before its peak against the fall after it.
    let scale: Vec<f64> = (network.classes.iter())
        .map(|class| {
            let slowest = (class.demands_s.iter().zip(&network.stations).zip(speeds))
                .map(|((d, s), speeds)| match speeds {
                    _ if is_delay(&s.kind, total) => 0.0,
                    Some(speeds) => d / speeds.iter().fold(0.0, |a: f64, b| a.max(*b)).max(1e-9),
                    None => *d,
                })
                .fold(0.0, f64::max);
            let round = class.think_s + class.demands_s.iter().sum::<f64>();
            let bound = (round / class.population.max(1) as f64).max(slowest);
            1.0 / (bound.max(1e-12) * std::f64::consts::E)
        })
        .collect();
    let demand = |c: usize, k: usize| network.classes[c].demands_s[k] * scale[c];
    let delays: Vec<f64> = (0..classes)
        .map(|c| {
            let inside: f64 = (network.stations.iter().enumerate())
                .filter(|(_, s)| is_delay(&s.kind, total))
                .map(|(k, _)| demand(c, k))
                .sum();
            inside + network.classes[c].think_s * scale[c]
        })
        .collect();

    // All delays together: product of z^n / n!.
    let mut g = vec![1.0; lattice.cells];
    for cell in 1..lattice.cells {
        if let Some(c) = (0..classes).find(|&c| lattice.count(cell, c) > 0) {
            g[cell] = g[cell - lattice.strides[c]] * delays[c] / lattice.count(cell, c) as f64;
        }
    }
    let single = |k: usize| speeds[k].is_none() && !is_delay(&network.stations[k].kind, total);
    let visit = |g: &mut [f64], k: usize| {
        for cell in 1..g.len() {
            let mut sum = g[cell];
            for c in 0..classes {
                if lattice.count(cell, c) > 0 {
                    sum += demand(c, k) * g[cell - lattice.strides[c]];
                }
            }
            g[cell] = sum;
        }
    };
    let singles: Vec<usize> = (0..network.stations.len()).filter(|&k| single(k)).collect();
    for &k in &singles {
        visit(&mut g, k);
    }

    // Stations of several servers: |n|! / prod n! * prod D^n / prod speed.
    let several: Vec<(usize, Vec<f64>)> = (speeds.iter().enumerate())
        .filter_map(|(k, speeds)| Some((k, speeds.as_ref()?)))
        .map(|(k, speeds)| {
            let mut f = vec![1.0; lattice.cells];
            for cell in 1..lattice.cells {
                if let Some(c) = (0..classes).find(|&c| lattice.count(cell, c) > 0) {
                    let present = lattice.total(cell);
                    f[cell] = f[cell - lattice.strides[c]] * demand(c, k) * present as f64
                        / (lattice.count(cell, c) as f64 * speeds[present - 1]);
                }
            }
            (k, f)
        })
        .collect();
    let convolve = |g: &[f64], f: &[f64]| {
        let mut out = vec![0.0; lattice.cells];
        for (cell, out) in out.iter_mut().enumerate() {
            let mut sum = 0.0;
            lattice.below(cell, |low, rest| sum += f[low] * g[rest]);
            *out = sum;
        }
        out
    };
    let all = (several.iter()).fold(g.clone(), |g, (_, f)| convolve(&g, f));

    let throughputs: Vec<f64> = (0..classes)
        .map(|c| match lattice.sizes[c] {
            0 => 0.0,
            _ => all[last - lattice.strides[c]] / all[last] * scale[c],
        })
        .collect();
    let mut queues = vec![vec![0.0; network.stations.len()]; classes];
    for (k, station) in network.stations.iter().enumerate() {
        if is_delay(&station.kind, total) {
            for c in 0..classes {
                queues[c][k] = throughputs[c] * network.classes[c].demands_s[k];
            }
        }
    }
    for &k in &singles {
        let mut twice = all.clone();
        visit(&mut twice, k);
        for c in (0..classes).filter(|&c| lattice.sizes[c] > 0) {
            queues[c][k] = demand(c, k) * twice[last - lattice.strides[c]] / all[last];
        }
    }
    let mut busy = vec![None; network.stations.len()];
    for (i, (k, f)) in several.iter().enumerate() {
        let others = (several.iter().enumerate())
            .filter(|(j, _)| *j != i)
            .fold(g.clone(), |g, (_, (_, f))| convolve(&g, f));
        lattice.below(last, |here, rest| {
            let p = f[here] * others[rest] / all[last];
            for (c, queues) in queues.iter_mut().enumerate() {
                queues[*k] += lattice.count(here, c) as f64 * p;
            }
        });
        busy[*k] = Some((1.0 - others[last] / all[last]).clamp(0.0, 1.0));
    }
    assemble(network, Method::Exact, &throughputs, queues, |k| busy[k])
}
