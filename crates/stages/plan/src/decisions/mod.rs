//! The decisions: one file each, taken in a fixed order (MISSION C3).

pub mod api_style;
pub mod authentication;
mod boundaries;
mod cache;
mod communication;
mod deployment;
pub mod files;
mod messaging;
pub(crate) mod neighbours;
mod observability;
pub mod pagination;
mod primary_store;
mod resilience;
pub mod runtime;
mod scaling;
mod search_in;
mod style;
pub mod tenancy;
mod transactions;
pub mod versioning;
mod zones_and_replicas;

use model::{Decision, Map};

use crate::context::Ctx;
use crate::search::{Found, Judged};
use crate::space::Space;

/// What the decisions are written down from: the search is over, and one candidate is recommended.
pub struct Settled<'a> {
    pub ctx: &'a Ctx<'a>,
    pub space: &'a Space,
    pub found: &'a Found,
    pub recommended: &'a Judged,
}

/// One decision: its id, and the function that writes it down; `None` where the brief does not ask.
type Entry = (&'static str, fn(&Settled) -> Option<Decision>);

/// Every decision, in the order in which they are taken.
const DECISIONS: &[Entry] = &[
    (style::ID, |s| Some(style::decide(s))),
    (boundaries::ID, boundaries::decide),
    (runtime::ID, |s| Some(runtime::decide_with_flips(s.ctx))),
    (primary_store::ID, primary_store::decide),
    (files::ID, |s| files::decide(s.ctx)),
    (cache::ID, cache::decide),
    (search_in::ID, search_in::decide),
    (api_style::ID, |s| Some(api_style::decide_with_flips(s.ctx))),
    (versioning::ID, |s| {
        Some(versioning::decide_with_flips(s.ctx))
    }),
    (pagination::ID, |s| {
        Some(pagination::decide_with_flips(s.ctx))
    }),
    (authentication::ID, |s| {
        Some(authentication::decide_with_flips(s.ctx))
    }),
    (tenancy::ID, |s| Some(tenancy::decide_with_flips(s.ctx))),
    (communication::ID, communication::decide),
    (messaging::ID, messaging::decide),
    (transactions::ID, transactions::decide),
    (deployment::ID, deployment::decide),
    (zones_and_replicas::ID, zones_and_replicas::decide),
    (scaling::ID, scaling::decide),
    (resilience::ID, resilience::decide),
    (observability::ID, observability::decide),
];

/// Writes every decision down.
pub fn all(settled: &Settled) -> Map<Decision> {
    DECISIONS
        .iter()
        .filter_map(|(id, decide)| Some((id.to_string(), decide(settled)?)))
        .collect()
}
