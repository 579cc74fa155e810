//! A certificate that was changed proves nothing, and the checker says where.

mod common;

use groundplan_explore::certificate::Step;
use groundplan_explore::{
    Certificate, Dimension, Fault, Options, Problem, Region, Space, Trend, explore,
};

struct Slope;

impl Problem for Slope {
    fn measure(&self, _: usize, levels: &[u32], values: &mut [f64]) {
        let sum: u32 = levels.iter().sum();
        let most = levels.iter().copied().max().unwrap_or(0);
        // The last dimension costs three times as much for the same.
        values[0] = f64::from(sum + 2 * levels[2]);
        values[1] = 90.0 - f64::from(sum) - f64::from(most) / 7.0;
        values[2] = 12.0 - f64::from(sum);
    }
}

fn space() -> Space {
    Space {
        objectives: vec!["cost".into(), "time".into()],
        constraints: vec!["too little".into()],
        regions: vec![Region {
            id: "all".into(),
            dimensions: (0..3)
                .map(|d| Dimension {
                    id: format!("d{d}"),
                    levels: 16,
                    trends: vec![Trend::Rises, Trend::Falls, Trend::Falls],
                })
                .collect(),
        }],
    }
}

fn proved() -> Certificate {
    let found = explore(&space(), &Slope, &Options::default(), &mut |_| ()).unwrap();
    found.certificate().unwrap().clone()
}

fn fault(change: impl FnOnce(&mut Certificate)) -> Fault {
    let mut changed = proved();
    change(&mut changed);
    changed.verify(&space(), &Slope).unwrap_err()
}

fn find(c: &Certificate, wanted: impl Fn(&Step) -> bool) -> usize {
    c.trees[0].iter().position(wanted).expect("such a step")
}

#[test]
fn the_proof_holds() {
    let checked = proved().verify(&space(), &Slope).unwrap();
    assert_eq!(checked.designs, 4096);
    assert!(checked.probes > 0);
}

#[test]
fn a_front_with_one_less_one_more_or_another_number_is_caught() {
    assert_eq!(fault(|c| drop(c.front.pop())), Fault::Front);
    assert_eq!(
        fault(|c| {
            let mut more = c.front[0].clone();
            more.design.levels[0] += 1;
            c.front.push(more);
        }),
        Fault::Front
    );
    assert_eq!(fault(|c| c.front[0].objectives[1] -= 1.0), Fault::Front);
}

#[test]
fn a_box_that_is_not_infeasible_is_caught() {
    let wrong = fault(|c| {
        let at = find(c, |s| *s == Step::Examined);
        c.trees[0][at] = Step::Infeasible { constraint: 0 };
    });
    assert!(matches!(wrong, Fault::Feasible { .. }), "{wrong}");
}

#[test]
fn a_box_that_is_not_beaten_is_caught() {
    let wrong = fault(|c| {
        let at = find(c, |s| *s == Step::Examined);
        c.trees[0][at] = Step::Beaten { witness: 0 };
    });
    assert!(matches!(wrong, Fault::Unbeaten { .. }), "{wrong}");
}

#[test]
fn a_witness_that_is_better_than_it_is_is_caught() {
    let wrong = fault(|c| c.witnesses[0].objectives = vec![-1.0, -1.0]);
    assert_eq!(wrong, Fault::Witness { witness: 0 });
    let outside = fault(|c| c.witnesses[0].design.levels[0] = 16);
    assert_eq!(outside, Fault::Witness { witness: 0 });
}

#[test]
fn a_witness_that_breaks_a_constraint_is_caught() {
    let wrong = fault(|c| {
        c.witnesses[0].design.levels = vec![0, 0, 0];
        c.witnesses[0].objectives = vec![0.0, 90.0];
    });
    assert_eq!(wrong, Fault::Witness { witness: 0 });
}

#[test]
fn a_tree_that_leaves_designs_out_is_caught() {
    let wrong = fault(|c| {
        c.trees[0].pop();
    });
    assert!(matches!(wrong, Fault::Shape { .. }), "{wrong}");
    let wrong = fault(|c| c.trees[0].push(Step::Examined));
    assert!(matches!(wrong, Fault::Shape { .. }), "{wrong}");
    let wrong = fault(|c| {
        let at = find(c, |s| matches!(s, Step::Split { .. }));
        c.trees[0][at] = Step::Split {
            dimension: 0,
            at: 15,
        };
    });
    assert!(matches!(wrong, Fault::Shape { .. }), "{wrong}");
    let wrong = fault(|c| c.trees.clear());
    assert!(matches!(wrong, Fault::Shape { .. }), "{wrong}");
}

#[test]
fn counts_that_are_not_the_trees_are_caught() {
    assert_eq!(fault(|c| c.counts.beaten.designs += 1), Fault::Counts);
}

/// One design in the middle is better than its neighbours, against the trend.
struct Needle;

impl Problem for Needle {
    fn measure(&self, region: usize, levels: &[u32], values: &mut [f64]) {
        Slope.measure(region, levels, values);
        if levels.iter().all(|l| *l % 5 == 3) {
            values[1] -= 20.0;
        }
    }
}

#[test]
fn a_certificate_of_another_problem_is_caught() {
    assert!(proved().verify(&space(), &Needle).is_err());
}
