//! Samples of requests and answers, taken from the OpenAPI document so that the two cannot differ.

use serde_json::Value;

use crate::interface::Described;
use crate::page::Page;

/// Statuses whose bodies are shown.
const REFUSALS: [&str; 6] = ["400", "401", "403", "404", "409", "422"];
/// Lines of one body before it is cut.
const LONGEST: usize = 16;

impl Described<'_> {
    /// Request, answer and refusals of one operation.
    pub fn write(&self, page: &mut Page) {
        let mut spoken = vec![self.request()];
        let responses = self.operation["responses"].as_object();
        for (status, response) in responses.into_iter().flatten() {
            if status.starts_with('2') {
                let (media, body) = content(response);
                let text = match body {
                    Some(body) => format!("{status} {media}\n\n{}", shown(&body)),
                    None => status.clone(),
                };
                spoken.push(text);
            }
        }
        page.code("http", &spoken.join("\n\n"));
        let refusals: Vec<(&String, &Value)> = responses
            .into_iter()
            .flatten()
            .filter(|(status, _)| REFUSALS.contains(&status.as_str()))
            .collect();
        let lines: Vec<String> = refusals
            .iter()
            .map(|(status, response)| {
                let when = response["description"].as_str().unwrap_or_default();
                format!("{status}: {when}")
            })
            .collect();
        page.bullets(&lines);
        // All refusals have one form: the one that says most stands for it.
        let longest = refusals
            .iter()
            .filter_map(|(_, response)| content(response).1)
            .map(|body| body.to_string())
            .max_by_key(String::len);
        if let Some(body) = longest.filter(|_| refusals.len() > 2) {
            page.code("json", &body);
        }
    }

    fn request(&self) -> String {
        let mut path = self.path.clone();
        let mut query: Vec<String> = Vec::new();
        let mut headers: Vec<String> = Vec::new();
        let secured = self.operation["security"].as_array().is_some_and(|s| {
            let named = |one: &Value| one.as_object().is_some_and(|o| !o.is_empty());
            !s.is_empty() && s.iter().all(named)
        });
        for parameter in self.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let name = parameter["name"].as_str().unwrap_or_default();
            let Some(value) = plain(&parameter["example"]) else {
                continue;
            };
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &value),
                Some("header") => headers.push(format!("{name}: {value}")),
                // An optional filter or cursor would suggest that it must be there.
                Some("query") if parameter["required"] == true => {
                    query.push(format!("{name}={value}"));
                }
                _ => {}
            }
        }
        if !query.is_empty() {
            path.push_str(&format!("?{}", query.join("&")));
        }
        let mut lines = vec![format!("{} {path}", self.method)];
        if secured {
            lines.push("Authorization: ...".into());
        }
        lines.extend(headers);
        let body = self.operation["requestBody"]["content"]
            .as_object()
            .and_then(|c| c.iter().next());
        if let Some((media, content)) = body {
            lines.push(format!("Content-Type: {media}"));
            if let Some(example) = example(content) {
                lines.push(String::new());
                lines.push(shown(example));
            }
        }
        lines.join("\n")
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn content(response: &Value) -> (String, Option<Value>) {
    let first = response["content"]
        .as_object()
        .and_then(|c| c.iter().next());
    match first {
        Some((media, content)) => (media.clone(), example(content).cloned()),
        None => (String::new(), None),
    }
}

fn example(content: &Value) -> Option<&Value> {
    content.get("example").or_else(|| {
        let examples = content.get("examples")?.as_object()?;
        examples.values().next()?.get("value")
    })
}

/// JSON with what fits on a line on one line.
fn json(value: &Value, indent: usize) -> String {
    let flat = value.to_string();
    if flat.chars().count() + indent <= 88 {
        return flat;
    }
    let pad = " ".repeat(indent + 2);
    let end = " ".repeat(indent);
    match value {
        Value::Array(items) => {
            let lines: Vec<String> = items
                .iter()
                .map(|v| format!("{pad}{}", json(v, indent + 2)))
                .collect();
            format!("[\n{}\n{end}]", lines.join(",\n"))
        }
        Value::Object(members) => {
            let lines: Vec<String> = members
                .iter()
                .map(|(k, v)| format!("{pad}{}: {}", Value::from(k.as_str()), json(v, indent + 2)))
                .collect();
            format!("{{\n{}\n{end}}}", lines.join(",\n"))
        }
        _ => flat,
    }
}

/// JSON for people, cut where it is long.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => json(other, 0),
    };
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= LONGEST {
        return text;
    }
    format!(
        "{}\n... {} more lines in openapi.yaml",
        lines[..LONGEST].join("\n"),
        lines.len() - LONGEST
    )
}
