//! An open network of pools that several classes of requests (operations) pass through.
//!
//! A pool is one of two kinds. [`Discipline::FirstCome`]: G/G/c with Poisson arrivals from outside and
//! the mixture of all classes' service times; a class's own service time adds to the common wait.
//! That is exact for one exponential class (Jackson 1957) and for M/G/1 (Pollaczek-Khinchine);
//! mixtures on several servers are an approximation, usually within 10 % of the wait, farther off
//! where demands differ by tens of times. [`Discipline::Shared`]: processors that an operating system
//! shares out in slices, so that a long job slows the others and does not block them: the mean
//! response is proportional to the demand and does not depend on its distribution, on any number of
//! processors (Baskett, Chandy, Muntz, Palacios 1975; Cohen 1979). The distribution over a path comes
//! from [`crate::percentile`], which also states how far off it is.
//!
//! A pool at utilisation 1 or more is reported by [`PoolResult::saturated`]; classes through it have
//! no times (`None`). Inputs are checked once by [`Network::new`], so no NaN can come out.

use crate::percentile::Percentiles;

mod blocking;
mod region;
mod shared;
mod solve;
mod stations;

pub(crate) use solve::{later, visit_moments};
pub(crate) use stations::{Station, solve_pool};

/// Equal servers that share one queue: cores, workers, or a service outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Name for people (`orders.cpu`).
    pub id: String,
    pub capacity: Capacity,
    pub discipline: Discipline,
    /// How much faster than the demands assume: 2 halves every service time.
    pub speed: f64,
}

/// In what order a pool works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Discipline {
    /// Whoever came first is served to the end: workers, connections, slots.
    #[default]
    FirstCome,
    /// All at once, in slices: processors under an operating system.
    Shared,
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
    /// How many may wait for one; who comes then is refused. `None`: any number.
    pub queue: Option<usize>,
    pub holders: Vec<Holder>,
}

/// A class that holds a resource during some of its visits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holder {
    /// Index into the network's classes.
    pub class: usize,
    /// Half-open range of the class's visits, `first..end`, during which it holds one.
    pub first: usize,
    pub end: usize,
    /// Time it is held besides, in seconds (round trips, pauses), over all times it is taken.
    pub fixed_s: f64,
    /// How often it is taken in a request, as in [`Visit`].
    pub count: f64,
    pub probability: f64,
    pub parallel: Option<Parallel>,
    /// Place among all that the class takes, in the order of taking, and how many of those it has
    /// when it takes this one.
    pub order: u32,
    pub depth: u32,
}

impl Holder {
    /// Taken once in each request, before anything else is.
    pub fn once(class: usize, first: usize, end: usize, fixed_s: f64) -> Self {
        Holder {
            class,
            first,
            end,
            fixed_s,
            count: 1.0,
            probability: 1.0,
            parallel: None,
            order: 0,
            depth: 0,
        }
    }

    /// Mean times it is taken in a request.
    pub fn passes(&self) -> f64 {
        self.count * self.probability
    }
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
    /// Numerically; its p99 is within 5 % of simulation in nine of ten cases (see
    /// [`crate::percentile`]).
    #[default]
    Distribution,
    /// From two moments, for searches: some 6 % off, twenty times faster.
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
    /// Held resources that it needs and that are saturated, in their order.
    pub saturated_held: Vec<usize>,
    /// `None` where a pool on its path, or what it holds, is saturated.
    pub times: Option<ClassTimes>,
}

/// Response time of a class and where it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassTimes {
    pub response: Percentiles,
    /// Per visit, in order.
    pub path: Vec<PathShare>,
    /// Mean wait for held resources, all together, in seconds; part of the response.
    pub held_wait_s: f64,
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
    /// Who waits for one. `None` where there is no steady state.
    pub line: Option<HeldLine>,
    /// There is none for want of this resource itself: what is done meanwhile could be done.
    pub saturated: bool,
}

/// The waiting line before a held resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldLine {
    /// Times it is asked for, per second.
    pub arrival_per_s: f64,
    /// Mean number held over the limit.
    pub utilisation: f64,
    /// Share of those let in that wait.
    pub wait_probability: f64,
    /// Mean wait over all let in, in seconds.
    pub mean_wait_s: f64,
    /// Mean time from taking one to giving it back, in seconds.
    pub mean_held_s: f64,
    /// Share that finds the line full and is refused.
    pub refused: f64,
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
                demand(
                    at.clone(),
                    "fixed time in seconds",
                    holder.fixed_s,
                    0.0,
                    1e9,
                );
                demand(at.clone(), "count", holder.count, 0.0, 1e6);
                demand(at, "probability", holder.probability, 0.0, 1.0);
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
}
