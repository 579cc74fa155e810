//! `plan`: two or three options side by side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{Refusal, Short, significant};

pub struct Plan;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Show one option in full, by its id.
    #[serde(default)]
    option: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommended: Option<String>,
    options: Vec<Shown>,
    /// How decided: decision, choice and reason; `explain decisions.<id>` after `design` has the rest.
    decisions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Short>,
    next: String,
}

#[derive(Serialize, JsonSchema)]
struct Shown {
    id: String,
    title: String,
    approach: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pros: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cons: Vec<String>,
    /// Meets every target and constraint that could be computed.
    feasible: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_cost: Option<String>,
    /// The operation nearest to its latency target.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest_target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<f64>,
    /// Multiple of the busiest hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    saturates_at: Option<f64>,
    breaks_first_at_10x: String,
    hours: f64,
    /// Operations whose times are not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unverified: Vec<String>,
}

impl Tool for Plan {
    const NAME: &'static str = "plan";
    const ABOUT: &'static str = "Two or three options for the brief side by side, with computed cost, latency, availability and what breaks first, and a recommendation. Changes nothing.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let (workspace, brief) = call.desk.brief()?;
        let gate = discover::gate(&brief, knowledge::Knowledge::embedded());
        if gate.iter().any(|f| f.severity == model::Severity::Blocker) {
            return Err(Refusal::findings("the brief contradicts itself", &gate));
        }
        let mut planned = pipeline::plan(&brief);
        planned
            .findings
            .iter_mut()
            .for_each(|f| workspace.locate(f));
        let plan = planned.value;
        let all = &plan.options;
        let whole = input.option.as_deref();
        if let Some(id) = whole.filter(|id| all.iter().all(|o| o.id != *id)) {
            let known: Vec<&str> = all.iter().map(|o| o.id.as_str()).collect();
            return Err(Refusal::new(format!("there is no option `{id}`"))
                .next(&format!("There is: {}.", known.join(", "))));
        }
        let shown = all.iter().filter(|o| whole.is_none_or(|id| o.id == id));
        let options = shown.map(|o| option(o, whole.is_some())).collect();
        let decisions = plan
            .decisions
            .iter()
            .filter(|(_, d)| {
                whole.is_some() || d.candidates.values().filter(|c| c.score.is_some()).count() > 1
            })
            .take(if whole.is_some() { 40 } else { 8 })
            .map(|(id, d)| format!("{id}: {}. {}", d.chosen, d.because));
        Ok(Output {
            revision: call.desk.revision()?,
            decisions: decisions.collect(),
            recommended: plan.recommended.clone(),
            options,
            findings: planned.findings.iter().take(6).map(Short::of).collect(),
            next: "Show a person the options; then `design`, with `option` where it is not the recommended one.".into(),
        })
    }
}

fn option(option: &pipeline::PlannedOption, whole: bool) -> Shown {
    let n = &option.numbers;
    let most = if whole { usize::MAX } else { 2 };
    let first = |list: &[String]| list.iter().take(most).cloned().collect();
    let money = |cost: f64| {
        format!(
            "{} {}",
            significant(cost),
            n.currency.as_deref().unwrap_or("")
        )
    };
    let nearest = n.worst_operation.as_ref().zip(n.worst_ms).map(|(id, ms)| {
        let percentile = n.worst_percentile.as_deref().unwrap_or("p99");
        match n.worst_target_ms {
            Some(target) => format!("{id} {percentile} {} ms of {target} ms", significant(ms)),
            None => format!("{id} {percentile} {} ms", significant(ms)),
        }
    });
    Shown {
        id: option.id.clone(),
        title: option.title.clone(),
        approach: option.approach.clone(),
        pros: first(&option.pros),
        cons: first(&option.cons),
        feasible: option.feasible,
        misses: option.violated.iter().map(|v| v.text.clone()).collect(),
        monthly_cost: n.monthly_cost.map(money),
        nearest_target: nearest,
        availability: n.availability.map(significant),
        saturates_at: n.saturates_at.map(significant),
        breaks_first_at_10x: option.breaks_first_at_10x.text.clone(),
        hours: option.estimate_hours.round(),
        unverified: first(&n.unverified),
    }
}
