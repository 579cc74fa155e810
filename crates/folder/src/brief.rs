//! Where the text of the brief stands, so that answers go there.

use std::path::{Path, PathBuf};

use pipeline::Workspace;

use crate::files;

/// The file that holds the brief: its own, or the architecture that has it in place.
pub struct BriefText {
    pub file: PathBuf,
    in_place: bool,
}

impl BriefText {
    pub fn of(folder: &Path, workspace: &Workspace) -> Self {
        let in_place = workspace.brief_is_in_place();
        let name = if in_place {
            pipeline::open::ARCHITECTURE
        } else {
            &workspace.brief_name
        };
        BriefText {
            file: folder.join(name),
            in_place,
        }
    }

    /// Changes the brief and writes the file; a fault leaves it as it was.
    pub fn edit(&self, change: impl FnOnce(&str) -> Result<String, String>) -> Result<(), String> {
        let text = String::from_utf8(files::read_named(&self.file)?)
            .map_err(|_| format!("{} is not UTF-8", self.file.display()))?;
        let changed = if self.in_place {
            pipeline::brief_text::edit_in_place(&text, change)
                .map_err(|e| format!("{}: {e}", self.file.display()))?
        } else {
            change(&text)?
        };
        files::write_through(&self.file, changed.as_bytes())
    }
}
