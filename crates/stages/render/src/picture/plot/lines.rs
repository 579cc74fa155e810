//! Curves over a common x.

use super::axis::{Ruler, caption, short};
use super::frame::{Plot, end_labels, marker_labels, style};
use super::{LineChart, Marker};
use crate::picture::graph::{MARGIN, heading, heading_width};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Svg, ink};

const PLOT: (i32, i32) = (520, 280);

/// Draws the chart.
pub fn line_chart_svg(chart: &LineChart) -> String {
    let xs = chart.series.iter().flat_map(|s| {
        s.points
            .iter()
            .map(|p| p.0)
            .chain(s.intervals.iter().map(|i| i.x))
    });
    let ys = chart.series.iter().flat_map(|s| {
        let spread = s.intervals.iter().flat_map(|i| [i.low, i.value, i.high]);
        s.points.iter().map(|p| p.1).chain(spread)
    });
    let marked_x = chart.markers.iter().filter_map(|m| match m {
        Marker::Vertical { x, .. } => Some(*x),
        Marker::Horizontal { .. } => None,
    });
    let marked_y = chart.markers.iter().filter_map(|m| match m {
        Marker::Horizontal { y, .. } => Some(*y),
        Marker::Vertical { .. } => None,
    });
    let upright = Ruler::new(&chart.y, ys.chain(marked_y), 0.0, f64::from(-PLOT.1));
    let ticks = upright
        .ticks
        .iter()
        .map(|t| text_width(&short(*t), 11, false))
        .max()
        .unwrap_or(0);
    let left = MARGIN + ticks + 10;
    let names: Vec<String> = chart
        .series
        .iter()
        .map(|s| ellipsis(s.label.trim(), 180, &at(11, false)))
        .collect();
    let named = names
        .iter()
        .map(|n| text_width(n, 11, false))
        .max()
        .unwrap_or(0);
    let noted = left + text_width(chart.note.trim(), 11, false) + MARGIN;
    let width = (left + PLOT.0 + 14 + named + MARGIN)
        .max(heading_width(&chart.title))
        .max(noted);
    let mut svg = Svg::new();
    let head = MARGIN + heading(&mut svg, &chart.title, width);
    // The caption of the y axis stands above it, where it can be read without turning the head.
    svg.text(
        MARGIN,
        head + 8,
        style("caption", ink::SOFT, Anchor::Start),
        &caption(&chart.y),
    );
    let verticals = chart
        .markers
        .iter()
        .filter(|m| matches!(m, Marker::Vertical { .. }))
        .count();
    let top = head + 22 + i32::try_from(verticals.min(6)).unwrap_or(0) * 15;
    let bottom = top + PLOT.1;
    let across = Ruler::new(
        &chart.x,
        xs.chain(marked_x),
        f64::from(left),
        f64::from(PLOT.0),
    );
    let plot = Plot {
        left,
        top,
        right: left + PLOT.0,
        bottom,
        across,
        upright,
    };

    plot.bands(&mut svg, &chart.bands);
    plot.grid(&mut svg, true);
    let caption_style = style("caption", ink::SOFT, Anchor::Middle);
    svg.text(
        left + PLOT.0 / 2,
        bottom + 36,
        caption_style,
        &caption(&chart.x),
    );
    let boxes = plot.markers(&mut svg, &chart.markers);
    let mut ends: Vec<(f64, f64, usize)> = Vec::new();
    for (i, series) in chart.series.iter().enumerate() {
        if let Some((x, y)) = plot.curve(&mut svg, i, series) {
            ends.push((x, y, i));
        }
    }
    end_labels(&mut svg, &plot, &names, ends);
    marker_labels(&mut svg, boxes);
    let mut height = bottom + 36;
    let note = chart.note.trim();
    if !note.is_empty() {
        height += 20;
        svg.text(left, height, style("note", ink::SOFT, Anchor::Start), note);
    }
    let desc = if chart.description.trim().is_empty() {
        format!(
            "{} curves of {} over {}.",
            chart.series.len(),
            caption(&chart.y),
            caption(&chart.x)
        )
    } else {
        chart.description.clone()
    };
    svg.finish((width, height + MARGIN), "line-chart", &chart.title, &desc)
}
