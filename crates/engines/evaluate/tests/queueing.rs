//! Exact values by the standard recurrences, and laws.

use groundplan_evaluate::queueing::*;
use proptest::prelude::*;

#[track_caller]
fn near(value: f64, expected: f64, digits: i32) {
    let tolerance = 0.51 * 10f64.powi(-digits);
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected} to {digits} digits"
    );
}

#[test]
fn erlang_tables() {
    let table = [
        (2, 1.6, 0.711111),
        (4, 8.0 / 3.0, 0.378418),
        (5, 4.0, 0.554113),
        (10, 8.0, 0.409180),
        (10, 9.0, 0.668732),
        (20, 18.0, 0.550769),
        (50, 45.0, 0.363864),
        (100, 95.0, 0.506457),
    ];
    for (c, a, expected) in table {
        near(erlang_c(c, a).unwrap(), expected, 6);
    }
    near(erlang_b(10, 8.0), 0.121661, 6);
    // 2 servers, 1 erlang, by hand: (1/2) / (1 + 1 + 1/2).
    near(erlang_b(2, 1.0), 0.2, 12);
    // The recurrence holds where factorials have long overflowed.
    let huge = erlang_c(100_000, 99_900.0).unwrap();
    assert!(huge > 0.5 && huge < 1.0, "{huge}");
}

#[test]
fn mm1() {
    let q = Mmc::new(1, 0.8, 1.0).unwrap();
    near(q.mean_response_s(), 5.0, 12);
    near(q.quantile_s(0.5), 3.4657, 4);
    near(q.quantile_s(0.95), 14.9787, 4);
    near(q.quantile_s(0.99), 23.0259, 4);
    near(q.quantile_s(0.99), 5.0 * 100f64.ln(), 9);
    near(q.response_variance(), 25.0, 9);
}

#[test]
fn mm4() {
    let q = Mmc::new(4, 0.8, 0.3).unwrap();
    near(q.mean_response_s(), 4.2794, 4);
    near(q.quantile_s(0.5), 3.2162, 4);
    near(q.quantile_s(0.95), 11.9281, 4);
    near(q.quantile_s(0.99), 17.5580, 4);
}

#[test]
fn the_special_case_is_the_limit() {
    // c mu - lambda = mu: M/M/3 with lambda 2, mu 1.
    let exact = Mmc::new(3, 2.0, 1.0).unwrap();
    for t in [0.1_f64, 1.0, 5.0, 20.0] {
        let formula = (-t).exp() * (1.0 + exact.wait_probability() * t);
        near(exact.tail(t), formula, 12);
        let beside = Mmc::new(3, 2.0 + 1e-7, 1.0).unwrap();
        near(beside.tail(t), exact.tail(t), 6);
    }
}

#[test]
fn mg1() {
    for (scv, expected) in [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0), (4.0, 11.0)] {
        near(
            pollaczek_khinchine_wait_s(0.8, 1.0, scv).unwrap() + 1.0,
            expected,
            12,
        );
        near(
            allen_cunneen_wait_s(1, 0.8, 1.0, 1.0, scv).unwrap() + 1.0,
            expected,
            12,
        );
    }
}

#[test]
fn mmck_values() {
    let q = mmck(2, 10, 1.8, 1.0);
    near(q.blocking, 0.0548073, 7);
    near(q.mean_in_system, 4.281411, 6);
    let q = mmck(1, 5, 0.9, 1.0);
    near(q.blocking, 0.1260225, 7);
    near(q.mean_in_system, 2.194782, 6);
    // Overloaded tenfold it stays finite, and nearly full.
    let q = mmck(4, 100_000, 40.0, 1.0);
    near(q.throughput_per_s, 4.0, 9);
    assert!(q.mean_in_system > 99_999.0 && q.mean_in_system <= 100_000.0);
}

#[test]
fn tandem() {
    let stations = [(4, 0.3), (2, 0.5), (1, 1.0)];
    let responses = stations.map(|(c, mu)| Mmc::new(c, 0.8, mu).unwrap().mean_response_s());
    near(responses[1], 5.5556, 4);
    near(responses[2], 5.0, 9);
    near(responses.iter().sum(), 14.834935, 6);
}

#[test]
fn fan_out() {
    near(fan_out_slow_share(0.01, 100), 0.633968, 6);
    assert_eq!(fan_out_slow_share(1.0, 3), 1.0);
    assert_eq!(fan_out_slow_share(0.5, 0), 0.0);
}

#[test]
fn poisson_and_normal_tables() {
    // Poisson(5): P(N <= 10) = .98631, P(N <= 11) = .99455.
    assert_eq!(poisson_quantile(5.0, 0.99), 11);
    assert_eq!(poisson_quantile(0.0, 0.99), 0);
    // Both branches agree where they meet.
    assert!(poisson_quantile(400.0, 0.99).abs_diff(poisson_quantile(400.1, 0.99)) <= 1);
    near(normal_quantile(0.99), 2.3263, 3);
    near(normal_quantile(0.5), 0.0, 3);
}

#[test]
fn saturation_is_said_not_infinite() {
    assert_eq!(Mmc::new(2, 3.0, 1.0).unwrap_err().utilisation, 1.5);
    assert!(Mmc::new(1, 1.0, 1.0).is_err());
    assert!(Mmc::new(0, 0.0, 1.0).is_err());
    assert!(
        erlang_c(1, f64::INFINITY)
            .unwrap_err()
            .utilisation
            .is_finite()
    );
    assert!(erlang_c(1, f64::NAN).is_ok());
    assert!(pollaczek_khinchine_wait_s(2.0, 1.0, 1.0).is_err());
}

proptest! {
    #[test]
    fn waits_grow_with_load_and_tails_fall_with_time(
        c in 1usize..60, mu in 0.01f64..1000.0, rho in 0.01f64..0.97, t in 0.0f64..20.0,
    ) {
        let capacity = c as f64 * mu;
        let calm = Mmc::new(c, rho * capacity, mu).unwrap();
        let busy = Mmc::new(c, (rho + 0.02) * capacity, mu).unwrap();
        prop_assert!(busy.mean_wait_s() > calm.mean_wait_s());
        let t = t * calm.mean_response_s();
        prop_assert!(busy.tail(t) >= calm.tail(t) - 1e-12);
        prop_assert!(calm.tail(t) >= calm.tail(t * 1.1) - 1e-12);
        prop_assert!((calm.utilisation() - rho).abs() < 1e-9);
        let (p50, p95, p99) = (calm.quantile_s(0.5), calm.quantile_s(0.95), calm.quantile_s(0.99));
        prop_assert!(p50 <= p95 && p95 <= p99);
        prop_assert!((calm.tail(p95) - 0.05).abs() < 1e-9);
        prop_assert!((calm.mean_in_system() - calm.mean_queue() - c as f64 * rho).abs() < 1e-6 * c as f64);
    }

    #[test]
    fn a_large_room_is_no_room(c in 1usize..10, rho in 0.05f64..0.8) {
        let bounded = mmck(c, 2000, rho * c as f64, 1.0);
        let open = Mmc::new(c, rho * c as f64, 1.0).unwrap();
        prop_assert!((bounded.mean_in_system / open.mean_in_system() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_infinite_leaves(c in 0usize..50, x in any::<f64>(), y in any::<f64>()) {
        if let Ok(q) = Mmc::new(c, x, y) {
            prop_assert!(q.mean_response_s().is_finite() && q.quantile_s(0.999).is_finite());
            prop_assert!(q.response_variance().is_finite() && q.tail(x).is_finite());
        }
        let b = mmck(c, c + 3, x, y);
        prop_assert!(b.blocking.is_finite() && b.mean_in_system.is_finite());
        prop_assert!(b.mean_response_s.is_finite() && b.throughput_per_s.is_finite());
        prop_assert!(erlang_b(c, x).is_finite());
    }
}
