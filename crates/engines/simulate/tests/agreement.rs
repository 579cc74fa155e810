//! The rule by which the closed form and the simulation agree.

mod support;

use evaluate::Evaluation;
use evaluate::network::Discipline::FirstCome;
use evaluate::result::{ComponentResult, OperationResult, PoolUse, Times};
use groundplan_simulate::{Settings, Verdict, agree, run};
use support::*;

/// The exact times of M/M/1 at .8, all times `off`.
fn computed(off: f64) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let response = Times {
        mean_ms: 5_000.0 * off,
        p50_ms: 3_465.7 * off,
        p95_ms: 14_978.7 * off,
        p99_ms: 23_025.9 * off,
        p999_ms: 34_538.8 * off,
    };
    let operation = OperationResult {
        response: Some(response),
        ..OperationResult::default()
    };
    evaluation.operations.insert("run".into(), operation);
    let pool = PoolUse {
        servers: Some(1),
        arrival_per_s: 0.8,
        utilisation: 0.8,
        saturated: false,
        mean_wait_ms: None,
        queue_length: None,
    };
    let mut component = ComponentResult::default();
    component.pools.insert("main".into(), pool);
    evaluation.components.insert("a".into(), component);
    evaluation
}

fn verdicts(off: f64, most_events: u64) -> Vec<(String, Verdict)> {
    let simulated = run(
        &single(FirstCome, 1.0, 0.8, 1.0, 1.0),
        &settings(1, most_events),
    );
    let all = agree(&computed(off), &simulated, 0.05);
    all.into_iter().map(|a| (a.metric, a.verdict)).collect()
}

#[test]
fn the_exact_numbers_agree() {
    let found = verdicts(1.0, 4_000_000);
    let metrics: Vec<&str> = found.iter().map(|(m, _)| m.as_str()).collect();
    let expected = [
        "operations.run.mean",
        "operations.run.p50",
        "operations.run.p95",
        "operations.run.p99",
        "components.a.main.utilisation",
    ];
    assert_eq!(metrics, expected);
    assert!(
        found.iter().all(|(_, v)| *v == Verdict::Agrees),
        "{found:?}"
    );
}

#[test]
fn wrong_numbers_differ() {
    for off in [0.8, 1.2] {
        let found = verdicts(off, 4_000_000);
        let times = found.iter().filter(|(m, _)| m.starts_with("operations"));
        assert!(
            times.clone().all(|(_, v)| *v == Verdict::Differs),
            "{found:?}"
        );
    }
}

#[test]
fn a_short_run_says_nothing() {
    let found = verdicts(1.0, 20_000);
    let p99 = found.iter().find(|(m, _)| m == "operations.run.p99");
    assert_eq!(p99.map(|(_, v)| *v), Some(Verdict::TooFewSamples));
}

/// A system that piles up has no times: whatever was computed, they must not stand alone.
#[test]
fn times_of_what_piles_up_differ() {
    let plant = single(FirstCome, 1.0, 1.3, 1.0, 1.0);
    let simulated = run(&plant, &settings(1, 200_000));
    let all = agree(&computed(1.0), &simulated, 0.05);
    let mut times = all.iter().filter(|a| a.metric.starts_with("operations"));
    assert!(times.all(|a| a.verdict == Verdict::Differs));
}

#[test]
fn settings_and_results_are_plain_data() {
    let text = serde_json::to_string(&Settings::default()).expect("a value");
    let back: Settings = serde_json::from_str(&text).expect("the same value");
    assert_eq!(back, Settings::default());
    let simulated = run(&single(FirstCome, 1.0, 0.5, 1.0, 1.0), &settings(1, 50_000));
    let text = serde_json::to_string(&simulated).expect("a value");
    let back: groundplan_simulate::Simulated = serde_json::from_str(&text).expect("the same value");
    assert_eq!(back.totals, simulated.totals);
}
