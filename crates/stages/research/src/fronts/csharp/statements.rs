//! Statements of C#.

use super::super::joined::{acts, sum};
use super::super::syntax_tree::Node;
use super::{Lowering, constructed, has_modifier, types};
use crate::outline::{Expr, Stmt};

impl Lowering {
    pub fn block(&mut self, node: Node, out: &mut Vec<Stmt>) {
        for child in node.children() {
            self.statement(child, out);
        }
    }

    pub fn statement(&mut self, node: Node, out: &mut Vec<Stmt>) {
        match node.kind() {
            "block" => {
                let mut inside = Vec::new();
                self.block(node, &mut inside);
                out.push(Stmt::Block(inside));
            }
            "expression_statement" => {
                if let Some(inner) = node.first() {
                    self.effect(inner, out);
                }
            }
            "local_declaration_statement" => {
                if let Some(declaration) = node.child("variable_declaration") {
                    self.declaration(declaration, has_modifier(node, "const"), out);
                }
            }
            "variable_declaration" => self.declaration(node, false, out),
            "return_statement" | "yield_statement" => {
                if let Some(value) = node.first() {
                    let value = self.expression(value);
                    out.push(Stmt::Return(value));
                }
            }
            "foreach_statement" => {
                let over = node.field("right").map(|over| self.expression(over));
                let item = node.field("left").map_or("", Node::text).to_owned();
                let mut body = Vec::new();
                self.flat(node.field("body"), &mut body);
                out.push(Stmt::Loop {
                    over,
                    item,
                    body,
                    at: node.at(),
                });
            }
            "for_statement" | "while_statement" | "do_statement" => {
                let mut body = Vec::new();
                for part in node.children().filter(|part| part.field_name() != "body") {
                    self.statement(part, &mut body);
                }
                self.flat(node.field("body"), &mut body);
                out.push(Stmt::Loop {
                    over: None,
                    item: String::new(),
                    body,
                    at: node.at(),
                });
            }
            "if_statement" | "using_statement" | "try_statement" | "lock_statement"
            | "switch_statement" | "switch_body" | "switch_section" | "catch_clause"
            | "finally_clause" | "fixed_statement" | "checked_statement" | "unsafe_statement" => {
                let mut inside = Vec::new();
                for part in node.children() {
                    self.flat(Some(part), &mut inside);
                }
                out.push(Stmt::Block(inside));
            }
            "catch_filter_clause"
            | "labeled_statement"
            | "ERROR"
            | "preproc_if"
            | "preproc_else"
            | "preproc_elif"
            | "global_statement" => self.block(node, out),
            "local_function_statement" => out.push(Stmt::Function(self.function(node))),
            kind if kind.ends_with("_pattern") || kind == "catch_declaration" => {}
            kind if kind.ends_with("_declaration") => {
                out.extend(self.type_declaration(node).map(Stmt::Type));
            }
            _ => self.effect(node, out),
        }
    }

    /// The statements of a block without a block around them; another statement as it is.
    fn flat(&mut self, node: Option<Node>, out: &mut Vec<Stmt>) {
        match node {
            Some(block) if block.is("block") => self.block(block, out),
            Some(part)
                if matches!(
                    part.kind(),
                    "switch_body" | "switch_section" | "finally_clause"
                ) =>
            {
                for inner in part.children() {
                    self.flat(Some(inner), out);
                }
            }
            Some(part) => self.statement(part, out),
            None => {}
        }
    }

    /// An expression that stands as a statement.
    fn effect(&mut self, node: Node, out: &mut Vec<Stmt>) {
        if node.is("assignment_expression") {
            self.assignment(node, out);
            return;
        }
        let value = self.expression(node);
        if acts(&value) {
            out.push(Stmt::Expr(value));
        }
    }

    fn assignment(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return;
        };
        let at = node.at();
        let target = self.expression(left);
        let value = self.expression(right);
        let operator = node.field("operator").map_or("=", Node::text);
        match (target.dotted(), operator) {
            (Some(name), _) if name == "_" => {
                if acts(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
            (Some(name), "=" | "??=" | "+=") => {
                let value = match operator {
                    "+=" => sum(target, value, at),
                    _ => value,
                };
                out.push(Stmt::Bind {
                    name,
                    of: None,
                    value,
                    constant: false,
                    at,
                });
            }
            _ => {
                // `(a, b) = (x, y)` names each.
                if let (Expr::List(names, _), Expr::List(values, _)) = (&target, &value) {
                    for (name, value) in names.iter().zip(values) {
                        if let Some(name) = name.dotted() {
                            let value = value.clone();
                            out.push(Stmt::Bind {
                                name,
                                of: None,
                                value,
                                constant: false,
                                at,
                            });
                        }
                    }
                    return;
                }
                let both = Expr::Other(vec![target, value]);
                if acts(&both) {
                    out.push(Stmt::Expr(both));
                }
            }
        }
    }

    fn declaration(&mut self, node: Node, constant: bool, out: &mut Vec<Stmt>) {
        let of = node
            .field("type")
            .filter(|of| !of.is("implicit_type") && of.text() != "var")
            .map(types::type_ref);
        for (name, value, at) in self.declarators(node) {
            let value = value.unwrap_or(Expr::Nothing);
            out.push(Stmt::Bind {
                name,
                of: of.clone(),
                value,
                constant,
                at,
            });
        }
    }

    /// The names of a declaration, each with its value.
    pub fn declarators(&mut self, declaration: Node) -> Vec<(String, Option<Expr>, u32)> {
        let of = declaration.field("type").map(types::type_ref);
        let mut made = Vec::new();
        for declarator in declaration
            .children()
            .filter(|part| part.is("variable_declarator"))
        {
            let value = declarator.children().last().filter(|value| {
                value.field_name() != "name"
                    && !matches!(value.kind(), "bracketed_argument_list" | "tuple_pattern")
            });
            let value = value.map(|value| constructed(self.expression(value), of.as_ref()));
            match declarator.field("name") {
                Some(name) => made.push((name.text().to_owned(), value, name.at())),
                // `var (a, b) = ..`.
                None => {
                    let names = declarator.child("tuple_pattern").or(declarator.first());
                    let first = names.and_then(|names| names.first());
                    made.push((
                        first.map_or("", Node::text).to_owned(),
                        value,
                        declarator.at(),
                    ));
                }
            }
        }
        made
    }
}
