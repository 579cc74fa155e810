//! What a simulation yields: numbers with how sure they are, by the ids of the model.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::timeline::Timeline;

/// A number, and half the width of its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Measure {
    pub value: f64,
    /// Absent where there are too few samples to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
}

impl Measure {
    /// Half width as a share of the value.
    pub fn relative(&self) -> Option<f64> {
        let half = self.half_width?;
        (self.value.abs() > 0.0).then(|| half / self.value.abs())
    }

    pub(crate) fn scaled(self, factor: f64) -> Self {
        Measure {
            value: self.value * factor,
            half_width: self.half_width.map(|h| h * factor),
        }
    }
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Every interval that was wanted is narrow enough.
    Converged,
    /// The time of the script is over.
    Duration,
    /// The largest number of events was reached.
    Events,
    /// A million tasks were in the system at once: it cannot keep up.
    Crowded,
    /// Nothing happens.
    Quiet,
}

/// Everything measured in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Simulated {
    pub seed: u64,
    /// Multiple of the plant's rates.
    pub load: f64,
    pub ended: Ended,
    pub events: u64,
    /// Simulated time, and how much of its beginning was not counted (MSER, White 1997).
    pub duration_s: f64,
    pub warm_up_s: f64,
    /// Batches that the intervals rest on.
    pub batches: usize,
    /// More came than left over the whole run: there is no steady state, and times grow with the
    /// length of the run.
    pub growing: bool,
    /// Mean number of requests in the system.
    pub in_system: Measure,
    /// Requests in the whole run, warm-up included, that came, were answered, failed, and were
    /// still there at its end.
    pub totals: Totals,
    pub operations: IndexMap<String, SimulatedOperation>,
    pub stations: IndexMap<String, SimulatedStation>,
    pub resources: IndexMap<String, SimulatedResource>,
    pub links: IndexMap<String, SimulatedLink>,
    /// Of a script with faults or of a given duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// Parts of the plant or the script that could not be used, each as one sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub arrived: u64,
    pub answered: u64,
    pub failed: u64,
    pub in_flight: u64,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SimulatedOperation {
    /// Requests per second that came.
    pub arrival_per_s: f64,
    /// Answered well, per second.
    pub rate_per_s: Measure,
    /// Answers that the times rest on.
    pub samples: u64,
    /// Response time of what was answered. Absent where nothing was, or a fact is missing.
    pub response: Option<SimulatedTimes>,
    /// Time of what is done after the answer, from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<SimulatedTimes>,
    /// Share of requests that failed, by cause.
    pub errors: Errors,
    /// Per request: repeats of calls, calls given up for lateness, refusals for full queues, calls
    /// for which something else was done.
    pub retries: f64,
    pub timeouts: f64,
    pub refused: f64,
    pub fallbacks: f64,
    /// A fact is missing: it loads what is known, and its times mean nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
}

/// A response time's mean and percentiles, in ms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SimulatedTimes {
    pub mean_ms: Measure,
    pub p50_ms: Measure,
    pub p95_ms: Measure,
    pub p99_ms: Measure,
    pub p999_ms: Measure,
}

/// Shares of requests, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Errors {
    pub all: Measure,
    /// The last try was given up for lateness.
    pub timeout: f64,
    /// A queue was full.
    pub refused: f64,
    /// A breaker was open.
    pub breaker: f64,
    /// What should answer was not there, or was lost at work.
    pub down: f64,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SimulatedStation {
    pub arrival_per_s: f64,
    /// Busy share of the servers. Absent where nothing bounds them.
    pub utilisation: Option<Measure>,
    /// Mean number there, served or waiting; and waiting only.
    pub number: Measure,
    pub queue_length: Measure,
    /// Mean servers; autoscaling and losses change them. Absent where nothing bounds them.
    pub servers: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SimulatedResource {
    pub limit: usize,
    /// Mean in use.
    pub mean: Measure,
    /// Enough for 99 % of the time; absent where nothing happened.
    pub p99: Option<u64>,
    pub most: u64,
    /// Mean number waiting for one.
    pub waiting: f64,
    /// Refused because too many waited, per second.
    pub refused_per_s: f64,
}

/// Counts over the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SimulatedLink {
    pub calls: u64,
    pub retries: u64,
    pub timeouts: u64,
    /// Repeats that the budget did not allow.
    pub over_budget: u64,
    /// Calls that the open breaker refused, and how often it opened.
    pub breaker_refused: u64,
    pub breaker_opened: u64,
}
