//! Links while they run: timeouts, repeats with their budget, breakers.
//!
//! The tries of one link all have the same time to wait, so their deadlines come in the order of
//! their starts: a queue holds them, and only its first stands in the event list. A try that is
//! answered leaves its deadline behind, to be skipped; cancelling costs nothing.

use std::collections::VecDeque;

use evaluate::plant;

use crate::random::{Purpose, Stream};

/// Repeats that a budget lets through at once after a quiet time. Each call adds its share, each
/// repeat takes one (the token bucket of gRPC's retry throttling, proposal A6, 2017).
const RESERVE: f64 = 10.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Breaker {
    Closed {
        failures: u32,
    },
    Open {
        until_s: f64,
    },
    /// One try is on its way.
    Probing,
}

/// A try's deadline.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    pub at_s: f64,
    pub task: u32,
    pub generation: u32,
}

#[derive(Debug, Clone)]
pub struct Link {
    pub timeout_s: Option<f64>,
    pub deadlines: VecDeque<Deadline>,
    retry: Option<plant::Repeat>,
    spec: Option<plant::Break>,
    breaker: Breaker,
    tokens: f64,
    stream: Stream,
    pub calls: u64,
    pub retries: u64,
    pub timeouts: u64,
    /// Repeats that the budget did not allow.
    pub over_budget: u64,
    /// Calls that the open breaker refused, and how often it opened.
    pub refused: u64,
    pub opened: u64,
}

impl Link {
    pub fn new(spec: &plant::Link, seed: u64, index: usize) -> Self {
        Link {
            timeout_s: spec.timeout_s.filter(|t| t.is_finite() && *t >= 0.0),
            deadlines: VecDeque::new(),
            retry: spec.retry,
            spec: spec.breaker,
            breaker: Breaker::Closed { failures: 0 },
            tokens: RESERVE,
            stream: Stream::new(seed, Purpose::Pause, index),
            calls: 0,
            retries: 0,
            timeouts: 0,
            over_budget: 0,
            refused: 0,
            opened: 0,
        }
    }

    /// A new call, not a repeat.
    pub fn call(&mut self) {
        self.calls += 1;
        if let Some(budget) = self.retry.and_then(|r| r.budget) {
            self.tokens = (self.tokens + budget.max(0.0)).min(RESERVE);
        }
    }

    /// Whether the breaker lets a try through.
    pub fn admits(&mut self, now_s: f64) -> bool {
        let admits = match self.breaker {
            Breaker::Closed { .. } => true,
            Breaker::Open { until_s } if now_s >= until_s => {
                self.breaker = Breaker::Probing;
                true
            }
            Breaker::Open { .. } | Breaker::Probing => false,
        };
        self.refused += u64::from(!admits);
        admits
    }

    pub fn succeeded(&mut self) {
        if self.spec.is_some() {
            self.breaker = Breaker::Closed { failures: 0 };
        }
    }

    pub fn failed(&mut self, now_s: f64) {
        let Some(spec) = self.spec else { return };
        let open = Breaker::Open {
            until_s: now_s + spec.recovery_s.max(0.0),
        };
        match &mut self.breaker {
            Breaker::Closed { failures } => {
                *failures += 1;
                if *failures >= spec.failures.max(1) {
                    self.breaker = open;
                    self.opened += 1;
                }
            }
            Breaker::Probing => {
                self.breaker = open;
                self.opened += 1;
            }
            Breaker::Open { .. } => {}
        }
    }

    /// The pause before another try after `tries` of them, if there may be one.
    pub fn again(&mut self, tries: u32) -> Option<f64> {
        let retry = self.retry?;
        if tries >= retry.attempts {
            return None;
        }
        if retry.budget.is_some() {
            if self.tokens < 1.0 {
                self.over_budget += 1;
                return None;
            }
            self.tokens -= 1.0;
        }
        self.retries += 1;
        let longest = retry.backoff_s.max(0.0) * 2f64.powi(tries.saturating_sub(1).min(30) as i32);
        let longest = longest.min(86_400.0);
        Some(if retry.jitter {
            longest * self.stream.unit()
        } else {
            longest
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(retry: Option<plant::Repeat>, breaker: Option<plant::Break>) -> Link {
        let spec = plant::Link {
            id: "a-to-b".into(),
            from: "a".into(),
            to: "b".into(),
            timeout_s: Some(1.0),
            retry,
            breaker,
        };
        Link::new(&spec, 1, 0)
    }

    #[test]
    fn a_breaker_opens_probes_and_closes() {
        let mut link = link(
            None,
            Some(plant::Break {
                failures: 3,
                recovery_s: 10.0,
            }),
        );
        for _ in 0..2 {
            link.failed(0.0);
        }
        link.succeeded();
        for _ in 0..2 {
            link.failed(1.0);
        }
        assert!(link.admits(1.0), "two in a row are not three");
        link.failed(1.0);
        assert!(!link.admits(10.9));
        assert!(link.admits(11.0), "one probe");
        assert!(!link.admits(11.0), "and no second");
        link.failed(12.0);
        assert!(!link.admits(21.9));
        assert!(link.admits(22.0));
        link.succeeded();
        assert!(link.admits(22.0) && link.admits(22.0));
        assert_eq!(link.opened, 2);
    }

    #[test]
    fn pauses_double_and_end() {
        let retry = plant::Repeat {
            attempts: 4,
            backoff_s: 0.1,
            jitter: false,
            budget: None,
        };
        let mut link = link(Some(retry), None);
        let pauses: Vec<_> = (1..=4).map(|n| link.again(n)).collect();
        assert_eq!(pauses, [Some(0.1), Some(0.2), Some(0.4), None]);
    }

    #[test]
    fn a_budget_bounds_repeats() {
        let retry = plant::Repeat {
            attempts: 4,
            backoff_s: 0.1,
            jitter: true,
            budget: Some(0.1),
        };
        let mut link = link(Some(retry), None);
        for _ in 0..1000 {
            link.call();
            for tries in 1..4 {
                link.again(tries);
            }
        }
        assert!((100..=110).contains(&link.retries), "{}", link.retries);
    }
}
