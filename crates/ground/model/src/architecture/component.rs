//! Components: what runs, where, how large.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::domain::{Latency, not};
use crate::ids::{BoundaryId, ComponentId, ContextId};
use crate::quantity::{Bytes, Duration, Ratio};

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// Somebody or something that calls us.
    Client,
    Cdn,
    LoadBalancer,
    Gateway,
    /// Answers requests.
    Service,
    /// Works off queues, events and deferred jobs.
    Worker,
    /// Starts work by the clock.
    Scheduler,
    Store,
    Cache,
    Broker,
    ObjectStore,
    Search,
    IdentityProvider,
    /// A system that is not ours.
    External,
    /// A program run by a person.
    Program,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    pub kind: ComponentKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Id of a technology (`groundplan explain technology`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// The contexts whose code runs here.
    #[serde(default)]
    pub contexts: Vec<ContextId>,
    /// The team that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How many run at the busiest hour. A store's count includes its replicas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// Over how many zones they are spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zones: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscale: Option<Autoscale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// Requests that one instance works on at once (threads, or connections accepted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Keeps nothing between requests. Services are stateless unless they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stateless: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// The trust boundary it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<BoundaryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
    /// What it holds is encrypted at rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// Run by the provider.
    #[serde(default, skip_serializing_if = "not")]
    pub managed: bool,
    /// Availability of the whole component, where it is agreed or known better than its parts tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// How it is deployed on its own, or with which other component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_in: Option<ComponentId>,
    #[serde(flatten)]
    pub about: About,
}

impl Component {
    /// A component of that kind of which nothing else is said.
    pub fn of(kind: ComponentKind) -> Self {
        Component {
            kind,
            description: None,
            technology: None,
            contexts: Vec::new(),
            owner: None,
            instances: None,
            zones: None,
            size: None,
            autoscale: None,
            replication: None,
            concurrency: None,
            stateless: None,
            exposure: None,
            boundary: None,
            health: None,
            backup: None,
            encrypted: None,
            managed: false,
            availability: None,
            latency: None,
            runs_in: None,
            about: About::default(),
        }
    }
}

/// Resources of one instance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpu: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Bytes>,
    /// Item of the price list it is bought as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Autoscale {
    pub min: u32,
    pub max: u32,
    /// Adds an instance above this utilisation.
    pub at: Ratio,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replication {
    pub mode: ReplicationMode,
    /// Replicas that answer reads.
    #[serde(default)]
    pub readers: u32,
    /// How far readers may lag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<Duration>,
    /// How long a failover takes; absent where a person must act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReplicationMode {
    Synchronous,
    Asynchronous,
    Quorum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Reachable from the internet.
    Public,
    /// Reachable inside the network.
    Internal,
    /// Reachable by its owner only.
    Private,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// The process is alive (`/health/live`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// It can do its work, dependencies included (`/health/ready`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// A full copy this often.
    pub every: Duration,
    pub keep: Duration,
    /// Restores to any moment, by continuous archiving.
    #[serde(default, skip_serializing_if = "not")]
    pub point_in_time: bool,
    /// A restore is rehearsed this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Duration>,
    /// How long the last rehearsal took, from the decision until it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_in: Option<Duration>,
}
