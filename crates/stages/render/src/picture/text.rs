//! The graph in a terminal: boxes and arrows of box-drawing characters, or an indented list.
//!
//! The layout is the one of SVG pictures, with character cells for pixels. Where the picture is
//! too wide, labels become numbers explained below it; where that is too wide as well, or there
//! are too many nodes to take in, the graph is written as a list.

mod canvas;
mod list;

use super::graph::{Edge, EdgeStyle, Graph, Resolved, Shape, resolve};
use super::layout::{EdgeSpec, Gaps, GroupSpec, NodeSpec, Placed, Rect, Spec, layout};
use super::measure::{cell_width, ellipsis, fit};
use canvas::{Canvas, Weight};

/// The widest picture, in cells.
pub const MAX_WIDTH: i32 = 100;
const MOST_NODES: usize = 30;
const MOST_LINES: usize = 130;
const GAPS: Gaps = Gaps {
    node: 3,
    lane: 2,
    track: 1,
    channel: 2,
    pad: 2,
    port: 3,
    inset: 2,
    turn: 4,
};

/// Draws a graph for a terminal, at most [`MAX_WIDTH`] cells wide, each line ended by a line feed.
pub fn graph_text(graph: &Graph) -> String {
    let r = resolve(graph);
    if r.nodes.len() <= MOST_NODES {
        let tries = [
            (Look::Full, 0),
            (Look::Narrow, 0),
            (Look::Numbered, 0),
            (Look::Numbered, 72),
        ];
        for (look, limit) in
            tries
                .into_iter()
                .chain([(Look::Bare, 84), (Look::Bare, 64), (Look::Bare, 44)])
        {
            for rightwards in [false, true] {
                let picture = Picture::new(graph, &r, look, rightwards, limit);
                if picture.placed.size.0 <= MAX_WIDTH && picture.placed.size.1 <= 250 {
                    let text = picture.draw();
                    if text.lines().count() <= MOST_LINES {
                        return text;
                    }
                }
            }
        }
    }
    list::list(graph, &r)
}

/// How much is written into the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Labels and facts.
    Full,
    /// Labels in narrow boxes without facts.
    Narrow,
    /// Numbers for labels.
    Numbered,
    /// Numbers for labels, narrow boxes, no technologies.
    Bare,
}

struct Picture<'a> {
    graph: &'a Graph,
    r: &'a Resolved,
    faces: Vec<Vec<String>>,
    labels: Vec<Vec<String>>,
    /// Labels that are written below, by their number.
    notes: Vec<String>,
    titles: Vec<String>,
    placed: Placed,
}

fn cells(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX / 100)
}

fn widest(lines: &[String]) -> i32 {
    lines.iter().map(|l| cell_width(l)).max().unwrap_or(0)
}

/// What stands in front of a name so that shapes can be told apart without outlines.
pub(crate) fn shape_word(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Box => None,
        other => Some(super::graph::shape_name(other)),
    }
}

impl<'a> Picture<'a> {
    fn new(graph: &'a Graph, r: &'a Resolved, look: Look, rightwards: bool, limit: i32) -> Self {
        let room = match look {
            Look::Full => 22,
            Look::Narrow | Look::Numbered => 16,
            Look::Bare => 13,
        };
        let faces: Vec<Vec<String>> = r
            .nodes
            .iter()
            .map(|n| {
                let node = &graph.nodes[*n];
                let name = if node.title.trim().is_empty() {
                    &node.id
                } else {
                    &node.title
                };
                let mut lines = fit(name, room, 2, &|t| cell_width(t)).lines;
                if look != Look::Bare && !node.subtitle.trim().is_empty() {
                    lines.push(ellipsis(node.subtitle.trim(), room, &|t| cell_width(t)));
                }
                if look == Look::Full {
                    let facts = node
                        .lines
                        .iter()
                        .map(|l| l.trim())
                        .filter(|l| !l.is_empty());
                    lines.extend(facts.take(2).map(|l| ellipsis(l, room, &|t| cell_width(t))));
                }
                if let Some(word) = shape_word(node.shape).filter(|_| look != Look::Bare) {
                    lines.push(ellipsis(&format!("({word})"), room, &|t| cell_width(t)));
                }
                lines
            })
            .collect();
        let mut notes = Vec::new();
        let numbered = matches!(look, Look::Numbered | Look::Bare);
        let labels: Vec<Vec<String>> = r
            .edges
            .iter()
            .map(|e| {
                let text = graph.edges[*e].label.replace('\n', ", ");
                let text = text.trim();
                if text.is_empty() {
                    Vec::new()
                } else if numbered {
                    notes.push(format!("{}: {text}", ends(graph, &graph.edges[*e])));
                    vec![format!("[{}]", notes.len())]
                } else {
                    fit(text, 16, 2, &|t| cell_width(t)).lines
                }
            })
            .collect();
        let titles: Vec<String> = r
            .groups
            .iter()
            .map(|g| ellipsis(graph.groups[*g].title.trim(), 40, &|t| cell_width(t)))
            .collect();
        let spec = Spec {
            rightwards,
            row_limit: if rightwards { 0 } else { limit },
            nodes: faces
                .iter()
                .zip(&r.node_group)
                .map(|(lines, group)| NodeSpec {
                    size: ((widest(lines) + 4).max(9), cells(lines.len()) + 2),
                    group: *group,
                })
                .collect(),
            groups: r
                .parents
                .iter()
                .zip(&titles)
                .map(|(parent, t)| GroupSpec {
                    parent: *parent,
                    title: (cell_width(t) + 2, 1),
                })
                .collect(),
            edges: r
                .ends
                .iter()
                .zip(&labels)
                .map(|(ends, lines)| {
                    let w = if lines.is_empty() {
                        0
                    } else {
                        widest(lines) + 1
                    };
                    EdgeSpec {
                        from: ends.0,
                        to: ends.1,
                        label: (w, cells(lines.len())),
                    }
                })
                .collect(),
            gaps: if rightwards {
                Gaps {
                    track: 2,
                    channel: 3,
                    port: 1,
                    inset: 1,
                    lane: 1,
                    node: 1,
                    ..GAPS
                }
            } else {
                Gaps {
                    pad: if look == Look::Bare { 1 } else { GAPS.pad },
                    node: if look == Look::Bare { 2 } else { GAPS.node },
                    ..GAPS
                }
            },
        };
        let placed = layout(&spec);
        Picture {
            graph,
            r,
            faces,
            labels,
            notes,
            titles,
            placed,
        }
    }

    fn draw(&self) -> String {
        let mut canvas = Canvas::new(self.placed.size.0 + 1, self.placed.size.1 + 1);
        for frame in self.placed.groups.iter().flatten() {
            canvas.frame(frame.rect, Weight::Light);
        }
        for (e, route) in self.placed.edges.iter().enumerate() {
            let edge = &self.graph.edges[self.r.edges[e]];
            let dashed = matches!(edge.style, EdgeStyle::Async | EdgeStyle::Dashed);
            // Ends lie on the boxes' far sides in whole cells: stop just outside.
            let points = outside(&route.points, self.r.ends[e], &self.placed.nodes);
            canvas.line(&points, dashed);
        }
        for (v, rect) in self.placed.nodes.iter().enumerate() {
            canvas.clear(*rect);
            canvas.frame(*rect, Weight::Box);
            for (line, i) in self.faces[v].iter().zip(0..) {
                let x = rect.x + (rect.w - cell_width(line)) / 2;
                canvas.text(x, rect.y + 1 + i, line);
            }
        }
        for (e, route) in self.placed.edges.iter().enumerate() {
            let points = outside(&route.points, self.r.ends[e], &self.placed.nodes);
            canvas.head(&points);
            if let Some(rect) = route.label {
                for (line, i) in self.labels[e].iter().zip(0..) {
                    canvas.text(rect.x + (rect.w - cell_width(line)) / 2, rect.y + i, line);
                }
            }
        }
        for (g, frame) in self.placed.groups.iter().enumerate() {
            if let (Some(frame), false) = (frame, self.titles[g].is_empty()) {
                let title = ellipsis(&self.titles[g], frame.title.w - 2, &|t| cell_width(t));
                canvas.text(frame.title.x, frame.rect.y, &format!(" {title} "));
            }
        }
        let mut out = String::new();
        if !self.graph.title.trim().is_empty() {
            let title = ellipsis(self.graph.title.trim(), MAX_WIDTH, &|t| cell_width(t));
            out.push_str(&format!("{title}\n\n"));
        }
        out.push_str(&canvas.finish());
        if !self.notes.is_empty() {
            out.push('\n');
        }
        for (i, note) in self.notes.iter().enumerate() {
            let line = format!("{:>4} {note}", format!("[{}]", i + 1));
            out.push_str(&ellipsis(&line, MAX_WIDTH, &|t| cell_width(t)));
            out.push('\n');
        }
        out
    }
}

/// `From -> To` with titles.
pub(crate) fn ends(graph: &Graph, edge: &Edge) -> String {
    let name = |id: &str| {
        let node = graph.nodes.iter().find(|n| n.id == id);
        node.map(|n| n.title.trim())
            .filter(|t| !t.is_empty())
            .unwrap_or(id)
            .to_owned()
    };
    format!("{} -> {}", name(&edge.from), name(&edge.to))
}

/// The corners of an edge with both ends moved to the first cell outside the boxes. A rectangle
/// of `w` cells covers `x` to `x + w - 1`, so an end at its right or lower side is outside already.
fn outside(points: &[(i32, i32)], ends: (usize, usize), nodes: &[Rect]) -> Vec<(i32, i32)> {
    let mut points = points.to_vec();
    let last = points.len().saturating_sub(1);
    for (at, node) in [(0, ends.0), (last, ends.1)] {
        let r = nodes[node];
        if let Some(p) = points.get_mut(at) {
            if p.1 == r.y && p.0 > r.x && p.0 < r.x + r.w - 1 {
                p.1 -= 1;
            } else if p.0 == r.x {
                p.0 -= 1;
            }
        }
    }
    points
}
