//! Which numbers moved between two evaluations.

use evaluate::result::Evaluation;
use serde::{Deserialize, Serialize};

/// A number that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// As [`Evaluation::explain`] finds it (`operations.place-order.p99`).
    pub key: String,
    /// Of both values (`ms`, `per second`, `share`).
    pub unit: String,
    /// Absent where there is none: a component is saturated, or was not there.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// `after / before - 1`. Absent where one is absent, or `before` is 0.
    pub change: Option<f64>,
}

impl Moved {
    /// For the order: what came or went, or left 0, is larger than any change.
    fn size(&self) -> f64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) if before != 0.0 => ((after - before) / before).abs(),
            _ => f64::INFINITY,
        }
    }
}

/// Differences below this share are rounding, not a change.
const SAME: f64 = 1e-9;

/// Every number that moved, the largest relative change first; what has a value in only one of the
/// two comes before all. Both evaluations need their explanations (`Scenario::explain`).
pub fn compare(before: &Evaluation, after: &Evaluation) -> Vec<Moved> {
    let mut moved = Vec::new();
    for (key, old) in &before.explanations {
        let new = after.explanations.get(key).map(|e| e.value);
        let same =
            new.is_some_and(|new| (new - old.value).abs() <= SAME * new.abs().max(old.value.abs()));
        if same {
            continue;
        }
        let change = new
            .filter(|_| old.value != 0.0)
            .map(|new| new / old.value - 1.0);
        moved.push(Moved {
            key: key.clone(),
            unit: old.unit.clone(),
            before: Some(old.value),
            after: new,
            change,
        });
    }
    for (key, new) in &after.explanations {
        if !before.explanations.contains_key(key) {
            moved.push(Moved {
                key: key.clone(),
                unit: new.unit.clone(),
                before: None,
                after: Some(new.value),
                change: None,
            });
        }
    }
    moved.sort_by(|a, b| b.size().total_cmp(&a.size()));
    moved
}

/// Smaller changes are details.
pub const LEAST: f64 = 0.005;

/// The moves that a reader is told of: the whole first, then what is busy, what users wait for, what
/// is held; each group by size.
pub fn telling(moved: &[Moved]) -> Vec<&Moved> {
    let counts = |m: &&Moved| rank(m).is_some() && m.change.is_none_or(|c| c.abs() >= LEAST);
    let mut all: Vec<&Moved> = moved.iter().filter(counts).collect();
    all.sort_by_key(|m| rank(m));
    all
}

/// `None`: a detail.
fn rank(m: &Moved) -> Option<u8> {
    let end = m.key.rsplit('.').next().unwrap_or_default();
    let part = m.key.split('.').next().unwrap_or_default();
    match (part, end) {
        ("system" | "cost", _) => Some(0),
        ("components", "utilisation") => Some(1),
        ("operations", "p99" | "availability") if !m.key.contains(".background.") => Some(2),
        ("relations" | "components", "connections" | "concurrency") => Some(3),
        _ => None,
    }
}
