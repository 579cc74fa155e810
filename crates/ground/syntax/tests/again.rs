//! Read in parts is read whole: after any edit, the tree of the entry that changed, put into the tree
//! before, is the tree of the whole text.

mod support;

use groundplan_syntax::again::{Before, parse_again};
use groundplan_syntax::ids::Ids;
use groundplan_syntax::tree::{Kind, Node, parse};
use groundplan_syntax::{Hooks, Loaded, Schema, SourceFile, load, load_again};
use serde_json::{Value, json};
use support::Random;

/// What an edit inserts: what people type, and what changes the meaning of lines around it.
const WORDS: &[&str] = &[
    "a",
    "12",
    " ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "\n  ",
    "\n    ",
    "\n  new:\n    kind: x\n",
    "\n  new: {a: 1}\n",
    "\nnew:\n  a: 1\n",
    "\n    b: 2",
    "x: ",
    ":",
    ": ",
    "- ",
    "\n  - c",
    "\n- c\n",
    "[1, 2]",
    "[",
    "]",
    "{a: 1}",
    "{",
    "}",
    "\"",
    "'",
    " # said",
    "# said\n",
    "\n#x\n",
    "|\n",
    "|+\n      kept\n\n\n",
    ">-\n      folded\n",
    "\t",
    "\r",
    "\r\n",
    "---\n",
    "\n---\n",
    "\n...\n",
    "%",
    "&a ",
    "*a",
    "!t ",
    "<<: ",
    "? ",
    "\n  ? k\n",
    "é",
    "\u{feff}",
    "~",
    "null",
    ",",
];

const ODD: &str = "\
first: 1
empty:
list:
- a
- b: 1
  c: 2
# between
section:   # said
  # above
  one:
    kind: service   # a kind
    text: |
      lines

      of text

    folded: >-
      more
       lines
  # below one
  two: {a: 1, b: [x, y]}
  three:
    a:
    b:
    - 1
    -
  four: \"quoted
    over lines\"
  five:
    plain over
    lines


  six: 'it''s'
  seven:
    deep: {a: {b: {c: [1, {d: 2}]}}}
    é: größe
last:
  x:
    y:
";

fn edited(text: &str, random: &mut Random) -> String {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let mut end = (at + random.below(12)).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let word = WORDS[random.below(WORDS.len())];
    match random.below(5) {
        0 => format!("{}{}", &text[..at], &text[end.max(at)..]),
        1 => format!("{}{word}{}", &text[..at], &text[end.max(at)..]),
        2 => {
            // A line twice, or one that goes.
            let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
            let stop = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
            match random.below(2) {
                0 => format!("{}{}", &text[..stop], &text[start..]),
                _ => format!("{}{}", &text[..start], &text[stop..]),
            }
        }
        _ => format!("{}{word}{}", &text[..at], &text[at..]),
    }
}

/// A tree, one line for each key and value, so that a difference can be read.
fn said(root: &Option<Node>) -> String {
    root.as_ref().map_or_else(String::new, said_of)
}

fn said_of(node: &Node) -> String {
    match &node.kind {
        Kind::Map(map) => {
            let entries = map.entries.iter();
            let entries = entries.map(|(key, value)| format!("{key:?}\n{}", said_of(value)));
            let all: String = entries.collect();
            format!("map {} {} {:?}\n{all}", map.flow, map.broken, node.span)
        }
        Kind::Seq(seq) => {
            let all: String = seq.items.iter().map(said_of).collect();
            format!("list {} {:?}\n{all}", seq.flow, node.span)
        }
        _ => format!("{node:?}\n"),
    }
}

fn seeds() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");
    let real = ["parcels", "orders", "telemetry"].map(|name| {
        let path = format!("{root}/examples/{name}/brief.yaml");
        std::fs::read_to_string(path).unwrap()
    });
    let ends = [ODD.replace('\n', "\r\n"), ODD.trim_end().to_string()];
    [ODD.to_string()]
        .into_iter()
        .chain(ends)
        .chain(real)
        .collect()
}

#[test]
fn a_tree_renewed_in_part_is_the_tree_of_the_whole() {
    let mut random = Random(0x5eed);
    let (mut renewed, mut all) = (0, 0);
    for seed in seeds() {
        let mut text = seed.clone();
        let mut root = parse(0, &text).root.unwrap();
        for round in 0..4_000_000 / (seed.len() + 500) {
            if round % 20 == 0 {
                text.clone_from(&seed);
                root = parse(0, &text).root.unwrap();
            }
            let now = edited(&text, &mut random);
            let whole = parse(0, &now);
            let before = Before {
                text: &text,
                root: &root,
            };
            let part = parse_again(&now, before);
            all += 1;
            if let Some((part, _)) = part {
                renewed += 1;
                assert_eq!(part.faults, whole.faults, "{text}\n-->\n{now}");
                let (part_said, whole_said) = (said(&part.root), said(&whole.root));
                let mut lines = part_said.lines().zip(whole_said.lines());
                let differ = lines.find(|(a, b)| a != b);
                assert_eq!(differ, None, "{text}\n-->\n{now}");
                assert_eq!(part_said, whole_said);
            }
            // What was put together is what the next change begins from.
            if whole.faults.is_empty()
                && let Some(whole) = whole.root
            {
                (text, root) = (now, whole);
            }
        }
    }
    assert!(renewed * 10 > all * 6, "{renewed} of {all} in part");
}

/// Loads texts against `schema`, each after the last and whole.
fn loaded_alike<T: model::Plain>(
    schema: &Schema,
    known: Option<&Ids>,
    texts: impl Iterator<Item = String>,
) {
    let hooks = match known {
        Some(ids) => Hooks::model().with_known(ids),
        None => Hooks::model(),
    };
    let mut last: Option<Loaded<T>> = None;
    for text in texts {
        let load = |last: Option<&Loaded<T>>| {
            let mut read = |_: &str| Ok(text.as_bytes().to_vec());
            load_again::<T>(schema, "a.yaml", &mut read, &hooks, last)
        };
        let (part, whole) = (load(last.as_ref()), load(None));
        assert_eq!(part.findings, whole.findings, "{text}");
        assert_eq!(part.tree, whole.tree, "{text}");
        assert_eq!(format!("{:?}", part.ids), format!("{:?}", whole.ids));
        // As text: maps that differ in their order are equal.
        let said = |loaded: &Loaded<T>| {
            let value = loaded.value.as_ref().map(|value| value.to_value().unwrap());
            serde_json::to_string(&value).unwrap()
        };
        assert_eq!(said(&part), said(&whole), "{text}");
        last = Some(part);
    }
}

/// A text and what becomes of it by `edit`; now and
/// then an edit is undone, and all of them.
fn history(
    seed: &str,
    rounds: usize,
    mut edit: impl FnMut(&str) -> String,
) -> impl Iterator<Item = String> {
    let (mut text, mut before) = (seed.to_string(), seed.to_string());
    (0..rounds).map(move |round| {
        let now = match round % 12 {
            0 => seed.to_string(),
            4 | 7 => before.clone(),
            _ => edit(&text),
        };
        before = std::mem::replace(&mut text, now);
        text.clone()
    })
}

/// Whatever a schema makes of a file.
struct Any(Value);

impl model::Plain for Any {
    fn from_value(value: &Value) -> Result<Self, serde_json::Error> {
        Ok(Any(value.clone()))
    }
    fn to_value(&self) -> Result<Value, serde_json::Error> {
        Ok(self.0.clone())
    }
    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["things"],
            "properties": {
                "things": {"x-ids": "things", "type": "object", "additionalProperties": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {
                        "kind": {"enum": ["one", "two"]},
                        "to": {"type": "string", "x-ref": "things"},
                        "parts": {"x-ids": "parts", "type": "object", "additionalProperties": {
                            "type": "object",
                            "properties": {
                                "next": {"type": "string", "x-ref": "parts"},
                                "rate": {"type": "string", "x-quantity": "rate"},
                            },
                        }},
                    },
                }},
                "uses": {"type": "object", "additionalProperties": {"oneOf": [
                    {"type": "object", "additionalProperties": false, "required": ["of", "by"], "properties": {
                        "of": {"const": "things"},
                        "by": {"type": "object", "additionalProperties": {"type": "string", "x-ref": "things"}},
                    }},
                    {"type": "object", "additionalProperties": false, "required": ["of", "by"], "properties": {
                        "of": {"const": "parts"},
                        "by": {"type": "object", "additionalProperties": {"type": "string", "x-ref": "parts"}},
                    }},
                    {"type": "object", "additionalProperties": {"type": "string"}},
                ]}},
            },
        })
    }
}

const SMALL: &str = "\
things:
  one:
    kind: one
    to: two
    parts:
      left: {next: right}
      right:
        next: left
        rate: 2/s
  two:
    kind: two
    to: one
  three:
    parts:
      left: {next: three}
    kind: one
uses:
  first:
    of: things
    by:
      one: two
      two: three
  second:
    of: parts
    by:
      one: one.left
";

/// The text with one of its words another of them: ids that come, go and are taken twice, references
/// that lead elsewhere or nowhere, kinds that make a map another map.
fn reworded(text: &str, random: &mut Random) -> String {
    const POOL: &[&str] = &[
        "one", "two", "three", "left", "right", "one.left", "things", "parts", "kind", "to",
        "next", "of", "by", "2/s", "2 m", "no", "{}", "four",
    ];
    let letter = |c: char| c.is_ascii_alphanumeric() || "./-".contains(c);
    let starts = text
        .char_indices()
        .filter(|(at, c)| letter(*c) && !text[..*at].chars().next_back().is_some_and(letter));
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let Some(at) = starts.get(random.below(starts.len())).copied() else {
        return text.to_string();
    };
    let end = text[at..]
        .find(|c| !letter(c))
        .map_or(text.len(), |i| at + i);
    let word = POOL[random.below(POOL.len())];
    format!("{}{word}{}", &text[..at], &text[end..])
}

#[test]
fn what_is_checked_in_part_is_checked_as_the_whole_is() {
    let schema = Schema::of::<Any>();
    let mut random = Random(0xfeed);
    let edit = |text: &str| match random.below(6) {
        0 => edited(text, &mut random),
        _ => reworded(text, &mut random),
    };
    loaded_alike::<Any>(&schema, None, history(SMALL, 4000, edit));
}

#[test]
fn a_document_loaded_in_part_is_the_document_loaded_whole() {
    let file = |name: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");
        std::fs::read_to_string(format!("{root}/examples/{name}")).unwrap()
    };
    let mut random = Random(0xbeef);
    for name in ["cli-tool", "internal-service", "conduit"] {
        let brief = file(&format!("{name}/brief.yaml"));
        let source = SourceFile::new("brief.yaml", brief.clone());
        let known = load::<model::Brief>(&[source], &Hooks::model()).ids;
        let edits = history(&brief, 100, |text| edited(text, &mut random));
        loaded_alike::<model::Brief>(&Schema::of::<model::Brief>(), None, edits);
        let architecture = file(&format!("{name}/architecture.yaml"));
        let edits = history(&architecture, 60, |text| edited(text, &mut random));
        let schema = Schema::of::<model::Architecture>();
        loaded_alike::<model::Architecture>(&schema, Some(&known), edits);
    }
}
