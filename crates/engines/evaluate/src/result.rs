//! What an evaluation yields: plain numbers by the ids of the model, and where each comes from.
//!
//! Every number has a key, the dotted path of its field: `operations.place-order.p99`,
//! `components.orders.utilisation`, `tables.orders.bytes-1y`. [`Evaluation::explain`] finds a number
//! by its key, with or without the leading collection.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::cost::LineItem;

/// Everything computed of one system under one scenario.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evaluation {
    /// Multiple of the busiest hour that was evaluated.
    pub load_factor: f64,
    /// Whether the peaks were evaluated in place of the busiest hour.
    #[serde(default)]
    pub peak: bool,
    /// The zone taken as lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_zone: Option<String>,
    pub operations: IndexMap<String, OperationResult>,
    pub components: IndexMap<String, ComponentResult>,
    /// Connections in use, by relation.
    pub relations: IndexMap<String, HeldUse>,
    /// Requests in flight through a bulkhead, by relation.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub bulkheads: IndexMap<String, HeldUse>,
    pub tables: IndexMap<String, TableResult>,
    pub system: SystemResult,
    pub cost: CostResult,
    /// Steps at relational stores, and how many of them rest on demands that were measured on this
    /// design's own schema. Both 0 where nothing was measured.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub measured_demands: usize,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub store_demands: usize,
    /// Formula and inputs of every number, by key. Empty where the scenario asks for none.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub explanations: IndexMap<String, Explanation>,
}

/// One operation at this load.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OperationResult {
    /// What is not known, each as one sentence. Where there is any, the times and what rests on
    /// them are absent: the operation is UNVERIFIED, not estimated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// Runs per second, load factor included.
    pub rate_per_s: Option<f64>,
    /// Components on its path that cannot keep up, and what it holds of which there is too little
    /// (`connections of app-to-store`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saturated_by: Vec<String>,
    /// Response time as the caller sees it at our edge. Absent where a component is saturated or a
    /// fact is missing.
    pub response: Option<Times>,
    /// Time of the background steps after the answer, from their start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Times>,
    /// What each step adds to the mean, in the order of the path.
    pub steps: Vec<StepTime>,
    /// Round trips between components that one run waits for, in ms.
    pub network_ms: f64,
    /// Mean wait for connections and slots, part of the response, in ms.
    #[serde(default)]
    pub held_wait_ms: f64,
    /// Share of requests that fail because something took longer than its timeout, all repeats
    /// and fallbacks counted; absent where nobody gives up, and in searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<f64>,
    /// Share of the time in which all it needs is up.
    pub availability: Option<f64>,
    pub down_minutes_per_month: Option<f64>,
    /// Smallest sets of parts whose common failure stops it, at most two parts each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped_by: Vec<Vec<String>>,
    /// Minutes a month in which all parts of each set are down at once, in the order of the sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped_minutes: Vec<f64>,
}

/// A response time's mean and percentiles, in ms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Times {
    pub mean_ms: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
}

/// What one step of a path adds to the mean response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    /// Index into the path's steps.
    pub step: usize,
    pub component: String,
    pub work: String,
    pub background: bool,
    /// Waiting for a free processor.
    pub wait_ms: f64,
    /// Processor time and other service time.
    pub service_ms: f64,
}

/// One component at this load.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ComponentResult {
    /// Operations whose demand on it is not known: what stands here is then a lower bound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
    /// Instances that share the work of the pool `main`, after the loss of a zone and after
    /// autoscaling; absent where nothing bounds it.
    pub instances: Option<usize>,
    /// The queues it consists of: one, or for a store with readers also `readers`.
    pub pools: IndexMap<String, PoolUse>,
    /// Requests it works on at once, against its limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<HeldUse>,
    pub availability: Option<f64>,
}

/// Use of equal processors behind one queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoolUse {
    /// Processors, all instances together; absent where nothing bounds it.
    pub servers: Option<usize>,
    /// Pieces of work per second.
    pub arrival_per_s: f64,
    /// 1 or more: saturated.
    pub utilisation: f64,
    pub saturated: bool,
    /// Absent where saturated.
    pub mean_wait_ms: Option<f64>,
    /// Mean number waiting; absent where saturated.
    pub queue_length: Option<f64>,
}

/// Use of something that is held while other work goes on: connections, threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldUse {
    pub limit: usize,
    /// Absent where what happens meanwhile is saturated.
    pub mean: Option<f64>,
    /// Enough for 99 % of the time.
    pub p99: Option<u64>,
    /// More is needed than there is.
    pub exceeded: bool,
    /// Mean number held over the limit; absent where there is no steady state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<f64>,
    /// Mean wait for one, part of the response; absent where there is no steady state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_wait_ms: Option<f64>,
    /// Share that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_probability: Option<f64>,
    /// Share that is refused because all are held; 0 where those wait.
    #[serde(default)]
    pub refused: f64,
    /// It is asked for more often than it is given back: the line before it grows without end.
    #[serde(default)]
    pub saturated: bool,
}

/// Growth of one table; the numbers are for one copy unless said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableResult {
    /// New rows per second, mean over the year.
    pub new_rows_per_s: f64,
    /// Bytes of a row and of its index entries; absent where the row's size is not known.
    pub row_bytes: Option<f64>,
    pub index_bytes: f64,
    pub copies: f64,
    /// Today, in one year, in three years.
    pub rows: [f64; 3],
    pub bytes: Option<[f64; 3]>,
}

/// The system as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SystemResult {
    /// Multiple of the busiest hour at which the first component saturates, or the first resource
    /// that is held, with autoscaled ones at the most their rules allow.
    pub saturates_at: Option<f64>,
    /// That component, or `connections of app-to-store`, `slots of app`.
    pub saturates_first: Option<String>,
    /// All operations work.
    pub availability: Option<f64>,
    /// What timeouts and repeats do; absent where nobody gives up, and in searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overload: Option<OverloadResult>,
}

/// Timeouts and repeats, and where they keep a system down; loads are multiples of the busiest hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OverloadResult {
    /// The largest mean number of tries of a call, over all relations.
    pub amplification: f64,
    /// From here on the repeats alone break it down. Absent where nothing of ours is repeated.
    pub collapses_at: Option<f64>,
    /// Once broken down it comes back by itself below this only.
    pub recovers_below: Option<f64>,
    /// By relation with a timeout.
    pub links: IndexMap<String, LinkResult>,
}

/// The tries over one relation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinkResult {
    /// Share of tries that take longer than the timeout.
    pub timeouts: f64,
    /// Mean tries of a call.
    pub tries: f64,
}

/// What it costs per month, infrastructure only, without tax.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CostResult {
    /// The price list used.
    pub price_list: Option<String>,
    pub items: Vec<LineItem>,
    /// By currency.
    pub total_per_month: IndexMap<String, f64>,
    /// What is not in the total, each as one sentence.
    pub left_out: Vec<String>,
}

/// Why a number is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    pub value: f64,
    /// Unit of the value (`ms`, `per second`, `share`).
    pub unit: String,
    /// The arithmetic in words and symbols, with the paper's name.
    pub formula: String,
    pub inputs: Vec<Input>,
}

/// One number that went in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub name: String,
    /// With its unit.
    pub value: String,
    /// Model path, or title, address and date of the source.
    pub source: String,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The leading collections of keys.
const COLLECTIONS: [&str; 6] = [
    "operations",
    "components",
    "relations",
    "tables",
    "system",
    "cost",
];

impl Evaluation {
    /// The explanation of a number by its key, `operations.place-order.p99` or `place-order.p99`,
    /// with the full key. Collections are tried in the order operations, components, relations,
    /// tables, system, cost.
    pub fn explain(&self, key: &str) -> Option<(&str, &Explanation)> {
        let exact = self.explanations.get_key_value(key);
        let found = exact.or_else(|| {
            COLLECTIONS
                .iter()
                .find_map(|c| self.explanations.get_key_value(&format!("{c}.{key}")))
        });
        found.map(|(key, explanation)| (key.as_str(), explanation))
    }

    /// The value of a number by its key, where explanations were asked for.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.explain(key).map(|(_, e)| e.value)
    }
}

impl Explanation {
    pub fn new(value: f64, unit: &str, formula: impl Into<String>) -> Self {
        Explanation {
            value,
            unit: unit.to_string(),
            formula: formula.into(),
            inputs: Vec::new(),
        }
    }

    /// Adds an input.
    pub fn with(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        self.inputs.push(Input {
            name: name.into(),
            value: value.into(),
            source: source.into(),
        });
        self
    }
}
