//! A candidate's numbers: assembled by synthesis, computed by the closed-form engine.

use evaluate::{Evaluation, Scenario};
use model::{Architecture, System};
use synthesis::Choices;

use crate::context::Ctx;
use crate::effort;
use crate::types::Numbers;

/// A candidate with everything computed of it.
#[derive(Debug, Clone)]
pub struct Measured {
    pub choices: Choices,
    pub architecture: Architecture,
    pub numbers: Numbers,
}

/// Assembles and evaluates one point of the design space at a multiple of the busiest hour.
pub fn candidate(ctx: &Ctx, choices: &Choices) -> Measured {
    let mut system = System {
        brief: ctx.brief.clone(),
        architecture: synthesis::assemble(ctx.brief, ctx.knowledge, choices).value,
    };
    let numbers = numbers(ctx, &system, choices);
    Measured {
        choices: choices.clone(),
        architecture: std::mem::take(&mut system.architecture),
        numbers,
    }
}

/// The numbers that options are compared by.
pub fn numbers(ctx: &Ctx, system: &System, choices: &Choices) -> Numbers {
    let scenario = Scenario {
        price_list: ctx.prices.map(|p| p.id.clone()),
        ..Scenario::quick()
    };
    let evaluation = evaluate::evaluate(system, ctx.knowledge, &scenario).value;
    let platform = choices.platform.as_deref();
    let mut numbers = Numbers {
        saturates_at: evaluation.system.saturates_at,
        saturates_first: evaluation.system.saturates_first.clone(),
        capacity_per_s: evaluation
            .system
            .saturates_at
            .map(|s| s * ctx.needs.busy_per_s),
        availability: evaluation.system.availability,
        availability_target: ctx.availability_target(),
        burden: effort::burden(ctx, system, platform),
        complexity_points: effort::complexity_points(ctx, system, platform),
        hours: effort::hours(ctx, system, platform).0,
        components: system
            .architecture
            .components
            .values()
            .filter(|c| effort::ours(c))
            .count(),
        left_out: evaluation.cost.left_out.clone(),
        ..Numbers::default()
    };
    // One list has one currency; a list without an item still names it.
    let first = evaluation.cost.total_per_month.first();
    numbers.monthly_cost = first.map(|(_, amount)| *amount);
    numbers.currency = first
        .map(|(c, _)| c.clone())
        .or_else(|| ctx.prices.map(|p| p.currency.clone()));
    if ctx.needs.local {
        // The user's own computer is there already.
        numbers.monthly_cost = Some(0.0);
        numbers.currency = ctx
            .budget()
            .map(|(_, c)| c.to_string())
            .or(numbers.currency);
        numbers.left_out.clear();
    }
    worst(system, &evaluation, &mut numbers);
    numbers
}

/// Finds the operation and percentile that come closest to their target.
fn worst(system: &System, evaluation: &Evaluation, numbers: &mut Numbers) {
    for (id, result) in &evaluation.operations {
        for text in &result.unverified {
            numbers.unverified.push(format!("{id}: {text}"));
        }
        let (Some(times), Some(target)) = (&result.response, system.latency_target(id)) else {
            continue;
        };
        let pairs = [
            ("p50", target.p50, times.p50_ms),
            ("p95", target.p95, times.p95_ms),
            ("p99", target.p99, times.p99_ms),
        ];
        for (percentile, target, value) in pairs {
            let Some(target) = target.map(|t| t.ms()).filter(|t| *t > 0.0) else {
                continue;
            };
            let ratio = value / target;
            if numbers.worst_ratio.is_none_or(|w| ratio > w) {
                numbers.worst_ratio = Some(ratio);
                numbers.worst_operation = Some(id.clone());
                numbers.worst_percentile = Some(percentile.to_string());
                numbers.worst_ms = Some(value);
                numbers.worst_target_ms = Some(target);
            }
        }
    }
}
