//! The kept architecture against the code, with what was accepted.

use model::drift::Drift;
use model::{Finding, Severity};
use syntax::{Hooks, SourceFile};

use crate::Workspace;
use crate::researching::{Research, locate};

/// The file of accepted differences, beside the architecture.
pub const DRIFT: &str = "drift.yaml";

/// What was accepted, and the faults of the file that says so.
pub fn accepted(bytes: Option<Vec<u8>>) -> (Drift, Vec<Finding>) {
    let Some(bytes) = bytes else {
        return (Drift::default(), Vec::new());
    };
    let loaded = syntax::load::<Drift>(&[SourceFile::new(DRIFT, bytes)], &Hooks::none());
    (loaded.value.unwrap_or_default(), loaded.findings)
}

/// Every difference, worst first, each with its place in the architecture or in the code.
pub fn drift(workspace: &Workspace, research: &mut Research, accepted: &Drift) -> Vec<Finding> {
    let Some(kept) = workspace.architecture() else {
        return Vec::new();
    };
    let mut findings = research::drift::drift(
        kept,
        workspace.brief(),
        &research.architecture,
        &research.facts,
        accepted,
    );
    for finding in &mut findings {
        if finding.place.file.is_none() {
            workspace.locate(finding);
        }
        locate(finding, &research.texts, &mut research.sources);
    }
    findings.sort_by(|a, b| {
        (a.severity, &a.rule, &a.subjects).cmp(&(b.severity, &b.rule, &b.subjects))
    });
    findings
}

/// Whether a difference counts: nobody accepted it, and it is certain enough to stop anybody.
pub fn parts(finding: &Finding) -> bool {
    finding.waived.is_none()
        && finding.severity < Severity::Note
        && finding.certainty != model::finding::Certainty::Unknown
}

/// The text of the file with one more acceptance; its comments stay.
pub fn accept(text: &str, id: &str, reason: &str, date: &str) -> Result<String, String> {
    research::drift::accepting(text, id, reason, date)
}
