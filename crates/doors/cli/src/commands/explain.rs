//! `groundplan explain`: why, evidence and source of anything that has an id.

use std::path::Path;

use crate::{CLEAN, UNUSABLE};
use terminal::look;

pub fn run(id: &str, folder: &Path) -> Result<u8, String> {
    // A rule or a technology can be explained anywhere, so a folder without a model is no fault.
    let workspace = super::open(folder)
        .ok()
        .filter(|w| w.brief().is_some() || w.architecture().is_some());
    match pipeline::explain::explain(id, workspace.as_ref()) {
        Ok(text) => {
            look::print(text.trim_end())?;
            Ok(CLEAN)
        }
        Err(nearest) => {
            look::error(&if nearest.is_empty() {
                format!("nothing has the id `{id}`")
            } else {
                format!(
                    "nothing has the id `{id}`; did you mean {}?",
                    nearest.join(", ")
                )
            });
            if workspace.is_none() {
                look::note(
                    "there is no model in this folder; name one to ask for its elements and numbers",
                );
            }
            Ok(UNUSABLE)
        }
    }
}
