//! Whole evaluations of 20 pools and 5 operations of 10 visits each, one core.
//! Run with `cargo bench -p groundplan-evaluate`; items/s are evaluations per second.

use divan::{Bencher, counter::ItemsCount};
use groundplan_evaluate::network::{Capacity, Class, Method, Network, Pool, Visit};

fn main() {
    divan::main();
}

fn network() -> Network {
    let pools = (0..20)
        .map(|i| Pool {
            id: format!("pool-{i}"),
            discipline: Default::default(),
            capacity: Capacity::Servers(1 + i % 8),
            speed: 1.0,
        })
        .collect();
    let classes = (0..5)
        .map(|c| Class {
            id: format!("operation-{c}"),
            rate_per_s: 20.0 + 10.0 * c as f64,
            visits: (0..10)
                .map(|v| Visit {
                    pool: (c * 4 + v * 3) % 20,
                    demand_s: 0.001 * (1 + (c + v) % 5) as f64,
                    scv: 1.0,
                    count: if v % 4 == 0 { 1.5 } else { 1.0 },
                    probability: 1.0,
                    parallel: None,
                })
                .collect(),
            fixed_latency_s: 0.002,
        })
        .collect();
    Network::new(pools, classes, Vec::new()).expect("the numbers above are in range")
}

#[divan::bench(args = [Method::Moments, Method::Distribution])]
fn evaluate(bencher: Bencher, method: &Method) {
    let network = network();
    let check = network.solve(1.0, *method);
    assert!(
        check.classes.iter().all(|c| c.times.is_some()),
        "the benchmark must be stable"
    );
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| divan::black_box(&network).solve(1.0, *method));
}

#[divan::bench]
fn saturates_at(bencher: Bencher) {
    let network = network();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| divan::black_box(&network).saturates_at());
}
