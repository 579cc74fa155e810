//! Operations: what people and systems do, how often, how fast, and how requests arrive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, Effect, Field, FieldType, not};
use crate::expr::Expr;
use crate::ids::{ActorId, EntityId, EventId, Map, OperationId, PolicyId, PortId, ViewId};
use crate::quantity::{Duration, Rate, Ratio};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
    /// Repeating it changes nothing more (RFC 9110, 9.2.2).
    pub fn idempotent(self) -> bool {
        matches!(self, Method::Get | Method::Put | Method::Delete)
    }
}

/// What starts an operation. A request over the API unless said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    #[default]
    Request,
    /// A stream that stays open to the client (server-sent events, WebSocket).
    Subscription,
    /// An event of the domain.
    Event(EventId),
    /// A signed call from an external system.
    Webhook(PortId),
    /// A clock: every so often.
    Every(Duration),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Who may start it at all; which rows is the policies' matter.
    #[serde(default)]
    pub actors: Vec<ActorId>,
    #[serde(default)]
    pub trigger: Trigger,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Path with parameters in braces: `/articles/{slug}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The entity it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<EntityId>,
    /// The fields that find the target row; the path's parameters where they are named alike.
    #[serde(default)]
    pub by: Vec<String>,
    /// Fields of the target that the client sends. With `PATCH`, each may be left out.
    #[serde(default)]
    pub accepts: Vec<String>,
    /// Further input that is not a field of the target.
    #[serde(default)]
    pub input: Map<Field>,
    /// The name under which the input is wrapped (`article`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// Query parameters that narrow a list.
    #[serde(default)]
    pub filters: Map<Filter>,
    /// Fields that order a list; `-created_at` is descending.
    #[serde(default)]
    pub order: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Load>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// Conditions on the request and the rows, before any effect.
    #[serde(default)]
    pub preconditions: Vec<Check>,
    #[serde(default)]
    pub policies: Vec<PolicyId>,
    /// What it does, in order. Effects on the database are one transaction unless the design makes
    /// them a saga.
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// How old the answer may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staleness: Option<Duration>,
    /// Conditions about which the answer is never wrong, whatever its age.
    #[serde(default)]
    pub never_wrong: Vec<Expr>,
    /// How requests arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// Many items in one request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// What was acknowledged is never lost.
    #[serde(default, skip_serializing_if = "not")]
    pub durable: bool,
    /// The same input gives the same result, to the cent, whenever it is computed.
    #[serde(default, skip_serializing_if = "not")]
    pub reproducible: bool,
    /// Nobody waits longer because another one sent more: shares are per this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fair_by: Option<String>,
    /// The client need not wait for the effects: it is answered when they are certain to happen.
    #[serde(default, skip_serializing_if = "not")]
    pub deferred: bool,
    /// Mean time of one run, where it is a long job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Duration>,
    /// Refusals that follow from nothing else, by HTTP status.
    #[serde(default)]
    pub errors: Map<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Filter {
    #[serde(default = "text_type", rename = "type")]
    pub kind: FieldType,
    /// The condition that it adds, over `row` and `input`.
    #[serde(rename = "where")]
    pub filter: Expr,
    /// The share of requests that use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Ratio>,
}

fn text_type() -> FieldType {
    FieldType::Text
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    #[serde(default)]
    pub style: PageStyle,
    /// Rows on a page unless the client says.
    pub size: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// The answer carries the total number of rows.
    #[serde(default, skip_serializing_if = "not")]
    pub total: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageStyle {
    #[default]
    Cursor,
    Offset,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ResultSpec {
    /// The view that is shown; all fields of the target unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<ViewId>,
    #[serde(default, skip_serializing_if = "not")]
    pub many: bool,
    /// HTTP status; 200 unless said, 201 for a create, 204 for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Mean number of rows of the answer; the page size unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// Fields that are not the target's.
    #[serde(default)]
    pub fields: Map<Field>,
}

/// How often. `rate: 40/s` is short for `rate: {busy: 40/s}`: the mean of the busiest hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(from = "LoadSpec")]
pub struct Load {
    /// Mean rate of the busiest hour. What the design is evaluated at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<Rate>,
    /// Mean rate over the year; a tenth of the day's work falls into the busiest hour unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Rate>,
    /// The highest rate over seconds, which must be survived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<Rate>,
    /// Derived from how many there are of an actor, and their habits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Habit>,
    /// Where the number comes from ('the letter: 1.1 million parcels a day, 9 scans each').
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Load {
    /// Multiplies every rate that is said.
    pub fn times(&mut self, factor: f64) {
        for rate in [&mut self.busy, &mut self.mean, &mut self.peak]
            .into_iter()
            .flatten()
        {
            rate.0 *= factor;
        }
        if let Some(habit) = &mut self.per {
            habit.each.0 *= factor;
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum LoadSpec {
    Short(Rate),
    Full {
        #[serde(default)]
        busy: Option<Rate>,
        #[serde(default)]
        mean: Option<Rate>,
        #[serde(default)]
        peak: Option<Rate>,
        #[serde(default)]
        per: Option<Habit>,
        #[serde(default)]
        because: Option<String>,
    },
}

impl From<LoadSpec> for Load {
    fn from(spec: LoadSpec) -> Self {
        match spec {
            LoadSpec::Short(rate) => Load {
                busy: Some(rate),
                ..Load::default()
            },
            LoadSpec::Full {
                busy,
                mean,
                peak,
                per,
                because,
            } => Load {
                busy,
                mean,
                peak,
                per,
                because,
            },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Habit {
    pub actor: ActorId,
    /// How often each one does it.
    pub each: Rate,
    /// The share of the day's work that falls into the busiest hour; 10 % unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busiest_hour: Option<Ratio>,
}

/// Latency targets. Each is met by the named share of requests in the busiest hour.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Idempotency {
    /// A repeat does it again, knowingly.
    None,
    /// A repeat changes nothing by nature: same key, same row.
    Natural,
    /// The client sends a key; a repeat gets the first answer.
    Key,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Arrival {
    /// The same message may come more than once.
    #[serde(default, skip_serializing_if = "not")]
    pub duplicates: bool,
    /// Messages may come in another order than they were made.
    #[serde(default, skip_serializing_if = "not")]
    pub unordered: bool,
    /// How late a message may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_by: Option<Duration>,
    /// Messages with equal values of this must be handled in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    pub max: u32,
    /// Mean number of items in a request.
    pub mean: f64,
}

impl Operation {
    /// Whether any effect changes what is stored or somebody else's state.
    pub fn writes(&self) -> bool {
        self.effects.iter().any(|e| !matches!(e, Effect::Read(_)))
    }
    /// The id as a reference, for operations whose id is at hand.
    pub fn reference(id: &str) -> OperationId {
        OperationId(id.to_string())
    }
}
