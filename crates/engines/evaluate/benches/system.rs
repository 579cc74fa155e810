//! The small shop of the tests, evaluated whole from the model, one core.
//! Run with `cargo bench -p groundplan-evaluate --bench system`.

use divan::Bencher;
use groundplan_evaluate::{Scenario, evaluate};
use knowledge::Knowledge;
use model::System;

fn main() {
    divan::main();
}

fn shop() -> System {
    let brief = serde_json::from_str(include_str!("../tests/shop/brief.json"));
    let architecture = serde_json::from_str(include_str!("../tests/shop/architecture.json"));
    System {
        brief: brief.expect("the tests read the same file"),
        architecture: architecture.expect("the tests read the same file"),
        ..System::default()
    }
}

/// As a search calls it: two moments, no explanations.
#[divan::bench]
fn quick(bencher: Bencher) {
    let (shop, known, scenario) = (shop(), Knowledge::embedded(), Scenario::quick());
    bencher.bench(|| evaluate(divan::black_box(&shop), known, &scenario));
}

/// As a document needs it: distributions and an explanation of every number.
#[divan::bench]
fn explained(bencher: Bencher) {
    let (shop, known, scenario) = (shop(), Knowledge::embedded(), Scenario::default());
    bencher.bench(|| evaluate(divan::black_box(&shop), known, &scenario));
}
