//! Plants built by hand.
#![allow(dead_code)]

use evaluate::network::Discipline;
use evaluate::plant::{
    Act, Break, Call, Flow, Link, Often, Plant, Repeat, Resource, ResourceKind, Station, Work,
};
use groundplan_simulate::{Measure, Settings, Simulated};

pub fn station(id: &str, discipline: Discipline, processors: f64) -> Station {
    Station {
        id: format!("{id}.main"),
        component: id.into(),
        discipline,
        processors,
        zones: vec![1.0],
        takes_over_s: None,
        scaling: None,
    }
}

pub fn work(station: usize, mean_s: f64, scv: f64) -> Act {
    Act::Work(Work {
        station: Some(station),
        mean_s,
        scv,
        often: Often::ONCE,
        step: 0,
    })
}

pub fn delay(mean_s: f64, scv: f64) -> Act {
    Act::Work(Work {
        station: None,
        mean_s,
        scv,
        often: Often::ONCE,
        step: 0,
    })
}

pub fn call(link: Option<usize>, to: &str, body: Vec<Act>) -> Call {
    Call {
        link,
        to: to.into(),
        hop_s: 0.0,
        often: Often::ONCE,
        holds: Vec::new(),
        body,
        fallback: None,
    }
}

pub fn link(timeout_s: Option<f64>, retry: Option<Repeat>, breaker: Option<Break>) -> Link {
    Link {
        id: "caller-to-callee".into(),
        from: "caller".into(),
        to: "callee".into(),
        timeout_s,
        retry,
        breaker,
    }
}

pub fn resource(kind: ResourceKind, limit: usize, queue: Option<usize>) -> Resource {
    Resource {
        id: "held".into(),
        kind,
        limit,
        queue,
    }
}

pub fn flow(id: &str, rate_per_s: f64, body: Vec<Act>) -> Flow {
    Flow {
        id: id.into(),
        rate_per_s,
        waited_for: true,
        body,
        ..Flow::default()
    }
}

/// One queue and one flow through it.
pub fn single(discipline: Discipline, servers: f64, rate: f64, mean_s: f64, scv: f64) -> Plant {
    Plant {
        stations: vec![station("a", discipline, servers)],
        flows: vec![flow("run", rate, vec![work(0, mean_s, scv)])],
        ..Plant::default()
    }
}

pub fn settings(seed: u64, most_events: u64) -> Settings {
    Settings {
        seed,
        goal: 0.01,
        most_events,
        ..Settings::default()
    }
}

/// The exact value lies within one and a half half widths (a miss of one in 300), and the interval
/// is narrow enough for that to say something.
pub fn holds(what: &str, found: Measure, exact: f64, narrow: f64) {
    let half = found
        .half_width
        .unwrap_or_else(|| panic!("{what}: no interval"));
    assert!(
        half <= narrow * exact,
        "{what}: {} +- {half} is wider than {narrow}",
        found.value
    );
    assert!(
        (found.value - exact).abs() <= 1.5 * half,
        "{what}: {} +- {half} for {exact}",
        found.value
    );
}

pub fn conserved(simulated: &Simulated) {
    let totals = simulated.totals;
    assert_eq!(
        totals.arrived,
        totals.answered + totals.failed + totals.in_flight,
        "requests lost or made"
    );
}
