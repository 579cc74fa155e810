//! The HTTP interface as other documents quote it: taken from the OpenAPI documents, so that the two
//! cannot differ.

use serde_json::Value;

use crate::renderers::{Need, openapi};
use crate::view::View;

/// The documents of every REST contract, with their files; none where nothing is asked over HTTP.
pub(crate) struct Interface {
    documents: Vec<(String, Value)>,
}

/// One operation in one of the documents: method, full path, and what the document says of it.
pub(crate) struct Described<'d> {
    pub method: String,
    pub path: String,
    pub operation: &'d Value,
    pub file: &'d str,
    document: &'d Value,
}

/// One value that a client sends: where, by which name, under which limits.
pub(crate) struct Sent<'d> {
    /// `path`, `query`, `header` or `body`.
    pub place: &'d str,
    pub name: String,
    pub required: bool,
    pub schema: &'d Value,
}

impl Interface {
    pub fn of(view: &View<'_>) -> Self {
        let documents = match view.has(Need::Http) {
            true => openapi::documents(view),
            false => Vec::new(),
        };
        Interface { documents }
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().map(|(file, _)| file.as_str())
    }

    /// Finds an operation by its id.
    pub fn find(&self, id: &str) -> Option<Described<'_>> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect()
        };
        let wanted = plain(id);
        for (file, document) in &self.documents {
            let base = document["servers"][0]["url"]
                .as_str()
                .unwrap_or_default()
                .trim_end_matches('/');
            for (path, methods) in document["paths"].as_object()? {
                for (method, operation) in methods.as_object().into_iter().flatten() {
                    if plain(operation["operationId"].as_str().unwrap_or_default()) == wanted {
                        return Some(Described {
                            method: method.to_uppercase(),
                            path: format!("{base}{path}"),
                            operation,
                            file,
                            document,
                        });
                    }
                }
            }
        }
        None
    }
}

impl<'d> Described<'d> {
    pub fn operation_id(&self) -> &'d str {
        self.operation["operationId"].as_str().unwrap_or_default()
    }

    /// The schema itself where it is a reference.
    pub fn resolve(&self, schema: &'d Value) -> &'d Value {
        let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        match name {
            Some(name) => &self.document["components"]["schemas"][name],
            None => schema,
        }
    }

    /// The schema with its one type, where null is allowed as well.
    pub fn plain(&self, schema: &'d Value) -> Value {
        let mut schema = self.resolve(schema).clone();
        let kind = schema["type"].as_array();
        let kind = kind.and_then(|k| k.iter().find(|k| *k != "null")).cloned();
        if let Some(kind) = kind {
            schema["type"] = kind;
        }
        schema
    }

    /// What the client sends, in the order of the document. Members below the one that wraps the
    /// body are named with it (`article.title`).
    pub fn sent(&self) -> Vec<Sent<'d>> {
        let parameters = self.operation["parameters"].as_array();
        let mut all: Vec<Sent<'d>> = parameters
            .into_iter()
            .flatten()
            .map(|p| Sent {
                place: p["in"].as_str().unwrap_or_default(),
                name: p["name"].as_str().unwrap_or_default().to_string(),
                required: p["required"] == true,
                schema: &p["schema"],
            })
            .collect();
        let body = &self.operation["requestBody"]["content"];
        let body = body.as_object().and_then(|c| c.values().next());
        if let Some(body) = body {
            let mut schema = self.resolve(&body["schema"]);
            let mut before = String::new();
            if let Some(members) = schema["properties"].as_object()
                && let Some((name, only)) = members.iter().next().filter(|_| members.len() == 1)
                && self.resolve(only)["properties"].is_object()
            {
                before = format!("{name}.");
                schema = self.resolve(only);
            }
            all.extend(self.members(schema).into_iter().map(|mut sent| {
                sent.name.insert_str(0, &before);
                sent
            }));
        }
        all
    }

    /// The members of an object.
    pub fn members(&self, schema: &'d Value) -> Vec<Sent<'d>> {
        let schema = self.resolve(schema);
        let required = schema["required"].as_array();
        let members = schema["properties"].as_object();
        members
            .into_iter()
            .flatten()
            .map(|(name, schema)| Sent {
                place: "body",
                name: name.clone(),
                required: required.is_some_and(|all| all.iter().any(|r| r == name)),
                schema,
            })
            .collect()
    }

    /// Status, description and schema of each answer, in the order of the document.
    pub fn answers(&self) -> Vec<(u16, &'d str, Option<&'d Value>)> {
        let answers = self.operation["responses"].as_object();
        answers
            .into_iter()
            .flatten()
            .filter_map(|(status, answer)| {
                let content = answer["content"].as_object();
                let schema = content
                    .and_then(|c| c.values().next())
                    .map(|c| &c["schema"]);
                let about = answer["description"].as_str().unwrap_or_default();
                Some((status.parse().ok()?, about, schema))
            })
            .collect()
    }

    /// Type and limits of a value in a few words: `integer, 1 to 20`; objects and lists down to `depth`.
    pub fn limits(&self, schema: &'d Value, depth: usize) -> String {
        self.told(schema, depth, true)
    }

    fn told(&self, schema: &'d Value, depth: usize, limits: bool) -> String {
        let named = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        let schema = self.resolve(schema);
        let (kind, null) = match &schema["type"] {
            Value::Array(kinds) => (
                kinds.iter().find_map(Value::as_str).unwrap_or_default(),
                kinds.iter().any(|k| k == "null"),
            ),
            kind => (kind.as_str().unwrap_or_default(), false),
        };
        let mut parts: Vec<String> = Vec::new();
        match kind {
            "object" if depth == 0 || !schema["properties"].is_object() => {
                parts.push(named.unwrap_or("object").to_string());
            }
            "object" => parts.push(format!("{{{}}}", self.inside(schema, depth - 1, limits))),
            "array" => {
                let of = self.told(&schema["items"], depth, limits);
                let most = schema["maxItems"].as_u64();
                let most = most.map_or(String::new(), |n| format!(" of at most {n}"));
                parts.push(format!("list{most}: {of}"));
            }
            "string" if schema["enum"].is_array() => {}
            "string" => parts.push(schema["format"].as_str().unwrap_or("text").to_string()),
            "" => parts.push(named.unwrap_or("any value").to_string()),
            kind => parts.push(kind.to_string()),
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<String> = values
                .iter()
                .filter(|v| !v.is_null())
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string))
                .collect();
            parts.push(format!("one of {}", values.join(", ")));
        }
        let span = |low: &Value, high: &Value, unit: &str| match (low, high) {
            (Value::Null, Value::Null) => None,
            (low, Value::Null) => Some(format!("at least {low}{unit}")),
            (Value::Null, high) => Some(format!("at most {high}{unit}")),
            (low, high) => Some(format!("{low} to {high}{unit}")),
        };
        if limits {
            parts.extend(span(&schema["minimum"], &schema["maximum"], ""));
            let (least, most) = (&schema["minLength"], &schema["maxLength"]);
            parts.extend(span(least, most, " characters"));
            if let Some(pattern) = schema["pattern"].as_str() {
                parts.push(format!("matches `{pattern}`"));
            }
        }
        if null {
            parts.push("or null".into());
        }
        parts.join(", ")
    }

    /// The members of an answer with their types: of the rows, where it is a list.
    pub fn shape(&self, schema: &'d Value) -> String {
        let schema = self.resolve(schema);
        match schema["items"].is_object() {
            true => format!(
                "list of {{{}}}",
                self.inside(self.resolve(&schema["items"]), 1, false)
            ),
            false if schema["properties"].is_object() => self.inside(schema, 2, false),
            false => self.told(schema, 1, false),
        }
    }

    fn inside(&self, schema: &'d Value, depth: usize, limits: bool) -> String {
        let members: Vec<String> = self
            .members(schema)
            .iter()
            .map(|m| format!("{} {}", m.name, self.told(m.schema, depth, limits)))
            .collect();
        members.join("; ")
    }
}
