//! The complete search against comparing every design with every other.

mod common;

use groundplan_explore::{Options, Proof, explore};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn finds_what_brute_force_finds((space, problem) in common::tables()) {
        let found = explore(&space, &problem, &Options::default(), &mut |_| ()).unwrap();
        prop_assert_eq!(&found.front, &common::brute(&space, &problem));
        let certificate = found.certificate().unwrap();
        let verified = certificate.verify(&space, &problem).unwrap();
        prop_assert_eq!(Some(verified.designs), space.size());
    }

    #[test]
    fn threads_and_seeds_change_no_front((space, problem) in common::tables(), pick in any::<u64>()) {
        let one = Options { threads: 1, ..Options::default() };
        let alone = explore(&space, &problem, &one, &mut |_| ()).unwrap();
        let three = Options { threads: 3, ..Options::default() };
        let shared = explore(&space, &problem, &three, &mut |_| ()).unwrap();
        prop_assert_eq!(alone.certificate(), shared.certificate());
        prop_assert_eq!(alone.evaluations, shared.evaluations);
        let designs = common::all(&space, &problem);
        let seed = designs[(pick % designs.len() as u64) as usize].0.clone();
        let seeded = Options { seeds: vec![seed], ..Options::default() };
        let seeded = explore(&space, &problem, &seeded, &mut |_| ()).unwrap();
        prop_assert_eq!(seeded.front, alone.front);
    }
}

/// Work spread over identical instances: cost and instances rise, waiting falls.
struct Tiers;

impl groundplan_explore::Problem for Tiers {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let mut cost = 0.0;
        let mut wait = 0.0;
        for (tier, level) in levels.iter().enumerate() {
            let servers = f64::from(*level) + 1.0;
            let work = 0.7 + 0.6 * tier as f64;
            cost += servers * (1.0 + tier as f64 * 0.37);
            wait += if work < servers {
                work / (servers - work)
            } else {
                f64::INFINITY
            };
        }
        values[0] = cost;
        values[1] = wait;
        values[2] = wait - 4.0;
    }
}

fn tiers(count: usize, levels: u32) -> groundplan_explore::Space {
    use groundplan_explore::{Dimension, Region, Space, Trend};
    Space {
        objectives: vec!["cost".into(), "wait".into()],
        constraints: vec!["slow".into()],
        regions: vec![Region {
            id: "tiers".into(),
            dimensions: (0..count)
                .map(|i| Dimension {
                    id: format!("tier {i}"),
                    levels,
                    trends: vec![Trend::Rises, Trend::Falls, Trend::Falls],
                })
                .collect(),
        }],
    }
}

#[test]
fn a_hundred_thousand_designs_are_proved_with_a_fraction_evaluated() {
    let space = tiers(5, 10);
    let mut reports = Vec::new();
    let found = explore(&space, &Tiers, &Options::default(), &mut |p| {
        reports.push(p)
    })
    .unwrap();
    let certificate = found.certificate().unwrap();
    assert_eq!(certificate.counts.designs(), 100_000);
    assert!(certificate.counts.infeasible[0].designs > 0);
    assert!(found.evaluations < 50_000, "{}", found.evaluations);
    certificate.verify(&space, &Tiers).unwrap();
    assert!(reports.windows(2).all(|w| w[0].done < w[1].done));
    assert_eq!(reports.last().unwrap().done, 1.0);
}

#[test]
fn a_space_beyond_the_limit_is_not_called_complete() {
    let space = tiers(5, 10);
    let small = Options {
        exhaustive_up_to: 99_999,
        ..Options::default()
    };
    let found = explore(&space, &Tiers, &small, &mut |_| ()).unwrap();
    assert!(matches!(found.proof, Proof::None { .. }));
}

#[test]
fn regions_without_levels_or_dimensions_are_counted() {
    use groundplan_explore::{Dimension, Region};
    let mut space = tiers(2, 4);
    space.regions.push(Region {
        id: "empty".into(),
        dimensions: vec![Dimension {
            id: "none".into(),
            levels: 0,
            trends: Vec::new(),
        }],
    });
    space.regions.push(Region {
        id: "one design".into(),
        dimensions: Vec::new(),
    });
    let found = explore(&space, &Tiers, &Options::default(), &mut |_| ()).unwrap();
    let certificate = found.certificate().unwrap();
    assert_eq!(certificate.counts.designs(), 17);
    // Without tiers nothing costs anything and nobody waits.
    assert_eq!(found.front.len(), 1);
    assert_eq!(found.front[0].design.region, 2);
    certificate.verify(&space, &Tiers).unwrap();
}
