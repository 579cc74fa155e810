//! What the numbers rest on: which uncertain inputs decide the outcomes, how probable it is that each
//! target is met, and what to check first.
//!
//! Every uncertain number gets a range: the one that the brief states under `ranges`, or one by the
//! kind of its evidence ([`default_spread`]). The system is evaluated whole at points of these ranges,
//! all inputs independent, and the variance of each outcome is shared out among them
//! ([`sobol`]). A tornado moves one input at a time from its low to its high end.
//!
//! Pure and seeded: the same system gives the same numbers.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use evaluate::result::Evaluation;
use evaluate::verdict::{verdict, waited_for};
use evaluate::{Scenario, evaluate};
use knowledge::Knowledge;
use model::{EvidenceKind, Finding, Outcome, Severity, System};

mod levers;
mod moved;
pub mod sobol;

use levers::{Lever, levers};
use moved::Moved;

pub use levers::default_spread;

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Base points; every input costs as many evaluations, and two times as many come on top. A power
    /// of two makes the Sobol sequence even.
    pub points: usize,
    pub seed: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            points: 128,
            seed: 1,
        }
    }
}

/// What the numbers rest on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Evaluations made, and base points.
    pub evaluations: usize,
    pub points: usize,
    pub inputs: Vec<UncertainInput>,
    /// By key: `latency.worst` (the largest of time over target), `operations.<id>.p99` in ms,
    /// `system.saturates-at`, `system.availability`, `cost.<currency>`.
    pub outcomes: IndexMap<String, Spread>,
    /// By key, every target of latency, availability and cost.
    pub targets: IndexMap<String, Chance>,
    /// At most three inputs, the one to check first before the others.
    pub check_first: Vec<Doubt>,
}

/// One uncertain number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UncertainInput {
    /// The path under which `ranges` states it.
    pub key: String,
    pub title: String,
    pub unit: String,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub evidence: EvidenceKind,
    /// Why it lies between these.
    pub because: String,
}

/// How an outcome varies, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// With every input at its value; absent where something is saturated. Percentiles here are by
    /// two moments, as in a search.
    pub value: Option<f64>,
    pub mean: f64,
    pub standard_deviation: f64,
    /// 5 %, 50 % and 95 % of the sampled values.
    pub quantiles: [f64; 3],
    /// The share of samples in which there is no steady value, because something saturates. They count
    /// with the bound, ten times the value (or the target).
    pub saturated: f64,
    /// By input, in the order of [`Sensitivity::inputs`].
    pub indices: Vec<Share>,
    /// The outcome with one input at its low and its high end, by input.
    pub tornado: Vec<[f64; 2]>,
}

/// The share of an outcome's variance that one input explains.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Share {
    /// Alone.
    pub first: f64,
    /// With all that it does together with others.
    pub total: f64,
    pub first_error: f64,
    pub total_error: f64,
}

/// How probable it is that a target is met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// The share of samples that meet it.
    pub probability: f64,
    /// Of that share, as of independent samples; never 0, since a sample is not all.
    pub standard_error: f64,
    /// Whether it is met with every input at its value.
    pub met: bool,
}

/// An input whose value is worth checking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    pub key: String,
    pub title: String,
    /// The largest total index over the worst latency, the saturation, the availability and the cost,
    /// and of which of them.
    pub total: f64,
    pub outcome: String,
    /// Targets that turn, met or missed, between the input's ends while all others keep their value;
    /// each with the nearest value of the input at which it turns. At most five.
    pub flips: Vec<Flip>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    pub target: String,
    /// In the unit of the input.
    pub at: f64,
    /// Whether it is met with the input at its value.
    pub met_now: bool,
}

/// A saturated outcome counts as this many times its target, or its value.
const BOUND: f64 = 10.0;

/// Each costs some evaluations, and five make the point.
const MOST_FLIPS: usize = 5;

/// Analyses a system.
///
/// Findings: `unknown-range` and `range-beside-value` about ranges of the brief;
/// `nothing-uncertain` where no number has a range.
pub fn analyse(
    system: &System,
    knowledge: &Knowledge,
    settings: &Settings,
) -> Outcome<Sensitivity> {
    let (mut inputs, mut findings) = levers(system, knowledge);
    inputs.truncate(sobol::MOST_INPUTS);
    if inputs.is_empty() {
        findings.push(
            Finding::new(
                "nothing-uncertain",
                Severity::Note,
                "ranges",
                "no number of this system has a range",
            )
            .why("without rates and facts there is nothing whose error could matter")
            .remedy("give the operations rates"),
        );
        return Outcome::new(Sensitivity::default(), findings);
    }
    let mut moved = Moved::new(system, knowledge);
    let nominal = outcomes(&moved.system, knowledge);
    let mut count = 1;
    let mut at = |moved: &mut Moved, shares: &[f64]| {
        count += 1;
        for (lever, share) in inputs.iter().zip(shares) {
            moved.set(lever, lever.at(*share));
        }
        row(&nominal, &outcomes(&moved.system, &moved.knowledge))
    };
    let sampled = sobol::sample(inputs.len(), settings.points, settings.seed, |shares| {
        at(&mut moved, shares)
    });
    let mut one_at_a_time = OneAtATime::new(system, knowledge, &inputs, &nominal);
    let tornado: Vec<[Vec<f64>; 2]> = (0..inputs.len())
        .map(|i| [0.0, 1.0].map(|share| one_at_a_time.row(i, share)))
        .collect();
    let mut value = Sensitivity {
        points: settings.points.min(sobol::MOST_POINTS),
        ..Sensitivity::default()
    };
    for (o, (key, outcome)) in nominal.numbers.iter().enumerate() {
        value.outcomes.insert(
            key.clone(),
            spread(
                &sampled,
                &tornado,
                o,
                *outcome,
                nominal.numbers.len() + nominal.targets.len() + o,
            ),
        );
    }
    for (t, (key, met)) in nominal.targets.iter().enumerate() {
        let of = nominal.numbers.len() + t;
        value
            .targets
            .insert(key.clone(), chance(&sampled, of, *met));
    }
    value.check_first = doubts(&value, &inputs, &mut one_at_a_time, &tornado, &nominal);
    value.evaluations = count + one_at_a_time.count;
    value.inputs = inputs
        .iter()
        .map(|l| UncertainInput {
            key: l.key.clone(),
            title: l.title.clone(),
            unit: l.unit.into(),
            value: l.nominal,
            low: l.low,
            high: l.high,
            evidence: l.evidence,
            because: l.because.clone(),
        })
        .collect();
    Outcome::new(value, findings)
}

/// Outcomes of one evaluation: numbers, `None` where something saturates, and which targets are met.
struct Outcomes {
    numbers: IndexMap<String, Option<f64>>,
    targets: IndexMap<String, bool>,
}

fn outcomes(system: &System, knowledge: &Knowledge) -> Outcomes {
    let evaluation = evaluate(system, knowledge, &Scenario::quick()).value;
    let mut numbers = IndexMap::new();
    let mut targets = IndexMap::new();
    let mut worst: Option<Option<f64>> = None;
    for (id, result) in &evaluation.operations {
        if !waited_for(system, id) {
            continue;
        }
        // What is not known has no times at all; what is known and saturated has none for now.
        let known = result.unverified.is_empty();
        let p99 = result.response.map(|r| r.p99_ms);
        if known {
            numbers.insert(format!("operations.{id}.p99"), p99);
        }
        for standing in verdict(system, id, result).standings {
            let key = format!("operations.{id}.{}", standing.number);
            targets.insert(key, standing.margin >= 0.0);
            if standing.number != "availability" {
                let ratio = standing.value / standing.target;
                worst = match worst {
                    Some(None) => Some(None),
                    Some(Some(known)) => Some(Some(known.max(ratio))),
                    None => Some(Some(ratio)),
                };
            }
        }
        if let (true, None, Some(target)) = (known, p99, system.latency_target(id)) {
            worst = Some(None);
            let said = [
                ("p50", target.p50),
                ("p95", target.p95),
                ("p99", target.p99),
            ];
            for (number, _) in said.iter().filter(|(_, limit)| limit.is_some()) {
                targets.insert(format!("operations.{id}.{number}"), false);
            }
        }
    }
    if let Some(worst) = worst {
        numbers.insert("latency.worst".into(), worst);
    }
    if let Some(at) = evaluation.system.saturates_at {
        numbers.insert("system.saturates-at".into(), Some(at));
    }
    if let Some(up) = evaluation.system.availability {
        numbers.insert("system.availability".into(), Some(up));
    }
    cost(system, &evaluation, &mut numbers, &mut targets);
    Outcomes { numbers, targets }
}

fn cost(
    system: &System,
    evaluation: &Evaluation,
    numbers: &mut IndexMap<String, Option<f64>>,
    targets: &mut IndexMap<String, bool>,
) {
    for (currency, total) in &evaluation.cost.total_per_month {
        numbers.insert(format!("cost.{currency}"), Some(*total));
    }
    let budget = system
        .brief
        .constraints
        .as_ref()
        .and_then(|c| c.budget.as_ref());
    if let Some(budget) = budget
        && let Some(total) = evaluation.cost.total_per_month.get(&budget.currency)
    {
        targets.insert(format!("cost.{}", budget.currency), *total <= budget.amount);
    }
}

/// The bound of a number that saturates.
fn bound(key: &str, nominal: Option<f64>) -> f64 {
    match nominal {
        _ if key == "latency.worst" => BOUND,
        Some(value) => BOUND * value,
        None => 0.0,
    }
}

/// One sample in columns: the numbers, then 1 for every target that is met, then 1 for every number
/// that saturates.
fn row(nominal: &Outcomes, found: &Outcomes) -> Vec<f64> {
    let mut row = Vec::with_capacity(2 * nominal.numbers.len() + nominal.targets.len());
    for (key, value) in &nominal.numbers {
        let bound = bound(key, *value);
        let now = found.numbers.get(key).copied().flatten();
        let bounded = key == "latency.worst" || key.starts_with("operations.");
        row.push(match now {
            Some(now) if bounded && bound > 0.0 => now.min(bound),
            Some(now) => now,
            None => bound,
        });
    }
    for key in nominal.targets.keys() {
        row.push(f64::from(u8::from(found.targets.get(key) == Some(&true))));
    }
    for key in nominal.numbers.keys() {
        let saturated = found.numbers.get(key).is_none_or(Option::is_none);
        row.push(f64::from(u8::from(saturated)));
    }
    row
}

fn spread(
    sampled: &sobol::Sampled,
    tornado: &[[Vec<f64>; 2]],
    column: usize,
    nominal: Option<f64>,
    saturated: usize,
) -> Spread {
    let (mean, variance) = sampled.moments(column);
    let mut sorted: Vec<f64> = sampled
        .a
        .iter()
        .chain(&sampled.b)
        .map(|r| r[column])
        .collect();
    sorted.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let at = (share * sorted.len() as f64) as usize;
        sorted
            .get(at.min(sorted.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0.0)
    };
    Spread {
        value: nominal,
        mean,
        standard_deviation: variance.sqrt(),
        quantiles: [0.05, 0.5, 0.95].map(quantile),
        saturated: sampled.moments(saturated).0,
        indices: sampled
            .indices(column)
            .into_iter()
            .map(|i| Share {
                first: i.first,
                total: i.total,
                first_error: i.first_error,
                total_error: i.total_error,
            })
            .collect(),
        tornado: tornado
            .iter()
            .map(|[low, high]| [low[column], high[column]])
            .collect(),
    }
}

/// Jeffreys' share for the error, so that all or none of a sample is not certainty.
fn chance(sampled: &sobol::Sampled, column: usize, met: bool) -> Chance {
    let all = sampled.a.iter().chain(&sampled.b).map(|r| r[column]);
    let n = (2 * sampled.a.len()) as f64;
    let hits: f64 = all.sum();
    let smooth = (hits + 0.5) / (n + 1.0);
    Chance {
        probability: if n > 0.0 {
            hits / n
        } else {
            f64::from(u8::from(met))
        },
        standard_error: (smooth * (1.0 - smooth) / n.max(1.0)).sqrt(),
        met,
    }
}

/// Evaluations with one input moved and all others at their values.
struct OneAtATime<'a> {
    moved: Moved<'a>,
    inputs: &'a [Lever],
    nominal: &'a Outcomes,
    count: usize,
}

impl<'a> OneAtATime<'a> {
    fn new(
        system: &'a System,
        knowledge: &'a Knowledge,
        inputs: &'a [Lever],
        nominal: &'a Outcomes,
    ) -> Self {
        OneAtATime {
            moved: Moved::new(system, knowledge),
            inputs,
            nominal,
            count: 0,
        }
    }

    /// The columns with input `i` at a share of its range.
    fn row(&mut self, i: usize, share: f64) -> Vec<f64> {
        let lever = &self.inputs[i];
        self.count += 1;
        self.moved.set(lever, lever.at(share));
        let row = row(
            self.nominal,
            &outcomes(&self.moved.system, &self.moved.knowledge),
        );
        self.moved.set(lever, lever.nominal);
        row
    }

    /// Where between the input's value and an end a target turns, by bisection to a hundredth of the
    /// range.
    fn turns_at(&mut self, i: usize, column: usize, met: f64, end: f64) -> f64 {
        let lever = &self.inputs[i];
        let (mut same, mut other) = (lever.share(), end);
        while (other - same).abs() > 0.01 {
            let middle = 0.5 * (same + other);
            if self.row(i, middle)[column] == met {
                same = middle;
            } else {
                other = middle;
            }
        }
        self.inputs[i].at(other)
    }
}

/// The three inputs to check first: those that turn a target before those that only move numbers,
/// each by its largest total index.
fn doubts(
    value: &Sensitivity,
    inputs: &[Lever],
    one: &mut OneAtATime,
    tornado: &[[Vec<f64>; 2]],
    nominal: &Outcomes,
) -> Vec<Doubt> {
    let watched = |key: &str| {
        [
            "latency.worst",
            "system.saturates-at",
            "system.availability",
        ]
        .contains(&key)
            || key.starts_with("cost.")
    };
    let mut ranked: Vec<(usize, usize, f64, &str)> = (0..inputs.len())
        .map(|i| {
            let turned = nominal.targets.values().enumerate().filter(|(t, met)| {
                let now = f64::from(u8::from(**met));
                let column = nominal.numbers.len() + t;
                tornado[i].iter().any(|row| row[column] != now)
            });
            let turned = turned.count();
            let mut largest = (0.0, "");
            for (key, spread) in value.outcomes.iter().filter(|(key, _)| watched(key)) {
                let total = spread.indices[i].total;
                if total > largest.0 {
                    largest = (total, key.as_str());
                }
            }
            (i, turned, largest.0, largest.1)
        })
        .collect();
    ranked.sort_by(|a, b| (b.1 > 0).cmp(&(a.1 > 0)).then(b.2.total_cmp(&a.2)));
    let ranked = ranked
        .into_iter()
        .filter(|(_, turned, total, _)| *turned > 0 || *total > 0.0);
    ranked
        .take(3)
        .map(|(i, _, total, outcome)| {
            let mut flips = Vec::new();
            for (t, (target, met)) in nominal.targets.iter().enumerate() {
                let now = f64::from(u8::from(*met));
                let column = nominal.numbers.len() + t;
                let ends = [(0.0, &tornado[i][0]), (1.0, &tornado[i][1])];
                if flips.len() == MOST_FLIPS {
                    break;
                }
                if let Some((end, _)) = ends.iter().find(|(_, row)| row[column] != now) {
                    let at = one.turns_at(i, column, now, *end);
                    flips.push(Flip {
                        target: target.clone(),
                        at,
                        met_now: *met,
                    });
                }
            }
            Doubt {
                key: inputs[i].key.clone(),
                title: inputs[i].title.clone(),
                total,
                outcome: outcome.to_string(),
                flips,
            }
        })
        .collect()
}
