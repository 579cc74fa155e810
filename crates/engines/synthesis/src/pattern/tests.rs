//! Each pattern fires on its own example and stays silent on those of the others.

use model::{ApiStyle, Brief, PageStyle, Style, Tenancy, Versioning};
use syntax::{Hooks, SourceFile};

use super::parse::library;
use super::{apply, merge};
use crate::choices::{AuthenticationBy, Choices, Messaging, SearchIn, Standby};

pub(crate) fn choices() -> Choices {
    Choices {
        style: Style::ModularMonolith,
        runtime: "jvm".into(),
        store: Some("postgresql".into()),
        managed_store: true,
        standby: Standby::Synchronous,
        readers: 0,
        cache: None,
        messaging: Messaging::TableQueue,
        files: Some("s3".into()),
        search: SearchIn::Store,
        api: ApiStyle::Rest,
        platform: Some("ecs-fargate".into()),
        balancer: Some("aws-alb".into()),
        zones: 3,
        versioning: Versioning::AdditiveOnly,
        pagination: PageStyle::Cursor,
        authentication: AuthenticationBy::OwnTokens,
        tenancy: Tenancy::Rows,
        utilisation_goal: 0.6,
        prices: "aws-eu-central-1".into(),
    }
}

/// The choices that an example asks for by words.
fn chosen(words: &[String]) -> Choices {
    let mut made = choices();
    for word in words {
        match word.as_str() {
            "cache" => made.cache = Some("redis".into()),
            "readers" => made.readers = 2,
            "no-messaging" => made.messaging = Messaging::None,
            other => panic!("an example asks for unknown choices `{other}`"),
        }
    }
    made
}

pub(crate) fn brief(name: &str, text: &str) -> Brief {
    let loaded = syntax::load::<Brief>(&[SourceFile::new(name, text.as_bytes())], &Hooks::model());
    let grave: Vec<_> = loaded
        .findings
        .iter()
        .filter(|f| f.severity <= model::Severity::Major)
        .map(|f| format!("{}: {}", f.place.path, f.message))
        .collect();
    assert!(grave.is_empty(), "brief {name}: {grave:#?}");
    loaded.value.expect("a sound brief")
}

fn used(architecture: &model::Architecture) -> Vec<&str> {
    architecture
        .patterns
        .iter()
        .filter(|(_, p)| p.rejected.is_none())
        .map(|(id, _)| id.as_str())
        .collect()
}

fn assembled(brief: &Brief, choices: &Choices) -> model::Architecture {
    let knowledge = knowledge::Knowledge::embedded();
    crate::assemble(brief, knowledge, choices).value
}

/// What a search leaves out is nothing that numbers depend on.
#[test]
fn a_skeleton_has_the_same_parts_as_the_whole() {
    let knowledge = knowledge::Knowledge::embedded();
    for name in ["orders", "parcels", "telemetry", "ledger", "conduit"] {
        let path = format!(
            "{}/../../../examples/{name}/brief.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(&path).unwrap();
        let brief = brief(name, &text);
        let choices = choices();
        let whole = crate::assemble(&brief, knowledge, &choices).value;
        let skeleton = crate::skeleton(&brief, knowledge, &choices).value;
        assert_eq!(skeleton.components, whole.components, "{name}");
        assert_eq!(skeleton.relations, whole.relations, "{name}");
        assert_eq!(skeleton.paths, whole.paths, "{name}");
        assert_eq!(skeleton.data, whole.data, "{name}");
        assert!(skeleton.mechanisms.len() < whole.mechanisms.len(), "{name}");
    }
}

#[test]
fn every_file_parses_and_says_where_it_is_from() {
    let library = library();
    assert!(library.findings.is_empty(), "{:#?}", library.findings);
    assert_eq!(library.value.len(), knowledge::raw("patterns").len());
    for pattern in library.value.values() {
        assert!(!pattern.sources.is_empty(), "{}", pattern.id);
        assert!(!pattern.verify.is_empty(), "{}", pattern.id);
        let sentences = pattern.problem.matches(['.', '?']).count();
        assert!((1..=3).contains(&sentences), "{}", pattern.id);
    }
}

#[test]
fn every_variable_is_in_the_vocabulary() {
    use super::template::{Filling, fill, fill_tree};
    let known = |name: &str| {
        if super::variables::VARIABLES.iter().any(|(n, _)| *n == name) {
            Filling::Text("x".into())
        } else {
            Filling::Unknown
        }
    };
    for pattern in library().value.values() {
        let texts = std::iter::once(&pattern.here)
            .chain(&pattern.each)
            .chain(&pattern.costs)
            .chain(pattern.verify.iter().map(|v| &v.text))
            .chain(pattern.reject.iter().map(|r| &r.because));
        for text in texts {
            fill(text, &known).unwrap_or_else(|e| panic!("{}: {e}", pattern.id));
        }
        for tree in pattern.once.iter().chain(&pattern.per_binding) {
            fill_tree(tree, &known).unwrap_or_else(|e| panic!("{}: {e}", pattern.id));
        }
    }
}

#[test]
fn each_fires_on_its_own_example_and_on_no_other() {
    let mut faults = Vec::new();
    for pattern in library().value.values() {
        let Some(example) = &pattern.example else {
            faults.push(format!("{}: no example", pattern.id));
            continue;
        };
        let brief = brief(&pattern.id, &example.brief);
        let architecture = assembled(&brief, &chosen(&example.choices));
        let mut expected: Vec<&str> = example.with.iter().map(String::as_str).collect();
        if example.rejected {
            let shown = architecture.patterns.get(&pattern.id);
            if shown.is_none_or(|p| p.rejected.is_none()) {
                faults.push(format!("{}: not shown as refused", pattern.id));
            }
        } else {
            expected.push(&pattern.id);
        }
        expected.sort_unstable();
        let mut fired = used(&architecture);
        fired.sort_unstable();
        if fired != expected {
            faults.push(format!("{}: {fired:?}, not {expected:?}", pattern.id));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn examples() -> Vec<(String, Brief)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../examples");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the examples")
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|n| std::path::Path::new(&format!("{folder}/{n}/brief.yaml")).exists())
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|n| {
            let text = std::fs::read_to_string(format!("{folder}/{n}/brief.yaml")).unwrap();
            let read = brief(&n, &text);
            (n, read)
        })
        .collect()
}

fn choices_for(brief: &Brief) -> Choices {
    let mut made = choices();
    if brief.form == Some(model::Form::CommandLine) {
        made.style = Style::Program;
        made.store = Some("sqlite".into());
        made.messaging = Messaging::None;
        made.balancer = None;
        made.platform = None;
    }
    made.tenancy = brief
        .security
        .as_ref()
        .and_then(|s| s.tenancy)
        .unwrap_or(Tenancy::Single);
    made
}

#[test]
fn the_examples_read_as_written_for_them() {
    for (name, brief) in examples() {
        let architecture = assembled(&brief, &choices_for(&brief));
        println!("==== {name}");
        for (id, pattern) in &architecture.patterns {
            match &pattern.rejected {
                Some(reason) => println!("-- {id} REJECTED: {reason}"),
                None => {
                    println!("-- {id}: {}", pattern.here);
                    if let Some(costs) = &pattern.costs {
                        println!("   costs: {costs}");
                    }
                    for proof in &pattern.proof {
                        println!("   proof: {}", proof.text);
                    }
                    println!("   because {:?} adds {:?}", pattern.because, pattern.adds);
                }
            }
            let texts = [Some(&pattern.here), pattern.costs.as_ref()];
            for text in texts.into_iter().flatten().chain(&pattern.rejected) {
                assert!(!text.contains(['{', '[']), "{name} {id}: {text}");
            }
            if pattern.rejected.is_none() {
                assert!(pattern.here.len() > 60, "{name} {id}: `{}`", pattern.here);
                assert!(!pattern.proof.is_empty(), "{name} {id} has no proof");
            }
            for path in &pattern.because {
                assert!(!path.is_empty(), "{name} {id}");
            }
        }
        for (id, mechanism) in &architecture.mechanisms {
            assert!(!mechanism.promise.is_empty(), "{name} {id}");
            for path in &mechanism.uses {
                assert!(
                    merge::exists(&brief, &architecture, path),
                    "{name} {id} uses {path}"
                );
            }
        }
    }
}

#[test]
fn applying_twice_changes_nothing() {
    for (name, brief) in examples() {
        let choices = choices_for(&brief);
        let once = assembled(&brief, &choices);
        let mut twice = once.clone();
        let findings = apply(&brief, &choices, crate::Extent::Whole, &mut twice);
        assert!(findings.is_empty(), "{name}: {findings:#?}");
        assert_eq!(once, twice, "{name}");
        // Also where somebody deleted the record of what was applied.
        let mut again = once.clone();
        again.patterns.clear();
        apply(&brief, &choices, crate::Extent::Whole, &mut again);
        assert_eq!(once.data, again.data, "{name}");
        assert_eq!(once.paths, again.paths, "{name}");
        assert_eq!(once.mechanisms, again.mechanisms, "{name}");
    }
}

#[test]
fn what_a_person_wrote_stays() {
    let (_, brief) = examples()
        .into_iter()
        .find(|(n, _)| n == "orders")
        .expect("the orders example");
    let choices = choices_for(&brief);
    let mut architecture = assembled(&brief, &choices);
    architecture.patterns.shift_remove("outbox");
    let mechanism = architecture
        .mechanisms
        .get_mut("no-lost-event")
        .expect("made by the outbox");
    mechanism.promise = "Ours.".into();
    apply(&brief, &choices, crate::Extent::Whole, &mut architecture);
    assert_eq!(architecture.mechanisms["no-lost-event"].promise, "Ours.");
}

/// What every database refuses, and what the paths must agree with, after the structural changes.
#[test]
fn structures_stay_sound() {
    let mut partitioned = 0;
    for (name, brief) in examples() {
        let architecture = assembled(&brief, &choices_for(&brief));
        for (id, table) in &architecture.data {
            for column in &table.primary_key {
                assert!(table.columns.contains_key(column), "{name} {id}.{column}");
            }
            for (key, index) in &table.indexes {
                for column in &index.columns {
                    let column = column.trim_start_matches('-');
                    assert!(table.columns.contains_key(column), "{name} {id}.{key}");
                }
            }
            for (key, foreign) in &table.foreign_keys {
                let to = &architecture.data[&*foreign.references];
                assert!(
                    to.partition.is_none(),
                    "{name}: {id}.{key} refers to a partitioned table"
                );
            }
            if let Some(partition) = &table.partition {
                partitioned += 1;
                for column in &partition.columns {
                    assert!(!table.columns[column].optional, "{name} {id}.{column}");
                    assert!(table.primary_key.contains(column), "{name} {id}.{column}");
                    for unique in table.unique.values() {
                        assert!(unique.columns.contains(column), "{name} {id}");
                    }
                }
            }
        }
        for (id, path) in &architecture.paths {
            for step in &path.steps {
                assert!(
                    architecture.components.contains_key(&*step.on),
                    "{name} {id}"
                );
                if let Some(table) = &step.table {
                    assert!(
                        architecture.data.contains_key(&**table),
                        "{name} {id} {table}"
                    );
                }
            }
        }
    }
    assert!(partitioned > 0, "no example has a partitioned table");
}

#[test]
fn an_audited_change_is_logged_before_its_commit() {
    let (_, brief) = examples()
        .into_iter()
        .find(|(n, _)| n == "orders")
        .expect("the orders example");
    let architecture = assembled(&brief, &choices_for(&brief));
    let steps = &architecture.paths["ship-order"].steps;
    let entry = steps
        .iter()
        .position(|s| s.table.as_ref().is_some_and(|t| *t == *"audit_log"))
        .expect("an entry for the changed order");
    let commit = steps
        .iter()
        .position(|s| s.work == model::Work::Commit)
        .expect("a commit");
    assert!(entry < commit);
}
