//! Statements of PHP.

use tree_sitter::Node;

use super::{DEEPEST, Lower, at, children};
use crate::fronts::texts;
use crate::outline::{At, Expr, Stmt};

impl<'t> Lower<'t> {
    pub(super) fn statements(&mut self, node: Node<'t>) -> Vec<Stmt> {
        if self.depth >= DEEPEST {
            self.fault(node, "lies too deep");
            return Vec::new();
        }
        self.depth += 1;
        let made = children(node)
            .into_iter()
            .flat_map(|child| self.statement(child))
            .collect();
        self.depth -= 1;
        made
    }

    pub(super) fn statement(&mut self, node: Node<'t>) -> Vec<Stmt> {
        match node.kind() {
            "function_definition" => vec![Stmt::Function(self.function(node))],
            "class_declaration"
            | "interface_declaration"
            | "trait_declaration"
            | "enum_declaration" => vec![Stmt::Type(self.class(node))],
            "expression_statement" => children(node)
                .into_iter()
                .flat_map(|expr| self.expression_statement(expr))
                .collect(),
            "echo_statement"
            | "unset_statement"
            | "exit_statement"
            | "global_declaration"
            | "function_static_declaration" => children(node)
                .into_iter()
                .map(|expr| Stmt::Expr(self.expr(expr)))
                .collect(),
            "return_statement" => match children(node).first() {
                Some(value) => vec![Stmt::Return(self.expr(*value))],
                None => vec![Stmt::Return(Expr::Nothing)],
            },
            "compound_statement" | "colon_block" | "if_statement" | "else_clause"
            | "else_if_clause" | "switch_statement" | "switch_block" | "case_statement"
            | "default_statement" | "try_statement" | "catch_clause" | "finally_clause"
            | "declare_statement" => vec![Stmt::Block(self.statements(node))],
            "ERROR" => {
                vec![Stmt::Block(self.statements(node))]
            }
            "while_statement" | "do_statement" | "for_statement" => vec![Stmt::Loop {
                over: None,
                item: String::new(),
                body: self.statements(node),
                at: at(node),
            }],
            "foreach_statement" => vec![self.walk(node)],
            "namespace_use_declaration" => {
                self.imports(node);
                Vec::new()
            }
            "empty_statement"
            | "break_statement"
            | "continue_statement"
            | "goto_statement"
            | "named_label_statement"
            | "type_list"
            | "variable_name"
            | "name"
            | "declare_directive" => Vec::new(),
            _ => self.expression_statement(node),
        }
    }

    /// `foreach ($over as $key => $item)`.
    fn walk(&mut self, node: Node<'t>) -> Stmt {
        let body_node = node.child_by_field_name("body");
        let head: Vec<Node> = children(node)
            .into_iter()
            .filter(|child| Some(child.id()) != body_node.map(|body| body.id()))
            .collect();
        let item = head.get(1).map(|item| match item.kind() {
            "pair" => children(*item).last().copied().unwrap_or(*item),
            _ => *item,
        });
        Stmt::Loop {
            over: head.first().map(|over| self.expr(*over)),
            item: item.map(|item| self.variable(item)).unwrap_or_default(),
            body: body_node
                .map(|body| self.statement(body))
                .unwrap_or_default(),
            at: at(node),
        }
    }

    fn expression_statement(&mut self, node: Node<'t>) -> Vec<Stmt> {
        match node.kind() {
            "assignment_expression" | "reference_assignment_expression" => {
                let (Some(left), Some(right)) = (
                    node.child_by_field_name("left"),
                    node.child_by_field_name("right"),
                ) else {
                    return Vec::new();
                };
                // `$a = $b = x` binds both.
                let mut made = match right.kind() {
                    "assignment_expression" if self.depth < DEEPEST => {
                        self.depth += 1;
                        let inner = self.expression_statement(right);
                        self.depth -= 1;
                        inner
                    }
                    _ => Vec::new(),
                };
                let value = self.expr(right);
                made.extend(self.bind(left, value));
                made
            }
            "augmented_assignment_expression" => {
                let (Some(left), Some(right)) = (
                    node.child_by_field_name("left"),
                    node.child_by_field_name("right"),
                ) else {
                    return Vec::new();
                };
                let operator = node
                    .child_by_field_name("operator")
                    .map(|node| self.raw(node));
                let value = self.expr(right);
                let value = match operator {
                    Some("??=") => value,
                    Some(".=") => texts::of_pieces(vec![self.expr(left), value], at(node)),
                    _ => Expr::Other(vec![value]),
                };
                self.bind(left, value)
            }
            "yield_expression" => children(node)
                .into_iter()
                .map(|value| Stmt::Expr(self.expr(value)))
                .collect(),
            _ => vec![Stmt::Expr(self.expr(node))],
        }
    }

    fn bind(&mut self, left: Node<'t>, value: Expr) -> Vec<Stmt> {
        if matches!(left.kind(), "list_literal" | "array_creation_expression") {
            return self.bind_parts(left, &value);
        }
        let target = self.expr(left);
        vec![match target.dotted() {
            Some(name) => bound(name, value, at(left)),
            None => Stmt::Expr(Expr::Other(vec![target, value])),
        }]
    }
}

impl<'t> Lower<'t> {
    /// `[$a, 'k' => $b] = value`.
    fn bind_parts(&mut self, left: Node<'t>, value: &Expr) -> Vec<Stmt> {
        let mut made = Vec::new();
        let mut key = None;
        for (index, target) in children(left).into_iter().enumerate() {
            let target = match target.kind() {
                "array_element_initializer" => children(target).last().copied().unwrap_or(target),
                _ => target,
            };
            let target = self.expr(target);
            let Some(name) = target.dotted() else {
                key = Some(target);
                continue;
            };
            let number = Expr::Number(index as f64, at(left));
            let part = Box::new(key.take().unwrap_or(number));
            let part = Expr::Item(Box::new(value.clone()), part, at(left));
            made.push(bound(name, part, at(left)));
        }
        made
    }
}

fn bound(name: String, value: Expr, at: At) -> Stmt {
    Stmt::Bind {
        name,
        of: None,
        value,
        constant: false,
        at,
    }
}
