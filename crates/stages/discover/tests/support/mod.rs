//! The example briefs, and small changes of them.
#![allow(dead_code)]

use groundplan_discover as discover;
use model::Brief;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use syntax::{Hooks, Loaded, SourceFile, edit};

pub const EXAMPLES: &[&str] = &[
    "cli-tool",
    "conduit",
    "internal-service",
    "ledger",
    "orders",
    "parcels",
    "telemetry",
];

pub fn text(example: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../examples");
    std::fs::read_to_string(root.join(example).join("brief.yaml")).expect("the example is there")
}

pub fn load(text: &str) -> Loaded<Brief> {
    let files = [SourceFile::new("brief.yaml", text)];
    syntax::load::<Brief>(&files, &Hooks::model())
}

/// A brief that loads without a fault.
pub fn brief(text: &str) -> Brief {
    let loaded = load(text);
    assert!(loaded.findings.is_empty(), "{:#?}", loaded.findings);
    loaded.value.expect("a brief")
}

pub fn example(name: &str) -> Brief {
    brief(&text(name))
}

/// Rules and places that an edit of an example adds.
pub fn added(example: &str, edits: &[(&str, Value)]) -> Vec<(String, String, String)> {
    let known = knowledge::Knowledge::embedded();
    let before = text(example);
    let mut after = before.clone();
    for (path, value) in edits {
        after = if value.is_null() {
            edit::remove(&after, path).expect(path)
        } else {
            edit::set(&after, path, value).expect(path)
        };
    }
    let old: BTreeSet<String> = discover::gate(&brief(&before), known)
        .iter()
        .map(|f| f.key())
        .collect();
    let found = discover::gate(&brief(&after), known);
    for finding in &found {
        assert!(
            !finding.why.is_empty() && !finding.remedy.is_empty(),
            "{finding:#?}"
        );
    }
    let new = found.iter().filter(|f| !old.contains(&f.key()));
    new.map(|f| {
        (
            f.rule.clone(),
            f.place.path.clone(),
            format!("{} | {}", f.message, f.remedy),
        )
    })
    .collect()
}

/// Exactly one finding, with its rule, its place and a part of its words.
pub fn seeded(example: &str, edits: &[(&str, Value)], rule: &str, place: &str, says: &str) {
    let found = added(example, edits);
    let rules: Vec<(&str, &str)> = found
        .iter()
        .map(|(r, p, _)| (r.as_str(), p.as_str()))
        .collect();
    assert_eq!(rules, [(rule, place)], "{found:#?}");
    assert!(
        found[0].2.contains(says),
        "`{says}` is not in {}",
        found[0].2
    );
}
