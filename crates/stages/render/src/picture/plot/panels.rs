//! Curves in panels one above the other, over one time.

use super::axis::{Ruler, caption, short};
use super::frame::{CURVES, Plot, marker_labels, style};
use super::{Marker, PanelChart};
use crate::picture::graph::{MARGIN, heading, heading_width};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink};

const WIDTH: i32 = 600;
const HEIGHT: i32 = 104;
/// Between panels: the caption of the lower one.
const GAP: i32 = 34;
const MOST_NAME: i32 = 170;

/// Draws the panels with one legend and one time axis.
pub fn panel_chart_svg(chart: &PanelChart) -> String {
    let rulers: Vec<Ruler> = chart
        .panels
        .iter()
        .map(|p| {
            let values = p.series.iter().flat_map(|s| s.points.iter().map(|p| p.1));
            let marked = p.markers.iter().filter_map(|m| match m {
                Marker::Horizontal { y, .. } => Some(*y),
                Marker::Vertical { .. } => None,
            });
            Ruler::new(&p.y, values.chain(marked), 0.0, f64::from(-HEIGHT))
        })
        .collect();
    let ticks = rulers
        .iter()
        .flat_map(|r| &r.ticks)
        .map(|t| text_width(&short(*t), 11, false))
        .max()
        .unwrap_or(0);
    let left = MARGIN + ticks + 10;
    let width = (left + WIDTH + MARGIN).max(heading_width(&chart.title));
    let mut svg = Svg::new();
    let mut top = MARGIN + heading(&mut svg, &chart.title, width);
    top = legend(&mut svg, &chart.names, (left, top, left + WIDTH));
    let times = || {
        let series = chart.panels.iter().flat_map(|p| &p.series);
        let points = series.flat_map(|s| s.points.iter().map(|p| p.0));
        points.chain(chart.bands.iter().flat_map(|b| [b.from, b.to]))
    };
    let mut named_bands = false;
    let panels = chart.panels.len();
    for (i, (panel, upright)) in chart.panels.iter().zip(rulers).enumerate() {
        let words = style("caption", ink::SOFT, Anchor::Start);
        svg.text(MARGIN, top + 8, words, &caption(&panel.y));
        top += 18;
        let plot = Plot {
            left,
            top,
            right: left + WIDTH,
            bottom: top + HEIGHT,
            across: Ruler::new(&chart.x, times(), f64::from(left), f64::from(WIDTH)),
            upright,
        };
        plot.bands(&mut svg, &chart.bands);
        if !named_bands {
            name_bands(&mut svg, &plot, chart);
            named_bands = true;
        }
        plot.grid(&mut svg, i + 1 == panels);
        let boxes = plot.markers(&mut svg, &panel.markers);
        for (nth, series) in panel.series.iter().enumerate() {
            plot.curve(&mut svg, nth, series);
        }
        marker_labels(&mut svg, boxes);
        top = plot.bottom + GAP - 18;
    }
    let bottom = top - GAP + 18;
    let words = style("caption", ink::SOFT, Anchor::Middle);
    svg.text(left + WIDTH / 2, bottom + 36, words, &caption(&chart.x));
    let desc = match chart.description.trim() {
        "" => format!(
            "{panels} panels over {}, {} curves each.",
            caption(&chart.x),
            chart.names.len()
        ),
        said => said.to_string(),
    };
    let size = (width, bottom + 36 + MARGIN);
    svg.finish(size, "panel-chart", &chart.title, &desc)
}

/// One line of each curve with its name, as many rows as it takes; returns where the rest begins.
fn legend(svg: &mut Svg, names: &[String], (left, top, right): (i32, i32, i32)) -> i32 {
    if names.is_empty() {
        return top;
    }
    let (mut x, mut y) = (left, top + 8);
    for (i, name) in names.iter().enumerate() {
        let (colour, dash) = CURVES[i % CURVES.len()];
        let name = ellipsis(name.trim(), MOST_NAME, &at(11, true));
        let w = 26 + text_width(&name, 11, true) + 18;
        if x > left && x + w > right {
            (x, y) = (left, y + 18);
        }
        let dash = match dash {
            "" => String::new(),
            dash => format!(" stroke-dasharray=\"{dash}\""),
        };
        let paint = format!("stroke=\"{colour}\" stroke-width=\"2\"{dash}");
        svg.path(&format!("M{x} {} h20", y - 4), &paint);
        let text = Style {
            bold: true,
            ..style("series-label", colour, Anchor::Start)
        };
        svg.text(x + 26, y, text, &name);
        x += w;
    }
    y + 22
}

/// What the bands are, written on them in the first panel.
fn name_bands(svg: &mut Svg, plot: &Plot, chart: &PanelChart) {
    let mut free = plot.left;
    let mut row = 0;
    for band in &chart.bands {
        let Some((from, _)) = plot.across_band(band) else {
            continue;
        };
        let name = ellipsis(band.label.trim(), 240, &at(11, false));
        let w = text_width(&name, 11, false);
        let x = (from.round() as i32 + 4)
            .min(plot.right - w - 4)
            .max(plot.left + 4);
        row = if x < free { row + 1 } else { 0 };
        free = x + w + 8;
        let words = style("band-label", ink::ACCENT, Anchor::Start);
        svg.text(x, plot.top + 12 + 14 * row, words, &name);
    }
}
