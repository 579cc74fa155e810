//! `groundplan history`: what was accepted into the files, by whom and why.

use std::path::Path;

use folder::history::{self, Entry};

use crate::CLEAN;
use terminal::arguments::Format;
use terminal::look;
use terminal::look::{DIM, HEAD, paint};

pub fn run(
    folder: &Path,
    undo: Option<u64>,
    reason: Option<&str>,
    format: Format,
) -> Result<u8, String> {
    let folder = folder::files::folder(folder)?;
    if let Some(id) = undo {
        let author = std::env::var("USER").unwrap_or_else(|_| "person".into());
        let entry = folder::changing::undo(&folder, Some(id), &author, reason.unwrap_or(""))?;
        look::note(&format!("entry {id} is taken back, as entry {}", entry.id));
    }
    history::recover(&folder)?;
    let entries = history::entries(&folder)?;
    if let Format::Json = format {
        look::print(&serde_json::to_string_pretty(&entries).map_err(|e| e.to_string())?)?;
        return Ok(CLEAN);
    }
    if entries.is_empty() {
        look::print(
            "Nothing was accepted here yet: designs and proposals are entered, edits by hand are not.",
        )?;
    }
    let undone: Vec<u64> = entries.iter().filter_map(|e| e.undoes).collect();
    for entry in entries.iter().rev() {
        look::print(&line(entry, undone.contains(&entry.id)))?;
    }
    Ok(CLEAN)
}

fn line(entry: &Entry, undone: bool) -> String {
    let what = match (entry.undoes, undone) {
        (Some(id), _) => format!(" (takes back {id})"),
        (None, true) => " (taken back)".to_string(),
        (None, false) => String::new(),
    };
    format!(
        "{} {} {}{what}: {}\n  {}",
        paint(HEAD, &entry.id.to_string()),
        entry.at,
        entry.author,
        entry.reason,
        paint(DIM, &format!("{} -> {}", entry.before, entry.after))
    )
}
