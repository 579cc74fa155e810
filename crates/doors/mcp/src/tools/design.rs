//! `design`: the chosen option as an architecture; or what a new design would change.

use folder::designing::{self, Kept};
use model::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{Counts, Refusal, Short};

pub struct Design;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The option of `plan`; the recommended one unless said.
    #[serde(default)]
    option: Option<String>,
    /// Where an architecture is there already: apply what a new design would change. Elements that people and agents wrote are never touched.
    #[serde(default)]
    accept: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    revision: String,
    option: String,
    /// What became of architecture.yaml.
    kept: String,
    /// Changes that a new design proposes and that were not applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proposed: Vec<String>,
    findings: Counts,
    /// The worst of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    worst: Vec<Short>,
    next: String,
}

impl Tool for Design {
    const NAME: &'static str = "design";
    const ABOUT: &'static str = "Designs the recommended option (or `option`) and writes architecture.yaml. Where one is there it proposes changes, and applies them with `accept`. Refuses while a deciding question is open.";
    const WRITES: bool = true;
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        call.may_write()?;
        let (workspace, brief) = call.desk.brief()?;
        let gate = discover::gate(&brief, knowledge::Knowledge::embedded());
        if gate.iter().any(|f| f.severity == Severity::Blocker) {
            return Err(Refusal::findings("the brief contradicts itself", &gate));
        }
        let deciding = pipeline::ask::deciding(&brief);
        if !deciding.is_empty() {
            let ids: Vec<&str> = deciding.iter().map(|q| q.id.as_str()).collect();
            return Err(Refusal::new(format!(
                "no design yet: {} of the open questions decide it: {}",
                ids.len(),
                ids.join(", ")
            ))
            .next("`questions` has them with why and default. Ask a person; with their consent `assume`."));
        }
        let design = pipeline::designing::design(&brief, input.option.as_deref())
            .map_err(|findings| Refusal::findings("there is no such design", &findings))?;
        call.going_on()?;
        let kept = designing::keep(
            &call.desk.folder,
            &workspace,
            &design,
            input.accept,
            &format!("engine, for {}", call.client),
        )?;
        let after = call.desk.workspace()?;
        let findings = pipeline::check(&after, Some(&folder::files::today()));
        let open = findings.iter().filter(|f| f.waived.is_none());
        let worst = open.filter(|f| f.severity <= Severity::Major).take(6);
        let mut proposed = Vec::new();
        let kept = match &kept {
            Kept::Written => "architecture.yaml is new".to_string(),
            Kept::Same { others } => {
                format!("nothing to change; {others} elements of other authors differ and stay")
            }
            Kept::Applied { changes, others } => {
                format!("{changes} changes applied, {others} elements of other authors kept")
            }
            Kept::Proposed { proposal, .. } => {
                proposed = proposal
                    .changes
                    .iter()
                    .take(40)
                    .map(|c| format!("{} {}", verb(c.kind), c.path))
                    .collect();
                format!(
                    "architecture.yaml stays as it is: {} changes proposed, {} elements of other authors left alone; call again with `accept` to apply",
                    proposal.changes.len(),
                    proposal.kept.len()
                )
            }
        };
        Ok(Output {
            revision: call.desk.revision()?,
            option: design.plan.options[design.option].id.clone(),
            kept,
            proposed,
            findings: Counts::of(&findings),
            worst: worst.map(Short::of).collect(),
            next: "`evaluate` for the numbers, `check` for the findings; `propose` what you know better; `render` for the documents.".into(),
        })
    }
}

fn verb(kind: pipeline::designing::ChangeKind) -> &'static str {
    use pipeline::designing::ChangeKind;
    match kind {
        ChangeKind::Add => "add",
        ChangeKind::Set => "set",
        ChangeKind::Remove => "remove",
    }
}
