//! What if: values replaced by path, refused as the files refuse them, and which numbers move.

use evaluate::Scenario;
use groundplan_pipeline as pipeline;
use groundplan_pipeline::{Workspace, compare, open, what_if};
use model::{Finding, System};

/// The workspace of an example.
fn example(name: &str) -> Workspace {
    let folder = format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"));
    open(
        &mut |file: &str| match std::fs::read(format!("{folder}/{file}")) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => Ok(None),
        },
    )
}

/// The workspace of a text with its brief in place.
fn written(text: &str) -> Workspace {
    let workspace =
        open(&mut |file: &str| Ok((file == "architecture.yaml").then(|| text.as_bytes().to_vec())));
    assert!(workspace.findings.is_empty(), "{:#?}", workspace.findings);
    workspace
}

fn changed(workspace: &Workspace, assignments: &[&str]) -> System {
    let assignments: Vec<String> = assignments.iter().map(|a| a.to_string()).collect();
    match what_if(workspace, &assignments) {
        Ok(system) => system,
        Err(findings) => panic!("{findings:#?}"),
    }
}

fn refused(workspace: &Workspace, assignments: &[&str]) -> Vec<Finding> {
    let assignments: Vec<String> = assignments.iter().map(|a| a.to_string()).collect();
    what_if(workspace, &assignments).expect_err("it is refused")
}

#[test]
fn paths_and_short_names_mean_the_same() {
    let orders = example("orders");
    let before = orders.system().unwrap();
    for text in [
        "components.app.instances=4",
        "app.instances = 4",
        "app.instances=4",
    ] {
        let system = changed(&orders, &[text]);
        assert_eq!(
            system.architecture.components["app"].instances,
            Some(4),
            "{text}"
        );
        let mut back = system.clone();
        back.architecture.components["app"].instances = Some(2);
        assert_eq!(back, before, "{text}: nothing else moves");
    }
    for text in [
        "app.vcpu=2",
        "components.app.vcpu=2",
        "components.app.size.vcpu=2",
    ] {
        let system = changed(&orders, &[text]);
        let size = system.architecture.components["app"].size.clone().unwrap();
        assert_eq!(size.vcpu, Some(2.0), "{text}");
        assert!(size.memory.is_some(), "{text}: the rest of its size stays");
    }
    for text in [
        "domain.operations.place-order.latency.p99=300 ms",
        "operations.place-order.latency.p99=300 ms",
        "brief.domain.operations.place-order.latency.p99=300 ms",
        "place-order.latency.p99=300 ms",
    ] {
        let system = changed(&orders, &[text]);
        let target = system.latency_target("place-order").unwrap();
        assert_eq!(target.p99.unwrap().secs(), 0.3, "{text}");
    }
}

#[test]
fn targets_are_the_brief_s_or_an_operation_s_own() {
    let orders = example("orders");
    let system = changed(
        &orders,
        &[
            "targets.availability=99.99 %",
            "targets.place-order.latency.p99=80 ms",
        ],
    );
    let whole = system.brief.targets.as_ref().unwrap().availability.unwrap();
    assert!((whole.0 - 0.9999).abs() < 1e-12);
    let own = &system.architecture.targets["place-order"];
    assert_eq!(own.latency.unwrap().p99.unwrap().secs(), 0.08);
}

#[test]
fn a_rate_keeps_the_proportion_of_what_is_said_besides() {
    let orders = example("orders");
    let operation = |s: &System, id: &str| s.brief.domain.operations[id].clone();
    let before = orders.system().unwrap();
    let (id, _) = before
        .brief
        .domain
        .operations
        .iter()
        .find(|(_, o)| {
            o.rate
                .as_ref()
                .is_some_and(|r| r.peak.is_some() && r.busy.is_some())
        })
        .expect("an operation with a peak");
    let busy = before.brief.busy_rate(&operation(&before, id)).unwrap().0;
    let system = changed(&orders, &[&format!("{id}.rate={}/s", busy * 4.0)]);
    let load = operation(&system, id).rate.unwrap();
    let old = operation(&before, id).rate.unwrap();
    assert!((load.busy.unwrap().0 - 4.0 * busy).abs() < 1e-9);
    assert!((load.peak.unwrap().0 - 4.0 * old.peak.unwrap().0).abs() < 1e-9);
    let whole = changed(&orders, &["load=10x"]);
    for (id, _) in &before.brief.domain.operations {
        let (old, new) = (operation(&before, id), operation(&whole, id));
        let (Some(old), Some(new)) = (before.brief.busy_rate(&old), whole.brief.busy_rate(&new))
        else {
            continue;
        };
        assert!((new.0 - 10.0 * old.0).abs() <= 1e-12 * new.0, "{id}");
    }
}

#[test]
fn all_faults_come_at_once_and_point_at_their_characters() {
    let orders = example("orders");
    let found = refused(
        &orders,
        &[
            "components.app.instanses=4",
            "componets.app.instances=4",
            "app.instances=many",
            "place-order.rate=100",
            "targets.availability=0.999",
            "nonsense",
            "load=fast",
            "cache.hit=0.7",
            "components.app.boundary=nowhere",
            "components.ghost.instances=1",
        ],
    );
    let place = |line: usize| {
        let at: Vec<_> = found
            .iter()
            .filter(|f| f.place.span.is_some_and(|s| s.line == line))
            .collect();
        assert_eq!(at.len(), 1, "line {line}: {found:#?}");
        (
            at[0].rule.as_str(),
            at[0].remedy.as_str(),
            at[0].place.span.unwrap().column,
        )
    };
    assert_eq!(place(1), ("unknown-target", "Did you mean `instances`?", 1));
    assert_eq!(place(2).1, "Did you mean `components`?");
    assert_eq!((place(3).0, place(3).2), ("wrong-type", 15));
    assert_eq!((place(4).0, place(4).2), ("bad-quantity", 18));
    assert_eq!((place(5).0, place(5).2), ("bad-quantity", 22));
    assert_eq!(place(6).0, "bad-syntax");
    assert_eq!(place(7).0, "bad-quantity");
    assert_eq!(place(8).0, "unknown-target");
    assert_eq!(place(9).0, "dangling-reference");
    assert_eq!(place(10).0, "unknown-target");
    assert_eq!(found.len(), 10);
    assert!(
        found
            .iter()
            .all(|f| f.place.file.as_deref() == Some("what-if"))
    );
    // Given twice, in two spellings.
    let twice = refused(&orders, &["app.instances=3", "components.app.instances=4"]);
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].rule, "duplicate-key");
}

/// A service that looks into a cache before its store.
const CACHED: &str = "\
brief:
  name: things
  purpose: Shows things.
  domain:
    actors: {visitor: {kind: anonymous}}
    entities:
      thing: {fields: {title: {type: text, max_length: 40}}}
    operations:
      look:
        actors: [visitor]
        method: GET
        path: /things/{id}
        target: thing
        rate: 100/s
components:
  app: {kind: service, technology: jvm, instances: 2, zones: 2, size: {vcpu: 1}}
  fast: {kind: cache, technology: redis, instances: 1, size: {vcpu: 1}}
  store: {kind: store, technology: postgresql, instances: 1, size: {vcpu: 2}}
relations:
  app-to-fast: {from: app, to: fast, pool: 8}
  app-to-store: {from: app, to: store, pool: 8}
paths:
  look:
    steps:
      - {on: app, work: request}
      - {on: fast, work: get}
      - {on: store, work: point-read, probability: 40 %}
      - {on: store, work: point-read, probability: 20 %}
      - {on: fast, work: set, probability: 40 %}
";

#[test]
fn the_hits_of_a_cache_are_the_shares_of_what_misses_do() {
    let cached = written(CACHED);
    for (text, miss) in [
        ("cache.hit=0.7", 0.3),
        ("fast.hit=90 %", 0.1),
        ("cache.hit=0", 1.0),
    ] {
        let system = changed(&cached, &[text]);
        let steps = &system.architecture.paths["look"].steps;
        let share = |i: usize| steps[i].probability.map(|p| p.0);
        assert_eq!(share(0), None);
        assert_eq!(share(1), None);
        assert!((share(2).unwrap() - miss).abs() < 1e-12, "{text}");
        assert!((share(3).unwrap() - miss / 2.0).abs() < 1e-12, "{text}");
        assert!((share(4).unwrap() - miss).abs() < 1e-12, "{text}");
    }
    // A brief in place is a brief.
    let system = changed(&cached, &["look.rate=5/s", "relations.app-to-store.pool=3"]);
    let busy = system
        .brief
        .busy_rate(&system.brief.domain.operations["look"]);
    assert_eq!(busy.unwrap().0, 5.0);
    let typed = changed(&cached, &["operations.look.latency.p99=1 s"]);
    assert_eq!(
        typed.latency_target("look").unwrap().p99.unwrap().secs(),
        1.0
    );
}

#[test]
fn what_moved_comes_with_the_largest_change_first() {
    let cached = written(CACHED);
    let number = |s: &System| pipeline::evaluate(s, &Scenario::default()).value;
    let before = number(&cached.system().unwrap());
    assert_eq!(compare(&before, &before), []);
    let after = number(&changed(&cached, &["fast.hit=80 %"]));
    let moved = compare(&before, &after);
    let of = |key: &str| moved.iter().find(|m| m.key == key);
    let store = of("components.store.main.utilisation").or(of("components.store.utilisation"));
    // Misses fall from 40 to 20 %, and nothing else reaches the store.
    assert!(
        (store.expect("the store's load moves").change.unwrap() + 0.5).abs() < 1e-9,
        "{moved:#?}"
    );
    let sizes: Vec<f64> = moved
        .iter()
        .map(|m| m.change.map_or(f64::MAX, f64::abs))
        .collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b));
    assert!(
        of("operations.look.rate").is_none(),
        "the rate is what it was"
    );
}
