//! A whole system both ways: the model of a shop as the closed form and as the simulation see it.

mod support;

use evaluate::Scenario;
use groundplan_simulate::{Verdict, agree, run};
use knowledge::Knowledge;
use model::System;
use support::settings;

fn shop() -> System {
    let read = |text| serde_json::from_str(text).expect("a value");
    let brief: serde_json::Value = read(include_str!("../../evaluate/tests/shop/brief.json"));
    let architecture: serde_json::Value =
        read(include_str!("../../evaluate/tests/shop/architecture.json"));
    System {
        brief: serde_json::from_value(brief).expect("a brief"),
        architecture: serde_json::from_value(architecture).expect("an architecture"),
        ..System::default()
    }
}

#[test]
fn both_ways_give_the_same_numbers() {
    let (system, knowledge) = (shop(), Knowledge::embedded());
    let scenario = Scenario::default();
    let plant = evaluate::plant::build(&system, knowledge, &scenario).value;
    let evaluation = evaluate::evaluate(&system, knowledge, &scenario).value;
    let simulated = run(&plant, &settings(1, 4_000_000));
    assert!(!simulated.growing);
    let all = agree(&evaluation, &simulated, 0.05);
    assert!(all.len() > 8, "{}", all.len());
    let differs: Vec<_> = all
        .iter()
        .filter(|a| a.verdict == Verdict::Differs)
        .collect();
    assert!(differs.is_empty(), "{differs:#?}");
}
