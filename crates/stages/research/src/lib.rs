//! Research: what is true of code that stands.
//!
//! ```text
//! tree ─> fronts (one file each) ─> observations ─> link (the whole tree) ─> facts
//!                                                                         └> architecture, findings, document
//!
//! survey: all of it up to the facts, or what was kept of it where the tree lies as it lay
//! ```

pub mod cache;
pub mod credential;
pub mod document;
pub mod drift;
pub mod fronts;
pub mod history;
pub mod json;
pub mod leave_out;
pub mod link;
pub mod observation;
pub mod outline;
pub mod placeholder;
pub mod prefilter;
pub mod reading;
pub mod recognise;
pub mod recover;
pub mod red_flags;
pub mod schema;
pub mod secret;
pub mod sql;
pub mod survey;
pub mod test_files;
pub mod toml_text;
pub mod tree;
pub mod xml;
pub mod yaml;

pub use reading::{Options, Progress, Reading, read};
pub use survey::{Survey, survey};

use model::fact::Facts;

/// What a tree says as a whole.
pub fn link(reading: &Reading) -> Facts {
    Facts {
        name: reading.name.clone(),
        tree: reading.tree.clone(),
        ..link::link(&reading.files)
    }
}
