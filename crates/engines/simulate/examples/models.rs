//! Plays one of three models for as many events and prints what came out: `bench/simulate` measures
//! it beside other programs.
//!
//! usage: models one-server|three-tiers|timers EVENTS

use evaluate::network::Discipline;
use evaluate::plant::{Act, Flow, Often, Plant, Station, Work};
use groundplan_simulate::{Settings, run};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().unwrap_or_default();
    let most_events = arguments.next().and_then(|a| a.parse().ok());
    let (rate, tiers): (f64, &[(f64, f64)]) = match model.as_str() {
        "one-server" => (0.8, &[(1.0, 1.0)]),
        "three-tiers" => (0.8, &[(4.0, 1.0 / 0.3), (2.0, 2.0), (1.0, 1.0)]),
        "timers" => (1000.0, &[(f64::INFINITY, 1.0)]),
        _ => {
            eprintln!("usage: models one-server|three-tiers|timers EVENTS");
            std::process::exit(2);
        }
    };
    let stations = tiers
        .iter()
        .enumerate()
        .map(|(i, (processors, _))| Station {
            id: format!("tier{i}.main"),
            component: format!("tier{i}"),
            discipline: Discipline::FirstCome,
            processors: *processors,
            zones: vec![1.0],
            takes_over_s: None,
            scaling: None,
        });
    let body = tiers.iter().enumerate().map(|(i, (_, mean_s))| {
        Act::Work(Work {
            station: Some(i),
            mean_s: *mean_s,
            scv: 1.0,
            often: Often::ONCE,
            step: i,
        })
    });
    let plant = Plant {
        stations: stations.collect(),
        flows: vec![Flow {
            id: "run".into(),
            rate_per_s: rate,
            waited_for: true,
            body: body.collect(),
            ..Flow::default()
        }],
        ..Plant::default()
    };
    let settings = Settings {
        most_events: most_events.unwrap_or(1_000_000),
        goal: 0.0,
        ..Settings::default()
    };
    let simulated = run(&plant, &settings);
    let mean_ms = simulated.operations["run"]
        .response
        .map_or(f64::NAN, |t| t.mean_ms.value);
    println!("{} {}", simulated.events, mean_ms / 1e3);
}
