//! What a grammar could not take.

use tree_sitter::{Node, Tree};

use crate::outline::At;

/// Faults that are told of one file.
const MOST: usize = 20;

/// Offset and reason of each part that was skipped or that lacks something.
pub fn faults(tree: &Tree) -> Vec<(At, String)> {
    let mut found = Vec::new();
    if !tree.root_node().has_error() {
        return found;
    }
    each(tree.root_node(), |node| {
        let reason = if node.is_missing() {
            format!("`{}` is missing", node.kind())
        } else if node.is_error() {
            "not understood".to_string()
        } else {
            return;
        };
        if found.len() < MOST {
            found.push((node.start_byte() as At, reason));
        }
    });
    found
}

/// Every node in the order of the text, without recursion.
pub fn each<'t>(root: Node<'t>, mut see: impl FnMut(Node<'t>)) {
    let mut cursor = root.walk();
    loop {
        see(cursor.node());
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}
