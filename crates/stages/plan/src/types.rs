//! What planning yields: options with their numbers, the decisions, and how the search went.

use model::{Architecture, Confidence, Decision, Map};
use serde::Serialize;
use synthesis::Choices;

/// The outcome of the stage, serialisable for YAML and JSON (MISSION C5).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// One to three, cheapest first, none dominated by another.
    pub options: Vec<PlannedOption>,
    /// Id of the recommended option; absent only where nothing could be assembled.
    pub recommended: Option<String>,
    /// Why that one, in this system's numbers.
    pub rationale: String,
    /// What must hold for the recommendation to stand.
    pub conditions: Vec<String>,
    pub confidence: Confidence,
    /// In the order in which they are taken (MISSION C3).
    pub decisions: Map<Decision>,
    pub search: SearchReport,
}

impl Plan {
    /// The recommended option.
    pub fn recommendation(&self) -> Option<&PlannedOption> {
        let id = self.recommended.as_ref()?;
        self.options.iter().find(|o| o.id == *id)
    }

    /// The option of that id.
    pub fn option(&self, id: &str) -> Option<&PlannedOption> {
        self.options.iter().find(|o| o.id == id)
    }
}

impl SizeReport {
    /// How many designs were examined, how many were left out and why, and whether the front is
    /// complete; `None` where there was nothing to size.
    pub fn sentence(&self) -> Option<String> {
        let pruned: u64 = self.pruned.iter().map(|p| p.count).sum();
        if self.designs <= self.examined {
            return None;
        }
        let mut reasons: Vec<&Pruned> = self.pruned.iter().collect();
        reasons.sort_by(|a, b| b.count.cmp(&a.count).then(a.rule.cmp(&b.rule)));
        let reasons: Vec<String> = reasons
            .iter()
            .map(|p| format!("{} because {}", whole(p.count), p.because))
            .collect();
        let front = if self.complete {
            "the front is complete"
        } else {
            "the front is not proved complete"
        };
        Some(format!(
            "Of {} designs (every evaluated structure with every size of every component) {} were evaluated one by one and {} left out by bounds: {}. {} are beaten by no other, and {front}.",
            whole(self.designs),
            whole(self.examined),
            whole(pruned),
            reasons.join("; "),
            whole(self.on_front as u64)
        ))
    }
}

/// A count with its thousands apart.
fn whole(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// In what an option differs from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptionKind {
    /// What runs today, where it can stay.
    ChangeNothing,
    /// One of everything: what the targets beyond it cost. Misses at least one of them.
    LeastThatRuns,
    /// More than is recommended, and misses a target or the budget.
    NextStepUp,
    /// The lowest monthly cost that meets every target.
    CheapestFeasible,
    /// The smallest distance to the best of every objective at once.
    Knee,
    /// The highest availability, then the most headroom.
    MostRobust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Complexity {
    Low,
    Medium,
    High,
}

/// A complete candidate, evaluated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedOption {
    /// Kebab-case, says its shape: `modular-monolith-2-zones`.
    pub id: String,
    pub title: String,
    pub kind: OptionKind,
    /// In one sentence.
    pub approach: String,
    pub description: String,
    pub pros: Vec<String>,
    pub cons: Vec<String>,
    pub risks: Vec<String>,
    /// What must be there before work can start or go live.
    pub dependencies: Vec<String>,
    /// Hours of work until it is live.
    pub estimate_hours: f64,
    /// How the hours were computed, with the numbers.
    pub estimate_formula: String,
    pub complexity: Complexity,
    /// The point of the design space that `synthesis::assemble` turns into the architecture.
    #[serde(skip)]
    pub choices: Choices,
    /// The choices in words, for a reader and for files.
    pub chosen: Map<String>,
    /// Without decisions: those are the plan's.
    pub architecture: Architecture,
    pub numbers: Numbers,
    pub breaks_first_at_10x: Breaks,
    /// Meets every target and constraint that could be computed.
    pub feasible: bool,
    pub violated: Vec<Violation>,
}

/// The numbers that options are compared by, at the busiest hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Numbers {
    /// Requests per second of all operations that the first component to saturate lets through.
    pub capacity_per_s: Option<f64>,
    /// The same as a multiple of the busiest hour.
    pub saturates_at: Option<f64>,
    pub saturates_first: Option<String>,
    /// The operation that comes closest to its latency target, or misses it by most.
    pub worst_operation: Option<String>,
    /// Which percentile of it.
    pub worst_percentile: Option<String>,
    pub worst_ms: Option<f64>,
    pub worst_target_ms: Option<f64>,
    /// `worst_ms` over `worst_target_ms`; above 1 the target is missed.
    pub worst_ratio: Option<f64>,
    /// Load that is carried when every operation is at its own peak, as a multiple of that peak;
    /// below 1 the spikes are not carried.
    pub carries_peak: Option<f64>,
    pub peak_saturates_first: Option<String>,
    /// The operation that uses most of its allowed downtime.
    pub least_available: Option<String>,
    /// Share of the time in which our part of it works; external systems are left out.
    pub availability: Option<f64>,
    pub availability_target: Option<f64>,
    /// Infrastructure per month without tax, in `currency`.
    pub monthly_cost: Option<f64>,
    pub currency: Option<String>,
    /// Points of operational burden over all technologies, adjusted by the team's skills.
    pub burden: f64,
    /// Components, half of the relations and the technologies of our own.
    pub complexity_points: f64,
    /// Hours until it is live.
    pub hours: f64,
    /// Processes and stores of our own, external systems and clients left out.
    pub components: usize,
    /// Operations whose times are not known, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// What the cost leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// What gives way first at ten times the load.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Breaks {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Multiple of the busiest hour at which it saturates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_load: Option<f64>,
    /// Requests per second at that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_per_s: Option<f64>,
}

/// A target or constraint that an option misses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// Kebab-case: `over-budget`, `misses-latency`, `misses-availability`, `saturates`, `late`.
    pub rule: String,
    /// The model path of what is missed.
    pub requirement: String,
    pub text: String,
    /// By how much, as a share of the target: 0.2 is 20 % beyond.
    pub by: f64,
}

/// How the search went.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SearchReport {
    /// Combinations of the design space's structural choices.
    pub enumerated: usize,
    /// Left out before they were assembled, by rule, with the bound that allows it.
    pub pruned: Vec<Pruned>,
    /// Technologies that a hard constraint or a missing fact rules out.
    pub excluded: Vec<Excluded>,
    /// Assembled and evaluated whole.
    pub evaluated: usize,
    pub feasible: usize,
    /// Of the feasible (of all, where none is), those that nothing dominates.
    pub on_front: usize,
    /// Why the evaluated others fell: rule or dominating objective, with how many.
    pub fell: Vec<Reason>,
    /// Candidates a reader would ask for, and what beats each.
    pub notable: Vec<Notable>,
    /// The search of the evaluated structures' sizes.
    pub sizes: SizeReport,
}

/// How the sizes of the structures were searched: every number of instances with every size that is
/// sold, of every component, in every structure that was evaluated.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SizeReport {
    /// Structures times their sizes.
    pub designs: u64,
    /// Evaluated one by one.
    pub examined: u64,
    /// Left out by proof, box by box.
    pub pruned: Vec<Pruned>,
    /// Designs of all structures that no other one beats.
    pub on_front: usize,
    /// Every design was examined or is in a box that was left out for a reason.
    pub complete: bool,
    /// Structures that are bought otherwise than by the rule.
    pub resized: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pruned {
    pub rule: String,
    pub count: u64,
    /// Why no pruned candidate could have won.
    pub because: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Excluded {
    pub technology: String,
    /// What it would have been used as.
    pub role: String,
    pub because: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    pub text: String,
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notable {
    pub candidate: String,
    pub because: String,
}
