//! Closed networks against published values, closed forms and laws.

use groundplan_evaluate::closed::{
    Class, Kind, Method, Network, Solution, Station, solve, solve_with,
};
use proptest::prelude::*;

fn station(kind: Kind) -> Station {
    Station {
        id: "s".to_owned(),
        kind,
    }
}

fn class(population: usize, think_s: f64, demands_s: &[f64]) -> Class {
    Class {
        id: format!("of {population}"),
        population,
        think_s,
        demands_s: demands_s.to_vec(),
    }
}

fn network(kinds: &[Kind], classes: Vec<Class>) -> Network {
    Network {
        stations: kinds.iter().cloned().map(station).collect(),
        classes,
    }
}

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected} within {tolerance}"
    );
}

/// Queue of each class at each station, station by station.
#[track_caller]
fn queues(solution: &Solution, expected: &[&[f64]], tolerance: f64) {
    for (k, row) in expected.iter().enumerate() {
        for (c, expected) in row.iter().enumerate() {
            near(solution.classes[c].queue[k], *expected, tolerance);
        }
    }
}

#[test]
fn three_stations_and_terminals() {
    let n = network(
        &[Kind::Queue, Kind::Queue, Kind::Queue],
        vec![class(3, 15.0, &[0.605, 2.1, 1.35])],
    );
    let exact = solve(&n).unwrap();
    assert_eq!(exact.method, Method::Exact);
    near(exact.classes[0].throughput_per_s, 0.151516, 1e-6);
    near(exact.classes[0].response_s, 4.799825, 1e-5);
}

/// A web server's master and sixteen slaves, five requests (N. Gunther, PDQ, demonstration of an
/// HTTP daemon).
#[test]
fn http_daemon() {
    let mut demands = vec![0.0109];
    demands.resize(17, 0.0044 / 16.0);
    let n = network(&[const { Kind::Queue }; 17], vec![class(5, 0.0, &demands)]);
    let solution = solve(&n).unwrap();
    near(solution.classes[0].throughput_per_s, 91.7335, 1e-4);
}

/// Two classes of two at a delay and a shared processor (LINE's second closed example).
#[test]
fn two_classes_of_two() {
    let n = network(
        &[Kind::Delay, Kind::Queue],
        vec![
            class(2, 0.0, &[0.666667, 1.0]),
            class(2, 0.0, &[0.216667, 1.0]),
        ],
    );
    let exact = solve(&n).unwrap();
    near(exact.classes[0].throughput_per_s, 0.462908, 1e-5);
    near(exact.classes[1].throughput_per_s, 0.536528, 1e-5);
    queues(
        &exact,
        &[&[0.308605, 0.116248], &[1.691395, 1.883752]],
        1e-5,
    );
}

/// E. Lazowska et al., Quantitative System Performance, 1984, page 131; the approximate column is
/// another program's Linearizer.
#[test]
fn batch_and_interactive() {
    let n = network(
        &[Kind::Queue, Kind::Queue],
        vec![class(10, 0.0, &[1.0, 0.09]), class(25, 30.0, &[0.1, 0.9])],
    );
    queues(
        &solve(&n).unwrap(),
        &[&[9.717, 0.8496], &[0.2827, 2.090]],
        1e-3,
    );
    let approximate = solve_with(&n, Method::Linearizer).unwrap();
    assert!(approximate.converged);
    queues(&approximate, &[&[9.721, 0.8515], &[0.2792, 2.055]], 2e-2);
}

/// Eight that think and one that never does.
#[test]
fn one_that_never_leaves() {
    let n = network(
        &[Kind::Delay, Kind::Queue],
        vec![class(8, 0.0, &[8.0, 1.0]), class(1, 0.0, &[0.0, 1.0])],
    );
    queues(&solve(&n).unwrap(), &[&[5.227, 0.0], &[2.773, 1.0]], 1e-3);
    queues(
        &solve_with(&n, Method::Linearizer).unwrap(),
        &[&[5.231, 0.0], &[2.769, 1.0]],
        4e-3,
    );
}

/// Four disks, a processor and terminals; the approximate row is another program's Linearizer.
#[test]
fn four_disks_and_a_processor() {
    let first = [0.08489, 0.08687, 0.08893, 0.09108, 9.264];
    let second = [0.02136, 0.04355, 0.06661, 0.0906, 5.778];
    let n = network(
        &[
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
        ],
        vec![
            class(10, 10.0, &[2.0, 2.0, 2.0, 2.0, 16.0]),
            class(6, 0.0, &[2.0, 4.0, 6.0, 8.0, 40.0]),
        ],
    );
    for method in [Method::Exact, Method::Linearizer] {
        let solution = solve_with(&n, method).unwrap();
        for k in 0..5 {
            near(solution.classes[0].queue[k], first[k], 1e-3);
            near(solution.classes[1].queue[k], second[k], 1e-3);
        }
    }
}

/// The same with one class of ten.
#[test]
fn one_class_at_four_disks() {
    let n = network(
        &[
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
            Kind::Queue,
            Kind::Delay,
        ],
        vec![class(10, 0.0, &[2.0, 2.0, 2.0, 2.0, 4.0, 10.0])],
    );
    let exact = solve(&n).unwrap();
    queues(
        &exact,
        &[
            &[0.8384],
            &[0.8384],
            &[0.8384],
            &[0.8384],
            &[4.299],
            &[2.348],
        ],
        1e-3,
    );
}

/// A delay and two servers, classes of five and two; the second visits the servers more and more.
#[test]
fn two_servers() {
    let rows = [
        (1.0, [4.141, 1.429], [0.8593, 0.571]),
        (2.0, [4.065, 1.089], [0.9352, 0.9105]),
        (5.0, [3.947, 0.6209], [1.053, 1.379]),
        (11.0, [3.865, 0.3286], [1.135, 1.671]),
        (20.0, [3.825, 0.1917], [1.175, 1.808]),
    ];
    for (visits, delay, servers) in rows {
        let classes = vec![class(5, 0.0, &[6.0, 1.0]), class(2, 0.0, &[3.0, visits])];
        let exact = solve(&network(&[Kind::Delay, Kind::Servers(2)], classes.clone())).unwrap();
        assert_eq!(exact.method, Method::Exact);
        queues(&exact, &[&delay, &servers], 1e-3);
        let same = network(
            &[Kind::Delay, Kind::LoadDependent(vec![1.0, 2.0])],
            classes.clone(),
        );
        queues(&solve(&same).unwrap(), &[&delay, &servers], 1e-3);
        let near_by = network(&[Kind::Delay, Kind::Servers(2)], classes);
        let approximate = solve_with(&near_by, Method::Linearizer).unwrap();
        assert!(approximate.converged);
        queues(&approximate, &[&delay, &servers], 0.03);
    }
}

/// N machines and one repairman is M/M/1//N: the probability that nobody is broken is
/// 1 / sum N! / (N - n)! (S / Z)^n.
#[test]
fn machine_repair_closed_form() {
    for (n, think, service) in [(1, 3.0, 1.0), (7, 10.0, 1.5), (60, 100.0, 2.0)] {
        for servers in [1_usize, 2, 5] {
            let (mut weight, mut sum, mut busy) = (1.0, 1.0, 0.0);
            for j in 1..=n {
                weight *= (n - j + 1) as f64 * service / think / j.min(servers) as f64;
                sum += weight;
                busy += weight * j.min(servers) as f64;
            }
            let kind = if servers == 1 {
                Kind::Queue
            } else {
                Kind::Servers(servers)
            };
            let exact = solve(&network(&[kind], vec![class(n, think, &[service])])).unwrap();
            near(
                exact.classes[0].throughput_per_s * service,
                busy / sum,
                1e-9,
            );
            near(
                exact.stations[0].utilisation,
                busy / sum / servers as f64,
                1e-9,
            );
        }
    }
}

/// Balanced single servers: X = N / (D (N + K - 1)).
#[test]
fn balanced_closed_form() {
    for (n, k) in [(1, 1), (4, 3), (50, 7)] {
        let exact = solve(&network(
            &vec![Kind::Queue; k],
            vec![class(n, 0.0, &vec![0.2; k])],
        ));
        near(
            exact.unwrap().classes[0].throughput_per_s,
            n as f64 / (0.2 * (n + k - 1) as f64),
            1e-9,
        );
    }
}

#[test]
fn beyond_enumeration() {
    let classes = vec![class(4000, 1.0, &[0.001, 0.002]); 4];
    let large = solve(&network(&[Kind::Servers(3), Kind::Servers(16)], classes)).unwrap();
    assert_eq!(large.method, Method::Linearizer);
    assert!(large.converged);
    let x: f64 = large.classes.iter().map(|c| c.throughput_per_s).sum();
    assert!(x <= 3000.0 && x > 2970.0, "{x}");
}

#[test]
fn all_faults_at_once() {
    let mut n = network(
        &[
            Kind::Servers(0),
            Kind::LoadDependent(vec![]),
            Kind::LoadDependent(vec![f64::NAN]),
        ],
        vec![
            class(1, 0.0, &[1.0]),
            class(1, 0.0, &[0.0, 0.0, 0.0]),
            class(1, f64::INFINITY, &[1.0, -1.0, f64::NAN]),
        ],
    );
    assert_eq!(solve(&n).unwrap_err().len(), 6);
    n.stations.clear();
    n.classes.clear();
    assert!(solve(&n).unwrap().classes.is_empty());
    let idle = solve(&network(&[Kind::Queue], vec![class(0, 0.0, &[0.0])])).unwrap();
    assert_eq!(idle.classes[0].throughput_per_s, 0.0);
}

#[derive(Debug, Clone)]
struct Random(Network);

fn random() -> impl Strategy<Value = Random> {
    let kind = prop_oneof![
        Just(Kind::Delay),
        Just(Kind::Queue),
        (2_usize..5).prop_map(Kind::Servers),
    ];
    (proptest::collection::vec(kind, 1..5), 1_usize..4).prop_flat_map(|(kinds, classes)| {
        let stations = kinds.len();
        let each = (
            1_usize..7,
            0.0..20.0_f64,
            proptest::collection::vec(0.05..3.0_f64, stations),
        );
        proptest::collection::vec(each, classes).prop_map(move |classes| {
            let classes = (classes.iter()).map(|(n, z, d)| class(*n, *z, d)).collect();
            Random(network(&kinds, classes))
        })
    })
}

fn laws(n: &Network, solution: &Solution, digits: f64) {
    for (c, result) in solution.classes.iter().enumerate() {
        let class = &n.classes[c];
        let inside: f64 = result.queue.iter().sum();
        // Little's law over the whole round.
        near(
            inside + result.throughput_per_s * class.think_s,
            class.population as f64,
            digits,
        );
        near(result.throughput_per_s * result.response_s, inside, digits);
        for (k, station) in n.stations.iter().enumerate() {
            let load = result.throughput_per_s * class.demands_s[k];
            assert!(result.queue[k] >= load - digits);
            if matches!(station.kind, Kind::Delay) {
                near(result.queue[k], load, digits);
            }
        }
        let alone = class.population as f64 / (class.think_s + class.demands_s.iter().sum::<f64>());
        assert!(result.throughput_per_s <= alone + digits);
    }
    for (k, station) in n.stations.iter().enumerate() {
        if !matches!(station.kind, Kind::Delay) {
            assert!(solution.stations[k].utilisation <= 1.0 + digits);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn laws_hold(Random(n) in random()) {
        laws(&n, &solve_with(&n, Method::Exact).unwrap(), 1e-7);
        let approximate = solve_with(&n, Method::Linearizer).unwrap();
        prop_assert!(approximate.converged);
        laws(&n, &approximate, 1e-2);
    }

    /// With one class, one customer more never lowers the throughput.
    #[test]
    fn more_customers_no_less_work(Random(mut n) in random()) {
        n.classes.truncate(1);
        let before = solve(&n).unwrap().classes[0].throughput_per_s;
        n.classes[0].population += 1;
        let after = solve(&n).unwrap().classes[0].throughput_per_s;
        prop_assert!(after >= before - 1e-9);
    }

    /// Mean value analysis and convolution are two ways to one number.
    #[test]
    fn two_exact_ways(Random(mut n) in random()) {
        for station in &mut n.stations {
            if matches!(station.kind, Kind::Servers(_)) {
                station.kind = Kind::Queue;
            }
        }
        let plain = solve(&n).unwrap();
        // A load-dependent station of constant speed brings the convolution in.
        n.stations.push(station(Kind::LoadDependent(vec![1.0])));
        for class in &mut n.classes {
            class.demands_s.push(0.0);
        }
        let convolved = solve(&n).unwrap();
        for (a, b) in plain.classes.iter().zip(&convolved.classes) {
            prop_assert!((a.throughput_per_s / b.throughput_per_s - 1.0).abs() < 1e-9);
            for (a, b) in a.queue.iter().zip(&b.queue) {
                prop_assert!((a - b).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn linearizer_is_near(Random(n) in random()) {
        let exact = solve_with(&n, Method::Exact).unwrap();
        let approximate = solve_with(&n, Method::Linearizer).unwrap();
        let several = n.stations.iter().any(|s| matches!(s.kind, Kind::Servers(_)));
        let tolerance = if several { 0.2 } else { 0.03 };
        for (a, b) in exact.classes.iter().zip(&approximate.classes) {
            let error = (b.throughput_per_s / a.throughput_per_s - 1.0).abs();
            prop_assert!(error < tolerance, "{error}");
        }
    }
}
