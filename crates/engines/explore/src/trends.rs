//! Holding declared trends against the problem.

use crate::Problem;
use crate::bounds::Meter;
use crate::random::Random;
use crate::space::{Cell, Space, Trend};

/// A measure that goes the other way than was declared: a design is better than it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    pub region: usize,
    /// The dimension that shows it; `None` where a box's bound was broken, several differing.
    pub dimension: Option<usize>,
    /// Index into the objectives and then the constraints.
    pub measure: usize,
    /// The levels of the design that is too good.
    pub design: Vec<u32>,
    pub value: f64,
    /// What it may not fall below.
    pub bound: f64,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Broken {
            region,
            measure,
            design,
            value,
            bound,
            ..
        } = self;
        write!(
            f,
            "a declared trend does not hold: measure {measure} of design {design:?} in region {region} is {value}, and was to be at least {bound}"
        )
    }
}

impl std::error::Error for Broken {}

/// Rounding may turn the last digits around: bounds hold to this share of their value (or to a
/// thousandth of it near 0), and a front is complete to it.
pub const ROUNDING: f64 = 1e-9;

/// Whether a value keeps a bound, rounding aside.
pub(crate) fn agree(bound: f64, value: f64) -> bool {
    let near = || bound - value <= ROUNDING * bound.abs().max(value.abs()).max(1e-3);
    value >= bound || bound.is_finite() && value.is_finite() && near()
}

/// Tries the declared trends on `pairs` random pairs of neighbouring designs for each region and
/// dimension; how many were tried.
///
/// # Errors
/// The first pair that goes the other way.
pub fn sample(
    space: &Space,
    problem: &dyn Problem,
    pairs: usize,
    seed: u64,
) -> Result<u64, Broken> {
    let mut random = Random::new(seed);
    let mut trial = Trial::new(space, problem);
    for region in 0..space.regions.len() {
        let Some(all) = Cell::whole(space, region) else {
            continue;
        };
        for dimension in (0..all.low.len()).filter(|&d| all.high[d] > 0) {
            for _ in 0..pairs {
                let mut levels: Vec<u32> =
                    all.high.iter().map(|&high| random.level(0, high)).collect();
                levels[dimension] = random.level(0, all.high[dimension] - 1);
                trial.pair(region, dimension, &mut levels)?;
            }
        }
    }
    Ok(trial.pairs)
}

/// Tries the declared trends on every pair of neighbouring designs; how many there are. It takes two
/// evaluations for each design and dimension.
///
/// # Errors
/// The first pair that goes the other way.
pub fn every(space: &Space, problem: &dyn Problem) -> Result<u64, Broken> {
    let mut trial = Trial::new(space, problem);
    for region in 0..space.regions.len() {
        let Some(all) = Cell::whole(space, region) else {
            continue;
        };
        for dimension in 0..all.low.len() {
            let mut levels = all.low.clone();
            loop {
                if levels[dimension] < all.high[dimension] {
                    trial.pair(region, dimension, &mut levels)?;
                }
                if !all.next(&mut levels) {
                    break;
                }
            }
        }
    }
    Ok(trial.pairs)
}

struct Trial<'a> {
    space: &'a Space,
    meter: Meter<'a>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    pairs: u64,
}

impl<'a> Trial<'a> {
    fn new(space: &'a Space, problem: &'a dyn Problem) -> Self {
        Trial {
            space,
            meter: Meter::new(problem),
            lower: vec![0.0; space.measures()],
            upper: vec![0.0; space.measures()],
            pairs: 0,
        }
    }

    /// A design and the next level of one dimension.
    fn pair(&mut self, region: usize, dimension: usize, levels: &mut [u32]) -> Result<(), Broken> {
        self.meter.measure(region, levels, &mut self.lower);
        levels[dimension] += 1;
        self.meter.measure(region, levels, &mut self.upper);
        levels[dimension] -= 1;
        self.pairs += 1;
        for measure in 0..self.lower.len() {
            let (low, high) = (self.lower[measure], self.upper[measure]);
            let trend = self.space.trend(region, dimension, measure);
            let falls = matches!(trend, Trend::Rises | Trend::Same) && !agree(low, high);
            let rises = matches!(trend, Trend::Falls | Trend::Same) && !agree(high, low);
            if falls || rises {
                let mut design = levels.to_vec();
                design[dimension] += u32::from(falls);
                return Err(Broken {
                    region,
                    dimension: Some(dimension),
                    measure,
                    design,
                    value: low.min(high),
                    bound: low.max(high),
                });
            }
        }
        Ok(())
    }
}
