//! The example briefs, and small changes of them.
#![allow(dead_code)]

use model::Brief;
use std::path::PathBuf;
use syntax::{Hooks, Loaded, SourceFile};

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
