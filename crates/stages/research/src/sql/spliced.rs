//! Texts that a script puts together before it runs them: `CONCAT('ALTER TABLE ', name, ..)`,
//! `format('.. %I ..', name)`, `'..' || name`. A text with a part that is not known is not known.

use std::collections::BTreeMap;

use super::tokens::{Kind, Token};

/// What variables and parameters hold, by their names in lower case.
pub type Known = BTreeMap<String, String>;

/// Verbs of data definition.
pub const DEFINES: &[&str] = &["alter", "create", "drop", "rename"];

/// How deep calls may stand in each other.
const DEEPEST: u32 = 20;

/// Whether a text is a statement of data definition.
pub fn defines(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    DEFINES.iter().any(|verb| first.eq_ignore_ascii_case(verb))
}

/// The text that an expression makes.
pub fn text(source: &str, tokens: &[Token], known: &Known) -> Option<String> {
    value(source, tokens, known, 0)
}

fn value(source: &str, tokens: &[Token], known: &Known, depth: u32) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let pieces = joined(tokens);
    if pieces.len() > 1 {
        let each = pieces.into_iter();
        return each
            .map(|piece| value(source, piece, known, depth + 1))
            .collect();
    }
    let tokens = without_cast(tokens);
    let (first, rest) = tokens.split_first()?;
    if rest.is_empty() {
        return single(source, first, known);
    }
    if first.is_mark('(') && closes_last(tokens) {
        return value(source, &tokens[1..tokens.len() - 1], known, depth + 1);
    }
    if first.is("select") {
        let mut parens = 0_i32;
        let end = rest.iter().position(|token| {
            parens += i32::from(token.is_mark('(')) - i32::from(token.is_mark(')'));
            parens == 0 && token.is("from")
        });
        return value(source, &rest[..end.unwrap_or(rest.len())], known, depth + 1);
    }
    let called = rest.first().is_some_and(|open| open.is_mark('(')) && closes_last(rest);
    if !called || first.kind != Kind::Word {
        return None;
    }
    let arguments = elements(&rest[1..rest.len() - 1]);
    let of = |at: usize| {
        let argument = arguments.get(at)?;
        value(source, argument, known, depth + 1)
    };
    match first.text.to_ascii_lowercase().as_str() {
        "concat" => (0..arguments.len()).map(of).collect(),
        "format" => formatted(&of(0)?, (1..arguments.len()).map(of)),
        "if" | "iif" => {
            let branches: Vec<String> = (1..arguments.len()).filter_map(of).collect();
            // The branch that defines is the one that the script is there for.
            let defining = branches.iter().find(|text| defines(text)).cloned();
            defining.or_else(|| branches.into_iter().next())
        }
        "ifnull" | "coalesce" => (0..arguments.len()).find_map(of),
        "quote_ident" | "lower" | "upper" | "trim" | "cast" | "convert" => of(0),
        _ => None,
    }
}

fn single(source: &str, token: &Token, known: &Known) -> Option<String> {
    match token.kind {
        Kind::Text => Some(token.text.replace("''", "'").replace("\\'", "'")),
        Kind::Number => Some(token.text.to_string()),
        // MySQL takes double quotes for those of a text.
        Kind::Quoted if source.as_bytes().get(token.at as usize) == Some(&b'"') => {
            let name = known.get(&token.text.to_ascii_lowercase());
            Some(name.map_or_else(|| token.text.replace("\"\"", "\""), Clone::clone))
        }
        Kind::Word | Kind::Quoted => known.get(&token.text.to_ascii_lowercase()).cloned(),
        _ => None,
    }
}

/// The operands of `||`.
fn joined<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut found = Vec::new();
    let (mut from, mut depth) = (0, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_mark('(')) - i32::from(token.is_mark(')'));
        let bars = token.is_mark('|') && tokens.get(at + 1).is_some_and(|next| next.is_mark('|'));
        if depth == 0 && bars {
            found.push(&tokens[from..at]);
            from = at + 2;
        }
    }
    found.push(tokens.get(from..).unwrap_or_default());
    found
}

/// Without `::text` behind it.
fn without_cast<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens {
        [inner @ .., one, other, of]
            if one.is_mark(':') && other.is_mark(':') && of.kind == Kind::Word =>
        {
            inner
        }
        _ => tokens,
    }
}

/// Whether the parenthesis that opens first closes last.
fn closes_last(tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_mark('(')) - i32::from(token.is_mark(')'));
        if depth == 0 {
            return at + 1 == tokens.len();
        }
    }
    false
}

/// What commas part.
pub fn elements<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_i32;
    let parts = tokens.split(move |token| {
        depth += i32::from(token.is_mark('(')) - i32::from(token.is_mark(')'));
        depth == 0 && token.is_mark(',')
    });
    parts.collect()
}

/// PostgreSQL's `format`: `%I` and `%s` take the next argument, `%L` the next as a literal.
fn formatted(
    template: &str,
    mut arguments: impl Iterator<Item = Option<String>>,
) -> Option<String> {
    let mut made = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        made.push_str(&rest[..at]);
        let kind = rest[at + 1..].chars().next()?;
        match kind {
            '%' => made.push('%'),
            'I' | 's' => made.push_str(&arguments.next()??),
            'L' => made.push_str(&format!("'{}'", arguments.next()??.replace('\'', "''"))),
            // `%1$s` picks an argument by its place: not followed.
            _ => return None,
        }
        rest = &rest[at + 1 + kind.len_utf8()..];
    }
    made.push_str(rest);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokens;
    use super::*;

    fn says(source: &str) -> Option<String> {
        let mut reader = Tokens::new(source, true);
        let mut tokens = Vec::new();
        while let Some(token) = reader.next_token() {
            tokens.push(token);
        }
        let known = Known::from([("@shop".to_string(), "shops".to_string())]);
        text(source, &tokens, &known)
    }

    #[test]
    fn texts_are_put_together() {
        let expected = "ALTER TABLE shops DROP COLUMN a";
        for source in [
            "CONCAT('ALTER TABLE ', @shop, ' DROP COLUMN a')",
            "CONCAT(\"ALTER TABLE \", @SHOP, \" DROP COLUMN a\")",
            "'ALTER TABLE ' || quote_ident(@shop) || ' DROP COLUMN a'",
            "format('ALTER TABLE %I DROP COLUMN %s', @shop, 'a')",
            "(SELECT IF((SELECT COUNT(*) FROM x) > 0, 'SELECT 1', CONCAT('ALTER TABLE ', @shop, ' DROP COLUMN a')))",
            "('ALTER TABLE shops DROP COLUMN ' || 'a')::text",
        ] {
            assert_eq!(says(source).as_deref(), Some(expected), "{source}");
        }
    }

    #[test]
    fn an_unknown_part_makes_the_whole_unknown() {
        for source in [
            "CONCAT('ALTER TABLE ', @other)",
            "'a' || other",
            "format('%1$s', 'a')",
            "format('%s')",
            "f('a')",
            "",
            "(",
            "||",
            "a ||",
        ] {
            assert_eq!(says(source), None, "{source}");
        }
    }
}
