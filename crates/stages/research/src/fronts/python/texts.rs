//! Texts: f-strings, `%` and `.format`.

use ruff_python_ast::{ExprFString, FStringPart, InterpolatedStringElement};

use super::expressions;
use super::lower::Lowering;
use super::place;
use crate::fronts::pieces::template;
use crate::outline::{Argument, At, Expr};

pub fn interpolated(cx: &mut Lowering, source: &ExprFString) -> Expr {
    let mut pieces = Vec::new();
    for part in source.value.iter() {
        match part {
            FStringPart::Literal(text) => {
                pieces.push(Expr::Text(text.value.to_string(), place(text)));
            }
            FStringPart::FString(inner) => {
                for element in &inner.elements {
                    pieces.push(match element {
                        InterpolatedStringElement::Literal(text) => {
                            Expr::Text(text.value.to_string(), place(text))
                        }
                        InterpolatedStringElement::Interpolation(inner) => {
                            expressions::lower(cx, &inner.expression)
                        }
                    });
                }
            }
        }
    }
    template(pieces, place(source))
}

/// `"http://%s:%d" % (host, port)`, `"%(a)s" % {"a": b}`.
pub fn percent(format: &str, values: Expr, at: At) -> Expr {
    let (mut positional, named) = match values {
        Expr::List(values, _) => (values.into_iter(), Vec::new()),
        Expr::Map(entries, _) => (Vec::new().into_iter(), entries),
        one => (vec![one].into_iter(), Vec::new()),
    };
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(found) = rest.find('%') {
        pieces.push(Expr::Text(rest[..found].to_string(), at));
        rest = &rest[found + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            pieces.push(Expr::Text("%".to_string(), at));
            rest = after;
            continue;
        }
        let mut key = None;
        if let Some((name, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            key = Some(name);
            rest = after;
        }
        let conversion = rest.find(|one: char| one.is_ascii_alphabetic());
        rest = conversion.map_or("", |end| &rest[end + 1..]);
        let value = match key {
            Some(key) => named
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.clone()),
            None => positional.next(),
        };
        pieces.push(value.unwrap_or(Expr::Other(Vec::new())));
    }
    pieces.push(Expr::Text(rest.to_string(), at));
    template(pieces, at)
}

/// `"http://{}:{port}/{0}".format(host, port=p)`.
pub fn format(format: &str, arguments: &[Argument], at: At) -> Expr {
    let positional: Vec<&Expr> = arguments
        .iter()
        .filter(|argument| argument.name.is_none())
        .map(|argument| &argument.value)
        .collect();
    let mut next = 0;
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(found) = rest.find(['{', '}']) {
        pieces.push(Expr::Text(rest[..found].to_string(), at));
        let brace = &rest[found..found + 1];
        rest = &rest[found + 1..];
        if rest.starts_with(brace) {
            pieces.push(Expr::Text(brace.to_string(), at));
            rest = &rest[1..];
            continue;
        }
        if brace == "}" {
            continue;
        }
        let (field, after) = rest.split_once('}').unwrap_or((rest, ""));
        rest = after;
        let name = field.split([':', '!', '.', '[']).next().unwrap_or_default();
        let value = if name.is_empty() {
            next += 1;
            positional.get(next - 1).copied()
        } else if let Ok(index) = name.parse::<usize>() {
            positional.get(index).copied()
        } else {
            let given = arguments
                .iter()
                .find(|argument| argument.name.as_deref() == Some(name));
            given.map(|argument| &argument.value)
        };
        pieces.push(value.cloned().unwrap_or(Expr::Other(Vec::new())));
    }
    pieces.push(Expr::Text(rest.to_string(), at));
    template(pieces, at)
}
