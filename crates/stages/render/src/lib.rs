//! groundplan-render

pub mod picture;
