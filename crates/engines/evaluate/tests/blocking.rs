//! Waiting for connections and slots, against hand computations.

use groundplan_evaluate::network::*;
use groundplan_evaluate::queueing::{Mmc, erlang_b};
use groundplan_evaluate::{Scenario, evaluate};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};
use proptest::prelude::*;
use serde_json::{Value, json};

fn pool(servers: Option<usize>) -> Pool {
    Pool {
        id: "pool".into(),
        discipline: Discipline::Shared,
        capacity: servers.map_or(Capacity::Unlimited, Capacity::Servers),
        speed: 1.0,
    }
}

fn visit(pool: usize, demand_s: f64) -> Visit {
    Visit {
        pool,
        demand_s,
        scv: 1.0,
        count: 1.0,
        probability: 1.0,
        parallel: None,
    }
}

fn held(limit: usize, queue: Option<usize>, holders: Vec<Holder>) -> Held {
    Held {
        id: "connections".into(),
        limit,
        queue,
        holders,
    }
}

fn network(pools: Vec<Pool>, rate_per_s: f64, visits: Vec<Visit>, held: Vec<Held>) -> Network {
    let class = Class {
        id: "ask".into(),
        rate_per_s,
        visits,
        fixed_latency_s: 0.0,
    };
    Network::new(pools, vec![class], held).unwrap()
}

#[track_caller]
fn near(value: f64, expected: f64, share: f64) {
    assert!(
        (value / expected - 1.0).abs() < share,
        "{value} is not {expected}"
    );
}

#[test]
fn connections_for_an_answer_from_outside_are_an_mmc_station() {
    let connections = held(2, None, vec![Holder::once(0, 0, 1, 0.0)]);
    let network = network(
        vec![pool(None)],
        1.6,
        vec![visit(0, 1.0)],
        vec![connections],
    );
    let solution = network.solve(1.0, Method::Distribution);
    let exact = Mmc::new(2, 1.6, 1.0).unwrap();
    let line = solution.held[0].line.unwrap();
    near(line.wait_probability, exact.wait_probability(), 1e-9);
    near(line.mean_wait_s, exact.mean_wait_s(), 1e-9);
    near(line.utilisation, 0.8, 1e-9);
    let times = solution.classes[0].times.as_ref().unwrap();
    near(times.held_wait_s, exact.mean_wait_s(), 1e-9);
    near(times.response.mean_s, exact.mean_response_s(), 1e-9);
    near(times.response.p99_s, exact.quantile_s(0.99), 3e-3);
    // The path has its own visits only, in order.
    assert_eq!(times.path.len(), 1);
    assert_eq!((times.path[0].pool, times.path[0].wait_s), (0, 0.0));
    // Two of a second each: 2 a second.
    let limit = network.held_saturates_at(None).unwrap();
    near(limit.load_factor, 2.0 / 1.6, 2e-3);
    let over = network.solve(1.3, Method::Moments);
    assert!(over.held[0].saturated);
    assert!(over.classes[0].times.is_none());
    assert_eq!(over.classes[0].saturated_held, [0]);
    assert!(over.classes[0].saturated_by.is_empty());
}

#[test]
fn a_busy_database_behind_connections_is_waited_for_once() {
    // Two processors of .1 s, 19 a second, ten connections around them.
    let connections = held(10, None, vec![Holder::once(0, 0, 1, 0.0)]);
    let network = network(
        vec![pool(Some(2))],
        19.0,
        vec![visit(0, 0.1)],
        vec![connections],
    );
    let exact = Mmc::new(2, 19.0, 10.0).unwrap();
    let solution = network.solve(1.0, Method::Moments);
    let times = solution.classes[0].times.as_ref().unwrap();
    near(times.response.mean_s, exact.mean_response_s(), 1e-9);
    // Most of the wait is for a connection, and the rest for a processor.
    assert!(times.held_wait_s > 0.4 * exact.mean_wait_s());
    near(
        times.held_wait_s + times.path[0].wait_s,
        exact.mean_wait_s(),
        1e-9,
    );
    // The database is what saturates, not its connections.
    assert_eq!(network.held_saturates_at(Some(20.0 / 19.0)), None);
}

#[test]
fn what_is_held_meanwhile_holds_longer() {
    // A slot around .5 s elsewhere and a connection held for 1 s; 2 connections, 1.6/s.
    let inner = Holder {
        order: 1,
        depth: 1,
        ..Holder::once(0, 1, 2, 0.0)
    };
    let slots = |limit| held(limit, None, vec![Holder::once(0, 0, 2, 0.0)]);
    let solve = |limit| {
        let visits = vec![visit(0, 0.5), visit(0, 1.0)];
        let all = vec![slots(limit), held(2, None, vec![inner])];
        network(vec![pool(None)], 1.6, visits, all).solve(1.0, Method::Moments)
    };
    let wide = solve(10_000);
    let alone = Mmc::new(2, 1.6, 1.0).unwrap();
    let mean = |s: &Solution| s.classes[0].times.as_ref().map(|t| t.response.mean_s);
    near(mean(&wide).unwrap(), 0.5 + alone.mean_response_s(), 1e-9);
    assert_eq!(wide.held[0].line.unwrap().mean_wait_s, 0.0);
    // Simulated, three runs of 400,000 requests each: 3.70 s, of which 1.74 s before a slot.
    let few = solve(4);
    near(mean(&few).unwrap(), 3.70, 0.03);
    near(few.held[0].line.unwrap().mean_wait_s, 1.74, 0.04);
    let six = solve(6);
    near(mean(&six).unwrap(), 3.272, 0.02);
    near(six.held[0].line.unwrap().mean_wait_s, 0.882, 0.02);
    assert!(mean(&few) > mean(&wide));
    assert!(few.held[0].line.unwrap().mean_wait_s > 0.0);
    // Two slots only: neither can be given back fast enough, for want of slots.
    let none = solve(2);
    assert!(none.held[0].saturated && none.classes[0].times.is_none());
}

#[test]
fn a_bulkhead_refuses_as_erlang_lost_calls() {
    let bulkhead = held(3, Some(0), vec![Holder::once(0, 0, 1, 0.0)]);
    let network = network(vec![pool(None)], 2.0, vec![visit(0, 1.0)], vec![bulkhead]);
    let line = network.solve(1.0, Method::Moments).held[0].line.unwrap();
    near(line.refused, erlang_b(3, 2.0), 1e-9);
    assert_eq!(line.mean_wait_s, 0.0);
    // It never saturates: it refuses more.
    assert_eq!(network.held_saturates_at(None), None);
    assert!(
        network.solve(50.0, Method::Moments).held[0]
            .line
            .unwrap()
            .refused
            > 0.9
    );
}

#[test]
fn equal_answers_wait_half_as_long() {
    // M/D/1 by Pollaczek and Khinchine.
    let connections = held(1, None, vec![Holder::once(0, 0, 1, 0.0)]);
    let fixed = Visit {
        scv: 0.0,
        ..visit(0, 1.0)
    };
    let network = network(vec![pool(None)], 0.8, vec![fixed], vec![connections]);
    let line = network.solve(1.0, Method::Moments).held[0].line.unwrap();
    near(line.mean_wait_s, 2.0, 1e-9);
}

fn shop(change: impl FnOnce(&mut Value)) -> System {
    let brief: Brief = serde_json::from_str(include_str!("shop/brief.json")).unwrap();
    let mut architecture = serde_json::from_str(include_str!("shop/architecture.json")).unwrap();
    change(&mut architecture);
    let architecture: Architecture = serde_json::from_value(architecture).unwrap();
    System {
        brief,
        architecture,
        ..System::default()
    }
}

#[test]
fn connections_can_be_what_a_system_runs_out_of() {
    // 300 reads a second hold one of four connections for 10 ms and a round trip.
    let system = shop(|a| {
        a["relations"]["app-db"]["pool"] = json!(4);
        a["paths"]["read-order"]["steps"][1]["wait"] = json!("10 ms");
    });
    let outcome = evaluate(&system, Knowledge::embedded(), &Scenario::default());
    let value = outcome.value;
    let first = value.system.saturates_first.as_deref();
    assert_eq!(first, Some("connections of app-db"));
    let at = value.system.saturates_at.unwrap();
    // Eight connections, and 3.4 held in the mean: 300 * 10.6 ms and the orders.
    let mean = value.relations["app-db"].mean.unwrap();
    assert!(at < 8.01 / mean && at > 0.95 * 8.0 / mean, "{at}, {mean}");
    let wait = value.relations["app-db"].mean_wait_ms.unwrap();
    let read = &value.operations["read-order"];
    assert!(wait > 0.01 && read.held_wait_ms >= wait * 0.999);
    let (key, e) = value.explain("app-db.wait").unwrap();
    assert_eq!((key, e.value), ("relations.app-db.wait", wait));
    let over = evaluate(&system, Knowledge::embedded(), &Scenario::at(at * 1.05));
    assert!(over.value.relations["app-db"].saturated);
    let read = &over.value.operations["read-order"];
    assert_eq!(read.saturated_by, ["connections of app-db"]);
    assert!(read.response.is_none());
    let keys: Vec<String> = over.findings.iter().map(|f| f.key()).collect();
    assert!(
        keys.contains(&"held-limit@relations.app-db".into()),
        "{keys:?}"
    );
    let none = shop(|a| a["relations"]["app-db"]["pool"] = json!(0));
    let outcome = evaluate(&none, Knowledge::embedded(), &Scenario::default());
    let keys: Vec<String> = outcome.findings.iter().map(|f| f.key()).collect();
    assert!(
        keys.contains(&"impossible-pool@relations.app-db".into()),
        "{keys:?}"
    );
    assert!(
        !serde_json::to_string(&outcome.value)
            .unwrap()
            .contains("NaN")
    );
}

proptest! {
    /// More connections never make anybody wait longer, and whatever is asked, no number is odd.
    #[test]
    fn more_is_never_slower(
        limit in 1_usize..12,
        rate in 0.01_f64..30.0,
        demand in 0.001_f64..0.2,
        delay in 0.0_f64..0.5,
        servers in 1_usize..4,
        other in 0.0_f64..8.0,
    ) {
        let solve = |limit| {
            let own = Class {
                id: "own".into(),
                rate_per_s: rate,
                visits: vec![visit(0, demand), visit(1, delay)],
                fixed_latency_s: 0.0,
            };
            let rest = Class { id: "rest".into(), rate_per_s: other, visits: vec![visit(0, 0.1)], ..own.clone() };
            let connections = held(limit, None, vec![Holder::once(0, 0, 2, 0.001)]);
            Network::new(vec![pool(Some(servers)), pool(None)], vec![own, rest], vec![connections])
                .unwrap()
                .solve(1.0, Method::Moments)
        };
        let (few, more) = (solve(limit), solve(limit + 1));
        let mean = |s: &Solution| s.classes[0].times.as_ref().map(|t| t.response.mean_s);
        if let (Some(a), Some(b)) = (mean(&few), mean(&more)) {
            prop_assert!(a.is_finite() && b.is_finite() && b <= a * 1.02 + 1e-9, "{} {}", a, b);
        }
        prop_assert!(mean(&few).is_none() || mean(&more).is_some());
        if let Some(line) = few.held[0].line {
            prop_assert!((0.0..=1.0).contains(&line.wait_probability) && line.mean_wait_s >= 0.0);
            prop_assert!(line.utilisation <= 1.0 + 1e-9);
        }
    }
}

#[test]
fn repeats_that_keep_a_system_down_are_a_finding() {
    let system = shop(|a| {
        let app = &mut a["components"]["app"];
        app["instances"] = json!(1);
        app["size"]["vcpu"] = json!(1);
        a["paths"]["read-order"]["steps"][0]["cpu"] = json!("2 ms");
        a["components"]["reader"] = json!({"kind": "client"});
        a["relations"]["reader-app"] = json!({"from": "reader", "to": "app", "timeout": "300 ms",
            "retry": {"attempts": 4, "backoff": "50 ms"}});
        a["paths"]["read-order"]["steps"][0]["via"] = json!("reader-app");
    });
    let outcome = evaluate(&system, Knowledge::embedded(), &Scenario::default());
    let found = outcome.findings.iter().find(|f| f.rule == "metastable");
    let found = found.unwrap_or_else(|| panic!("{:#?}", outcome.findings));
    assert_eq!(found.key(), "metastable@relations.reader-app");
    let overload = outcome.value.system.overload.as_ref().unwrap();
    // 300/s of 2 ms, four times each: it comes back below .42 of the busiest hour.
    near(
        overload.recovers_below.unwrap(),
        1.0 / (300.0 * 0.002 * 4.0),
        0.03,
    );
    assert!(overload.collapses_at.unwrap() > 1.2);
    assert!(overload.links["reader-app"].timeouts < 1e-3);
    assert!(outcome.value.explain("reader-app.timeouts").is_some());
    let quick = evaluate(&system, Knowledge::embedded(), &Scenario::quick());
    assert_eq!(quick.value.system.overload, None);
}
