//! What users saw, window by window, while a script of faults was played.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};
use crate::report::value_at;
use crate::tally::Window;
use crate::world::World;

/// Equal windows of time and what happened in each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    pub window_s: f64,
    pub faults: Vec<FaultSpan>,
    pub windows: Vec<Span>,
    /// By operation, one moment per window.
    pub operations: IndexMap<String, Vec<Moment>>,
    /// By operation, for those that somebody waits for. Empty where the script has no faults.
    pub aftermath: IndexMap<String, Aftermath>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultSpan {
    pub what: String,
    pub from_s: f64,
    pub to_s: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub from_s: f64,
    pub to_s: f64,
    /// Indices of the faults that were on for a part of it.
    pub on: Vec<usize>,
    /// Mean number of requests in the system.
    pub in_system: f64,
}

/// One operation in one window. Rates are per second.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Moment {
    pub arrived_per_s: f64,
    pub answered_per_s: f64,
    pub failed_per_s: f64,
    /// Of what was answered in the window; absent where nothing was.
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub retries_per_s: f64,
    pub timeouts_per_s: f64,
    pub fallbacks_per_s: f64,
}

/// How one operation came through.
///
/// Before is the second half of the time before the first fault. A window is bad when the share of
/// failures is more than a point above the worst of before, when fewer than nine tenths of those
/// that came were answered (where that held before), or when its median or 99th percentile is more
/// than 10 % above the highest of before. It is recovered at the start of three windows in a row,
/// after the last fault, that are not bad; never, if there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aftermath {
    pub before: Normal,
    /// The window with the largest share of failures; of equals, with the highest 99th percentile.
    pub worst: Worst,
    /// Whether any window was bad since the first fault.
    pub affected: bool,
    /// Failures beyond the usual, since the first fault.
    pub lost: u64,
    /// From the end of the last fault; absent where it never recovers.
    pub recovers_after_s: Option<f64>,
    /// The faults are over and it stays bad to the end: the state feeds itself (metastable failure;
    /// Bronson and others, HotOS 2021), or the script ends too early to tell.
    pub never_recovers: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Normal {
    pub answered_per_s: f64,
    pub failed_share: f64,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Worst {
    pub from_s: f64,
    pub failed_share: f64,
    pub answered_per_s: f64,
    pub p99_ms: Option<f64>,
}

/// Bad by the share of failures, and by times.
const FAILED_MORE: f64 = 0.01;
const SLOWER: f64 = 1.1;
const FEWER: f64 = 0.9;
/// Good windows in a row that count as recovered.
const IN_A_ROW: usize = 3;

pub(crate) fn timeline(world: &World, windows: &[Window], faults: &[Fault]) -> Timeline {
    let mut spans = Vec::new();
    let ends: Vec<FaultSpan> = faults
        .iter()
        .map(|f| FaultSpan {
            what: f.kind.describe(),
            from_s: f.at_s,
            to_s: match f.kind {
                FaultKind::Flush(_) => f.at_s,
                _ => f.at_s + f.for_s.clamp(0.0, f64::MAX),
            },
        })
        .collect();
    for window in windows {
        let on = ends.iter().enumerate().filter(|(_, f)| {
            f.from_s < window.to_s && (f.to_s > window.from_s || f.from_s >= window.from_s)
        });
        spans.push(Span {
            from_s: window.from_s,
            to_s: window.to_s,
            on: on.map(|(i, _)| i).collect(),
            in_system: window.jobs / length(window),
        });
    }
    let mut operations = IndexMap::new();
    let mut aftermaths = IndexMap::new();
    for (class, flow) in world.plant.flows.iter().enumerate() {
        let moments: Vec<Moment> = windows.iter().map(|w| moment(w, class)).collect();
        if flow.waited_for
            && let Some(a) = aftermath(&spans, &moments, &ends)
        {
            aftermaths.insert(flow.id.clone(), a);
        }
        operations.insert(flow.id.clone(), moments);
    }
    Timeline {
        window_s: windows.first().map_or(0.0, length),
        faults: ends,
        windows: spans,
        operations,
        aftermath: aftermaths,
    }
}

fn length(window: &Window) -> f64 {
    (window.to_s - window.from_s).max(f64::MIN_POSITIVE)
}

fn moment(window: &Window, class: usize) -> Moment {
    let tally = &window.classes[class];
    let time = length(window);
    let per_s = |n: u64| n as f64 / time;
    Moment {
        arrived_per_s: per_s(tally.arrived),
        answered_per_s: per_s(tally.answered),
        failed_per_s: per_s(tally.failed()),
        p50_ms: value_at(tally, 0.5),
        p99_ms: value_at(tally, 0.99),
        retries_per_s: per_s(tally.retries),
        timeouts_per_s: per_s(tally.timeouts),
        fallbacks_per_s: per_s(tally.fallbacks),
    }
}

impl Moment {
    /// Of what ended in the window; what is still waited for counts as neither.
    fn failed_share(&self) -> f64 {
        let ended = self.answered_per_s + self.failed_per_s;
        if ended > 0.0 {
            self.failed_per_s / ended
        } else {
            0.0
        }
    }

    fn answered_share(&self) -> f64 {
        if self.arrived_per_s > 0.0 {
            self.answered_per_s / self.arrived_per_s
        } else {
            1.0
        }
    }
}

/// What was seen before, at its worst.
struct Usual {
    failed_share: f64,
    answered_share: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Usual {
    fn bad(&self, moment: &Moment) -> bool {
        moment.failed_share() > self.failed_share + FAILED_MORE
            || moment.answered_share() < FEWER * self.answered_share.min(1.0)
            || moment.p50_ms.is_some_and(|p| p > SLOWER * self.p50_ms)
            || moment.p99_ms.is_some_and(|p| p > SLOWER * self.p99_ms)
    }
}

fn aftermath(spans: &[Span], moments: &[Moment], faults: &[FaultSpan]) -> Option<Aftermath> {
    let first = faults.iter().map(|f| f.from_s).min_by(f64::total_cmp)?;
    let last = faults.iter().map(|f| f.to_s).max_by(f64::total_cmp)?;
    let calm = |s: &Span| s.to_s <= first && s.from_s >= first / 2.0;
    let all = || spans.iter().zip(moments);
    let before: Vec<&Moment> = all().filter(|(s, _)| calm(s)).map(|(_, m)| m).collect();
    let since: Vec<(&Span, &Moment)> = all().filter(|(s, _)| s.to_s > first).collect();
    if before.is_empty() || since.is_empty() {
        return None;
    }
    let highest =
        |f: fn(&Moment) -> Option<f64>| before.iter().filter_map(|m| f(m)).max_by(f64::total_cmp);
    let usual = Usual {
        failed_share: before.iter().map(|m| m.failed_share()).fold(0.0, f64::max),
        answered_share: before
            .iter()
            .map(|m| m.answered_share())
            .fold(1.0, f64::min),
        p50_ms: highest(|m| m.p50_ms)?,
        p99_ms: highest(|m| m.p99_ms)?,
    };
    let n = before.len() as f64;
    let mean = |f: fn(&Moment) -> f64| before.iter().map(|m| f(m)).sum::<f64>() / n;
    let mean_of = |f: fn(&Moment) -> Option<f64>| {
        let known: Vec<f64> = before.iter().filter_map(|m| f(m)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let normal = Normal {
        answered_per_s: mean(|m| m.answered_per_s),
        failed_share: mean(Moment::failed_share),
        p50_ms: mean_of(|m| m.p50_ms),
        p99_ms: mean_of(|m| m.p99_ms),
    };
    let (span, moment) = since.iter().max_by(|(_, a), (_, b)| {
        let times = |m: &Moment| m.p99_ms.unwrap_or(0.0);
        a.failed_share()
            .total_cmp(&b.failed_share())
            .then(times(a).total_cmp(&times(b)))
    })?;
    let worst = Worst {
        from_s: span.from_s,
        failed_share: moment.failed_share(),
        answered_per_s: moment.answered_per_s,
        p99_ms: moment.p99_ms,
    };
    let lost = since.iter().map(|(s, m)| {
        let ended = m.answered_per_s + m.failed_per_s;
        (m.failed_per_s - normal.failed_share * ended) * (s.to_s - s.from_s)
    });
    let after: Vec<&(&Span, &Moment)> = since.iter().filter(|(s, _)| s.to_s > last).collect();
    let calm_again = after
        .windows(IN_A_ROW)
        .find(|w| w.iter().all(|(_, m)| !usual.bad(m)));
    Some(Aftermath {
        before: normal,
        worst,
        affected: since.iter().any(|(_, m)| usual.bad(m)),
        lost: lost.sum::<f64>().max(0.0).round() as u64,
        recovers_after_s: calm_again.map(|w| (w[0].0.from_s - last).max(0.0)),
        never_recovers: calm_again.is_none() && after.len() >= IN_A_ROW,
    })
}
