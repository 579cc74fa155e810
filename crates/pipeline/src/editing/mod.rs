//! What is asked about a place in the files while they are written: what may stand there, what it
//! means, where an id leads, what cures a fault. For editors, and for whoever edits by program.

pub mod cost;
pub mod curing;
pub mod figures;
pub mod hover;
pub mod links;
pub mod offers;
pub mod outline;
pub mod renaming;

use std::ops::Range;

use model::{Architecture, Brief, Measured, Waivers};
use syntax::ids::Ids;
use syntax::path::Step;
use syntax::tree::{Kind, Node};
use syntax::{Schema, Sources};

use crate::Workspace;
use crate::open::{ARCHITECTURE, File, MEASURED, WAIVERS};

/// A piece of a file that is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub file: String,
    /// Bytes of the text as it stands.
    pub range: Range<usize>,
    pub text: String,
}

/// A text with edits made; `None` where they overlap or leave the text.
pub fn apply(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start)?);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The one edit that makes `new` of `old`.
pub fn difference(file: &str, old: &str, new: &str) -> Edit {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (rest_old, rest_new) = (&old[head..], &new[head..]);
    let tail: usize = rest_old
        .chars()
        .rev()
        .zip(rest_new.chars().rev())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    Edit {
        file: file.to_string(),
        range: head..old.len() - tail,
        text: rest_new[..rest_new.len() - tail].to_string(),
    }
}

/// One of the folder's files as it was read: with what it includes.
pub struct Document<'w> {
    /// `brief`, `architecture`, `waivers` or `measured`.
    pub model: &'static str,
    pub schema: &'static Schema,
    pub ids: &'w Ids,
    pub tree: Option<&'w Node>,
    pub sources: &'w Sources,
    pub map: &'w syntax::SourceMap,
}

/// Every file of the workspace that is there, the architecture first.
pub fn documents(workspace: &Workspace) -> Vec<Document<'_>> {
    let mut all = Vec::new();
    macro_rules! push {
        ($field:ident, $type:ty, $name:literal) => {
            if let Some(loaded) = &workspace.$field {
                all.push(Document {
                    model: $name,
                    schema: <$type as File>::form(),
                    ids: &loaded.ids,
                    tree: loaded.tree.as_deref(),
                    sources: &loaded.sources,
                    map: &loaded.map,
                });
            }
        };
    }
    push!(architecture, Architecture, "architecture");
    push!(brief_file, Brief, "brief");
    push!(waivers, Waivers, "waivers");
    push!(measured, Measured, "measured");
    all
}

/// The document that the file called `name` belongs to, and the file's number in it.
pub fn document<'w>(workspace: &'w Workspace, name: &str) -> Option<(Document<'w>, usize)> {
    documents(workspace).into_iter().find_map(|document| {
        let number = document.sources.index_of(name)?;
        Some((document, number))
    })
}

/// The schema of a file by its name, also where it cannot be read at present.
pub fn schema_of(workspace: &Workspace, name: &str) -> Option<&'static Schema> {
    if let Some((document, _)) = document(workspace, name) {
        return Some(document.schema);
    }
    match name {
        ARCHITECTURE => Some(Architecture::form()),
        WAIVERS => Some(Waivers::form()),
        MEASURED => Some(Measured::form()),
        name if name == workspace.brief_name => Some(Brief::form()),
        _ => None,
    }
}

/// The node at a path.
pub(crate) fn node_at<'n>(root: &'n Node, steps: &[Step]) -> Option<&'n Node> {
    steps
        .iter()
        .try_fold(root, |node, step| match (step, &node.kind) {
            (Step::Key(key), Kind::Map(map)) => map.entry(key).map(|(_, child)| child),
            (Step::Index(at), Kind::Seq(seq)) => seq.items.get(*at),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_makes_the_new_text() {
        for (old, new) in [
            ("a: 1\nb: 2\n", "a: 1\nc: 3\nb: 2\n"),
            ("", "x"),
            ("aaa", "aa"),
            ("größe: 1", "grüße: 1"),
            ("same", "same"),
        ] {
            let edit = difference("f", old, new);
            assert_eq!(apply(old, &[&edit]).as_deref(), Some(new), "{old:?}");
        }
    }
}
