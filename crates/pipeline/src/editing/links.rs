//! Where ids are declared and referred to, over all files of a folder.
//!
//! References of the schema (`x-ref`) are followed by `syntax`. Beside them stand two others: an
//! operation of the brief is the key of its path and of its targets in the architecture, and texts
//! name elements by their path (`serves: [domain.operations.pay]`, `{{pay.p99}}`).

use std::ops::Range;

use syntax::references::{Reference, references};
use syntax::tree::{Kind, Node};

use super::documents;
use crate::Workspace;

/// An element with an id of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub collection: String,
    /// The full dotted id (`order.number`).
    pub id: String,
}

/// A place that declares an id or refers to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub target: Target,
    pub file: String,
    /// The bytes of the whole key or value, quotes included.
    pub span: Range<usize>,
    /// As it was written, without quotes.
    pub text: String,
    /// Dotted path in the file's model.
    pub path: String,
    pub declares: bool,
}

/// Every declaration and reference, file by file.
pub fn links(workspace: &Workspace) -> Vec<Link> {
    let mut all = Vec::new();
    for document in documents(workspace) {
        let Some(tree) = document.tree else { continue };
        let named = |file: usize| document.sources.name(file).to_string();
        let link = |found: Reference| Link {
            target: Target {
                collection: found.collection,
                id: found.id,
            },
            file: named(found.file),
            span: found.span.start..found.span.end,
            text: found.text,
            path: found.path,
            declares: found.declares,
        };
        all.extend(
            references(document.schema, document.ids, tree)
                .into_iter()
                .map(link),
        );
        if document.model == "architecture" {
            all.extend(targets(tree, &named));
        }
    }
    // A path is its operation's, and declares nothing where the operation is there.
    let is_operation = |link: &Link| link.declares && link.target.collection == "operations";
    let operations: Vec<String> = all
        .iter()
        .filter(|l| is_operation(l))
        .map(|l| l.target.id.clone())
        .collect();
    for link in &mut all {
        let keyed = matches!(link.target.collection.as_str(), "paths" | "targets");
        if keyed && operations.contains(&link.target.id) {
            link.target.collection = "operations".to_string();
            link.declares = false;
        }
    }
    all.retain(|link| link.target.collection != "targets");
    all
}

/// The keys of the architecture's own targets, which are operations.
fn targets(tree: &Node, named: &dyn Fn(usize) -> String) -> Vec<Link> {
    let map = tree.get("targets").and_then(Node::as_map);
    let entries = map.map(|map| map.entries.as_slice()).unwrap_or_default();
    let link = |(key, _): &(syntax::tree::Key, Node)| Link {
        target: Target {
            collection: "targets".into(),
            id: key.text.clone(),
        },
        file: named(key.file),
        span: key.span.start..key.span.end,
        text: key.text.clone(),
        path: syntax::path::join("targets", &key.text),
        declares: false,
    };
    entries.iter().map(link).collect()
}

/// The link under byte `offset` of a file.
pub fn link_at<'l>(links: &'l [Link], file: &str, offset: usize) -> Option<&'l Link> {
    links
        .iter()
        .filter(|l| l.file == file && l.span.start <= offset && offset <= l.span.end)
        .min_by_key(|l| l.span.len())
}

/// Where an element is declared.
pub fn declaration<'l>(links: &'l [Link], target: &Target) -> Option<&'l Link> {
    links.iter().find(|l| l.declares && l.target == *target)
}

/// The element under byte `offset` of a file: by an id, or by a path in a text.
pub fn target_at(
    workspace: &Workspace,
    links: &[Link],
    file: &str,
    offset: usize,
) -> Option<Target> {
    if let Some(link) = link_at(links, file, offset) {
        return Some(link.target.clone());
    }
    let text = workspace.sources.text_of(file)?;
    let word = word_at(text, offset);
    let declared = links.iter().filter(|l| l.declares);
    declared
        .filter(|l| forms(&l.path).any(|form| text.get(word.clone()) == Some(form)))
        .map(|l| l.target.clone())
        .next()
}

/// How texts write the path of an element: whole, and without the brief's and the domain's name.
fn forms(path: &str) -> impl Iterator<Item = &str> {
    let in_brief = path.strip_prefix("brief.").unwrap_or(path);
    let short = in_brief.strip_prefix("domain.");
    std::iter::once(in_brief).chain(short)
}

/// Places in texts that name an element by its path; the bytes of the id alone.
pub fn mentions(workspace: &Workspace, declared: &Link) -> Vec<(String, Range<usize>)> {
    let last = declared.path.rsplit('.').next().unwrap_or_default();
    let mut needles: Vec<String> = forms(&declared.path).map(str::to_string).collect();
    if matches!(
        declared.target.collection.as_str(),
        "operations" | "components" | "relations"
    ) {
        needles.push(format!("{{{{{last}"));
    }
    if declared.target.collection == "operations" {
        needles.push(format!("paths.{last}"));
    }
    let mut found = Vec::new();
    for document in documents(workspace) {
        let Some(tree) = document.tree else { continue };
        scalars(tree, &mut |node| {
            let (start, end) = (node.span.start, node.span.end);
            let Some(text) = document.sources.text(node.file).get(start..end) else {
                return;
            };
            for needle in &needles {
                for (at, _) in text.match_indices(needle.as_str()) {
                    let (before, after) = (&text[..at], &text[at + needle.len()..]);
                    let bounded = needle.starts_with('{')
                        || !before.ends_with(|c: char| is_word(c) || c == '.' || c == '/');
                    if bounded && !after.starts_with(is_word) {
                        let to = start + at + needle.len();
                        let place = (
                            document.sources.name(node.file).to_string(),
                            to - last.len()..to,
                        );
                        if !found.contains(&place) {
                            found.push(place);
                        }
                    }
                }
            }
        });
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The bytes around `offset` that a dotted path could consist of.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let offset = syntax::source::floor(text, offset);
    let part = |c: char| is_word(c) || c == '.';
    let start = text[..offset].rfind(|c| !part(c)).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text[offset..]
        .find(|c| !part(c))
        .map_or(text.len(), |at| offset + at);
    start..end
}

fn scalars(node: &Node, each: &mut dyn FnMut(&Node)) {
    match &node.kind {
        Kind::Map(map) => map
            .entries
            .iter()
            .for_each(|(_, child)| scalars(child, each)),
        Kind::Seq(seq) => seq.items.iter().for_each(|child| scalars(child, each)),
        Kind::Scalar(_) => each(node),
        Kind::Broken => {}
    }
}
