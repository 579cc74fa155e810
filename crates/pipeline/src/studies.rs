//! The simulations and projections that a design's page shows. Their size is bounded by events, not
//! by time, so that the same design gives the same page.

use evaluate::result::Evaluation;
use evaluate::{Scenario, plant};
use knowledge::Knowledge;
use model::{Style, System};
use render::{Played, Studies};
use simulate::{Settings, Simulated};

use crate::simulating::TOLERANCE;

/// Events for the busiest hour, for each point of the curves, and for all experiments together.
const HOUR_EVENTS: u64 = 500_000;
const POINT_EVENTS: u64 = 120_000;
const EXPERIMENT_EVENTS: f64 = 1_100_000.0;

/// Base points of the sensitivity; `groundplan evaluate --sensitivity` takes four times as many.
const SENSITIVITY_POINTS: usize = 32;

/// Points of the curves, as shares of the load that saturates the first component.
const POINTS: [f64; 4] = [0.1, 0.4, 0.7, 0.9];

/// Everything that is found out beside the evaluation at the busiest hour. A program, which has one
/// user at a time, gets nothing.
pub fn study(system: &System, evaluation: &Evaluation) -> Studies {
    if system.architecture.style == Some(Style::Program) || evaluation.operations.is_empty() {
        return Studies::default();
    }
    let knowledge = Knowledge::embedded();
    // The two halves share nothing; each depends on the system alone.
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let recovery = evaluate::recovery::recover(system, knowledge, evaluation).value;
            let growth = evaluate::growth::project(system, knowledge).value;
            let settings = sensitivity::Settings {
                points: SENSITIVITY_POINTS,
                ..sensitivity::Settings::default()
            };
            let rests_on = sensitivity::analyse(system, knowledge, &settings).value;
            (recovery, growth, rests_on)
        });
        let mut studies = simulations(system, evaluation);
        // The thread's panic is this one's.
        let (recovery, growth, rests_on) = other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        studies.recovery = Some(recovery);
        studies.growth = Some(growth);
        studies.sensitivity = Some(rests_on);
        studies
    })
}

fn simulations(system: &System, evaluation: &Evaluation) -> Studies {
    let knowledge = Knowledge::embedded();
    let plant = plant::build(system, knowledge, &Scenario::default()).value;
    let settings = Settings {
        most_events: HOUR_EVENTS,
        ..Settings::default()
    };
    let simulated = simulate::run(&plant, &settings);
    Studies {
        agreement: simulate::agree(evaluation, &simulated, TOLERANCE),
        tolerance: TOLERANCE,
        experiments: experiments(system, &simulated),
        at_loads: at_loads(system, evaluation),
        simulated: Some(simulated),
        ..Studies::default()
    }
}

/// Short runs on the way to saturation. What scales by itself stands as it would at that load.
fn at_loads(system: &System, evaluation: &Evaluation) -> Vec<Simulated> {
    let Some(knee) = evaluation.system.saturates_at else {
        return Vec::new();
    };
    let loads = POINTS.iter().map(|share| share * knee);
    loads
        .map(|load| {
            let plant = plant::build(system, Knowledge::embedded(), &Scenario::at(load)).value;
            let settings = Settings {
                most_events: POINT_EVENTS,
                load,
                ..Settings::default()
            };
            simulate::run(&plant, &settings)
        })
        .collect()
}

/// Experiments in the model's order, as far as the events reach.
fn experiments(system: &System, hour: &Simulated) -> Vec<Played> {
    let per_s = match hour.duration_s > 0.0 {
        true => hour.events as f64 / hour.duration_s,
        false => 0.0,
    };
    let mut left = EXPERIMENT_EVENTS;
    let mut all = Vec::new();
    for (id, experiment) in &system.architecture.experiments {
        let settings = simulate::script(id, experiment).value;
        let expected = per_s * settings.load * busy_seconds(&settings);
        let fits = expected <= left;
        if fits {
            left -= expected;
        }
        let played = fits.then(|| {
            let scenario = Scenario::at(settings.load);
            // Twice what is expected: a storm of retries is worth seeing to its end.
            let settings = Settings {
                most_events: (2.0 * expected) as u64 + 50_000,
                ..settings
            };
            let plant = plant::build(system, Knowledge::embedded(), &scenario).value;
            simulate::run(&plant, &settings)
        });
        all.push(Played {
            id: id.to_string(),
            why: experiment.about.why.clone(),
            expected_events: (!fits).then_some(expected),
            simulated: played,
        });
    }
    all
}

/// Seconds of a script, those of a spike times its factor.
fn busy_seconds(settings: &Settings) -> f64 {
    let end = settings
        .faults
        .iter()
        .map(|f| f.at_s + f.for_s)
        .fold(0.0, f64::max);
    let lasts = settings.duration_s.unwrap_or(3.0 * end + 120.0);
    let spikes = settings.faults.iter().filter_map(|f| match &f.kind {
        simulate::FaultKind::Spike { factor, .. } => Some((factor - 1.0).max(0.0) * f.for_s),
        _ => None,
    });
    lasts + spikes.sum::<f64>()
}
