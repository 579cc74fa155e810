//! Opening: the folder's files through the pipeline's reader.

use std::path::Path;

use pipeline::Workspace;
use pipeline::proposing::Texts;

use crate::{files, history};

/// Opens the folder with its brief and architecture. `Err` says that there is no such folder; what
/// is wrong with the files is in the workspace's findings.
pub fn open(folder: &Path) -> Result<Workspace, String> {
    let folder = files::folder(folder)?;
    history::recover(&folder)?;
    Ok(pipeline::open(&mut files::reader(&folder)))
}

/// The texts of the files that proposals change, as they stand.
pub fn texts(folder: &Path) -> Result<Texts, String> {
    let folder = files::folder(folder)?;
    Texts::read(&mut files::reader(&folder))
}
