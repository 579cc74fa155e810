//! `groundplan evaluate`: the numbers of an architecture.

mod tables;

pub use tables::totals;

use std::path::Path;

use evaluate::Scenario;
use evaluate::result::Evaluation;
use indexmap::IndexMap;
use model::{Finding, System};
use pipeline::Workspace;

use crate::arguments::{Evaluate, Format};
use crate::{CLEAN, FINDINGS, UNUSABLE, look};

pub fn run(asked: &Evaluate) -> Result<u8, String> {
    let folder = &asked.at.folder;
    let workspace = match super::open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let system = system_of(folder, &workspace)?;
    let scenario = Scenario {
        lose_zone: asked.lose.clone(),
        peak: asked.peak,
        ..Scenario::at(asked.load)
    };
    let mut outcome = pipeline::evaluate(&system, &scenario);
    let findings = &mut outcome.findings;
    findings.iter_mut().for_each(|f| workspace.locate(f));
    match asked.format {
        Format::Json => {
            let report = serde_json::json!({
                "evaluation": outcome.value,
                "verdicts": verdicts(&system, &outcome.value),
                "findings": outcome.findings,
            });
            super::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            super::print(&tables::report(&system, &outcome.value))?;
            findings_text(&workspace, &outcome.findings)?;
        }
    }
    Ok(code(&outcome.value, &outcome.findings))
}

/// The system of a folder that was opened.
pub(super) fn system_of(folder: &Path, workspace: &Workspace) -> Result<System, String> {
    workspace.system().ok_or_else(|| {
        format!(
            "{} has no architecture.yaml; `groundplan design {}` makes one",
            folder.display(),
            folder.display()
        )
    })
}

/// How every operation stands to its targets.
fn verdicts(
    system: &System,
    evaluation: &Evaluation,
) -> IndexMap<String, evaluate::verdict::Verdict> {
    let all = evaluation.operations.iter();
    all.map(|(id, o)| (id.clone(), evaluate::verdict::verdict(system, id, o)))
        .collect()
}

/// Prints findings with their place, after an empty line.
pub(super) fn findings_text(workspace: &Workspace, findings: &[Finding]) -> Result<(), String> {
    if findings.is_empty() {
        return Ok(());
    }
    let text = syntax::diagnostics::render(findings, &workspace.sources, look::findings());
    super::print(&format!("\n{}", text.trim_end()))
}

fn code(evaluation: &Evaluation, findings: &[Finding]) -> u8 {
    match super::worst(findings) {
        Some(model::Severity::Blocker) if evaluation.operations.is_empty() => UNUSABLE,
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    }
}
