//! The tree: every key and scalar with its file and byte range, in a strict subset of YAML.
//!
//! Left out on purpose: anchors, aliases and merge keys (so nothing expands), tags, several
//! documents in one file, and keys that are not plain text. JSON is the same tree.

use crate::build::parse_part;
use crate::fault::Fault;
use crate::recover;
use crate::scalar::{Meaning, meaning};
use crate::source::span_at;
use model::Span;
use serde_json::Value;

/// Deepest nesting of lists and maps.
pub const MAX_DEPTH: usize = 64;
/// Largest file, in bytes.
pub const MAX_BYTES: usize = 8 << 20;
/// Most keys and values of one file.
pub const MAX_NODES: usize = 500_000;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: Kind,
    /// Number of the file in [`crate::Sources`].
    pub file: usize,
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Map(Map),
    Seq(Seq),
    Scalar(Scalar),
    /// Something stood here and was reported as faulty.
    Broken,
}

/// Entries in the order of the file, without duplicates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    pub entries: Vec<(Key, Node)>,
    /// Written with braces.
    pub flow: bool,
    /// Some entries were dropped as faulty, so a missing key may have been written.
    pub broken: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seq {
    pub items: Vec<Node>,
    /// Written with brackets.
    pub flow: bool,
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub text: String,
    pub file: usize,
    pub span: Span,
}

/// The text after unescaping; `style` says how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

impl Node {
    /// A value by its position.
    pub fn at(&self) -> (usize, Span) {
        (self.file, self.span)
    }
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }
    /// The value under `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.entry(key).map(|(_, node)| node)
    }
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }
    /// Whether this is a scalar without quotes.
    pub fn is_plain(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(s) if s.style == Style::Plain)
    }
    /// Whether this is an empty place or the word null.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(s) if s.meaning() == Meaning::Null)
    }
    /// The value without places, read by the core schema alone.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Map(map) => Value::Object(
                map.entries
                    .iter()
                    .map(|(k, n)| (k.text.clone(), n.to_value()))
                    .collect(),
            ),
            Kind::Seq(seq) => Value::Array(seq.items.iter().map(Node::to_value).collect()),
            Kind::Scalar(scalar) => match scalar.meaning() {
                Meaning::Null => Value::Null,
                Meaning::Bool(b) => Value::Bool(b),
                Meaning::Number(n) => Value::Number(n),
                Meaning::Text => Value::String(scalar.text.clone()),
            },
            Kind::Broken => Value::Null,
        }
    }
}

impl Map {
    pub fn entry(&self, key: &str) -> Option<&(Key, Node)> {
        self.entries.iter().find(|(k, _)| k.text == key)
    }
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(k, _)| k.text.as_str())
    }
}

impl Scalar {
    /// What the core schema makes of it; anything quoted is text.
    pub fn meaning(&self) -> Meaning {
        if self.style == Style::Plain {
            meaning(&self.text)
        } else {
            Meaning::Text
        }
    }
}

/// A tree as far as it could be read, and what was wrong.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// `None` for an empty file and where nothing could be read.
    pub root: Option<Node>,
    pub faults: Vec<Fault>,
}

/// Checks size and encoding of `bytes` and gives the text; what is not UTF-8 becomes U+FFFD.
pub fn decode(file: usize, bytes: &[u8]) -> (String, Option<Fault>) {
    if bytes.len() > MAX_BYTES {
        let message = format!(
            "the file has {} bytes, the limit is {MAX_BYTES}",
            bytes.len()
        );
        let at = (
            file,
            Span {
                line: 1,
                column: 1,
                ..Span::default()
            },
        );
        let remedy = "Split it with `include`, and keep generated data out of the model.";
        return (
            String::new(),
            Some(Fault::new("too-large", "", at, message, remedy)),
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_string(), None),
        Err(error) => {
            let offset = error.valid_up_to();
            let text = String::from_utf8_lossy(bytes).into_owned();
            let span = span_at(&text, offset, offset + 3);
            let byte = bytes.get(offset).copied().unwrap_or_default();
            let message = format!("byte {offset} of the file (0x{byte:02X}) is not UTF-8");
            let remedy = "Save the file as UTF-8.";
            (
                text,
                Some(Fault::new("not-utf8", "", (file, span), message, remedy)),
            )
        }
    }
}

/// Reads `text`, file number `file`. Never fails: faults are listed and the rest is read.
pub fn parse(file: usize, text: &str) -> Parsed {
    match parse_part(file, text, 0, 0, MAX_NODES) {
        Ok(parsed) => parsed,
        Err(stop) if stop.fatal => Parsed {
            root: None,
            faults: stop.faults,
        },
        Err(stop) => recover::recover(file, text, stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        parse(0, text).faults.iter().map(|f| f.rule).collect()
    }

    #[test]
    fn spans_are_exact_after_non_ascii() {
        let text =
            "\u{feff}naïve: {größe: 'é', b: [1, zwei]}\nlast: |\n  one\n  two\n\nend: x # c\n";
        let parsed = parse(0, text);
        assert!(parsed.faults.is_empty(), "{:?}", parsed.faults);
        let root = parsed.root.unwrap();
        let slice = |n: &Node| &text[n.span.start..n.span.end];
        let naive = root.get("naïve").unwrap();
        assert_eq!(slice(naive), "{größe: 'é', b: [1, zwei]}");
        assert_eq!(slice(naive.get("größe").unwrap()), "'é'");
        assert_eq!(naive.get("größe").unwrap().span.column, 16);
        assert_eq!(slice(naive.get("b").unwrap()), "[1, zwei]");
        assert_eq!(slice(root.get("last").unwrap()), "|\n  one\n  two");
        assert_eq!(root.get("last").unwrap().text(), Some("one\ntwo\n"));
        assert_eq!(slice(root.get("end").unwrap()), "x");
        assert_eq!(root.get("end").unwrap().span.line, 6);
        assert_eq!(slice(&root), &text[3..text.len() - 5]);
    }

    #[test]
    fn what_the_format_leaves_out() {
        assert_eq!(
            rules("a: &x 1\nb: *x\n"),
            ["unsupported-yaml", "unsupported-yaml"]
        );
        assert_eq!(rules("a:\n  <<: {b: 1}\n"), ["unsupported-yaml"]);
        assert_eq!(rules("a: !!str 1\n"), ["unsupported-yaml"]);
        assert_eq!(rules("a: 1\n---\nb: 2\n"), ["unsupported-yaml"]);
        assert_eq!(rules("? [a]\n: 1\n"), ["unsupported-yaml"]);
        assert_eq!(rules("a: 1\nb: 2\na: 3\n"), ["duplicate-key"]);
        assert_eq!(
            rules(&format!("{}{}", "[".repeat(70), "]".repeat(70))),
            ["too-deep"]
        );
        assert_eq!(rules("%YAML 1.2\n---\na: 1\n"), ["bad-syntax"]);
        assert_eq!(rules("a:\n\tb: 1\n"), ["bad-syntax"]);
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        let (_, fault) = decode(0, b"a: \xff\n");
        let fault = fault.unwrap();
        assert_eq!((fault.rule, fault.span.start), ("not-utf8", 3));
        assert!(fault.message.contains("byte 3 "));
        assert_eq!(
            decode(0, &vec![b' '; MAX_BYTES + 1]).1.unwrap().rule,
            "too-large"
        );
    }

    #[test]
    fn json_is_the_same_tree() {
        let root = parse(0, "{\"a\": [1, 2.5, \"x\", null, true], \"b\": {}}")
            .root
            .unwrap();
        assert_eq!(
            root.to_value(),
            serde_json::json!({"a": [1, 2.5, "x", null, true], "b": {}})
        );
    }
}
