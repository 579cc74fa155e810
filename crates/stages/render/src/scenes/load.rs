//! Latency against load up to where the first component saturates, and how busy each component is.

use evaluate::{Evaluation, Scenario, evaluate};

use crate::numbers;
use crate::picture::plot::{Axis, Bar, BarChart, Interval, LineChart, Marker, Scale, Series};
use crate::view::View;
use crate::words;

/// Loads at which the curve is computed, as shares of the load that saturates the first component.
const SHARES: [f64; 14] = [
    0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.85, 0.9, 0.94, 0.97, 0.99,
];
/// How many operations are drawn.
const CURVES: usize = 4;

/// The system at another load, without explanations.
pub(crate) fn at(view: &View<'_>, factor: f64) -> Evaluation {
    let scenario = Scenario {
        explain: false,
        ..Scenario::at(factor)
    };
    evaluate(view.system, view.knowledge, &scenario).value
}

/// An operation against the latency target that it comes nearest to.
pub(crate) struct Pressure {
    pub id: String,
    /// `p50`, `p95` or `p99`.
    pub percentile: &'static str,
    pub value_ms: f64,
    pub target_ms: f64,
}

/// Operations by how near they are to a latency target; those beyond one by most come first.
pub(crate) fn by_pressure(view: &View<'_>, evaluation: &Evaluation) -> Vec<Pressure> {
    let mut all: Vec<Pressure> = evaluation
        .operations
        .iter()
        .filter_map(|(id, result)| {
            let target = view.system.latency_target(id)?;
            let times = result.response?;
            let percentiles = [
                ("p99", times.p99_ms, target.p99),
                ("p95", times.p95_ms, target.p95),
                ("p50", times.p50_ms, target.p50),
            ];
            percentiles
                .into_iter()
                .filter_map(|(percentile, value_ms, target)| {
                    Some(Pressure {
                        id: id.clone(),
                        percentile,
                        value_ms,
                        target_ms: target?.ms(),
                    })
                })
                .max_by(|a, b| a.ratio().total_cmp(&b.ratio()))
        })
        .collect();
    all.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    all
}

impl Pressure {
    /// Above 1 the target is missed.
    fn ratio(&self) -> f64 {
        self.value_ms / self.target_ms
    }
}

/// The curve; `None` where no time is known or nothing saturates.
pub(crate) fn latency(view: &View<'_>) -> Option<LineChart> {
    let now = view.evaluation?;
    let knee = now.system.saturates_at?;
    let near = at(view, 0.97 * knee);
    let chosen = telling(view, now, &near);
    if chosen.is_empty() {
        return None;
    }
    let mut loads: Vec<f64> = SHARES.iter().map(|s| s * knee).collect();
    if knee > 1.0 {
        loads.push(1.0);
        loads.sort_by(f64::total_cmp);
    }
    let runs: Vec<(f64, Evaluation)> = loads.into_iter().map(|x| (x, at(view, x))).collect();
    let series = chosen
        .iter()
        .map(|id| Series {
            label: id.clone(),
            points: runs
                .iter()
                .filter_map(|(x, e)| Some((*x, e.operations.get(id)?.response?.p99_ms)))
                .collect(),
            intervals: simulated(view, id),
            ..Series::default()
        })
        .collect();
    let drawn = view.studies.is_some_and(|s| !s.at_loads.is_empty());
    let first = now.system.saturates_first.as_deref().unwrap_or_default();
    let mut markers = vec![Marker::Vertical {
        x: knee,
        label: words::gives_way(first),
    }];
    if knee > 1.0 {
        markers.insert(
            0,
            Marker::Vertical {
                x: 1.0,
                label: "busiest hour".into(),
            },
        );
    }
    Some(LineChart {
        title: format!("{}: p99 against load", view.system.brief.name),
        description: format!(
            "p99 of {} from {} to {} the busiest hour, where {}.",
            words::list(&chosen),
            numbers::times(runs.first().map_or(0.0, |r| r.0)),
            numbers::times(knee),
            words::gives_way(first)
        ),
        x: Axis {
            label: "Load, multiple of the busiest hour".into(),
            scale: if knee > 30.0 {
                Scale::Log
            } else {
                Scale::Linear
            },
            ..Axis::default()
        },
        y: Axis {
            label: "p99".into(),
            unit: "ms".into(),
            scale: Scale::Log,
            ..Axis::default()
        },
        series,
        markers,
        note: match drawn {
            true => "Curves are computed. Dots are simulated, with 95 % intervals.".into(),
            false => String::new(),
        },
        ..LineChart::default()
    })
}

/// The simulated p99 of an operation at every load that was simulated, where it has an interval.
fn simulated(view: &View<'_>, id: &str) -> Vec<Interval> {
    let runs = view.studies.map_or(&[][..], |s| &s.at_loads);
    runs.iter()
        .filter(|run| !run.growing)
        .filter_map(|run| {
            let p99 = run.operations.get(id)?.response?.p99_ms;
            let half = p99.half_width?;
            // An interval wider than the value says nothing.
            (half < p99.value).then_some(Interval {
                x: run.load,
                low: p99.value - half,
                value: p99.value,
                high: p99.value + half,
            })
        })
        .collect()
}

/// Curves that look the same are drawn once.
const ALIKE: f64 = 0.03;

/// The operations whose curves say most: the nearest to a target, the two busiest, and the one that
/// slows most on the way to saturation.
fn telling(view: &View<'_>, now: &Evaluation, near: &Evaluation) -> Vec<String> {
    let p99 = |e: &Evaluation, id: &str| Some(e.operations.get(id)?.response?.p99_ms);
    let waits = |id: &&String| evaluate::verdict::waited_for(view.system, id);
    let known: Vec<&String> = now
        .operations
        .keys()
        .filter(waits)
        .filter(|id| p99(now, id).is_some())
        .collect();
    let mut wanted: Vec<String> = Vec::new();
    wanted.extend(by_pressure(view, now).into_iter().take(1).map(|p| p.id));
    let mut busy = known.clone();
    let rate = |id: &str| {
        now.operations
            .get(id)
            .and_then(|o| o.rate_per_s)
            .unwrap_or(0.0)
    };
    busy.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    wanted.extend(busy.iter().take(2).map(|id| (*id).clone()));
    let slows = |id: &str| match (p99(now, id), p99(near, id)) {
        (Some(now), Some(near)) if now > 0.0 => near / now,
        _ => 0.0,
    };
    let mut slowing = known;
    slowing.sort_by(|a, b| slows(b).total_cmp(&slows(a)));
    wanted.extend(slowing.iter().take(2).map(|id| (*id).clone()));
    wanted.extend(busy.into_iter().skip(2).cloned());
    let mut chosen: Vec<String> = Vec::new();
    for id in wanted {
        let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a / b - 1.0).abs() < ALIKE,
            (None, None) => true,
            _ => false,
        };
        let alike = chosen.iter().any(|other| {
            same(p99(now, other), p99(now, &id)) && same(p99(near, other), p99(near, &id))
        });
        if !alike && chosen.len() < CURVES {
            chosen.push(id);
        }
    }
    chosen
}

/// Utilisation in the busiest hour and at ten times that; `None` where no component has a limit.
pub(crate) fn utilisation(view: &View<'_>, ten: &Evaluation) -> Option<BarChart> {
    let now = view.evaluation?;
    let bar = |label: String, value: (f64, bool)| Bar {
        label,
        value: value.0 * 100.0,
        limit: Some(100.0),
        note: words::used(value),
    };
    let bars: Vec<Bar> = view
        .system
        .architecture
        .components
        .keys()
        .filter_map(|id| Some((id, words::utilisation(now, id)?)))
        .flat_map(|(id, used)| {
            let later = words::utilisation(ten, id).map(|u| bar(format!("{id}, 10x"), u));
            [Some(bar(id.clone(), used)), later]
        })
        .flatten()
        .collect();
    (!bars.is_empty()).then(|| BarChart {
        title: format!("{}: processors in use", view.system.brief.name),
        description: String::new(),
        axis: Axis {
            label: "Utilisation in the busiest hour, and at ten times its load".into(),
            unit: "%".into(),
            max: Some(
                bars.iter()
                    .map(|b| b.value)
                    .fold(100.0, f64::max)
                    .min(1000.0),
            ),
            ..Axis::default()
        },
        bars,
    })
}
