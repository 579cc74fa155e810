//! The design document holds its seven sections, and what nobody knows stays visible in it.

use evaluate::Scenario;
use groundplan_render::{self as render, View};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};

const BRIEF: &str = "\
name: shop
purpose: Sells things.
domain:
  actors:
    buyer: {count: 100}
  operations:
    buy: {actors: [buyer], method: POST, path: /orders, rate: 2/s, latency: {p99: 300 ms}}
";

const ARCHITECTURE: &str = "\
style: monolith
decisions:
  style: {question: In how many parts?, chosen: monolith, because: one team}
components:
  buyer: {kind: client}
  api: {kind: service, instances: 1, size: {vcpu: 1}, why: 'A purchase takes {{buy.p99}}, never {{buy.p42}}.'}
relations:
  buyer-to-api: {from: buyer, to: api, protocol: https, purpose: 'says \"buy\"; waits', timeout: 1 s}
paths:
  buy: {steps: [{on: api, work: compute, cpu: 10 ms}]}
";

/// Loads a file of the model; a macro, because the schema's trait is not ours to name here.
macro_rules! read {
    ($kind:ty, $name:literal, $text:expr) => {{
        let files = [syntax::SourceFile::new($name, $text.as_bytes().to_vec())];
        let loaded = syntax::load::<$kind>(&files, &syntax::Hooks::model());
        loaded
            .value
            .unwrap_or_else(|| panic!("{}: {:?}", $name, loaded.findings))
    }};
}

fn rendered() -> Vec<render::Artifact> {
    let system = System {
        brief: read!(Brief, "brief.yaml", BRIEF),
        architecture: read!(Architecture, "architecture.yaml", ARCHITECTURE),
        ..System::default()
    };
    let known = Knowledge::embedded();
    let evaluation = evaluate::evaluate(&system, known, &Scenario::default()).value;
    let view = View::new(&system, known).with_evaluation(&evaluation);
    let only = ["design-document", "performance", "mermaid", "diagrams"];
    render::render(&view, &only).value
}

fn file(name: &str) -> String {
    rendered()
        .into_iter()
        .find(|a| a.path == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .content
}

#[test]
fn the_seven_sections_stand_in_their_order() {
    let document = file("DESIGN.md");
    let headings: Vec<&str> = document
        .lines()
        .filter_map(|l| l.strip_prefix("## "))
        .collect();
    assert_eq!(
        headings,
        [
            "1. Executive summary",
            "2. Architecture overview",
            "3. Service definitions",
            "4. API contracts",
            "5. Data schema",
            "6. Technology rationale",
            "7. Key considerations",
        ]
    );
    assert!(document.contains("Nothing is stored."));
    assert!(document.contains("No alternative was weighed."));
}

#[test]
fn prose_names_its_author_and_shows_what_is_not_known() {
    let document = file("DESIGN.md");
    let line = document
        .lines()
        .find(|l| l.contains("In the words of a person"))
        .unwrap();
    assert!(
        line.contains(" ms, never {{buy.p42: not known}}."),
        "{line}"
    );
    assert!(!line.contains("{{buy.p99"), "{line}");
}

#[test]
fn labels_of_the_user_do_not_become_syntax() {
    let mermaid = file("diagrams/containers.mmd");
    assert!(
        mermaid.contains("https says #34;buy#34;#59; waits"),
        "{mermaid}"
    );
    assert!(file("diagrams/sequence-buy.svg").contains("POST /orders"));
}

#[test]
fn the_performance_page_judges_every_operation_and_links_only_what_is_there() {
    let made = rendered();
    let page = file("performance.md");
    assert!(page.contains("| `buy` | 2/s |"), "{page}");
    assert!(page.contains("| p99 300 ms |"), "{page}");
    assert!(page.contains("| PASS |"), "{page}");
    assert!(
        page.contains("groundplan explain operations.buy.p99"),
        "{page}"
    );
    let linked = page
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(to, _)| to);
    for to in linked {
        assert!(made.iter().any(|a| a.path == to), "{to} is not there");
    }
    for word in page.split(|c: char| !c.is_ascii_alphanumeric()) {
        assert!(!matches!(word, "NaN" | "inf"), "{page}");
    }
}
