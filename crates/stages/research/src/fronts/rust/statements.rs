//! Statements of Rust.

use super::super::joined::{acts, sum};
use super::super::syntax_tree::Node;
use super::expressions::MAX_DEPTH;
use super::{Lowering, patterns, types};
use crate::outline::{Annotation, Expr, Outline, Stmt};

impl Lowering {
    /// All statements of a block. Where its value is given back, its last expression is a `Return`.
    pub fn block(&mut self, node: Node, returns: bool, out: &mut Vec<Stmt>) {
        let tail = if returns { node.last() } else { None };
        let mut annotations: Vec<Annotation> = Vec::new();
        for child in node.children() {
            if child.is("attribute_item") {
                annotations.extend(self.attribute(child));
                continue;
            }
            let annotations = std::mem::take(&mut annotations);
            if is_item(child.kind()) {
                self.inner_item(child, annotations, out);
            } else if tail.is_some_and(|tail| tail.at() == child.at()) && gives_value(child) {
                let value = self.expression(child);
                out.append(&mut self.pending);
                if !matches!(&value, Expr::Other(parts) if parts.is_empty()) {
                    out.push(Stmt::Return(value));
                }
            } else {
                self.statement(child, out);
            }
        }
    }

    fn inner_item(&mut self, node: Node, annotations: Vec<Annotation>, out: &mut Vec<Stmt>) {
        let mut inside = Outline::default();
        self.item(node, annotations, false, &mut inside);
        out.extend(inside.types.into_iter().map(Stmt::Type));
        out.extend(inside.functions.into_iter().map(Stmt::Function));
        out.append(&mut inside.body);
    }

    pub fn statement(&mut self, node: Node, out: &mut Vec<Stmt>) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.lowered_statement(node, out);
        self.depth -= 1;
    }

    fn lowered_statement(&mut self, node: Node, out: &mut Vec<Stmt>) {
        match node.kind() {
            "expression_statement" => {
                if let Some(inner) = node.first() {
                    self.statement(inner, out);
                }
            }
            "let_declaration" => {
                let pattern = node.field("pattern");
                let value = node
                    .field("value")
                    .map_or(Expr::Nothing, |value| self.expression(value));
                out.append(&mut self.pending);
                let before = out.len();
                self.bind(pattern, value, out);
                if let (Some(of), Some(Stmt::Bind { of: bound, .. })) =
                    (node.field("type"), out.get_mut(before))
                {
                    *bound = Some(types::type_ref(of));
                }
                if let Some(alternative) = node.field("alternative") {
                    self.inner_block(alternative, out);
                }
            }
            "const_item" | "static_item" => {
                let Some(name) = node.field("name") else {
                    return;
                };
                let value = node
                    .field("value")
                    .map_or(Expr::Nothing, |value| self.expression(value));
                out.append(&mut self.pending);
                out.push(Stmt::Bind {
                    name: name.text().to_owned(),
                    of: node.field("type").map(types::type_ref),
                    value,
                    constant: !node.has("mutable_specifier"),
                    at: self.at(node),
                });
            }
            "assignment_expression" | "compound_assignment_expr" => self.assignment(node, out),
            "if_expression" => {
                let mut inside = Vec::new();
                self.branches(node, &mut inside);
                out.push(Stmt::Block(inside));
            }
            "match_expression" => {
                let mut inside = Vec::new();
                self.matched(node, &mut inside);
                out.push(Stmt::Block(inside));
            }
            "for_expression" | "while_expression" | "loop_expression" => self.looped(node, out),
            "block" | "unsafe_block" | "async_block" | "try_block" | "const_block" => {
                self.inner_block(node, out);
            }
            "return_expression" => {
                if let Some(value) = node.first() {
                    let value = self.expression(value);
                    out.append(&mut self.pending);
                    out.push(Stmt::Return(value));
                }
            }
            "empty_statement"
            | "break_expression"
            | "continue_expression"
            | "macro_definition"
            | "label"
            | "attribute_item"
            | "use_declaration" => {}
            _ => {
                let value = self.expression(node);
                out.append(&mut self.pending);
                if acts(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
        }
    }

    fn inner_block(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let mut inside = Vec::new();
        let block = node
            .child("block")
            .filter(|_| !node.is("block"))
            .unwrap_or(node);
        self.block(block, false, &mut inside);
        if !inside.is_empty() {
            out.push(Stmt::Block(inside));
        }
    }

    /// Binds the names of a pattern. The first has the value; where a plain name or tuple is taken
    /// apart, each has its part.
    pub fn bind(&mut self, pattern: Option<Node>, value: Expr, out: &mut Vec<Stmt>) {
        let Some(pattern) = pattern else { return };
        let at = self.at(pattern);
        let bound = |name: String, value| Stmt::Bind {
            name,
            of: None,
            value,
            constant: false,
            at,
        };
        let mut names = patterns::names(pattern);
        names.retain(|name| name != "_");
        match value {
            Expr::List(values, _) if pattern.is("tuple_pattern") && values.len() >= names.len() => {
                for (part, value) in pattern.children().zip(values) {
                    self.bind(Some(part), value, out);
                }
            }
            value if names.is_empty() => {
                if acts(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
            value if pattern.is("struct_pattern") && value.dotted().is_some() => {
                for name in names {
                    let part = Expr::Member(Box::new(value.clone()), name.clone(), at);
                    out.push(bound(name, part));
                }
            }
            value => out.push(bound(names.swap_remove(0), value)),
        }
    }

    fn assignment(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return;
        };
        let target = self.expression(left);
        let value = self.expression(right);
        out.append(&mut self.pending);
        let at = self.at(node);
        let operator = node.field("operator").map_or("", Node::text);
        match target.dotted() {
            Some(name) if operator.is_empty() || operator == "+=" => {
                let value = match operator {
                    "" => value,
                    _ => sum(target, value, at),
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
                let both = Expr::Other(vec![target, value]);
                if acts(&both) {
                    out.push(Stmt::Expr(both));
                }
            }
        }
    }

    /// `if let Some(x) = y && z` : what it binds and calls.
    pub fn condition(&mut self, node: Node, out: &mut Vec<Stmt>) {
        match node.kind() {
            "let_condition" => {
                let value = node
                    .field("value")
                    .map_or(Expr::Nothing, |value| self.expression(value));
                out.append(&mut self.pending);
                self.bind(node.field("pattern"), value, out);
            }
            "let_chain" => node.children().for_each(|part| self.condition(part, out)),
            _ => {
                let value = self.expression(node);
                out.append(&mut self.pending);
                if acts(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
        }
    }

    fn branches(&mut self, node: Node, out: &mut Vec<Stmt>) {
        if let Some(condition) = node.field("condition") {
            self.condition(condition, out);
        }
        if let Some(block) = node.field("consequence") {
            self.block(block, false, out);
        }
        if let Some(other) = node.field("alternative").and_then(Node::first) {
            if other.is("if_expression") {
                self.branches(other, out);
            } else {
                self.block(other, false, out);
            }
        }
    }

    fn matched(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let value = node
            .field("value")
            .map_or(Expr::Nothing, |value| self.expression(value));
        out.append(&mut self.pending);
        let arms: Vec<Node> = match node.field("body") {
            Some(body) => body.children().filter(|arm| arm.is("match_arm")).collect(),
            None => Vec::new(),
        };
        self.taken(&arms, value, out);
        for arm in arms {
            if let Some(value) = arm.field("value") {
                self.statement(value, out);
            }
        }
    }

    fn looped(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let over = node.field("value").map(|value| self.expression(value));
        out.append(&mut self.pending);
        let mut body = Vec::new();
        if let Some(condition) = node.field("condition") {
            self.condition(condition, &mut body);
        }
        if let Some(block) = node.field("body") {
            self.block(block, false, &mut body);
        }
        let item = node
            .field("pattern")
            .map(patterns::names)
            .and_then(|names| names.last().cloned());
        out.push(Stmt::Loop {
            over,
            item: item.unwrap_or_default(),
            body,
            at: self.at(node),
        });
    }
}

pub fn is_item(kind: &str) -> bool {
    matches!(
        kind,
        "function_item"
            | "struct_item"
            | "enum_item"
            | "trait_item"
            | "impl_item"
            | "mod_item"
            | "type_item"
    )
}

/// Whether the last node of a block is its value.
fn gives_value(node: Node) -> bool {
    !matches!(
        node.kind(),
        "expression_statement"
            | "let_declaration"
            | "const_item"
            | "static_item"
            | "empty_statement"
            | "for_expression"
            | "while_expression"
            | "loop_expression"
            | "return_expression"
            | "assignment_expression"
            | "compound_assignment_expr"
            | "use_declaration"
            | "macro_definition"
            | "ERROR"
    )
}
