//! A new name for an id.

use gen_lsp_types::{PrepareRenamePlaceholder, WorkspaceEdit};
use lsp_server::ErrorCode;
use pipeline::editing::renaming;

use super::{Place, workspace_edit};
use crate::project::reader;
use crate::server::Refusal;

pub fn prepare(place: Place<'_>) -> Result<Option<PrepareRenamePlaceholder>, Refusal> {
    let workspace = place.project.open(place.texts);
    // An editor asks of every word; where there is no id there is nothing to say.
    let found = renaming::renameable(workspace, place.name, place.offset).ok();
    Ok(found.map(|(bytes, placeholder)| PrepareRenamePlaceholder {
        range: place.lines.range(bytes),
        placeholder,
    }))
}

pub fn answer(place: Place<'_>, name: &str) -> Result<WorkspaceEdit, Refusal> {
    place.project.open(place.texts);
    let Some(workspace) = place.project.opened() else {
        return Ok(WorkspaceEdit::default());
    };
    let root = place.project.root.clone();
    let mut read = reader(&root, place.texts);
    let edits = renaming::rename(workspace, &mut read, place.name, place.offset, name)
        .map_err(|why| (ErrorCode::RequestFailed, why))?;
    let edit = workspace_edit(
        place.project,
        place.texts,
        workspace,
        place.client,
        &edits,
        None,
    );
    Ok(edit)
}
