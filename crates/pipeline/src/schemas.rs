//! JSON Schemas of the files, for editors.

use serde_json::Value;

/// Names of the files that have a schema.
pub const NAMES: &[&str] = &["brief", "architecture", "waivers", "measured"];

/// The schema of a file, draft 2020-12; `None` for an unknown name.
pub fn schema(name: &str) -> Option<Value> {
    let schema = match name {
        "brief" => schemars::schema_for!(model::Brief),
        "architecture" => schemars::schema_for!(model::Architecture),
        "waivers" => schemars::schema_for!(model::Waivers),
        "measured" => schemars::schema_for!(model::Measured),
        _ => return None,
    };
    let mut value = schema.to_value();
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
