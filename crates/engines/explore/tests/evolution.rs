//! Evolution against published test problems with known fronts (Zitzler, Deb, Thiele, Comparison of
//! Multiobjective Evolutionary Algorithms, 2000), by the volume that the front dominates.

use groundplan_explore::measures::hypervolume;
use groundplan_explore::{
    Design, Dimension, Kept, Options, Problem, Proof, Region, Space, Trend, explore,
};

const FIRST: u32 = 1001;
const REST: u32 = 101;
const DIMENSIONS: usize = 12;

/// ZDT1 (convex), ZDT2 (concave) and ZDT3 (in five parts), and the level of all dimensions but the
/// first at which g is 1: not 0, which no search should be led to by accident.
struct Zdt(u32, u32);

impl Zdt {
    fn shape(&self, f1: f64, g: f64) -> f64 {
        let part = f1 / g;
        match self.0 {
            1 => g * (1.0 - part.sqrt()),
            2 => g * (1.0 - part * part),
            _ => g * (1.0 - part.sqrt() - part * (10.0 * std::f64::consts::PI * f1).sin()),
        }
    }

    /// The volume up to (1.1, 1.1) of the true front, g = 1, sampled at every level.
    fn volume(&self) -> f64 {
        let front: Vec<Kept> = (0..FIRST)
            .map(|l| {
                let f1 = f64::from(l) / f64::from(FIRST - 1);
                Kept {
                    design: Design {
                        region: 0,
                        levels: vec![l],
                    },
                    objectives: vec![f1, self.shape(f1, 1.0)],
                }
            })
            .collect();
        // Dominated ones (ZDT3) add nothing to a volume of the lower hull by slices.
        let mut best = f64::INFINITY;
        let kept: Vec<Kept> = front
            .into_iter()
            .filter(|k| {
                let better = k.objectives[1] < best;
                best = best.min(k.objectives[1]);
                better
            })
            .collect();
        hypervolume(&kept, &[1.1, 1.1])
    }
}

impl Problem for Zdt {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let f1 = f64::from(levels[0]) / f64::from(FIRST - 1);
        let rest: f64 = levels[1..]
            .iter()
            .map(|l| f64::from(l.abs_diff(self.1)) / f64::from(REST - 1))
            .sum();
        let g = 1.0 + 9.0 * rest / (DIMENSIONS - 1) as f64;
        values[0] = f1;
        values[1] = self.shape(f1, g);
    }
}

/// Nothing is said about trends, so nothing helps but evolution.
fn space() -> Space {
    Space {
        objectives: vec!["f1".into(), "f2".into()],
        constraints: Vec::new(),
        regions: vec![Region {
            id: "zdt".into(),
            dimensions: (0..DIMENSIONS)
                .map(|d| Dimension {
                    id: format!("x{d}"),
                    levels: if d == 0 { FIRST } else { REST },
                    trends: vec![Trend::Unknown; 2],
                })
                .collect(),
        }],
    }
}

#[test]
fn volumes_of_simple_fronts() {
    let at = |objectives: &[f64]| Kept {
        design: Design {
            region: 0,
            levels: Vec::new(),
        },
        objectives: objectives.to_vec(),
    };
    assert_eq!(hypervolume(&[at(&[1.0, 2.0])], &[4.0, 4.0]), 6.0);
    // Two boxes of 3 x 2 and 2 x 3 that overlap in 2 x 2.
    assert_eq!(
        hypervolume(&[at(&[1.0, 2.0]), at(&[2.0, 1.0])], &[4.0, 4.0]),
        8.0
    );
    // Three unit cubes at the ends of a cube of 2, overlapping in the middle: 3 x 4 - 3 x 2 + 1.
    let three = [
        at(&[0.0, 0.0, 1.0]),
        at(&[0.0, 1.0, 0.0]),
        at(&[1.0, 0.0, 0.0]),
    ];
    assert_eq!(hypervolume(&three, &[2.0, 2.0, 2.0]), 7.0);
    assert_eq!(hypervolume(&[at(&[5.0, 0.0])], &[4.0, 4.0]), 0.0);
}

#[test]
fn reaches_the_known_fronts() {
    // ZDT1: 1.1 x 1.1 - (integral of 1 - sqrt(x)) - .1 ... = .8766 (its area below is 1/3).
    assert!((Zdt(1, 37).volume() - (1.21 - 1.0 / 3.0)).abs() < 2e-3);
    for problem in [Zdt(1, 37), Zdt(2, 37), Zdt(3, 37)] {
        let found = explore(&space(), &problem, &Options::default(), &mut |_| ()).unwrap();
        let share = hypervolume(&found.front, &[1.1, 1.1]) / problem.volume();
        assert!(share > 0.98, "ZDT{}: {share}", problem.0);
        assert!(share <= 1.0 + 1e-9, "ZDT{}: {share}", problem.0);
        // An evolved front is not called complete.
        assert!(matches!(
            found.proof,
            Proof::None {
                generations: 250,
                designs: 200
            }
        ));
    }
}

#[test]
fn the_same_seed_gives_the_same_front_and_bounds_help() {
    let mut short = Options::default();
    short.evolution.generations = 15;
    let run = |space: &Space, options: &Options| {
        explore(space, &Zdt(1, 100), options, &mut |_| ())
            .unwrap()
            .front
    };
    assert_eq!(run(&space(), &short), run(&space(), &short));
    let mut other = short.clone();
    other.evolution.seed = 2;
    assert_ne!(run(&space(), &short), run(&space(), &other));
    // With trends said, the corners hold the best of everything but the first dimension.
    let mut bounded = space();
    for (d, dimension) in bounded.regions[0].dimensions.iter_mut().enumerate() {
        dimension.trends = if d == 0 {
            vec![Trend::Rises, Trend::Falls]
        } else {
            vec![Trend::Same, Trend::Falls]
        };
    }
    let volume = |front: &[Kept]| hypervolume(front, &[1.1, 1.1]);
    assert!(volume(&run(&bounded, &short)) > 1.1 * volume(&run(&space(), &short)));
}

/// Constraints are kept, also where a random design hardly ever keeps them.
struct Narrow;

impl Problem for Narrow {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let sum: f64 = levels.iter().map(|l| f64::from(*l)).sum();
        values[0] = sum;
        values[1] = -f64::from(levels[0]);
        values[2] = sum - 40.0;
    }
}

#[test]
fn constraints_are_kept() {
    let mut narrow = space();
    narrow.constraints = vec!["sum".into()];
    let mut some = Options::default();
    some.evolution.generations = 150;
    let found = explore(&narrow, &Narrow, &some, &mut |_| ()).unwrap();
    assert!(!found.front.is_empty());
    assert!(found.front.iter().all(|k| k.objectives[0] <= 40.0));
}
