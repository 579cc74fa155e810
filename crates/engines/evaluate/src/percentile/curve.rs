//! A distribution function on a uniform grid, and the times that can be added to it.

use super::{Flow, Mix};
use crate::queueing::decay_share;

/// Grid steps per curve.
pub(super) const STEPS: usize = 256;

/// A distribution function on a grid: `values[k]` is P(T <= offset + k step).
#[derive(Clone)]
pub(super) struct Curve {
    pub offset: f64,
    pub step: f64,
    pub values: [f64; STEPS + 1],
}

/// The recursion that adds an exponential time with a probability; exact for straight lines between
/// grid points.
#[derive(Clone, Copy)]
struct Filter {
    probability: f64,
    keep: f64,
    before: f64,
    now: f64,
    last: f64,
    out: f64,
}

impl Filter {
    fn new(probability: f64, mean: f64, step: f64) -> Self {
        let x = step / mean;
        let keep = (-x).exp();
        let share = decay_share(x);
        Filter {
            probability,
            keep,
            before: share - keep,
            now: 1.0 - share,
            last: 0.0,
            out: 0.0,
        }
    }

    /// The first grid point: nothing exponential is done at once.
    fn first(&mut self, input: f64) -> f64 {
        self.last = input;
        input * (1.0 - self.probability)
    }

    #[inline(always)]
    fn next(&mut self, input: f64) -> f64 {
        self.out = self.keep * self.out + (self.before * self.last + self.now * input);
        self.last = input;
        input + self.probability * (self.out - input)
    }
}

/// The filters of one mixture side by side, so that the processor does them at once; an idle lane has
/// no weight.
struct Lanes<const N: usize> {
    keep: [f64; N],
    before: [f64; N],
    now: [f64; N],
    out: [f64; N],
    rest: f64,
    last: f64,
}

impl<const N: usize> Lanes<N> {
    fn new(mix: &Mix, step: f64) -> Self {
        let zero = [0.0; N];
        let mut all = Lanes {
            keep: zero,
            before: zero,
            now: zero,
            out: zero,
            rest: 1.0,
            last: 0.0,
        };
        let lanes = all.keep.iter_mut().zip(&mut all.before).zip(&mut all.now);
        for (((keep, before), now), (weight, mean)) in lanes.zip(mix.terms()) {
            let filter = Filter::new(weight, mean, step);
            *keep = filter.keep;
            *before = weight * filter.before;
            *now = weight * filter.now;
            all.rest -= weight;
        }
        all
    }

    fn first(&mut self, input: f64) -> f64 {
        self.last = input;
        input * self.rest
    }

    #[inline(always)]
    fn next(&mut self, input: f64) -> f64 {
        for i in 0..N {
            self.out[i] =
                self.keep[i] * self.out[i] + (self.before[i] * self.last + self.now[i] * input);
        }
        self.last = input;
        self.rest * input + pairwise(&self.out)
    }
}

/// The sum, in an order that leaves the additions side by side.
#[inline(always)]
fn pairwise<const N: usize>(values: &[f64; N]) -> f64 {
    let mut two = [0.0; 2];
    for (i, value) in values.iter().enumerate() {
        two[i % 2] += value;
    }
    two[0] + two[1]
}

impl Curve {
    /// The certain zero: a jump to 1 at the start.
    pub fn start(step: f64) -> Self {
        Curve {
            offset: 0.0,
            step: step.max(1e-15),
            values: [1.0; STEPS + 1],
        }
    }

    /// Adds exponential times, each given by its probability and its mean; see the module's method.
    ///
    /// Four at a time in one pass: each filter waits for its own last step, and side by side they
    /// keep the processor busy meanwhile.
    pub fn add_exponentials(&mut self, terms: &[(f64, f64)]) {
        let step = self.step;
        let mut filters = terms
            .iter()
            .filter(|(p, mean)| *p > 0.0 && *mean > 0.0)
            .map(|(p, mean)| Filter::new(*p, *mean, step));
        loop {
            let four = [
                filters.next(),
                filters.next(),
                filters.next(),
                filters.next(),
            ];
            match four {
                [Some(a), Some(b), Some(c), Some(d)] => self.pass([a, b, c, d]),
                [Some(a), Some(b), Some(c), None] => return self.pass([a, b, c]),
                [Some(a), Some(b), ..] => return self.pass([a, b]),
                [Some(a), ..] => return self.pass([a]),
                [None, ..] => return,
            }
        }
    }

    fn pass<const N: usize>(&mut self, mut filters: [Filter; N]) {
        let [first, rest @ ..] = &mut self.values;
        for filter in &mut filters {
            *first = filter.first(*first);
        }
        for value in rest {
            for filter in &mut filters {
                *value = filter.next(*value);
            }
        }
    }

    /// Adds independent times, in any order: the sum does not depend on it. The slowest first keep
    /// the curve smooth, which is what the linear interpolation of the filters needs.
    pub fn add_mixes(&mut self, mixes: &mut [Mix]) {
        let certain = |m: &Mix| m.single().filter(|(p, _)| *p >= 1.0).map(|(_, mean)| mean);
        let rank = |m: &Mix| certain(m).unwrap_or(0.0);
        mixes.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
        let single: Vec<(f64, f64)> = mixes.iter().filter_map(Mix::single).collect();
        // With a jump at the start alone the curve is as smooth as can be.
        self.add_exponentials(&single);
        let step = self.step;
        let several = || mixes.iter().filter(|m| m.single().is_none());
        let wide = |mix: &&Mix| mix.terms().nth(4).is_some();
        self.add_lanes(
            several()
                .filter(|m| !wide(m))
                .map(|m| Lanes::<4>::new(m, step)),
        );
        self.add_lanes(several().filter(wide).map(|m| Lanes::<8>::new(m, step)));
    }

    /// Two in one pass: one's filters work while the other's wait for their own last step.
    fn add_lanes<const N: usize>(&mut self, mut lanes: impl Iterator<Item = Lanes<N>>) {
        while let Some(mut one) = lanes.next() {
            let [first, rest @ ..] = &mut self.values;
            *first = one.first(*first);
            let Some(mut other) = lanes.next() else {
                return rest.iter_mut().for_each(|v| *v = one.next(*v));
            };
            *first = other.first(*first);
            rest.iter_mut().for_each(|v| *v = other.next(one.next(*v)));
        }
    }

    /// Adds the time of one of several branches; what their probabilities leave adds nothing.
    pub fn mix(&mut self, branches: &[(f64, &Flow)]) {
        let rest = 1.0 - branches.iter().map(|(p, _)| p).sum::<f64>();
        let mut parts = Vec::with_capacity(branches.len() + 1);
        if rest > 1e-12 {
            parts.push((rest, self.clone()));
        }
        for (p, flow) in branches.iter().filter(|(p, _)| *p > 0.0) {
            let mut part = self.clone();
            flow.apply(&mut part);
            parts.push((*p, part));
        }
        let Some(offset) = parts.iter().map(|(_, c)| c.offset).reduce(f64::min) else {
            return;
        };
        self.offset = offset;
        self.values = [0.0; STEPS + 1];
        for (p, part) in &parts {
            let shift = (part.offset - offset) / self.step;
            if shift == 0.0 {
                for (value, branch) in self.values.iter_mut().zip(&part.values) {
                    *value += p * branch;
                }
                continue;
            }
            for (k, value) in self.values.iter_mut().enumerate() {
                let position = k as f64 - shift;
                if position >= 0.0 {
                    *value += p * part.at(position);
                }
            }
        }
    }

    /// Adds the time of a fork-join.
    pub fn join(&mut self, flow: &Flow) {
        let joined = match flow {
            Flow::FanOut { calls: 0, .. } => return,
            Flow::FanOut { flow, calls } => {
                let mut branch = flow.curve(self.step);
                for value in &mut branch.values {
                    *value = value.powf(f64::from(*calls));
                }
                branch
            }
            Flow::Parallel(flows) => {
                let branches: Vec<_> = flows.iter().map(|f| f.curve(self.step)).collect();
                let Some(offset) = branches.iter().map(|b| b.offset).reduce(f64::max) else {
                    return;
                };
                let mut all = Curve::start(self.step);
                all.offset = offset;
                for branch in &branches {
                    let shift = (offset - branch.offset) / self.step;
                    for (k, value) in all.values.iter_mut().enumerate() {
                        *value *= branch.at(k as f64 + shift);
                    }
                }
                all
            }
            other => {
                other.apply(self);
                return;
            }
        };
        self.convolve(&joined);
    }

    /// Adds an independent time given by its curve, by the trapezoid rule.
    pub fn convolve(&mut self, other: &Curve) {
        self.offset += other.offset;
        if self.values[0] >= 1.0 {
            self.values = other.values;
            return;
        }
        let mine = self.values;
        for k in 0..=STEPS {
            let mut sum = other.values[0] * mine[k];
            for j in 1..=k {
                let mass = other.values[j] - other.values[j - 1];
                sum += mass * 0.5 * (mine[k - j] + mine[k - j + 1]);
            }
            self.values[k] = sum;
        }
    }

    /// The curve at a grid position, between points by a straight line, beyond the end constant.
    pub fn at(&self, position: f64) -> f64 {
        if position >= STEPS as f64 {
            return self.values[STEPS];
        }
        let k = position as usize;
        let share = position - k as f64;
        self.values[k] + share * (self.values[k + 1] - self.values[k])
    }

    /// Grid position at which the curve reaches `share`.
    pub fn position(&self, share: f64) -> f64 {
        let k = self.values.partition_point(|v| *v < share);
        if k == 0 {
            return 0.0;
        }
        if k > STEPS {
            return STEPS as f64;
        }
        let (below, above) = (self.values[k - 1], self.values[k]);
        (k - 1) as f64
            + if above > below {
                (share - below) / (above - below)
            } else {
                1.0
            }
    }
}
