//! Texts that the standard library of the JVM languages puts together: `+`, `String.format`,
//! `StringBuilder`, `String.join`, and the collections that are written down with their items.

use crate::fronts::percent_format;
use crate::outline::{Argument, At, Expr};

/// Pieces joined by `+`. A sum in which no piece is a text and one is a number, or the outcome of
/// something that is no text, stays an operator.
pub fn joined(pieces: Vec<Expr>, at: At) -> Expr {
    let is_text = |piece: &Expr| matches!(piece, Expr::Text(..) | Expr::Template(..));
    let may_be_text = |piece: &Expr| {
        matches!(
            piece,
            Expr::Name(..) | Expr::Member(..) | Expr::Call(_) | Expr::Item(..) | Expr::Either(_)
        )
    };
    if pieces.iter().any(is_text) || pieces.iter().all(may_be_text) {
        template(pieces, at)
    } else {
        Expr::Other(pieces)
    }
}

/// A template without templates inside it; neighbouring plain texts become one.
pub fn template(pieces: Vec<Expr>, at: At) -> Expr {
    let mut flat: Vec<Expr> = Vec::with_capacity(pieces.len());
    let mut push = |piece: Expr| match (flat.last_mut(), piece) {
        (_, Expr::Text(text, _)) if text.is_empty() => {}
        (Some(Expr::Text(last, _)), Expr::Text(text, _)) => last.push_str(&text),
        (_, piece) => flat.push(piece),
    };
    for piece in pieces {
        match piece {
            Expr::Template(inner, _) => inner.into_iter().for_each(&mut push),
            piece => push(piece),
        }
    }
    match flat.as_slice() {
        [] => Expr::Text(String::new(), at),
        [Expr::Text(..)] => flat.swap_remove(0),
        _ => Expr::Template(flat, at),
    }
}

/// The text or collection that a call of the standard library makes, or receiver and arguments back.
pub fn made(
    receiver: Option<Expr>,
    name: &str,
    arguments: Vec<Argument>,
    at: At,
) -> Result<Expr, (Option<Expr>, Vec<Argument>)> {
    let owner = match &receiver {
        Some(Expr::Name(owner, _)) => owner.as_str(),
        _ => "",
    };
    let values = |arguments: Vec<Argument>| arguments.into_iter().map(|a| a.value);
    match (owner, name) {
        ("String", "format") => {
            let mut rest: Vec<Expr> = values(arguments).collect();
            // A locale may come first.
            let place = rest.iter().take(2).position(|value| value.text().is_some());
            match place {
                Some(place) => {
                    let given = rest.split_off(place + 1);
                    Ok(percent_format::template(
                        rest[place].text().unwrap_or(""),
                        at,
                        given,
                    ))
                }
                // The format is a constant of elsewhere: it at least is known.
                None => Ok(Expr::Template(rest, at)),
            }
        }
        ("String" | "Objects", "valueOf" | "toString" | "requireNonNull")
            if !arguments.is_empty() =>
        {
            Ok(values(arguments).next().unwrap_or(Expr::Nothing))
        }
        ("String", "join") if arguments.len() > 2 => {
            let mut rest = values(arguments);
            let between = rest.next().unwrap_or(Expr::Nothing);
            let mut pieces = Vec::new();
            for (index, value) in rest.enumerate() {
                if index > 0 {
                    pieces.push(between.clone());
                }
                pieces.push(value);
            }
            Ok(template(pieces, at))
        }
        ("List" | "Set" | "Stream", "of" | "copyOf") | ("Arrays", "asList")
            if !arguments.is_empty() =>
        {
            let mut items: Vec<Expr> = values(arguments).collect();
            match items.as_slice() {
                [Expr::List(..)] => Ok(items.swap_remove(0)),
                _ => Ok(Expr::List(items, at)),
            }
        }
        ("Map", "of") if arguments.len().is_multiple_of(2) => {
            let mut pairs = Vec::new();
            let mut rest = values(arguments);
            while let (Some(key), Some(value)) = (rest.next(), rest.next()) {
                pairs.push((key_text(&key), value));
            }
            Ok(Expr::Map(pairs, at))
        }
        _ => method(receiver, name, arguments, at),
    }
}

/// A key of a map: its text, or the name of the constant that holds it.
pub fn key_text(key: &Expr) -> String {
    match key {
        Expr::Text(text, _) => text.clone(),
        other => other.dotted().unwrap_or_default(),
    }
}

fn method(
    receiver: Option<Expr>,
    name: &str,
    arguments: Vec<Argument>,
    at: At,
) -> Result<Expr, (Option<Expr>, Vec<Argument>)> {
    let Some(of) = receiver else {
        return Err((None, arguments));
    };
    let is_text = matches!(of, Expr::Text(..) | Expr::Template(..));
    match name {
        "formatted" | "format" if of.text().is_some() => {
            let given = arguments.into_iter().map(|a| a.value).collect();
            Ok(percent_format::template(of.text().unwrap_or(""), at, given))
        }
        "concat" | "plus" if is_text && arguments.len() == 1 => {
            let mut pieces = vec![of];
            pieces.extend(arguments.into_iter().map(|a| a.value));
            Ok(template(pieces, at))
        }
        "trim" | "strip" | "intern" | "stripIndent" | "trimIndent" | "trimMargin" | "toString"
            if is_text =>
        {
            Ok(of)
        }
        "toString" if arguments.is_empty() => match built(&of) {
            Some(pieces) => Ok(template(pieces, at)),
            None => Err((Some(of), arguments)),
        },
        _ => Err((Some(of), arguments)),
    }
}

/// What `new StringBuilder(a).append(b)` holds.
fn built(chain: &Expr) -> Option<Vec<Expr>> {
    let mut appended = Vec::new();
    let mut link = chain;
    loop {
        let Expr::Call(call) = link else { return None };
        match &call.callee {
            Expr::Member(of, name, _) if name == "append" => {
                appended.push(call.arguments.first()?.value.clone());
                link = of;
            }
            Expr::Name(name, _)
                if call.constructs && (name == "StringBuilder" || name == "StringBuffer") =>
            {
                let first = call.arguments.first().map(|a| a.value.clone());
                appended.extend(first.filter(|value| !matches!(value, Expr::Number(..))));
                appended.reverse();
                return Some(appended);
            }
            _ => return None,
        }
    }
}
