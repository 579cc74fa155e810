//! The decisions: one file each, taken in a fixed order (MISSION C3).

pub mod api_style;
pub mod authentication;
pub mod files;
pub mod pagination;
pub mod runtime;
pub mod tenancy;
pub mod versioning;

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
    (runtime::ID, |s| Some(runtime::decide_with_flips(s.ctx))),
    (files::ID, |s| files::decide(s.ctx)),
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
];

/// Writes every decision down.
pub fn all(settled: &Settled) -> Map<Decision> {
    DECISIONS
        .iter()
        .filter_map(|(id, decide)| Some((id.to_string(), decide(settled)?)))
        .collect()
}
