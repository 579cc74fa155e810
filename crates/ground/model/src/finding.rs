//! Findings: something wrong or doubtful, with a stable key, a place, a reason and a remedy.
//!
//! Every stage reports through this one type, so that a terminal, JSON, SARIF, an editor and an
//! agent show the same thing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a finding matters. The order is the order of gravity, worst first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The design must not be built as it stands.
    Blocker,
    /// A senior reviewer would send it back.
    Major,
    /// Worth mending, and the design works without.
    Minor,
    /// Something to know.
    Note,
}

/// How sure the finder is (FACTS section 5: nothing is ever gated on `Unknown`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Read or computed from what the model says.
    Resolved,
    /// Follows from the model under a stated assumption.
    Inferred,
    /// Cannot be settled here.
    #[default]
    Unknown,
}

/// Where in the user's files a finding points.
///
/// Stages know only `path`, the dotted place in the model (`components.orders.timeout`,
/// `operations.place-order.effects[2]`). `syntax` turns a path into a file and byte range.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// Dotted path in the model; list items as `[0]`.
    pub path: String,
    /// File as the user named it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Byte range in that file, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// Half-open byte range `[start, end)` with the 1-based line and column of its start
/// (columns count characters, not bytes).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// A place known by its path in the model only.
    pub fn at(path: impl Into<String>) -> Self {
        Place {
            path: path.into(),
            file: None,
            span: None,
        }
    }
}

/// What a claim rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// One sentence: the arithmetic, the quotation, the measurement.
    pub text: String,
    /// Where it can be looked up: a model path, a file, a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    Computed,
    Simulated,
    Parsed,
    Executed,
    Measured,
    /// A published figure, with its source.
    Published,
    /// A person's word, shown as a person's word.
    Attested,
    /// An assumption, numbered in the brief.
    Assumed,
}

impl Evidence {
    pub fn new(kind: EvidenceKind, text: impl Into<String>) -> Self {
        Evidence {
            kind,
            text: text.into(),
            source: None,
        }
    }
    pub fn computed(text: impl Into<String>) -> Self {
        Evidence::new(EvidenceKind::Computed, text)
    }
    pub fn from(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// A second place that belongs to a finding ("first defined here").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    pub place: Place,
    pub message: String,
}

/// One finding. Its stable key is `rule@subject`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Kebab-case id of the rule; it names the defect (`missing-timeout`).
    pub rule: String,
    pub severity: Severity,
    pub certainty: Certainty,
    /// The elements concerned, as model paths; the first one is the subject of the key.
    pub subjects: Vec<String>,
    pub place: Place,
    /// What is wrong, with the names and numbers of this system.
    pub message: String,
    /// Why it matters here.
    pub why: String,
    /// What to do next.
    pub remedy: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// Set where a waiver covers it: the waiver's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Finding {
    /// A finding about the element at `path`, which is both its subject and its place.
    pub fn new(
        rule: &str,
        severity: Severity,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let path = path.into();
        Finding {
            rule: rule.to_string(),
            severity,
            certainty: Certainty::Resolved,
            subjects: vec![path.clone()],
            place: Place::at(path),
            message: message.into(),
            why: String::new(),
            remedy: String::new(),
            evidence: Vec::new(),
            related: Vec::new(),
            waived: None,
        }
    }
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
    /// Points at a narrower place than the subject, `path` being absolute.
    pub fn place(mut self, path: impl Into<String>) -> Self {
        self.place = Place::at(path);
        self
    }
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
    /// Another element concerned, shown with its own place.
    pub fn related(mut self, path: impl Into<String>, message: impl Into<String>) -> Self {
        let path = path.into();
        self.subjects.push(path.clone());
        self.related.push(Related {
            place: Place::at(path),
            message: message.into(),
        });
        self
    }
    /// The stable key `rule@subject`.
    pub fn key(&self) -> String {
        format!(
            "{}@{}",
            self.rule,
            self.subjects.first().map_or("", String::as_str)
        )
    }
}

/// What a stage hands on: a value, and what is doubtful about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<T> {
    pub value: T,
    pub findings: Vec<Finding>,
}

impl<T> Outcome<T> {
    pub fn clean(value: T) -> Self {
        Outcome {
            value,
            findings: Vec::new(),
        }
    }
    pub fn new(value: T, findings: Vec<Finding>) -> Self {
        Outcome { value, findings }
    }
}
