//! Small applications, whole: what they answer with every prefix, whom they call, and what they read.
//!
//! A case is one file: `== path` and the text of that file, again and again; at its end `== endpoints`,
//! `== calls` or `== variables` with what must be found, no more and no less. What is expected was
//! written by hand from the frameworks' documentation, so nothing here is regenerated.

use std::path::Path;

use groundplan_research::fronts::{self, SourceText};
use groundplan_research::link::link;
use groundplan_research::observation::{FileFacts, Observation};
use model::fact::Facts;

/// The files of a case, and its expectations by name.
type Parts<'a> = (Vec<(&'a str, String)>, Vec<(&'a str, Vec<String>)>);

fn parts(text: &str) -> Parts<'_> {
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    for part in text.split("\n== ").skip(1) {
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        match name {
            "endpoints" | "calls" | "variables" => {
                let mut lines: Vec<String> = body
                    .lines()
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect();
                lines.sort();
                expected.push((name, lines));
            }
            _ => files.push((name, body.to_owned())),
        }
    }
    (files, expected)
}

fn endpoints(facts: &Facts) -> Vec<String> {
    let all = facts.services.values().flat_map(|one| &one.endpoints);
    all.map(|one| format!("{} {}", one.method, one.path))
        .collect()
}

fn calls(files: &[(String, FileFacts)]) -> Vec<String> {
    let all = files.iter().flat_map(|(_, facts)| &facts.seen);
    all.filter_map(|seen| match &seen.what {
        Observation::Call(one) => Some(format!(
            "{} {} {}",
            one.protocol,
            one.method.as_deref().unwrap_or("-"),
            one.target
                .known()
                .map_or(format!("{:?}", one.target), str::to_owned),
        )),
        _ => None,
    })
    .collect()
}

fn variables(facts: &Facts) -> Vec<String> {
    let all = facts.services.values().flat_map(|one| &one.environment);
    all.map(|one| match &one.default {
        Some(default) => format!("{}={default}", one.name),
        None => one.name.clone(),
    })
    .collect()
}

#[test]
fn applications_answer_and_call_what_their_frameworks_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/endpoints");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 25, "{} cases", cases.len());
    let mut wrong = String::new();
    for case in cases {
        let text = std::fs::read_to_string(&case).unwrap();
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        let text = format!("\n{text}");
        let (files, expected) = parts(&text);
        assert!(!expected.is_empty(), "{name} expects nothing");
        let mut read: Vec<(String, FileFacts)> = files
            .iter()
            .filter_map(|(path, text)| {
                Some((path.to_string(), fronts::read(SourceText { path, text })?))
            })
            .collect();
        read.sort_by(|a, b| a.0.cmp(&b.0));
        let facts = link(&read);
        for (what, wanted) in expected {
            let mut found = match what {
                "endpoints" => endpoints(&facts),
                "calls" => calls(&read),
                _ => variables(&facts),
            };
            found.sort();
            for line in wanted.iter().filter(|line| !found.contains(line)) {
                wrong += &format!("{name}: {what} lacks  {line}\n");
            }
            for line in found.iter().filter(|line| !wanted.contains(line)) {
                wrong += &format!("{name}: {what} has    {line}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
