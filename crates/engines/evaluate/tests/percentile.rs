//! Paths against exact distributions.

use groundplan_evaluate::percentile::{Flow, Percentiles, Stage};
use groundplan_evaluate::queueing::Mmc;
use proptest::prelude::*;

fn exponential(mean: f64) -> Flow {
    Flow::once(Stage::new(0.0, mean, 1.0, 0.0, 0.0).unwrap())
}

fn quantile(tail: impl Fn(f64) -> f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while tail(high) > 1.0 - share {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if tail(middle) > 1.0 - share {
            low = middle
        } else {
            high = middle
        }
    }
    high
}

#[track_caller]
fn matches(found: Percentiles, tail: impl Fn(f64) -> f64, relative: f64) {
    let pairs = [
        (found.p50_s, 0.5),
        (found.p95_s, 0.95),
        (found.p99_s, 0.99),
        (found.p999_s, 0.999),
    ];
    for (value, share) in pairs {
        let exact = quantile(&tail, share);
        assert!(
            (value / exact - 1.0).abs() < relative,
            "p{share}: {value}, exact {exact}"
        );
    }
}

/// Tail of a sum of exponentials of distinct means.
fn hypoexponential(means: &[f64]) -> impl Fn(f64) -> f64 + '_ {
    move |t| {
        let weight = |i: usize| -> f64 {
            let others = means.iter().enumerate().filter(|(j, _)| *j != i);
            others.map(|(_, m)| means[i] / (means[i] - m)).product()
        };
        means
            .iter()
            .enumerate()
            .map(|(i, m)| weight(i) * (-t / m).exp())
            .sum()
    }
}

#[test]
fn one_station_is_mmc() {
    for (c, lambda, mu) in [
        (1, 0.8, 1.0),
        (4, 0.8, 0.3),
        (3, 2.0, 1.0),
        (20, 18.5, 1.0),
        (8, 1.0, 1.0),
    ] {
        let q = Mmc::new(c, lambda, mu).unwrap();
        let found = Flow::once(Stage::mmc(&q).unwrap()).percentiles();
        matches(found, |t| q.tail(t), 1e-3);
        assert!((found.mean_s / q.mean_response_s() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn series_of_exponentials() {
    for means in [
        vec![1.0, 2.0],
        vec![5.0, 0.1, 0.01],
        vec![1.0, 1.1, 1.2, 1.3, 1.4],
        vec![10.0, 3.0, 1.0, 0.3, 0.1, 0.03],
    ] {
        let flow = Flow::Series(means.iter().map(|m| exponential(*m)).collect());
        matches(flow.percentiles(), hypoexponential(&means), 1e-3);
    }
}

#[test]
fn erlang_by_count() {
    // Erlang-5 of mean 5: tail is a Poisson sum.
    let flow = Flow::Stage {
        stage: Stage::new(0.0, 1.0, 1.0, 0.0, 0.0).unwrap(),
        count: 5.0,
    };
    let poisson = |n: u32, t: f64| {
        let mut term = (-t).exp();
        let mut sum = term;
        for k in 1..n {
            term *= t / f64::from(k);
            sum += term;
        }
        sum
    };
    matches(flow.percentiles(), |t| poisson(5, t), 1e-3);
    let many = Flow::Stage {
        stage: Stage::new(0.0, 1.0, 1.0, 0.0, 0.0).unwrap(),
        count: 100.0,
    };
    matches(many.percentiles(), |t| poisson(100, t), 2e-2);
}

#[test]
fn tandem_of_stations() {
    let stations = [(4, 0.3), (2, 0.5), (1, 1.0)];
    let stages = stations.map(|(c, mu)| Stage::mmc(&Mmc::new(c, 0.8, mu).unwrap()).unwrap());
    let found = Flow::Series(stages.map(Flow::once).to_vec()).percentiles();
    assert!((found.mean_s - 14.834935).abs() < 1e-6, "{}", found.mean_s);
    assert!(found.p50_s < found.mean_s && found.p99_s > 2.0 * found.mean_s);
}

#[test]
fn cache_hit_or_miss() {
    let flow = Flow::Mixture(vec![(0.9, exponential(1.0)), (0.1, exponential(50.0))]);
    matches(
        flow.percentiles(),
        |t| 0.9 * (-t).exp() + 0.1 * (-t / 50.0).exp(),
        3e-3,
    );
    // A rest without a branch takes no time: the median is nothing at all.
    let rest = Flow::Mixture(vec![(0.1, exponential(50.0))]).percentiles();
    assert_eq!(rest.p50_s, 0.0);
    assert!((rest.p99_s / (50.0 * 10f64.ln()) - 1.0).abs() < 1e-3);
    // Twice the probability of a fractional count is the same thing.
    let stage = Stage::new(0.0, 50.0, 1.0, 0.0, 0.0).unwrap();
    let counted = Flow::Stage { stage, count: 0.1 }.percentiles();
    assert!((counted.p99_s - rest.p99_s).abs() < 1e-9);
}

#[test]
fn fork_join() {
    let flow = Flow::Parallel(vec![exponential(1.0), exponential(1.0), exponential(3.0)]);
    let tail = |t: f64| 1.0 - (1.0 - (-t).exp()).powi(2) * (1.0 - (-t / 3.0).exp());
    matches(flow.percentiles(), tail, 1e-3);
    // The mean of the longest of n exponentials is the n-th harmonic number.
    let ten = Flow::FanOut {
        flow: Box::new(exponential(1.0)),
        calls: 10,
    };
    let found = ten.percentiles();
    assert!((found.mean_s - 2.928_968).abs() < 2e-3, "{}", found.mean_s);
    matches(found, |t| 1.0 - (1.0 - (-t).exp()).powi(10), 2e-3);
    // In a series it is convolved: max of two unit exponentials is Exp(1) + Exp(1/2).
    let both = Flow::Series(vec![
        exponential(4.0),
        Flow::Parallel(vec![exponential(1.0), exponential(1.0)]),
    ]);
    matches(both.percentiles(), hypoexponential(&[4.0, 1.0, 0.5]), 3e-3);
}

#[test]
fn fixed_times_shift() {
    let fixed = Flow::once(Stage::fixed(0.25).unwrap());
    let alone = fixed.percentiles();
    assert_eq!(
        (alone.mean_s, alone.p50_s, alone.p999_s),
        (0.25, 0.25, 0.25)
    );
    let shifted = Flow::Series(vec![fixed, exponential(1.0)]).percentiles();
    let plain = exponential(1.0).percentiles();
    assert!((shifted.p99_s - plain.p99_s - 0.25).abs() < 1e-9);
    // Service of scv 1/4: half fixed, half exponential, matched in two moments.
    let quarter = Flow::once(Stage::new(0.0, 1.0, 0.25, 0.0, 0.0).unwrap()).percentiles();
    assert!((quarter.p99_s - (0.5 + 0.5 * 100f64.ln())).abs() < 5e-3);
    // Two fixed alternatives: the jump is found to one part in 32.
    let two = Flow::Mixture(vec![
        (0.9, Flow::once(Stage::fixed(0.001).unwrap())),
        (0.1, Flow::once(Stage::fixed(0.050).unwrap())),
    ])
    .percentiles();
    assert_eq!(two.p50_s, 0.001);
    assert!(
        (two.p95_s / 0.050 - 1.0).abs() < 1.0 / 32.0,
        "{}",
        two.p95_s
    );
}

#[test]
fn bad_numbers_make_no_stage() {
    assert!(Stage::new(f64::NAN, 1.0, 1.0, 0.0, 0.0).is_none());
    assert!(Stage::new(0.0, -1.0, 1.0, 0.0, 0.0).is_none());
    assert!(Stage::new(0.0, 1.0, 1.0, 1.5, 0.0).is_none());
    assert!(Stage::new(0.0, f64::INFINITY, 1.0, 0.5, 0.0).is_none());
}

#[test]
fn rough_percentiles_are_near() {
    let q = Mmc::new(4, 0.8, 0.3).unwrap();
    let stage = Stage::mmc(&q).unwrap();
    let flow = Flow::Series(vec![Flow::once(stage), exponential(1.0), exponential(2.0)]);
    let (exact, rough) = (flow.percentiles(), flow.rough_percentiles());
    assert!((rough.p95_s / exact.p95_s - 1.0).abs() < 0.05);
    assert!((rough.p99_s / exact.p99_s - 1.0).abs() < 0.05);
}

fn stage() -> impl Strategy<Value = Stage> {
    (
        0.0f64..0.5,
        0.0001f64..1.0,
        0.0f64..6.0,
        0.0f64..1.0,
        0.0f64..3.0,
    )
        .prop_map(|(f, s, v, p, w)| Stage::new(f, s, v, p, w).unwrap())
}

fn flow() -> impl Strategy<Value = Flow> {
    let leaf = (stage(), 0.0f64..4.0).prop_map(|(stage, count)| Flow::Stage { stage, count });
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Flow::Series),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Flow::Parallel),
            prop::collection::vec((0.0f64..0.5, inner.clone()), 0..3).prop_map(Flow::Mixture),
            (inner, 0u32..5).prop_map(|(f, calls)| Flow::FanOut {
                flow: Box::new(f),
                calls
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn percentiles_are_finite_and_ordered(flow in flow()) {
        let p = flow.percentiles();
        for value in [p.mean_s, p.p50_s, p.p95_s, p.p99_s, p.p999_s] {
            prop_assert!(value.is_finite() && value >= 0.0, "{p:?}");
        }
        prop_assert!(p.p50_s <= p.p95_s && p.p95_s <= p.p99_s && p.p99_s <= p.p999_s);
        // Markov's inequality bounds each quantile by the mean.
        prop_assert!(p.p50_s <= 2.0 * p.mean_s * 1.02 + 1e-9, "{p:?}");
        prop_assert!(p.p95_s <= 20.0 * p.mean_s * 1.02 + 1e-9, "{p:?}");
        let r = flow.rough_percentiles();
        prop_assert!(r.p50_s <= r.p95_s && r.p95_s <= r.p99_s && r.p99_s.is_finite(), "{r:?}");
    }

    #[test]
    fn one_more_station_is_never_faster(flow in flow(), stage in stage()) {
        let before = flow.percentiles();
        let after = Flow::Series(vec![flow, Flow::once(stage)]).percentiles();
        prop_assert!(after.mean_s >= before.mean_s * (1.0 - 1e-3));
        prop_assert!(after.p50_s >= before.p50_s * 0.97 - 1e-9, "{before:?} {after:?}");
        prop_assert!(after.p99_s >= before.p99_s * 0.97 - 1e-9, "{before:?} {after:?}");
    }
}
