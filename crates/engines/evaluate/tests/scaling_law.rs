//! The universal scalability law against published fits.

use groundplan_evaluate::scaling_law::{ScalingLaw, relative_capacity};

/// SPEC SDM 1991 (Sun SPARCcenter 2000): processes and scripts per hour, as in the R package `usl`,
/// whose fit is 90 1078 1541 1850 1879 1822 1646 with its peak at 96.52.
const SDM91: [(f64, f64); 7] = [
    (1.0, 64.9),
    (18.0, 995.9),
    (36.0, 1652.4),
    (72.0, 1853.2),
    (108.0, 1828.9),
    (144.0, 1775.0),
    (216.0, 1702.2),
];

#[test]
fn the_published_fit() {
    let law = ScalingLaw::fit(&SDM91).unwrap();
    let fitted = [90.0, 1078.0, 1541.0, 1850.0, 1879.0, 1822.0, 1646.0];
    for ((n, _), expected) in SDM91.iter().zip(fitted) {
        let found = law.throughput_per_s(*n);
        assert!((found - expected).abs() <= 0.6, "{n}: {found}");
    }
    let peak = law.peak().unwrap();
    assert!((peak - 96.52).abs() < 0.006, "{peak}");
}

#[test]
fn the_law_is_found_again() {
    for (contention, coherency) in [
        (0.02, 0.02),
        (0.05, 0.0),
        (0.0, 1e-4),
        (0.0, 0.0),
        (0.3, 1e-3),
    ] {
        let law = ScalingLaw {
            one_per_s: 250.0,
            contention,
            coherency,
        };
        let points: Vec<(f64, f64)> = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
            .map(|n| (n, law.throughput_per_s(n)))
            .to_vec();
        let found = ScalingLaw::fit(&points).unwrap();
        assert!((found.one_per_s / 250.0 - 1.0).abs() < 1e-6, "{found:?}");
        assert!((found.contention - contention).abs() < 1e-6, "{found:?}");
        assert!((found.coherency - coherency).abs() < 1e-7, "{found:?}");
    }
    let peak = ScalingLaw {
        one_per_s: 1.0,
        contention: 0.02,
        coherency: 0.02,
    }
    .peak();
    assert!((peak.unwrap() - 7.0).abs() < 1e-12);
}

/// Better than linear cannot be fitted: the costs stay at none.
#[test]
fn costs_are_never_negative() {
    let law = ScalingLaw::fit(&[(1.0, 10.0), (2.0, 22.0), (4.0, 50.0), (8.0, 110.0)]).unwrap();
    assert!(law.contention >= 0.0 && law.coherency >= 0.0, "{law:?}");
}

#[test]
fn what_cannot_be_fitted_is_none() {
    assert!(ScalingLaw::fit(&[(1.0, 10.0), (2.0, 19.0)]).is_none());
    assert!(ScalingLaw::fit(&[(1.0, 10.0), (1.0, 11.0), (2.0, 19.0)]).is_none());
    assert!(ScalingLaw::fit(&[(1.0, f64::NAN), (2.0, 3.0), (3.0, 4.0)]).is_none());
    assert!(ScalingLaw::fit(&[]).is_none());
}

#[test]
fn amdahl_is_the_law_without_coherency() {
    let amdahl = |n: f64, serial: f64| 1.0 / (serial + (1.0 - serial) / n);
    for n in [1.0, 3.0, 64.0] {
        assert!((relative_capacity(n, 0.05, 0.0) - amdahl(n, 0.05)).abs() < 1e-12);
    }
    assert_eq!(relative_capacity(0.5, 0.1, 0.1), 0.5);
}
