//! Why the architecture is as it is: decisions, patterns, mechanisms, risks, evolution, options.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::architecture::About;
use crate::finding::Evidence;
use crate::ids::{ComponentId, Map};

/// A question, its candidates, the choice, what it rests on, what would change it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    pub question: String,
    /// Id of the chosen candidate.
    pub chosen: String,
    pub because: String,
    /// What is given up by it, for this system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_off: Option<String>,
    /// Every candidate weighed, the chosen one included, best first.
    #[serde(default)]
    pub candidates: Map<Candidate>,
    /// Distance to the runner-up on the scale of the scores, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
    /// What would make the runner-up win.
    #[serde(default)]
    pub flips: Vec<String>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// When to look at it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revisit_when: Option<String>,
    /// Assumptions of the brief on which it rests.
    #[serde(default)]
    pub assumes: Vec<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// 0 to 1, the weighted sum of the criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Points by criterion, each 0 to 1.
    #[serde(default)]
    pub criteria: Map<f64>,
    /// Why it was not chosen, or cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

/// A pattern from the library, adapted to this system or rejected.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct AppliedPattern {
    /// Id in the library.
    pub pattern: String,
    /// The traits of the brief that called for it, as model paths.
    #[serde(default)]
    pub because: Vec<String>,
    /// How it is done here, in this system's names and numbers.
    #[serde(default)]
    pub here: String,
    /// Model paths of what it added.
    #[serde(default)]
    pub adds: Vec<String>,
    /// What it costs here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<String>,
    /// Why it is not used, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    #[serde(default)]
    pub proof: Vec<Proof>,
    #[serde(flatten)]
    pub about: About,
}

/// A named promise and how it is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Mechanism {
    /// What is promised ('no scan is lost once it was acknowledged').
    pub promise: String,
    /// How it is kept.
    pub how: String,
    /// The structure behind it, where the vocabulary has a name for it: rules and evaluation look
    /// at the model paths in `uses`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MechanismKind>,
    /// Model paths that it consists of.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Requirements it protects, as model paths in the brief.
    #[serde(default)]
    pub protects: Vec<String>,
    #[serde(default)]
    pub components: Vec<ComponentId>,
    #[serde(default)]
    pub proof: Vec<Proof>,
    #[serde(flatten)]
    pub about: About,
}

/// Mechanisms whose structure can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MechanismKind {
    /// `uses` names paths that acknowledge after the commit.
    AcknowledgeAfterCommit,
    /// `uses` names a column that carries its partition, and the tables partitioned by it.
    PartitionInIdentifier,
    /// `uses` names a derived value that is a fold over a set of rows.
    FoldOverSet,
    /// `uses` names relations with a fallback.
    DegradedAnswer,
    /// `uses` names an operation and the unique key that makes repeats harmless.
    IdempotentWrite,
    /// `uses` names an update whose condition guards a scarce resource.
    GuardedUpdate,
    /// `uses` names a hold's state machine with its timed transition.
    HoldWithExpiry,
    /// `uses` names an outbox table.
    Outbox,
    /// `uses` names a queue table that workers claim from.
    QueueTable,
    /// `uses` names append-only tables.
    AppendOnly,
    /// `uses` names tables whose rows are kept apart by tenant.
    TenantIsolation,
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    pub kind: ProofKind,
    /// What is computed, run or looked at; for `unverified`, why it could not be.
    pub text: String,
    /// A model path or a file with the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub see: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    Computation,
    Simulation,
    /// A synthetic request in production.
    Probe,
    Test,
    /// Nobody has proved it; `text` says why and who must look.
    Unverified,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Level>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Level>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigation: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Low,
    Medium,
    High,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct OpenQuestion {
    pub text: String,
    /// What it would decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decides: Option<String>,
    /// Who can answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

/// A later stage of the system and what triggers it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct EvolutionStage {
    /// A measurable condition ('store utilisation over 60 % in the busiest hour').
    pub trigger: String,
    pub change: String,
    /// The multiple of today's load at which the trigger is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_load: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

/// A waiver: a finding that somebody accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// `rule@subject`.
    pub finding: String,
    pub reason: String,
    pub owner: String,
    /// ISO 8601 date after which it no longer holds.
    pub expires: String,
}

/// `waivers.yaml`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Waivers {
    #[serde(default)]
    pub waivers: Vec<Waiver>,
}
