//! `groundplan check`: findings with places, excerpts and carets.

use std::path::Path;

use model::{Finding, Severity};

use crate::arguments::Format;
use crate::{CLEAN, FINDINGS, UNUSABLE, files, look};

pub fn run(folder: &Path, format: Format, threshold: Severity) -> Result<u8, String> {
    let workspace = super::open(folder)?;
    let usable = workspace.usable();
    let findings = pipeline::check(&workspace, Some(&files::today()));
    let (waived, open): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|f| f.waived.is_some());
    let code = if !usable {
        UNUSABLE
    } else if open.iter().any(|f| f.severity <= threshold) {
        FINDINGS
    } else {
        CLEAN
    };
    match format {
        Format::Json => {
            let all: Vec<serde_json::Value> = open.iter().chain(&waived).map(keyed).collect();
            let report = serde_json::json!({ "findings": all, "exit_code": code });
            super::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            if !open.is_empty() {
                let text = syntax::diagnostics::render(&open, &workspace.sources, look::findings());
                super::print(text.trim_end())?;
            }
            for finding in &waived {
                let reason = finding.waived.as_deref().unwrap_or("");
                super::print(&look::paint(
                    look::DIM,
                    &format!("waived: {}: {reason}", finding.key()),
                ))?;
            }
            if open.is_empty() {
                super::print(&clean(&workspace))?;
            }
        }
    }
    Ok(code)
}

fn keyed(finding: &Finding) -> serde_json::Value {
    let mut value = serde_json::to_value(finding).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("key".into(), finding.key().into());
    }
    value
}

/// What was looked at, so that "no findings" says something.
fn clean(workspace: &pipeline::Workspace) -> String {
    let rules = check::rules().len();
    match (workspace.system(), workspace.brief()) {
        (Some(system), _) => format!(
            "{}: {rules} rules looked at {} components, {} relations, {} tables and {} paths.",
            look::paint(look::GOOD, "no findings"),
            system.architecture.components.len(),
            system.architecture.relations.len(),
            system.architecture.data.len(),
            system.architecture.paths.len(),
        ),
        (None, Some(brief)) => format!(
            "{} in the brief: {} entities, {} operations. There is no architecture.yaml yet; `groundplan design` makes one.",
            look::paint(look::GOOD, "no findings"),
            brief.domain.entities.len(),
            brief.domain.operations.len(),
        ),
        (None, None) => look::paint(look::GOOD, "no findings"),
    }
}
