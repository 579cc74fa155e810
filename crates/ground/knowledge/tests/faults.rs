//! Bad files give findings with file and line, as many as there are, and never a panic.

use groundplan_knowledge::*;
use proptest::prelude::*;

const GOOD: &str = r#"name = "Thing"
summary = "A thing."
aliases = ["thingy"]
roles = ["store"]
capabilities = ["relational"]
consistency = "strong"
licence = "MIT"

[burden]
date = 2026-11-21
self_hosted = { points = 3, reason = "because" }

[sources.page]
title = "Page"
url = "https://example.org/"
read = 2026-11-21

[[limit]]
name = "connections"
value = 100
unit = "count"
source = "page"
"#;

fn faults(text: &str) -> Vec<(String, usize)> {
    let outcome = Knowledge::parse(&[("technologies/thing.toml", text)]);
    outcome
        .findings
        .iter()
        .map(|f| (f.rule.clone(), f.place.span.map_or(0, |span| span.line)))
        .collect()
}

fn rules(list: &[(&str, usize)]) -> Vec<(String, usize)> {
    list.iter()
        .map(|(rule, line)| ((*rule).to_string(), *line))
        .collect()
}

#[test]
fn a_good_file_has_no_fault() {
    assert_eq!(faults(GOOD), []);
    let known = Knowledge::parse(&[("technologies/thing.toml", GOOD)]).value;
    let thing = known.technology("THINGY").expect("by alias");
    assert_eq!(
        thing.limit(LimitName::Connections).map(|l| l.value),
        Some(100.0)
    );
}

#[test]
fn broken_syntax_is_a_finding_at_its_line() {
    let broken = GOOD.replace("value = 100", "value = = 100");
    // One finding for one mistake: what follows from it is not reported.
    assert_eq!(faults(&broken), rules(&[("knowledge-syntax", 20)]));
}

#[test]
fn all_faults_are_reported_at_once() {
    let bad = GOOD
        .replace("[\"relational\"]", "[\"relational\", \"telepathy\"]")
        .replace("licence = \"MIT\"", "license = \"MIT\"")
        .replace("value = 100", "value = -1")
        .replace("source = \"page\"", "source = \"nowhere\"");
    assert_eq!(
        faults(&bad),
        rules(&[
            ("knowledge-missing-key", 1),
            ("knowledge-unknown-word", 5),
            ("knowledge-unknown-key", 7),
            ("knowledge-bad-value", 20),
            ("knowledge-unknown-source", 22),
        ])
    );
}

#[test]
fn a_number_without_a_date_is_refused() {
    let bad = GOOD.replace("read = 2026-11-21\n", "");
    let found = faults(&bad);
    assert!(
        found
            .iter()
            .any(|(rule, _)| rule == "knowledge-missing-key"),
        "{found:?}"
    );
    let bad = GOOD.replace("source = \"page\"", "source = \"some page read once\"");
    assert_eq!(faults(&bad), rules(&[("knowledge-missing-key", 18)]));
}

#[test]
fn processor_time_without_hardware_is_refused() {
    let bad = format!(
        "{GOOD}\n[[demand]]\noperation = \"insert\"\ncpu_us = 3\nconditions = \"c\"\n\
         kind = \"published\"\nsource = \"page\"\n"
    );
    assert_eq!(faults(&bad), rules(&[("knowledge-missing-key", 24)]));
}

#[test]
fn one_alias_for_two_is_a_finding() {
    let other = GOOD.replace("Thing\"", "Other\"");
    let outcome = Knowledge::parse(&[
        ("technologies/thing.toml", GOOD),
        ("technologies/other.toml", &other),
    ]);
    assert!(
        outcome
            .findings
            .iter()
            .any(|f| f.message.contains("thingy"))
    );
}

#[test]
fn measured_comes_before_published_and_variants_are_not_chosen() {
    let published = format!(
        "{GOOD}\n[[demand]]\noperation = \"insert\"\ncpu_us = 3\nhardware = \"h\"\n\
         conditions = \"c\"\nkind = \"published\"\nsource = \"page\"\n"
    );
    let measured = "[[demand]]\ntechnology = \"thingy\"\noperation = \"insert\"\ncpu_us = 5\n\
        wall_ms = 1\nhardware = \"h\"\nconditions = \"c\"\nkind = \"measured\"\n\
        source = \"measured here, see bench\"\ndate = \"2026-11-20\"\n\
        [[variant]]\ntechnology = \"thing\"\nvariant = \"batched\"\noperation = \"insert\"\n\
        cpu_us = 1\nhardware = \"h\"\nconditions = \"c\"\nkind = \"measured\"\n\
        source = \"measured here, see bench\"\ndate = \"2026-11-21\"\n";
    let outcome = Knowledge::parse(&[
        ("technologies/thing.toml", &published),
        ("measured/here.toml", measured),
    ]);
    assert_eq!(outcome.findings, []);
    let thing = outcome.value.technology("thing").expect("parsed");
    let demand = thing.demand(Operation::Insert).expect("known");
    assert_eq!((demand.cpu_us, demand.kind), (Some(5.0), Kind::Measured));
    assert_eq!(thing.demands_of(Operation::Insert).count(), 3);
    assert!(thing.demand(Operation::Delete).is_none());
}

#[test]
fn a_measured_stranger_is_a_finding() {
    let outcome = Knowledge::parse(&[(
        "measured/here.toml",
        "[[demand]]\ntechnology = \"ghost\"\noperation = \"insert\"\n",
    )]);
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!(outcome.findings[0].rule, "knowledge-unknown-technology");
}

#[test]
fn demands_add_up() {
    let text = format!(
        "{GOOD}\n[[demand]]\noperation = \"insert\"\ncpu_us = 10\nper_index_us = 2.5\n\
         hardware = \"h\"\nconditions = \"c\"\nkind = \"published\"\nsource = \"page\"\n"
    );
    let known = Knowledge::parse(&[("technologies/thing.toml", &text)]).value;
    let demand = known.technologies()[0]
        .demand(Operation::Insert)
        .expect("known");
    assert_eq!(demand.cpu_us_for(7.0, 4.0, 3.0), Some(20.0));
}

const PRICES: &str = r#"id = "ours"
name = "Our contract"
cloud = "plain"
region = "basement"
currency = "CHF"

[[item]]
id = "small"
family = "vm"
vcpu = 2
memory_gib = 4
price = 0.1
unit = "hour"
source = "contract of 2026"
date = 2026-01-01

[[item]]
id = "big"
family = "vm"
vcpu = 8
memory_gib = 32
price = 50
unit = "month"
source = "contract of 2026"
date = 2026-01-01
"#;

#[test]
fn a_users_own_prices_are_compared_by_the_month() {
    let outcome = PriceList::parse(PRICES);
    assert_eq!(outcome.findings, []);
    let list = outcome.value.expect("parsed");
    // 0.1 an hour is 73 a month: the big one is cheaper, though its figure is larger.
    assert_eq!(
        list.cheapest(Family::Vm, 1.0, 1.0).map(|i| i.id.as_str()),
        Some("big")
    );
    assert!(list.cheapest(Family::Vm, 16.0, 1.0).is_none());
    assert_eq!(list.item("small").and_then(PriceItem::monthly), Some(73.0));
}

#[test]
fn faulty_prices_are_left_out_and_named() {
    let bad = PRICES
        .replace("price = 50", "price = 0")
        .replace("unit = \"hour\"", "unit = \"fortnight\"")
        .replace("id = \"big\"", "id = \"Big One\"");
    let outcome = PriceList::parse_file("prices/ours.toml", &bad);
    let found: Vec<(&str, usize)> = outcome
        .findings
        .iter()
        .map(|f| (f.rule.as_str(), f.place.span.map_or(0, |span| span.line)))
        .collect();
    assert_eq!(
        found,
        [
            ("knowledge-unknown-word", 13),
            ("knowledge-bad-id", 18),
            ("knowledge-bad-value", 22)
        ]
    );
    assert!(
        outcome
            .findings
            .iter()
            .all(|f| f.place.file.as_deref() == Some("prices/ours.toml"))
    );
    assert_eq!(outcome.value.map(|list| list.items.len()), Some(0));
}

#[test]
fn two_currencies_in_one_list_are_refused() {
    let bad = PRICES.replace("price = 50", "price = 50\ncurrency = \"EUR\"");
    let outcome = PriceList::parse(&bad);
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!(outcome.findings[0].rule, "knowledge-mixed-currency");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Knowledge::parse(&[("technologies/x.toml", &text), ("measured/x.toml", &text)]);
        let _ = PriceList::parse(&text);
    }

    #[test]
    fn no_damage_to_a_good_file_panics(at in 0..GOOD.len(), with in "[\\[\\]{}=\"'\n#,.a-z0-9é-]{0,4}") {
        let mut text = GOOD.to_string();
        text.insert_str(at, &with);
        let _ = faults(&text);
    }
}
