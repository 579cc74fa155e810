//! An operation: why, contract, data, steps, targets, checks.

mod behaviour;
mod checks;
mod contract;
mod data;
mod flow;
mod refused;
mod targets;

use model::{Effect, Operation};

use super::Desk;
use super::bundle::{self, Check};
use crate::page::Page;
use crate::words;

pub(super) fn write(
    desk: &Desk<'_>,
    at: usize,
    id: &str,
    operation: &Operation,
    page: &mut Page,
) -> Vec<Check> {
    page.heading(2, "What it is for");
    page.para(&why(desk, at, id, operation));
    contract::write(desk, id, operation, page);
    data::write(desk, id, operation, page);
    flow::write(desk, id, operation, page);
    bundle::promises(desk, at, page);
    targets::write(desk, id, page);
    checks::all(desk, at, id, operation)
}

/// The brief's words: what it does, for whom, which success it serves, how the number came about.
fn why(desk: &Desk<'_>, at: usize, id: &str, operation: &Operation) -> String {
    let f = &desk.f;
    let system = f.view.system;
    let brief = &system.brief;
    let mut said = Vec::new();
    if let Some(summary) = &operation.summary {
        said.push(f.prose(summary));
    }
    let actors: Vec<String> = operation
        .actors
        .iter()
        .map(|a| {
            let about = brief.domain.actors.get(&**a);
            match about.and_then(|a| a.description.as_ref()) {
                Some(d) => format!("{a} ({})", d.trim().trim_end_matches('.')),
                None => a.0.clone(),
            }
        })
        .collect();
    if !actors.is_empty() {
        said.push(format!("For {}.", words::list(&actors)));
    }
    let path = system.architecture.paths.get(id);
    let served = path.iter().flat_map(|p| &p.about.serves);
    let kept = desk.tasks[at]
        .mechanisms
        .iter()
        .flat_map(|(_, m)| &m.protects);
    let mut told: Vec<&str> = Vec::new();
    for path in served.chain(kept) {
        let Some(success) = path.strip_prefix("success.") else {
            continue;
        };
        if let Some(text) = brief
            .success
            .get(success)
            .filter(|_| !told.contains(&success))
        {
            told.push(success);
            said.push(format!("It serves `{path}`: {}", f.prose(text)));
        }
    }
    if let Some(path) = path {
        said.push(f.authored(&path.about));
    }
    said.retain(|s| !s.is_empty());
    said.join(" ")
}

/// What an effect does, in the model's own names.
pub(super) fn effect_words(effect: &Effect) -> String {
    let each = |each: &Option<String>| match each {
        Some(list) => format!(" for each of `{list}`"),
        None => String::new(),
    };
    let sets = |set: &model::Map<model::Expr>| {
        let all: Vec<String> = set
            .iter()
            .map(|(name, e)| format!("`{name}` = `{}`", e.text))
            .collect();
        match all.is_empty() {
            true => String::new(),
            false => format!(": {}", words::list(&all)),
        }
    };
    let found = |by: &[String], filter: &Option<model::Expr>| match (by.is_empty(), filter) {
        (_, Some(w)) => format!(" where `{}`", w.text),
        (false, None) => format!(" by {}", words::list(by)),
        (true, None) => String::new(),
    };
    let none = |status: &Option<u16>| match status {
        Some(s) => format!("; where there is none: {s}"),
        None => String::new(),
    };
    match effect {
        Effect::Read(e) => {
            let what = if e.aggregate { "count or sum" } else { "read" };
            let name = e.name.as_ref();
            let name = name.map_or(String::new(), |n| format!(", as `{n}`"));
            format!(
                "{what} {}{}{}{name}{}",
                e.entity,
                found(&e.by, &e.filter),
                each(&e.each),
                none(&e.otherwise)
            )
        }
        Effect::Create(e) => {
            let twice = match e.ignore_duplicates {
                true => "; one with the same key that is there already is left as it is",
                false => "",
            };
            format!(
                "make a row of {}{}{}{twice}",
                e.entity,
                each(&e.each),
                sets(&e.set)
            )
        }
        Effect::Update(e) => format!(
            "change {}{}{}{}{}",
            e.entity,
            found(&e.by, &e.filter),
            each(&e.each),
            sets(&e.set),
            match e.otherwise {
                Some(s) =>
                    format!("; where no row was changed: {s}, and everything is rolled back"),
                None => String::new(),
            }
        ),
        Effect::Delete(e) => format!(
            "delete {}{}{}",
            e.entity,
            found(&e.by, &e.filter),
            none(&e.otherwise)
        ),
        Effect::Link(e) => format!("link {} by {}{}", e.entity, e.relation, each(&e.each)),
        Effect::Unlink(e) => format!("unlink {} by {}{}", e.entity, e.relation, each(&e.each)),
        Effect::Transition(e) => {
            format!("take `{}` of {}{}", e.take, e.entity, found(&e.by, &None))
        }
        Effect::Call(e) => {
            let key = e.idempotency_key.as_ref();
            let key = key.map_or(String::new(), |k| format!(", under the key `{}`", k.text));
            let undo = e.compensate.as_ref();
            let undo = undo.map_or(String::new(), |u| {
                format!("; if a later step fails, `{u}` takes it back")
            });
            format!(
                "call `{}` of {}{}{}{key}{undo}",
                e.operation,
                e.port,
                each(&e.each),
                sets(&e.with)
            )
        }
        Effect::Emit(e) => {
            let only = e.filter.as_ref();
            let only = only.map_or(String::new(), |w| format!(" where `{}`", w.text));
            format!("emit `{}`{only}{}", e.event, each(&e.each))
        }
        Effect::Handler(e) => format!(
            "run `{}`, which the model does not hold ({})",
            e.name,
            e.because.trim_end_matches('.')
        ),
    }
}
