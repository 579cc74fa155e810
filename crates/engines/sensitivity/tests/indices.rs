//! The estimators against functions whose indices are known in closed form.

use groundplan_sensitivity::sobol::{Index, sample};
use std::f64::consts::PI;

fn indices(inputs: usize, points: usize, f: impl Fn(&[f64]) -> f64) -> Vec<Index> {
    sample(inputs, points, 7, |x| vec![f(x)]).indices(0)
}

#[track_caller]
fn close(found: &[Index], first: &[f64], total: &[f64], tolerance: f64) {
    for (i, index) in found.iter().enumerate() {
        assert!((index.first - first[i]).abs() < tolerance, "{i}: {found:?}");
        assert!((index.total - total[i]).abs() < tolerance, "{i}: {found:?}");
    }
}

/// Ishigami and Homma (1990), a = 7, b = 0.1; Saltelli et al., Global Sensitivity Analysis (2008), 4.4.
#[test]
fn ishigami() {
    let found = indices(3, 8192, |x| {
        let x: Vec<f64> = x.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    });
    close(
        &found,
        &[0.3139, 0.4424, 0.0],
        &[0.5576, 0.4424, 0.2437],
        0.01,
    );
}

/// Sobol's g-function with a = 0, 1, 4.5, 9, 99: products of known variances.
#[test]
fn g_function() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let found = indices(5, 8192, |x| {
        let factor = |(x, a): (&f64, &f64)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a);
        x.iter().zip(&a).map(factor).product()
    });
    let own: Vec<f64> = a
        .iter()
        .map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)))
        .collect();
    let all: f64 = own.iter().map(|v| 1.0 + v).product();
    let variance = all - 1.0;
    let first: Vec<f64> = own.iter().map(|v| v / variance).collect();
    let total: Vec<f64> = own.iter().map(|v| v * all / (1.0 + v) / variance).collect();
    close(&found, &first, &total, 0.01);
}

/// Of a sum, first order and total are the squared weights over their sum.
#[test]
fn linear() {
    let weights = [3.0, -2.0, 1.0, 0.0];
    let found = indices(4, 4096, |x| {
        1e3 + x.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>()
    });
    let shares: Vec<f64> = weights.iter().map(|w| w * w / 14.0).collect();
    close(&found, &shares, &shares, 2e-3);
    assert_eq!(
        found[3].total, 0.0,
        "what has no part in it has none of its variance"
    );
    let sum: f64 = found.iter().map(|i| i.first).sum();
    assert!((sum - 1.0).abs() < 2e-3);
}

#[test]
fn a_constant_has_no_indices_and_one_point_no_variance() {
    for points in [0, 1, 16] {
        let found = indices(2, points, |_| 0.1 + 0.2);
        assert_eq!(found, [Index::default(); 2]);
    }
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let f = |x: &[f64]| vec![x[0] * x[1], x[0]];
    assert_eq!(sample(2, 64, 1, f), sample(2, 64, 1, f));
    assert_ne!(sample(2, 64, 1, f), sample(2, 64, 2, f));
}
