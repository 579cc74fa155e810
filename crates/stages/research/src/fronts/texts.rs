//! Texts made of pieces, for fronts of languages: joined, formatted, escaped.

use crate::outline::{At, Expr};

/// Pieces as one text where all are plain, as a template otherwise.
pub fn of_pieces(pieces: Vec<Expr>, at: At) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Expr::Text(before, _)), Expr::Text(text, _)) => before.push_str(&text),
            (_, Expr::Template(inner, _)) => joined.extend(inner),
            (_, piece) => joined.push(piece),
        }
    }
    match joined.as_mut_slice() {
        [] => Expr::Text(String::new(), at),
        [Expr::Text(text, _)] => Expr::Text(std::mem::take(text), at),
        _ => Expr::Template(joined, at),
    }
}

/// `a + b` where it may join texts: not of numbers.
pub fn plus(left: Expr, right: Expr, at: At) -> Expr {
    let number = |side: &Expr| matches!(side, Expr::Number(..) | Expr::List(..) | Expr::Other(_));
    if number(&left) || number(&right) {
        return Expr::Other(vec![left, right]);
    }
    of_pieces(vec![left, right], at)
}

/// `%s`, `%d`, `%05.2f`, `%1$s`, `%<name>s` of a pattern filled with values in order; nothing where
/// the pattern is no plain text.
pub fn formatted(pattern: &Expr, values: Vec<Expr>, at: At) -> Option<Expr> {
    let mut rest = pattern.text()?;
    let mut values = values.into_iter();
    let mut pieces = Vec::new();
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Expr::Text(before.to_string(), at));
        let end =
            after.find(|letter: char| letter.is_alphabetic() || letter == '%' || letter == '<');
        let Some(end) = end else {
            rest = after;
            break;
        };
        if after[end..].starts_with('%') {
            pieces.push(Expr::Text("%".into(), at));
        } else {
            pieces.push(values.next().unwrap_or(Expr::Nothing));
        }
        let verb = match after[end..].starts_with('<') {
            true => after.find('>').map_or(after.len(), |close| close + 1),
            false => end,
        };
        let past = after[verb..].chars().next().map_or(0, char::len_utf8);
        rest = &after[verb + past..];
    }
    pieces.push(Expr::Text(rest.to_string(), at));
    pieces.retain(|piece| piece.text() != Some(""));
    Some(of_pieces(pieces, at))
}

/// What an escape sequence stands for.
pub fn unescaped(escape: &str) -> String {
    let body = escape.strip_prefix('\\').unwrap_or(escape);
    let code = |digits: &str| {
        let number = u32::from_str_radix(digits.trim_matches(['{', '}']), 16).ok()?;
        char::from_u32(number).map(String::from)
    };
    match body.chars().next() {
        Some('n') => "\n".into(),
        Some('t') => "\t".into(),
        Some('r') => "\r".into(),
        Some('u' | 'x') => code(&body[1..]).unwrap_or_default(),
        Some('\n') => String::new(),
        Some(_) => body.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expr: Option<Expr>) -> String {
        match expr {
            Some(Expr::Text(text, _)) => text,
            Some(Expr::Name(name, _)) => format!("<{name}>"),
            Some(Expr::Template(pieces, _)) => {
                pieces.into_iter().map(|piece| shown(Some(piece))).collect()
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn patterns_are_filled_in_order() {
        let name = |name: &str| Expr::Name(name.into(), 0);
        for (pattern, wanted) in [
            ("http://%s:%d/x", "http://<a>:<b>/x"),
            ("%05.2f%%", "<a>%"),
            ("%1$s-%2$s", "<a>-<b>"),
            ("%<host>s/x", "<a>/x"),
            ("100%", "100"),
            ("é%é", "é<a>"),
        ] {
            let made = formatted(
                &Expr::Text(pattern.into(), 0),
                vec![name("a"), name("b")],
                0,
            );
            assert_eq!(shown(made), wanted, "{pattern}");
        }
        assert_eq!(formatted(&name("p"), Vec::new(), 0), None);
    }

    #[test]
    fn escapes() {
        for (escape, text) in [
            ("\\n", "\n"),
            ("\\u00e9", "é"),
            ("\\u{1F600}", "\u{1F600}"),
            ("\\\"", "\""),
            ("\\", ""),
        ] {
            assert_eq!(unescaped(escape), text);
        }
    }
}
