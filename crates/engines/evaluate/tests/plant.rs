//! The plant of a small shop: who calls whom, what is held, what is a miss.

use groundplan_evaluate::Scenario;
use groundplan_evaluate::plant::{Act, Call, Flow, Plant, ResourceKind, build};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};
use serde_json::{Value, json};

fn plant(change: impl FnOnce(&mut Value, &mut Value)) -> Plant {
    let mut brief = serde_json::from_str(include_str!("shop/brief.json")).unwrap();
    let mut architecture = serde_json::from_str(include_str!("shop/architecture.json")).unwrap();
    change(&mut brief, &mut architecture);
    let brief: Brief = serde_json::from_value(brief).unwrap();
    let architecture: Architecture = serde_json::from_value(architecture).unwrap();
    let system = System {
        brief,
        architecture,
        ..System::default()
    };
    build(&system, Knowledge::embedded(), &Scenario::default()).value
}

fn flow<'a>(plant: &'a Plant, id: &str) -> &'a Flow {
    plant.flows.iter().find(|f| f.id == id).unwrap()
}

#[track_caller]
fn call(act: &Act) -> &Call {
    match act {
        Act::Call(call) => call,
        other => panic!("{other:?} is no call"),
    }
}

fn resource(plant: &Plant, index: usize) -> &str {
    &plant.resources[index].id
}

#[test]
fn a_transaction_keeps_one_connection() {
    let plant = plant(|_, _| {});
    let order = call(&flow(&plant, "place-order").body[0]);
    assert_eq!(order.to, "app");
    assert_eq!(resource(&plant, order.holds[0]), "components.app");
    let [
        Act::Work(_),
        Act::Hold {
            resource: held,
            body,
        },
    ] = &order.body[..]
    else {
        panic!("{:?}", order.body);
    };
    assert_eq!(resource(&plant, *held), "relations.app-db");
    assert_eq!(body.len(), 2);
    for act in body {
        assert!(call(act).holds.is_empty() && call(act).hop_s == 0.0005);
    }
    // Without a transaction each statement takes its own.
    let read = call(&flow(&plant, "read-order").body[0]);
    assert_eq!(
        resource(&plant, call(&read.body[1]).holds[0]),
        "relations.app-db"
    );
    let connections = &plant.resources[*held];
    assert_eq!(
        (connections.limit, connections.kind),
        (20, ResourceKind::Connections)
    );
    // The bank is elsewhere, and paying goes on after its answer.
    let pay = flow(&plant, "pay");
    let bank = call(&call(&pay.body[0]).body[1]);
    assert!(matches!(&bank.body[0], Act::Work(w) if w.station.is_none()));
    assert_eq!(call(&pay.background[0]).to, "db");
}

#[test]
fn stations_stand_in_zones_and_are_taken_over() {
    let plant = plant(|_, a| {
        a["components"]["app"]["autoscale"] = json!({"min": 2, "max": 6, "at": "60 %"});
        a["components"]["app"]["instances"] = json!(3);
    });
    let station = |id: &str| plant.stations.iter().find(|s| s.id == id).unwrap();
    let app = station("app.main");
    assert_eq!((app.processors, app.takes_over_s), (6.0, None));
    assert!((app.zones[0] - 2.0 / 3.0).abs() < 1e-12 && app.zones.len() == 2);
    let scaling = app.scaling.unwrap();
    assert_eq!(
        (scaling.least, scaling.most, scaling.step, scaling.at),
        (4.0, 12.0, 2.0, 0.6)
    );
    let db = station("db.main");
    assert_eq!((db.processors, db.takes_over_s), (2.0, Some(60.0)));
    assert_eq!(db.zones, [1.0]);
}

#[test]
fn what_nested_calls_do_is_told_per_call() {
    let plant = plant(|_, a| {
        a["components"]["prices"] = json!({"kind": "service", "technology": "go",
            "instances": 1, "size": {"vcpu": 1}, "concurrency": 8});
        a["relations"]["app-prices"] = json!({"from": "app", "to": "prices", "timeout": "300 ms",
            "retry": {"attempts": 3, "backoff": "20 ms", "budget": "10 %"},
            "breaker": {"failures": 5, "recovery": "30 s"}, "bulkhead": 4,
            "fallback": {"shows": "no price"}});
        a["relations"]["prices-db"] = json!({"from": "prices", "to": "db"});
        let steps = a["paths"]["read-order"]["steps"].as_array_mut().unwrap();
        steps.push(json!({"on": "prices", "work": "request", "times": 2, "probability": "25 %"}));
        steps.push(
            json!({"on": "db", "work": "point-read", "table": "orders", "via": "prices-db",
            "times": 6, "probability": "5 %"}),
        );
        steps.push(json!({"on": "app", "work": "call", "times": 3}));
    });
    let read = call(&flow(&plant, "read-order").body[0]);
    let prices = call(&read.body[2]);
    assert_eq!((prices.often.share, prices.often.times), (0.25, 2.0));
    let inside = call(&prices.body[1]);
    // A fifth of the runs that ask for prices, thrice for each of the two.
    assert!((inside.often.share - 0.2).abs() < 1e-12 && (inside.often.times - 3.0).abs() < 1e-12);
    assert_eq!(prices.fallback, Some(Vec::new()));
    let names: Vec<&str> = prices.holds.iter().map(|h| resource(&plant, *h)).collect();
    assert_eq!(
        names,
        ["relations.app-prices.bulkhead", "components.prices"]
    );
    let link = &plant.links[prices.link.unwrap()];
    assert_eq!(
        (link.timeout_s, link.breaker.unwrap().recovery_s),
        (Some(0.3), 30.0)
    );
    assert_eq!(link.retry.unwrap().attempts, 3);
    let bulkhead = &plant.resources[prices.holds[0]];
    assert_eq!((bulkhead.limit, bulkhead.queue), (8, Some(0)));
    // The work after the return is the application's own.
    assert!(matches!(&read.body[3], Act::Work(w) if w.often.times == 3.0));
}

#[test]
fn branches_of_one_caller_run_side_by_side_with_what_they_call() {
    let plant = plant(|_, a| {
        a["components"]["prices"] = json!({"kind": "service", "technology": "go",
            "instances": 1, "size": {"vcpu": 1}});
        a["relations"]["app-prices"] = json!({"from": "app", "to": "prices"});
        a["relations"]["prices-db"] = json!({"from": "prices", "to": "db"});
        let steps = a["paths"]["read-order"]["steps"].as_array_mut().unwrap();
        steps.push(json!({"on": "prices", "work": "request", "parallel": "both"}));
        steps.push(
            json!({"on": "db", "work": "point-read", "table": "orders", "via": "prices-db",
            "parallel": "both"}),
        );
        steps.push(json!({"on": "bank", "work": "external", "parallel": "both"}));
    });
    let read = call(&flow(&plant, "read-order").body[0]);
    let Act::Together(branches) = &read.body[2] else {
        panic!("{:?}", read.body);
    };
    let callees: Vec<&str> = branches.iter().map(|b| call(&b[0]).to.as_str()).collect();
    assert_eq!(callees, ["prices", "bank"]);
    assert_eq!(call(&call(&branches[0][0]).body[1]).to, "db");
}

#[test]
fn a_cache_misses_as_often_as_the_path_goes_on() {
    let plant = plant(|_, a| {
        a["components"]["cache"] = json!({"kind": "cache", "technology": "valkey",
            "instances": 1, "size": {"vcpu": 2, "memory": "485 MB"}});
        a["relations"]["app-cache"] = json!({"from": "app", "to": "cache"});
        a["data"]["orders"]["rows"] = json!("5M");
        a["data"]["kept"] = json!({"store": "cache", "kind": "cache-entries",
            "primary_key": ["id"], "columns": {"id": {"type": "uuid"}}});
        let steps = a["paths"]["read-order"]["steps"].as_array_mut().unwrap();
        steps[1]["probability"] = json!("20 %");
        steps.insert(
            1,
            json!({"on": "cache", "work": "get", "table": "orders", "cpu": "5 us"}),
        );
        steps.push(
            json!({"on": "cache", "work": "set", "table": "orders", "cpu": "5 us",
            "probability": "20 %"}),
        );
    });
    let cache = &plant.caches[0];
    assert!((cache.hit - 0.8).abs() < 1e-12 && (cache.lookups_per_s - 300.0).abs() < 1e-9);
    assert_eq!(cache.objects, 5e6);
    // 485 bytes each: 400 of the row and 85 around it.
    assert!((cache.capacity - 1e6).abs() < 1.0, "{cache:?}");
    let read = call(&flow(&plant, "read-order").body[0]);
    let missed: Vec<_> = read.body[1..]
        .iter()
        .map(|a| call(a).often.miss_of)
        .collect();
    assert_eq!(missed, [None, Some(0), Some(0)]);
}

#[test]
fn work_after_the_answer_is_taken_up_by_a_worker() {
    let plant = plant(|_, a| {
        a["components"]["worker"] = json!({"kind": "worker", "technology": "go", "instances": 2,
            "size": {"vcpu": 1}, "concurrency": 4});
        a["relations"]["worker-db"] = json!({"from": "worker", "to": "db"});
        a["relations"]["worker-bank"] = json!({"from": "worker", "to": "bank"});
        let steps = a["paths"]["place-order"]["steps"].as_array_mut().unwrap();
        for (on, work, via) in [
            ("db", "dequeue", "worker-db"),
            ("bank", "external", "worker-bank"),
        ] {
            steps.push(
                json!({"on": on, "work": work, "via": via, "table": "orders",
                "background": true}),
            );
        }
        steps.push(json!({"on": "worker", "work": "call", "background": true}));
    });
    let order = flow(&plant, "place-order");
    let worker = call(&order.background[0]);
    assert_eq!(
        (worker.to.as_str(), worker.link, worker.hop_s),
        ("worker", None, 0.0)
    );
    assert_eq!(resource(&plant, worker.holds[0]), "components.worker");
    assert_eq!(plant.resources[worker.holds[0]].limit, 8);
    let callees: Vec<&str> = worker.body[..2]
        .iter()
        .map(|a| call(a).to.as_str())
        .collect();
    assert_eq!(callees, ["db", "bank"]);
    assert!(matches!(&worker.body[2], Act::Work(_)) && order.background.len() == 1);
}
