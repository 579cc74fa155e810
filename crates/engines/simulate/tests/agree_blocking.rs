//! Waiting for connections and slots: the closed form beside the simulation of the same plant.

use evaluate::{Evaluation, Scenario, evaluate, plant};
use groundplan_simulate::{Settings, Simulated, run};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};
use serde_json::{Value, json};

fn both(change: impl FnOnce(&mut Value)) -> (Evaluation, Simulated) {
    let brief = include_str!("../../evaluate/tests/shop/brief.json");
    let architecture = include_str!("../../evaluate/tests/shop/architecture.json");
    let brief: Brief = serde_json::from_str(brief).unwrap();
    let mut architecture: Value = serde_json::from_str(architecture).unwrap();
    change(&mut architecture);
    let architecture: Architecture = serde_json::from_value(architecture).unwrap();
    let system = System {
        brief,
        architecture,
        ..System::default()
    };
    let (known, scenario) = (Knowledge::embedded(), Scenario::default());
    let settings = Settings {
        seed: 11,
        goal: 0.005,
        most_events: 3_000_000,
        ..Settings::default()
    };
    let simulated = run(&plant::build(&system, known, &scenario).value, &settings);
    (evaluate(&system, known, &scenario).value, simulated)
}

#[track_caller]
fn close(what: &str, computed: f64, simulated: f64, share: f64) {
    assert!(
        (computed / simulated - 1.0).abs() < share,
        "{what}: computed {computed}, simulated {simulated}"
    );
}

#[track_caller]
fn times_agree(operation: &str, value: &Evaluation, simulated: &Simulated, share: f64) {
    let computed = value.operations[operation].response.unwrap();
    let played = simulated.operations[operation].response.unwrap();
    close("mean", computed.mean_ms, played.mean_ms.value, share);
    close("p95", computed.p95_ms, played.p95_ms.value, share);
    close("p99", computed.p99_ms, played.p99_ms.value, 1.5 * share);
}

#[test]
fn connections_held_for_a_wait() {
    // Eight connections, held for 20 ms by 300 reads a second: four in five are out.
    let (value, simulated) = both(|a| {
        a["relations"]["app-db"]["pool"] = json!(4);
        a["paths"]["read-order"]["steps"][1]["wait"] = json!("20 ms");
    });
    let held = &value.relations["app-db"];
    let played = &simulated.resources["relations.app-db"];
    close("held", held.mean.unwrap(), played.mean.value, 0.02);
    assert!(held.utilisation.unwrap() > 0.75 && held.mean_wait_ms.unwrap() > 1.0);
    times_agree("read-order", &value, &simulated, 0.05);
}

#[test]
fn slots_around_connections() {
    // Fourteen slots, kept while twelve connections are waited for.
    let (value, simulated) = both(|a| {
        a["relations"]["app-db"]["pool"] = json!(6);
        a["components"]["app"]["concurrency"] = json!(9);
        a["paths"]["read-order"]["steps"][1]["wait"] = json!("28 ms");
        a["paths"].as_object_mut().unwrap().remove("pay");
    });
    assert!(value.relations["app-db"].mean_wait_ms.unwrap() > 0.5);
    times_agree("read-order", &value, &simulated, 0.08);
}
