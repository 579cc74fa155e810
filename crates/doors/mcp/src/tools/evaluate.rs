//! `evaluate`: the numbers.

use evaluate::Scenario;
use evaluate::result::Evaluation;
use evaluate::verdict::{Judgement, verdict};
use model::System;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{self, Move, Refusal, Short, significant};

pub struct Evaluate;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Multiple of the busiest hour; 1 unless said.
    #[serde(default)]
    load: Option<f64>,
    /// Every operation at its own peak.
    #[serde(default)]
    peak: bool,
    /// A zone taken as lost: `a`, `b`.
    #[serde(default)]
    lose_zone: Option<String>,
    /// Values replaced, to see what moves; nothing is written: `app.instances=4`, `cache.hit=0.7`, `load=3x`,
    /// `place-order.rate=40/s` (its busiest hour; its peak keeps its proportion).
    #[serde(default)]
    what_if: Vec<String>,
    /// Only these operations.
    #[serde(default)]
    operations: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    system: Whole,
    /// Those nearest to or beyond their targets first.
    operations: Vec<Operation>,
    #[serde(skip_serializing_if = "short::is_zero")]
    operations_more: usize,
    /// The busiest components.
    busiest: Vec<Busy>,
    /// With `what_if`: what moves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moves: Vec<Move>,
    #[serde(skip_serializing_if = "short::is_zero")]
    moves_more: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Short>,
}

#[derive(Serialize, JsonSchema)]
struct Whole {
    /// Share of the time in which all operations work.
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<f64>,
    /// Multiple of the busiest hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    saturates_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saturates_first: Option<String>,
    /// Infrastructure a month, without tax.
    cost_per_month: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cost_leaves_out: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Operation {
    id: String,
    /// `pass`, `fail`, `saturated`, `unverified`, `no-target` or `nobody-waits`.
    verdict: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
    /// The target with the least margin.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saturated_by: Vec<String>,
    /// What is not known, so that it is not estimated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unverified: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Busy {
    id: String,
    /// Of its busiest pool; 1 is saturated.
    utilisation: f64,
}

/// Operations shown at once where none is named.
const SHOWN: usize = 10;

impl Tool for Evaluate {
    const NAME: &'static str = "evaluate";
    const ABOUT: &'static str = "The computed numbers of the design: latency against targets, utilisation, availability, cost; at another load, with a zone lost, or with values replaced (`what_if`). `explain place-order.p99` shows what a number is made of.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let (workspace, system) = call.desk.system()?;
        let unknown: Vec<&String> = input
            .operations
            .iter()
            .filter(|id| !system.brief.domain.operations.contains_key(id.as_str()))
            .collect();
        if let Some(id) = unknown.first() {
            let known: Vec<&str> = system
                .brief
                .domain
                .operations
                .keys()
                .map(|k| &**k)
                .collect();
            return Err(Refusal::new(format!("there is no operation `{id}`"))
                .next(&format!("There is: {}.", known.join(", "))));
        }
        let load = input.load.unwrap_or(1.0);
        if !(load.is_finite() && load > 0.0) {
            return Err(Refusal::new(
                "`load` is a multiple of the busiest hour, more than 0",
            ));
        }
        let scenario = Scenario {
            peak: input.peak,
            lose_zone: input.lose_zone.clone(),
            ..Scenario::at(load)
        };
        let mut outcome = pipeline::evaluate(&system, &scenario);
        let mut moved = Vec::new();
        let mut shown = system.clone();
        if !input.what_if.is_empty() {
            shown = pipeline::what_if(&workspace, &input.what_if).map_err(|findings| {
                Refusal::findings("what is replaced does not fit", &findings)
            })?;
            let after = pipeline::evaluate(&shown, &scenario);
            moved = pipeline::compare(&outcome.value, &after.value);
            outcome = after;
        }
        outcome
            .findings
            .iter_mut()
            .for_each(|f| workspace.locate(f));
        let evaluation = &outcome.value;
        let (operations, operations_more) = operations(&shown, evaluation, &input.operations);
        let (moves, moves_more) = short::moves(&moved);
        Ok(Output {
            revision: call.desk.revision()?,
            system: whole(evaluation),
            operations,
            operations_more,
            busiest: busiest(evaluation),
            moves,
            moves_more,
            findings: outcome.findings.iter().take(4).map(Short::of).collect(),
        })
    }
}

fn whole(evaluation: &Evaluation) -> Whole {
    let totals = evaluation.cost.total_per_month.iter();
    Whole {
        availability: evaluation.system.availability.map(significant),
        saturates_at: evaluation.system.saturates_at.map(significant),
        saturates_first: evaluation.system.saturates_first.clone(),
        cost_per_month: totals
            .map(|(c, v)| format!("{} {c}", significant(*v)))
            .collect(),
        cost_leaves_out: evaluation.cost.left_out.clone(),
    }
}

fn operations(
    system: &System,
    evaluation: &Evaluation,
    only: &[String],
) -> (Vec<Operation>, usize) {
    let mut all: Vec<(f64, Operation)> = Vec::new();
    for (id, result) in &evaluation.operations {
        if !only.is_empty() && !only.contains(id) {
            continue;
        }
        let verdict = verdict(system, id, result);
        let nearest = verdict.nearest();
        // What fails or is not known comes before what holds.
        let order = match verdict.judgement {
            Judgement::Fail | Judgement::Saturated => -1e9,
            Judgement::Unverified => -1e6,
            _ => 0.0,
        } + nearest.map_or(1e3, |s| s.margin);
        // Where nobody waits there is no answer whose time could be told.
        let waits = verdict.judgement != Judgement::NobodyWaits;
        let response = result.response.filter(|_| waits);
        let told = nearest.map(|s| {
            let margin = (s.margin * 100.0).round();
            format!(
                "{} {} of {}, margin {margin} %",
                s.number,
                significant(s.value),
                significant(s.target)
            )
        });
        all.push((
            order,
            Operation {
                id: id.clone(),
                verdict: short::word(&verdict.judgement),
                rate_per_s: result.rate_per_s.map(significant),
                p50_ms: response.map(|t| significant(t.p50_ms)),
                p99_ms: response.map(|t| significant(t.p99_ms)),
                nearest: told,
                saturated_by: result.saturated_by.clone(),
                unverified: result.unverified.iter().take(3).cloned().collect(),
            },
        ));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let most = if only.is_empty() { SHOWN } else { usize::MAX };
    let more = all.len().saturating_sub(most);
    (all.into_iter().take(most).map(|(_, o)| o).collect(), more)
}

fn busiest(evaluation: &Evaluation) -> Vec<Busy> {
    let mut all: Vec<Busy> = evaluation
        .components
        .iter()
        .filter_map(|(id, c)| {
            let most = c.pools.values().map(|p| p.utilisation).reduce(f64::max)?;
            Some(Busy {
                id: id.clone(),
                utilisation: significant(most),
            })
        })
        .collect();
    all.sort_by(|a, b| b.utilisation.total_cmp(&a.utilisation));
    all.truncate(5);
    all
}
