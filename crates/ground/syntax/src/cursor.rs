//! What may be written at a place of a text that is being written: for editors.
//!
//! The word at the place is replaced by a mark, the text is read again (`recover` keeps what parses
//! around an unfinished line), and the schema is followed down to the mark. So the place is found the
//! same way in blocks, in flow maps and on a line that is not finished.

use crate::ids::Ids;
use crate::path::{Step, show};
use crate::schema::{Schema, Shape, Types};
use crate::suggest::list;
use crate::tree::{Kind, Map, Node, parse};
use serde_json::Value;
use std::ops::Range;

/// A word that stands nowhere in a model.
const MARK: &str = "zz-cursor-zz";

/// What is offered at a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offers {
    /// The bytes that an offer replaces.
    pub range: Range<usize>,
    pub items: Vec<Offer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What is written in place of the range.
    pub text: String,
    pub kind: OfferKind,
    /// Type, unit and example in one line.
    pub detail: String,
    /// What it means.
    pub about: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    Key,
    Id,
    Word,
    Quantity,
}

/// What the schema says of a key or a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    pub description: String,
    /// In words: `text or a list`.
    pub types: String,
    /// The kind of quantity, where it is one.
    pub quantity: Option<String>,
    /// The collections it refers to, where it is a reference.
    pub refers: Option<String>,
    /// The words it is limited to, with what each means.
    pub words: Vec<(String, String)>,
    pub example: Option<String>,
    pub required: bool,
}

impl About {
    pub fn of(schema: &Schema, of: &Value) -> About {
        let shape = schema.loose(of);
        let first = |word: &str| shape.text(word).map(str::to_string);
        let mut words: Vec<(String, String)> = Vec::new();
        for (word, about) in shape.words_with_docs() {
            if !words.iter().any(|(known, _)| known == word) {
                words.push((word.to_string(), about.unwrap_or_default().to_string()));
            }
        }
        // Of a choice the first description is the property's own; a variant's own says nothing of it.
        let variant = of.get("description").is_none() && !words.is_empty();
        About {
            description: first("description")
                .filter(|_| !variant)
                .unwrap_or_default(),
            types: schema.types(of).words(),
            quantity: first("x-quantity"),
            refers: first("x-ref"),
            words,
            example: shape
                .keyword("examples")
                .and_then(|e| e.get(0))
                .map(|e| e.as_str().map_or_else(|| e.to_string(), str::to_string)),
            required: false,
        }
    }

    /// Type, unit and example in one line.
    pub fn line(&self) -> String {
        let mut line = match (&self.quantity, &self.refers) {
            (Some(kind), _) => format!("a {}", kind.replace('-', " ")),
            (None, Some(collections)) => format!("an id of {}", collections.replace('|', " or ")),
            (None, None) if !self.words.is_empty() => {
                list(self.words.iter().map(|(word, _)| word.as_str()))
            }
            (None, None) => self.types.clone(),
        };
        if let Some(example) = &self.example {
            line.push_str(&format!(", such as `{example}`"));
        }
        if self.required {
            line.push_str("; required");
        }
        line
    }
}

/// Where a path leads in a schema.
struct Reached<'s, 'n> {
    /// The schema of the last step's value; none where nothing is known of it.
    of: Option<&'s Value>,
    /// The map or list that holds the last step, and what holds for it.
    holder: &'n Node,
    shape: Shape<'s>,
    /// Ids of the enclosing entries, outermost first.
    scope: Vec<String>,
}

fn reach<'s, 'n>(schema: &'s Schema, root: &'n Node, steps: &[Step]) -> Option<Reached<'s, 'n>> {
    let (mut of, mut node) = (schema.root(), root);
    let mut scope = Vec::new();
    for (depth, step) in steps.iter().enumerate() {
        let shape = match schema.expand(of, node) {
            Ok(shape) => shape,
            Err(_) => schema.loose(of),
        };
        let (next, child) = match (step, &node.kind) {
            (Step::Key(key), Kind::Map(map)) => {
                let property = shape.property(key);
                let next = property.or_else(|| shape.additional());
                // An id belongs to the scope of what is under it, and not to its own.
                let inside = depth + 1 < steps.len();
                if property.is_none() && shape.text("x-ids").is_some() && inside {
                    scope.push(key.clone());
                }
                (next, map.entry(key).map(|(_, child)| child))
            }
            (Step::Index(at), Kind::Seq(seq)) => (shape.keyword("items"), seq.items.get(*at)),
            _ => return None,
        };
        if depth + 1 == steps.len() {
            let holder = node;
            return Some(Reached {
                of: next,
                holder,
                shape,
                scope,
            });
        }
        (of, node) = (next?, child?);
    }
    None
}

/// What the schema says of the key or item at a path of a tree.
pub fn about(schema: &Schema, root: &Node, steps: &[Step]) -> Option<About> {
    let reached = reach(schema, root, steps)?;
    let mut about = About::of(schema, reached.of?);
    if let Some(Step::Key(key)) = steps.last() {
        about.required = reached.shape.is_required(key);
    }
    Some(about)
}

/// The keys that may still be written into the map at a path, and those that it lacks.
pub fn free_keys(schema: &Schema, root: &Node, steps: &[Step]) -> Vec<(String, About)> {
    let mut node = root;
    for step in steps {
        let child = match (step, &node.kind) {
            (Step::Key(key), Kind::Map(map)) => map.entry(key).map(|(_, child)| child),
            (Step::Index(at), Kind::Seq(seq)) => seq.items.get(*at),
            _ => None,
        };
        match child {
            Some(child) => node = child,
            None => return Vec::new(),
        }
    }
    let of = match steps {
        [] => Some(schema.root()),
        steps => reach(schema, root, steps).and_then(|reached| reached.of),
    };
    let (Some(of), Kind::Map(map)) = (of, &node.kind) else {
        return Vec::new();
    };
    let shape = schema.expand(of, node).unwrap_or_else(|_| schema.loose(of));
    keys_of(schema, &shape, map)
}

fn keys_of(schema: &Schema, shape: &Shape<'_>, map: &Map) -> Vec<(String, About)> {
    let mut keys: Vec<(String, About)> = Vec::new();
    for (key, of) in shape.properties() {
        if map.entry(key).is_some() || keys.iter().any(|(known, _)| known == key) {
            continue;
        }
        let mut about = About::of(schema, of);
        about.required = shape.is_required(key);
        keys.push((key.to_string(), about));
    }
    keys
}

/// The scope of ids at a path: the ids of the entries that enclose it.
pub fn scope(schema: &Schema, root: &Node, steps: &[Step]) -> Vec<String> {
    reach(schema, root, steps).map_or_else(Vec::new, |reached| reached.scope)
}

/// What may be written at byte `offset` of `text`.
///
/// `ids` are the declared ones of all files; `units` gives texts of a kind of quantity that begin
/// with what was written.
pub fn offers(
    schema: &Schema,
    text: &str,
    offset: usize,
    ids: &Ids,
    units: &dyn Fn(&str, &str) -> Vec<String>,
) -> Offers {
    let spot = Spot::at(text, crate::source::floor(text, offset));
    let mut found = Offers {
        range: spot.range.clone(),
        items: Vec::new(),
    };
    for attempt in spot.attempts(text) {
        let parsed = parse(0, &attempt);
        let Some(root) = parsed.root else { continue };
        let mut steps = Vec::new();
        if !find(&root, &mut steps) {
            continue;
        }
        let is_key = steps.last() == Some(&Step::Key(MARK.to_string()));
        let Some(reached) = reach(schema, &root, &steps) else {
            continue;
        };
        let count = found.items.len();
        if is_key {
            keys(schema, &reached, &spot, &mut found.items);
        } else {
            values(schema, &reached, ids, &spot, units, &mut found.items);
        }
        // A name on a line of its own may be a key or an item; what both offer is said once.
        let (known, new) = found.items.split_at(count);
        let new: Vec<Offer> = new.iter().filter(|n| !known.contains(n)).cloned().collect();
        found.items.truncate(count);
        found.items.extend(new);
    }
    found
}

/// Offers the keys of the map that holds the mark.
fn keys(schema: &Schema, reached: &Reached<'_, '_>, spot: &Spot, items: &mut Vec<Offer>) {
    let Kind::Map(map) = &reached.holder.kind else {
        return;
    };
    let end = if spot.colon { "" } else { ":" };
    for (key, about) in keys_of(schema, &reached.shape, map) {
        let opens = about.words.is_empty() && schema_opens(schema, &reached.shape, &key);
        let space = if spot.colon || opens { "" } else { " " };
        items.push(Offer {
            text: format!("{key}{end}{space}"),
            kind: OfferKind::Key,
            detail: about.line(),
            about: about.description,
        });
    }
}

/// Whether the value of a key can only be a map or a list, which begins on the next line.
fn schema_opens(schema: &Schema, shape: &Shape<'_>, key: &str) -> bool {
    let types = shape
        .property(key)
        .map_or(Types::ALL, |of| schema.types(of));
    let scalar = Types::STR.or(Types::NUM).or(Types::INT).or(Types::BOOL);
    !types.has(scalar)
}

/// Offers what the value in place of the mark may be.
fn values(
    schema: &Schema,
    reached: &Reached<'_, '_>,
    ids: &Ids,
    spot: &Spot,
    units: &dyn Fn(&str, &str) -> Vec<String>,
    items: &mut Vec<Offer>,
) {
    let Some(of) = reached.of else { return };
    let about = About::of(schema, of);
    let space = if spot.spaced { "" } else { " " };
    let mut push = |text: &str, kind, detail: String, about: String| {
        items.push(Offer {
            text: format!("{space}{text}"),
            kind,
            detail,
            about,
        });
    };
    for (word, meaning) in &about.words {
        push(word, OfferKind::Word, String::new(), meaning.clone());
    }
    if let Some(collections) = &about.refers {
        for id in ids.writable(collections, &reached.scope) {
            push(
                &id,
                OfferKind::Id,
                collections.replace('|', " or "),
                String::new(),
            );
        }
    }
    if let Some(kind) = &about.quantity {
        for text in units(kind, &spot.written) {
            push(
                &text,
                OfferKind::Quantity,
                format!("a {}", kind.replace('-', " ")),
                about.description.clone(),
            );
        }
    }
    let types = schema.types(of);
    if types.has(Types::BOOL) && about.words.is_empty() {
        for word in ["true", "false"] {
            push(
                word,
                OfferKind::Word,
                String::new(),
                about.description.clone(),
            );
        }
    }
}

/// The steps to the mark, if it is in the tree.
fn find(node: &Node, steps: &mut Vec<Step>) -> bool {
    match &node.kind {
        Kind::Map(map) => map.entries.iter().any(|(key, child)| {
            steps.push(Step::Key(key.text.clone()));
            let here = key.text == MARK || find(child, steps);
            if !here {
                steps.pop();
            }
            here
        }),
        Kind::Seq(seq) => seq.items.iter().enumerate().any(|(at, child)| {
            steps.push(Step::Index(at));
            let here = find(child, steps);
            if !here {
                steps.pop();
            }
            here
        }),
        Kind::Scalar(scalar) => scalar.text == MARK,
        Kind::Broken => false,
    }
}

/// The path of the mark in words, for messages.
pub fn shown(steps: &[Step]) -> String {
    show(steps)
}

/// The word at a place, and what kind of place it is by the line alone.
struct Spot {
    /// The bytes of the word.
    range: Range<usize>,
    /// After a key's colon.
    value: bool,
    /// A space stands between the colon and the word, or none is needed.
    spaced: bool,
    /// A colon follows the word: a key is replaced, not added.
    colon: bool,
    /// What of the word stands before the cursor.
    written: String,
    /// Closing brackets that the line lacks.
    closing: String,
}

impl Spot {
    fn at(text: &str, offset: usize) -> Spot {
        let line_start = text[..offset].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let line_end = text[offset..]
            .find(['\n', '\r'])
            .map_or(text.len(), |i| offset + i);
        let before = &text[line_start..offset];
        let mut open: Vec<char> = Vec::new();
        let mut quote = None;
        // Where the present word begins, and whether a colon opened it.
        let (mut start, mut value) = (indent(before), false);
        let mut colon_at = None;
        let mut last = ' ';
        for (at, c) in before.char_indices() {
            match (quote, c) {
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if last == ' ' || "[{,:".contains(last) => quote = Some(c),
                (None, '{' | '[') if last == ' ' || "[{,:".contains(last) => {
                    open.push(c);
                    (start, value) = (at + 1, false);
                }
                (None, '}' | ']') if !open.is_empty() => {
                    open.pop();
                }
                (None, ',') if !open.is_empty() => (start, value) = (at + 1, false),
                (None, ':') => {
                    let next = before[at + 1..].chars().next();
                    if next.is_none_or(|n| n == ' ') && !value {
                        (start, value) = (at + 1, true);
                        colon_at = Some(at);
                    }
                }
                _ => {}
            }
            last = c;
        }
        let word = &before[start..];
        let lead = word.len() - word.trim_start().len();
        let spaced = !value || lead > 0 || colon_at.is_none_or(|at| at + 1 < start);
        let from = line_start + start + lead;
        let rest = &text[offset..line_end];
        let stop = |c: char| !open.is_empty() && ",]}".contains(c);
        let mut end = rest
            .find(|c| stop(c) || (!value && c == ':'))
            .unwrap_or(rest.len());
        if let Some(comment) = rest[..end]
            .find(" #")
            .or(rest.starts_with('#').then_some(0))
        {
            end = comment;
        }
        let tail = &rest[..end];
        let to = offset + tail.trim_end().len();
        let mut closing = String::new();
        for c in open.iter().rev() {
            let close = if *c == '{' { '}' } else { ']' };
            if !rest.contains(close) {
                closing.push(close);
            }
        }
        Spot {
            range: from.min(offset)..to.max(offset),
            value,
            spaced,
            colon: text[to.max(offset)..line_end].trim_start().starts_with(':'),
            written: text[from.min(offset)..offset].to_string(),
            closing,
        }
    }

    /// The text with the mark in place of the word: as a value, or as a key and as an item.
    fn attempts(&self, text: &str) -> Vec<String> {
        let (before, after) = (&text[..self.range.start], &text[self.range.end..]);
        let line_end = after.find(['\n', '\r']).unwrap_or(after.len());
        let (line, below) = after.split_at(line_end);
        let build = |word: &str, line: &str| format!("{before}{word}{line}{}{below}", self.closing);
        let space = if self.spaced { "" } else { " " };
        if self.value {
            return vec![build(&format!("{space}{MARK}"), line)];
        }
        if self.colon {
            return vec![build(MARK, line)];
        }
        vec![build(&format!("{MARK}: "), line), build(MARK, line)]
    }
}

/// The bytes of a line's indentation and of the dashes of its list items.
fn indent(line: &str) -> usize {
    let mut at = line.len() - line.trim_start_matches(' ').len();
    while line[at..].starts_with("- ") {
        at += 2;
        at += line[at..].len() - line[at..].trim_start_matches(' ').len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Schema {
        Schema::new(json!({
            "type": "object",
            "properties": {
                "style": {"enum": ["plain", "rich"], "description": "How it looks."},
                "parts": {
                    "type": "object", "x-ids": "parts",
                    "additionalProperties": {
                        "type": "object",
                        "properties": {
                            "kind": {"enum": ["store", "service"], "type": "string"},
                            "near": {"type": "string", "x-ref": "parts"},
                            "wait": {"type": "string", "x-quantity": "duration"},
                            "open": {"type": "boolean"},
                            "steps": {"type": "array", "items": {
                                "type": "object",
                                "properties": {"on": {"type": "string", "x-ref": "parts"}, "times": {"type": "number"}},
                            }},
                            "all": {"type": "array", "items": {"type": "string", "x-ref": "parts"}},
                        },
                        "required": ["kind"],
                    },
                },
            },
        }))
    }

    /// What is offered at `|`, and what it replaces.
    fn at(marked: &str) -> (Vec<String>, String) {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let schema = schema();
        let whole = parse(0, "parts: {app: {kind: service}, db: {kind: store}}");
        let ids = Ids::collect(&schema, &whole.root.unwrap());
        let units = |_: &str, written: &str| vec![format!("{}ms", written)];
        let found = offers(&schema, &text, offset, &ids, &units);
        let texts = found.items.iter().map(|i| i.text.clone()).collect();
        (texts, text[found.range].to_string())
    }

    #[test]
    fn keys_on_empty_and_unfinished_lines() {
        assert_eq!(at("|").0, ["style: ", "parts:"]);
        assert_eq!(at("st|").0, ["style: ", "parts:"]);
        assert_eq!(at("st|").1, "st");
        let keys = ["near: ", "wait: ", "open: ", "steps:", "all:"];
        assert_eq!(
            at("parts:\n  app:\n    kind: store\n    |\n  db:\n    kind: store\n").0,
            keys
        );
        assert_eq!(
            at("parts:\n  app:\n    kind: store\n    ne|\nstyle: rich\n").0,
            keys
        );
        // A line above that does not parse takes nothing away.
        assert_eq!(
            at("style: [\nparts:\n  app:\n    kind: store\n    ne|\n").0,
            keys
        );
    }

    #[test]
    fn a_key_that_is_replaced_keeps_its_colon() {
        let (texts, range) = at("parts:\n  app:\n    ki|nt: store\n");
        assert_eq!(range, "kint");
        assert!(texts.contains(&"kind".to_string()), "{texts:?}");
    }

    #[test]
    fn values_of_each_kind() {
        assert_eq!(at("style: |").0, ["plain", "rich"]);
        assert_eq!(at("style:|").0, [" plain", " rich"]);
        assert_eq!(at("style: pl|n # why\n").1, "pln");
        assert_eq!(at("parts:\n  app:\n    near: |\n").0, ["app", "db"]);
        assert_eq!(at("parts:\n  app:\n    wait: 30 |\n").0, ["30 ms"]);
        assert_eq!(at("parts:\n  app:\n    open: |\n").0, ["true", "false"]);
    }

    #[test]
    fn in_lists_and_flow() {
        assert_eq!(at("parts:\n  app:\n    all:\n      - |\n").0, ["app", "db"]);
        assert_eq!(at("parts:\n  app:\n    all: [app, |\n").0, ["app", "db"]);
        assert_eq!(at("parts:\n  app:\n    all: [app, d|]\n").1, "d");
        assert_eq!(
            at("parts:\n  app:\n    steps:\n      - {on: |}\n").0,
            ["app", "db"]
        );
        assert_eq!(
            at("parts:\n  app:\n    steps:\n      - {on: app, t|\n").0,
            ["times: "]
        );
        assert_eq!(
            at("parts:\n  app:\n    steps:\n      - on: app\n        |\n").0,
            ["times: "]
        );
    }
}
