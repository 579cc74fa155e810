//! One file, one rule. A new rule is its file and its line here; `build.rs` does the rest.

/// What every rule uses.
mod prelude {
    pub(crate) use crate::facts::*;
    pub(crate) use crate::rule::{Category, Report};
    pub(crate) use model::*;
}

pub(crate) mod dependency_cycle;
pub(crate) mod missing_breaker;
pub(crate) mod missing_timeout;
pub(crate) mod retry_amplification;
pub(crate) mod retry_without_backoff_jitter;
pub(crate) mod timeout_inversion;
pub(crate) mod unsafe_retry;
