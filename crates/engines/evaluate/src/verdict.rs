//! How an operation's numbers stand to its targets.

use model::{System, Trigger};
use serde::Serialize;

use crate::result::OperationResult;

/// One target and the computed number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Standing {
    /// `p50`, `p95`, `p99` or `availability`.
    pub number: &'static str,
    /// ms, or a share of the time.
    pub value: f64,
    pub target: f64,
    /// The share of what is allowed that is left: of the time, or of the error budget. Negative
    /// where the target is missed.
    pub margin: f64,
}

/// What can be said of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// Every target that it has is held.
    Pass,
    /// A target is missed.
    Fail,
    /// A component on its path cannot keep up, so it has no steady response time.
    Saturated,
    /// A fact is missing, so that some target cannot be judged.
    Unverified,
    /// Nothing is asked of it.
    NoTarget,
    /// Work without a caller: nobody waits for it.
    NobodyWaits,
}

/// The judgement with the numbers that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub judgement: Judgement,
    /// In the order p50, p95, p99, availability.
    pub standings: Vec<Standing>,
}

impl Verdict {
    /// The target with the least margin.
    pub fn nearest(&self) -> Option<&Standing> {
        let all = self.standings.iter();
        all.min_by(|a, b| a.margin.total_cmp(&b.margin))
    }

    /// Names of the targets that are missed.
    pub fn missed(&self) -> Vec<&'static str> {
        let all = self.standings.iter();
        all.filter(|s| s.margin < 0.0).map(|s| s.number).collect()
    }
}

/// Whether a caller waits for its answer.
pub fn waited_for(system: &System, id: &str) -> bool {
    let operation = system.brief.domain.operations.get(id);
    operation.is_none_or(|o| !matches!(o.trigger, Trigger::Event(_) | Trigger::Every(_)))
}

/// Holds an operation's numbers against the targets of the brief.
pub fn verdict(system: &System, id: &str, result: &OperationResult) -> Verdict {
    let waits = waited_for(system, id);
    let mut standings = Vec::new();
    if let (Some(times), Some(target), true) = (&result.response, system.latency_target(id), waits)
    {
        for (number, value, limit) in [
            ("p50", times.p50_ms, target.p50),
            ("p95", times.p95_ms, target.p95),
            ("p99", times.p99_ms, target.p99),
        ] {
            if let Some(limit) = limit.map(|l| l.ms()).filter(|l| *l > 0.0) {
                standings.push(Standing {
                    number,
                    value,
                    target: limit,
                    margin: 1.0 - value / limit,
                });
            }
        }
    }
    if let (Some(value), Some(target), true) =
        (result.availability, system.availability_target(id), waits)
    {
        let budget = 1.0 - target.0;
        let margin = if budget > 0.0 {
            1.0 - (1.0 - value) / budget
        } else if value >= target.0 {
            0.0
        } else {
            -1.0
        };
        standings.push(Standing {
            number: "availability",
            value,
            target: target.0,
            margin,
        });
    }
    let asked = system.latency_target(id).is_some() || system.availability_target(id).is_some();
    let judgement = if !result.saturated_by.is_empty() {
        Judgement::Saturated
    } else if !waits {
        match result.unverified.is_empty() {
            true => Judgement::NobodyWaits,
            false => Judgement::Unverified,
        }
    } else if standings.iter().any(|s| s.margin < 0.0) {
        Judgement::Fail
    } else if !result.unverified.is_empty() {
        Judgement::Unverified
    } else if asked {
        Judgement::Pass
    } else {
        Judgement::NoTarget
    };
    Verdict {
        judgement,
        standings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Times;
    use model::{Latency, Ratio, Targets};

    fn asked(p99: &str, availability: f64) -> System {
        let mut system = System::default();
        system.brief.targets = Some(Targets {
            latency: Some(Latency {
                p99: p99.parse().ok(),
                ..Latency::default()
            }),
            availability: Some(Ratio(availability)),
            ..Targets::default()
        });
        let operation = serde_json::from_str(r#"{"effects": []}"#).expect("an operation");
        let operations = &mut system.brief.domain.operations;
        operations.insert("look".into(), operation);
        system
    }

    fn answered(p99_ms: f64, availability: f64) -> OperationResult {
        OperationResult {
            response: Some(Times {
                mean_ms: 1.0,
                p50_ms: 1.0,
                p95_ms: 1.0,
                p99_ms,
                p999_ms: p99_ms,
            }),
            availability: Some(availability),
            ..OperationResult::default()
        }
    }

    #[test]
    fn the_least_margin_is_the_nearest_target() {
        let system = asked("100 ms", 0.999);
        let held = verdict(&system, "look", &answered(25.0, 0.9995));
        assert_eq!(held.judgement, Judgement::Pass);
        let nearest = held.nearest().map(|s| (s.number, (s.margin * 1e6).round()));
        assert_eq!(nearest, Some(("availability", 500_000.0)));
        let missed = verdict(&system, "look", &answered(250.0, 0.998));
        assert_eq!(missed.judgement, Judgement::Fail);
        assert_eq!(missed.missed(), ["p99", "availability"]);
        let latency = missed.standings.first().map(|s| s.margin);
        assert_eq!(latency, Some(-1.5));
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        let system = asked("100 ms", 0.999);
        let mut result = answered(25.0, 0.9995);
        result.response = None;
        result.unverified = vec!["no demand".into()];
        assert_eq!(
            verdict(&system, "look", &result).judgement,
            Judgement::Unverified
        );
        result.saturated_by = vec!["store".into()];
        assert_eq!(
            verdict(&system, "look", &result).judgement,
            Judgement::Saturated
        );
        let nothing_asked = verdict(&System::default(), "look", &answered(25.0, 1.0));
        assert_eq!(nothing_asked.judgement, Judgement::NoTarget);
    }
}
