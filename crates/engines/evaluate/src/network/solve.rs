//! Solving a network: pools first, then classes and held resources, then its limits.

use super::shared::Processors;
use super::stations::Station;
use super::{
    Capacity, Class, ClassResult, ClassTimes, Discipline, Held, HeldLine, HeldResult, Limit,
    Method, Need, Network, PathShare, Pool, PoolResult, Solution, Visit,
};
use crate::percentile::{Flow, Mix, Percentiles, Stage, gamma_percentiles};
use crate::queueing::poisson_quantile;

/// What the responses at a pool follow from, worked out once for all visits.
enum Known {
    /// First come first served: the wait, the same for all.
    Wait(Mix),
    /// Shared: all demands, as (work, mean in seconds, scv).
    Demands(Vec<(f64, f64, f64)>),
}

/// Pools in steady state, as the classes meet them.
pub(super) struct World {
    pools: Vec<PoolResult>,
    stations: Vec<Station>,
    /// For distributions only.
    known: Vec<Known>,
}

impl World {
    /// `demands` are those at each pool, as [`Network::demands`] gives them.
    pub fn new(
        network: &Network,
        stations: Vec<Station>,
        demands: Vec<Vec<(f64, f64, f64)>>,
        method: Method,
    ) -> Self {
        let all = network.pools.iter().zip(&stations).zip(demands);
        let known = match method {
            Method::Moments => Vec::new(),
            Method::Distribution => all
                .map(|((pool, station), demands)| match pool.discipline {
                    Discipline::FirstCome => Known::Wait(station.wait()),
                    Discipline::Shared => Known::Demands(demands),
                })
                .collect(),
        };
        World {
            pools: stations.iter().map(|s| s.result).collect(),
            stations,
            known,
        }
    }
}

impl Network {
    /// Solves the network at `load_factor` times the classes' rates (NaN and negatives count as 0,
    /// more than 1e6 as 1e6).
    pub fn solve(&self, load_factor: f64, method: Method) -> Solution {
        let load_factor = if load_factor.is_nan() {
            0.0
        } else {
            load_factor.clamp(0.0, 1e6)
        };
        let stations = self.stations(load_factor);
        let pools: Vec<PoolResult> = stations.iter().map(|s| s.result).collect();
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
                let world = World::new(self, stations, self.demands(), method);
                all.map(|class| self.solve_class(class, &world, load_factor, method))
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
        let stations = self.stations(load_factor);
        stations.iter().map(|s| s.result).collect()
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
        world: &World,
        load_factor: f64,
        method: Method,
    ) -> ClassResult {
        let pools = &world.pools;
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
        ClassResult {
            rate_per_s,
            saturated_by,
            saturated_held: Vec::new(),
            times: Some(ClassTimes {
                response: match method {
                    Method::Distribution => {
                        let covariances = self.covariances(class, &world.stations);
                        self.flow(class, world).dependent_percentiles(covariances)
                    }
                    Method::Moments => self.rough(class, &world.stations),
                },
                path,
                held_wait_s: 0.0,
            }),
        }
    }

    /// The mean delay of one pass. Where processors are shared, a pass is delayed in proportion to
    /// its own demand.
    fn delay_s(&self, visit: &Visit, result: &PoolResult) -> f64 {
        delay_s(visit, &self.pools[visit.pool], result)
    }

    pub(super) fn path_share(&self, visit: &Visit, pools: &[PoolResult]) -> PathShare {
        let wait = self.delay_s(visit, &pools[visit.pool]);
        PathShare {
            pool: visit.pool,
            wait_s: visit.passes() * wait,
            service_s: visit.passes() * self.service_s(visit),
        }
    }

    fn stage(&self, visit: &Visit, world: &World) -> Option<Flow> {
        let service = self.service_s(visit);
        let mut count = visit.count;
        let stage = match &world.known[visit.pool] {
            Known::Wait(wait) => Stage::new(0.0, service, visit.scv, 0.0, 0.0)?.after(*wait),
            Known::Demands(demands) => {
                match processors(
                    &self.pools[visit.pool],
                    &world.stations[visit.pool],
                    demands,
                ) {
                    Some(processors) => {
                        let (passes, mean, scv) = stay(visit, service);
                        count = passes;
                        let (fixed, rest) = processors.response(mean, scv);
                        Stage::fixed(fixed)?.after(rest)
                    }
                    None => Stage::new(0.0, service, visit.scv, 0.0, 0.0)?,
                }
            }
        };
        let flow = Flow::Stage { stage, count };
        if visit.probability < 1.0 {
            Some(Flow::Mixture(vec![(visit.probability, flow)]))
        } else {
            Some(flow)
        }
    }

    fn flow(&self, class: &Class, world: &World) -> Flow {
        let mut flows = Vec::with_capacity(class.visits.len() + 1);
        flows.extend(Stage::fixed(class.fixed_latency_s).map(Flow::once));
        for group in groups(&class.visits) {
            let mut all: Vec<Flow> = branches(group)
                .map(|branch| {
                    let mut stages: Vec<Flow> =
                        branch.iter().filter_map(|v| self.stage(v, world)).collect();
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

    fn rough(&self, class: &Class, stations: &[Station]) -> Percentiles {
        let (mut mean, mut variance) = (class.fixed_latency_s, 0.0);
        let mut along = Along::default();
        for group in groups(&class.visits) {
            let slowest = branches(group)
                .map(|branch| {
                    branch.iter().fold((0.0, 0.0), |sum, v| {
                        let one = self.spread(v, &stations[v.pool]);
                        if v.parallel.is_none() {
                            along.pass(v, &stations[v.pool], &one);
                        }
                        (sum.0 + one.mean, sum.1 + one.variance)
                    })
                })
                .reduce(later);
            if let Some((m, v)) = slowest {
                mean += m;
                variance += v;
            }
        }
        variance = (variance + along.covariances).max(0.25 * variance);
        gamma_percentiles(mean, variance, class.fixed_latency_s)
    }

    fn spread(&self, visit: &Visit, station: &Station) -> Spread {
        spread(visit, &self.pools[visit.pool], station)
    }

    /// What the dependence of the stations on a path adds to the variance of its response.
    fn covariances(&self, class: &Class, stations: &[Station]) -> f64 {
        let mut along = Along::default();
        for visit in class.visits.iter().filter(|v| v.parallel.is_none()) {
            let station = &stations[visit.pool];
            along.pass(visit, station, &self.spread(visit, station));
        }
        along.covariances
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

fn processors<'a>(
    pool: &Pool,
    station: &Station,
    demands: &'a [(f64, f64, f64)],
) -> Option<Processors<'a>> {
    let queue = station.result.queue?;
    match pool.capacity {
        Capacity::Servers(servers) => Some(Processors {
            servers,
            utilisation: station.result.utilisation,
            wait_probability: queue.wait_probability,
            mean_wait_s: queue.mean_wait_s,
            service_s: station.result.service_s,
            service_scv: station.result.service_scv,
            demands,
        }),
        Capacity::Unlimited => None,
    }
}

fn delay_s(visit: &Visit, pool: &Pool, result: &PoolResult) -> f64 {
    let Some(queue) = result.queue else {
        return 0.0;
    };
    match pool.discipline {
        Discipline::Shared if result.service_s > 0.0 => {
            queue.mean_wait_s * (visit.demand_s / pool.speed) / result.service_s
        }
        _ => queue.mean_wait_s,
    }
}

/// Mean and variance that a visit adds, without its dependence on the other visits of its path.
pub(crate) fn visit_moments(visit: &Visit, pool: &Pool, station: &Station) -> (f64, f64) {
    let spread = spread(visit, pool, station);
    (spread.mean, spread.variance)
}

/// Mean and variance that a visit adds, all passes together.
fn spread(visit: &Visit, pool: &Pool, station: &Station) -> Spread {
    let mut service = visit.demand_s / pool.speed;
    let mut mean = service + delay_s(visit, pool, &station.result);
    let (mut count, mut scv) = (visit.count, visit.scv);
    let mut excess = 0.0;
    let mut own = scv * service * service;
    let shared = pool.discipline == Discipline::Shared;
    if shared && let Some(processors) = processors(pool, station, &[]) {
        let slowed = mean / service.max(f64::MIN_POSITIVE);
        (count, service, scv) = stay(visit, service);
        mean = slowed * service;
        own = slowed * slowed * scv * service * service;
        excess = processors.rough_excess(service, scv);
    } else if !shared {
        excess = station.wait_variance;
    }
    let variance = own + excess;
    let (passes, rest) = (count.floor(), count.fract());
    let maybe = rest * (variance + mean * mean) - (rest * mean).powi(2);
    let (all, spread) = (count * mean, passes * variance + maybe);
    let p = visit.probability;
    Spread {
        mean: p * all,
        variance: p * (spread + all * all) - (p * all).powi(2),
        scv,
        excess,
        shared,
        share: p * count.min(1.0),
    }
}

/// What a visit adds to the response.
struct Spread {
    mean: f64,
    variance: f64,
    /// Of one stay: scv of the demand, and variance by the others.
    scv: f64,
    excess: f64,
    shared: bool,
    /// Share of requests that make the visit.
    share: f64,
}

/// How the stations along a path depend on each other.
///
/// Both laws are fitted to simulated tandems. Shared processors: who is slowed down at one meets the
/// same company at the next; the parts of the variance that come from the others correlate by
/// (1 - rho^2) / (1 + 3 scv), .6 times as much with each station between. First come first served:
/// behind services of scv s the waits of neighbours correlate by .55 rho^4 (1 - s) / (1 + s), which is
/// nothing for exponential ones (Reich 1957).
#[derive(Default)]
struct Along {
    covariances: f64,
    company: f64,
    /// The correlation's law at the last queue, and the spread of the wait there.
    queue: (f64, f64),
}

impl Along {
    fn pass(&mut self, visit: &Visit, station: &Station, spread: &Spread) {
        let rho = station.result.utilisation;
        if spread.excess <= 0.0 || visit.demand_s <= 0.0 {
            return;
        }
        if spread.shared {
            let square = spread.excess * (1.0 - rho * rho) / (1.0 + 3.0 * spread.scv);
            let own = square.sqrt() * spread.share;
            self.covariances += 2.0 * own * self.company;
            self.company = own + 0.6 * self.company;
        } else {
            let s = station.result.service_scv;
            let square = rho * rho;
            let law = 0.55 * square * square * (1.0 - s) / (1.0 + s);
            let own = spread.excess.sqrt() * spread.share;
            self.covariances += (self.queue.0 + law) * self.queue.1 * own;
            self.queue = (law, own);
        }
    }
}

/// A stay at shared processors: how often, its mean and its scv. Passes one after the other are one
/// stay there, since who returns at once goes on where it was.
pub(super) fn stay(visit: &Visit, service_s: f64) -> (f64, f64, f64) {
    let n = visit.count;
    if n <= 1.0 {
        return (n, service_s, visit.scv);
    }
    let fraction = n.fract();
    let scv = visit.scv / n + fraction * (1.0 - fraction) / (n * n);
    (1.0, n * service_s, scv)
}

/// The later of two times given by mean and variance, for searches: the mean as of normal ones
/// (C. E. Clark, Operations Research 9, 1961), the variance the larger one.
pub(crate) fn later(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let spread = (a.1 + b.1).sqrt();
    if spread <= 0.0 {
        return (a.0.max(b.0), 0.0);
    }
    let apart = (a.0 - b.0) / spread;
    let first = 1.0 / (1.0 + (-1.702 * apart).exp());
    let density = (-0.5 * apart * apart).exp() * 0.398_942_3;
    let mean = a.0 * first + b.0 * (1.0 - first) + spread * density;
    (mean.max(a.0.max(b.0)), a.1.max(b.1))
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
