//! From files to a value of the model, with every fault and the way back to the text.

use crate::check::{Checked, Walk, check};
use crate::compose::{Composer, Read};
use crate::fault::{Fault, into_findings};
use crate::hooks::Hooks;
use crate::ids::Ids;
use crate::map::SourceMap;
use crate::recheck::{Reading, check_again};
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
    pub ids: Arc<Ids>,
    /// What the next text can be read from in part.
    reading: Option<Arc<Reading>>,
}

/// Loads `files[0]`; the others are there to be included or extended by name.
pub fn load<T: Plain>(files: &[SourceFile], hooks: &Hooks<'_>) -> Loaded<T> {
    let main = files.first().map_or("", |file| file.name.as_str());
    load_with(main, &mut among(files), hooks)
}

/// Loads the file called `main`, and what it names, through `read` (file name to bytes, or why not).
pub fn load_with<T: Plain>(main: &str, read: Read<'_>, hooks: &Hooks<'_>) -> Loaded<T> {
    load_again(&Schema::of::<T>(), main, read, hooks, None)
}

/// As [`load_with`], against the schema of `T` that the caller keeps (making it takes a while) and
/// after `last`, which was loaded with the same checks of texts: where one entry of one text has
/// changed, that entry is parsed and, if nothing else depends on it, checked.
pub fn load_again<T: Plain>(
    schema: &Schema,
    main: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
    last: Option<&Loaded<T>>,
) -> Loaded<T> {
    let reading = last.and_then(|last| last.reading.as_ref());
    let (loaded, checked) = read_and_check(schema, main, read, hooks, reading);
    typed(loaded, checked.value.as_ref())
}

/// As [`load`], against any schema.
pub fn load_value(schema: &Schema, files: &[SourceFile], hooks: &Hooks<'_>) -> Loaded<Value> {
    let main = files.first().map_or("", |file| file.name.as_str());
    load_value_with(schema, main, &mut among(files), hooks)
}

/// As [`load_with`], against any schema.
pub fn load_value_with(
    schema: &Schema,
    main: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
) -> Loaded<Value> {
    let (loaded, checked) = read_and_check(schema, main, read, hooks, None);
    loaded.with(checked.value.clone())
}

/// Reads from files that are at hand.
fn among(files: &[SourceFile]) -> impl FnMut(&str) -> Result<Vec<u8>, String> {
    |name| {
        let file = files.iter().find(|file| file.name == name);
        file.map(|file| file.bytes.clone())
            .ok_or_else(|| "there is no such file".to_string())
    }
}

/// Everything but the typed value.
fn read_and_check(
    schema: &Schema,
    main: &str,
    read: Read<'_>,
    hooks: &Hooks<'_>,
    last: Option<&Arc<Reading>>,
) -> (Loaded<()>, Arc<Checked>) {
    let last = last.filter(|last| last.name == main);
    let mut composer = Composer::new(schema, read).after(last.map(|last| last.before()));
    let tree = composer.open(main).map(Arc::new);
    let Composer {
        sources,
        mut faults,
        plain,
        renewal,
        ..
    } = composer;
    let mut ids = Ids::default();
    let mut checked = Checked::default();
    if let Some(root) = &tree {
        ids = Ids::collect(schema, root);
        if let Some(known) = hooks.known {
            ids.add_known(known);
        }
        let again = last.zip(renewal).and_then(|(last, renewal)| {
            let walk = Walk::new(schema, &ids, hooks, &sources);
            check_again(walk, root, last, &renewal)
        });
        checked = again.unwrap_or_else(|| check(schema, &ids, hooks, &sources, root));
        faults.extend(checked.faults.iter().cloned());
    } else if faults.is_empty() {
        let message = "the file is empty";
        let remedy = "Write the model's keys, or start from an example.";
        faults.push(Fault::new("missing-key", "", START, message, remedy));
    }
    let (ids, checked) = (Arc::new(ids), Arc::new(checked));
    let reading = match (&tree, sources.first()) {
        (Some(root), Some((name, text))) if plain => Some(Arc::new(Reading {
            name: name.clone(),
            text: Arc::clone(text),
            root: Arc::clone(root),
            ids: Arc::clone(&ids),
            checked: Arc::clone(&checked),
        })),
        // Until a syntax fault is mended, what was read before it serves.
        _ => last.cloned(),
    };
    let loaded = Loaded {
        value: None,
        findings: into_findings(faults, &sources),
        map: SourceMap::build(tree.clone(), &sources),
        sources,
        tree,
        ids,
        reading,
    };
    (loaded, checked)
}

/// The first place of the first file.
const START: (usize, Span) = (
    0,
    Span {
        start: 0,
        end: 0,
        line: 1,
        column: 1,
    },
);

impl Loaded<()> {
    fn with<T>(self, value: Option<T>) -> Loaded<T> {
        Loaded {
            value,
            findings: self.findings,
            map: self.map,
            sources: self.sources,
            tree: self.tree,
            ids: self.ids,
            reading: self.reading,
        }
    }
}

fn typed<T: Plain>(mut loaded: Loaded<()>, value: Option<&Value>) -> Loaded<T> {
    let value = value.and_then(|value| match T::from_value(value) {
        Ok(value) => Some(value),
        Err(error) => {
            // A root that lost a required key was reported already. Without any finding, schema
            // and type disagree, and silence would be worse than a finding without a line.
            if loaded.findings.is_empty() {
                let message = format!("the file does not make a model: {error}");
                let remedy = "Report this: the schema accepted what the program does not.";
                let fault = Fault::new("wrong-type", "", START, message, remedy);
                loaded.findings = into_findings(vec![fault], &loaded.sources);
            }
            None
        }
    });
    loaded.with(value)
}
