//! Small systems and what they are linked to: a case is a file of `cases/linking`, first its tree (`--- path` and
//! the text), then after `=== facts` what must be recovered of it. `UPDATE=1` rewrites the second part.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use groundplan_research::fronts::{SourceText, read};
use groundplan_research::link::link;
use groundplan_research::observation::FileFacts;
use model::fact::Facts;

const MARK: &str = "=== facts\n";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/linking");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    found.sort();
    found
}

fn facts(tree: &str) -> Facts {
    let mut files: Vec<(String, FileFacts)> = tree
        .split("--- ")
        .skip(1)
        .filter_map(|file| {
            let (path, text) = file.split_once('\n')?;
            Some((path.to_owned(), read(SourceText { path, text })?))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    link(&files)
}

/// A word of an enumeration, as it is written to files.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("plain data");
    value.as_str().unwrap_or_default().to_owned()
}

fn shown(facts: &Facts) -> String {
    let mut out = String::new();
    for (name, one) in &facts.services {
        let base = one
            .base
            .as_ref()
            .map_or(String::new(), |base| format!(" under {base}"));
        writeln!(out, "service {name} {}{base}", word(&one.role)).unwrap();
        for endpoint in &one.endpoints {
            let group = endpoint.group.as_ref();
            let group = group.map_or(String::new(), |group| format!(" of {group}"));
            writeln!(out, "  {} {}{group}", endpoint.method, endpoint.path).unwrap();
        }
    }
    for (name, one) in &facts.resources {
        writeln!(out, "resource {name} {}", word(&one.kind)).unwrap();
    }
    for one in &facts.links {
        let about = match one.about.is_empty() {
            true => String::new(),
            false => format!(" about {}", one.about.join(", ")),
        };
        let (kind, certainty) = (word(&one.kind), word(&one.certainty));
        writeln!(out, "{} -> {} {kind} {certainty}{about}", one.from, one.to).unwrap();
    }
    for one in &facts.unknowns {
        writeln!(out, "unknown {} {}: {}", one.about, one.at.file, one.text).unwrap();
    }
    out
}

#[test]
fn small_systems_are_linked() {
    let cases = cases();
    assert!(!cases.is_empty());
    let mut faults = Vec::new();
    for path in cases {
        let text = std::fs::read_to_string(&path).expect("a case is text");
        let (tree, expected) = text.split_once(MARK).unwrap_or((&text, ""));
        let found = shown(&facts(tree));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, format!("{tree}{MARK}{found}")).expect("the case is written");
        } else if found != expected {
            faults.push(format!(
                "{}\n{found}\ninstead of\n{expected}",
                path.display()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
