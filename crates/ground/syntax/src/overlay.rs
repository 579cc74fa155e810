//! Changes to a base, in their order: `set`, `add` and `remove` by path.

use crate::fault::Fault;
use crate::path::{Step, parse, show};
use crate::schema::Schema;
use crate::suggest::{list, nearest};
use crate::tree::{Key, Kind, Map, Node};
use serde_json::Value;

/// Applies `changes` to `root`; a change that fits nothing is a fault and changes nothing.
pub fn apply(schema: &Schema, root: &mut Node, changes: &Node) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Kind::Seq(seq) = &changes.kind else {
        let remedy = "Write a list: `- {set: path, to: value}`, `- {add: path, value: ...}`, `- {remove: path}`.";
        faults.push(Fault::new(
            "wrong-type",
            "changes",
            changes.at(),
            "`changes` is a list",
            remedy,
        ));
        return faults;
    };
    for (at, item) in seq.items.iter().enumerate() {
        let place = crate::path::index("changes", at);
        match read(item, &place) {
            Ok(change) => faults.extend(change.run(schema, root, &place).err().map(|fault| *fault)),
            Err(found) => faults.extend(found),
        }
    }
    faults
}

/// Sets the value at the path that the text of `target` says, whose place stands for the change.
/// A key that the schema knows may be new, also inside a section that is not there; an id may not.
///
/// # Errors
/// A path that leads nowhere, with the nearest name. `root` then may have gained empty sections.
pub fn set(
    schema: &Schema,
    root: &mut Node,
    target: &Node,
    value: &Node,
) -> Result<(), Box<Fault>> {
    let text = target.text().unwrap_or_default();
    let steps = parse(text).map_err(|error| {
        let remedy = "Write a path such as `components.orders.instances`.";
        Box::new(Fault::new(
            "unknown-target",
            text,
            target.at(),
            error,
            remedy,
        ))
    })?;
    let change = Change {
        verb: Verb::Set,
        target,
        steps,
        value: Some(value),
    };
    change.run(schema, root, text)
}

/// How many steps of a path, from its first on, lead to something that is there or to a key that
/// the schema knows. All of them: [`set`] will do it.
pub fn reach(schema: &Schema, root: &Node, steps: &[Step]) -> usize {
    let mut of = Some(schema.root());
    let mut node = Some(root);
    let nothing = Node {
        kind: Kind::Map(Map::default()),
        file: root.file,
        span: root.span,
    };
    for (depth, step) in steps.iter().enumerate() {
        let here = node.unwrap_or(&nothing);
        let next = look(here, step);
        let known = of.is_some_and(|of| is_property(schema, of, here, step));
        if next.is_none() && !known {
            return depth;
        }
        of = of.and_then(|of| below(schema, of, here, step));
        node = next;
    }
    steps.len()
}

enum Verb {
    Set,
    Add,
    Remove,
}

struct Change<'n> {
    verb: Verb,
    target: &'n Node,
    steps: Vec<Step>,
    value: Option<&'n Node>,
}

fn read<'n>(item: &'n Node, place: &str) -> Result<Change<'n>, Vec<Fault>> {
    let mut faults = Vec::new();
    let map = item.as_map().ok_or_else(|| {
        let message = "a change is a map with `set`, `add` or `remove`";
        vec![Fault::new(
            "wrong-type",
            place,
            item.at(),
            message,
            "Write `{set: path, to: value}`.",
        )]
    })?;
    let verbs: Vec<&(Key, Node)> = map
        .entries
        .iter()
        .filter(|(k, _)| ["set", "add", "remove"].contains(&k.text.as_str()))
        .collect();
    let [(key, target)] = verbs.as_slice() else {
        let message = format!(
            "a change has one of `set`, `add` and `remove`, and this one has {}",
            verbs.len()
        );
        return Err(vec![Fault::new(
            "missing-key",
            place,
            item.at(),
            message,
            "Write one change an item.",
        )]);
    };
    let (verb, with) = match key.text.as_str() {
        "set" => (Verb::Set, Some("to")),
        "add" => (Verb::Add, Some("value")),
        _ => (Verb::Remove, None),
    };
    for (other, _) in map
        .entries
        .iter()
        .filter(|(k, _)| k.text != key.text && Some(k.text.as_str()) != with)
    {
        let message = format!("`{}` has no key `{}`", key.text, other.text);
        let remedy = with.map_or("Leave it out.".to_string(), |w| format!("Use `{w}`."));
        faults.push(Fault::new(
            "unknown-key",
            place,
            (other.file, other.span),
            message,
            remedy,
        ));
    }
    let value = with.and_then(|with| item.get(with));
    if let (Some(with), None) = (with, value) {
        let message = format!("`{}` needs `{with}`, the new value", key.text);
        faults.push(Fault::new(
            "missing-key",
            place,
            (key.file, key.span),
            message,
            format!("Add `{with}:`."),
        ));
    }
    let steps = match target.text().map(parse) {
        Some(Ok(steps)) if !steps.is_empty() => steps,
        Some(Err(error)) => {
            let remedy = "Write a path such as `components.orders.timeout` or `tags[0]`.";
            faults.push(Fault::new(
                "unknown-target",
                place,
                target.at(),
                error,
                remedy,
            ));
            Vec::new()
        }
        _ => {
            let message = format!("`{}` names no path", key.text);
            faults.push(Fault::new(
                "unknown-target",
                place,
                target.at(),
                message,
                "Write a path such as `components.orders`.",
            ));
            Vec::new()
        }
    };
    if faults.is_empty() {
        Ok(Change {
            verb,
            target,
            steps,
            value,
        })
    } else {
        Err(faults)
    }
}

impl Change<'_> {
    fn run(&self, schema: &Schema, root: &mut Node, place: &str) -> Result<(), Box<Fault>> {
        let Some((last, head)) = self.steps.split_last() else {
            return Ok(());
        };
        let mut of = Some(schema.root());
        let mut node = root;
        for (depth, step) in head.iter().enumerate() {
            let next_of = of.and_then(|of| below(schema, of, node, step));
            if has(node, step) {
                node = step_into(node, step).ok_or_else(|| self.unknown(place, depth, &[]))?;
            } else {
                // A section that the schema knows may be opened by `add` or `set`; an id may not.
                let known = of.is_some_and(|of| is_property(schema, of, node, step));
                let keys = names(schema, of, node);
                let (Step::Key(text), true, Kind::Map(map)) = (
                    step,
                    known && !matches!(self.verb, Verb::Remove),
                    &mut node.kind,
                ) else {
                    return Err(self.unknown(place, depth, &keys));
                };
                let empty = Node {
                    kind: Kind::Map(Map::default()),
                    ..self.target.clone()
                };
                map.entries.push((self.key(text), empty));
                let Some((_, created)) = map.entries.last_mut() else {
                    return Ok(());
                };
                node = created;
            }
            of = next_of;
        }
        let there = has(node, last);
        match self.verb {
            Verb::Remove if !there => Err(self.unknown(place, head.len(), &keys_of(node))),
            Verb::Remove => {
                match (&mut node.kind, last) {
                    (Kind::Map(map), Step::Key(key)) => map.entries.retain(|(k, _)| k.text != *key),
                    (Kind::Seq(seq), Step::Index(at)) => drop(seq.items.remove(*at)),
                    _ => {}
                }
                Ok(())
            }
            Verb::Set => {
                let known = of.is_some_and(|of| is_property(schema, of, node, last));
                if !there && !known {
                    return Err(self.unknown(place, head.len(), &names(schema, of, node)));
                }
                self.put(node, last);
                Ok(())
            }
            Verb::Add => {
                if let Some(found) = step_into(node, last) {
                    let at = found.at();
                    if let (Kind::Seq(seq), Some(value)) = (&mut found.kind, self.value) {
                        seq.items.push(value.clone());
                        return Ok(());
                    }
                    let path = show(&self.steps);
                    let message = format!("`{path}` is there already");
                    let remedy = "Use `set` to replace it, or another id.";
                    return Err(Box::new(
                        Fault::new("duplicate-id", place, self.target.at(), message, remedy)
                            .related(&path, at, "declared here"),
                    ));
                }
                if matches!(node.kind, Kind::Map(_)) && matches!(last, Step::Key(_)) {
                    self.put(node, last);
                    return Ok(());
                }
                Err(self.unknown(place, head.len(), &keys_of(node)))
            }
        }
    }

    fn key(&self, text: &str) -> Key {
        Key {
            text: text.to_string(),
            file: self.target.file,
            span: self.target.span,
        }
    }

    fn put(&self, node: &mut Node, step: &Step) {
        let Some(value) = self.value.cloned() else {
            return;
        };
        match (&mut node.kind, step) {
            (Kind::Map(map), Step::Key(text)) => {
                match map.entries.iter_mut().find(|(k, _)| k.text == *text) {
                    // The place of a changed key is the change, so that findings point at what to mend.
                    Some(entry) => *entry = (self.key(text), value),
                    None => map.entries.push((self.key(text), value)),
                }
            }
            (Kind::Seq(seq), Step::Index(at)) => {
                if let Some(item) = seq.items.get_mut(*at) {
                    *item = value;
                }
            }
            _ => {}
        }
    }

    fn unknown(&self, place: &str, depth: usize, keys: &[String]) -> Box<Fault> {
        let reached = show(&self.steps[..depth]);
        let wanted = match self.steps.get(depth) {
            Some(Step::Key(key)) => key.clone(),
            Some(Step::Index(at)) => format!("[{at}]"),
            None => String::new(),
        };
        let inside = if reached.is_empty() {
            "the base".to_string()
        } else {
            format!("`{reached}`")
        };
        let message = format!("{inside} has no `{wanted}` to change");
        let all = keys.iter().map(String::as_str);
        let remedy = match nearest(&wanted, all.clone()) {
            Some(word) => format!("Did you mean `{word}`?"),
            None if keys.is_empty() => "Correct the path, or add what it names first.".to_string(),
            None => format!("Use {}, or add it first.", list(all)),
        };
        Box::new(Fault::new(
            "unknown-target",
            place,
            self.target.at(),
            message,
            remedy,
        ))
    }
}

fn has(node: &Node, step: &Step) -> bool {
    match (&node.kind, step) {
        (Kind::Map(map), Step::Key(key)) => map.entry(key).is_some(),
        (Kind::Seq(seq), Step::Index(at)) => *at < seq.items.len(),
        _ => false,
    }
}

fn step_into<'n>(node: &'n mut Node, step: &Step) -> Option<&'n mut Node> {
    match (&mut node.kind, step) {
        (Kind::Map(map), Step::Key(key)) => map
            .entries
            .iter_mut()
            .find(|(k, _)| k.text == *key)
            .map(|(_, n)| n),
        (Kind::Seq(seq), Step::Index(at)) => seq.items.get_mut(*at),
        _ => None,
    }
}

fn look<'n>(node: &'n Node, step: &Step) -> Option<&'n Node> {
    match (&node.kind, step) {
        (Kind::Map(map), Step::Key(key)) => map.entry(key).map(|(_, node)| node),
        (Kind::Seq(seq), Step::Index(at)) => seq.items.get(*at),
        _ => None,
    }
}

/// The keys that are there, then those that the schema knows besides.
fn names(schema: &Schema, of: Option<&Value>, node: &Node) -> Vec<String> {
    let mut names = keys_of(node);
    if let Some(shape) = of.and_then(|of| schema.expand(of, node).ok()) {
        for (key, _) in shape.properties() {
            if !names.iter().any(|known| known == key) {
                names.push(key.to_string());
            }
        }
    }
    names
}

fn keys_of(node: &Node) -> Vec<String> {
    match &node.kind {
        Kind::Map(map) => map.keys().map(str::to_string).collect(),
        Kind::Seq(seq) => (0..seq.items.len()).map(|at| format!("[{at}]")).collect(),
        _ => Vec::new(),
    }
}

fn below<'s>(schema: &'s Schema, of: &'s Value, node: &Node, step: &Step) -> Option<&'s Value> {
    let shape = schema.expand(of, node).ok()?;
    match step {
        Step::Key(key) => shape.property(key).or_else(|| shape.additional()),
        Step::Index(_) => shape.keyword("items"),
    }
}

fn is_property(schema: &Schema, of: &Value, node: &Node, step: &Step) -> bool {
    let Step::Key(key) = step else { return false };
    schema
        .expand(of, node)
        .is_ok_and(|shape| shape.property(key).is_some())
}
