//! From items to the text of a brief: put together, held against the schema, and what does not fit
//! left out, item by item.

use model::{Brief, Finding};
use serde_json::{Map, Value};
use syntax::ids::Ids;
use syntax::path::Step;
use syntax::{Hooks, Schema, SourceFile};

use super::letter::{Letter, says};
use super::{Dropped, Founded};

/// Collections whose ids must be words of the letter.
const NAMED_BY_THE_LETTER: [&str; 7] = [
    "actors",
    "entities",
    "operations",
    "ports",
    "events",
    "success",
    "teams",
];

/// Lists and maps of proper names: each must be said in the words it cites.
const PROPER_NAMES: [&[&str]; 5] = [
    &["constraints", "must_use"],
    &["constraints", "must_not_use"],
    &["constraints", "languages"],
    &["team", "skills"],
    &["compliance"],
];

/// Keys without which there is no brief, and what each is.
const REQUIRED: [&str; 2] = ["name", "purpose"];

/// The items that fit, put together.
pub(super) struct Fit {
    pub brief: Value,
    /// Positions of the items that are in it.
    pub kept: Vec<usize>,
    /// Positions of those that are not, and why.
    pub dropped: Vec<(usize, Dropped)>,
    /// Required keys that nothing gave.
    pub missing: Vec<String>,
}

/// Puts the items together and takes out what does not fit, until all that is left does. An item
/// that refers to one that went goes as well.
pub(super) fn fit(letter: &Letter, items: &[Founded], given: &Map<String, Value>) -> Fit {
    let schema = Schema::of::<Brief>();
    let mut kept: Vec<usize> = (0..items.len()).collect();
    // What is deeper stands in what is shallower, whatever was said first.
    kept.sort_by_key(|at| items[*at].steps.len());
    let mut dropped: Vec<(usize, Dropped)> = Vec::new();
    let mut drop = |kept: &mut Vec<usize>, at: usize, why: String| {
        kept.retain(|k| *k != at);
        let dropped_already = dropped.iter().any(|(d, _)| *d == at);
        if !dropped_already {
            dropped.push((at, items[at].dropped(why)));
        }
    };
    for at in kept.clone() {
        if let Some(name) = proper_name_not_said(&items[at]) {
            let why = format!("`{name}` is not said in the quote");
            drop(&mut kept, at, why);
        }
    }
    loop {
        let (brief, unplaced) = assemble(&schema, items, &kept, given);
        if !unplaced.is_empty() {
            for (at, why) in unplaced {
                drop(&mut kept, at, why);
            }
            continue;
        }
        let faults = faults(&schema, &brief, letter);
        let mut found = false;
        for (path, why) in faults {
            for at in concerned(items, &kept, &path) {
                found = true;
                drop(&mut kept, at, why.clone());
            }
        }
        if !found {
            let has = |key: &&&str| brief.get(**key).is_none();
            let missing = REQUIRED.iter().filter(has);
            return Fit {
                missing: missing.map(|key| (*key).to_string()).collect(),
                brief,
                kept,
                dropped,
            };
        }
    }
}

/// The brief of these items in the order of the schema, and items for which there is no place.
fn assemble(
    schema: &Schema,
    items: &[Founded],
    kept: &[usize],
    given: &Map<String, Value>,
) -> (Value, Vec<(usize, String)>) {
    let mut root = Value::Object(given.clone());
    let mut unplaced = Vec::new();
    for at in kept {
        let item = &items[*at];
        if let Err(why) = put(&mut root, &item.steps, &item.value) {
            unplaced.push((*at, why));
        }
    }
    let text = syntax::emit::emit(&root);
    let tree = syntax::tree::parse(0, &text).root;
    let ordered = match &tree {
        Some(node) => ordered(schema, schema.root(), node, &root),
        None => root,
    };
    (ordered, unplaced)
}

/// Writes a value at a place, making what leads there.
fn put(root: &mut Value, steps: &[Step], value: &Value) -> Result<(), String> {
    let mut node = root;
    for step in steps {
        match step {
            Step::Key(key) => {
                if node.is_null() {
                    *node = Value::Object(Map::new());
                }
                let map = node
                    .as_object_mut()
                    .ok_or_else(|| format!("what `{key}` would stand in is no map"))?;
                node = map.entry(key.clone()).or_insert(Value::Null);
            }
            Step::Index(at) => {
                if node.is_null() {
                    *node = Value::Array(Vec::new());
                }
                let list = node.as_array_mut().ok_or_else(|| {
                    format!("`[{at}]` is a position of something that is no list")
                })?;
                if *at >= list.len() {
                    list.push(Value::Null);
                }
                let last = list.len() - 1;
                node = &mut list[(*at).min(last)];
            }
        }
    }
    *node = value.clone();
    Ok(())
}

/// Keys in the order in which the schema has them; ids stay in theirs.
fn ordered(schema: &Schema, of: &Value, node: &syntax::tree::Node, value: &Value) -> Value {
    let (Some(map), Some(tree)) = (value.as_object(), node.as_map()) else {
        return value.clone();
    };
    let Ok(shape) = schema.expand(of, node) else {
        return value.clone();
    };
    let mut out = Map::new();
    let mut keys: Vec<&str> = shape.properties().map(|(key, _)| key).collect();
    keys.extend(map.keys().map(String::as_str));
    for key in keys {
        let (Some(child), Some((_, below))) = (map.get(key), tree.entry(key)) else {
            continue;
        };
        let of = shape.property(key).or_else(|| shape.additional());
        let child = of.map_or_else(|| child.clone(), |of| ordered(schema, of, below, child));
        out.entry(key).or_insert(child);
    }
    Value::Object(out)
}

/// What is wrong with the brief, by path: what its schema says against it, and ids that the letter
/// does not speak of.
fn faults(schema: &Schema, brief: &Value, letter: &Letter) -> Vec<(String, String)> {
    let file = [SourceFile::new(
        crate::open::BRIEF,
        syntax::emit::emit(brief),
    )];
    let loaded = syntax::load_value(schema, &file, &Hooks::model());
    let mut faults: Vec<(String, String)> = loaded
        .findings
        .iter()
        .map(|f| (f.place.path.clone(), said(f)))
        .collect();
    if faults.is_empty()
        && let Some(tree) = &loaded.tree
    {
        let ids = Ids::collect(schema, tree);
        for collection in NAMED_BY_THE_LETTER {
            for (id, at) in ids.of(collection) {
                if !letter.speaks_of(id) {
                    let why = format!("no word of the id `{id}` stands in the letter");
                    faults.push((at.path.clone(), why));
                }
            }
        }
    }
    faults
}

fn said(finding: &Finding) -> String {
    format!(
        "{}: {} {}",
        finding.place.path, finding.message, finding.remedy
    )
    .trim()
    .to_string()
}

/// The items that a fault at a path is about: the innermost that the path lies in, or else those that
/// lie in it.
fn concerned(items: &[Founded], kept: &[usize], path: &str) -> Vec<usize> {
    let Ok(steps) = syntax::path::parse(path) else {
        return Vec::new();
    };
    let around = kept
        .iter()
        .copied()
        .filter(|at| steps.starts_with(&items[*at].steps))
        .max_by_key(|at| items[*at].steps.len());
    if let Some(at) = around {
        return vec![at];
    }
    // A key that is missing at the root is nobody's fault.
    let inside = kept
        .iter()
        .copied()
        .filter(|at| !steps.is_empty() && items[*at].steps.starts_with(&steps));
    inside.collect()
}

/// A name of a technology, language or law that the quotation does not say.
fn proper_name_not_said(item: &Founded) -> Option<String> {
    let keys: Vec<&str> = item
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    PROPER_NAMES.iter().find_map(|place| {
        let mut names: Vec<String> = Vec::new();
        if keys.starts_with(place) {
            names.extend(keys.get(place.len()).map(|key| (*key).to_string()));
            collect_names(&item.value, keys.len() > place.len(), &mut names);
        } else if place.starts_with(&keys) {
            let inner = place[keys.len()..]
                .iter()
                .try_fold(&item.value, |value, key| value.get(*key));
            if let Some(inner) = inner {
                collect_names(inner, false, &mut names);
            }
        }
        names
            .into_iter()
            .find(|name| !said_by_any_name(&item.quote, name))
    })
}

fn collect_names(value: &Value, below: bool, names: &mut Vec<String>) {
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .for_each(|name| names.push(name.to_string())),
        Value::Object(map) if !below => names.extend(map.keys().cloned()),
        Value::String(name) if !below => names.push(name.clone()),
        _ => {}
    }
}

/// By itself or by another name of the same technology.
fn said_by_any_name(quote: &str, name: &str) -> bool {
    let known = knowledge::Knowledge::embedded().technology(name);
    says(quote, name)
        || known.is_some_and(|t| {
            says(quote, &t.name) || says(quote, &t.id) || t.aliases.iter().any(|a| says(quote, a))
        })
}
