//! Co-authoring: what a new design would change in an architecture that people have worked on.
//!
//! Elements are compared by id. What a person or an agent wrote, or changed since the engine wrote
//! it, is kept; what only the engine wrote may be changed or removed, as a proposal. Nothing is
//! changed here: the result is a patch that somebody accepts.

use model::{Architecture, Author, Plain};
use serde_json::{Map, Value};

/// One proposed change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Model path of the element.
    pub path: String,
    pub kind: ChangeKind,
    /// The element as proposed; `None` for a removal.
    pub to: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Add,
    Set,
    Remove,
}

/// What a new run proposes, and what it leaves alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proposal {
    pub changes: Vec<Change>,
    /// Elements of other authors that the engine would have made otherwise, as model paths.
    pub kept: Vec<String>,
}

/// The collections of elements, as paths of keys.
pub const COLLECTIONS: &[&[&str]] = &[
    &["decisions"],
    &["contexts"],
    &["components"],
    &["relations"],
    &["data"],
    &["paths"],
    &["contracts"],
    &["targets"],
    &["security", "identities"],
    &["security", "roles"],
    &["security", "secrets"],
    &["security", "boundaries"],
    &["security", "threats"],
    &["observability", "signals"],
    &["observability", "alerts"],
    &["observability", "dashboards"],
    &["delivery", "environments"],
    &["patterns"],
    &["mechanisms"],
    &["risks"],
    &["questions"],
    &["experiments"],
    &["evolution"],
];

/// Fields that are values, not collections.
const SINGLE: &[&[&str]] = &[
    &["style"],
    &["observability", "correlation"],
    &["delivery", "rollout"],
    &["delivery", "rollback"],
    &["delivery", "migrations"],
    &["delivery", "infrastructure"],
];

/// Compares what is kept (`mine`) with a new design, given what the engine wrote last time (`base`).
/// Without a base, elements that say `author: engine` count as untouched.
pub fn propose(
    mine: &Architecture,
    designed: &Architecture,
    base: Option<&Architecture>,
) -> Proposal {
    let tree = |a: &Architecture| a.to_value().map(slim).unwrap_or(Value::Null);
    let (mine, designed) = (tree(mine), tree(designed));
    let base = base.map(tree);
    let mut proposal = Proposal::default();
    for keys in COLLECTIONS {
        let empty = Map::new();
        let of = |root: &Value| -> Map<String, Value> {
            keys.iter()
                .try_fold(root, |node, key| node.get(key))
                .and_then(Value::as_object)
                .unwrap_or(&empty)
                .clone()
        };
        let (mine, designed) = (of(&mine), of(&designed));
        let base = base.as_ref().map(of);
        for (id, proposed) in &designed {
            let path = format!("{}.{id}", keys.join("."));
            match mine.get(id) {
                None => {
                    // Somebody removed what the engine had written: that is an answer too.
                    if base.as_ref().is_some_and(|b| b.contains_key(id)) {
                        proposal.kept.push(path);
                    } else {
                        proposal.changes.push(Change {
                            path,
                            kind: ChangeKind::Add,
                            to: Some(proposed.clone()),
                        });
                    }
                }
                Some(current) if current == proposed => {}
                Some(current) => {
                    if untouched(current, base.as_ref().map(|b| b.get(id))) {
                        proposal.changes.push(Change {
                            path,
                            kind: ChangeKind::Set,
                            to: Some(proposed.clone()),
                        });
                    } else {
                        proposal.kept.push(path);
                    }
                }
            }
        }
        for (id, current) in &mine {
            if !designed.contains_key(id) && untouched(current, base.as_ref().map(|b| b.get(id))) {
                proposal.changes.push(Change {
                    path: format!("{}.{id}", keys.join(".")),
                    kind: ChangeKind::Remove,
                    to: None,
                });
            }
        }
    }
    for keys in SINGLE {
        let of = |root: &Value| keys.iter().try_fold(root, |n, k| n.get(k)).cloned();
        let (mine, designed) = (of(&mine), of(&designed));
        let base = base.as_ref().map(of);
        let Some(proposed) = designed else { continue };
        match mine {
            None => proposal.changes.push(Change {
                path: keys.join("."),
                kind: ChangeKind::Add,
                to: Some(proposed),
            }),
            Some(current) if current == proposed => {}
            Some(current) if base == Some(Some(current.clone())) => proposal.changes.push(Change {
                path: keys.join("."),
                kind: ChangeKind::Set,
                to: Some(proposed),
            }),
            Some(_) => proposal.kept.push(keys.join(".")),
        }
    }
    proposal
}

/// Whether an element is still as the engine wrote it. `base` is `None` without a base, and
/// `Some(None)` where the base does not have the element.
fn untouched(current: &Value, base: Option<Option<&Value>>) -> bool {
    let author = current.get("author").unwrap_or(&Value::Null);
    let engines = Author::from_value(author).is_ok_and(|a| a == Author::Engine);
    match base {
        Some(Some(base)) => current == base,
        // Environments and secrets carry no author; without one they are a person's.
        Some(None) => false,
        None => engines,
    }
}

/// Without nulls and empty collections, which say nothing.
pub fn slim(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(k, v)| (k, slim(v)))
                .filter(|(_, v)| match v {
                    Value::Null => false,
                    Value::Array(items) => !items.is_empty(),
                    Value::Object(map) => !map.is_empty(),
                    _ => true,
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(slim).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{About, Risk};

    fn with(risks: &[(&str, &str, Author)]) -> Architecture {
        let mut architecture = Architecture::default();
        for (id, text, author) in risks {
            architecture.risks.insert(
                id.to_string(),
                Risk {
                    text: text.to_string(),
                    about: About {
                        author: *author,
                        ..About::default()
                    },
                    ..Risk::default()
                },
            );
        }
        architecture
    }

    #[test]
    fn other_authors_are_never_overwritten() {
        let mine = with(&[("a", "mine", Author::Person), ("b", "old", Author::Engine)]);
        let designed = with(&[
            ("a", "engine's", Author::Engine),
            ("b", "new", Author::Engine),
        ]);
        let proposal = propose(&mine, &designed, None);
        assert_eq!(proposal.kept, ["risks.a"]);
        assert_eq!(proposal.changes.len(), 1);
        assert_eq!(proposal.changes[0].path, "risks.b");
    }

    #[test]
    fn an_edited_element_of_the_engine_is_kept() {
        let base = with(&[("b", "old", Author::Engine), ("c", "gone", Author::Engine)]);
        let mine = with(&[("b", "edited by hand", Author::Engine)]);
        let designed = with(&[("b", "new", Author::Engine), ("c", "gone", Author::Engine)]);
        let proposal = propose(&mine, &designed, Some(&base));
        assert_eq!(proposal.kept, ["risks.b", "risks.c"]);
        assert!(proposal.changes.is_empty());
    }

    #[test]
    fn the_same_design_proposes_nothing() {
        let same = with(&[("a", "x", Author::Engine)]);
        assert_eq!(propose(&same, &same, Some(&same)), Proposal::default());
    }

    #[test]
    fn what_only_the_engine_wrote_may_be_removed() {
        let mine = with(&[("a", "x", Author::Engine), ("p", "y", Author::Person)]);
        let proposal = propose(&mine, &Architecture::default(), None);
        assert_eq!(proposal.changes.len(), 1);
        assert_eq!(proposal.changes[0].kind, ChangeKind::Remove);
    }
}
