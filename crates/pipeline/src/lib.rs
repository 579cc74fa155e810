//! The order of the stages, once, as plain functions, for every door.
//!
//! `open` reads the user's files through a reader that the door gives; every other function takes
//! what was opened and gives plain data. Nothing here touches a file, a clock or the network.

pub mod ask;
pub mod baseline;
pub mod brief_text;
pub mod designing;
pub mod drifting;
pub mod examples;
pub mod explain;
pub mod measuring;
pub mod open;
pub mod output;
pub mod researching;
pub mod sarif;
pub mod schemas;
pub mod simulating;
pub mod studies;
pub mod what_if;

pub use open::{Read, Workspace, open};
pub use what_if::{Moved, compare, what_if};

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

/// Every finding about a workspace: its files, its brief, its architecture, its numbers. Waivers
/// are applied; `today` (ISO 8601) decides which have expired.
pub fn check(workspace: &Workspace, today: Option<&str>) -> Vec<Finding> {
    let knowledge = Knowledge::embedded();
    let mut findings = Vec::new();
    if let Some(brief) = workspace.brief() {
        findings.extend(discover::gate(brief, knowledge));
    }
    if let Some(system) = workspace.system() {
        let evaluated = run_evaluation(&system, knowledge, &Scenario::default());
        let cx = check::Context {
            system: &system,
            knowledge,
            evaluation: Some(&evaluated.value),
        };
        findings.extend(check::check(&cx));
        for finding in evaluated.findings {
            if !findings.iter().any(|f| f.key() == finding.key()) {
                findings.push(finding);
            }
        }
    }
    findings.retain(|f| !workspace.follows_from_a_fault(f));
    findings.splice(0..0, workspace.findings.iter().cloned());
    let waivers = workspace.waivers.as_ref().and_then(|w| w.value.as_ref());
    if let Some(waivers) = waivers {
        findings = check::apply_waivers(findings, waivers, today.unwrap_or(""));
    }
    findings.iter_mut().for_each(|f| workspace.locate(f));
    findings
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
