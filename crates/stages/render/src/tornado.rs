//! What moves an outcome: one uncertain number at a time from its low to its high end.

use sensitivity::{Sensitivity, Spread, UncertainInput};

use crate::numbers;
use crate::picture::plot::{Axis, Range, RangeChart};
use crate::view::View;

/// Bars that are drawn.
const MOST: usize = 10;
/// A bar below this share of the widest is no bar.
const LEAST: f64 = 0.01;

/// An input with the outcome at both its ends.
pub struct Bar<'a> {
    pub input: &'a UncertainInput,
    pub low: f64,
    pub high: f64,
}

/// The inputs that move an outcome, the one that moves it most first.
pub fn bars<'a>(sensitivity: &'a Sensitivity, spread: &'a Spread) -> Vec<Bar<'a>> {
    let mut all: Vec<Bar<'a>> = sensitivity
        .inputs
        .iter()
        .zip(&spread.tornado)
        .map(|(input, [low, high])| Bar {
            input,
            low: *low,
            high: *high,
        })
        .filter(|b| (b.high - b.low).abs() > 1e-9 * b.high.abs().max(b.low.abs()))
        .collect();
    let width = |b: &Bar<'_>| (b.high - b.low).abs();
    all.sort_by(|a, b| width(b).total_cmp(&width(a)));
    let widest = all.first().map_or(0.0, width);
    all.retain(|b| width(b) >= LEAST * widest);
    all.truncate(MOST);
    all
}

/// The outcome that is shown: what the first doubt is about, or the worst latency.
pub fn outcome(sensitivity: &Sensitivity) -> Option<(&String, &Spread)> {
    let first = sensitivity.check_first.first().map(|d| d.outcome.as_str());
    first
        .and_then(|key| sensitivity.outcomes.get_key_value(key))
        .or_else(|| sensitivity.outcomes.get_key_value("latency.worst"))
        .or_else(|| sensitivity.outcomes.first())
}

/// An outcome in words.
pub fn outcome_name(key: &str) -> String {
    match key {
        "latency.worst" => "largest p99, p95 or p50 over its target".into(),
        "system.saturates-at" => "load at which the first component saturates".into(),
        "system.availability" => "share of the time in which all operations work".into(),
        key => match key.split_once('.') {
            Some(("cost", currency)) => format!("{currency} a month"),
            Some(("operations", rest)) => rest.replace('.', ": "),
            _ => key.to_string(),
        },
    }
}

/// A value of an outcome with its unit.
pub fn outcome_value(key: &str, value: f64) -> String {
    match key {
        "latency.worst" => format!("{} of its target", numbers::percent(value)),
        "system.saturates-at" => numbers::times(value),
        "system.availability" => numbers::availability(value),
        key => match key.split_once('.') {
            Some(("cost", currency)) => numbers::money(value, currency),
            _ => numbers::ms(value),
        },
    }
}

/// An outcome at both ends of an input.
pub fn outcome_range(key: &str, low: f64, high: f64) -> String {
    match key {
        "latency.worst" => format!("{} to {}", numbers::percent(low), outcome_value(key, high)),
        _ => format!(
            "{} to {}",
            outcome_value(key, low),
            outcome_value(key, high)
        ),
    }
}

/// A value of an input with its unit.
pub fn input_value(input: &UncertainInput, value: f64) -> String {
    match input.unit.as_str() {
        "share" if input.key.ends_with("availability") => numbers::availability(value),
        "" => numbers::sig3(value),
        "share" => numbers::percent(value),
        unit => format!("{} {unit}", numbers::sig3(value)),
    }
}

/// The tornado; `None` where nothing moves anything.
pub(crate) fn chart(view: &View<'_>) -> Option<RangeChart> {
    let sensitivity = view.studies?.sensitivity.as_ref()?;
    let (key, spread) = outcome(sensitivity)?;
    let rows: Vec<Range> = bars(sensitivity, spread)
        .iter()
        .map(|b| Range {
            label: b.input.title.clone(),
            span: Some((b.low, b.high)),
            note: format!(
                "{} to {}",
                input_value(b.input, b.input.low),
                input_value(b.input, b.input.high)
            ),
            ..Range::default()
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    if let Some(value) = spread.value {
        lines.push((value, format!("now {}", outcome_value(key, value))));
    }
    if key == "latency.worst" {
        lines.push((1.0, "target".to_string()));
    }
    let ends = rows.iter().filter_map(|r| r.span);
    let least = ends.fold(f64::INFINITY, |least, (a, b)| least.min(a).min(b));
    Some(RangeChart {
        title: format!("{}: what the numbers rest on", view.system.brief.name),
        description: format!("{}, by the range of each assumption.", outcome_name(key)),
        axis: Axis {
            label: crate::words::capital(&outcome_name(key)),
            // A share near 1 shows nothing on an axis from 0.
            min: (key == "system.availability").then_some(least.min(1.0) - 0.1 * (1.0 - least)),
            ..Axis::default()
        },
        lines,
        rows,
        note: "One at a time from the low to the high end of its range, all others as they are."
            .into(),
    })
}
