//! The design space: regions of dimensions of ordered levels.

use serde::{Deserialize, Serialize};

/// Which way a measure goes when a dimension's level rises and everything else stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trend {
    /// It stays or rises: the lowest level is best.
    Rises,
    /// It stays or falls: the highest level is best.
    Falls,
    /// It does not depend on it.
    Same,
    /// Nothing is known; the measure has no bound over this dimension.
    Unknown,
}

/// Something that can be chosen, at one of finitely many levels `0..levels`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    pub id: String,
    pub levels: u32,
    /// One for each objective, then one for each constraint.
    pub trends: Vec<Trend>,
}

/// Designs of one kind: every combination of its dimensions' levels. Without dimensions it is one
/// design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    pub id: String,
    pub dimensions: Vec<Dimension>,
}

/// All designs that are weighed against one another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Space {
    /// Of each less is better.
    pub objectives: Vec<String>,
    /// Each is kept at 0 or less.
    pub constraints: Vec<String>,
    pub regions: Vec<Region>,
}

/// One point of a space. The order is that of enumeration: regions as listed, the last dimension
/// fastest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Design {
    pub region: usize,
    pub levels: Vec<u32>,
}

impl Region {
    /// How many designs; `None` beyond 2^64.
    pub fn size(&self) -> Option<u64> {
        self.dimensions
            .iter()
            .try_fold(1u64, |n, d| n.checked_mul(u64::from(d.levels)))
    }
}

impl Space {
    /// Objectives and constraints together.
    pub fn measures(&self) -> usize {
        self.objectives.len() + self.constraints.len()
    }

    /// How many designs; `None` beyond 2^64.
    pub fn size(&self) -> Option<u64> {
        self.regions
            .iter()
            .try_fold(0u64, |n, r| n.checked_add(r.size()?))
    }

    /// Whether a design is one of this space.
    pub fn has(&self, design: &Design) -> bool {
        self.regions.get(design.region).is_some_and(|r| {
            r.dimensions.len() == design.levels.len()
                && r.dimensions
                    .iter()
                    .zip(&design.levels)
                    .all(|(d, l)| *l < d.levels)
        })
    }

    /// The trend of a measure over a dimension; what is not said is not known.
    pub(crate) fn trend(&self, region: usize, dimension: usize, measure: usize) -> Trend {
        self.regions[region].dimensions[dimension]
            .trends
            .get(measure)
            .copied()
            .unwrap_or(Trend::Unknown)
    }
}

/// A box of designs: all levels from `low` to `high`, both included, in every dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub region: usize,
    pub low: Vec<u32>,
    pub high: Vec<u32>,
}

impl Cell {
    /// A whole region; `None` where a dimension has no level.
    pub fn whole(space: &Space, region: usize) -> Option<Cell> {
        let dimensions = &space.regions.get(region)?.dimensions;
        let high: Option<Vec<u32>> = dimensions.iter().map(|d| d.levels.checked_sub(1)).collect();
        Some(Cell {
            region,
            low: vec![0; dimensions.len()],
            high: high?,
        })
    }

    pub fn size(&self) -> u64 {
        self.low
            .iter()
            .zip(&self.high)
            .fold(1u64, |n, (l, h)| n.saturating_mul(u64::from(h - l) + 1))
    }

    /// The dimension with most levels left, the first among equals, and the last level of the lower
    /// half. `None` where one design is left.
    pub fn cut(&self) -> Option<(usize, u32)> {
        let width = |d: usize| self.high[d] - self.low[d];
        let widest = (0..self.low.len()).max_by_key(|&d| (width(d), std::cmp::Reverse(d)))?;
        (width(widest) > 0).then(|| (widest, self.low[widest] + width(widest) / 2))
    }

    /// The two halves; `None` where the cut is not inside.
    pub fn split(&self, dimension: usize, at: u32) -> Option<(Cell, Cell)> {
        let inside = *self.low.get(dimension)? <= at && at < *self.high.get(dimension)?;
        if !inside {
            return None;
        }
        let (mut lower, mut upper) = (self.clone(), self.clone());
        lower.high[dimension] = at;
        upper.low[dimension] = at + 1;
        Some((lower, upper))
    }

    /// Goes to the next design in order; `false` after the last.
    pub fn next(&self, levels: &mut [u32]) -> bool {
        for d in (0..levels.len()).rev() {
            if levels[d] < self.high[d] {
                levels[d] += 1;
                return true;
            }
            levels[d] = self.low[d];
        }
        false
    }
}
