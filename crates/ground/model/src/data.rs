//! Data at rest: tables, collections, queues and buckets, with keys, indexes and partitions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::architecture::About;
use crate::domain::{DataClass, FieldType, OnDelete, Retention, not};
use crate::expr::Expr;
use crate::ids::{ComponentId, ContextId, EntityId, Map, OperationId, TableId};
use crate::quantity::{Bytes, Count, Duration, Rate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    #[default]
    Table,
    /// Rows are claimed and deleted by workers.
    Queue,
    /// Events that wait to be sent.
    Outbox,
    /// Rows that can be rebuilt from others.
    Projection,
    /// Files.
    Bucket,
    /// Entries with a time to live.
    CacheEntries,
}

/// A table, or what a store of another kind has in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// The component that holds it.
    pub store: ComponentId,
    /// The one context that writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<ContextId>,
    #[serde(default)]
    pub kind: TableKind,
    /// The entity whose rows it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub columns: Map<Column>,
    #[serde(default)]
    pub primary_key: Vec<String>,
    /// Combinations of columns that are unique together.
    #[serde(default)]
    pub unique: Map<Unique>,
    #[serde(default)]
    pub foreign_keys: Map<ForeignKey>,
    #[serde(default)]
    pub checks: Map<Expr>,
    #[serde(default)]
    pub indexes: Map<Index>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Rows on the first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Count>,
    /// New rows, as a mean over the year; from the paths unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Rate>,
    /// Mean bytes of a row, without indexes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Bytes>,
    #[serde(default, skip_serializing_if = "not")]
    pub append_only: bool,
    /// Rows are visible to their tenant only, by this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Why it departs from normal form, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denormalised: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    #[serde(rename = "type")]
    pub kind: FieldType,
    #[serde(default, skip_serializing_if = "not")]
    pub optional: bool,
    /// An expression, as the database evaluates it (`now`, `0`, `'open'`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Allowed values of an enum.
    #[serde(default)]
    pub values: Vec<String>,
    /// Filled by the database from a sequence.
    #[serde(default, skip_serializing_if = "not")]
    pub identity: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<DataClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unique {
    pub columns: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub references: TableId,
    /// Columns of the referenced table; its primary key unless said.
    #[serde(default)]
    pub to: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<OnDelete>,
}

/// An index. Every one names the operations, or the duty, that need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Index {
    /// Columns in order; `-created_at` is descending.
    pub columns: Vec<String>,
    /// Columns carried along, so that the row need not be read.
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Expr>,
    #[serde(default)]
    pub kind: IndexKind,
    #[serde(default)]
    pub operations: Vec<OperationId>,
    /// The foreign key whose checks and cascades it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IndexKind {
    #[default]
    Ordered,
    /// Words in text, or keys in JSON.
    Inverted,
    /// Ranges of blocks, for rows that come in the order of the column.
    BlockRange,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Partition {
    pub by: PartitionBy,
    /// The columns; each must be part of the primary key.
    pub columns: Vec<String>,
    /// The time that one partition covers, where it is a time or encodes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Duration>,
    /// How many partitions, for hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// The step of the column's value that one partition covers, where it encodes a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionBy {
    Range,
    List,
    Hash,
}

impl Table {
    /// Ordered column lists by which rows can be entered: primary key, unique keys, indexes.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        std::iter::once((
            "primary_key",
            self.primary_key.iter().map(String::as_str).collect(),
        ))
        .chain(self.unique.iter().map(|(id, unique)| {
            (
                id.as_str(),
                unique.columns.iter().map(String::as_str).collect(),
            )
        }))
        .chain(self.indexes.iter().map(|(id, index)| {
            (
                id.as_str(),
                index
                    .columns
                    .iter()
                    .map(|c| c.trim_start_matches('-'))
                    .collect(),
            )
        }))
    }
}
