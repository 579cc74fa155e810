//! The brief: what is wanted. Everything but the purpose and the domain may be missing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{DataClass, Domain, Latency};
use crate::ids::{Map, OperationId};
use crate::quantity::{Count, Duration, Growth, MoneyPerMonth, Rate, Ratio};
use crate::range::Range;

/// What is wanted, as `brief.yaml` holds it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Brief {
    /// Name of the system, in kebab-case.
    pub name: String,
    /// What it is for, in a few sentences.
    pub purpose: String,
    /// What kind of program it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// How one will see that it does its job. Ids are what elements say they serve.
    #[serde(default)]
    #[schemars(extend("x-ids" = "success"))]
    pub success: Map<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Team>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Constraints>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<Targets>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<SecurityNeeds>,
    /// Laws and standards that apply (`gdpr`, `pci-dss`, `hipaa`, `sox`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Vec<String>>,
    /// Systems that are there already. Empty means greenfield, absent means nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<Map<Existing>>,
    /// Answers that were assumed, not given. Numbered in the order of the file.
    #[serde(default)]
    #[schemars(extend("x-ids" = "assumptions"))]
    pub assumptions: Map<Assumption>,
    /// Between which bounds a number may lie, by its model path (`operations.place-order.rate:
    /// 20/s..80/s`, `scale.growth`, `components.store.availability`). What is not here takes a range
    /// by the kind of its evidence.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub ranges: Map<Range>,
    #[serde(default)]
    pub domain: Domain,
}

/// What kind of program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Serves requests over a network.
    Service,
    /// Runs when somebody types its name.
    CommandLine,
    /// Linked into other programs.
    Library,
    /// Runs to its end on a schedule.
    Batch,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Scale {
    /// People or devices that use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Count>,
    /// All requests in the busiest hour, where operations do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Rate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// Times when the load is far from its busiest hour.
    #[serde(default)]
    #[schemars(extend("x-ids" = "spikes"))]
    pub spikes: Map<Spike>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spike {
    /// How many times the busiest hour.
    pub factor: f64,
    /// How long it lasts.
    pub lasts: Duration,
    #[serde(default)]
    pub shape: SpikeShape,
    /// The operations concerned; all unless said.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SpikeShape {
    /// At once.
    Step,
    /// Over minutes.
    #[default]
    Ramp,
    /// Every day at the same time.
    Daily,
    /// At a moment that is known before.
    Announced,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Team {
    /// Engineers who build and run it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engineers: Option<u32>,
    /// How many teams, with their names where they matter.
    #[serde(default)]
    #[schemars(extend("x-ids" = "teams"))]
    pub teams: Map<TeamInfo>,
    /// What they know, by technology.
    #[serde(default)]
    pub skills: Map<Skill>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<OnCall>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TeamInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engineers: Option<u32>,
    /// What it answers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owns: Option<String>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Skill {
    /// Nobody has run it.
    None,
    /// Somebody has used it.
    Some,
    /// They run it in production.
    Good,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OnCall {
    None,
    BusinessHours,
    AllHours,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Constraints {
    /// Where it may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// The provider's region, or the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Data may not leave this country or union.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residency: Option<String>,
    /// For infrastructure, at the load of the brief.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<MoneyPerMonth>,
    /// Technologies that are given.
    #[serde(default)]
    pub must_use: Vec<String>,
    /// Technologies that are excluded.
    #[serde(default)]
    pub must_not_use: Vec<String>,
    /// Programming languages, the preferred one first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Time until it must be live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    Aws,
    Gcp,
    Azure,
    /// Virtual machines of a hoster.
    Vm,
    /// Machines of one's own.
    OnPremises,
    /// The user's own computer.
    Local,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Targets {
    /// Share of requests answered rightly, over a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    /// For operations that do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// How long a restore may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_time: Option<Duration>,
    /// How much acknowledged work may be lost, as time; 0 s is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_point: Option<Duration>,
    /// Must survive the loss of a zone without a person acting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survive_zone_loss: Option<bool>,
    /// Must survive the loss of a region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survive_region_loss: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SecurityNeeds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenancy: Option<Tenancy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<bool>,
    /// The most sensitive data that is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataClass>,
    /// Whether it can be reached from the internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    None,
    /// Accounts and passwords of its own.
    Own,
    /// An identity provider (OAuth 2.0, OpenID Connect).
    Oidc,
    ApiKeys,
    MutualTls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tenancy {
    /// One organisation.
    Single,
    /// Several, rows apart.
    Rows,
    /// Several, schemas apart.
    Schemas,
    /// Several, databases apart.
    Databases,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Existing {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// Must go on working unchanged.
    #[serde(default)]
    pub keep: bool,
}

/// An answer that was taken as its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// What is assumed, as one sentence.
    pub text: String,
    /// Where in the brief the value stands (`targets.availability`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<String>,
    pub because: String,
    /// The decisions that rest on it.
    #[serde(default)]
    pub decides: Vec<String>,
}
