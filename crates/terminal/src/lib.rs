//! What the programs of a terminal share: how text, findings, tables and progress look, and the words of
//! their arguments.

pub mod arguments;
pub mod look;
pub mod tables;
