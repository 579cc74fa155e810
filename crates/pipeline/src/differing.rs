//! How two states of the files differ, by model path, and how two authors' changes meet.

use serde::Serialize;
use serde_json::Value;

use crate::proposing::{Document, Texts};

/// One place in which two states differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    pub file: Document,
    /// Dotted model path; empty where the whole file differs.
    pub path: String,
    /// Absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where it is there no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What two authors made of the same base.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ThreeWay {
    /// From the base to what stands now.
    pub theirs: Vec<Difference>,
    /// From the base to what was proposed.
    pub mine: Vec<Difference>,
    /// Paths that both changed, and not to the same value.
    pub conflicts: Vec<String>,
}

/// What stands at a dotted path; an item of a list by its number, `steps[0]` or `steps.0`.
///
/// # Errors
/// The keys that are there instead of the first that is not, nearest first.
pub fn at<'v>(root: &'v Value, path: &str) -> Result<&'v Value, Vec<String>> {
    let mut at = root;
    for step in path.split(['.', '[']).map(|s| s.trim_end_matches(']')) {
        let next = match at {
            Value::Array(items) => step.parse().ok().and_then(|i: usize| items.get(i)),
            other => other.get(step),
        };
        at = next.ok_or_else(|| {
            let keys = at.as_object().into_iter().flat_map(|m| m.keys());
            let mut keys: Vec<String> = keys.cloned().collect();
            keys.sort_by_key(|key| syntax::suggest::distance(step, key));
            keys
        })?;
    }
    Ok(at)
}

/// Everything that differs, in the order of the files; a map is compared key by key, a list as a whole.
pub fn differences(before: &Texts, after: &Texts) -> Vec<Difference> {
    let mut found = Vec::new();
    for file in Document::ALL {
        let (before, after) = (before.of(file), after.of(file));
        if before == after {
            continue;
        }
        let tree = |text: Option<&str>| text.map(value);
        compare(
            file,
            "",
            tree(before).as_ref(),
            tree(after).as_ref(),
            &mut found,
        );
    }
    found
}

/// The changes of two authors, and where they meet.
pub fn three_way(base: &Texts, theirs: &Texts, mine: &Texts) -> ThreeWay {
    let theirs = differences(base, theirs);
    let mine = differences(base, mine);
    let mut conflicts = Vec::new();
    for one in &mine {
        let meets = theirs.iter().any(|other| {
            other.file == one.file
                && (within(&one.path, &other.path) || within(&other.path, &one.path))
                && !(one.path == other.path && one.after == other.after)
        });
        if meets {
            conflicts.push(one.path.clone());
        }
    }
    ThreeWay {
        theirs,
        mine,
        conflicts,
    }
}

fn within(inner: &str, outer: &str) -> bool {
    outer.is_empty()
        || inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A file's tree as plain data; what does not parse is left out.
pub(crate) fn value(text: &str) -> Value {
    syntax::tree::parse(0, text)
        .root
        .map_or(Value::Null, |root| root.to_value())
}

fn compare(
    file: Document,
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let path = syntax::path::join(path, key);
                compare(file, &path, old.get(key), new.get(key), found);
            }
        }
        _ => found.push(Difference {
            file,
            path: path.to_string(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(architecture: &str) -> Texts {
        Texts::default().with(Document::Architecture, Some(architecture.to_string()))
    }

    #[test]
    fn differences_are_named_by_the_innermost_path() {
        let before =
            texts("components:\n  app: {instances: 2, zones: [a, b]}\n  gone: {kind: cache}\n");
        let after =
            texts("components:\n  app: {instances: 3, zones: [a, c]}\n  new: {kind: store}\n");
        let found = differences(&before, &after);
        let paths: Vec<&str> = found.iter().map(|d| d.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "components.app.instances",
                "components.app.zones",
                "components.gone",
                "components.new"
            ]
        );
        assert!(found[2].after.is_none() && found[3].before.is_none());
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn authors_conflict_where_one_path_holds_the_other_and_the_outcomes_differ() {
        let base = texts("components:\n  app: {instances: 2}\n  store: {instances: 1}\n");
        let theirs = texts("components:\n  app: {instances: 4}\n  store: {instances: 3}\n");
        let mine = texts("components:\n  app: {instances: 4}\n");
        let met = three_way(&base, &theirs, &mine);
        assert_eq!(met.conflicts, ["components.store"]);
        let apart =
            texts("components:\n  app: {instances: 2}\n  store: {instances: 1}\nstyle: monolith\n");
        assert!(three_way(&base, &theirs, &apart).conflicts.is_empty());
    }
}
