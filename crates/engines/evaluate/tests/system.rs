//! A small shop, from the model to its numbers, against the arithmetic done by hand.

use groundplan_evaluate::{Scenario, evaluate};
use knowledge::{Knowledge, Operation, Scope};
use model::{Architecture, Brief, System};
use serde_json::{Value, json};

fn brief() -> Value {
    serde_json::from_str(include_str!("shop/brief.json")).unwrap()
}

fn architecture() -> Value {
    serde_json::from_str(include_str!("shop/architecture.json")).unwrap()
}

fn system(brief: Value, architecture: Value) -> System {
    let brief: Brief = serde_json::from_value(brief).unwrap();
    let architecture: Architecture = serde_json::from_value(architecture).unwrap();
    System {
        brief,
        architecture,
        ..System::default()
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
    // A payment keeps a slot of the application while the bank answers: those run out first.
    let first = value.system.saturates_first.as_deref();
    assert_eq!(first, Some("slots of app"));
    let mut endless = architecture();
    let app = endless["components"]["app"].as_object_mut().unwrap();
    app.remove("concurrency");
    endless["relations"]["app-db"]["pool"] = json!(1000);
    let system = system(brief(), endless);
    let open = evaluate(&system, Knowledge::embedded(), &Scenario::default()).value;
    let limit = open.system.saturates_at.unwrap();
    assert!(value.system.saturates_at.unwrap() < limit);
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
    // The way to the bank is part of the bank's answer time.
    assert_eq!(value.operations["pay"].network_ms, 0.0);
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
    // 100/s hold one over two statements and two round trips, 300/s over one of each, and 20/s over
    // the commit after the payment's answer.
    let place = &value.operations["place-order"];
    let read = &value.operations["read-order"];
    let db = |o: &groundplan_evaluate::result::OperationResult| {
        let steps = o.steps.iter().filter(|s| s.component == "db");
        steps.map(|s| s.wait_ms + s.service_ms).sum::<f64>() + o.network_ms
    };
    let after = value.operations["pay"].background.unwrap().mean_ms;
    let mean = 0.1 * db(place) + 0.3 * db(read) + 0.02 * after;
    near(held.mean.unwrap(), mean);
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
    // Each request leaves a line of 500 B.
    let logs = value
        .cost
        .items
        .iter()
        .find(|i| i.what.contains("of logs"))
        .expect("logs are billed");
    let mean: f64 = shop()
        .runs()
        .filter_map(|(_, o, _)| shop().brief.mean_rate(o))
        .map(|r| r.0)
        .sum();
    near(
        logs.quantity,
        mean * 500.0 * 730.0 * 3600.0 / 1_073_741_824.0,
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

#[test]
fn autoscaling_follows_the_load() {
    let mut elastic = architecture();
    elastic["components"]["app"]["autoscale"] = json!({"min": 2, "max": 20, "at": "50 %"});
    let shop = system(brief(), elastic);
    let at = |load| evaluate(&shop, Knowledge::embedded(), &Scenario::at(load)).value;
    assert_eq!(at(1.0).components["app"].instances, Some(2));
    // 500 times: 420/s of 38 us are 8 processors' work; half busy on two each, 9 instances.
    let many = at(500.0);
    let work = 500.0 * 420.0 * cpu_us("go", Operation::Request, 0.0) * 1e-6;
    assert_eq!(
        many.components["app"].instances,
        Some((work / (2.0 * 0.5)).ceil() as usize)
    );
    assert!(many.components["app"].pools["main"].utilisation <= 0.5);
    assert_eq!(at(100_000.0).components["app"].instances, Some(20));
    assert_eq!(many.system.saturates_first.as_deref(), Some("db"));
}

#[test]
fn readers_take_the_reads_of_paths_that_do_not_write() {
    let mut read = architecture();
    read["components"]["db"]["replication"]["readers"] = json!(1);
    let value = evaluate(
        &system(brief(), read),
        Knowledge::embedded(),
        &Scenario::default(),
    )
    .value;
    let pools = &value.components["db"].pools;
    near(pools["main"].arrival_per_s, 220.0);
    near(pools["readers"].arrival_per_s, 300.0);
}

#[test]
fn what_runs_inside_another_shares_its_processors_and_its_fate() {
    let mut inside = architecture();
    inside["components"]["edge"] =
        json!({"kind": "gateway", "technology": "nginx", "runs_in": "app"});
    let steps = inside["paths"]["read-order"]["steps"]
        .as_array_mut()
        .unwrap();
    steps.insert(0, json!({"on": "edge", "work": "proxy"}));
    let value = evaluate(
        &system(brief(), inside),
        Knowledge::embedded(),
        &Scenario::default(),
    )
    .value;
    near(value.components["app"].pools["main"].arrival_per_s, 720.0);
    assert_eq!(
        value.components["edge"].availability,
        value.components["app"].availability
    );
    // The hop inside the machine costs nothing.
    near(value.operations["read-order"].network_ms, 0.5);
}

#[test]
fn side_by_side_takes_as_long_as_the_slowest() {
    let mut both = architecture();
    let bank = json!({"on": "bank", "work": "external", "parallel": "checks"});
    let steps = both["paths"]["read-order"]["steps"].as_array_mut().unwrap();
    steps.push(bank.clone());
    steps.push(bank);
    let value = evaluate(
        &system(brief(), both),
        Knowledge::embedded(),
        &Scenario::default(),
    )
    .value;
    let read = value.operations["read-order"].response.unwrap();
    // Half of the longer of two answers are within the 70.7 % quantile of one: 101 ms + ln(1/.293) * 178.9 ms.
    let single = (900.0 - 200.0) / (100f64.ln() - 2f64.ln());
    let expected = 200.0 - single * 2f64.ln() - single * (1.0 - 0.5f64.sqrt()).ln();
    assert!(
        (read.p50_ms / expected - 1.0).abs() < 0.02,
        "{read:?}, not {expected}"
    );
}

#[test]
fn a_fallback_makes_a_component_dispensable() {
    let mut soft = architecture();
    soft["relations"]["app-bank"]["fallback"] = json!({"shows": "payment is taken later"});
    let value = evaluate(
        &system(brief(), soft),
        Knowledge::embedded(),
        &Scenario::default(),
    )
    .value;
    assert_eq!(
        value.operations["pay"].availability,
        value.components["app"].availability
    );
}

#[test]
fn absurd_numbers_are_findings_not_panics() {
    let mut absurd = architecture();
    absurd["components"]["app"]["instances"] = json!(4_000_000_000_u32);
    absurd["components"]["app"]["zones"] = json!(7);
    absurd["paths"]["pay"]["steps"][0]["times"] = json!(-3.0);
    absurd["paths"]["pay"]["steps"][1]["rows"] = json!(-3.0);
    let scenario = Scenario {
        lose_zone: Some("zone-c".into()),
        ..Scenario::at(f64::INFINITY)
    };
    let outcome = evaluate(&system(brief(), absurd), Knowledge::embedded(), &scenario);
    let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
    assert_eq!(
        keys,
        [
            "out-of-range@components.app",
            "out-of-range@paths.pay.steps[0]"
        ]
    );
    let mut endless = architecture();
    endless["paths"]["pay"]["steps"][1]["wait"] = json!("3 months");
    let outcome = evaluate(
        &system(brief(), endless),
        Knowledge::embedded(),
        &Scenario::default(),
    );
    let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
    // A wait is held to 1e6 s, and nobody has so many threads.
    assert_eq!(keys, ["held-limit@components.app"]);
    let nowhere = System::default();
    assert_eq!(
        evaluate(&nowhere, Knowledge::embedded(), &Scenario::default()).findings,
        []
    );
}

#[test]
fn a_service_without_machines_is_known_by_its_answer_time() {
    let mut edge = architecture();
    edge["components"]["user"] = json!({"kind": "client"});
    edge["components"]["edge"] =
        json!({"kind": "load-balancer", "technology": "aws-alb", "zones": 2});
    let steps = edge["paths"]["read-order"]["steps"].as_array_mut().unwrap();
    steps.insert(0, json!({"on": "user", "work": "call"}));
    steps.insert(1, json!({"on": "edge", "work": "proxy"}));
    let known = Knowledge::embedded();
    let outcome = evaluate(&system(brief(), edge.clone()), known, &Scenario::default());
    if known
        .technology("aws-alb")
        .unwrap()
        .demand(Operation::Proxy)
        .is_none()
    {
        let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
        assert_eq!(keys, ["missing-fact@components.edge.proxy"]);
        assert_eq!(outcome.findings[0].place.path, "paths.read-order.steps[1]");
    }
    edge["components"]["edge"]["latency"] = json!({"p50": "1 ms"});
    let value = evaluate(&system(brief(), edge), known, &Scenario::default()).value;
    let read = &value.operations["read-order"];
    assert!(read.response.unwrap().p50_ms > 2.0);
    // From the edge to the application and on to the database, not from the user to the edge.
    near(read.network_ms, 1.0);
}

#[test]
fn the_peak_takes_the_spikes_that_concern_an_operation() {
    let mut spiky = brief();
    spiky["scale"]["spikes"] =
        json!({"sale": {"factor": 8.0, "lasts": "1 h", "operations": ["place-order"]}});
    spiky["domain"]["operations"]["pay"]["rate"]["peak"] = json!("77/s");
    let value = evaluate(
        &system(spiky, architecture()),
        Knowledge::embedded(),
        &Scenario::peak(),
    )
    .value;
    let rate = |id: &str| value.operations[id].rate_per_s.unwrap();
    near(rate("place-order"), 800.0);
    near(rate("read-order"), 300.0);
    near(rate("pay"), 77.0);
}
