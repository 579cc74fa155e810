//! `check`: findings.

use model::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{Counts, Refusal, Short};

pub struct Check;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The least severity shown; `major` unless said.
    #[serde(default)]
    severity: Option<Severity>,
    /// Only findings of this rule, or about this subject.
    #[serde(default)]
    about: Option<String>,
    /// Skip so many.
    #[serde(default)]
    from: usize,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    counts: Counts,
    findings: Vec<Short>,
    /// Ask again with this `from` for the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
    /// What was looked at.
    looked_at: String,
}

/// Findings shown at once.
const SHOWN: usize = 10;

impl Tool for Check {
    const NAME: &'static str = "check";
    const ABOUT: &'static str = "Every finding about the files, the brief, the design and its numbers, worst first, each with reason and remedy. `explain` with a finding's id has the rule.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let workspace = call.desk.workspace()?;
        let mut findings = pipeline::check(&workspace, Some(&folder::files::today()));
        findings.sort_by_key(|f| (f.waived.is_some(), f.severity));
        let least = input.severity.unwrap_or(Severity::Major);
        let about = |f: &model::Finding| {
            input.about.as_ref().is_none_or(|about| {
                f.rule == *about
                    || f.key().contains(about.as_str())
                    || f.place.path.contains(about.as_str())
            })
        };
        let wanted: Vec<&model::Finding> = findings
            .iter()
            .filter(|f| f.severity <= least && about(f))
            .collect();
        let shown = wanted.iter().skip(input.from).take(SHOWN);
        let end = input.from + SHOWN;
        let looked_at = match workspace.architecture() {
            Some(a) => format!(
                "{} rules, {} components, {} relations, {} tables, {} paths",
                check::rules().len(),
                a.components.len(),
                a.relations.len(),
                a.data.len(),
                a.paths.len()
            ),
            None => "the brief alone; there is no architecture yet".into(),
        };
        Ok(Output {
            revision: call.desk.revision()?,
            counts: Counts::of(&findings),
            findings: shown.map(|f| Short::of(f)).collect(),
            from: (wanted.len() > end).then_some(end),
            looked_at,
        })
    }
}
