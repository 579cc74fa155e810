//! Scalars: what a plain word means (YAML 1.2 core schema, narrowed), and when text needs quotes.

use serde_json::{Number, Value};

/// What a plain scalar means by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    Null,
    Bool(bool),
    Number(Number),
    Text,
}

/// Reads a plain scalar. Integers may hold `_` between digits; `0x`, `0o`, leading zeros,
/// `.inf` and `.nan` are text, so that no value changes silently.
pub fn meaning(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "true" | "True" | "TRUE" => return Meaning::Bool(true),
        "false" | "False" | "FALSE" => return Meaning::Bool(false),
        _ => {}
    }
    number(text).map_or(Meaning::Text, Meaning::Number)
}

/// A decimal number as JSON writes it, with an optional `+` and `_` between digits.
pub fn number(text: &str) -> Option<Number> {
    let body = text.strip_prefix('+').unwrap_or(text);
    let bytes = body.as_bytes();
    let digits = body.strip_prefix('-').unwrap_or(body).as_bytes();
    if !digits.first().is_some_and(u8::is_ascii_digit) || bytes.len() > 400 {
        return None;
    }
    for (i, b) in bytes.iter().enumerate() {
        let near = |j: Option<usize>| j.and_then(|j| bytes.get(j)).is_some_and(u8::is_ascii_digit);
        if *b == b'_' && !(near(i.checked_sub(1)) && near(Some(i + 1))) {
            return None;
        }
    }
    let clean = body.replace('_', "");
    if clean
        .trim_start_matches('-')
        .bytes()
        .all(|b| b.is_ascii_digit())
    {
        if let Ok(n) = clean.parse::<u64>() {
            return leading_zero(&clean).then_some(n.into());
        }
        if let Ok(n) = clean.parse::<i64>() {
            return leading_zero(&clean).then_some(n.into());
        }
    }
    // JSON's own grammar decides the rest: `1.`, `.5` and `1e` are text.
    serde_json::from_str::<f64>(&clean).ok()?;
    // The standard library rounds to the nearest double; serde_json may be one off.
    Number::from_f64(clean.parse().ok()?)
}

fn leading_zero(digits: &str) -> bool {
    let digits = digits.trim_start_matches('-');
    digits == "0" || !digits.starts_with('0')
}

/// Words that YAML 1.1 readers take for true or false. `y` and `n` too.
pub fn is_ambiguous(text: &str) -> bool {
    ["yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|w| text.eq_ignore_ascii_case(w))
}

/// Whether `text` must be quoted to stay text. `flow` says that it stands inside `[]` or `{}`.
pub fn needs_quotes(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return true;
    };
    if meaning(text) != Meaning::Text || is_ambiguous(text) || looks_numeric(text) {
        return true;
    }
    if text.trim_matches(|c: char| c.is_whitespace()) != text || text.chars().any(unprintable) {
        return true;
    }
    if "!&*|>'\"%@`#[]{},".contains(first) || text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    if "-?:".contains(first) {
        let second = text.chars().nth(1);
        if second.is_none_or(|c| c == ' ' || (flow && ",[]{}".contains(c))) || first == '?' {
            return true;
        }
    }
    text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text == "<<"
        || text == "="
        || (flow && text.contains([',', '[', ']', '{', '}', ':', '?']))
}

/// Characters that a plain or single-quoted scalar cannot carry on one line.
pub fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Text that some YAML reader takes for a number, a date, a time or infinity.
fn looks_numeric(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let body = lower.trim_start_matches(['+', '-']);
    if matches!(body, ".inf" | ".nan" | ".") {
        return true;
    }
    if let Some(rest) = body.strip_prefix("0x") {
        return !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(rest) = body.strip_prefix("0o").or_else(|| body.strip_prefix("0b")) {
        return !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    }
    let Some(first) = body.bytes().next() else {
        return false;
    };
    if !(first.is_ascii_digit() || first == b'.') {
        return false;
    }
    // 12:30:45 is a number in base 60 and 2026-01-02 a date to YAML 1.1 readers.
    body.bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.' | b':'))
        || (body.len() == 10
            && body.bytes().enumerate().all(|(i, b)| {
                if i == 4 || i == 7 {
                    b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            }))
        || body.replace('_', "").parse::<f64>().is_ok()
}

/// `text` as a scalar on one line: plain where that is safe, else in double quotes.
pub fn quote(text: &str, flow: bool) -> String {
    if needs_quotes(text, flow) {
        double_quoted(text)
    } else {
        text.to_string()
    }
}

/// `text` in double quotes; JSON's escapes, and `\u` for what a terminal would obey.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if unprintable(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A scalar value on one line; lists and maps are not scalars and give their JSON text.
pub fn show(value: &Value, flow: bool) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::String(text) => quote(text, flow),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_mean_what_the_core_schema_says() {
        assert_eq!(meaning("~"), Meaning::Null);
        assert_eq!(meaning("true"), Meaning::Bool(true));
        assert_eq!(meaning("1_000"), Meaning::Number(1000.into()));
        assert_eq!(meaning("-7"), Meaning::Number((-7).into()));
        assert_eq!(
            meaning("1.50"),
            Meaning::Number(Number::from_f64(1.5).unwrap())
        );
        assert_eq!(
            meaning("18446744073709551615"),
            Meaning::Number(u64::MAX.into())
        );
        for text in [
            "010", "0x10", ".5", "1.", "yes", "1__0", "_1", "1_", "40/s", "-", "1e", ".nan",
            "1e999",
        ] {
            assert_eq!(meaning(text), Meaning::Text, "{text}");
        }
    }

    #[test]
    fn quotes_only_where_needed() {
        for text in [
            "yes",
            "No",
            "null",
            "1.5",
            "1e3",
            "",
            " a",
            "a: b",
            "a #b",
            "- a",
            "# a",
            "2026-01-02",
            "12:30",
            "0x1f",
            "a:",
            "*a",
            "010",
            "[a",
            "<<",
            "\u{1b}[0m",
            "1e999",
        ] {
            assert!(needs_quotes(text, false), "{text}");
        }
        for text in [
            "a-b",
            "40/s",
            "300 ms",
            "a:b",
            "https://x.org/a",
            "-a",
            "what?",
            "a, b",
            "99.95 %",
            "1.2.3-rc",
        ] {
            assert!(!needs_quotes(text, false), "{text}");
        }
        assert!(needs_quotes("a, b", true));
    }
}
