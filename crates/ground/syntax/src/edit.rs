//! Edits of a text that touch nothing else: comments, order and spacing around them stay.
//!
//! The text is spliced at the spans of the tree, then read again; an edit whose outcome is not
//! exactly what was asked gives an error and no text.

use crate::emit::{Notes, after_key, block, inline, item, key as key_text};
use crate::path::{Step, index, join, parse as parse_path, show};
use crate::suggest::nearest;
use crate::tree::{Kind, Map, Node, Seq, parse};
use serde_json::Value;
use std::fmt;

/// Why an edit was not made.
#[derive(Debug, Clone, PartialEq)]
pub enum EditError {
    /// The text does not parse: fault messages, with their lines.
    Unreadable(Vec<String>),
    /// The path does not exist, or is none.
    UnknownPath(String),
    /// `add` of a key that is there.
    Exists(String),
    /// The spliced text would not mean what was asked; nothing was changed.
    Unsafe(String),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::Unreadable(faults) => {
                write!(f, "the file does not parse: {}", faults.join("; "))
            }
            EditError::UnknownPath(why) => f.write_str(why),
            EditError::Exists(path) => write!(f, "`{path}` is there already"),
            EditError::Unsafe(path) => write!(
                f,
                "`{path}` cannot be edited in place here; edit the file by hand"
            ),
        }
    }
}

impl std::error::Error for EditError {}

/// Sets the value at `path`, and adds the key (and maps above it) where it is missing.
pub fn set(text: &str, path: &str, value: &Value) -> Result<String, EditError> {
    run(text, path, Op::Set(value))
}

/// Adds a key that must be new, or an item at the end of the list at `path`.
pub fn add(text: &str, path: &str, value: &Value) -> Result<String, EditError> {
    run(text, path, Op::Add(value))
}

/// Removes a key or an item, with the comment lines right above it unless it is the first.
pub fn remove(text: &str, path: &str) -> Result<String, EditError> {
    run(text, path, Op::Remove)
}

#[derive(Clone, Copy)]
enum Op<'v> {
    Set(&'v Value),
    Add(&'v Value),
    Remove,
}

fn run(text: &str, path: &str, op: Op<'_>) -> Result<String, EditError> {
    let steps = parse_path(path).map_err(EditError::UnknownPath)?;
    let parsed = parse(0, text);
    if !parsed.faults.is_empty() {
        let faults = parsed
            .faults
            .iter()
            .map(|f| format!("line {}: {}", f.span.line, f.message));
        return Err(EditError::Unreadable(faults.collect()));
    }
    let before = parsed.root.as_ref().map_or(Value::Null, Node::to_value);
    let mut wanted = before.clone();
    change(&mut wanted, &steps, op, path)?;
    let edited = match &parsed.root {
        Some(root) if !root.is_null() => {
            splice(text, root, &steps, op).ok_or_else(|| EditError::Unsafe(path.into()))?
        }
        // Comments of an otherwise empty file stay above.
        _ => {
            let head = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            format!("{text}{head}{}", crate::emit::emit(&wanted))
        }
    };
    let again = parse(0, &edited);
    let got = again.root.as_ref().map_or(Value::Null, Node::to_value);
    // Compared as text, since order counts.
    let (got, wanted) = (format!("{got}"), format!("{wanted}"));
    if again.faults.is_empty() && got == wanted {
        Ok(edited)
    } else {
        Err(EditError::Unsafe(path.to_string()))
    }
}

/// The same edit on the value, to hold the outcome against.
fn change(root: &mut Value, steps: &[Step], op: Op<'_>, path: &str) -> Result<(), EditError> {
    let Some((last, head)) = steps.split_last() else {
        return match op {
            Op::Set(value) => {
                *root = value.clone();
                Ok(())
            }
            Op::Add(value) if root.is_array() => {
                root.as_array_mut()
                    .into_iter()
                    .for_each(|items| items.push(value.clone()));
                Ok(())
            }
            _ => Err(EditError::UnknownPath("the path is empty".to_string())),
        };
    };
    let mut at = root;
    for (depth, step) in head.iter().enumerate() {
        let opens = !matches!(op, Op::Remove) && matches!(step, Step::Key(_));
        if opens && at.is_null() {
            *at = Value::Object(serde_json::Map::new());
        }
        let there = match (step, &*at) {
            (Step::Key(key), Value::Object(map)) => opens || map.contains_key(key),
            (Step::Index(i), Value::Array(items)) => *i < items.len(),
            _ => false,
        };
        if !there {
            return Err(unknown(at, &steps[..depth], step));
        }
        at = match (step, at) {
            (Step::Key(key), Value::Object(map)) => map.entry(key.clone()).or_insert(Value::Null),
            (Step::Index(i), Value::Array(items)) => &mut items[*i],
            _ => return Err(EditError::UnknownPath(path.to_string())),
        };
    }
    if !matches!(op, Op::Remove) && at.is_null() && matches!(last, Step::Key(_)) {
        *at = Value::Object(serde_json::Map::new());
    }
    match (at, last, op) {
        (Value::Object(map), Step::Key(key), Op::Set(value)) => {
            drop(map.insert(key.clone(), value.clone()))
        }
        (Value::Object(map), Step::Key(key), Op::Add(value)) => match map.get_mut(key) {
            Some(Value::Array(items)) => items.push(value.clone()),
            Some(_) => return Err(EditError::Exists(path.to_string())),
            None => drop(map.insert(key.clone(), value.clone())),
        },
        (Value::Object(map), Step::Key(key), Op::Remove) if map.contains_key(key) => {
            drop(map.shift_remove(key))
        }
        (Value::Array(items), Step::Index(i), _) if *i < items.len() => match op {
            Op::Set(value) => items[*i] = value.clone(),
            Op::Add(value) => match &mut items[*i] {
                Value::Array(inner) => inner.push(value.clone()),
                _ => return Err(EditError::Exists(path.to_string())),
            },
            Op::Remove => drop(items.remove(*i)),
        },
        (found, step, _) => return Err(unknown(found, head, step)),
    }
    Ok(())
}

fn unknown(at: &Value, reached: &[Step], step: &Step) -> EditError {
    let whole = show(reached);
    let place = if whole.is_empty() {
        "the file".to_string()
    } else {
        format!("`{whole}`")
    };
    let name = match step {
        Step::Key(key) => key.clone(),
        Step::Index(i) => format!("[{i}]"),
    };
    let near = at
        .as_object()
        .and_then(|map| nearest(&name, map.keys().map(String::as_str)));
    let hint = near
        .map(|word| format!("; did you mean `{word}`?"))
        .unwrap_or_default();
    EditError::UnknownPath(format!("{place} has no `{name}`{hint}"))
}

/// Where a node stands: its ancestors' flow, and the key or dash before it.
struct Spot<'n> {
    node: &'n Node,
    /// Inside brackets or braces, which hold one line.
    flow: bool,
    /// Bytes of the key with its end, or of an item's own start.
    key_end: Option<usize>,
    path: String,
}

fn splice(text: &str, root: &Node, steps: &[Step], op: Op<'_>) -> Option<String> {
    let mut spot = Spot {
        node: root,
        flow: false,
        key_end: None,
        path: String::new(),
    };
    let mut depth = 0;
    let mut parent: Option<Spot<'_>> = None;
    while let Some(step) = steps.get(depth) {
        let flow = spot.flow || is_flow(spot.node);
        let next = match (&spot.node.kind, step) {
            (Kind::Map(map), Step::Key(key)) => map.entry(key).map(|(k, node)| Spot {
                node,
                flow,
                key_end: Some(k.span.end),
                path: join(&spot.path, key),
            }),
            (Kind::Seq(seq), Step::Index(at)) => seq.items.get(*at).map(|node| Spot {
                node,
                flow,
                key_end: None,
                path: index(&spot.path, *at),
            }),
            _ => None,
        };
        let Some(next) = next else { break };
        parent = Some(std::mem::replace(&mut spot, next));
        depth += 1;
    }
    let missing = &steps[depth..];
    match op {
        Op::Remove => cut(text, &parent?, steps.last()?),
        Op::Add(value) if missing.is_empty() => match &spot.node.kind {
            Kind::Seq(seq) => push_item(text, &spot, seq, value),
            _ => None,
        },
        Op::Set(value) if missing.is_empty() => replace(text, &spot, value),
        Op::Set(value) | Op::Add(value) => {
            // Maps that are missing on the way are made.
            let mut value = value.clone();
            for step in missing[1..].iter().rev() {
                let Step::Key(key) = step else { return None };
                value = Value::Object([(key.clone(), value)].into_iter().collect());
            }
            let Step::Key(key) = &missing[0] else {
                return None;
            };
            match &spot.node.kind {
                Kind::Map(map) => push_entry(text, &spot, map, key, &value),
                _ => replace(
                    text,
                    &spot,
                    &Value::Object([(key.clone(), value)].into_iter().collect()),
                ),
            }
        }
    }
}

fn is_flow(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(map) => map.flow,
        Kind::Seq(seq) => seq.flow,
        _ => false,
    }
}

fn put(text: &str, from: usize, to: usize, new: &str) -> Option<String> {
    Some(format!("{}{new}{}", text.get(..from)?, text.get(to..)?))
}

/// As `put`; a comment that followed on the line stays on the first of several new lines.
fn put_lines(text: &str, from: usize, to: usize, new: &str) -> Option<String> {
    let end = to + text.get(to..)?.find('\n').unwrap_or(text.len() - to);
    let tail = text[to..end].trim_end_matches('\r');
    match new.split_once('\n') {
        Some((first, rest)) if tail.trim_start().starts_with('#') => {
            put(text, from, end, &format!("{first}{tail}\n{rest}"))
        }
        _ => put(text, from, to, new),
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

/// The byte after the line break that ends the line of byte `at`.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}

/// Characters before byte `at` on its line.
fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at]
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
}

fn is_block(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(map) => !map.flow && !map.entries.is_empty(),
        Kind::Seq(seq) => !seq.flow && !seq.items.is_empty(),
        _ => false,
    }
}

/// The indentation of the map or list that holds the spot.
fn indent_of(text: &str, spot: &Spot<'_>) -> usize {
    match spot.key_end {
        Some(end) => {
            let line = line_start(text, end);
            let body = &text[line..end];
            // `- key: value`: the key's column counts, dashes included.
            body.len() - body.trim_start_matches([' ', '-']).len()
        }
        None => {
            let line = line_start(text, spot.node.span.start);
            text[line..spot.node.span.start].rfind('-').unwrap_or(0)
        }
    }
}

fn replace(text: &str, spot: &Spot<'_>, value: &Value) -> Option<String> {
    let span = spot.node.span;
    if spot.flow {
        if spot.node.text() == Some("") && span.start == span.end {
            return put(
                text,
                span.start,
                span.end,
                &format!(" {}", inline(value, true)?),
            );
        }
        return put(text, span.start, span.end, &inline(value, true)?);
    }
    let notes = Notes::default();
    let indent = indent_of(text, spot);
    let new = match spot.key_end {
        Some(end) => {
            let used = text[line_start(text, end)..end].chars().count() + 1 - indent.min(end);
            after_key(value, indent, used, &spot.path, &notes)
        }
        None if spot.path.is_empty() => {
            let new = crate::emit::emit(value);
            return put(text, span.start, span.end, new.trim_end_matches('\n'));
        }
        None => item(value, indent, &spot.path, &notes)[1..].to_string(),
    };
    let new = new.trim_end_matches('\n');
    let empty = span.start == span.end;
    match spot.key_end {
        Some(end) => {
            let colon = end + text[end..].find(':')? + 1;
            if empty {
                return put(text, colon, colon, new);
            }
            if is_block(spot.node) && new.starts_with('\n') {
                // The key's own line, with its comment, stays.
                let from = line_start(text, span.start);
                if from > colon {
                    return put(text, from, span.end, &new[1..]);
                }
            }
            if !is_block(spot.node) && !new.starts_with('\n') && !new.contains('\n') {
                return put(text, span.start, span.end, new.trim_start());
            }
            put_lines(text, colon, span.end, new)
        }
        None => {
            let dash = line_start(text, span.start) + indent + 1;
            if empty || text.get(dash..span.start)?.trim().is_empty() {
                let to = if empty { dash } else { span.end };
                return put_lines(text, dash.min(to), to, new);
            }
            put(text, span.start, span.end, new.trim_start())
        }
    }
}

/// The end of what a node holds; an empty node's own place may be far away.
fn end_of(key_end: usize, node: &Node) -> usize {
    if node.span.start == node.span.end {
        key_end
    } else {
        node.span.end.max(key_end)
    }
}

fn push_entry(text: &str, spot: &Spot<'_>, map: &Map, key: &str, value: &Value) -> Option<String> {
    let Some((last_key, last)) = map.entries.last() else {
        let whole = Value::Object([(key.to_string(), value.clone())].into_iter().collect());
        return replace(text, spot, &whole);
    };
    if map.flow || spot.flow {
        let entry = format!(", {}: {}", key_text(key, true), inline(value, true)?);
        let end = end_of(last_key.span.end, last);
        let end = if last.span.start == last.span.end {
            end + text[end..].find(':')? + 1
        } else {
            end
        };
        return put(text, end, end, &entry);
    }
    let indent = column(text, map.entries.first()?.0.span.start);
    let wrapped = Value::Object([(key.to_string(), value.clone())].into_iter().collect());
    let entry = block(&wrapped, indent, &spot.path, &Notes::default());
    let at = line_end(text, end_of(last_key.span.end, last));
    let head = if text[..at].ends_with('\n') { "" } else { "\n" };
    put(text, at, at, &format!("{head}{entry}"))
}

fn push_item(text: &str, spot: &Spot<'_>, seq: &Seq, value: &Value) -> Option<String> {
    let Some(last) = seq.items.last() else {
        return replace(text, spot, &Value::Array(vec![value.clone()]));
    };
    if seq.flow || spot.flow {
        return put(
            text,
            last.span.end,
            last.span.end,
            &format!(", {}", inline(value, true)?),
        );
    }
    let first = seq.items.first()?.span.start;
    let line = line_start(text, first);
    let indent = text[line..first]
        .rfind('-')
        .filter(|at| text[line..line + at].trim_matches([' ', '-']).is_empty())?;
    // In `- - a` the inner dash is the last one before the item.
    let entry = item(value, indent, &spot.path, &Notes::default());
    let at = line_end(text, last.span.end);
    let head = if text[..at].ends_with('\n') { "" } else { "\n" };
    put(
        text,
        at,
        at,
        &format!("{head}{}{entry}", " ".repeat(indent)),
    )
}

fn cut(text: &str, parent: &Spot<'_>, step: &Step) -> Option<String> {
    // Start and end of every sibling, and which one goes.
    let (ranges, at, flow): (Vec<(usize, usize)>, usize, bool) = match (&parent.node.kind, step) {
        (Kind::Map(map), Step::Key(key)) => {
            let ranges = map
                .entries
                .iter()
                .map(|(k, n)| (k.span.start, end_of(k.span.end, n)))
                .collect();
            (
                ranges,
                map.entries.iter().position(|(k, _)| k.text == *key)?,
                map.flow || parent.flow,
            )
        }
        (Kind::Seq(seq), Step::Index(at)) => {
            let start = |n: &Node| {
                if seq.flow {
                    Some(n.span.start)
                } else {
                    text[..n.span.start].rfind('-')
                }
            };
            let ranges: Option<Vec<_>> = seq
                .items
                .iter()
                .map(|n| Some((start(n)?, n.span.end)))
                .collect();
            (ranges?, *at, seq.flow || parent.flow)
        }
        _ => return None,
    };
    let (start, end) = *ranges.get(at)?;
    if ranges.len() == 1 {
        let empty = match step {
            Step::Key(_) => Value::Object(serde_json::Map::new()),
            Step::Index(_) => Value::Array(Vec::new()),
        };
        return replace(text, parent, &empty);
    }
    if flow {
        return match (
            ranges.get(at + 1),
            at.checked_sub(1).and_then(|i| ranges.get(i)),
        ) {
            (Some((next, _)), _) => put(text, start, *next, ""),
            (None, Some((_, before))) => put(text, *before, end, ""),
            _ => None,
        };
    }
    let line = line_start(text, start);
    if !text[line..start]
        .trim_start_matches('\u{feff}')
        .trim()
        .is_empty()
    {
        // `- first: 1`: the dash stays for the next key.
        let next = ranges.get(at + 1)?.0;
        return put(text, start, next, "");
    }
    let mut from = line;
    if at > 0 {
        while from > 0 {
            let above = line_start(text, from - 1);
            let body = &text[above..from];
            let same = body.len() - body.trim_start().len() == start - line;
            if !(same && body.trim_start().starts_with('#')) {
                break;
            }
            from = above;
        }
    }
    put(text, from, line_end(text, end), "")
}
