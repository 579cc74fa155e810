//! What one statement of a migration does to a schema, whatever language it was written in.

use serde::{Deserialize, Serialize};

/// One change. Names are as the database folds them (unquoted names of PostgreSQL in lower case).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SchemaChange {
    /// A statement that matters and was not understood.
    Skipped { reason: String },
}
