//! The closed form held against the simulation.
//!
//! # The rule
//! A number *differs* when it is off by more than the tolerance (a share of the simulated value) from
//! all of the simulation's 95 % interval. There are *too few samples* to say when the simulation has
//! no interval, fewer than 200 answers, or an interval wider than the tolerance that does not differ.
//! In all other cases the two *agree*. A computed number that differs must not be shown alone.

use evaluate::Evaluation;
use serde::{Deserialize, Serialize};

use crate::result::{Measure, Simulated, SimulatedTimes};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Agrees,
    Differs,
    TooFewSamples,
}

/// One number both ways.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The operation, component or relation.
    pub subject: String,
    /// Its key in the evaluation: `operations.place-order.p99`, `components.orders.main.utilisation`.
    pub metric: String,
    /// `ms`, `share` or `number`.
    pub unit: String,
    pub computed: f64,
    pub simulated: f64,
    pub half_width: Option<f64>,
    /// (computed - simulated) / simulated; absent where the simulated value is zero.
    pub difference: Option<f64>,
    pub verdict: Verdict,
}

/// The spread of fewer answers cannot be told from the answers.
const FEWEST_ANSWERS: u64 = 200;

/// Every number that both have. `tolerance` is a share (.05). A system without a steady state has no
/// times to compare: a computed time beside a simulation that piles up differs.
pub fn agree(evaluation: &Evaluation, simulated: &Simulated, tolerance: f64) -> Vec<Agreement> {
    let mut all = Vec::new();
    for (id, computed) in &evaluation.operations {
        let Some(found) = simulated.operations.get(id) else {
            continue;
        };
        let first = all.len();
        let both = [
            ("", computed.response, found.response),
            ("background.", computed.background, found.background),
        ];
        for (part, computed, found) in both {
            if let (Some(computed), Some(found)) = (computed, found) {
                let key = format!("operations.{id}.{part}");
                times(
                    &mut all,
                    id,
                    &key,
                    &computed,
                    &found,
                    tolerance,
                    simulated.growing,
                );
            }
        }
        if found.samples < FEWEST_ANSWERS {
            let seldom = all.iter_mut().skip(first);
            seldom.for_each(|a| a.verdict = Verdict::TooFewSamples);
        }
    }
    for (id, component) in &evaluation.components {
        for (pool, found) in &component.pools {
            let station = simulated.stations.get(&format!("{id}.{pool}"));
            let Some(utilisation) = station.and_then(|s| s.utilisation) else {
                continue;
            };
            let key = format!("components.{id}.{pool}.utilisation");
            let computed = found.utilisation.min(1.0);
            all.push(one(id, key, "share", computed, utilisation, tolerance));
        }
        let slots = simulated.resources.get(&format!("components.{id}"));
        let held = component.concurrency.as_ref().and_then(|held| held.mean);
        if let (Some(slots), Some(mean)) = (slots, held) {
            let key = format!("components.{id}.concurrency");
            all.push(one(id, key, "number", mean, slots.mean, tolerance));
        }
    }
    for (id, held) in &evaluation.relations {
        let found = simulated.resources.get(&format!("relations.{id}"));
        if let (Some(found), Some(mean)) = (found, held.mean) {
            let key = format!("relations.{id}.connections");
            all.push(one(id, key, "number", mean, found.mean, tolerance));
        }
    }
    all
}

fn times(
    all: &mut Vec<Agreement>,
    id: &str,
    key: &str,
    computed: &evaluate::result::Times,
    found: &SimulatedTimes,
    tolerance: f64,
    growing: bool,
) {
    let pairs = [
        ("mean", computed.mean_ms, found.mean_ms),
        ("p50", computed.p50_ms, found.p50_ms),
        ("p95", computed.p95_ms, found.p95_ms),
        ("p99", computed.p99_ms, found.p99_ms),
    ];
    for (name, computed, found) in pairs {
        let mut agreement = one(id, format!("{key}{name}"), "ms", computed, found, tolerance);
        if growing {
            agreement.verdict = Verdict::Differs;
        }
        all.push(agreement);
    }
}

fn one(
    subject: &str,
    metric: String,
    unit: &str,
    computed: f64,
    found: Measure,
    tolerance: f64,
) -> Agreement {
    let off = (computed - found.value).abs();
    let allowed = tolerance * found.value.abs();
    let verdict = match found.half_width {
        Some(half) if off - half > allowed => Verdict::Differs,
        Some(half) if half <= allowed || (off == 0.0 && half == 0.0) => Verdict::Agrees,
        _ => Verdict::TooFewSamples,
    };
    Agreement {
        subject: subject.to_string(),
        metric,
        unit: unit.to_string(),
        computed,
        simulated: found.value,
        half_width: found.half_width,
        difference: (found.value != 0.0).then(|| (computed - found.value) / found.value),
        verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_far_from_the_whole_interval_differs() {
        let verdict = |computed: f64, value: f64, half_width| {
            let found = Measure { value, half_width };
            one(
                "look",
                "operations.look.p99".into(),
                "ms",
                computed,
                found,
                0.05,
            )
            .verdict
        };
        assert_eq!(verdict(104.0, 100.0, Some(1.0)), Verdict::Agrees);
        assert_eq!(verdict(110.0, 100.0, Some(1.0)), Verdict::Differs);
        assert_eq!(verdict(110.0, 100.0, Some(8.0)), Verdict::TooFewSamples);
        assert_eq!(verdict(200.0, 100.0, Some(8.0)), Verdict::Differs);
        assert_eq!(verdict(100.0, 100.0, None), Verdict::TooFewSamples);
        assert_eq!(verdict(0.0, 0.0, Some(0.0)), Verdict::Agrees);
    }
}
