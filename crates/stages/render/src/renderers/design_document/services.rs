//! Section 3: each component with what it answers, what it may touch, how big it is; the calls
//! between them with what protects each; and the systems that are not ours.

use model::{Component, ComponentKind, Privilege, Relation};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::protection;
use crate::scenes::kind_words;
use crate::words;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    page.heading(2, "3. Service definitions");
    let ours: Vec<(&String, &Component)> = architecture
        .components
        .iter()
        .filter(|(_, c)| !matches!(c.kind, ComponentKind::Client | ComponentKind::External))
        .collect();
    if ours.is_empty() {
        page.para("The model holds no component of our own.");
        return;
    }
    for (id, component) in ours {
        let technology = component
            .technology
            .as_deref()
            .map(|t| format!(", {}", words::technology(f.view, t)))
            .unwrap_or_default();
        page.heading(
            3,
            &format!("`{id}` ({}{technology})", kind_words(component.kind)),
        );
        page.para(&f.authored(&component.about));
        page.bullets(&facts(f, id, component));
    }
    calls(f, page);
    externals(f, page);
}

fn facts(f: &Figures<'_>, id: &str, component: &Component) -> Vec<String> {
    let mut lines = Vec::new();
    answers(f, id, component, &mut lines);
    tables(f, id, component, &mut lines);
    let mut size = words::size(component);
    if let Some(zones) = component.zones.filter(|z| *z > 1) {
        size.push_str(&format!(" in {}", words::counted(zones as usize, "zone")));
    }
    if let Some(host) = &component.runs_in {
        size.push_str(&format!(", inside `{host}`"));
    }
    let mut parts: Vec<String> = Some(size.trim_start_matches([',', ' ']).to_string())
        .filter(|s| !s.is_empty())
        .into_iter()
        .collect();
    if let Some(used) = f
        .now
        .and_then(|e| words::utilisation(e, id))
        .filter(|_| !f.program())
    {
        parts.push(format!("{} used in the busiest hour", words::used(used)));
    }
    if let Some(n) = component.concurrency {
        parts.push(format!("{n} requests at once each"));
    }
    if let Some(auto) = &component.autoscale {
        parts.push(format!(
            "scales from {} to {} at {}",
            auto.min, auto.max, auto.at
        ));
    }
    if !parts.is_empty() {
        lines.push(format!("Size: {}.", parts.join("; ")));
    }
    if let Some(r) = &component.replication {
        let mut text = format!("Replication: {}", words::word(&r.mode));
        if r.readers > 0 {
            text.push_str(&format!(
                ", {}",
                words::counted(r.readers as usize, "reader")
            ));
        }
        if let Some(lag) = r.lag {
            text.push_str(&format!(", readers lag up to {lag}"));
        }
        match r.failover {
            Some(time) => text.push_str(&format!(", failover in {time}.")),
            None => text.push_str(", a person starts the failover."),
        }
        lines.push(text);
    }
    if let Some(b) = &component.backup {
        let mut text = format!("Backup: {}, kept {}", every(b.every), b.keep);
        if b.point_in_time {
            text.push_str(", restores to any moment between");
        }
        if let Some(drill) = b.drill {
            text.push_str(&format!(", restore rehearsed {}", every(drill)));
        }
        lines.push(format!("{text}."));
    }
    let health: Vec<String> = component
        .health
        .iter()
        .flat_map(|h| {
            let live = h.live.as_ref().map(|p| format!("`{p}` (alive)"));
            let ready = h
                .ready
                .as_ref()
                .map(|p| format!("`{p}` (can work, dependencies included)"));
            live.into_iter().chain(ready)
        })
        .collect();
    if !health.is_empty() {
        lines.push(format!("Health: {}.", words::list(&health)));
    }
    lines
}

/// `every day`, `every 91 days`.
fn every(time: model::Duration) -> String {
    let text = time.to_string();
    match text.strip_prefix("1 ") {
        Some(unit) => format!("every {unit}"),
        None => format!("every {text}"),
    }
}

fn answers(f: &Figures<'_>, id: &str, component: &Component, lines: &mut Vec<String>) {
    if !matches!(
        component.kind,
        ComponentKind::Service
            | ComponentKind::Worker
            | ComponentKind::Program
            | ComponentKind::Scheduler
    ) {
        return;
    }
    let mut here: Vec<(&str, f64, bool)> = Vec::new();
    for (operation, _, path) in f.view.system.runs() {
        let calls = |s: &model::Step| {
            let via = s
                .via
                .as_ref()
                .and_then(|v| f.view.system.architecture.relations.get(&**v));
            via.is_some_and(|r| r.from == *id)
        };
        let mut steps = path.steps.iter().filter(|s| *s.on == *id || calls(s));
        let Some(first) = steps.next() else { continue };
        let background = first.background && steps.all(|s| s.background);
        here.push((operation, f.rate(operation).unwrap_or_default(), background));
    }
    here.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (background, verb) in [
        (false, "Answers"),
        (true, "Works off, after the answer or on its own,"),
    ] {
        let some: Vec<&(&str, f64, bool)> = here.iter().filter(|o| o.2 == background).collect();
        if some.is_empty() {
            continue;
        }
        let total: f64 = some.iter().map(|o| o.1).sum();
        let named: Vec<String> = some
            .iter()
            .map(|o| match o.1 {
                r if r > 0.0 => format!("{} {}", o.0, numbers::rate(r)),
                _ => o.0.to_string(),
            })
            .collect();
        lines.push(format!(
            "{verb} {}{}: {}.",
            words::counted(some.len(), "operation"),
            if f.program() || total <= 0.0 {
                String::new()
            } else {
                format!(", {} in the busiest hour", numbers::rate(total))
            },
            words::some(&named, 6)
        ));
    }
}

/// What a component may do with tables, from its roles; for a store, what it holds.
fn tables(f: &Figures<'_>, id: &str, component: &Component, lines: &mut Vec<String>) {
    let architecture = &f.view.system.architecture;
    let held: Vec<&str> = architecture
        .data
        .iter()
        .filter(|(_, t)| *t.store == *id)
        .map(|(t, _)| t.as_str())
        .collect();
    if !held.is_empty() {
        let encrypted = match component.encrypted {
            Some(true) => ", encrypted at rest",
            Some(false) => ", **not encrypted at rest**",
            None => "",
        };
        lines.push(format!(
            "Holds {}{encrypted} (section 5).",
            words::counted(held.len(), "table")
        ));
    }
    let roles: Vec<&model::Role> = architecture
        .security
        .identities
        .values()
        .filter(|i| i.component.as_ref().is_some_and(|c| **c == *id))
        .flat_map(|i| &i.roles)
        .filter_map(|r| architecture.security.roles.get(&**r))
        .filter(|r| !r.tables.is_empty())
        .collect();
    if roles.is_empty() {
        return;
    }
    let may = |table: &str, privilege: Privilege| {
        let mut grants = roles.iter().flat_map(|r| &r.tables);
        grants.any(|g| *g.table == *table && g.may.contains(&privilege))
    };
    let writes = [Privilege::Insert, Privilege::Update, Privilege::Delete];
    let all: Vec<&str> = architecture.data.keys().map(String::as_str).collect();
    let with = |wanted: &dyn Fn(&str) -> bool| -> Vec<&str> {
        all.iter().copied().filter(|t| wanted(t)).collect()
    };
    let written = with(&|t| writes.iter().any(|p| may(t, *p)));
    let read = with(&|t| may(t, Privilege::Select) && !written.contains(&t));
    let untouched = with(&|t| !written.contains(&t) && !may(t, Privilege::Select));
    let mut parts = Vec::new();
    if !written.is_empty() {
        parts.push(format!("writes {}", words::some(&written, 8)));
    }
    if !read.is_empty() {
        parts.push(format!("only reads {}", words::some(&read, 8)));
    }
    if !parts.is_empty() {
        lines.push(format!("{}.", words::capital(&parts.join("; "))));
    }
    let mut never = Vec::new();
    for (privilege, verb) in [
        (Privilege::Delete, "deletes rows"),
        (Privilege::Update, "changes rows"),
    ] {
        if !all.iter().any(|t| may(t, privilege)) {
            never.push(verb.to_string());
        }
    }
    if !untouched.is_empty() {
        never.push(format!("touches {}", words::some(&untouched, 6)));
    }
    if !never.is_empty() {
        lines.push(format!(
            "Never {} (its database role has no right to).",
            never.join("; never ")
        ));
    }
}

fn calls(f: &Figures<'_>, page: &mut Page) {
    let relations = &f.view.system.architecture.relations;
    if relations.is_empty() {
        return;
    }
    page.heading(3, "Calls and what protects them");
    // Callers that are protected in the same way share a line.
    let mut rows: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for (id, r) in relations {
        let cells = call(f, id, r);
        match rows.iter_mut().find(|(_, other)| *other == cells) {
            Some((from, _)) => from.push(&r.from),
            None => rows.push((vec![&r.from], cells)),
        }
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(from, mut cells)| {
            cells[0] = format!("{} {}", words::list(&from), cells[0]);
            cells
        })
        .collect();
    page.table(
        &[
            "From, to",
            "For",
            "Timeout",
            "Pool, p99 used",
            "Retry",
            "Breaker",
            "Else",
            "Delivery",
            "Proof of caller",
        ],
        &rows,
    );
}

fn call(f: &Figures<'_>, id: &str, r: &Relation) -> Vec<String> {
    let mode = match r.mode {
        model::Mode::Sync => "",
        model::Mode::Async => ", async",
    };
    let what = [r.protocol.as_deref(), r.purpose.as_deref()];
    let what: Vec<&str> = what.into_iter().flatten().collect();
    let used = f.now.and_then(|e| e.relations.get(id)).map(|u| {
        let p99 = u.p99.map_or("?".into(), |n| n.to_string());
        format!("{p99} of {}", u.limit)
    });
    let pool = match (r.pool, used) {
        (Some(n), Some(used)) => format!("{n} each, {used}"),
        (Some(n), None) => format!("{n} each"),
        (None, _) => String::new(),
    };
    vec![
        format!("→ {}{mode}", r.to),
        what.join(" "),
        r.timeout.map(|t| t.to_string()).unwrap_or_default(),
        pool,
        r.retry.as_ref().map(protection::retry).unwrap_or_default(),
        r.breaker
            .as_ref()
            .map(protection::breaker)
            .unwrap_or_default(),
        r.fallback
            .as_ref()
            .map(|b| protection::fallback(f, b))
            .unwrap_or_default(),
        protection::delivery(r),
        protection::proof(r),
    ]
}

fn externals(f: &Figures<'_>, page: &mut Page) {
    let ports = &f.view.system.brief.domain.ports;
    if ports.is_empty() {
        return;
    }
    page.heading(3, "Systems that are not ours");
    let rows: Vec<Vec<String>> = ports
        .iter()
        .map(|(id, p)| {
            vec![
                format!("`{id}`"),
                p.description.clone().unwrap_or_default(),
                p.latency
                    .and_then(|l| l.p99)
                    .map(|t| t.to_string())
                    .unwrap_or_default(),
                p.availability.map(|a| a.to_string()).unwrap_or_default(),
                p.limit.map(|l| l.to_string()).unwrap_or_default(),
                p.price.as_ref().map(|m| m.to_string()).unwrap_or_default(),
                p.class.map(|c| words::word(&c)).unwrap_or_default(),
            ]
        })
        .collect();
    page.table(
        &[
            "System",
            "What",
            "p99",
            "Availability",
            "Its limit",
            "Price of a call",
            "It sees",
        ],
        &rows,
    );
}
