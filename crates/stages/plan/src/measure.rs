//! A candidate's numbers: assembled by synthesis, computed by the closed-form engine.

use evaluate::{Evaluation, Scenario};
use model::{Architecture, System};
use synthesis::Choices;

use crate::context::Ctx;
use crate::effort;
use crate::sizing::{Outside, Sizes};
use crate::types::Numbers;

/// A candidate with everything computed of it.
#[derive(Debug, Clone)]
pub struct Measured {
    pub choices: Choices,
    /// What numbers depend on; whole after [`complete`].
    pub architecture: Architecture,
    pub numbers: Numbers,
}

/// Assembles and evaluates one point of the design space, with the sizes that synthesis buys.
pub fn candidate(ctx: &Ctx, choices: &Choices) -> Measured {
    let mut system = assembled(ctx, choices);
    let (numbers, _) = numbers(ctx, &system, choices);
    Measured {
        choices: choices.clone(),
        architecture: std::mem::take(&mut system.architecture),
        numbers,
    }
}

/// The same with what is needed to search its sizes; without that where it cannot be compiled.
pub fn with_sizes(ctx: &Ctx, choices: &Choices) -> (Measured, Option<Sizes>) {
    let mut system = assembled(ctx, choices);
    let (numbers, outside) = numbers(ctx, &system, choices);
    let sizes = Sizes::of(ctx, &system, choices, &outside);
    let measured = Measured {
        choices: choices.clone(),
        architecture: std::mem::take(&mut system.architecture),
        numbers,
    };
    (measured, sizes)
}

/// The numbers of a candidate whose sizes were changed, evaluated whole.
pub fn again(ctx: &Ctx, measured: &Measured, architecture: Architecture) -> Measured {
    let mut system = System {
        brief: ctx.brief.clone(),
        architecture,
        ..System::default()
    };
    let (numbers, _) = numbers(ctx, &system, &measured.choices);
    Measured {
        choices: measured.choices.clone(),
        architecture: std::mem::take(&mut system.architecture),
        numbers,
    }
}

/// Makes the candidate's architecture whole, with the sizes it has; until then it holds what its
/// numbers depend on.
pub fn complete(ctx: &Ctx, measured: &mut Measured) {
    let mut whole = synthesis::assemble(ctx.brief, ctx.knowledge, &measured.choices).value;
    for (id, component) in &mut whole.components {
        if let Some(sized) = measured.architecture.components.get(id) {
            component.instances = sized.instances;
            component.zones = sized.zones;
            component.size.clone_from(&sized.size);
            component.concurrency = sized.concurrency;
            component.autoscale.clone_from(&sized.autoscale);
        }
    }
    measured.architecture = whole;
}

fn assembled(ctx: &Ctx, choices: &Choices) -> System {
    System {
        brief: ctx.brief.clone(),
        architecture: synthesis::skeleton(ctx.brief, ctx.knowledge, choices).value,
        ..System::default()
    }
}

/// The numbers that options are compared by, and what of the availabilities is not ours.
fn numbers(ctx: &Ctx, system: &System, choices: &Choices) -> (Numbers, Outside) {
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
    let at_peak = Scenario {
        peak: true,
        ..scenario
    };
    let peak = evaluate::evaluate(system, ctx.knowledge, &at_peak).value;
    numbers.carries_peak = peak.system.saturates_at;
    numbers.peak_saturates_first = peak.system.saturates_first;
    let outside = availability(ctx, system, &evaluation, &mut numbers);
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
    (numbers, outside)
}

/// The availability of our part: of the operations that somebody waits for, the one that uses most of
/// its allowed downtime. External systems on its way are divided out, for no design of ours makes
/// them better; they are named among the risks.
fn availability(
    ctx: &Ctx,
    system: &System,
    evaluation: &Evaluation,
    numbers: &mut Numbers,
) -> Outside {
    let mut elsewheres = Outside::new();
    let mut worst = f64::NEG_INFINITY;
    for (id, result) in &evaluation.operations {
        let (Some(all), Some(operation), Some(path)) = (
            result.availability,
            ctx.brief.domain.operations.get(id),
            system.architecture.paths.get(id),
        ) else {
            continue;
        };
        if synthesis::needs::in_background(operation) {
            continue;
        }
        let elsewhere = |s: &&model::Step| ctx.brief.domain.ports.contains_key(&*s.on);
        let mut outside: Vec<&str> = path
            .steps
            .iter()
            .filter(|s| !s.background)
            .filter(elsewhere)
            .map(|s| &*s.on)
            .collect();
        outside.sort_unstable();
        outside.dedup();
        let outside: f64 = outside
            .iter()
            .filter_map(|c| evaluation.components.get(*c)?.availability)
            .product();
        let own = if outside > 0.0 {
            (all / outside).min(1.0)
        } else {
            all
        };
        let target = ctx.brief.availability_target(operation).map(|t| t.0);
        elsewheres.insert(id.clone(), (outside, target));
        let used = target
            .filter(|t| *t < 1.0)
            .map_or(1.0 - own, |t| (1.0 - own) / (1.0 - t));
        if used > worst {
            worst = used;
            numbers.availability = Some(own);
            numbers.availability_target = target;
            numbers.least_available = Some(id.clone());
        }
    }
    elsewheres
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
