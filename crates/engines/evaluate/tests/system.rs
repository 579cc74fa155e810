//! A small shop, from the model to its numbers, against the arithmetic done by hand.

use groundplan_evaluate::{Scenario, evaluate};
use knowledge::{Knowledge, Operation, Scope};
use model::{Architecture, Brief, System};
use serde_json::{Value, json};

fn brief() -> Value {
    json!({
        "name": "shop", "purpose": "sells",
        "scale": {"growth": "100 %/year"},
        "constraints": {"cloud": "aws", "region": "eu-central-1"},
        "domain": {"operations": {
            "place-order": {"rate": {"busy": "100/s", "mean": "10/s"}},
            "read-order": {"rate": {"busy": "300/s", "mean": "30/s"}},
            "pay": {"rate": {"busy": "20/s", "mean": "2/s"}},
        }},
    })
}

fn architecture() -> Value {
    json!({
        "components": {
            "app": {"kind": "service", "technology": "go", "instances": 2, "zones": 2,
                    "size": {"vcpu": 2, "memory": "4 GiB"}, "concurrency": 100},
            "db": {"kind": "store", "technology": "postgresql", "instances": 2, "zones": 2,
                   "managed": true, "size": {"vcpu": 2, "memory": "8 GiB"},
                   "replication": {"mode": "synchronous", "failover": "60 s"}},
            "bank": {"kind": "external", "availability": "99.9 %",
                     "latency": {"p50": "200 ms", "p99": "900 ms"}},
        },
        "relations": {
            "app-db": {"from": "app", "to": "db", "pool": 10},
            "app-bank": {"from": "app", "to": "bank"},
        },
        "data": {"orders": {"store": "db", "row": "400 B", "primary_key": ["id"],
                            "columns": {"id": {"type": "uuid"}, "customer": {"type": "uuid"}},
                            "indexes": {"by-customer": {"columns": ["customer"]}},
                            "retention": {"keep": "2 years"}}},
        "paths": {
            "place-order": {"transaction": "local", "steps": [
                {"on": "app", "work": "request"},
                {"on": "db", "work": "insert", "table": "orders"},
                {"on": "db", "work": "commit"},
            ]},
            "read-order": {"steps": [
                {"on": "app", "work": "request"},
                {"on": "db", "work": "point-read", "table": "orders"},
            ]},
            "pay": {"steps": [
                {"on": "app", "work": "request"},
                {"on": "bank", "work": "external"},
                {"on": "db", "work": "commit", "background": true},
            ]},
        },
    })
}

fn system(brief: Value, architecture: Value) -> System {
    let brief: Brief = serde_json::from_value(brief).unwrap();
    let architecture: Architecture = serde_json::from_value(architecture).unwrap();
    System {
        brief,
        architecture,
    }
}

fn shop() -> System {
    system(brief(), architecture())
}

fn cpu_us(technology: &str, operation: Operation, indexes: f64) -> f64 {
    let technology = Knowledge::embedded().technology(technology).unwrap();
    technology
        .demand(operation)
        .unwrap()
        .cpu_us_for(1.0, indexes, 0.0)
        .unwrap()
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!(
        (value / expected - 1.0).abs() < 1e-9,
        "{value} is not {expected}"
    );
}

#[test]
fn utilisation_is_rate_times_the_facts() {
    let outcome = evaluate(&shop(), Knowledge::embedded(), &Scenario::default());
    assert_eq!(outcome.findings, [], "{:#?}", outcome.findings);
    let value = outcome.value;
    let request = cpu_us("go", Operation::Request, 0.0);
    near(
        value.components["app"].pools["main"].utilisation,
        420.0 * request * 1e-6 / 4.0,
    );
    let insert = cpu_us("postgresql", Operation::Insert, 1.0);
    let commit = cpu_us("postgresql", Operation::Commit, 0.0);
    let read = cpu_us("postgresql", Operation::PointRead, 0.0);
    let work = 100.0 * (insert + commit) + 300.0 * read + 20.0 * commit;
    // One instance takes the writes, on two processors.
    near(
        value.components["db"].pools["main"].utilisation,
        work * 1e-6 / 2.0,
    );
    let limit = value.system.saturates_at.unwrap();
    let busiest = value
        .components
        .values()
        .filter_map(|c| c.pools.get("main"))
        .map(|p| p.utilisation)
        .fold(0.0, f64::max);
    near(limit * busiest, 1.0);
    assert!(value.operations["place-order"].response.is_some());
    // One round trip for each of two statements.
    near(value.operations["place-order"].network_ms, 1.0);
    near(value.operations["pay"].network_ms, 0.5);
}

#[test]
fn an_outside_answer_keeps_its_percentiles() {
    let value = evaluate(&shop(), Knowledge::embedded(), &Scenario::default()).value;
    let pay = value.operations["pay"].response.unwrap();
    // 200 ms and 900 ms of the bank, and under 2 ms of our own.
    assert!((200.0..203.0).contains(&pay.p50_ms), "{pay:?}");
    assert!((900.0..906.0).contains(&pay.p99_ms), "{pay:?}");
    assert!(value.operations["pay"].background.is_some());
    assert!(
        value.operations["pay"]
            .steps
            .iter()
            .any(|s| s.background && s.component == "db")
    );
}

#[test]
fn availability_counts_shared_parts_once() {
    let known = Knowledge::embedded();
    let value = evaluate(&shop(), known, &Scenario::default()).value;
    let figure = |technology: &str, scope| {
        known
            .technology(technology)
            .unwrap()
            .availability(scope)
            .unwrap()
            .fraction()
    };
    let machine = figure("systemd-vm", Scope::Instance);
    let region = figure("systemd-vm", Scope::ZoneRedundant);
    let db = figure("postgresql", Scope::ZoneRedundant);
    let app = region * (1.0 - (1.0 - machine).powi(2));
    near(value.components["app"].availability.unwrap(), app);
    near(
        value.operations["place-order"].availability.unwrap(),
        app * db,
    );
    // Paying needs the bank, and the database only afterwards.
    near(value.operations["pay"].availability.unwrap(), app * 0.999);
    near(value.system.availability.unwrap(), app * db * 0.999);
    let stopped: Vec<_> = value.operations["pay"]
        .stopped_by
        .iter()
        .map(|s| s.join(" "))
        .collect();
    assert_eq!(stopped, ["bank", "region", "app in zone a app in zone b"]);
}

#[test]
fn a_lost_zone_takes_its_instances() {
    let scenario = Scenario {
        lose_zone: Some("zone-a".into()),
        ..Scenario::default()
    };
    let calm = evaluate(&shop(), Knowledge::embedded(), &Scenario::default()).value;
    let lost = evaluate(&shop(), Knowledge::embedded(), &scenario).value;
    let utilisation =
        |e: &groundplan_evaluate::Evaluation, id: &str| e.components[id].pools["main"].utilisation;
    near(utilisation(&lost, "app"), 2.0 * utilisation(&calm, "app"));
    // The database fails over: the same work on one instance.
    near(utilisation(&lost, "db"), utilisation(&calm, "db"));
    let app = |e: &groundplan_evaluate::Evaluation| e.components["app"].availability.unwrap();
    assert!(app(&lost) < app(&calm));
    let mut alone = architecture();
    alone["components"]["app"]["instances"] = json!(1);
    let gone = evaluate(&system(brief(), alone), Knowledge::embedded(), &scenario);
    assert!(gone.value.components["app"].pools["main"].saturated);
    assert_eq!(gone.value.operations["pay"].availability, Some(0.0));
    assert!(gone.value.operations["pay"].response.is_none());
    assert!(
        gone.findings
            .iter()
            .any(|f| f.key() == "saturated@components.app")
    );
}

#[test]
fn overload_is_a_finding_without_times() {
    let outcome = evaluate(&shop(), Knowledge::embedded(), &Scenario::at(1000.0));
    let place = &outcome.value.operations["place-order"];
    assert!(place.response.is_none() && place.unverified.is_empty());
    assert_eq!(place.saturated_by, ["app", "db"]);
    let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
    assert!(
        keys.contains(&"saturated@components.db".to_string()),
        "{keys:?}"
    );
}

#[test]
fn a_missing_fact_is_named_and_nothing_is_invented() {
    let mut unknown = architecture();
    unknown["paths"]["read-order"]["steps"][1]["work"] = json!("sign");
    let mut silent = brief();
    silent["domain"]["operations"]["pay"]
        .as_object_mut()
        .unwrap()
        .remove("rate");
    let outcome = evaluate(
        &system(silent, unknown),
        Knowledge::embedded(),
        &Scenario::default(),
    );
    let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
    assert_eq!(
        keys,
        [
            "missing-fact@components.db.sign",
            "missing-fact@operations.pay.rate"
        ]
    );
    assert!(
        outcome.findings[0].why.contains("`read-order`"),
        "{:?}",
        outcome.findings[0]
    );
    let value = outcome.value;
    assert!(value.operations["read-order"].response.is_none());
    assert!(value.operations["read-order"].unverified[0].contains("`sign` on postgresql"));
    assert!(value.operations["pay"].response.is_none());
    assert!(value.operations["place-order"].response.is_some());
    assert_eq!(value.components["db"].incomplete, ["read-order"]);
}

#[test]
fn connections_follow_littles_law() {
    let value = evaluate(&shop(), Knowledge::embedded(), &Scenario::default()).value;
    let held = &value.relations["app-db"];
    assert_eq!(held.limit, 20);
    // 100/s hold one over two statements and two round trips, 300/s over one of each.
    let place = &value.operations["place-order"];
    let read = &value.operations["read-order"];
    let db = |o: &groundplan_evaluate::result::OperationResult| {
        let steps = o.steps.iter().filter(|s| s.component == "db");
        steps.map(|s| s.wait_ms + s.service_ms).sum::<f64>() + o.network_ms
    };
    near(held.mean.unwrap(), 0.1 * db(place) + 0.3 * db(read));
    assert!(!held.exceeded);
    let mut few = architecture();
    few["paths"]["place-order"]["steps"][1]["wait"] = json!("400 ms");
    let outcome = evaluate(
        &system(brief(), few),
        Knowledge::embedded(),
        &Scenario::default(),
    );
    assert!(
        outcome
            .findings
            .iter()
            .any(|f| f.key() == "held-limit@relations.app-db")
    );
}

#[test]
fn storage_and_cost_add_up() {
    let value = evaluate(&shop(), Knowledge::embedded(), &Scenario::default()).value;
    let orders = &value.tables["orders"];
    near(orders.new_rows_per_s, 10.0);
    // Doubling every year: the first brings 1 / ln 2 years' worth.
    near(orders.rows[1], 10.0 * 31_557_600.0 / std::f64::consts::LN_2);
    // Two indexes of one uuid each.
    near(
        orders.bytes.unwrap()[1],
        orders.rows[1] * (400.0 + 2.0 * 32.0),
    );
    let total: f64 = value.cost.items.iter().map(|i| i.amount_per_month()).sum();
    near(value.cost.total_per_month["USD"], total);
    let lines: Vec<&str> = value
        .cost
        .items
        .iter()
        .map(|i| i.element.as_str())
        .collect();
    assert!(
        lines.contains(&"components.app") && lines.contains(&"components.db"),
        "{lines:?}"
    );
    assert!(
        value
            .cost
            .items
            .iter()
            .all(|i| i.source.contains("aws-eu-central-1"))
    );
}

#[test]
fn every_number_can_be_asked_for() {
    let value = evaluate(&shop(), Knowledge::embedded(), &Scenario::default()).value;
    let (key, p99) = value.explain("place-order.p99").unwrap();
    assert_eq!(key, "operations.place-order.p99");
    assert_eq!(
        p99.value,
        value.operations["place-order"].response.unwrap().p99_ms
    );
    assert!(
        p99.inputs
            .iter()
            .any(|i| i.source == "operations.place-order.rate")
    );
    assert!(
        p99.inputs
            .iter()
            .any(|i| i.source.contains("measured here")),
        "{p99:#?}"
    );
    for key in [
        "db.utilisation",
        "orders.bytes-3y",
        "app-db.connections",
        "system.saturates-at",
        "system.availability",
        "cost.USD",
        "pay.availability",
        "pay.background.p99",
    ] {
        let found = value.explain(key);
        assert!(
            found.is_some_and(|(_, e)| e.value.is_finite() && !e.formula.is_empty()),
            "{key}"
        );
    }
    // What leaves is data: it can be read back, and no number became null.
    let text = serde_json::to_string(&value).unwrap();
    let back: groundplan_evaluate::Evaluation = serde_json::from_str(&text).unwrap();
    assert_eq!(back.explanations.len(), value.explanations.len());
    let quick = evaluate(&shop(), Knowledge::embedded(), &Scenario::quick()).value;
    assert!(quick.explanations.is_empty());
    let (a, b) = (
        quick.operations["read-order"].response,
        value.operations["read-order"].response,
    );
    assert!((a.unwrap().p95_ms / b.unwrap().p95_ms - 1.0).abs() < 0.1);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = evaluate(&shop(), Knowledge::embedded(), &Scenario::default());
    let two = evaluate(&shop(), Knowledge::embedded(), &Scenario::default());
    assert_eq!(
        serde_json::to_string(&one.value).unwrap(),
        serde_json::to_string(&two.value).unwrap()
    );
}
