//! Expressions of C#.

use super::super::joined::{braces, either, joined, sum};
use super::super::syntax_tree::Node;
use super::{Lowering, texts, types};
use crate::outline::{Argument, Call, Expr, Function, Stmt, TypeRef};

fn nothing() -> Expr {
    Expr::Other(Vec::new())
}

fn call_of(
    callee: Expr,
    arguments: Vec<Argument>,
    types: Vec<TypeRef>,
    constructs: bool,
    at: u32,
) -> Expr {
    Expr::Call(Box::new(Call {
        callee,
        arguments,
        types,
        constructs,
        at,
    }))
}

fn positional(value: Expr) -> Argument {
    Argument { name: None, value }
}

impl Lowering {
    /// The expression in an arrow clause, an argument, parentheses.
    pub fn expression_of(&mut self, node: Node) -> Expr {
        if matches!(
            node.kind(),
            "arrow_expression_clause" | "argument" | "parenthesized_expression"
        ) {
            return self.last(node);
        }
        self.expression(node)
    }

    fn first(&mut self, node: Node) -> Expr {
        node.first()
            .map_or_else(nothing, |node| self.expression(node))
    }

    fn last(&mut self, node: Node) -> Expr {
        node.last()
            .map_or_else(nothing, |node| self.expression(node))
    }

    fn field(&mut self, node: Node, field: &str) -> Expr {
        node.field(field)
            .map_or_else(nothing, |node| self.expression(node))
    }

    pub fn expression(&mut self, node: Node) -> Expr {
        let at = node.at();
        match node.kind() {
            "identifier" if node.text() == "this" => Expr::Name("self".to_owned(), at),
            "identifier" | "base" | "predefined_type" => Expr::Name(node.text().to_owned(), at),
            "this" | "this_expression" => Expr::Name("self".to_owned(), at),
            "generic_name" | "qualified_name" | "alias_qualified_name" => {
                types::path(&types::type_ref(node).name, at)
            }
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                Expr::Text(texts::literal(node), at)
            }
            "character_literal" => Expr::Text(node.text().trim_matches('\'').to_owned(), at),
            "integer_literal" | "real_literal" => match texts::number(node.text()) {
                Some(value) => Expr::Number(value, at),
                None => nothing(),
            },
            "boolean_literal" => Expr::Bool(node.text() == "true"),
            "null_literal" | "default_expression" => Expr::Nothing,
            "interpolated_string_expression" => self.interpolated(node),
            "await_expression"
            | "checked_expression"
            | "ref_expression"
            | "spread_element"
            | "expression_element"
            | "collection_element"
            | "expression_statement" => self.first(node),
            "parenthesized_expression" | "arrow_expression_clause" | "argument" => self.last(node),
            "cast_expression" => self.field(node, "value"),
            "as_expression" => self.field(node, "left"),
            "postfix_unary_expression" => match node.parts().last().map_or("", Node::text) {
                "!" => self.first(node),
                _ => Expr::Other(vec![self.first(node)]),
            },
            "binary_expression" => self.binary(node),
            "conditional_expression" => {
                let values = vec![
                    self.field(node, "consequence"),
                    self.field(node, "alternative"),
                ];
                either(values)
            }
            "switch_expression" => {
                let arms: Vec<Node> = node
                    .children()
                    .filter(|part| part.is("switch_expression_arm"))
                    .collect();
                either(arms.into_iter().map(|arm| self.last(arm)).collect())
            }
            "member_access_expression" => {
                let of = self.field(node, "expression");
                self.member(of, node.field("name"))
            }
            "conditional_access_expression" => self.conditional_access(node),
            "member_binding_expression" => {
                let of = self.asked.last().cloned().unwrap_or_else(nothing);
                self.member(of, node.field("name"))
            }
            "element_binding_expression" => {
                let of = self.asked.last().cloned().unwrap_or_else(nothing);
                let key = self.first(node);
                Expr::Item(Box::new(of), Box::new(key), at)
            }
            "element_access_expression" => {
                let of = self.field(node, "expression");
                let key = node.field("subscript").and_then(Node::first);
                let key = key.map_or_else(nothing, |key| self.expression(key));
                Expr::Item(Box::new(of), Box::new(key), at)
            }
            "invocation_expression" => self.call(node),
            "object_creation_expression" => {
                let of = node.field("type").map(types::type_ref).unwrap_or_default();
                let callee = types::path(&of.name, node.field("type").map_or(at, Node::at));
                self.construction(node, callee, of.arguments)
            }
            "implicit_object_creation_expression" => {
                self.construction(node, Expr::Name("new".to_owned(), at), Vec::new())
            }
            "anonymous_object_creation_expression" => self.anonymous(node),
            "array_creation_expression" | "implicit_array_creation_expression" => {
                let list = node.child("initializer_expression");
                list.map_or(Expr::List(Vec::new(), at), |list| self.items(list))
            }
            "initializer_expression" | "collection_expression" => self.items(node),
            "tuple_expression" => Expr::List(
                node.children().map(|part| self.expression(part)).collect(),
                at,
            ),
            "lambda_expression" | "anonymous_method_expression" => {
                Expr::Function(Box::new(self.closure(node)))
            }
            "with_expression" => self.first(node),
            "typeof_expression" => node
                .field("type")
                .map_or_else(nothing, |of| types::path(&types::type_ref(of).name, at)),
            "declaration_expression" => {
                let name = node.field("name").map_or("", Node::text);
                Expr::Name(name.to_owned(), at)
            }
            "assignment_expression" => {
                let parts = vec![self.field(node, "left"), self.field(node, "right")];
                Expr::Other(parts)
            }
            "prefix_unary_expression"
            | "unary_expression"
            | "throw_expression"
            | "is_expression"
            | "is_pattern_expression"
            | "range_expression"
            | "query_expression"
            | "from_clause"
            | "where_clause"
            | "select_clause"
            | "join_clause"
            | "let_clause"
            | "ERROR" => {
                let parts = node
                    .children()
                    .filter(|part| !part.kind().ends_with("pattern"));
                Expr::Other(parts.map(|part| self.expression(part)).collect())
            }
            _ => nothing(),
        }
    }

    fn member(&self, of: Expr, name: Option<Node>) -> Expr {
        match name {
            Some(name) => {
                let text = types::type_ref(name).name;
                Expr::Member(Box::new(of), text, name.at())
            }
            None => of,
        }
    }

    fn conditional_access(&mut self, node: Node) -> Expr {
        let of = self.field(node, "condition");
        let binding = node
            .children()
            .filter(|part| part.field_name() != "condition")
            .last();
        self.asked.push(of);
        let made = binding.map_or_else(nothing, |binding| self.expression(binding));
        self.asked.pop();
        made
    }

    fn binary(&mut self, node: Node) -> Expr {
        let (left, right) = (self.field(node, "left"), self.field(node, "right"));
        match node.field("operator").map_or("", Node::text) {
            "+" => sum(left, right, node.at()),
            "??" => either(vec![left, right]),
            _ => Expr::Other(vec![left, right]),
        }
    }

    fn interpolated(&mut self, node: Node) -> Expr {
        let mut pieces = Vec::new();
        for part in node.children() {
            let at = part.at();
            match part.kind() {
                "string_content" | "escape_sequence" => {
                    let text = part.text().replace("{{", "{").replace("}}", "}");
                    let verbatim = node
                        .text()
                        .get(..3)
                        .is_some_and(|start| start.contains(['@', '$']) && start.contains('@'));
                    pieces.push(Expr::Text(
                        if verbatim {
                            text
                        } else {
                            super::super::escapes::undone(&text)
                        },
                        at,
                    ));
                }
                "interpolation" => {
                    let value = part
                        .children()
                        .find(|inner| !inner.kind().starts_with("interpolation_"));
                    pieces.push(value.map_or_else(nothing, |value| self.expression(value)));
                }
                _ => {}
            }
        }
        joined(pieces, node.at())
    }

    pub fn arguments(&mut self, list: Node) -> Vec<Argument> {
        let mut made = Vec::new();
        for argument in list.children() {
            let name = argument.field("name");
            let value = argument.children().last();
            made.push(Argument {
                name: name
                    .filter(|name| Some(name.at()) != value.map(Node::at))
                    .map(|name| name.text().to_owned()),
                value: value.map_or_else(nothing, |value| self.expression(value)),
            });
        }
        made
    }

    fn call(&mut self, node: Node) -> Expr {
        let Some(function) = node.field("function") else {
            return nothing();
        };
        // `a?.b()` is one access whose called part holds the call's name.
        let named = match function.kind() {
            "conditional_access_expression" => function.last().unwrap_or(function),
            _ => function,
        };
        let name = named.field("name").unwrap_or(named);
        let types = match name.kind() {
            "generic_name" => name
                .child("type_argument_list")
                .map(types::arguments)
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let at = name.at();
        let callee = self.expression(function);
        let mut arguments = node
            .field("arguments")
            .map(|list| self.arguments(list))
            .unwrap_or_default();
        match callee.dotted().as_deref() {
            // What the language itself gives back as a text.
            Some("nameof") if arguments.len() == 1 => {
                let named = arguments[0].value.dotted().unwrap_or_default();
                return Expr::Text(named.rsplit('.').next().unwrap_or("").to_owned(), at);
            }
            Some("string.Format" | "String.Format") => {
                if let Some(format) = arguments
                    .first()
                    .and_then(|first| first.value.text().map(str::to_owned))
                {
                    return braces(&format, at, &arguments.split_off(1));
                }
            }
            Some("string.Concat" | "String.Concat") => {
                return joined(
                    arguments
                        .into_iter()
                        .map(|argument| argument.value)
                        .collect(),
                    at,
                );
            }
            _ => {}
        }
        // Waiting differently, and texts of texts, change no value.
        match callee {
            Expr::Member(of, method, _) if SAME.contains(&method.as_str()) => *of,
            callee => call_of(callee, arguments, types, false, at),
        }
    }

    /// `new T(a) { B = c }`: what the braces set are named arguments; what they add stands in a list.
    fn construction(&mut self, node: Node, callee: Expr, types: Vec<TypeRef>) -> Expr {
        let at = callee.at().unwrap_or(node.at());
        let list = node.field("arguments").or(node.child("argument_list"));
        let mut arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let initializer = node
            .field("initializer")
            .or(node.child("initializer_expression"));
        match initializer.map(|initializer| self.items(initializer)) {
            Some(Expr::Map(entries, _)) => {
                arguments.extend(entries.into_iter().map(|(name, value)| Argument {
                    name: Some(name),
                    value,
                }));
            }
            Some(Expr::List(items, _)) if !items.is_empty() => {
                arguments.extend(items.into_iter().map(positional));
            }
            _ => {}
        }
        call_of(callee, arguments, types, true, at)
    }

    /// What stands in braces: a map where names or keys are set, else a list.
    fn items(&mut self, node: Node) -> Expr {
        let mut entries = Vec::new();
        let mut items = Vec::new();
        for part in node.children() {
            if part.is("assignment_expression")
                && let (Some(left), Some(right)) = (part.field("left"), part.field("right"))
            {
                let key = match left.kind() {
                    "identifier" => left.text().to_owned(),
                    _ => self.key(left),
                };
                entries.push((key, self.expression(right)));
            } else if part.is("initializer_expression") && part.children().count() == 2 {
                // `{ "key", value }` of a dictionary.
                let (Some(key), Some(value)) = (part.first(), part.last()) else {
                    continue;
                };
                if key.kind().ends_with("string_literal") {
                    entries.push((texts::literal(key), self.expression(value)));
                } else {
                    items.push(self.expression(part));
                }
            } else {
                items.push(self.expression(part));
            }
        }
        if entries.is_empty() {
            Expr::List(items, node.at())
        } else {
            Expr::Map(entries, node.at())
        }
    }

    /// The key of `["X"] = ..`.
    fn key(&mut self, left: Node) -> String {
        match self.expression(left) {
            Expr::Item(_, key, _) => key
                .text()
                .map_or_else(|| key.dotted().unwrap_or_default(), str::to_owned),
            Expr::Text(text, _) => text,
            Expr::List(mut items, _) if items.len() == 1 => {
                items.swap_remove(0).text().unwrap_or("").to_owned()
            }
            other => other
                .dotted()
                .unwrap_or_else(|| left.text().trim_matches(['[', ']', '"']).to_owned()),
        }
    }

    fn anonymous(&mut self, node: Node) -> Expr {
        let mut entries = Vec::new();
        let mut name: Option<Node> = None;
        let parts: Vec<Node> = node.parts().filter(|part| !part.is("new")).collect();
        for (index, part) in parts.iter().enumerate() {
            if part.text() == "=" && !part.named() {
                continue;
            }
            if parts
                .get(index + 1)
                .is_some_and(|next| next.text() == "=" && !next.named())
            {
                name = Some(*part);
                continue;
            }
            let value = self.expression(*part);
            let key = match name.take() {
                Some(name) => name.text().to_owned(),
                None => part.text().rsplit('.').next().unwrap_or("").to_owned(),
            };
            entries.push((key, value));
        }
        Expr::Map(entries, node.at())
    }

    fn closure(&mut self, node: Node) -> Function {
        let mut body = Vec::new();
        match node.field("body").or(node.child("block")) {
            Some(block) if block.is("block") => self.block(block, &mut body),
            Some(value) if value.is("assignment_expression") => {
                self.statement(value, &mut body);
            }
            Some(value) => body.push(Stmt::Return(self.expression(value))),
            None => {}
        }
        Function {
            annotations: self.annotations(node),
            parameters: self.parameters(node.field("parameters")),
            body,
            at: node.at(),
            end: node.end(),
            ..Function::default()
        }
    }
}

/// Methods of every object or task whose value is that of the receiver.
const SAME: [&str; 4] = ["ConfigureAwait", "ToString", "GetAwaiter", "AsTask"];
