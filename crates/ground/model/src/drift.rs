//! Differences between the kept architecture and the code that a person accepted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `drift.yaml`, beside the architecture.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    #[serde(default)]
    pub accepted: Vec<Accepted>,
}

/// A difference that is meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// `rule@subject`, as `groundplan drift` prints it.
    pub id: String,
    pub reason: String,
    /// ISO 8601.
    pub date: String,
}
