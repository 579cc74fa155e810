//! Curves over a common x.

use super::axis::{Ruler, caption, short};
use super::{LineChart, Marker};
use crate::picture::graph::{MARGIN, heading, heading_width};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num};

const PLOT: (i32, i32) = (520, 280);
/// Line colour and dash of the curves, told apart in grey by dash and end mark.
const CURVES: [(&str, &str); 6] = [
    ("#2f5d8a", ""),
    ("#b4420f", "8 3"),
    ("#2c6843", "2 3"),
    ("#5a4892", "10 3 2 3"),
    ("#85560f", "5 5"),
    ("#1d6670", "1 4"),
];

fn style(class: &'static str, fill: &'static str, anchor: Anchor) -> Style {
    Style {
        class,
        size: 11,
        bold: false,
        fill,
        anchor,
    }
}

/// Draws the chart.
pub fn line_chart_svg(chart: &LineChart) -> String {
    let xs = chart
        .series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| p.0));
    let ys = chart
        .series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| p.1));
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
    let width = (left + PLOT.0 + 14 + named + MARGIN).max(heading_width(&chart.title));
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

    plot.grid(&mut svg);
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
        let (colour, own) = CURVES[i % CURVES.len()];
        let dash = if series.dashed && own.is_empty() {
            "6 4"
        } else {
            own
        };
        let points: Vec<(f64, f64)> = series.points.clone();
        svg.open("series", None);
        for run in plot.runs(&points) {
            let mut d = String::new();
            for (k, (x, y)) in run.iter().enumerate() {
                d.push_str(&format!(
                    "{}{} {}",
                    if k == 0 { "M" } else { " L" },
                    num(*x),
                    num(*y)
                ));
            }
            let dash = if dash.is_empty() {
                String::new()
            } else {
                format!(" stroke-dasharray=\"{dash}\"")
            };
            svg.path(&d, &format!("class=\"curve\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{dash}"));
            if let [(x, y)] = run[..] {
                svg.line(&format!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"{colour}\"/>",
                    num(x),
                    num(y)
                ));
            }
        }
        svg.close();
        let end = plot.runs(&points).last().and_then(|r| r.last().copied());
        if let Some((x, y)) = end {
            ends.push((x, y, i));
        }
    }
    // Each label stands behind the end of its curve, pushed down where another one stands.
    ends.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
    let mut taken: Vec<(i32, i32, i32)> = Vec::new();
    for (x, y, i) in ends {
        let x = (x.round() as i32 + 8).min(plot.right + 10);
        let w = text_width(&names[i], 11, true);
        let mut y = (y.round() as i32 + 4).max(top + 4);
        while taken
            .iter()
            .any(|t| (t.1 - y).abs() < 15 && x < t.0 + t.2 && t.0 < x + w)
        {
            y += 1;
        }
        taken.push((x, y, w));
        let text = Style {
            bold: true,
            ..style("series-label", CURVES[i % CURVES.len()].0, Anchor::Start)
        };
        svg.text(x, y, text, &names[i]);
    }
    for (x, y, text, anchor) in boxes {
        let w = text_width(&text, 11, false);
        let start = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - w / 2,
            Anchor::End => x - w,
        };
        svg.rect(
            (start - 3, y - 11, w + 6, 15),
            3,
            &format!("fill=\"{}\" fill-opacity=\"0.9\"", ink::PAPER),
        );
        svg.text(x, y, style("marker-label", ink::TEXT, anchor), &text);
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
    svg.finish(
        (width, bottom + 36 + MARGIN),
        "line-chart",
        &chart.title,
        &desc,
    )
}

struct Plot {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
    across: Ruler,
    upright: Ruler,
}

impl Plot {
    fn y(&self, value: f64) -> Option<f64> {
        self.upright.at(value).map(|y| y + f64::from(self.bottom))
    }

    fn grid(&self, svg: &mut Svg) {
        let (left, top, right, bottom) = (self.left, self.top, self.right, self.bottom);
        svg.open("axis", None);
        let hair = format!("stroke=\"{}\"", ink::HAIR);
        for tick in &self.upright.ticks {
            if let Some(y) = self.y(*tick) {
                svg.path(&format!("M{left} {} H{right}", num(y)), &hair);
                let text = style("tick", ink::SOFT, Anchor::End);
                svg.text(left - 7, y.round() as i32 + 4, text, &short(*tick));
            }
        }
        let mut free = i32::MIN;
        for tick in &self.across.ticks {
            let Some(x) = self.across.at(*tick) else {
                continue;
            };
            svg.path(&format!("M{} {top} V{bottom}", num(x)), &hair);
            let (x, text) = (x.round() as i32, short(*tick));
            let half = text_width(&text, 11, false) / 2 + 4;
            if x - half >= free {
                svg.text(
                    x,
                    bottom + 17,
                    style("tick", ink::SOFT, Anchor::Middle),
                    &text,
                );
                free = x + half;
            }
        }
        let line = format!(
            "fill=\"none\" stroke=\"{}\" stroke-width=\"1.2\"",
            ink::LINE
        );
        svg.path(&format!("M{left} {top} V{bottom} H{right}"), &line);
        svg.close();
    }

    /// Draws the marker lines; returns where their labels go, to be drawn last.
    fn markers(&self, svg: &mut Svg, markers: &[Marker]) -> Vec<(i32, i32, String, Anchor)> {
        let mut out = Vec::new();
        let paint = format!(
            "class=\"marker\" stroke=\"{}\" stroke-width=\"1.3\" stroke-dasharray=\"4 3\"",
            ink::TEXT
        );
        let mut row = 0;
        let mut taken: Vec<i32> = Vec::new();
        for marker in markers {
            match marker {
                Marker::Vertical { x, label } => {
                    let Some(at) = self.across.at(*x).filter(|_| self.across.shows(*x)) else {
                        continue;
                    };
                    // Each has a line of its own above the plot, so labels never meet.
                    let y = self.top - 6 - 15 * (row % 6);
                    row += 1;
                    svg.path(&format!("M{} {} V{}", num(at), y + 3, self.bottom), &paint);
                    let text = ellipsis(label.trim(), 260, &crate::picture::measure::at(11, false));
                    let half = text_width(&text, 11, false) / 2;
                    let x = at.round() as i32;
                    let centre =
                        x.clamp(self.left + half, (self.right - half).max(self.left + half));
                    out.push((centre, y, text, Anchor::Middle));
                }
                Marker::Horizontal { y, label } => {
                    let Some(at) = self.y(*y).filter(|_| self.upright.shows(*y)) else {
                        continue;
                    };
                    svg.path(
                        &format!("M{} {} H{}", self.left, num(at), self.right),
                        &paint,
                    );
                    let mut at = at.round() as i32 - 5;
                    while taken.iter().any(|t| (t - at).abs() < 15) {
                        at -= 15;
                    }
                    taken.push(at);
                    let text = ellipsis(label.trim(), 260, &crate::picture::measure::at(11, false));
                    out.push((self.left + 8, at, text, Anchor::Start));
                }
            }
        }
        out.retain(|(_, _, text, _)| !text.is_empty());
        out
    }

    /// The curve in pixels, cut at the plot's edges and where a value is missing.
    fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let mut out: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut run: Vec<(f64, f64)> = Vec::new();
        let mut before: Option<(f64, f64)> = None;
        for (x, y) in points {
            let Some(here) = self.across.at(*x).zip(self.y(*y)) else {
                out.push(std::mem::take(&mut run));
                before = None;
                continue;
            };
            match before {
                None if self.holds(here) => run.push(here),
                None => {}
                Some(before) => {
                    if let Some((a, b)) = self.clip(before, here) {
                        if run.last() != Some(&a) {
                            out.push(std::mem::take(&mut run));
                            run.push(a);
                        }
                        run.push(b);
                    }
                }
            }
            before = Some(here);
        }
        out.push(run);
        out.retain(|r| !r.is_empty());
        out
    }

    fn holds(&self, p: (f64, f64)) -> bool {
        p.0 >= f64::from(self.left) - 0.5
            && p.0 <= f64::from(self.right) + 0.5
            && p.1 >= f64::from(self.top) - 0.5
            && p.1 <= f64::from(self.bottom) + 0.5
    }

    /// The part of a segment inside the plot (Liang and Barsky, 1984).
    fn clip(&self, a: (f64, f64), b: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        for (step, room) in [
            (-dx, a.0 - f64::from(self.left)),
            (dx, f64::from(self.right) - a.0),
            (-dy, a.1 - f64::from(self.top)),
            (dy, f64::from(self.bottom) - a.1),
        ] {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                enter = enter.max(room / step);
            } else {
                leave = leave.min(room / step);
            }
        }
        let on = |t: f64| (a.0 + dx * t, a.1 + dy * t);
        (enter <= leave).then(|| {
            (
                if enter == 0.0 { a } else { on(enter) },
                if leave == 1.0 { b } else { on(leave) },
            )
        })
    }
}
