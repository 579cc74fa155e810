//! Texts put together and values chosen from: what `+`, format strings and `||` become.

pub use super::pieces::template as joined;
use crate::outline::{Argument, At, Expr};

/// `a + b`: a text where one side is one or nothing speaks against it, else an operator.
pub fn sum(left: Expr, right: Expr, at: At) -> Expr {
    let number = |side: &Expr| matches!(side, Expr::Number(..) | Expr::Bool(_) | Expr::Nothing);
    let text = |side: &Expr| matches!(side, Expr::Text(..) | Expr::Template(..));
    if text(&left) || text(&right) || !(number(&left) || number(&right)) {
        joined(vec![left, right], at)
    } else {
        Expr::Other(vec![left, right])
    }
}

/// One of several; choices inside choices are opened.
pub fn either(items: Vec<Expr>) -> Expr {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Expr::Either(inner) => flat.extend(inner),
            Expr::Other(inner) if inner.is_empty() => {}
            item => flat.push(item),
        }
    }
    match flat.len() {
        0 => Expr::Other(Vec::new()),
        1 => flat.swap_remove(0),
        _ => Expr::Either(flat),
    }
}

/// Whether something is done or made in an expression; a bare name or comparison says nothing.
pub fn acts(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) | Expr::Function(_) => true,
        Expr::Member(of, ..) => acts(of),
        Expr::Item(of, key, _) => acts(of) || acts(key),
        Expr::Template(parts, _)
        | Expr::List(parts, _)
        | Expr::Either(parts)
        | Expr::Other(parts) => parts.iter().any(acts),
        Expr::Map(entries, _) => entries.iter().any(|(_, value)| acts(value)),
        Expr::Text(..) | Expr::Number(..) | Expr::Bool(_) | Expr::Nothing | Expr::Name(..) => false,
    }
}

/// A `printf` format with its arguments: `%s`, `%-5d`, `%[1]v`, `%1$s`, `%%`.
pub fn percent(format: &str, at: At, arguments: Vec<Expr>) -> Expr {
    let mut pieces = Vec::new();
    let mut next = 0;
    let mut rest = format;
    while let Some(found) = rest.find('%') {
        pieces.push(Expr::Text(rest[..found].to_owned(), at));
        rest = &rest[found + 1..];
        let flags = rest
            .find(|c: char| !(c.is_ascii_digit() || "+-# .*[]$'".contains(c)))
            .unwrap_or(rest.len());
        let (spec, after) = rest.split_at(flags);
        let verb = after.chars().next();
        rest = &after[verb.map_or(0, char::len_utf8)..];
        match verb {
            Some('%') => pieces.push(Expr::Text("%".to_owned(), at)),
            Some('n') if spec.is_empty() => pieces.push(Expr::Text("\n".to_owned(), at)),
            _ => {
                let position = position(spec).unwrap_or(next);
                pieces.push(argument(&arguments, position));
                next = position.saturating_add(1);
            }
        }
    }
    pieces.push(Expr::Text(rest.to_owned(), at));
    joined(pieces, at)
}

/// The zero-based position of `[2]` or `2$`.
fn position(spec: &str) -> Option<usize> {
    let digits: String = match spec.split_once('[') {
        Some((_, inside)) => inside.chars().take_while(char::is_ascii_digit).collect(),
        None => spec.split_once('$')?.0.to_owned(),
    };
    digits.parse::<usize>().ok()?.checked_sub(1)
}

fn argument(arguments: &[Expr], position: usize) -> Expr {
    let absent = || Expr::Other(Vec::new());
    arguments.get(position).cloned().unwrap_or_else(absent)
}

/// A format with braces: `{}`, `{0}`, `{name}`, `{0:N2}`, `{{`. A name that no argument has is one of
/// the surrounding code.
pub fn braces(format: &str, at: At, arguments: &[Argument]) -> Expr {
    let ordered: Vec<Expr> = arguments
        .iter()
        .filter(|argument| argument.name.is_none())
        .map(|argument| argument.value.clone())
        .collect();
    let mut pieces = Vec::new();
    let mut next = 0;
    let mut rest = format;
    while let Some(found) = rest.find(['{', '}']) {
        pieces.push(Expr::Text(rest[..found].to_owned(), at));
        let brace = &rest[found..=found];
        rest = &rest[found + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            pieces.push(Expr::Text(brace.to_owned(), at));
            rest = after;
            continue;
        }
        if brace == "}" {
            continue;
        }
        let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
        rest = after;
        let key = inside.split([':', ',']).next().unwrap_or("").trim();
        let named = arguments
            .iter()
            .find(|argument| argument.name.as_deref() == Some(key));
        pieces.push(if key.is_empty() {
            next += 1;
            argument(&ordered, next - 1)
        } else if let Some(named) = named {
            named.value.clone()
        } else if let Ok(position) = key.parse::<usize>() {
            argument(&ordered, position)
        } else {
            Expr::Name(key.to_owned(), at)
        });
    }
    pieces.push(Expr::Text(rest.to_owned(), at));
    joined(pieces, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Expr {
        Expr::Name(text.to_owned(), 0)
    }

    /// Texts as they are, names in angle brackets, what is missing as `<?>`.
    fn shown(expr: &Expr) -> String {
        match expr {
            Expr::Text(text, _) => text.clone(),
            Expr::Name(name, _) => format!("<{name}>"),
            Expr::Template(parts, _) => parts.iter().map(shown).collect(),
            _ => "<?>".to_owned(),
        }
    }

    #[test]
    fn percent_formats() {
        for (format, meant) in [
            ("http://%s:%d/x", "http://<a>:<b>/x"),
            ("%[2]s-%[1]s-%s", "<b>-<a>-<b>"),
            ("%2$s%1$s", "<b><a>"),
            ("%5.2f%%é%", "<a>%é<b>"),
            ("%s%s%s", "<a><b><?>"),
            ("plain", "plain"),
        ] {
            let made = percent(format, 0, vec![name("a"), name("b")]);
            assert_eq!(shown(&made), meant, "{format}");
        }
    }

    #[test]
    fn brace_formats() {
        let arguments = [
            Argument {
                name: None,
                value: name("a"),
            },
            Argument {
                name: None,
                value: name("b"),
            },
            Argument {
                name: Some("k".to_owned()),
                value: name("c"),
            },
        ];
        for (format, meant) in [
            ("{}/{}", "<a>/<b>"),
            ("{1:?}{0}{k}{free}", "<b><a><c><free>"),
            ("{{id}}é{", "{id}é<a>"),
            ("a}b", "ab"),
        ] {
            assert_eq!(shown(&braces(format, 0, &arguments)), meant, "{format}");
        }
    }

    #[test]
    fn neighbouring_texts_are_one_and_numbers_are_added() {
        let text = |t: &str| Expr::Text(t.to_owned(), 0);
        assert_eq!(sum(sum(text("a"), text("b"), 0), text("c"), 0), text("abc"));
        assert!(matches!(
            sum(name("n"), Expr::Number(1.0, 0), 0),
            Expr::Other(_)
        ));
        assert!(matches!(sum(name("n"), name("m"), 0), Expr::Template(..)));
    }
}
