//! From the caller's graph to a layout: texts wrapped, sizes known, ids resolved.

use super::{Direction, Graph, Group, Node, Shape};
use crate::picture::layout::{EdgeSpec, Gaps, GroupSpec, NodeSpec, Placed, Rect, Spec, layout};
use crate::picture::measure::{at, ellipsis, fit, text_width};
use std::collections::BTreeMap;

pub(super) const TITLE: u32 = 13;
pub(super) const SMALL: u32 = 11;
pub(super) const TITLE_LINE: i32 = 17;
pub(super) const SMALL_LINE: i32 = 15;
pub(super) const LABEL_LINE: i32 = 14;
pub(super) const GROUP_LINE: i32 = 20;
const MOST_TEXT: i32 = 190;
const MOST_LABEL: i32 = 130;
const MOST_LINES: usize = 4;

/// The widest rank of a picture that runs down, and the highest of one that runs right.
pub(crate) const DOWN_LIMIT: i32 = 1500;
pub(crate) const RIGHT_LIMIT: i32 = 1100;

/// The distances of SVG graphs, in pixels.
pub(crate) const GAPS: Gaps = Gaps {
    node: 34,
    lane: 16,
    track: 14,
    channel: 24,
    pad: 18,
    port: 18,
    inset: 16,
    turn: 24,
};

/// The texts of a node as they will be drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Face {
    pub title: Vec<String>,
    pub subtitle: String,
    pub lines: Vec<String>,
    /// Everything, where something was cut.
    pub full: Option<String>,
}

/// A laid-out graph, for tests and for whoever wants the coordinates.
#[derive(Clone, Debug)]
pub struct GraphLayout {
    /// Rectangles and routes, in pixels, without the page's margin and heading.
    pub placed: Placed,
    /// Which of the graph's nodes are drawn, in the order of `placed.nodes`.
    pub nodes: Vec<usize>,
    /// Which of the graph's groups are meant by each of `placed.groups`.
    pub groups: Vec<usize>,
    /// Which of the graph's edges are drawn, in the order of `placed.edges`.
    pub edges: Vec<usize>,
    /// From and to of each drawn edge, as indices into `placed.nodes`.
    pub ends: Vec<(usize, usize)>,
    pub(super) faces: Vec<Face>,
    pub(super) labels: Vec<Face>,
    pub(super) group_titles: Vec<String>,
}

impl GraphLayout {
    /// Every rectangle that must not overlap another: nodes, then labels.
    pub fn solid(&self) -> Vec<Rect> {
        let labels = self.placed.edges.iter().filter_map(|e| e.label);
        self.placed.nodes.iter().copied().chain(labels).collect()
    }
}

/// Which nodes, groups and edges of a graph count, with ids resolved to indices.
pub(crate) struct Resolved {
    pub nodes: Vec<usize>,
    pub node_group: Vec<Option<usize>>,
    pub groups: Vec<usize>,
    pub parents: Vec<Option<usize>>,
    pub edges: Vec<usize>,
    pub ends: Vec<(usize, usize)>,
}

/// Unique groups by index, and the parent of each; a parent that leads back is none.
pub(crate) fn merged_groups(
    groups: &[Group],
) -> (Vec<usize>, Vec<Option<usize>>, BTreeMap<&str, usize>) {
    let mut by_id = BTreeMap::new();
    let mut kept = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        if !by_id.contains_key(group.id.as_str()) {
            by_id.insert(group.id.as_str(), kept.len());
            kept.push(i);
        }
    }
    let mut parents: Vec<Option<usize>> = vec![None; kept.len()];
    for g in 0..kept.len() {
        let parent = groups[kept[g]]
            .parent
            .as_deref()
            .and_then(|p| by_id.get(p).copied());
        let mut up = parent;
        while let Some(p) = up {
            if p == g {
                break;
            }
            up = parents[p];
        }
        if up.is_none() {
            parents[g] = parent;
        }
    }
    (kept, parents, by_id)
}

pub(crate) fn resolve(graph: &Graph) -> Resolved {
    let (groups, parents, group_id) = merged_groups(&graph.groups);
    let mut node_id = BTreeMap::new();
    let mut nodes = Vec::new();
    for (i, node) in graph.nodes.iter().enumerate() {
        if !node_id.contains_key(node.id.as_str()) {
            node_id.insert(node.id.as_str(), nodes.len());
            nodes.push(i);
        }
    }
    let node_group = nodes
        .iter()
        .map(|n| {
            graph.nodes[*n]
                .group
                .as_deref()
                .and_then(|g| group_id.get(g).copied())
        })
        .collect();
    let mut edges = Vec::new();
    let mut ends = Vec::new();
    for (i, edge) in graph.edges.iter().enumerate() {
        if let (Some(from), Some(to)) = (
            node_id.get(edge.from.as_str()),
            node_id.get(edge.to.as_str()),
        ) {
            edges.push(i);
            ends.push((*from, *to));
        }
    }
    Resolved {
        nodes,
        node_group,
        groups,
        parents,
        edges,
        ends,
    }
}

/// Lays a graph out for SVG.
pub fn graph_layout(graph: &Graph) -> GraphLayout {
    let r = resolve(graph);
    let faces: Vec<Face> = r.nodes.iter().map(|n| face(&graph.nodes[*n])).collect();
    let labels: Vec<Face> = r
        .edges
        .iter()
        .map(|e| label(&graph.edges[*e].label))
        .collect();
    let group_titles: Vec<String> = r
        .groups
        .iter()
        .map(|g| ellipsis(graph.groups[*g].title.trim(), 260, &at(SMALL, true)))
        .collect();
    let mut spec = Spec {
        rightwards: false,
        row_limit: DOWN_LIMIT,
        nodes: r
            .nodes
            .iter()
            .zip(&faces)
            .zip(&r.node_group)
            .map(|((n, face), group)| NodeSpec {
                size: size(graph.nodes[*n].shape, face),
                group: *group,
            })
            .collect(),
        groups: r
            .parents
            .iter()
            .zip(&group_titles)
            .map(|(parent, title)| GroupSpec {
                parent: *parent,
                title: (text_width(title, SMALL, true) + 4, GROUP_LINE),
            })
            .collect(),
        edges: r
            .ends
            .iter()
            .zip(&labels)
            .map(|(ends, face)| EdgeSpec {
                from: ends.0,
                to: ends.1,
                label: label_size(face),
            })
            .collect(),
        gaps: GAPS,
    };
    let placed = match graph.direction {
        Direction::Down => layout(&spec),
        Direction::Right => {
            spec.rightwards = true;
            spec.row_limit = RIGHT_LIMIT;
            layout(&spec)
        }
        Direction::Auto => handier(&spec),
    };
    GraphLayout {
        placed,
        nodes: r.nodes,
        groups: r.groups,
        edges: r.edges,
        ends: r.ends,
        faces,
        labels,
        group_titles,
    }
}

/// Of the two directions the one that a page shows larger.
pub(crate) fn handier(spec: &Spec) -> Placed {
    // Nobody reads a sheet of this size at once: the time for a second try is not worth it.
    const MANY: usize = 120;
    if spec.nodes.len() > MANY {
        return layout(spec);
    }
    let mut right = spec.clone();
    right.rightwards = true;
    right.row_limit = RIGHT_LIMIT;
    let (down, right) = (layout(spec), layout(&right));
    // A page shows a picture at the width of its column and not taller than its window.
    let strain = |p: &Placed| (f64::from(p.size.0) / 1100.0).max(f64::from(p.size.1) / 820.0);
    if strain(&right) < strain(&down) {
        right
    } else {
        down
    }
}

fn face(node: &Node) -> Face {
    let name = if node.title.trim().is_empty() {
        node.id.trim()
    } else {
        node.title.trim()
    };
    let title = fit(name, MOST_TEXT, 2, &at(TITLE, true));
    let small = at(SMALL, false);
    let subtitle = ellipsis(node.subtitle.trim(), MOST_TEXT, &small);
    let shown = node
        .lines
        .iter()
        .map(|l| l.trim())
        .filter(|l| !l.is_empty());
    let lines: Vec<String> = shown
        .clone()
        .take(MOST_LINES)
        .map(|l| ellipsis(l, MOST_TEXT, &small))
        .collect();
    let cut = title.cut
        || subtitle != node.subtitle.trim()
        || shown.clone().count() > MOST_LINES
        || shown.clone().zip(&lines).any(|(a, b)| a != b);
    let full = cut.then(|| {
        let mut parts = vec![name.to_owned()];
        parts.extend((!node.subtitle.is_empty()).then(|| node.subtitle.trim().to_owned()));
        parts.extend(shown.map(str::to_owned));
        parts.join("; ")
    });
    Face {
        title: title.lines,
        subtitle,
        lines,
        full,
    }
}

fn label(text: &str) -> Face {
    let width = at(SMALL, false);
    let mut parts = text.splitn(2, '\n');
    let first = parts.next().unwrap_or("").trim();
    let second = parts.next().unwrap_or("").trim();
    let (lines, cut) = if second.is_empty() {
        let fitted = fit(first, MOST_LABEL, 2, &width);
        (fitted.lines, fitted.cut)
    } else {
        let lines: Vec<String> = [first, second]
            .into_iter()
            .filter(|l| !l.is_empty())
            .map(|l| ellipsis(l, MOST_LABEL, &width))
            .collect();
        let cut = lines.iter().any(|l| l.ends_with('…'));
        (lines, cut)
    };
    Face {
        lines,
        full: cut.then(|| text.replace('\n', " ")),
        ..Face::default()
    }
}

fn label_size(face: &Face) -> (i32, i32) {
    if face.lines.is_empty() {
        return (0, 0);
    }
    let width = face
        .lines
        .iter()
        .map(|l| text_width(l, SMALL, false))
        .max()
        .unwrap_or(0);
    (width + 8, count(&face.lines) * LABEL_LINE + 4)
}

fn count<T>(items: &[T]) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX / 100)
}

/// Room that a shape takes around its text: left and right together, above, below.
pub(super) fn padding(shape: Shape) -> (i32, i32, i32) {
    match shape {
        Shape::Store => (28, 22, 14),
        Shape::Cache => (28, 27, 14),
        Shape::Queue => (56, 11, 11),
        Shape::Person => (64, 11, 11),
        Shape::External => (44, 11, 11),
        Shape::Gateway => (48, 11, 11),
        Shape::Worker => (44, 11, 11),
        Shape::Client => (28, 22, 10),
        Shape::Box | Shape::Boundary => (28, 11, 11),
    }
}

pub(super) fn text_height(face: &Face) -> i32 {
    let small = count(&face.lines) + i32::from(!face.subtitle.is_empty());
    let gap = if face.lines.is_empty() { 0 } else { 4 };
    count(&face.title) * TITLE_LINE + small * SMALL_LINE + gap
}

fn size(shape: Shape, face: &Face) -> (i32, i32) {
    let title = face.title.iter().map(|l| text_width(l, TITLE, true));
    let small = face
        .lines
        .iter()
        .chain([&face.subtitle])
        .map(|l| text_width(l, SMALL, false));
    let width = title.chain(small).max().unwrap_or(0);
    let (x, top, bottom) = padding(shape);
    // Even numbers keep centres whole.
    let w = (width + x).max(116);
    let h = (text_height(face) + top + bottom).max(44);
    (w + w % 2, h + h % 2)
}
