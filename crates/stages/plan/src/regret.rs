//! What a wrong assumption costs: how much worse it would be to have built what another brief
//! recommends (the loss of Raiffa and Schlaifer, Applied Statistical Decision Theory, 1961).

use knowledge::Knowledge;
use model::Brief;
use synthesis::Choices;

use crate::context::Ctx;
use crate::objective::{Ideal, points, score};
use crate::search::{self, Judged};
use crate::space::Space;
use crate::{digest, measure, options};

/// What is recommended for a brief, as far as it can be held against another one.
#[derive(Debug, Clone, Default)]
pub struct Recommended {
    /// As [`crate::signature_of`].
    pub signature: String,
    best: Option<Best>,
}

#[derive(Debug, Clone)]
struct Best {
    choices: Choices,
    /// The best of each objective among the candidates of this brief.
    ideal: Ideal,
    worth: f64,
}

/// The weighted points of a candidate, less the shares by which it misses targets, each one whole at
/// most: a target missed twice over is missed.
fn worth(ctx: &Ctx, ideal: &Ideal, judged: &Judged) -> f64 {
    let missed: f64 = judged.violations.iter().map(|v| v.by.clamp(0.0, 1.0)).sum();
    score(&points(ctx, ideal, &judged.measured.numbers)) - missed
}

/// Searches for what a brief recommends, without the texts of a plan.
pub fn recommended(brief: &Brief, knowledge: &Knowledge) -> Recommended {
    let ctx = Ctx::of(brief, knowledge);
    let space = Space {
        sizes: false,
        ..Space::of(&ctx)
    };
    let mut found = search::run(&ctx, &space);
    let Some(shown) = options::choose(&ctx, &mut found) else {
        return Recommended::default();
    };
    let judged = &found.all[shown.recommended];
    let chosen = options::chosen(&judged.measured.choices);
    Recommended {
        signature: digest(&chosen, judged.feasible()),
        best: Some(Best {
            choices: judged.measured.choices.clone(),
            ideal: found.ideal,
            worth: worth(&ctx, &found.ideal, judged),
        }),
    }
}

/// By how many points of the objective (of 1, and one more for each target missed whole) what is
/// `built` is worse than what `truth` recommends, where `brief` is the truth. 0 where either has no
/// recommendation.
pub fn regret(
    brief: &Brief,
    knowledge: &Knowledge,
    truth: &Recommended,
    built: &Recommended,
) -> f64 {
    let (Some(best), Some(built)) = (&truth.best, &built.best) else {
        return 0.0;
    };
    let ctx = Ctx::of(brief, knowledge);
    let judged = Judged::of(&ctx, measure::candidate(&ctx, &built.choices));
    let loss = best.worth - worth(&ctx, &best.ideal, &judged);
    if loss.is_finite() { loss.max(0.0) } else { 0.0 }
}
