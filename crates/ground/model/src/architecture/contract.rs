//! Contracts and targets: what is offered, and what is promised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::domain::{Latency, PageStyle};
use crate::ids::{ComponentId, OperationId};
use crate::quantity::{Bytes, Count, Duration, Rate, Ratio};

/// An interface that one component offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contract {
    pub component: ComponentId,
    pub style: ApiStyle,
    /// The operations it offers; all of the component's contexts unless said.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    #[serde(default)]
    pub versioning: Versioning,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PageStyle>,
    /// How callers are known: `jwt`, `oidc`, `api-key`, `mtls`, `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<String>,
    /// Requests per caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Notice before something is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Duration>,
    /// Largest request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_body: Option<Bytes>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ApiStyle {
    Rest,
    Graphql,
    Grpc,
    Websocket,
    Events,
    /// Arguments and exit codes.
    CommandLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// Only additions, so that no version is needed.
    #[default]
    AdditiveOnly,
    /// In the path (`/v1`).
    Path,
    /// In a header.
    Header,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateLimit {
    pub per_caller: Rate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<Count>,
}

/// What is promised for an operation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    #[serde(flatten)]
    pub about: About,
}
