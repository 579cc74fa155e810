//! Policies, events, ports, views and how messages look on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DataClass, Field, Latency, not};
use crate::expr::Expr;
use crate::ids::{ActorId, EntityId, Map, ViewId};
use crate::quantity::{Duration, Money, Rate, Ratio};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    pub entity: EntityId,
    /// Fields and derived values shown, in order.
    pub fields: Vec<String>,
    /// Related rows shown inside, each by its own view.
    #[serde(default)]
    pub include: Map<ViewId>,
    /// The name under which one is wrapped (`article`), and many (`articles`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    pub one: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub many: Option<String>,
    /// The name of the total beside a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Holds for the principal and the row (`row.author = principal.id`).
    pub allow: Expr,
    /// What the caller sees otherwise; 403 unless said, 404 where existence is a secret.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The entity it tells about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<EntityId>,
    /// Fields of the entity that it carries.
    #[serde(default)]
    pub payload: Vec<String>,
    /// Further fields.
    #[serde(default)]
    pub fields: Map<Field>,
    /// Events with equal values of this are delivered in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<String>,
    /// Actors that get it as a signed webhook.
    #[serde(default)]
    pub webhook_to: Vec<ActorId>,
    /// The share of events that somebody subscribed to; all unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscribed: Option<Ratio>,
    /// Until when it must have arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Port {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "port-operations"))]
    pub operations: Map<PortOperation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Rate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Webhooks that it sends to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<InboundWebhook>,
    /// The most sensitive data that is sent to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<DataClass>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PortOperation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// It takes an idempotency key, or repeats change nothing.
    #[serde(default, skip_serializing_if = "not")]
    pub idempotent: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    #[serde(default)]
    pub input: Map<Field>,
    #[serde(default)]
    pub output: Map<Field>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InboundWebhook {
    /// How the sender proves itself (`hmac-sha256`).
    pub signature: String,
    /// The field by which repeats are recognised.
    pub dedupe_by: String,
}

/// How messages look on the wire. RFC 9457 problem details and JSON unless said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Wire {
    #[serde(default)]
    pub errors: ErrorFormat,
    /// HTTP status of invalid input; 400 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<u16>,
    #[serde(default)]
    pub naming: Naming,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// What every path begins with (`/api`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorFormat {
    /// `application/problem+json` of RFC 9457.
    #[default]
    Problem,
    /// `{"errors": {"field": ["message"]}}`.
    FieldMap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Naming {
    #[default]
    SnakeCase,
    CamelCase,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Token {
    /// What stands before the token in the `Authorization` header.
    pub scheme: String,
    #[serde(default)]
    pub kind: TokenKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    #[default]
    Jwt,
    Opaque,
    ApiKey,
}
