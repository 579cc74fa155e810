//! Annotations of Java, with every form that an attribute takes.

use super::expressions::expression;
use super::types::dotted;
use crate::fronts::syntax_tree::Node;
use crate::outline::{Annotation, Argument, Call, Expr};

/// The annotations among a declaration's modifiers.
pub fn of(declaration: Node) -> Vec<Annotation> {
    match declaration.child("modifiers") {
        Some(modifiers) => among(modifiers),
        None => Vec::new(),
    }
}

/// The annotations that stand directly in a node.
pub fn among(node: Node) -> Vec<Annotation> {
    node.children()
        .filter(|child| matches!(child.kind(), "marker_annotation" | "annotation"))
        .map(annotation)
        .collect()
}

pub fn annotation(node: Node) -> Annotation {
    Annotation {
        name: node.field("name").map(dotted).unwrap_or_default(),
        arguments: node.field("arguments").map_or(Vec::new(), attributes),
        at: node.at(),
    }
}

fn attributes(list: Node) -> Vec<Argument> {
    list.children()
        .map(|child| match child.kind() {
            "element_value_pair" => Argument {
                name: child.field("key").map(|key| key.text().to_owned()),
                value: child.field("value").map_or(Expr::Nothing, value),
            },
            _ => Argument {
                name: None,
                value: value(child),
            },
        })
        .collect()
}

/// An attribute's value: an expression, a list, or an annotation (as a call that constructs).
pub fn value(node: Node) -> Expr {
    match node.kind() {
        "element_value_array_initializer" => {
            Expr::List(node.children().map(value).collect(), node.at())
        }
        "marker_annotation" | "annotation" => {
            let annotation = annotation(node);
            Expr::Call(Box::new(Call {
                callee: Expr::Name(annotation.name, annotation.at),
                arguments: annotation.arguments,
                types: Vec::new(),
                constructs: true,
                at: annotation.at,
            }))
        }
        // No attribute holds a statement, so nothing is hoisted out of it.
        _ => expression(node, &mut Vec::new()),
    }
}
