//! Model paths and prose: whether a path leads somewhere, and every text that refers to the model.

use model::System;
use serde_json::Value;

/// The model as plain values, made once and only where a rule asks.
pub(crate) struct Paths {
    architecture: Value,
    brief: Value,
}

impl Paths {
    pub(crate) fn new(system: &System) -> Self {
        // What was read from text can be written again: no map has keys other than text.
        let value = |result: Result<Value, serde_json::Error>| result.unwrap_or_default();
        let mut architecture = value(serde_json::to_value(&system.architecture));
        if let Some(map) = architecture.as_object_mut() {
            map.shift_remove("brief");
        }
        Paths {
            architecture,
            brief: value(serde_json::to_value(&system.brief)),
        }
    }

    /// The path leads somewhere: from the architecture's root, the brief's, or the domain's.
    pub(crate) fn leads(&self, path: &str) -> bool {
        let path = path.strip_prefix("brief.").unwrap_or(path);
        [
            Some(&self.architecture),
            Some(&self.brief),
            self.brief.get("domain"),
        ]
        .into_iter()
        .flatten()
        .any(|root| find(root, path).is_some())
    }

    /// Every text with `{{` in it, with its path.
    pub(crate) fn prose(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(&self.architecture, String::new(), &mut found);
        found
    }
}

fn find<'v>(root: &'v Value, path: &str) -> Option<&'v Value> {
    let mut at = root;
    for segment in path.split('.') {
        let (key, indices) = segment.split_once('[').unwrap_or((segment, ""));
        at = at.get(key)?;
        for index in indices.split('[').filter(|i| !i.is_empty()) {
            at = at.get(index.strip_suffix(']')?.parse::<usize>().ok()?)?;
        }
    }
    Some(at)
}

fn walk(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.contains("{{") => found.push((path, text.clone())),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, format!("{path}[{at}]"), found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let dot = if path.is_empty() { "" } else { "." };
                walk(item, format!("{path}{dot}{key}"), found);
            }
        }
        _ => {}
    }
}
