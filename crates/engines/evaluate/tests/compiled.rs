//! The compiled system against the whole evaluation, design by design.

use groundplan_evaluate::system::compiled::{Compiled, Slot, set};
use groundplan_evaluate::{Evaluation, Scenario, evaluate};
use knowledge::Knowledge;
use model::{Bytes, Component, ComponentKind, System};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn load(name: &str) -> System {
    let path = |file: &str| {
        format!(
            "{}/../../../examples/{name}/{file}",
            env!("CARGO_MANIFEST_DIR")
        )
    };
    let read = |file: &str| {
        let text = std::fs::read_to_string(path(file)).unwrap();
        [syntax::SourceFile::new(path(file), text)]
    };
    let hooks = syntax::Hooks::model();
    let mut system = System {
        brief: syntax::load(&read("brief.yaml"), &hooks).value.unwrap(),
        architecture: syntax::load(&read("architecture.yaml"), &hooks)
            .value
            .unwrap(),
        ..System::default()
    };
    // What is held couples components; the compiled system leaves it out.
    for component in system.architecture.components.values_mut() {
        component.concurrency = None;
    }
    for relation in system.architecture.relations.values_mut() {
        (relation.pool, relation.bulkhead) = (None, None);
    }
    system
}

/// Other instances and sizes of whatever has processors.
fn slots(system: &System) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (id, component) in &system.architecture.components {
        let Some(size) = component.size.as_ref().filter(|s| s.vcpu.is_some()) else {
            continue;
        };
        let single = component.stateless == Some(false) || component.kind == ComponentKind::Store;
        let mut variants: Vec<Component> = vec![component.clone()];
        for vcpu in [0.5, 1.0, 2.0, 4.0, 16.0] {
            for instances in [1, 2, 3, 5] {
                if single && Some(instances) != component.instances {
                    continue;
                }
                let mut other = component.clone();
                other.instances = Some(instances);
                let mut size = size.clone();
                size.vcpu = Some(vcpu);
                size.memory = Some(Bytes(vcpu * 4.0 * 1_073_741_824.0));
                size.item = None;
                other.size = Some(size);
                if let Some(rule) = other.autoscale.as_mut() {
                    (rule.min, rule.max) = (instances, instances * 3);
                }
                variants.push(other);
            }
        }
        slots.push(Slot {
            component: id.clone(),
            variants,
        });
    }
    slots
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn whole(system: &System, known: &Knowledge, peak: bool) -> Evaluation {
    let scenario = Scenario {
        peak,
        ..Scenario::quick()
    };
    evaluate(system, known, &scenario).value
}

#[test]
fn designs_of_the_examples_agree_with_the_whole_evaluation() {
    let known = Knowledge::embedded();
    let mut runner = TestRunner::deterministic();
    let (mut full, mut times, mut priced) = (0, 0, 0);
    let mut apart = 0.0_f64;
    for name in [
        "orders",
        "conduit",
        "telemetry",
        "parcels",
        "ledger",
        "internal-service",
        "cli-tool",
    ] {
        let mut system = load(name);
        let slots = slots(&system);
        let compiled = Compiled::of(&system, known, None, &slots).unwrap();
        let mut point = compiled.point();
        let counts: Vec<u32> = compiled.variants().map(|(_, n)| n as u32).collect();
        for design in 0..25 {
            let levels: Vec<u32> = counts
                .iter()
                .map(|n| match design {
                    0 => 0,
                    _ => (0..*n).new_tree(&mut runner).unwrap().current(),
                })
                .collect();
            compiled.evaluate(&levels, &mut point);
            set(&mut system.architecture.components, &slots, &levels);
            let truth = whole(&system, known, false);
            let at = format!("{name} {levels:?}");
            assert!(close(point.saturates_at, truth.system.saturates_at), "{at}");
            let first = point.saturates_first.map(|p| compiled.component(p));
            assert_eq!(first, truth.system.saturates_first.as_deref(), "{at}");
            let peak = whole(&system, known, true);
            assert!(
                close(point.peak_saturates_at, peak.system.saturates_at),
                "{at}"
            );
            let cost = truth.cost.total_per_month.first().map(|(_, c)| *c);
            let mine = compiled.currency().map(|_| point.cost_per_month);
            assert!(close(mine, cost), "{at}: {mine:?} {cost:?}");
            priced += usize::from(cost.is_some());
            for (id, mine) in compiled.operations().zip(&point.operations) {
                let theirs = &truth.operations[id];
                let pair = |f: fn(&groundplan_evaluate::percentile::Percentiles) -> f64| {
                    mine.response.as_ref().map(|r| f(r) * 1e3)
                };
                let t = theirs.response.as_ref();
                assert!(close(pair(|r| r.mean_s), t.map(|t| t.mean_ms)), "{at} {id}");
                // Percentiles differ by the dependence of stations along the path, which is left out.
                for (mine, theirs) in [
                    (pair(|r| r.p99_s), t.map(|t| t.p99_ms)),
                    (pair(|r| r.p50_s), t.map(|t| t.p50_ms)),
                ] {
                    assert_eq!(mine.is_some(), theirs.is_some(), "{at} {id}");
                    if let (Some(mine), Some(theirs)) = (mine, theirs) {
                        apart = apart.max((mine / theirs - 1.0).abs());
                    }
                }
                assert!(
                    close(mine.availability, theirs.availability),
                    "{at} {id}: {:?} {:?}",
                    mine.availability,
                    theirs.availability
                );
                full += usize::from(!theirs.saturated_by.is_empty());
                times += usize::from(t.is_some());
            }
        }
    }
    assert!(apart < 0.06, "percentiles are {apart} apart");
    // The designs are neither all full nor all idle, and they have prices.
    assert!(
        full > 50 && times > 500 && priced > 100,
        "{full} {times} {priced}"
    );
}

#[test]
fn another_kind_of_thing_is_refused() {
    let known = Knowledge::embedded();
    let system = load("orders");
    let mut slots = slots(&system);
    slots[0].variants[1].kind = ComponentKind::External;
    assert!(Compiled::of(&system, known, None, &slots).is_err());
    slots.truncate(1);
    slots[0].component = "nobody".into();
    assert!(Compiled::of(&system, known, None, &slots).is_err());
}
