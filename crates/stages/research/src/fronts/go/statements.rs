//! Statements of Go.

use super::super::joined::{acts, sum};
use super::super::syntax_tree::Node;
use super::{Lowering, types};
use crate::outline::{At, Expr, Stmt, TypeRef};

impl Lowering {
    /// All statements of a block, clause or broken part.
    pub fn block(&mut self, node: Node, out: &mut Vec<Stmt>) {
        for child in node.children() {
            self.statement(child, out);
        }
    }

    pub fn statement(&mut self, node: Node, out: &mut Vec<Stmt>) {
        match node.kind() {
            "statement_list" | "ERROR" | "labeled_statement" => self.block(node, out),
            "block" => out.push(Stmt::Block(self.block_of(node))),
            "expression_statement" | "go_statement" | "defer_statement" => {
                let value = node.first().map(|node| self.expression(node));
                out.extend(value.filter(acts).map(Stmt::Expr));
            }
            "short_var_declaration" | "assignment_statement" | "receive_statement" => {
                self.assignment(node, out);
            }
            "var_declaration" | "const_declaration" | "var_spec_list" => {
                for child in node.children() {
                    match child.kind() {
                        "var_spec" => self.specification(child, false, out),
                        "const_spec" => self.specification(child, true, out),
                        _ => self.statement(child, out),
                    }
                }
            }
            "return_statement" => self.give_back(node, out),
            "if_statement" => out.push(Stmt::Block(self.parts(
                node,
                &["initializer", "condition", "consequence", "alternative"],
            ))),
            "for_statement" => self.looped(node, out),
            "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
                let mut inside = self.parts(node, &["initializer", "value"]);
                for case in node
                    .children()
                    .filter(|child| child.field_name().is_empty())
                {
                    self.case(case, &mut inside);
                }
                out.push(Stmt::Block(inside));
            }
            "send_statement" => {
                let sides: Vec<Expr> = node.children().map(|side| self.expression(side)).collect();
                let sent = Expr::Other(sides);
                if acts(&sent) {
                    out.push(Stmt::Expr(sent));
                }
            }
            "type_declaration" => {
                let mut made = Vec::new();
                self.type_declaration(node, &mut made);
                out.extend(made.into_iter().map(Stmt::Type));
            }
            _ => {
                let value = self.expression(node);
                if acts(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
        }
    }

    fn block_of(&mut self, node: Node) -> Vec<Stmt> {
        let mut inside = Vec::new();
        self.block(node, &mut inside);
        inside
    }

    /// What stands in these fields, in this order: statements in one row.
    fn parts(&mut self, node: Node, fields: &[&str]) -> Vec<Stmt> {
        let mut inside = Vec::new();
        for field in fields {
            let Some(part) = node.field(field) else {
                continue;
            };
            if part.is("block") {
                self.block(part, &mut inside);
            } else {
                self.statement(part, &mut inside);
            }
        }
        inside
    }

    fn case(&mut self, case: Node, out: &mut Vec<Stmt>) {
        for part in case.children() {
            match part.field_name() {
                "type" => {}
                "value" => {
                    for value in part.children() {
                        let value = self.expression(value);
                        if acts(&value) {
                            out.push(Stmt::Expr(value));
                        }
                    }
                }
                _ => self.statement(part, out),
            }
        }
    }

    fn looped(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let mut over = None;
        let mut item = String::new();
        let mut body = Vec::new();
        for part in node.children() {
            match part.kind() {
                "range_clause" => {
                    over = part.field("right").map(|right| self.expression(right));
                    let left = part.field("left").and_then(Node::last);
                    item = left.map_or("", Node::text).to_owned();
                }
                "for_clause" => {
                    body.extend(self.parts(part, &["initializer", "condition"]));
                }
                "block" => self.block(part, &mut body),
                _ => self.statement(part, &mut body),
            }
        }
        let at = node.at();
        out.push(Stmt::Loop {
            over,
            item,
            body,
            at,
        });
    }

    fn give_back(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let Some(list) = node.first() else { return };
        let mut values = list.children().map(|value| self.expression(value));
        let Some(first) = values.next() else { return };
        let others: Vec<Expr> = values.filter(acts).collect();
        out.extend(others.into_iter().map(Stmt::Expr));
        out.push(Stmt::Return(first));
    }

    fn assignment(&mut self, node: Node, out: &mut Vec<Stmt>) {
        let targets: Vec<Node> = match node.field("left") {
            Some(left) => left.children().collect(),
            None => Vec::new(),
        };
        let values = match node.field("right") {
            Some(list) if list.is("expression_list") => list
                .children()
                .map(|value| self.expression(value))
                .collect(),
            Some(value) => vec![self.expression(value)],
            None => Vec::new(),
        };
        let adds = node
            .field("operator")
            .is_some_and(|operator| operator.text() == "+=");
        let places: Vec<Place> = targets
            .into_iter()
            .map(|target| self.place(target))
            .collect();
        if adds && let ([Place::Name(name, at)], [value]) = (&places[..], &values[..]) {
            let before = Expr::Name(name.clone(), *at);
            let value = sum(before, value.clone(), *at);
            out.push(bound(name.clone(), None, value, false, *at));
            return;
        }
        pair(places, values, None, false, out);
    }

    fn specification(&mut self, node: Node, constant: bool, out: &mut Vec<Stmt>) {
        let of = node.field("type").map(types::type_ref);
        let values: Vec<Expr> = match node.field("value") {
            Some(list) => list
                .children()
                .map(|value| self.expression(value))
                .collect(),
            None => Vec::new(),
        };
        let places = node
            .fields("name")
            .filter(|name| name.is("identifier"))
            .map(|name| Place::Name(name.text().to_owned(), name.at()))
            .collect();
        pair(places, values, of, constant, out);
    }

    /// Where a value goes.
    fn place(&mut self, target: Node) -> Place {
        let expression = self.expression(target);
        match expression.dotted() {
            Some(name) if name == "_" => Place::Nowhere,
            Some(name) => Place::Name(name, target.at()),
            None => Place::Other(expression),
        }
    }
}

enum Place {
    Name(String, At),
    Nowhere,
    /// `items[k]`, `f().x`.
    Other(Expr),
}

fn bound(name: String, of: Option<TypeRef>, value: Expr, constant: bool, at: At) -> Stmt {
    Stmt::Bind {
        name,
        of,
        value,
        constant,
        at,
    }
}

/// Binds one by one; where one call gives all, the first name that is kept has it, for the others
/// are errors and flags.
fn pair(
    places: Vec<Place>,
    values: Vec<Expr>,
    of: Option<TypeRef>,
    constant: bool,
    out: &mut Vec<Stmt>,
) {
    let spread = values.len() == 1 && places.len() > 1;
    let mut values = values.into_iter();
    for place in places {
        if spread && matches!(place, Place::Nowhere) {
            continue;
        }
        let value = values.next();
        match (place, value) {
            (Place::Name(name, at), Some(value)) => {
                out.push(bound(name, of.clone(), value, constant, at));
            }
            // A declared variable without a value is kept for its type.
            (Place::Name(name, at), None) if of.is_some() && !constant => {
                out.push(bound(name, of.clone(), Expr::Nothing, constant, at));
            }
            (Place::Other(target), Some(value)) => {
                out.push(Stmt::Expr(Expr::Other(vec![target, value])))
            }
            (Place::Nowhere, Some(value)) if acts(&value) => out.push(Stmt::Expr(value)),
            _ => {}
        }
    }
    // `for <-ticks`, `_, _ = call()`: done for its effect.
    out.extend(values.filter(acts).map(Stmt::Expr));
}
