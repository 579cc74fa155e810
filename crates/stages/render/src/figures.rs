//! What several sections need: the numbers at other loads, verdicts, and the list of sources.

use std::cell::RefCell;

use evaluate::result::{Evaluation, OperationResult};
use evaluate::{Scenario, evaluate};
use model::{About, Author, Style, Trigger};

use crate::numbers;
use crate::scenes::load;
use crate::view::View;
use crate::words;

/// The view with the same system at ten and a hundred times the load, and the sources cited so far.
pub(crate) struct Figures<'a> {
    pub view: &'a View<'a>,
    pub now: Option<&'a Evaluation>,
    pub ten: Option<Evaluation>,
    pub hundred: Option<Evaluation>,
    sources: RefCell<Vec<String>>,
}

/// How a number stands to its target (MISSION F9).
pub(crate) enum Verdict {
    Pass,
    Fail,
    /// Why, and who must look.
    Unverified(String),
    /// There is no target.
    None,
}

impl Verdict {
    pub fn of(holds: bool) -> Self {
        if holds { Verdict::Pass } else { Verdict::Fail }
    }

    pub fn text(&self) -> String {
        match self {
            Verdict::Pass => "PASS, computed".into(),
            Verdict::Fail => "**FAIL**, computed".into(),
            Verdict::Unverified(why) => format!("UNVERIFIED: {why}"),
            Verdict::None => "no target".into(),
        }
    }
}

impl<'a> Figures<'a> {
    pub fn new(view: &'a View<'a>) -> Self {
        let other = |factor| view.evaluation.map(|_| load::at(view, factor));
        Figures {
            view,
            now: view.evaluation,
            ten: other(10.0),
            hundred: other(100.0),
            sources: RefCell::default(),
        }
    }

    /// Without the numbers at other loads, which take two evaluations.
    pub fn at_one(view: &'a View<'a>) -> Self {
        Figures {
            view,
            now: view.evaluation,
            ten: None,
            hundred: None,
            sources: RefCell::default(),
        }
    }

    pub fn operation(&self, id: &str) -> Option<&'a OperationResult> {
        self.now?.operations.get(id)
    }

    /// Whether it is a program that runs where it is called: nobody asks it for capacity.
    pub fn program(&self) -> bool {
        self.view.system.architecture.style == Some(Style::Program)
    }

    /// Rate in the busiest hour, computed or from the brief; of a program, its mean rate.
    pub fn rate(&self, id: &str) -> Option<f64> {
        if self.program() {
            let brief = &self.view.system.brief;
            return Some(brief.mean_rate(brief.domain.operations.get(id)?)?.0);
        }
        self.operation(id).and_then(|o| o.rate_per_s).or_else(|| {
            let brief = &self.view.system.brief;
            Some(brief.busy_rate(brief.domain.operations.get(id)?)?.0)
        })
    }

    /// All requests from outside in the busiest hour, per second.
    pub fn requests(&self) -> f64 {
        let operations = &self.view.system.brief.domain.operations;
        operations
            .iter()
            .filter(|(_, o)| asked(&o.trigger))
            .filter_map(|(id, _)| self.rate(id))
            .sum()
    }

    /// All runs of operations in the busiest hour, whoever starts them, per second.
    pub fn work(&self) -> f64 {
        let operations = self.view.system.brief.domain.operations.keys();
        operations.filter_map(|id| self.rate(id)).sum()
    }

    /// The system with a zone lost: the operations that stop or saturate then. `None` without
    /// numbers or zones.
    pub fn stopped_by_zone(&self) -> Option<Vec<String>> {
        self.now?;
        let architecture = &self.view.system.architecture;
        let zones = architecture
            .components
            .values()
            .filter_map(|c| c.zones)
            .max()?;
        let mut stopped = Vec::new();
        for zone in (b'a'..).take(zones.min(6) as usize) {
            let scenario = Scenario {
                lose_zone: Some(char::from(zone).to_string()),
                explain: false,
                ..Scenario::default()
            };
            let lost = evaluate(self.view.system, self.view.knowledge, &scenario).value;
            for (id, result) in &lost.operations {
                let down = result.availability.is_some_and(|a| a < 1e-9);
                if (down || !result.saturated_by.is_empty()) && !stopped.contains(id) {
                    stopped.push(id.clone());
                }
            }
        }
        Some(stopped)
    }

    /// A mark for a source, `[S3]`; equal sources share one.
    pub fn cite(&self, source: &str) -> String {
        let mut sources = self.sources.borrow_mut();
        let at = sources.iter().position(|s| s == source).unwrap_or_else(|| {
            sources.push(source.to_string());
            sources.len() - 1
        });
        format!("[S{}]", at + 1)
    }

    pub fn sources(&self) -> Vec<String> {
        self.sources.borrow().clone()
    }

    /// Prose with its references to the model replaced.
    pub fn prose(&self, text: &str) -> String {
        words::capital(&words::sentence(&words::rounded(&words::resolved(
            self.view, text,
        ))))
    }

    /// What a person or an agent wrote about an element, with whose words they are; empty for the
    /// engine's elements.
    pub fn authored(&self, about: &About) -> String {
        let by = match about.author {
            Author::Engine => return String::new(),
            Author::Person => "a person",
            Author::Agent => "an agent",
        };
        let said: Vec<String> = [&about.why, &about.notes]
            .into_iter()
            .flatten()
            .map(|t| self.prose(t))
            .collect();
        if said.is_empty() {
            String::new()
        } else {
            format!("*In the words of {by}:* {}", said.join(" "))
        }
    }

    /// The words of anybody about an element: the engine's reason plainly, others' with their name.
    pub fn reason(&self, about: &About) -> String {
        match (&about.author, &about.why) {
            (Author::Engine, Some(why)) => self.prose(why),
            (Author::Engine, None) => String::new(),
            _ => self.authored(about),
        }
    }

    /// p99 with its target: `9.76 ms of 800 ms`.
    pub fn p99(&self, id: &str) -> String {
        let target = self.view.system.latency_target(id);
        let result = self.operation(id);
        let Some(times) = result.and_then(|o| o.response) else {
            let why = result.map_or("", |o| {
                if !o.saturated_by.is_empty() {
                    "saturated"
                } else if o.unverified.is_empty() {
                    ""
                } else {
                    "UNVERIFIED"
                }
            });
            return why.into();
        };
        let (name, value, target) = match target {
            Some(t) if t.p99.is_some() => ("", times.p99_ms, t.p99),
            Some(t) if t.p95.is_some() => ("p95 ", times.p95_ms, t.p95),
            Some(t) if t.p50.is_some() => ("p50 ", times.p50_ms, t.p50),
            _ => ("", times.p99_ms, None),
        };
        match target {
            Some(target) if value > target.ms() => {
                format!("**{name}{} of {target}**", numbers::ms(value))
            }
            Some(target) => format!("{name}{} of {target}", numbers::ms(value)),
            None => format!("{name}{}", numbers::ms(value)),
        }
    }

    /// Requests that miss a latency target, and how many have one that could be computed.
    pub fn misses(&self, evaluation: &Evaluation) -> (Vec<String>, usize) {
        let mut missed = Vec::new();
        let mut held = 0;
        for (id, result) in &evaluation.operations {
            let Some(target) = self.view.system.latency_target(id) else {
                continue;
            };
            if !result.saturated_by.is_empty() {
                missed.push(id.clone());
                continue;
            }
            let Some(times) = result.response else {
                continue;
            };
            let over = [
                (target.p50, times.p50_ms),
                (target.p95, times.p95_ms),
                (target.p99, times.p99_ms),
            ]
            .into_iter()
            .any(|(t, v)| t.is_some_and(|t| v > t.ms()));
            if over {
                missed.push(id.clone());
            } else {
                held += 1;
            }
        }
        let all = missed.len() + held;
        (missed, all)
    }
}

/// Whether somebody outside starts it and waits.
pub(crate) fn asked(trigger: &Trigger) -> bool {
    matches!(
        trigger,
        Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
    )
}
