//! Ranges in rows: what an assumption moves, or a computed value beside a simulated interval.

use super::axis::{Ruler, caption, short};
use super::frame::{dot, marker_labels, style};
use super::{Range, RangeChart};
use crate::picture::graph::{MARGIN, heading, heading_width};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num};

const ROW: i32 = 26;
const PLOT: i32 = 400;
const MOST_LABEL: i32 = 260;
const MOST_NOTE: i32 = 300;
const BLUE: &str = "#2f5d8a";

/// Draws the rows.
pub fn range_chart_svg(chart: &RangeChart) -> String {
    let labels: Vec<String> = chart
        .rows
        .iter()
        .map(|r| ellipsis(r.label.trim(), MOST_LABEL, &at(12, false)))
        .collect();
    let notes: Vec<String> = chart
        .rows
        .iter()
        .map(|r| ellipsis(r.note.trim(), MOST_NOTE, &at(11, false)))
        .collect();
    let widest = |texts: &[String], size| {
        let widths = texts.iter().map(|t| text_width(t, size, false));
        widths.max().unwrap_or(0)
    };
    let left = MARGIN + widest(&labels, 12) + 12;
    let noted = left + text_width(chart.note.trim(), 11, false) + MARGIN;
    let width = (left + PLOT + 14 + widest(&notes, 11) + MARGIN)
        .max(heading_width(&chart.title))
        .max(noted);
    let mut svg = Svg::new();
    let head = MARGIN + heading(&mut svg, &chart.title, width);
    let top = head + 16 * i32::try_from(chart.lines.len().min(4)).unwrap_or(0);
    let bottom = top + i32::try_from(chart.rows.len()).unwrap_or(0) * ROW + 4;
    let values = chart.rows.iter().flat_map(values);
    let values = values.chain(chart.lines.iter().map(|l| l.0));
    let ruler = Ruler::new(&chart.axis, values, f64::from(left), f64::from(PLOT));
    axis(&mut svg, &ruler, chart, (left, top, bottom));
    for (i, (row, (label, note))) in chart.rows.iter().zip(labels.iter().zip(&notes)).enumerate() {
        let y = top + i32::try_from(i).unwrap_or(0) * ROW + ROW / 2 + 2;
        svg.open("row", None);
        if *label != row.label.trim() {
            svg.tooltip(&row.label);
        }
        let name = Style {
            size: 12,
            ..style("row-label", ink::TEXT, Anchor::End)
        };
        svg.text(left - 10, y + 4, name, label);
        marks(&mut svg, &ruler, row, y, (left, left + PLOT));
        let fill = if row.strong { ink::ACCENT } else { ink::TEXT };
        let text = Style {
            bold: row.strong,
            ..style("value", fill, Anchor::Start)
        };
        svg.text(left + PLOT + 12, y + 4, text, note);
        svg.close();
    }
    let mut labels = Vec::new();
    for (i, (value, words)) in chart.lines.iter().enumerate() {
        let Some(x) = ruler.at(*value).filter(|_| ruler.shows(*value)) else {
            continue;
        };
        let y = top - 6 - 16 * i32::try_from(i % 4).unwrap_or(0);
        let paint = format!(
            "stroke=\"{}\" stroke-width=\"1.3\" stroke-dasharray=\"4 3\"",
            ink::TEXT
        );
        svg.path(&format!("M{} {} V{bottom}", num(x), y + 3), &paint);
        let half = text_width(words, 11, false) / 2;
        let centre = (x.round() as i32).clamp(left + half, (left + PLOT - half).max(left + half));
        labels.push((centre, y, words.clone(), Anchor::Middle));
    }
    marker_labels(&mut svg, labels);
    let mut height = bottom + 38;
    if !chart.note.trim().is_empty() {
        height += 20;
        let text = style("note", ink::SOFT, Anchor::Start);
        svg.text(left, height, text, chart.note.trim());
    }
    let desc = match chart.description.trim() {
        "" => format!("{} rows over {}.", chart.rows.len(), caption(&chart.axis)),
        said => said.to_string(),
    };
    let size = (width, height + MARGIN);
    svg.finish(size, "range-chart", &chart.title, &desc)
}

fn values(row: &Range) -> Vec<f64> {
    let span = row.span.into_iter().flat_map(|(a, b)| [a, b]);
    let dot = row.dot.into_iter().flat_map(|(a, b, c)| [a, b, c]);
    span.chain(dot).chain(row.square).collect()
}

fn axis(svg: &mut Svg, ruler: &Ruler, chart: &RangeChart, (left, top, bottom): (i32, i32, i32)) {
    svg.open("axis", None);
    let mut free = i32::MIN;
    for tick in &ruler.ticks {
        let Some(x) = ruler.at(*tick) else { continue };
        let hair = format!("stroke=\"{}\"", ink::HAIR);
        svg.path(&format!("M{} {top} V{bottom}", num(x)), &hair);
        let (x, text) = (x.round() as i32, short(*tick));
        let half = text_width(&text, 11, false) / 2 + 4;
        if x - half >= free {
            let words = style("tick", ink::SOFT, Anchor::Middle);
            svg.text(x, bottom + 16, words, &text);
            free = x + half;
        }
    }
    let words = style("caption", ink::SOFT, Anchor::Middle);
    svg.text(left + PLOT / 2, bottom + 34, words, &caption(&chart.axis));
    svg.close();
}

fn marks(svg: &mut Svg, ruler: &Ruler, row: &Range, y: i32, ends: (i32, i32)) {
    let at = |v: f64| {
        let x = ruler.at(v)?;
        Some(x.clamp(f64::from(ends.0), f64::from(ends.1)))
    };
    let (fill, stroke) = if row.strong {
        ("#f3c9b5", ink::ACCENT)
    } else {
        ("#bcd3ea", BLUE)
    };
    if let Some((from, to)) = row.span
        && let (Some(a), Some(b)) = (at(from), at(to))
    {
        svg.line(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.2\"/>",
            num(a.min(b)),
            y - 7,
            num((b - a).abs().max(1.0))
        ));
    }
    if let Some((low, value, high)) = row.dot
        && let Some(x) = at(value)
    {
        if let (Some(a), Some(b)) = (at(low).or(Some(f64::from(ends.0))), at(high)) {
            let paint = format!("stroke=\"{stroke}\" stroke-width=\"1.4\" fill=\"none\"");
            let (a, b) = (num(a), num(b));
            svg.path(
                &format!("M{a} {y} H{b} M{a} {} v8 M{b} {} v8", y - 4, y - 4),
                &paint,
            );
        }
        dot(svg, (x, f64::from(y)), 4, stroke);
    }
    if let Some(x) = row.square.and_then(at) {
        svg.line(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"9\" height=\"9\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"/>",
            num(x - 4.5),
            num(f64::from(y) - 4.5),
            ink::TEXT
        ));
    }
}
