//! Relations: who talks to whom, and what happens when nothing comes back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::domain::{DataClass, not};
use crate::ids::{ComponentId, EventId, OperationId, TableId};
use crate::quantity::{Duration, Ratio};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The caller waits for the answer.
    #[default]
    Sync,
    /// The caller goes on.
    Async,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    pub from: ComponentId,
    pub to: ComponentId,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What it is for, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The operations that use it; those of the paths unless said.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<Breaker>,
    /// What is done when it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Connections that each instance of `from` keeps open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<u32>,
    /// Requests in flight at once, so that a slow callee cannot take the whole caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulkhead: Option<u32>,
    #[serde(default)]
    pub classes: Vec<DataClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// How the caller proves who it is (`jwt`, `mtls`, `password`, `iam-role`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryGuarantee>,
    /// Messages with equal values of this stay in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<String>,
    /// Where messages go that cannot be handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter: Option<DeadLetter>,
    /// The callee recognises a repeat. Derived from the operations unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent: Option<bool>,
    /// The events it carries.
    #[serde(default)]
    pub events: Vec<EventId>,
    #[serde(flatten)]
    pub about: About,
}

impl Relation {
    /// A relation of which nothing else is said.
    pub fn between(from: &str, to: &str, mode: Mode) -> Self {
        Relation {
            from: from.into(),
            to: to.into(),
            mode,
            protocol: None,
            purpose: None,
            operations: Vec::new(),
            timeout: None,
            retry: None,
            breaker: None,
            fallback: None,
            pool: None,
            bulkhead: None,
            classes: Vec::new(),
            encryption: None,
            authentication: None,
            delivery: None,
            ordered_by: None,
            dead_letter: None,
            idempotent: None,
            events: Vec::new(),
            about: About::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Retry {
    /// Tries in all, the first one included.
    pub attempts: u32,
    /// Pause before the first repeat; it doubles.
    pub backoff: Duration,
    /// The pause is drawn at random between zero and its length.
    #[serde(default, skip_serializing_if = "not")]
    pub jitter: bool,
    /// Repeats stop when they are more than this share of all calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Ratio>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breaker {
    /// Opens after this many failures in a row.
    pub failures: u32,
    /// Lets a try through after this time.
    pub recovery: Duration,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fallback {
    /// Another component that answers instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ComponentId>,
    /// What the user sees then.
    pub shows: String,
    /// How old the answer may be then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staleness: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    None,
    Tls,
    MutualTls,
    /// Never leaves the machine.
    Local,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryGuarantee {
    AtMostOnce,
    AtLeastOnce,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// The table, queue or topic that takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// After how many tries.
    pub after: u32,
}
