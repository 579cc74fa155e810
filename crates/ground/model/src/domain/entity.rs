//! Entities: keys, links, derived values, checks, state machines, volume and retention.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, Field, FieldType, not};
use crate::expr::Expr;
use crate::ids::{EntityId, Map, PolicyId};
use crate::quantity::{Bytes, Count, Duration, Rate};

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
    /// What makes a row the latest: the greatest values of these fields, compared in this order.
    /// The last of them tell any two rows apart, or the value depends on the order of arrival.
    #[serde(default)]
    pub latest: Vec<String>,
    /// Rules from the strongest to the weakest; the first that matches gives the value.
    pub rules: Vec<FoldRule>,
    /// The value of the empty set.
    pub empty: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoldRule {
    /// A condition on the set, `exists(...)`, or on its latest row: bare names are that row's fields,
    /// and the latest row is taken among those for which they hold.
    pub when: Expr,
    /// The value, as text or as an expression over the deciding row (`row.kind`).
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
