//! The bundles for implementers (MISSION J3), over every example: everything is built once, in an
//! order in which it can be built, with links that resolve and names that exist; and a change of the
//! model shows in the tasks that it concerns and in no other. With `RENDER_TO=folder` the files are
//! written there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use evaluate::{Evaluation, Scenario};
use groundplan_render::{self as render, Artifact, View};
use knowledge::Knowledge;
use model::{Architecture, Brief, ComponentKind, Plain, System, Trigger};

/// Loads a file of the model; a macro, because the schema's trait is not ours to name here.
macro_rules! read {
    ($kind:ty, $path:expr) => {{
        let bytes = std::fs::read($path).unwrap();
        let files = [syntax::SourceFile::new("model.yaml", bytes)];
        let loaded = syntax::load::<$kind>(&files, &syntax::Hooks::model());
        loaded
            .value
            .unwrap_or_else(|| panic!("{:?}: {:?}", $path, loaded.findings))
    }};
}

fn folders() -> Vec<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples");
    let mut found: Vec<PathBuf> = std::fs::read_dir(&examples)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.join("architecture.yaml").exists())
        .collect();
    found.push(examples.join("parcels/authored"));
    found.sort();
    assert!(found.len() >= 8, "{found:?}");
    found
}

fn system(folder: &Path) -> System {
    System {
        brief: read!(Brief, folder.join("brief.yaml")),
        architecture: read!(Architecture, folder.join("architecture.yaml")),
        ..System::default()
    }
}

fn example(name: &str) -> System {
    let found = folders().into_iter().find(|f| f.ends_with(name));
    system(&found.expect("the example is there"))
}

fn evaluated(system: &System) -> Evaluation {
    evaluate::evaluate(system, Knowledge::embedded(), &Scenario::default()).value
}

fn rendered(system: &System, only: &[&str]) -> Vec<Artifact> {
    let evaluation = evaluated(system);
    let view = View::new(system, Knowledge::embedded()).with_evaluation(&evaluation);
    render::render(&view, only).value
}

/// The bundles of a system by the name of their task, without the number.
fn bundles(system: &System) -> BTreeMap<String, String> {
    rendered(system, &["tasks"])
        .into_iter()
        .filter(|a| !a.path.ends_with("README.md"))
        .map(|a| {
            let name = a.path.rsplit('/').next().unwrap().to_string();
            let (_, id) = name.split_once('-').unwrap();
            (id.trim_end_matches(".md").to_string(), a.content)
        })
        .collect()
}

/// The model paths that a bundle builds.
fn builds(content: &str) -> Vec<String> {
    let line = content.lines().find(|l| l.starts_with("Builds ")).unwrap();
    line.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_string)
        .collect()
}

/// Everything that must be built, as model paths.
fn wanted(system: &System) -> Vec<String> {
    let System {
        brief,
        architecture,
        ..
    } = system;
    let domain = &brief.domain;
    let mut all: Vec<String> = Vec::new();
    all.extend(
        domain
            .operations
            .keys()
            .map(|o| format!("domain.operations.{o}")),
    );
    all.extend(architecture.data.keys().map(|t| format!("data.{t}")));
    all.extend(
        architecture
            .mechanisms
            .keys()
            .map(|m| format!("mechanisms.{m}")),
    );
    all.extend(
        architecture
            .contracts
            .keys()
            .map(|c| format!("contracts.{c}")),
    );
    let patterns = architecture.patterns.iter();
    all.extend(
        patterns
            .filter(|(_, p)| p.rejected.is_none())
            .map(|(p, _)| format!("patterns.{p}")),
    );
    let called = |id: &str| architecture.relations.values().any(|r| r.to == *id);
    let components = architecture
        .components
        .iter()
        .filter(|(id, c)| match c.kind {
            ComponentKind::Client => false,
            ComponentKind::External | ComponentKind::IdentityProvider => called(id),
            _ => true,
        });
    all.extend(components.map(|(c, _)| format!("components.{c}")));
    all.extend(domain.ports.iter().filter_map(|(id, p)| {
        let calls = domain
            .operations
            .values()
            .any(|o| matches!(&o.trigger, Trigger::Webhook(port) if *port.0 == **id));
        (calls || !p.operations.is_empty()).then(|| format!("domain.ports.{id}"))
    }));
    all
}

#[test]
fn everything_is_built_by_exactly_one_task() {
    for folder in folders() {
        let system = system(&folder);
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for content in bundles(&system).values() {
            for path in builds(content) {
                *times.entry(path).or_default() += 1;
            }
        }
        for path in wanted(&system) {
            let n = times.get(&path).copied().unwrap_or_default();
            assert_eq!(n, 1, "{}: {path} is built {n} times", folder.display());
        }
        assert!(
            times.values().all(|n| *n == 1),
            "{}: {times:?}",
            folder.display()
        );
    }
}

#[test]
fn links_resolve_and_needs_come_first() {
    for folder in folders() {
        let system = system(&folder);
        let made = rendered(&system, &["tasks", "openapi", "sql"]);
        let paths: BTreeSet<&str> = made.iter().map(|a| a.path.as_str()).collect();
        for a in made.iter().filter(|a| a.path.starts_with("tasks/")) {
            let name = a.path.trim_start_matches("tasks/");
            for target in a.content.split("](").skip(1) {
                let target = target.split(')').next().unwrap();
                let file = match target.strip_prefix("../") {
                    Some(beside) => beside.to_string(),
                    None => format!("tasks/{target}"),
                };
                assert!(paths.contains(file.as_str()), "{}: {target}", a.path);
            }
            let needs = a
                .content
                .split("## Must stand first")
                .nth(1)
                .unwrap_or_default();
            let needs = needs.split("\n## ").next().unwrap();
            for line in needs.lines().filter(|l| l.starts_with("- [")) {
                let number = |text: &str| -> usize {
                    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                    digits.parse().unwrap()
                };
                if !line.contains("comes later") {
                    assert!(number(&line[3..]) < number(name), "{}: {line}", a.path);
                }
            }
        }
    }
}

#[test]
fn every_refusal_has_a_check() {
    for folder in folders() {
        let system = system(&folder);
        let made = bundles(&system);
        for (id, operation) in &system.brief.domain.operations {
            let content = &made[id];
            let checks = content
                .split("## Checks")
                .nth(1)
                .unwrap_or_else(|| panic!("{id}"));
            let statuses = content.lines().filter_map(|l| {
                l.strip_prefix("| ")?
                    .split(" | ")
                    .next()?
                    .parse::<u16>()
                    .ok()
            });
            for status in statuses.filter(|s| *s >= 400) {
                let said = checks.contains(&format!(": {status}"))
                    || checks.contains(&format!("gets {status}"));
                assert!(said, "{}: {id} has no check for {status}", folder.display());
            }
            for status in operation.errors.keys() {
                assert!(
                    checks.contains(status.as_str()),
                    "{}: {id}, {status}",
                    folder.display()
                );
            }
        }
    }
}

/// Model paths in the places where a check says what it comes from must lead somewhere.
#[test]
fn checks_come_from_something_that_is_there() {
    for folder in folders() {
        let system = system(&folder);
        let brief = system.brief.to_value().unwrap();
        let architecture = system.architecture.to_value().unwrap();
        let mut seen = 0;
        for (id, content) in bundles(&system) {
            for line in content.lines().filter(|l| l.starts_with("- [ ] ")) {
                let from = line.rsplit("(`").next().unwrap().trim_end_matches("`)");
                seen += 1;
                let leads = |root: &serde_json::Value| {
                    let mut at = root;
                    for part in from.split('.') {
                        let next = match part.parse::<usize>() {
                            Ok(n) => at.get(n).or_else(|| at.get(part)),
                            Err(_) => at.get(part),
                        };
                        match next {
                            Some(next) => at = next,
                            None => return false,
                        }
                    }
                    true
                };
                assert!(
                    leads(&brief) || leads(&architecture),
                    "{}, {id}: {from} of {line}",
                    folder.display()
                );
            }
        }
        assert!(seen > 20, "{}: {seen} checks", folder.display());
    }
}

#[test]
fn tables_and_columns_exist() {
    for folder in folders() {
        let system = system(&folder);
        let data = &system.architecture.data;
        for (id, content) in bundles(&system) {
            let part = content.split("## Data").nth(1).unwrap_or_default();
            let part = part.split("\n## ").next().unwrap();
            let mut table = None;
            for line in part.lines() {
                if let Some(rest) = line.strip_prefix("- `") {
                    let name = rest.split('`').next().unwrap();
                    table = data.get(name);
                    assert!(table.is_some(), "{id}: table {name}");
                } else if let Some(rest) = line.trim_start().strip_prefix("Columns: ") {
                    for column in rest.split("; ") {
                        let name = column.split('`').nth(1).unwrap();
                        assert!(
                            table.unwrap().columns.contains_key(name),
                            "{id}: column {name}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_same_model_gives_the_same_files() {
    let system = example("orders");
    assert_eq!(rendered(&system, &["tasks"]), rendered(&system, &["tasks"]));
}

/// The tasks whose text differs when the numbers of files are left out.
fn changed(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    // A link is told by its task alone: `[07 store](07-store.md)` is `store`.
    let bare = |text: &str| {
        let mut out = String::new();
        for (at, part) in text.split('[').enumerate() {
            let skipped = part.trim_start_matches(|c: char| c.is_ascii_digit());
            out.push_str(if at == 0 { part } else { skipped });
        }
        let mut clean = String::new();
        for (at, part) in out.split("](").enumerate() {
            let digits = part.trim_start_matches(|c: char| c.is_ascii_digit());
            clean.push_str(if at == 0 { part } else { digits });
        }
        // The title begins with the number, the marker names what is built.
        clean
            .lines()
            .filter(|l| !l.starts_with("# ") && !l.starts_with("<!--"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    ids.into_iter()
        .filter(|id| {
            let text = |of: &BTreeMap<String, String>| of.get(*id).map(|t| bare(t));
            text(before) != text(after)
        })
        .cloned()
        .collect()
}

/// Without numbers: another load changes every computed time, which is not what is looked at here.
fn plain(system: &System) -> BTreeMap<String, String> {
    let view = View::new(system, Knowledge::embedded());
    render::render(&view, &["tasks"])
        .value
        .into_iter()
        .filter(|a| !a.path.ends_with("README.md"))
        .map(|a| {
            let name = a.path.rsplit('/').next().unwrap().to_string();
            let (_, id) = name.split_once('-').unwrap();
            (id.trim_end_matches(".md").to_string(), a.content)
        })
        .collect()
}

#[test]
fn a_dropped_operation_is_gone_from_its_own_task_and_from_those_that_name_it() {
    let before = example("orders");
    let mut after = before.clone();
    after.brief.domain.operations.shift_remove("update-product");
    after.architecture.paths.shift_remove("update-product");
    let (old, new) = (plain(&before), plain(&after));
    let changed = changed(&old, &new);
    assert!(!new.contains_key("update-product"));
    for id in &changed {
        assert!(
            old[id].contains("update-product"),
            "{id} changed without cause"
        );
    }
    assert!(!changed.contains("place-order") && !changed.contains("client-mail"));
}

#[test]
fn a_renamed_table_shows_in_the_store_and_where_it_is_touched() {
    let before = example("orders");
    let text = serde_json::to_string(&before.architecture.to_value().unwrap()).unwrap();
    let text = text.replace("payment_notices", "payment_letters");
    let after = System {
        architecture: Architecture::from_value(&serde_json::from_str(&text).unwrap()).unwrap(),
        ..before.clone()
    };
    let (old, new) = (plain(&before), plain(&after));
    let changed = changed(&old, &new);
    assert!(changed.contains("store") && changed.contains("receive-payment-notice"));
    for id in &changed {
        assert!(
            old[id].contains("payment_notices"),
            "{id} changed without cause"
        );
    }
    assert!(new.values().all(|t| !t.contains("payment_notices")));
}

#[test]
fn an_idempotency_key_taken_away_shows_in_its_operation() {
    let before = example("orders");
    let mut after = before.clone();
    after.brief.domain.operations["restock-product"].idempotency = None;
    let (old, new) = (plain(&before), plain(&after));
    let changed = changed(&old, &new);
    assert_eq!(changed, BTreeSet::from(["restock-product".to_string()]));
    assert!(
        new["restock-product"].contains("UNVERIFIED: the model does not say what a repeat does")
    );
    assert!(!new["restock-product"].contains("`Idempotency-Key`"));
}

#[test]
fn a_circle_of_events_ends_and_is_named() {
    let mut system = example("orders");
    let emit = serde_json::json!({"emit": {"event": "capture-noticed"}});
    let operations = &mut system.brief.domain.operations;
    // settle-payment consumes it and tells of order-paid, which tell-customer consumes.
    operations["tell-customer"]
        .effects
        .push(serde_json::from_value(emit).unwrap());
    let view = View::new(&system, Knowledge::embedded());
    let made = render::render(&view, &["tasks"]).value;
    let readme = made.iter().find(|a| a.path == "tasks/README.md").unwrap();
    let given = readme.content.split("## Given up").nth(1).unwrap();
    assert!(
        given.contains("tell-customer") && given.contains("emits `capture-noticed`"),
        "{given}"
    );
    assert_eq!(given.matches("\n- ").count(), 1, "{given}");
    let later = made.iter().filter(|a| a.content.contains("comes later:"));
    assert_eq!(later.count(), 1);
    let before = example("orders");
    assert_eq!(plain(&before).len(), plain(&system).len());
}
