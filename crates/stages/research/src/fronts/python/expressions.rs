//! Expressions.

use ruff_python_ast::{
    Arguments, BoolOp, Comprehension, Expr as Source, ExprCall, ExprCompare, Number, Operator,
    UnaryOp,
};
use ruff_text_size::Ranged;

use super::lower::{Lowering, body, bound, deeper};
use super::{declarations, place, statements, texts};
use crate::fronts::pieces::{either, says_something, sum};
use crate::outline::{Argument, At, Call, Expr, Function, Stmt};

pub fn lower(cx: &mut Lowering, expression: &Source) -> Expr {
    let at = place(expression);
    deeper(cx, at, |cx| lower_here(cx, expression, at)).unwrap_or(Expr::Nothing)
}

pub fn each(cx: &mut Lowering, expressions: &[Source]) -> Vec<Expr> {
    expressions.iter().map(|one| lower(cx, one)).collect()
}

fn lower_here(cx: &mut Lowering, expression: &Source, at: At) -> Expr {
    match expression {
        Source::StringLiteral(text) => Expr::Text(text.value.to_str().to_string(), at),
        Source::BytesLiteral(bytes) => {
            let bytes: Vec<u8> = bytes.value.bytes().collect();
            Expr::Text(String::from_utf8_lossy(&bytes).into_owned(), at)
        }
        Source::FString(text) => texts::interpolated(cx, text),
        Source::NumberLiteral(number) => match &number.value {
            Number::Int(number) => match number.as_i64() {
                Some(number) => Expr::Number(number as f64, at),
                None => Expr::Other(Vec::new()),
            },
            Number::Float(number) => Expr::Number(*number, at),
            Number::Complex { .. } => Expr::Other(Vec::new()),
        },
        Source::BooleanLiteral(literal) => Expr::Bool(literal.value),
        Source::NoneLiteral(_) | Source::EllipsisLiteral(_) => Expr::Nothing,
        Source::Name(name) => match name.id.as_str() {
            "cls" => Expr::Name("self".to_string(), at),
            name => Expr::Name(name.to_string(), at),
        },
        Source::Attribute(attribute) => {
            let object = lower(cx, &attribute.value);
            let name = attribute.attr.as_str().to_string();
            Expr::Member(Box::new(object), name, place(&attribute.attr))
        }
        Source::Subscript(subscript) => {
            let object = lower(cx, &subscript.value);
            let key = lower(cx, &subscript.slice);
            Expr::Item(Box::new(object), Box::new(key), at)
        }
        Source::Call(call) => self::call(cx, call),
        Source::BinOp(binary) if binary.op == Operator::Mod => {
            let left = lower(cx, &binary.left);
            let right = lower(cx, &binary.right);
            match left {
                Expr::Text(format, at) => texts::percent(&format, right, at),
                left => Expr::Other(vec![left, right]),
            }
        }
        Source::BinOp(binary) => {
            // A text of a thousand lines joined by `+` is one level deep.
            let operator = binary.op;
            let mut operands = vec![&*binary.right];
            let mut left = &*binary.left;
            while let Source::BinOp(inner) = left
                && inner.op == operator
            {
                operands.push(&inner.right);
                left = &inner.left;
            }
            operands.push(left);
            let operands = operands.into_iter().rev();
            let operands: Vec<Expr> = operands.map(|one| lower(cx, one)).collect();
            match operator {
                Operator::Add => sum(operands, at),
                // `pathlib.Path(..) / "x"`, `URL(..) / "x"` join; numbers divide.
                _ => Expr::Other(operands),
            }
        }
        Source::BoolOp(one) => {
            let operands = each(cx, &one.values);
            match one.op {
                BoolOp::Or => either(operands),
                BoolOp::And => Expr::Other(operands),
            }
        }
        Source::UnaryOp(unary) => match (unary.op, lower(cx, &unary.operand)) {
            (UnaryOp::USub, Expr::Number(number, at)) => Expr::Number(-number, at),
            (_, operand) => Expr::Other(vec![operand]),
        },
        Source::If(_) => conditional(cx, expression),
        Source::Compare(compare) => self::compare(cx, compare, at),
        Source::Named(named) => {
            let value = lower(cx, &named.value);
            let target = lower(cx, &named.target);
            if let Some(name) = target.dotted() {
                cx.hoisted.push(bound(name, value, at));
            }
            target
        }
        Source::Lambda(lambda) => {
            let mut parameters = Vec::new();
            let body = body(cx, |cx, out| {
                if let Some(source) = &lambda.parameters {
                    parameters = declarations::parameters(cx, source);
                }
                let value = lower(cx, &lambda.body);
                out.append(&mut cx.hoisted);
                out.push(Stmt::Return(value));
            });
            Expr::Function(Box::new(Function {
                parameters,
                body,
                at,
                end: lambda.end().to_u32(),
                ..Function::default()
            }))
        }
        Source::List(list) => Expr::List(each(cx, &list.elts), at),
        Source::Set(set) => Expr::List(each(cx, &set.elts), at),
        Source::Tuple(tuple) => Expr::List(each(cx, &tuple.elts), at),
        Source::Dict(dict) => {
            let mut entries = Vec::with_capacity(dict.items.len());
            for item in &dict.items {
                let key = match item.key.as_ref().map(|key| lower(cx, key)) {
                    None => "...".to_string(),
                    Some(Expr::Text(text, _)) => text,
                    Some(Expr::Number(number, _)) => number.to_string(),
                    Some(key) => format!("[{}]", key.dotted().unwrap_or_default()),
                };
                entries.push((key, lower(cx, &item.value)));
            }
            Expr::Map(entries, at)
        }
        Source::ListComp(one) => comprehension(cx, &[&one.elt], &one.generators, at),
        Source::SetComp(one) => comprehension(cx, &[&one.elt], &one.generators, at),
        Source::Generator(one) => comprehension(cx, &[&one.elt], &one.generators, at),
        Source::DictComp(one) => {
            let parts: Vec<&Source> = one
                .key
                .as_deref()
                .into_iter()
                .chain([&*one.value])
                .collect();
            comprehension(cx, &parts, &one.generators, at)
        }
        Source::Await(one) => lower(cx, &one.value),
        Source::YieldFrom(one) => lower(cx, &one.value),
        Source::Yield(one) => match &one.value {
            Some(value) => lower(cx, value),
            None => Expr::Nothing,
        },
        Source::Starred(one) => Expr::Other(vec![lower(cx, &one.value)]),
        Source::Slice(one) => {
            let parts = [&one.lower, &one.upper, &one.step];
            let parts = parts.into_iter().flatten().map(|one| lower(cx, one));
            Expr::Other(parts.collect())
        }
        Source::TString(_) | Source::IpyEscapeCommand(_) => Expr::Other(Vec::new()),
    }
}

fn call(cx: &mut Lowering, call: &ExprCall) -> Expr {
    let callee = lower(cx, &call.func);
    let arguments = arguments(cx, &call.arguments);
    let at = callee.at().unwrap_or_else(|| place(call));
    if let Expr::Member(receiver, method, _) = &callee
        && method == "format"
        && let Expr::Text(format, at) = &**receiver
    {
        return texts::format(format, &arguments, *at);
    }
    let name = match &callee {
        Expr::Name(name, _) | Expr::Member(_, name, _) => name.as_str(),
        _ => "",
    };
    // Types begin with a capital, and constants have no small letter.
    let constructs = name.starts_with(|first: char| first.is_uppercase())
        && (name.len() == 1 || name.contains(|one: char| one.is_lowercase()));
    Expr::Call(Box::new(Call {
        callee,
        arguments,
        types: Vec::new(),
        constructs,
        at,
    }))
}

pub fn arguments(cx: &mut Lowering, source: &Arguments) -> Vec<Argument> {
    let mut arguments = Vec::with_capacity(source.args.len() + source.keywords.len());
    for value in &source.args {
        let value = lower(cx, value);
        arguments.push(Argument { name: None, value });
    }
    for keyword in &source.keywords {
        let name = keyword.arg.as_ref().map_or("...", |name| name.as_str());
        let value = lower(cx, &keyword.value);
        arguments.push(Argument {
            name: Some(name.to_string()),
            value,
        });
    }
    arguments
}

/// `a if c else b if d else e`: the conditions come first, the values are one of several.
fn conditional(cx: &mut Lowering, expression: &Source) -> Expr {
    let mut values = Vec::new();
    let mut rest = expression;
    while let Source::If(one) = rest {
        let test = lower(cx, &one.test);
        if says_something(&test) {
            cx.hoisted.push(Stmt::Expr(test));
        }
        values.push(lower(cx, &one.body));
        rest = &one.orelse;
    }
    values.push(lower(cx, rest));
    either(values)
}

fn compare(cx: &mut Lowering, compare: &ExprCompare, at: At) -> Expr {
    let mut operands = vec![lower(cx, &compare.left)];
    operands.extend(compare.comparators.iter().map(|one| lower(cx, one)));
    let has_name = operands
        .iter()
        .any(|one| matches!(one, Expr::Name(name, _) if name == "__name__"));
    let has_text = operands.iter().any(|one| one.text() == Some("__main__"));
    if has_name && has_text {
        return Expr::Call(Box::new(Call {
            callee: Expr::Name("__main__".to_string(), at),
            arguments: Vec::new(),
            types: Vec::new(),
            constructs: false,
            at,
        }));
    }
    Expr::Other(operands)
}

/// A comprehension is a loop whose items nobody names.
fn comprehension(
    cx: &mut Lowering,
    parts: &[&Source],
    generators: &[Comprehension],
    at: At,
) -> Expr {
    let Some((first, inner)) = generators.split_first() else {
        return Expr::Other(Vec::new());
    };
    let over = lower(cx, &first.iter);
    let mut item = String::new();
    let body = body(cx, |cx, out| {
        item = statements::item(cx, &first.target, out);
        for test in &first.ifs {
            let test = lower(cx, test);
            out.append(&mut cx.hoisted);
            if says_something(&test) {
                out.push(Stmt::Expr(test));
            }
        }
        if inner.is_empty() {
            for part in parts {
                let value = lower(cx, part);
                out.append(&mut cx.hoisted);
                if says_something(&value) {
                    out.push(Stmt::Expr(value));
                }
            }
        } else {
            deeper(cx, at, |cx| comprehension(cx, parts, inner, at));
            out.append(&mut cx.hoisted);
        }
    });
    cx.hoisted.push(Stmt::Loop {
        over: Some(over),
        item,
        body,
        at,
    });
    Expr::Other(Vec::new())
}
