//! The best that a box can hold, measure by measure: the values at its corners.

use crate::Problem;
use crate::space::{Cell, Space, Trend};
use crate::trends::{Broken, agree};

/// Which corner is the best one for which measures, in one region. Measures whose trends do not
/// contradict each other share a corner.
pub(crate) struct Corners {
    groups: Vec<Group>,
    /// Per measure the dimensions over which nothing is known of it.
    unknown: Vec<Vec<usize>>,
}

struct Group {
    /// Per dimension whether the highest level is the best.
    high: Vec<Option<bool>>,
    measures: Vec<usize>,
}

/// The measures at one box's corners.
#[derive(Clone)]
pub(crate) struct Best {
    /// Per group the corner's levels and all measures there.
    corners: Vec<(Vec<u32>, Vec<f64>)>,
    /// Per measure the bound; minus infinity where there is none.
    pub lower: Vec<f64>,
}

/// Evaluations, counted, with what is not a number made infinite.
pub(crate) struct Meter<'a> {
    problem: &'a dyn Problem,
    pub evaluations: u64,
}

impl<'a> Meter<'a> {
    pub fn new(problem: &'a dyn Problem) -> Self {
        Meter {
            problem,
            evaluations: 0,
        }
    }

    pub fn measure(&mut self, region: usize, levels: &[u32], values: &mut [f64]) {
        values.fill(f64::INFINITY);
        self.problem.measure(region, levels, values);
        self.evaluations += 1;
        for value in values {
            if value.is_nan() {
                *value = f64::INFINITY;
            }
        }
    }
}

impl Corners {
    pub fn of(space: &Space, region: usize) -> Corners {
        let dimensions = space.regions[region].dimensions.len();
        let mut groups: Vec<Group> = Vec::new();
        let mut unknown = Vec::new();
        for measure in 0..space.measures() {
            let trend = |d| space.trend(region, d, measure);
            unknown.push(
                (0..dimensions)
                    .filter(|d| trend(*d) == Trend::Unknown)
                    .collect(),
            );
            let wish: Vec<Option<bool>> = (0..dimensions)
                .map(|d| match trend(d) {
                    Trend::Rises => Some(false),
                    Trend::Falls => Some(true),
                    Trend::Same | Trend::Unknown => None,
                })
                .collect();
            let fits = |g: &&mut Group| {
                g.high
                    .iter()
                    .zip(&wish)
                    .all(|(a, b)| a.is_none() || b.is_none() || a == b)
            };
            match groups.iter_mut().find(fits) {
                Some(group) => {
                    for (mine, wished) in group.high.iter_mut().zip(wish) {
                        *mine = mine.or(wished);
                    }
                    group.measures.push(measure);
                }
                None => groups.push(Group {
                    high: wish,
                    measures: vec![measure],
                }),
            }
        }
        Corners { groups, unknown }
    }

    /// The bounds of a box. Corners that it shares with the box around it are taken from there, and
    /// the others must not be better than that box's.
    pub fn best(
        &self,
        cell: &Cell,
        around: Option<&Best>,
        meter: &mut Meter,
    ) -> Result<Best, Broken> {
        let mut corners = Vec::with_capacity(self.groups.len());
        for (at, group) in self.groups.iter().enumerate() {
            let levels: Vec<u32> = group
                .high
                .iter()
                .enumerate()
                .map(|(d, high)| match high {
                    Some(true) => cell.high[d],
                    _ => cell.low[d],
                })
                .collect();
            if let Some((known, values)) = around.map(|b| &b.corners[at])
                && *known == levels
            {
                corners.push((levels, values.clone()));
                continue;
            }
            let mut values = vec![0.0; self.unknown.len()];
            meter.measure(cell.region, &levels, &mut values);
            if let Some(around) = around {
                self.holds(cell.region, &around.lower, &levels, &values)?;
            }
            corners.push((levels, values));
        }
        let mut lower = vec![f64::NEG_INFINITY; self.unknown.len()];
        for (group, (_, values)) in self.groups.iter().zip(&corners) {
            for &m in &group.measures {
                if self.unknown[m].iter().all(|&d| cell.low[d] == cell.high[d]) {
                    lower[m] = values[m];
                }
            }
        }
        Ok(Best { corners, lower })
    }

    /// Whether a design's measures keep the bounds of a box that it is in.
    pub fn holds(
        &self,
        region: usize,
        lower: &[f64],
        levels: &[u32],
        values: &[f64],
    ) -> Result<(), Broken> {
        match (0..values.len()).find(|&m| !agree(lower[m], values[m])) {
            None => Ok(()),
            Some(measure) => Err(Broken {
                region,
                dimension: None,
                measure,
                design: levels.to_vec(),
                value: values[measure],
                bound: lower[measure],
            }),
        }
    }
}

impl Best {
    /// The designs at the corners, with their measures.
    pub fn corners(&self) -> impl Iterator<Item = (&[u32], &[f64])> {
        self.corners
            .iter()
            .map(|(l, v)| (l.as_slice(), v.as_slice()))
    }
}
