//! The closed-form engine: what an architecture can carry, how long it takes, how often it is up,
//! what it stores and what it costs.
//!
//! It is pure and fast, because a search over designs calls it hundreds of thousands of times. No
//! NaN and no infinity leaves it: a queue without a steady state is [`queueing::Saturated`], and an
//! operation through it has no percentiles (`None`).
//!
//! - [`queueing`]: single stations (Erlang B and C, M/M/c, M/G/1, Allen-Cunneen, M/M/c/K).
//! - [`closed`]: closed networks of several classes, exact and by the Linearizer.
//! - [`layered`]: layered queueing networks: threads that are held while they wait for others.
//! - [`percentile`]: the response-time distribution of a path through several stations.
//! - [`plant`]: what works, what is held and who calls whom, the common ground of both engines.
//! - [`network`]: pools, operations and held resources, solved together.
//! - [`overload`]: timeouts and repeats as a fixed point, from cold and from overloaded.
//! - [`availability`]: structure functions, exact with shared dependencies counted once.
//! - [`cache`]: the share that a cache answers, cold and warm.
//! - [`recovery`]: what a loss costs in work and time, and the error budget.
//! - [`growth`]: cost, storage and the first missed target, month by month.
//! - [`storage`]: growth of tables under rate and retention.
//! - [`cost`]: line items and monthly totals.
//! - [`verdict`]: how the numbers stand to the targets.
//! - [`scaling_law`]: what more processors bring.
//! - [`system`]: all of it for a whole model; [`result`] is what comes out.

pub mod availability;
pub mod cache;
pub mod closed;
pub mod cost;
pub mod growth;
pub mod layered;
pub mod network;
pub mod overload;
pub mod percentile;
pub mod plant;
pub mod queueing;
pub mod recovery;
pub mod result;
pub mod scaling_law;
pub mod storage;
pub mod system;
pub mod verdict;

pub use result::Evaluation;
pub use system::{Scenario, evaluate};
