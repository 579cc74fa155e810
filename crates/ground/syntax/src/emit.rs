//! Values as YAML in the house's style: blocks, two spaces a level, quotes only where needed, short
//! lists and tiny maps on one line of at most 80 columns, text of several lines as literal blocks.

use crate::path::{index, join};
use crate::scalar::{double_quoted, needs_quotes, show, unprintable};
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// Widest line of a list or map on one line.
pub const WIDTH: usize = 80;
/// Most entries of a map on one line.
const TINY: usize = 3;

/// Comments to write into what is emitted; `#` is added.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// At the top of the file, followed by an empty line.
    pub header: Option<String>,
    /// Above the element at a path.
    pub above: IndexMap<String, String>,
}

/// `value` as a file.
pub fn emit(value: &Value) -> String {
    emit_with(value, &Notes::default())
}

/// `value` as a file with comments.
pub fn emit_with(value: &Value, notes: &Notes) -> String {
    let mut out = String::new();
    if let Some(header) = &notes.header {
        comment(&mut out, header, 0);
        out.push('\n');
    }
    match value {
        Value::Object(map) if !map.is_empty() => out.push_str(&block(value, 0, "", notes)),
        Value::Array(items) if !items.is_empty() => out.push_str(&block(value, 0, "", notes)),
        // A literal block has no indentation to stand on at the top of a file.
        Value::String(text) if text.contains('\n') => out.push_str(&double_quoted(text)),
        other => out.push_str(&inline(other, false).unwrap_or_default()),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

fn comment(out: &mut String, text: &str, indent: usize) {
    for line in text.lines() {
        let clean: String = line
            .chars()
            .map(|c| if unprintable(c) && c != '\t' { ' ' } else { c })
            .collect();
        let clean = clean.trim_end();
        out.push_str(&" ".repeat(indent));
        out.push_str(if clean.is_empty() { "#" } else { "# " });
        out.push_str(clean);
        out.push('\n');
    }
}

/// The lines of a list or map that is not empty, each with its indentation and line break.
pub(crate) fn block(value: &Value, indent: usize, path: &str, notes: &Notes) -> String {
    let pad = " ".repeat(indent);
    let mut out = String::new();
    match value {
        Value::Object(map) => {
            for (name, child) in map {
                let below = join(path, name);
                if let Some(note) = notes.above.get(&below) {
                    comment(&mut out, note, indent);
                }
                out.push_str(&pad);
                let head = format!("{}:", key(name, false));
                out.push_str(&head);
                out.push_str(&after_key(
                    child,
                    indent,
                    head.chars().count(),
                    &below,
                    notes,
                ));
            }
        }
        Value::Array(items) => {
            for (at, child) in items.iter().enumerate() {
                let below = index(path, at);
                if let Some(note) = notes.above.get(&below) {
                    comment(&mut out, note, indent);
                }
                out.push_str(&pad);
                out.push_str(&item(child, indent, &below, notes));
            }
        }
        _ => {}
    }
    out
}

/// What follows `key:`, line break included.
pub(crate) fn after_key(
    value: &Value,
    indent: usize,
    used: usize,
    path: &str,
    notes: &Notes,
) -> String {
    if let Value::String(text) = value
        && let Some(literal) = literal(text, indent + 2)
    {
        return format!(" {literal}\n");
    }
    match fitting(value, indent + used + 1, path, notes) {
        Some(line) => format!(" {line}\n"),
        None => format!("\n{}", block(value, indent + 2, path, notes)),
    }
}

/// `- ` and an item, line break included.
pub(crate) fn item(value: &Value, indent: usize, path: &str, notes: &Notes) -> String {
    if let Value::String(text) = value
        && let Some(literal) = literal(text, indent + 2)
    {
        return format!("- {literal}\n");
    }
    match fitting(value, indent + 2, path, notes) {
        Some(line) => format!("- {line}\n"),
        None => format!(
            "- {}",
            block(value, indent + 2, path, notes).trim_start_matches(' ')
        ),
    }
}

/// The value on one line, if it belongs on one.
fn fitting(value: &Value, used: usize, path: &str, notes: &Notes) -> Option<String> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let short = |v: &Value| !matches!(v, Value::Array(_) | Value::Object(_)) && !is_long(v);
            let rows = items
                .iter()
                .all(|v| v.as_array().is_some_and(|row| row.iter().all(short)));
            if !items.iter().all(short) && !rows {
                return None;
            }
        }
        Value::Object(map) if !map.is_empty() => {
            let flat = map.values().all(|v| match v {
                Value::Array(items) => items.is_empty(),
                Value::Object(map) => map.is_empty(),
                other => !is_long(other),
            });
            if !flat || map.len() > TINY {
                return None;
            }
        }
        scalar => return inline(scalar, false),
    }
    let noted = notes.above.keys().any(|key| {
        key.strip_prefix(path)
            .is_some_and(|rest| rest.starts_with(['.', '[']))
    });
    inline(value, false).filter(|line| !noted && used + line.chars().count() <= WIDTH)
}

fn is_long(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.contains('\n') || text.chars().count() > 50)
}

/// The value in flow style, whatever its length.
pub(crate) fn inline(value: &Value, flow: bool) -> Option<String> {
    Some(match value {
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(|v| inline(v, true)).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Object(map) => format!("{{{}}}", pairs(map)?),
        scalar => show(scalar, flow),
    })
}

fn pairs(map: &Map<String, Value>) -> Option<String> {
    let pairs: Option<Vec<String>> = map
        .iter()
        .map(|(k, v)| Some(format!("{}: {}", key(k, true), inline(v, true)?)))
        .collect();
    Some(pairs?.join(", "))
}

/// A key, quoted where its characters need it. Keys are always text, so `on` and `200` stay bare.
pub(crate) fn key(text: &str, flow: bool) -> String {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    let bare = text.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '/')
        && text.chars().all(word);
    if bare || !needs_quotes(text, true) {
        text.to_string()
    } else {
        let _ = flow;
        double_quoted(text)
    }
}

/// `text` as a literal block, its lines indented by `indent`; `None` where it would not come back.
pub(crate) fn literal(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n');
    let lines: Vec<&str> = body.unwrap_or(text).split('\n').collect();
    let odd = |line: &&str| line.chars().any(|c| unprintable(c) && c != '\t');
    if !text.contains('\n')
        || lines.iter().any(odd)
        || lines[0].starts_with([' ', '\t'])
        || lines[0].is_empty()
        || lines.last().is_none_or(|line| line.trim().is_empty())
    {
        return None;
    }
    let pad = " ".repeat(indent);
    let mut out = String::from(if body.is_some() { "|" } else { "|-" });
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&pad);
            out.push_str(line);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::parse;
    use serde_json::json;

    #[test]
    fn the_house_style() {
        let value = json!({
            "name": "shop", "on": "yes", "version": "1.10", "none": null, "empty": [], "tags": ["a", "b, c"],
            "note": "one\n  two\nthree\n",
            "components": {"orders": {"kind": "service", "timeout": "300 ms"}, "db": {"kind": "store", "a": 1, "b": 2.5, "c": true}},
            "relations": [{"from": "orders", "to": "db"}, {"from": "a", "to": {"x": [1]}}],
            "unique": [["a", "b"], ["c"]],
        });
        let mut notes = Notes {
            header: Some("Made by hand.\n\nKeep.".into()),
            ..Notes::default()
        };
        notes
            .above
            .insert("components.db".into(), "the only store".into());
        let text = emit_with(&value, &notes);
        assert_eq!(
            text,
            "# Made by hand.\n#\n# Keep.\n\nname: shop\non: \"yes\"\nversion: \"1.10\"\nnone: null\nempty: []\n\
            tags: [a, \"b, c\"]\nnote: |\n  one\n    two\n  three\ncomponents:\n  orders: {kind: service, timeout: 300 ms}\n  \
            # the only store\n  db:\n    kind: store\n    a: 1\n    b: 2.5\n    c: true\nrelations:\n  - {from: orders, to: db}\n  \
            - from: a\n    to:\n      x: [1]\nunique: [[a, b], [c]]\n"
        );
        let parsed = parse(0, &text);
        assert!(parsed.faults.is_empty(), "{:?}", parsed.faults);
        assert_eq!(parsed.root.unwrap().to_value(), value);
    }
}
