//! Trends that do not hold are found: by trying all pairs, by trying some, and by the search.

mod common;

use groundplan_explore::{Dimension, Options, Problem, Region, Space, Trend, explore, trends};
use proptest::prelude::*;

/// The cost of a queue: falls with servers until they cost more than waiting.
struct Valley;

impl Problem for Valley {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let servers = f64::from(levels[0] + 1);
        values[0] = servers + 40.0 / servers;
        values[1] = 40.0 / servers;
        if let Some(other) = levels.get(1) {
            values[0] += f64::from(*other);
        }
    }
}

fn valley(declared: Trend) -> Space {
    let dimension = |id: &str, trends: Vec<Trend>| Dimension {
        id: id.into(),
        levels: 40,
        trends,
    };
    Space {
        objectives: vec!["cost".into(), "wait".into()],
        constraints: Vec::new(),
        regions: vec![Region {
            id: "queue".into(),
            dimensions: vec![
                dimension("servers", vec![declared, Trend::Falls]),
                dimension("other", vec![Trend::Rises, Trend::Same]),
            ],
        }],
    }
}

#[test]
fn a_valley_is_neither_rising_nor_falling_nor_flat() {
    for declared in [Trend::Rises, Trend::Falls, Trend::Same] {
        let space = valley(declared);
        let broken = trends::every(&space, &Valley).unwrap_err();
        assert_eq!((broken.dimension, broken.measure), (Some(0), 0));
        assert!(broken.value < broken.bound);
        assert!(trends::sample(&space, &Valley, 64, 3).is_err());
    }
    let honest = valley(Trend::Unknown);
    // 39 pairs in one dimension at 40 levels of the other, and the same the other way.
    assert_eq!(trends::every(&honest, &Valley), Ok(2 * 39 * 40));
    assert!(trends::sample(&honest, &Valley, 64, 3).is_ok());
}

#[test]
fn the_search_itself_notices_without_any_trial() {
    let untried = Options {
        trials: 0,
        ..Options::default()
    };
    let broken = explore(&valley(Trend::Rises), &Valley, &untried, &mut |_| ()).unwrap_err();
    assert_eq!(broken.measure, 0);
    assert!(broken.value < broken.bound);
    assert!(explore(&valley(Trend::Unknown), &Valley, &untried, &mut |_| ()).is_ok());
}

/// Infinite and undefined measures are bad, not good.
struct Odd;

impl Problem for Odd {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        values[0] = match levels[0] {
            0 => 1.0,
            1 => f64::INFINITY,
            _ => f64::NAN,
        };
    }
}

#[test]
fn a_fall_from_infinity_breaks_a_rise() {
    let space = |trend| Space {
        objectives: vec!["odd".into()],
        constraints: Vec::new(),
        regions: vec![Region {
            id: "all".into(),
            dimensions: vec![Dimension {
                id: "d".into(),
                levels: 3,
                trends: vec![trend],
            }],
        }],
    };
    assert_eq!(trends::every(&space(Trend::Rises), &Odd), Ok(2));
    assert!(trends::every(&space(Trend::Falls), &Odd).is_err());
    let found = explore(&space(Trend::Rises), &Odd, &Options::default(), &mut |_| ()).unwrap();
    assert_eq!(found.front[0].objectives, [1.0]);
}

proptest! {
    /// A trend that is turned around is either found or does no harm: the front is the right one.
    #[test]
    fn a_wrong_declaration_is_found_or_harmless(
        (space, problem) in common::tables(),
        pick in any::<prop::sample::Index>(),
    ) {
        let mut wrong = space.clone();
        let all: Vec<&mut Trend> = wrong
            .regions
            .iter_mut()
            .flat_map(|r| &mut r.dimensions)
            .flat_map(|d| &mut d.trends)
            .collect();
        prop_assume!(!all.is_empty());
        let at = pick.index(all.len());
        for (i, trend) in all.into_iter().enumerate() {
            if i == at {
                *trend = match trend {
                    Trend::Rises => Trend::Falls,
                    Trend::Falls => Trend::Rises,
                    Trend::Same | Trend::Unknown => Trend::Falls,
                };
            }
        }
        let exact = trends::every(&wrong, &problem);
        if exact.is_ok() {
            let found = explore(&wrong, &problem, &Options::default(), &mut |_| ()).unwrap();
            prop_assert_eq!(found.front, common::brute(&space, &problem));
        }
    }
}
