//! Evaluate and simulate as a person uses them: what if, growth, faults, seeds, and bad input.

mod support;

use support::*;

#[test]
fn what_if_shows_what_moves() {
    let folder = designed("orders", "what-if");
    let path = utf8(&folder);
    let moved = run(&["evaluate", path, "--what-if", "load=20x"]);
    moved.says(&["What if load=20x", "before", "after", "20x"]);
    let same = run(&["evaluate", path, "--what-if", "load=1x"]);
    same.says(&["No number moves."]);
    run(&["evaluate", path, "--what-if", "no-such-thing.x=3"])
        .exits(UNUSABLE)
        .says(&["unknown-target", "what-if:1:1"]);
    run(&["evaluate", path, "--what-if", "load"]).exits(UNUSABLE);
    let value = run(&["evaluate", path, "--what-if", "load=3x", "--format", "json"]).json();
    let moved = value["what_if"]["moved"].as_array().expect("a list");
    assert!(
        moved
            .iter()
            .any(|m| m["key"] == "operations.place-order.rate"
                && (m["change"].as_f64().expect("a number") - 2.0).abs() < 1e-9)
    );
}

#[test]
fn the_years_ahead_and_recovery_are_told() {
    let folder = designed("orders", "ahead");
    let path = utf8(&folder);
    run(&["evaluate", path, "--growth"]).says(&[
        "The years ahead",
        "40 % growth",
        "store: loss of a zone",
        "Tightest error budget",
    ]);
    let value = run(&["evaluate", path, "--growth", "--peak", "--format", "json"]).json();
    assert_eq!(value["evaluation"]["peak"], true);
    assert!(
        value["growth"]["points"]
            .as_array()
            .is_some_and(|p| p.len() > 4)
    );
    assert!(value["recovery"]["stores"]["store"]["losses"].is_array());
    assert_eq!(value["verdicts"]["place-order"]["judgement"], "pass");
}

#[test]
fn computed_stands_beside_simulated() {
    let folder = designed("orders", "beside");
    let path = utf8(&folder);
    let value = run(&["evaluate", path, "--simulate", "--format", "json"]).json();
    let agreement = value["agreement"].as_array().expect("a list");
    let p99 = agreement
        .iter()
        .find(|a| a["metric"] == "operations.get-product.p99")
        .expect("the busiest operation is simulated often enough");
    assert_eq!(p99["verdict"], "agrees", "{p99}");
    assert!(
        value["simulated"]["events"]
            .as_u64()
            .is_some_and(|e| e > 100_000)
    );
}

#[test]
fn a_simulation_depends_on_its_seed_alone() {
    let folder = designed("orders", "seeds");
    let path = utf8(&folder);
    let flags = [
        "--lose", "b", "--at", "10s", "--for", "20 s", "--lasts", "1m", "--format", "json",
    ];
    let with = |seed: &str| {
        let all = [&["simulate", path, "--seed", seed][..], &flags[..]].concat();
        run(&all).exits(CLEAN).out
    };
    let (one, again, two) = (with("1"), with("1"), with("2"));
    assert_eq!(one, again);
    assert_ne!(one, two);
    let value: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    let faults = value["simulated"]["timeline"]["faults"]
        .as_array()
        .expect("a list");
    assert_eq!(faults.len(), 1);
    assert_eq!(
        (&faults[0]["from_s"], &faults[0]["to_s"]),
        (&10.0.into(), &30.0.into())
    );
}

#[test]
fn faults_are_shown_and_drawn() {
    let folder = designed("orders", "faults");
    let path = utf8(&folder);
    let picture = folder.join("stop.svg");
    let stopped = run(&[
        "simulate",
        path,
        "--stop",
        "store",
        "--at",
        "20s",
        "--for",
        "10s",
        "--lasts",
        "60s",
        "--svg",
        utf8(&picture),
    ])
    .exits(CLEAN);
    stopped.says(&[
        "answered/s",
        "failed/s",
        "p99",
        "store stopped",
        "requests came",
    ]);
    let svg = std::fs::read_to_string(&picture).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.contains("store stopped"));
    let value = run(&[
        "simulate", path, "--stop", "store", "--at", "20s", "--for", "10s", "--lasts", "60s",
        "--format", "json",
    ])
    .json();
    let failed = value["simulated"]["totals"]["failed"].as_u64();
    assert!(failed.is_some_and(|n| n > 100), "{failed:?}");
}

#[test]
fn experiments_are_listed_and_played() {
    let folder = designed("orders", "experiments");
    let path = utf8(&folder);
    let list = run(&["simulate", path, "--list"]).exits(CLEAN);
    list.says(&["lose-zone-b", "zone b lost at 60 s for 2 min"]);
    run(&["simulate", path, "--experiment", "lose-zone-b"]).says(&["zone b lost", "events"]);
    run(&["simulate", path, "--experiment", "no-such"])
        .exits(UNUSABLE)
        .says(&["unknown-experiment", "lose-zone-b"]);
}

#[test]
fn what_cannot_be_simulated_is_said() {
    let folder = designed("orders", "cannot");
    let path = utf8(&folder);
    run(&["simulate", path, "--stop", "no-such"])
        .exits(UNUSABLE)
        .says(&["unknown-id", "store"]);
    for wrong in [
        &["--lose", "q"][..],
        &["--at", "soon"],
        &["--for", "10"],
        &["--spike", "0x"],
        &["--slow", "store"],
        &["--lasts", "inf s"],
    ] {
        run(&[&["simulate", path][..], wrong].concat()).exits(UNUSABLE);
    }
    // No architecture, and a program that nobody shares.
    let empty = folder_with(
        "cannot-empty",
        &[("brief.yaml", brief_of("orders").as_bytes())],
    );
    run(&["simulate", utf8(&empty)])
        .exits(UNUSABLE)
        .says(&["groundplan design"]);
    let program = designed("cli-tool", "cannot-program");
    run(&["simulate", utf8(&program)])
        .exits(CLEAN)
        .says(&["one user at a time"]);
    run(&["evaluate", utf8(&program)]).says(&["no load to saturate at"]);
}
