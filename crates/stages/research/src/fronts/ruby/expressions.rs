//! Expressions of Ruby.

use tree_sitter::Node;

use super::{DEEPEST, Lower, at, children};
use crate::fronts::texts;
use crate::outline::{Argument, At, Call, Expr, Function, Import, Parameter, Stmt};

impl<'t> Lower<'t> {
    /// The one thing in a list or bracket; several are a list.
    pub(super) fn only(&mut self, node: Node<'t>) -> Expr {
        let parts = children(node);
        match parts.as_slice() {
            [] => Expr::Nothing,
            [one] => self.expr(*one),
            _ => Expr::List(
                parts.into_iter().map(|part| self.expr(part)).collect(),
                at(node),
            ),
        }
    }

    /// What the statements of a branch come to.
    fn outcome(&mut self, node: Node<'t>) -> Expr {
        let mut made = Vec::new();
        for statement in self.statements(node) {
            collect(statement, &mut made);
        }
        let last = made.pop().map(|last| self.name_again(last));
        made.extend(last);
        match made.len() {
            0 => Expr::Nothing,
            1 => made.remove(0),
            _ => {
                // The last counts; the others are kept for the calls in them.
                let last = made.pop().unwrap_or(Expr::Nothing);
                if made.iter().all(|expr| !has_call(expr)) {
                    last
                } else {
                    Expr::Either(vec![last, Expr::Other(made)])
                }
            }
        }
    }

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

    fn shallow(&mut self, node: Node<'t>) -> Expr {
        let here = at(node);
        match node.kind() {
            "string" | "bare_string" | "bare_symbol" | "delimited_symbol" | "heredoc_body"
            | "chained_string" | "subshell" => self.text_of(node),
            "heredoc_beginning" => {
                let body = self
                    .heredocs
                    .iter()
                    .find(|(start, _)| *start == node.start_byte());
                match body.map(|(_, body)| *body) {
                    Some(body) => self.text_of(body),
                    None => Expr::Nothing,
                }
            }
            "simple_symbol" => Expr::Text(self.raw(node).trim_start_matches(':').into(), here),
            "hash_key_symbol" => Expr::Text(self.raw(node).into(), here),
            "character" => Expr::Text(self.raw(node).trim_start_matches('?').into(), here),
            "integer" | "float" => match self.raw(node).replace('_', "").parse() {
                Ok(number) => Expr::Number(number, here),
                Err(_) => Expr::Other(Vec::new()),
            },
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "nil" => Expr::Nothing,
            "self" => Expr::Name("self".into(), here),
            "identifier" if self.calls(self.raw(node)) => {
                call(Expr::Name(self.raw(node).into(), here), Vec::new(), here)
            }
            "identifier" | "constant" | "global_variable" | "super" => {
                Expr::Name(self.raw(node).into(), here)
            }
            "instance_variable" | "class_variable" => Expr::Member(
                Box::new(Expr::Name("self".into(), here)),
                self.raw(node).trim_start_matches('@').into(),
                here,
            ),
            "scope_resolution" => {
                let name = node.child_by_field_name("name");
                let name = name.map(|name| self.raw(name)).unwrap_or_default();
                match node.child_by_field_name("scope") {
                    Some(scope) => Expr::Member(Box::new(self.receiver(scope)), name.into(), here),
                    None => Expr::Name(name.into(), here),
                }
            }
            "element_reference" => {
                let mut parts = children(node).into_iter();
                let object = parts
                    .next()
                    .map_or(Expr::Nothing, |object| self.receiver(object));
                let key = parts.next().map_or(Expr::Nothing, |key| self.expr(key));
                Expr::Item(Box::new(object), Box::new(key), here)
            }
            "array" | "right_assignment_list" | "string_array" | "symbol_array" => Expr::List(
                children(node)
                    .into_iter()
                    .map(|item| self.expr(item))
                    .collect(),
                here,
            ),
            "hash" => {
                let mut pairs = Vec::new();
                for pair in children(node) {
                    let (key, value) = self.pair(pair);
                    let key = key.text().map(str::to_string).or_else(|| key.dotted());
                    pairs.push((key.unwrap_or_else(|| "*".into()), value));
                }
                Expr::Map(pairs, here)
            }
            "call" => self.call(node, false),
            "lambda" | "block" | "do_block" => self.closure(node),
            "binary" => self.binary(node),
            "conditional" => Expr::Either(
                ["consequence", "alternative"]
                    .into_iter()
                    .filter_map(|field| node.child_by_field_name(field))
                    .map(|branch| self.expr(branch))
                    .collect(),
            ),
            "if" | "unless" | "case" | "case_match" => Expr::Either(
                children(node)
                    .into_iter()
                    .filter(|part| !matches!(part.kind(), "identifier" | "constant"))
                    .map(|branch| self.outcome(branch))
                    .filter(|outcome| *outcome != Expr::Nothing)
                    .collect(),
            ),
            "parenthesized_statements" | "begin" | "interpolation" | "then" | "else" => {
                self.outcome(node)
            }
            "rescue_modifier" => {
                let parts = children(node).into_iter();
                Expr::Either(parts.map(|part| self.expr(part)).collect())
            }
            "assignment" | "operator_assignment" => match node.child_by_field_name("right") {
                Some(right) => self.expr(right),
                None => Expr::Nothing,
            },
            "splat_argument" | "hash_splat_argument" | "block_argument" | "argument_list" => {
                self.only(node)
            }
            // Found by `hoist`.
            "method" | "singleton_method" => {
                let name = node.child_by_field_name("name");
                Expr::Text(
                    name.map(|name| self.raw(name)).unwrap_or_default().into(),
                    here,
                )
            }
            _ => Expr::Other(
                children(node)
                    .into_iter()
                    .map(|part| self.expr(part))
                    .collect(),
            ),
        }
    }

    /// What a member is taken of: `a.b` without arguments is a member here.
    pub(super) fn receiver(&mut self, node: Node<'t>) -> Expr {
        if node.kind() != "call" {
            return self.expr(node);
        }
        if self.depth >= DEEPEST {
            self.fault(node, "lies too deep");
            return Expr::Nothing;
        }
        self.depth += 1;
        let made = self.call(node, true);
        self.depth -= 1;
        made
    }

    fn call(&mut self, node: Node<'t>, followed: bool) -> Expr {
        let method_node = node.child_by_field_name("method");
        let method = method_node.map_or("call", |method| self.raw(method));
        let place = method_node.map_or(at(node), at);
        let arguments_node = node.child_by_field_name("arguments");
        let block = node.child_by_field_name("block");
        let receiver = node.child_by_field_name("receiver");
        let bare = arguments_node.is_none() && block.is_none();
        let receiver = receiver.map(|receiver| self.receiver(receiver));
        let mut arguments = arguments_node
            .map(|list| self.arguments(list))
            .unwrap_or_default();
        arguments.extend(block.map(|block| Argument {
            name: None,
            value: self.closure(block),
        }));
        let Some(receiver) = receiver else {
            self.import(method, &arguments, at(node));
            if matches!(method, "format" | "sprintf")
                && let Some(made) = formatted(&arguments, place)
            {
                return made;
            }
            if matches!(method, "lambda" | "proc")
                && let Some(Expr::Function(_)) = arguments.last().map(|last| &last.value)
            {
                return arguments.pop().map_or(Expr::Nothing, |last| last.value);
            }
            return call(Expr::Name(method.into(), place), arguments, place);
        };
        match method {
            "freeze" | "to_s" | "to_sym" | "to_str" | "dup" | "itself" | "strip" if bare => {
                receiver
            }
            "new" => Expr::Call(Box::new(Call {
                callee: receiver,
                arguments,
                types: Vec::new(),
                constructs: true,
                at: place,
            })),
            "join" if matches!(receiver, Expr::List(..)) => joined(receiver, &arguments, place),
            _ => {
                let callee = Expr::Member(Box::new(receiver), method.into(), place);
                if bare && followed {
                    return callee;
                }
                call(callee, arguments, place)
            }
        }
    }

    fn arguments(&mut self, list: Node<'t>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for (index, child) in children(list).into_iter().enumerate() {
            match child.kind() {
                "pair" => {
                    let symbol = child.child_by_field_name("key").is_some_and(|key| {
                        matches!(key.kind(), "hash_key_symbol" | "simple_symbol")
                    });
                    let (key, value) = self.pair(child);
                    if symbol || index > 0 {
                        let name = key.text().map(str::to_string).or_else(|| key.dotted());
                        arguments.push(Argument { name, value });
                    } else {
                        arguments.push(Argument {
                            name: None,
                            value: key,
                        });
                        let name = Some("=>".to_string());
                        arguments.push(Argument { name, value });
                    }
                }
                "block_argument" => {
                    let value = match children(child).first() {
                        Some(name) if name.kind() == "simple_symbol" => {
                            reader(self.raw(*name).trim_start_matches(':'), *name)
                        }
                        Some(other) => self.expr(*other),
                        None => continue,
                    };
                    arguments.push(Argument { name: None, value });
                }
                _ => {
                    let value = self.expr(child);
                    arguments.push(Argument { name: None, value });
                }
            }
        }
        arguments
    }

    fn pair(&mut self, node: Node<'t>) -> (Expr, Expr) {
        let key = node.child_by_field_name("key");
        let value = node.child_by_field_name("value");
        match (key, value) {
            (Some(key), Some(value)) => (self.expr(key), self.expr(value)),
            // `f(x:)` hands over `x`.
            (Some(key), None) => {
                let name = Expr::Name(self.raw(key).trim_end_matches(':').into(), at(key));
                (self.expr(key), name)
            }
            _ => (Expr::Nothing, self.only(node)),
        }
    }

    fn binary(&mut self, node: Node<'t>) -> Expr {
        let (Some(left), Some(right)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        ) else {
            return Expr::Other(
                children(node)
                    .into_iter()
                    .map(|part| self.expr(part))
                    .collect(),
            );
        };
        let operator = node
            .child_by_field_name("operator")
            .map(|node| self.raw(node));
        let (left, right) = (self.expr(left), self.expr(right));
        match operator {
            Some("||" | "or") => Expr::Either(vec![left, right]),
            Some("+") => texts::plus(left, right, at(node)),
            Some("%") if matches!(left, Expr::Text(..)) => {
                let values = match right {
                    Expr::List(items, _) => items,
                    other => vec![other],
                };
                texts::formatted(&left, values, at(node)).unwrap_or(left)
            }
            _ => Expr::Other(vec![left, right]),
        }
    }

    /// A text, or pieces of one where something stands in it.
    fn text_of(&mut self, node: Node<'t>) -> Expr {
        let mut pieces = Vec::new();
        self.pieces(node, &mut pieces);
        texts::of_pieces(pieces, at(node))
    }

    fn pieces(&mut self, node: Node<'t>, pieces: &mut Vec<Expr>) {
        for child in children(node) {
            match child.kind() {
                "string_content" | "heredoc_content" => {
                    pieces.push(Expr::Text(self.raw(child).into(), at(child)));
                }
                "escape_sequence" => {
                    let text = texts::unescaped(self.raw(child));
                    pieces.push(Expr::Text(text, at(child)));
                }
                "interpolation" => {
                    let value = self.expr(child);
                    pieces.push(value);
                }
                // Texts side by side are one.
                "string" => self.pieces(child, pieces),
                _ => {}
            }
        }
    }

    fn import(&mut self, method: &str, arguments: &[Argument], at: At) {
        let path = match (method, arguments) {
            ("require" | "require_relative" | "load", [path, ..]) => path,
            ("autoload", [_, path, ..]) => path,
            _ => return,
        };
        if let Some(path) = path.value.text() {
            self.outline.imports.push(Import {
                path: path.to_string(),
                at,
                ..Import::default()
            });
        }
    }
}

pub(super) fn call(callee: Expr, arguments: Vec<Argument>, at: At) -> Expr {
    Expr::Call(Box::new(Call {
        callee,
        arguments,
        types: Vec::new(),
        constructs: false,
        at,
    }))
}

/// `&:total` is `{ |it| it.total }`.
fn reader(name: &str, node: Node) -> Expr {
    let here = at(node);
    let it = Box::new(Expr::Name("it".into(), here));
    let value = call(Expr::Member(it, name.into(), here), Vec::new(), here);
    Expr::Function(Box::new(Function {
        parameters: vec![Parameter {
            name: "it".into(),
            ..Parameter::default()
        }],
        body: vec![Stmt::Return(value)],
        at: here,
        end: node.end_byte() as At,
        ..Function::default()
    }))
}

/// `format("%s/%d", a, b)`.
fn formatted(arguments: &[Argument], at: At) -> Option<Expr> {
    let (pattern, values) = arguments.split_first()?;
    let values = values
        .iter()
        .map(|argument| argument.value.clone())
        .collect();
    texts::formatted(&pattern.value, values, at)
}

/// `[a, "b"].join("/")`.
fn joined(list: Expr, arguments: &[Argument], at: At) -> Expr {
    let Expr::List(items, _) = list else {
        return list;
    };
    let between = arguments
        .first()
        .and_then(|first| first.value.text())
        .unwrap_or("");
    let mut pieces = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 && !between.is_empty() {
            pieces.push(Expr::Text(between.to_string(), at));
        }
        pieces.push(item);
    }
    texts::of_pieces(pieces, at)
}

fn collect(statement: Stmt, into: &mut Vec<Expr>) {
    match statement {
        Stmt::Expr(expr) | Stmt::Return(expr) => into.push(expr),
        Stmt::Bind { value, .. } => into.push(value),
        Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
            inner
                .into_iter()
                .for_each(|statement| collect(statement, into));
        }
        Stmt::Function(_) | Stmt::Type(_) => {}
    }
}

fn has_call(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) | Expr::Function(_) => true,
        Expr::Template(items, _)
        | Expr::List(items, _)
        | Expr::Either(items)
        | Expr::Other(items) => items.iter().any(has_call),
        Expr::Map(pairs, _) => pairs.iter().any(|(_, value)| has_call(value)),
        Expr::Member(of, _, _) => has_call(of),
        Expr::Item(of, key, _) => has_call(of) || has_call(key),
        _ => false,
    }
}
