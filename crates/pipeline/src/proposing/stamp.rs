//! Who wrote what: an element that an agent made, or changed where the engine had written it, says so.

use model::{Architecture, Author, Plain};
use serde_json::Value;

use super::{Document, Texts};
use crate::differing;

/// Marks the elements of the architecture that differ from `before` as the author's. What a person
/// wrote stays a person's. Elements that carry no author are left as they are.
#[must_use]
pub fn stamp(before: &Texts, after: &Texts, by: Author) -> Texts {
    let Some(text) = after.of(Document::Architecture) else {
        return after.clone();
    };
    let old = before
        .of(Document::Architecture)
        .map_or(Value::Null, differing::value);
    let new = differing::value(text);
    let file = [syntax::SourceFile::new("architecture.yaml", text)];
    let loaded = syntax::load::<Architecture>(&file, &syntax::Hooks::none());
    // Typed once, so that it shows which elements have an author at all.
    let Some(typed) = loaded.value.and_then(|a| a.to_value().ok()) else {
        return after.clone();
    };
    let said = by.to_value().unwrap_or(Value::Null);
    let engine = Author::Engine.to_value().unwrap_or(Value::Null);
    let mut text = text.to_string();
    for keys in design::proposal::COLLECTIONS {
        let of = |root: &Value| {
            keys.iter()
                .try_fold(root, |node, key| node.get(key))
                .cloned()
        };
        let (was, is, typed) = (of(&old), of(&new), of(&typed));
        for (id, element) in is.as_ref().and_then(Value::as_object).into_iter().flatten() {
            let had = was.as_ref().and_then(|w| w.get(id));
            let has_author = typed
                .as_ref()
                .and_then(|t| t.get(id)?.get("author"))
                .is_some();
            let engines = element.get("author") == Some(&engine);
            if had == Some(element) || !has_author || (had.is_some() && !engines) {
                continue;
            }
            let path = syntax::path::join(&syntax::path::join(&keys.join("."), id), "author");
            // Where the text cannot be edited in place, it says what its writer wrote.
            if let Ok(edited) = syntax::edit::set(&text, &path, &said) {
                text = edited;
            }
        }
    }
    after.with(Document::Architecture, Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_changes_hands() {
        let before = "\
brief: brief.yaml
components:
  app: {kind: service, instances: 2, author: engine}
  mine: {kind: service, instances: 2}
  same: {kind: service, author: engine}
";
        let after = "\
brief: brief.yaml
components:
  app: {kind: service, instances: 3, author: engine}
  mine: {kind: service, instances: 3}
  same: {kind: service, author: engine}
  new: {kind: service}
";
        let texts = |text: &str| Texts::default().with(Document::Architecture, Some(text.into()));
        let stamped = stamp(&texts(before), &texts(after), Author::Agent);
        let root = differing::value(stamped.of(Document::Architecture).unwrap_or(""));
        let author = |id: &str| root["components"][id]["author"].as_str().unwrap_or("none");
        let all = ["app", "mine", "same", "new"].map(author);
        assert_eq!(all, ["agent", "none", "engine", "agent"]);
    }
}
