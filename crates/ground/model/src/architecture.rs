//! The architecture: components, relations, contracts, delivery. The one source of all that is
//! rendered. Data is in `data.rs`, promises and decisions are in `rationale.rs`.

mod component;
mod contract;
mod experiment;
mod operations;
mod path;
mod relation;
mod security;

pub use component::*;
pub use contract::*;
pub use experiment::*;
pub use operations::*;
pub use path::*;
pub use relation::*;
pub use security::*;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::brief::Brief;
use crate::data::Table;
use crate::ids::{EntityId, Map, OperationId};
use crate::plain::Plain;
use crate::rationale::{AppliedPattern, Decision, EvolutionStage, Mechanism, OpenQuestion, Risk};

/// Who wrote an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// Groundplan's own design. A new run of design may propose to change it.
    Engine,
    /// Nobody but a person changes it. What is written by hand and says nothing is a person's.
    #[default]
    Person,
    /// A coding agent.
    Agent,
}

// What every element may carry. No documentation of its own: in the schema it would stand for that of
// every type that flattens it in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// Requirements it serves: model paths in the brief (`success.no-oversell`, `operations.pay`).
    #[serde(default)]
    pub serves: Vec<String>,
    /// Where it came from: a decision, a pattern, a place in code. `origin` in files, because a
    /// relation's `from` is its caller.
    #[serde(default, rename = "origin", skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default)]
    pub author: Author,
    /// The author's reason, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// The brief an architecture answers: another file, or written in place.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BriefSource {
    File(String),
    Inline(Box<Brief>),
}

// Not derived: what is derived for an untagged enum reads a brief from a second kind of tree, and all of
// the brief's code is compiled for that again.
impl<'de> Deserialize<'de> for BriefSource {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::String(file) => Ok(BriefSource::File(file)),
            inline => match Brief::from_value(&inline) {
                Ok(brief) => Ok(BriefSource::Inline(Box::new(brief))),
                Err(error) => Err(D::Error::custom(error)),
            },
        }
    }
}

/// The design, as `architecture.yaml` holds it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Architecture {
    /// The brief: `brief.yaml`, or a brief written in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<BriefSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// What was decided, and what was not chosen.
    #[serde(default)]
    #[schemars(extend("x-ids" = "decisions"))]
    pub decisions: Map<Decision>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "contexts"))]
    pub contexts: Map<Context>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "components"))]
    pub components: Map<Component>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "relations"))]
    pub relations: Map<Relation>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "tables"))]
    pub data: Map<Table>,
    /// How each operation runs through the components.
    #[serde(default)]
    #[schemars(extend("x-ids" = "paths"))]
    pub paths: Map<Path>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "contracts"))]
    pub contracts: Map<Contract>,
    /// Targets that differ from the brief's, by operation.
    #[serde(default)]
    pub targets: Map<Target>,
    #[serde(default)]
    pub security: Security,
    #[serde(default)]
    pub observability: Observability,
    #[serde(default)]
    pub delivery: Delivery,
    #[serde(default)]
    #[schemars(extend("x-ids" = "patterns"))]
    pub patterns: Map<AppliedPattern>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "mechanisms"))]
    pub mechanisms: Map<Mechanism>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "risks"))]
    pub risks: Map<Risk>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "questions"))]
    pub questions: Map<OpenQuestion>,
    /// What is tried on it before it happens.
    #[serde(default)]
    #[schemars(extend("x-ids" = "experiments"))]
    pub experiments: Map<Experiment>,
    /// Later stages, and what triggers each.
    #[serde(default)]
    #[schemars(extend("x-ids" = "evolution"))]
    pub evolution: Map<EvolutionStage>,
}

/// Architectural style.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// A program that runs where it is called.
    Program,
    Monolith,
    ModularMonolith,
    /// One code base, several deployables over one database cluster.
    Services,
    Microservices,
    Serverless,
    EventDriven,
}

/// A bounded context: what one model and one team answer for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub entities: Vec<EntityId>,
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(flatten)]
    pub about: About,
}
