//! Ids that maps declare, and what references to them mean.

use crate::schema::{Schema, Shape};
use crate::suggest;
use crate::tree::{Kind, Map, Node};
use indexmap::{IndexMap, IndexSet};
use model::Span;
use serde_json::Value;

/// Where an id is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    pub path: String,
    pub file: usize,
    pub span: Span,
    /// Declared in a file that was loaded before, so that `file` means nothing here.
    pub elsewhere: bool,
}

/// All declared ids: by collection, then by full dotted id (`order.number`).
#[derive(Debug, Clone, Default)]
pub struct Ids {
    collections: IndexMap<String, IndexMap<String, Declared>>,
    /// Collections of which a part could not be read.
    incomplete: IndexSet<String>,
    /// Collections that the maps of this file could declare, written or not.
    declarable: IndexSet<String>,
}

impl Ids {
    /// First pass: every id of the tree, also those of faulty items.
    pub fn collect(schema: &Schema, root: &Node) -> Ids {
        let mut ids = Ids::default();
        ids.walk(schema, schema.root(), root, "", &mut Vec::new());
        ids
    }

    /// Adds the ids of files that were loaded before; those declared here go first.
    pub fn add_known(&mut self, known: &Ids) {
        for (name, ids) in &known.collections {
            let mine = self.collections.entry(name.clone()).or_default();
            for (id, at) in ids {
                let at = Declared {
                    elsewhere: true,
                    ..at.clone()
                };
                mine.entry(id.clone()).or_insert(at);
            }
        }
        self.incomplete.extend(known.incomplete.iter().cloned());
        self.declarable.extend(known.declarable.iter().cloned());
    }

    /// Whether any of these collections can be declared in the files at hand. An architecture that
    /// is loaded without its brief cannot know the brief's ids.
    pub fn can_resolve(&self, collections: &str) -> bool {
        collections
            .split('|')
            .any(|name| self.declarable.contains(name.trim()))
    }

    /// Whether the same references mean the same: the ids are the same, wherever they stand.
    pub(crate) fn resolve_as(&self, other: &Ids) -> bool {
        self.names().eq(other.names())
            && self.incomplete == other.incomplete
            && self.declarable == other.declarable
    }

    /// Whether every reference that `before` could resolve leads somewhere here too. Nothing of what
    /// `before` was collected from may have been unread.
    pub(crate) fn resolve_more_than(&self, before: &Ids) -> bool {
        let is_here = |(name, id, elsewhere): (&str, &str, bool)| {
            let here = self.collections.get(name).and_then(|ids| ids.get(id));
            here.is_some_and(|at| at.elsewhere == elsewhere)
        };
        before.incomplete.is_empty()
            && self.declarable == before.declarable
            && before.names().all(is_here)
    }

    /// Collection, id, and whether it is declared in another file, of each.
    fn names(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let all = self.collections.iter();
        all.flat_map(|(name, ids)| {
            ids.iter()
                .map(move |(id, at)| (name.as_str(), id.as_str(), at.elsewhere))
        })
    }

    /// The full ids of one collection.
    pub fn of(&self, collection: &str) -> impl Iterator<Item = (&str, &Declared)> {
        self.collections
            .get(collection)
            .into_iter()
            .flatten()
            .map(|(id, at)| (id.as_str(), at))
    }

    fn walk(
        &mut self,
        schema: &Schema,
        of: &Value,
        node: &Node,
        path: &str,
        scope: &mut Vec<String>,
    ) {
        if !schema.declares(of) {
            return;
        }
        if node.kind == Kind::Broken {
            self.incomplete.extend(schema.collections(of));
            return;
        }
        let Ok(shape) = schema.expand(of, node) else {
            return;
        };
        match &node.kind {
            Kind::Map(map) => self.walk_map(schema, &shape, map, path, scope),
            Kind::Seq(seq) => {
                if let Some(items) = shape.keyword("items") {
                    for (at, item) in seq.items.iter().enumerate() {
                        self.walk(schema, items, item, &crate::path::index(path, at), scope);
                    }
                }
            }
            _ => {}
        }
    }

    fn walk_map(
        &mut self,
        schema: &Schema,
        shape: &Shape<'_>,
        map: &Map,
        path: &str,
        scope: &mut Vec<String>,
    ) {
        let collection = shape.text("x-ids");
        // Only sections that could have been written here: an architecture may hold a whole brief
        // inline, and where it does not, the brief's ids are not its own to declare.
        for (_, of) in shape.properties() {
            let name = of.get("x-ids").and_then(Value::as_str);
            self.declarable.extend(name.map(str::to_string));
        }
        if map.broken {
            self.incomplete.extend(collection.map(str::to_string));
            for (key, of) in shape
                .properties()
                .filter(|(key, _)| map.entry(key).is_none())
            {
                let _ = key;
                self.incomplete.extend(schema.collections(of));
            }
        }
        for (key, child) in &map.entries {
            let below = crate::path::join(path, &key.text);
            if let Some(of) = shape.property(&key.text) {
                self.walk(schema, of, child, &below, scope);
            } else if let Some(of) = shape.additional() {
                if let Some(collection) = collection {
                    scope.push(key.text.clone());
                    let at = Declared {
                        path: below.clone(),
                        file: key.file,
                        span: key.span,
                        elsewhere: false,
                    };
                    let ids = self.collections.entry(collection.to_string()).or_default();
                    ids.entry(scope.join(".")).or_insert(at);
                }
                self.walk(schema, of, child, &below, scope);
                if collection.is_some() {
                    scope.pop();
                }
            }
        }
    }

    /// The full id that `text` means inside `scope`, looking outwards from the innermost.
    pub fn resolve(
        &self,
        collections: &str,
        text: &str,
        scope: &[String],
    ) -> Option<(&str, &Declared)> {
        let (name, id) = self.resolve_in(collections, text, scope)?;
        let (id, at) = self.collections.get(name)?.get_key_value(id)?;
        Some((id, at))
    }

    /// As [`Ids::resolve`]: the collection and the full id.
    pub fn resolve_in(
        &self,
        collections: &str,
        text: &str,
        scope: &[String],
    ) -> Option<(&str, &str)> {
        for depth in (0..=scope.len()).rev() {
            let full = if depth == 0 {
                text.to_string()
            } else {
                format!("{}.{text}", scope[..depth].join("."))
            };
            for name in collections.split('|').map(str::trim) {
                let Some((name, ids)) = self.collections.get_key_value(name) else {
                    continue;
                };
                if let Some((id, _)) = ids.get_key_value(full.as_str()) {
                    return Some((name, id));
                }
            }
        }
        None
    }

    /// Whether an id of these collections may stand in a part that could not be read.
    pub fn may_be_lost(&self, collections: &str) -> bool {
        collections
            .split('|')
            .any(|name| self.incomplete.contains(name.trim()))
    }

    /// The declared id that was most likely meant, as it would be written in `scope`.
    pub fn nearest(
        &self,
        collections: &str,
        text: &str,
        scope: &[String],
    ) -> Option<(String, &Declared)> {
        let all: Vec<(String, &Declared)> = collections
            .split('|')
            .flat_map(|name| self.of(name.trim()))
            .map(|(id, at)| (relative(id, scope), at))
            .collect();
        let word = suggest::nearest(text, all.iter().map(|(id, _)| id.as_str()))?.to_string();
        all.into_iter().find(|(id, _)| *id == word)
    }

    /// Ids that could be written in `scope`, shortest form each.
    pub fn writable(&self, collections: &str, scope: &[String]) -> Vec<String> {
        collections
            .split('|')
            .flat_map(|name| self.of(name.trim()))
            .map(|(id, _)| relative(id, scope))
            .collect()
    }
}

/// `id` without the part that `scope` already says.
fn relative(id: &str, scope: &[String]) -> String {
    for depth in (1..=scope.len()).rev() {
        let prefix = format!("{}.", scope[..depth].join("."));
        if let Some(rest) = id.strip_prefix(&prefix) {
            return rest.to_string();
        }
    }
    id.to_string()
}
