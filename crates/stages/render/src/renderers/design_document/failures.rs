//! Section 7, failures: for each part whose loss stops or delays something, what stops, what the
//! caller sees and how it ends. All of it is in the model: cut sets, timeouts, breakers, retries.

use model::{Component, ComponentKind, Mode, Relation, ReplicationMode};

use crate::figures::{Figures, asked};
use crate::page::Page;
use crate::protection;
use crate::words;

/// Operations that are named; the rest is counted.
const NAMED: usize = 3;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    if f.program() || f.now.is_none() {
        return;
    }
    let components = &f.view.system.architecture.components;
    let rows: Vec<Vec<String>> = components
        .iter()
        .filter(|(_, c)| c.kind != ComponentKind::Client)
        .filter_map(|(id, c)| row(f, id, c))
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading(3, "When a part fails");
    page.table(
        &["Down", "Stops", "What the caller sees", "How it ends"],
        &rows,
    );
}

fn row(f: &Figures<'_>, id: &str, component: &Component) -> Option<Vec<String>> {
    let operations = &f.view.system.brief.domain.operations;
    let now = f.now?;
    let waits = |o: &str| operations.get(o).is_some_and(|o| asked(&o.trigger));
    let all = now.operations.keys().filter(|o| waits(o)).count();
    let alone: Vec<&str> = now
        .operations
        .iter()
        .filter(|(o, r)| waits(o) && r.stopped_by.iter().any(|s| only(s, id)))
        .map(|(o, _)| o.as_str())
        .collect();
    let relations = f.view.system.architecture.relations.values();
    let (waited, later): (Vec<&Relation>, Vec<&Relation>) = relations
        .filter(|r| r.to == *id)
        .partition(|r| r.mode == Mode::Sync);
    if alone.is_empty() && later.is_empty() {
        return spare(f, id, component);
    }
    let stops = if alone.is_empty() {
        "no request".to_string()
    } else if alone.len() == all {
        format!("all {}", words::counted(all, "request"))
    } else {
        format!(
            "{}; the other {} go on",
            words::some(&alone, NAMED),
            all - alone.len()
        )
    };
    let mut seen: Vec<String> = waited
        .iter()
        .filter(|_| !alone.is_empty())
        .filter(|r| ours(f, r))
        .map(|r| sees(f, r))
        .collect();
    seen.dedup();
    if seen.is_empty() && !alone.is_empty() {
        seen.push("no connection".into());
    }
    if alone.is_empty() {
        seen.push("nothing".into());
    }
    Some(vec![
        format!("`{id}`"),
        stops,
        seen.join("; "),
        ends(f, id, component, &later),
    ])
}

/// Whether a set of failures is the loss of this component alone.
fn only(set: &[String], id: &str) -> bool {
    match set {
        [one] => {
            *one == *id
                || one
                    .strip_prefix(id)
                    .is_some_and(|rest| rest.starts_with(" in "))
        }
        _ => false,
    }
}

/// A part with a spare: nothing stops until all of them are lost.
fn spare(f: &Figures<'_>, id: &str, component: &Component) -> Option<Vec<String>> {
    if component.kind == ComponentKind::Worker {
        let n = component.instances.filter(|n| *n > 1)?;
        return Some(vec![
            format!("one `{id}`"),
            "nothing".into(),
            "nothing".into(),
            match n {
                2 => "The other one takes its work.".into(),
                n => format!("The other {} take its work.", n - 1),
            },
        ]);
    }
    let lost = |set: &Vec<String>| {
        set.len() > 1
            && set
                .iter()
                .all(|s| *s == *id || s.starts_with(&format!("{id} in ")))
    };
    let now = f.now?;
    now.operations
        .values()
        .any(|o| o.stopped_by.iter().any(lost))
        .then(|| {
            vec![
                format!("one `{id}`"),
                "nothing".into(),
                "requests that it was working on fail".into(),
                match component.instances {
                    Some(2) => "The other one goes on.".into(),
                    Some(n) if n > 2 => format!("The other {} go on.", n - 1),
                    _ => "The rest goes on.".into(),
                },
            ]
        })
}

/// Whether a call is made by a component of ours.
fn ours(f: &Figures<'_>, r: &Relation) -> bool {
    f.view
        .system
        .architecture
        .components
        .get(&*r.from)
        .is_some_and(|c| {
            matches!(
                c.kind,
                ComponentKind::Service | ComponentKind::Program | ComponentKind::LoadBalancer
            )
        })
}

fn sees(f: &Figures<'_>, r: &Relation) -> String {
    if let Some(b) = &r.fallback {
        return protection::fallback(f, b);
    }
    let mut text = match r.timeout {
        Some(t) => format!("an error from `{}` after at most {t} a try", r.from),
        None => format!("no answer from `{}`: the call has no timeout", r.from),
    };
    if let Some(b) = &r.breaker {
        text.push_str(&format!(
            ", after {} at once, for {}",
            words::counted(b.failures as usize, "failure"),
            b.recovery
        ));
    }
    text
}

fn ends(f: &Figures<'_>, id: &str, component: &Component, later: &[&Relation]) -> String {
    let mut parts = Vec::new();
    match component.kind {
        ComponentKind::External => parts.push("When it is back; it is not ours.".to_string()),
        ComponentKind::Store => parts.push(store(component)),
        _ => {}
    }
    // What runs inside goes down and comes back with it.
    let components = &f.view.system.architecture.components;
    for (inner, c) in components {
        if c.kind == ComponentKind::Store && c.runs_in.as_ref().is_some_and(|h| **h == *id) {
            parts.push(format!("`{inner}` is inside. {}", store(c)));
        }
    }
    for r in later {
        let mut text = format!("What `{}` sends to it waits", r.from);
        match (&r.dead_letter, &r.delivery) {
            (Some(dead), _) => {
                let to = dead.table.as_ref().map_or("aside", |t| &**t);
                text.push_str(&format!(", and goes to {to} after {} tries.", dead.after));
            }
            (None, Some(d)) => text.push_str(&format!(" and is sent later ({}).", words::word(d))),
            (None, None) => text.push('.'),
        }
        if !parts.contains(&text) && *r.to == *id {
            parts.push(text);
        }
    }
    if parts.is_empty() {
        let technology = component
            .technology
            .as_deref()
            .map(|t| words::technology(f.view, t));
        parts.push(match (component.instances, technology) {
            (Some(1), _) => "When it is started again; there is no second one.".into(),
            (_, Some(t)) => format!("When {t} is back; the model names no second way."),
            _ => "The model names no second way.".into(),
        });
    }
    parts.join(" ")
}

/// How a store comes back: by itself, by a person, or from a backup.
fn store(component: &Component) -> String {
    let back = match component.replication.as_ref() {
        Some(r) => {
            let kept = match r.mode {
                ReplicationMode::Synchronous | ReplicationMode::Quorum => {
                    " without loss of an acknowledged commit"
                }
                ReplicationMode::Asynchronous => "; commits that it had not copied are lost",
            };
            match r.failover {
                Some(t) => format!("The standby takes over in {t}{kept}."),
                None => format!("A person starts the standby{kept}."),
            }
        }
        None => "It is started again, or restored by a person: there is no standby.".into(),
    };
    match &component.backup {
        Some(b) if b.point_in_time => format!(
            "{back} A deletion by mistake: restore to any moment of the last {}.",
            b.keep
        ),
        Some(b) => format!("{back} Lost data: the last copy, at most {} old.", b.every),
        None => format!("{back} **There is no backup.**"),
    }
}
