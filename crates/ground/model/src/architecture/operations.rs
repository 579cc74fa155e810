//! Running it: signals, alerts, environments, delivery.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::domain::not;
use crate::ids::{ComponentId, Map};
use crate::quantity::Ratio;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Observability {
    /// Metrics, logs and traces that are kept.
    #[serde(default)]
    #[schemars(extend("x-ids" = "signals"))]
    pub signals: Map<Signal>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "alerts"))]
    pub alerts: Map<Alert>,
    #[serde(default)]
    pub dashboards: Map<Dashboard>,
    /// The header that carries the correlation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignalKind {
    Counter,
    Gauge,
    Histogram,
    Log,
    Trace,
    /// A synthetic request that is made all the time.
    Probe,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    pub kind: SignalKind,
    pub on: ComponentId,
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// A signal's id.
    #[schemars(extend("x-ref" = "signals"))]
    pub signal: String,
    pub condition: String,
    /// Whether somebody is woken.
    #[serde(default, skip_serializing_if = "not")]
    pub page: bool,
    /// What to do first.
    #[serde(rename = "do")]
    pub action: String,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dashboard {
    #[serde(default)]
    pub shows: Vec<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    #[serde(default)]
    pub environments: Map<Environment>,
    /// How a release reaches users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<String>,
    /// How the schema changes without stopping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrations: Option<String>,
    /// How infrastructure is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrastructure: Option<String>,
    /// Steps of the pipeline, in order.
    #[serde(default)]
    pub pipeline: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    pub purpose: String,
    /// Size as a share of production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Ratio>,
}
