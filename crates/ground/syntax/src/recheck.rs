//! Checking a tree again of which one entry is new: the entry alone, where nothing else can depend on it.

use crate::again::{Before, Renewal};
use crate::check::{Checked, Walk};
use crate::fault::Fault;
use crate::ids::Ids;
use crate::path::join;
use crate::schema::{Schema, Shape};
use crate::tree::{Map, Node};
use serde_json::Value;
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

/// The innermost element around what is new that is judged alone.
struct Element<'a> {
    /// What holds for the map that it is in, and for each of that map's elements.
    shape: Shape<'a>,
    of: &'a Value,
    siblings: &'a Map,
    position: usize,
    /// The keys that lead to it, its own last.
    keys: Vec<&'a str>,
    path: String,
    /// Ids of the elements that it is in.
    scope: Vec<String>,
}

/// What a check of the whole of `root` would give, where one entry is new and the same ids are
/// declared: the value and the faults of the element with the entry, and those that the rest had.
pub(crate) fn check_again(
    mut walk: Walk<'_>,
    root: &Node,
    last: &Reading,
    renewal: &Renewal,
) -> Option<Checked> {
    if !walk.ids.resolve_as(&last.ids) {
        return None;
    }
    let element = element_around(walk.schema, root, &last.root, renewal)?;
    let (key, child) = element.siblings.entries.get(element.position)?;
    walk.scope.clone_from(&element.scope);
    let found = walk.entry(&element.shape, element.of, key, child, &element.path);
    let mut value = last.checked.value.clone()?;
    put(&mut value, &element, found)?;

    let mut faults = walk.faults;
    for fault in &last.checked.faults {
        let rest = fault.path.strip_prefix(&element.path);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
            continue;
        }
        // What it points at may be within the element.
        if !fault.related.is_empty() {
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

fn element_around<'a>(
    schema: &'a Schema,
    root: &'a Node,
    root_then: &Node,
    renewal: &Renewal,
) -> Option<Element<'a>> {
    let (mut now, mut then, mut of) = (root, root_then, schema.root());
    let (mut keys, mut path, mut scope) = (Vec::new(), String::new(), Vec::new());
    let mut found = None;
    for (depth, position) in renewal.at.iter().enumerate() {
        let Some(shape) = same_shape(schema, of, now, then) else {
            break;
        };
        let siblings = now.as_map()?;
        let (key, child) = siblings.entries.get(*position)?;
        let (key_then, child_then) = then.as_map()?.entries.get(*position)?;
        let innermost = depth + 1 == renewal.at.len();
        if key.text != key_then.text || (innermost && renewal.entries != 1) {
            break;
        }
        path = join(&path, &key.text);
        keys.push(key.text.as_str());
        of = match (shape.property(&key.text), shape.additional()) {
            (Some(property), _) => property,
            (None, Some(of)) => {
                let declares = shape.text("x-ids").is_some();
                found = Some(Element {
                    shape,
                    of,
                    siblings,
                    position: *position,
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
fn put(root: &mut Value, element: &Element<'_>, value: Option<Value>) -> Option<()> {
    let (key, outer) = element.keys.split_last()?;
    let map = outer.iter().try_fold(root, |at, key| at.get_mut(*key))?;
    let sound = map.as_object_mut()?;
    match (value, sound.get_mut(*key)) {
        (Some(value), Some(place)) => *place = value,
        (Some(value), None) => {
            let above = element.siblings.keys().take(element.position);
            let above = above.filter(|key| sound.contains_key(*key)).count();
            sound.shift_insert(above, (*key).to_string(), value);
        }
        (None, _) => drop(sound.shift_remove(*key)),
    }
    Some(())
}
