//! From windows to results.

use indexmap::IndexMap;

use crate::interval::{Pooled, ratio};
use crate::program::NONE;
use crate::result::{
    Errors, Measure, Simulated, SimulatedLink, SimulatedOperation, SimulatedResource,
    SimulatedStation, SimulatedTimes, Totals,
};
use crate::station::Kind;
use crate::tally::{Cause, ClassTally, Window};
use crate::world::World;
use crate::{Played, Settings, timeline};

/// More requests in the system in the last quarter of a run than in the second, by this factor:
/// they pile up. A line through zero gives 2.33.
const PILES_UP: f64 = 1.8;

/// The widest interval that the goal is about, as a share of its value. `None`: one of them has no
/// interval yet.
pub fn widest(world: &World, windows: &[Window], warm_up: usize) -> Option<f64> {
    let windows = &windows[warm_up..];
    let mut widest: f64 = 0.0;
    let mut any = false;
    for (class, flow) in world.plant.flows.iter().enumerate() {
        let due = world.sources[class].rate_per_s > 0.0;
        if !(due && flow.waited_for && !flow.unverified) {
            continue;
        }
        any = true;
        let times = times(windows, class)?;
        for m in [times.mean_ms, times.p50_ms, times.p95_ms, times.p99_ms] {
            widest = widest.max(m.relative()?);
        }
    }
    any.then_some(widest)
}

fn times(windows: &[Window], class: usize) -> Option<SimulatedTimes> {
    let sums = windows.iter().map(|w| {
        let tally = &w.classes[class];
        (tally.sum_s, tally.answered as f64)
    });
    let mean = ratio(sums)?;
    let pooled = Pooled::new(windows.iter().map(|w| &w.classes[class].times).collect());
    let percentile = |share| pooled.percentile(share).map(|m| m.scaled(1e3));
    Some(SimulatedTimes {
        mean_ms: mean.scaled(1e3),
        p50_ms: percentile(0.5)?,
        p95_ms: percentile(0.95)?,
        p99_ms: percentile(0.99)?,
        p999_ms: percentile(0.999)?,
    })
}

pub fn report(world: &World, settings: &Settings, played: Played) -> Simulated {
    let Played {
        windows,
        whole,
        ended,
        warm_up,
        scripted,
    } = played;
    let counted = &windows[warm_up.min(windows.len())..];
    let jobs = counted.iter().map(|w| (w.jobs, w.to_s - w.from_s));
    let mut totals = Totals {
        in_flight: world.jobs,
        ..Totals::default()
    };
    for tally in whole.classes.iter().take(world.plant.flows.len()) {
        totals.arrived += tally.arrived;
        totals.answered += tally.answered;
        totals.failed += tally.failed();
    }
    let mut left_out = world.program.left_out.clone();
    left_out.extend(world.unknown());
    Simulated {
        seed: settings.seed,
        load: settings.load,
        ended,
        events: world.events,
        duration_s: world.now,
        warm_up_s: counted.first().map_or(0.0, |w| w.from_s),
        batches: counted.len(),
        growing: !scripted && growing(&windows),
        in_system: ratio(jobs).unwrap_or_default(),
        totals,
        operations: operations(world, counted),
        stations: stations(world, counted),
        resources: resources(world, counted),
        links: links(world),
        timeline: scripted.then(|| timeline::timeline(world, &windows, &settings.faults)),
        left_out,
    }
}

fn growing(windows: &[Window]) -> bool {
    let n = windows.len();
    if n < 8 {
        return false;
    }
    let level = |part: &[Window]| {
        let time: f64 = part.iter().map(|w| w.to_s - w.from_s).sum();
        part.iter().map(|w| w.jobs).sum::<f64>() / time.max(f64::MIN_POSITIVE)
    };
    let quarters = [n / 4, n / 2, 3 * n / 4];
    let second = level(&windows[quarters[0]..quarters[1]]);
    let third = level(&windows[quarters[1]..quarters[2]]);
    let last = level(&windows[quarters[2]..]);
    third > second && last > third && last > PILES_UP * second && last > 10.0
}

fn operations(world: &World, windows: &[Window]) -> IndexMap<String, SimulatedOperation> {
    let duration: f64 = windows.iter().map(|w| w.to_s - w.from_s).sum();
    let mut operations = IndexMap::new();
    for (class, flow) in world.plant.flows.iter().enumerate() {
        let mut sum = ClassTally::default();
        windows.iter().for_each(|w| sum.add(&w.classes[class]));
        let per_second = windows
            .iter()
            .map(|w| (w.classes[class].answered as f64, w.to_s - w.from_s));
        let ended = sum.answered + sum.failed();
        let share = |n: u64| {
            if ended > 0 {
                n as f64 / ended as f64
            } else {
                0.0
            }
        };
        let errors = windows.iter().map(|w| {
            let tally = &w.classes[class];
            let failed = tally.failed() as f64;
            (failed, failed + tally.answered as f64)
        });
        let each = |n: u64| {
            if sum.arrived > 0 {
                n as f64 / sum.arrived as f64
            } else {
                0.0
            }
        };
        let known = |times: Option<SimulatedTimes>| times.filter(|_| !flow.unverified);
        let background = world.background[class];
        let background = (background != NONE)
            .then(|| times(windows, background as usize))
            .flatten();
        let operation = SimulatedOperation {
            arrival_per_s: if duration > 0.0 {
                sum.arrived as f64 / duration
            } else {
                0.0
            },
            rate_per_s: ratio(per_second).unwrap_or_default(),
            samples: sum.answered,
            response: known(times(windows, class)),
            background: known(background),
            errors: Errors {
                all: ratio(errors).unwrap_or_default(),
                timeout: share(sum.failed[Cause::Timeout as usize]),
                refused: share(sum.failed[Cause::Refused as usize]),
                breaker: share(sum.failed[Cause::Open as usize]),
                down: share(sum.failed[Cause::Down as usize]),
            },
            retries: each(sum.retries),
            timeouts: each(sum.timeouts),
            refused: each(sum.refused),
            fallbacks: each(sum.fallbacks),
            unverified: flow.unverified,
        };
        operations.insert(flow.id.clone(), operation);
    }
    operations
}

fn stations(world: &World, windows: &[Window]) -> IndexMap<String, SimulatedStation> {
    let all = world.plant.stations.iter().enumerate();
    all.map(|(i, spec)| {
        let areas = windows.iter().map(|w| (w.stations[i], w.to_s - w.from_s));
        let bounded = world.stations[i].kind != Kind::Delay;
        let over_time = |f: fn(&crate::tally::Area) -> f64| {
            ratio(areas.clone().map(|(a, t)| (f(&a), t))).unwrap_or_default()
        };
        let busy = bounded.then(|| ratio(areas.clone().map(|(a, _)| (a.busy, a.servers))));
        let station = SimulatedStation {
            arrival_per_s: over_time(|a| a.count as f64).value,
            utilisation: busy.flatten(),
            number: over_time(|a| a.number),
            queue_length: over_time(|a| a.number - a.busy),
            servers: bounded.then(|| over_time(|a| a.servers).value),
        };
        (spec.id.clone(), station)
    })
    .collect()
}

fn resources(world: &World, windows: &[Window]) -> IndexMap<String, SimulatedResource> {
    let all = world.plant.resources.iter().enumerate();
    all.map(|(i, spec)| {
        let areas = windows.iter().map(|w| (w.resources[i], w.to_s - w.from_s));
        let over_time = |f: fn(&crate::tally::Area) -> f64| {
            ratio(areas.clone().map(|(a, t)| (f(&a), t))).unwrap_or_default()
        };
        let state = &world.resources[i];
        let resource = SimulatedResource {
            limit: spec.limit,
            mean: over_time(|a| a.busy),
            p99: enough(&state.levels, 0.99),
            most: u64::from(state.most),
            waiting: over_time(|a| a.number - a.busy).value,
            refused_per_s: over_time(|a| a.count as f64).value,
        };
        (spec.id.clone(), resource)
    })
    .collect()
}

/// The number that is enough for a share of the time.
fn enough(levels: &[f64], share: f64) -> Option<u64> {
    let all: f64 = levels.iter().sum();
    let mut time = 0.0;
    for (level, spent) in levels.iter().enumerate() {
        time += spent;
        if all > 0.0 && time >= share * all {
            return Some(level as u64);
        }
    }
    None
}

fn links(world: &World) -> IndexMap<String, SimulatedLink> {
    let all = world.plant.links.iter().zip(&world.links);
    all.map(|(spec, link)| {
        let counts = SimulatedLink {
            calls: link.calls,
            retries: link.retries,
            timeouts: link.timeouts,
            over_budget: link.over_budget,
            breaker_refused: link.refused,
            breaker_opened: link.opened,
        };
        (spec.id.clone(), counts)
    })
    .collect()
}

/// A share with no interval, for windows of a timeline.
pub fn value_at(tally: &ClassTally, share: f64) -> Option<f64> {
    let pooled = Pooled::new(vec![&tally.times]);
    (pooled.samples > 0).then(|| pooled.value(share) * 1e3)
}

/// A measure without interval.
impl From<f64> for Measure {
    fn from(value: f64) -> Self {
        Measure {
            value,
            half_width: None,
        }
    }
}
