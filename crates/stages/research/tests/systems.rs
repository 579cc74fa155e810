//! Go, Rust and C#: what short pieces of code are recognised as, and damage that must be survived.

use groundplan_research::fronts::{self, SourceText};
use groundplan_research::observation::{Observation, Value};

#[path = "common/mutate.rs"]
mod mutate;

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Concat(parts) => parts.iter().map(self::value).collect(),
        Value::Env { name, default } => {
            let default = default
                .as_deref()
                .map_or(String::new(), |one| format!(":{}", self::value(one)));
            format!("${{{name}{default}}}")
        }
        Value::Config { key, default } => {
            let default = default
                .as_deref()
                .map_or(String::new(), |one| format!(":{}", self::value(one)));
            format!("#{{{key}{default}}}")
        }
        Value::Symbol(name) => format!("<{name}>"),
        Value::Either(items) => items.iter().map(self::value).collect::<Vec<_>>().join("|"),
        Value::Hole => "?".to_owned(),
    }
}

fn line(seen: &Observation) -> Option<String> {
    Some(match seen {
        Observation::Route(route) => format!(
            "{} {} {}{}{}",
            route.protocol,
            route.method.as_deref().unwrap_or("*"),
            value(&route.path),
            route
                .router
                .as_deref()
                .map_or(String::new(), |on| format!(" on {on}")),
            route
                .handler
                .as_deref()
                .map_or(String::new(), |by| format!(" by {by}")),
        ),
        Observation::Mount(mount) => format!(
            "mount {} under {:?} of {}",
            value(&mount.child),
            value(&mount.prefix),
            mount.parent.as_deref().unwrap_or("-")
        ),
        Observation::Call(call) => format!(
            "call {} {} {}{}{}",
            call.protocol,
            call.method.as_deref().unwrap_or("*"),
            value(&call.target),
            call.service
                .as_ref()
                .map_or(String::new(), |of| format!(" of {}", value(of))),
            if call.timeout { " in time" } else { "" },
        ),
        Observation::Client(client) => format!(
            "client {} base {} timeout {:?}",
            client.protocol,
            client.base.as_ref().map_or("-".to_owned(), value),
            client.timeout
        ),
        Observation::Connection(to) => {
            format!(
                "connects {} {}",
                to.technology.as_deref().unwrap_or("?"),
                value(&to.target)
            )
        }
        Observation::Message(message) => {
            format!(
                "{:?} {} {}",
                message.direction,
                message.technology,
                value(&message.topic)
            )
        }
        Observation::Query(query) => format!(
            "query {}{}{}",
            query.sql.as_ref().map_or("-".to_owned(), value),
            query
                .entity
                .as_deref()
                .map_or(String::new(), |of| format!(" of {of}")),
            if query.writes { " writes" } else { "" }
        ),
        Observation::Entity(entity) => {
            format!(
                "entity {} {}",
                entity.name,
                entity.table.as_deref().unwrap_or("-")
            )
        }
        Observation::ReadsEnv { name, default } => {
            format!(
                "env {name}{}",
                default
                    .as_ref()
                    .map_or(String::new(), |one| format!(":{}", value(one)))
            )
        }
        Observation::ReadsConfig { key, default } => {
            format!(
                "config {key}{}",
                default
                    .as_ref()
                    .map_or(String::new(), |one| format!(":{}", value(one)))
            )
        }
        Observation::Guard(guard) => format!("guard {} {}", guard.kind, guard.covers),
        Observation::Resilience(one) => format!("{} {}", one.kind, one.covers),
        Observation::Role { role, .. } => format!("role {role}"),
        Observation::Schedule { every } => format!("every {}", value(every)),
        Observation::Entry { port } => {
            format!("starts {}", port.as_ref().map_or("-".to_owned(), value))
        }
        Observation::Test => "test".to_owned(),
        _ => return None,
    })
}

fn recognised(path: &str, text: &str) -> Vec<String> {
    let facts = fronts::read(SourceText { path, text }).unwrap();
    facts
        .seen
        .iter()
        .filter_map(|one| line(&one.what))
        .collect()
}

/// Each piece of a table: `== name`, code, `--`, lines that are seen.
fn holds(path: &str, table: &str) {
    let mut wrong = String::new();
    for piece in table.split("\n== ").skip(1) {
        let (name, rest) = piece.split_once('\n').unwrap();
        let (code, expected) = rest.split_once("\n--").unwrap();
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
        let seen = recognised(path, code);
        if seen != expected {
            wrong += &format!("== {name}\n{}\n", seen.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn go_libraries() {
    holds("x.go", include_str!("cases/systems/go.txt"));
}

#[test]
fn rust_libraries() {
    holds("x.rs", include_str!("cases/systems/rust.txt"));
}

#[test]
fn csharp_libraries() {
    holds("X.cs", include_str!("cases/systems/csharp.txt"));
}

#[test]
fn damage_is_survived() {
    for (path, text) in [
        ("x.go", include_str!("cases/systems/go.txt")),
        ("x.rs", include_str!("cases/systems/rust.txt")),
        ("X.cs", include_str!("cases/systems/csharp.txt")),
    ] {
        for piece in text.split("\n== ").skip(1) {
            for wrong in mutate::of(piece, 10) {
                fronts::read(SourceText { path, text: &wrong });
            }
        }
    }
}

#[test]
fn nesting_does_not_overflow() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    for (path, text) in [
        ("x.go", format!("package p\nvar x = {}", deep("f(", ")"))),
        ("x.go", format!("package p\nfunc f() {}", deep("{", "}"))),
        ("x.rs", format!("fn f() {{ {} }}", deep("m!(", ")"))),
        ("x.rs", format!("fn f() {{ {} }}", deep("|x| {", "}"))),
        (
            "X.cs",
            format!("class A {{ object x = {}; }}", deep("F(", ")")),
        ),
        ("X.cs", deep("class A {", "}")),
    ] {
        let facts = fronts::read(SourceText { path, text: &text }).unwrap();
        assert!(!facts.faults.is_empty(), "{path}");
    }
}
