//! The graph as an indented list: groups, their nodes, under each node what it points at.

use super::{MAX_WIDTH, shape_word};
use crate::picture::graph::{EdgeStyle, Graph, Resolved};
use crate::picture::measure::{cell_width, ellipsis};

pub(super) fn list(graph: &Graph, r: &Resolved) -> String {
    let mut out = Lines(String::new());
    if !graph.title.trim().is_empty() {
        out.line(0, graph.title.trim());
        out.0.push('\n');
    }
    level(graph, r, None, 0, &mut out);
    out.0
}

struct Lines(String);

impl Lines {
    fn line(&mut self, indent: usize, text: &str) {
        let line = format!("{}{text}", "  ".repeat(indent.min(20)));
        self.0
            .push_str(&ellipsis(&line, MAX_WIDTH, &|t| cell_width(t)));
        self.0.push('\n');
    }
}

fn level(graph: &Graph, r: &Resolved, group: Option<usize>, indent: usize, out: &mut Lines) {
    for (v, of) in r.node_group.iter().enumerate() {
        if *of == group {
            node(graph, r, v, indent, out);
        }
    }
    for (g, parent) in r.parents.iter().enumerate() {
        if *parent == group && holds_node(r, g) {
            out.line(
                indent,
                &format!("[{}]", graph.groups[r.groups[g]].title.trim()),
            );
            level(graph, r, Some(g), indent + 1, out);
        }
    }
}

fn holds_node(r: &Resolved, group: usize) -> bool {
    r.node_group.contains(&Some(group))
        || (0..r.parents.len()).any(|g| r.parents[g] == Some(group) && holds_node(r, g))
}

fn name(graph: &Graph, r: &Resolved, v: usize) -> String {
    let node = &graph.nodes[r.nodes[v]];
    let title = node.title.trim();
    if title.is_empty() {
        node.id.clone()
    } else {
        title.to_owned()
    }
}

fn node(graph: &Graph, r: &Resolved, v: usize, indent: usize, out: &mut Lines) {
    let node = &graph.nodes[r.nodes[v]];
    let mut facts: Vec<&str> = Vec::new();
    facts.extend(shape_word(node.shape));
    let more = std::iter::once(&node.subtitle).chain(&node.lines);
    facts.extend(more.map(|t| t.trim()).filter(|t| !t.is_empty()));
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join("; "))
    };
    out.line(indent, &format!("{}{facts}", name(graph, r, v)));
    for (e, ends) in r.ends.iter().enumerate().filter(|(_, ends)| ends.0 == v) {
        let edge = &graph.edges[r.edges[e]];
        let arrow = match edge.style {
            EdgeStyle::Sync | EdgeStyle::Data => "──▶",
            EdgeStyle::Async | EdgeStyle::Dashed => "╌╌▶",
        };
        let label = edge.label.replace('\n', ", ");
        let colon = if label.trim().is_empty() { "" } else { ": " };
        out.line(
            indent + 1,
            &format!("{arrow} {}{colon}{}", name(graph, r, ends.1), label.trim()),
        );
    }
}
