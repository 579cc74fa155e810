//! Texts with placeholders, in the ways that configuration and deployment files write them.

use crate::observation::Value;

/// Stands in a rendered template for what could not be computed; becomes a [`Value::Hole`].
pub const UNKNOWN: char = '\u{e000}';

/// Deepest nesting of placeholders in defaults of placeholders.
const MAX_DEPTH: usize = 16;

/// Spring, MicroProfile, Quarkus, Log4j: `${a.b:default}`. A name in capitals is an environment variable
/// (relaxed binding lets it be a key as well, but this is how such names are meant), any other a
/// configuration key. `@a.b@` is filled in by the build, `#{..}` at run time.
pub fn spring(text: &str) -> Value {
    scan(text, 0, Syntax::Spring)
}

/// Shell, compose and `.env`: `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:?message}`; `$$` is a dollar.
pub fn shell(text: &str) -> Value {
    scan(text, 0, Syntax::Shell)
}

/// Kubernetes: `$(X)`; also holes of a rendered Helm template.
pub fn kubernetes(text: &str) -> Value {
    scan(text, 0, Syntax::Kubernetes)
}

/// nginx and its templates: `${X}` or `$X` in capitals is filled in before the start, any other variable at
/// run time.
pub fn nginx(text: &str) -> Value {
    scan(text, 0, Syntax::Nginx)
}

#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Spring,
    Shell,
    Kubernetes,
    Nginx,
}

/// The pieces as one value: neighbouring texts joined, a single piece as itself.
pub fn join(pieces: Vec<Value>) -> Value {
    let mut joined: Vec<Value> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Value::Text(before)), Value::Text(text)) => before.push_str(&text),
            (_, Value::Concat(inner)) => joined.extend(inner),
            (_, piece) => joined.push(piece),
        }
    }
    joined.retain(|piece| *piece != Value::Text(String::new()));
    match joined.len() {
        0 => Value::text(""),
        1 => joined.swap_remove(0),
        _ => Value::Concat(joined),
    }
}

/// The text that a value has where nothing sets its variables: defaults taken. None where something has none.
pub fn settled(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Concat(pieces) => pieces.iter().map(settled).collect(),
        Value::Env { default, .. } | Value::Config { default, .. } => settled(default.as_deref()?),
        Value::Either(all) => all.iter().find_map(settled),
        Value::Symbol(_) | Value::Hole => None,
    }
}

/// The names that stand in capitals are variables of the environment.
pub fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && name.bytes().any(|b| b.is_ascii_uppercase())
}

fn scan(text: &str, depth: usize, syntax: Syntax) -> Value {
    if depth > MAX_DEPTH {
        return Value::Hole;
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '#', '@', UNKNOWN]) {
        let (before, from) = rest.split_at(at);
        pieces.push(Value::text(before));
        let mark = from.chars().next().map_or(1, char::len_utf8);
        let (piece, length) = match placeholder(from, depth, syntax) {
            Some(found) => found,
            None => (Value::text(&from[..mark]), mark),
        };
        pieces.push(piece);
        rest = &from[length..];
    }
    pieces.push(Value::text(rest));
    join(pieces)
}

/// The placeholder at the start of a text, and its length.
fn placeholder(from: &str, depth: usize, syntax: Syntax) -> Option<(Value, usize)> {
    if from.starts_with(UNKNOWN) {
        return Some((Value::Hole, UNKNOWN.len_utf8()));
    }
    match syntax {
        Syntax::Spring if from.starts_with("#{") => {
            let inner = braced(&from[1..])?;
            Some((Value::Hole, inner.len() + 3))
        }
        Syntax::Spring if from.starts_with('@') => {
            let end = from[1..].find('@')? + 1;
            let name = &from[1..end];
            let dotted = name.contains('.')
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            dotted.then(|| (Value::Symbol(name.to_string()), end + 1))
        }
        Syntax::Spring if from.starts_with("${") => {
            let inner = braced(&from[1..])?;
            let length = inner.len() + 3;
            let (name, default) = match split_default(inner) {
                Some((name, default)) => (name, Some(default)),
                None => (inner, None),
            };
            // `${X:-y}` of Log4j and of shell templates means the same.
            let default = default.map(|text| {
                let text = match text.strip_prefix('-') {
                    Some(rest) if is_variable(name) => rest,
                    _ => text,
                };
                scan(text, depth + 1, syntax)
            });
            Some((named(name.trim(), default), length))
        }
        Syntax::Shell if from.starts_with("$$") => Some((Value::text("$"), 2)),
        Syntax::Shell if from.starts_with("${") => {
            let inner = braced(&from[1..])?;
            let length = inner.len() + 3;
            let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (name, rest) = inner.split_at(end.unwrap_or(inner.len()));
            let default = [":-", "-", ":=", "="]
                .iter()
                .find_map(|mark| rest.strip_prefix(mark))
                .map(|text| Box::new(scan(text, depth + 1, syntax)));
            let name = name.to_string();
            Some((Value::Env { name, default }, length))
        }
        Syntax::Kubernetes if from.starts_with("$(") => {
            let end = from.find(')')?;
            let name = &from[2..end];
            let plain = name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
            plain.then(|| (env(name), end + 1))
        }
        Syntax::Nginx if from.starts_with("${") => {
            let inner = braced(&from[1..])?;
            let value = if is_variable(inner) {
                env(inner)
            } else {
                Value::Hole
            };
            Some((value, inner.len() + 3))
        }
        Syntax::Shell | Syntax::Nginx if from.starts_with('$') => {
            let name = &from[1..];
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let name = &name[..end.unwrap_or(name.len())];
            if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                return None;
            }
            let value = if syntax == Syntax::Shell || is_variable(name) {
                env(name)
            } else {
                Value::Hole
            };
            Some((value, name.len() + 1))
        }
        _ => None,
    }
}

fn env(name: &str) -> Value {
    let name = name.to_string();
    let default = None;
    Value::Env { name, default }
}

fn named(name: &str, default: Option<Value>) -> Value {
    let default = default.map(Box::new);
    // Log4j and Quarkus name the environment outright.
    let stated = name.strip_prefix("env:").or(name.strip_prefix("env."));
    if let Some(name) = stated.or(is_variable(name).then_some(name)) {
        let name = name.to_string();
        return Value::Env { name, default };
    }
    if name.is_empty() || name.contains(['$', '{', ' ']) {
        return Value::Hole;
    }
    let key = name.to_string();
    Value::Config { key, default }
}

/// What stands in the braces that a text starts with, inner braces counted.
fn braced(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(&text[1..at]);
                }
            }
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// `name:default`, the colon not inside inner braces and not that of `env:`.
fn split_default(inner: &str) -> Option<(&str, &str)> {
    let from = if inner.starts_with("env:") { 4 } else { 0 };
    let mut depth = 0;
    for (at, byte) in inner.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b':' if depth == 0 => return Some((&inner[..at], &inner[at + 1..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Value) -> String {
        match value {
            Value::Text(text) => format!("'{text}'"),
            Value::Concat(pieces) => pieces.iter().map(show).collect::<Vec<_>>().join("+"),
            Value::Env {
                name,
                default: None,
            } => format!("env {name}"),
            Value::Env {
                name,
                default: Some(d),
            } => format!("env {name} or {}", show(d)),
            Value::Config { key, default: None } => format!("key {key}"),
            Value::Config {
                key,
                default: Some(d),
            } => format!("key {key} or {}", show(d)),
            Value::Symbol(name) => format!("symbol {name}"),
            Value::Either(all) => all.iter().map(show).collect::<Vec<_>>().join("|"),
            Value::Hole => "?".to_string(),
        }
    }

    #[test]
    fn each_way_of_writing() {
        let spring_cases = [
            ("plain", "'plain'"),
            (
                "http://${HOST:localhost}:${port:80}/x",
                "'http://'+env HOST or 'localhost'+':'+key port or '80'+'/x'",
            ),
            ("${a.b:${C:d}}", "key a.b or env C or 'd'"),
            ("#{systemProperties['x']}", "?"),
            ("@project.version@-me@x", "symbol project.version+'-me@x'"),
            ("${open", "'${open'"),
            ("${url:http://h:1/}", "key url or 'http://h:1/'"),
            ("${env:HOME:x}", "env HOME or 'x'"),
        ];
        for (text, expected) in spring_cases {
            assert_eq!(show(&spring(text)), expected, "{text}");
        }
        let shell_cases = [
            ("${TAG:-latest}", "env TAG or 'latest'"),
            ("a$B-$$c", "'a'+env B+'-$c'"),
            ("${X:?must}", "env X"),
            ("${X-}", "env X or ''"),
            ("$", "'$'"),
            ("${A:-${B:-c}}é", "env A or env B or 'c'+'é'"),
        ];
        for (text, expected) in shell_cases {
            assert_eq!(show(&shell(text)), expected, "{text}");
        }
        assert_eq!(
            show(&kubernetes("http://$(HOST):80\u{e000}")),
            "'http://'+env HOST+':80'+?"
        );
        assert_eq!(
            show(&nginx("http://${CART}:8080$request_uri")),
            "'http://'+env CART+':8080'+?"
        );
        assert_eq!(settled(&shell("x:${TAG:-1}")).as_deref(), Some("x:1"));
        assert_eq!(settled(&shell("x:${TAG}")), None);
        let deep = format!("{}x{}", "${a:".repeat(5000), "}".repeat(5000));
        spring(&deep);
    }

    #[test]
    fn annotations_have_the_placeholders_of_spring() {
        let env = |name: &str, default: Option<Value>| Value::Env {
            name: name.into(),
            default: default.map(Box::new),
        };
        assert_eq!(spring("plain"), Value::text("plain"));
        assert_eq!(spring("${HOST}"), env("HOST", None));
        assert_eq!(
            spring("http://${HOST:${orders.host:localhost}}:80"),
            Value::Concat(vec![
                Value::text("http://"),
                env(
                    "HOST",
                    Some(Value::Config {
                        key: "orders.host".into(),
                        default: Some(Box::new(Value::text("localhost"))),
                    })
                ),
                Value::text(":80"),
            ])
        );
        assert_eq!(spring("a ${open"), Value::text("a ${open"));
        assert_eq!(
            spring("${URL:http://x:80/}"),
            env("URL", Some(Value::text("http://x:80/")))
        );
    }
}
