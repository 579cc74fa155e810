//! The commands that read code, in a build that has no readers: each says how to get them.

use pipeline::Workspace;

use super::check::Subject;
use crate::arguments::{Check, DriftArguments, Research};

const MISSING: &str =
    "this build does not read code; `cargo install --path crates/doors/cli` makes one that does";

pub fn research(_asked: &Research) -> Result<u8, String> {
    Err(MISSING.into())
}

pub fn drift(_asked: &DriftArguments) -> Result<u8, String> {
    Err(MISSING.into())
}

/// None where the folder is a model, which needs no reader.
pub fn check(asked: &Check, workspace: &Workspace) -> Result<Option<Subject>, String> {
    match (workspace.is_modelled(), asked.code) {
        (true, false) => Ok(None),
        (_, true) => Err(MISSING.into()),
        (false, false) => Err(format!(
            "{} has no brief.yaml and no architecture.yaml, and {MISSING}",
            asked.at.folder.display()
        )),
    }
}
