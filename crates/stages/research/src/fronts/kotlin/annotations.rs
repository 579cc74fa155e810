//! Annotations of Kotlin.

use super::expressions::arguments;
use super::types::{dotted, inside, is_type};
use crate::fronts::syntax_tree::Node;
use crate::outline::Annotation;

/// The annotations of a declaration: among its modifiers, or directly in it.
pub fn of(declaration: Node) -> Vec<Annotation> {
    let mut all = among(declaration);
    for part in declaration.children() {
        if matches!(part.kind(), "modifiers" | "parameter_modifiers") {
            all.extend(among(part));
        }
    }
    all
}

/// The annotations that stand directly in a node. `@[A B]` are two.
pub fn among(node: Node) -> Vec<Annotation> {
    let mut all = Vec::new();
    for annotation in node.children().filter(|child| child.is("annotation")) {
        for one in annotation.children() {
            let at = annotation.at();
            if one.is("constructor_invocation") {
                all.push(Annotation {
                    name: inside(one).map(dotted).unwrap_or_default(),
                    // No attribute holds a statement, so nothing is hoisted out of it.
                    arguments: one
                        .child("value_arguments")
                        .map_or(Vec::new(), |list| arguments(list, &mut Vec::new())),
                    at,
                });
            } else if is_type(one) {
                all.push(Annotation {
                    name: dotted(one),
                    arguments: Vec::new(),
                    at,
                });
            }
        }
    }
    all
}
