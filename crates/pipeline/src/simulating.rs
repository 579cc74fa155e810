//! The same system event by event, and held against the closed form.

use evaluate::{Scenario, plant};
use indexmap::IndexMap;
use knowledge::Knowledge;
use model::{Brief, Finding, Outcome, System};
use serde::Serialize;
use simulate::{Agreement, Ended, Progress, Settings, Simulated, Verdict};

/// Computed and simulated may differ by this share of the simulated value.
pub const TOLERANCE: f64 = 0.05;

/// Plays a system at the scenario's load. A lost zone of the scenario is lost from the beginning;
/// faults of the settings come and go.
///
/// Findings: of [`plant::build`].
pub fn simulate(
    system: &System,
    scenario: &Scenario,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Outcome<Simulated> {
    let built = plant::build(system, Knowledge::embedded(), scenario);
    let settings = Settings {
        load: scenario.load_factor,
        ..settings.clone()
    };
    let simulated = simulate::run_with(&built.value, &settings, progress);
    Outcome::new(simulated, built.findings)
}

/// What a simulation says of the computed numbers of operations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confirmation {
    pub seed: u64,
    pub events: u64,
    pub simulated_s: f64,
    pub ended: Ended,
    /// The share by which the two may differ.
    pub tolerance: f64,
    /// Times of operations that both engines have with an interval, and how many of them agree.
    pub compared: usize,
    pub agree: usize,
    /// Times that came too seldom to be judged.
    pub too_few_samples: usize,
    /// Of those compared, the one that is furthest off.
    pub worst: Option<Agreement>,
    /// Beyond tolerance: neither number is to be shown alone.
    pub differ: Vec<Agreement>,
    /// More work came than left, so there is no steady state.
    pub growing: bool,
}

/// Below this both are nothing, and how far apart is no matter.
const NOTHING_MS: f64 = 0.005;

/// Summarises what [`simulate::agree`] found.
pub fn confirmation(simulated: &Simulated, agreements: &[Agreement]) -> Confirmation {
    let times = || {
        let of_operations = |a: &&Agreement| {
            a.metric.starts_with("operations.")
                && (a.computed > NOTHING_MS || a.simulated > NOTHING_MS)
        };
        agreements.iter().filter(of_operations)
    };
    let judged = || times().filter(|a| a.verdict != Verdict::TooFewSamples);
    let off = |a: &Agreement| a.difference.map_or(f64::INFINITY, f64::abs);
    let agree = judged().filter(|a| a.verdict == Verdict::Agrees).count();
    Confirmation {
        seed: simulated.seed,
        events: simulated.events,
        simulated_s: simulated.duration_s,
        ended: simulated.ended,
        tolerance: TOLERANCE,
        compared: judged().count(),
        agree,
        too_few_samples: times().count() - judged().count(),
        worst: judged().max_by(|a, b| off(a).total_cmp(&off(b))).cloned(),
        differ: judged()
            .filter(|a| a.verdict == Verdict::Differs)
            .cloned()
            .collect(),
        growing: simulated.growing,
    }
}

/// Evaluates and simulates a system, and holds the two against each other.
pub fn confirm(system: &System, scenario: &Scenario, settings: &Settings) -> Confirmation {
    let evaluated = crate::evaluate(system, scenario).value;
    let simulated = simulate(system, scenario, settings, &mut |_| ()).value;
    let agreements = simulate::agree(&evaluated, &simulated, TOLERANCE);
    confirmation(&simulated, &agreements)
}

/// Events that one option of a plan is simulated for.
const OPTION_EVENTS: u64 = 1_000_000;

/// Every option of a plan through both engines, by its id in the plan's order. Two threads share the
/// work; a run depends on its option alone.
pub fn confirm_options(brief: &Brief, plan: &plan::Plan) -> IndexMap<String, Confirmation> {
    let settings = Settings {
        most_events: OPTION_EVENTS,
        ..Settings::default()
    };
    let one = |option: &plan::PlannedOption| {
        let system = System {
            brief: brief.clone(),
            architecture: option.architecture.clone(),
            ..System::default()
        };
        let confirmed = confirm(&system, &Scenario::default(), &settings);
        (option.id.clone(), confirmed)
    };
    let (first, second) = plan.options.split_at(plan.options.len().div_ceil(2));
    let all = |options: &[plan::PlannedOption]| options.iter().map(one).collect::<Vec<_>>();
    let (mut done, rest) = std::thread::scope(|scope| {
        let other = scope.spawn(|| all(second));
        let here = all(first);
        // The thread's panic is this one's.
        let there = other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (here, there)
    });
    done.extend(rest);
    done.into_iter().collect()
}

/// An experiment of the model as it was played.
///
/// # Errors
/// The finding that no experiment has that id.
pub fn experiment(
    system: &System,
    id: &str,
    change: &dyn Fn(&mut Settings),
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome<Simulated>, Vec<Finding>> {
    let experiments = &system.architecture.experiments;
    let Some(experiment) = experiments.get(id) else {
        let known: Vec<&str> = experiments.keys().map(|k| &**k).collect();
        let finding = Finding::new(
            "unknown-experiment",
            model::Severity::Blocker,
            "",
            format!("there is no experiment `{id}`"),
        )
        .why("Nothing was simulated.")
        .remedy(match known.is_empty() {
            true => "The architecture holds no experiments; say what happens with --lose, --spike or --stop.".into(),
            false => format!("Name one of {}.", known.join(", ")),
        });
        return Err(vec![finding]);
    };
    let script = simulate::script(id, experiment);
    let mut settings = script.value;
    change(&mut settings);
    let scenario = Scenario::at(settings.load);
    let mut played = simulate(system, &scenario, &settings, progress);
    played.findings.extend(script.findings);
    Ok(played)
}
