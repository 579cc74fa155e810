//! From files to a value of the model, with every fault and the way back to the text.

use crate::check::check;
use crate::compose::{Composer, Read};
use crate::fault::{Fault, into_findings};
use crate::hooks::Hooks;
use crate::ids::Ids;
use crate::map::SourceMap;
use crate::schema::Schema;
use crate::source::{SourceFile, Sources};
use crate::tree::Node;
use model::{Finding, Plain, Span};
use serde_json::Value;
use std::sync::Arc;

/// What loading gives. Loading cannot fail: problems accumulate in `findings`.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The sound rest of what was written; `None` where nothing could be understood.
    pub value: Option<T>,
    /// In the order of files and lines.
    pub findings: Vec<Finding>,
    pub map: SourceMap,
    /// Texts of all files that were read, for diagnostics.
    pub sources: Sources,
    /// The tree after includes and overlays.
    pub tree: Option<Arc<Node>>,
    /// Every id that was declared; hand it to [`Hooks::with_known`] for the next file.
    pub ids: Ids,
}

/// Loads `files[0]`; the others are there to be included or extended by name.
pub fn load<T: Plain>(files: &[SourceFile], hooks: &Hooks<'_>) -> Loaded<T> {
    typed(load_value(&Schema::of::<T>(), files, hooks))
}

/// Loads the file called `main`, and what it names, through `read` (file name to bytes, or why not).
pub fn load_with<T: Plain>(main: &str, read: Read<'_>, hooks: &Hooks<'_>) -> Loaded<T> {
    load_against(&Schema::of::<T>(), main, read, hooks)
}

/// As [`load_with`], against the schema of `T` that the caller keeps: making it takes a while.
pub fn load_against<T: Plain>(
    schema: &Schema,
    main: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
) -> Loaded<T> {
    typed(load_value_with(schema, main, read, hooks))
}

/// As [`load`], against any schema.
pub fn load_value(schema: &Schema, files: &[SourceFile], hooks: &Hooks<'_>) -> Loaded<Value> {
    let main = files
        .first()
        .map_or("", |file| file.name.as_str())
        .to_string();
    let mut read = |name: &str| {
        let file = files.iter().find(|file| file.name == name);
        file.map(|file| file.bytes.clone())
            .ok_or_else(|| "there is no such file".to_string())
    };
    load_value_with(schema, &main, &mut read, hooks)
}

/// As [`load_with`], against any schema.
pub fn load_value_with(
    schema: &Schema,
    main: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
) -> Loaded<Value> {
    let mut composer = Composer::new(schema, read);
    let tree = composer.open(main).map(Arc::new);
    let Composer {
        sources,
        mut faults,
        ..
    } = composer;
    let map = SourceMap::build(tree.clone(), &sources);
    let mut ids = Ids::default();
    let value = match &tree {
        Some(root) => {
            ids = Ids::collect(schema, root);
            if let Some(known) = hooks.known {
                ids.add_known(known);
            }
            let (value, found) = check(schema, &ids, hooks, &sources, root);
            faults.extend(found);
            value
        }
        None => {
            if faults.is_empty() {
                let at = (
                    0,
                    Span {
                        line: 1,
                        column: 1,
                        ..Span::default()
                    },
                );
                let message = "the file is empty";
                faults.push(Fault::new(
                    "missing-key",
                    "",
                    at,
                    message,
                    "Write the model's keys, or start from an example.",
                ));
            }
            None
        }
    };
    Loaded {
        value,
        findings: into_findings(faults, &sources),
        map,
        sources,
        tree,
        ids,
    }
}

fn typed<T: Plain>(loaded: Loaded<Value>) -> Loaded<T> {
    let Loaded {
        value,
        mut findings,
        map,
        sources,
        tree,
        ids,
    } = loaded;
    let value = value.and_then(|value| match T::from_value(value) {
        Ok(value) => Some(value),
        Err(error) => {
            // A root that lost a required key was reported already. Without any finding, schema
            // and type disagree, and silence would be worse than a finding without a line.
            if findings.is_empty() {
                let at = (
                    0,
                    Span {
                        line: 1,
                        column: 1,
                        ..Span::default()
                    },
                );
                let message = format!("the file does not make a model: {error}");
                let remedy = "Report this: the schema accepted what the program does not.";
                findings.extend(into_findings(
                    vec![Fault::new("wrong-type", "", at, message, remedy)],
                    &sources,
                ));
            }
            None
        }
    });
    Loaded {
        value,
        findings,
        map,
        sources,
        tree,
        ids,
    }
}
