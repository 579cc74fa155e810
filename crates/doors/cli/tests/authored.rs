//! An architecture that a person wrote from the engine's: it checks clean, renders to the committed
//! package, and a new design proposes without touching it.
//!
//! `UPDATE=1 cargo test -p groundplan-cli --test authored` rewrites the committed package.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use support::*;

const EXAMPLE: &str = "examples/parcels/authored";

fn here(name: &str) -> PathBuf {
    let path = folder(name);
    for file in ["brief.yaml", "architecture.yaml"] {
        let text = fs::read(root().join(EXAMPLE).join(file)).expect("the example is there");
        write(&path.join(file), text);
    }
    path
}

fn rendered(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    snapshot(folder)
        .into_iter()
        .filter(|(name, _)| name.starts_with("design/") && !name.ends_with('/'))
        .collect()
}

#[test]
fn it_renders_to_the_committed_package() {
    let path = here("authored-render");
    run(&["render", utf8(&path)]).exits(CLEAN);
    let made = rendered(&path);
    let home = root().join(EXAMPLE);
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        for name in rendered(&home).keys().filter(|n| !made.contains_key(*n)) {
            fs::remove_file(home.join(name)).expect("an old file goes");
        }
        for (name, content) in &made {
            write(&home.join(name), content);
        }
        return;
    }
    let changed = differences(&rendered(&home), &made);
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn it_checks_clean_and_a_new_design_touches_nothing() {
    let path = here("authored-design");
    run(&["check", utf8(&path)])
        .exits(CLEAN)
        .says(&["no findings"]);
    let before = read(&path.join("architecture.yaml"));
    run(&["design", utf8(&path)]).says(&["stays as it is", "proposed"]);
    assert_eq!(read(&path.join("architecture.yaml")), before);
    assert!(path.join("architecture.proposal.yaml").is_file());
}
