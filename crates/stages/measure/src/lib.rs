//! Proof of concept: a design's own queries on its own schema, at its own volume, in a real
//! database.
//!
//! The order of work: `fill` and `rows` make rows from the model, `query` writes the statement of
//! each step, `run` loads and measures through a `database` (`sqlite`, `postgres`), `report` turns
//! what was seen into facts and findings.
//!
//! Nothing that exists is touched: SQLite works in a temporary file, a server in a schema of our own;
//! both are removed at the end, also after a failure.

#![forbid(unsafe_code)]

pub mod database;
pub mod draws;
pub mod fill;
pub mod holds;
pub mod postgres;
pub mod query;
pub mod report;
pub mod rows;
pub mod run;
pub mod sample;
pub mod sqlite;
pub mod value;
pub mod volume;

pub use database::{Database, Failure};
pub use report::{Line, Report, report};
pub use run::{Options, Progress, Watch, run};
