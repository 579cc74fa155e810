//! The objectives by which whole candidates are compared, and the one scale they share.
//!
//! Points of an objective are `(best + s) / (value + s)` where less is better, so the best of a set
//! has 1 and twice the best has a half; `s` keeps differences that nobody would act on from counting
//! (a tenth of the budget for cost). Latency, availability and headroom are promises: meeting the
//! target is 1, more is worth nothing. The score of a candidate is the weighted mean of its points,
//! and its distance to the ideal point is one minus that.

use model::Map;

use crate::context::Ctx;
use crate::types::{Numbers, Violation};

/// An objective, its weight, and what it means.
pub struct Objective {
    pub id: &'static str,
    pub weight: f64,
}

/// The weights are a judgement of 2026-11-21: what a team carries every day (burden, complexity)
/// outweighs what it pays once (time to build).
pub const OBJECTIVES: &[Objective] = &[
    Objective {
        id: "cost",
        weight: 0.20, // infrastructure per month
    },
    Objective {
        id: "burden",
        weight: 0.20, // operational burden after the team's skills
    },
    Objective {
        id: "complexity",
        weight: 0.15, // components, relations and technologies
    },
    Objective {
        id: "time-to-build",
        weight: 0.10, // hours until it is live
    },
    Objective {
        id: "availability",
        weight: 0.15, // share of the allowed downtime that is used
    },
    Objective {
        id: "latency",
        weight: 0.10, // worst percentile against its target
    },
    Objective {
        id: "headroom",
        weight: 0.10, // multiple of the busiest hour before saturation, against three years of growth and the spike
    },
];

/// What the best candidate of a set reaches in each objective where less is better.
#[derive(Debug, Clone, Copy)]
pub struct Ideal {
    pub cost: f64,
    pub burden: f64,
    pub complexity: f64,
    pub hours: f64,
}

impl Ideal {
    pub fn of<'a>(all: impl Iterator<Item = &'a Numbers>) -> Self {
        let far = f64::INFINITY;
        let mut ideal = Ideal {
            cost: far,
            burden: far,
            complexity: far,
            hours: far,
        };
        for n in all {
            ideal.cost = ideal.cost.min(n.monthly_cost.unwrap_or(far));
            ideal.burden = ideal.burden.min(n.burden);
            ideal.complexity = ideal.complexity.min(n.complexity_points);
            ideal.hours = ideal.hours.min(n.hours);
        }
        ideal
    }
}

/// Cost differences below this hardly count: a tenth of the budget, or 50 of the currency.
fn cost_scale(ctx: &Ctx) -> f64 {
    ctx.budget()
        .map_or(50.0, |(amount, _)| (amount / 10.0).max(1.0))
}

/// The headroom over the busiest hour that is asked for: the growth of three years, twice at least.
/// Spikes are a hard target and not an objective.
pub fn headroom_needed(ctx: &Ctx) -> f64 {
    ctx.growth_3_years().max(2.0)
}

/// Points by objective, each 0 to 1.
pub fn points(ctx: &Ctx, ideal: &Ideal, n: &Numbers) -> Map<f64> {
    let less = |best: f64, value: f64, scale: f64| {
        if best.is_finite() && value + scale > 0.0 {
            ((best + scale) / (value + scale)).clamp(0.0, 1.0)
        } else {
            1.0
        }
    };
    let availability = match (n.availability, n.availability_target) {
        (Some(a), Some(t)) if a < t => ((1.0 - t) / (1.0 - a)).clamp(0.0, 1.0),
        _ => 1.0,
    };
    let latency = n
        .worst_ratio
        .map_or(1.0, |r| if r > 1.0 { 1.0 / r } else { 1.0 });
    let headroom = n
        .saturates_at
        .map_or(1.0, |s| (s / headroom_needed(ctx)).clamp(0.0, 1.0));
    let cost = n
        .monthly_cost
        .map_or(0.5, |c| less(ideal.cost, c, cost_scale(ctx)));
    let values = [
        cost,
        less(ideal.burden, n.burden, 1.0),
        less(ideal.complexity, n.complexity_points, 1.0),
        less(ideal.hours, n.hours, 0.0),
        availability,
        latency,
        headroom,
    ];
    OBJECTIVES
        .iter()
        .zip(values)
        .map(|(o, v)| (o.id.to_string(), v))
        .collect()
}

/// The weighted mean of the points.
pub fn score(points: &Map<f64>) -> f64 {
    OBJECTIVES
        .iter()
        .map(|o| o.weight * points.get(o.id).copied().unwrap_or(0.0))
        .sum()
}

/// What a candidate misses, worst first.
pub fn violations(ctx: &Ctx, n: &Numbers) -> Vec<Violation> {
    let mut found = Vec::new();
    if let (Some(cost), Some((budget, currency))) = (n.monthly_cost, ctx.budget())
        && cost > budget
    {
        let listed = n.currency.as_deref().unwrap_or(currency);
        found.push(Violation {
            rule: "over-budget".into(),
            requirement: "constraints.budget".into(),
            text: format!(
                "{} {listed} a month against a budget of {} {currency}",
                crate::prose::number(cost),
                crate::prose::number(budget)
            ),
            by: if budget > 0.0 {
                cost / budget - 1.0
            } else {
                cost
            },
        });
    }
    if let (Some(ratio), Some(operation)) = (n.worst_ratio, &n.worst_operation)
        && ratio > 1.0
    {
        found.push(Violation {
            rule: "misses-latency".into(),
            requirement: format!("domain.operations.{operation}.latency"),
            text: format!(
                "{operation} takes {} at {} against a target of {}",
                crate::prose::ms(n.worst_ms.unwrap_or(0.0)),
                n.worst_percentile.as_deref().unwrap_or("p99"),
                crate::prose::ms(n.worst_target_ms.unwrap_or(0.0))
            ),
            by: ratio - 1.0,
        });
    }
    if let Some(carried) = n.carries_peak
        && carried < 1.0
    {
        found.push(Violation {
            rule: "saturates".into(),
            requirement: "scale.spikes".into(),
            text: format!(
                "{} carries {} of the peak, which is {} times the busiest hour",
                n.peak_saturates_first.as_deref().unwrap_or("a component"),
                crate::prose::percent((carried * 1000.0).floor() / 1000.0),
                crate::prose::times(ctx.needs.spike)
            ),
            by: 1.0 / carried.max(1e-9) - 1.0,
        });
    }
    if let (Some(a), Some(t)) = (n.availability, n.availability_target)
        && a < t
    {
        found.push(Violation {
            rule: "misses-availability".into(),
            requirement: "targets.availability".into(),
            text: format!(
                "{} {} against a target of {}: {} minutes down a month, {} allowed",
                n.least_available.as_deref().unwrap_or("it is up"),
                crate::prose::percent(a),
                crate::prose::percent(t),
                crate::prose::number(down_minutes(a)),
                crate::prose::number(down_minutes(t))
            ),
            by: if t < 1.0 {
                (1.0 - a) / (1.0 - t) - 1.0
            } else {
                1.0
            },
        });
    }
    if let Some(deadline) = ctx.brief.constraints.as_ref().and_then(|c| c.deadline)
        && let Some(engineers) = ctx.engineers()
    {
        let available = f64::from(engineers) * HOURS_A_MONTH * deadline.secs() / MONTH_S;
        if n.hours > available * ESTIMATE_SPREAD {
            found.push(Violation {
                rule: "late".into(),
                requirement: "constraints.deadline".into(),
                text: format!(
                    "{} h of work, and {engineers} engineers have {} h until the deadline of {deadline}",
                    crate::prose::number(n.hours),
                    crate::prose::number(available)
                ),
                by: n.hours / available.max(1.0) - 1.0,
            });
        }
    }
    found.sort_by(|a, b| b.by.total_cmp(&a.by));
    found
}

/// The estimate is rough: a deadline counts as missed only where it is missed by more than this.
pub const ESTIMATE_SPREAD: f64 = 1.25;
/// Hours an engineer has for building in a month, meetings and leave taken off (our judgement).
pub const HOURS_A_MONTH: f64 = 120.0;
const MONTH_S: f64 = 2_629_800.0;

/// Minutes of a month of 730 hours in which it is down.
pub fn down_minutes(availability: f64) -> f64 {
    (1.0 - availability) * 730.0 * 60.0
}

/// Whether `a` is at least as good as `b` in everything and better in something, beyond rounding.
pub fn dominates(a: &Numbers, b: &Numbers) -> bool {
    let values = |n: &Numbers| {
        [
            n.monthly_cost.unwrap_or(f64::INFINITY),
            n.burden,
            n.complexity_points,
            n.hours,
            1.0 - n.availability.unwrap_or(0.0),
            n.worst_ratio.unwrap_or(f64::INFINITY).max(0.0),
            -n.saturates_at.unwrap_or(0.0),
        ]
    };
    let (x, y) = (values(a), values(b));
    x.iter().zip(&y).all(|(p, q)| p <= q || close(*p, *q))
        && x.iter().zip(&y).any(|(p, q)| p < q && !close(*p, *q))
}

/// Equal within one per cent: closer than any of these numbers is known.
fn close(a: f64, b: f64) -> bool {
    a == b || (a.is_finite() && b.is_finite() && (a - b).abs() <= 0.01 * a.abs().max(b.abs()))
}
