//! Files that hold constants which others name, and that were not read because no library's word is in them.
//!
//! `Urls.ORDERS` as a path, a topic or an address is worth one file more. What is asked for is bounded,
//! so that a tree with thousands of such names costs little more than one without.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Index, is_test, name_of, parent};
use crate::observation::{FileFacts, Observation, Value};

/// How many names are looked up in one tree, and how many files they may ask for at once.
const NAMES: usize = 4_000;
const FILES: usize = 160;
/// How many files one name may ask for: a package has several.
const EACH: usize = 6;
/// How far a name is followed through others.
const DEPTH: u8 = 6;

/// Skipped files that may hold what the files that were read leave open.
pub fn lacking<'s>(files: &[(String, FileFacts)], skipped: &'s [String]) -> Vec<&'s str> {
    if skipped.is_empty() {
        return Vec::new();
    }
    let mut open = Open {
        index: Index::new(files),
        asked: BTreeSet::new(),
        names: Vec::new(),
    };
    for (path, facts) in files.iter().filter(|(path, _)| !is_test(path)) {
        for seen in &facts.seen {
            for value in values(&seen.what) {
                open.look(path, value, 0);
            }
        }
    }
    let by_name = Skipped::new(skipped);
    let mut found: Vec<&'s str> = Vec::new();
    for (from, symbol) in &open.names {
        for path in by_name.of(from, symbol) {
            if !found.contains(&path) {
                found.push(path);
            }
        }
        if found.len() >= FILES {
            break;
        }
    }
    found.truncate(FILES);
    found.sort_unstable();
    found
}

/// The values of an observation that decide where something leads.
fn values(what: &Observation) -> Vec<&Value> {
    match what {
        Observation::Route(one) => vec![&one.path],
        Observation::Mount(one) => vec![&one.prefix],
        Observation::Call(one) => std::iter::once(&one.target).chain(&one.service).collect(),
        Observation::Client(one) => one.base.iter().collect(),
        Observation::Connection(one) => std::iter::once(&one.target).chain(&one.database).collect(),
        Observation::Message(one) => vec![&one.topic],
        _ => Vec::new(),
    }
}

struct Open<'f> {
    index: Index<'f>,
    asked: BTreeSet<(&'f str, String)>,
    /// The file that names it, and the name.
    names: Vec<(&'f str, String)>,
}

impl<'f> Open<'f> {
    fn look(&mut self, from: &'f str, value: &'f Value, depth: u8) {
        if depth > DEPTH || self.asked.len() >= NAMES {
            return;
        }
        match value {
            Value::Concat(items) | Value::Either(items) => {
                for item in items {
                    self.look(from, item, depth);
                }
            }
            Value::Env { default, .. } | Value::Config { default, .. } => {
                if let Some(default) = default {
                    self.look(from, default, depth);
                }
            }
            Value::Symbol(symbol) => {
                if !self.asked.insert((parent(from), symbol.clone())) {
                    return;
                }
                match self.index.value_of(from, symbol) {
                    Some((other, found)) => self.look(other, found, depth + 1),
                    None => self.names.push((from, symbol.clone())),
                }
            }
            Value::Text(_) | Value::Hole => {}
        }
    }
}

/// The skipped files by their names, and by their folders' where a folder is a module.
struct Skipped<'s> {
    by_stem: BTreeMap<&'s str, Vec<&'s str>>,
    by_folder: BTreeMap<&'s str, Vec<&'s str>>,
}

impl<'s> Skipped<'s> {
    fn new(skipped: &'s [String]) -> Self {
        let (mut by_stem, mut by_folder) = (BTreeMap::new(), BTreeMap::new());
        for path in skipped.iter().filter(|path| !is_test(path)) {
            let name = name_of(path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            by_stem
                .entry(stem)
                .or_insert_with(Vec::new)
                .push(path.as_str());
            by_folder
                .entry(name_of(parent(path)))
                .or_insert_with(Vec::new)
                .push(path.as_str());
        }
        Skipped { by_stem, by_folder }
    }

    /// The files that a name may stand in: of its type or module, of its package, of the same folder.
    fn of(&self, from: &str, symbol: &str) -> Vec<&'s str> {
        let ending = from.rsplit('.').next();
        let parts: Vec<&str> = symbol
            .trim_end_matches("()")
            .split(['.', '/'])
            .filter(|part| !part.is_empty())
            .collect();
        if let [_] = parts[..] {
            let own = self.by_folder.get(name_of(parent(from)));
            let beside = own.into_iter().flatten().copied();
            return beside
                .filter(|path| parent(path) == parent(from) && path.rsplit('.').next() == ending)
                .take(EACH)
                .collect();
        }
        for part in parts.iter().rev() {
            for paths in [self.by_stem.get(part), self.by_folder.get(part)] {
                let Some(paths) = paths else { continue };
                let mut near: Vec<(usize, &'s str)> = paths
                    .iter()
                    .filter(|path| path.rsplit('.').next() == ending)
                    .map(|path| (shared(path, from), *path))
                    .collect();
                near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
                if !near.is_empty() {
                    return near.into_iter().take(EACH).map(|(_, path)| path).collect();
                }
            }
        }
        Vec::new()
    }
}

/// How many folders two paths have in common.
fn shared(a: &str, b: &str) -> usize {
    let pairs = parent(a).split('/').zip(parent(b).split('/'));
    pairs.take_while(|(a, b)| a == b).count()
}
