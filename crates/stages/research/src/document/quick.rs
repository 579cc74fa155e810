//! A page that fits a screen.

use model::Finding;
use model::Severity;
use model::fact::{Facts, ResourceKind, ServiceRole};

use super::coupling::couplings;
use super::text::{count, names};

/// How much there is: files, languages, services, stores.
pub fn extent(facts: &Facts) -> String {
    let tree = &facts.tree;
    let mut lines: Vec<(&String, u64)> = tree.lines.iter().map(|(l, n)| (l, *n)).collect();
    lines.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let languages: Vec<String> = lines
        .iter()
        .take(4)
        .map(|(l, n)| format!("{l} {n}"))
        .collect();
    let endpoints: usize = facts.services.values().map(|s| s.endpoints.len()).sum();
    let tables: usize = facts.schemas.iter().map(|s| s.tables.len()).sum();
    let mut said = vec![
        count(facts.services.len(), "service", "services"),
        count(endpoints, "endpoint", "endpoints"),
        count(facts.links.len(), "link", "links"),
    ];
    if tables > 0 {
        said.push(count(tables, "table", "tables"));
    }
    let mut out = format!(
        "{} in {}",
        said.join(", "),
        count(tree.files as usize, "file", "files")
    );
    if !languages.is_empty() {
        out.push_str(&format!("; lines of source: {}", languages.join(", ")));
    }
    out.push('.');
    out
}

/// The orientation: what runs, what it stands on, what is tight, what is wrong.
pub fn quick(facts: &Facts, findings: &[Finding]) -> String {
    let mut out = format!("{}: {}\n", facts.name, extent(facts));
    let by_role = |role: ServiceRole| -> Vec<String> {
        facts
            .services
            .iter()
            .filter(|(_, s)| s.role == role)
            .map(|(id, s)| match &s.language {
                Some(language) => format!("{id} ({language})"),
                None => id.clone(),
            })
            .collect()
    };
    for (role, word) in [
        (ServiceRole::Business, "services"),
        (ServiceRole::Web, "web"),
        (ServiceRole::Gateway, "gateway"),
        (ServiceRole::Worker, "workers"),
        (ServiceRole::Job, "jobs"),
    ] {
        line(&mut out, word, &by_role(role), 12);
    }
    let rest: Vec<String> = facts
        .services
        .iter()
        .filter(|(_, s)| {
            !matches!(
                s.role,
                ServiceRole::Business
                    | ServiceRole::Web
                    | ServiceRole::Gateway
                    | ServiceRole::Worker
                    | ServiceRole::Job
            )
        })
        .map(|(id, s)| format!("{id} ({})", super::parts::role(s.role)))
        .collect();
    line(&mut out, "infrastructure", &rest, 8);
    let resources = |kinds: &[ResourceKind]| -> Vec<String> {
        facts
            .resources
            .iter()
            .filter(|(_, r)| kinds.contains(&r.kind))
            .map(|(id, r)| match r.technology.as_deref() {
                Some(technology) if technology != id => format!("{id} ({technology})"),
                _ => id.clone(),
            })
            .collect()
    };
    line(
        &mut out,
        "stores",
        &resources(&[
            ResourceKind::Store,
            ResourceKind::Cache,
            ResourceKind::Search,
            ResourceKind::ObjectStore,
        ]),
        8,
    );
    line(&mut out, "brokers", &resources(&[ResourceKind::Broker]), 6);
    line(
        &mut out,
        "others",
        &resources(&[
            ResourceKind::External,
            ResourceKind::IdentityProvider,
            ResourceKind::Mail,
        ]),
        8,
    );
    let couplings = couplings(facts);
    let mut tight: Vec<_> = couplings
        .iter()
        .filter(|(id, c)| facts.services.contains_key(*id) && c.rating() == super::Rating::Tight)
        .collect();
    tight.sort_by_key(|(id, c)| {
        (
            usize::MAX - c.callers.len() - c.callees.len(),
            (*id).clone(),
        )
    });
    let tight: Vec<String> = tight
        .iter()
        .map(|(id, c)| format!("{id} ({})", c.because()))
        .collect();
    line(&mut out, "tight", &tight, 4);
    let open: Vec<&Finding> = findings.iter().filter(|f| f.waived.is_none()).collect();
    let worst = |severity| open.iter().filter(|f| f.severity == severity).count();
    if !open.is_empty() {
        out.push_str(&format!(
            "{:<15} {}, {} major, {} minor, {}\n",
            "findings",
            count(worst(Severity::Blocker), "blocker", "blockers"),
            worst(Severity::Major),
            worst(Severity::Minor),
            count(worst(Severity::Note), "note", "notes")
        ));
        let mut sorted = open.clone();
        sorted.sort_by_key(|f| (f.severity, f.certainty));
        for finding in sorted.iter().take(5) {
            out.push_str(&format!(
                "  {} {}: {}\n",
                super::checklist::where_is(finding),
                finding.rule,
                finding.message
            ));
        }
    }
    if !facts.unknowns.is_empty() {
        out.push_str(&format!(
            "{:<15} {}\n",
            "not followed",
            count(facts.unknowns.len(), "place", "places")
        ));
    }
    out
}

fn line(out: &mut String, word: &str, all: &[String], most: usize) {
    if !all.is_empty() {
        out.push_str(&format!("{word:<15} {}\n", names(all, most)));
    }
}
