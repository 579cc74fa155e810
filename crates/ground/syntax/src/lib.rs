//! Text to model and back: spans, findings that point at the line, edits that keep comments.
//!
//! Data flows one way: bytes, tree (`tree`, `recover`), one tree of several files (`compose`,
//! `overlay`), ids (`ids`), the tree held against the schema of the model's own types (`schema`,
//! `check`), a value (`load`). The crate knows no type of the model but `Finding`, and does no I/O.

pub mod again;
mod build;
pub mod check;
mod complain;
pub mod compose;
pub mod cursor;
pub mod diagnostics;
pub mod edit;
pub mod emit;
pub mod fault;
pub mod fmt;
pub mod hooks;
pub mod ids;
pub mod load;
pub mod map;
pub mod overlay;
pub mod path;
mod recheck;
mod recover;
pub mod references;
pub mod scalar;
pub mod schema;
pub mod source;
pub mod suggest;
mod text;
pub mod tree;

pub use hooks::{HookError, Hooks};
pub use load::{Loaded, load, load_again, load_value, load_value_with, load_with};
pub use map::SourceMap;
pub use schema::Schema;
pub use source::{SourceFile, Sources};
