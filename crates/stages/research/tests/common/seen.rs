//! What one file says as short lines: place, certainty, and what is seen.

use groundplan_research::observation::{FileFacts, Observation, Value};

pub fn lines(facts: &FileFacts) -> String {
    let mut out = String::new();
    for seen in &facts.seen {
        let Some(what) = what(&seen.what) else {
            continue;
        };
        let certainty = format!("{:?}", seen.certainty).to_lowercase();
        out.push_str(&format!("{} {certainty} {what}\n", seen.line));
    }
    for (name, value) in &facts.exports {
        if !matches!(value, Value::Symbol(_)) {
            out.push_str(&format!("exports {name} = {}\n", text(value)));
        }
    }
    out
}

fn what(seen: &Observation) -> Option<String> {
    Some(match seen {
        Observation::Route(one) => {
            let method = one.method.as_deref().unwrap_or("-");
            let handler = one.handler.as_deref().unwrap_or("-");
            let router = if one.router.is_some() {
                " on a router"
            } else {
                ""
            };
            format!(
                "route {} {method} {} by {handler}{router}",
                one.protocol,
                text(&one.path)
            )
        }
        Observation::Mount(one) => {
            let child = match &one.child {
                Value::Text(_) => "a router".to_string(),
                other => text(other),
            };
            format!("mount {child} under {}", text(&one.prefix))
        }
        Observation::Call(one) => {
            let method = one.method.as_deref().unwrap_or("-");
            let service = one
                .service
                .as_ref()
                .map_or(String::new(), |of| format!(" of {}", text(of)));
            let timeout = if one.timeout { " with timeout" } else { "" };
            let looped = if one.in_loop { " in a loop" } else { "" };
            let target = text(&one.target);
            format!(
                "call {} {method} {target}{service}{timeout}{looped}",
                one.protocol
            )
        }
        Observation::Client(one) => {
            let base = one.base.as_ref().map_or("-".to_string(), text);
            format!("client {base} timeout {:?}", one.timeout)
        }
        Observation::Connection(one) => {
            let technology = one.technology.as_deref().unwrap_or("-");
            let database = one
                .database
                .as_ref()
                .map_or(String::new(), |of| format!(" / {}", text(of)));
            format!("connection {technology} {}{database}", text(&one.target))
        }
        Observation::Message(one) => {
            format!(
                "message {:?} {} {}",
                one.direction,
                one.technology,
                text(&one.topic)
            )
        }
        Observation::Role { role, .. } => format!("role {role}"),
        Observation::Entity(one) => {
            let fields: Vec<String> = one
                .fields
                .iter()
                .map(|field| match &field.refers {
                    Some(of) => format!(
                        "{} -> {of}{}",
                        field.name,
                        if field.many { "*" } else { "" }
                    ),
                    None => format!("{}: {}", field.name, field.of),
                })
                .collect();
            let table = one.table.as_deref().unwrap_or("-");
            format!("entity {} in {table} ({})", one.name, fields.join(", "))
        }
        Observation::Query(one) => {
            let about = one.sql.as_ref().map(text).or(one.entity.clone());
            let kind = if one.writes { "writes" } else { "query" };
            let looped = if one.in_loop { " in a loop" } else { "" };
            format!("{kind} {}{looped}", about.unwrap_or_default())
        }
        Observation::Guard(one) => format!("guard {} of {:?}", one.kind, one.covers),
        Observation::Resilience(one) => format!("{} of {:?}", one.kind, one.covers),
        Observation::ReadsEnv { name, default } => {
            let default = default
                .as_ref()
                .map_or(String::new(), |of| format!(" or {}", text(of)));
            format!("env {name}{default}")
        }
        Observation::ReadsConfig { key, .. } => format!("config {key}"),
        Observation::Schedule { every } => format!("schedule {}", text(every)),
        Observation::Entry { port } => {
            format!("entry {}", port.as_ref().map_or("-".to_string(), text))
        }
        Observation::Test => "test".to_string(),
        Observation::Setting { key, value, .. } => format!("setting {key} = {}", text(value)),
        _ => return None,
    })
}

fn text(value: &Value) -> String {
    let many =
        |items: &[Value], between: &str| items.iter().map(text).collect::<Vec<_>>().join(between);
    match value {
        Value::Text(text) => text.clone(),
        Value::Concat(items) => many(items, ""),
        Value::Env {
            name,
            default: None,
        } => format!("${{{name}}}"),
        Value::Env {
            name,
            default: Some(of),
        } => format!("${{{name}:{}}}", text(of)),
        Value::Config { key, .. } => format!("#{{{key}}}"),
        Value::Symbol(name) => format!("<{name}>"),
        Value::Either(items) => format!("({})", many(items, "|")),
        Value::Hole => "_".to_string(),
    }
}
