//! What callers do when no answer comes, and what faults do to a system.

mod support;

use evaluate::network::Discipline::{FirstCome, Shared};
use evaluate::plant::{Act, Break, Cache, Plant, Repeat, ResourceKind, Scaling};
use groundplan_simulate::{Fault, FaultKind, Settings, run};
use support::*;

const ONCE_MORE: Repeat = Repeat {
    attempts: 2,
    backoff_s: 0.0,
    jitter: false,
    budget: None,
};

fn script(seed: u64, duration_s: f64, faults: Vec<Fault>) -> Settings {
    Settings {
        seed,
        duration_s: Some(duration_s),
        faults,
        ..Settings::default()
    }
}

fn fault(at_s: f64, for_s: f64, kind: FaultKind) -> Fault {
    Fault { at_s, for_s, kind }
}

/// An exponential answer of mean 1 is later than 1 with probability 1/e.
#[test]
fn timeouts_and_retries() {
    let late = (-1f64).exp();
    for (retry, failed, tries) in [
        (None, late, 1.0),
        (Some(ONCE_MORE), late * late, 1.0 + late),
    ] {
        let plant = Plant {
            links: vec![link(Some(1.0), retry, None)],
            flows: vec![flow(
                "run",
                10.0,
                vec![Act::Call(call(Some(0), "callee", vec![delay(1.0, 1.0)]))],
            )],
            ..Plant::default()
        };
        let simulated = run(&plant, &settings(1, 600_000));
        let operation = &simulated.operations["run"];
        holds("failed", operation.errors.all, failed, 0.03);
        assert_eq!(operation.errors.timeout, operation.errors.all.value);
        let link = &simulated.links["caller-to-callee"];
        let each = (link.calls + link.retries) as f64 / link.calls as f64;
        assert!((each - tries).abs() < 0.01, "{each} for {tries}");
        conserved(&simulated);
    }
}

/// Work that nobody waits for goes on: the station stays as busy as without timeouts.
#[test]
fn abandoned_work_goes_on() {
    let plant = Plant {
        stations: vec![station("callee", FirstCome, 1.0)],
        links: vec![link(Some(1.0), None, None)],
        flows: vec![flow(
            "run",
            0.8,
            vec![Act::Call(call(Some(0), "callee", vec![work(0, 1.0, 1.0)]))],
        )],
        ..Plant::default()
    };
    let simulated = run(&plant, &settings(2, 600_000));
    let station = &simulated.stations["callee.main"];
    holds(
        "utilisation",
        station.utilisation.expect("bounded"),
        0.8,
        0.02,
    );
    // P(R > 1) = exp(-(mu - lambda)).
    holds(
        "failed",
        simulated.operations["run"].errors.all,
        (-0.2f64).exp(),
        0.02,
    );
}

/// The caller's connection comes free when it gives up, the callee's slot does not.
#[test]
fn who_gives_back_what() {
    for (kind, in_use) in [(ResourceKind::Connections, 0.1), (ResourceKind::Slots, 1.0)] {
        let mut held = call(Some(0), "callee", vec![delay(1.0, 0.0)]);
        held.holds = vec![0];
        let plant = Plant {
            links: vec![link(Some(0.1), None, None)],
            resources: vec![resource(kind, 100, None)],
            flows: vec![flow("run", 10.0, vec![Act::Call(held)])],
            ..Plant::default()
        };
        let simulated = run(&plant, &settings(3, 200_000));
        holds(
            "in use",
            simulated.resources["held"].mean,
            10.0 * in_use,
            0.03,
        );
        assert_eq!(simulated.operations["run"].errors.timeout, 1.0);
    }
}

#[test]
fn a_full_bulkhead_is_left_at_the_timeout() {
    let mut held = call(Some(0), "callee", vec![delay(1.0, 0.0)]);
    held.holds = vec![0];
    let plant = Plant {
        links: vec![link(Some(0.5), None, None)],
        resources: vec![resource(ResourceKind::Bulkhead, 1, None)],
        flows: vec![flow("run", 10.0, vec![Act::Call(held)])],
        ..Plant::default()
    };
    let simulated = run(&plant, &settings(4, 100_000));
    assert_eq!(simulated.operations["run"].errors.timeout, 1.0);
    assert!(simulated.resources["held"].waiting < 10.0);
    conserved(&simulated);
}

#[test]
fn fallbacks_answer_and_breakers_spare_the_callee() {
    let mut guarded = call(Some(0), "callee", vec![work(0, 0.001, 1.0)]);
    guarded.fallback = Some(vec![delay(0.01, 0.0)]);
    let breaker = Break {
        failures: 5,
        recovery_s: 2.0,
    };
    let plant = Plant {
        stations: vec![station("callee", FirstCome, 2.0)],
        links: vec![link(Some(0.5), None, Some(breaker))],
        flows: vec![flow("run", 200.0, vec![Act::Call(guarded)])],
        ..Plant::default()
    };
    let stop = fault(30.0, 21.0, FaultKind::Stop("callee".into()));
    let simulated = run(&plant, &script(5, 90.0, vec![stop]));
    let operation = &simulated.operations["run"];
    assert_eq!(operation.errors.all.value, 0.0, "the fallback answers");
    let link = &simulated.links["caller-to-callee"];
    // 21 s of 200 a second: all but the first five and a probe every two seconds.
    assert_eq!(link.breaker_opened, 11);
    assert!(
        (3_900..=4_800).contains(&link.breaker_refused),
        "{}",
        link.breaker_refused
    );
    let timeline = simulated.timeline.as_ref().expect("a script");
    let during = timeline.operations["run"][20];
    assert!((during.fallbacks_per_s - 200.0).abs() < 50.0);
    assert_eq!(timeline.windows[20].on, [0]);
    assert!(
        timeline.aftermath["run"].affected,
        "ten times as slow is not as before"
    );
    let back = timeline.aftermath["run"]
        .recovers_after_s
        .expect("recovers");
    assert!(back <= 3.0, "{back}");
    conserved(&simulated);
}

/// One server at 70 %, callers that give up after .2 s and try three times: after a spike, the work
/// of abandoned tries alone keeps it overloaded. A budget for repeats lets it recover.
#[test]
fn a_retry_storm_feeds_itself_unless_it_has_a_budget() {
    for (budget, recovers) in [(None, false), (Some(0.1), true)] {
        let retry = Repeat {
            attempts: 3,
            backoff_s: 0.01,
            jitter: true,
            budget,
        };
        let plant = Plant {
            stations: vec![station("callee", FirstCome, 1.0)],
            links: vec![link(Some(0.2), Some(retry), None)],
            flows: vec![flow(
                "run",
                70.0,
                vec![Act::Call(call(Some(0), "callee", vec![work(0, 0.01, 1.0)]))],
            )],
            ..Plant::default()
        };
        let spike = FaultKind::Spike {
            factor: 3.0,
            operation: None,
        };
        let simulated = run(&plant, &script(6, 240.0, vec![fault(60.0, 10.0, spike)]));
        let timeline = simulated.timeline.as_ref().expect("a script");
        let after = &timeline.aftermath["run"];
        assert!(after.affected);
        assert_eq!(
            after.recovers_after_s.is_some(),
            recovers,
            "budget {budget:?}: {after:?}"
        );
        assert_eq!(after.never_recovers, !recovers);
        let last = timeline.operations["run"].last().expect("windows");
        if recovers {
            assert!(last.failed_per_s < 1.0, "{last:?}");
        } else {
            assert!(last.failed_per_s > 50.0, "{last:?}");
        }
        conserved(&simulated);
    }
}

/// The single server stands in zone a; ten seconds after the zone is lost another takes over.
#[test]
fn a_zone_is_lost_and_taken_over() {
    let mut store = station("store", FirstCome, 4.0);
    store.zones = vec![1.0, 0.0];
    store.takes_over_s = Some(10.0);
    let mut app = station("app", Shared, 8.0);
    app.zones = vec![0.5, 0.5];
    let plant = Plant {
        stations: vec![app, store],
        flows: vec![flow(
            "run",
            100.0,
            vec![work(0, 0.02, 1.0), work(1, 0.01, 1.0)],
        )],
        ..Plant::default()
    };
    let lost = fault(60.0, 60.0, FaultKind::LoseZone(0));
    let mut settings = script(7, 200.0, vec![lost]);
    settings.window_s = Some(1.0);
    let simulated = run(&plant, &settings);
    let timeline = simulated.timeline.as_ref().expect("a script");
    for (second, moment) in timeline.operations["run"].iter().enumerate() {
        if (60..70).contains(&second) {
            assert_eq!(moment.answered_per_s, 0.0, "second {second}");
        } else {
            assert!(
                moment.failed_per_s < 1.0 && moment.answered_per_s > 50.0,
                "second {second}"
            );
        }
    }
    let after = &timeline.aftermath["run"];
    assert!((800..=1_200).contains(&after.lost), "{}", after.lost);
    assert_eq!(after.recovers_after_s, Some(0.0));
    let app = &simulated.stations["app.main"];
    let servers = app.servers.expect("bounded");
    assert!(
        (servers - (8.0 * 140.0 + 4.0 * 60.0) / 200.0).abs() < 1e-6,
        "{servers}"
    );
    conserved(&simulated);
}

#[test]
fn an_emptied_cache_warms_again() {
    let mut behind = call(None, "store", vec![work(0, 0.01, 1.0)]);
    behind.often.share = 0.2;
    behind.often.miss_of = Some(0);
    let plant = Plant {
        stations: vec![station("store", FirstCome, 2.0)],
        caches: vec![Cache {
            id: "cache".into(),
            hit: 0.8,
            objects: 10_000.0,
            skew: 0.9,
            capacity: 6_000.0,
            ttl_s: None,
            lookups_per_s: 150.0,
        }],
        flows: vec![flow(
            "run",
            150.0,
            vec![delay(0.001, 0.0), Act::Call(behind)],
        )],
        ..Plant::default()
    };
    let flush = fault(100.0, 0.0, FaultKind::Flush("cache".into()));
    let simulated = run(&plant, &script(8, 600.0, vec![flush]));
    let timeline = simulated.timeline.as_ref().expect("a script");
    let p99 = |i: usize| timeline.operations["run"][i].p99_ms.expect("answers");
    assert!(p99(10) > 1.25 * p99(8), "{} then {}", p99(8), p99(10));
    let after = &timeline.aftermath["run"];
    assert!(
        after.affected && after.recovers_after_s.is_some(),
        "{after:?}"
    );
    let station = &simulated.stations["store.main"];
    assert!(station.arrival_per_s > 32.0, "{}", station.arrival_per_s);
}

#[test]
fn a_slow_outside_system_and_a_spike() {
    let plant = Plant {
        flows: vec![flow(
            "run",
            50.0,
            vec![Act::Call(call(None, "bank", vec![delay(0.1, 0.0)]))],
        )],
        ..Plant::default()
    };
    let slow = FaultKind::Slow {
        component: "bank".into(),
        factor: 5.0,
    };
    let spike = FaultKind::Spike {
        factor: 4.0,
        operation: Some("run".into()),
    };
    let faults = vec![fault(60.0, 30.0, slow), fault(120.0, 30.0, spike)];
    let simulated = run(&plant, &script(9, 240.0, faults));
    let timeline = simulated.timeline.as_ref().expect("a script");
    for (window, moment) in timeline.windows.iter().zip(&timeline.operations["run"]) {
        let slow = window.from_s >= 62.0 && window.to_s <= 90.0;
        let fast = window.to_s <= 60.0 || window.from_s > 95.0;
        let p50 = moment.p50_ms.expect("answers");
        assert!(!slow || (p50 - 500.0).abs() < 2.5, "{p50}");
        assert!(!fast || (p50 - 100.0).abs() < 0.5, "{p50}");
        let spike = window.from_s >= 120.0 && window.to_s <= 150.0;
        let expected = if spike { 200.0 } else { 50.0 };
        let noise = 4.5 * (expected / timeline.window_s).sqrt();
        assert!(
            (moment.arrived_per_s - expected).abs() < noise,
            "{moment:?}"
        );
    }
}

#[test]
fn an_autoscaler_follows_the_load_after_its_delay() {
    let mut app = station("app", Shared, 4.0);
    app.scaling = Some(Scaling {
        least: 4.0,
        most: 16.0,
        step: 2.0,
        at: 0.6,
        delay_s: 45.0,
    });
    let plant = Plant {
        stations: vec![app],
        flows: vec![flow("run", 100.0, vec![work(0, 0.02, 1.0)])],
        ..Plant::default()
    };
    let spike = FaultKind::Spike {
        factor: 3.0,
        operation: None,
    };
    let simulated = run(&plant, &script(10, 600.0, vec![fault(120.0, 400.0, spike)]));
    let timeline = simulated.timeline.as_ref().expect("a script");
    let after = &timeline.aftermath["run"];
    assert!(after.affected && !after.never_recovers, "{after:?}");
    let p99 = |i: usize| timeline.operations["run"][i].p99_ms.expect("answers");
    assert!(
        p99(15) > 1_000.0,
        "overloaded until it has grown: {}",
        p99(15)
    );
    assert!(p99(45) < 300.0, "grown: {}", p99(45));
}

#[test]
fn what_is_not_there_is_said() {
    let plant = single(FirstCome, 1.0, 10.0, 0.01, 1.0);
    let faults = vec![
        fault(1.0, 1.0, FaultKind::LoseZone(4)),
        fault(1.0, 1.0, FaultKind::Stop("nobody".into())),
        fault(1.0, 1.0, FaultKind::Flush("nothing".into())),
    ];
    let simulated = run(&plant, &script(11, 10.0, faults));
    assert_eq!(simulated.left_out.len(), 3);
    assert_eq!(simulated.operations["run"].errors.all.value, 0.0);
}
