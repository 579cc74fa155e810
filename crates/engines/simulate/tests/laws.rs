//! Laws that hold for any plant: nothing is lost or made, nothing depends on anything but the plant
//! and the settings, and no number is not a number.

mod support;

use evaluate::network::Discipline::{FirstCome, Shared};
use evaluate::plant::{Act, Break, Cache, Plant, Repeat, ResourceKind, Scaling};
use groundplan_simulate::{Fault, FaultKind, Settings, run, run_with};
use proptest::prelude::*;
use support::*;

/// What varies between the plants of these tests.
#[derive(Debug, Clone)]
struct Knobs {
    seed: u64,
    rate: f64,
    servers: f64,
    scv: f64,
    limit: usize,
    queue: Option<usize>,
    timeout_s: f64,
    attempts: u32,
    budget: Option<f64>,
    breaker: bool,
    fallback: bool,
    faults: Vec<(f64, f64, u8)>,
}

fn knobs() -> impl Strategy<Value = Knobs> {
    let load = (any::<u64>(), 1.0..60.0, 1.0..6.0, 0.0..5.0);
    let held = (1usize..20, proptest::option::of(0usize..10));
    let care = (
        0.01..2.0,
        1u32..4,
        proptest::option::of(0.0..0.5),
        any::<bool>(),
        any::<bool>(),
    );
    let faults = proptest::collection::vec((0.0..20.0, 0.0..10.0, 0u8..6), 0..4);
    (load, held, care, faults).prop_map(|(load, held, care, faults)| Knobs {
        seed: load.0,
        rate: load.1,
        servers: load.2,
        scv: load.3,
        limit: held.0,
        queue: held.1,
        timeout_s: care.0,
        attempts: care.1,
        budget: care.2,
        breaker: care.3,
        fallback: care.4,
        faults,
    })
}

/// A caller, a callee with slots and a cache, a store with connections that are also held in a
/// transaction, branches side by side, and work after the answer.
fn plant(k: &Knobs) -> Plant {
    let mut app = station("app", Shared, k.servers);
    app.zones = vec![0.5, 0.5];
    app.scaling = Some(Scaling {
        least: 1.0,
        most: 8.0,
        step: 1.0,
        at: 0.6,
        delay_s: 3.0,
    });
    let mut store = station("store", FirstCome, 2.0);
    store.zones = vec![1.0, 0.0];
    store.takes_over_s = Some(2.0);
    let retry = Repeat {
        attempts: k.attempts,
        backoff_s: 0.05,
        jitter: true,
        budget: k.budget,
    };
    let breaker = k.breaker.then_some(Break {
        failures: 3,
        recovery_s: 1.0,
    });
    let mut to_store = call(Some(1), "store", vec![work(1, 0.01, k.scv)]);
    to_store.holds = vec![1];
    to_store.hop_s = 0.001;
    to_store.often.share = 0.3;
    to_store.often.miss_of = Some(0);
    let mut to_bank = call(Some(0), "bank", vec![delay(0.05, k.scv)]);
    to_bank.fallback = k.fallback.then(|| vec![delay(0.001, 0.0)]);
    let transaction = Act::Hold {
        resource: 1,
        body: vec![work(1, 0.02, 1.0), work(1, 0.001, 0.0)],
    };
    let mut to_app = call(
        Some(0),
        "app",
        vec![
            work(0, 0.02, k.scv),
            Act::Call(to_store),
            Act::Together(vec![vec![Act::Call(to_bank)], vec![transaction.clone()]]),
        ],
    );
    to_app.holds = vec![0];
    to_app.hop_s = 0.001;
    to_app.often.times = 1.5;
    let mut run = flow("run", k.rate, vec![Act::Call(to_app)]);
    run.background = vec![transaction, work(0, 0.01, 1.0)];
    Plant {
        stations: vec![app, store],
        resources: vec![
            resource(ResourceKind::Slots, k.limit, k.queue),
            resource(ResourceKind::Connections, 1 + k.limit / 2, None),
        ],
        links: vec![
            link(Some(k.timeout_s), Some(retry), breaker),
            link(Some(k.timeout_s / 2.0), Some(retry), None),
        ],
        caches: vec![Cache {
            id: "cache".into(),
            hit: 0.7,
            objects: 1_000.0,
            skew: 1.0,
            capacity: 200.0,
            ttl_s: Some(60.0),
            lookups_per_s: k.rate,
        }],
        flows: vec![run],
    }
}

fn script(k: &Knobs) -> Settings {
    let faults = k.faults.iter().map(|(at_s, for_s, kind)| Fault {
        at_s: *at_s,
        for_s: *for_s,
        kind: match kind {
            0 => FaultKind::LoseZone(0),
            1 => FaultKind::LoseZone(1),
            2 => FaultKind::Stop("store".into()),
            3 => FaultKind::Slow {
                component: "bank".into(),
                factor: 8.0,
            },
            4 => FaultKind::Spike {
                factor: 3.0,
                operation: None,
            },
            _ => FaultKind::Flush("cache".into()),
        },
    });
    Settings {
        seed: k.seed,
        duration_s: Some(40.0),
        most_events: 200_000,
        faults: faults.collect(),
        ..Settings::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_or_made(k in knobs()) {
        let simulated = run(&plant(&k), &script(&k));
        conserved(&simulated);
        let timeline = simulated.timeline.as_ref().expect("a script");
        let arrived: f64 = timeline.windows.iter().zip(&timeline.operations["run"])
            .map(|(w, m)| m.arrived_per_s * (w.to_s - w.from_s))
            .sum();
        prop_assert!((arrived - simulated.totals.arrived as f64).abs() < 1e-6 * arrived.max(1.0));
        for (resource, limit) in simulated.resources.values().zip([k.limit]) {
            prop_assert!(resource.most <= limit as u64);
        }
    }

    /// The same seed gives the same bytes, another seed others; being watched changes nothing.
    #[test]
    fn one_seed_one_result(k in knobs()) {
        let (plant, settings) = (plant(&k), script(&k));
        let text = |settings: &Settings| {
            serde_json::to_string(&run(&plant, settings)).expect("a result is a value")
        };
        let once = text(&settings);
        let mut calls = 0;
        let watched = run_with(&plant, &settings, &mut |_| calls += 1);
        prop_assert_eq!(&once, &serde_json::to_string(&watched).expect("a value"));
        prop_assert!(calls > 0);
        prop_assert!(!once.contains("null,\"value\""), "a number is missing");
        let other = Settings { seed: k.seed ^ 1, ..settings };
        prop_assert_ne!(once, text(&other));
    }

    /// Numbers that make no sense give no nonsense: what is left out is said, or the run is empty.
    #[test]
    fn nonsense_in_no_nonsense_out(
        mean in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0), Just(1.0)],
        rate in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0), Just(5.0)],
        servers in prop_oneof![Just(f64::NAN), Just(0.0), Just(-2.0), Just(0.3), Just(2.0)],
        station_index in 0usize..3,
    ) {
        let mut plant = single(FirstCome, servers, rate, mean, 1.0);
        plant.flows[0].body.push(work(station_index, mean, f64::NAN));
        plant.flows[0].body.push(Act::Hold { resource: 9, body: vec![delay(mean, -1.0)] });
        let simulated = run(&plant, &settings(1, 5_000));
        let value = serde_json::to_value(&simulated).expect("a value");
        prop_assert!(value["in_system"]["value"].is_number());
        prop_assert!(!simulated.left_out.is_empty());
        conserved(&simulated);
    }
}

/// Two designs under one seed meet the same arrivals: their difference is that of the designs.
#[test]
fn designs_meet_the_same_arrivals() {
    let arrivals = |servers: f64| {
        let plant = single(FirstCome, servers, 10.0, 0.05, 1.0);
        let settings = Settings {
            seed: 5,
            duration_s: Some(200.0),
            ..Settings::default()
        };
        let simulated = run(&plant, &settings);
        let timeline = simulated.timeline.expect("a duration");
        let moments = &timeline.operations["run"];
        moments
            .iter()
            .map(|m| m.arrived_per_s)
            .collect::<Vec<f64>>()
    };
    assert_eq!(arrivals(1.0), arrivals(4.0));
}
