//! Section 2: the picture, the style, the contexts, and the mechanisms with their proofs.

use model::{Mechanism, Proof};

use crate::figures::Figures;
use crate::page::Page;
use crate::picture;
use crate::scenes;
use crate::words;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    page.heading(2, "2. Architecture overview");
    if architecture.components.is_empty() {
        page.para("The model holds no components yet.");
        return;
    }
    let mut graph = scenes::containers::graph(f.view, false);
    graph.title.clear();
    // Boundaries stand in section 7; frames would double the height.
    graph.groups.clear();
    for node in &mut graph.nodes {
        node.group = None;
    }
    page.code("text", &picture::graph_text(&graph));
    let mut links = vec!["[containers with sizes](diagrams/containers.svg)".to_string()];
    if !architecture.paths.is_empty() {
        links.push(format!(
            "{} as `diagrams/sequence-<operation>.svg`",
            words::counted(architecture.paths.len(), "sequence")
        ));
    }
    if !architecture.data.is_empty() {
        links.push("[tables](diagrams/entities.svg)".into());
    }
    if !f.program() && scenes::load::latency(f.view).is_some() {
        links.push("[latency against load](diagrams/load.svg)".into());
    }
    page.para(&format!("Pictures: {}.", words::list(&links)));
    contexts(f, page);
    mechanisms(f, page);
}

fn contexts(f: &Figures<'_>, page: &mut Page) {
    let contexts = &f.view.system.architecture.contexts;
    // One context is the whole system: the table would say nothing.
    if contexts.len() < 2 {
        return;
    }
    page.heading(3, "Contexts");
    let rows: Vec<Vec<String>> = contexts
        .iter()
        .map(|(id, c)| {
            let entities: Vec<&str> = c.entities.iter().map(|e| &**e).collect();
            let rate: f64 = c.operations.iter().filter_map(|o| f.rate(o)).sum();
            vec![
                format!("`{id}`"),
                words::list(&entities),
                format!("{}, {}", c.operations.len(), crate::numbers::rate(rate)),
                c.team.clone().unwrap_or_default(),
                f.reason(&c.about),
            ]
        })
        .collect();
    page.table(&["Context", "Entities", "Operations", "Team", "Why"], &rows);
}

/// Mechanisms that are kept in the same way are told once.
fn mechanisms(f: &Figures<'_>, page: &mut Page) {
    let mechanisms = &f.view.system.architecture.mechanisms;
    if mechanisms.is_empty() {
        return;
    }
    page.heading(3, "Mechanisms");
    let mut groups: Vec<Vec<&Mechanism>> = Vec::new();
    for mechanism in mechanisms.values() {
        let alike = |g: &&mut Vec<&Mechanism>| {
            g.first().is_some_and(|m| {
                m.how == mechanism.how
                    && m.kind == mechanism.kind
                    && m.about.author == mechanism.about.author
                    && m.about.why == mechanism.about.why
            })
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(mechanism),
            None => groups.push(vec![mechanism]),
        }
    }
    let lines: Vec<String> = groups.iter().map(|g| told(f, g)).collect();
    page.bullets(&lines);
}

fn told(f: &Figures<'_>, group: &[&Mechanism]) -> String {
    let Some(first) = group.first() else {
        return String::new();
    };
    let mut protects: Vec<&str> = Vec::new();
    let mut proofs: Vec<&Proof> = Vec::new();
    for mechanism in group {
        for path in &mechanism.protects {
            let name = path.rsplit('.').next().unwrap_or(path);
            if !protects.contains(&name) {
                protects.push(name);
            }
        }
        for proof in &mechanism.proof {
            if !proofs.contains(&proof) {
                proofs.push(proof);
            }
        }
    }
    let mut line = format!("**{}**", f.prose(&first.promise));
    if group.len() > 1 {
        line.push_str(&format!(
            " (the same for {})",
            words::counted(group.len() - 1, "other")
        ));
    }
    line.push_str(&format!(" {}", f.prose(&first.how)));
    if !protects.is_empty() {
        line.push_str(&format!(" Protects {}.", words::some(&protects, 4)));
    }
    match proofs.as_slice() {
        [] => line.push_str(" **No proof is named.**"),
        [proof, rest @ ..] => {
            let result = proof
                .see
                .as_ref()
                .map(|s| format!(" Result: `{s}`."))
                .unwrap_or_default();
            line.push_str(&format!(
                " Proof ({}): {}{result}",
                words::word(&proof.kind),
                f.prose(&proof.text)
            ));
            if !rest.is_empty() {
                line.push_str(&format!(
                    " And {} in the model.",
                    words::counted(rest.len(), "further proof")
                ));
            }
        }
    }
    let authored = f.authored(&first.about);
    if !authored.is_empty() {
        line.push_str(&format!("\n{authored}"));
    }
    line
}
