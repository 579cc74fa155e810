//! `measure`: the design's own queries on its own schema, in a real database.

use std::time::Duration;

use evaluate::Scenario;
use folder::measuring::{self, Asked, Ended};
use measure::{Line, Report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{self, Refusal, Short, significant};

pub struct Measure;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Years of growth: 0 (unless said), 1 or 3.
    #[serde(default)]
    years: u32,
    /// Most rows of all tables together; 200,000 unless said.
    #[serde(default)]
    rows: Option<u64>,
    /// Seconds for all of it; 30 unless said, 600 at most.
    #[serde(default)]
    budget_s: Option<u32>,
    /// Keep the facts in measured.yaml, so that every number rests on them.
    #[serde(default)]
    keep: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    /// Where each store was measured.
    stores: Vec<String>,
    /// Those farthest above what was assumed first.
    queries: Vec<Query>,
    #[serde(skip_serializing_if = "short::is_zero")]
    queries_more: usize,
    /// Demands at stores that evaluation takes from measurements, of all.
    rests_on: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Query {
    operations: Vec<String>,
    query: String,
    measured_us: f64,
    /// What evaluation assumes without the measurement.
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<String>,
}

/// Queries shown at once.
const SHOWN: usize = 10;
const ROWS: u64 = 200_000;
const BUDGET_S: u32 = 30;

impl Tool for Measure {
    const NAME: &'static str = "measure";
    const ABOUT: &'static str = "Runs the design's own queries on its own schema and made-up rows in a real database: processor time of each against what was assumed, and the index it used. SQLite, or the server that a person named.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let (workspace, system) = call.desk.system()?;
        let folder = &call.desk.folder;
        if input.keep {
            call.may_write()?;
            measuring::writable(folder)?;
        }
        let budget = input.budget_s.unwrap_or(BUDGET_S).clamp(1, 600);
        let asked = Asked {
            database: call.desk.database.as_deref(),
            most_rows: input.rows.unwrap_or(ROWS).clamp(1, 10_000_000),
            budget: Duration::from_secs(budget.into()),
            at: input.years,
        };
        let mut silent = |_: measuring::Progress<'_>| {};
        let measured = measuring::measure(&system, &asked, call.taken_back, &mut silent);
        let mut made = measured.map_err(|ended| match ended {
            Ended::Stopped => Refusal::new("the call was cancelled; nothing was written"),
            Ended::Because(why) => Refusal::new(why),
        })?;
        made.findings.iter_mut().for_each(|f| workspace.locate(f));
        let written = match input.keep {
            true => {
                call.may_write()?;
                measuring::keep(folder, &made.measured)?;
                Some(pipeline::open::MEASURED.to_string())
            }
            false => None,
        };
        let mut used = system;
        used.measured = Some(made.measured);
        let evaluation = pipeline::evaluate(&used, &Scenario::default()).value;
        let mut lines: Vec<&Line> = made.reports.iter().flat_map(|r| &r.lines).collect();
        let above = |line: &Line| line.assumed_us.map_or(0.0, |a| line.measured_us / a);
        lines.sort_by(|a, b| above(b).total_cmp(&above(a)));
        Ok(Output {
            revision: call.desk.revision()?,
            stores: made.reports.iter().map(place).collect(),
            queries: lines.iter().take(SHOWN).map(|line| query(line)).collect(),
            queries_more: lines.len().saturating_sub(SHOWN),
            rests_on: format!(
                "{} of {}",
                evaluation.measured_demands, evaluation.store_demands
            ),
            findings: made.findings.iter().take(6).map(Short::of).collect(),
            written,
        })
    }
}

fn place(report: &Report) -> String {
    format!(
        "{} in {} {}",
        report.store, report.technology, report.version
    )
}

fn query(line: &Line) -> Query {
    Query {
        operations: line.operations.iter().take(3).cloned().collect(),
        query: line.query.clone(),
        measured_us: significant(line.measured_us),
        assumed_us: line.assumed_us.map(significant),
        index: line.index.clone(),
    }
}
