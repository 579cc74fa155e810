//! From a brief to an architecture: plan, synthesis, elaboration; and the proposal against an
//! architecture that is there.

use design::proposal::{Change, propose, slim};
pub use design::proposal::{ChangeKind, Proposal};
use evaluate::result::Evaluation;
use evaluate::{Scenario, evaluate as run_evaluation};
use knowledge::Knowledge;
use model::{Architecture, Brief, Finding, Plain, System};
use serde_json::Value;

/// A finished design with the plan that it came from.
pub struct Design {
    pub plan: plan::Plan,
    /// Index of the option in the plan.
    pub option: usize,
    pub system: System,
    pub evaluation: Evaluation,
    /// Of planning, evaluation and every rule, on the finished design.
    pub findings: Vec<Finding>,
}

/// Designs the recommended option, or the one named.
///
/// `Err` carries the findings that say why there is no design, or that no option has that id.
pub fn design(brief: &Brief, option: Option<&str>) -> Result<Design, Vec<Finding>> {
    let knowledge = Knowledge::embedded();
    let planned = plan::plan(brief, knowledge);
    let plan = planned.value;
    let wanted = option.or(plan.recommended.as_deref()).unwrap_or("");
    let Some(index) = plan.options.iter().position(|o| o.id == wanted) else {
        let known: Vec<&str> = plan.options.iter().map(|o| o.id.as_str()).collect();
        let mut findings = planned.findings;
        findings.push(
            Finding::new(
                "unknown-option",
                model::Severity::Blocker,
                "",
                format!("there is no option `{wanted}`"),
            )
            .why("Design works out one option of the plan.")
            .remedy(format!(
                "Name one of {}; `groundplan plan` shows them.",
                known.join(", ")
            )),
        );
        return Err(findings);
    };
    let chosen = &plan.options[index];
    let mut structure = System {
        brief: brief.clone(),
        architecture: chosen.architecture.clone(),
        ..System::default()
    };
    let first = run_evaluation(&structure, knowledge, &Scenario::default());
    let cx = design::Context {
        brief,
        knowledge,
        choices: &chosen.choices,
        evaluation: &first.value,
    };
    let decisions = decisions_of(&plan, index);
    structure.architecture = design::elaborate(&cx, &structure.architecture, &decisions);
    let evaluated = run_evaluation(&structure, knowledge, &Scenario::default());
    let checked = check::check(&check::Context {
        system: &structure,
        knowledge,
        evaluation: Some(&evaluated.value),
    });
    let mut findings = planned.findings;
    for finding in evaluated.findings.into_iter().chain(checked) {
        if !findings.iter().any(|f| f.key() == finding.key()) {
            findings.push(finding);
        }
    }
    Ok(Design {
        option: index,
        system: structure,
        evaluation: evaluated.value,
        findings,
        plan,
    })
}

/// The decisions as this option takes them: where a person asked for another option than the
/// recommended one, that is the reason.
fn decisions_of(plan: &plan::Plan, index: usize) -> model::Map<model::Decision> {
    let option = &plan.options[index];
    let mut decisions = plan.decisions.clone();
    for (id, decision) in &mut decisions {
        if let Some(chosen) = option.chosen.get(id).filter(|c| **c != decision.chosen) {
            decision.because = format!(
                "The option {} was asked for, and it takes {chosen}. The plan would take {}: {}",
                option.id, decision.chosen, decision.because
            );
            decision.chosen.clone_from(chosen);
            decision.margin = None;
            decision.flips.clear();
        }
    }
    decisions
}

const HEADER: &str = "The design, in one file. Edit it: `groundplan check`, `evaluate` and `render` work from it alone.\n\
Elements with `author: engine` may be changed by a new `groundplan design`, as a proposal; yours\n\
(`author: person`, or no author) never are.";

/// The text of an architecture file.
pub fn architecture_text(architecture: &Architecture) -> String {
    text_of(architecture, Some(HEADER))
}

/// The text of an architecture, under a header of its own.
pub(crate) fn text_of(architecture: &Architecture, header: Option<&str>) -> String {
    let value = architecture.to_value().map(slim).unwrap_or(Value::Null);
    let notes = syntax::emit::Notes {
        header: header.map(Into::into),
        ..syntax::emit::Notes::default()
    };
    syntax::emit::emit_with(&value, &notes)
}

/// What a new design would change in the architecture that is there.
pub fn proposal(
    mine: &Architecture,
    designed: &Architecture,
    base: Option<&Architecture>,
) -> Proposal {
    propose(mine, designed, base)
}

/// A proposal as an overlay file that a person can read. Accepting makes the proposal anew, so edits
/// of this file count for nothing: what is wanted otherwise is written into architecture.yaml.
pub fn proposal_text(proposal: &Proposal) -> String {
    let changes: Vec<Value> = proposal
        .changes
        .iter()
        .map(|Change { path, kind, to }| match (kind, to) {
            (ChangeKind::Remove, _) | (_, None) => serde_json::json!({ "remove": path }),
            (ChangeKind::Add, Some(to)) => serde_json::json!({ "add": path, "value": to }),
            (ChangeKind::Set, Some(to)) => serde_json::json!({ "set": path, "to": to }),
        })
        .collect();
    let header = format!(
        "What a new design would change: {} elements. Kept as they are, because somebody else wrote or changed them: {}.\n\
         Accept it whole with `groundplan design --accept`, or copy what you want into architecture.yaml.\n\
         Edits of this file count for nothing.",
        proposal.changes.len(),
        if proposal.kept.is_empty() {
            "none".to_string()
        } else {
            proposal.kept.join(", ")
        }
    );
    let notes = syntax::emit::Notes {
        header: Some(header),
        ..syntax::emit::Notes::default()
    };
    syntax::emit::emit_with(
        &serde_json::json!({ "extends": "architecture.yaml", "changes": changes }),
        &notes,
    )
}

/// Applies a proposal to the text of an architecture; comments and order stay.
pub fn accept(text: &str, proposal: &Proposal) -> Result<String, String> {
    let mut text = text.to_string();
    for change in &proposal.changes {
        let edited = match (change.kind, &change.to) {
            (ChangeKind::Remove, _) | (_, None) => syntax::edit::remove(&text, &change.path),
            (_, Some(to)) => syntax::edit::set(&text, &change.path, to),
        };
        text = edited.map_err(|e| format!("{}: {e}", change.path))?;
    }
    Ok(text)
}
