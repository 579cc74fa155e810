//! What a simulation says, in sentences and as a chart: for the page and for the terminal.

use simulate::timeline::{Aftermath, Moment};
use simulate::{Ended, Measure, Simulated, Timeline};

use crate::numbers;
use crate::picture::plot::{Axis, Band, Panel, PanelChart, Scale, Series};
use crate::words;

/// Operations whose times are drawn.
const CURVES: usize = 4;
/// Operations that are told one by one.
const TOLD: usize = 5;

/// `10.6 ± 0.2 ms`: a value with half the width of its 95 % interval.
pub fn measured_ms(m: &Measure) -> String {
    match m.half_width {
        Some(half) if m.value >= 1000.0 => format!(
            "{} ± {} s",
            numbers::sig3(m.value / 1e3),
            half_digits(half / 1e3)
        ),
        Some(half) => format!("{} ± {} ms", numbers::sig3(m.value), half_digits(half)),
        None => numbers::ms(m.value),
    }
}

/// By how much a number is off, as a share: `+3.2 %`. What rounds to nothing has no sign of its own.
pub fn off(share: f64) -> String {
    format!("{:+.1} %", (share * 1e3).round() / 10.0 + 0.0)
}

/// Two digits say enough of an uncertainty.
fn half_digits(half: f64) -> String {
    if half <= 0.0 {
        return "0".into();
    }
    let step = 10f64.powi(half.log10().floor() as i32 - 1);
    numbers::sig3((half / step).round() * step)
}

/// How the run went: seed, events, time, and why it ended.
pub fn how(simulated: &Simulated) -> String {
    let events = numbers::count(simulated.events as f64);
    let time = numbers::ms(simulated.duration_s * 1e3);
    let ended = match simulated.ended {
        Ended::Converged => "every interval was narrow enough",
        Ended::Duration => "its time was over",
        Ended::Events => "that was the largest number of events",
        Ended::Crowded => "a million requests were in the system at once: it cannot keep up",
        Ended::Quiet => "nothing happens in it",
    };
    let growing = if simulated.growing {
        " More work came than left: there is no steady state, and times grow with the length of the run."
    } else {
        ""
    };
    format!(
        "{events} events in {time} of simulated time with seed {}; it ended because {ended}.{growing}",
        simulated.seed
    )
}

/// What users saw: how many requests failed, and how each affected operation came through.
pub fn statements(simulated: &Simulated) -> Vec<String> {
    let totals = &simulated.totals;
    let mut out = vec![format!(
        "{} requests came: {} were answered, {} failed, {} were still there at the end.",
        numbers::count(totals.arrived as f64),
        numbers::count(totals.answered as f64),
        numbers::count(totals.failed as f64),
        numbers::count(totals.in_flight as f64)
    )];
    let Some(timeline) = &simulated.timeline else {
        return out;
    };
    if timeline.faults.is_empty() {
        return out;
    }
    let mut affected: Vec<(&String, &Aftermath)> = timeline
        .aftermath
        .iter()
        .filter(|(_, a)| noticed(a, timeline.window_s))
        .collect();
    affected.sort_by(|a, b| {
        let size = |x: &Aftermath| (x.never_recovers, x.lost);
        size(b.1).cmp(&size(a.1)).then_with(|| {
            let p99 = |x: &Aftermath| x.worst.p99_ms.unwrap_or(0.0);
            p99(b.1).total_cmp(&p99(a.1))
        })
    });
    let all = timeline.aftermath.len();
    if !timeline.aftermath.is_empty() {
        out.push(match affected.len() {
            0 => format!("Nobody noticed: no request failed for it, and no busy operation took {MUCH_SLOWER} times as long."),
            n if n == all => format!("All {all} operations that somebody waits for were affected."),
            n => format!(
                "{n} of the {all} operations that somebody waits for were affected; the others went on as before."
            ),
        });
    }
    out.extend(affected.iter().take(TOLD).map(|(id, a)| told(id, a)));
    if affected.len() > TOLD {
        let rest: Vec<&str> = affected[TOLD..].iter().map(|(id, _)| id.as_str()).collect();
        let longest = affected[TOLD..]
            .iter()
            .map(|(_, a)| a.recovers_after_s)
            .try_fold(0.0f64, |most, r| r.map(|r| most.max(r)));
        let recovery = match longest {
            Some(longest) if longest <= 0.0 => "well again when the fault ended".into(),
            Some(longest) => format!("recovered within {}", seconds(longest)),
            None => "not all of them recovered".into(),
        };
        out.push(format!(
            "Also affected: {}; {recovery}.",
            words::some(&rest, 6)
        ));
    }
    out
}

/// Slower windows count from here on: the 99th percentile of a short window is a few answers, and
/// wanders.
const MUCH_SLOWER: f64 = 2.0;
const FEWEST_ANSWERS: f64 = 50.0;

/// Whether users could tell: requests failed, or a busy operation took twice as long.
fn noticed(a: &Aftermath, window_s: f64) -> bool {
    let slower = match (a.before.p99_ms, a.worst.p99_ms) {
        (Some(before), Some(worst)) => worst >= MUCH_SLOWER * before,
        (Some(_), None) => true,
        _ => false,
    };
    let busy = a.before.answered_per_s * window_s >= FEWEST_ANSWERS;
    a.affected && (a.lost > 0 || (slower && busy))
}

fn told(id: &str, a: &Aftermath) -> String {
    let times = match (a.before.p99_ms, a.worst.p99_ms) {
        (Some(before), Some(worst)) => format!(
            ", p99 {} ({} before)",
            numbers::ms(worst),
            numbers::ms(before)
        ),
        (Some(before), None) => format!(", nothing answered (p99 {} before)", numbers::ms(before)),
        _ => String::new(),
    };
    let end = match (a.recovers_after_s, a.never_recovers) {
        (Some(after), _) if after <= 0.0 => "It was well again when the fault ended.".into(),
        (Some(after), _) => format!("It recovered {} after the fault.", seconds(after)),
        (None, true) => "It had not recovered when the simulation ended.".into(),
        (None, false) => "The simulation ended before its recovery could be seen.".into(),
    };
    let lost = match a.lost {
        0 => String::new(),
        1 => " 1 request failed that would not have.".into(),
        n => format!(
            " {} requests failed that would not have.",
            numbers::count(n as f64)
        ),
    };
    format!(
        "`{id}`: worst from {}: {} failed{times}. {end}{lost}",
        seconds(a.worst.from_s),
        numbers::percent(a.worst.failed_share)
    )
}

/// `12 s`, `2.5 min`.
pub fn seconds(value: f64) -> String {
    match value {
        v if v >= 120.0 => format!("{} min", numbers::sig3(v / 60.0)),
        v => format!("{} s", numbers::sig3(v)),
    }
}

/// Operations that show most of a timeline: those that lost most, then those that slowed most, then
/// the busiest.
pub fn telling(timeline: &Timeline, most: usize) -> Vec<&str> {
    let mut all: Vec<(&String, u64, f64, f64)> = timeline
        .operations
        .iter()
        .map(|(id, moments)| {
            let a = timeline.aftermath.get(id);
            let lost = a.map_or(0, |a| a.lost);
            let slower = a
                .filter(|a| noticed(a, timeline.window_s))
                .and_then(|a| Some(a.worst.p99_ms? / a.before.p99_ms.filter(|p| *p > 0.0)?))
                .unwrap_or(0.0);
            let rate: f64 = moments.iter().map(|m| m.answered_per_s).sum();
            (id, lost, slower, rate)
        })
        .collect();
    // A rare operation's curve is dots; busy ones among the affected tell more.
    all.sort_by(|a, b| {
        b.1.cmp(&a.1)
            .then_with(|| (b.2 > 1.5).cmp(&(a.2 > 1.5)))
            .then_with(|| b.3.total_cmp(&a.3))
    });
    all.into_iter()
        .take(most)
        .map(|(id, ..)| id.as_str())
        .collect()
}

/// A fault over time: answered, failed and p99 of the operations that show most.
pub fn timeline_chart(title: &str, simulated: &Simulated) -> Option<PanelChart> {
    let timeline = simulated.timeline.as_ref()?;
    let chosen = telling(timeline, CURVES);
    let series = |of: &dyn Fn(&Moment) -> f64| -> Vec<Series> {
        chosen
            .iter()
            .map(|id| {
                let moments = timeline.operations.get(*id);
                let points = timeline.windows.iter().zip(moments.into_iter().flatten());
                Series {
                    points: points
                        .map(|(w, m)| ((w.from_s + w.to_s) / 2.0, of(m)))
                        .collect(),
                    ..Series::default()
                }
            })
            .collect()
    };
    let axis = |label: &str, unit: &str| Axis {
        label: label.into(),
        unit: unit.into(),
        ..Axis::default()
    };
    let end = timeline.windows.last()?.to_s;
    let panels = vec![
        Panel {
            y: axis("Answered", "per s"),
            series: series(&|m| m.answered_per_s),
            ..Panel::default()
        },
        Panel {
            y: axis("Failed", "per s"),
            series: series(&|m| m.failed_per_s),
            ..Panel::default()
        },
        Panel {
            y: Axis {
                scale: Scale::Log,
                ..axis("p99 of what was answered", "ms")
            },
            series: series(&|m| m.p99_ms.unwrap_or(f64::NAN)),
            ..Panel::default()
        },
    ];
    Some(PanelChart {
        title: title.into(),
        description: statements(simulated).join(" "),
        x: Axis {
            max: Some(end),
            ..axis("Time", "s")
        },
        bands: timeline
            .faults
            .iter()
            .map(|f| Band {
                from: f.from_s,
                to: f.to_s.min(end).max(f.from_s + end / 200.0),
                label: f.what.replace('`', ""),
            })
            .collect(),
        names: chosen.iter().map(|id| (*id).to_string()).collect(),
        panels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uncertainty_has_two_digits() {
        let m = |value, half| Measure {
            value,
            half_width: half,
        };
        assert_eq!(measured_ms(&m(10.63, Some(0.2149))), "10.6 ± 0.21 ms");
        assert_eq!(measured_ms(&m(1980.0, Some(123.0))), "1.98 ± 0.12 s");
        assert_eq!(measured_ms(&m(4.0, None)), "4 ms");
        assert_eq!(seconds(150.0), "2.5 min");
    }
}
