//! Literals of C#.

use super::super::escapes::undone;
use super::super::syntax_tree::Node;

/// The text of a literal of any form: `"a"`, `@"a"`, `"""a"""`.
pub fn literal(node: Node) -> String {
    let text = node.text();
    match node.kind() {
        "verbatim_string_literal" => {
            let inside = text.trim_start_matches(['@', '$']);
            let inside = inside.strip_prefix('"').unwrap_or(inside);
            inside
                .strip_suffix('"')
                .unwrap_or(inside)
                .replace("\"\"", "\"")
        }
        "raw_string_literal" => {
            let inside = text.trim_matches('"');
            unindented(inside)
        }
        _ => {
            let inside = text.strip_suffix("u8").unwrap_or(text);
            let inside = inside.strip_prefix('"').unwrap_or(inside);
            undone(inside.strip_suffix('"').unwrap_or(inside))
        }
    }
}

/// The indentation of the closing quotes is no part of a raw literal of several lines.
fn unindented(inside: &str) -> String {
    let Some((_, last)) = inside.rsplit_once('\n') else {
        return inside.to_owned();
    };
    if !last.trim().is_empty() {
        return inside.to_owned();
    }
    let lines = inside
        .lines()
        .skip(1)
        .map(|line| line.strip_prefix(last).unwrap_or(line));
    let lines: Vec<&str> = lines.collect();
    let end = lines.len() - usize::from(lines.last().is_some_and(|line| line.trim().is_empty()));
    lines[..end].join("\n")
}

pub fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0b", 2)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            let digits = digits.trim_end_matches(['u', 'l']);
            return u64::from_str_radix(digits, radix)
                .ok()
                .map(|value| value as f64);
        }
    }
    plain
        .trim_end_matches(['u', 'l', 'f', 'd', 'm'])
        .parse()
        .ok()
}
