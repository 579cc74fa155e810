//! Recovery and the error budget of a small shop, against the arithmetic done by hand.

use groundplan_evaluate::recovery::{Event, Recovery, recover};
use groundplan_evaluate::{Scenario, evaluate};
use knowledge::{Knowledge, Role, Scope};
use model::{Finding, System};
use serde_json::{Value, json};

fn files() -> (Value, Value) {
    let mut brief: Value = serde_json::from_str(include_str!("shop/brief.json")).unwrap();
    brief["targets"] = json!({
        "availability": "99.9 %", "recovery_time": "1 h", "recovery_point": "1 min"
    });
    let architecture = serde_json::from_str(include_str!("shop/architecture.json")).unwrap();
    (brief, architecture)
}

fn recovery((brief, architecture): (Value, Value)) -> (Recovery, Vec<Finding>) {
    let system = System {
        brief: serde_json::from_value(brief).unwrap(),
        architecture: serde_json::from_value(architecture).unwrap(),
        ..System::default()
    };
    let knowledge = Knowledge::embedded();
    let evaluation = evaluate(&system, knowledge, &Scenario::default()).value;
    let outcome = recover(&system, knowledge, &evaluation);
    (outcome.value, outcome.findings)
}

fn numbers(of: &Recovery, event: Event) -> (Option<f64>, Option<f64>) {
    let losses = &of.stores["db"].losses;
    let loss = losses.iter().find(|l| l.event == event).unwrap();
    (
        loss.point.as_ref().map(|e| e.value),
        loss.time.as_ref().map(|e| e.value),
    )
}

#[test]
fn a_synchronous_replica_loses_nothing_and_a_missing_backup_everything() {
    let (value, findings) = recovery(files());
    assert_eq!(
        value.stores.len(),
        1,
        "an external system is nobody's to restore"
    );
    assert_eq!(numbers(&value, Event::Instance), (Some(0.0), Some(60.0)));
    assert_eq!(numbers(&value, Event::Zone), (Some(0.0), Some(60.0)));
    assert_eq!(numbers(&value, Event::Region), (None, None));
    assert_eq!(numbers(&value, Event::Deletion), (None, None));
    let rules: Vec<&str> = findings.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["unrecoverable-store"]);
}

#[test]
fn lag_and_backups_set_the_recovery_point() {
    let mut shop = files();
    let db = &mut shop.1["components"]["db"];
    db["replication"]["mode"] = json!("asynchronous");
    db["replication"]["lag"] = json!("90 s");
    db["zones"] = json!(1);
    db["backup"] = json!({"every": "1 day", "keep": "30 days"});
    let (value, findings) = recovery(shop.clone());
    assert_eq!(numbers(&value, Event::Instance), (Some(90.0), Some(60.0)));
    // Both instances stand in the zone.
    assert_eq!(numbers(&value, Event::Zone), (Some(86_400.0), None));
    assert_eq!(numbers(&value, Event::Deletion), (Some(86_400.0), None));
    let points = findings
        .iter()
        .filter(|f| f.rule == "missed-recovery-point");
    assert_eq!(points.count(), 3, "{findings:#?}");
    assert!(findings.iter().any(|f| f.rule == "missing-fact"));

    let backup = &mut shop.1["components"]["db"]["backup"];
    backup["point_in_time"] = json!(true);
    backup["restored_in"] = json!("2 h");
    let (value, findings) = recovery(shop);
    assert_eq!(numbers(&value, Event::Zone), (Some(300.0), Some(7200.0)));
    assert_eq!(numbers(&value, Event::Deletion), (Some(0.0), Some(7200.0)));
    let times = findings.iter().filter(|f| f.rule == "missed-recovery-time");
    assert_eq!(times.count(), 2, "{findings:#?}");
}

#[test]
fn the_budget_is_shared_out() {
    let (value, _) = recovery(files());
    let budget = &value.budgets["place-order"];
    // 0.1 % of 730 h, FACTS of the billing month.
    assert!((budget.allowed.value - 43.8).abs() < 1e-9);
    let failover = &budget.failovers[0];
    assert_eq!((failover.component.as_str(), failover.minutes), ("db", 1.0));
    assert!((failover.share_of_budget.unwrap() - 1.0 / 43.8).abs() < 1e-12);
    let hosts = Knowledge::embedded().with_capabilities(Role::Host, &[]);
    let machine = hosts
        .iter()
        .find_map(|h| h.availability(Scope::Instance))
        .unwrap();
    // One hour each: as many failures a year as hours down.
    let failures = (1.0 - machine.fraction()) * 8760.0;
    let expected = failover.expected.as_ref().unwrap().value;
    assert!((expected - failures / 12.0).abs() < 1e-9);
    let parts = budget.parts.as_ref().unwrap().value;
    let left = budget.left.as_ref().unwrap().value;
    assert!((left - (43.8 - parts - expected)).abs() < 1e-9);
    let allowed = failover.allowed_per_year.unwrap();
    assert_eq!(allowed, (left.max(0.0) * 12.0).floor());
    assert!(budget.stopped_by_deployments.is_empty());
}

#[test]
fn nothing_left_is_no_number_of_failovers() {
    let mut shop = files();
    shop.0["targets"]["availability"] = json!("100 %");
    shop.1["components"]["app"]["instances"] = json!(1);
    let (value, _) = recovery(shop);
    let budget = &value.budgets["place-order"];
    assert_eq!(budget.failovers[0].share_of_budget, None);
    assert_eq!(budget.failovers[0].allowed_per_year, Some(0.0));
    assert_eq!(budget.stopped_by_deployments, ["app"]);
}

/// Work that nobody waits for needs what it touches, and a link needs its file's store.
#[test]
fn background_work_and_files_have_an_availability() {
    let (brief, mut architecture) = files();
    let component = |a: &mut Value, id: &str, kind: &str, up: &str| {
        a["components"][id] = json!({"kind": kind, "availability": up});
    };
    component(&mut architecture, "app", "service", "99 %");
    component(&mut architecture, "db", "store", "98 %");
    component(&mut architecture, "worker", "worker", "97 %");
    component(&mut architecture, "files", "object-store", "96 %");
    architecture["relations"]["worker-db"] = json!({"from": "worker", "to": "db"});
    architecture["paths"]["pay"]["steps"] = json!([
        {"on": "db", "work": "commit", "via": "worker-db", "background": true}
    ]);
    architecture["paths"]["read-order"]["steps"] = json!([
        {"on": "app", "work": "compute", "cpu": "1 ms"},
        {"on": "files", "work": "sign", "wait": "50 us"},
        {"on": "db", "work": "commit", "background": true}
    ]);
    let system = System {
        brief: serde_json::from_value(brief).unwrap(),
        architecture: serde_json::from_value(architecture).unwrap(),
        ..System::default()
    };
    let value = evaluate(&system, Knowledge::embedded(), &Scenario::default()).value;
    let up = |id: &str| value.operations[id].availability.unwrap();
    assert!((up("pay") - 0.97 * 0.98).abs() < 1e-12);
    assert!((up("read-order") - 0.99 * 0.96).abs() < 1e-12);
}
