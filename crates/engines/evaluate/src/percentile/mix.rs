//! Times that are nothing or one of a few exponentials.

/// As many as two mixtures of three have.
const TERMS: usize = 6;

/// Exponential times by weight; what the weights leave up to 1 takes no time.
///
/// The weights may be negative where the density stays positive: two exponentials one after the
/// other are such a difference.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mix {
    /// Weight and mean in seconds; a weight of 0 ends the list.
    terms: [(f64, f64); TERMS],
}

impl Mix {
    /// Takes no time.
    pub const NOTHING: Mix = Mix {
        terms: [(0.0, 0.0); TERMS],
    };

    /// One exponential time, met with a probability.
    pub fn exponential(probability: f64, mean_s: f64) -> Self {
        let mut mix = Mix::NOTHING;
        if probability > 0.0 && mean_s > 0.0 {
            mix.terms[0] = (probability, mean_s);
        }
        mix
    }

    /// Two exponentials with balanced means (Whitt 1982): the squared coefficient of variation `scv`
    /// is 1 or more.
    pub fn balanced(probability: f64, mean_s: f64, scv: f64) -> Self {
        if scv <= 1.0 + 1e-9 {
            return Mix::exponential(probability, mean_s);
        }
        let p = 0.5 * (1.0 + ((scv - 1.0) / (scv + 1.0)).sqrt());
        let mut mix = Mix::exponential(probability * p, mean_s / (2.0 * p));
        let slow = (1.0 - p).max(1e-12);
        mix.terms[1] = (probability * slow, mean_s / (2.0 * slow));
        mix
    }

    /// The time that is not 0 with `probability` and has then this mean and scv: two exponentials
    /// with balanced means, or two one after the other below an scv of 1, which reach down to 1/2;
    /// less is taken as 1/2.
    pub fn two_moments(probability: f64, mean_s: f64, scv: f64) -> Self {
        if scv >= 1.0 {
            return Mix::balanced(probability, mean_s, scv);
        }
        // Equal means would need a weight without bound.
        let apart = (2.0 * scv - 1.0).max(0.01).sqrt();
        let (slow, fast) = (0.5 * mean_s * (1.0 + apart), 0.5 * mean_s * (1.0 - apart));
        let mut mix = Mix::exponential(probability * slow / (slow - fast), slow);
        if fast > 1e-9 * slow && mix.terms[0].0 > 0.0 {
            mix.terms[1] = (-probability * fast / (slow - fast), fast);
        } else {
            mix = Mix::exponential(probability, mean_s);
        }
        mix
    }

    /// The mixture of exponentials with the given moments: `a[r]` is E[T^r] / r!, with `a[0]` the
    /// probability that T is not 0.
    ///
    /// These are the moments of the weights over the means, so that the fewest exponentials that
    /// have them are the nodes of a Gauss quadrature: three for six moments, two for four, found
    /// from the Hankel determinants (W. Gautschi, Orthogonal Polynomials, 2004, 2.1). Moments that
    /// no such mixture has, but for rounding, are given up from the highest on; a scv below 1 is
    /// [`Mix::two_moments`].
    pub fn from_moments(a: &[f64]) -> Self {
        let &[all, first, second, ..] = a else {
            return Mix::NOTHING;
        };
        if all.is_nan() || all <= 0.0 || first.is_nan() || first <= 0.0 {
            return Mix::NOTHING;
        }
        let unit = first / all;
        // Moments in units of the mean and of the probability: 1, 1, and so on.
        let mut scaled = [1.0; 6];
        let mut scale = all;
        for (slot, value) in scaled.iter_mut().zip(a) {
            *slot = value / scale;
            scale *= unit;
        }
        let spread = scaled[2] - 1.0;
        if spread < 1e-9 || a.len() < 4 {
            return Mix::two_moments(all, unit, 2.0 * second / (first * unit) - 1.0);
        }
        let nodes = if a.len() >= 6 { three(&scaled) } else { None };
        match nodes.or_else(|| two(&scaled)) {
            Some(mut mix) => {
                for (weight, mean) in &mut mix.terms {
                    *weight *= all;
                    *mean *= unit;
                }
                mix
            }
            None => Mix::balanced(all, unit, 2.0 * scaled[2] - 1.0),
        }
    }

    /// One of two times, by the weights they have; of each at most three exponentials are kept.
    pub fn either(self, other: Mix) -> Self {
        let mut all = Mix::NOTHING;
        let both = self.terms().take(3).chain(other.terms().take(3));
        for (slot, term) in all.terms.iter_mut().zip(both) {
            *slot = term;
        }
        all
    }

    fn of(some: &[(f64, f64)]) -> Self {
        let mut mix = Mix::NOTHING;
        let valid = some.iter().filter(|(weight, _)| *weight != 0.0);
        for (slot, term) in mix.terms.iter_mut().zip(valid) {
            *slot = *term;
        }
        mix
    }

    pub(super) fn any(&self) -> bool {
        self.terms[0].0 != 0.0
    }

    /// Its only term, if it is one.
    pub(super) fn single(&self) -> Option<(f64, f64)> {
        (self.terms[1].0 == 0.0).then_some(self.terms[0])
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = (f64, f64)> {
        self.terms.into_iter().filter(|(weight, _)| *weight != 0.0)
    }

    /// Mean and second moment.
    pub(super) fn moments(&self) -> (f64, f64) {
        let each = self.terms.iter();
        each.fold((0.0, 0.0), |(mean, second), (weight, one)| {
            (mean + weight * one, second + 2.0 * weight * one * one)
        })
    }
}

/// Nodes and weights from the moments 1, 1, a2, a3.
fn two(a: &[f64; 6]) -> Option<Mix> {
    let spread = a[2] - 1.0;
    // The nodes are the roots of x^2 - sum x + product.
    let sum = (a[3] - a[2]) / spread;
    let product = (a[3] - a[2] * a[2]) / spread;
    let root = sum * sum / 4.0 - product;
    if !(root > 0.0 && product > 0.0) {
        return None;
    }
    let slow = sum / 2.0 + root.sqrt();
    let fast = product / slow;
    let weight = (1.0 - fast) / (slow - fast);
    ((0.0..=1.0).contains(&weight)).then(|| Mix::of(&[(weight, slow), (1.0 - weight, fast)]))
}

/// Nodes and weights from the moments 1, 1, a2 to a5.
fn three(a: &[f64; 6]) -> Option<Mix> {
    // The monic polynomial x^3 + c2 x^2 + c1 x + c0 that is orthogonal to 1, x and x^2, by
    // elimination from rows (a[i] a[i+1] a[i+2]) c = -a[i+3].
    let spread = a[2] - 1.0;
    let (m11, m12, m22) = (spread, a[3] - a[2], a[4] - a[2] * a[2]);
    let (r1, r2) = (a[4] - a[3], a[5] - a[2] * a[3]);
    let det = m22 - m12 * m12 / m11;
    if det.is_nan() || det <= 1e-7 * m22 {
        return None;
    }
    let c2 = -(r2 - m12 * r1 / m11) / det;
    let c1 = -(r1 + m12 * c2) / m11;
    let c0 = -(a[3] + c1 + a[2] * c2);
    // Three real roots, by Viete's cosines.
    let shift = c2 / 3.0;
    let p = shift * shift - c1 / 3.0;
    let q = shift * shift * shift - shift * c1 / 2.0 + c0 / 2.0;
    if p.is_nan() || p <= 0.0 {
        return None;
    }
    let angle = (-q / (p * p.sqrt())).clamp(-1.0, 1.0).acos() / 3.0;
    let at = |k: f64| 2.0 * p.sqrt() * (angle - k * std::f64::consts::TAU / 3.0).cos() - shift;
    let nodes = [at(0.0), at(1.0), at(2.0)];
    if nodes.iter().any(|x| x.is_nan() || *x <= 0.0) {
        return None;
    }
    // Lagrange's polynomials, integrated.
    let weight = |x: f64, y: f64, z: f64| (a[2] - y - z + y * z) / ((x - y) * (x - z));
    let [x, y, z] = nodes;
    let terms = [
        (weight(x, y, z), x),
        (weight(y, z, x), y),
        (weight(z, x, y), z),
    ];
    let valid = terms.iter().all(|(w, _)| (0.0..=1.0).contains(w));
    valid.then(|| Mix::of(&terms))
}
