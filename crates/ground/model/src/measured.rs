//! Demands that were measured on the design's own schema: what `measured.yaml` holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::architecture::{Architecture, Step, Work};
use crate::data::Table;

/// `measured.yaml`: facts about this design's own queries, in the order of the paths.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// The day it was measured, ISO 8601.
    pub date: String,
    /// The machine it was measured on.
    pub hardware: Hardware,
    /// What holds for all facts: how rows came about, what was capped, what is not counted.
    #[serde(default)]
    pub conditions: Vec<String>,
    #[serde(default)]
    pub facts: Vec<MeasuredFact>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Hardware {
    /// Model name of the processor.
    pub cpu: String,
    /// Cores of this machine; the query itself ran on one.
    pub cores: u32,
}

/// What one query cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasuredFact {
    /// The operations whose steps ask this query.
    pub operations: Vec<String>,
    /// The store.
    pub component: String,
    /// Id of the technology it was measured on; the fact holds for stores of that technology.
    pub technology: String,
    pub version: String,
    pub work: Work,
    /// Absent for a commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// Mean rows that the step asks for each time; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// The statement, with its parameters as the database writes them.
    pub query: String,
    /// Processor time of one such statement, in microseconds: the mean, and half the width of its
    /// 95 % interval.
    pub cpu_us: f64,
    pub half_width_us: f64,
    /// Statements that the mean rests on.
    pub repetitions: u64,
    /// Time until the answer as the client saw it, one at a time, in microseconds.
    pub wall_p50_us: f64,
    pub wall_p95_us: f64,
    pub wall_p99_us: f64,
    /// Mean rows that were really read or changed.
    pub rows_seen: f64,
    /// Rows in the table when it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_rows: Option<u64>,
    /// Index by which the database found the rows, where it used one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// How the processor time was taken (`thread clock`, `clock of the backend process`, `wall time
    /// less a round trip`).
    pub clock: String,
    /// Checksum of the query's step and its table's structure: where either changes, the fact is
    /// stale.
    pub design: String,
}

/// Checksum of what a measurement of a step rests on: the step's own query and the structure of its
/// table (columns, keys, checks, indexes, partitions), in lower-case hexadecimal. `None` where the
/// step has no table of this architecture.
pub fn digest(architecture: &Architecture, step: &Step) -> Option<String> {
    let mut sum = Checksum::new();
    sum.take(&(step.work, &step.by, &step.order, step.rows));
    let id: &str = step.table.as_ref()?;
    sum.table(id, architecture.data.get(id)?);
    Some(sum.hex())
}

/// The same for a commit: what the path writes before it, in order.
pub fn commit_digest(architecture: &Architecture, steps: &[Step], at: usize) -> String {
    let mut sum = Checksum::new();
    for step in transaction(steps, at) {
        sum.take(&(step.work, &step.by, step.rows, step.times));
        let id = step.table.as_deref().unwrap_or("");
        if let Some(table) = architecture.data.get(id) {
            sum.table(id, table);
        }
    }
    sum.hex()
}

/// The writing steps of the transaction that the commit at this index ends: since the commit before
/// it, on the same component.
pub fn transaction(steps: &[Step], at: usize) -> impl Iterator<Item = &Step> {
    let on = steps.get(at).map(|s| s.on.clone());
    let end = at.min(steps.len());
    let same = move |s: &&Step| on.as_ref() == Some(&s.on);
    let start = steps[..end]
        .iter()
        .rposition(|s| s.work == Work::Commit && Some(&s.on) == steps.get(at).map(|c| &c.on))
        .map_or(0, |i| i + 1);
    steps[start..end]
        .iter()
        .filter(same)
        .filter(|s| s.work.writes() && s.work != Work::Dequeue)
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): enough to notice a change.
struct Checksum(u64);

impl Checksum {
    fn new() -> Self {
        Checksum(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in a value as its JSON, which keeps the order of the file.
    fn take(&mut self, value: &impl Serialize) {
        let text = serde_json::to_string(value).unwrap_or_default();
        for byte in text.bytes().chain([0]) {
            self.0 ^= u64::from(byte);
            self.0 = self.0.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn table(&mut self, id: &str, table: &Table) {
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|(name, c)| {
                (
                    name,
                    c.kind,
                    c.optional,
                    c.max_length,
                    &c.values,
                    c.identity,
                )
            })
            .collect();
        self.take(&(id, columns, &table.primary_key, &table.unique));
        self.take(&(&table.foreign_keys, &table.checks, &table.partition));
        let indexes: Vec<_> = table
            .indexes
            .iter()
            .map(|(name, i)| (name, &i.columns, &i.include, &i.filter, i.kind))
            .collect();
        self.take(&indexes);
    }

    fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

impl MeasuredFact {
    /// Whether it is about this step's query: everything but the design's checksum and the
    /// technology.
    pub fn is_about(&self, operation: &str, step: &Step) -> bool {
        self.work == step.work
            && *step.on == *self.component
            && self.operations.iter().any(|o| o == operation)
            && self.table.as_deref() == step.table.as_deref()
            && self.by == step.by
            && self.order == step.order
            && same(self.rows, step.rows)
    }
}

/// Equal but for how the numbers were written.
fn same(one: Option<f64>, other: Option<f64>) -> bool {
    let (one, other) = (one.unwrap_or(1.0), other.unwrap_or(1.0));
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn architecture(index: &str) -> Architecture {
        let text = format!(
            r#"{{"data": {{"t": {{"store": "s", "columns": {{"id": {{"type": "uuid"}}, "a": {{"type": "text"}}}},
            "primary_key": ["id"], "rows": "10", "indexes": {{{index}}}}}}},
            "paths": {{"o": {{"steps": [{{"on": "s", "work": "insert", "table": "t"}}, {{"on": "s", "work": "commit"}},
              {{"on": "s", "work": "point-read", "table": "t", "by": ["id"]}},
              {{"on": "s", "work": "update", "table": "t", "by": ["id"]}}, {{"on": "s", "work": "commit"}}]}}}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_checksum_follows_structure_and_query_and_nothing_else() {
        let one = architecture("");
        let step = &one.paths["o"].steps[2];
        let mut more_rows = one.clone();
        more_rows.data["t"].rows = None;
        more_rows.data["t"].description = Some("what it is".into());
        assert_eq!(digest(&one, step), digest(&more_rows, step));
        let indexed = architecture(r#""t_a": {"columns": ["a"]}"#);
        assert_ne!(digest(&one, step), digest(&indexed, step));
        let mut other = step.clone();
        other.rows = Some(2.0);
        assert_ne!(digest(&one, step), digest(&one, &other));
        other.table = None;
        assert_eq!(digest(&one, &other), None);
    }

    #[test]
    fn a_commit_answers_for_the_writes_since_the_one_before_it() {
        let one = architecture("");
        let steps = &one.paths["o"].steps;
        let works = |at| -> Vec<Work> { transaction(steps, at).map(|s| s.work).collect() };
        assert_eq!(works(1), [Work::Insert]);
        assert_eq!(works(4), [Work::Update]);
        assert!(works(99).is_empty());
        assert_ne!(commit_digest(&one, steps, 1), commit_digest(&one, steps, 4));
    }
}
