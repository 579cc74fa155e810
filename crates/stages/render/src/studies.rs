//! What was found out beside the evaluation at the busiest hour, for a page to show.

use evaluate::growth::Growth;
use evaluate::recovery::Recovery;
use sensitivity::Sensitivity;
use simulate::{Agreement, Simulated};

/// Simulations and projections of one design. Every part may be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Studies {
    /// The busiest hour, event by event, and the computed numbers held against it.
    pub simulated: Option<Simulated>,
    pub agreement: Vec<Agreement>,
    /// The share by which the two may differ.
    pub tolerance: f64,
    /// Short simulations at other loads, for the curves.
    pub at_loads: Vec<Simulated>,
    /// The experiments of the architecture, in its order.
    pub experiments: Vec<Played>,
    pub recovery: Option<Recovery>,
    pub growth: Option<Growth>,
    pub sensitivity: Option<Sensitivity>,
}

/// One experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    pub id: String,
    /// What it is for, in the words of the model.
    pub why: Option<String>,
    /// Absent where it is too large to be played for a page.
    pub simulated: Option<Simulated>,
    /// Events that it would take, where it was not played.
    pub expected_events: Option<f64>,
}
