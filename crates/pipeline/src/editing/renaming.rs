//! A new name for an id, wherever it is written: comments, order and quotes stay.

use std::collections::BTreeMap;
use std::ops::Range;

use model::Finding;

use super::links::{Link, Target, declaration, links, mentions, target_at};
use super::{Edit, apply};
use crate::{Kept, Read, Workspace};

/// Longest id, in characters; `syntax` says so of ids in files.
const MAX_ID: usize = 64;

/// The bytes of the id under `offset`, where it is one that can be renamed.
pub fn renameable(
    workspace: &Workspace,
    file: &str,
    offset: usize,
) -> Result<(Range<usize>, String), String> {
    let links = links(workspace);
    let target = target_at(workspace, &links, file, offset).ok_or(NO_ID)?;
    declaration(&links, &target).ok_or_else(|| format!("`{}` is declared nowhere", target.id))?;
    let last = last(&target.id);
    let places = places(workspace, &links, &target);
    let here = places
        .iter()
        .find(|(name, range)| name == file && range.start <= offset && offset <= range.end);
    let (_, range) = here.ok_or("put the cursor on the id itself")?;
    Ok((range.clone(), last.to_string()))
}

const NO_ID: &str = "there is no id here that could be renamed";

/// The edits that give the id under `offset` another name, in every file of the folder.
///
/// The files are read again with the edits, and nothing is renamed where that would bring a finding
/// that is not there now.
///
/// # Errors
/// One sentence: there is no id, the name is none or is taken, or what the new name would break.
pub fn rename(
    workspace: &Workspace,
    read: Read<'_>,
    file: &str,
    offset: usize,
    name: &str,
) -> Result<Vec<Edit>, String> {
    let links = links(workspace);
    let target = target_at(workspace, &links, file, offset).ok_or(NO_ID)?;
    declaration(&links, &target).ok_or_else(|| format!("`{}` is declared nowhere", target.id))?;
    valid(name)?;
    if name == last(&target.id) {
        return Ok(Vec::new());
    }
    let taken = Target {
        collection: target.collection.clone(),
        id: match target.id.rsplit_once('.') {
            Some((scope, _)) => format!("{scope}.{name}"),
            None => name.to_string(),
        },
    };
    if let Some(other) = declaration(&links, &taken) {
        return Err(format!("`{}` is taken: {} declares it", name, other.path));
    }
    let edits: Vec<Edit> = places(workspace, &links, &target)
        .into_iter()
        .map(|(file, range)| Edit {
            file,
            range,
            text: name.to_string(),
        })
        .collect();
    judge(workspace, read, &edits)?;
    Ok(edits)
}

fn valid(name: &str) -> Result<(), String> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if first && name.chars().all(allowed) && name.len() <= MAX_ID {
        return Ok(());
    }
    Err(format!(
        "`{name}` is not an id: start with a letter a-z, then letters, digits, `-` or `_`, at most {MAX_ID}"
    ))
}

/// Refuses edits that would bring a fault, or a finding of a rule that says nothing now.
fn judge(workspace: &Workspace, read: Read<'_>, edits: &[Edit]) -> Result<(), String> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for name in workspace.sources.names() {
        let mine: Vec<&Edit> = edits.iter().filter(|e| e.file == name).collect();
        let text = workspace.sources.text_of(name).unwrap_or_default();
        if !mine.is_empty() {
            let new = apply(text, &mine).ok_or("the places of the id overlap")?;
            texts.insert(name, new);
        }
    }
    let mut changed = |name: &str| match texts.get(name) {
        Some(text) => Ok(Some(text.clone().into_bytes())),
        None => read(name),
    };
    let after = Kept::of(workspace).open(&mut changed);
    let count = |findings: &[Finding]| {
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for finding in findings {
            *rules.entry(finding.rule.clone()).or_default() += 1;
        }
        rules
    };
    let (was, is) = (crate::check(workspace, None), crate::check(&after, None));
    let (before, now) = (count(&was), count(&is));
    let worse = now
        .iter()
        .find(|(rule, n)| **n > before.get(*rule).copied().unwrap_or(0));
    let Some((rule, _)) = worse else {
        return Ok(());
    };
    let known: Vec<&str> = was
        .iter()
        .filter(|f| f.rule == *rule)
        .map(|f| f.message.as_str())
        .collect();
    let new = is
        .iter()
        .find(|f| f.rule == *rule && !known.contains(&f.message.as_str()));
    Err(match new {
        Some(finding) => format!("the new name would bring `{rule}`: {}", finding.message),
        None => format!("the new name would bring another `{rule}`"),
    })
}

/// Every place of the id, the bytes of its own segment alone.
fn places(workspace: &Workspace, links: &[Link], target: &Target) -> Vec<(String, Range<usize>)> {
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    for link in links {
        if let Some(range) = segment(workspace, link, target) {
            found.push((link.file.clone(), range));
        }
    }
    if let Some(declared) = declaration(links, target) {
        found.extend(mentions(workspace, declared));
    }
    found.sort_by(|a, b| (&a.0, a.1.start).cmp(&(&b.0, b.1.start)));
    found.dedup();
    found
}

/// The bytes of the target's name in a link to it or to something inside it.
fn segment(workspace: &Workspace, link: &Link, target: &Target) -> Option<Range<usize>> {
    let own = link.target == *target;
    // `order.number` holds the name of `order`; its collection is another.
    let inside = link.target.id.starts_with(&format!("{}.", target.id))
        && nested(&target.collection, &link.target.collection);
    if !own && !inside {
        return None;
    }
    let depth = target.id.split('.').count();
    let full = link.target.id.split('.').count();
    let written: Vec<&str> = link.text.split('.').collect();
    // The written part is the end of the full id.
    let index = (depth + written.len()).checked_sub(full + 1)?;
    let before: usize = written[..index].iter().map(|s| s.len() + 1).sum();
    let source = workspace
        .sources
        .text_of(&link.file)?
        .get(link.span.clone())?;
    // Inside quotes the text begins one byte later; an escaped one is left alone.
    let lead = source.find(&link.text)?;
    let start = link.span.start + lead + before;
    let name = written.get(index)?;
    (*name == last(&target.id)).then(|| start..start + name.len())
}

/// Whether ids of one collection are scoped by those of another.
fn nested(outer: &str, inner: &str) -> bool {
    matches!(
        (outer, inner),
        ("entities", "fields" | "links" | "derived") | ("ports", "port-operations")
    )
}

fn last(id: &str) -> &str {
    id.rsplit('.').next().unwrap_or(id)
}
