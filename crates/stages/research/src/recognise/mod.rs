//! Recognition: libraries, described in `data/libraries`, found in an [`crate::outline::Outline`].
//!
//! ```text
//! table      the format of a library's file          libraries   all of them, parsed once
//! trigger    what makes an entry of it count             rows        entries on a whole program or file
//! scope      what a name means at a place            pattern     names against patterns
//! index      entries by the name they look for       file        one file under recognition
//! select     which argument is meant
//! types      what an expression is                   values      which text it makes
//! reads      what reads environment, configuration   walk        every declaration and call once
//! answers    routes                                  asks        requests, clients, queries
//! places     routes by where a file stands           paths       bases and versions of paths
//! loops      what runs once for each row
//! emit, entity, routers, state                       what the other entries make of what is seen
//! exports    what a file gives to others
//! ```

pub mod libraries;
pub mod paths;
pub mod places;
pub mod table;

mod answers;
mod asks;
mod classes;
mod emit;
mod entity;
mod exports;
mod file;
mod index;
mod loops;
mod pattern;
mod reads;
mod resources;
mod routers;
mod rows;
mod scope;
mod select;
mod state;
mod trigger;
mod types;
mod values;
mod walk;
mod wrappers;

pub use values::{either, join};
pub use walk::recognise;
