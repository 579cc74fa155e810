//! Security: identities, roles, secrets, boundaries, threats.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::ids::{BoundaryId, ComponentId, Map, OperationId, RelationId, RoleId, TableId};
use crate::quantity::Duration;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Security {
    /// Who or what acts: people, services, devices.
    #[serde(default)]
    pub identities: Map<Identity>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "roles"))]
    pub roles: Map<Role>,
    #[serde(default)]
    pub secrets: Map<Secret>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "boundaries"))]
    pub boundaries: Map<Boundary>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "threats"))]
    pub threats: Map<Threat>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// How it proves itself.
    pub authentication: String,
    #[serde(default)]
    pub roles: Vec<RoleId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Operations it may start.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    /// What it may do with tables; a database role.
    #[serde(default)]
    pub tables: Vec<Grant>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    pub table: TableId,
    #[serde(default)]
    pub may: Vec<Privilege>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Secret {
    /// Where it is kept; never its value.
    pub kept_in: String,
    #[serde(default)]
    pub used_by: Vec<ComponentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Boundary {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The boundary around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<BoundaryId>,
    #[serde(flatten)]
    pub about: About,
}

/// STRIDE (Kohnfelder and Garg, The threats to our products, 1999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThreatKind {
    Spoofing,
    Tampering,
    Repudiation,
    InformationDisclosure,
    DenialOfService,
    ElevationOfPrivilege,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Threat {
    pub kind: ThreatKind,
    /// The relation that crosses a boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<RelationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    pub scenario: String,
    pub mitigation: String,
    #[serde(flatten)]
    pub about: About,
}
