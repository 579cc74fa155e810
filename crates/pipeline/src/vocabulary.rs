//! The words of the files: what stands at a place of the model, which keys it takes, and a piece of an
//! example that passes every check. Read off the JSON Schema and the repository's own examples, so
//! that it cannot say anything else than what the program accepts.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;

use crate::schemas;

mod example;
mod shape;
mod sheet;

use shape::Schemas;
pub use sheet::{of_architecture, of_brief};

/// What may stand at one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    /// `architecture.components.*.size`: the file, then the path; `*` is any id or index.
    pub path: String,
    /// In words: `map of ids`, `duration (300 ms)`, `one of ...`.
    pub is: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Keys, where it is a map with named ones; required ones first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// Words, where it is one of a few, with what they mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(String, String)>,
    /// From an example of the repository, as YAML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

/// One key of a map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Key {
    pub key: String,
    pub is: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// The word at a path that begins with the name of a file (`brief`, `architecture`, `waivers`,
/// `measured`). Ids in the path may be anything.
///
/// # Errors
/// The keys that are there instead, nearest first.
pub fn word(path: &str) -> Result<Word, Vec<String>> {
    let steps: Vec<&str> = path
        .split(['.', '['])
        .map(|s| s.trim_end_matches(']'))
        .filter(|s| !s.is_empty())
        .collect();
    let Some((file, steps)) = steps.split_first() else {
        return Err(files());
    };
    let root = schema(file).ok_or_else(files)?;
    let schemas = Schemas::new(root);
    let mut at = root;
    let mut shown = vec![file.to_string()];
    for step in steps {
        let (next, name) = schemas.child(at, step).ok_or_else(|| {
            let known = schemas.keys_of(at);
            let nearest = syntax::suggest::nearest(step, known.iter().map(String::as_str));
            let mut keys: Vec<String> = nearest.map(str::to_string).into_iter().collect();
            keys.extend(
                known
                    .iter()
                    .filter(|k| Some(k.as_str()) != nearest)
                    .cloned(),
            );
            keys
        })?;
        at = next;
        shown.push(name);
    }
    let mut keys = schemas.keys(at);
    keys.sort_by_key(|k| !k.required);
    Ok(Word {
        path: shown.join("."),
        is: schemas.is(at),
        about: schemas.about(at),
        keys,
        words: schemas.words(at),
        example: example::of(file, &shown[1..]),
    })
}

/// The schema of a file, made once.
fn schema(file: &str) -> Option<&'static Value> {
    static SCHEMAS: LazyLock<Vec<(&str, Value)>> = LazyLock::new(|| {
        let made = |name: &&'static str| Some((*name, schemas::schema(name)?));
        schemas::NAMES.iter().filter_map(made).collect()
    });
    let found = SCHEMAS.iter().find(|(name, _)| *name == file)?;
    Some(&found.1)
}

fn files() -> Vec<String> {
    let files = schemas::NAMES.iter().map(|n| n.to_string());
    files
        .chain(TOPICS.iter().map(|(n, _)| n.to_string()))
        .collect()
}

/// What is a grammar and no key.
const TOPICS: &[(&str, &str)] = &[
    ("expressions", include_str!("vocabulary/expressions.md")),
    ("quantities", include_str!("vocabulary/quantities.md")),
    ("insight", include_str!("vocabulary/insight.md")),
];

/// A text on a grammar of the files.
pub fn topic(name: &str) -> Option<&'static str> {
    let found = TOPICS.iter().find(|(topic, _)| *topic == name)?;
    Some(found.1)
}

/// Every place of a file's model that has keys or words of its own, for lists: its path and what it
/// is about, down to `depth` steps.
pub fn index(file: &str, depth: usize) -> Vec<(String, String)> {
    let Some(root) = schema(file) else {
        return Vec::new();
    };
    let schemas = Schemas::new(root);
    let mut found = Vec::new();
    walk(&schemas, root, file.to_string(), depth, &mut found);
    found
}

fn walk(
    schemas: &Schemas<'static>,
    at: &'static Value,
    path: String,
    depth: usize,
    found: &mut Vec<(String, String)>,
) {
    if depth == 0 {
        return;
    }
    for key in schemas.keys_of(at) {
        let Some((child, name)) = schemas.child(at, &key) else {
            continue;
        };
        let path = format!("{path}.{name}");
        found.push((path.clone(), schemas.about(child)));
        let inner = match schemas.child(child, "*") {
            Some((item, _)) if schemas.keys_of(child).is_empty() => (item, format!("{path}.*")),
            _ => (child, path),
        };
        walk(schemas, inner.0, inner.1, depth - 1, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_described_from_schema_and_example() {
        let word = word("architecture.components.orders-app").expect("a component");
        assert_eq!(word.path, "architecture.components.*");
        assert!(
            word.keys
                .first()
                .is_some_and(|k| k.key == "kind" && k.required)
        );
        let zones = word.keys.iter().find(|k| k.key == "zones").expect("zones");
        assert!(
            zones.is.contains("integer") && zones.about.contains("zones"),
            "{zones:?}"
        );
        assert!(word.example.is_some_and(|e| e.contains("kind:")));
    }

    #[test]
    fn words_units_references_and_expressions_are_named() {
        let is = |path: &str| word(path).expect("a place").is;
        assert!(is("architecture.relations.a.timeout").contains("duration"));
        assert!(is("architecture.relations.a.from").contains("components"));
        assert!(is("brief.domain.policies.a.allow").contains("expression"));
        let kinds = word("architecture.components.a.kind").expect("kinds").words;
        assert!(
            kinds
                .iter()
                .any(|(w, about)| w == "worker" && about.contains("queues"))
        );
        assert!(kinds.iter().any(|(w, _)| w == "cache"));
    }

    #[test]
    fn a_wrong_path_gives_the_keys_that_are_there() {
        let keys = word("architecture.components.a.instanses").expect_err("no such key");
        assert_eq!(keys.first().map(String::as_str), Some("instances"));
        assert!(word("nothing").is_err() && word("").is_err());
    }

    #[test]
    fn every_place_of_the_index_has_a_word() {
        for file in schemas::NAMES {
            let places = index(file, 3);
            assert!(!places.is_empty());
            for (path, _) in places {
                let word = word(&path).unwrap_or_else(|keys| panic!("{path}: {keys:?}"));
                assert!(!word.is.is_empty(), "{path} is nothing");
            }
        }
    }

    #[test]
    fn what_the_topics_show_is_what_the_program_reads() {
        let expressions = topic("expressions").expect("a topic");
        let shown: Vec<&str> = expressions
            .lines()
            .filter_map(|l| l.strip_prefix("    "))
            .collect();
        assert!(shown.len() > 5);
        for text in shown {
            assert!(model::expr::parse(text).is_ok(), "{text}");
        }
        for (function, _) in model::expr::FUNCTIONS {
            assert!(expressions.contains(&format!("`{function}`")), "{function}");
        }
        let quantities = topic("quantities").expect("a topic");
        let mut tried = 0;
        for line in quantities.lines().filter_map(|l| l.strip_prefix("- ")) {
            for part in line.split(';') {
                let (kind, rest) = part.trim().split_once(':').expect("a kind");
                for text in rest.split('`').skip(1).step_by(2) {
                    tried += 1;
                    let read = model::quantity::check(kind, text);
                    assert!(read.is_ok(), "{kind} {text}: {read:?}");
                }
            }
        }
        assert!(tried > 15);
    }

    #[test]
    fn the_insight_that_is_shown_holds() {
        use crate::proposing::{Document, Proposed, Texts, apply, judge};
        let text = topic("insight").expect("a topic");
        let (_, rest) = text.split_once("```json").expect("changes");
        let (changes, _) = rest.split_once("```").expect("their end");
        let proposed = Proposed {
            changes: serde_json::from_str(changes).expect("changes"),
            ..Proposed::default()
        };
        let orders = |file| match file {
            Document::Brief => include_str!("../../../examples/orders/brief.yaml"),
            _ => include_str!("../../../examples/orders/architecture.yaml"),
        };
        let before = [Document::Brief, Document::Architecture]
            .iter()
            .fold(Texts::default(), |t, d| t.with(*d, Some(orders(*d).into())));
        let after = apply(&before, &proposed).expect("applied");
        let open = |texts: &Texts| texts.open(&mut |_| Ok(None));
        let judgement = judge(&open(&before), &open(&after), &[], None);
        assert!(
            judgement.holds && judgement.appeared.is_empty(),
            "{judgement:#?}"
        );
        assert!(
            judgement
                .moved
                .iter()
                .any(|m| m.key == "operations.place-order.p99")
        );
    }

    #[test]
    fn the_whole_brief_passes_the_gate() {
        let text = word("brief").ok().and_then(|w| w.example).expect("a brief");
        let file = [syntax::SourceFile::new("brief.yaml", text)];
        let loaded = syntax::load::<model::Brief>(&file, &syntax::Hooks::model());
        assert!(loaded.findings.is_empty(), "{:#?}", loaded.findings);
        let brief = loaded.value.expect("a brief");
        let gate = discover::gate(&brief, knowledge::Knowledge::embedded());
        assert!(gate.is_empty(), "{gate:#?}");
    }

    #[test]
    fn examples_lie_at_the_place_they_explain() {
        let step = word("architecture.paths.a.steps.0").expect("a step");
        assert!(
            step.example
                .is_some_and(|e| e.contains("on:") && e.contains("work:"))
        );
        let operation = word("brief.domain.operations.x").expect("an operation");
        assert!(operation.example.is_some_and(|e| e.contains("effects:")));
    }
}
