//! The gate: what in a brief cannot be true, so that no design of it can be trusted.

use knowledge::Knowledge;
use model::{Brief, Finding};

/// Dangling names and contradictions of a brief.
pub fn gate(_brief: &Brief, _knowledge: &Knowledge) -> Vec<Finding> {
    Vec::new()
}
