//! The way back: from a path in the model to the file and the bytes that say it.

use crate::path::{index, join, parent};
use crate::source::Sources;
use crate::tree::{Kind, Node};
use indexmap::IndexMap;
use model::{Finding, Place, Span};

/// Where one path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Number of the file in [`Sources`].
    pub file: usize,
    /// The key, where the path ends in one.
    pub key: Option<Span>,
    pub value: Span,
    /// The value is a list or a map.
    pub container: bool,
}

/// Dotted model path to place, for every key and list item of what was read.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    names: Vec<String>,
    entries: IndexMap<String, Entry>,
}

impl SourceMap {
    pub fn build(root: Option<&Node>, sources: &Sources) -> Self {
        let mut map = SourceMap {
            names: sources.names().map(str::to_string).collect(),
            entries: IndexMap::new(),
        };
        if let Some(root) = root {
            map.add(String::new(), None, root);
        }
        map
    }

    fn add(&mut self, path: String, key: Option<(usize, Span)>, node: &Node) {
        let container = matches!(node.kind, Kind::Map(_) | Kind::Seq(_));
        let file = key.map_or(node.file, |(file, _)| file);
        let entry = Entry {
            file,
            key: key.map(|(_, span)| span),
            value: node.span,
            container,
        };
        match &node.kind {
            Kind::Map(inner) => {
                for (key, child) in &inner.entries {
                    self.add(join(&path, &key.text), Some((key.file, key.span)), child);
                }
            }
            Kind::Seq(inner) => {
                for (at, child) in inner.items.iter().enumerate() {
                    self.add(index(&path, at), None, child);
                }
            }
            _ => {}
        }
        self.entries.insert(path, entry);
    }

    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Every path that was written, children before parents.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// The innermost path whose key or value covers byte `offset` of `file`; for editors.
    pub fn path_at(&self, file: &str, offset: usize) -> Option<&str> {
        let number = self.names.iter().position(|name| name == file)?;
        let covers = |span: &Span| span.start <= offset && offset <= span.end;
        self.entries
            .iter()
            .filter(|(_, e)| {
                e.file == number && (covers(&e.value) || e.key.as_ref().is_some_and(covers))
            })
            .min_by_key(|(_, e)| {
                e.value
                    .end
                    .saturating_sub(e.key.map_or(e.value.start, |k| k.start))
            })
            .map(|(path, _)| path.as_str())
    }

    /// The place of `path`: its value where that is a scalar, else its key. Falls back to the
    /// nearest ancestor that was written, and keeps `path` as the path.
    pub fn locate(&self, path: &str) -> Place {
        let mut at = Some(path.to_string());
        while let Some(here) = at {
            if let Some(entry) = self.entries.get(&here) {
                let exact = here == path;
                let span = match entry.key {
                    Some(key) if entry.container || !exact => key,
                    _ => entry.value,
                };
                let file = self.names.get(entry.file).cloned();
                return Place {
                    path: path.to_string(),
                    file,
                    span: Some(span),
                };
            }
            at = parent(&here);
        }
        Place::at(path)
    }

    /// Fills file and span of a finding and its related places where they are not known yet.
    pub fn resolve(&self, finding: &mut Finding) {
        let related = finding.related.iter_mut().map(|r| &mut r.place);
        for place in std::iter::once(&mut finding.place).chain(related) {
            if place.span.is_none() {
                *place = self.locate(&place.path);
            }
        }
    }
}
