//! Priorities and batches against published values and laws.

use groundplan_evaluate::queueing::batch::*;
use groundplan_evaluate::queueing::priority::*;
use groundplan_evaluate::queueing::{Mmc, pollaczek_khinchine_wait_s};
use proptest::prelude::*;

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected}"
    );
}

fn class(arrival_per_s: f64, service_s: f64, scv: f64) -> Priority {
    Priority {
        arrival_per_s,
        service_s,
        scv,
    }
}

/// The county hospital of Hillier and Lieberman, Introduction to Operations Research, chapter on
/// queueing: .2, .6 and 1.2 patients an hour, 3 treated an hour by a doctor.
#[test]
fn county_hospital() {
    let patients = [0.2, 0.6, 1.2].map(|rate| class(rate, 1.0 / 3.0, 1.0));
    let waits = |doctors| non_preemptive_waits_s(doctors, &patients);
    for (doctors, expected) in [(1, [0.238, 0.325]), (2, [0.029, 0.033])] {
        for (wait, expected) in waits(doctors).iter().zip(expected) {
            near(wait.unwrap(), expected, 5.1e-4);
        }
    }
    near(waits(2)[2].unwrap(), 0.048, 1e-3);
    let waits = |doctors| {
        preemptive_responses_s(doctors, &patients)
            .into_iter()
            .map(|r| r.unwrap() - 1.0 / 3.0)
    };
    for (wait, expected) in waits(1).zip([0.024, 0.154, 1.03]) {
        near(wait, expected, 1e-3);
    }
    for (wait, expected) in waits(2).zip([0.00037, 0.00793, 0.06542]) {
        near(wait, expected, 1.5e-5);
    }
}

/// Two classes of fixed and exponential service, by hand: residual (.3 x 1 + .2 x 8) / 2 = .95.
#[test]
fn cobham_and_resume() {
    let classes = [class(0.3, 1.0, 0.0), class(0.2, 2.0, 1.0)];
    let waits = non_preemptive_waits_s(1, &classes);
    near(waits[0].unwrap(), 0.95 / 0.7, 1e-12);
    near(waits[1].unwrap(), 0.95 / (0.7 * 0.3), 1e-12);
    let responses = preemptive_responses_s(1, &classes);
    // The first sees only itself: M/D/1.
    near(
        responses[0].unwrap(),
        1.0 + pollaczek_khinchine_wait_s(0.3, 1.0, 0.0).unwrap(),
        1e-12,
    );
    near(
        responses[1].unwrap(),
        (2.0 * 0.3 + 0.95) / (0.7 * 0.3),
        1e-12,
    );
}

#[test]
fn only_the_less_important_are_saturated() {
    let classes = [class(0.3, 1.0, 1.0), class(0.9, 1.0, 1.0)];
    let waits = non_preemptive_waits_s(1, &classes);
    // The server is always busy, and what it does has a mean of 1 left.
    near(waits[0].unwrap(), 1.0 / 0.7, 1e-12);
    near(waits[1].unwrap_err().utilisation, 1.2, 1e-12);
    let responses = preemptive_responses_s(1, &classes);
    near(responses[0].unwrap(), 1.0 / 0.7, 1e-12);
    assert!(responses[1].is_err());
    assert!(non_preemptive_waits_s(0, &classes)[0].is_err());
}

/// M^X/M/1: L = rho (1 + E[X^2] / E[X]) / 2 / (1 - rho) (Gross and Harris 3.1).
#[test]
fn batches_at_one_server() {
    for (size, mean, second) in [
        (BatchSize::Fixed(3), 3.0, 9.0),
        (BatchSize::Geometric(4.0), 4.0, 28.0),
        (BatchSize::Fixed(1), 1.0, 1.0),
    ] {
        let found = batch_arrivals(1, 0.2 / mean * 3.0, size, 1.0).unwrap();
        let rho: f64 = 0.6;
        near(
            found.mean_in_system,
            rho * (1.0 + second / mean) / 2.0 / (1.0 - rho),
            1e-12,
        );
    }
}

/// The means of the whole distribution, by its own recursion far out.
#[test]
fn batches_at_several_servers() {
    let (c, batches, mu) = (4, 0.5, 0.6);
    for (size, more) in [
        (
            BatchSize::Fixed(3),
            (|n: usize| f64::from(n < 3)) as fn(usize) -> f64,
        ),
        (BatchSize::Geometric(3.0), |n: usize| {
            (2.0f64 / 3.0).powi(n as i32)
        }),
    ] {
        let mut p = vec![1.0];
        for n in 0..400usize {
            let up: f64 = (0..=n).map(|k| p[k] * more(n - k)).sum();
            p.push(batches * up / ((n + 1).min(c) as f64 * mu));
        }
        let all: f64 = p.iter().sum();
        let inside = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum::<f64>() / all;
        near(
            batch_arrivals(c, batches, size, mu).unwrap().mean_in_system,
            inside,
            1e-9,
        );
    }
    // Batches of one are M/M/c.
    let single = batch_arrivals(4, 0.8, BatchSize::Fixed(1), 0.3).unwrap();
    near(
        single.mean_response_s,
        Mmc::new(4, 0.8, 0.3).unwrap().mean_response_s(),
        1e-12,
    );
    near(
        batch_wait_s(1, 0.8, BatchSize::Fixed(1), 1.0, 0.5).unwrap(),
        3.0,
        1e-12,
    );
    assert!(batch_arrivals(2, 1.0, BatchSize::Fixed(2), 1.0).is_err());
}

/// Up to two at once: r = (sqrt(1 + 4 lambda / mu) - 1) / 2.
#[test]
fn batches_served_together() {
    for lambda in [0.1, 1.0, 1.9] {
        let r = (f64::sqrt(1.0 + 4.0 * lambda) - 1.0) / 2.0;
        near(
            batch_service_response_s(2, lambda, 1.0).unwrap(),
            r / (1.0 - r) / lambda,
            1e-9,
        );
    }
    near(batch_service_response_s(1, 0.8, 1.0).unwrap(), 5.0, 1e-9);
    assert!(batch_service_response_s(2, 2.0, 1.0).is_err());
}

proptest! {
    /// Kleinrock's conservation law: priorities move the waits, weighted by work, and leave their
    /// sum as it is.
    #[test]
    fn conservation(classes in prop::collection::vec((0.01f64..1.0, 0.1f64..3.0, 0.0f64..4.0), 1..6)) {
        let work: f64 = classes.iter().map(|c| c.0 * c.1).sum();
        let classes: Vec<Priority> = classes.iter().map(|c| class(c.0 * 0.9 / work, c.1, c.2)).collect();
        let residual: f64 = classes.iter()
            .map(|c| c.arrival_per_s * c.service_s * c.service_s * (1.0 + c.scv) / 2.0).sum();
        let waits = non_preemptive_waits_s(1, &classes);
        let sum: f64 = classes.iter().zip(&waits)
            .map(|(c, w)| c.arrival_per_s * c.service_s * w.unwrap()).sum();
        prop_assert!((sum / (0.9 * residual / 0.1) - 1.0).abs() < 1e-9);
        for pair in waits.windows(2) {
            prop_assert!(pair[0].unwrap() <= pair[1].unwrap());
        }
    }
}
