//! JSON Schemas of the files, for editors.

use model::Plain;
use serde_json::Value;

/// Names of the files that have a schema.
pub const NAMES: &[&str] = &["brief", "architecture", "waivers", "measured"];

/// The schema of a file, draft 2020-12; `None` for an unknown name.
pub fn schema(name: &str) -> Option<Value> {
    let mut value = match name {
        "brief" => model::Brief::schema(),
        "architecture" => model::Architecture::schema(),
        "waivers" => model::Waivers::schema(),
        "measured" => model::Measured::schema(),
        _ => return None,
    };
    close(&mut value);
    Some(value)
}

/// Objects with named properties take no others: an unknown key is a fault, in an editor too.
fn close(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("properties") && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".into(), Value::Bool(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
