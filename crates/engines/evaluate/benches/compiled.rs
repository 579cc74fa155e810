//! Designs a second of a compiled system: 20 pools, 5 operations that pass all of them; utilisation,
//! two-moment percentiles, availability with a shared region, cost. One core.
//! Run with `cargo bench -p groundplan-evaluate --bench compiled`.

use divan::Bencher;
use divan::counter::ItemsCount;
use groundplan_evaluate::system::compiled::{Compiled, Point, Slot, with};
use groundplan_evaluate::{Scenario, evaluate};
use knowledge::Knowledge;
use model::{Component, System};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

const POOLS: usize = 20;
const OPERATIONS: usize = 5;
const DESIGNS: usize = 10_000;

fn service(instances: u32, vcpu: u32) -> Value {
    json!({
        "kind": "service", "technology": "go", "instances": instances, "zones": instances.min(3),
        "size": {"vcpu": vcpu, "memory": format!("{} GiB", 2 * vcpu)},
    })
}

fn system() -> System {
    let name = |i: usize| format!("part-{i}");
    let mut components = serde_json::Map::new();
    let mut relations = serde_json::Map::new();
    for i in 0..POOLS {
        components.insert(name(i), service(3, 2));
        if i > 0 {
            let relation = json!({"from": name(i - 1), "to": name(i)});
            relations.insert(format!("way-{i}"), relation);
        }
    }
    let mut operations = serde_json::Map::new();
    let mut paths = serde_json::Map::new();
    for o in 0..OPERATIONS {
        let id = format!("operation-{o}");
        let rate = json!({"rate": {"busy": format!("{}/s", 20 * (o + 1)), "mean": "5/s"}});
        operations.insert(id.clone(), rate);
        let steps: Vec<Value> = (0..POOLS)
            .map(|i| json!({"on": name(i), "work": "compute", "cpu": format!("{} us", 100 * (1 + (i + o) % 7))}))
            .collect();
        paths.insert(id, json!({"steps": steps}));
    }
    let brief = json!({
        "name": "bench", "purpose": "a bench",
        "constraints": {"cloud": "aws", "region": "eu-central-1"},
        "domain": {"operations": operations},
    });
    let architecture = json!({"components": components, "relations": relations, "paths": paths});
    System {
        brief: serde_json::from_value(brief).expect("a brief"),
        architecture: serde_json::from_value(architecture).expect("an architecture"),
        ..System::default()
    }
}

/// Two to nine instances of three sizes of every component.
fn slots(system: &System) -> Vec<Slot> {
    let variants: Vec<Component> = (2..10)
        .flat_map(|instances| [1, 2, 4].map(|vcpu| service(instances, vcpu)))
        .map(|c| serde_json::from_value(c).expect("a component"))
        .collect();
    let components = system.architecture.components.keys();
    components
        .map(|id| Slot {
            component: id.clone(),
            variants: variants.clone(),
        })
        .collect()
}

/// Designs spread over the space by a multiplicative sequence.
fn designs(slots: &[Slot]) -> Vec<Vec<u32>> {
    (0..DESIGNS as u64)
        .map(|d| {
            let level = |s: usize| {
                let mixed = (d * 31 + s as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
                (mixed % slots[s].variants.len() as u64) as u32
            };
            (0..slots.len()).map(level).collect()
        })
        .collect()
}

#[divan::bench(sample_count = 20)]
fn designs_of_20_pools(bencher: Bencher) {
    let system = system();
    let slots = slots(&system);
    let compiled = Compiled::of(&system, Knowledge::embedded(), None, &slots).expect("it compiles");
    let designs = designs(&slots);
    let mut point: Point = compiled.point();
    bencher.counter(ItemsCount::new(DESIGNS)).bench_local(|| {
        for levels in &designs {
            compiled.evaluate(divan::black_box(levels), &mut point);
            divan::black_box(&point);
        }
    });
}

#[divan::bench(sample_count = 20)]
fn compiling(bencher: Bencher) {
    let system = system();
    let slots = slots(&system);
    bencher.bench(|| Compiled::of(&system, Knowledge::embedded(), None, &slots));
}

/// The same design, evaluated whole from the model.
#[divan::bench(sample_count = 20)]
fn one_design_evaluated_whole(bencher: Bencher) {
    let system = system();
    let slots = slots(&system);
    let design = with(&system, &slots, &designs(&slots)[7]);
    bencher.bench(|| evaluate(&design, Knowledge::embedded(), &Scenario::quick()));
}
