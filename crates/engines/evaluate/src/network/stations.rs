//! The pools of a network as stations: what waits before them, and for how long.
//!
//! # First come first served
//! Mean waits: M/M/c times a factor for variability. A service less variable than an exponential:
//! T. Kimura's interpolation (Annals of Operations Research 1, 1986) between M/M/c and G. P.
//! Cosmetatos' M/D/c (Operational Research Quarterly 27, 1976). A more variable one: from its value
//! in light traffic, where who waits waits for the first of c residual services (D. Y. Burman, D. R.
//! Smith 1983), to (1 + scv) / 2 in heavy traffic. For one server both are Pollaczek and Khinchine's.
//!
//! Arrivals: departures of a pool with services other than exponential are no Poisson stream. Their
//! variability follows W. Whitt, The Queueing Network Analyzer, Bell System Technical Journal 62,
//! 1983, and changes the wait of the pools behind it as W. Kraemer and M. Langenbach-Belz give it.
//!
//! Distribution of the wait: that of M/G/1 of the same utilisation and service (its moments by L.
//! Takacs 1962), stretched to the mean wait.

use super::{Capacity, Class, Discipline, Network, Pool, PoolResult, Queue, Visit};
use crate::percentile::Mix;
use crate::queueing::{SATURATION, erlang_c};

/// A pool in steady state, with what the distribution of its times needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Station {
    pub result: PoolResult,
    /// E[S^3] and E[S^4] over E[S] to that power.
    third: f64,
    fourth: f64,
    /// Variance of the wait where it is first come first served, in square seconds.
    pub wait_variance: f64,
}

/// What a pool has to do.
#[derive(Debug, Clone, Copy, Default)]
struct Work {
    arrival_per_s: f64,
    /// Arrivals times E[S], E[S^2], E[S^3], E[S^4].
    moments: [f64; 4],
}

impl Network {
    pub(crate) fn stations(&self, load_factor: f64) -> Vec<Station> {
        let mut work = vec![Work::default(); self.pools.len()];
        for class in &self.classes {
            let rate = class.rate_per_s * load_factor;
            for visit in &class.visits {
                let service = self.service_s(visit);
                let passes = rate * visit.passes();
                let sum = &mut work[visit.pool];
                sum.arrival_per_s += passes;
                let mut power = passes;
                for (sum, moment) in sum.moments.iter_mut().zip(moments(visit.scv)) {
                    power *= service;
                    *sum += power * moment;
                }
            }
        }
        let mut stations: Vec<Station> = self
            .pools
            .iter()
            .zip(work)
            .map(|(pool, work)| station(pool, work))
            .collect();
        let varied = |(pool, station): (&Pool, &Station)| {
            pool.discipline == Discipline::FirstCome
                && station.result.utilisation > 0.0
                && (station.result.service_scv - 1.0).abs() > 1e-9
        };
        if self.pools.iter().zip(&stations).any(varied) {
            let arrivals = self.arrival_variability(load_factor, &stations);
            for ((station, pool), arrival_scv) in stations.iter_mut().zip(&self.pools).zip(arrivals)
            {
                if pool.discipline == Discipline::FirstCome {
                    station.arrivals(arrival_scv);
                }
            }
        }
        for (station, pool) in stations.iter_mut().zip(&self.pools) {
            if pool.discipline == Discipline::FirstCome {
                station.wait_variance = station.variance_of_wait();
            }
        }
        stations
    }

    /// Squared coefficient of variation of the times between arrivals at each pool.
    fn arrival_variability(&self, load_factor: f64, stations: &[Station]) -> Vec<f64> {
        let mut arrivals = vec![1.0; stations.len()];
        // Streams that join hide each other's pattern, the more the idler the pool.
        let mut squares = vec![0.0; stations.len()];
        for (class, visit) in self.visits() {
            squares[visit.pool] += (class.rate_per_s * load_factor * visit.passes()).powi(2);
        }
        let shows: Vec<f64> = stations
            .iter()
            .zip(squares)
            .map(|(s, squares)| {
                let streams = s.result.arrival_per_s.powi(2) / squares.max(f64::MIN_POSITIVE);
                let idle = 1.0 - s.result.utilisation.min(1.0);
                1.0 / (1.0 + 4.0 * idle * idle * (streams - 1.0).max(0.0))
            })
            .collect();
        // A network without loops is right after as many rounds as its longest path has pools; with
        // loops each round brings a fraction of the last one's change.
        for _ in 0..3 {
            let mut sums = vec![0.0; stations.len()];
            for class in &self.classes {
                let rate = class.rate_per_s * load_factor;
                let mut stream = 1.0;
                for visit in &class.visits {
                    let passes = rate * visit.passes();
                    let station = &stations[visit.pool].result;
                    if passes <= 0.0 || station.arrival_per_s <= 0.0 {
                        continue;
                    }
                    let p = visit.probability;
                    let entering = p * stream + 1.0 - p;
                    let leaving = self.departures(visit.pool, station, arrivals[visit.pool]);
                    let own = (rate * p / station.arrival_per_s).min(1.0);
                    let left = own * leaving + 1.0 - own;
                    // The first pass comes along the path, the others from the pool itself.
                    let first = 1.0 / visit.count.max(1.0);
                    let share = passes / station.arrival_per_s;
                    sums[visit.pool] += share * (first * entering + (1.0 - first) * left);
                    stream = p * left + (1.0 - p) * stream;
                }
            }
            for ((arrival, sum), shows) in arrivals.iter_mut().zip(sums).zip(&shows) {
                *arrival = (1.0 - shows + shows * sum).clamp(0.0, 1e4);
            }
        }
        for pool in self.paced(load_factor, stations) {
            arrivals[pool] = 0.0;
        }
        arrivals
    }

    /// Pools of fixed services at which nobody waits, because all that come were spaced by slower
    /// fixed services before (H. D. Friedman, Reduction Methods for Tandem Queuing Systems,
    /// Operations Research 13, 1965).
    fn paced(&self, load_factor: f64, stations: &[Station]) -> Vec<usize> {
        let mut found = Vec::new();
        for class in &self.classes {
            let rate = class.rate_per_s * load_factor;
            let mut pace = f64::INFINITY;
            for visit in &class.visits {
                let (pool, result) = (&self.pools[visit.pool], &stations[visit.pool].result);
                let alone = visit.scv == 0.0
                    && visit.parallel.is_none()
                    && pool.discipline == Discipline::FirstCome
                    && visit.passes() == 1.0
                    && (result.arrival_per_s - rate).abs() <= 1e-9 * rate;
                let Capacity::Servers(servers) = pool.capacity else {
                    break;
                };
                if !alone || result.service_s <= 0.0 {
                    break;
                }
                let own = servers as f64 / result.service_s;
                if pace <= own * (1.0 + 1e-9) {
                    found.push(visit.pool);
                }
                pace = pace.min(own);
            }
        }
        found
    }

    fn departures(&self, pool: usize, result: &PoolResult, arrival_scv: f64) -> f64 {
        let busy = result.utilisation.min(1.0).powi(2);
        let passed = 1.0 + (1.0 - busy) * (arrival_scv - 1.0);
        match (self.pools[pool].discipline, self.pools[pool].capacity) {
            (Discipline::FirstCome, Capacity::Servers(servers)) => {
                let own = (result.service_scv - 1.0) / (servers.max(1) as f64).sqrt();
                (passed + busy * own).max(0.0)
            }
            _ => passed,
        }
    }

    fn visits(&self) -> impl Iterator<Item = (&Class, &Visit)> {
        self.classes
            .iter()
            .flat_map(|class| class.visits.iter().map(move |visit| (class, visit)))
    }

    /// Every pool's stays as (work per second, mean demand, scv).
    pub(super) fn demands(&self) -> Vec<Vec<(f64, f64, f64)>> {
        let mut all = vec![Vec::new(); self.pools.len()];
        for (class, visit) in self.visits() {
            let service = self.service_s(visit);
            let work = class.rate_per_s * visit.passes() * service;
            let (_, mean, scv) = super::solve::stay(visit, service);
            if work > 0.0 {
                all[visit.pool].push((work, mean, scv));
            }
        }
        all
    }
}

/// E[S^r] over E[S]^r for r from 1 to 4: a fixed part and an exponential, or two exponentials with
/// balanced means.
fn moments(scv: f64) -> [f64; 4] {
    let s = scv;
    if s > 1.0 {
        let square = (s + 1.0) * (s + 1.0);
        return [
            1.0,
            1.0 + s,
            3.0 * s * (s + 1.0),
            6.0 * square * (2.0 * s - 1.0),
        ];
    }
    let cube = s * s.sqrt();
    [
        1.0,
        1.0 + s,
        1.0 + 3.0 * s + 2.0 * cube,
        1.0 + 6.0 * s + 8.0 * cube + 9.0 * s * s,
    ]
}

/// A pool of shared processors alone, from its arrivals and its sums of rate * service and rate *
/// E[service^2]. Higher moments decide nothing there.
pub(crate) fn solve_pool(
    pool: &Pool,
    (arrival_per_s, erlangs, second): (f64, f64, f64),
) -> Station {
    let moments = [erlangs, second, 0.0, 0.0];
    station(
        pool,
        Work {
            arrival_per_s,
            moments,
        },
    )
}

fn station(pool: &Pool, work: Work) -> Station {
    let arrival_per_s = work.arrival_per_s;
    let [erlangs, second, third, fourth] = work.moments;
    let service_s = if arrival_per_s > 0.0 {
        erlangs / arrival_per_s
    } else {
        0.0
    };
    // E[S^2] / E[S]^2 - 1; the subtraction may fall a rounding error below 0.
    let service_scv = if erlangs > 0.0 {
        (second * arrival_per_s / (erlangs * erlangs) - 1.0).clamp(0.0, 1e12)
    } else {
        0.0
    };
    let idle = Queue {
        wait_probability: 0.0,
        mean_wait_s: 0.0,
        mean_length: 0.0,
    };
    let (utilisation, queue) = match pool.capacity {
        Capacity::Unlimited => (0.0, Some(idle)),
        Capacity::Servers(_) if arrival_per_s == 0.0 => (0.0, Some(idle)),
        Capacity::Servers(servers) => {
            let utilisation = erlangs / servers.max(1) as f64;
            match erlang_c(servers, erlangs) {
                // No server at all, or too much work for those there are.
                Err(saturated) => (saturated.utilisation.max(SATURATION), None),
                Ok(wait_probability) => {
                    let spare = servers as f64 - erlangs;
                    let factor = match pool.discipline {
                        Discipline::FirstCome => variability(servers, utilisation, service_scv),
                        Discipline::Shared => 1.0,
                    };
                    let mean_wait_s = wait_probability * service_s / spare * factor;
                    let queue = Queue {
                        wait_probability,
                        mean_wait_s,
                        mean_length: arrival_per_s * mean_wait_s,
                    };
                    (utilisation, Some(queue))
                }
            }
        }
    };
    let over = |moment: f64, power: i32| {
        if erlangs > 0.0 && service_s > 0.0 {
            (moment / (arrival_per_s * service_s.powi(power))).min(1e100)
        } else {
            1.0
        }
    };
    Station {
        result: PoolResult {
            arrival_per_s,
            service_s,
            service_scv,
            erlangs,
            utilisation,
            queue,
        },
        third: over(third, 3),
        fourth: over(fourth, 4),
        wait_variance: 0.0,
    }
}

/// The mean wait of M/G/c over that of M/M/c.
fn variability(servers: usize, utilisation: f64, scv: f64) -> f64 {
    let heavy = (1.0 + scv) / 2.0;
    if servers == 1 || (scv - 1.0).abs() < 1e-12 {
        return heavy;
    }
    let c = servers as f64;
    if scv < 1.0 {
        let spare = (1.0 - utilisation) * (c - 1.0) * ((4.0 + 5.0 * c).sqrt() - 2.0);
        let fixed =
            0.5 * (1.0 + spare / (16.0 * c * utilisation.max(1e-9))).min(2.0 * c / (c + 1.0));
        return (1.0 + scv) / (2.0 * scv + (1.0 - scv) / fixed);
    }
    // The first of c residual services, for two exponentials with balanced means: close to (that of
    // one - 1) / c^1.2 above 1.
    let light = 1.0 + (heavy - 1.0) / (c * c.sqrt().sqrt());
    let grown = (utilisation * utilisation.sqrt()).sqrt();
    light + grown * (heavy - light)
}

impl Station {
    /// A pool of which only the results are known, its services in two moments.
    pub(super) fn of(result: PoolResult, discipline: Discipline) -> Self {
        let [_, _, third, fourth] = moments(result.service_scv);
        let mut station = Station {
            result,
            third,
            fourth,
            wait_variance: 0.0,
        };
        if discipline == Discipline::FirstCome {
            station.wait_variance = station.variance_of_wait();
        }
        station
    }

    /// Whether the wait comes from services here, and has their shape.
    fn own(&self) -> bool {
        self.result.utilisation > 0.0 && self.result.service_s > 0.0
    }

    /// Corrects the wait for arrivals that are no Poisson stream.
    fn arrivals(&mut self, arrival_scv: f64) {
        let result = &mut self.result;
        let Some(queue) = &mut result.queue else {
            return;
        };
        if queue.mean_wait_s <= 0.0 || (arrival_scv - 1.0).abs() < 1e-9 {
            return;
        }
        let poisson = 1.0 + result.service_scv;
        let varied = arrival_scv + result.service_scv;
        let mut factor = varied / poisson;
        if arrival_scv < 1.0 {
            let rho = result.utilisation.max(1e-9);
            let seldom =
                2.0 * (1.0 - rho) * (1.0 - arrival_scv).powi(2) / (3.0 * rho * varied.max(1e-9));
            let seldom = (-seldom).exp();
            factor *= seldom;
            queue.wait_probability *= seldom;
        }
        queue.mean_wait_s *= factor;
        queue.mean_length *= factor;
        if queue.mean_wait_s.is_nan() || queue.wait_probability <= 1e-12 {
            *queue = Queue {
                wait_probability: 0.0,
                mean_wait_s: 0.0,
                mean_length: 0.0,
            };
        }
    }

    /// First to third moment of the wait in M/G/1 of the same utilisation and service, in units of
    /// the mean service time.
    fn single(&self) -> [f64; 3] {
        let rho = self.result.utilisation;
        let ratio = rho / (1.0 - rho);
        let second = 1.0 + self.result.service_scv;
        let first = ratio * second / 2.0;
        let square = 2.0 * first * first + ratio * self.third / 3.0;
        let cube = ratio * (1.5 * second * square + self.third * first + self.fourth / 4.0);
        [first, square, cube]
    }

    /// The wait first come first served.
    pub(super) fn wait(&self) -> Mix {
        let Some(queue) = self.result.queue.filter(|q| q.mean_wait_s > 0.0) else {
            return Mix::NOTHING;
        };
        if !self.own() {
            let met = queue.wait_probability.max(1e-12);
            return Mix::exponential(met, queue.mean_wait_s / met);
        }
        let rho = self.result.utilisation;
        let [first, square, cube] = self.single();
        let stretch = queue.mean_wait_s / queue.wait_probability * rho / first;
        let share = queue.wait_probability / rho;
        Mix::from_moments(&[
            queue.wait_probability,
            share * stretch * first,
            share * stretch * stretch * square / 2.0,
            share * stretch.powi(3) * cube / 6.0,
        ])
    }

    /// Variance of the wait first come first served.
    fn variance_of_wait(&self) -> f64 {
        let Some(queue) = self.result.queue.filter(|q| q.mean_wait_s > 0.0) else {
            return 0.0;
        };
        let mean = queue.mean_wait_s;
        if !self.own() {
            return mean * mean * (2.0 / queue.wait_probability.max(1e-12) - 1.0);
        }
        let rho = self.result.utilisation;
        let ratio = rho / (1.0 - rho);
        let first = ratio * (1.0 + self.result.service_scv) / 2.0;
        let square = 2.0 + ratio * self.third / (3.0 * first * first);
        (mean * mean * (square * rho / queue.wait_probability - 1.0)).max(0.0)
    }
}
