//! Means and percentiles with their intervals, from batches.
//!
//! A mean per request is a ratio of two sums per batch; its variance comes from the batches'
//! residuals (the ratio estimator; Law, Simulation Modeling and Analysis, 2015, 9.5). A percentile's
//! interval is that of the share of requests below it, carried over to times by the distribution
//! itself (Woodruff, Confidence intervals for medians and other position measures, 1952). Batches
//! that still depend on their neighbours make the interval wider by (1 + r) / (1 - r), r being the
//! correlation of neighbours (Steiger and others, ASAP3, 2005, widen by it likewise). The warm-up
//! ends where the rest has the least standard error (MSER; White 1997).

use crate::result::Measure;
use crate::tally::{BUCKETS, Counts, Window, bound_s, bucket};

/// Batches without which there is no interval.
const FEWEST: usize = 10;
/// Samples that must lie beyond a percentile.
const BEYOND: f64 = 20.0;

/// Batches to drop at the start: least standard error of what is left, at most the first half.
pub fn warm_up(windows: &[Window]) -> usize {
    let levels: Vec<f64> = windows
        .iter()
        .map(|w| w.jobs / (w.to_s - w.from_s).max(f64::MIN_POSITIVE))
        .collect();
    let error = |from: usize| {
        let rest = &levels[from..];
        let n = rest.len() as f64;
        let mean = rest.iter().sum::<f64>() / n;
        rest.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * n)
    };
    let mut best = (0, f64::INFINITY);
    for from in 0..=levels.len() / 2 {
        if from < levels.len() && error(from) < best.1 {
            best = (from, error(from));
        }
    }
    best.0
}

/// The 97.5 % quantile of Student's distribution, by its expansion in 1/n (Abramowitz and Stegun
/// 26.7.5); right to .001 from 9 degrees of freedom on.
fn student(freedom: f64) -> f64 {
    let z: f64 = 1.959_963_985;
    let g1 = (z.powi(3) + z) / 4.0;
    let g2 = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let g3 = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + g1 / freedom + g2 / freedom.powi(2) + g3 / freedom.powi(3)
}

/// Half width of the mean of residuals; they sum to about zero.
fn half_width(residuals: &[f64]) -> Option<f64> {
    let n = residuals.len();
    if n < FEWEST {
        return None;
    }
    let squares: f64 = residuals.iter().map(|d| d * d).sum();
    if squares == 0.0 {
        return Some(0.0);
    }
    let neighbours: f64 = residuals.windows(2).map(|d| d[0] * d[1]).sum();
    let r = (neighbours / squares).clamp(0.0, 0.9);
    let variance = squares / (n - 1) as f64 * (1.0 + r) / (1.0 - r);
    Some(student((n - 1) as f64) * (variance / n as f64).sqrt())
}

/// Sum of the first over sum of the second, batch by batch. `None`: the second is zero.
pub fn ratio(batches: impl Iterator<Item = (f64, f64)> + Clone) -> Option<Measure> {
    let (top, bottom, n) = batches
        .clone()
        .fold((0.0, 0.0, 0usize), |(a, b, n), (x, y)| {
            (a + x, b + y, n + 1)
        });
    if bottom <= 0.0 || !f64::is_finite(top / bottom) {
        return None;
    }
    let value = top / bottom;
    let residuals: Vec<f64> = batches.map(|(x, y)| x - value * y).collect();
    let half = half_width(&residuals).map(|h| h / (bottom / n as f64));
    Some(Measure {
        value,
        half_width: half.filter(|h| h.is_finite()),
    })
}

/// Times of all batches together.
pub struct Pooled<'a> {
    batches: Vec<&'a Counts>,
    totals: Vec<f64>,
    counts: Vec<u64>,
    pub samples: u64,
}

impl<'a> Pooled<'a> {
    pub fn new(batches: Vec<&'a Counts>) -> Self {
        let mut counts = vec![0u64; BUCKETS];
        let mut totals = Vec::with_capacity(batches.len());
        for batch in &batches {
            let mut total = 0u64;
            for (sum, more) in counts[batch.from..].iter_mut().zip(&batch.counts) {
                *sum += u64::from(*more);
                total += u64::from(*more);
            }
            totals.push(total as f64);
        }
        let samples = counts.iter().sum();
        Pooled {
            batches,
            totals,
            counts,
            samples,
        }
    }

    /// The time below which a share lies, in seconds.
    pub fn value(&self, share: f64) -> f64 {
        let wanted = share.clamp(0.0, 1.0) * self.samples as f64;
        let mut below = 0.0;
        let mut last = 0;
        for (i, count) in self.counts.iter().enumerate().filter(|(_, c)| **c > 0) {
            let count = *count as f64;
            last = i;
            if below + count >= wanted {
                let (low, high) = (bound_s(i), bound_s(i + 1));
                return low + (high - low) * ((wanted - below) / count).clamp(0.0, 1.0);
            }
            below += count;
        }
        bound_s(last + 1)
    }

    pub fn percentile(&self, share: f64) -> Option<Measure> {
        if self.samples == 0 {
            return None;
        }
        let value = self.value(share);
        let enough = self.samples as f64 * (1.0 - share).min(share) >= BEYOND;
        let half = enough.then(|| self.woodruff(value, share)).flatten();
        Some(Measure {
            value,
            half_width: half,
        })
    }

    fn woodruff(&self, value: f64, share: f64) -> Option<f64> {
        let at = bucket(value);
        let (low, high) = (bound_s(at), bound_s(at + 1));
        let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
        let batches = self.batches.iter().zip(&self.totals);
        let residuals: Vec<f64> = batches
            .map(|(batch, total)| {
                let upto = at.saturating_sub(batch.from).min(batch.counts.len());
                let full: u64 = batch.counts[..upto].iter().map(|c| u64::from(*c)).sum();
                let in_it = at.checked_sub(batch.from).and_then(|i| batch.counts.get(i));
                let below = full as f64 + part * f64::from(in_it.copied().unwrap_or(0));
                below - share * total
            })
            .collect();
        let mean = self.samples as f64 / self.totals.len() as f64;
        let either = half_width(&residuals)? / mean;
        if share + either >= 1.0 - 0.5 / self.samples as f64 || share - either <= 0.0 {
            return None;
        }
        Some((self.value(share + either) - self.value(share - either)) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream, Ziggurat};

    #[test]
    fn students_quantile_is_the_tabled_one() {
        for (freedom, table) in [(9.0, 2.262), (15.0, 2.131), (30.0, 2.042), (60.0, 2.000)] {
            assert!((student(freedom) - table).abs() < 1e-3);
        }
    }

    /// Of 400 intervals of independent exponentials, about 95 % hold the truth.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let ziggurat = Ziggurat::default();
        let (mut mean_in, mut p99_in) = (0, 0);
        let runs = 400;
        for run in 0..runs {
            let mut stream = Stream::new(99, Purpose::Step, run);
            let mut batches = Vec::new();
            let mut sums = Vec::new();
            for _ in 0..32 {
                let mut counts = vec![0u32; BUCKETS];
                let mut sum = 0.0;
                for _ in 0..400 {
                    let x = ziggurat.exponential(&mut stream);
                    counts[bucket(x)] += 1;
                    sum += x;
                }
                sums.push((sum, 400.0));
                batches.push(Counts { from: 0, counts });
            }
            let pooled = Pooled::new(batches.iter().collect());
            let p99 = pooled.percentile(0.99).expect("samples");
            let mean = ratio(sums.iter().copied()).expect("samples");
            let truth = 100f64.ln();
            mean_in += usize::from((mean.value - 1.0).abs() <= mean.half_width.expect("batches"));
            p99_in += usize::from((p99.value - truth).abs() <= p99.half_width.expect("samples"));
        }
        for (what, hits) in [("mean", mean_in), ("p99", p99_in)] {
            let share = hits as f64 / runs as f64;
            assert!((0.92..=0.99).contains(&share), "{what}: {share}");
        }
    }

    #[test]
    fn a_warm_up_is_cut_off() {
        let window = |i: usize| Window {
            from_s: i as f64,
            to_s: i as f64 + 1.0,
            jobs: if i < 5 {
                i as f64
            } else {
                10.0 + (i % 3) as f64 * 0.1
            },
            ..Window::default()
        };
        let windows: Vec<Window> = (0..40).map(window).collect();
        assert_eq!(warm_up(&windows), 5);
    }
}
