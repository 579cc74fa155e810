//! The same pictures as mermaid: containers, a sequence for each operation, tables.

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::picture::er::{Er, KeyMark, Many};
use crate::picture::graph::{EdgeStyle, Graph, Shape};
use crate::picture::sequence::{Frame, MessageKind, Sequence, Step};
use crate::scenes;
use crate::view::View;

pub const RENDERER: Renderer = Renderer {
    id: "mermaid",
    about: "Containers, sequences and tables as mermaid.",
    needs: &[Need::Components],
    render,
};

fn render(view: &View<'_>) -> Vec<Artifact> {
    let mut made = vec![file(
        view,
        "containers",
        &["components", "relations", "security.boundaries"],
        &flowchart(&scenes::containers::graph(view, false)),
    )];
    for id in view.system.architecture.paths.keys() {
        if let Some(scene) = scenes::sequence::sequence(view, id) {
            let source = format!("paths.{id}");
            made.push(file(
                view,
                &format!("sequence-{id}"),
                &[&source],
                &sequence(&scene),
            ));
        }
    }
    if !view.system.architecture.data.is_empty() {
        let body = entities(&scenes::entities::er(view));
        made.push(file(view, "entities", &["data"], &body));
    }
    made
}

fn file(view: &View<'_>, name: &str, sources: &[&str], body: &str) -> Artifact {
    Artifact::new(
        format!("diagrams/{name}.mmd"),
        Marker::Percent,
        &view.options.source,
        sources,
        body,
    )
}

/// Text inside quotes or on the rest of a line: what mermaid would read as syntax becomes an entity.
fn text(raw: &str) -> String {
    let mut out = String::new();
    for letter in raw.trim().chars() {
        match letter {
            '"' | '#' | ';' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' => {
                out.push_str(&format!("#{};", u32::from(letter)));
            }
            '\n' => out.push_str("<br/>"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    if out.is_empty() { " ".into() } else { out }
}

fn flowchart(graph: &Graph) -> String {
    let name = |id: &str| {
        let at = graph.nodes.iter().position(|n| n.id == id);
        at.map(|i| format!("n{i}"))
    };
    let mut out = String::from("flowchart TB\n");
    let known = |group: &Option<String>| {
        group
            .as_deref()
            .and_then(|g| graph.groups.iter().position(|x| x.id == g))
    };
    for (i, node) in graph.nodes.iter().enumerate() {
        if known(&node.group).is_none() {
            out.push_str(&format!("  {}\n", drawn(i, node)));
        }
    }
    for i in 0..graph.groups.len() {
        if known(&graph.groups[i].parent).is_none() {
            group(graph, i, 1, &known, &mut out);
        }
    }
    for edge in &graph.edges {
        let (Some(from), Some(to)) = (name(&edge.from), name(&edge.to)) else {
            continue;
        };
        let arrow = match edge.style {
            EdgeStyle::Async | EdgeStyle::Dashed => "-.->",
            EdgeStyle::Sync | EdgeStyle::Data => "-->",
        };
        if edge.label.trim().is_empty() {
            out.push_str(&format!("  {from} {arrow} {to}\n"));
        } else {
            out.push_str(&format!(
                "  {from} {arrow}|\"{}\"| {to}\n",
                text(&edge.label)
            ));
        }
    }
    out
}

fn group(
    graph: &Graph,
    at: usize,
    depth: usize,
    known: &dyn Fn(&Option<String>) -> Option<usize>,
    out: &mut String,
) {
    // Boundaries that lead back to themselves are a finding elsewhere; they end here.
    if depth > graph.groups.len() {
        return;
    }
    let pad = "  ".repeat(depth);
    let has_any = graph.nodes.iter().any(|n| known(&n.group) == Some(at))
        || graph.groups.iter().any(|g| known(&g.parent) == Some(at));
    if !has_any {
        return;
    }
    out.push_str(&format!(
        "{pad}subgraph g{at}[\"{}\"]\n",
        text(&graph.groups[at].title)
    ));
    for (i, node) in graph.nodes.iter().enumerate() {
        if known(&node.group) == Some(at) {
            out.push_str(&format!("{pad}  {}\n", drawn(i, node)));
        }
    }
    for (i, inner) in graph.groups.iter().enumerate() {
        if i != at && known(&inner.parent) == Some(at) {
            group(graph, i, depth + 1, known, out);
        }
    }
    out.push_str(&format!("{pad}end\n"));
}

fn drawn(i: usize, node: &crate::picture::graph::Node) -> String {
    let mut label = text(&node.title);
    if !node.subtitle.trim().is_empty() {
        label.push_str(&format!("<br/>{}", text(&node.subtitle)));
    }
    let (open, close) = match node.shape {
        Shape::Store | Shape::Cache => ("[(", ")]"),
        Shape::Queue => ("([", "])"),
        Shape::Person | Shape::Client => ("(", ")"),
        Shape::External => ("[[", "]]"),
        Shape::Gateway => ("{{", "}}"),
        Shape::Box | Shape::Worker | Shape::Boundary => ("[", "]"),
    };
    format!("n{i}{open}\"{label}\"{close}")
}

fn sequence(scene: &Sequence) -> String {
    let name = |id: &str| {
        let at = scene.participants.iter().position(|p| p.id == id);
        at.map(|i| format!("p{i}"))
    };
    let mut out = format!("sequenceDiagram\n  title {}\n", text(&scene.title));
    for (i, participant) in scene.participants.iter().enumerate() {
        let mut label = text(&participant.title);
        if !participant.subtitle.trim().is_empty() {
            label.push_str(&format!("<br/>{}", text(&participant.subtitle)));
        }
        let kind = match participant.shape {
            Shape::Client | Shape::Person => "actor",
            _ => "participant",
        };
        out.push_str(&format!("  {kind} p{i} as {label}\n"));
    }
    let mut depth = 1;
    let mut open: Vec<Frame> = Vec::new();
    for step in &scene.steps {
        let pad = "  ".repeat(depth);
        match step {
            Step::Message {
                from,
                to,
                label,
                small,
                kind,
                ..
            } => {
                let (Some(from), Some(to)) = (name(from), name(to)) else {
                    continue;
                };
                let arrow = match kind {
                    MessageKind::Call => "->>",
                    MessageKind::Async => "-)",
                    MessageKind::Return => "-->>",
                };
                out.push_str(&format!("{pad}{from}{arrow}{to}: {}\n", text(label)));
                if !small.trim().is_empty() {
                    let over = if from == to {
                        from
                    } else {
                        format!("{from},{to}")
                    };
                    out.push_str(&format!("{pad}Note over {over}: {}\n", text(small)));
                }
            }
            Step::Note { at, text: said } => {
                if let Some(at) = name(at) {
                    out.push_str(&format!("{pad}Note over {at}: {}\n", text(said)));
                }
            }
            Step::Open { frame, label } => {
                let opened = match frame {
                    Frame::Alt => format!("alt {}", text(label)),
                    Frame::Opt => format!("opt {}", text(label)),
                    Frame::Loop => format!("loop {}", text(label)),
                    Frame::Par => format!("par {}", text(label)),
                    Frame::Transaction => format!("critical one transaction in {}", text(label)),
                };
                out.push_str(&format!("{pad}{opened}\n"));
                open.push(*frame);
                depth += 1;
            }
            Step::Else { label } => {
                let pad = "  ".repeat(depth.saturating_sub(1).max(1));
                let word = match open.last() {
                    Some(Frame::Par) => "and",
                    Some(Frame::Alt) => "else",
                    Some(Frame::Transaction) => "option",
                    _ => continue,
                };
                out.push_str(&format!("{pad}{word} {}\n", text(label)));
            }
            Step::Close => {
                if open.pop().is_some() {
                    depth -= 1;
                    out.push_str(&format!("{}end\n", "  ".repeat(depth)));
                }
            }
        }
    }
    while open.pop().is_some() {
        depth -= 1;
        out.push_str(&format!("{}end\n", "  ".repeat(depth)));
    }
    out
}

fn entities(er: &Er) -> String {
    let mut out = String::from("erDiagram\n");
    let name = |id: &str| {
        let at = er.entities.iter().position(|e| e.id == id);
        at.map(|i| format!("t{i}"))
    };
    for (i, entity) in er.entities.iter().enumerate() {
        out.push_str(&format!("  t{i}[\"{}\"] {{\n", text(&entity.title)));
        for column in &entity.columns {
            let marks: Vec<&str> = column
                .marks
                .iter()
                .filter_map(|m| match m {
                    KeyMark::Primary => Some("PK"),
                    KeyMark::Foreign => Some("FK"),
                    KeyMark::Unique => Some("UK"),
                    KeyMark::Index => None,
                })
                .collect();
            out.push_str(&format!(
                "    {} {}",
                token(&column.ty),
                token(&column.name)
            ));
            if !marks.is_empty() {
                out.push_str(&format!(" {}", marks.join(", ")));
            }
            if column.nullable {
                out.push_str(" \"may be absent\"");
            }
            out.push('\n');
        }
        out.push_str("  }\n");
    }
    for relation in &er.relations {
        let (Some(from), Some(to)) = (name(&relation.from), name(&relation.to)) else {
            continue;
        };
        let left = match relation.from_many {
            Many::One => "||",
            Many::ZeroOrOne => "|o",
            Many::OneOrMore => "}|",
            Many::ZeroOrMore => "}o",
        };
        let right = match relation.to_many {
            Many::One => "||",
            Many::ZeroOrOne => "o|",
            Many::OneOrMore => "|{",
            Many::ZeroOrMore => "o{",
        };
        let line = if relation.identifying { "--" } else { ".." };
        out.push_str(&format!(
            "  {from} {left}{line}{right} {to} : \"{}\"\n",
            text(&relation.label)
        ));
    }
    out
}

/// A word as attributes are written: letters, digits and underscores, a letter first.
fn token(raw: &str) -> String {
    let mut out: String = raw
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert(0, 'c');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::graph::{Edge, Node};

    #[test]
    fn what_mermaid_would_read_as_syntax_is_escaped() {
        assert_eq!(text("a \"b\"; c"), "a #34;b#34;#59; c");
        assert_eq!(text("x\ny"), "x<br/>y");
        assert_eq!(token("1st-name"), "c1st_name");
        let graph = Graph {
            nodes: vec![Node::new("end", "end"), Node::new("b", "say \"hi\"")],
            edges: vec![Edge::new("end", "b", "a|b"), Edge::new("end", "gone", "")],
            ..Graph::default()
        };
        assert_eq!(
            flowchart(&graph),
            "flowchart TB\n  n0[\"end\"]\n  n1[\"say #34;hi#34;\"]\n  n0 -->|\"a#124;b\"| n1\n"
        );
    }
}
