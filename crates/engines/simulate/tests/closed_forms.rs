//! Every kind of station against its closed form. Exact values: standard recurrences of M/M/c,
//! M/M/c/K and Erlang's formulas, Pollaczek-Khinchine, Kleinrock for processor sharing.

mod support;

use evaluate::network::Discipline::{FirstCome, Shared};
use evaluate::plant::{Act, Plant, ResourceKind};
use groundplan_simulate::{Ended, run};
use support::*;

#[test]
fn one_server() {
    let simulated = run(
        &single(FirstCome, 1.0, 0.8, 1.0, 1.0),
        &settings(1, 4_000_000),
    );
    let times = simulated.operations["run"].response.expect("times");
    holds("mean", times.mean_ms, 5_000.0, 0.03);
    holds("p50", times.p50_ms, 3_465.7, 0.03);
    holds("p95", times.p95_ms, 14_978.7, 0.04);
    holds("p99", times.p99_ms, 23_025.9, 0.05);
    let station = &simulated.stations["a.main"];
    holds(
        "utilisation",
        station.utilisation.expect("bounded"),
        0.8,
        0.01,
    );
    holds("number", station.number, 4.0, 0.03);
    holds("queue", station.queue_length, 3.2, 0.04);
    conserved(&simulated);
}

#[test]
fn four_servers() {
    let simulated = run(
        &single(FirstCome, 4.0, 0.8, 1.0 / 0.3, 1.0),
        &settings(2, 2_000_000),
    );
    let times = simulated.operations["run"].response.expect("times");
    holds("mean", times.mean_ms, 4_279.4, 0.02);
    holds("p50", times.p50_ms, 3_216.2, 0.02);
    holds("p95", times.p95_ms, 11_928.1, 0.02);
    holds("p99", times.p99_ms, 17_558.0, 0.03);
}

#[test]
fn a_run_stops_when_it_is_sure_enough() {
    let mut want = settings(3, 50_000_000);
    want.goal = 0.05;
    let simulated = run(&single(FirstCome, 4.0, 0.8, 1.0 / 0.3, 1.0), &want);
    assert_eq!(simulated.ended, Ended::Converged);
    assert!(simulated.events < 2_000_000, "{}", simulated.events);
    let times = simulated.operations["run"].response.expect("times");
    assert!(times.p99_ms.relative().expect("interval") <= 0.05);
}

#[test]
fn service_times_by_their_scv() {
    for (scv, exact) in [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0), (4.0, 11.0)] {
        let simulated = run(
            &single(FirstCome, 1.0, 0.8, 1.0, scv),
            &settings(4, 3_000_000),
        );
        let times = simulated.operations["run"].response.expect("times");
        holds(&format!("scv {scv}"), times.mean_ms, exact * 1e3, 0.06);
    }
}

#[test]
fn tandem() {
    let plant = Plant {
        stations: vec![
            station("a", FirstCome, 4.0),
            station("b", FirstCome, 2.0),
            station("c", FirstCome, 1.0),
        ],
        flows: vec![flow(
            "run",
            0.8,
            vec![
                work(0, 1.0 / 0.3, 1.0),
                work(1, 2.0, 1.0),
                work(2, 1.0, 1.0),
            ],
        )],
        ..Plant::default()
    };
    let simulated = run(&plant, &settings(5, 4_000_000));
    let times = simulated.operations["run"].response.expect("times");
    holds("mean", times.mean_ms, 14_834.935, 0.03);
}

/// Processor sharing does not see the distribution; on c servers with exponential times it is M/M/c
/// in the mean.
#[test]
fn shared_processors() {
    for scv in [0.0, 1.0, 4.0] {
        let simulated = run(&single(Shared, 1.0, 0.8, 1.0, scv), &settings(6, 3_000_000));
        let times = simulated.operations["run"].response.expect("times");
        holds(&format!("scv {scv}"), times.mean_ms, 5_000.0, 0.05);
        let station = &simulated.stations["a.main"];
        holds(
            "utilisation",
            station.utilisation.expect("bounded"),
            0.8,
            0.02,
        );
    }
    let simulated = run(
        &single(Shared, 4.0, 0.8, 1.0 / 0.3, 1.0),
        &settings(7, 2_000_000),
    );
    let times = simulated.operations["run"].response.expect("times");
    holds("four", times.mean_ms, 4_279.4, 0.02);
}

/// Two classes of different length at one shared processor: each is slowed by the same factor.
#[test]
fn shared_processors_are_fair() {
    let plant = Plant {
        stations: vec![station("a", Shared, 1.0)],
        flows: vec![
            flow("short", 3.0, vec![work(0, 0.1, 1.0)]),
            flow("long", 0.4, vec![work(0, 1.0, 0.0)]),
        ],
        ..Plant::default()
    };
    let simulated = run(&plant, &settings(8, 2_000_000));
    for (id, exact) in [("short", 0.1 / 0.3), ("long", 1.0 / 0.3)] {
        let times = simulated.operations[id].response.expect("times");
        holds(id, times.mean_ms, exact * 1e3, 0.06);
    }
}

#[test]
fn nobody_waits_where_all_are_served() {
    let simulated = run(
        &single(FirstCome, f64::INFINITY, 50.0, 2.0, 1.0),
        &settings(9, 1_000_000),
    );
    let times = simulated.operations["run"].response.expect("times");
    holds("p99", times.p99_ms, 2_000.0 * 100f64.ln(), 0.02);
    let station = &simulated.stations["a.main"];
    holds("number", station.number, 100.0, 0.02);
    assert_eq!(station.utilisation, None);
}

/// A resource with places to wait is M/M/c/K: those who find it full are refused.
#[test]
fn limited_queues() {
    let limited = |limit, queue, rate, mean_s| Plant {
        resources: vec![resource(ResourceKind::Slots, limit, Some(queue))],
        flows: vec![flow(
            "run",
            rate,
            vec![Act::Hold {
                resource: 0,
                body: vec![delay(mean_s, 1.0)],
            }],
        )],
        ..Plant::default()
    };
    for (limit, queue, rate, mean_s, refused, number) in [
        (2, 8, 1.8, 1.0, 0.054_807_3, Some(4.281_411)),
        (1, 4, 0.9, 1.0, 0.126_022_5, Some(2.194_782)),
        (10, 0, 8.0, 1.0, 0.121_661, None),
    ] {
        let simulated = run(
            &limited(limit, queue, rate, mean_s),
            &settings(10, 2_000_000),
        );
        let operation = &simulated.operations["run"];
        holds("refused", operation.errors.all, refused, 0.03);
        assert_eq!(operation.errors.refused, operation.errors.all.value);
        if let Some(number) = number {
            holds("number", simulated.in_system, number, 0.02);
        }
        let held = &simulated.resources["held"];
        holds("in use", held.mean, rate * mean_s * (1.0 - refused), 0.02);
        conserved(&simulated);
    }
}

/// The larger of two exponential times has mean 3/2; five branches 137/60.
#[test]
fn side_by_side() {
    for (branches, exact) in [(2, 1.5), (5, 137.0 / 60.0)] {
        let plant = Plant {
            flows: vec![flow(
                "run",
                10.0,
                vec![Act::Together(vec![vec![delay(1.0, 1.0)]; branches])],
            )],
            ..Plant::default()
        };
        let simulated = run(&plant, &settings(11, 1_500_000));
        let times = simulated.operations["run"].response.expect("times");
        holds("mean", times.mean_ms, exact * 1e3, 0.02);
    }
}

/// Shares and times multiply down the tree.
#[test]
fn how_often() {
    let mut inner = call(None, "b", vec![work(0, 0.001, 1.0)]);
    inner.often.share = 0.5;
    inner.often.times = 2.5;
    let mut outer = call(None, "a", vec![Act::Call(inner)]);
    outer.often.share = 0.4;
    outer.hop_s = 0.01;
    let plant = Plant {
        stations: vec![station("b", FirstCome, 8.0)],
        flows: vec![flow("run", 100.0, vec![Act::Call(outer)])],
        ..Plant::default()
    };
    let simulated = run(&plant, &settings(12, 1_000_000));
    let station = &simulated.stations["b.main"];
    let exact = 100.0 * 0.4 * 0.5 * 2.5;
    assert!((station.arrival_per_s - exact).abs() < 0.02 * exact);
    let times = simulated.operations["run"].response.expect("times");
    holds("mean", times.mean_ms, 0.4 * (10.0 + 0.5 * 2.5), 0.02);
}

#[test]
fn what_follows_the_answer() {
    let mut plant = single(FirstCome, 1.0, 0.4, 1.0, 1.0);
    plant.flows[0].background = vec![work(0, 1.0, 1.0), delay(5.0, 0.0)];
    let simulated = run(&plant, &settings(13, 2_000_000));
    let operation = &simulated.operations["run"];
    let background = operation.background.expect("background");
    assert!(background.mean_ms.value > operation.response.expect("times").mean_ms.value + 4_000.0);
    let station = &simulated.stations["a.main"];
    holds(
        "utilisation",
        station.utilisation.expect("bounded"),
        0.8,
        0.02,
    );
    conserved(&simulated);
}

#[test]
fn a_queue_that_cannot_keep_up_is_seen() {
    let simulated = run(
        &single(FirstCome, 1.0, 1.2, 1.0, 1.0),
        &settings(14, 400_000),
    );
    assert!(simulated.growing);
    let simulated = run(
        &single(FirstCome, 1.0, 0.9, 1.0, 1.0),
        &settings(14, 400_000),
    );
    assert!(!simulated.growing);
}
