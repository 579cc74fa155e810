//! Expressions of PHP.

use tree_sitter::Node;

use super::{DEEPEST, Lower, at, child_of, children};
use crate::fronts::texts;
use crate::outline::{Argument, At, Call, Expr, Function, Stmt};

impl<'t> Lower<'t> {
    pub(super) fn expr(&mut self, node: Node<'t>) -> Expr {
        if self.depth >= DEEPEST {
            self.fault(node, "lies too deep");
            return Expr::Nothing;
        }
        self.depth += 1;
        let made = self.shallow(node);
        self.depth -= 1;
        made
    }

    fn field(&mut self, node: Node<'t>, name: &str) -> Expr {
        match node.child_by_field_name(name) {
            Some(child) => self.expr(child),
            None => Expr::Nothing,
        }
    }

    fn all(&mut self, node: Node<'t>) -> Vec<Expr> {
        children(node)
            .into_iter()
            .map(|child| self.expr(child))
            .collect()
    }

    fn shallow(&mut self, node: Node<'t>) -> Expr {
        let here = at(node);
        match node.kind() {
            "string" | "encapsed_string" | "shell_command_expression" => self.text_of(node),
            "heredoc" | "nowdoc" => match node.child_by_field_name("value") {
                Some(body) => self.text_of(body),
                None => Expr::Text(String::new(), here),
            },
            "integer" | "float" => match self.raw(node).replace('_', "").parse() {
                Ok(number) => Expr::Number(number, here),
                Err(_) => Expr::Other(Vec::new()),
            },
            "boolean" => Expr::Bool(self.raw(node).eq_ignore_ascii_case("true")),
            "null" => Expr::Nothing,
            "variable_name" => Expr::Name(self.variable(node), here),
            // The file's own folder.
            "name" if self.raw(node).eq_ignore_ascii_case("__DIR__") => {
                Expr::Text(".".into(), here)
            }
            "name" | "qualified_name" | "relative_name" | "relative_scope" | "named_type" => {
                dotted(&self.path(node), here)
            }
            "parenthesized_expression"
            | "cast_expression"
            | "error_suppression_expression"
            | "clone_expression"
            | "variadic_unpacking"
            | "by_ref"
            | "throw_expression"
            | "print_intrinsic"
            | "argument" => match children(node).last() {
                Some(inner) => self.expr(*inner),
                None => Expr::Nothing,
            },
            "assignment_expression"
            | "augmented_assignment_expression"
            | "reference_assignment_expression" => self.field(node, "right"),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                let object = self.field(node, "object");
                let name = node.child_by_field_name("name");
                Expr::Member(Box::new(object), self.name_of(name), here)
            }
            "scoped_property_access_expression" => {
                let scope = self.field(node, "scope");
                let name = node.child_by_field_name("name");
                Expr::Member(Box::new(scope), self.name_of(name), here)
            }
            "class_constant_access_expression" => {
                let parts = children(node);
                let scope = parts
                    .first()
                    .map_or(Expr::Nothing, |scope| self.expr(*scope));
                match self.name_of(parts.last().copied()).as_str() {
                    "class" => scope,
                    name => Expr::Member(Box::new(scope), name.to_string(), here),
                }
            }
            "subscript_expression" => {
                let parts = children(node);
                let object = parts
                    .first()
                    .map_or(Expr::Nothing, |object| self.expr(*object));
                let key = parts.get(1).map_or(Expr::Nothing, |key| self.expr(*key));
                Expr::Item(Box::new(object), Box::new(key), here)
            }
            "array_creation_expression" => self.array(node),
            "function_call_expression" => self.function_call(node),
            "member_call_expression" | "nullsafe_member_call_expression" => {
                let object = self.field(node, "object");
                self.method_call(node, object)
            }
            "scoped_call_expression" => {
                let scope = self.field(node, "scope");
                self.method_call(node, scope)
            }
            "object_creation_expression" => self.creation(node),
            "anonymous_function" => Expr::Function(Box::new(self.function(node))),
            "arrow_function" => {
                let value = self.field(node, "body");
                let mut function = Function {
                    parameters: self.parameters(node.child_by_field_name("parameters")),
                    body: vec![Stmt::Return(value)],
                    at: here,
                    end: node.end_byte() as At,
                    ..Function::default()
                };
                function.annotations = self.annotations(node);
                Expr::Function(Box::new(function))
            }
            "conditional_expression" => {
                let condition = self.field(node, "condition");
                let chosen = match node.child_by_field_name("body") {
                    Some(body) => self.expr(body),
                    None => condition,
                };
                Expr::Either(vec![chosen, self.field(node, "alternative")])
            }
            "match_expression" => self.chosen(node),
            "binary_expression" => self.binary(node),
            "include_expression"
            | "include_once_expression"
            | "require_expression"
            | "require_once_expression" => Expr::Other(self.all(node)),
            _ => Expr::Other(self.all(node)),
        }
    }

    fn name_of(&self, node: Option<Node>) -> String {
        node.map(|node| self.raw(node).trim_start_matches('$').to_string())
            .unwrap_or_default()
    }

    /// `match ($x) { a => b }` is one of its outcomes.
    fn chosen(&mut self, node: Node<'t>) -> Expr {
        let mut outcomes = Vec::new();
        for arm in node
            .child_by_field_name("body")
            .map(children)
            .unwrap_or_default()
        {
            outcomes.push(self.field(arm, "return_expression"));
        }
        Expr::Either(outcomes)
    }

    fn binary(&mut self, node: Node<'t>) -> Expr {
        let left = self.field(node, "left");
        let right = self.field(node, "right");
        let operator = node
            .child_by_field_name("operator")
            .map(|node| self.raw(node));
        match operator {
            Some(".") => texts::of_pieces(vec![left, right], at(node)),
            Some("??" | "||" | "or") => Expr::Either(vec![left, right]),
            _ => Expr::Other(vec![left, right]),
        }
    }

    fn array(&mut self, node: Node<'t>) -> Expr {
        let elements = children(node);
        let keyed = elements.iter().any(|element| children(*element).len() > 1);
        if !keyed {
            let items = elements.into_iter().map(|element| {
                let value = children(element).first().copied();
                value.map_or(Expr::Nothing, |value| self.expr(value))
            });
            return Expr::List(items.collect(), at(node));
        }
        let mut pairs = Vec::new();
        for (index, element) in elements.into_iter().enumerate() {
            let parts = children(element);
            let Some(value) = parts.last() else {
                continue;
            };
            let key = match parts.as_slice() {
                [key, _] => match self.expr(*key) {
                    Expr::Text(text, _) => text,
                    Expr::Number(number, _) => number.to_string(),
                    other => other.dotted().unwrap_or_else(|| "*".into()),
                },
                _ => index.to_string(),
            };
            pairs.push((key, self.expr(*value)));
        }
        Expr::Map(pairs, at(node))
    }

    pub(super) fn arguments(&mut self, list: Node<'t>) -> Vec<Argument> {
        let mut made = Vec::new();
        for argument in children(list) {
            if argument.kind() != "argument" {
                continue;
            }
            let name = argument.child_by_field_name("name");
            let value = children(argument).last().copied();
            made.push(Argument {
                name: name.map(|name| self.raw(name).to_string()),
                value: value.map_or(Expr::Nothing, |value| self.expr(value)),
            });
        }
        made
    }

    fn function_call(&mut self, node: Node<'t>) -> Expr {
        let callee = self.field(node, "function");
        let arguments = node.child_by_field_name("arguments");
        let mut arguments = arguments
            .map(|list| self.arguments(list))
            .unwrap_or_default();
        let name = node
            .child_by_field_name("function")
            .map(|name| self.raw(name));
        let known = match name.map(|name| name.trim_start_matches('\\')) {
            Some("sprintf") if !arguments.is_empty() => {
                let pattern = arguments.remove(0).value;
                let values = arguments.iter().map(|argument| argument.value.clone());
                let made = texts::formatted(&pattern, values.collect(), at(node));
                if made.is_none() {
                    arguments.insert(
                        0,
                        Argument {
                            name: None,
                            value: pattern,
                        },
                    );
                }
                made
            }
            // A constant is bound; it is read as one.
            Some("implode" | "join") if arguments.len() == 2 => joined(&arguments, at(node)),
            _ => None,
        };
        known.unwrap_or_else(|| {
            Expr::Call(Box::new(Call {
                callee,
                arguments,
                types: Vec::new(),
                constructs: false,
                at: at(node),
            }))
        })
    }

    fn method_call(&mut self, node: Node<'t>, object: Expr) -> Expr {
        let name = node.child_by_field_name("name");
        let place = name.map_or(at(node), at);
        let arguments = node.child_by_field_name("arguments");
        let arguments = arguments
            .map(|list| self.arguments(list))
            .unwrap_or_default();
        Expr::Call(Box::new(Call {
            callee: Expr::Member(Box::new(object), self.name_of(name), place),
            arguments,
            types: Vec::new(),
            constructs: false,
            at: place,
        }))
    }

    fn creation(&mut self, node: Node<'t>) -> Expr {
        let parts = children(node);
        if let Some(anonymous) = child_of(node, "anonymous_class") {
            let made = self.class(anonymous);
            let methods = made.functions.into_iter().map(Stmt::Function);
            return Expr::Function(Box::new(Function {
                body: methods.collect(),
                at: at(node),
                end: node.end_byte() as At,
                ..Function::default()
            }));
        }
        let of = parts.iter().find(|part| part.kind() != "arguments");
        let callee = of.map_or(Expr::Nothing, |of| self.expr(*of));
        let arguments = parts.iter().find(|part| part.kind() == "arguments");
        let arguments = arguments
            .map(|list| self.arguments(*list))
            .unwrap_or_default();
        Expr::Call(Box::new(Call {
            callee,
            arguments,
            types: Vec::new(),
            constructs: true,
            at: at(node),
        }))
    }

    fn text_of(&mut self, node: Node<'t>) -> Expr {
        let mut pieces = Vec::new();
        for child in children(node) {
            match child.kind() {
                "string_content" | "nowdoc_string" => {
                    pieces.push(Expr::Text(self.raw(child).into(), at(child)));
                }
                "escape_sequence" => {
                    pieces.push(Expr::Text(texts::unescaped(self.raw(child)), at(child)));
                }
                _ => {
                    let value = self.expr(child);
                    pieces.push(value);
                }
            }
        }
        texts::of_pieces(pieces, at(node))
    }
}

/// `A.B.C` as members.
fn dotted(path: &str, at: At) -> Expr {
    let mut parts = path.split('.').map(|part| match part {
        "static" | "parent" => "self",
        other => other,
    });
    let first = Expr::Name(parts.next().unwrap_or_default().to_string(), at);
    parts.fold(first, |of, name| {
        Expr::Member(Box::new(of), name.to_string(), at)
    })
}

/// `implode("/", [a, b])`.
fn joined(arguments: &[Argument], at: At) -> Option<Expr> {
    let between = arguments.first()?.value.text()?;
    let Expr::List(items, _) = &arguments.get(1)?.value else {
        return None;
    };
    let mut pieces = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pieces.push(Expr::Text(between.to_string(), at));
        }
        pieces.push(item.clone());
    }
    Some(texts::of_pieces(pieces, at))
}
