//! A user's folder, for every door: read inside its bounds, written whole or not at all, with the
//! history of what was accepted.
//!
//! Doors translate; this is where what they were asked for meets the disk. Nothing here decides about
//! designs, and nothing prints.

pub mod brief;
pub mod changing;
pub mod designing;
pub mod files;
pub mod history;
pub mod lock;
#[cfg(feature = "measure")]
pub mod measuring;
pub mod opening;
pub mod rendering;
#[cfg(feature = "code")]
pub mod researching;

pub use opening::open;

/// State that may be deleted: caches, what the engine wrote last, and the history.
pub const STATE: &str = ".groundplan";
