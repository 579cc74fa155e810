//! Networks that the percentiles are held against, by name. At load factor 1 the busiest pool of
//! each is exactly busy, so that the load factor is its utilisation.

use groundplan_evaluate::network::{Capacity, Class, Discipline, Network, Parallel, Pool, Visit};

/// The utilisations at which every case is looked at.
#[allow(dead_code)]
pub const LOADS: [f64; 4] = [0.3, 0.5, 0.7, 0.9];

fn pool(discipline: Discipline, servers: usize) -> Pool {
    Pool {
        id: "pool".into(),
        discipline,
        capacity: Capacity::Servers(servers),
        speed: 1.0,
    }
}

fn visit(pool: usize, demand_s: f64, scv: f64) -> Visit {
    Visit {
        pool,
        demand_s,
        scv,
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

/// Scales the rates so that the busiest pool is exactly busy.
fn normal(pools: Vec<Pool>, mut classes: Vec<Class>) -> Network {
    let first = Network::new(pools.clone(), classes.clone(), vec![]).expect("the case is valid");
    let limit = first.saturates_at().expect("the case has work").load_factor;
    for class in &mut classes {
        class.rate_per_s *= limit;
    }
    Network::new(pools, classes, vec![]).expect("the case is valid")
}

/// One class through stations in order: servers, mean in units of the servers, scv.
fn tandem(discipline: Discipline, stations: &[(usize, f64, f64)]) -> Network {
    let pools = stations.iter().map(|s| pool(discipline, s.0)).collect();
    let visits = stations
        .iter()
        .enumerate()
        .map(|(i, (servers, mean, scv))| visit(i, mean * *servers as f64, *scv))
        .collect();
    normal(pools, vec![class("a", 1.0, visits)])
}

/// Two classes of different mean at one station, with half of the work each.
fn mixture(discipline: Discipline, servers: usize, ratio: f64) -> Network {
    let classes = vec![
        class("short", ratio, vec![visit(0, 1.0, 1.0)]),
        class("long", 1.0, vec![visit(0, ratio, 1.0)]),
    ];
    normal(vec![pool(discipline, servers)], classes)
}

/// Branches that run side by side, each at its own station.
fn fork(discipline: Discipline, branches: usize, servers: usize) -> Network {
    let visits = (0..branches)
        .map(|i| Visit {
            parallel: Some(Parallel {
                group: 0,
                branch: i as u32,
            }),
            ..visit(i, servers as f64, 1.0)
        })
        .collect();
    let pools = (0..branches).map(|_| pool(discipline, servers)).collect();
    normal(pools, vec![class("a", 1.0, visits)])
}

/// Three operations over an application, a store and two more services.
fn shop(discipline: Discipline, scv: f64) -> Network {
    let pools = [4, 2, 1, 8].map(|servers| pool(discipline, servers));
    let often = |visit: Visit, count: f64, probability: f64| Visit {
        count,
        probability,
        ..visit
    };
    let classes = vec![
        class(
            "browse",
            10.0,
            vec![
                visit(0, 0.01, scv),
                often(visit(1, 0.004, scv), 1.0, 0.3),
                visit(3, 0.03, scv),
            ],
        ),
        class(
            "buy",
            2.0,
            vec![
                visit(0, 0.03, scv),
                often(visit(1, 0.01, scv), 3.0, 1.0),
                visit(2, 0.03, scv),
                visit(0, 0.01, scv),
            ],
        ),
        class(
            "report",
            0.2,
            vec![visit(0, 0.05, scv), visit(1, 0.2, scv), visit(3, 0.3, scv)],
        ),
    ];
    normal(pools.to_vec(), classes)
}

/// An application that asks two services side by side and then the store.
fn gather(discipline: Discipline) -> Network {
    let side = |pool: usize, demand: f64, branch: u32| Visit {
        parallel: Some(Parallel { group: 0, branch }),
        ..visit(pool, demand, 1.0)
    };
    let pools = [4, 2, 1, 2].map(|servers| pool(discipline, servers));
    let classes = vec![
        class(
            "page",
            10.0,
            vec![
                visit(0, 0.02, 1.0),
                side(1, 0.02, 0),
                side(2, 0.008, 1),
                side(1, 0.006, 2),
                visit(3, 0.018, 1.0),
            ],
        ),
        class("other", 5.0, vec![visit(0, 0.04, 1.0), visit(3, 0.02, 1.0)]),
    ];
    normal(pools.to_vec(), classes)
}

/// Every case with its name.
pub fn all() -> Vec<(String, Network)> {
    use Discipline::{FirstCome, Shared};
    let mut all = Vec::new();
    for (word, discipline) in [("fcfs", FirstCome), ("shared", Shared)] {
        let mut add = |name: &str, network: Network| all.push((format!("{word}-{name}"), network));
        for servers in [1, 2, 8] {
            for scv in [0.0, 0.25, 1.0, 4.0] {
                let network = tandem(discipline, &[(servers, 1.0, scv)]);
                add(&format!("{servers}-scv{scv}"), network);
            }
            add(
                &format!("{servers}-mixture"),
                mixture(discipline, servers, 10.0),
            );
        }
        for scv in [0.0, 0.25, 1.0, 4.0] {
            let two = [(1, 1.0, scv), (2, 1.0, scv)];
            add(&format!("tandem2-scv{scv}"), tandem(discipline, &two));
            let three = [(4, 1.0, scv), (2, 0.8, scv), (1, 0.6, scv)];
            add(&format!("tandem3-scv{scv}"), tandem(discipline, &three));
            let six = [1, 2, 4, 1, 2, 4].map(|servers| (servers, 1.0, scv));
            add(&format!("tandem6-scv{scv}"), tandem(discipline, &six));
        }
        let ones = [1; 4].map(|servers| (servers, 1.0, 1.0));
        add("tandem4-single", tandem(discipline, &ones));
        add("fork2", fork(discipline, 2, 1));
        add("fork4", fork(discipline, 4, 1));
        add("fork2-4servers", fork(discipline, 2, 4));
        add("shop-scv1", shop(discipline, 1.0));
        add("shop-scv4", shop(discipline, 4.0));
        add("gather", gather(discipline));
    }
    all
}
