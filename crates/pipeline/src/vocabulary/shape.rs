//! A JSON Schema in words: references followed, branches joined.

use serde_json::Value;

use super::Key;

/// A file's schema, with its definitions.
pub struct Schemas<'s> {
    root: &'s Value,
}

impl<'s> Schemas<'s> {
    pub fn new(root: &'s Value) -> Self {
        Schemas { root }
    }

    /// The schema itself and everything it refers to or chooses between; the null branch left out.
    fn parts(&self, at: &'s Value) -> Vec<&'s Value> {
        let mut parts = vec![at];
        if let Some(name) = at.get("$ref").and_then(Value::as_str)
            && let Some(target) = self.root.pointer(name.trim_start_matches('#'))
        {
            parts.extend(self.parts(target));
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            let branches = at.get(word).and_then(Value::as_array);
            for branch in branches.into_iter().flatten() {
                if branch.get("type").and_then(Value::as_str) != Some("null") {
                    parts.extend(self.parts(branch));
                }
            }
        }
        parts
    }

    /// What a step leads to, and how the step is shown: its own name, or `*`.
    pub fn child(&self, at: &'s Value, step: &str) -> Option<(&'s Value, String)> {
        let parts = self.parts(at);
        let named = parts.iter().find_map(|p| p.get("properties")?.get(step));
        if let Some(found) = named {
            return Some((found, step.to_string()));
        }
        let any = parts.iter().find_map(|p| {
            let map = p.get("additionalProperties").filter(|a| a.is_object());
            map.or_else(|| p.get("items").filter(|i| i.is_object()))
        });
        any.map(|found| (found, "*".to_string()))
    }

    /// Names of the keys; empty where there are none of its own.
    pub fn keys_of(&self, at: &'s Value) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for part in self.parts(at) {
            let properties = part.get("properties").and_then(Value::as_object);
            for key in properties.into_iter().flat_map(|p| p.keys()) {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        keys
    }

    pub fn keys(&self, at: &'s Value) -> Vec<Key> {
        let parts = self.parts(at);
        let whole = parts.iter().filter(|p| p.get("properties").is_some());
        // Where it is one of several shapes, no key is required of all.
        let one = whole.count() == 1;
        let required = |key: &str| {
            one && parts.iter().any(|p| {
                let list = p.get("required").and_then(Value::as_array);
                list.is_some_and(|l| l.iter().any(|r| r == key))
            })
        };
        let of = |key: String| {
            let (child, _) = self.child(at, &key)?;
            Some(Key {
                is: self.is(child),
                about: self.about(child),
                required: required(&key),
                key,
            })
        };
        self.keys_of(at).into_iter().filter_map(of).collect()
    }

    /// The first description: the place's own before its type's.
    pub fn about(&self, at: &'s Value) -> String {
        let text = self
            .parts(at)
            .iter()
            // One word's meaning is not the meaning of the place.
            .filter(|p| p.get("const").is_none() && p.get("enum").is_none())
            .find_map(|p| p.get("description")?.as_str())
            .unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The words of an enumeration with what they mean.
    pub fn words(&self, at: &'s Value) -> Vec<(String, String)> {
        let mut words = Vec::new();
        for part in self.parts(at) {
            let about = part
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or("");
            if let Some(word) = part.get("const").and_then(Value::as_str) {
                words.push((word.to_string(), about.replace('\n', " ")));
            }
            let list = part.get("enum").and_then(Value::as_array);
            for word in list.into_iter().flatten().filter_map(Value::as_str) {
                words.push((word.to_string(), String::new()));
            }
        }
        words
    }

    /// What stands there, in a few words.
    pub fn is(&self, at: &'s Value) -> String {
        let parts = self.parts(at);
        let text = |word: &str| parts.iter().find_map(|p| p.get(word)?.as_str());
        if let Some(quantity) = text("x-quantity") {
            let example = parts
                .iter()
                .find_map(|p| p.get("examples")?.get(0)?.as_str());
            return match example {
                Some(example) => format!("{quantity} ({example})"),
                None => quantity.to_string(),
            };
        }
        if parts.iter().any(|p| p.get("x-expr").is_some()) {
            return "expression".to_string();
        }
        if let Some(to) = text("x-ref") {
            return format!("id of {to}");
        }
        let words = self.words(at);
        let keys = self.keys_of(at);
        if !words.is_empty() && keys.is_empty() {
            let names: Vec<&str> = words.iter().map(|(w, _)| w.as_str()).collect();
            return match names.len() {
                ..=12 => format!("one of {}", names.join(", ")),
                n => format!("one of {n} words"),
            };
        }
        let mut forms: Vec<String> = Vec::new();
        let mut add = |form: String| {
            if !forms.contains(&form) {
                forms.push(form);
            }
        };
        if !words.is_empty() {
            let names: Vec<&str> = words.iter().map(|(w, _)| w.as_str()).collect();
            add(names.join(", "));
        }
        if !keys.is_empty() {
            add(match keys.len() {
                ..=8 => format!("map with {}", keys.join(", ")),
                n => format!("map with {n} keys"),
            });
        }
        for part in &parts {
            if let Some(items) = part.get("items").filter(|i| i.is_object()) {
                add(format!("list of: {}", self.is(items)));
            }
            if let Some(item) = part.get("additionalProperties").filter(|a| a.is_object()) {
                let declares = part.get("x-ids").is_some();
                let id = if declares { "ids" } else { "names" };
                add(format!("map by {id} of: {}", self.is(item)));
            }
            let types = match part.get("type") {
                Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(one)) => vec![one.as_str()],
                _ => Vec::new(),
            };
            let plain = part.get("const").is_none() && part.get("enum").is_none();
            for one in types.into_iter().filter(|_| plain) {
                match one {
                    "string" => add("text".into()),
                    "boolean" => add("true or false".into()),
                    "integer" | "number" => add(one.into()),
                    _ => {}
                }
            }
        }
        if forms.is_empty() {
            return "anything".to_string();
        }
        forms.join(", or ")
    }
}
