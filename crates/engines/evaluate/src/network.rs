//! An open network of pools that several classes of requests (operations) pass through.
//!
//! Each pool is solved as G/G/c by Allen and Cunneen with Poisson arrivals and the mixture of all
//! classes' service times, first come first served; a class's own service time then adds to the
//! common wait. That is exact for one exponential class (Jackson 1957) and for M/G/1
//! (Pollaczek-Khinchine); mixtures on several servers are an approximation, usually within 10 % of
//! the wait. The distribution over a path comes from [`crate::percentile`].
//!
//! A pool at utilisation 1 or more is reported by [`PoolResult::saturated`]; classes through it have
//! no times (`None`). Inputs are checked once by [`Network::new`], so no NaN can come out.

use crate::percentile::{Flow, Percentiles, Stage, gamma_percentiles};
use crate::queueing::{SATURATION, erlang_c, poisson_quantile};

/// Equal servers that share one queue: cores, workers, or a service outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Name for people (`orders.cpu`).
    pub id: String,
    pub capacity: Capacity,
    /// How much faster than the demands assume: 2 halves every service time.
    pub speed: f64,
}

/// How many requests a pool serves at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// That many; others wait.
    Servers(usize),
    /// All: nobody waits (a network, somebody else's service within its limits).
    Unlimited,
}

/// One step of a class's path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// Index into the network's pools.
    pub pool: usize,
    /// Mean service time of one pass at speed 1, in seconds.
    pub demand_s: f64,
    /// Squared coefficient of variation of the service time: 0 fixed, 1 exponential.
    pub scv: f64,
    /// Passes one after the other; a fraction is a probability of one more.
    pub count: f64,
    /// Share of requests that make this visit at all, 0 to 1.
    pub probability: f64,
    /// Consecutive visits of one group run side by side, those of one branch in it in order.
    pub parallel: Option<Parallel>,
}

impl Visit {
    /// Mean passes per request.
    pub fn passes(&self) -> f64 {
        self.count * self.probability
    }
}

/// Which group of visits that run side by side, and which branch of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parallel {
    pub group: u32,
    pub branch: u32,
}

/// One kind of request and its path.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Name for people (`place-order`).
    pub id: String,
    /// Requests per second at load factor 1.
    pub rate_per_s: f64,
    /// Passed in order.
    pub visits: Vec<Visit>,
    /// Time that every request takes besides (network hops), in seconds.
    pub fixed_latency_s: f64,
}

/// A resource that is held while other visits go on: a thread, a database connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Name for people (`orders.connections`).
    pub id: String,
    /// How many there are.
    pub limit: usize,
    pub holders: Vec<Holder>,
}

/// A class that holds a resource during some of its visits.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// Index into the network's classes.
    pub class: usize,
    /// Half-open range of the class's visits, `first..end`, during which it holds one.
    pub first: usize,
    pub end: usize,
    /// Time it is held besides, in seconds (round trips, pauses).
    pub fixed_s: f64,
}

/// An input that no network can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The pool, class or held resource, as `pools.orders.cpu`.
    pub at: String,
    pub message: String,
}

/// How the percentiles are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Numerically, within 0.1 % of the independent path (see [`crate::percentile`]).
    #[default]
    Distribution,
    /// From two moments, for searches: some 5 % off, many times faster. The branches of a parallel
    /// step count with the slowest alone.
    Moments,
}

/// A checked network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pools: Vec<Pool>,
    classes: Vec<Class>,
    held: Vec<Held>,
}

/// All results, in the order of the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The multiple of the classes' rates that was solved for.
    pub load_factor: f64,
    pub pools: Vec<PoolResult>,
    pub classes: Vec<ClassResult>,
    pub held: Vec<HeldResult>,
}

/// One pool in steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolResult {
    /// Passes per second.
    pub arrival_per_s: f64,
    /// Mean service time of a pass over all classes, in seconds.
    pub service_s: f64,
    /// Squared coefficient of variation of that.
    pub service_scv: f64,
    /// Offered work in erlangs: how many servers it would keep busy.
    pub erlangs: f64,
    /// Erlangs over servers; 0 for an unlimited pool.
    pub utilisation: f64,
    /// `None` where the pool has no steady state.
    pub queue: Option<Queue>,
}

impl PoolResult {
    /// Whether more work arrives than can be done.
    pub fn saturated(&self) -> bool {
        self.queue.is_none()
    }
}

/// The queue before a stable pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    /// Share of passes that wait.
    pub wait_probability: f64,
    /// Mean wait over all passes, in seconds.
    pub mean_wait_s: f64,
    /// Mean number waiting.
    pub mean_length: f64,
}

/// One class in steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassResult {
    /// Requests per second at this load.
    pub rate_per_s: f64,
    /// Pools on its path that are saturated, in order of the pools.
    pub saturated_by: Vec<usize>,
    /// `None` where a pool on its path is saturated.
    pub times: Option<ClassTimes>,
}

/// Response time of a class and where it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassTimes {
    pub response: Percentiles,
    /// Per visit, in order.
    pub path: Vec<PathShare>,
}

/// What one visit adds to the mean, all its passes together, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathShare {
    pub pool: usize,
    pub wait_s: f64,
    pub service_s: f64,
}

/// Use of a held resource, by Little's law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldResult {
    pub limit: usize,
    /// `None` where a holder's visits are saturated: the number held then grows without bound.
    pub need: Option<Need>,
}

/// How many of a resource are held at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    /// Mean: rate times mean holding time, summed over the holders.
    pub mean: f64,
    /// Enough for 99 % of the time, the number held being Poisson (M/G/infinity).
    pub p99: u64,
}

impl HeldResult {
    /// Whether more is needed, 1 % of the time or more, than there is.
    pub fn exceeded(&self) -> bool {
        self.need.is_none_or(|need| need.p99 > self.limit as u64)
    }
}

/// What gives way first when load grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Multiple of today's rates at which it happens.
    pub load_factor: f64,
    /// Index of the pool, or of the held resource.
    pub index: usize,
}

const LARGEST_SERVERS: usize = 1_000_000;

impl Network {
    /// Checks the inputs.
    ///
    /// # Errors
    /// Every fault found: times must be 0 to 1e6 s, rates 0 to 1e9 per second, counts 0 to 1e6,
    /// scv 0 to 1e4, speeds 1e-6 to 1e6, servers at most a million, and indices must exist.
    pub fn new(pools: Vec<Pool>, classes: Vec<Class>, held: Vec<Held>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut demand = |at: String, name: &str, value: f64, low: f64, high: f64| {
            if !(low..=high).contains(&value) {
                let message = format!("{name} is {value}, not between {low} and {high}");
                faults.push(Fault { at, message });
            }
        };
        for pool in &pools {
            let at = format!("pools.{}", pool.id);
            demand(at.clone(), "speed", pool.speed, 1e-6, 1e6);
            if let Capacity::Servers(n) = pool.capacity {
                demand(at, "servers", n as f64, 0.0, LARGEST_SERVERS as f64);
            }
        }
        for class in &classes {
            let at = format!("classes.{}", class.id);
            demand(at.clone(), "rate per second", class.rate_per_s, 0.0, 1e9);
            demand(
                at.clone(),
                "fixed latency in seconds",
                class.fixed_latency_s,
                0.0,
                1e6,
            );
            for (i, visit) in class.visits.iter().enumerate() {
                let at = format!("{at}.visits[{i}]");
                demand(at.clone(), "demand in seconds", visit.demand_s, 0.0, 1e6);
                demand(at.clone(), "scv", visit.scv, 0.0, 1e4);
                demand(at.clone(), "count", visit.count, 0.0, 1e6);
                demand(at.clone(), "probability", visit.probability, 0.0, 1.0);
                demand(at, "pool", visit.pool as f64, 0.0, pools.len() as f64 - 1.0);
            }
        }
        for resource in &held {
            for (i, holder) in resource.holders.iter().enumerate() {
                let at = format!("held.{}.holders[{i}]", resource.id);
                let visits = classes.get(holder.class).map_or(0, |c| c.visits.len());
                demand(
                    at.clone(),
                    "class",
                    holder.class as f64,
                    0.0,
                    classes.len() as f64 - 1.0,
                );
                demand(
                    at.clone(),
                    "end",
                    holder.end as f64,
                    holder.first as f64,
                    visits as f64,
                );
                demand(at, "fixed time in seconds", holder.fixed_s, 0.0, 1e6);
            }
        }
        if faults.is_empty() {
            Ok(Network {
                pools,
                classes,
                held,
            })
        } else {
            Err(faults)
        }
    }

    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// Changes the number of servers of a pool, for searches. Held to a million; an unknown pool is
    /// left alone.
    pub fn set_servers(&mut self, pool: usize, servers: usize) {
        if let Some(pool) = self.pools.get_mut(pool) {
            pool.capacity = Capacity::Servers(servers.min(LARGEST_SERVERS));
        }
    }

    /// Solves the network at `load_factor` times the classes' rates (NaN and negatives count as 0,
    /// more than 1e6 as 1e6).
    pub fn solve(&self, load_factor: f64, method: Method) -> Solution {
        let load_factor = if load_factor.is_nan() {
            0.0
        } else {
            load_factor.clamp(0.0, 1e6)
        };
        let pools = self.solve_pools(load_factor);
        let classes = self
            .classes
            .iter()
            .map(|class| self.solve_class(class, &pools, load_factor, method))
            .collect();
        let held = self
            .held
            .iter()
            .map(|h| self.solve_held(h, &pools, load_factor))
            .collect();
        Solution {
            load_factor,
            pools,
            classes,
            held,
        }
    }

    fn solve_pools(&self, load_factor: f64) -> Vec<PoolResult> {
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

    fn service_s(&self, visit: &Visit) -> f64 {
        visit.demand_s / self.pools[visit.pool].speed
    }

    fn solve_class(
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
            times: Some(ClassTimes { response, path }),
        }
    }

    fn path_share(&self, visit: &Visit, pools: &[PoolResult]) -> PathShare {
        let wait = pools[visit.pool].queue.map_or(0.0, |q| q.mean_wait_s);
        PathShare {
            pool: visit.pool,
            wait_s: visit.passes() * wait,
            service_s: visit.passes() * self.service_s(visit),
        }
    }

    fn stage(&self, visit: &Visit, pools: &[PoolResult]) -> Option<Flow> {
        let (probability, wait) = match pools[visit.pool].queue {
            Some(q) if q.wait_probability > 0.0 => {
                (q.wait_probability, q.mean_wait_s / q.wait_probability)
            }
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

    /// Mean and variance that a visit adds, all passes together.
    fn visit_moments(&self, visit: &Visit, pools: &[PoolResult]) -> (f64, f64) {
        let service = self.service_s(visit);
        let (probability, wait) = pools[visit.pool]
            .queue
            .map_or((0.0, 0.0), |q| (q.wait_probability, q.mean_wait_s));
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

    fn solve_held(&self, held: &Held, pools: &[PoolResult], load_factor: f64) -> HeldResult {
        let mut mean = 0.0;
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
                };
            }
            let holding: f64 = groups(visits)
                .map(|group| {
                    branches(group)
                        .map(|branch| {
                            let each = branch.iter().map(|v| self.path_share(v, pools));
                            each.map(|s| s.wait_s + s.service_s).sum::<f64>()
                        })
                        .fold(0.0, f64::max)
                })
                .sum();
            mean += class.rate_per_s * load_factor * (holding + holder.fixed_s);
        }
        let p99 = poisson_quantile(mean, 0.99);
        HeldResult {
            limit: held.limit,
            need: Some(Need { mean, p99 }),
        }
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

/// Runs of visits that happen at the same time: one visit each, or all of one parallel group.
fn groups(visits: &[Visit]) -> impl Iterator<Item = &[Visit]> {
    visits.chunk_by(|a, b| match (a.parallel, b.parallel) {
        (Some(a), Some(b)) => a.group == b.group,
        _ => false,
    })
}

/// The branches of a group: runs of visits that follow each other.
fn branches(group: &[Visit]) -> impl Iterator<Item = &[Visit]> {
    group.chunk_by(|a, b| a.parallel == b.parallel)
}

fn solve_pool(pool: &Pool, (arrival_per_s, erlangs, second): (f64, f64, f64)) -> PoolResult {
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
                    let mean_wait_s =
                        wait_probability * service_s / spare * (1.0 + service_scv) / 2.0;
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
