//! Expressions of Java. What has to happen before an expression has its value (an assignment inside
//! it, the blocks of a switch) is pushed to `before`.

use super::declarations::{anonymous, parameters, type_as_expression};
use super::literals;
use super::statements::{statement, statements};
use super::types::{arguments as type_arguments, dotted, type_ref};
use crate::fronts::jvm_texts as texts;
use crate::fronts::syntax_tree::Node;
use crate::outline::{Argument, Call, Expr, Function, Parameter, Stmt};

pub fn expression(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let at = node.at();
    match node.kind() {
        "string_literal" => literals::text(node),
        "character_literal" => literals::character(node),
        "true" => Expr::Bool(true),
        "false" => Expr::Bool(false),
        "null_literal" => Expr::Nothing,
        "this" => Expr::Name("self".into(), at),
        "identifier" | "type_identifier" | "super" => Expr::Name(node.text().to_owned(), at),
        kind if kind.ends_with("_literal") && !node.is("class_literal") => literals::number(node),
        // The type itself: `Order.class` is `Order`.
        "class_literal" => node.first().map_or(Expr::Nothing, type_as_expression),
        "scoped_identifier" | "scoped_type_identifier" | "generic_type" => type_as_expression(node),
        "parenthesized_expression" => inner(node.first(), before),
        "cast_expression" => inner(node.field("value"), before),
        "field_access" => {
            let of = inner(node.field("object"), before);
            match node.field("field") {
                Some(field) => Expr::Member(Box::new(of), field.text().to_owned(), field.at()),
                None => of,
            }
        }
        "array_access" => {
            let of = inner(node.field("array"), before);
            let index = inner(node.field("index"), before);
            Expr::Item(Box::new(of), Box::new(index), at)
        }
        "method_invocation" => invocation(node, before),
        "object_creation_expression" => creation(node, before),
        "method_reference" => reference(node, before),
        "lambda_expression" => lambda(node),
        "array_creation_expression" => match node.field("value") {
            Some(value) => expression(value, before),
            None => others(node, before),
        },
        "array_initializer" | "element_value_array_initializer" => Expr::List(
            node.children()
                .map(|item| expression(item, before))
                .collect(),
            at,
        ),
        "binary_expression" => binary(node, before),
        "ternary_expression" => {
            let first = inner(node.field("consequence"), before);
            let second = inner(node.field("alternative"), before);
            Expr::Either(vec![first, second])
        }
        "assignment_expression" => assignment(node, before),
        "switch_expression" => switch(node, before),
        "unary_expression" => negative(node).unwrap_or_else(|| others(node, before)),
        "template_expression" => inner(node.field("template_argument"), before),
        "instanceof_expression" => Expr::Other(vec![inner(node.field("left"), before)]),
        // What stands as a statement inside something broken.
        kind if kind.ends_with("_statement") || kind.ends_with("_declaration") => {
            statement(node, before);
            Expr::Other(Vec::new())
        }
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
            .filter(|child| child.field_name() != "type" && !child.kind().ends_with("annotation"))
            .map(|child| expression(child, before))
            .collect(),
    )
}

fn negative(node: Node) -> Option<Expr> {
    let operand = node.field("operand")?;
    if node.field("operator")?.text() != "-" || !operand.kind().ends_with("_literal") {
        return None;
    }
    match literals::number(operand) {
        Expr::Number(value, _) => Some(Expr::Number(-value, node.at())),
        _ => None,
    }
}

pub fn arguments(list: Node, before: &mut Vec<Stmt>) -> Vec<Argument> {
    list.children()
        .map(|child| Argument {
            name: None,
            value: expression(child, before),
        })
        .collect()
}

fn invocation(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let Some(name) = node.field("name") else {
        return others(node, before);
    };
    let receiver = node.field("object").map(|of| expression(of, before));
    let values = node
        .field("arguments")
        .map_or(Vec::new(), |list| arguments(list, before));
    let at = name.at();
    let name = name.text();
    let (receiver, values) = match texts::made(receiver, name, values, at) {
        Ok(text) => return text,
        Err(back) => back,
    };
    let callee = match receiver {
        Some(of) => Expr::Member(Box::new(of), name.to_owned(), at),
        None => Expr::Name(name.to_owned(), at),
    };
    Expr::Call(Box::new(Call {
        callee,
        arguments: values,
        types: node
            .field("type_arguments")
            .map_or(Vec::new(), type_arguments),
        constructs: false,
        at,
    }))
}

fn creation(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let Some(of) = node.field("type") else {
        return others(node, before);
    };
    let mut values = node
        .field("arguments")
        .map_or(Vec::new(), |list| arguments(list, before));
    if let Some(body) = node.child("class_body") {
        values.push(Argument {
            name: None,
            value: anonymous(body),
        });
    }
    Expr::Call(Box::new(Call {
        callee: type_as_expression(of),
        arguments: values,
        types: type_ref(of).arguments,
        constructs: true,
        at: of.at(),
    }))
}

/// `this::list` is a member of what it names; `Order::new` is that of the type.
fn reference(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let parts: Vec<Node> = node
        .parts()
        .filter(|part| part.text() != "::" && !part.is("type_arguments"))
        .collect();
    match parts.as_slice() {
        [of, name] => {
            let target = if of.kind().ends_with("_type") {
                Expr::Name(dotted(*of), of.at())
            } else {
                expression(*of, before)
            };
            Expr::Member(Box::new(target), name.text().to_owned(), name.at())
        }
        _ => others(node, before),
    }
}

fn lambda(node: Node) -> Expr {
    let given = match node.field("parameters") {
        Some(one) if one.is("identifier") => vec![Parameter {
            name: one.text().to_owned(),
            ..Parameter::default()
        }],
        Some(list) => parameters(list),
        None => Vec::new(),
    };
    let mut body = Vec::new();
    match node.field("body") {
        Some(block) if block.is("block") => statements(block, &mut body),
        Some(value) => {
            let value = expression(value, &mut body);
            body.push(Stmt::Return(value));
        }
        None => {}
    }
    Expr::Function(Box::new(Function {
        parameters: given,
        body,
        at: node.at(),
        end: node.end(),
        ..Function::default()
    }))
}

/// `+` joins texts where one piece is a text, or where no piece can be a number. The left spine is
/// walked in a loop: such chains are long.
fn binary(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let is_sum = |node: &Node| {
        node.is("binary_expression") && node.field("operator").is_some_and(|o| o.text() == "+")
    };
    if !is_sum(&node) {
        return others(node, before);
    }
    let mut operands = Vec::new();
    let mut left = Some(node);
    while let Some(sum) = left.filter(is_sum) {
        operands.extend(sum.field("right"));
        left = sum.field("left");
    }
    operands.extend(left);
    let pieces: Vec<Expr> = operands
        .into_iter()
        .rev()
        .map(|operand| expression(operand, before))
        .collect();
    texts::joined(pieces, node.at())
}

/// Binds, and has the value that was bound.
fn assignment(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let target = inner(node.field("left"), before);
    let value = inner(node.field("right"), before);
    let Some(name) = target.dotted() else {
        return Expr::Other(vec![target, value]);
    };
    let value = match node.field("operator").map(Node::text) {
        Some("=") => value,
        Some("+=") => texts::joined(vec![target.clone(), value], node.at()),
        _ => Expr::Other(vec![value]),
    };
    before.push(Stmt::Bind {
        name,
        of: None,
        value,
        constant: false,
        at: node.at(),
    });
    target
}

/// One of the values that its rules give. What else its blocks do comes before.
fn switch(node: Node, before: &mut Vec<Stmt>) -> Expr {
    let mut values = Vec::new();
    if let Some(condition) = node.field("condition") {
        let condition = expression(condition, before);
        if matches!(condition, Expr::Call(_)) {
            before.push(Stmt::Expr(condition));
        }
    }
    let rules = node.field("body").into_iter().flat_map(Node::children);
    for rule in rules {
        for part in rule.children().filter(|part| !part.is("switch_label")) {
            match part.kind() {
                "expression_statement" => values.push(inner(part.first(), before)),
                "throw_statement" => statement(part, before),
                _ => {
                    let mut block = Vec::new();
                    statement(part, &mut block);
                    values.extend(yielded(&mut block));
                    before.extend(block);
                }
            }
        }
    }
    Expr::Either(values)
}

/// The value that a block ends with.
fn yielded(block: &mut Vec<Stmt>) -> Option<Expr> {
    match block.last_mut()? {
        Stmt::Block(inner) => yielded(inner),
        Stmt::Expr(_) => match block.pop() {
            Some(Stmt::Expr(value)) => Some(value),
            _ => None,
        },
        _ => None,
    }
}
