//! One file, one rule. A new rule is its file and its line here; `build.rs` does the rest.

/// What every rule uses.
mod prelude {
    pub(crate) use crate::facts::*;
    pub(crate) use crate::rule::{Category, Report};
    pub(crate) use model::*;
}

pub(crate) mod chatty_call;
pub(crate) mod context_cycle;
pub(crate) mod dependency_cycle;
pub(crate) mod distributed_monolith;
pub(crate) mod dual_write;
pub(crate) mod lost_acknowledgement;
pub(crate) mod missing_authentication;
pub(crate) mod missing_breaker;
pub(crate) mod missing_dead_letter;
pub(crate) mod missing_idempotency;
pub(crate) mod missing_index;
pub(crate) mod missing_primary_key;
pub(crate) mod missing_retention;
pub(crate) mod missing_tenant_filter;
pub(crate) mod missing_timeout;
pub(crate) mod over_privileged_role;
pub(crate) mod partition_key_outside_key;
pub(crate) mod plaintext_transport;
pub(crate) mod public_store;
pub(crate) mod redundant_index;
pub(crate) mod retry_amplification;
pub(crate) mod retry_without_backoff_jitter;
pub(crate) mod shared_table;
pub(crate) mod single_point_of_failure;
pub(crate) mod synchronous_chain;
pub(crate) mod target_above_dependencies;
pub(crate) mod timeout_inversion;
pub(crate) mod unbounded_queue;
pub(crate) mod unencrypted_at_rest;
pub(crate) mod unindexed_foreign_key;
pub(crate) mod unmitigated_boundary;
pub(crate) mod unordered_consumer;
pub(crate) mod unpruned_access;
pub(crate) mod unsafe_retry;
pub(crate) mod unused_index;
