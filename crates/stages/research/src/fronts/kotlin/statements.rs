//! Statements of Kotlin.

use super::declarations::{function, read_property, type_declaration};
use super::expressions::{expression, if_branches, value_of, when_entries};
use super::types::{name, type_ref};
use crate::fronts::jvm_texts as texts;
use crate::fronts::syntax_tree::Node;
use crate::outline::{Expr, Stmt};

/// The statements of a block, or of a broken part.
pub fn statements(block: Node, out: &mut Vec<Stmt>) {
    for child in block.children() {
        statement(child, out);
    }
}

/// Lowers one statement. What an expression needs done before it has its value goes to `out` first.
pub fn statement(node: Node, out: &mut Vec<Stmt>) {
    match node.kind() {
        "block" | "ERROR" => {
            let mut inner = Vec::new();
            statements(node, &mut inner);
            out.push(Stmt::Block(inner));
        }
        "property_declaration" => property(node, out),
        "function_declaration" => out.push(Stmt::Function(function(node))),
        "assignment" => assignment(node, out),
        "for_statement" => for_statement(node, out),
        "while_statement" | "do_while_statement" => {
            let mut body = Vec::new();
            if let Some(condition) = node.field("condition") {
                effect(condition, &mut body);
            }
            for part in node.children() {
                if part.field_name() != "condition" && !part.is("label") {
                    statement(part, &mut body);
                }
            }
            out.push(Stmt::Loop {
                over: None,
                item: String::new(),
                body,
                at: node.at(),
            });
        }
        "if_expression" => {
            let mut inner = Vec::new();
            if let Some(condition) = node.field("condition") {
                effect(condition, &mut inner);
            }
            for branch in if_branches(node) {
                statement(branch, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        "when_expression" => {
            let mut inner = Vec::new();
            if let Some(subject) = node.child("when_subject").and_then(Node::last) {
                effect(subject, &mut inner);
            }
            for branch in when_entries(node) {
                statement(branch, &mut inner);
            }
            out.push(Stmt::Block(inner));
        }
        "try_expression" => {
            let mut inner = Vec::new();
            for part in node.children() {
                match part.kind() {
                    "block" => statements(part, &mut inner),
                    _ => {
                        if let Some(block) = part.child("block") {
                            statements(block, &mut inner);
                        }
                    }
                }
            }
            out.push(Stmt::Block(inner));
        }
        "return_expression" => {
            if let Some(value) = node.children().find(|part| part.field_name() != "label") {
                let value = value_of(value, out);
                out.push(Stmt::Return(value));
            }
        }
        "throw_expression" => {
            if let Some(inner) = node.first() {
                effect(inner, out);
            }
        }
        "annotated_expression" | "labeled_expression" => {
            if let Some(inner) = node.last() {
                statement(inner, out);
            }
        }
        _ => match type_declaration(node) {
            Some(of) => out.push(Stmt::Type(of)),
            None => effect(node, out),
        },
    }
}

/// An expression for what it does. A mere name does nothing.
pub fn effect(node: Node, out: &mut Vec<Stmt>) {
    let value = expression(node, out);
    let idle = match &value {
        Expr::Other(inner) => inner.is_empty(),
        Expr::Name(..) | Expr::Nothing | Expr::Bool(_) | Expr::Number(..) => true,
        _ => false,
    };
    if !idle {
        out.push(Stmt::Expr(value));
    }
}

fn property(node: Node, out: &mut Vec<Stmt>) {
    let property = read_property(node, out);
    let value = property.value.unwrap_or(Expr::Nothing);
    let several = property.names.len() > 1;
    for (index, own) in property.names.iter().enumerate() {
        let value = if several {
            let place = Expr::Number(index as f64, own.at());
            Expr::Item(Box::new(value.clone()), Box::new(place), own.at())
        } else {
            value.clone()
        };
        out.push(Stmt::Bind {
            name: name(*own),
            of: property.of.map(type_ref),
            value,
            constant: property.constant,
            at: own.at(),
        });
    }
}

fn assignment(node: Node, out: &mut Vec<Stmt>) {
    let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
        return;
    };
    let target = expression(left, out);
    let value = value_of(right, out);
    let Some(name) = target.dotted() else {
        out.push(Stmt::Expr(Expr::Other(vec![target, value])));
        return;
    };
    let value = match node.field("operator").map(Node::text) {
        Some("=") => value,
        Some("+=") => texts::joined(vec![target, value], node.at()),
        _ => Expr::Other(vec![value]),
    };
    out.push(Stmt::Bind {
        name,
        of: None,
        value,
        constant: false,
        at: node.at(),
    });
}

fn for_statement(node: Node, out: &mut Vec<Stmt>) {
    let mut item = String::new();
    let mut over = None;
    let mut body = Vec::new();
    for part in node.children() {
        match part.kind() {
            "label" | "annotation" => {}
            "variable_declaration" => {
                item = part.child("identifier").map(name).unwrap_or_default();
            }
            "multi_variable_declaration" => {}
            _ if over.is_none() => over = Some(expression(part, out)),
            _ => statement(part, &mut body),
        }
    }
    out.push(Stmt::Loop {
        over,
        item,
        body,
        at: node.at(),
    });
}
