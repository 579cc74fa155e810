//! `groundplan drift`: the kept architecture against the code.

use std::path::{Path, PathBuf};

use model::Finding;
use pipeline::drifting::{self, DRIFT};

use super::research;
use crate::arguments::DriftArguments;
use crate::commands::{check, open_sound};
use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::files;
use terminal::arguments::Format;
use terminal::look::{self, DIM, GOOD, paint};

pub fn run(asked: &DriftArguments) -> Result<u8, String> {
    let folder = kept_in(asked)?;
    let workspace = match open_sound(&folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    if workspace.architecture().is_none() {
        return Err(nothing_kept(&folder));
    }
    let file = folder.join(DRIFT);
    let bytes = files::read_if_there(&file)?;
    let (accepted, faults) = drifting::accepted(bytes.clone());
    if !faults.is_empty() {
        let text =
            syntax::diagnostics::render(&faults, &syntax::Sources::default(), look::findings());
        anstream::eprintln!("{}", text.trim_end());
        return Ok(UNUSABLE);
    }
    let mut research = research::read(std::slice::from_ref(&asked.path), asked.no_cache, false)?;
    let mut findings = drifting::drift(&workspace, &mut research, &accepted);
    if let Some(reason) = &asked.reason {
        accept(asked, reason, &file, bytes, &mut findings)?;
    }
    let parted = findings.iter().any(drifting::parts);
    let code = if parted { FINDINGS } else { CLEAN };
    match asked.format {
        Format::Json => {
            let all: Vec<serde_json::Value> = findings.iter().map(check::keyed).collect();
            let report = serde_json::json!({ "findings": all, "exit_code": code });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => show(&findings, &workspace, &research)?,
    }
    Ok(code)
}

/// The folder with the architecture: the one named, the code's own, or where research writes.
fn kept_in(asked: &DriftArguments) -> Result<PathBuf, String> {
    if let Some(folder) = &asked.architecture {
        return files::folder(folder);
    }
    folder::researching::kept_in(&asked.path)?.ok_or_else(|| nothing_kept(&asked.path))
}

fn nothing_kept(folder: &Path) -> String {
    format!(
        "{0} keeps no architecture.yaml; `groundplan research {0}` makes one from the code",
        folder.display()
    )
}

/// Writes the acceptances, and marks what they cover.
fn accept(
    asked: &DriftArguments,
    reason: &str,
    file: &Path,
    bytes: Option<Vec<u8>>,
    findings: &mut [Finding],
) -> Result<(), String> {
    let mut text = String::from_utf8(bytes.unwrap_or_default())
        .map_err(|_| format!("{} is not UTF-8", file.display()))?;
    let today = files::today();
    for id in &asked.accept {
        let mut met = findings
            .iter_mut()
            .filter(|f| f.key() == *id && f.waived.is_none())
            .peekable();
        if met.peek().is_none() {
            return Err(format!(
                "there is no open difference `{id}`; `groundplan drift` prints their ids"
            ));
        }
        met.for_each(|f| f.waived = Some(format!("{reason} ({today})")));
        text = drifting::accept(&text, id, reason, &today)
            .map_err(|e| format!("{}: {e}", file.display()))?;
    }
    files::write_through(file, text.as_bytes())
}

fn show(
    findings: &[Finding],
    workspace: &pipeline::Workspace,
    research: &pipeline::researching::Research,
) -> Result<(), String> {
    let (accepted, open): (Vec<Finding>, Vec<Finding>) =
        findings.iter().cloned().partition(|f| f.waived.is_some());
    if !open.is_empty() {
        let mut sources = workspace.sources.clone();
        for name in research.sources.names() {
            if let Some(text) = research.sources.text_of(name) {
                sources.add(name, text.to_string());
            }
        }
        let text = syntax::diagnostics::render(&open, &sources, look::findings());
        look::print(text.trim_end())?;
        look::print(&paint(DIM, "ids, for --accept:"))?;
        for finding in &open {
            look::print(&paint(DIM, &format!("  {}", finding.key())))?;
        }
    }
    for finding in &accepted {
        let reason = finding.waived.as_deref().unwrap_or("");
        look::print(&paint(
            DIM,
            &format!("accepted: {}: {reason}", finding.key()),
        ))?;
    }
    if open.is_empty() {
        let said = format!(
            "the code is as the architecture says: {} components, {} relations and {} tables were compared.",
            research.architecture.components.len(),
            research.architecture.relations.len(),
            research.architecture.data.len()
        );
        look::print(&paint(GOOD, &said))?;
    }
    Ok(())
}
