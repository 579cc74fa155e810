//! The whole check over a synthetic architecture: 1,000 components, 2,000 relations, 500 tables,
//! 500 paths. Target: under 50 ms.

use groundplan_check::{Context, check};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};
use std::fmt::Write as _;
use syntax::{Hooks, SourceFile};

fn main() {
    divan::main();
}

#[divan::bench]
fn whole_check(bencher: divan::Bencher) {
    let system = synthetic();
    let cx = Context {
        system: &system,
        knowledge: Knowledge::embedded(),
        evaluation: None,
    };
    bencher.bench(|| check(divan::black_box(&cx)));
}

/// 100 groups of ten components; each service has its own store and calls the next ones.
fn synthetic() -> System {
    let (mut components, mut relations) = (String::new(), String::new());
    let (mut data, mut paths, mut operations) = (String::new(), String::new(), String::new());
    for n in 0..500 {
        let next = |by: usize| (n + by) % 500;
        let kind = if n % 5 == 4 { "worker" } else { "service" };
        writeln!(components, "  s{n}: {{kind: {kind}, technology: rust, instances: 2, zones: 2, boundary: b{}, health: {{ready: /ready}}}}", n % 7).unwrap();
        writeln!(components, "  d{n}: {{kind: store, technology: postgresql, instances: 2, zones: 2, encrypted: true}}").unwrap();
        writeln!(relations, "  own{n}: {{from: s{n}, to: d{n}, timeout: 200 ms, encryption: tls, classes: [personal], retry: {{attempts: 2, backoff: 10 ms, jitter: true}}}}").unwrap();
        for by in [1, 7, 31] {
            writeln!(relations, "  call{n}x{by}: {{from: s{n}, to: s{}, timeout: 1 s, breaker: {{failures: 5, recovery: 5 s}}}}", next(by)).unwrap();
        }
        writeln!(data, "  t{n}: {{store: d{n}, columns: {{id: {{type: uuid}}, other: {{type: uuid}}, name: {{type: text, class: personal}}, at: {{type: timestamp}}}}, primary_key: [id], foreign_keys: {{other: {{columns: [other], references: t{}, on_delete: cascade}}}}, indexes: {{by_other: {{columns: [other, -at], operations: [o{n}]}}, by_name: {{columns: [name]}}}}}}", next(3)).unwrap();
        writeln!(
            operations,
            "      o{n}: {{rate: 10/s, availability: 99.9 %}}"
        )
        .unwrap();
        writeln!(paths, "  o{n}: {{acknowledge: after-commit, why: 'It takes {{{{o{n}.p95}}}}.', steps: [{{on: s{n}, work: request}}, {{on: d{n}, work: range-read, table: t{n}, by: [other], order: [-at]}}, {{on: s{}, work: request}}, {{on: d{}, work: update, table: t{}, by: [id]}}, {{on: s{}, work: request, via: call{n}x7}}, {{on: d{n}, work: insert, table: t{n}, via: own{n}}}]}}", next(1), next(1), next(1), next(7)).unwrap();
    }
    let text = format!(
        "brief:\n  name: large\n  purpose: Is large.\n  targets: {{recovery_point: 5 min}}\n  domain:\n    operations:\n{operations}components:\n{components}relations:\n{relations}data:\n{data}paths:\n{paths}security: {{boundaries: {{b0: {{}}, b1: {{}}, b2: {{}}, b3: {{}}, b4: {{}}, b5: {{}}, b6: {{}}}}}}\n"
    );
    let files = [SourceFile::new("large.yaml", text.into_bytes())];
    let loaded = syntax::load::<Architecture>(&files, &Hooks::model());
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings.first());
    let architecture = loaded.value.expect("it was read whole");
    let brief = match &architecture.brief {
        Some(model::BriefSource::Inline(brief)) => (**brief).clone(),
        _ => Brief::default(),
    };
    assert_eq!(architecture.components.len(), 1_000);
    assert_eq!(architecture.relations.len(), 2_000);
    System {
        brief,
        architecture,
        ..System::default()
    }
}
