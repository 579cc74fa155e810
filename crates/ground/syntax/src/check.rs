//! The second pass: the tree held against the schema, faults listed, the sound rest as a value.
//!
//! Pruning: a faulty optional key is dropped; an entry or list item that lacks what it needs is
//! dropped whole, and so on upwards. The root is never dropped.

use crate::complain::subject;
use crate::fault::Fault;
use crate::hooks::Hooks;
use crate::ids::Ids;
use crate::path::{index, join};
use crate::scalar::Meaning;
use crate::schema::{Schema, Shape, Types};
use crate::source::Sources;
use crate::suggest::nearest;
use crate::tree::{Key, Kind, Map, Node, Scalar, Seq, Style};
use model::Span;
use serde_json::Value;
// tidy: allow it is asked for membership and never walked through
use std::collections::HashSet;

/// Unknown keys reported of one map; past that it is another kind of file.
const MAX_UNKNOWN: usize = 50;

/// What is sound of a tree, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// `None` only where the root itself has another type.
    pub value: Option<Value>,
    pub faults: Vec<Fault>,
}

/// Checks `root` and gives what is sound of it.
pub fn check(
    schema: &Schema,
    ids: &Ids,
    hooks: &Hooks<'_>,
    sources: &Sources,
    root: &Node,
) -> Checked {
    let mut walk = Walk::new(schema, ids, hooks, sources);
    let place = (root.file, head(root));
    let value = walk.value(schema.root(), root, "", place, true);
    Checked {
        value,
        faults: walk.faults,
    }
}

pub(crate) struct Walk<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) ids: &'a Ids,
    pub(crate) hooks: &'a Hooks<'a>,
    pub(crate) sources: &'a Sources,
    pub(crate) faults: Vec<Fault>,
    /// Ids of the enclosing entries, outermost first.
    pub(crate) scope: Vec<String>,
}

/// The first key of a map, the whole of anything else.
fn head(node: &Node) -> Span {
    match &node.kind {
        Kind::Map(map) if !map.flow => map.entries.first().map_or(node.span, |(key, _)| key.span),
        Kind::Seq(seq) if !seq.flow => seq.items.first().map_or(node.span, head),
        _ => node.span,
    }
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        schema: &'a Schema,
        ids: &'a Ids,
        hooks: &'a Hooks<'a>,
        sources: &'a Sources,
    ) -> Self {
        Walk {
            schema,
            ids,
            hooks,
            sources,
            faults: Vec::new(),
            scope: Vec::new(),
        }
    }

    pub(crate) fn fault(
        &mut self,
        rule: &'static str,
        path: &str,
        at: (usize, Span),
        message: String,
        remedy: String,
    ) {
        self.faults
            .push(Fault::new(rule, path, at, message, remedy));
    }

    /// `owner` is the key that the value belongs to, or the value's own first characters.
    fn value(
        &mut self,
        schema: &Value,
        node: &Node,
        path: &str,
        owner: (usize, Span),
        root: bool,
    ) -> Option<Value> {
        let sound = self.schema;
        if node.kind == Kind::Broken {
            return None;
        }
        let shape = match sound.expand(schema, node) {
            Ok(shape) => shape,
            Err(mismatch) => {
                self.mismatch(mismatch, node, path, owner);
                return None;
            }
        };
        if shape.is_any() {
            return Some(node.to_value());
        }
        let types = shape.types();
        match &node.kind {
            Kind::Map(map) if types.has(Types::OBJ) => self.map(&shape, map, path, owner, root),
            Kind::Seq(seq) if types.has(Types::ARR) => self.seq(&shape, seq, path, owner),
            Kind::Scalar(scalar) => self.scalar(&shape, node, scalar, path, owner, root),
            _ => {
                self.wrong_type(types, node, path, owner);
                None
            }
        }
    }

    fn map(
        &mut self,
        shape: &Shape<'_>,
        map: &Map,
        path: &str,
        owner: (usize, Span),
        root: bool,
    ) -> Option<Value> {
        let mut out = serde_json::Map::new();
        let mut sound = true;
        let mut unknown = 0;
        for (key, child) in &map.entries {
            let below = join(path, &key.text);
            let at = (key.file, key.span);
            if let Some(schema) = shape.property(&key.text) {
                match self.value(schema, child, &below, at, false) {
                    Some(value) => drop(out.insert(key.text.clone(), value)),
                    None => sound &= !shape.is_required(&key.text),
                }
            } else if let Some(schema) = shape.additional() {
                if let Some(value) = self.entry(shape, schema, key, child, &below) {
                    out.insert(key.text.clone(), value);
                }
            } else {
                unknown += 1;
                if unknown <= MAX_UNKNOWN {
                    let written: HashSet<&str> = map.keys().collect();
                    self.unknown_key(shape, &written, &key.text, &below, at);
                }
            }
        }
        for key in shape.required() {
            if !map.keys().any(|written| written == key) {
                sound = false;
                if !map.broken {
                    let close = map
                        .keys()
                        .take(1000)
                        .filter(|k| shape.property(k).is_none());
                    // A misspelt key was reported already, with the right word.
                    if nearest(key, close).is_none() {
                        let message = format!("{} has no `{key}`", subject(path));
                        let remedy = self.example(shape, key);
                        self.fault("missing-key", path, owner, message, remedy);
                    }
                }
            }
        }
        (sound || root).then_some(Value::Object(out))
    }

    /// An entry of a map whose keys are free. It is judged alone: what is wrong with it takes nothing
    /// from the map but itself.
    pub(crate) fn entry(
        &mut self,
        shape: &Shape<'_>,
        schema: &Value,
        key: &Key,
        child: &Node,
        path: &str,
    ) -> Option<Value> {
        let at = (key.file, key.span);
        let collection = shape.text("x-ids");
        let names = shape.keyword("propertyNames");
        let id_names = names.and_then(|n| n.get("x-id")) == Some(&Value::Bool(true));
        if (collection.is_some() || id_names) && !self.id(&key.text, path, at) {
            return None;
        }
        if collection.is_some() {
            self.scope.push(key.text.clone());
        }
        let value = self.value(schema, child, path, at, false);
        if collection.is_some() {
            self.scope.pop();
        }
        let known = names.is_none_or(|names| self.name(names, &key.text, path, at));
        value.filter(|_| known)
    }

    fn seq(
        &mut self,
        shape: &Shape<'_>,
        seq: &Seq,
        path: &str,
        owner: (usize, Span),
    ) -> Option<Value> {
        let bound = |word| shape.keyword(word).and_then(Value::as_u64);
        let prefix = shape.keyword("prefixItems").and_then(Value::as_array);
        let mut out = Vec::new();
        let mut lost = false;
        for (at, item) in seq.items.iter().enumerate() {
            let of = prefix
                .and_then(|p| p.get(at))
                .or_else(|| shape.keyword("items").filter(|i| i.is_object()));
            let below = index(path, at);
            match of {
                None => out.push(item.to_value()),
                Some(of) => match self.value(of, item, &below, (item.file, head(item)), false) {
                    Some(value) => out.push(value),
                    None => lost = true,
                },
            }
        }
        let count = seq.items.len() as u64;
        let (least, most) = (
            bound("minItems").unwrap_or(0),
            bound("maxItems").unwrap_or(u64::MAX),
        );
        if count < least || count > most {
            let wanted = match (least, most) {
                (least, u64::MAX) => format!("at least {least}"),
                (least, most) if least == most => format!("exactly {least}"),
                (least, most) => format!("{least} to {most}"),
            };
            let message = format!(
                "{} has {count} items, and {wanted} are expected",
                subject(path)
            );
            self.fault(
                "wrong-type",
                path,
                owner,
                message,
                format!("Write {wanted} items."),
            );
            return None;
        }
        (!lost || out.len() as u64 >= least).then_some(Value::Array(out))
    }

    fn scalar(
        &mut self,
        shape: &Shape<'_>,
        node: &Node,
        scalar: &Scalar,
        path: &str,
        owner: (usize, Span),
        root: bool,
    ) -> Option<Value> {
        let types = shape.types();
        let meaning = scalar.meaning();
        if scalar.style == Style::Plain && scalar.text.is_empty() && !types.has(Types::NULL) {
            // A section whose lines are all commented out is an empty section.
            if types.has(Types::OBJ) {
                return self.map(shape, &Map::default(), path, owner, root);
            }
            if types.has(Types::ARR) {
                return self.seq(shape, &Seq::default(), path, owner);
            }
        }
        // Quantities and expressions are read from their text, also where it looks like a number.
        let read = shape.text("x-quantity").is_some() || shape.keyword("x-expr").is_some();
        if read && meaning != Meaning::Null {
            return self.text(shape, node, &scalar.text, path);
        }
        match meaning {
            Meaning::Null if types.has(Types::NULL) => Some(Value::Null),
            Meaning::Bool(b) if types.has(Types::BOOL) => Some(Value::Bool(b)),
            Meaning::Number(n)
                if types.has(Types::NUM) || (types.has(Types::INT) && !n.is_f64()) =>
            {
                self.in_range(shape, node, &n, path)
                    .then_some(Value::Number(n))
            }
            Meaning::Text | Meaning::Number(_) if types.has(Types::STR) => {
                self.text(shape, node, &scalar.text, path)
            }
            Meaning::Bool(b) if types.has(Types::STR) => {
                let message = format!(
                    "{} is `{}`, which is {b} and not text",
                    subject(path),
                    scalar.text
                );
                let remedy = format!(
                    "Write \"{}\" in quotes if the word itself is meant.",
                    scalar.text
                );
                self.fault("ambiguous-text", path, node.at(), message, remedy);
                None
            }
            _ => {
                self.wrong_type(types, node, path, owner);
                None
            }
        }
    }

    fn in_range(
        &mut self,
        shape: &Shape<'_>,
        node: &Node,
        n: &serde_json::Number,
        path: &str,
    ) -> bool {
        let number = |word| shape.keyword(word).and_then(Value::as_f64);
        let (low, high) = match shape.text("format") {
            Some("uint8") => (0.0, 255.0),
            Some("int8") => (-128.0, 127.0),
            Some("uint16") => (0.0, 65_535.0),
            Some("int16") => (-32_768.0, 32_767.0),
            Some("uint32") => (0.0, f64::from(u32::MAX)),
            Some("int32") => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Some("uint64" | "uint") => (0.0, u64::MAX as f64),
            Some("int64" | "int") => (i64::MIN as f64, i64::MAX as f64),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let low = number("minimum").unwrap_or(low).max(low);
        let high = number("maximum").unwrap_or(high).min(high);
        let value = n.as_f64().unwrap_or(f64::NAN);
        let above = number("exclusiveMinimum").is_none_or(|m| value > m);
        let below = number("exclusiveMaximum").is_none_or(|m| value < m);
        let fits = !matches!(shape.text("format"), Some("int64" | "int"))
            || n.as_i64().is_some()
            || n.is_f64();
        if value >= low && value <= high && above && below && fits {
            return true;
        }
        let show = |bound: f64| number_text(bound);
        let wanted = match (low.is_finite(), high.is_finite()) {
            (true, true) => format!("from {} to {}", show(low), show(high)),
            (true, false) => format!("at least {}", show(low)),
            (false, true) => format!("at most {}", show(high)),
            (false, false) => "another number".to_string(),
        };
        let message = format!("{} is {n}, and it must be {wanted}", subject(path));
        self.fault(
            "unknown-value",
            path,
            node.at(),
            message,
            format!("Write a number {wanted}."),
        );
        false
    }
}

fn number_text(bound: f64) -> String {
    if bound == bound.trunc() && bound.abs() < 1e15 {
        format!("{bound:.0}")
    } else {
        format!("{bound}")
    }
}
