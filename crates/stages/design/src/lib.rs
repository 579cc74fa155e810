//! Design: the chosen option as a complete architecture, and what a new run proposes against one
//! that people have worked on.
//!
//! Synthesis has laid out the structure; here every part gets what it needs to be built and run:
//! contracts, backups, identities and grants, boundaries and threats, signals and alerts, delivery,
//! experiments, evolution, risks.

pub mod boundaries;
pub mod contracts;
pub mod delivery;
pub mod evolution;
pub mod experiments;
pub mod grants;
pub mod observability;
pub mod proposal;
pub mod protection;
pub mod risks;
pub mod threats;

use evaluate::result::Evaluation;
use knowledge::Knowledge;
use model::{About, Architecture, Author, Brief, BriefSource, Decision, Map};
use synthesis::Choices;

/// What design works from: the brief, what was chosen, and the numbers of the chosen structure.
pub struct Context<'a> {
    pub brief: &'a Brief,
    pub knowledge: &'a Knowledge,
    pub choices: &'a Choices,
    /// Of the structure that is elaborated, at the load of the brief.
    pub evaluation: &'a Evaluation,
}

/// Completes the structure of an option. The order matters: threats need boundaries, alerts need
/// signals, and everything needs contracts.
pub fn elaborate(
    cx: &Context,
    structure: &Architecture,
    decisions: &Map<Decision>,
) -> Architecture {
    let mut architecture = structure.clone();
    architecture.brief = Some(BriefSource::File("brief.yaml".into()));
    architecture.decisions.clone_from(decisions);
    contracts::offer(cx, &mut architecture);
    protection::protect(cx, &mut architecture);
    boundaries::draw(cx, &mut architecture);
    grants::grant(cx, &mut architecture);
    threats::weigh(cx, &mut architecture);
    observability::watch(cx, &mut architecture);
    delivery::deliver(cx, &mut architecture);
    experiments::set_up(cx, &mut architecture);
    evolution::foresee(cx, &mut architecture);
    risks::name(cx, &mut architecture);
    architecture
}

/// The engine as author, and where an element came from.
pub(crate) fn engine(from: &str) -> About {
    About {
        author: Author::Engine,
        from: Some(from.to_string()),
        ..About::default()
    }
}

/// As [`engine`], with the reason in words.
pub(crate) fn because(from: &str, why: impl Into<String>) -> About {
    About {
        why: Some(why.into()),
        ..engine(from)
    }
}
