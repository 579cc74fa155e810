//! Computed beside simulated, operation by operation.

use simulate::{Agreement, Verdict};

use crate::numbers;
use crate::picture::plot::{Axis, Range, RangeChart, Scale};
use crate::view::View;

/// Rows that are drawn.
const MOST: usize = 16;

/// The p99 of every operation that was simulated often enough; `None` where none was.
pub(crate) fn chart(view: &View<'_>) -> Option<RangeChart> {
    let studies = view.studies?;
    let mut shown: Vec<&Agreement> = studies
        .agreement
        .iter()
        .filter(|a| a.metric.ends_with(".p99") && !a.metric.contains(".background."))
        .filter(|a| a.verdict != Verdict::TooFewSamples && a.half_width.is_some())
        .filter(|a| a.simulated > 0.0 && a.computed > 0.0)
        .collect();
    // Those that differ come first.
    shown.sort_by_key(|a| a.verdict != Verdict::Differs);
    shown.truncate(MOST);
    if shown.is_empty() {
        return None;
    }
    let rows = shown
        .iter()
        .map(|a| {
            let half = a.half_width.unwrap_or(0.0);
            let off = a.difference.map_or_else(String::new, crate::simulated::off);
            Range {
                label: a.subject.clone(),
                dot: Some((a.simulated - half, a.simulated, a.simulated + half)),
                square: Some(a.computed),
                strong: a.verdict == Verdict::Differs,
                note: format!("{}, {off}", numbers::ms(a.computed)),
                ..Range::default()
            }
        })
        .collect();
    Some(RangeChart {
        title: format!("{}: p99, computed beside simulated", view.system.brief.name),
        axis: Axis {
            label: "p99".into(),
            unit: "ms".into(),
            scale: Scale::Log,
            ..Axis::default()
        },
        rows,
        note: "Squares are computed. Dots are simulated, with 95 % intervals.".into(),
        ..RangeChart::default()
    })
}
