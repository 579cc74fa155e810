//! The graph as SVG.

use super::edges::{line, style_name};
use super::prepare::{
    Face, GAPS, LABEL_LINE, SMALL, SMALL_LINE, TITLE, TITLE_LINE, graph_layout, padding,
    text_height,
};
use super::shapes::{depth, outline, shape_name};
use super::{EdgeStyle, Emphasis, Graph, GraphLayout, Shape};
use crate::picture::layout::{Frame, Rect};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink};
use std::collections::BTreeSet;

/// Space around a picture.
pub(crate) const MARGIN: i32 = 24;
/// Height of the heading.
pub(crate) const HEADING: i32 = 34;

/// Draws the heading and returns the room it took.
pub(crate) fn heading(svg: &mut Svg, title: &str, width: i32) -> i32 {
    let title = title.trim();
    if title.is_empty() {
        return 0;
    }
    let style = Style {
        class: "heading",
        size: 16,
        bold: true,
        fill: ink::TEXT,
        anchor: Anchor::Start,
    };
    let shown = ellipsis(title, (width - 2 * MARGIN).max(60), &at(16, true));
    svg.text(MARGIN, MARGIN + 14, style, &shown);
    HEADING
}

/// The width a picture needs for its heading, so that short pictures do not cut long titles.
pub(crate) fn heading_width(title: &str) -> i32 {
    text_width(title.trim(), 16, true).min(720) + 2 * MARGIN
}

/// Draws the graph.
pub fn graph_svg(graph: &Graph) -> String {
    let laid = graph_layout(graph);
    let mut svg = Svg::new();
    let entries = if graph.legend {
        legend_entries(graph, &laid)
    } else {
        Vec::new()
    };
    let width = (laid.placed.size.0 + 2 * MARGIN)
        .max(heading_width(&graph.title))
        .max(240);
    let top = MARGIN + heading(&mut svg, &graph.title, width);
    // A picture narrower than its heading stands in the middle.
    let left = (width - laid.placed.size.0) / 2;
    let shift = |r: Rect| Rect {
        x: r.x + left,
        y: r.y + top,
        ..r
    };

    let depths = group_depths(&laid, graph);
    for level in 0..=depths.iter().copied().max().unwrap_or(0) {
        for (g, frame) in laid.placed.groups.iter().enumerate() {
            if let (Some(frame), true) = (frame, depths[g] == level) {
                let frame = Frame {
                    rect: shift(frame.rect),
                    title: shift(frame.title),
                };
                let id = &graph.groups[laid.groups[g]].id;
                group(&mut svg, id, &laid.group_titles[g], &frame, level);
            }
        }
    }
    for (e, route) in laid.placed.edges.iter().enumerate() {
        let edge = &graph.edges[laid.edges[e]];
        let points: Vec<(i32, i32)> = route
            .points
            .iter()
            .map(|p| (p.0 + left, p.1 + top))
            .collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            continue;
        };
        let (from, to) = laid.ends[e];
        let touch = |node: usize, at: (i32, i32)| {
            let shape = graph.nodes[laid.nodes[node]].shape;
            depth(shape, shift(laid.placed.nodes[node]), at)
        };
        svg.open("edge", Some(&edge.id));
        svg.tooltip(&edge_tooltip(graph, &laid, e));
        line(
            &mut svg,
            &points,
            (touch(from, *first), touch(to, *last)),
            edge.style,
            edge.emphasis,
        );
        svg.close();
    }
    for (v, rect) in laid.placed.nodes.iter().enumerate() {
        let node = &graph.nodes[laid.nodes[v]];
        svg.open("node", Some(&node.id));
        if let Some(full) = &laid.faces[v].full {
            svg.tooltip(full);
        }
        let rect = shift(*rect);
        outline(&mut svg, node.shape, rect, node.emphasis);
        texts(&mut svg, node.shape, rect, &laid.faces[v]);
        svg.close();
    }
    for (e, route) in laid.placed.edges.iter().enumerate() {
        if let Some(rect) = route.label {
            let edge = &graph.edges[laid.edges[e]];
            let under = laid
                .placed
                .groups
                .iter()
                .zip(&depths)
                .filter_map(|(frame, level)| {
                    frame.filter(|f| f.rect.overlaps(&rect)).map(|_| *level)
                });
            let paper = under.max().map_or(ink::PAPER, |level| LEVELS[level.min(2)]);
            label(
                &mut svg,
                paper,
                &edge.id,
                shift(rect),
                &laid.labels[e],
                edge.emphasis,
            );
        }
    }
    let bottom = top + laid.placed.size.1;
    let height = legend(&mut svg, &entries, width, bottom) + MARGIN;
    let desc = if graph.description.trim().is_empty() {
        format!(
            "{} nodes, {} arrows, {} groups.",
            laid.nodes.len(),
            laid.edges.len(),
            laid.placed.groups.iter().flatten().count()
        )
    } else {
        graph.description.clone()
    };
    svg.finish((width, height), "graph", &graph.title, &desc)
}

fn group_depths(laid: &GraphLayout, graph: &Graph) -> Vec<usize> {
    let (_, parents, _) = super::merged_groups(&graph.groups);
    (0..laid.groups.len())
        .map(|g| std::iter::successors(parents[g], |p| parents[*p]).count())
        .collect()
}

/// Paper of groups, by depth.
const LEVELS: [&str; 3] = ["#f7f9fb", "#f1f4f8", "#ebeff4"];

/// A group's rectangle and title. The deeper, the darker.
pub(crate) fn group(svg: &mut Svg, id: &str, title: &str, frame: &Frame, level: usize) {
    let fill = LEVELS[level.min(2)];
    let r = frame.rect;
    svg.open("group", Some(id));
    let paint = format!(
        "class=\"frame\" fill=\"{fill}\" stroke=\"#a9b5c1\" stroke-width=\"1\" stroke-dasharray=\"5 3\""
    );
    svg.rect((r.x, r.y, r.w, r.h), 8, &paint);
    let shown = ellipsis(title, frame.title.w, &at(SMALL, true));
    if shown != title {
        svg.tooltip(title);
    }
    let style = Style {
        class: "group-title",
        size: SMALL,
        bold: true,
        fill: ink::SOFT,
        anchor: Anchor::Start,
    };
    svg.text(frame.title.x, frame.title.y + 12, style, &shown);
    svg.close();
}

fn edge_tooltip(graph: &Graph, laid: &GraphLayout, e: usize) -> String {
    let edge = &graph.edges[laid.edges[e]];
    let name = |v: usize| {
        let node = &graph.nodes[laid.nodes[v]];
        if node.title.trim().is_empty() {
            node.id.clone()
        } else {
            node.title.clone()
        }
    };
    let (from, to) = laid.ends[e];
    let label = edge.label.replace('\n', ", ");
    let colon = if label.trim().is_empty() { "" } else { ": " };
    format!("{} to {}{colon}{label}", name(from), name(to))
}

/// How far the middle of the text lies right of the shape's.
pub(crate) fn text_shift(shape: Shape) -> i32 {
    match shape {
        Shape::Person => 14,
        Shape::Queue => -6,
        _ => 0,
    }
}

fn texts(svg: &mut Svg, shape: Shape, r: Rect, face: &Face) {
    let (_, top, bottom) = padding(shape);
    let shift = text_shift(shape);
    let x = r.x + r.w / 2 + shift;
    let free = r.h - top - bottom - text_height(face);
    let mut y = r.y + top + free / 2;
    let title = Style {
        class: "title",
        size: TITLE,
        bold: true,
        fill: ink::TEXT,
        anchor: Anchor::Middle,
    };
    let soft = Style {
        class: "subtitle",
        size: SMALL,
        bold: false,
        fill: ink::SOFT,
        anchor: Anchor::Middle,
    };
    for text in &face.title {
        svg.text(x, y + 13, title, text);
        y += TITLE_LINE;
    }
    if !face.subtitle.is_empty() {
        svg.text(x, y + 11, soft, &face.subtitle);
        y += SMALL_LINE;
    }
    y += 4;
    for text in &face.lines {
        svg.text(
            x,
            y + 11,
            Style {
                class: "fact",
                fill: ink::TEXT,
                ..soft
            },
            text,
        );
        y += SMALL_LINE;
    }
}

fn label(svg: &mut Svg, paper: &str, id: &str, r: Rect, face: &Face, emphasis: Emphasis) {
    svg.open("label", Some(id));
    if let Some(full) = &face.full {
        svg.tooltip(full);
    }
    svg.rect(
        (r.x, r.y, r.w, r.h),
        4,
        &format!("fill=\"{paper}\" fill-opacity=\"0.94\""),
    );
    let fill = if emphasis == Emphasis::Strong {
        ink::ACCENT
    } else {
        ink::SOFT
    };
    let style = Style {
        class: "label-text",
        size: SMALL,
        bold: false,
        fill,
        anchor: Anchor::Middle,
    };
    for (text, i) in face.lines.iter().zip(0..) {
        svg.text(r.x + r.w / 2, r.y + 13 + LABEL_LINE * i, style, text);
    }
    svg.close();
}

enum Entry {
    Shape(Shape),
    Style(EdgeStyle),
}

fn legend_entries(graph: &Graph, laid: &GraphLayout) -> Vec<Entry> {
    let shapes: BTreeSet<Shape> = laid.nodes.iter().map(|n| graph.nodes[*n].shape).collect();
    let styles: BTreeSet<EdgeStyle> = laid.edges.iter().map(|e| graph.edges[*e].style).collect();
    shapes
        .into_iter()
        .map(Entry::Shape)
        .chain(styles.into_iter().map(Entry::Style))
        .collect()
}

/// Draws the legend in rows below `top` and returns where it ends.
fn legend(svg: &mut Svg, entries: &[Entry], width: i32, top: i32) -> i32 {
    if entries.is_empty() {
        return top;
    }
    let line_y = top + GAPS.node / 2 + 4;
    svg.open("legend", None);
    svg.path(
        &format!("M{MARGIN} {line_y} H{}", width - MARGIN),
        &format!("stroke=\"{}\"", ink::HAIR),
    );
    let style = Style {
        class: "legend-text",
        size: SMALL,
        bold: false,
        fill: ink::SOFT,
        anchor: Anchor::Start,
    };
    let (mut x, mut y) = (MARGIN, line_y + 12);
    for entry in entries {
        let name = match entry {
            Entry::Shape(shape) => shape_name(*shape),
            Entry::Style(style) => style_name(*style),
        };
        let room = 38 + text_width(name, SMALL, false);
        if x > MARGIN && x + room > width - MARGIN {
            x = MARGIN;
            y += 24;
        }
        match entry {
            Entry::Shape(Shape::Person) => {
                // The figure needs a box of its full size, so the whole is drawn smaller.
                let place = format!("<g transform=\"translate({x} {y}) scale(0.7)\">");
                svg.line(&place);
                let r = Rect {
                    x: 0,
                    y: 0,
                    w: 43,
                    h: 26,
                };
                outline(svg, Shape::Person, r, Emphasis::Normal);
                svg.line("</g>");
            }
            Entry::Shape(shape) => {
                outline(svg, *shape, Rect { x, y, w: 30, h: 18 }, Emphasis::Normal);
            }
            Entry::Style(style) => {
                let points = [(x, y + 9), (x + 30, y + 9)];
                line(svg, &points, (0.0, 0.0), *style, Emphasis::Normal);
            }
        }
        svg.text(x + 38, y + 13, style, name);
        x += room + 22;
    }
    svg.close();
    y + 22
}
