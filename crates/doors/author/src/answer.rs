//! JSON in what a model says: alone, in a fence, or in the middle of prose; whole, or cut off.

use serde_json::Value;

/// How many beginnings are tried in one answer.
const MOST_TRIES: usize = 2000;

/// Every whole JSON object or list of the text, outermost first, in order. Of a list that was cut off,
/// its whole elements.
pub fn values(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut tries = 0;
    while let Some(next) = text[at..].find(['{', '[']) {
        let start = at + next;
        let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                at = start + stream.byte_offset();
                found.push(value);
            }
            _ => {
                tries += 1;
                at = start + 1;
            }
        }
        if tries > MOST_TRIES {
            break;
        }
    }
    found
}

/// The elements of the list under `key`, or of the list that stands alone, or single elements that carry
/// all of `marks`.
pub fn list(text: &str, key: &str, marks: &[&str]) -> Option<Vec<Value>> {
    let found = values(text);
    if let Some(list) = found.iter().find_map(|v| v.get(key)?.as_array()) {
        return Some(list.clone());
    }
    let marked = |v: &Value| marks.iter().all(|mark| v.get(*mark).is_some());
    if let Some(list) = found
        .iter()
        .filter_map(Value::as_array)
        .find(|list| list.iter().any(marked))
    {
        return Some(list.clone());
    }
    let single: Vec<Value> = found.into_iter().filter(marked).collect();
    (!single.is_empty()).then_some(single)
}

/// The first object that has one of these keys.
pub fn object(text: &str, keys: &[&str]) -> Option<Value> {
    let has = |v: &Value| keys.iter().any(|key| v.get(*key).is_some());
    values(text).into_iter().find(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_found_wherever_it_stands() {
        let want = Some(vec![json!({"path": "a", "value": 1})]);
        for text in [
            r#"{"items": [{"path": "a", "value": 1}]}"#,
            r#"[{"path": "a", "value": 1}]"#,
            "Here it is:\n```json\n{\"items\": [{\"path\": \"a\", \"value\": 1}]}\n```\nDone {really}.",
            "As {path, value} you said: [{\"path\": \"a\", \"value\": 1}]",
            // Cut off in the second element.
            r#"{"items": [{"path": "a", "value": 1}, {"path": "b", "val"#,
        ] {
            assert_eq!(list(text, "items", &["path", "value"]), want, "{text}");
        }
        for text in ["", "no", "{", "[]]", "{\"item\": 3}", "[1, 2]"] {
            assert_eq!(list(text, "items", &["path", "value"]), None, "{text}");
        }
    }

    #[test]
    fn endless_beginnings_end() {
        for text in [
            "{".repeat(100_000),
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
        ] {
            assert!(values(&text).is_empty());
        }
    }

    #[test]
    fn an_object_is_found_by_its_keys() {
        let found = object(
            "well {\"a\": 1} and {\"changes\": []}",
            &["changes", "cannot"],
        );
        assert_eq!(found, Some(json!({"changes": []})));
    }
}
