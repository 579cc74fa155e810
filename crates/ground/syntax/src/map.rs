//! The way back: from a path in the model to the file and the bytes that say it.

use crate::path::{Step, index, join, parse};
use crate::source::Sources;
use crate::tree::{Kind, Node};
use model::{Finding, Place, Span};
use std::sync::Arc;

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
    root: Option<Arc<Node>>,
}

impl SourceMap {
    pub fn build(root: Option<Arc<Node>>, sources: &Sources) -> Self {
        SourceMap {
            names: sources.names().map(str::to_string).collect(),
            root,
        }
    }

    pub fn entry(&self, path: &str) -> Option<Entry> {
        self.walk(&parse(path).ok()?)
    }

    fn walk(&self, steps: &[Step]) -> Option<Entry> {
        let mut node = self.root.as_deref()?;
        let mut key = None;
        for step in steps {
            (key, node) = match (step, &node.kind) {
                (Step::Key(name), Kind::Map(map)) => {
                    let (key, child) = map.entry(name)?;
                    (Some((key.file, key.span)), child)
                }
                (Step::Index(at), Kind::Seq(seq)) => (None, seq.items.get(*at)?),
                _ => return None,
            };
        }
        Some(entry(key, node))
    }

    /// Every path that was written, children before parents.
    pub fn paths(&self) -> Vec<(String, Entry)> {
        let mut all = Vec::new();
        if let Some(root) = &self.root {
            visit(String::new(), None, root, &mut |path, entry| {
                all.push((path.to_string(), entry));
            });
        }
        all
    }

    /// The innermost path whose key or value covers byte `offset` of `file`; for editors.
    pub fn path_at(&self, file: &str, offset: usize) -> Option<String> {
        let number = self.names.iter().position(|name| name == file)?;
        let covers = |span: &Span| span.start <= offset && offset <= span.end;
        let mut best: Option<(usize, String)> = None;
        visit(String::new(), None, self.root.as_ref()?, &mut |path, e| {
            let here = e.file == number && (covers(&e.value) || e.key.as_ref().is_some_and(covers));
            let begin = e.key.map_or(e.value.start, |k| k.start);
            let size = e.value.end.saturating_sub(begin);
            if here && best.as_ref().is_none_or(|(least, _)| size < *least) {
                best = Some((size, path.to_string()));
            }
        });
        best.map(|(_, path)| path)
    }

    /// The place of `path`: its value where that is a scalar, else its key. Falls back to the
    /// nearest ancestor that was written, and keeps `path` as the path.
    pub fn locate(&self, path: &str) -> Place {
        let Ok(steps) = parse(path) else {
            return Place::at(path);
        };
        let written = (0..=steps.len()).rev();
        let mut found = written.filter_map(|depth| Some((depth, self.walk(&steps[..depth])?)));
        match found.next() {
            Some((depth, entry)) => self.place(path, &entry, depth == steps.len()),
            None => Place::at(path),
        }
    }

    /// As [`SourceMap::locate`], only where `path` itself was written.
    pub fn exact(&self, path: &str) -> Option<Place> {
        let entry = self.entry(path)?;
        Some(self.place(path, &entry, true))
    }

    fn place(&self, path: &str, entry: &Entry, exact: bool) -> Place {
        let span = match entry.key {
            Some(key) if entry.container || !exact => key,
            _ => entry.value,
        };
        Place {
            path: path.to_string(),
            file: self.names.get(entry.file).cloned(),
            span: Some(span),
        }
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

fn entry(key: Option<(usize, Span)>, node: &Node) -> Entry {
    Entry {
        file: key.map_or(node.file, |(file, _)| file),
        key: key.map(|(_, span)| span),
        value: node.span,
        container: matches!(node.kind, Kind::Map(_) | Kind::Seq(_)),
    }
}

fn visit(
    path: String,
    key: Option<(usize, Span)>,
    node: &Node,
    each: &mut impl FnMut(&str, Entry),
) {
    match &node.kind {
        Kind::Map(map) => {
            for (key, child) in &map.entries {
                visit(
                    join(&path, &key.text),
                    Some((key.file, key.span)),
                    child,
                    each,
                );
            }
        }
        Kind::Seq(seq) => {
            for (at, child) in seq.items.iter().enumerate() {
                visit(index(&path, at), None, child, each);
            }
        }
        _ => {}
    }
    each(&path, entry(key, node));
}
