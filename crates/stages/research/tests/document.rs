//! The research document of a small system, whole; and that it says nothing of its own.

#[path = "common/shop.rs"]
mod shop;

use std::fs;
use std::path::PathBuf;

use groundplan_research::document::{Rating, couplings, document, quick};
use model::fact::{Facts, LinkKind};
use model::{Finding, Severity, Span};

fn findings() -> Vec<Finding> {
    let mut finding = Finding::new(
        "plaintext-secret",
        Severity::Major,
        "components.stock",
        "DB_PASSWORD is written into the code",
    )
    .why("Whoever reads the code can read the data.")
    .remedy("Take it from the environment.");
    finding.place.file = Some("stock/app.py".into());
    finding.place.span = Some(Span {
        start: 0,
        end: 1,
        line: 4,
        column: 1,
    });
    vec![finding]
}

#[track_caller]
fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/document")
        .join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name}; UPDATE=1 rewrites it");
}

#[test]
fn the_whole_document() {
    golden("research.md", &document(&shop::facts(), &findings()));
}

#[test]
fn a_screen_of_orientation() {
    let text = quick(&shop::facts(), &findings());
    assert!(text.lines().count() <= 24, "a screen:\n{text}");
    golden("quick.txt", &text);
}

#[test]
fn a_document_of_nothing_is_a_title() {
    let facts = Facts {
        name: "Empty".into(),
        ..Facts::default()
    };
    let text = document(&facts, &[]);
    assert!(
        text.lines().count() <= 3,
        "no section speaks without a fact:\n{text}"
    );
}

#[test]
fn coupling_counts_business_and_says_why() {
    let mut facts = shop::facts();
    let all = couplings(&facts);
    let orders = &all["orders"];
    assert_eq!(orders.callers.iter().collect::<Vec<_>>(), ["gateway"]);
    assert_eq!(
        orders.callees.iter().collect::<Vec<_>>(),
        ["db", "mq", "stock"]
    );
    assert_eq!(orders.rating(), Rating::Tight);
    assert_eq!(orders.because(), "shares db/shop with stock");
    // Two databases of one server are not shared.
    facts.links[3].about = vec!["stock".into()];
    let all = couplings(&facts);
    assert_eq!(all["orders"].rating(), Rating::Medium);
    assert_eq!(all["stock"].rating(), Rating::Loose);
    // A call back closes a cycle; an order of starting does not.
    let mut back = facts.links[0].clone();
    (back.from, back.to) = ("stock".into(), "orders".into());
    facts.links.push(back);
    let all = couplings(&facts);
    assert!(all["stock"].in_cycle && all["orders"].in_cycle && !all["gateway"].in_cycle);
    assert!(facts.links.iter().any(|l| l.kind == LinkKind::Startup));
}
