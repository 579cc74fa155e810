//! The rectangle that curves are drawn in: grid, marker lines, bands, clipping.

use super::axis::{Ruler, short};
use super::{Band, Interval, Marker, Series};
use crate::picture::measure::{at as measured, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num};

/// Line colour and dash of the curves, told apart in grey by dash and end mark.
pub(super) const CURVES: [(&str, &str); 6] = [
    ("#2f5d8a", ""),
    ("#b4420f", "8 3"),
    ("#2c6843", "2 3"),
    ("#5a4892", "10 3 2 3"),
    ("#85560f", "5 5"),
    ("#1d6670", "1 4"),
];

pub(super) fn style(class: &'static str, fill: &'static str, anchor: Anchor) -> Style {
    Style {
        class,
        size: 11,
        bold: false,
        fill,
        anchor,
    }
}

/// Where curves are drawn, in pixels; `upright` counts from the bottom.
pub(super) struct Plot {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
    pub across: Ruler,
    pub upright: Ruler,
}

impl Plot {
    pub fn y(&self, value: f64) -> Option<f64> {
        self.upright.at(value).map(|y| y + f64::from(self.bottom))
    }

    /// Grid and frame; `below` says whether the ticks of x are written.
    pub fn grid(&self, svg: &mut Svg, below: bool) {
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
            if below && x - half >= free {
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
    pub fn markers(&self, svg: &mut Svg, markers: &[Marker]) -> Vec<(i32, i32, String, Anchor)> {
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
                    let text = ellipsis(label.trim(), 260, &measured(11, false));
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
                    let text = ellipsis(label.trim(), 260, &measured(11, false));
                    out.push((self.left + 8, at, text, Anchor::Start));
                }
            }
        }
        out.retain(|(_, _, text, _)| !text.is_empty());
        out
    }

    /// The curve in pixels, cut at the plot's edges and where a value is missing.
    pub fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
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

    /// Stretches of x that are shaded, behind everything else.
    pub fn bands(&self, svg: &mut Svg, bands: &[Band]) {
        for (from, to) in bands.iter().filter_map(|b| self.across_band(b)) {
            svg.line(&format!(
                "<rect class=\"band\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#f7e3da\"/>",
                num(from),
                self.top,
                num((to - from).max(1.0)),
                self.bottom - self.top
            ));
        }
    }

    /// Both ends of a band in pixels, where some of it is on the plot.
    pub fn across_band(&self, band: &Band) -> Option<(f64, f64)> {
        let ends = (f64::from(self.left), f64::from(self.right));
        let from = self.across.at(band.from)?.clamp(ends.0, ends.1);
        let to = self.across.at(band.to)?.clamp(ends.0, ends.1);
        (to > from).then_some((from, to))
    }

    /// One curve with its measured points; returns where it ends.
    pub fn curve(&self, svg: &mut Svg, nth: usize, series: &Series) -> Option<(f64, f64)> {
        let (colour, own) = CURVES[nth % CURVES.len()];
        let dash = match own {
            "" if series.dashed => "6 4",
            own => own,
        };
        let dash = match dash {
            "" => String::new(),
            dash => format!(" stroke-dasharray=\"{dash}\""),
        };
        svg.open("series", None);
        let runs = self.runs(&series.points);
        for run in &runs {
            let mut d = String::new();
            for (k, (x, y)) in run.iter().enumerate() {
                let step = if k == 0 { "M" } else { " L" };
                d.push_str(&format!("{step}{} {}", num(*x), num(*y)));
            }
            svg.path(&d, &format!("class=\"curve\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{dash}"));
            if let [(x, y)] = run[..] {
                dot(svg, (x, y), 3, colour);
            }
        }
        let mut end = runs.last().and_then(|r| r.last().copied());
        for interval in &series.intervals {
            let at = self.interval(svg, interval, colour);
            end = end.or(at);
        }
        svg.close();
        end
    }

    /// A point with its interval as a whisker.
    fn interval(&self, svg: &mut Svg, i: &Interval, colour: &str) -> Option<(f64, f64)> {
        let at = (self.across.at(i.x)?, self.y(i.value)?);
        if !self.holds(at) {
            return None;
        }
        let (top, bottom) = (f64::from(self.top), f64::from(self.bottom));
        let low = self.y(i.low).map_or(bottom, |y| y.clamp(top, bottom));
        let high = self.y(i.high).map_or(top, |y| y.clamp(top, bottom));
        let (x, left) = (num(at.0), num(at.0 - 4.0));
        svg.path(
            &format!(
                "M{x} {} V{} M{left} {} h8 M{left} {} h8",
                num(high),
                num(low),
                num(high),
                num(low)
            ),
            &format!("class=\"whisker\" stroke=\"{colour}\" stroke-width=\"1.2\" fill=\"none\""),
        );
        dot(svg, at, 3, colour);
        Some(at)
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

/// A filled circle with a rim of paper, so that it stands apart from a curve below it.
pub(super) fn dot(svg: &mut Svg, at: (f64, f64), radius: i32, colour: &str) {
    svg.line(&format!(
        "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{colour}\" stroke=\"{}\" stroke-width=\"0.8\"/>",
        num(at.0),
        num(at.1),
        ink::PAPER
    ));
}

/// Labels behind the ends of curves, pushed down where another one stands.
pub(super) fn end_labels(
    svg: &mut Svg,
    plot: &Plot,
    names: &[String],
    mut ends: Vec<(f64, f64, usize)>,
) {
    ends.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
    let mut taken: Vec<(i32, i32, i32)> = Vec::new();
    for (x, y, i) in ends {
        let Some(name) = names.get(i) else { continue };
        let x = (x.round() as i32 + 8).min(plot.right + 10);
        let w = text_width(name, 11, true);
        let mut y = (y.round() as i32 + 4).max(plot.top + 4);
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
        svg.text(x, y, text, name);
    }
}

/// Labels of marker lines, each on a patch of paper.
pub(super) fn marker_labels(svg: &mut Svg, boxes: Vec<(i32, i32, String, Anchor)>) {
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
}
