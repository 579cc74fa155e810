//! Seeded defects: one change to a clean architecture fires one rule, at the right subject, and no
//! other rule. The exceptions are named at the seed, each with its reason.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use model::{Architecture, BriefSource, System};
use serde_json::Value;

/// One defect, put into one clean model.
struct Seed {
    rule: &'static str,
    model: &'static str,
    /// The expected subject.
    subject: &'static str,
    /// Path (`brief.`, or the architecture's), `+` for a new list item, and the value as JSON; an
    /// empty value removes.
    changes: &'static [(&'static str, &'static str)],
    /// Rules that follow by logic.
    also: &'static [&'static str],
}

const fn seed(
    rule: &'static str,
    model: &'static str,
    subject: &'static str,
    changes: &'static [(&'static str, &'static str)],
) -> Seed {
    Seed {
        rule,
        model,
        subject,
        changes,
        also: &[],
    }
}

include!("support/seeds.rs");

#[test]
fn every_seed_fires_its_rule_and_no_other() {
    let models: BTreeMap<&str, Value> = support::CLEAN
        .iter()
        .map(|(name, text)| {
            let system = support::load(name, text).expect("a clean model loads");
            let value = serde_json::to_value(&system.architecture).expect("a model is a value");
            (*name, value)
        })
        .collect();
    let mut faults = Vec::new();
    for seed in SEEDS {
        let name = format!("{} in {} ({})", seed.rule, seed.model, seed.subject);
        let mut value = models[seed.model].clone();
        for (path, new) in seed.changes {
            if let Err(error) = change(&mut value, path, new) {
                faults.push(format!("{name}: {path}: {error}"));
            }
        }
        let architecture: Architecture = match serde_json::from_value(value) {
            Ok(architecture) => architecture,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        let Some(BriefSource::Inline(brief)) = &architecture.brief else {
            faults.push(format!("{name}: no brief"));
            continue;
        };
        let found = support::findings(&System {
            brief: (**brief).clone(),
            architecture,
            ..System::default()
        });
        let own = found.iter().filter(|f| f.rule == seed.rule);
        let subjects: BTreeSet<&str> = own.map(|f| f.subjects[0].as_str()).collect();
        if subjects != BTreeSet::from([seed.subject]) {
            faults.push(format!("{name}: fires at {subjects:?}"));
        }
        for other in found.iter().filter(|f| f.rule != seed.rule) {
            if !seed.also.contains(&other.rule.as_str()) {
                faults.push(format!("{name}: also {}: {}", other.key(), other.message));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn every_rule_has_a_seeded_defect() {
    let seeded: BTreeSet<&str> = SEEDS.iter().map(|s| s.rule).collect();
    let rules: BTreeSet<&str> = groundplan_check::rules().iter().map(|r| r.id).collect();
    let missing: Vec<_> = rules.difference(&seeded).collect();
    let unknown: Vec<_> = seeded.difference(&rules).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "{missing:?} {unknown:?}"
    );
}

fn change(root: &mut Value, path: &str, new: &str) -> Result<(), String> {
    let path = path.replace('[', ".[");
    let mut at = root;
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", &path));
    for part in parents.split('.').filter(|p| !p.is_empty()) {
        at = match part.strip_prefix('[') {
            Some(index) => {
                let index: usize = index.trim_end_matches(']').parse().map_err(|_| part)?;
                at.get_mut(index).ok_or(format!("no item {index}"))?
            }
            None => {
                let map = at.as_object_mut().ok_or(format!("{part}: not in a map"))?;
                map.entry(part)
                    .or_insert_with(|| Value::Object(serde_json::Map::new()))
            }
        };
    }
    let value = || serde_json::from_str::<Value>(new).map_err(|e| e.to_string());
    if let Some(index) = last.strip_prefix('[') {
        let list = at.as_array_mut().ok_or("not a list")?;
        match index.trim_end_matches(']') {
            "+" => list.push(value()?),
            index => {
                let index: usize = index.parse().map_err(|_| "bad index")?;
                if new.is_empty() {
                    list.remove(index);
                } else {
                    list[index] = value()?;
                }
            }
        }
    } else {
        let map = at.as_object_mut().ok_or("not a map")?;
        if new.is_empty() {
            map.shift_remove(last).ok_or("was not there")?;
        } else {
            map.insert(last.to_string(), value()?);
        }
    }
    Ok(())
}
