//! The second pass: the tree held against the schema, faults listed, the sound rest as a value.
//!
//! Pruning: a faulty optional key is dropped; an entry or list item that lacks what it needs is
//! dropped whole, and so on upwards. The root is never dropped.

use crate::fault::Fault;
use crate::ids::Ids;
use crate::path::{index, join};
use crate::scalar::{Meaning, is_ambiguous, number};
use crate::schema::{Mismatch, Schema, Shape, Types, is_plain};
use crate::source::{Sources, narrow};
use crate::suggest::{list, nearest};
use crate::tree::{Kind, Map, Node, Scalar, Seq, Style};
use model::Span;
use serde_json::Value;
use std::ops::Range;

/// What a hook says against a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HookError {
    /// What is wrong, as a clause: "`40/x` has no known unit".
    pub message: String,
    /// What to write instead; a general word is used where it is empty.
    pub remedy: String,
    /// The bytes of the text that are wrong, where they are known.
    pub range: Option<Range<usize>>,
}

impl From<String> for HookError {
    fn from(message: String) -> Self {
        HookError {
            message,
            ..HookError::default()
        }
    }
}

impl From<&str> for HookError {
    fn from(message: &str) -> Self {
        HookError::from(message.to_string())
    }
}

/// Checks of text whose rules belong to the model.
///
/// Called with the value of `x-quantity` (`duration`, `bytes`, `rate`, ...) or `expr`, and the text.
pub struct Hooks<'h> {
    pub text: Box<dyn Fn(&str, &str) -> Result<(), HookError> + 'h>,
}

impl<'h> Hooks<'h> {
    pub fn new(text: impl Fn(&str, &str) -> Result<(), HookError> + 'h) -> Self {
        Hooks {
            text: Box::new(text),
        }
    }
    /// Hooks that accept every text.
    pub fn none() -> Self {
        Hooks::new(|_, _| Ok(()))
    }
}

/// Longest id, in characters.
const MAX_ID: usize = 64;

/// Checks `root` and gives what is sound of it; `None` only where the root itself has another type.
pub fn check(
    schema: &Schema,
    ids: &Ids,
    hooks: &Hooks<'_>,
    sources: &Sources,
    root: &Node,
) -> (Option<Value>, Vec<Fault>) {
    let mut walk = Walk {
        schema,
        ids,
        hooks,
        sources,
        faults: Vec::new(),
        scope: Vec::new(),
    };
    let place = (root.file, head(root));
    let value = walk.value(schema.root(), root, "", place, true);
    (value, walk.faults)
}

struct Walk<'a> {
    schema: &'a Schema,
    ids: &'a Ids,
    hooks: &'a Hooks<'a>,
    sources: &'a Sources,
    faults: Vec<Fault>,
    /// Ids of the enclosing entries, outermost first.
    scope: Vec<String>,
}

/// The first key of a map, the whole of anything else.
fn head(node: &Node) -> Span {
    match &node.kind {
        Kind::Map(map) if !map.flow => map.entries.first().map_or(node.span, |(key, _)| key.span),
        Kind::Seq(seq) if !seq.flow => seq.items.first().map_or(node.span, head),
        _ => node.span,
    }
}

impl Walk<'_> {
    fn fault(
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
            Kind::Map(map) if types.has(Types::OBJ) => {
                self.map(&shape, node, map, path, owner, root)
            }
            Kind::Seq(seq) if types.has(Types::ARR) => self.seq(&shape, node, seq, path, owner),
            Kind::Scalar(scalar) => self.scalar(&shape, node, scalar, path, owner, root),
            _ => {
                self.wrong_type(types, node, path, owner);
                None
            }
        }
    }

    fn wrong_type(&mut self, wanted: Types, node: &Node, path: &str, owner: (usize, Span)) {
        let name = subject(path);
        let plain = node.text().filter(|_| is_plain(node));
        if let Some(word) = plain.filter(|text| is_ambiguous(text) && wanted.has(Types::BOOL)) {
            let yes = ["yes", "on", "y"]
                .iter()
                .any(|w| word.eq_ignore_ascii_case(w));
            let message = format!("{name} is `{word}`, which only some readers take for {yes}");
            self.fault(
                "ambiguous-text",
                path,
                node.at(),
                message,
                format!("Write `{yes}`."),
            );
            return;
        }
        let found = match &node.kind {
            Kind::Map(_) => "a map".to_string(),
            Kind::Seq(_) => "a list".to_string(),
            Kind::Scalar(s) if s.text.is_empty() && s.style == Style::Plain => "empty".to_string(),
            Kind::Scalar(s) => match s.meaning() {
                Meaning::Null => "null".to_string(),
                Meaning::Bool(_) => format!("`{}`, which is true or false", s.text),
                Meaning::Number(_) => format!("the number `{}`", s.text),
                Meaning::Text => format!("the text `{}`", clip(&s.text)),
            },
            Kind::Broken => return,
        };
        let message = format!("{name} is {found}, and {} is expected", wanted.words());
        let remedy = match &node.kind {
            Kind::Map(_) if wanted.has(Types::ARR) => {
                "Write a list: each item on its own line after `- `.".to_string()
            }
            Kind::Scalar(s) if wanted.has(Types::ARR) && !s.text.is_empty() => {
                format!("Write a list: `[{}]`.", clip(&s.text))
            }
            Kind::Scalar(s)
                if wanted.has(Types::INT)
                    && s.style != Style::Plain
                    && number(&s.text).is_some() =>
            {
                format!("Write `{}` without quotes.", s.text)
            }
            _ if wanted.has(Types::OBJ) => {
                "Write its keys below it, indented by two more spaces.".to_string()
            }
            _ if wanted.has(Types::ARR) => "Write a list, or `[]` for an empty one.".to_string(),
            _ if wanted.has(Types::BOOL) => "Write `true` or `false`.".to_string(),
            _ if wanted.has(Types::NUM) => "Write a plain number, such as `1.5`.".to_string(),
            _ if wanted.has(Types::INT) => "Write a whole number, such as `3`.".to_string(),
            _ => "Write a text, or leave the key out.".to_string(),
        };
        let at = match &node.kind {
            Kind::Scalar(s) if !s.text.is_empty() => node.at(),
            _ => owner,
        };
        self.fault("wrong-type", path, at, message, remedy);
    }

    fn mismatch(&mut self, mismatch: Mismatch<'_>, node: &Node, path: &str, owner: (usize, Span)) {
        match mismatch {
            Mismatch::Type(wanted) => self.wrong_type(wanted, node, path, owner),
            Mismatch::Value(words) => self.unknown_value(&words, node, path),
            Mismatch::NoTag(tags) => {
                let meant = node.as_map().and_then(|map| {
                    map.entries
                        .iter()
                        .find_map(|(k, _)| nearest(&k.text, tags.iter().copied()).map(|t| (k, t)))
                });
                let all = list(tags.iter().copied());
                if let Some((key, tag)) = meant {
                    let message = format!("`{}` is not one of the kinds allowed here", key.text);
                    let remedy = format!("Did you mean `{tag}`? Allowed: {all}.");
                    self.fault(
                        "unknown-key",
                        &join(path, &key.text),
                        (key.file, key.span),
                        message,
                        remedy,
                    );
                } else {
                    let message = format!("{} does not say what it is", subject(path));
                    self.fault(
                        "missing-key",
                        path,
                        owner,
                        message,
                        format!("Write one of {all} as its key."),
                    );
                }
            }
            Mismatch::Tag(key, words) => match node.get(key) {
                Some(written) => self.unknown_value(&words, written, &join(path, key)),
                None => {
                    let message =
                        format!("{} has no `{key}`, which says what it is", subject(path));
                    let remedy = format!(
                        "Write `{key}:` with one of {}.",
                        list(words.iter().copied())
                    );
                    self.fault("missing-key", path, owner, message, remedy);
                }
            },
        }
    }

    fn unknown_value(&mut self, words: &[&str], node: &Node, path: &str) {
        let Some(text) = node.text() else {
            self.wrong_type(Types::STR, node, path, node.at());
            return;
        };
        let message = format!(
            "{} is `{}`, which is not one of its values",
            subject(path),
            clip(text)
        );
        let all = list(words.iter().copied());
        let remedy = match nearest(text, words.iter().copied()) {
            Some(word) if words.len() > 1 => format!("Did you mean `{word}`? Allowed: {all}."),
            _ => format!("Write {all}."),
        };
        self.fault("unknown-value", path, node.at(), message, remedy);
    }

    fn map(
        &mut self,
        shape: &Shape<'_>,
        node: &Node,
        map: &Map,
        path: &str,
        owner: (usize, Span),
        root: bool,
    ) -> Option<Value> {
        let mut out = serde_json::Map::new();
        let mut sound = true;
        let collection = shape.text("x-ids");
        let names = shape.keyword("propertyNames");
        let id_names = names.and_then(|n| n.get("x-id")) == Some(&Value::Bool(true));
        for (key, child) in &map.entries {
            let below = join(path, &key.text);
            let at = (key.file, key.span);
            if let Some(schema) = shape.property(&key.text) {
                match self.value(schema, child, &below, at, false) {
                    Some(value) => drop(out.insert(key.text.clone(), value)),
                    None => sound &= !shape.is_required(&key.text),
                }
            } else if let Some(schema) = shape.additional() {
                if (collection.is_some() || id_names) && !self.id(&key.text, &below, at) {
                    continue;
                }
                if collection.is_some() {
                    self.scope.push(key.text.clone());
                }
                let value = self.value(schema, child, &below, at, false);
                if collection.is_some() {
                    self.scope.pop();
                }
                let known = names.is_none_or(|names| self.name(names, &key.text, &below, at));
                if let (Some(value), true) = (value, known) {
                    out.insert(key.text.clone(), value);
                }
            } else {
                self.unknown_key(shape, map, &key.text, &below, at);
            }
        }
        for key in shape.required() {
            if map.entry(key).is_none() {
                sound = false;
                if !map.broken {
                    let close = map.keys().filter(|k| shape.property(k).is_none());
                    // A misspelt key was reported already, with the right word.
                    if nearest(key, close).is_none() {
                        let message = format!("{} has no `{key}`", subject(path));
                        let remedy = self.example(shape, key);
                        self.fault("missing-key", path, owner, message, remedy);
                    }
                }
            }
        }
        let _ = node;
        (sound || root).then_some(Value::Object(out))
    }

    /// What to write for a key that is missing.
    fn example(&self, shape: &Shape<'_>, key: &str) -> String {
        let what = shape
            .property(key)
            .map_or(Types::ALL, |s| self.schema.types(s));
        let what = if what == Types::ALL {
            "a value".to_string()
        } else {
            what.words()
        };
        let hint = shape
            .property(key)
            .and_then(|s| s.get("description"))
            .and_then(Value::as_str);
        let hint = hint.and_then(|h| h.split_once(". ").map(|(first, _)| first).or(Some(h)));
        match hint.map(|h| h.trim().trim_end_matches('.').replace('\n', " ")) {
            Some(hint) => format!("Add `{key}:` with {what}: {}.", decapitalise(&hint)),
            None => format!("Add `{key}:` with {what}."),
        }
    }

    fn unknown_key(
        &mut self,
        shape: &Shape<'_>,
        map: &Map,
        key: &str,
        path: &str,
        at: (usize, Span),
    ) {
        let mut allowed: Vec<&str> = Vec::new();
        for (name, _) in shape.properties() {
            if !allowed.contains(&name) {
                allowed.push(name);
            }
        }
        let owner = crate::path::parent(path).unwrap_or_default();
        if shape.others.contains(&key) {
            let taken = shape.required().next().unwrap_or_default();
            let message = format!("`{key}` stands beside `{taken}`, and only one of them can hold");
            self.fault(
                "unknown-key",
                path,
                at,
                message,
                "Split it in two, or keep one.".to_string(),
            );
            return;
        }
        let message = format!("{} has no key `{}`", subject(&owner), clip(key));
        let free: Vec<&str> = allowed
            .iter()
            .copied()
            .filter(|k| map.entry(k).is_none())
            .collect();
        let remedy = match nearest(key, free.iter().copied()) {
            Some(word) => format!("Did you mean `{word}`?"),
            None if allowed.is_empty() => "Leave it out; nothing is set here.".to_string(),
            None => format!("Leave it out, or use {}.", list(allowed.iter().copied())),
        };
        self.fault("unknown-key", path, at, message, remedy);
    }

    fn id(&mut self, id: &str, path: &str, at: (usize, Span)) -> bool {
        let first = id.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        let rest = id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
        if first && rest && id.len() <= MAX_ID {
            return true;
        }
        let mut better: String = id
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .skip_while(|c| !c.is_ascii_lowercase())
            .take(MAX_ID)
            .collect();
        better.truncate(better.trim_end_matches('-').len());
        let message = if id.len() > MAX_ID {
            format!(
                "the id `{}` has {} characters, the limit is {MAX_ID}",
                clip(id),
                id.chars().count()
            )
        } else {
            format!("`{}` is not an id", clip(id))
        };
        let rule = "start with a letter a-z, then letters, digits, `-` or `_`";
        let remedy = if better.is_empty() {
            format!("Ids {rule}.")
        } else {
            format!("Write `{better}`; ids {rule}.")
        };
        self.fault("bad-id", path, at, message, remedy);
        false
    }

    /// A key that is itself a reference or a quantity.
    fn name(&mut self, names: &Value, key: &str, path: &str, at: (usize, Span)) -> bool {
        let scalar = Scalar {
            text: key.to_string(),
            style: Style::Double,
        };
        let node = Node {
            kind: Kind::Scalar(scalar),
            file: at.0,
            span: at.1,
        };
        match self.schema.expand(names, &node) {
            Ok(shape) => self.text(&shape, &node, key, path).is_some(),
            Err(mismatch) => {
                self.mismatch(mismatch, &node, path, at);
                false
            }
        }
    }

    fn seq(
        &mut self,
        shape: &Shape<'_>,
        node: &Node,
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
        let _ = node;
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
                return self.map(shape, node, &Map::default(), path, owner, root);
            }
            if types.has(Types::ARR) {
                return self.seq(shape, node, &Seq::default(), path, owner);
            }
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

    fn text(&mut self, shape: &Shape<'_>, node: &Node, text: &str, path: &str) -> Option<Value> {
        if let Some(kind) = shape.text("x-quantity") {
            if let Err(error) = (self.hooks.text)(kind, text) {
                let at = self.inside(node, text, error.range);
                let remedy = if error.remedy.is_empty() {
                    quantity_example(kind)
                } else {
                    error.remedy
                };
                self.fault("bad-quantity", path, at, error.message, remedy);
                return None;
            }
        } else if shape.keyword("x-expr") == Some(&Value::Bool(true)) {
            if let Err(error) = (self.hooks.text)("expr", text) {
                let at = self.inside(node, text, error.range);
                let remedy = if error.remedy.is_empty() {
                    "Write an expression over principal, row, old, input and now.".to_string()
                } else {
                    error.remedy
                };
                self.fault("bad-expression", path, at, error.message, remedy);
                return None;
            }
        } else if is_plain(node)
            && is_ambiguous(text)
            && shape.words().is_none_or(|w| !w.contains(&text))
        {
            let message = format!("{} is `{text}` without quotes", subject(path));
            self.fault(
                "ambiguous-text",
                path,
                node.at(),
                message,
                format!("Write \"{text}\" in quotes."),
            );
            return None;
        }
        if let Some(words) = shape.words()
            && !words.contains(&text)
        {
            self.unknown_value(&words, node, path);
            return None;
        }
        if shape.keyword("x-id") == Some(&Value::Bool(true)) && !self.id(text, path, node.at()) {
            return None;
        }
        if let Some(collections) = shape.text("x-ref")
            && self.ids.resolve(collections, text, &self.scope).is_none()
        {
            if !self.ids.may_be_lost(collections) {
                self.dangling(collections, text, node, path);
            }
            return None;
        }
        Some(Value::String(text.to_string()))
    }

    fn dangling(&mut self, collections: &str, text: &str, node: &Node, path: &str) {
        let kinds = collections
            .split('|')
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" or ");
        let message = format!("`{}` is not declared in {kinds}", clip(text));
        let near = self.ids.nearest(collections, text, &self.scope);
        let remedy = match &near {
            Some((id, _)) => format!("Did you mean `{id}`?"),
            None => {
                let all = self.ids.writable(collections, &self.scope);
                if all.is_empty() {
                    format!("Declare it in {kinds}, or leave the reference out.")
                } else {
                    format!(
                        "Declare it in {kinds}, or use {}.",
                        list(all.iter().map(String::as_str))
                    )
                }
            }
        };
        let mut fault = Fault::new("dangling-reference", path, node.at(), message, remedy);
        if let Some((id, at)) = near {
            fault = fault.related(
                &at.path,
                (at.file, at.span),
                format!("`{id}` is declared here"),
            );
        }
        self.faults.push(fault);
    }

    /// The place of `range` bytes of a scalar's text in the file; the whole scalar where escapes
    /// or folding make that unclear.
    fn inside(&self, node: &Node, text: &str, range: Option<Range<usize>>) -> (usize, Span) {
        let source = self.sources.text(node.file);
        let find = |offset: usize| {
            let offset = crate::source::floor(text, offset);
            let mut rest = source.get(node.span.start..node.span.end)?;
            if let Kind::Scalar(s) = &node.kind {
                rest = match s.style {
                    Style::Plain => rest,
                    Style::Single | Style::Double => rest.get(1..)?,
                    Style::Literal | Style::Folded => rest.split_once('\n')?.1,
                };
            }
            for c in text[..offset].chars() {
                rest = match rest.strip_prefix(c) {
                    Some(rest) if !c.is_whitespace() => rest,
                    _ if c.is_whitespace() => rest.strip_prefix(c)?,
                    _ => rest.trim_start().strip_prefix(c)?,
                };
            }
            let trimmed = match text[offset..].chars().next() {
                Some(c) if !c.is_whitespace() => rest.trim_start(),
                _ => rest,
            };
            Some(node.span.end - trimmed.len())
        };
        let span = range.and_then(|range| {
            let start = find(range.start)?;
            let end = find(range.end).unwrap_or(start).max(start);
            Some(narrow(source, node.span, start, end))
        });
        (node.file, span.unwrap_or(node.span))
    }
}

fn quantity_example(kind: &str) -> String {
    let example = match kind {
        "duration" => "`300 ms`, `2 h` or `30 d`",
        "bytes" => "`512 kB` or `2 TB`",
        "rate" => "`40/s` or `2M/day`",
        "money" => "`5000 USD`",
        "money-rate" => "`5000 USD/month`",
        "ratio" => "`99.95 %`",
        "count" => "`200k` or `1200`",
        "growth" => "`20 %/year` or `2x/year`",
        _ => return "Write a number with its unit.".to_string(),
    };
    format!("Write it like {example}.")
}

fn number_text(bound: f64) -> String {
    if bound == bound.trunc() && bound.abs() < 1e15 {
        format!("{bound:.0}")
    } else {
        format!("{bound}")
    }
}

/// The path in a sentence.
fn subject(path: &str) -> String {
    if path.is_empty() {
        "the file".to_string()
    } else {
        format!("`{path}`")
    }
}

/// Long texts are shown by their beginning.
fn clip(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 60 || line.len() < text.trim_end().len() {
        format!("{}...", line.chars().take(57).collect::<String>())
    } else {
        line.to_string()
    }
}

fn decapitalise(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_string(),
    }
}
