//! Section 7, security: trust boundaries, identities, secrets and the first threats; `security.md`
//! has every threat and every grant.

use crate::figures::Figures;
use crate::page::Page;
use crate::words;

/// Threats shown here; the rest is in `security.md`.
const THREATS: usize = 6;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    let security = &architecture.security;
    if security.boundaries.is_empty()
        && security.identities.is_empty()
        && security.threats.is_empty()
    {
        return;
    }
    page.heading(3, "Security");
    let rows: Vec<Vec<String>> = security
        .boundaries
        .iter()
        .map(|(id, b)| {
            let inside: Vec<&str> = architecture
                .components
                .iter()
                .filter(|(_, c)| c.boundary.as_ref().is_some_and(|x| **x == **id))
                .map(|(c, _)| c.as_str())
                .collect();
            vec![
                format!("`{id}`"),
                words::list(&inside),
                b.description.clone().unwrap_or_default(),
            ]
        })
        .collect();
    page.table(&["Trust boundary", "Inside", "Rule"], &rows);
    let secrets: Vec<String> = security
        .secrets
        .iter()
        .map(|(id, s)| {
            let turned = s
                .rotation
                .map(|r| format!(", changed every {r}"))
                .unwrap_or_default();
            let by: Vec<&str> = s.used_by.iter().map(|c| &**c).collect();
            format!("`{id}` for {}{turned}", words::list(&by))
        })
        .collect();
    if !secrets.is_empty() {
        page.para(&format!("Secrets: {}.", secrets.join("; ")));
    }
    let mut rows: Vec<Vec<String>> = threats(f);
    let all = rows.len();
    rows.truncate(THREATS);
    page.table(&["Threat", "How", "Answer"], &rows);
    if all > 0 {
        page.para(&match all > THREATS {
            true => format!(
                "All {all} threats, identities, grants and secrets: [security.md](security.md)."
            ),
            false => "Identities and grants by table: [security.md](security.md).".to_string(),
        });
    }
}

/// Threats with the same scenario's kind and answer are told once, the most frequent calls first.
fn threats(f: &Figures<'_>) -> Vec<Vec<String>> {
    let security = &f.view.system.architecture.security;
    let mut groups: Vec<(String, String, Vec<String>, String)> = Vec::new();
    for threat in security.threats.values() {
        let at = match (&threat.relation, &threat.component) {
            (Some(r), _) => r.0.clone(),
            (None, Some(c)) => c.0.clone(),
            (None, None) => String::new(),
        };
        let kind = words::word(&threat.kind).replace('-', " ");
        let answer = f.prose(&threat.mitigation);
        match groups.iter_mut().find(|g| g.0 == kind && g.3 == answer) {
            Some(group) => group.2.push(at),
            None => groups.push((kind, f.prose(&threat.scenario), vec![at], answer)),
        }
    }
    groups
        .into_iter()
        .map(|(kind, how, at, answer)| {
            vec![format!("{kind}, {}", words::some(&at, 2)), how, answer]
        })
        .collect()
}

/// `security.md`: every threat, and who may do what with which table.
pub(super) fn all(f: &Figures<'_>) -> Option<String> {
    let security = &f.view.system.architecture.security;
    if security.threats.is_empty() && security.roles.is_empty() && security.identities.is_empty() {
        return None;
    }
    let mut page = Page::default();
    page.heading(1, &format!("{}: security", f.view.system.brief.name));
    if !security.identities.is_empty() {
        page.heading(2, "Identities");
        let rows: Vec<Vec<String>> = security
            .identities
            .iter()
            .map(|(id, i)| {
                let mut operations = Vec::new();
                let mut tables = 0;
                for role in i.roles.iter().filter_map(|r| security.roles.get(&**r)) {
                    operations.extend(role.operations.iter().map(|o| o.0.as_str()));
                    tables += role.tables.len();
                }
                let mut may = Vec::new();
                if !operations.is_empty() {
                    may.push(format!(
                        "{}: {}",
                        words::counted(operations.len(), "operation"),
                        words::some(&operations, 4)
                    ));
                }
                if tables > 0 {
                    may.push(format!("rights on {}", words::counted(tables, "table")));
                }
                vec![format!("`{id}`"), i.authentication.clone(), may.join("; ")]
            })
            .collect();
        page.table(&["Identity", "Proves itself by", "May"], &rows);
    }
    if !security.threats.is_empty() {
        page.heading(2, "Threats");
        let rows: Vec<Vec<String>> = security
            .threats
            .iter()
            .map(|(id, t)| {
                vec![
                    format!("`{id}`"),
                    words::word(&t.kind).replace('-', " "),
                    f.prose(&t.scenario),
                    f.prose(&t.mitigation),
                    f.authored(&t.about),
                ]
            })
            .collect();
        page.table(
            &["Id", "Kind", "How", "Answer", "Words of its author"],
            &rows,
        );
    }
    if security.roles.values().any(|r| !r.tables.is_empty()) {
        page.heading(2, "Grants");
        let rows: Vec<Vec<String>> = security
            .roles
            .iter()
            .flat_map(|(id, r)| {
                r.tables.iter().map(move |g| {
                    let may: Vec<String> = g.may.iter().map(words::word).collect();
                    vec![
                        format!("`{id}`"),
                        format!("`{}`", g.table),
                        words::list(&may),
                    ]
                })
            })
            .collect();
        page.table(&["Role", "Table", "May"], &rows);
    }
    if !security.secrets.is_empty() {
        page.heading(2, "Secrets");
        let rows: Vec<Vec<String>> = security
            .secrets
            .iter()
            .map(|(id, s)| {
                let by: Vec<&str> = s.used_by.iter().map(|c| &**c).collect();
                vec![
                    format!("`{id}`"),
                    s.kept_in.clone(),
                    words::list(&by),
                    s.rotation.map(|r| r.to_string()).unwrap_or_default(),
                ]
            })
            .collect();
        page.table(&["Secret", "Kept in", "Used by", "Changed every"], &rows);
    }
    Some(page.finish())
}
