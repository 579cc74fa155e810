//! Formats with per cent signs (`String.format`, `fmt.Sprintf`, `sprintf`, `"..." % x`) as templates.

use crate::outline::{At, Expr};

/// The text that a format makes of its arguments. A directive without an argument is unknown.
pub fn template(format: &str, at: At, mut arguments: Vec<Expr>) -> Expr {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut taken = 0;
    let mut rest = format;
    while let Some(place) = rest.find('%') {
        plain.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        let flags = rest
            .find(|c: char| !(c.is_ascii_digit() || "$-+# .,(0*<[]l".contains(c)))
            .unwrap_or(rest.len());
        let (options, after) = rest.split_at(flags);
        let mut chars = after.chars();
        match chars.next() {
            Some('%') => plain.push('%'),
            Some('n') => plain.push('\n'),
            Some(c) if c.is_ascii_alphabetic() => {
                if !plain.is_empty() {
                    pieces.push(Expr::Text(std::mem::take(&mut plain), at));
                }
                let index = position(options).unwrap_or_else(|| {
                    taken += 1;
                    taken - 1
                });
                pieces.push(match arguments.get_mut(index) {
                    Some(argument) => argument.clone(),
                    None => Expr::Other(Vec::new()),
                });
            }
            // Not a directive: a lone sign.
            Some(_) | None => {
                plain.push('%');
                plain.push_str(options);
                rest = after;
                continue;
            }
        }
        rest = chars.as_str();
    }
    plain.push_str(rest);
    if pieces.is_empty() {
        return Expr::Text(plain, at);
    }
    if !plain.is_empty() {
        pieces.push(Expr::Text(plain, at));
    }
    Expr::Template(pieces, at)
}

/// `2$` of Java and C, `[2]` of Go: counted from one.
fn position(options: &str) -> Option<usize> {
    let digits = match options.split_once('$') {
        Some((digits, _)) => digits,
        None => options.split_once('[')?.1.split_once(']')?.0,
    };
    digits.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str) -> String {
        let arguments = ["a", "b"].map(|name| Expr::Name(name.into(), 0)).to_vec();
        match template(format, 0, arguments) {
            Expr::Text(text, _) => text,
            Expr::Template(pieces, _) => pieces
                .iter()
                .map(|piece| match piece {
                    Expr::Text(text, _) => text.clone(),
                    Expr::Name(name, _) => format!("<{name}>"),
                    _ => "<?>".into(),
                })
                .collect(),
            _ => unreachable!(),
        }
    }

    #[test]
    fn directives() {
        for (format, made) in [
            ("http://%s:%d/x", "http://<a>:<b>/x"),
            ("%s/%s/%s", "<a>/<b>/<?>"),
            ("%2$s-%1$s", "<b>-<a>"),
            ("%[2]v", "<b>"),
            ("100%% of %-5.2f%n", "100% of <a>\n"),
            ("50 %", "50 %"),
            ("%é", "%é"),
            ("plain", "plain"),
        ] {
            assert_eq!(shown(format), made, "{format}");
        }
    }
}
