//! Proposals of an author: changes to the files, tried on a copy, checked, evaluated and judged.
//!
//! Nothing is written here. A proposal holds where the changed files can be understood and bring no
//! blocker that was not there; whoever accepts one knowingly names it.

mod apply;
mod judge;
mod stamp;

pub use apply::{Change, PROPOSAL, Proposed, apply};
pub use judge::{Judgement, judge};
pub use stamp::stamp;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Workspace;
use crate::open::{ARCHITECTURE, BRIEF, Read, WAIVERS, brief_named_by, open};

/// A file that proposals may change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    Brief,
    #[default]
    Architecture,
    Waivers,
}

impl Document {
    pub const ALL: [Document; 3] = [Document::Brief, Document::Architecture, Document::Waivers];
}

/// The texts of the files that proposals may change.
#[derive(Debug, Clone, PartialEq)]
pub struct Texts {
    /// The brief's file, as the architecture names it.
    pub brief_name: String,
    brief: Option<String>,
    architecture: Option<String>,
    waivers: Option<String>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts {
            brief_name: BRIEF.to_string(),
            brief: None,
            architecture: None,
            waivers: None,
        }
    }
}

impl Texts {
    /// Reads the files through `read`. `Err` says which cannot be read.
    pub fn read(read: Read<'_>) -> Result<Texts, String> {
        let mut text = |name: &str| -> Result<Option<String>, String> {
            let Some(bytes) = read(name).map_err(|e| format!("{name} cannot be read: {e}"))? else {
                return Ok(None);
            };
            let text = String::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))?;
            Ok(Some(text))
        };
        let architecture = text(ARCHITECTURE)?;
        let named = architecture
            .as_deref()
            .and_then(|a| brief_named_by(a.as_bytes()));
        let brief_name = named.unwrap_or_else(|| BRIEF.to_string());
        Ok(Texts {
            brief: text(&brief_name)?,
            waivers: text(WAIVERS)?,
            architecture,
            brief_name,
        })
    }

    pub fn of(&self, document: Document) -> Option<&str> {
        match document {
            Document::Brief => self.brief.as_deref(),
            Document::Architecture => self.architecture.as_deref(),
            Document::Waivers => self.waivers.as_deref(),
        }
    }

    /// The same with another text for one file; `None` for no such file.
    #[must_use]
    pub fn with(&self, document: Document, text: Option<String>) -> Texts {
        let mut texts = self.clone();
        match document {
            Document::Brief => texts.brief = text,
            Document::Architecture => texts.architecture = text,
            Document::Waivers => texts.waivers = text,
        }
        texts
    }

    /// The name of a document's file.
    pub fn name(&self, document: Document) -> &str {
        match document {
            Document::Brief => &self.brief_name,
            Document::Architecture => ARCHITECTURE,
            Document::Waivers => WAIVERS,
        }
    }

    /// Names this state: twelve hexadecimal digits that change with any byte of any file.
    pub fn revision(&self) -> String {
        let mut all = String::new();
        for document in Document::ALL {
            let text = self.of(document);
            let length = text.map_or(-1, |t| t.len() as i64);
            all.push_str(&format!("{length}\n{}", text.unwrap_or("")));
        }
        digest(&all)
    }

    /// The brief with its text changed, as the file in which it stands: its own, or the architecture.
    ///
    /// # Errors
    /// Where the brief cannot be taken out of the architecture, or `change` fails.
    pub fn edit_brief(
        &self,
        change: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<(Document, String), String> {
        match self.of(Document::Brief) {
            Some(text) => Ok((Document::Brief, change(text)?)),
            None => {
                let text = self.of(Document::Architecture).unwrap_or("");
                let changed = crate::brief_text::edit_in_place(text, change)?;
                Ok((Document::Architecture, changed))
            }
        }
    }

    /// Opens these texts as a workspace; whatever else the files name is read through `read`.
    pub fn open(&self, read: Read<'_>) -> Workspace {
        open(&mut |name| {
            let ours = Document::ALL.into_iter().find(|d| self.name(*d) == name);
            match ours {
                Some(document) => Ok(self.of(document).map(|t| t.as_bytes().to_vec())),
                None => read(name),
            }
        })
    }

    /// Whether the brief stands in place in the architecture.
    pub(crate) fn brief_is_in_place(&self) -> bool {
        self.architecture.as_deref().is_some_and(|text| {
            crate::differing::value(text)
                .get("brief")
                .is_some_and(serde_json::Value::is_object)
        })
    }
}

/// Twelve hexadecimal digits that change with any byte of a text.
pub fn digest(text: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    format!("{:012x}", hash >> 16)
}

/// A part of a file as YAML: `components.orders`, `brief.domain.operations`; the whole file by its name
/// (`brief`, `architecture`, `waivers`).
///
/// # Errors
/// The keys that are there instead of the first that is not, nearest first.
pub fn part(texts: &Texts, path: &str) -> Result<String, Vec<String>> {
    let (file, rest) = match path.split_once('.').unwrap_or((path, "")) {
        ("brief", rest) if texts.of(Document::Brief).is_some() => (Document::Brief, rest),
        ("architecture", rest) => (Document::Architecture, rest),
        ("waivers", rest) => (Document::Waivers, rest),
        _ => (Document::Architecture, path),
    };
    let text = texts.of(file).ok_or_else(Vec::new)?;
    if rest.is_empty() {
        return Ok(text.to_string());
    }
    let root = crate::differing::value(text);
    Ok(syntax::emit::emit(crate::differing::at(&root, rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_by_its_path() {
        let texts = Texts::default()
            .with(Document::Brief, Some("name: shop\n".into()))
            .with(
                Document::Architecture,
                Some("components:\n  app: {kind: service}\n".into()),
            );
        assert_eq!(part(&texts, "brief.name").as_deref(), Ok("shop\n"));
        assert_eq!(
            part(&texts, "components.app").as_deref(),
            Ok("kind: service\n")
        );
        assert_eq!(part(&texts, "components.ap"), Err(vec!["app".to_string()]));
        assert_eq!(part(&texts, "brief").as_deref(), Ok("name: shop\n"));
        assert!(part(&texts, "waivers").is_err());
    }

    #[test]
    fn a_revision_names_the_state_of_all_files() {
        let one = Texts::default().with(Document::Brief, Some("name: a\n".into()));
        let other = Texts::default().with(Document::Architecture, Some("name: a\n".into()));
        assert_eq!(one.revision().len(), 12);
        assert_ne!(one.revision(), other.revision());
        assert_ne!(one.revision(), Texts::default().revision());
        assert_eq!(one.revision(), one.clone().revision());
    }
}
