//! The examples' packages: `design` gives the committed bytes, and every command holds on each.
//!
//! `UPDATE=1 cargo test -p groundplan-cli --test examples` rewrites the committed packages.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use support::*;

/// Everything that `design` leaves for people, by relative path.
fn package(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    snapshot(folder)
        .into_iter()
        .filter(|(name, _)| {
            name == "architecture.yaml" || (name.starts_with("design/") && !name.ends_with('/'))
        })
        .collect()
}

fn as_committed(example: &str) {
    let made = package(&designed(example, &format!("{example}-package")));
    let home = root().join("examples").join(example);
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        for name in package(&home).keys().filter(|n| !made.contains_key(*n)) {
            fs::remove_file(home.join(name)).expect("an old file goes");
        }
        for (name, content) in &made {
            write(&home.join(name), content);
        }
        return;
    }
    let there = package(&home);
    assert!(
        there.contains_key("architecture.yaml"),
        "examples/{example} holds no package yet: run `UPDATE=1 cargo test -p groundplan-cli --test examples`"
    );
    let changed = differences(&there, &made);
    assert!(
        changed.is_empty(),
        "design gives another package than examples/{example} holds; look at it and run `UPDATE=1 cargo test -p groundplan-cli --test examples`:\n{}",
        changed.join("\n")
    );
}

fn a_second_run_changes_nothing(example: &str) {
    let folder = designed(example, &format!("{example}-again"));
    let before = snapshot(&folder);
    run(&["design", utf8(&folder)]).says(&["would change nothing"]);
    let changed = differences(&before, &snapshot(&folder));
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

fn check_is_clean(example: &str) {
    let folder = designed(example, &format!("{example}-check"));
    run(&["check", utf8(&folder)])
        .exits(CLEAN)
        .says(&["no findings"]);
}

/// No number is missing, infinite or no number; tables end with the totals.
fn numbers_are_numbers(example: &str) {
    let folder = designed(example, &format!("{example}-numbers"));
    for load in ["1x", "10x", "100x"] {
        let run = run(&["evaluate", utf8(&folder), "--load", load]);
        assert_ne!(run.code, UNUSABLE, "{}", run.text());
        for word in run.out.split(|c: char| !c.is_ascii_alphanumeric()) {
            assert!(
                !matches!(word, "NaN" | "nan" | "inf" | "Infinity"),
                "`{word}` at {load}:\n{}",
                run.out
            );
        }
    }
}

fn json_parses(example: &str) {
    let folder = designed(example, &format!("{example}-json"));
    let path = utf8(&folder);
    let check = run(&["check", path, "--format", "json"]);
    let report = check.json();
    assert_eq!(report["exit_code"], check.code, "{}", check.out);
    for finding in report["findings"].as_array().expect("a list") {
        for key in ["key", "rule", "severity", "message", "why", "remedy"] {
            let said = finding[key].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "`{key}` is empty in {finding}");
        }
    }
    let evaluated = run(&["evaluate", path, "--format", "json"]).json();
    assert!(evaluated["evaluation"]["operations"].is_object());
    assert_finite(&evaluated, "evaluation");
    // Nothing is open, so no question is asked.
    let asked = run(&["ask", path, "--format", "json"]).exits(CLEAN).json();
    assert_eq!(asked["questions"].as_array().map(Vec::len), Some(0));
}

fn plan_in_three_formats(example: &str) {
    let folder = folder_with(
        &format!("{example}-plan"),
        &[("brief.yaml", brief_of(example).as_bytes())],
    );
    let path = utf8(&folder);
    let before = snapshot(&folder);
    let planned = run(&["plan", path, "--format", "json"]);
    let value = planned.json();
    assert_finite(&value, "plan");
    let recommended = value["recommended"].as_str().expect("a recommendation");
    let text = run(&["plan", path]).exits(planned.code);
    assert!(text.out.contains(&format!("Recommended: {recommended}")));
    assert_eq!(snapshot(&folder), before, "plan writes nothing");
}

/// JSON has no infinity: serde writes `null`, which must not stand where a number belongs.
fn assert_finite(value: &serde_json::Value, path: &str) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                assert_finite(inner, &format!("{path}.{key}"));
            }
        }
        serde_json::Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                assert!(!inner.is_null(), "{path}.{i} is null");
                assert_finite(inner, &format!("{path}.{i}"));
            }
        }
        serde_json::Value::Number(n) => {
            assert!(n.as_f64().is_some_and(f64::is_finite), "{path} = {n}");
        }
        serde_json::Value::String(s) => {
            assert!(!matches!(s.as_str(), "NaN" | "inf" | "-inf"), "{path}");
        }
        _ => {}
    }
}

/// Every number and every decision has something behind it.
fn everything_is_explained(example: &str) {
    let folder = designed(example, &format!("{example}-explain"));
    let path = utf8(&folder);
    let evaluated = run(&["evaluate", path, "--format", "json"]).json();
    let keys: Vec<&String> = evaluated["evaluation"]["explanations"]
        .as_object()
        .expect("explanations")
        .keys()
        .collect();
    assert!(!keys.is_empty());
    // Each key in the library, which is where the command looks; a spread of them through it.
    let mut read = |name: &str| match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e.to_string()),
    };
    let workspace = pipeline::open(&mut read);
    let system = workspace.system().expect("a system");
    let evaluation = pipeline::evaluate(&system, &evaluate::Scenario::default()).value;
    for key in &keys {
        let (found, explanation) = evaluation
            .explain(key)
            .unwrap_or_else(|| panic!("{key} is not explained"));
        assert_eq!(found, key.as_str());
        assert!(
            explanation.value.is_finite() && !explanation.formula.is_empty(),
            "{key}: {explanation:?}"
        );
        for input in &explanation.inputs {
            assert!(
                !input.source.is_empty(),
                "{key}: {} has no source",
                input.name
            );
            assert!(!input.value.contains("NaN"), "{key}: {}", input.value);
        }
    }
    let step = keys.len().div_ceil(8);
    for key in keys.iter().step_by(step) {
        run(&["explain", key, path])
            .exits(CLEAN)
            .says(&[&format!("# {key} = ")]);
    }
    for (id, decision) in &system.architecture.decisions {
        let title = format!("# decisions.{id}: {}", decision.chosen);
        let told = pipeline::explain::explain(&format!("decisions.{id}"), Some(&workspace))
            .unwrap_or_else(|e| panic!("decisions.{id}: {e:?}"));
        assert!(told.starts_with(&title), "{told}");
        assert!(told.contains("Because: "), "{told}");
    }
    if let Some(id) = system.architecture.decisions.keys().next() {
        run(&["explain", &format!("decisions.{id}"), path]).exits(CLEAN);
    }
    // What a finding says of itself can be asked for.
    for finding in pipeline::check(&workspace, None).iter().take(3) {
        run(&["explain", &finding.key(), path])
            .exits(CLEAN)
            .says(&["Why: ", "Remedy: "]);
    }
}

/// Files name the brief's own things and never the machine they were made on.
fn nothing_of_this_machine(example: &str) {
    for (name, content) in package(&designed(example, &format!("{example}-clean"))) {
        let text = String::from_utf8(content).unwrap_or_else(|_| panic!("{name} is not UTF-8"));
        assert!(text.ends_with('\n'), "{name} has no last line break");
        for word in ["/tmp/", "/work/", "/root/", "NaN", "\u{1b}"] {
            assert!(!text.contains(word), "{name} holds {word:?}");
        }
    }
}

macro_rules! examples {
    ($($module:ident = $name:literal),* $(,)?) => {
        const TESTED: &[&str] = &[$($name),*];
        $(mod $module {
            #[test]
            fn as_committed() {
                super::as_committed($name);
            }
            #[test]
            fn a_second_run_changes_nothing() {
                super::a_second_run_changes_nothing($name);
            }
            #[test]
            fn check_is_clean() {
                super::check_is_clean($name);
            }
            #[test]
            fn numbers_are_numbers() {
                super::numbers_are_numbers($name);
            }
            #[test]
            fn json_parses() {
                super::json_parses($name);
            }
            #[test]
            fn plan_in_three_formats() {
                super::plan_in_three_formats($name);
            }
            #[test]
            fn everything_is_explained() {
                super::everything_is_explained($name);
            }
            #[test]
            fn nothing_of_this_machine() {
                super::nothing_of_this_machine($name);
            }
        })*
    };
}

examples! {
    cli_tool = "cli-tool",
    conduit = "conduit",
    internal_service = "internal-service",
    ledger = "ledger",
    orders = "orders",
    parcels = "parcels",
    telemetry = "telemetry",
}

#[test]
fn every_example_is_tested_and_can_be_started_from() {
    let folders: BTreeSet<PathBuf> = fs::read_dir(root().join("examples"))
        .expect("examples")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.join("brief.yaml").is_file())
        .collect();
    let tested: BTreeSet<PathBuf> = TESTED
        .iter()
        .map(|n| root().join("examples").join(n))
        .collect();
    assert_eq!(folders, tested);
    let listed = run(&["new", "--list"]).exits(CLEAN);
    for name in TESTED {
        assert!(listed.out.lines().any(|l| l.starts_with(name)), "{name}");
        let target = folder(&format!("new-{name}")).join("deep/er");
        run(&["new", "--from", name, utf8(&target)]).exits(CLEAN);
        assert_eq!(read(&target.join("brief.yaml")), brief_of(name));
        // A brief that is there stays.
        write(&target.join("brief.yaml"), "name: mine\n");
        run(&["new", "--from", name, utf8(&target)])
            .exits(UNUSABLE)
            .says(&["stays as it is"]);
        assert_eq!(read(&target.join("brief.yaml")), "name: mine\n");
    }
}

#[test]
fn every_rule_is_explained() {
    let empty = folder("rules");
    for rule in check::rules() {
        run(&["explain", rule.id, utf8(&empty)])
            .exits(CLEAN)
            .says(&[&format!("# {}\n", rule.id), "**Why.**", "**Remedy.**"]);
    }
}

#[test]
fn what_the_library_knows_is_explained() {
    let empty = folder("library");
    let mut ids: Vec<String> = knowledge::Knowledge::embedded()
        .technologies()
        .iter()
        .map(|t| t.id.clone())
        .collect();
    for folder in ["patterns", "questions"] {
        ids.extend(
            knowledge::raw(folder)
                .iter()
                .filter_map(|(n, _)| n.strip_suffix(".toml").map(str::to_string)),
        );
    }
    assert!(ids.len() > 50, "{}", ids.len());
    for id in ids {
        let run = run(&["explain", &id, utf8(&empty)]).exits(CLEAN);
        assert!(run.out.starts_with('#'), "{id}:\n{}", run.out);
    }
}
