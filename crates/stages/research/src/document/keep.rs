//! What others rely on, what nothing refers to, and what is not known.

use std::collections::BTreeSet;

use model::fact::{Facts, LinkKind};

use super::View;
use super::text::{count, doubt, escape, lines, names, place};

/// Most lines of one kind.
const LINES: usize = 40;

pub fn preserved(view: &View) -> String {
    let facts = view.facts;
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    let mut endpoints = Vec::new();
    for (id, service) in &facts.services {
        for endpoint in &service.endpoints {
            if !service.published && endpoint.outside.is_empty() {
                continue;
            }
            let outside = match endpoint.outside.is_empty() {
                true => String::new(),
                false => format!(", outside as {}", names(&endpoint.outside, 2)),
            };
            endpoints.push(format!(
                "{} {} of {id}{outside}{} ({})",
                endpoint.method,
                escape(&endpoint.path),
                doubt(endpoint.certainty),
                place(&endpoint.at)
            ));
        }
    }
    groups.push(("Published endpoints", endpoints));
    let mut called = Vec::new();
    for link in facts
        .links
        .iter()
        .filter(|l| matches!(l.kind, LinkKind::Call | LinkKind::Route))
    {
        for about in &link.about {
            let at = link.evidence.first().map(place).unwrap_or_default();
            called.push(format!(
                "{} of {}, which {} calls ({at})",
                escape(about),
                link.to,
                link.from
            ));
        }
    }
    groups.push(("Endpoints that services call", called));
    let contracts = facts.contracts.iter().map(|c| {
        let of = c
            .service
            .as_ref()
            .map_or_else(String::new, |s| format!(" of {s}"));
        format!(
            "{} {}{of}: {} ({})",
            c.kind,
            escape(&c.title),
            count(c.operations.len(), "operation", "operations"),
            place(&c.at)
        )
    });
    groups.push(("Contracts", contracts.collect()));
    let topics = facts
        .topics
        .iter()
        .filter(|(_, t)| !t.consumers.is_empty())
        .map(|(topic, t)| {
            let who: Vec<&String> = t.consumers.keys().collect();
            let at = t
                .consumers
                .values()
                .flatten()
                .next()
                .map(place)
                .unwrap_or_default();
            format!("{topic}, taken by {} ({at})", names(&who, 4))
        });
    groups.push(("Topics", topics.collect()));
    let schemas = facts
        .schemas
        .iter()
        .filter(|s| !s.tables.is_empty())
        .map(|s| {
            let owner = s
                .store
                .as_deref()
                .or(s.service.as_deref())
                .unwrap_or("no known store");
            let at = s
                .tables
                .values()
                .next()
                .map(|t| place(&t.at))
                .unwrap_or_default();
            format!(
                "schema of {owner}: {}, from {at} on",
                count(s.tables.len(), "table", "tables")
            )
        });
    groups.push(("Schemas in use", schemas.collect()));
    grouped(groups)
}

fn grouped(groups: Vec<(&str, Vec<String>)>) -> String {
    let mut out = String::new();
    for (title, all) in groups.into_iter().filter(|(_, all)| !all.is_empty()) {
        out.push_str(&format!(
            "**{title}** ({})\n\n{}\n",
            all.len(),
            lines(&all, LINES)
        ));
    }
    out
}

pub fn safe(view: &View) -> String {
    let facts = view.facts;
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    groups.push((
        "Endpoints that nothing here calls and nothing publishes",
        uncalled(facts),
    ));
    let topics = facts
        .topics
        .iter()
        .filter(|(_, t)| t.consumers.is_empty())
        .map(|(topic, t)| {
            let at = t
                .producers
                .values()
                .flatten()
                .next()
                .map(place)
                .unwrap_or_default();
            format!("{topic} ({at})")
        });
    groups.push(("Topics that nobody here takes", topics.collect()));
    groups.push((
        "Tables that no entity and no foreign key refers to",
        unreferred(facts),
    ));
    let idle = super::parts::variables(facts)
        .into_iter()
        .filter_map(|(name, services)| {
            let read = services.iter().any(|(_, v)| !v.read.is_empty());
            let set = services.iter().flat_map(|(_, v)| v.set.iter()).next()?;
            (!read).then(|| format!("{name} ({})", place(set)))
        });
    groups.push((
        "Variables that are set and that no code here reads",
        idle.collect(),
    ));
    grouped(groups)
}

/// Endpoints of services that are not published, to which no link leads.
fn uncalled(facts: &Facts) -> Vec<String> {
    let mut out = Vec::new();
    for (id, service) in &facts.services {
        // Where a caller's endpoint is not known, any may be meant.
        let vague = facts.links.iter().any(|l| {
            l.to == *id
                && matches!(l.kind, LinkKind::Call | LinkKind::Route | LinkKind::Use)
                && l.about.is_empty()
        });
        if service.published || vague {
            continue;
        }
        let called: BTreeSet<&str> = facts
            .links
            .iter()
            .filter(|l| l.to == *id)
            .flat_map(|l| l.about.iter().map(String::as_str))
            .collect();
        for endpoint in &service.endpoints {
            let whole = format!("{} {}", endpoint.method, endpoint.path);
            let met = called.contains(whole.as_str()) || called.contains(endpoint.path.as_str());
            if !met && endpoint.outside.is_empty() {
                out.push(format!(
                    "{} of {id} ({})",
                    escape(&whole),
                    place(&endpoint.at)
                ));
            }
        }
    }
    out
}

/// Tables of services whose entities are known, that none of them is kept in.
fn unreferred(facts: &Facts) -> Vec<String> {
    let mut out = Vec::new();
    for schema in &facts.schemas {
        // Of a schema that is nobody's no entity is known.
        let service = schema
            .service
            .as_ref()
            .and_then(|id| facts.services.get(id));
        let kept: BTreeSet<String> = service
            .into_iter()
            .flat_map(|s| &s.entities)
            .filter_map(|e| e.table.as_ref().map(|t| t.to_ascii_lowercase()))
            .collect();
        if kept.is_empty() {
            continue;
        }
        let referred: BTreeSet<&str> = schema
            .tables
            .values()
            .flat_map(|t| t.foreign_keys.iter().map(|k| k.table.as_str()))
            .collect();
        for (name, table) in &schema.tables {
            let used = kept.contains(&name.to_ascii_lowercase())
                || referred.contains(name.as_str())
                || !table.foreign_keys.is_empty();
            if !used {
                out.push(format!("{name} ({})", place(&table.at)));
            }
        }
    }
    out
}

pub fn open(view: &View) -> String {
    let facts = view.facts;
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    let unknowns = facts.unknowns.iter().map(|u| {
        let of = u
            .service
            .as_ref()
            .map_or_else(String::new, |s| format!(" of {s}"));
        format!(
            "{}{of}: {} ({})",
            u.about.replace('-', " "),
            escape(&u.text),
            place(&u.at)
        )
    });
    groups.push(("What could not be followed", unknowns.collect()));
    let skipped = facts.schemas.iter().flat_map(|s| &s.skipped);
    let skipped = skipped.map(|f| format!("{}: {}", place(&f.at), escape(&f.reason)));
    groups.push((
        "Statements of migrations that were not understood",
        skipped.collect(),
    ));
    let faults = facts
        .tree
        .faults
        .iter()
        .map(|f| format!("{}: {}", place(&f.at), escape(&f.reason)));
    groups.push(("Parts that could not be read", faults.collect()));
    let left = facts.tree.left_out.iter().map(|(why, left)| {
        let some: Vec<&String> = left.some.iter().collect();
        format!(
            "{}: {}, for example {}",
            why.replace('-', " "),
            count(left.files as usize, "file", "files"),
            names(&some, 3)
        )
    });
    groups.push(("Left out", left.collect()));
    grouped(groups)
}
