//! Where the checks of the gate put what they find.

use model::{Evidence, Finding, Severity};

#[derive(Default)]
pub(crate) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A name that leads nowhere. `what` says what was looked for and where: `field of order`.
    pub fn unknown(&mut self, rule: &str, path: String, word: &str, what: &str, known: &[&str]) {
        let remedy = match syntax::suggest::nearest(word, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.is_empty() => "Declare it, or take the name out.".to_string(),
            None => format!(
                "There are {}.",
                syntax::suggest::list(known.iter().copied())
            ),
        };
        self.add(
            Finding::new(
                rule,
                Severity::Blocker,
                path,
                format!("`{word}` is no {what}"),
            )
            .why("What it means cannot be known, so neither schema nor query can be made of it.")
            .remedy(remedy),
        );
    }

    /// A contradiction with its arithmetic.
    pub fn conflict(
        &mut self,
        (rule, severity): (&str, Severity),
        path: impl Into<String>,
        message: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(
            Finding::new(rule, severity, path, message)
                .why(why)
                .remedy(remedy),
        );
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Each finding once.
    pub fn into_findings(self) -> Vec<Finding> {
        let mut kept: Vec<Finding> = Vec::new();
        for finding in self.findings {
            let same = |f: &Finding| {
                f.rule == finding.rule && f.place == finding.place && f.message == finding.message
            };
            if !kept.iter().any(same) {
                kept.push(finding);
            }
        }
        kept
    }
}

/// Shows the arithmetic of a finding.
pub(crate) fn computed(finding: &mut Finding, text: impl Into<String>) {
    finding.evidence.push(Evidence::computed(text));
}
