//! Spaces made of tables: every measure is a sum of one entry for each dimension.
#![allow(dead_code)]

use groundplan_explore::archive::beats;
use groundplan_explore::{Design, Dimension, Kept, Problem, Region, Space, Trend};
use proptest::prelude::*;

/// Tables of whole numbers, so that ties are frequent: region, dimension, measure, level.
#[derive(Debug, Clone)]
pub struct Tables(pub Vec<Vec<Vec<Vec<i32>>>>);

impl Problem for Tables {
    fn measure(&self, region: usize, levels: &[u32], values: &mut [f64]) {
        for (m, value) in values.iter_mut().enumerate() {
            let each = levels.iter().zip(&self.0[region]);
            let sum: i32 = each.map(|(l, tables)| tables[m][*l as usize]).sum();
            // A step, so that what is flat stays flat and the rest is no plain sum.
            *value = f64::from(sum - sum.rem_euclid(2 + m as i32));
        }
    }
}

/// A space of tables, each as its trend says.
pub fn tables() -> impl Strategy<Value = (Space, Tables)> {
    (1..4usize, 0..3usize, 1..4usize).prop_flat_map(|(objectives, constraints, regions)| {
        let measures = objectives + constraints;
        let trend = prop_oneof![
            4 => Just(Trend::Rises),
            4 => Just(Trend::Falls),
            1 => Just(Trend::Same),
            1 => Just(Trend::Unknown),
        ];
        let table = (trend, prop::collection::vec(0..4i32, 7), -6..3i32);
        let dimension = (1..7u32, prop::collection::vec(table, measures));
        let region = prop::collection::vec(dimension, 0..5);
        prop::collection::vec(region, regions).prop_map(move |all| {
            let mut space = Space {
                objectives: (0..objectives).map(|i| format!("o{i}")).collect(),
                constraints: (0..constraints).map(|i| format!("c{i}")).collect(),
                regions: Vec::new(),
            };
            let mut problem = Vec::new();
            for (r, region) in all.into_iter().enumerate() {
                let mut dimensions = Vec::new();
                let mut tables = Vec::new();
                for (d, (levels, measures)) in region.into_iter().enumerate() {
                    dimensions.push(Dimension {
                        id: format!("d{d}"),
                        levels,
                        trends: measures.iter().map(|(t, ..)| *t).collect(),
                    });
                    tables.push(measures.into_iter().map(filled).collect());
                }
                space.regions.push(Region {
                    id: format!("r{r}"),
                    dimensions,
                });
                problem.push(tables);
            }
            (space, Tables(problem))
        })
    })
}

/// A table of seven levels that keeps its trend.
fn filled((trend, steps, base): (Trend, Vec<i32>, i32)) -> Vec<i32> {
    let mut at = base;
    let mut table: Vec<i32> = steps
        .iter()
        .map(|step| {
            at += step;
            at
        })
        .collect();
    match trend {
        Trend::Rises => {}
        Trend::Falls => table.reverse(),
        Trend::Same => table.fill(base),
        Trend::Unknown => table = steps,
    }
    table
}

/// Every design of a space with all its measures.
pub fn all(space: &Space, problem: &dyn Problem) -> Vec<(Design, Vec<f64>)> {
    let mut found = Vec::new();
    for (r, region) in space.regions.iter().enumerate() {
        let mut levels = vec![0u32; region.dimensions.len()];
        'region: loop {
            let mut values = vec![0.0; space.measures()];
            problem.measure(r, &levels, &mut values);
            let design = Design {
                region: r,
                levels: levels.clone(),
            };
            found.push((design, values));
            for d in (0..levels.len()).rev() {
                levels[d] += 1;
                if levels[d] < region.dimensions[d].levels {
                    continue 'region;
                }
                levels[d] = 0;
            }
            break;
        }
    }
    found
}

/// The front by comparing each design with each.
pub fn brute(space: &Space, problem: &dyn Problem) -> Vec<Kept> {
    let objectives = space.objectives.len();
    let feasible: Vec<Kept> = all(space, problem)
        .into_iter()
        .filter(|(_, v)| v[objectives..].iter().all(|c| *c <= 0.0))
        .map(|(design, mut v)| {
            v.truncate(objectives);
            Kept {
                design,
                objectives: v,
            }
        })
        .collect();
    let key = |k: &Kept| (k.design.region, k.design.levels.clone());
    feasible
        .iter()
        .filter(|a| {
            let me = key(a);
            !feasible.iter().any(|b| {
                let other = key(b);
                beats(
                    &b.objectives,
                    (other.0, &other.1),
                    &a.objectives,
                    (me.0, &me.1),
                )
            })
        })
        .cloned()
        .collect()
}
