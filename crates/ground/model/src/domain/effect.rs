//! Effects: what an operation does, in order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::not;
use crate::expr::Expr;
use crate::ids::{EntityId, EventId, Map, PortId};
use crate::quantity::Duration;

/// One effect of an operation or a transition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Read(Read),
    Create(Create),
    Update(Update),
    Delete(Delete),
    /// Adds a link of a many-to-many relation; a repeat changes nothing.
    Link(LinkEffect),
    Unlink(LinkEffect),
    /// Takes a transition of the entity's state machine.
    Transition(TransitionEffect),
    Call(Call),
    Emit(Emit),
    /// Runs code that the model does not hold. Regeneration never touches it.
    Handler(Handler),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Read {
    pub entity: EntityId,
    /// Fields that find the rows by equality.
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default)]
    pub order: Vec<String>,
    /// Mean number of rows; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// Rows are counted or summed, not shown.
    #[serde(default, skip_serializing_if = "not")]
    pub aggregate: bool,
    /// Words are searched in these fields.
    #[serde(default)]
    pub search: Vec<String>,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// The name under which later effects see the row.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// HTTP status where there is no row; 404 unless said.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Create {
    pub entity: EntityId,
    #[serde(default)]
    pub set: Map<Expr>,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// A row with the same key already there is left as it is, and is no error.
    #[serde(default, skip_serializing_if = "not")]
    pub ignore_duplicates: bool,
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Update {
    pub entity: EntityId,
    #[serde(default)]
    pub by: Vec<String>,
    /// The guard: the update happens only where it holds (`available >= item.quantity`).
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default)]
    pub set: Map<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Mean number of rows changed; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// HTTP status where no row was changed (409 for a guard).
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delete {
    pub entity: EntityId,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkEffect {
    /// The entity that carries the relation.
    pub entity: EntityId,
    pub relation: String,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionEffect {
    pub entity: EntityId,
    /// A transition of the entity's machine.
    pub take: String,
    #[serde(default)]
    pub by: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    pub port: PortId,
    /// An operation of the port.
    #[serde(rename = "do")]
    pub operation: String,
    #[serde(default)]
    pub with: Map<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<Expr>,
    /// The port's operation that undoes it when a later effect fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Emit {
    pub event: EventId,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Mean number of events per run; 1, or one per element, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Handler {
    pub name: String,
    pub because: String,
    /// CPU that one run takes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
}
