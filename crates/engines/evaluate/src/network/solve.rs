//! Solving a network: pools first, then classes and held resources, then its limits.

use super::{
    Capacity, Class, ClassResult, ClassTimes, Discipline, Held, HeldLine, HeldResult, Limit,
    Method, Need, Network, PathShare, Pool, PoolResult, Queue, Solution, Visit,
};
use crate::percentile::{Flow, Percentiles, Stage, gamma_percentiles};
use crate::queueing::{SATURATION, erlang_c, poisson_quantile};

impl Network {
    /// Solves the network at `load_factor` times the classes' rates (NaN and negatives count as 0,
    /// more than 1e6 as 1e6).
    pub fn solve(&self, load_factor: f64, method: Method) -> Solution {
        let load_factor = if load_factor.is_nan() {
            0.0
        } else {
            load_factor.clamp(0.0, 1e6)
        };
        let pools = self.solve_pools(load_factor);
        let mut held: Vec<HeldResult> = self
            .held
            .iter()
            .map(|h| self.solve_held(h, &pools, load_factor))
            .collect();
        let blocked = self.blocked(&pools, &mut held, load_factor);
        let classes = match blocked {
            Some(blocked) => blocked.classes(load_factor, method),
            None => {
                let all = self.classes.iter();
                all.map(|class| self.solve_class(class, &pools, load_factor, method))
                    .collect()
            }
        };
        Solution {
            load_factor,
            pools,
            classes,
            held,
        }
    }

    pub(super) fn solve_pools(&self, load_factor: f64) -> Vec<PoolResult> {
        // Per pool: arrivals, sum of rate * service, sum of rate * E[service^2].
        let mut sums = vec![(0.0_f64, 0.0_f64, 0.0_f64); self.pools.len()];
        for class in &self.classes {
            let rate = class.rate_per_s * load_factor;
            for visit in &class.visits {
                let service = self.service_s(visit);
                let passes = rate * visit.passes();
                let sum = &mut sums[visit.pool];
                sum.0 += passes;
                sum.1 += passes * service;
                sum.2 += passes * service * service * (1.0 + visit.scv);
            }
        }
        self.pools
            .iter()
            .zip(sums)
            .map(|(pool, sums)| solve_pool(pool, sums))
            .collect()
    }

    pub(super) fn service_s(&self, visit: &Visit) -> f64 {
        visit.demand_s / self.pools[visit.pool].speed
    }

    /// A class's groups of visits that run side by side, as branches of visits in order.
    pub(crate) fn branches_of(class: &Class) -> Vec<Vec<&[Visit]>> {
        groups(&class.visits)
            .map(|group| branches(group).collect())
            .collect()
    }

    pub(super) fn solve_class(
        &self,
        class: &Class,
        pools: &[PoolResult],
        load_factor: f64,
        method: Method,
    ) -> ClassResult {
        let rate_per_s = class.rate_per_s * load_factor;
        let mut saturated_by: Vec<usize> = class
            .visits
            .iter()
            .filter(|v| v.passes() > 0.0 && pools[v.pool].saturated())
            .map(|v| v.pool)
            .collect();
        saturated_by.sort_unstable();
        saturated_by.dedup();
        if !saturated_by.is_empty() {
            return ClassResult {
                rate_per_s,
                saturated_by,
                saturated_held: Vec::new(),
                times: None,
            };
        }
        let path: Vec<PathShare> = class
            .visits
            .iter()
            .map(|v| self.path_share(v, pools))
            .collect();
        let response = match method {
            Method::Distribution => self.flow(class, pools).percentiles(),
            Method::Moments => self.rough(class, pools),
        };
        ClassResult {
            rate_per_s,
            saturated_by,
            saturated_held: Vec::new(),
            times: Some(ClassTimes {
                response,
                path,
                held_wait_s: 0.0,
            }),
        }
    }

    fn wait(&self, visit: &Visit, pools: &[PoolResult]) -> (f64, f64) {
        wait(visit, &self.pools[visit.pool], &pools[visit.pool])
    }

    pub(super) fn path_share(&self, visit: &Visit, pools: &[PoolResult]) -> PathShare {
        let (_, wait) = self.wait(visit, pools);
        PathShare {
            pool: visit.pool,
            wait_s: visit.passes() * wait,
            service_s: visit.passes() * self.service_s(visit),
        }
    }

    fn stage(&self, visit: &Visit, pools: &[PoolResult]) -> Option<Flow> {
        let (probability, wait) = match self.wait(visit, pools) {
            (probability, wait) if probability > 0.0 => (probability, wait / probability),
            _ => (0.0, 0.0),
        };
        let stage = Stage::new(0.0, self.service_s(visit), visit.scv, probability, wait)?;
        let flow = Flow::Stage {
            stage,
            count: visit.count,
        };
        if visit.probability < 1.0 {
            Some(Flow::Mixture(vec![(visit.probability, flow)]))
        } else {
            Some(flow)
        }
    }

    fn flow(&self, class: &Class, pools: &[PoolResult]) -> Flow {
        let mut flows = Vec::with_capacity(class.visits.len() + 1);
        flows.extend(Stage::fixed(class.fixed_latency_s).map(Flow::once));
        for group in groups(&class.visits) {
            let mut all: Vec<Flow> = branches(group)
                .map(|branch| {
                    let mut stages: Vec<Flow> =
                        branch.iter().filter_map(|v| self.stage(v, pools)).collect();
                    if stages.len() == 1 {
                        stages.remove(0)
                    } else {
                        Flow::Series(stages)
                    }
                })
                .collect();
            if all.len() > 1 {
                flows.push(Flow::Parallel(all));
            } else {
                flows.append(&mut all);
            }
        }
        Flow::Series(flows)
    }

    fn rough(&self, class: &Class, pools: &[PoolResult]) -> Percentiles {
        let (mut mean, mut variance) = (class.fixed_latency_s, 0.0);
        for group in groups(&class.visits) {
            let slowest = branches(group)
                .map(|branch| {
                    branch.iter().fold((0.0, 0.0), |sum, v| {
                        let one = self.visit_moments(v, pools);
                        (sum.0 + one.0, sum.1 + one.1)
                    })
                })
                .reduce(|a, b| if b.0 > a.0 { b } else { a });
            if let Some((m, v)) = slowest {
                mean += m;
                variance += v;
            }
        }
        gamma_percentiles(mean, variance, class.fixed_latency_s)
    }

    fn visit_moments(&self, visit: &Visit, pools: &[PoolResult]) -> (f64, f64) {
        visit_moments(visit, &self.pools[visit.pool], &pools[visit.pool])
    }

    pub(super) fn solve_held(
        &self,
        held: &Held,
        pools: &[PoolResult],
        load_factor: f64,
    ) -> HeldResult {
        let (mut mean, mut arrival_per_s) = (0.0, 0.0);
        for holder in &held.holders {
            let class = &self.classes[holder.class];
            let visits = &class.visits[holder.first..holder.end];
            if visits
                .iter()
                .any(|v| v.passes() > 0.0 && pools[v.pool].saturated())
            {
                return HeldResult {
                    limit: held.limit,
                    need: None,
                    line: None,
                    saturated: false,
                };
            }
            let rate = class.rate_per_s * load_factor;
            arrival_per_s += rate * holder.passes();
            mean += rate * (self.duration(visits, pools) + holder.fixed_s);
        }
        let p99 = poisson_quantile(mean, 0.99);
        let line = HeldLine {
            arrival_per_s,
            utilisation: mean / held.limit.max(1) as f64,
            wait_probability: 0.0,
            mean_wait_s: 0.0,
            mean_held_s: if arrival_per_s > 0.0 {
                mean / arrival_per_s
            } else {
                0.0
            },
            refused: 0.0,
        };
        HeldResult {
            limit: held.limit,
            need: Some(Need { mean, p99 }),
            line: Some(line),
            saturated: false,
        }
    }

    /// Mean time of consecutive visits, in seconds; of branches side by side the longest mean.
    pub(super) fn duration(&self, visits: &[Visit], pools: &[PoolResult]) -> f64 {
        groups(visits)
            .map(|group| {
                branches(group)
                    .map(|branch| {
                        let each = branch.iter().map(|v| self.path_share(v, pools));
                        each.map(|s| s.wait_s + s.service_s).sum::<f64>()
                    })
                    .fold(0.0, f64::max)
            })
            .sum()
    }

    /// The smallest multiple of the classes' rates at which a pool reaches utilisation 1, and which
    /// pool; the first in order among equals. `None` if no limited pool has any work.
    pub fn saturates_at(&self) -> Option<Limit> {
        let mut first: Option<Limit> = None;
        for (index, erlangs) in self.offered().into_iter().enumerate() {
            let Capacity::Servers(servers) = self.pools[index].capacity else {
                continue;
            };
            if erlangs <= 0.0 {
                continue;
            }
            let load_factor = (servers as f64 / erlangs).min(1e15);
            if first.is_none_or(|f| load_factor < f.load_factor) {
                first = Some(Limit { load_factor, index });
            }
        }
        first
    }

    /// Erlangs per pool at load factor 1, without solving any queue.
    fn offered(&self) -> Vec<f64> {
        let mut erlangs = vec![0.0; self.pools.len()];
        for class in &self.classes {
            for visit in &class.visits {
                erlangs[visit.pool] += class.rate_per_s * visit.passes() * self.service_s(visit);
            }
        }
        erlangs
    }

    /// The smallest multiple of the classes' rates at which a held resource no longer suffices for
    /// 99 % of the time, and which; found by bisection to 0.1 % up to the load that saturates a
    /// pool, or up to `most` without one. `None` if all suffice until then.
    pub fn held_limit_at(&self, most: f64) -> Option<Limit> {
        let most = if most.is_nan() {
            1.0
        } else {
            most.clamp(0.0, 1e6)
        };
        let top = self
            .saturates_at()
            .map_or(most, |l| (l.load_factor * 0.999_999).min(most));
        let exceeded = |load: f64| {
            let pools = self.solve_pools(load);
            self.held
                .iter()
                .position(|h| self.solve_held(h, &pools, load).exceeded())
        };
        let mut index = exceeded(top)?;
        let (mut low, mut high) = (0.0, top);
        while high - low > 1e-3 * high && high > 1e-9 {
            let middle = 0.5 * (low + high);
            match exceeded(middle) {
                Some(i) => (high, index) = (middle, i),
                None => low = middle,
            }
        }
        Some(Limit {
            load_factor: high,
            index,
        })
    }
}

/// The share of passes that are delayed, and the mean delay of one pass. Where processors are
/// shared, a pass is delayed in proportion to its own demand.
fn wait(visit: &Visit, pool: &Pool, result: &PoolResult) -> (f64, f64) {
    let Some(queue) = result.queue else {
        return (0.0, 0.0);
    };
    let delay = match pool.discipline {
        Discipline::Shared if result.service_s > 0.0 => {
            queue.mean_wait_s * (visit.demand_s / pool.speed) / result.service_s
        }
        _ => queue.mean_wait_s,
    };
    (queue.wait_probability, delay)
}

/// Mean and variance that a visit adds, all passes together.
pub(crate) fn visit_moments(visit: &Visit, pool: &Pool, result: &PoolResult) -> (f64, f64) {
    let service = visit.demand_s / pool.speed;
    let (probability, wait) = wait(visit, pool, result);
    let mean = service + wait;
    let conditional = if probability > 0.0 {
        wait / probability
    } else {
        0.0
    };
    let variance = visit.scv * service * service + 2.0 * wait * conditional - wait * wait;
    let (passes, rest) = (visit.count.floor(), visit.count.fract());
    let maybe = rest * (variance + mean * mean) - (rest * mean).powi(2);
    let (all, spread) = (visit.count * mean, passes * variance + maybe);
    let p = visit.probability;
    (p * all, p * (spread + all * all) - (p * all).powi(2))
}

/// Runs of visits that happen at the same time: one visit each, or all of one parallel group.
pub(super) fn groups(visits: &[Visit]) -> impl Iterator<Item = &[Visit]> {
    visits.chunk_by(|a, b| match (a.parallel, b.parallel) {
        (Some(a), Some(b)) => a.group == b.group,
        _ => false,
    })
}

/// The branches of a group: runs of visits that follow each other.
pub(super) fn branches(group: &[Visit]) -> impl Iterator<Item = &[Visit]> {
    group.chunk_by(|a, b| a.parallel == b.parallel)
}

/// Solves a pool from its arrivals and its sums of rate * service and rate * E[service^2].
pub(crate) fn solve_pool(
    pool: &Pool,
    (arrival_per_s, erlangs, second): (f64, f64, f64),
) -> PoolResult {
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
                    let variability = match pool.discipline {
                        Discipline::FirstCome => (1.0 + service_scv) / 2.0,
                        Discipline::Shared => 1.0,
                    };
                    let mean_wait_s = wait_probability * service_s / spare * variability;
                    let mean_length = arrival_per_s * mean_wait_s;
                    (
                        utilisation,
                        Some(Queue {
                            wait_probability,
                            mean_wait_s,
                            mean_length,
                        }),
                    )
                }
            }
        }
    };
    PoolResult {
        arrival_per_s,
        service_s,
        service_scv,
        erlangs,
        utilisation,
        queue,
    }
}
