//! Designs that nothing beats, found one by one.

use serde::{Deserialize, Serialize};

use crate::space::Design;

/// A design with its objectives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub design: Design,
    /// In the order of [`crate::Space::objectives`].
    pub objectives: Vec<f64>,
}

/// Whether the first beats the second: at least as good in every objective, and better in one or
/// earlier in the order of designs. It is a strict partial order, so that in a finite space every
/// design is unbeaten or beaten by an unbeaten one.
pub fn beats(a: &[f64], a_design: (usize, &[u32]), b: &[f64], b_design: (usize, &[u32])) -> bool {
    a.iter().zip(b).all(|(x, y)| x <= y)
        && (a.iter().zip(b).any(|(x, y)| x < y) || a_design < b_design)
}

/// The unbeaten of the designs that were offered. Sorted by the first objective, since what beats a
/// design is no worse there.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    designs: Vec<Design>,
    /// All objectives, design by design.
    values: Vec<f64>,
}

impl Archive {
    pub fn len(&self) -> usize {
        self.designs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.designs.is_empty()
    }

    /// A design that beats all designs from `first` on whose objectives are `values` or worse.
    pub fn beaten(&self, values: &[f64], first: (usize, &[u32])) -> Option<(&Design, &[f64])> {
        let width = values.len();
        let until = self.up_to(values);
        (0..until).find_map(|i| {
            let known = &self.values[i * width..(i + 1) * width];
            let design = &self.designs[i];
            beats(known, (design.region, &design.levels), values, first).then_some((design, known))
        })
    }

    /// How many are at most as large in the first objective.
    fn up_to(&self, values: &[f64]) -> usize {
        let width = values.len();
        match values.first() {
            Some(first) => {
                let (mut low, mut high) = (0, self.designs.len());
                while low < high {
                    let middle = low + (high - low) / 2;
                    if self.values[middle * width] <= *first {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                low
            }
            None => self.designs.len(),
        }
    }

    /// Takes a design unless it is beaten or there, and drops those that it beats.
    pub fn offer(&mut self, region: usize, levels: &[u32], values: &[f64]) -> bool {
        let me = (region, levels);
        let there = |d: &Design| d.region == region && d.levels == levels;
        if self.beaten(values, me).is_some() || self.designs.iter().any(there) {
            return false;
        }
        let width = values.len();
        let at = self.up_to(values);
        // Those with an equal first objective stand before `at`.
        let mut kept = 0;
        let mut before = 0;
        for i in 0..self.designs.len() {
            let known = &self.values[i * width..(i + 1) * width];
            let design = &self.designs[i];
            if beats(values, me, known, (design.region, &design.levels)) {
                continue;
            }
            if i < at {
                before += 1;
            }
            if kept != i {
                self.designs.swap(kept, i);
                self.values
                    .copy_within(i * width..(i + 1) * width, kept * width);
            }
            kept += 1;
        }
        self.designs.truncate(kept);
        self.values.truncate(kept * width);
        let design = Design {
            region,
            levels: levels.to_vec(),
        };
        self.designs.insert(before, design);
        let end = before * width;
        self.values.splice(end..end, values.iter().copied());
        true
    }

    /// Each design with its objectives, by the first objective.
    pub fn iter(&self) -> impl Iterator<Item = (&Design, &[f64])> {
        let width = self
            .values
            .len()
            .checked_div(self.designs.len())
            .unwrap_or(0);
        self.designs
            .iter()
            .enumerate()
            .map(move |(i, d)| (d, &self.values[i * width..(i + 1) * width]))
    }

    /// All, in the order of designs.
    pub fn front(&self) -> Vec<Kept> {
        let mut all: Vec<Kept> = self
            .iter()
            .map(|(design, objectives)| Kept {
                design: design.clone(),
                objectives: objectives.to_vec(),
            })
            .collect();
        all.sort_by(|a, b| a.design.cmp(&b.design));
        all
    }
}
