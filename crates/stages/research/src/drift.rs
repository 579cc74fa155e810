//! Drift: where the kept architecture and the code have parted.
//!
//! Both sides are the ordinary model. Elements are matched by id, by the names that the tree gives them,
//! and by the place they came from; only what code can show is compared. A difference is a finding, and
//! a person may accept it.

use std::collections::{BTreeMap, BTreeSet};

use model::drift::Drift;
use model::fact::Facts;
use model::{
    About, Architecture, Brief, BriefSource, Component, ComponentKind, Finding, Place, Severity,
    Span,
};

use crate::recover::kebab;

/// The differences, accepted ones marked as such, and acceptances that nothing needs any more.
pub fn drift(
    kept: &Architecture,
    brief: Option<&Brief>,
    recovered: &Architecture,
    facts: &Facts,
    accepted: &Drift,
) -> Vec<Finding> {
    let sides = Sides {
        kept,
        brief,
        recovered,
        matched: matched(kept, recovered, facts),
    };
    let mut findings = Vec::new();
    components(&sides, &mut findings);
    relations(&sides, &mut findings);
    endpoints(&sides, &mut findings);
    tables(&sides, &mut findings);
    topics(&sides, &mut findings);
    accept(accepted, &mut findings);
    findings
}

struct Sides<'a> {
    kept: &'a Architecture,
    brief: Option<&'a Brief>,
    recovered: &'a Architecture,
    /// Component of the kept side to component of the code.
    matched: BTreeMap<&'a str, &'a str>,
}

impl<'a> Sides<'a> {
    fn inverse(&self) -> BTreeMap<&'a str, &'a str> {
        self.matched
            .iter()
            .map(|(kept, found)| (*found, *kept))
            .collect()
    }
}

/// Whether code and deployment can show such a component at all.
fn shown_by_code(kind: ComponentKind) -> bool {
    matches!(
        kind,
        ComponentKind::Service
            | ComponentKind::Gateway
            | ComponentKind::Worker
            | ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::Search
            | ComponentKind::ObjectStore
    )
}

/// Whether an element came from a place of the tree: then its absence there is a difference.
fn from_tree(about: &About) -> bool {
    about
        .from
        .as_deref()
        .is_some_and(|from| origin(from).is_some_and(|(_, line)| line > 0))
}

fn comparable(component: &Component) -> bool {
    shown_by_code(component.kind) || from_tree(&component.about)
}

/// `file:line` as its parts.
fn origin(from: &str) -> Option<(&str, usize)> {
    let (file, line) = from.rsplit_once(':')?;
    Some((file, line.parse().ok()?))
}

fn matched<'a>(
    kept: &'a Architecture,
    found: &'a Architecture,
    facts: &Facts,
) -> BTreeMap<&'a str, &'a str> {
    let mut out: BTreeMap<&str, &str> = BTreeMap::new();
    let mut free: BTreeSet<&str> = found.components.keys().map(String::as_str).collect();
    for id in kept.components.keys() {
        if free.remove(id.as_str()) {
            out.insert(id, id);
        }
    }
    let ids = crate::recover::Ids::of(facts);
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let called = facts.services.iter().map(|(key, s)| (key, &s.names));
    let called = called.chain(facts.resources.iter().map(|(key, r)| (key, &r.names)));
    for (key, given) in called {
        let set = names.entry(ids.component(key)).or_default();
        set.extend(given.iter().map(|n| kebab(n)));
    }
    for (id, component) in &kept.components {
        if out.contains_key(id.as_str()) {
            continue;
        }
        let same_place = |other: &str| {
            let theirs = found.components.get(other).map(|c| &c.about.from);
            match (component.about.from.as_deref().and_then(origin), theirs) {
                (Some((file, _)), Some(Some(from))) => {
                    origin(from).is_some_and(|(f, _)| f == file)
                        && found.components[other].kind == component.kind
                }
                _ => false,
            }
        };
        let by_name = free
            .iter()
            .copied()
            .find(|o| names.get(*o).is_some_and(|n| n.contains(id)));
        let by_place = || {
            let mut there = free.iter().copied().filter(|o| same_place(o));
            // Several of one file (compose) say nothing about which.
            there.next().filter(|_| there.next().is_none())
        };
        if let Some(other) = by_name.or_else(by_place) {
            free.remove(other);
            out.insert(id, other);
        }
    }
    out
}

fn missing(rule: &str, path: String, message: String, about: &About) -> Finding {
    let finding = Finding::new(rule, Severity::Major, path, message)
        .why("The architecture says what the code no longer holds: who reads it is misled.")
        .remedy("Change the architecture, bring the code back, or accept the difference.");
    match about.from.as_deref() {
        Some(from) => finding.evidence(
            model::Evidence::new(model::EvidenceKind::Parsed, format!("it was at {from}"))
                .from(from),
        ),
        None => finding,
    }
}

fn new(rule: &str, path: String, message: String, about: &About) -> Finding {
    let mut finding = Finding::new(rule, Severity::Major, path, message)
        .why("Nobody decided it, and nothing that was checked or computed covers it.")
        .remedy(
            "Write it into the architecture, take it out of the code, or accept the difference.",
        );
    if let Some((file, line)) = about.from.as_deref().and_then(origin) {
        finding.place = at(&finding.place.path, file, line);
    }
    if about
        .notes
        .as_deref()
        .is_some_and(|n| n.starts_with("Inferred."))
    {
        finding.certainty = model::finding::Certainty::Inferred;
    } else if about
        .notes
        .as_deref()
        .is_some_and(|n| n.starts_with("Not certain."))
    {
        finding.certainty = model::finding::Certainty::Unknown;
        finding.severity = Severity::Note;
    }
    finding
}

/// A line of a file of the tree; the characters are found by whoever has the text.
fn at(path: &str, file: &str, line: usize) -> Place {
    Place {
        path: path.to_string(),
        file: Some(file.to_string()),
        span: Some(Span {
            start: 0,
            end: 0,
            line,
            column: 1,
        }),
    }
}

fn components(sides: &Sides, out: &mut Vec<Finding>) {
    for (id, component) in &sides.kept.components {
        if comparable(component) && !sides.matched.contains_key(id.as_str()) {
            let message = format!("{id} is in the architecture, and nothing in the code is it");
            out.push(missing(
                "missing-component",
                format!("components.{id}"),
                message,
                &component.about,
            ));
        }
    }
    let found = sides.inverse();
    for (id, component) in &sides.recovered.components {
        if comparable(component) && !found.contains_key(id.as_str()) {
            let message = format!("{id} is in the code, and the architecture does not have it");
            out.push(new(
                "new-component",
                format!("components.{id}"),
                message,
                &component.about,
            ));
        }
    }
}

fn relations(sides: &Sides, out: &mut Vec<Finding>) {
    let inverse = sides.inverse();
    let pairs = |of: &Architecture| -> BTreeSet<(String, String)> {
        of.relations
            .values()
            .map(|r| (r.from.0.clone(), r.to.0.clone()))
            .collect()
    };
    let (kept, found) = (pairs(sides.kept), pairs(sides.recovered));
    let mut said = BTreeSet::new();
    for (id, relation) in &sides.kept.relations {
        let (from, to) = (&*relation.from, &*relation.to);
        // Where one end is missing, that is the difference.
        let (Some(there_from), Some(there_to)) = (sides.matched.get(from), sides.matched.get(to))
        else {
            continue;
        };
        let pair = ((*there_from).to_string(), (*there_to).to_string());
        if !found.contains(&pair) && said.insert(pair) {
            let message = format!("{from} uses {to} in the architecture, and no code does");
            out.push(missing(
                "missing-relation",
                format!("relations.{id}"),
                message,
                &relation.about,
            ));
        }
    }
    for (id, relation) in &sides.recovered.relations {
        let (Some(from), Some(to)) = (inverse.get(&*relation.from), inverse.get(&*relation.to))
        else {
            continue;
        };
        let pair = ((*from).to_string(), (*to).to_string());
        if !kept.contains(&pair) && said.insert(pair) {
            let message =
                format!("{from} uses {to} in the code, and the architecture does not say so");
            out.push(new(
                "new-relation",
                format!("relations.{id}"),
                message,
                &relation.about,
            ));
        }
    }
}

/// Method and path of an endpoint; what its parameters are called does not matter.
type Endpoint = (String, String);

/// The endpoints of each component with a contract, and where each is said.
fn offered<'a>(
    architecture: &'a Architecture,
    brief: Option<&'a Brief>,
) -> BTreeMap<&'a str, BTreeMap<Endpoint, (&'a str, &'a About)>> {
    let mut out: BTreeMap<&str, BTreeMap<Endpoint, (&str, &About)>> = BTreeMap::new();
    let Some(brief) = brief else {
        return out;
    };
    for contract in architecture.contracts.values() {
        let base = contract.base.as_deref().unwrap_or("");
        for id in &contract.operations {
            let Some((id, operation)) = brief.domain.operations.get_key_value(&**id) else {
                continue;
            };
            let (Some(method), Some(path)) = (operation.method, operation.path.as_deref()) else {
                continue;
            };
            let about = architecture
                .paths
                .get(id)
                .map_or(&contract.about, |p| &p.about);
            out.entry(&*contract.component).or_default().insert(
                (method.as_str().to_string(), shape(&format!("{base}{path}"))),
                (id, about),
            );
        }
    }
    out
}

/// A path with nameless parameters.
fn shape(path: &str) -> String {
    let parts =
        path.trim_matches('/')
            .split('/')
            .map(|part| match part.contains(['{', ':', '*']) {
                true => "{}",
                false => part,
            });
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

fn endpoints(sides: &Sides, out: &mut Vec<Finding>) {
    let inline = |architecture: &'_ Architecture| match &architecture.brief {
        Some(BriefSource::Inline(brief)) => Some((**brief).clone()),
        _ => None,
    };
    let found_brief = inline(sides.recovered);
    let kept = offered(sides.kept, sides.brief);
    let found = offered(sides.recovered, found_brief.as_ref());
    let none = BTreeMap::new();
    for (id, other) in &sides.matched {
        // A side that has no contract for it promises nothing to compare.
        let Some(promised) = kept.get(id) else {
            continue;
        };
        let there = found.get(other).unwrap_or(&none);
        for (endpoint, (operation, about)) in promised {
            if !there.contains_key(endpoint) {
                let message = format!(
                    "{} {} of {id} is promised, and no code answers it",
                    endpoint.0, endpoint.1
                );
                out.push(missing(
                    "missing-endpoint",
                    format!("operations.{operation}"),
                    message,
                    about,
                ));
            }
        }
        for (endpoint, (operation, about)) in there {
            if !promised.contains_key(endpoint) {
                let message = format!(
                    "{id} answers {} {}, which no contract has",
                    endpoint.0, endpoint.1
                );
                out.push(new(
                    "new-endpoint",
                    format!("operations.{operation}"),
                    message,
                    about,
                ));
            }
        }
    }
}

fn tables(sides: &Sides, out: &mut Vec<Finding>) {
    let by_name = |of: &'_ Architecture| -> BTreeMap<String, String> {
        of.data.keys().map(|id| (kebab(id), id.clone())).collect()
    };
    let (kept, found) = (by_name(sides.kept), by_name(sides.recovered));
    // Without any schema in the tree nothing can be said about tables.
    if found.is_empty() {
        return;
    }
    for (name, id) in &kept {
        let table = &sides.kept.data[id];
        match found.get(name) {
            None => {
                let message =
                    format!("table {id} is in the architecture, and no migration makes it");
                out.push(missing(
                    "missing-table",
                    format!("data.{id}"),
                    message,
                    &table.about,
                ));
            }
            Some(other) => {
                let theirs = &sides.recovered.data[other];
                columns(id, table, theirs, out);
            }
        }
    }
    for (name, id) in &found {
        if !kept.contains_key(name) {
            let message =
                format!("table {id} is made by a migration, and the architecture does not have it");
            out.push(new(
                "new-table",
                format!("data.{id}"),
                message,
                &sides.recovered.data[id].about,
            ));
        }
    }
}

fn columns(id: &str, kept: &model::Table, found: &model::Table, out: &mut Vec<Finding>) {
    if kept.columns.is_empty() || found.columns.is_empty() {
        return;
    }
    let names = |table: &model::Table| -> BTreeSet<String> {
        table
            .columns
            .keys()
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    let (mine, theirs) = (names(kept), names(found));
    let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| -> Vec<String> {
        a.difference(b).cloned().collect()
    };
    let (gone, come) = (list(&mine, &theirs), list(&theirs, &mine));
    let mut said = Vec::new();
    if !gone.is_empty() {
        said.push(format!("the migrations have no {}", gone.join(", ")));
    }
    if !come.is_empty() {
        said.push(format!("the architecture has no {}", come.join(", ")));
    }
    if !said.is_empty() {
        let message = format!("columns of {id} have parted: {}", said.join("; "));
        out.push(new(
            "parted-columns",
            format!("data.{id}"),
            message,
            &found.about,
        ));
    }
}

fn topics(sides: &Sides, out: &mut Vec<Finding>) {
    let Some(BriefSource::Inline(found)) = &sides.recovered.brief else {
        return;
    };
    let Some(kept) = sides.brief else {
        return;
    };
    // Without any topic in the code, its messages may go another way.
    if found.domain.events.is_empty() {
        return;
    }
    let carrier = |event: &str| {
        let mut carrying = sides.recovered.relations.values();
        carrying
            .find(|r| r.events.iter().any(|e| **e == *event))
            .map(|r| r.about.clone())
    };
    for id in kept.domain.events.keys() {
        if !found.domain.events.contains_key(id) {
            let message =
                format!("topic {id} is in the architecture, and no code sends or takes it");
            out.push(missing(
                "missing-topic",
                format!("domain.events.{id}"),
                message,
                &About::default(),
            ));
        }
    }
    for id in found.domain.events.keys() {
        if !kept.domain.events.contains_key(id) {
            let message =
                format!("topic {id} is in the code, and the architecture does not have it");
            let about = carrier(id).unwrap_or_default();
            out.push(new(
                "new-topic",
                format!("domain.events.{id}"),
                message,
                &about,
            ));
        }
    }
}

/// Marks what was accepted; an acceptance that meets no difference is a finding of its own.
fn accept(accepted: &Drift, findings: &mut Vec<Finding>) {
    let mut stale = Vec::new();
    for (number, entry) in accepted.accepted.iter().enumerate() {
        let mut met = false;
        for finding in findings.iter_mut().filter(|f| f.key() == entry.id) {
            finding.waived = Some(format!("{} ({})", entry.reason, entry.date));
            met = true;
        }
        if !met {
            stale.push(
                Finding::new(
                    "stale-acceptance",
                    Severity::Note,
                    format!("accepted[{number}]"),
                    format!(
                        "{} was accepted on {}, and is no difference any more",
                        entry.id, entry.date
                    ),
                )
                .why("It would hide the difference should it come back.")
                .remedy("Take it out of drift.yaml."),
            );
        }
    }
    findings.extend(stale);
}

/// The text of `drift.yaml` with one more acceptance; comments stay.
pub fn accepting(text: &str, id: &str, reason: &str, date: &str) -> Result<String, String> {
    let entry = serde_json::json!({ "id": id, "reason": reason, "date": date });
    let bare = text
        .lines()
        .all(|l| l.trim().is_empty() || l.trim_start().starts_with('#'));
    if bare {
        let list = syntax::emit::emit(&serde_json::json!({ "accepted": [entry] }));
        let gap = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        return Ok(format!("{text}{gap}{list}"));
    }
    syntax::edit::add(text, "accepted", &entry).map_err(|e| e.to_string())
}
