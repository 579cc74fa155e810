//! What a proposal does to the findings and the numbers, and whether it holds.

use model::{Finding, Severity};

use crate::{Checked, Moved, Workspace};

/// What speaks for and against a proposal.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// No blocker that was not there, or none that is not accepted knowingly.
    pub holds: bool,
    /// The changed files can be understood.
    pub usable: bool,
    /// Findings that were not there before, worst first: faults of the files among them.
    pub appeared: Vec<Finding>,
    /// Findings that are there no more.
    pub gone: Vec<Finding>,
    /// Findings that stay.
    pub stays: usize,
    /// Numbers that moved, the largest relative change first.
    pub moved: Vec<Moved>,
    /// Keys of the findings for which it does not hold.
    pub because: Vec<String>,
}

/// Compares two states of a folder. `knowingly` are keys of blockers that the author accepts.
pub fn judge(
    before: &Workspace,
    after: &Workspace,
    knowingly: &[String],
    today: Option<&str>,
) -> Judgement {
    let mut judgement = Judgement {
        usable: after.usable(),
        ..Judgement::default()
    };
    let was = crate::checked(before, today);
    let is = match after.usable() {
        true => crate::checked(after, today),
        // Rules on half a model would blame the author for what could not be read.
        false => Checked {
            findings: after.findings.clone(),
            ..Checked::default()
        },
    };
    let open = |findings: &[Finding]| -> Vec<String> {
        let open = findings.iter().filter(|f| f.waived.is_none());
        open.map(Finding::key).collect()
    };
    let (was_open, is_open) = (open(&was.findings), open(&is.findings));
    for finding in is.findings.iter().filter(|f| f.waived.is_none()) {
        // A file that cannot be understood is refused, whoever broke it.
        let fault = finding.severity == Severity::Blocker && !after.usable();
        if fault || !was_open.contains(&finding.key()) {
            judgement.appeared.push(finding.clone());
        } else {
            judgement.stays += 1;
        }
    }
    judgement.appeared.sort_by_key(|f| f.severity);
    if after.usable() {
        let gone = was.findings.iter().filter(|f| f.waived.is_none());
        judgement.gone = gone
            .filter(|f| !is_open.contains(&f.key()))
            .cloned()
            .collect();
    }
    let stops = |f: &&Finding| {
        f.severity == Severity::Blocker && (!after.usable() || !knowingly.contains(&f.key()))
    };
    judgement.because = judgement
        .appeared
        .iter()
        .filter(stops)
        .map(Finding::key)
        .collect();
    judgement.holds = judgement.because.is_empty();
    if let (Some(before), Some(after)) = (&was.evaluation, &is.evaluation) {
        judgement.moved = crate::compare(before, after);
    }
    judgement
}
