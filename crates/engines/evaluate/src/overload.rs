//! Timeouts and repeats as a fixed point: does a system come back by itself from an overload?
//!
//! A try that takes longer than its timeout is repeated, and the work it began goes on. So the share
//! of tries that time out raises the load, and the load that share. Solved from cold (nobody repeats)
//! and from overloaded (everybody repeats as often as allowed), the two can end apart at the same
//! offered load: a trigger that is long over keeps the system down (N. Bronson, A. Aghayev,
//! A. Charapko, T. Zhu: Metastable Failures in Distributed Systems, HotOS 2021; L. Huang et al.,
//! Metastable Failures in the Wild, OSDI 2022).
//!
//! Stations are M/M/c, shared; a station that cannot keep up makes every try through it time out. The
//! times of a try are matched in two moments by a gamma distribution (Wilson and Hilferty 1931).
//! Waiting for connections and slots is left out here, so that a limit found is an upper one.

use crate::network::Capacity;
use crate::plant::{Act, Call, Plant};
use crate::queueing::erlang_c;

/// Loads are searched up to this multiple.
const MOST_LOAD: f64 = 1e4;
const ROUNDS: usize = 200;

/// One way the repeats can settle.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// By link: mean tries of a call; 1 where none is repeated.
    pub tries: Vec<f64>,
    /// By link: share of tries that time out.
    pub timeouts: Vec<f64>,
    /// By flow: share of requests that fail, as who asked sees it.
    pub failed: Vec<f64>,
    /// Every station keeps up.
    pub stable: bool,
}

impl State {
    /// The largest mean number of tries over any link.
    pub fn amplification(&self) -> f64 {
        self.tries.iter().copied().fold(1.0, f64::max)
    }
}

/// Where a system breaks down under its own repeats and where it comes back, in multiples of its
/// rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Repeats alone keep it overloaded from here on, once it is.
    pub recovers_below: f64,
    /// From here on it gets there without any trigger.
    pub collapses_at: f64,
}

impl Range {
    /// Whether the two are apart by more than a twentieth: a metastable range.
    pub fn metastable(&self) -> bool {
        self.recovers_below < 0.95 * self.collapses_at
    }
}

/// Whether work at a station is ever repeated because it took too long.
pub fn repeats(plant: &Plant) -> bool {
    let mut acts = plant
        .flows
        .iter()
        .flat_map(|f| f.body.iter().chain(&f.background));
    acts.any(|act| repeated(plant, act, false))
}

fn repeated(plant: &Plant, act: &Act, again: bool) -> bool {
    match act {
        Act::Work(work) => again && work.station.is_some(),
        Act::Call(call) => {
            let again = again
                || call.link.is_some_and(|l| {
                    let link = &plant.links[l];
                    link.timeout_s.is_some() && link.retry.is_some_and(|r| r.attempts > 1)
                });
            call.body.iter().any(|a| repeated(plant, a, again))
        }
        Act::Hold { body, .. } => body.iter().any(|a| repeated(plant, a, again)),
        Act::Together(branches) => branches.iter().flatten().any(|a| repeated(plant, a, again)),
    }
}

/// How the repeats settle at `load` times the rates, from cold or from overloaded.
pub fn settle(plant: &Plant, load: f64, overloaded: bool) -> State {
    let most: Vec<f64> = (0..plant.links.len())
        .map(|l| most_tries(plant, l))
        .collect();
    let mut solving = Solving {
        plant,
        tries: if overloaded {
            most.clone()
        } else {
            vec![1.0; plant.links.len()]
        },
        slow: vec![None; plant.stations.len()],
        calls: Vec::new(),
    };
    let mut state = solving.step(load);
    for _ in 0..ROUNDS {
        let next: Vec<f64> = (0..plant.links.len())
            .map(|l| tries(plant, l, state.timeouts[l]).min(most[l]))
            .collect();
        let moved = next
            .iter()
            .zip(&solving.tries)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        // Monotone from either side: the map grows with every number of tries.
        solving.tries = next;
        state = solving.step(load);
        if moved < 1e-9 {
            break;
        }
    }
    state
}

/// The loads between which it depends on the past whether the system works; `None` where nothing is
/// repeated or no load breaks it down.
pub fn range(plant: &Plant) -> Option<Range> {
    if !repeats(plant) {
        return None;
    }
    let edge = |overloaded: bool| {
        let works = |load: f64| settle(plant, load, overloaded).stable;
        if works(MOST_LOAD) {
            return None;
        }
        let (mut low, mut high) = (0.0, MOST_LOAD);
        while high - low > 2e-3 * high && high > 1e-6 {
            // By ratios once a lower bound is known.
            let middle = if low > 0.0 {
                (low * high).sqrt()
            } else {
                high / 4.0
            };
            if works(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    };
    let collapses_at = edge(false)?;
    Some(Range {
        recovers_below: edge(true)?.min(collapses_at),
        collapses_at,
    })
}

/// The same plant with every repeat within a budget, for what a remedy would do.
pub fn with_budget(plant: &Plant, share: f64) -> Plant {
    let mut other = plant.clone();
    for repeat in other.links.iter_mut().filter_map(|l| l.retry.as_mut()) {
        repeat.budget = Some(repeat.budget.map_or(share, |b| b.min(share)));
    }
    other
}

/// Mean tries of a call when a share of them times out.
fn tries(plant: &Plant, link: usize, timeouts: f64) -> f64 {
    let Some(repeat) = plant.links[link].retry else {
        return 1.0;
    };
    let mut sum = 1.0;
    let mut share = 1.0;
    for _ in 1..repeat.attempts.min(100) {
        share *= timeouts;
        sum += share;
    }
    match repeat.budget {
        Some(budget) => sum.min(1.0 + budget),
        None => sum,
    }
}

/// Mean tries when all time out. An open breaker lets next to nothing through.
fn most_tries(plant: &Plant, link: usize) -> f64 {
    let own = &plant.links[link];
    if own.timeout_s.is_none() || own.breaker.is_some() {
        return 1.0;
    }
    tries(plant, link, 1.0)
}

/// Mean and variance of a time, and the share of runs in which a call in it fails.
#[derive(Debug, Clone, Copy, Default)]
struct Time {
    mean: f64,
    variance: f64,
    failed: f64,
    /// It passes a station that cannot keep up.
    endless: bool,
}

struct Solving<'a> {
    plant: &'a Plant,
    tries: Vec<f64>,
    /// By station: how much longer a piece of work takes than alone; `None` where it cannot keep up.
    slow: Vec<Option<f64>>,
    /// Per call over a link: rate and share of tries that time out.
    calls: Vec<(usize, f64, f64)>,
}

impl Solving<'_> {
    fn step(&mut self, load: f64) -> State {
        let plant = self.plant;
        let mut work = vec![0.0; plant.stations.len()];
        for flow in &plant.flows {
            for acts in [&flow.body, &flow.background] {
                self.load(acts, flow.rate_per_s * load, &mut work);
            }
        }
        self.slow = plant
            .stations
            .iter()
            .zip(&work)
            .map(|(station, work)| match station.servers(1.0) {
                (Capacity::Unlimited, _) => Some(1.0),
                (Capacity::Servers(servers), speed) => {
                    let erlangs = work / speed;
                    if erlangs <= 0.0 {
                        return Some(1.0 / speed);
                    }
                    let waits = erlang_c(servers, erlangs).ok()?;
                    Some((1.0 + waits / (servers as f64 - erlangs)) / speed)
                }
            })
            .collect();
        self.calls.clear();
        let mut failed = Vec::with_capacity(plant.flows.len());
        for flow in &plant.flows {
            let body = self.time(&flow.body, flow.rate_per_s);
            self.time(&flow.background, flow.rate_per_s);
            failed.push(body.failed);
        }
        let mut sums = vec![(0.0, 0.0); plant.links.len()];
        for (link, rate, timeouts) in &self.calls {
            sums[*link].0 += rate;
            sums[*link].1 += rate * timeouts;
        }
        let share = |(all, out): (f64, f64)| if all > 0.0 { out / all } else { 0.0 };
        State {
            tries: self.tries.clone(),
            timeouts: sums.into_iter().map(share).collect(),
            failed,
            stable: self
                .slow
                .iter()
                .zip(&work)
                .all(|(slow, work)| slow.is_some() || *work <= 0.0),
        }
    }

    /// Adds the work of acts with all their repeats, in processors kept busy.
    fn load(&self, acts: &[Act], per_s: f64, into: &mut [f64]) {
        for act in acts {
            match act {
                Act::Work(work) => {
                    if let Some(sum) = work.station.and_then(|s| into.get_mut(s)) {
                        *sum += per_s * work.often.passes() * work.mean_s;
                    }
                }
                Act::Call(call) => {
                    let tries = call.link.map_or(1.0, |l| self.tries[l]);
                    self.load(&call.body, per_s * call.often.passes() * tries, into);
                }
                Act::Hold { body, .. } => self.load(body, per_s, into),
                Act::Together(branches) => {
                    branches.iter().for_each(|b| self.load(b, per_s, into));
                }
            }
        }
    }

    /// The time of acts one after the other.
    fn time(&mut self, acts: &[Act], per_s: f64) -> Time {
        let mut sum = Time::default();
        for act in acts {
            let one = match act {
                Act::Work(work) => {
                    let slow = work.station.map_or(Some(1.0), |s| self.slow[s]);
                    let mean = work.mean_s * slow.unwrap_or(1.0);
                    let one = Time {
                        mean,
                        variance: work.scv * mean * mean,
                        failed: 0.0,
                        endless: slow.is_none() && work.mean_s > 0.0,
                    };
                    often(one, work.often.share, work.often.times)
                }
                Act::Call(call) => {
                    let one = self.call(call, per_s * call.often.passes());
                    often(one, call.often.share, call.often.times)
                }
                Act::Hold { body, .. } => self.time(body, per_s),
                Act::Together(branches) => {
                    let all: Vec<Time> = branches.iter().map(|b| self.time(b, per_s)).collect();
                    let longest = all
                        .iter()
                        .copied()
                        .reduce(|a, b| if b.mean > a.mean { b } else { a });
                    let mut longest = longest.unwrap_or_default();
                    longest.failed = 1.0 - all.iter().map(|t| 1.0 - t.failed).product::<f64>();
                    longest.endless = all.iter().any(|t| t.endless);
                    longest
                }
            };
            sum.mean += one.mean;
            sum.variance += one.variance;
            sum.failed = 1.0 - (1.0 - sum.failed) * (1.0 - one.failed);
            sum.endless |= one.endless;
        }
        sum
    }

    /// One call with its repeats; what it takes at most is all its timeouts.
    fn call(&mut self, call: &Call, per_s: f64) -> Time {
        let mut one = self.time(&call.body, per_s);
        one.mean += call.hop_s;
        let link = call.link.map(|l| (l, &self.plant.links[l]));
        if let Some((index, link)) = link {
            let late = link.timeout_s.map_or(0.0, |timeout| {
                if one.endless {
                    1.0
                } else {
                    later_than(timeout, one.mean, one.variance)
                }
            });
            let failed = 1.0 - (1.0 - late) * (1.0 - one.failed);
            self.calls.push((index, per_s, late));
            let attempts = link.retry.map_or(1, |r| r.attempts.clamp(1, 100));
            one.failed = failed.powi(attempts as i32);
            if let Some(timeout) = link.timeout_s {
                // The caller goes on by then, one way or the other.
                let most = timeout * f64::from(attempts);
                if one.endless || one.mean > most {
                    (one.mean, one.variance, one.endless) = (most, 0.0, false);
                }
            }
        }
        if call.fallback.is_some() {
            one.failed = 0.0;
        }
        one
    }
}

/// Several passes in a share of the runs.
fn often(one: Time, share: f64, times: f64) -> Time {
    let (share, times) = (share.clamp(0.0, 1.0), times.clamp(0.0, 1e6));
    let all = times * one.mean;
    Time {
        mean: share * all,
        variance: share * (times * one.variance + all * all) - (share * all).powi(2),
        failed: share * (1.0 - (1.0 - one.failed).powf(times)),
        endless: one.endless && share * times > 0.0,
    }
}

/// P(T > t) of a gamma time: the cube root of its ratio to the mean is nearly normal.
fn later_than(t: f64, mean: f64, variance: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let nine = variance / (mean * mean) / 9.0;
    if nine < 1e-15 {
        return if mean > t { 1.0 } else { 0.0 };
    }
    let z = ((t / mean).cbrt() - (1.0 - nine)) / nine.sqrt();
    normal_tail(z)
}

/// P(Z > z) of the standard normal, Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8.
fn normal_tail(z: f64) -> f64 {
    let x = z.abs();
    let t = 1.0 / (1.0 + 0.231_641_9 * x);
    let sum = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum;
    if z < 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{Flow, Link, Often, Repeat, Station, Work};

    /// One station of one server, .1 s of work, called over a link with a timeout of 1 s.
    fn plant(rate_per_s: f64, attempts: u32, budget: Option<f64>) -> Plant {
        let station = Station {
            id: "a.main".into(),
            component: "a".into(),
            discipline: crate::network::Discipline::Shared,
            processors: 1.0,
            zones: vec![1.0],
            takes_over_s: None,
            scaling: None,
        };
        let link = Link {
            id: "to-a".into(),
            from: "user".into(),
            to: "a".into(),
            timeout_s: Some(1.0),
            retry: Some(Repeat {
                attempts,
                backoff_s: 0.1,
                jitter: true,
                budget,
            }),
            breaker: None,
        };
        let work = Act::Work(Work {
            station: Some(0),
            mean_s: 0.1,
            scv: 1.0,
            often: Often::ONCE,
            step: 0,
        });
        let call = Call {
            link: Some(0),
            to: "a".into(),
            hop_s: 0.0,
            often: Often::ONCE,
            holds: Vec::new(),
            body: vec![work],
            fallback: None,
        };
        let flow = Flow {
            id: "ask".into(),
            rate_per_s,
            waited_for: true,
            body: vec![Act::Call(call)],
            ..Flow::default()
        };
        Plant {
            stations: vec![station],
            links: vec![link],
            flows: vec![flow],
            ..Plant::default()
        }
    }

    #[test]
    fn a_calm_system_times_out_as_its_response_says() {
        // M/M/1 at .5: the response is exponential of .2 s as the moments of shared work have it.
        let state = settle(&plant(5.0, 1, None), 1.0, false);
        assert!(
            (state.timeouts[0] - (-5.0_f64).exp()).abs() < 1.5e-3,
            "{state:?}"
        );
        assert_eq!(state.amplification(), 1.0);
        assert!(state.stable && (state.failed[0] - state.timeouts[0]).abs() < 1e-12);
    }

    #[test]
    fn four_tries_keep_a_third_of_the_capacity_down() {
        // Once all time out, each call is four: 10 a second bear 2.5.
        let plant = plant(1.0, 4, None);
        let found = range(&plant).unwrap();
        assert!((found.recovers_below / 2.5 - 1.0).abs() < 0.01, "{found:?}");
        assert!(
            found.collapses_at > 6.0 && found.collapses_at < 10.0,
            "{found:?}"
        );
        assert!(found.metastable());
        let (cold, hot) = (settle(&plant, 5.0, false), settle(&plant, 5.0, true));
        assert!(cold.stable && cold.amplification() < 1.1, "{cold:?}");
        assert!(
            !hot.stable && (hot.amplification() - 4.0).abs() < 1e-9,
            "{hot:?}"
        );
        assert_eq!(hot.failed[0], 1.0);
        // Below, both end in the same place.
        let (cold, hot) = (settle(&plant, 2.0, false), settle(&plant, 2.0, true));
        assert!((cold.tries[0] - hot.tries[0]).abs() < 1e-6);
    }

    #[test]
    fn a_budget_or_a_breaker_lets_it_come_back() {
        let budget = range(&plant(1.0, 4, Some(0.1))).unwrap();
        assert!(
            (budget.recovers_below * 1.1 / 10.0 - 1.0).abs() < 0.01,
            "{budget:?}"
        );
        assert!(!budget.metastable() || budget.recovers_below > 8.0);
        let mut guarded = plant(1.0, 4, None);
        guarded.links[0].breaker = Some(crate::plant::Break {
            failures: 5,
            recovery_s: 10.0,
        });
        assert!(!range(&guarded).unwrap().metastable());
        assert_eq!(range(&plant(1.0, 1, None)), None);
        let nobody = settle(&plant(0.0, 4, None), 1.0, true);
        assert!(nobody.stable && nobody.timeouts[0].is_finite());
    }
}
