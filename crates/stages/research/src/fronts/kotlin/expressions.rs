//! Expressions of Kotlin. What has to happen before an expression has its value (the blocks of an
//! `if` or a `when`) is pushed to `before`.

use super::declarations::{function_body, object_literal, parameters};
use super::statements::statement;
use super::types::{self, dotted, inside, is_type, type_ref};
use crate::fronts::escapes;
use crate::fronts::jvm_texts as texts;
use crate::fronts::syntax_tree::Node;
use crate::outline::{Argument, Call, Expr, Function, Parameter, Stmt};

pub fn expression(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let at = node.at();
    match node.kind() {
        "identifier" => match node.text() {
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "null" => Expr::Nothing,
            _ => Expr::Name(types::name(node), at),
        },
        "string_literal" | "multiline_string_literal" => text(node, before),
        "character_literal" => Expr::Text(escapes::undone(node.text().trim_matches('\'')), at),
        "number_literal" | "float_literal" => number(node),
        "this_expression" => Expr::Name("self".into(), at),
        "super_expression" => Expr::Name("super".into(), at),
        "parenthesized_expression"
        | "spread_expression"
        | "annotated_expression"
        | "labeled_expression" => inner(node.last(), before),
        "as_expression" => inner(node.field("left"), before),
        "is_expression" => Expr::Other(vec![inner(node.field("left"), before)]),
        "navigation_expression" => navigation(node, before),
        "index_expression" => {
            let mut parts = node.children();
            let of = inner(parts.next(), before);
            let index = inner(parts.next(), before);
            Expr::Item(Box::new(of), Box::new(index), at)
        }
        "call_expression" => call(node, before),
        "collection_literal" => Expr::List(
            node.children()
                .map(|item| expression(item, before))
                .collect(),
            at,
        ),
        "lambda_literal" => lambda(node),
        "anonymous_function" => {
            let mut body = Vec::new();
            if let Some(written) = node.child("function_body") {
                function_body(written, &mut body);
            }
            Expr::Function(Box::new(Function {
                parameters: node
                    .child("function_value_parameters")
                    .map_or(Vec::new(), parameters),
                body,
                at,
                end: node.end(),
                ..Function::default()
            }))
        }
        "object_literal" => object_literal(node, before),
        "callable_reference" => reference(node),
        "binary_expression" => binary(node, before),
        "infix_expression" => infix(node, before),
        "unary_expression" => unary(node, before),
        "if_expression" | "when_expression" | "try_expression" | "block" => value_of(node, before),
        "return_expression"
        | "throw_expression"
        | "assignment"
        | "for_statement"
        | "while_statement"
        | "do_while_statement"
        | "property_declaration"
        | "function_declaration"
        | "class_declaration"
        | "object_declaration" => {
            statement(node, before);
            Expr::Other(Vec::new())
        }
        _ if is_type(node) => Expr::Name(dotted(node), at),
        _ => others(node, before),
    }
}

fn inner(node: Option<Node>, before: &mut Vec<Stmt>) -> Expr {
    node.map_or(Expr::Nothing, |node| expression(node, before))
}

/// An operator that makes no text: kept for the calls inside.
fn others(node: Node, before: &mut Vec<Stmt>) -> Expr {
    Expr::Other(
        node.children()
            .filter(|child| !is_type(*child) && !child.is("label"))
            .map(|child| expression(child, before))
            .collect(),
    )
}

/// The two branches of an `if`, as far as they are there.
pub fn if_branches<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    node.children()
        .filter(|part| part.field_name() != "condition")
}

/// What stands after the arrows of a `when`.
pub fn when_entries<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    node.children()
        .filter(|part| part.is("when_entry"))
        .filter_map(|entry| {
            entry
                .children()
                .filter(|p| p.field_name() != "condition")
                .last()
        })
}

/// The value of something that may be a block or branch: one of those that its branches end with.
/// The rest of the branches comes before.
pub fn value_of(node: Node, before: &mut Vec<Stmt>) -> Expr {
    match node.kind() {
        "if_expression" => {
            if let Some(condition) = node.field("condition") {
                called(condition, before);
            }
            either(if_branches(node), before)
        }
        "when_expression" => {
            if let Some(subject) = node.child("when_subject").and_then(Node::last) {
                called(subject, before);
            }
            either(when_entries(node), before)
        }
        "try_expression" => {
            let blocks = node.children().filter(|part| !part.is("finally_block"));
            let blocks: Vec<Node> = blocks
                .filter_map(|part| match part.kind() {
                    "block" => Some(part),
                    _ => part.child("block"),
                })
                .collect();
            either(blocks.into_iter(), before)
        }
        "block" => {
            let all: Vec<Node> = node.children().collect();
            let Some((last, rest)) = all.split_last() else {
                return Expr::Nothing;
            };
            for one in rest {
                statement(*one, before);
            }
            value_of(*last, before)
        }
        _ => expression(node, before),
    }
}

/// A condition matters where it calls something.
fn called(condition: Node, before: &mut Vec<Stmt>) {
    let value = expression(condition, before);
    if matches!(value, Expr::Call(_)) {
        before.push(Stmt::Expr(value));
    }
}

fn either<'t>(branches: impl Iterator<Item = Node<'t>>, before: &mut Vec<Stmt>) -> Expr {
    let mut values: Vec<Expr> = branches
        .map(|branch| value_of(branch, before))
        .filter(|value| !matches!(value, Expr::Other(inner) if inner.is_empty()))
        .collect();
    match values.len() {
        1 => values.swap_remove(0),
        _ => Expr::Either(values),
    }
}

fn number(node: Node) -> Expr {
    let written: String = node.text().chars().filter(|c| *c != '_').collect();
    let lower = written.to_ascii_lowercase();
    let lower = lower.trim_end_matches(['l', 'u']);
    let value = if let Some(hex) = lower.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).map_or(0.0, |value| value as f64)
    } else if let Some(bits) = lower.strip_prefix("0b") {
        i64::from_str_radix(bits, 2).map_or(0.0, |value| value as f64)
    } else {
        lower.trim_end_matches('f').parse().unwrap_or(0.0)
    };
    Expr::Number(value, node.at())
}

fn text(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let raw = node.is("multiline_string_literal");
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for part in node.children() {
        match part.kind() {
            "string_content" => plain.push_str(part.text()),
            "interpolation" => {
                push_plain(&mut plain, part.at(), &mut pieces);
                pieces.push(inner(part.first(), before));
            }
            _ => {
                push_plain(&mut plain, part.at(), &mut pieces);
                let written = part.text();
                let text = if raw {
                    written.to_owned()
                } else {
                    escapes::undone(written)
                };
                pieces.push(Expr::Text(text, part.at()));
            }
        }
    }
    push_plain(&mut plain, node.at(), &mut pieces);
    match pieces.len() {
        0 => Expr::Text(String::new(), node.at()),
        _ => match texts::template(pieces, node.at()) {
            Expr::Text(text, _) => Expr::Text(text, node.at()),
            template => template,
        },
    }
}

/// Splits a text at its `$name`s, which the grammar leaves inside it.
fn push_plain(plain: &mut String, at: u32, pieces: &mut Vec<Expr>) {
    let text = std::mem::take(plain);
    let mut rest = text.as_str();
    let mut from = 0;
    while let Some(place) = rest[from..].find('$').map(|place| place + from) {
        let after = &rest[place + 1..];
        let length = after
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(after.len());
        if !after.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            from = place + 1;
            continue;
        }
        pieces.push(Expr::Text(rest[..place].to_owned(), at));
        pieces.push(Expr::Name(after[..length].to_owned(), at));
        rest = &after[length..];
        from = 0;
    }
    pieces.push(Expr::Text(rest.to_owned(), at));
}

/// `a.b`, `a?.b`, `this::b`. `Order::class.java` is `Order`.
fn navigation(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let mut parts = node.children();
    let (Some(of), Some(name)) = (parts.next(), parts.last()) else {
        return others(node, before);
    };
    let is_class = |node: Node| node.text().ends_with("::class");
    if is_class(node) || (is_class(of) && name.text().starts_with("java")) {
        return expression(of, before);
    }
    let of = expression(of, before);
    Expr::Member(Box::new(of), types::name(name), name.at())
}

/// `Order::class` is `Order`, `::list` is `list`, `Orders::list` a member.
fn reference(node: Node) -> Expr {
    let owner = node.children().find(|part| is_type(*part));
    let owner = owner.map(|of| Expr::Name(type_ref(of).name, of.at()));
    let name = node.child("identifier");
    match (owner, name) {
        (Some(of), Some(name)) => Expr::Member(Box::new(of), types::name(name), name.at()),
        (Some(of), None) => of,
        (None, Some(name)) => Expr::Name(types::name(name), name.at()),
        (None, None) => Expr::Nothing,
    }
}

pub fn arguments(list: Node, before: &mut Vec<Stmt>) -> Vec<Argument> {
    list.children()
        .map(|one| {
            let name = if one.has("=") {
                one.child("identifier").map(types::name)
            } else {
                None
            };
            let value = match one.kind() {
                "value_argument" => one.last(),
                _ => Some(one),
            };
            Argument {
                name,
                value: value.map_or(Expr::Nothing, |value| value_of(value, before)),
            }
        })
        .collect()
}

/// A call. A trailing lambda is its last argument, also where the grammar makes two calls of it
/// (`get("/x") { }` as `(get("/x")) { }`).
fn call(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let mut given = Vec::new();
    let mut listed = false;
    let mut generic = Vec::new();
    let mut callee = None;
    for part in node.children() {
        match part.kind() {
            "value_arguments" => {
                listed = true;
                given.extend(arguments(part, before));
            }
            "annotated_lambda" => given.extend(part.child("lambda_literal").map(|body| Argument {
                name: None,
                value: lambda(body),
            })),
            "type_arguments" => generic = types::arguments(part),
            _ if callee.is_none() => callee = Some(part),
            _ => {}
        }
    }
    let Some(target) = callee else {
        return others(node, before);
    };
    let callee = expression(target, before);
    if !listed
        && target.is("call_expression")
        && !target.has("annotated_lambda")
        && let Expr::Call(mut inner) = callee
    {
        inner.arguments.extend(given);
        return Expr::Call(inner);
    }
    let (receiver, name, at) = match callee {
        Expr::Member(of, name, at) => (Some(*of), name, at),
        Expr::Name(name, at) => (None, name, at),
        other => {
            return Expr::Call(Box::new(Call {
                at: target.at(),
                callee: other,
                arguments: given,
                types: generic,
                constructs: false,
            }));
        }
    };
    if receiver.is_none()
        && let Some(made) = collection(&name, &mut given, at)
    {
        return made;
    }
    let (receiver, given) = match texts::made(receiver, &name, given, at) {
        Ok(text) => return text,
        Err(back) => back,
    };
    // A name in upper case is that of a type by the language's convention.
    let constructs = name.chars().next().is_some_and(char::is_uppercase);
    let callee = match receiver {
        Some(of) => Expr::Member(Box::new(of), name, at),
        None => Expr::Name(name, at),
    };
    Expr::Call(Box::new(Call {
        callee,
        arguments: given,
        types: generic,
        constructs,
        at,
    }))
}

/// `listOf(..)` and `mapOf(a to b)` are what they hold.
fn collection(name: &str, given: &mut Vec<Argument>, at: u32) -> Option<Expr> {
    match name {
        "listOf" | "setOf" | "arrayOf" | "mutableListOf" | "mutableSetOf" | "listOfNotNull"
        | "arrayListOf" => {
            let items = std::mem::take(given);
            Some(Expr::List(items.into_iter().map(|a| a.value).collect(), at))
        }
        "mapOf" | "mutableMapOf" | "hashMapOf" | "linkedMapOf" => {
            let mut pairs = Vec::new();
            for one in std::mem::take(given) {
                if let Expr::Call(mut pair) = one.value
                    && let Expr::Member(key, ..) = &pair.callee
                    && let Some(value) = pair.arguments.pop()
                {
                    pairs.push((texts::key_text(key), value.value));
                }
            }
            Some(Expr::Map(pairs, at))
        }
        _ => None,
    }
}

/// `a to b` is a call of `to` on `a`.
fn infix(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let parts: Vec<Node> = node.children().collect();
    let [left, name, right] = parts.as_slice() else {
        return others(node, before);
    };
    let left = expression(*left, before);
    let right = value_of(*right, before);
    Expr::Call(Box::new(Call {
        callee: Expr::Member(Box::new(left), types::name(*name), name.at()),
        arguments: vec![Argument {
            name: None,
            value: right,
        }],
        types: Vec::new(),
        constructs: false,
        at: name.at(),
    }))
}

fn unary(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let operator = node.field("operator").map_or("", Node::text);
    let argument = inner(node.field("argument"), before);
    match (operator, argument) {
        ("!!" | "+", argument) => argument,
        ("-", Expr::Number(value, _)) => Expr::Number(-value, node.at()),
        (_, argument) => Expr::Other(vec![argument]),
    }
}

/// `+` joins texts, `?:` is one or the other. Left spines are walked in a loop: they are long.
fn binary(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let operator = node.field("operator").map_or("", Node::text);
    if operator == "?:" {
        let first = inner(node.field("left"), before);
        let otherwise = inner(node.field("right"), before);
        return match otherwise {
            // It does not go on then.
            Expr::Other(inner) if inner.is_empty() => first,
            otherwise => Expr::Either(vec![first, otherwise]),
        };
    }
    if operator != "+" {
        return others(node, before);
    }
    let is_sum = |node: &Node| {
        node.is("binary_expression") && node.field("operator").is_some_and(|o| o.text() == "+")
    };
    let mut operands = Vec::new();
    let mut left = Some(node);
    while let Some(sum) = left.filter(is_sum) {
        operands.extend(sum.field("right"));
        left = sum.field("left");
    }
    operands.extend(left);
    let pieces = operands
        .into_iter()
        .rev()
        .map(|operand| expression(operand, before))
        .collect();
    texts::joined(pieces, node.at())
}

/// A lambda gives back its last expression.
pub fn lambda(node: Node) -> Expr {
    let mut given = Vec::new();
    let mut body = Vec::new();
    let mut all: Vec<Node> = Vec::new();
    for part in node.children() {
        if part.is("lambda_parameters") {
            given.extend(part.children().map(|one| Parameter {
                name: one.child("identifier").map(types::name).unwrap_or_default(),
                of: inside(one).map(type_ref),
                ..Parameter::default()
            }));
        } else {
            all.push(part);
        }
    }
    let last = all.pop();
    for one in all {
        statement(one, &mut body);
    }
    if let Some(last) = last {
        match last.kind() {
            // Branches keep their statements apart: hardly anybody asks for their value here.
            "if_expression" | "when_expression" | "try_expression" => statement(last, &mut body),
            kind if kind.ends_with("_literal") || kind == "identifier" => {
                let value = expression(last, &mut body);
                body.push(Stmt::Return(value));
            }
            _ => {
                statement(last, &mut body);
                match body.pop() {
                    Some(Stmt::Expr(value)) => body.push(Stmt::Return(value)),
                    other => body.extend(other),
                }
            }
        }
    }
    Expr::Function(Box::new(Function {
        parameters: given,
        body,
        at: node.at(),
        end: node.end(),
        ..Function::default()
    }))
}
