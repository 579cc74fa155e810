//! What was accepted, by whom and why: one line each in `.groundplan/history.jsonl`, the texts by their
//! hash in `.groundplan/objects/`.
//!
//! A change of several files is announced in `pending.json` before the first of them is written. Who
//! finds an announcement finishes the change, so that a program that died in the middle leaves all of
//! it or nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use pipeline::proposing::{Document, Texts, digest};
use serde::{Deserialize, Serialize};

use crate::lock::Lock;
use crate::{STATE, files, lock};

/// One accepted change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, in the order of acceptance.
    pub id: u64,
    /// When, UTC, ISO 8601.
    pub at: String,
    pub author: String,
    pub reason: String,
    /// Revisions of the files before and after.
    pub before: String,
    pub after: String,
    /// The entry that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// The name of the brief's file.
    pub brief_name: String,
    /// What each document was and became, as names of objects.
    pub texts: BTreeMap<Document, Pair>,
}

/// A document before and after; absent where there was none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What an author says about a change.
pub struct Said<'a> {
    pub author: &'a str,
    pub reason: &'a str,
    pub undoes: Option<u64>,
}

fn state(folder: &Path) -> PathBuf {
    folder.join(STATE)
}

/// The entries, oldest first. A line that cannot be read is passed over: it was cut off when its
/// writer died, and what it announced is finished by [`recover`].
pub fn entries(folder: &Path) -> Result<Vec<Entry>, String> {
    let path = state(folder).join("history.jsonl");
    let bytes = files::read_if_there(&path)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let read = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    Ok(read.collect())
}

/// The texts of a revision that the history knows.
pub fn texts_of(folder: &Path, revision: &str) -> Result<Option<Texts>, String> {
    for entry in entries(folder)?.iter().rev() {
        if entry.after == revision {
            return texts(folder, entry, |pair| pair.after.as_ref()).map(Some);
        }
        if entry.before == revision {
            return texts(folder, entry, |pair| pair.before.as_ref()).map(Some);
        }
    }
    Ok(None)
}

/// The texts on one side of an entry.
pub fn texts(
    folder: &Path,
    entry: &Entry,
    side: impl Fn(&Pair) -> Option<&String>,
) -> Result<Texts, String> {
    let mut texts = Texts::default();
    texts.brief_name.clone_from(&entry.brief_name);
    for document in Document::ALL {
        let Some(object) = entry.texts.get(&document).and_then(&side) else {
            continue;
        };
        // The name comes from a file that anybody may have edited.
        if !object.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!("`{object}` in the history is no name of an object"));
        }
        let bytes = files::read_named(&state(folder).join("objects").join(object))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("object {object} is not UTF-8"))?;
        texts = texts.with(document, Some(text));
    }
    Ok(texts)
}

/// Writes `after` over `before` and enters it; whoever calls holds the lock and has seen that `before`
/// is what stands.
pub(crate) fn enter(
    folder: &Path,
    before: &Texts,
    after: &Texts,
    said: &Said<'_>,
) -> Result<Entry, String> {
    let mut pairs = BTreeMap::new();
    for document in Document::ALL {
        let pair = Pair {
            before: keep(folder, before.of(document))?,
            after: keep(folder, after.of(document))?,
        };
        if pair.before.is_some() || pair.after.is_some() {
            pairs.insert(document, pair);
        }
    }
    let entry = Entry {
        id: entries(folder)?.last().map_or(0, |e| e.id) + 1,
        at: files::now(),
        author: said.author.to_string(),
        reason: said.reason.to_string(),
        before: before.revision(),
        after: after.revision(),
        undoes: said.undoes,
        brief_name: after.brief_name.clone(),
        texts: pairs,
    };
    let announced = serde_json::to_string(&entry).map_err(|e| e.to_string())?;
    files::write(&pending(folder), announced.as_bytes())?;
    finish(folder, &entry, before, after)?;
    Ok(entry)
}

fn pending(folder: &Path) -> PathBuf {
    state(folder).join("pending.json")
}

/// Keeps a text as an object, and gives its name.
fn keep(folder: &Path, text: Option<&str>) -> Result<Option<String>, String> {
    let Some(text) = text else { return Ok(None) };
    let name = digest(text);
    let path = state(folder).join("objects").join(&name);
    if files::read_if_there(&path)?.as_deref() != Some(text.as_bytes()) {
        files::write(&path, text.as_bytes())?;
    }
    Ok(Some(name))
}

fn finish(folder: &Path, entry: &Entry, before: &Texts, after: &Texts) -> Result<(), String> {
    for document in Document::ALL {
        let (old, new) = (before.of(document), after.of(document));
        let path = folder.join(after.name(document));
        match new {
            _ if old == new => {}
            Some(text) => files::write_through(&path, text.as_bytes())?,
            None => files::remove(&path)?,
        }
    }
    let line = serde_json::to_string(entry).map_err(|e| e.to_string())?;
    let path = state(folder).join("history.jsonl");
    let failed = |e: std::io::Error| format!("{} cannot be written: {e}", path.display());
    let mut log = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(failed)?;
    // A line of its own even where the last one was cut off.
    let cut = files::read_if_there(&path)?.is_some_and(|b| !b.is_empty() && !b.ends_with(b"\n"));
    let start = if cut { "\n" } else { "" };
    log.write_all(format!("{start}{line}\n").as_bytes())
        .and_then(|()| log.sync_all())
        .map_err(failed)?;
    files::remove(&pending(folder))
}

/// Finishes a change that was announced and not finished. Where somebody has edited the files since,
/// they stay as they are and the announcement goes.
pub fn recover(folder: &Path) -> Result<(), String> {
    if files::read_if_there(&pending(folder))?.is_none() {
        return Ok(());
    }
    let lock = lock::take(folder)?;
    recover_locked(folder, &lock)
}

pub(crate) fn recover_locked(folder: &Path, _lock: &Lock) -> Result<(), String> {
    files::sweep(
        folder,
        &Document::ALL.map(|d| Texts::default().name(d).to_string()),
    )?;
    files::sweep(&state(folder), &["pending.json".to_string()])?;
    let Some(bytes) = files::read_if_there(&pending(folder))? else {
        return Ok(());
    };
    let Ok(entry) = serde_json::from_slice::<Entry>(&bytes) else {
        return files::remove(&pending(folder));
    };
    if entries(folder)?.iter().any(|e| e.id >= entry.id) {
        return files::remove(&pending(folder));
    }
    let before = texts(folder, &entry, |pair| pair.before.as_ref())?;
    let after = texts(folder, &entry, |pair| pair.after.as_ref())?;
    let now = Texts::read(&mut files::reader(folder))?;
    let ours = Document::ALL
        .iter()
        .all(|d| now.of(*d) == before.of(*d) || now.of(*d) == after.of(*d));
    match ours {
        true => finish(folder, &entry, &now, &after),
        false => files::remove(&pending(folder)),
    }
}
