//! The outline of a file: its sections, and the elements with ids in them.

use std::ops::Range;

use syntax::references::references;
use syntax::tree::{Kind, Map, Node};

use super::document;
use crate::Workspace;

/// A section or an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    pub name: String,
    /// What it is, in a word: its kind, type or technology.
    pub detail: String,
    /// It has an id; a section has none.
    pub element: bool,
    pub range: Range<usize>,
    /// The bytes of the key.
    pub name_range: Range<usize>,
    pub children: Vec<Symbol>,
}

/// The outline of the file called `name`; what it includes is in its own.
pub fn outline(workspace: &Workspace, name: &str) -> Vec<Symbol> {
    let Some((document, number)) = document(workspace, name) else {
        return Vec::new();
    };
    let Some(Node {
        kind: Kind::Map(root),
        ..
    }) = document.tree
    else {
        return Vec::new();
    };
    let tree = document
        .tree
        .map(|tree| references(document.schema, document.ids, tree));
    let declared: std::collections::BTreeSet<usize> = tree
        .unwrap_or_default()
        .into_iter()
        .filter(|r| r.declares && r.file == number)
        .map(|r| r.span.start)
        .collect();
    let mut symbols = children(root, number, &declared);
    for (key, node) in &root.entries {
        let there = symbols.iter().any(|s| s.name == key.text);
        if key.file == number && !there {
            symbols.push(symbol(key, node, false, Vec::new()));
        }
    }
    symbols.sort_by_key(|s| s.name_range.start);
    symbols
}

/// Elements, and sections that hold some.
fn children(map: &Map, number: usize, declared: &std::collections::BTreeSet<usize>) -> Vec<Symbol> {
    let mut found = Vec::new();
    for (key, node) in &map.entries {
        let inner = match &node.kind {
            Kind::Map(map) => children(map, number, declared),
            _ => Vec::new(),
        };
        let element = key.file == number && declared.contains(&key.span.start);
        if element || (key.file == number && !inner.is_empty()) {
            found.push(symbol(key, node, element, inner));
        } else {
            found.extend(inner);
        }
    }
    found
}

fn symbol(key: &syntax::tree::Key, node: &Node, element: bool, children: Vec<Symbol>) -> Symbol {
    let said = |name: &str| node.get(name).and_then(Node::text);
    let detail = said("kind")
        .or_else(|| said("type"))
        .or_else(|| said("chosen"));
    let end = if node.file == key.file {
        node.span.end
    } else {
        key.span.end
    };
    Symbol {
        name: if key.text.is_empty() {
            "\"\"".to_string()
        } else {
            key.text.clone()
        },
        detail: detail.unwrap_or_default().to_string(),
        element,
        range: key.span.start..end.max(key.span.end),
        name_range: key.span.start..key.span.end,
        children,
    }
}
