//! The years ahead of a small shop, against closed forms of compound growth.

use groundplan_evaluate::growth::{HORIZON_MONTHS, project};
use groundplan_evaluate::{Scenario, evaluate};
use knowledge::Knowledge;
use model::System;
use serde_json::{Value, json};

fn shop(change: impl Fn(&mut Value, &mut Value)) -> System {
    let mut brief: Value = serde_json::from_str(include_str!("shop/brief.json")).unwrap();
    let mut architecture: Value =
        serde_json::from_str(include_str!("shop/architecture.json")).unwrap();
    change(&mut brief, &mut architecture);
    System {
        brief: serde_json::from_value(brief).unwrap(),
        architecture: serde_json::from_value(architecture).unwrap(),
        ..System::default()
    }
}

#[test]
fn load_and_utilisation_double_every_year() {
    let system = shop(|_, _| ());
    let outcome = project(&system, Knowledge::embedded());
    assert_eq!(outcome.findings, []);
    let value = outcome.value;
    let today = evaluate(&system, Knowledge::embedded(), &Scenario::default()).value;
    assert_eq!(value.points[0].cost, today.cost.total_per_month);
    for point in &value.points {
        let load = 2_f64.powf(f64::from(point.month) / 12.0);
        assert!((point.load / load - 1.0).abs() < 1e-12);
        let (now, then) = (value.points[0].utilisation["db"], point.utilisation["db"]);
        assert!(
            (then / now / load - 1.0).abs() < 1e-9,
            "month {}",
            point.month
        );
    }
    // The rows of two years stay, and double each year once they fill the two years.
    let stored = |month: u32| {
        value
            .points
            .iter()
            .find(|p| p.month == month)
            .unwrap()
            .stored_bytes
    };
    assert!((stored(36) / stored(24) - 2.0).abs() < 1e-9);
    assert!((stored(60) / stored(48) - 2.0).abs() < 1e-9);
    let in_a_year = today.tables["orders"].bytes.unwrap()[1];
    assert!((stored(12) / in_a_year - 1.0).abs() < 1e-9);
    let saturation = value.saturation.unwrap();
    let months = 12.0 * today.system.saturates_at.unwrap().log2();
    assert!((saturation.months.value - months).abs() < 1e-9);
}

#[test]
fn the_first_target_to_break_comes_first() {
    let system = shop(|brief, _| {
        brief["targets"] = json!({"latency": {"p99": "30 ms"}});
        brief["domain"]["operations"]["pay"]["latency"] = json!({"p99": "100 ms"});
        brief["constraints"]["budget"] = json!("100000 USD/month");
    });
    let value = project(&system, Knowledge::embedded()).value;
    let broken = &value.broken;
    // The bank alone takes longer than 100 ms at p99.
    assert_eq!(
        (broken[0].key.as_str(), broken[0].month),
        ("operations.pay.p99", 0)
    );
    assert!(broken.is_sorted_by_key(|b| b.month));
    let order = broken
        .iter()
        .find(|b| b.key == "operations.place-order.p99")
        .unwrap();
    let at = |month: f64| {
        let scenario = Scenario::at(2_f64.powf(month / 12.0));
        let value = evaluate(&system, Knowledge::embedded(), &scenario).value;
        value.operations["place-order"].response.map(|r| r.p99_ms)
    };
    let month = f64::from(order.month);
    assert!(at(month - 1.0).is_some_and(|p99| p99 <= 30.0));
    assert!(at(month).is_none_or(|p99| p99 > 30.0));
    let full = value.saturation.unwrap().months.value;
    assert!(month <= full.ceil(), "{month} {full}");
    assert!(
        value
            .summary
            .contains("operations.pay.p99 misses its target today")
    );
}

#[test]
fn without_growth_nothing_breaks_and_that_is_said() {
    let system = shop(|brief, _| brief["scale"] = json!({}));
    let outcome = project(&system, Knowledge::embedded());
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!(outcome.findings[0].rule, "missing-fact");
    assert_eq!(outcome.value.per_year, None);
    assert_eq!(outcome.value.saturation, None);
    assert!(outcome.value.broken.is_empty());
    let shrinking = shop(|brief, _| brief["scale"] = json!({"growth": "-20 %/year"}));
    let value = project(&shrinking, Knowledge::embedded()).value;
    assert!(value.points.is_sorted_by(|a, b| a.load > b.load));
    assert_eq!(value.saturation, None);
    assert!(HORIZON_MONTHS >= value.points.last().unwrap().month);
}
