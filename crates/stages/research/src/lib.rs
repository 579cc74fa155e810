//! Research: what is true of code that stands.
//!
//!     tree ─> fronts (one file each) ─> observations ─> link (the whole tree) ─> facts
//!                                                                             └> architecture, findings, document

pub mod credential;
pub mod fronts;
pub mod link;
pub mod observation;
pub mod outline;
pub mod recognise;
pub mod red_flags;
pub mod schema;
