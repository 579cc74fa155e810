//! The domain: what the system is about, in a vocabulary of twelve kinds of thing.
//!
//! It is complete enough that a contract, a schema and a running backend can be derived from it
//! without a handler. Traits that change designs (duplicates, offline clients, scarce resources,
//! staleness, fairness) are fields here, not prose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::ids::{ActorId, EntityId, EventId, Map, OperationId, PolicyId, PortId, ViewId};
use crate::quantity::{Bytes, Count, Duration, Money, Rate, Ratio};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    Text,
    Integer,
    Decimal,
    Money,
    Boolean,
    Date,
    Timestamp,
    Duration,
    Uuid,
    Email,
    Url,
    Enum,
    Json,
    File,
    /// Latitude and longitude.
    Point,
    /// A list of scalars or of objects (`of`); in operations' inputs and results.
    List,
    /// Nested fields (`of`); in operations' inputs and results.
    Object,
}

/// How sensitive data is. The order is the order of sensitivity.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    Public,
    Internal,
    Personal,
    /// Bank data other than cards.
    Financial,
    /// Card data (PCI DSS).
    Card,
    Health,
    /// Passwords, keys, tokens.
    Secret,
}

/// What an empty text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Blank {
    /// It is an error.
    Reject,
    /// It means absent.
    Absent,
    /// It is an ordinary value.
    Keep,
}

/// A field. `title: text` is short for `title: {type: text}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "FieldSpec")]
pub struct Field {
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// May be absent. Fields are required unless they say so.
    #[serde(default, skip_serializing_if = "not")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "not")]
    pub unique: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    /// A regular expression that the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The values of an enum.
    #[serde(default)]
    pub values: Vec<String>,
    /// ISO 4217 code of a money field; absent means that each row carries its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<Blank>,
    /// Accepted and never shown (passwords).
    #[serde(default, skip_serializing_if = "not")]
    pub write_only: bool,
    /// Never changes after the row was created.
    #[serde(default, skip_serializing_if = "not")]
    pub immutable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<DataClass>,
    /// What part of the value another value is encoded in, so that it can be read from the value
    /// alone ('the creation week is the first three digits').
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encodes: Option<Encoding>,
    /// Mean size of a file or a JSON value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// The fields of an object, or of each object in a list.
    #[serde(default)]
    pub of: Map<Field>,
    /// The scalar type of each element of a list that has no `of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<FieldType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Mean number of elements of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_items: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A value as it would appear in a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<serde_json::Value>,
}

/// A value that is carried inside another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Encoding {
    /// What can be read from the value.
    pub what: Expr,
    /// How it is laid out ('3 digits week slot, 10 digits serial, 1 check digit').
    pub layout: String,
    /// The time that one step of the encoded value covers, where it is a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Duration>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum FieldSpec {
    Short(FieldType),
    Full(Box<FullField>),
}

macro_rules! full_field {
    ($($(#[$meta:meta])* $name:ident : $type:ty),* $(,)?) => {
        #[derive(Deserialize, JsonSchema)]
        struct FullField {
            #[serde(rename = "type")]
            kind: FieldType,
            $(#[serde(default)] $(#[$meta])* $name: $type,)*
        }
        impl From<FieldSpec> for Field {
            fn from(spec: FieldSpec) -> Self {
                match spec {
                    FieldSpec::Short(kind) => Field::of_type(kind),
                    FieldSpec::Full(full) => Field { kind: full.kind, $($name: full.$name),* },
                }
            }
        }
        impl Field {
            /// A required field of that type with nothing else said.
            pub fn of_type(kind: FieldType) -> Self {
                Field { kind, $($name: Default::default()),* }
            }
        }
    };
}

full_field! {
    optional: bool,
    unique: bool,
    default: Option<Expr>,
    pattern: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    min_length: Option<u32>,
    max_length: Option<u32>,
    values: Vec<String>,
    currency: Option<String>,
    blank: Option<Blank>,
    write_only: bool,
    immutable: bool,
    class: Option<DataClass>,
    encodes: Option<Encoding>,
    size: Option<Bytes>,
    of: Map<Field>,
    each: Option<FieldType>,
    max_items: Option<u32>,
    mean_items: Option<f64>,
    description: Option<String>,
    example: Option<serde_json::Value>,
}

/// How rows of an entity are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// A random or time-ordered UUID made by the server.
    #[default]
    Uuid,
    /// A UUID made by the client, so that a repeat is recognised.
    ClientUuid,
    /// A number from a sequence.
    Sequence,
    /// These fields.
    Natural(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub key: Key,
    #[serde(default)]
    #[schemars(extend("x-ids" = "fields"))]
    pub fields: Map<Field>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "links"))]
    pub relations: Map<Link>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "derived"))]
    pub derived: Map<Derived>,
    /// Combinations of fields or relations that are unique together.
    #[serde(default)]
    pub unique: Vec<Vec<String>>,
    #[serde(default)]
    pub checks: Map<Check>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// Which timestamps the system keeps.
    #[serde(default)]
    pub timestamps: Vec<Stamp>,
    /// How many rows there are and how they grow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Volume>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Rows are added and never changed or deleted before their retention ends.
    #[serde(default, skip_serializing_if = "not")]
    pub append_only: bool,
    /// Rows stand for something that many want and few can have (seats, stock).
    #[serde(default, skip_serializing_if = "not")]
    pub scarce: bool,
    /// Every change is recorded with who, when and what.
    #[serde(default, skip_serializing_if = "not")]
    pub audited: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consistency: Option<Consistency>,
    /// The relation that leads to the tenant the row belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stamp {
    Created,
    Updated,
    Deleted,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    Eventual,
    /// The reader sees its own writes.
    ReadYourWrites,
    Strong,
}

/// A relation between entities, seen from the entity that carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    pub to: EntityId,
    /// To many rows. With neither side owning, it is many-to-many.
    #[serde(default, skip_serializing_if = "not")]
    pub many: bool,
    #[serde(default, skip_serializing_if = "not")]
    pub optional: bool,
    /// The linked rows are parts of this one: created, loaded and deleted with it.
    #[serde(default, skip_serializing_if = "not")]
    pub parts: bool,
    /// The relation on the other side that is the same link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverse: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<OnDelete>,
    #[serde(default, skip_serializing_if = "not")]
    pub ordered: bool,
    /// Fields of the link itself.
    #[serde(default)]
    pub fields: Map<Field>,
    /// Mean number of linked rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    Cascade,
    Restrict,
    SetNull,
}

/// A value computed from others. Exactly one of `count`, `sum`, `exists`, `lookup`, `slug`, `value`
/// and `fold` says how.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Derived {
    /// Number of linked rows of this relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// Sum of this expression over linked rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Expr>,
    /// Whether a linked row exists, often by the principal (`favorited`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<Expr>,
    /// A value of a related row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup: Option<Expr>,
    /// A readable unique name made from this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Any other expression over the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Expr>,
    /// A function of the whole set of linked rows, whatever their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<FieldType>,
    /// Kept in the row, not computed at each read.
    #[serde(default, skip_serializing_if = "not")]
    pub stored: bool,
}

/// A value as a fold over a set of rows: the same set gives the same value in any order and with
/// any duplicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fold {
    /// The relation whose rows are folded.
    pub over: String,
    /// Rules from the strongest to the weakest; the first that matches gives the value.
    pub rules: Vec<FoldRule>,
    /// The value of the empty set.
    pub empty: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoldRule {
    /// A condition on the set: `exists(...)`, or on its latest row.
    pub when: Expr,
    /// The value, as text or as an expression over the deciding row.
    pub gives: Expr,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    pub expr: Expr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// HTTP status of the refusal; 422 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// It holds only in this state of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Machine {
    /// The field that holds the state.
    pub field: String,
    pub initial: String,
    pub states: Map<State>,
    #[serde(default)]
    pub transitions: Map<Transition>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct State {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "not")]
    pub terminal: bool,
    /// Fields that cannot change in this state.
    #[serde(default)]
    pub immutable: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    pub from: Vec<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Expr>,
    /// Happens by itself when the row has been this long in a `from` state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Duration>,
    #[serde(default)]
    pub effects: Vec<Effect>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Volume {
    /// Rows on the first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Count>,
    /// New rows, where they do not follow from the operations that create them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Rate>,
    /// Mean size of a row; estimated from the fields unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Bytes>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Retention {
    /// How long a row must be kept.
    pub keep: Duration,
    #[serde(default)]
    pub then: AfterRetention,
    /// The duty behind it ('billing', 'GDPR').
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AfterRetention {
    #[default]
    Delete,
    Archive,
    Anonymise,
}

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

/// One effect of an operation or a transition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Read(Read),
    Create(Create),
    Update(Update),
    Delete(Delete),
    /// Adds a link of a many-to-many relation; a repeat changes nothing.
    Link(LinkEffect),
    Unlink(LinkEffect),
    /// Takes a transition of the entity's state machine.
    Transition(TransitionEffect),
    Call(Call),
    Emit(Emit),
    /// Runs code that the model does not hold. Regeneration never touches it.
    Handler(Handler),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Read {
    pub entity: EntityId,
    /// Fields that find the rows by equality.
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default)]
    pub order: Vec<String>,
    /// Mean number of rows; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// Rows are counted or summed, not shown.
    #[serde(default, skip_serializing_if = "not")]
    pub aggregate: bool,
    /// Words are searched in these fields.
    #[serde(default)]
    pub search: Vec<String>,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// The name under which later effects see the row.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// HTTP status where there is no row; 404 unless said.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Create {
    pub entity: EntityId,
    #[serde(default)]
    pub set: Map<Expr>,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// A row with the same key already there is left as it is, and is no error.
    #[serde(default, skip_serializing_if = "not")]
    pub ignore_duplicates: bool,
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Update {
    pub entity: EntityId,
    #[serde(default)]
    pub by: Vec<String>,
    /// The guard: the update happens only where it holds (`available >= item.quantity`).
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default)]
    pub set: Map<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Mean number of rows changed; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// HTTP status where no row was changed (409 for a guard).
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delete {
    pub entity: EntityId,
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkEffect {
    /// The entity that carries the relation.
    pub entity: EntityId,
    pub relation: String,
    /// Once per element of this input list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionEffect {
    pub entity: EntityId,
    /// A transition of the entity's machine.
    pub take: String,
    #[serde(default)]
    pub by: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    pub port: PortId,
    /// An operation of the port.
    #[serde(rename = "do")]
    pub operation: String,
    #[serde(default)]
    pub with: Map<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<Expr>,
    /// The port's operation that undoes it when a later effect fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Emit {
    pub event: EventId,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Mean number of events per run; 1, or one per element, unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Handler {
    pub name: String,
    pub because: String,
    /// CPU that one run takes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
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
