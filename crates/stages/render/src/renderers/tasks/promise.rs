//! A pattern or a promise that several operations rely on, or none.

use model::{AppliedPattern, Grant, Mechanism, MechanismKind, Privilege};

use super::Desk;
use super::bundle::{self, Check};
use super::lookup;
use crate::page::Page;
use crate::words;

pub(super) fn write(
    desk: &Desk<'_>,
    at: usize,
    pattern: Option<(&str, &AppliedPattern)>,
    page: &mut Page,
) -> Vec<Check> {
    let system = desk.f.view.system;
    let mechanisms = &desk.tasks[at].mechanisms;
    if let Some((_, pattern)) = pattern {
        page.heading(2, "What to build");
        page.para(&desk.f.prose(&pattern.here));
        page.para(&desk.f.authored(&pattern.about));
        let costs = pattern.costs.as_ref();
        page.para(&costs.map_or(String::new(), |c| format!("It costs: {}", desk.f.prose(c))));
    }
    bundle::promises(desk, at, page);
    parts(desk, at, pattern, page);
    let mut relying: Vec<usize> = lookup::relied_on(system, pattern, mechanisms)
        .iter()
        .filter_map(|o| desk.builder(&format!("domain.operations.{o}")))
        .collect();
    relying.sort_unstable();
    let relying: Vec<String> = relying.into_iter().map(|o| desk.link(o)).collect();
    if !relying.is_empty() {
        page.heading(2, "Relied on by");
        page.para(&format!("{}.", words::list(&relying)));
    }
    let mut checks = Vec::new();
    for (id, mechanism) in mechanisms {
        structure(desk, id, mechanism, &mut checks);
    }
    let mut told: Vec<&str> = Vec::new();
    for (id, mechanism) in mechanisms {
        // What names one operation is tried where that operation is built.
        let named = lookup::named(system, mechanism.uses.iter().chain(&mechanism.protects));
        for (n, proof) in mechanism.proof.iter().enumerate() {
            told.push(&proof.text);
            if named.len() != 1 {
                checks.push(bundle::proof(
                    desk,
                    proof,
                    format!("mechanisms.{id}.proof.{n}"),
                ));
            }
        }
    }
    if let Some((id, pattern)) = pattern {
        for (n, proof) in pattern.proof.iter().enumerate() {
            if !told.contains(&proof.text.as_str()) {
                checks.push(bundle::proof(
                    desk,
                    proof,
                    format!("patterns.{id}.proof.{n}"),
                ));
            }
        }
    }
    alerts(desk, pattern, &mut checks);
    proved_elsewhere(desk, at, page);
    checks
}

/// What the kind of a mechanism says of its structure, tried on its own.
fn structure(desk: &Desk<'_>, id: &str, mechanism: &Mechanism, checks: &mut Vec<Check>) {
    let architecture = &desk.f.view.system.architecture;
    let from = format!("mechanisms.{id}.kind");
    let mut tables: Vec<String> = Vec::new();
    for used in &mechanism.uses {
        let table = used.strip_prefix("data.").and_then(|u| u.split('.').next());
        if let Some(table) = table.filter(|t| architecture.data.contains_key(*t))
            && !tables.contains(&format!("`{table}`"))
        {
            tables.push(format!("`{table}`"));
        }
    }
    let list = words::list(&tables);
    let text = match (mechanism.kind, tables.is_empty()) {
        (Some(MechanismKind::AcknowledgeAfterCommit), _) => {
            let named = lookup::named(desk.f.view.system, mechanism.uses.iter());
            format!(
                "A stand-in for {} whose commit is held back is not answered; one whose commit is refused is not answered with success",
                words::list(&named)
            )
        }
        (_, true) => return,
        (Some(MechanismKind::IdempotentWrite), _) => format!(
            "Two transactions that insert one key into {list}: the second waits for the first, then finds its row"
        ),
        (Some(MechanismKind::Outbox | MechanismKind::QueueTable), _) => format!(
            "Two workers that claim from {list} at once never get the same row; a row whose worker was killed is claimed again"
        ),
        (Some(MechanismKind::AppendOnly), _) => {
            let roles = architecture.security.roles.iter();
            let only_adds = |g: &&Grant| {
                tables.contains(&format!("`{}`", g.table)) && !g.may.contains(&Privilege::Update)
            };
            let roles: Vec<String> = roles
                .filter(|(_, r)| r.tables.iter().any(|g| only_adds(&g)))
                .map(|(role, _)| format!("`{role}`"))
                .collect();
            if roles.is_empty() {
                return;
            }
            format!(
                "As {}, a change of a row of {list} is refused",
                words::list(&roles)
            )
        }
        (Some(MechanismKind::TenantIsolation), _) => {
            format!("A session without a tenant sees no row of {list}, whatever it asks")
        }
        _ => return,
    };
    // One structure is tried once, however many promises rest on it.
    if !checks.iter().any(|c| c.text == words::sentence(&text)) {
        checks.push(Check::new(text, from));
    }
}

/// Tables, columns and components that it consists of, each with the task that makes it.
fn parts(desk: &Desk<'_>, at: usize, pattern: Option<(&str, &AppliedPattern)>, page: &mut Page) {
    let architecture = &desk.f.view.system.architecture;
    let adds = pattern.iter().flat_map(|(_, p)| &p.adds);
    let uses = desk.tasks[at].mechanisms.iter().flat_map(|(_, m)| &m.uses);
    let mut lines: Vec<String> = Vec::new();
    for path in adds.chain(uses) {
        let mut parts = path.split('.');
        let line = match (parts.next(), parts.next()) {
            (Some("data"), Some(table)) => {
                let Some(t) = architecture.data.get(table) else {
                    continue;
                };
                let there = desk.builder(&format!("data.{table}"));
                let there = there.map_or(String::new(), |at| format!(" ({})", desk.link(at)));
                format!(
                    "`{path}`{there}{}",
                    t.description
                        .as_ref()
                        .map_or(String::new(), |d| format!(": {}", desk.f.prose(d)))
                )
            }
            (Some("observability"), Some("signals")) => {
                let Some(s) = path
                    .rsplit('.')
                    .next()
                    .and_then(|id| architecture.observability.signals.get(id))
                else {
                    continue;
                };
                format!("`{path}` on `{}`: {}", s.on, desk.f.prose(&s.what))
            }
            (Some("risks"), Some(risk)) => {
                let Some(r) = architecture.risks.get(risk) else {
                    continue;
                };
                let answer = r.mitigation.as_ref();
                let answer = answer.map_or(String::new(), |m| format!(" {}", desk.f.prose(m)));
                format!("`{path}`: {}{answer}", desk.f.prose(&r.text))
            }
            (Some("relations" | "components" | "domain"), Some(_)) => format!("`{path}`"),
            _ => continue,
        };
        if !lines.contains(&line) && !path.starts_with("domain.operations.") {
            lines.push(line);
        }
    }
    if !lines.is_empty() {
        page.heading(2, "Consists of");
        page.bullets(&lines);
    }
}

fn alerts(desk: &Desk<'_>, pattern: Option<(&str, &AppliedPattern)>, checks: &mut Vec<Check>) {
    let alerts = &desk.f.view.system.architecture.observability.alerts;
    for path in pattern.iter().flat_map(|(_, p)| &p.adds) {
        let Some(id) = path.strip_prefix("observability.alerts.") else {
            continue;
        };
        if let Some(alert) = alerts.get(id) {
            checks.push(bundle::alert(desk, alert, path.clone()));
        }
    }
}

/// Where promises that name one operation are tried.
fn proved_elsewhere(desk: &Desk<'_>, at: usize, page: &mut Page) {
    let system = desk.f.view.system;
    let lines: Vec<String> = desk.tasks[at]
        .mechanisms
        .iter()
        .filter_map(|(id, m)| {
            let named = lookup::named(system, m.uses.iter().chain(&m.protects));
            let [one] = named[..] else { return None };
            let there = desk.builder(&format!("domain.operations.{one}"))?;
            Some(format!("`{id}`: with {}.", desk.link(there)))
        })
        .collect();
    if !lines.is_empty() {
        page.heading(2, "Proved later");
        page.para("Tried where the operation is built, because nothing can be tried before:");
        page.bullets(&lines);
    }
}
