//! How a structural decision is weighed: the recommended candidate with that one choice changed,
//! assembled and evaluated whole, scored by the same objectives as the search. So a decision and the
//! option it belongs to cannot disagree.
//!
//! The flips are found by evaluating the chosen one and the runner-up at growing load and under
//! tightened and loosened targets, and bisecting where the order changes.

use model::{Brief, Count, Decision, Rate};
use synthesis::Choices;

use super::Settled;
use crate::bounds;
use crate::context::Ctx;
use crate::measure;
use crate::objective::{self, Ideal, OBJECTIVES};
use crate::prose::{list, number, per_s, percent};
use crate::search::{self, Judged};
use crate::types::Numbers;
use crate::weighing::{Criterion, Grounds, Weighed, decision};

/// A way to take the choice: an id, and the recommended candidate changed to it.
pub struct Way {
    pub id: String,
    pub choices: Choices,
}

/// What is known after the ways were weighed.
pub struct Weighing {
    pub decision: Decision,
    pub chosen: Judged,
    pub runner_up: Option<(String, Judged)>,
}

/// Weighs the ways; the one whose choices are the recommended ones is chosen. Technologies that were
/// excluded before are listed with the reason.
pub fn weigh(
    settled: &Settled,
    question: &str,
    ways: Vec<Way>,
    excluded: &[(&str, &str)],
) -> Weighing {
    let ctx = settled.ctx;
    let recommended = &settled.recommended.measured.choices;
    let mut judged: Vec<(Way, Result<Judged, &'static str>)> = Vec::new();
    for way in ways {
        let verdict = if way.choices == *recommended {
            Ok(settled.recommended.clone())
        } else {
            match bounds::broken(ctx, &way.choices) {
                Some(bound) => Err(bound.because),
                None => Ok(settled
                    .found
                    .all
                    .iter()
                    .find(|j| j.measured.choices == way.choices)
                    .cloned()
                    .unwrap_or_else(|| search::sized(ctx, &way.choices, &settled.found.ideal))),
            }
        };
        judged.push((way, verdict));
    }
    let ideal = Ideal::of(
        judged
            .iter()
            .filter_map(|(_, j)| j.as_ref().ok())
            .filter(|j| j.feasible() || !settled.recommended.feasible())
            .map(|j| &j.measured.numbers),
    );
    let chosen_id = judged
        .iter()
        .find(|(w, _)| w.choices == *recommended)
        .map(|(w, _)| w.id.clone())
        .unwrap_or_default();
    let mut weighed = Vec::new();
    for (way, verdict) in &judged {
        weighed.push(match verdict {
            Err(because) => Weighed::rejected(way.id.clone(), *because),
            Ok(judged) => {
                let points = objective::points(ctx, &ideal, &judged.measured.numbers);
                let mut one = Weighed {
                    id: way.id.clone(),
                    criteria: OBJECTIVES
                        .iter()
                        .map(|o| Criterion {
                            id: o.id,
                            weight: o.weight,
                            points: points.get(o.id).copied().unwrap_or(0.0),
                        })
                        .collect(),
                    rejected: None,
                    against: compare(
                        &settled.recommended.measured.numbers,
                        &judged.measured.numbers,
                    ),
                };
                if let Some(violation) = judged.violations.first()
                    && settled.recommended.feasible()
                {
                    one.rejected = Some(format!(
                        "misses {}: {}",
                        violation.requirement, violation.text
                    ));
                }
                one
            }
        });
    }
    for (technology, because) in excluded {
        if !weighed.iter().any(|w| w.id == *technology) {
            weighed.push(Weighed::rejected(*technology, *because));
        }
    }
    let decision = decision(question, weighed, Some(&chosen_id));
    let runner_up = decision
        .candidates
        .iter()
        .skip(1)
        .find(|(_, c)| c.score.is_some())
        .and_then(|(id, _)| {
            let (_, verdict) = judged.iter().find(|(w, _)| w.id == *id)?;
            Some((id.clone(), verdict.as_ref().ok()?.clone()))
        });
    Weighing {
        decision,
        chosen: settled.recommended.clone(),
        runner_up,
    }
}

/// In what another candidate is worse, or that it is not worse.
pub fn compare(chosen: &Numbers, other: &Numbers) -> String {
    let mut worse = Vec::new();
    let mut better = Vec::new();
    let mut put = |difference: f64, floor: f64, unit: String| {
        if difference > floor {
            worse.push(format!("{} {unit} more", number(difference)));
        } else if difference < -floor {
            better.push(format!("{} {unit} less", number(-difference)));
        }
    };
    if let (Some(a), Some(b)) = (chosen.monthly_cost, other.monthly_cost) {
        put(
            b - a,
            1.0,
            format!("{} a month", other.currency.as_deref().unwrap_or("")),
        );
    }
    put(other.hours - chosen.hours, 1.0, "h of work".into());
    put(other.burden - chosen.burden, 0.2, "points of burden".into());
    put(
        other.components as f64 - chosen.components as f64,
        0.5,
        "components".into(),
    );
    if let (Some(a), Some(b)) = (chosen.availability, other.availability) {
        put(
            objective::down_minutes(b) - objective::down_minutes(a),
            0.5,
            "minutes down a month".into(),
        );
    }
    match (worse.is_empty(), better.is_empty()) {
        (true, true) => "it changes no number that counts here".into(),
        (false, true) => list(&worse),
        (true, false) => format!("{}, but the whole scores lower", list(&better)),
        (false, false) => format!("{}, for {}", list(&worse), list(&better)),
    }
}

impl Weighing {
    /// What is given up by the choice: where the runner-up is better.
    pub fn gives_up(&self) -> Option<String> {
        let (id, other) = self.runner_up.as_ref()?;
        let (a, b) = (&self.chosen.measured.numbers, &other.measured.numbers);
        let mut lost = Vec::new();
        if let (Some(x), Some(y)) = (a.monthly_cost, b.monthly_cost)
            && x - y > 1.0
        {
            lost.push(format!(
                "{} {} a month",
                number(x - y),
                a.currency.as_deref().unwrap_or("")
            ));
        }
        if a.hours - b.hours > 1.0 {
            lost.push(format!("{} h of work", number(a.hours - b.hours)));
        }
        if let (Some(x), Some(y)) = (a.availability, b.availability)
            && y - x > 1e-5
        {
            lost.push(format!(
                "{} minutes of downtime a month",
                number(objective::down_minutes(x) - objective::down_minutes(y))
            ));
        }
        if let (Some(x), Some(y)) = (a.saturates_at, b.saturates_at)
            && y > x * 1.1
        {
            lost.push(format!(
                "headroom to {} times the busiest hour, where this one ends at {}",
                crate::prose::times(y),
                crate::prose::times(x)
            ));
        }
        (!lost.is_empty()).then(|| format!("with {id} one would have instead: {}", list(&lost)))
    }

    /// What would make the runner-up win, computed.
    pub fn flips(&self, ctx: &Ctx) -> Vec<String> {
        let Some((id, other)) = &self.runner_up else {
            return Vec::new();
        };
        let mut out = Vec::new();
        out.extend(self.flip_by_load(ctx, id, other));
        out.extend(flip_by_targets(ctx, id, &self.chosen, other));
        if out.is_empty() {
            out.push(format!(
                "{NONE_FOUND}: at up to {LOAD_CEILING:.0} times the load, and under any budget or availability target that {id} meets, the order stays."
            ));
        }
        out
    }

    fn flip_by_load(&self, ctx: &Ctx, id: &str, other: &Judged) -> Option<String> {
        if ctx.needs.local || ctx.needs.busy_per_s <= 0.0 {
            return None;
        }
        let wins = |factor: f64| {
            let brief = scaled(ctx.brief, factor);
            let at = Ctx::of(&brief, ctx.knowledge);
            let a = Judged::of(&at, measure::candidate(&at, &self.chosen.measured.choices));
            let b = Judged::of(&at, measure::candidate(&at, &other.measured.choices));
            (loses(&at, &a, &b), a, b)
        };
        let steps = [10.0, LOAD_CEILING];
        let mut below = 1.0;
        for step in steps {
            let (flipped, mut a, mut b) = wins(step);
            if !flipped {
                below = step;
                continue;
            }
            let mut above = step;
            for _ in 0..4 {
                let middle = (below * above).sqrt();
                let (flips, x, y) = wins(middle);
                if flips {
                    (above, a, b) = (middle, x, y);
                } else {
                    below = middle;
                }
            }
            let why = match (a.violations.first(), b.violations.first()) {
                (Some(v), _) => format!("the chosen one then misses {}: {}", v.requirement, v.text),
                _ => compare(&b.measured.numbers, &a.measured.numbers),
            };
            return Some(format!(
                "From about {} times the load ({} in the busiest hour, {} writing) {id} wins: {why}.",
                crate::prose::times(above),
                per_s(above * ctx.needs.busy_per_s),
                per_s(above * ctx.needs.writes_per_s)
            ));
        }
        None
    }
}

/// How a flip begins that says there is none.
pub const NONE_FOUND: &str = "None found";

/// The highest load that flips are looked for at, as a multiple of the busiest hour.
const LOAD_CEILING: f64 = 100.0;

/// Whether the second one wins: it is feasible where the first is not, or scores higher.
fn loses(ctx: &Ctx, a: &Judged, b: &Judged) -> bool {
    if a.feasible() != b.feasible() {
        return b.feasible();
    }
    let ideal = Ideal::of([&a.measured.numbers, &b.measured.numbers].into_iter());
    let score = |j: &Judged| objective::score(&objective::points(ctx, &ideal, &j.measured.numbers));
    score(b) > score(a) + 1e-9
}

/// Targets are compared with numbers that are there already: no evaluation is needed.
fn flip_by_targets(ctx: &Ctx, id: &str, a: &Judged, b: &Judged) -> Vec<String> {
    let mut out = Vec::new();
    let (x, y) = (&a.measured.numbers, &b.measured.numbers);
    if ctx.needs.local {
        return out;
    }
    if let (Some(mine), Some(theirs)) = (x.availability, y.availability)
        && theirs - mine > 1e-6
        && b.feasible()
    {
        out.push(format!(
            "From an availability target above {} on {id} wins: it reaches {}.",
            percent(floor6(mine)),
            percent(floor6(theirs))
        ));
    }
    if let (Some(mine), Some(theirs)) = (x.monthly_cost, y.monthly_cost)
        && mine - theirs > 1.0
        && b.feasible()
    {
        out.push(format!(
            "Below a budget of {} {} a month {id} wins: it costs {}.",
            number(mine.ceil()),
            x.currency.as_deref().unwrap_or(""),
            number(theirs)
        ));
    }
    out
}

fn floor6(share: f64) -> f64 {
    (share * 1e6).floor() / 1e6
}

/// The brief with every rate and every volume of new rows multiplied.
pub fn scaled(brief: &Brief, factor: f64) -> Brief {
    let mut scaled = brief.clone();
    let times = |rate: &mut Option<Rate>| {
        if let Some(r) = rate {
            r.0 *= factor;
        }
    };
    for operation in scaled.domain.operations.values_mut() {
        if let Some(load) = operation.rate.as_mut() {
            times(&mut load.busy);
            times(&mut load.mean);
            times(&mut load.peak);
        }
    }
    for actor in scaled.domain.actors.values_mut() {
        if let Some(count) = actor.count.as_mut() {
            *count = Count(count.0 * factor);
        }
    }
    scaled
}

/// Finishes a decision with what its weighing computed.
pub fn finish(
    settled: &Settled,
    weighing: Weighing,
    because: String,
    revisit: String,
    paths: &[&str],
) -> Decision {
    let flips = weighing.flips(settled.ctx);
    let trade = weighing.gives_up();
    let n = &settled.recommended.measured.numbers;
    let mut decision = weighing
        .decision
        .because(because)
        .revisit(revisit)
        .read(settled.ctx, paths);
    decision.flips = flips;
    decision.trade_off = trade;
    if let (Some(at), Some(first), false) =
        (n.saturates_at, &n.saturates_first, settled.ctx.needs.local)
    {
        decision = decision.computed(format!(
            "{first} saturates first, at {} times the busiest hour of {}",
            crate::prose::times(at),
            per_s(settled.ctx.needs.busy_per_s)
        ));
    }
    decision
}
