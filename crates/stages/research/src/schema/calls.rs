//! Reading calls of an outline: what migrations in code are made of.

use crate::outline::{Argument, Call, Expr, Function, Outline, Stmt, Type};

/// What a call is called on, and its name.
pub fn method(call: &Call) -> (Option<&Expr>, &str) {
    match &call.callee {
        Expr::Member(of, name, _) => (Some(of), name),
        Expr::Name(name, _) => (None, name),
        _ => (None, ""),
    }
}

/// Arguments without a name that are no function.
pub fn positional(call: &Call) -> Vec<&Expr> {
    let plain = |argument: &&Argument| {
        argument.name.is_none() && !matches!(argument.value, Expr::Function(_))
    };
    call.arguments
        .iter()
        .filter(plain)
        .map(|argument| &argument.value)
        .collect()
}

/// An argument by name: of the call, or of an options object among its arguments.
pub fn named<'e>(call: &'e Call, name: &str) -> Option<&'e Expr> {
    let own = call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some(name));
    own.map(|argument| &argument.value).or_else(|| {
        call.arguments
            .iter()
            .find_map(|argument| match &argument.value {
                Expr::Map(entries, _) => entry(entries, name),
                _ => None,
            })
    })
}

pub fn entry<'e>(entries: &'e [(String, Expr)], name: &str) -> Option<&'e Expr> {
    entries
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

pub fn says(call: &Call, name: &str) -> Option<bool> {
    match named(call, name)? {
        Expr::Bool(value) => Some(*value),
        Expr::Name(text, _) if text.eq_ignore_ascii_case("true") => Some(true),
        Expr::Name(text, _) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A text, number or truth as text.
pub fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Text(text, _) => Some(text.clone()),
        Expr::Number(number, _) => Some(format!("{number}")),
        Expr::Bool(value) => Some(value.to_string()),
        Expr::Template(parts, _) => parts.iter().map(text).collect(),
        _ => None,
    }
}

pub fn named_text(call: &Call, name: &str) -> Option<String> {
    named(call, name).and_then(text)
}

/// One text or a list of them.
pub fn texts(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::List(items, _) => items.iter().filter_map(text).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// The function given to a call: its block.
pub fn block(call: &Call) -> Option<&Function> {
    call.arguments
        .iter()
        .rev()
        .find_map(|argument| match &argument.value {
            Expr::Function(function) => Some(&**function),
            _ => None,
        })
}

/// Expressions of statements in order; branches and loops are opened.
pub fn expressions<'e>(body: &'e [Stmt], depth: u32, each: &mut dyn FnMut(&'e Expr)) {
    if depth > 100 {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Expr(expr) | Stmt::Return(expr) | Stmt::Bind { value: expr, .. } => each(expr),
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
                expressions(inner, depth + 1, each);
            }
            Stmt::Function(_) | Stmt::Type(_) => {}
        }
    }
}

/// The functions of a file, outside types and inside.
pub fn functions<'o>(outline: &'o Outline, each: &mut dyn FnMut(&'o Function)) {
    outline.functions.iter().for_each(&mut *each);
    fn inside<'o>(types: &'o [Type], depth: u32, each: &mut dyn FnMut(&'o Function)) {
        if depth > 20 {
            return;
        }
        for one in types {
            one.functions.iter().for_each(&mut *each);
            inside(&one.types, depth + 1, each);
        }
    }
    inside(&outline.types, 0, each);
}

/// A chain `a.b(x).c(y)` as its calls, first to last.
pub fn chain(call: &Call) -> Vec<&Call> {
    let mut links = vec![call];
    let mut at = call;
    while let (Some(Expr::Call(before)), _) = method(at) {
        links.push(before);
        at = before;
        if links.len() > 60 {
            break;
        }
    }
    links.reverse();
    links
}
