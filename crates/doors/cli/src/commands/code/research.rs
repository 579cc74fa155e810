//! `groundplan research`: what is true of the code that stands.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use folder::researching::{self, OUTPUT};
use pipeline::output::Fate;
use pipeline::researching::Research;

use crate::arguments;

use crate::{CLEAN, FINDINGS};
use terminal::look::{self, DIM, HEAD, paint};

pub fn run(asked: &arguments::Research) -> Result<u8, String> {
    let research = read(&asked.paths, asked.no_cache, !asked.quick)?;
    if asked.json {
        let report = serde_json::json!({ "facts": research.facts, "findings": research.findings });
        look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        return Ok(CLEAN);
    }
    if !research.is_backend() {
        look::print(&no_backend(&asked.paths, &research))?;
        return Ok(CLEAN);
    }
    let summary = ::research::document::quick(&research.facts, &research.findings);
    let (title, rest) = summary.split_once('\n').unwrap_or((&summary, ""));
    look::print(&format!("{}\n{}", paint(HEAD, title), rest.trim_end()))?;
    if asked.quick {
        return Ok(CLEAN);
    }
    let out = match (&asked.out, asked.paths.as_slice()) {
        (Some(out), _) => out.clone(),
        (None, [only]) => only.join(OUTPUT),
        (None, _) => PathBuf::from(OUTPUT),
    };
    write(&out, &research)
}

/// Reads the folders, with progress on a terminal; their history too where somebody will read of it.
pub fn read(paths: &[PathBuf], no_cache: bool, history: bool) -> Result<Research, String> {
    let progress = Mutex::new(look::progress());
    researching::read(paths, no_cache, history, &|at| {
        if let Ok(mut progress) = progress.lock() {
            progress.tell(format!("reading {} of {} files", at.files, at.of));
        }
    })
}

pub fn no_backend(paths: &[PathBuf], research: &Research) -> String {
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    format!(
        "{}: no backend here; nothing in its {} files is built to run as a service.",
        names.join(", "),
        research.facts.tree.files
    )
}

fn write(out: &Path, research: &Research) -> Result<u8, String> {
    let mut code = CLEAN;
    for (path, fate) in researching::write(out, research)? {
        let said = match fate {
            Fate::Same => "is as it was",
            Fate::Keep => {
                code = FINDINGS;
                "was edited by hand and stays as it is; `groundplan drift` holds it against the code"
            }
            Fate::Create => "written",
            Fate::Replace => "written again",
        };
        look::print(&paint(DIM, &format!("{} {said}", path.display())))?;
    }
    Ok(code)
}
