//! The domain: what the system is about, in a vocabulary of twelve kinds of thing.
//!
//! It is complete enough that a contract, a schema and a running backend can be derived from it
//! without a handler. Traits that change designs (duplicates, offline clients, scarce resources,
//! staleness, fairness) are fields here, not prose.

mod effect;
mod entity;
mod field;
mod operation;
mod wire;

pub use effect::*;
pub use entity::*;
pub use field::*;
pub use operation::*;
pub use wire::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{EntityId, Map};
use crate::quantity::Count;

pub(crate) fn not(value: &bool) -> bool {
    !*value
}

/// What the system is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// Who uses the system: people, devices, other systems.
    #[serde(default)]
    #[schemars(extend("x-ids" = "actors"))]
    pub actors: Map<Actor>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "entities"))]
    pub entities: Map<Entity>,
    /// External systems that are called, or that call with webhooks.
    #[serde(default)]
    #[schemars(extend("x-ids" = "ports"))]
    pub ports: Map<Port>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "events"))]
    pub events: Map<Event>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "policies"))]
    pub policies: Map<Policy>,
    /// Which fields of an entity are shown.
    #[serde(default)]
    #[schemars(extend("x-ids" = "views"))]
    pub views: Map<View>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "operations"))]
    pub operations: Map<Operation>,
    /// How messages look on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A person outside the organisation, with an account.
    #[default]
    Customer,
    /// A person of the organisation.
    Staff,
    /// Somebody who is not signed in.
    Anonymous,
    /// A machine in the field.
    Device,
    /// Another program.
    System,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    #[serde(default)]
    pub kind: ActorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// The entity that holds their account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<EntityId>,
    /// The entity that separates their rows from everybody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<EntityId>,
    /// They work without a connection and send what they buffered later.
    #[serde(default, skip_serializing_if = "not")]
    pub offline: bool,
    /// Names of roles that this actor may hold.
    #[serde(default)]
    pub roles: Vec<String>,
}
