//! Lines with heads.

use super::{EdgeStyle, Emphasis};
use crate::picture::svg::{Svg, ink, num, rounded};

/// What the legend calls a line.
pub(super) fn style_name(style: EdgeStyle) -> &'static str {
    match style {
        EdgeStyle::Sync => "call, waits for the answer",
        EdgeStyle::Async => "message, nobody waits",
        EdgeStyle::Data => "reads or writes data",
        EdgeStyle::Dashed => "other dependency",
    }
}

/// Draws a line through whole-numbered corners whose ends lie `inside` pixels beyond the first and
/// the last, with its head at the last.
pub(super) fn line(
    svg: &mut Svg,
    points: &[(i32, i32)],
    inside: (f64, f64),
    style: EdgeStyle,
    emphasis: Emphasis,
) {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
        return;
    };
    if points.len() < 2 {
        return;
    }
    let colour = match emphasis {
        Emphasis::Normal if style == EdgeStyle::Data => "#2c6843",
        Emphasis::Normal => ink::LINE,
        Emphasis::Strong => ink::ACCENT,
        Emphasis::Muted => "#8793a0",
    };
    let width = match (emphasis, style) {
        (Emphasis::Strong, _) => "2.4",
        (_, EdgeStyle::Data) => "1.2",
        _ => "1.5",
    };
    let dash = match style {
        EdgeStyle::Async => " stroke-dasharray=\"7 4\"",
        EdgeStyle::Dashed => " stroke-dasharray=\"2 4\"",
        EdgeStyle::Sync | EdgeStyle::Data => "",
    };
    let toward = |from: (i32, i32), to: (i32, i32)| {
        (
            f64::from((to.0 - from.0).signum()),
            f64::from((to.1 - from.1).signum()),
        )
    };
    let out = toward(points[1], first);
    let into = toward(points[points.len() - 2], last);
    let start = (
        f64::from(first.0) + out.0 * inside.0,
        f64::from(first.1) + out.1 * inside.0,
    );
    let tip = (
        f64::from(last.0) + into.0 * inside.1,
        f64::from(last.1) + into.1 * inside.1,
    );
    let filled = matches!(style, EdgeStyle::Sync | EdgeStyle::Data);
    // A filled head hides the end of the line; an open one is drawn around it.
    let back = if filled { 6.0 } else { 0.5 };
    let stop = (tip.0 - into.0 * back, tip.1 - into.1 * back);
    let mut d = rounded(points, 7.0);
    // The ends are not whole numbers: replace them.
    let begin = d.find(" L").unwrap_or(d.len());
    d.replace_range(..begin, &format!("M{} {}", num(start.0), num(start.1)));
    if let Some(at) = d.rfind(" L") {
        d.replace_range(at.., &format!(" L{} {}", num(stop.0), num(stop.1)));
    }
    svg.path(
        &d,
        &format!("class=\"line\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}"),
    );
    let (long, half) = if style == EdgeStyle::Data {
        (7.0, 3.2)
    } else {
        (8.5, 4.2)
    };
    let corner = |side: f64| {
        let x = tip.0 - into.0 * long + into.1 * half * side;
        let y = tip.1 - into.1 * long + into.0 * half * side;
        format!("{} {}", num(x), num(y))
    };
    let head = format!(
        "M{} L{} {} L{}",
        corner(1.0),
        num(tip.0),
        num(tip.1),
        corner(-1.0)
    );
    if filled {
        svg.path(
            &format!("{head} Z"),
            &format!("class=\"head\" fill=\"{colour}\""),
        );
    } else {
        svg.path(
            &head,
            &format!("class=\"head\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""),
        );
    }
}
