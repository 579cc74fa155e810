//! One file, one rule. A new rule is its file and its line here; `build.rs` does the rest.

/// What every rule uses.
mod prelude {
    pub(crate) use crate::facts::*;
    pub(crate) use crate::rule::{Category, Report};
    pub(crate) use model::*;
}

pub(crate) mod broken_mechanism;
pub(crate) mod chatty_call;
pub(crate) mod context_cycle;
pub(crate) mod dependency_cycle;
pub(crate) mod distributed_monolith;
pub(crate) mod dual_write;
pub(crate) mod lost_acknowledgement;
pub(crate) mod mechanism_unproved;
pub(crate) mod missed_latency_target;
pub(crate) mod missing_alert;
pub(crate) mod missing_authentication;
pub(crate) mod missing_backup;
pub(crate) mod missing_breaker;
pub(crate) mod missing_dead_letter;
pub(crate) mod missing_expiry;
pub(crate) mod missing_health_check;
pub(crate) mod missing_idempotency;
pub(crate) mod missing_index;
pub(crate) mod missing_primary_key;
pub(crate) mod missing_retention;
pub(crate) mod missing_tenant_filter;
pub(crate) mod missing_timeout;
pub(crate) mod needless_broker;
pub(crate) mod needless_cache;
pub(crate) mod needless_gateway;
pub(crate) mod needless_microservices;
pub(crate) mod needless_store;
pub(crate) mod offset_at_depth;
pub(crate) mod operation_without_contract;
pub(crate) mod operation_without_path;
pub(crate) mod orphan_component;
pub(crate) mod over_privileged_role;
pub(crate) mod partition_key_outside_key;
pub(crate) mod plaintext_transport;
pub(crate) mod public_store;
pub(crate) mod redundant_index;
pub(crate) mod retry_amplification;
pub(crate) mod retry_without_backoff_jitter;
pub(crate) mod shared_table;
pub(crate) mod single_point_of_failure;
pub(crate) mod stale_authority;
pub(crate) mod stale_reference;
pub(crate) mod stateful_service;
pub(crate) mod synchronous_chain;
pub(crate) mod target_above_dependencies;
pub(crate) mod timeout_inversion;
pub(crate) mod unbounded_list;
pub(crate) mod unbounded_queue;
pub(crate) mod undecided_technology;
pub(crate) mod unencrypted_at_rest;
pub(crate) mod unguarded_scarce;
pub(crate) mod unindexed_foreign_key;
pub(crate) mod unlimited_api;
pub(crate) mod unmitigated_boundary;
pub(crate) mod unordered_consumer;
pub(crate) mod unpruned_access;
pub(crate) mod unsafe_retry;
pub(crate) mod untraceable_call;
pub(crate) mod unused_index;
