//! Schemas: what migrations do, in their order, and the tables that they leave.

pub mod change;

pub use change::SchemaChange;
