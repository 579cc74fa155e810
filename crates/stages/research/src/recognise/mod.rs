//! Recognition: libraries, described in `data/libraries`, found in an [`crate::outline::Outline`].
//!
//!     table      the format of a library's file          libraries   all of them, parsed once
//!     scope      what a name means at a place            pattern     names against patterns
//!     file       types and values of expressions         select      which argument is meant
//!     walk       every declaration and call once         emit, entity, routers    what entries make of them

pub mod libraries;
pub mod placeholder;
pub mod table;

mod classes;
mod emit;
mod entity;
mod file;
mod pattern;
mod resources;
mod routers;
mod scope;
mod select;
mod state;
mod walk;
mod wrappers;

pub use file::{either, join};
pub use walk::recognise;
