//! A JSON Schema as the loader sees it: references resolved, branches chosen by what was written.
//!
//! Schemas come from the model's own types, so this reads the keywords that schemars writes and
//! ours (`x-quantity`, `x-expr`, `x-ref`, `x-ids`, `x-id`), and no others.

use crate::scalar::Meaning;
use crate::tree::{Kind, Map, Node};
use serde_json::Value;
// tidy: allow it is asked for single answers and never walked through
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

type Object = serde_json::Map<String, Value>;

/// A set of JSON types, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    pub const NONE: Types = Types(0);
    pub const NULL: Types = Types(1);
    pub const BOOL: Types = Types(2);
    pub const INT: Types = Types(4);
    pub const NUM: Types = Types(8);
    pub const STR: Types = Types(16);
    pub const ARR: Types = Types(32);
    pub const OBJ: Types = Types(64);
    pub const ALL: Types = Types(127);

    pub fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }
    pub fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }
    pub fn has(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }
    fn named(name: &str) -> Types {
        match name {
            "null" => Types::NULL,
            "boolean" => Types::BOOL,
            "integer" => Types::INT,
            "number" => Types::NUM.or(Types::INT),
            "string" => Types::STR,
            "array" => Types::ARR,
            "object" => Types::OBJ,
            _ => Types::NONE,
        }
    }
    fn of(value: &Value) -> Types {
        match value {
            Value::Null => Types::NULL,
            Value::Bool(_) => Types::BOOL,
            Value::Number(n) if n.is_f64() => Types::NUM,
            Value::Number(_) => Types::INT.or(Types::NUM),
            Value::String(_) => Types::STR,
            Value::Array(_) => Types::ARR,
            Value::Object(_) => Types::OBJ,
        }
    }
    /// The types in words: `text or a list`.
    pub fn words(self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for (bit, word) in [
            (Types::STR, "text"),
            (Types::NUM, "a number"),
            (Types::INT, "a whole number"),
            (Types::BOOL, "true or false"),
            (Types::ARR, "a list"),
            (Types::OBJ, "a map"),
        ] {
            if self.has(bit) && !(bit == Types::INT && self.has(Types::NUM)) {
                words.push(word);
            }
        }
        if words.is_empty() {
            "nothing".to_string()
        } else {
            words.join(" or ")
        }
    }
}

/// What a written value could be taken for.
pub fn types_of(node: &Node) -> Types {
    match &node.kind {
        Kind::Map(_) => Types::OBJ,
        Kind::Seq(_) => Types::ARR,
        Kind::Broken => Types::ALL,
        Kind::Scalar(scalar) => match scalar.meaning() {
            // A section whose lines are all commented out is an empty section.
            Meaning::Null if scalar.text.is_empty() => Types::NULL.or(Types::OBJ).or(Types::ARR),
            Meaning::Null => Types::NULL,
            Meaning::Bool(_) => Types::BOOL,
            Meaning::Number(n) => Types::of(&Value::Number(n)).or(Types::STR),
            Meaning::Text => Types::STR,
        },
    }
}

/// A schema with everything it refers to.
#[derive(Debug, Clone)]
pub struct Schema {
    inner: Arc<Inner>,
}

/// The schema never changes and never moves, so what was found out about one of its parts is kept
/// under the part's address.
#[derive(Debug)]
struct Inner {
    root: Value,
    types: Mutex<HashMap<usize, Types>>,
    declares: Mutex<HashMap<usize, bool>>,
}

/// The kept answer for a part of the schema, or a new one.
fn kept<T: Copy>(answers: &Mutex<HashMap<usize, T>>, part: &Value, find: impl FnOnce() -> T) -> T {
    let at = std::ptr::from_ref(part).addr();
    let known = answers.lock().ok().and_then(|a| a.get(&at).copied());
    known.unwrap_or_else(|| {
        let answer = find();
        if let Ok(mut answers) = answers.lock() {
            answers.insert(at, answer);
        }
        answer
    })
}

/// The schema objects that hold at once for one value.
#[derive(Debug, Clone, Default)]
pub struct Shape<'s> {
    parts: Vec<&'s Object>,
    /// Tags of sibling branches that were not taken.
    pub others: Vec<&'s str>,
}

/// Why no branch of a choice fits.
#[derive(Debug, Clone, PartialEq)]
pub enum Mismatch<'s> {
    Type(Types),
    /// A scalar that is none of the allowed words.
    Value(Vec<&'s str>),
    /// The map has none of these keys, one of which says what it is.
    NoTag(Vec<&'s str>),
    /// The value under this key says which branch it is, and fits none.
    Tag(&'s str, Vec<&'s str>),
}

/// How deep references and nested choices are followed.
const MAX_STEPS: usize = 64;

/// What a schema object says under a word. Most have few words, and looking at each is faster than hashing.
fn word<'s>(object: &'s Object, word: &str) -> Option<&'s Value> {
    if object.len() > 12 {
        return object.get(word);
    }
    let found = object.iter().find(|(known, _)| *known == word);
    found.map(|(_, value)| value)
}

impl Schema {
    pub fn new(root: Value) -> Self {
        Schema {
            inner: Arc::new(Inner {
                root,
                types: Mutex::default(),
                declares: Mutex::default(),
            }),
        }
    }
    /// The schema of `T` as schemars generates it (draft 2020-12, for reading).
    pub fn of<T: model::Plain>() -> Self {
        Schema::new(T::schema())
    }
    pub fn root(&self) -> &Value {
        &self.inner.root
    }

    /// Collects what holds for `schema`, and the choices that are still open.
    fn collect<'s>(
        &'s self,
        schema: &'s Value,
        parts: &mut Vec<&'s Object>,
        choices: &mut Vec<&'s [Value]>,
        steps: usize,
    ) {
        let (Value::Object(object), true) = (schema, steps < MAX_STEPS) else {
            return;
        };
        parts.push(object);
        if let Some(target) = word(object, "$ref").and_then(Value::as_str) {
            let root = &self.inner.root;
            let found = match target.strip_prefix("#/$defs/") {
                Some(name) if !name.contains(['/', '~']) => {
                    root.get("$defs").and_then(|all| all.get(name))
                }
                _ => root.pointer(target.strip_prefix('#').unwrap_or(target)),
            };
            if let Some(target) = found {
                self.collect(target, parts, choices, steps + 1);
            }
        }
        for all in word(object, "allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.collect(all, parts, choices, steps + 1);
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(branches) = word(object, choice).and_then(Value::as_array) {
                choices.push(branches);
            }
        }
    }

    /// The types that `schema` accepts. It must be a part of this schema.
    pub fn types(&self, schema: &Value) -> Types {
        kept(&self.inner.types, schema, || self.types_within(schema, 0))
    }

    /// Whether a value under `schema`, a part of this schema, could declare ids.
    pub(crate) fn declares(&self, schema: &Value) -> bool {
        kept(&self.inner.declares, schema, || {
            !self.collections(schema).is_empty()
        })
    }

    fn types_within(&self, schema: &Value, steps: usize) -> Types {
        if schema == &Value::Bool(false) || steps > 8 {
            return if steps > 8 { Types::ALL } else { Types::NONE };
        }
        let (mut parts, mut choices) = (Vec::new(), Vec::new());
        self.collect(schema, &mut parts, &mut choices, 0);
        let mut types = types_of_parts(&parts);
        for branches in choices {
            let any = branches.iter().map(|b| self.types_within(b, steps + 1));
            types = types.and(any.fold(Types::NONE, Types::or));
        }
        types
    }

    /// What holds for `node` under `schema`, with the best branch of every choice.
    pub fn expand<'s>(&'s self, schema: &'s Value, node: &Node) -> Result<Shape<'s>, Mismatch<'s>> {
        let (mut parts, mut choices) = (Vec::new(), Vec::new());
        self.collect(schema, &mut parts, &mut choices, 0);
        let mut others = Vec::new();
        let mut taken = 0;
        while taken < choices.len() && taken < MAX_STEPS {
            let branches = choices[taken];
            taken += 1;
            let branch = self.select(branches, node)?;
            // Only a map could hold another branch's tag.
            if matches!(node.kind, Kind::Map(_)) {
                for sibling in branches.iter().filter(|b| !std::ptr::eq(*b, branch)) {
                    others.extend(self.tag_of(sibling));
                }
            }
            self.collect(branch, &mut parts, &mut choices, 0);
        }
        Ok(Shape { parts, others })
    }

    /// Parts of a branch; choices inside it are all included, for looking only.
    fn all_parts<'s>(&'s self, branch: &'s Value) -> Vec<&'s Object> {
        let (mut parts, mut choices) = (Vec::new(), Vec::new());
        self.collect(branch, &mut parts, &mut choices, 0);
        let mut at = 0;
        while at < choices.len() && at < MAX_STEPS {
            for inner in choices[at] {
                self.collect(inner, &mut parts, &mut choices, 0);
            }
            at += 1;
        }
        parts
    }

    /// What may hold under `schema`, every branch of every choice together: for looking and not for
    /// judging.
    pub fn loose<'s>(&'s self, schema: &'s Value) -> Shape<'s> {
        Shape {
            parts: self.all_parts(schema),
            others: Vec::new(),
        }
    }

    /// The single key of an externally tagged variant.
    fn tag_of<'s>(&'s self, branch: &'s Value) -> Option<&'s str> {
        let (mut parts, mut choices) = (Vec::new(), Vec::new());
        self.collect(branch, &mut parts, &mut choices, 0);
        let shape = Shape {
            parts,
            others: Vec::new(),
        };
        let mut keys = shape.properties().map(|(key, _)| key);
        let key = keys.next()?;
        (keys.next().is_none() && shape.is_required(key) && shape.additional().is_none())
            .then_some(key)
    }

    fn select<'s>(&'s self, branches: &'s [Value], node: &Node) -> Result<&'s Value, Mismatch<'s>> {
        let have = types_of(node);
        let fitting: Vec<&Value> = branches
            .iter()
            .filter(|b| self.types(b).has(have))
            .collect();
        if fitting.is_empty() {
            let wanted = branches
                .iter()
                .map(|b| self.types(b))
                .fold(Types::NONE, Types::or);
            return Err(Mismatch::Type(wanted));
        }
        match &node.kind {
            Kind::Map(map) => self.select_map(&fitting, map),
            Kind::Scalar(scalar) => self.select_scalar(&fitting, &scalar.text, have),
            Kind::Seq(seq) => {
                let first = seq.items.first().map(types_of);
                let by_item = fitting.iter().find(|b| match (first, self.items_of(b)) {
                    (Some(first), Some(items)) => self.types(items).has(first),
                    _ => true,
                });
                Ok(by_item.unwrap_or(&fitting[0]))
            }
            Kind::Broken => Ok(fitting[0]),
        }
    }

    fn items_of<'s>(&'s self, branch: &'s Value) -> Option<&'s Value> {
        self.all_parts(branch)
            .into_iter()
            .find_map(|p| word(p, "items"))
    }

    fn select_scalar<'s>(
        &'s self,
        fitting: &[&'s Value],
        text: &str,
        have: Types,
    ) -> Result<&'s Value, Mismatch<'s>> {
        let mut words = Vec::new();
        let mut open: Vec<&Value> = Vec::new();
        for branch in fitting {
            let parts = self.all_parts(branch);
            let allowed: Vec<&str> = parts.iter().flat_map(|p| words_of(p)).collect();
            if allowed.contains(&text) {
                return Ok(branch);
            }
            if allowed.is_empty() {
                open.push(branch);
            }
            words.extend(allowed);
        }
        // An exact type beats text: `3` is a number where numbers and text are both allowed.
        let exact = Types(have.0 & !Types::STR.0);
        let best = open
            .iter()
            .find(|b| self.types(b).has(exact))
            .or(open.first());
        best.copied().ok_or(Mismatch::Value(words))
    }

    fn select_map<'s>(
        &'s self,
        fitting: &[&'s Value],
        map: &Map,
    ) -> Result<&'s Value, Mismatch<'s>> {
        if let [only] = fitting {
            return Ok(only);
        }
        let mut best: Option<(i64, &Value)> = None;
        let mut tag_faults: Option<(&str, Vec<&str>)> = None;
        for branch in fitting {
            let parts = self.all_parts(branch);
            let shape = Shape {
                parts,
                others: Vec::new(),
            };
            let mut score = 0i64;
            // A choice inside the branch may allow several words under one key.
            let mut tags: Vec<(&str, Vec<&str>)> = Vec::new();
            for (key, schema) in shape.properties() {
                let written = map.entry(key).is_some();
                if let Some(word) = self.const_of(schema) {
                    match tags.iter_mut().find(|(k, _)| *k == key) {
                        Some((_, words)) => words.push(word),
                        None => tags.push((key, vec![word])),
                    }
                } else if written {
                    score += 4;
                } else if shape.is_required(key) {
                    score -= 3;
                }
            }
            let mut refused = false;
            for (key, words) in tags {
                let written = map.entry(key).and_then(|(_, n)| n.text());
                if written.is_some_and(|text| words.contains(&text)) {
                    score += 1000;
                } else if map.entry(key).is_some() || shape.is_required(key) {
                    refused = true;
                    tag_faults.get_or_insert((key, Vec::new())).1.extend(words);
                }
            }
            if !refused && best.is_none_or(|(s, _)| score > s) {
                best = Some((score, branch));
            }
        }
        let tags: Vec<&str> = fitting.iter().filter_map(|b| self.tag_of(b)).collect();
        if tags.len() == fitting.len() && !tags.iter().any(|t| map.entry(t).is_some()) {
            return Err(Mismatch::NoTag(tags));
        }
        match (best, tag_faults) {
            (Some((_, branch)), _) => Ok(branch),
            (None, Some((key, words))) => Err(Mismatch::Tag(key, words)),
            (None, None) => Err(Mismatch::Type(Types::OBJ)),
        }
    }

    fn const_of<'s>(&'s self, schema: &'s Value) -> Option<&'s str> {
        let (mut parts, mut choices) = (Vec::new(), Vec::new());
        self.collect(schema, &mut parts, &mut choices, 0);
        parts.iter().find_map(|p| {
            match (word(p, "const"), word(p, "enum").and_then(Value::as_array)) {
                (Some(word), _) => word.as_str(),
                (None, Some(words)) if words.len() == 1 => words[0].as_str(),
                _ => None,
            }
        })
    }

    /// The words that `schema` allows, where it allows nothing else.
    pub fn words<'s>(&'s self, schema: &'s Value) -> Vec<&'s str> {
        if self.types(schema) != Types::STR {
            return Vec::new();
        }
        self.all_parts(schema)
            .into_iter()
            .flat_map(words_of)
            .collect()
    }

    /// Every collection of ids that a value under `schema` could declare.
    pub fn collections(&self, schema: &Value) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen: Vec<*const Value> = Vec::new();
        let mut work = vec![schema];
        while let Some(schema) = work.pop() {
            if seen.contains(&std::ptr::from_ref(schema)) {
                continue;
            }
            seen.push(std::ptr::from_ref(schema));
            for part in self.all_parts(schema) {
                if let Some(name) = word(part, "x-ids").and_then(Value::as_str) {
                    found.push(name.to_string());
                }
                work.extend(
                    word(part, "properties")
                        .and_then(Value::as_object)
                        .into_iter()
                        .flat_map(|p| p.values()),
                );
                work.extend(word(part, "additionalProperties"));
                work.extend(word(part, "items"));
            }
        }
        found
    }
}

/// Words that a part allows by `const` or `enum`.
fn words_of(part: &Object) -> Vec<&str> {
    let single = word(part, "const").and_then(Value::as_str);
    let many = word(part, "enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    single.into_iter().chain(many).collect()
}

fn types_of_parts(parts: &[&Object]) -> Types {
    let mut types = Types::ALL;
    for part in parts {
        types = types.and(match word(part, "type") {
            Some(Value::String(name)) => Types::named(name),
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(Types::named)
                .fold(Types::NONE, Types::or),
            _ => match (
                word(part, "const"),
                word(part, "enum").and_then(Value::as_array),
            ) {
                (Some(word), _) => Types::of(word),
                (None, Some(words)) => words.iter().map(Types::of).fold(Types::NONE, Types::or),
                (None, None) if word(part, "properties").is_some() => Types::OBJ,
                (None, None) => Types::ALL,
            },
        });
    }
    types
}

impl<'s> Shape<'s> {
    pub fn types(&self) -> Types {
        types_of_parts(&self.parts)
    }
    /// Whether these are the same places of the schema.
    pub fn is_same(&self, other: &Shape<'_>) -> bool {
        let mut both = self.parts.iter().zip(&other.parts);
        self.parts.len() == other.parts.len()
            && self.others == other.others
            && both.all(|(a, b)| std::ptr::eq(*a, *b))
    }
    pub fn keyword(&self, keyword: &str) -> Option<&'s Value> {
        self.parts.iter().find_map(|p| word(p, keyword))
    }
    pub fn text(&self, word: &str) -> Option<&'s str> {
        self.keyword(word).and_then(Value::as_str)
    }
    /// Properties in the order of the schema; a key of two parts comes twice.
    pub fn properties(&self) -> impl Iterator<Item = (&'s str, &'s Value)> + '_ {
        self.parts
            .iter()
            .filter_map(|p| word(p, "properties").and_then(Value::as_object))
            .flat_map(|p| p.iter().map(|(k, v)| (k.as_str(), v)))
    }
    pub fn property(&self, key: &str) -> Option<&'s Value> {
        self.parts
            .iter()
            .find_map(|p| word(word(p, "properties")?.as_object()?, key))
    }
    pub fn required(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.parts
            .iter()
            .filter_map(|p| word(p, "required").and_then(Value::as_array))
            .flatten()
            .filter_map(Value::as_str)
    }
    pub fn is_required(&self, key: &str) -> bool {
        self.required().any(|k| k == key)
    }
    /// The schema of keys that are not properties, where such keys are allowed.
    pub fn additional(&self) -> Option<&'s Value> {
        let open = self
            .parts
            .iter()
            .filter_map(|p| word(p, "additionalProperties"));
        let pattern = || {
            let patterns = self
                .parts
                .iter()
                .find_map(|p| word(p, "patternProperties"))?
                .as_object()?;
            patterns.values().next()
        };
        open.into_iter()
            .find(|v| **v != Value::Bool(false))
            .or_else(pattern)
    }
    /// Whether nothing at all is asked of the value.
    pub fn is_any(&self) -> bool {
        self.parts.iter().all(|p| {
            ![
                "type",
                "properties",
                "additionalProperties",
                "items",
                "const",
                "enum",
                "required",
            ]
            .iter()
            .any(|keyword| word(p, keyword).is_some())
        })
    }
    /// Words allowed by `const` or `enum` in any part, with what each means where that is said.
    pub fn words_with_docs(&self) -> impl Iterator<Item = (&'s str, Option<&'s str>)> + '_ {
        self.parts.iter().flat_map(|part| {
            let about = word(part, "description").and_then(Value::as_str);
            let single = part.contains_key("const");
            words_of(part)
                .into_iter()
                .map(move |word| (word, about.filter(|_| single)))
        })
    }
    /// Words allowed by `const` or `enum`, if the value is limited to some.
    pub fn words(&self) -> Option<Vec<&'s str>> {
        let limited = self
            .parts
            .iter()
            .any(|p| word(p, "const").is_some() || word(p, "enum").is_some());
        limited.then(|| self.parts.iter().flat_map(|p| words_of(p)).collect())
    }
}
