//! The commands that read code. A build without the feature `code` has `without_code` instead.

mod drift;
mod research;

use pipeline::Workspace;
use pipeline::researching::Research;

pub use drift::run as drift;
pub use research::run as research;

use super::check::Subject;
use crate::arguments::Check;
use folder::files;
use terminal::look;

/// What the code of a folder shows; None where the folder is a model, or holds no backend.
pub fn check(asked: &Check, workspace: &Workspace) -> Result<Option<Subject>, String> {
    if workspace.is_modelled() && !asked.code {
        return Ok(None);
    }
    let folders = [asked.at.folder.clone()];
    let found = research::read(&folders, asked.no_cache, false)?;
    if !found.is_backend() && !asked.code {
        return Ok(None);
    }
    let clean = match found.is_backend() {
        true => clean(&found),
        false => research::no_backend(&folders, &found),
    };
    let mut findings = found.findings;
    if let Some(waivers) = workspace.waivers.as_ref().and_then(|w| w.value.as_ref()) {
        findings = check::apply_waivers(findings, waivers, &files::today());
    }
    Ok(Some(Subject {
        findings,
        sources: found.sources,
        usable: true,
        clean,
    }))
}

fn clean(research: &Research) -> String {
    let facts = &research.facts;
    format!(
        "{} in {} files: {} services, {} links, {} schemas were looked at.",
        look::paint(look::GOOD, "no findings"),
        facts.tree.files,
        facts.services.len(),
        facts.links.len(),
        facts.schemas.len(),
    )
}
