//! The outlines of nodes and where an edge touches them.

use super::{Emphasis, Shape};
use crate::picture::layout::Rect;
use crate::picture::svg::{Svg, ink, num};

/// Fill and stroke. Stroke on fill is at least 4.5 to 1.
pub(super) fn colours(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Box | Shape::Worker => ("#eff5fb", "#2f5d8a"),
        Shape::Store => ("#eff7f0", "#2c6843"),
        Shape::Queue => ("#fcf5e8", "#85560f"),
        Shape::Person | Shape::Client => ("#f5f2fb", "#5a4892"),
        Shape::External => ("#f3f4f6", "#586673"),
        Shape::Cache => ("#fcf1ef", "#9a4030"),
        Shape::Gateway => ("#eaf6f7", "#1d6670"),
        Shape::Boundary => ("#ffffff", "#586673"),
    }
}

/// What the legend calls a shape.
pub(crate) fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Box => "service",
        Shape::Store => "store",
        Shape::Queue => "queue, topic",
        Shape::Person => "person",
        Shape::External => "external system",
        Shape::Cache => "cache",
        Shape::Gateway => "entry point",
        Shape::Worker => "worker",
        Shape::Client => "client",
        Shape::Boundary => "boundary",
    }
}

fn lid(r: Rect) -> i32 {
    (r.h / 8).clamp(3, 8)
}

fn tip(r: Rect) -> i32 {
    (r.h / 4).clamp(4, 12)
}

/// Draws the outline.
pub(crate) fn outline(svg: &mut Svg, shape: Shape, r: Rect, emphasis: Emphasis) {
    let (fill, own) = colours(shape);
    let (stroke, width) = match emphasis {
        Emphasis::Normal => (own, "1.4"),
        Emphasis::Strong => (ink::ACCENT, "2.6"),
        Emphasis::Muted => ("#8793a0", "1.1"),
    };
    let fill = if emphasis == Emphasis::Muted {
        "#fafbfc"
    } else {
        fill
    };
    let line = format!("fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\"");
    let full =
        format!("class=\"outline\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"");
    let (x, y, w, h) = (r.x, r.y, r.w, r.h);
    let at = (x, y, w, h);
    match shape {
        Shape::Box => svg.rect(at, 6, &full),
        Shape::Boundary => svg.rect(at, 6, &format!("{full} stroke-dasharray=\"2 4\"")),
        Shape::External => {
            svg.rect(at, 2, &format!("{full} stroke-dasharray=\"6 4\""));
            let (cx, cy) = (x + w - 10, y + 10);
            let arrow = format!(
                "M{} {} L{cx} {cy} M{} {cy} H{cx} V{}",
                cx - 6,
                cy + 6,
                cx - 5,
                cy + 5
            );
            svg.path(&arrow, &line);
        }
        Shape::Worker => {
            svg.rect(at, 2, &full);
            svg.path(
                &format!("M{} {y} V{} M{} {y} V{}", x + 8, y + h, x + w - 8, y + h),
                &line,
            );
        }
        Shape::Client => {
            svg.rect(at, 6, &full);
            svg.path(&format!("M{x} {} H{}", y + 11, x + w), &line);
            for i in 0..3 {
                let dot = format!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"1.6\" fill=\"{stroke}\"/>",
                    x + 9 + 7 * i,
                    y + 6
                );
                svg.line(&dot);
            }
        }
        Shape::Person => {
            svg.rect(at, (h / 2).min(16), &full);
            let (cx, cy) = (x + 21, y + h / 2);
            let head = format!("<circle cx=\"{cx}\" cy=\"{}\" r=\"4.5\" {line}/>", cy - 6);
            svg.line(&head);
            svg.path(&format!("M{} {} a8 8 0 0 1 16 0 z", cx - 8, cy + 10), &line);
        }
        Shape::Gateway => {
            let d = tip(r);
            let path = format!(
                "M{} {y} H{} L{} {} L{} {} H{} L{x} {} Z",
                x + d,
                x + w - d,
                x + w,
                y + h / 2,
                x + w - d,
                y + h,
                x + d,
                y + h / 2
            );
            svg.path(&path, &format!("{full} stroke-linejoin=\"round\""));
        }
        Shape::Queue => {
            let (d, rx, ry) = (tip(r), tip(r), num(f64::from(h) / 2.0));
            let path = format!(
                "M{} {y} H{} A{rx} {ry} 0 0 1 {} {} H{} A{rx} {ry} 0 0 1 {} {y} Z",
                x + d,
                x + w - d,
                x + w - d,
                y + h,
                x + d,
                x + d
            );
            svg.path(&path, &full);
            let end = format!(
                "M{} {y} A{rx} {ry} 0 0 0 {} {}",
                x + w - d,
                x + w - d,
                y + h
            );
            svg.path(&end, &line);
        }
        Shape::Store | Shape::Cache => {
            let (ry, rx) = (lid(r), num(f64::from(w) / 2.0));
            let path = format!(
                "M{x} {} A{rx} {ry} 0 0 1 {} {} V{} A{rx} {ry} 0 0 1 {x} {} Z",
                y + ry,
                x + w,
                y + ry,
                y + h - ry,
                y + h - ry
            );
            svg.path(&path, &full);
            let rings = if shape == Shape::Cache { 2 } else { 1 };
            for i in 0..rings {
                let level = y + ry + 5 * i;
                svg.path(
                    &format!("M{x} {level} A{rx} {ry} 0 0 0 {} {level}", x + w),
                    &line,
                );
            }
        }
    }
}

/// How far inside the rectangle the outline lies at a point of the rectangle's border, in pixels.
pub(super) fn depth(shape: Shape, r: Rect, at: (i32, i32)) -> f64 {
    let across = |at: i32, start: i32, size: i32| {
        let half = f64::from(size) / 2.0;
        ((f64::from(at - start) - half) / half).clamp(-1.0, 1.0)
    };
    let sideways = at.0 <= r.x || at.0 >= r.x + r.w;
    match shape {
        Shape::Store | Shape::Cache if !sideways => {
            let u = across(at.0, r.x, r.w);
            f64::from(lid(r)) * (1.0 - (1.0 - u * u).sqrt())
        }
        Shape::Queue if sideways => {
            let u = across(at.1, r.y, r.h);
            f64::from(tip(r)) * (1.0 - (1.0 - u * u).sqrt())
        }
        Shape::Gateway if sideways => f64::from(tip(r)) * across(at.1, r.y, r.h).abs(),
        _ => 0.0,
    }
}
