//! `groundplan measure` in a build that has no databases: it says how to get them.

use std::path::Path;

use crate::arguments::MeasureArguments;
use terminal::arguments::Format;

pub fn run(_folder: &Path, _with: &MeasureArguments, _format: Format) -> Result<u8, String> {
    Err(
        "this build does not measure; `cargo install --path crates/doors/cli` makes one that does"
            .into(),
    )
}
