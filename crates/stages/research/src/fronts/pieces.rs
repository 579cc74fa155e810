//! Expressions put together: what several fronts need to say the same thing the same way.

use crate::outline::{At, Expr};

/// Pieces joined into one text: nested joins flattened, neighbouring texts made one.
pub fn template(pieces: Vec<Expr>, at: At) -> Expr {
    let mut flat: Vec<Expr> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Expr::Template(inner, _) => inner.into_iter().for_each(|piece| join(&mut flat, piece)),
            piece => join(&mut flat, piece),
        }
    }
    match flat.len() {
        0 => Expr::Text(String::new(), at),
        1 if flat[0].text().is_some() => flat.remove(0),
        _ => Expr::Template(flat, at),
    }
}

fn join(flat: &mut Vec<Expr>, piece: Expr) {
    match (flat.last_mut(), piece) {
        (_, Expr::Text(text, _)) if text.is_empty() => {}
        (Some(Expr::Text(before, _)), Expr::Text(text, _)) => before.push_str(&text),
        (_, piece) => flat.push(piece),
    }
}

/// One of several: nested choices flattened.
pub fn either(items: Vec<Expr>) -> Expr {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Expr::Either(inner) => flat.extend(inner),
            item => flat.push(item),
        }
    }
    Expr::Either(flat)
}

/// Operands of `+`, outermost last: a text where one of them is, or could be, one.
pub fn sum(operands: Vec<Expr>, at: At) -> Expr {
    let numeric = operands
        .iter()
        .any(|operand| matches!(operand, Expr::Number(..) | Expr::Other(_) | Expr::List(..)));
    let text = operands
        .iter()
        .any(|operand| matches!(operand, Expr::Text(..) | Expr::Template(..)));
    if text || !numeric {
        template(operands, at)
    } else {
        Expr::Other(operands)
    }
}

/// Whether an expression says something by itself: a call, or a name of something else.
pub fn says_something(expression: &Expr) -> bool {
    match expression {
        Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Nothing | Expr::Name(..) => false,
        Expr::Member(..) | Expr::Item(..) | Expr::Call(_) | Expr::Function(_) => true,
        Expr::Template(items, _) | Expr::List(items, _) => items.iter().any(says_something),
        Expr::Either(items) | Expr::Other(items) => items.iter().any(says_something),
        Expr::Map(entries, _) => entries.iter().any(|(_, value)| says_something(value)),
    }
}
