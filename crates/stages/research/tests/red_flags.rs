//! The trees in the flags' documentation are their tests: the bad one raises this flag, the good one does
//! not. Other flags may show in either; each has its own trees.

use groundplan_research::fronts::{SourceText, read};
use groundplan_research::link::link;
use groundplan_research::observation::FileFacts;
use groundplan_research::red_flags::{ALL, all};

/// The fences of a flag's documentation: kind, and its files.
fn trees(doc: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut open: Option<(String, Vec<(String, String)>)> = None;
    for line in doc.lines() {
        let Some(line) = line.strip_prefix("//!") else {
            continue;
        };
        let line = line.strip_prefix(' ').unwrap_or(line);
        match &mut open {
            None => {
                if let Some(kind) = line.strip_prefix("```text ") {
                    open = Some((kind.to_owned(), Vec::new()));
                }
            }
            Some(_) if line == "```" => found.extend(open.take()),
            Some((_, files)) => match line.strip_prefix("--- ") {
                Some(path) => files.push((path.to_owned(), String::new())),
                None => {
                    let (_, text) = files.last_mut().expect("a file's name comes first");
                    text.push_str(line);
                    text.push('\n');
                }
            },
        }
    }
    found
}

fn flags_of(files: &[(String, String)]) -> Vec<String> {
    let mut read: Vec<(String, FileFacts)> = files
        .iter()
        .filter_map(|(path, text)| Some((path.clone(), read(SourceText { path, text })?)))
        .collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    all(&link(&read), &read)
        .iter()
        .map(|finding| finding.rule.clone())
        .collect()
}

#[test]
fn every_flag_documents_itself() {
    let mut faults = Vec::new();
    for flag in ALL {
        for word in ["**Why.**", "**Remedy.**", "**When it is wrong.**"] {
            if !flag.doc.contains(word) {
                faults.push(format!("{} does not say {word}", flag.id));
            }
        }
        for kind in ["bad", "good"] {
            if !trees(flag.doc).iter().any(|(own, _)| own == kind) {
                faults.push(format!("{} has no {kind} tree", flag.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_trees_raise_what_they_say() {
    let mut faults = Vec::new();
    for flag in ALL {
        for (kind, files) in trees(flag.doc) {
            let raised = flags_of(&files);
            if raised.iter().any(|one| one == flag.id) != (kind == "bad") {
                faults.push(format!("{} ({kind}): raised {raised:?}", flag.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
