//! Statements of Java.

use super::declarations::{method, type_declaration};
use super::expressions::{arguments, expression};
use super::types::declared;
use crate::fronts::syntax_tree::Node;
use crate::outline::{Call, Expr, Stmt};

/// The statements of a block, a constructor's body, or a broken part.
pub fn statements(block: Node, out: &mut Vec<Stmt>) {
    for child in block.children() {
        statement(child, out);
    }
}

fn field_statement(node: Node, name: &str, out: &mut Vec<Stmt>) {
    if let Some(child) = node.field(name) {
        statement(child, out);
    }
}

/// Lowers one statement. An expression's own statements (an assignment inside it, the blocks of a
/// switch) go to `out` before it.
pub fn statement(node: Node, out: &mut Vec<Stmt>) {
    match node.kind() {
        "block" | "ERROR" => {
            let mut inner = Vec::new();
            statements(node, &mut inner);
            out.push(Stmt::Block(inner));
        }
        "local_variable_declaration" => variables(node, out),
        "expression_statement" => {
            if let Some(inner) = node.first() {
                effect(inner, out);
            }
        }
        "return_statement" => {
            if let Some(inner) = node.first() {
                let value = expression(inner, out);
                out.push(Stmt::Return(value));
            }
        }
        "yield_statement" | "throw_statement" | "assert_statement" => {
            for inner in node.children() {
                effect(inner, out);
            }
        }
        "if_statement" => {
            let mut inner = Vec::new();
            if let Some(condition) = node.field("condition") {
                effect(condition, &mut inner);
            }
            field_statement(node, "consequence", &mut inner);
            field_statement(node, "alternative", &mut inner);
            out.push(Stmt::Block(inner));
        }
        "while_statement" | "do_statement" => {
            let mut body = Vec::new();
            if let Some(condition) = node.field("condition") {
                effect(condition, &mut body);
            }
            field_statement(node, "body", &mut body);
            out.push(Stmt::Loop {
                over: None,
                item: String::new(),
                body,
                at: node.at(),
            });
        }
        "for_statement" => {
            for init in node.fields("init") {
                statement_or_effect(init, out);
            }
            let mut body = Vec::new();
            for part in node.children() {
                match part.field_name() {
                    "condition" | "update" => effect(part, &mut body),
                    "body" => statement(part, &mut body),
                    _ => {}
                }
            }
            out.push(Stmt::Loop {
                over: None,
                item: String::new(),
                body,
                at: node.at(),
            });
        }
        "enhanced_for_statement" => {
            let over = node.field("value").map(|value| expression(value, out));
            let mut body = Vec::new();
            field_statement(node, "body", &mut body);
            out.push(Stmt::Loop {
                over,
                item: node
                    .field("name")
                    .map(|name| name.text().to_owned())
                    .unwrap_or_default(),
                body,
                at: node.at(),
            });
        }
        "try_statement" | "try_with_resources_statement" => {
            let mut inner = Vec::new();
            for part in node.children() {
                match part.kind() {
                    "resource_specification" => {
                        part.children().for_each(|r| resource(r, &mut inner));
                    }
                    "block" => statements(part, &mut inner),
                    "catch_clause" | "finally_clause" => {
                        if let Some(block) = part.child("block") {
                            statements(block, &mut inner);
                        }
                    }
                    _ => {}
                }
            }
            out.push(Stmt::Block(inner));
        }
        "switch_expression" => {
            let mut inner = Vec::new();
            if let Some(condition) = node.field("condition") {
                effect(condition, &mut inner);
            }
            if let Some(body) = node.field("body") {
                for group in body.children() {
                    for part in group.children().filter(|part| !part.is("switch_label")) {
                        statement(part, &mut inner);
                    }
                }
            }
            out.push(Stmt::Block(inner));
        }
        "synchronized_statement" | "labeled_statement" => {
            for part in node.children().filter(|part| !part.is("identifier")) {
                statement_or_effect(part, out);
            }
        }
        "explicit_constructor_invocation" => {
            let at = node.at();
            let name = node.field("constructor").map_or("super", Node::text);
            let name = if name == "this" { "self" } else { name };
            let arguments = node
                .field("arguments")
                .map_or(Vec::new(), |list| arguments(list, out));
            out.push(Stmt::Expr(Expr::Call(Box::new(Call {
                callee: Expr::Name(name.to_owned(), at),
                arguments,
                types: Vec::new(),
                constructs: false,
                at,
            }))));
        }
        "method_declaration" => out.push(Stmt::Function(method(node))),
        "break_statement" | "continue_statement" | "modifiers" => {}
        _ => match type_declaration(node) {
            Some(of) => out.push(Stmt::Type(of)),
            // A declaration where none belongs (an import inside a body): its parts, for it is no
            // expression, and an expression would hand it back.
            None if node.kind().ends_with("_statement")
                || node.kind().ends_with("_declaration") =>
            {
                statements(node, out);
            }
            // A piece of something broken may still hold a call.
            None => effect(node, out),
        },
    }
}

fn statement_or_effect(node: Node, out: &mut Vec<Stmt>) {
    if node.kind().ends_with("_statement")
        || node.kind().ends_with("_declaration")
        || node.is("block")
    {
        statement(node, out);
    } else {
        effect(node, out);
    }
}

/// An expression for what it does. A mere name does nothing.
fn effect(node: Node, out: &mut Vec<Stmt>) {
    let before = out.len();
    let value = expression(node, out);
    let bound = out.len() > before && node.is("assignment_expression");
    let idle = match &value {
        Expr::Other(inner) => inner.is_empty(),
        Expr::Name(..) | Expr::Nothing | Expr::Bool(_) | Expr::Number(..) => true,
        _ => false,
    };
    if !bound && !idle {
        out.push(Stmt::Expr(value));
    }
}

fn variables(node: Node, out: &mut Vec<Stmt>) {
    let of = node.field("type").and_then(declared);
    let constant = node
        .child("modifiers")
        .is_some_and(|modifiers| modifiers.has("final"));
    for declarator in node.children().filter(|c| c.is("variable_declarator")) {
        let Some(name) = declarator.field("name") else {
            continue;
        };
        let value = match declarator.field("value") {
            Some(value) => expression(value, out),
            None => Expr::Nothing,
        };
        out.push(Stmt::Bind {
            name: name.text().to_owned(),
            of: of.clone(),
            value,
            constant,
            at: declarator.at(),
        });
    }
}

fn resource(node: Node, out: &mut Vec<Stmt>) {
    let (Some(name), Some(value)) = (node.field("name"), node.field("value")) else {
        return;
    };
    let value = expression(value, out);
    out.push(Stmt::Bind {
        name: name.text().to_owned(),
        of: node.field("type").and_then(declared),
        value,
        constant: true,
        at: node.at(),
    });
}
