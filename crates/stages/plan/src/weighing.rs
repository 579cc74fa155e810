//! How candidates of one decision are weighed, and how the decision is written down.
//!
//! Each criterion gives 0 to 1 points by a formula that its decision documents; the score is the
//! weighted mean. Candidates that break a hard constraint are rejected and not scored.

use model::{About, Author, Brief, Candidate, Confidence, Decision, Evidence, EvidenceKind, Map};

use crate::context::Ctx;
use crate::prose;

/// One criterion of one candidate.
pub struct Criterion {
    pub id: &'static str,
    pub weight: f64,
    /// 0 to 1.
    pub points: f64,
}

/// A candidate before the choice.
pub struct Weighed {
    pub id: String,
    pub criteria: Vec<Criterion>,
    /// The constraint or missing fact that rules it out.
    pub rejected: Option<String>,
    /// What speaks against it here, for the case that it loses.
    pub against: String,
}

impl Weighed {
    /// A candidate with its criteria as `(id, weight, points)`.
    pub fn new(
        id: impl Into<String>,
        criteria: &[(&'static str, f64, f64)],
        against: impl Into<String>,
    ) -> Self {
        Weighed {
            id: id.into(),
            criteria: criteria
                .iter()
                .map(|&(id, weight, points)| Criterion {
                    id,
                    weight,
                    points: points.clamp(0.0, 1.0),
                })
                .collect(),
            rejected: None,
            against: against.into(),
        }
    }

    pub fn rejected(id: impl Into<String>, because: impl Into<String>) -> Self {
        Weighed {
            id: id.into(),
            criteria: Vec::new(),
            rejected: Some(because.into()),
            against: String::new(),
        }
    }

    /// Rejected where a reason is given.
    pub fn unless(mut self, reason: Option<String>) -> Self {
        self.rejected = self.rejected.or(reason);
        self
    }

    pub fn score(&self) -> Option<f64> {
        if self.rejected.is_some() {
            return None;
        }
        let weights: f64 = self.criteria.iter().map(|c| c.weight).sum();
        let sum: f64 = self.criteria.iter().map(|c| c.weight * c.points).sum();
        Some(if weights > 0.0 { sum / weights } else { 0.0 })
    }
}

/// Best first; among equals the order given, which is from simple to complex.
pub fn rank(mut candidates: Vec<Weighed>) -> Vec<Weighed> {
    candidates.sort_by(|a, b| {
        b.score()
            .unwrap_or(-1.0)
            .total_cmp(&a.score().unwrap_or(-1.0))
    });
    candidates
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Writes a ranked list down. The first is chosen, unless `chosen` names another one (a decision
/// whose choice was made for the design as a whole).
pub fn decision(question: &str, candidates: Vec<Weighed>, chosen: Option<&str>) -> Decision {
    let mut ranked = rank(candidates);
    if let Some(at) = chosen.and_then(|id| ranked.iter().position(|c| c.id == id)) {
        let pick = ranked.remove(at);
        ranked.insert(0, pick);
    }
    let best = ranked.first().and_then(Weighed::score);
    let second = ranked.get(1).and_then(Weighed::score);
    let winner = ranked.first().map(|c| c.id.clone()).unwrap_or_default();
    let margin = match (best, second) {
        (Some(a), Some(b)) => Some(rounded((a - b).max(0.0))),
        _ => None,
    };
    let mut listed: Map<Candidate> = Map::new();
    for (index, candidate) in ranked.into_iter().enumerate() {
        let score = candidate.score();
        let rejected = match &candidate.rejected {
            Some(because) => Some(because.clone()),
            None if index == 0 => None,
            None => Some(candidate.against.clone()).filter(|t| !t.is_empty()),
        };
        listed.insert(
            candidate.id,
            Candidate {
                score: score.map(rounded),
                criteria: candidate
                    .criteria
                    .iter()
                    .map(|c| (c.id.to_string(), rounded(c.points)))
                    .collect(),
                rejected,
            },
        );
    }
    Decision {
        question: question.to_string(),
        chosen: winner,
        candidates: listed,
        margin,
        confidence: Some(match margin {
            Some(m) if m < CLOSE => Confidence::Low,
            Some(m) if m < 0.10 => Confidence::Medium,
            _ => Confidence::High,
        }),
        about: About {
            author: Author::Engine,
            ..About::default()
        },
        ..Decision::default()
    }
}

/// Points of 1 below which the first and the second are a close call.
pub const CLOSE: f64 = 0.03;

/// What a decision rests on, filled in by its file after the choice.
pub trait Grounds {
    fn because(self, text: impl Into<String>) -> Self;
    fn trade_off(self, text: impl Into<String>) -> Self;
    /// A fact of the brief, with its path.
    fn fact(self, text: impl Into<String>, path: impl Into<String>) -> Self;
    fn computed(self, text: impl Into<String>) -> Self;
    fn revisit(self, text: impl Into<String>) -> Self;
    /// The paths of the brief it read: assumptions that set one of them are named, and lower the
    /// confidence by one step.
    fn read(self, ctx: &Ctx, paths: &[&str]) -> Self;
    /// Runs the decision again on changed briefs and notes each change that alters the choice.
    fn what_if(self, ctx: &Ctx, decide: fn(&Ctx) -> Decision, changes: Vec<Change>) -> Self;
}

/// A change of the brief, and how to say it.
pub struct Change {
    pub text: String,
    pub apply: Box<dyn Fn(&mut Brief)>,
}

impl Change {
    pub fn new(text: impl Into<String>, apply: impl Fn(&mut Brief) + 'static) -> Self {
        Change {
            text: text.into(),
            apply: Box::new(apply),
        }
    }
}

impl Grounds for Decision {
    fn because(mut self, text: impl Into<String>) -> Self {
        self.because = text.into();
        self
    }
    fn trade_off(mut self, text: impl Into<String>) -> Self {
        self.trade_off = Some(text.into());
        self
    }
    fn fact(mut self, text: impl Into<String>, path: impl Into<String>) -> Self {
        self.evidence
            .push(Evidence::new(EvidenceKind::Attested, text).from(path));
        self
    }
    fn computed(mut self, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence::computed(text));
        self
    }
    fn revisit(mut self, text: impl Into<String>) -> Self {
        self.revisit_when = Some(text.into());
        self
    }
    fn read(mut self, ctx: &Ctx, paths: &[&str]) -> Self {
        self.about.serves = paths.iter().map(|p| (*p).to_string()).collect();
        self.assumes = ctx.assumed(paths);
        if !self.assumes.is_empty() {
            self.confidence = self.confidence.map(|c| match c {
                Confidence::High => Confidence::Medium,
                _ => Confidence::Low,
            });
            for id in &self.assumes {
                if let Some(a) = ctx.brief.assumptions.get(id) {
                    let text = format!("assumed: {}", a.text);
                    self.evidence.push(
                        Evidence::new(EvidenceKind::Assumed, text)
                            .from(format!("assumptions.{id}")),
                    );
                }
            }
        }
        self
    }
    fn what_if(mut self, ctx: &Ctx, decide: fn(&Ctx) -> Decision, changes: Vec<Change>) -> Self {
        for change in changes {
            let mut brief = ctx.brief.clone();
            (change.apply)(&mut brief);
            let other = decide(&Ctx::of(&brief, ctx.knowledge));
            if other.chosen != self.chosen && !other.chosen.is_empty() {
                self.flips.push(format!(
                    "{}: {} wins.",
                    prose::capital(&change.text),
                    other.chosen
                ));
            }
        }
        self
    }
}
