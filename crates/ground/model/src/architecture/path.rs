//! Paths: the way of an operation through the components, step by step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::About;
use crate::domain::not;
use crate::ids::{ComponentId, RelationId, TableId};
use crate::quantity::{Duration, Ratio};

/// How one operation runs through the components. Evaluation reads nothing else of the operation
/// than its rate and its targets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    #[serde(default)]
    pub steps: Vec<Step>,
    /// When the caller is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Acknowledge>,
    /// How its writes hold together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Transaction>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Acknowledge {
    /// When the transaction is durable.
    AfterCommit,
    /// When a durable queue has it.
    AfterEnqueue,
    /// When it was received; a crash loses it.
    OnReceipt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transaction {
    None,
    /// One database transaction.
    Local,
    /// One database transaction that also stores the messages to be sent.
    Outbox,
    /// Several transactions with compensations.
    Saga,
}

/// One piece of work of an operation at one component.
///
/// Demand of a step = times x probability x (fact(technology of `on`, `work`) with rows and
/// indexes), or `cpu` where it is said. Steps with the same `parallel` name run side by side;
/// `background` steps load the components and do not delay the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    pub on: ComponentId,
    pub work: Work,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// Columns by which rows are found, in the order of use.
    #[serde(default)]
    pub by: Vec<String>,
    /// Columns that order the rows read (`-created_at`).
    #[serde(default)]
    pub order: Vec<String>,
    /// Mean rows read or written each time; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// How often in one run; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
    /// The share of runs in which it happens (a cache miss).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Ratio>,
    /// The relation by which the request gets there; the only one between the two unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<RelationId>,
    /// The caller does not wait for it.
    #[serde(default, skip_serializing_if = "not")]
    pub background: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<String>,
    /// CPU time of one such step, where it is known better than from the technology's facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
    /// Time of one such step that is not CPU (a remote system's answer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Step {
    /// That work there, once, by nothing in particular.
    pub fn of(on: &str, work: Work) -> Self {
        Step {
            on: on.into(),
            work,
            table: None,
            by: Vec::new(),
            order: Vec::new(),
            rows: None,
            times: None,
            probability: None,
            via: None,
            background: false,
            parallel: None,
            cpu: None,
            wait: None,
            note: None,
        }
    }
}

/// The kinds of work that technologies have facts about. The names are the operation names of
/// `data/technologies`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// A runtime takes a request, decodes, encodes and answers.
    Request,
    /// A runtime calls another component.
    Call,
    /// A gateway or balancer passes a request on.
    Proxy,
    /// Work in a runtime that no fact describes; needs `cpu`.
    Compute,
    PointRead,
    RangeRead,
    Aggregate,
    TextSearch,
    Insert,
    Update,
    Delete,
    Commit,
    /// Claims a row of a queue table.
    Dequeue,
    Get,
    Set,
    Publish,
    Consume,
    /// Stores an object.
    Put,
    /// Signs a link, so that the client talks to the object store itself.
    Sign,
    /// An external system answers.
    External,
}

impl Work {
    /// The name as data files write it.
    pub fn id(self) -> &'static str {
        match self {
            Work::Request => "request",
            Work::Call => "call",
            Work::Proxy => "proxy",
            Work::Compute => "compute",
            Work::PointRead => "point-read",
            Work::RangeRead => "range-read",
            Work::Aggregate => "aggregate",
            Work::TextSearch => "text-search",
            Work::Insert => "insert",
            Work::Update => "update",
            Work::Delete => "delete",
            Work::Commit => "commit",
            Work::Dequeue => "dequeue",
            Work::Get => "get",
            Work::Set => "set",
            Work::Publish => "publish",
            Work::Consume => "consume",
            Work::Put => "put",
            Work::Sign => "sign",
            Work::External => "external",
        }
    }
    /// It changes what is stored.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Work::Insert | Work::Update | Work::Delete | Work::Dequeue | Work::Set | Work::Put
        )
    }
    /// It finds rows of a table.
    pub fn reads_rows(self) -> bool {
        matches!(
            self,
            Work::PointRead | Work::RangeRead | Work::Aggregate | Work::Update | Work::Delete
        )
    }
}
