//! Routes: one operation each, and every parameter of a path means something.

use super::Facts;
use super::report::Report;
use model::domain::{Effect, Operation};
use model::{Finding, Severity};
use std::collections::BTreeMap;
use syntax::path::join;

/// The names in braces of a path.
pub(crate) fn parameters(path: &str) -> Vec<String> {
    let inner = |part: &str| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.to_string())
    };
    path.split('/').filter_map(inner).collect()
}

/// The path with every parameter alike: two that differ in names of parameters only are one route.
fn shape(path: &str) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "{}".to_string()
        } else {
            part.to_string()
        }
    };
    path.trim_end_matches('/')
        .split('/')
        .map(part)
        .collect::<Vec<_>>()
        .join("/")
}

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for (id, operation) in &facts.brief.domain.operations {
        let at = join("domain.operations", id);
        let Some(path) = &operation.path else {
            continue;
        };
        if let Some(method) = operation.method {
            let key = (method.as_str(), shape(path));
            if let Some(first) = seen.get(&key) {
                let message = format!("{} {path} is a route of `{first}` too", method.as_str());
                report.add(
                    Finding::new(
                        "duplicate-route",
                        Severity::Blocker,
                        format!("{at}.path"),
                        message,
                    )
                    .why("A request could mean either operation.")
                    .remedy("Give one of them another path or method.")
                    .related(
                        format!("{}.path", join("domain.operations", first)),
                        "the same route",
                    ),
                );
            } else {
                seen.insert(key, id);
            }
        }
        for name in parameters(path) {
            let named = operation.by.contains(&name)
                || operation.input.contains_key(&name)
                || operation.accepts.contains(&name)
                || operation.filters.contains_key(&name);
            if !named && !used(operation, &name) {
                let message = format!("the path has `{{{name}}}`, and nothing uses it");
                let known = operation
                    .by
                    .iter()
                    .chain(operation.input.keys())
                    .map(String::as_str);
                let remedy = match syntax::suggest::nearest(&name, known) {
                    Some(near) => format!("Did you mean `{{{near}}}`?"),
                    None => {
                        "Name it under `by` or `input`, or take it out of the path.".to_string()
                    }
                };
                report.add(
                    Finding::new(
                        "unbound-path-parameter",
                        Severity::Blocker,
                        format!("{at}.path"),
                        message,
                    )
                    .why("The row that a request means cannot be found.")
                    .remedy(remedy),
                );
            }
        }
    }
}

/// Whether an expression or key of the operation's effects reads `input.NAME` or finds rows by it.
fn used(operation: &Operation, name: &str) -> bool {
    let reads = |expr: &model::Expr| {
        expr.paths()
            .iter()
            .any(|p| p.len() >= 2 && p[0] == "input" && p[1] == name)
    };
    let has = |names: &[String]| names.iter().any(|n| n == name);
    let conditions = operation.preconditions.iter().map(|c| &c.expr);
    conditions
        .chain(operation.filters.values().map(|f| &f.filter))
        .any(reads)
        || operation.effects.iter().any(|effect| match effect {
            Effect::Read(e) => has(&e.by) || e.filter.iter().any(reads),
            Effect::Create(e) => e.set.values().any(reads),
            Effect::Update(e) => {
                has(&e.by) || e.filter.iter().any(reads) || e.set.values().any(reads)
            }
            Effect::Delete(e) => has(&e.by) || e.filter.iter().any(reads),
            Effect::Transition(e) => has(&e.by),
            Effect::Call(e) => e.with.values().chain(&e.idempotency_key).any(reads),
            Effect::Emit(e) => e.filter.iter().any(reads),
            Effect::Link(_) | Effect::Unlink(_) => true,
            Effect::Handler(_) => true,
        })
}
