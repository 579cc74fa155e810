//! What a rule is, and how it reports.

use model::{Finding, Place, Related, Severity};

use crate::facts::Facts;
use crate::rules;

/// The question a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Who depends on whom.
    Structure,
    /// What happens when something is slow or down.
    Resilience,
    /// Whether what was accepted is kept, once and in order.
    Integrity,
    /// Tables, keys and access paths.
    Data,
    Security,
    /// Whether people can see and run it.
    Operation,
    /// Contracts.
    Interface,
    /// What could be left out.
    Simplicity,
    /// Whether the model says all that it must, and nothing that is not so.
    Record,
}

impl Category {
    /// The name as doors show it.
    pub fn id(self) -> &'static str {
        match self {
            Category::Structure => "structure",
            Category::Resilience => "resilience",
            Category::Integrity => "integrity",
            Category::Data => "data",
            Category::Security => "security",
            Category::Operation => "operation",
            Category::Interface => "interface",
            Category::Simplicity => "simplicity",
            Category::Record => "record",
        }
    }
}

/// One rule. `doc` is Markdown: what, why, remedy, when it is wrong, and a bad and a good model.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; it names the defect.
    pub id: &'static str,
    pub severity: Severity,
    pub category: Category,
    pub doc: &'static str,
    pub(crate) run: fn(&Facts<'_>, &mut Report),
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Where one rule puts what it finds.
pub(crate) struct Report {
    rule: &'static Rule,
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(rule: &'static Rule) -> Self {
        Report {
            rule,
            findings: Vec::new(),
        }
    }

    /// Adds a finding about the element at `subject`; what comes back can be made more precise.
    pub(crate) fn add(
        &mut self,
        subject: impl Into<String>,
        message: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Entry<'_> {
        let finding = Finding::new(self.rule.id, self.rule.severity, subject, message);
        self.findings.push(finding.why(why).remedy(remedy));
        let last = self.findings.len() - 1;
        Entry(&mut self.findings[last])
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// A finding just added.
pub(crate) struct Entry<'r>(&'r mut Finding);

impl Entry<'_> {
    /// Points at a narrower place, by its whole path in the file.
    pub(crate) fn at(self, path: impl Into<String>) -> Self {
        self.0.place = Place::at(path);
        self
    }
    /// Names another element concerned.
    pub(crate) fn with(self, path: impl Into<String>, message: impl Into<String>) -> Self {
        let path = path.into();
        self.0.subjects.push(path.clone());
        self.0.related.push(Related {
            place: Place::at(path),
            message: message.into(),
        });
        self
    }
    /// Shows the arithmetic.
    pub(crate) fn computed(self, text: impl Into<String>) -> Self {
        self.0.evidence.push(model::Evidence::computed(text));
        self
    }
    /// It holds under an assumption that the text of the finding states.
    pub(crate) fn inferred(self) -> Self {
        self.0.certainty = model::Certainty::Inferred;
        self
    }
}
