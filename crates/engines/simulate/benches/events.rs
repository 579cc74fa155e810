//! Simulated events per second. One iteration is a million events; divan prints events per second.

use divan::Bencher;
use divan::counter::ItemsCount;
use evaluate::network::Discipline;
use evaluate::plant::{Act, Call, Flow, Link, Often, Plant, Resource, ResourceKind, Station, Work};
use groundplan_simulate::{Settings, run};

const EVENTS: u64 = 1_000_000;

fn main() {
    divan::main();
}

fn station(i: usize, discipline: Discipline, processors: f64) -> Station {
    Station {
        id: format!("s{i}.main"),
        component: format!("s{i}"),
        discipline,
        processors,
        zones: vec![1.0],
        takes_over_s: None,
        scaling: None,
    }
}

fn work(station: Option<usize>, mean_s: f64) -> Act {
    Act::Work(Work {
        station,
        mean_s,
        scv: 1.0,
        often: Often::ONCE,
        step: 0,
    })
}

fn flow(id: usize, rate_per_s: f64, body: Vec<Act>) -> Flow {
    Flow {
        id: format!("f{id}"),
        rate_per_s,
        waited_for: true,
        body,
        ..Flow::default()
    }
}

fn play(bencher: Bencher, plant: Plant) {
    let settings = Settings {
        most_events: EVENTS,
        goal: 0.0,
        ..Settings::default()
    };
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench(|| run(&plant, &settings).events);
}

#[divan::bench]
fn one_server(bencher: Bencher) {
    let plant = Plant {
        stations: vec![station(0, Discipline::FirstCome, 1.0)],
        flows: vec![flow(0, 0.8, vec![work(Some(0), 1.0)])],
        ..Plant::default()
    };
    play(bencher, plant);
}

#[divan::bench]
fn three_tiers(bencher: Bencher) {
    let plant = Plant {
        stations: [4.0, 2.0, 1.0]
            .iter()
            .enumerate()
            .map(|(i, c)| station(i, Discipline::FirstCome, *c))
            .collect(),
        flows: vec![flow(
            0,
            0.8,
            vec![
                work(Some(0), 1.0 / 0.3),
                work(Some(1), 2.0),
                work(Some(2), 1.0),
            ],
        )],
        ..Plant::default()
    };
    play(bencher, plant);
}

#[divan::bench(args = [1_000.0, 100_000.0])]
fn pending_timers(bencher: Bencher, pending: f64) {
    let plant = Plant {
        flows: vec![flow(0, pending, vec![work(None, 1.0)])],
        ..Plant::default()
    };
    play(bencher, plant);
}

#[divan::bench]
fn shared_processors(bencher: Bencher) {
    let plant = Plant {
        stations: vec![station(0, Discipline::Shared, 4.0)],
        flows: vec![flow(0, 3.2, vec![work(Some(0), 1.0)])],
        ..Plant::default()
    };
    play(bencher, plant);
}

/// Five operations through twenty stations by calls with timeouts, connections and slots.
#[divan::bench]
fn whole_system(bencher: Bencher) {
    let mut plant = Plant::default();
    for i in 0..20 {
        plant.stations.push(station(i, Discipline::Shared, 4.0));
        plant.links.push(Link {
            id: format!("l{i}"),
            from: "edge".into(),
            to: format!("s{i}"),
            timeout_s: Some(1.0),
            retry: None,
            breaker: None,
        });
        plant.resources.push(Resource {
            id: format!("r{i}"),
            kind: ResourceKind::Connections,
            limit: 200,
            queue: None,
        });
    }
    for f in 0..5 {
        let calls = (0..4).map(|i| {
            let to = (f * 4 + i * 3) % 20;
            Act::Call(Call {
                link: Some(to),
                to: format!("s{to}"),
                hop_s: 0.0005,
                often: Often::ONCE,
                holds: vec![to],
                body: vec![work(Some(to), 0.002)],
                fallback: None,
            })
        });
        plant.flows.push(flow(f, 800.0, calls.collect()));
    }
    play(bencher, plant);
}
