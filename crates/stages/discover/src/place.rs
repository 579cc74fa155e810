//! Values of a brief by their path: reading whether something is said, and trying an answer.

use model::brief::{Constraints, Scale, SecurityNeeds, Targets, Team};
use model::{Brief, Plain};
use serde_json::{Map, Value};
use syntax::path::{Step, parse};

/// The brief as a value.
pub(crate) fn value_of(brief: &Brief) -> Value {
    brief.to_value().unwrap_or_default()
}

/// The value at a path, where there is one.
pub(crate) fn at<'v>(root: &'v Value, path: &str) -> Option<&'v Value> {
    parse(path)
        .ok()?
        .iter()
        .try_fold(root, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(at) => value.get(at),
        })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether the brief says something at `path`. An empty list or map says something only where the
/// model tells empty from absent (`compliance`, `existing`).
pub(crate) fn said(root: &Value, path: &str) -> bool {
    let Some(value) = at(root, path) else {
        return false;
    };
    if !is_empty(value) {
        return true;
    }
    let bare = Brief {
        scale: Some(Scale::default()),
        team: Some(Team::default()),
        constraints: Some(Constraints::default()),
        targets: Some(Targets::default()),
        security: Some(SecurityNeeds::default()),
        ..Brief::default()
    };
    !value.is_null() && at(&value_of(&bare), path).is_none()
}

/// Puts a value at a path of keys, and the maps above it where they are missing.
pub(crate) fn put(root: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let steps = parse(path)?;
    let mut place = root;
    for step in &steps {
        let Step::Key(key) = step else {
            return Err(format!("`{path}` goes through a list"));
        };
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = place
            .as_object_mut()
            .ok_or_else(|| format!("`{path}` goes through a value that is no map"))?
            .entry(key.clone())
            .or_insert(Value::Null);
    }
    *place = value;
    Ok(())
}

/// The brief with these values set. Parts that no value touches stay as they are, bit by bit:
/// quantities lose digits when they are written as text.
pub(crate) fn with(brief: &Brief, sets: &[(String, Value)]) -> Result<Brief, String> {
    let mut root = value_of(brief);
    for (path, value) in sets {
        put(&mut root, path, value.clone())?;
    }
    let tried = Brief::from_value(&root).map_err(|e| e.to_string())?;
    let mut new = brief.clone();
    for (path, _) in sets {
        let steps = parse(path)?;
        let key = |at: usize| match steps.get(at) {
            Some(Step::Key(key)) => key.as_str(),
            _ => "",
        };
        match (key(0), key(1), key(2)) {
            ("name", ..) => new.name.clone_from(&tried.name),
            ("purpose", ..) => new.purpose.clone_from(&tried.purpose),
            ("form", ..) => new.form = tried.form,
            ("success", ..) => new.success.clone_from(&tried.success),
            ("scale", ..) => new.scale.clone_from(&tried.scale),
            ("team", ..) => new.team.clone_from(&tried.team),
            ("constraints", ..) => new.constraints.clone_from(&tried.constraints),
            ("targets", ..) => new.targets.clone_from(&tried.targets),
            ("security", ..) => new.security.clone_from(&tried.security),
            ("compliance", ..) => new.compliance.clone_from(&tried.compliance),
            ("existing", ..) => new.existing.clone_from(&tried.existing),
            ("assumptions", ..) => new.assumptions.clone_from(&tried.assumptions),
            ("domain", "operations", id) if tried.domain.operations.contains_key(id) => {
                let one = tried.domain.operations[id].clone();
                new.domain.operations.insert(id.to_string(), one);
            }
            ("domain", "entities", id) if tried.domain.entities.contains_key(id) => {
                let one = tried.domain.entities[id].clone();
                new.domain.entities.insert(id.to_string(), one);
            }
            ("domain", "actors", id) if tried.domain.actors.contains_key(id) => {
                let one = tried.domain.actors[id].clone();
                new.domain.actors.insert(id.to_string(), one);
            }
            ("domain", ..) => new.domain.clone_from(&tried.domain),
            _ => return Err(format!("a brief has no `{path}`")),
        }
    }
    Ok(new)
}
