//! Networks against known solutions, and laws.

use groundplan_evaluate::network::*;
use proptest::prelude::*;

fn pool(id: &str, servers: usize) -> Pool {
    Pool {
        id: id.into(),
        discipline: Default::default(),
        capacity: Capacity::Servers(servers),
        speed: 1.0,
    }
}

fn visit(pool: usize, demand_s: f64) -> Visit {
    Visit {
        pool,
        demand_s,
        scv: 1.0,
        count: 1.0,
        probability: 1.0,
        parallel: None,
    }
}

fn class(id: &str, rate_per_s: f64, visits: Vec<Visit>) -> Class {
    Class {
        id: id.into(),
        rate_per_s,
        visits,
        fixed_latency_s: 0.0,
    }
}

fn tandem() -> Network {
    Network::new(
        vec![pool("app", 4), pool("db", 2), pool("disk", 1)],
        vec![class(
            "buy",
            0.8,
            vec![visit(0, 1.0 / 0.3), visit(1, 2.0), visit(2, 1.0)],
        )],
        vec![],
    )
    .unwrap()
}

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected}"
    );
}

#[test]
fn tandem_agrees_with_other_solvers() {
    let solution = tandem().solve(1.0, Method::Distribution);
    let times = solution.classes[0].times.as_ref().unwrap();
    near(times.response.mean_s, 14.834935, 1e-6);
    let parts: Vec<f64> = times.path.iter().map(|s| s.wait_s + s.service_s).collect();
    near(parts[0], 4.2794, 1e-4);
    near(parts[1], 5.5556, 1e-4);
    near(parts[2], 5.0, 1e-9);
    near(solution.pools[2].utilisation, 0.8, 1e-12);
    near(solution.pools[2].queue.unwrap().mean_length, 3.2, 1e-9);
    let rough = tandem().solve(1.0, Method::Moments);
    let rough = rough.classes[0].times.as_ref().unwrap().response;
    near(rough.mean_s, 14.834935, 1e-6);
    near(rough.p99_s / times.response.p99_s, 1.0, 0.05);
}

#[test]
fn one_pool_is_mmc_and_mg1() {
    let mmc = Network::new(
        vec![pool("p", 4)],
        vec![class("c", 0.8, vec![visit(0, 1.0 / 0.3)])],
        vec![],
    );
    let solution = mmc.unwrap().solve(1.0, Method::Distribution);
    let p = solution.classes[0].times.as_ref().unwrap().response;
    for (value, expected) in [(p.p50_s, 3.2162), (p.p95_s, 11.9281), (p.p99_s, 17.5580)] {
        near(value / expected, 1.0, 1e-3);
    }
    for (scv, expected) in [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0), (4.0, 11.0)] {
        let visit = Visit {
            scv,
            ..visit(0, 1.0)
        };
        let mg1 = Network::new(
            vec![pool("p", 1)],
            vec![class("c", 0.8, vec![visit])],
            vec![],
        );
        let solution = mg1.unwrap().solve(1.0, Method::Distribution);
        near(
            solution.classes[0].times.as_ref().unwrap().response.mean_s,
            expected,
            1e-9,
        );
    }
    // Two fixed demands on one server: M/G/1 with E[S] = 1.5, E[S^2] = 2.5, W = .4 * 2.5 / 2 / .4.
    let fixed = |d: f64| Visit {
        scv: 0.0,
        ..visit(0, d)
    };
    let classes = vec![
        class("a", 0.2, vec![fixed(1.0)]),
        class("b", 0.2, vec![fixed(2.0)]),
    ];
    let two = Network::new(vec![pool("p", 1)], classes, vec![]).unwrap();
    let solution = two.solve(1.0, Method::Distribution);
    near(solution.pools[0].queue.unwrap().mean_wait_s, 1.25, 1e-12);
    near(
        solution.classes[1].times.as_ref().unwrap().response.mean_s,
        3.25,
        1e-9,
    );
}

#[test]
fn saturation_names_the_pool_and_leaves_no_times() {
    let network = tandem();
    let limit = network.saturates_at().unwrap();
    near(limit.load_factor, 1.25, 1e-12);
    assert_eq!(
        limit.index, 1,
        "db and disk both give way at 1.25; the first is named"
    );
    let solution = network.solve(1.3, Method::Distribution);
    assert!(solution.pools[1].saturated() && solution.pools[2].saturated());
    assert!(!solution.pools[0].saturated());
    near(solution.pools[1].utilisation, 1.04, 1e-12);
    assert_eq!(solution.classes[0].saturated_by, [1, 2]);
    assert!(solution.classes[0].times.is_none());
    let none = Network::new(
        vec![pool("none", 0)],
        vec![class("c", 1.0, vec![visit(0, 0.1)])],
        vec![],
    );
    assert!(none.unwrap().solve(1.0, Method::Moments).pools[0].saturated());
}

#[test]
fn held_connections_follow_littles_law() {
    let held = Held {
        id: "orders.connections".into(),
        limit: 12,
        queue: None,
        holders: vec![Holder::once(0, 1, 3, 0.0)],
    };
    let base = tandem();
    let network = Network::new(base.pools().to_vec(), base.classes().to_vec(), vec![held]).unwrap();
    let solution = network.solve(1.0, Method::Moments);
    let need = solution.held[0].need.unwrap();
    near(need.mean, 0.8 * (5.5555556 + 5.0), 1e-6);
    // Poisson of mean 8.44: P(N <= 15) = .98597, P(N <= 16) = .99334.
    assert_eq!(need.p99, 16);
    assert!(solution.held[0].exceeded());
    let limit = network.held_limit_at(10.0).unwrap();
    assert!(
        limit.load_factor > 0.7 && limit.load_factor < 1.0,
        "{limit:?}"
    );
    assert!(network.solve(1.5, Method::Moments).held[0].need.is_none());
}

#[test]
fn parallel_visits_take_as_long_as_the_slowest() {
    let branch = |pool| Visit {
        parallel: Some(Parallel {
            group: 1,
            branch: pool as u32,
        }),
        ..visit(pool, 1.0)
    };
    let unlimited = |id: &str| Pool {
        id: id.into(),
        discipline: Default::default(),
        capacity: Capacity::Unlimited,
        speed: 1.0,
    };
    let network = Network::new(
        vec![unlimited("a"), unlimited("b")],
        vec![class("c", 1.0, vec![branch(0), branch(1)])],
        vec![],
    )
    .unwrap();
    let solution = network.solve(1.0, Method::Distribution);
    // The mean of the longer of two unit exponentials.
    near(
        solution.classes[0].times.as_ref().unwrap().response.mean_s,
        1.5,
        2e-3,
    );
}

#[test]
fn faults_are_all_named() {
    let bad = Class {
        fixed_latency_s: f64::NAN,
        ..class("c", -1.0, vec![visit(7, 1.0)])
    };
    let faults = Network::new(vec![pool("p", 1)], vec![bad], vec![]).unwrap_err();
    let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
    assert_eq!(at, ["classes.c", "classes.c", "classes.c.visits[0]"]);
    assert!(Network::new(vec![], vec![class("c", 1.0, vec![visit(0, 1.0)])], vec![]).is_err());
}

fn network() -> impl Strategy<Value = Network> {
    let pools = prop::collection::vec((1usize..16, 0.25f64..4.0), 1..8);
    pools.prop_flat_map(|pools| {
        let n = pools.len();
        let visit = (
            0..n,
            0.0f64..0.2,
            0.0f64..5.0,
            0.0f64..3.0,
            prop_oneof![Just(1.0), 0.0f64..1.0],
            prop::option::of((0u32..2, 0u32..3)),
        )
            .prop_map(
                |(pool, demand_s, scv, count, probability, parallel)| Visit {
                    pool,
                    demand_s,
                    scv,
                    count,
                    probability,
                    parallel: parallel.map(|(group, branch)| Parallel { group, branch }),
                },
            );
        let class = (
            0.0f64..30.0,
            prop::collection::vec(visit, 0..6),
            0.0f64..0.1,
        );
        prop::collection::vec(class, 1..5).prop_map(move |classes| {
            let pools = pools.iter().enumerate().map(|(i, (servers, speed))| Pool {
                id: format!("p{i}"),
                discipline: Default::default(),
                capacity: Capacity::Servers(*servers),
                speed: *speed,
            });
            let classes =
                classes
                    .into_iter()
                    .enumerate()
                    .map(|(i, (rate_per_s, visits, fixed))| Class {
                        id: format!("c{i}"),
                        rate_per_s,
                        visits,
                        fixed_latency_s: fixed,
                    });
            Network::new(pools.collect(), classes.collect(), vec![]).unwrap()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn laws(network in network(), load in 0.1f64..1.5) {
        let calm = network.solve(load, Method::Distribution);
        let busy = network.solve(load * 1.05, Method::Distribution);
        // Work is conserved: what classes bring is what pools carry.
        let pools = network.pools();
        let brought: f64 = network.classes().iter().map(|c| {
            let work = |v: &Visit| v.passes() * v.demand_s / pools[v.pool].speed;
            c.rate_per_s * load * c.visits.iter().map(work).sum::<f64>()
        }).sum();
        let carried: f64 = calm.pools.iter().map(|p| p.erlangs).sum();
        prop_assert!((brought - carried).abs() <= 1e-9 * brought.max(1.0));
        // A pool is saturated exactly from where `saturates_at` says.
        let limit = network.saturates_at().map_or(f64::MAX, |l| l.load_factor);
        prop_assert_eq!(calm.pools.iter().any(PoolResult::saturated), load >= limit * (1.0 - 1e-9));
        for (a, b) in calm.classes.iter().zip(&busy.classes) {
            let Some(a) = &a.times else {
                prop_assert!(b.times.is_none());
                continue;
            };
            let r = a.response;
            prop_assert!(r.p50_s <= r.p95_s && r.p95_s <= r.p99_s && r.p99_s <= r.p999_s);
            prop_assert!(r.p999_s.is_finite() && r.mean_s.is_finite());
            if let Some(b) = &b.times {
                prop_assert!(b.response.mean_s >= r.mean_s * (1.0 - 5e-3));
                prop_assert!(b.response.p99_s >= r.p99_s * (1.0 - 2e-2));
            }
        }
    }
}

/// Processor sharing does not depend on the distribution of the demands (Kleinrock 1976, 4.4): with
/// rho .5 on one processor every job takes twice its demand, beside jobs of a thousand times its own.
#[test]
fn shared_processors_slow_everybody_alike() {
    let mut shared = pool("cpu", 1);
    shared.discipline = Discipline::Shared;
    // .25 + .25: short jobs of 1 ms, long ones of 1 s.
    let classes = vec![
        class("short", 250.0, vec![visit(0, 0.001)]),
        class("long", 0.25, vec![visit(0, 1.0)]),
    ];
    let network = Network::new(vec![shared], classes, vec![]).unwrap();
    let solution = network.solve(1.0, Method::Distribution);
    let mean = |i: usize| solution.classes[i].times.as_ref().unwrap().response.mean_s;
    near(mean(0), 0.002, 1e-9);
    near(mean(1), 2.0, 1e-6);
}

/// A short, nearly fixed branch beside a long one that is rarely taken: its end lies within one step of a
/// grid over the whole range, and the mean must not jump where that grid is chosen anew.
#[test]
fn a_short_branch_beside_a_rare_long_one() {
    let mut pools = vec![pool("short", 6), pool("long", 2)];
    pools[0].speed = 0.43;
    pools[1].speed = 2.2;
    let mut visits = vec![visit(1, 0.17), visit(0, 0.005)];
    visits[0].scv = 4.9;
    visits[0].count = 1.8;
    visits[0].probability = 0.29;
    visits[1].scv = 0.57;
    visits[1].count = 2.7;
    for (branch, visit) in (0..).zip(&mut visits) {
        visit.parallel = Some(Parallel { group: 0, branch });
    }
    let network = Network::new(pools, vec![class("c", 18.0, visits)], vec![]).unwrap();
    let mean = |load: f64| {
        let solution = network.solve(load, Method::Distribution);
        solution.classes[0].times.as_ref().unwrap().response.mean_s
    };
    let means: Vec<f64> = (0..40).map(|i| mean(0.7 + 0.01 * f64::from(i))).collect();
    for pair in means.windows(2) {
        assert!(
            pair[1] > pair[0] && pair[1] < pair[0] * 1.01,
            "{pair:?} in {means:?}"
        );
    }
}
