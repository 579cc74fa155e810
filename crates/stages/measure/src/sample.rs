//! Means with their intervals, and percentiles.

/// Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom (standard tables).
const T95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// Mean of batch means, and half the width of its 95 % interval; no interval below two batches.
pub fn interval(batches: &[f64]) -> Option<(f64, f64)> {
    let n = batches.len();
    if n < 2 {
        return None;
    }
    let mean = batches.iter().sum::<f64>() / n as f64;
    let squares: f64 = batches.iter().map(|b| (b - mean).powi(2)).sum();
    let deviation = (squares / (n - 1) as f64).sqrt();
    let t = T95.get(n - 2).copied().unwrap_or(1.96 + 2.4 / n as f64);
    Some((mean, t * deviation / (n as f64).sqrt()))
}

/// The value below which a share of all lies (nearest rank); 0 where there are none.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // Mean 3, deviation sqrt(2.5), 5 values: 2.776 * sqrt(2.5) / sqrt(5) = 1.963.
        let (mean, half) = interval(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert!(
            (mean - 3.0).abs() < 1e-12 && (half - 1.963).abs() < 5e-4,
            "{half}"
        );
        assert_eq!(interval(&[1.0]), None);
        let many: Vec<f64> = (0..100).map(f64::from).collect();
        // t of 99 degrees of freedom is 1.984.
        let (_, half) = interval(&many).unwrap();
        assert!((half - 1.984 * 29.0115 / 10.0).abs() < 0.01, "{half}");
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 0.5), 50.0);
        assert_eq!(percentile(&sorted, 0.99), 99.0);
        assert_eq!(percentile(&[7.0], 0.99), 7.0);
        assert_eq!(percentile(&[], 0.5), 0.0);
    }
}
