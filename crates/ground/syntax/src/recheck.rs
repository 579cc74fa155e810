//! Checking a tree again of which one entry is new: the entry alone, where nothing else can depend on it.

use crate::again::{Before, Renewal};
use crate::check::{Checked, Walk};
use crate::fault::Fault;
use crate::ids::Ids;
use crate::path::join;
use crate::schema::{Schema, Shape};
use crate::tree::{Map, Node};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;

/// A text without a syntax fault, and what was made of it.
#[derive(Debug)]
pub(crate) struct Reading {
    pub name: String,
    pub text: Arc<str>,
    pub root: Arc<Node>,
    pub ids: Arc<Ids>,
    pub checked: Arc<Checked>,
}

impl Reading {
    pub fn before(&self) -> Before<'_> {
        Before {
            text: &self.text,
            root: &self.root,
        }
    }
}

/// The innermost elements around what is new that are judged alone.
struct Elements<'a> {
    /// What holds for the map that they are in, and for each of that map's elements.
    shape: Shape<'a>,
    of: &'a Value,
    map: &'a Map,
    /// Where they stand in it. The first was there before, the others were not.
    positions: Range<usize>,
    /// The keys that lead to the map, and its path.
    keys: Vec<&'a str>,
    path: String,
    /// Ids of the elements that it is in.
    scope: Vec<String>,
}

/// What a check of the whole of `root` would give, where one entry is new and no id is gone: values and
/// faults of the elements with the entry, and those that the rest had.
pub(crate) fn check_again(
    mut walk: Walk<'_>,
    root: &Node,
    last: &Reading,
    renewal: &Renewal,
) -> Option<Checked> {
    let same = walk.ids.resolve_as(&last.ids);
    if !same && !walk.ids.resolve_more_than(&last.ids) {
        return None;
    }
    let elements = elements_around(walk.schema, root, &last.root, renewal)?;
    let entries = elements.map.entries.get(elements.positions.clone())?;
    walk.scope.clone_from(&elements.scope);
    let mut value = last.checked.value.clone()?;
    for (key, child) in entries {
        let path = join(&elements.path, &key.text);
        let found = walk.entry(&elements.shape, elements.of, key, child, &path);
        put(&mut value, &elements, &key.text, found)?;
    }
    let mut faults = walk.faults;
    let (first, _) = entries.first()?;
    let path = join(&elements.path, &first.text);
    for fault in &last.checked.faults {
        let rest = fault.path.strip_prefix(&path);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
            continue;
        }
        // What it points at may be within the element; what it missed may be there now.
        if !fault.related.is_empty() || (!same && fault.rule == "dangling-reference") {
            return None;
        }
        faults.push(Fault {
            span: renewal.moved(fault.span),
            ..fault.clone()
        });
    }
    Some(Checked {
        value: Some(value),
        faults,
    })
}

fn elements_around<'a>(
    schema: &'a Schema,
    root: &'a Node,
    root_then: &Node,
    renewal: &Renewal,
) -> Option<Elements<'a>> {
    let (mut now, mut then, mut of) = (root, root_then, schema.root());
    let (mut keys, mut path, mut scope) = (Vec::new(), String::new(), Vec::new());
    let mut found = None;
    for (depth, position) in renewal.at.iter().enumerate() {
        let Some(shape) = same_shape(schema, of, now, then) else {
            break;
        };
        let map = now.as_map()?;
        let (key, child) = map.entries.get(*position)?;
        let (key_then, child_then) = then.as_map()?.entries.get(*position)?;
        if key.text != key_then.text {
            break;
        }
        let innermost = depth + 1 == renewal.at.len();
        let count = if innermost { renewal.entries } else { 1 };
        let free = shape.additional();
        of = match (shape.property(&key.text), free) {
            // A property more may be one that the map must have.
            (Some(_), _) if count > 1 => break,
            (Some(property), _) => property,
            (None, Some(of)) => {
                let all = &map.entries[*position..position + count];
                if all
                    .iter()
                    .any(|(key, _)| shape.property(&key.text).is_some())
                {
                    break;
                }
                let declares = shape.text("x-ids").is_some();
                found = Some(Elements {
                    shape,
                    of,
                    map,
                    positions: *position..position + count,
                    keys: keys.clone(),
                    path: path.clone(),
                    scope: scope.clone(),
                });
                if declares {
                    scope.push(key.text.clone());
                }
                of
            }
            (None, None) => break,
        };
        keys.push(key.text.as_str());
        path = join(&path, &key.text);
        (now, then) = (child, child_then);
    }
    found
}

/// What holds for both, if the same holds: the branches of a choice depend on what is written.
fn same_shape<'s>(schema: &'s Schema, of: &'s Value, now: &Node, then: &Node) -> Option<Shape<'s>> {
    let shape = schema.expand(of, now).ok()?;
    let before = schema.expand(of, then).ok()?;
    shape.is_same(&before).then_some(shape)
}

/// Puts the value of an element, or that it has none, among the sound ones of its map. `None` where
/// the map itself was not sound.
fn put(root: &mut Value, elements: &Elements<'_>, key: &str, value: Option<Value>) -> Option<()> {
    let mut keys = elements.keys.iter();
    let sound = keys
        .try_fold(root, |at, key| at.get_mut(*key))?
        .as_object_mut()?;
    match (value, sound.get_mut(key)) {
        (Some(value), Some(place)) => *place = value,
        (Some(value), None) => {
            let above = elements.map.keys().take_while(|above| *above != key);
            let above = above.filter(|key| sound.contains_key(*key)).count();
            sound.shift_insert(above, key.to_string(), value);
        }
        (None, _) => drop(sound.shift_remove(key)),
    }
    Some(())
}
