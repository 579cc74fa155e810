//! Waiting for what is held: connections, slots, bulkheads.
//!
//! Resources are solved from the inside out, as the method of layers does (J. Rolia and K. Sevcik
//! 1995): the inside of each becomes one station ([`super::region`]), with which the resource around
//! it is solved. The wait for a resource becomes a visit of the classes that need it. While only so
//! many are inside, the queues inside are shorter than those of an open network; they are scaled to
//! what the closed inside takes, so that waiting is counted once.
//!
//! A resource of which there is always plenty costs nothing here: what is needed, as a Poisson
//! number, then stays six standard deviations below the limit.

use super::region::{Inner, Region, line};
use super::solve::World;
use super::stations::Station;
use super::{
    Capacity, Class, ClassResult, Discipline, Held, HeldLine, HeldResult, Holder, Limit, Method,
    Network, Pool, PoolResult, Queue, Visit,
};

/// The network with the waits for held resources as visits.
pub(super) struct Blocked {
    network: Network,
    pools: Vec<PoolResult>,
    /// Pools that are real; the held resources follow, in their order.
    real: usize,
    resources: usize,
    /// Per class and visit: the pool it really is at, `None` for a wait for a resource.
    of: Vec<Vec<Option<usize>>>,
}

/// A class with its waits as visits, and its holds among them.
struct Laid {
    class: Class,
    of: Vec<Option<usize>>,
    /// How much of the open network's wait is left at each visit.
    scale: Vec<f64>,
    holds: Vec<Hold>,
}

/// A hold in the order of taking; its visits start with the wait for what is taken next.
struct Hold {
    resource: usize,
    holder: Holder,
    /// Index of the wait for it; what is held during follows, up to `end`.
    wait: usize,
    end: usize,
}

/// What is waited for; a bulkhead refuses instead.
fn held_in_line(held: &[Held]) -> impl Iterator<Item = &Held> {
    held.iter().filter(|h| h.queue.is_none())
}

/// Whether what is needed may come near what there is.
fn tight(result: &HeldResult) -> bool {
    result.need.is_none_or(|need| {
        let most = need.mean + 6.0 * need.mean.sqrt() + 6.0;
        need.mean > 0.0 && most > result.limit as f64
    })
}

impl Network {
    /// Solves the waits for held resources and puts them into `held`; `None` where there are none.
    pub(super) fn blocked(
        &self,
        pools: &[PoolResult],
        held: &mut [HeldResult],
        load_factor: f64,
    ) -> Option<Blocked> {
        let tight: Vec<bool> = held.iter().map(tight).collect();
        if !tight.contains(&true) {
            return None;
        }
        let mut laid: Vec<Laid> = (0..self.classes.len())
            .map(|class| self.lay(class, &tight))
            .collect();
        let mut all = pools.to_vec();
        all.resize(pools.len() + self.held.len(), idle());
        let mut rates: Vec<Vec<f64>> = vec![Vec::new(); self.held.len()];
        for resource in inside_out(&laid, self.held.len()) {
            if !tight[resource] {
                continue;
            }
            let solved = self.resource(resource, &laid, &all, &rates, load_factor);
            rates[resource] = solved.rates;
            held[resource].line = solved.line;
            held[resource].saturated = solved.stuck;
            all[pools.len() + resource].queue = solved.queue;
            for laid in &mut laid {
                for hold in laid.holds.iter().filter(|h| h.resource == resource) {
                    let inside = laid.scale.get_mut(hold.wait + 1..hold.end);
                    inside
                        .into_iter()
                        .flatten()
                        .for_each(|s| *s *= solved.scale);
                }
            }
        }
        Some(self.with_waits(laid, all))
    }

    /// The smallest multiple of the classes' rates at which a held resource cannot be given back as
    /// fast as it is asked for, and which, where that is clearly before `station_limit`, the
    /// multiple at which a pool saturates. By bisection to 0.1 %.
    pub fn held_saturates_at(&self, station_limit: Option<f64>) -> Option<Limit> {
        let top = 0.97 * station_limit.unwrap_or(1e6).clamp(0.0, 1e6);
        // As many as an open network has inside on average would do: a closed one is faster.
        let pools = self.solve_pools(top);
        let few = |held: &Held| {
            let need = self.solve_held(held, &pools, top).need;
            !held.holders.is_empty() && need.is_none_or(|n| n.mean > held.limit as f64)
        };
        if held_in_line(&self.held).all(|held| !few(held)) {
            return None;
        }
        let saturated = |load: f64| {
            let pools = self.solve_pools(load);
            let mut held: Vec<HeldResult> = self
                .held
                .iter()
                .map(|h| self.solve_held(h, &pools, load))
                .collect();
            self.blocked(&pools, &mut held, load);
            held.iter().position(|h| h.saturated)
        };
        let mut index = saturated(top)?;
        let (mut low, mut high) = (0.0, top);
        while high - low > 1e-3 * high && high > 1e-9 {
            let middle = 0.5 * (low + high);
            match saturated(middle) {
                Some(i) => (high, index) = (middle, i),
                None => low = middle,
            }
        }
        Some(Limit {
            load_factor: high,
            index,
        })
    }

    /// A class with a visit before each hold of a resource that may be waited for.
    fn lay(&self, class: usize, tight: &[bool]) -> Laid {
        let own = &self.classes[class];
        let mut taken: Vec<(usize, &Holder)> = Vec::new();
        for (resource, held) in self.held.iter().enumerate().filter(|(i, _)| tight[*i]) {
            let holders = held.holders.iter().filter(|h| h.class == class);
            taken.extend(holders.map(|h| (resource, h)));
        }
        taken.sort_by_key(|(_, h)| h.order);
        let mut laid = Laid {
            class: Class {
                visits: Vec::with_capacity(own.visits.len() + taken.len()),
                ..own.clone()
            },
            of: Vec::new(),
            scale: Vec::new(),
            holds: Vec::new(),
        };
        // Where each visit has come to stand.
        let mut places = Vec::with_capacity(own.visits.len());
        let mut next = taken.iter().peekable();
        for index in 0..=own.visits.len() {
            while let Some((resource, holder)) = next.next_if(|(_, h)| h.first <= index) {
                laid.holds.push(Hold {
                    resource: *resource,
                    holder: **holder,
                    wait: laid.class.visits.len(),
                    end: 0,
                });
                laid.class.visits.push(Visit {
                    pool: self.pools.len() + resource,
                    demand_s: 0.0,
                    scv: 0.0,
                    count: holder.count,
                    probability: holder.probability,
                    parallel: holder.parallel,
                });
                laid.of.push(None);
            }
            if let Some(visit) = own.visits.get(index) {
                places.push(laid.class.visits.len());
                laid.class.visits.push(*visit);
                laid.of.push(Some(visit.pool));
            }
        }
        for hold in &mut laid.holds {
            let last = hold.holder.end.checked_sub(1);
            let end = last.and_then(|l| places.get(l)).map_or(0, |p| p + 1);
            hold.end = end.max(hold.wait + 1);
        }
        laid.scale = vec![1.0; laid.class.visits.len()];
        laid
    }

    /// One resource, with what is inside it known.
    fn resource(
        &self,
        resource: usize,
        laid: &[Laid],
        all: &[PoolResult],
        rates: &[Vec<f64>],
        load_factor: f64,
    ) -> Solved {
        let own = &self.held[resource];
        let mut sums = Sums::default();
        for laid in laid {
            let per_s = laid.class.rate_per_s * load_factor;
            for (at, hold) in laid.holds.iter().enumerate() {
                let runs = per_s * hold.holder.passes();
                if hold.resource == resource && runs > 0.0 {
                    sums.per_s += runs;
                    self.gather(laid, at, per_s, all, &mut sums);
                }
            }
        }
        if sums.per_s <= 0.0 {
            return Solved::idle();
        }
        if sums.endless {
            return Solved::none(Vec::new(), false);
        }
        let each = |x: f64| x / sums.per_s;
        let mut region = Region {
            delay_s: each(sums.delay),
            ..Region::default()
        };
        for (pool, erlangs) in &sums.stations {
            let Capacity::Servers(servers) = self.pools[*pool].capacity else {
                continue;
            };
            region.stations.push(Inner {
                demand_s: each(*erlangs),
                servers,
                other: (all[*pool].erlangs - erlangs).max(0.0),
            });
        }
        for (inner, per_s) in &sums.resources {
            region.resources.push((each(*per_s), rates[*inner].clone()));
        }
        let speeds = region.rates(own.limit);
        let Some(found) = line(sums.per_s, &speeds, own.queue) else {
            return Solved::none(speeds, true);
        };
        // Allen and Cunneen's correction for the spread of the work inside, as far as it is that
        // work and no queue inside that holds things up: the share of the holding time that is work
        // with all held, to the third power, fitted to simulations of nested resources (within 3 %
        // of the wait, where the chain alone is up to 16 % too long).
        let mean = each(sums.work);
        let scv = (each(sums.square) / (mean * mean).max(f64::MIN_POSITIVE) - 1.0).clamp(0.0, 1e4);
        let busiest = speeds.last().copied().unwrap_or(0.0) / own.limit.max(1) as f64;
        let own_work = (mean * busiest).clamp(0.0, 1.0).powi(3);
        let wait = found.mean_wait_s * (1.0 + own_work * (scv - 1.0) / 2.0);
        let (open, work) = (each(sums.open), each(sums.busy));
        let scale = if open - work > 1e-12 {
            ((found.mean_held_s - work) / (open - work)).clamp(0.0, 1.0)
        } else {
            1.0
        };
        let accepted = sums.per_s * (1.0 - found.refused);
        Solved {
            line: Some(HeldLine {
                arrival_per_s: sums.per_s,
                utilisation: found.mean_held / own.limit.max(1) as f64,
                wait_probability: found.wait_probability,
                mean_wait_s: wait,
                mean_held_s: found.mean_held_s,
                refused: found.refused,
            }),
            queue: Some(Queue {
                wait_probability: found.wait_probability,
                mean_wait_s: wait,
                mean_length: accepted * wait,
            }),
            rates: speeds,
            scale,
            stuck: false,
        }
    }

    /// Adds what happens during one hold, per second.
    fn gather(&self, laid: &Laid, at: usize, per_s: f64, all: &[PoolResult], sums: &mut Sums) {
        let hold = &laid.holds[at];
        let visits = &laid.class.visits[hold.wait + 1..hold.end];
        let base = hold.wait + 1;
        let (mut fixed, mut skip) = (hold.holder.fixed_s, 0);
        let (mut mean, mut variance) = (0.0, 0.0);
        let slow = self.slowest(visits);
        let mut open = 0.0;
        for (i, visit) in visits.iter().enumerate() {
            let passes = visit.passes();
            if passes <= 0.0 {
                continue;
            }
            let result = &all[visit.pool];
            if result.queue.is_none() {
                sums.endless = true;
                return;
            }
            let service = self.demand_s(visit);
            let wait = self.wait_s(visit, result) * laid.scale[base + i];
            if slow[i] {
                open += passes * (service + wait);
                let (m, v) = spread(visit, service, &hold.holder);
                mean += m;
                variance += v;
                sums.busy += per_s * passes * service;
            }
            if base + i < skip {
                continue;
            }
            match self.pools.get(visit.pool).map(|p| p.capacity) {
                None => {
                    let inner = visit.pool - self.pools.len();
                    add(&mut sums.resources, inner, per_s * passes);
                    if let Some(hold) = laid.holds.iter().find(|h| h.wait == base + i) {
                        skip = hold.end;
                        fixed -= hold.holder.fixed_s;
                    }
                }
                Some(Capacity::Servers(_)) => {
                    add(&mut sums.stations, visit.pool, per_s * passes * service);
                }
                Some(Capacity::Unlimited) if slow[i] => sums.delay += per_s * passes * service,
                Some(Capacity::Unlimited) => {}
            }
        }
        sums.delay += per_s * fixed.max(0.0);
        sums.busy += per_s * hold.holder.fixed_s;
        sums.open += per_s * (open + hold.holder.fixed_s);
        let runs = per_s * hold.holder.passes();
        let mean = mean + hold.holder.fixed_s / hold.holder.passes();
        sums.work += runs * mean;
        sums.square += runs * (variance + mean * mean);
    }

    /// Of visits side by side, those of the branch that does the most; all others as well.
    fn slowest(&self, visits: &[Visit]) -> Vec<bool> {
        let mut slow = vec![true; visits.len()];
        let work = |of: &[Visit]| -> f64 { of.iter().map(|v| v.passes() * self.demand_s(v)).sum() };
        let mut start = 0;
        for group in super::solve::groups(visits) {
            let most = super::solve::branches(group).map(work).fold(0.0, f64::max);
            let (mut at, mut found) = (start, false);
            for branch in super::solve::branches(group) {
                let longest = !found && work(branch) >= most;
                found |= longest;
                slow[at..at + branch.len()].fill(longest);
                at += branch.len();
            }
            start += group.len();
        }
        slow
    }

    fn demand_s(&self, visit: &Visit) -> f64 {
        if visit.pool < self.pools.len() {
            self.service_s(visit)
        } else {
            0.0
        }
    }

    /// Mean wait of one pass, as [`Network::solve`] counts it.
    fn wait_s(&self, visit: &Visit, result: &PoolResult) -> f64 {
        let wait = result.queue.map_or(0.0, |q| q.mean_wait_s);
        match self.pools.get(visit.pool).map(|p| p.discipline) {
            Some(Discipline::Shared) if result.service_s > 0.0 => {
                wait * self.service_s(visit) / result.service_s
            }
            _ => wait,
        }
    }

    /// The network in which each wait for a resource is a visit, and each scaled wait a pool.
    fn with_waits(&self, laid: Vec<Laid>, mut results: Vec<PoolResult>) -> Blocked {
        let mut pools = self.pools.clone();
        pools.extend(self.held.iter().map(|held| Pool {
            id: held.id.clone(),
            capacity: Capacity::Unlimited,
            discipline: Discipline::FirstCome,
            speed: 1.0,
        }));
        let (mut classes, mut of) = (
            Vec::with_capacity(laid.len()),
            Vec::with_capacity(laid.len()),
        );
        for mut one in laid {
            for (visit, scale) in one.class.visits.iter_mut().zip(&one.scale) {
                if *scale >= 1.0 {
                    continue;
                }
                let (mut result, pool) = (results[visit.pool], pools[visit.pool].clone());
                let Some(queue) = &mut result.queue else {
                    continue;
                };
                queue.mean_wait_s *= scale;
                queue.mean_length *= scale;
                visit.pool = pools.len();
                pools.push(pool);
                results.push(result);
            }
            classes.push(one.class);
            of.push(one.of);
        }
        Blocked {
            network: Network {
                pools,
                classes,
                held: Vec::new(),
            },
            pools: results,
            real: self.pools.len(),
            resources: self.held.len(),
            of,
        }
    }
}

impl Blocked {
    /// The classes' times with their waits for resources.
    pub fn classes(&self, load_factor: f64, method: Method) -> Vec<ClassResult> {
        // Of what else is done at a pool two moments are known here.
        let demands = self.pools.iter();
        let demands = demands.map(|p| vec![(p.erlangs, p.service_s, p.service_scv)]);
        let pools = self.network.pools.iter().zip(&self.pools);
        let stations = pools.map(|(pool, result)| Station::of(*result, pool.discipline));
        let world = World::new(&self.network, stations.collect(), demands.collect(), method);
        let all = self.network.classes.iter().zip(&self.of);
        all.map(|(class, of)| {
            let mut result = self.network.solve_class(class, &world, load_factor, method);
            let held = self.real..self.real + self.resources;
            result.saturated_held = result
                .saturated_by
                .iter()
                .filter(|p| held.contains(p))
                .map(|p| p - self.real)
                .collect();
            result.saturated_by.retain(|p| *p < self.real);
            if let Some(times) = &mut result.times {
                let waits = times.path.iter().zip(of).filter(|(_, of)| of.is_none());
                times.held_wait_s = waits.map(|(share, _)| share.wait_s).sum();
                let shares = std::mem::take(&mut times.path).into_iter().zip(of);
                times.path = shares
                    .filter_map(|(share, of)| {
                        let pool = (*of)?;
                        Some(super::PathShare { pool, ..share })
                    })
                    .collect();
            }
            result
        })
        .collect()
    }
}

/// What happens in a resource's holds, summed over them, per second.
#[derive(Default)]
struct Sums {
    per_s: f64,
    delay: f64,
    /// Work by pool, and acquisitions by resource.
    stations: Vec<(usize, f64)>,
    resources: Vec<(usize, f64)>,
    /// Time with the waits of the open network, and without any.
    open: f64,
    busy: f64,
    /// First and second moment of the work of one hold.
    work: f64,
    square: f64,
    /// Something inside has no steady state.
    endless: bool,
}

struct Solved {
    line: Option<HeldLine>,
    queue: Option<Queue>,
    rates: Vec<f64>,
    scale: f64,
    stuck: bool,
}

impl Solved {
    /// No steady state, for want of this resource (`stuck`) or of something inside.
    fn none(rates: Vec<f64>, stuck: bool) -> Self {
        Solved {
            line: None,
            queue: None,
            rates,
            scale: 1.0,
            stuck,
        }
    }

    fn idle() -> Self {
        Solved {
            line: Some(HeldLine {
                arrival_per_s: 0.0,
                utilisation: 0.0,
                wait_probability: 0.0,
                mean_wait_s: 0.0,
                mean_held_s: 0.0,
                refused: 0.0,
            }),
            queue: idle().queue,
            rates: Vec::new(),
            scale: 1.0,
            stuck: false,
        }
    }
}

fn idle() -> PoolResult {
    PoolResult {
        arrival_per_s: 0.0,
        service_s: 0.0,
        service_scv: 0.0,
        erlangs: 0.0,
        utilisation: 0.0,
        queue: Some(Queue {
            wait_probability: 0.0,
            mean_wait_s: 0.0,
            mean_length: 0.0,
        }),
    }
}

fn add(sums: &mut Vec<(usize, f64)>, index: usize, value: f64) {
    match sums.iter_mut().find(|(i, _)| *i == index) {
        Some((_, sum)) => *sum += value,
        None => sums.push((index, value)),
    }
}

/// Mean and variance of a visit's work in one hold.
fn spread(visit: &Visit, service_s: f64, holder: &Holder) -> (f64, f64) {
    let count = visit.count / holder.count;
    let probability = (visit.probability / holder.probability).min(1.0);
    let one = visit.scv * service_s * service_s;
    let rest = count.fract();
    let all = count * service_s;
    let variance =
        count.floor() * one + rest * (one + service_s * service_s) - (rest * service_s).powi(2);
    let mean = probability * all;
    (mean, probability * (variance + all * all) - mean * mean)
}

/// The resources so that what is taken while another is held comes before that one. Where two are
/// each taken within the other, the first in order goes last.
fn inside_out(laid: &[Laid], resources: usize) -> Vec<usize> {
    let mut inner: Vec<Vec<usize>> = vec![Vec::new(); resources];
    for laid in laid {
        for hold in &laid.holds {
            let inside = laid
                .holds
                .iter()
                .filter(|h| h.wait > hold.wait && h.end <= hold.end && h.wait < hold.end);
            for other in inside.filter(|h| h.resource != hold.resource) {
                if !inner[hold.resource].contains(&other.resource) {
                    inner[hold.resource].push(other.resource);
                }
            }
        }
    }
    let mut order = Vec::with_capacity(resources);
    let mut seen = vec![false; resources];
    for resource in 0..resources {
        visit(resource, &inner, &mut seen, &mut order);
    }
    order
}

fn visit(resource: usize, inner: &[Vec<usize>], seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[resource], true) {
        return;
    }
    for other in &inner[resource] {
        visit(*other, inner, seen, order);
    }
    order.push(resource);
}
