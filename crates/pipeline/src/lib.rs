//! The order of the stages, once, as plain functions, for every door.
//!
//! `open` reads the user's files through a reader that the door gives; every other function takes
//! what was opened and gives plain data. Nothing here touches a file, a clock or the network.

pub mod agents;
pub mod ask;
pub mod baseline;
pub mod brief_text;
pub mod designing;
pub mod differing;
pub mod drafting;
#[cfg(feature = "code")]
pub mod drifting;
pub mod editing;
pub mod examples;
pub mod explain;
pub mod improving;
pub mod measuring;
pub mod open;
pub mod output;
pub mod proposing;
#[cfg(feature = "code")]
pub mod researching;
pub mod sarif;
pub mod schemas;
pub mod simulating;
pub mod studies;
pub mod vocabulary;
pub mod what_if;

pub use ::plan::PlannedOption;
pub use design::proposal::slim;
pub use open::{Kept, Read, Workspace, open};
pub use what_if::{Moved, compare, telling, what_if};

use std::collections::BTreeSet;

use evaluate::growth::Growth;
use evaluate::recovery::Recovery;
use evaluate::result::Evaluation;
use evaluate::{Scenario, evaluate as run_evaluation};
use knowledge::Knowledge;
use model::{Brief, Finding, Outcome, System};
use sensitivity::{Sensitivity, Settings};

/// The options for a brief, side by side.
pub fn plan(brief: &Brief) -> Outcome<plan::Plan> {
    plan::plan(brief, Knowledge::embedded())
}

/// The numbers of a system at a load.
pub fn evaluate(system: &System, scenario: &Scenario) -> Outcome<Evaluation> {
    run_evaluation(system, Knowledge::embedded(), scenario)
}

/// What a loss costs in work and time, and what takes the error budget.
pub fn recovery(system: &System, evaluation: &Evaluation) -> Outcome<Recovery> {
    evaluate::recovery::recover(system, Knowledge::embedded(), evaluation)
}

/// The years ahead under the brief's growth.
pub fn growth(system: &System) -> Outcome<Growth> {
    evaluate::growth::project(system, Knowledge::embedded())
}

/// Which uncertain numbers decide, and how probable it is that each target is met.
pub fn sensitivity(system: &System, settings: &Settings) -> Outcome<Sensitivity> {
    sensitivity::analyse(system, Knowledge::embedded(), settings)
}

/// What a check came to.
#[derive(Default)]
pub struct Checked {
    /// Every finding about the files, the brief, the architecture and its numbers, located.
    pub findings: Vec<Finding>,
    /// What the rules judged; none without an architecture.
    pub system: Option<System>,
    pub evaluation: Option<Evaluation>,
}

/// Every finding about a workspace: its files, its brief, its architecture, its numbers. Waivers
/// are applied; `today` (ISO 8601) decides which have expired.
pub fn check(workspace: &Workspace, today: Option<&str>) -> Vec<Finding> {
    checked(workspace, today).findings
}

/// As [`check`], with the numbers that were judged.
pub fn checked(workspace: &Workspace, today: Option<&str>) -> Checked {
    let knowledge = Knowledge::embedded();
    let mut findings = Vec::new();
    if let Some(brief) = workspace.brief() {
        findings.extend(discover::gate(brief, knowledge));
    }
    let system = workspace.system();
    let mut evaluation = None;
    if let Some(system) = &system {
        let evaluated = run_evaluation(system, knowledge, &Scenario::default());
        let cx = check::Context {
            system,
            knowledge,
            evaluation: Some(&evaluated.value),
        };
        findings.extend(check::check(&cx));
        let known: BTreeSet<String> = findings.iter().map(Finding::key).collect();
        let new = evaluated.findings.into_iter();
        findings.extend(new.filter(|f| !known.contains(&f.key())));
        evaluation = Some(evaluated.value);
    }
    if !workspace.usable() {
        findings.retain(|f| !workspace.follows_from_a_fault(f));
    }
    findings.splice(0..0, workspace.findings.iter().cloned());
    let waivers = workspace.waivers.as_ref().and_then(|w| w.value.as_ref());
    if let Some(waivers) = waivers {
        findings = check::apply_waivers(findings, waivers, today.unwrap_or(""));
    }
    findings.iter_mut().for_each(|f| workspace.locate(f));
    Checked {
        findings,
        system,
        evaluation,
    }
}

/// Renderers that show simulations and projections.
const STUDIED: [&str; 3] = ["design-document", "performance", "diagrams"];

/// The files that a system is rendered to, before they are sealed (`output::seal`).
pub fn render(system: &System, only: &[&str]) -> Outcome<Vec<render::Artifact>> {
    let knowledge = Knowledge::embedded();
    let evaluated = run_evaluation(system, knowledge, &Scenario::default());
    // Simulations take time, and most files need none.
    let shows = |id: &&str| STUDIED.contains(id);
    let studies = match only.is_empty() || only.iter().any(shows) {
        true => studies::study(system, &evaluated.value),
        false => render::Studies::default(),
    };
    let mut view = render::View::new(system, knowledge);
    view.evaluation = Some(&evaluated.value);
    view.studies = Some(&studies);
    render::render(&view, only)
}
