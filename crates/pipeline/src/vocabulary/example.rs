//! A piece of one of the repository's own examples, which pass every check.

use std::sync::LazyLock;

use serde_json::Value;

use crate::differing;

/// Longer pieces explain less than they cost to read.
const MOST: usize = 1500;

/// A small whole brief, to learn the form from.
const WHOLE: &str = include_str!("brief.yaml");

macro_rules! texts {
    ($file:literal) => {
        [
            include_str!(concat!("../../../../examples/orders/", $file)),
            include_str!(concat!("../../../../examples/parcels/", $file)),
            include_str!(concat!("../../../../examples/telemetry/", $file)),
            include_str!(concat!("../../../../examples/conduit/", $file)),
        ]
    };
}

static BRIEFS: LazyLock<[Value; 4]> = LazyLock::new(|| texts!("brief.yaml").map(differing::value));
static ARCHITECTURES: LazyLock<[Value; 4]> =
    LazyLock::new(|| texts!("architecture.yaml").map(differing::value));

/// The fullest piece at a path (`*` is any id) that is short enough.
pub fn of(file: &str, steps: &[String]) -> Option<String> {
    let roots = match file {
        "brief" => &*BRIEFS,
        "architecture" => &*ARCHITECTURES,
        _ => return None,
    };
    if steps.is_empty() {
        return (file == "brief").then(|| WHOLE.to_string());
    }
    // The first example that has such a place at all explains it.
    roots.iter().find_map(|root| {
        let mut found = Vec::new();
        collect(root, steps, &mut found);
        let shown = found.into_iter().map(|(key, value)| {
            let whole = match key {
                Some(key) => Value::Object([(key, value)].into_iter().collect()),
                None => value,
            };
            syntax::emit::emit(&whole)
        });
        shown
            .filter(|text| text.len() <= MOST)
            .max_by_key(String::len)
    })
}

/// Every value at the path, with its last key.
fn collect(at: &Value, steps: &[String], found: &mut Vec<(Option<String>, Value)>) {
    let Some((step, rest)) = steps.split_first() else {
        return;
    };
    let mut go = |key: Option<String>, value: &Value| match rest.is_empty() {
        true => found.push((key, value.clone())),
        false => collect(value, rest, found),
    };
    match at {
        Value::Object(map) if step == "*" => {
            map.iter().for_each(|(k, v)| go(Some(k.clone()), v));
        }
        Value::Object(map) => {
            if let Some(value) = map.get(step.as_str()) {
                go(Some(step.clone()), value);
            }
        }
        Value::Array(items) => items.iter().for_each(|v| go(None, v)),
        _ => {}
    }
}
