//! What more processors, or more users at once, bring: Gunther's universal scalability law.
//!
//! X(n) = n x / (1 + contention (n - 1) + coherency n (n - 1)), where x is the throughput of one.
//! Contention is the share of the work that only one can do at a time (with it alone the law is
//! Amdahl's); coherency is the cost of keeping every pair consistent, which makes throughput fall
//! beyond a peak. N. J. Gunther, Guerrilla Capacity Planning, 2007, chapters 4 and 5.

/// The law for one system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScalingLaw {
    /// Throughput of one processor, or with one user, per second.
    pub one_per_s: f64,
    /// The serial share, 0 to 1.
    pub contention: f64,
    /// Cost per pair, in units of one's work, 0 or more.
    pub coherency: f64,
}

/// How many times the throughput of one `n` bring, `n` at least 0. At most `n`; below 1 it is `n`.
pub fn relative_capacity(n: f64, contention: f64, coherency: f64) -> f64 {
    let sane = |x: f64| if x.is_nan() { 0.0 } else { x.clamp(0.0, 1e9) };
    let n = sane(n);
    if n <= 1.0 {
        return n;
    }
    n / (1.0 + sane(contention).min(1.0) * (n - 1.0) + sane(coherency) * n * (n - 1.0))
}

impl ScalingLaw {
    /// Throughput of `n`, per second.
    pub fn throughput_per_s(&self, n: f64) -> f64 {
        self.one_per_s * relative_capacity(n, self.contention, self.coherency)
    }

    /// The `n` beyond which more bring less: sqrt((1 - contention) / coherency), at least 1. `None`
    /// where nothing is lost between pairs: more never bring less.
    pub fn peak(&self) -> Option<f64> {
        (self.coherency > 0.0).then(|| {
            ((1.0 - self.contention).max(0.0) / self.coherency)
                .sqrt()
                .max(1.0)
        })
    }

    /// The law nearest to measured points (`n`, throughput per second) by least squares in the
    /// throughput, no parameter below 0.
    ///
    /// Starts from the linear fit of n / X and goes on by Levenberg and Marquardt. `None` with fewer
    /// than three different `n`, or where a number is not positive.
    pub fn fit(points: &[(f64, f64)]) -> Option<ScalingLaw> {
        let good = |x: f64| x > 0.0 && x < 1e15;
        if !points.iter().all(|(n, x)| good(*n) && good(*x)) {
            return None;
        }
        let mut different: Vec<f64> = points.iter().map(|p| p.0).collect();
        different.sort_by(f64::total_cmp);
        different.dedup();
        if different.len() < 3 {
            return None;
        }
        // Logarithm of x, contention, coherency; a cost that comes out negative is no cost.
        let free = [
            [true, true, true],
            [true, true, false],
            [true, false, true],
            [true, false, false],
        ];
        let fits = free.iter().filter_map(|free| nearest(points, *free));
        let valid = fits.filter(|(_, law)| {
            law.contention >= 0.0 && law.coherency >= 0.0 && law.contention <= 1.0
        });
        let best = valid.reduce(|a, b| if b.0 < a.0 { b } else { a })?;
        Some(best.1)
    }

    /// The sum of the squared differences from measured points.
    fn squares(&self, points: &[(f64, f64)]) -> f64 {
        points.iter().map(|(n, x)| (x - self.raw(*n)).powi(2)).sum()
    }

    /// The formula itself, for any parameters and `n`.
    fn raw(&self, n: f64) -> f64 {
        let cost = 1.0 + self.contention * (n - 1.0) + self.coherency * n * (n - 1.0);
        self.one_per_s * n / cost.max(1e-9)
    }
}

/// The nearest law with the parameters that are not free at 0, and its sum of squares.
fn nearest(points: &[(f64, f64)], free: [bool; 3]) -> Option<(f64, ScalingLaw)> {
    let terms = |n: f64| [1.0, n - 1.0, n * (n - 1.0)];
    let linear = points.iter().map(|(n, x)| (terms(*n), n / x, x / n));
    let [level, a, b] = solve(linear, free, 0.0)?;
    if level <= 0.0 {
        return None;
    }
    let mut law = ScalingLaw {
        one_per_s: 1.0 / level,
        contention: a / level,
        coherency: b / level,
    };
    let mut squares = law.squares(points);
    let mut damping = 1e-3;
    for _ in 0..200 {
        let slopes = points.iter().map(|(n, x)| {
            let now = law.raw(*n);
            let each = now * now / (law.one_per_s * n);
            let slope = [
                now / law.one_per_s,
                -each * (n - 1.0),
                -each * n * (n - 1.0),
            ];
            (slope, x - now, 1.0)
        });
        let step = solve(slopes, free, damping)?;
        let next = ScalingLaw {
            one_per_s: law.one_per_s + step[0],
            contention: law.contention + step[1],
            coherency: law.coherency + step[2],
        };
        let better = next.squares(points);
        if better < squares {
            let done = squares - better <= 1e-14 * squares;
            (law, squares) = (next, better);
            damping = (damping * 0.1_f64).max(1e-15);
            if done {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e12 {
                break;
            }
        }
    }
    Some((squares, law))
}

/// Weighted linear least squares in up to three unknowns: rows of terms, wanted value and weight.
/// `damping` lengthens the diagonal by that share.
fn solve(
    rows: impl Iterator<Item = ([f64; 3], f64, f64)>,
    free: [bool; 3],
    damping: f64,
) -> Option<[f64; 3]> {
    let mut m = [[0.0_f64; 4]; 3];
    for (terms, wanted, weight) in rows {
        for (i, row) in m.iter_mut().enumerate() {
            for (j, cell) in row[..3].iter_mut().enumerate() {
                *cell += weight * weight * terms[i] * terms[j];
            }
            row[3] += weight * weight * terms[i] * wanted;
        }
    }
    for (i, row) in m.iter_mut().enumerate() {
        if !free[i] {
            *row = [0.0; 4];
            row[i] = 1.0;
            continue;
        }
        row[i] *= 1.0 + damping;
        for (cell, free) in row.iter_mut().zip(free) {
            *cell = if free { *cell } else { 0.0 };
        }
    }
    // The matrix is symmetric and not negative, so elimination needs no exchange of rows.
    for i in 0..3 {
        let pivot = m[i][i];
        if !(pivot.is_finite() && pivot > 0.0) {
            return None;
        }
        let row = m[i];
        for other in m.iter_mut().skip(i + 1) {
            let factor = other[i] / pivot;
            for (cell, above) in other.iter_mut().zip(row) {
                *cell -= factor * above;
            }
        }
    }
    let c = m[2][3] / m[2][2];
    let b = (m[1][3] - m[1][2] * c) / m[1][1];
    let a = (m[0][3] - m[0][1] * b - m[0][2] * c) / m[0][0];
    [a, b, c].iter().all(|x| x.is_finite()).then_some([a, b, c])
}
