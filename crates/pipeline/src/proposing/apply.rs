//! Changes by path, applied to the texts; comments and order stay.

use model::{Architecture, Brief, Finding, Severity, Waivers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use syntax::fault::into_findings;
use syntax::{Schema, Sources};

use super::{Document, Texts};

/// The name under which a proposal's changes are cited in findings.
pub const PROPOSAL: &str = "proposal";

/// One change, as overlays write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Change {
    /// Replaces the value at a path, or writes a key that was left out.
    Set {
        /// Model path, e.g. `components.orders.instances`.
        set: String,
        to: Value,
        /// The file; `architecture` unless said.
        #[serde(default, rename = "in")]
        file: Document,
    },
    /// Adds an element under a new id, or an item at the end of a list.
    Add {
        /// Model path of the new element, e.g. `components.quotes-cache`.
        add: String,
        value: Value,
        #[serde(default, rename = "in")]
        file: Document,
    },
    /// Removes an element or a key.
    Remove {
        remove: String,
        #[serde(default, rename = "in")]
        file: Document,
    },
}

impl Change {
    pub fn file(&self) -> Document {
        match self {
            Change::Set { file, .. } | Change::Add { file, .. } | Change::Remove { file, .. } => {
                *file
            }
        }
    }

    pub fn path(&self) -> &str {
        match self {
            Change::Set { set: path, .. }
            | Change::Add { add: path, .. }
            | Change::Remove { remove: path, .. } => path,
        }
    }

    /// As an overlay writes it, in the file that holds it.
    fn overlay(&self, path: &str) -> Value {
        match self {
            Change::Set { to, .. } => serde_json::json!({ "set": path, "to": to }),
            Change::Add { value, .. } => serde_json::json!({ "add": path, "value": value }),
            Change::Remove { .. } => serde_json::json!({ "remove": path }),
        }
    }

    fn edit(&self, text: &str, path: &str) -> Result<String, syntax::edit::EditError> {
        match self {
            Change::Set { to, .. } => syntax::edit::set(text, path, to),
            Change::Add { value, .. } => syntax::edit::add(text, path, value),
            Change::Remove { .. } => syntax::edit::remove(text, path),
        }
    }
}

/// What an author proposes: whole files, and changes applied after them in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proposed {
    pub texts: Vec<(Document, String)>,
    pub changes: Vec<Change>,
}

/// The texts with the proposal applied.
///
/// # Errors
/// Every change that fits nothing, with its place in the proposal and the nearest name.
pub fn apply(texts: &Texts, proposed: &Proposed) -> Result<Texts, Vec<Finding>> {
    let mut after = texts.clone();
    for (document, text) in &proposed.texts {
        let mut text = text.clone();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        after = after.with(*document, Some(text));
    }
    let in_place = after.brief_is_in_place();
    let mut findings = Vec::new();
    for (at, change) in proposed.changes.iter().enumerate() {
        // A brief in place is a part of the architecture.
        let (document, path) = match (change.file(), in_place) {
            (Document::Brief, true) => (Document::Architecture, format!("brief.{}", change.path())),
            (document, _) => (document, change.path().to_string()),
        };
        let text = after.of(document).unwrap_or("");
        let refused = fits_nothing(document, text, &change.overlay(&path), at);
        if !refused.is_empty() {
            findings.extend(refused);
            continue;
        }
        match change.edit(text, &path) {
            Ok(edited) => after = after.with(document, Some(edited)),
            Err(error) => findings.push(refusal(at, &path, &error.to_string())),
        }
    }
    if findings.is_empty() {
        Ok(after)
    } else {
        Err(findings)
    }
}

/// What an overlay would say against the change: an id that is not there, a key that no model has.
fn fits_nothing(document: Document, text: &str, overlay: &Value, at: usize) -> Vec<Finding> {
    let schema = match document {
        Document::Brief => Schema::of::<Brief>(),
        Document::Architecture => Schema::of::<Architecture>(),
        Document::Waivers => Schema::of::<Waivers>(),
    };
    // An empty file gets its first keys from the edit itself.
    let Some(mut root) = syntax::tree::parse(0, text).root.filter(|r| !r.is_null()) else {
        return Vec::new();
    };
    let mut sources = Sources::default();
    sources.add("", String::new());
    let said = syntax::emit::emit(&Value::Array(vec![overlay.clone()]));
    let file = sources.add(PROPOSAL, said.clone());
    let Some(changes) = syntax::tree::parse(file, &said).root else {
        return Vec::new();
    };
    let faults = syntax::overlay::apply(&schema, &mut root, &changes);
    let mut findings = into_findings(faults, &sources);
    for finding in &mut findings {
        finding.place.path = format!("changes[{at}]");
        finding.place.span = None;
    }
    findings
}

fn refusal(at: usize, path: &str, why: &str) -> Finding {
    let mut finding = Finding::new(
        "unknown-target",
        Severity::Blocker,
        format!("changes[{at}]"),
        format!("`{path}`: {why}"),
    )
    .why("A change is made at exactly one place, or not at all.")
    .remedy("Read the element first and name a path that is there, or propose the whole file.");
    finding.place.file = Some(PROPOSAL.to_string());
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCHITECTURE: &str = "\
# Ours.
brief: brief.yaml
components:
  app: # serves
    kind: service
    instances: 2
";

    fn texts() -> Texts {
        Texts::default().with(Document::Architecture, Some(ARCHITECTURE.into()))
    }

    fn run(changes: &str) -> Result<String, Vec<Finding>> {
        let changes: Vec<Change> = serde_json::from_str(changes).expect("changes");
        let proposed = Proposed {
            changes,
            ..Proposed::default()
        };
        apply(&texts(), &proposed).map(|t| t.of(Document::Architecture).unwrap_or("").to_string())
    }

    #[test]
    fn changes_keep_what_is_around_them() {
        let done = run(r#"[{"set": "components.app.instances", "to": 3},
            {"add": "components.cache", "value": {"kind": "cache"}}]"#);
        let want =
            ARCHITECTURE.replace("instances: 2", "instances: 3") + "  cache: {kind: cache}\n";
        assert_eq!(done, Ok(want));
    }

    #[test]
    fn every_change_that_fits_nothing_is_named() {
        let refused = run(r#"[{"set": "components.ap.instances", "to": 3},
            {"remove": "components.store"},
            {"set": "components.app.instances", "to": 3},
            {"add": "components.app", "value": {}}]"#)
        .expect_err("three of them fit nothing");
        let places: Vec<&str> = refused.iter().map(|f| f.place.path.as_str()).collect();
        assert_eq!(
            places,
            ["changes[0]", "changes[1]", "changes[3]"],
            "{refused:#?}"
        );
        assert!(
            refused[0].message.contains("ap") && refused[0].remedy.contains("app"),
            "{refused:#?}"
        );
    }

    #[test]
    fn a_brief_in_place_is_changed_where_it_stands() {
        let text = "brief:\n  name: a # ours\n  purpose: b\nstyle: monolith\n";
        let texts = Texts::default().with(Document::Architecture, Some(text.into()));
        let proposed = Proposed {
            changes: vec![Change::Set {
                set: "name".into(),
                to: "c".into(),
                file: Document::Brief,
            }],
            ..Proposed::default()
        };
        let after = apply(&texts, &proposed).expect("applied");
        assert_eq!(
            after.of(Document::Architecture),
            Some(text.replace("name: a", "name: c").as_str())
        );
    }
}
