//! Simulates the cases that the percentiles are held against and prints the table of
//! `tests/support/reference.txt`: case, utilisation, class, mean, p50, p95, p99, p99.9, and the half
//! widths of the 95 % intervals of the mean and the p99, all in units of the mean.
//!
//! `cargo run --release -p groundplan-evaluate --example reference -- 20 shared > table`: 20 million
//! requests a run, those cases whose name contains `shared`.
//!
//! It shares no formula with the crate: requests walk from queue to queue.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use groundplan_evaluate::network::{Capacity, Discipline, Network, Visit};

#[path = "../tests/support/cases.rs"]
mod cases;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    /// Uniform in (0, 1].
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 + 0.5 / (1u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.share().ln()
    }

    /// Below an scv of 1 a fixed part and an exponential one, above it two exponentials with
    /// balanced means.
    fn service(&mut self, mean: f64, scv: f64) -> f64 {
        if scv <= 1.0 {
            let random = mean * scv.sqrt();
            return mean - random
                + if random > 0.0 {
                    self.exponential(random)
                } else {
                    0.0
                };
        }
        let p = 0.5 * (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt());
        let p = if self.share() < p { p } else { 1.0 - p };
        self.exponential(mean / (2.0 * p))
    }
}

#[derive(Clone, Copy, PartialEq)]
struct At(f64, usize);

impl Eq for At {}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for At {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// A place of work. Shared processors keep the work done for each request so far, which grows
/// equally for all; a request is done when it reaches its own mark.
struct Station {
    discipline: Discipline,
    servers: f64,
    busy: usize,
    waiting: VecDeque<(usize, f64)>,
    done: f64,
    since: f64,
    marks: BinaryHeap<Reverse<At>>,
    next: f64,
}

impl Station {
    fn rate(&self) -> f64 {
        (self.servers / self.marks.len().max(1) as f64).min(1.0)
    }

    fn advance(&mut self, now: f64) {
        self.done += (now - self.since) * self.rate();
        self.since = now;
    }

    fn plan(&mut self) {
        self.next = match self.marks.peek() {
            Some(Reverse(At(mark, _))) => self.since + (mark - self.done).max(0.0) / self.rate(),
            None => {
                self.done = 0.0;
                f64::INFINITY
            }
        };
    }
}

/// A request's way through one branch: the visits `at..end` of its class.
#[derive(Clone, Copy)]
struct Token {
    request: usize,
    at: usize,
    end: usize,
    passes: u32,
}

struct Request {
    class: usize,
    start: f64,
    group: usize,
    open: usize,
}

struct World<'a> {
    network: &'a Network,
    /// Per class and group the branches, as ranges of visits.
    groups: Vec<Vec<Vec<(usize, usize)>>>,
    stations: Vec<Station>,
    random: Random,
    events: BinaryHeap<Reverse<At>>,
    tokens: Vec<Token>,
    free_tokens: Vec<usize>,
    requests: Vec<Request>,
    free_requests: Vec<usize>,
    found: Vec<Vec<f32>>,
}

fn groups(visits: &[Visit]) -> Vec<Vec<(usize, usize)>> {
    let mut all: Vec<Vec<(usize, usize)>> = Vec::new();
    for (i, visit) in visits.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| visits[b].parallel);
        match (before, visit.parallel) {
            (Some(b), Some(v)) if b == v => all.last_mut().unwrap().last_mut().unwrap().1 = i + 1,
            (Some(b), Some(v)) if b.group == v.group => all.last_mut().unwrap().push((i, i + 1)),
            _ => all.push(vec![(i, i + 1)]),
        }
    }
    all
}

impl World<'_> {
    fn start(&mut self, class: usize, now: f64) {
        let request = Request {
            class,
            start: now,
            group: 0,
            open: 0,
        };
        let id = match self.free_requests.pop() {
            Some(id) => {
                self.requests[id] = request;
                id
            }
            None => {
                self.requests.push(request);
                self.requests.len() - 1
            }
        };
        self.enter(id, now);
    }

    /// Begins the request's present group, or ends the request.
    fn enter(&mut self, id: usize, now: f64) {
        let Request {
            class,
            start,
            group,
            ..
        } = self.requests[id];
        let Some(branches) = self.groups[class].get(group) else {
            self.found[class].push((now - start) as f32);
            self.free_requests.push(id);
            return;
        };
        self.requests[id].open = branches.len();
        for (at, end) in branches.clone() {
            let token = Token {
                request: id,
                at,
                end,
                passes: 0,
            };
            let t = match self.free_tokens.pop() {
                Some(t) => {
                    self.tokens[t] = token;
                    t
                }
                None => {
                    self.tokens.push(token);
                    self.tokens.len() - 1
                }
            };
            self.begin(t, now);
        }
    }

    /// Begins the visit at which the token stands.
    fn begin(&mut self, t: usize, now: f64) {
        let token = self.tokens[t];
        if token.at == token.end {
            self.free_tokens.push(t);
            let request = &mut self.requests[token.request];
            request.open -= 1;
            if request.open == 0 {
                request.group += 1;
                self.enter(token.request, now);
            }
            return;
        }
        let class = self.requests[token.request].class;
        let visit = self.network.classes()[class].visits[token.at];
        let taken = self.random.share() <= visit.probability;
        let more = self.random.share() <= visit.count.fract();
        self.tokens[t].passes = if taken {
            visit.count as u32 + u32::from(more)
        } else {
            0
        };
        self.pass(t, visit, now);
    }

    /// Begins the next pass of the visit, or the next visit.
    fn pass(&mut self, t: usize, visit: Visit, now: f64) {
        if self.tokens[t].passes == 0 {
            self.tokens[t].at += 1;
            return self.begin(t, now);
        }
        self.tokens[t].passes -= 1;
        let speed = self.network.pools()[visit.pool].speed;
        let service = self.random.service(visit.demand_s / speed, visit.scv);
        let station = &mut self.stations[visit.pool];
        if station.servers.is_infinite() {
            self.events.push(Reverse(At(now + service, t)));
            return;
        }
        match station.discipline {
            Discipline::FirstCome if station.busy as f64 >= station.servers => {
                station.waiting.push_back((t, service));
            }
            Discipline::FirstCome => {
                station.busy += 1;
                self.events.push(Reverse(At(now + service, t)));
            }
            Discipline::Shared => {
                station.advance(now);
                station.marks.push(Reverse(At(station.done + service, t)));
                station.plan();
            }
        }
    }

    /// The token's present pass is over.
    fn over(&mut self, t: usize, now: f64) {
        let token = self.tokens[t];
        let class = self.requests[token.request].class;
        let visit = self.network.classes()[class].visits[token.at];
        let station = &mut self.stations[visit.pool];
        if station.discipline == Discipline::FirstCome && station.servers.is_finite() {
            match station.waiting.pop_front() {
                Some((next, service)) => self.events.push(Reverse(At(now + service, next))),
                None => station.busy -= 1,
            }
        }
        self.pass(t, visit, now);
    }
}

fn simulate(network: &Network, load: f64, requests: usize, seed: u64) -> Vec<Vec<f32>> {
    let stations = network.pools().iter().map(|pool| Station {
        discipline: pool.discipline,
        servers: match pool.capacity {
            Capacity::Servers(n) => n as f64,
            Capacity::Unlimited => f64::INFINITY,
        },
        busy: 0,
        waiting: VecDeque::new(),
        done: 0.0,
        since: 0.0,
        marks: BinaryHeap::new(),
        next: f64::INFINITY,
    });
    let mut world = World {
        network,
        groups: network
            .classes()
            .iter()
            .map(|c| groups(&c.visits))
            .collect(),
        stations: stations.collect(),
        random: Random(seed),
        events: BinaryHeap::new(),
        tokens: Vec::new(),
        free_tokens: Vec::new(),
        requests: Vec::new(),
        free_requests: Vec::new(),
        found: vec![Vec::new(); network.classes().len()],
    };
    let rates: Vec<f64> = network
        .classes()
        .iter()
        .map(|c| c.rate_per_s * load)
        .collect();
    let all: f64 = rates.iter().sum();
    let mut arrival = 0.0;
    let mut started = 0;
    while started < requests {
        let event = world
            .events
            .peek()
            .map_or(f64::INFINITY, |Reverse(At(t, _))| *t);
        let shared = world
            .stations
            .iter()
            .enumerate()
            .min_by(|a, b| a.1.next.total_cmp(&b.1.next));
        let (station, end) = shared.map_or((0, f64::INFINITY), |(i, s)| (i, s.next));
        if arrival <= event && arrival <= end {
            let mut mark = world.random.share() * all;
            let mut class = 0;
            while class + 1 < rates.len() && mark > rates[class] {
                mark -= rates[class];
                class += 1;
            }
            world.start(class, arrival);
            arrival += world.random.exponential(1.0 / all);
            started += 1;
        } else if event <= end {
            let Some(Reverse(At(now, t))) = world.events.pop() else {
                break;
            };
            world.over(t, now);
        } else {
            let shared = &mut world.stations[station];
            shared.advance(end);
            let Some(Reverse(At(_, t))) = shared.marks.pop() else {
                break;
            };
            shared.plan();
            world.over(t, end);
        }
    }
    world.found
}

fn quantile(sorted: &[f32], share: f64) -> f64 {
    f64::from(sorted[((sorted.len() as f64 * share) as usize).min(sorted.len() - 1)])
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let millions: f64 = arguments.next().and_then(|a| a.parse().ok()).unwrap_or(1.0);
    let wanted = arguments.next().unwrap_or_default();
    for (name, network) in cases::all().iter().filter(|(n, _)| n.contains(&wanted)) {
        for (i, load) in cases::LOADS.iter().enumerate() {
            // Busier queues forget more slowly.
            let requests = millions * 1e6 * [0.2, 0.3, 0.5, 1.0][i.min(3)];
            let found = simulate(network, *load, requests as usize, 17 + i as u64);
            for (class, mut times) in network.classes().iter().zip(found) {
                times.drain(..times.len() / 50);
                let batches: Vec<(f64, f64)> = times
                    .chunks(times.len() / 20)
                    .take(20)
                    .map(|batch| {
                        let mut batch = batch.to_vec();
                        batch.sort_unstable_by(f32::total_cmp);
                        let sum: f64 = batch.iter().map(|t| f64::from(*t)).sum();
                        (sum / batch.len() as f64, quantile(&batch, 0.99))
                    })
                    .collect();
                let half = |value: fn(&(f64, f64)) -> f64| {
                    let mean = batches.iter().map(value).sum::<f64>() / 20.0;
                    let square = batches
                        .iter()
                        .map(|b| (value(b) - mean).powi(2))
                        .sum::<f64>();
                    // Student's t for 19 degrees of freedom.
                    2.093 * (square / 19.0 / 20.0).sqrt()
                };
                let (half_mean, half_p99) = (half(|b| b.0), half(|b| b.1));
                times.sort_unstable_by(f32::total_cmp);
                let mean = times.iter().map(|t| f64::from(*t)).sum::<f64>() / times.len() as f64;
                let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(|s| quantile(&times, s));
                println!(
                    "{name} {load} {} {mean:.5e} {p50:.5e} {p95:.5e} {p99:.5e} {p999:.5e} {half_mean:.1e} {half_p99:.1e}",
                    class.id
                );
            }
        }
    }
}
