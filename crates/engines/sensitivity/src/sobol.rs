//! Sobol indices: which share of the variance of an outcome comes from which input.
//!
//! The first-order index of an input is the share of the variance that would vanish were the input
//! known; the total index adds what it does together with others (Sobol 1993; Homma and Saltelli
//! 1996). Estimators: first order by Saltelli et al., Computer Physics Communications 181 (2010),
//! table 2 (b); total by Jansen, ibid. 117 (1999), table 2 (f) of the former. Points are of an
//! Owen-scrambled Sobol sequence (Burley 2020), which the seed alone determines.

/// Outcomes of a design of base points: matrices A, B, and A with one column of B.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    /// By base point, one value an outcome.
    pub a: Vec<Vec<f64>>,
    pub b: Vec<Vec<f64>>,
    /// By input, then base point.
    pub mixed: Vec<Vec<Vec<f64>>>,
}

/// Indices of one outcome for one input.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Index {
    pub first: f64,
    pub total: f64,
    /// Standard errors of both, as of independent points; those of a Sobol sequence are smaller.
    pub first_error: f64,
    pub total_error: f64,
}

/// Most inputs: a base point takes two dimensions an input, and the sequence has 256.
pub const MOST_INPUTS: usize = 128;

/// Most base points of the sequence.
pub const MOST_POINTS: usize = 1 << 16;

/// Point `index` of the unit cube with twice as many dimensions as inputs: a row of A, a row of B.
pub fn point(index: usize, inputs: usize, seed: u32) -> (Vec<f64>, Vec<f64>) {
    let coordinate =
        |dimension: usize| f64::from(sobol_burley::sample(index as u32, dimension as u32, seed));
    let a = (0..inputs).map(coordinate).collect();
    let b = (inputs..2 * inputs).map(coordinate).collect();
    (a, b)
}

/// Evaluates `points * (inputs + 2)` points of the unit cube. `f` gives as many outcomes each time.
/// Inputs beyond [`MOST_INPUTS`] and points beyond [`MOST_POINTS`] are not drawn.
pub fn sample(
    inputs: usize,
    points: usize,
    seed: u32,
    mut f: impl FnMut(&[f64]) -> Vec<f64>,
) -> Sampled {
    let inputs = inputs.min(MOST_INPUTS);
    let points = points.min(MOST_POINTS);
    let mut sampled = Sampled {
        a: Vec::with_capacity(points),
        b: Vec::with_capacity(points),
        mixed: vec![Vec::with_capacity(points); inputs],
    };
    for index in 0..points {
        let (mut a, b) = point(index, inputs, seed);
        sampled.a.push(f(&a));
        sampled.b.push(f(&b));
        for (input, column) in sampled.mixed.iter_mut().enumerate() {
            let own = std::mem::replace(&mut a[input], b[input]);
            column.push(f(&a));
            a[input] = own;
        }
    }
    sampled
}

/// Mean and standard error of the mean.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}

impl Sampled {
    /// Mean and variance of an outcome over A and B.
    pub fn moments(&self, outcome: usize) -> (f64, f64) {
        let all = || self.a.iter().chain(&self.b).map(|row| row[outcome]);
        let n = all().count() as f64;
        if n < 2.0 {
            return (all().next().unwrap_or(0.0), 0.0);
        }
        let mean = all().sum::<f64>() / n;
        let variance = all().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (n - 1.0);
        (mean, variance)
    }

    /// The indices of an outcome, by input. All are 0 where it does not vary.
    pub fn indices(&self, outcome: usize) -> Vec<Index> {
        let (centre, variance) = self.moments(outcome);
        // Rounding of a constant is no variance.
        if variance <= 1e-18 * centre * centre || variance <= f64::MIN_POSITIVE {
            return vec![Index::default(); self.mixed.len()];
        }
        let columns = self.mixed.iter();
        columns
            .map(|column| {
                let rows = || self.a.iter().zip(&self.b).zip(column);
                // Centred values: the estimator loses fewer digits, and its mean stays.
                let first = rows().map(|((a, b), m)| {
                    (b[outcome] - centre) * (m[outcome] - a[outcome]) / variance
                });
                let total = rows().map(|((a, _), m)| {
                    let d = a[outcome] - m[outcome];
                    d * d / (2.0 * variance)
                });
                let ((first, first_error), (total, total_error)) = (mean(first), mean(total));
                Index {
                    first,
                    total,
                    first_error,
                    total_error,
                }
            })
            .collect()
    }
}
