//! Horizontal bars against limits.

use super::axis::{Ruler, caption, short, with_unit};
use super::{BarChart, Scale};
use crate::picture::graph::{MARGIN, heading, heading_width};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num};

const ROW: i32 = 28;
const BAR: i32 = 16;
const PLOT: i32 = 380;
const MOST_LABEL: i32 = 220;

/// Draws the bars. A bar beyond its limit is hatched as well as coloured.
pub fn bar_chart_svg(chart: &BarChart) -> String {
    let small = at(11, false);
    let labels: Vec<String> = chart
        .bars
        .iter()
        .map(|b| ellipsis(b.label.trim(), MOST_LABEL, &at(12, false)))
        .collect();
    let notes: Vec<String> = chart
        .bars
        .iter()
        .map(|b| match b.note.trim() {
            "" if !b.value.is_finite() => "n/a".to_owned(),
            "" => with_unit(b.value, &chart.axis.unit),
            note => ellipsis(note, 220, &small),
        })
        .collect();
    let named = labels
        .iter()
        .map(|l| text_width(l, 12, false))
        .max()
        .unwrap_or(0);
    let noted = notes
        .iter()
        .map(|l| text_width(l, 11, false))
        .max()
        .unwrap_or(0);
    let left = MARGIN + named + 12;
    let width = (left + PLOT + 10 + noted + MARGIN).max(heading_width(&chart.title));
    let mut svg = Svg::new();
    let top = MARGIN + heading(&mut svg, &chart.title, width);
    let rows = i32::try_from(chart.bars.len()).unwrap_or(0);
    let bottom = top + rows * ROW + 4;
    let values = chart
        .bars
        .iter()
        .flat_map(|b| [Some(b.value), b.limit])
        .flatten();
    let ruler = Ruler::new(&chart.axis, values, f64::from(left), f64::from(PLOT));
    let style = |class, fill, anchor| Style {
        class,
        size: 11,
        bold: false,
        fill,
        anchor,
    };

    svg.open("axis", None);
    for tick in &ruler.ticks {
        if let Some(x) = ruler.at(*tick) {
            let x = num(x);
            svg.path(
                &format!("M{x} {top} V{bottom}"),
                &format!("stroke=\"{}\"", ink::HAIR),
            );
        }
    }
    let mut free = i32::MIN;
    for tick in &ruler.ticks {
        let Some(x) = ruler.at(*tick) else { continue };
        let (x, text) = (x.round() as i32, short(*tick));
        let half = text_width(&text, 11, false) / 2 + 4;
        if x - half >= free {
            svg.text(
                x,
                bottom + 16,
                style("tick", ink::SOFT, Anchor::Middle),
                &text,
            );
            free = x + half;
        }
    }
    svg.text(
        left + PLOT / 2,
        bottom + 34,
        style("caption", ink::SOFT, Anchor::Middle),
        &caption(&chart.axis),
    );
    svg.close();
    let (first, last) = (f64::from(left), f64::from(left + PLOT));
    let zero = if chart.axis.scale == Scale::Log {
        first
    } else {
        ruler.at(0.0).unwrap_or(first)
    };
    let zero = zero.clamp(first, last);
    for ((bar, label), (note, i)) in chart.bars.iter().zip(&labels).zip(notes.iter().zip(0..)) {
        let y = top + i * ROW + (ROW - BAR) / 2 + 2;
        svg.open("bar", None);
        if *label != bar.label.trim() {
            svg.tooltip(&bar.label);
        }
        let name = Style {
            size: 12,
            ..style("bar-label", ink::TEXT, Anchor::End)
        };
        svg.text(left - 10, y + 12, name, label);
        let over = bar.limit.is_some_and(|l| bar.value > l);
        let end = ruler.at(bar.value).map_or(zero, |x| x.clamp(first, last));
        let (x, w) = (zero.min(end), (end - zero).abs());
        let (fill, stroke) = if over {
            ("#f3c9b5", ink::ACCENT)
        } else {
            ("#bcd3ea", "#2f5d8a")
        };
        if w > 0.05 {
            svg.line(&format!(
                "<rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.2\"/>",
                num(x),
                num(w)
            ));
        }
        if over {
            // Strokes across say the same without colour.
            let mut d = String::new();
            let mut at = x + 14.0;
            while at < x + w - 1.0 {
                d.push_str(&format!("M{} {} l-8 {} ", num(at), y + 2, BAR - 4));
                at += 9.0;
            }
            svg.path(
                d.trim_end(),
                &format!("stroke=\"{}\" stroke-width=\"1\"", ink::ACCENT),
            );
        }
        let mut behind = end.max(zero);
        if let Some(x) = bar
            .limit
            .filter(|l| ruler.shows(*l))
            .and_then(|l| ruler.at(l))
        {
            let d = format!("M{} {} V{}", num(x), y - 4, y + BAR + 4);
            svg.path(
                &d,
                &format!(
                    "class=\"limit\" stroke=\"{}\" stroke-width=\"2\"",
                    ink::TEXT
                ),
            );
            behind = behind.max(x);
        }
        let fill = if over { ink::ACCENT } else { ink::TEXT };
        let note_style = Style {
            bold: over,
            ..style("value", fill, Anchor::Start)
        };
        svg.text(behind.round() as i32 + 8, y + 12, note_style, note);
        svg.close();
    }
    let mut height = bottom + 40;
    if chart.bars.iter().any(|b| b.limit.is_some()) {
        svg.path(
            &format!("M{left} {} v12", height + 4),
            &format!("stroke=\"{}\" stroke-width=\"2\"", ink::TEXT),
        );
        svg.text(
            left + 8,
            height + 14,
            style("legend-text", ink::SOFT, Anchor::Start),
            "limit",
        );
        height += 18;
    }
    let desc = if chart.description.trim().is_empty() {
        let over = chart
            .bars
            .iter()
            .filter(|b| b.limit.is_some_and(|l| b.value > l))
            .count();
        format!("{} bars, {over} beyond their limit.", chart.bars.len())
    } else {
        chart.description.clone()
    };
    svg.finish(
        (width, height + MARGIN / 2),
        "bar-chart",
        &chart.title,
        &desc,
    )
}
