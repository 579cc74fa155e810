//! Each contradiction has a brief that is seeded with it: a few edits of a good brief, and exactly the
//! finding named.

mod support;

use serde_json::{Value, json};
use support::{added, seeded};

#[test]
fn contradictions_of_availability() {
    let target = "targets.availability";
    let zone = ("targets.survive_zone_loss", json!(false));
    seeded(
        "ledger",
        &[(target, json!("99.999 %")), zone],
        "availability-in-one-zone",
        target,
        "26 s of failure a month",
    );
    seeded(
        "ledger",
        &[(target, json!("99.99 %")), ("team.on_call", json!("none"))],
        "availability-without-on-call",
        "team.on_call",
        "4.4 min",
    );
    seeded(
        "internal-service",
        &[
            (target, json!("100 %")),
            ("targets.survive_zone_loss", json!(true)),
            ("team.on_call", json!("all-hours")),
        ],
        "impossible-target",
        target,
        "100 %",
    );
    let own = "domain.operations.refund-order.availability";
    seeded(
        "orders",
        &[(own, json!("99.99 %"))],
        "availability-above-dependency",
        own,
        "payment-provider 99.95 %",
    );
}

#[test]
fn contradictions_of_latency() {
    seeded(
        "cli-tool",
        &[("targets.latency.p95", json!("0 ms"))],
        "impossible-target",
        "targets.latency.p95",
        "0 ms",
    );
    seeded(
        "orders",
        &[("domain.operations.get-product.latency.p99", json!("100 ms"))],
        "inverted-latency",
        "domain.operations.get-product.latency.p99",
        "below p95 120 ms",
    );
    seeded(
        "conduit",
        &[
            ("constraints.cloud", json!("aws")),
            ("constraints.region", json!("eu-central-1")),
            ("constraints.budget", json!("1500 EUR/month")),
            ("targets.latency.p50", json!("50 ms")),
            ("domain.actors.reader.kind", json!("customer")),
            (
                "domain.actors.reader.description",
                json!("Most live in Australia."),
            ),
        ],
        "latency-below-light",
        "targets.latency.p50",
        "there and back",
    );
    let refund = "domain.operations.refund-order.latency.p95";
    seeded(
        "orders",
        &[(refund, json!("500 ms"))],
        "latency-below-dependency",
        refund,
        "900 ms at p95",
    );
}

#[test]
fn contradictions_of_recovery() {
    seeded(
        "ledger",
        &[("constraints.must_use", json!(["sqlite"]))],
        "loss-without-synchronous-copy",
        "targets.recovery_point",
        "acknowledges",
    );
    seeded(
        "conduit",
        &[
            ("targets.recovery_time", json!("1 s")),
            ("domain.entities.article.volume.rows", json!("100M")),
        ],
        "restore-longer-than-target",
        "targets.recovery_time",
        "",
    );
    seeded(
        "ledger",
        &[
            ("targets.survive_region_loss", json!(true)),
            ("targets.survive_zone_loss", json!(false)),
            ("targets.availability", json!("99.9 %")),
        ],
        "region-without-zone",
        "targets.survive_zone_loss",
        "",
    );
    let op = "domain.operations.add-comment";
    seeded(
        "conduit",
        &[
            (&format!("{op}.durable"), json!(true)),
            (&format!("{op}.idempotency"), json!("none")),
            (&format!("{op}.arrival.duplicates"), json!(true)),
        ],
        "durable-duplicates-without-idempotency",
        &format!("{op}.idempotency"),
        "a repeat does it again",
    );
}

#[test]
fn contradictions_of_technology_and_money() {
    let given = "constraints.must_use";
    seeded(
        "orders",
        &[
            (given, json!(["postgres"])),
            ("constraints.must_not_use", json!(["postgresql"])),
        ],
        "given-and-excluded",
        "constraints.must_use[0]",
        "",
    );
    seeded(
        "orders",
        &[(given, json!(["postgrsql"]))],
        "unknown-technology",
        "constraints.must_use[0]",
        "`postgresql`",
    );
    seeded(
        "orders",
        &[(given, json!(["kafka"]))],
        "given-without-skill",
        "constraints.must_use[0]",
        "nobody in the team",
    );
    seeded(
        "conduit",
        &[(given, json!(["dynamodb"]))],
        "technology-not-there",
        "constraints.must_use[0]",
        "aws only",
    );
    seeded(
        "orders",
        &[("constraints.budget", json!("1 EUR/month"))],
        "budget-below-one-machine",
        "constraints.budget",
        "two machines in two zones",
    );
}

#[test]
fn contradictions_of_protection() {
    let customer = "domain.entities.customer";
    seeded(
        "orders",
        &[
            (&format!("{customer}.retention"), Value::Null),
            ("domain.entities.order.retention", Value::Null),
            ("domain.entities.employee.retention", Value::Null),
        ],
        "personal-data-without-end",
        customer,
        "customer",
    );
    let payment = "domain.entities.payment.retention";
    seeded(
        "orders",
        &[
            (&format!("{payment}.keep"), json!("2 years")),
            (&format!("{payment}.then"), json!("delete")),
        ],
        "retention-below-duty",
        &format!("{payment}.keep"),
        "6 years",
    );
    let card = "domain.entities.payment.fields.card_number";
    seeded(
        "orders",
        &[
            ("security.data", json!("card")),
            (card, json!({"type": "text", "class": "card"})),
        ],
        "card-data-without-pci-dss",
        card,
        "token",
    );
    seeded(
        "orders",
        &[
            ("security.data", json!("card")),
            ("compliance", json!(["gdpr", "pci-dss"])),
            (card, json!({"type": "text", "class": "card"})),
        ],
        "card-data-without-need",
        card,
        "token",
    );
    seeded(
        "ledger",
        &[
            ("security.data", json!("card")),
            ("compliance", json!(["sox", "gdpr", "pci-dss"])),
        ],
        "card-data-without-need",
        "security.data",
        "no field holds any",
    );
    seeded(
        "conduit",
        &[("security.authentication", json!("none"))],
        "personal-data-without-authentication",
        "security.authentication",
        "on the internet",
    );
}

#[test]
fn contradictions_of_load() {
    let peak = "domain.operations.get-product.rate.peak";
    seeded(
        "orders",
        &[(peak, json!("20/s"))],
        "peak-below-busy",
        peak,
        "25/s",
    );
    seeded(
        "orders",
        &[("scale.spikes.flash-sale.factor", json!(0.5))],
        "spike-below-busy",
        "scale.spikes.flash-sale.factor",
        "0.5 times",
    );
    let shop = "domain.operations.browse-products.rate.per.busiest_hour";
    seeded(
        "orders",
        &[(shop, json!("2 %"))],
        "busiest-hour-below-even",
        shop,
        "2 %",
    );
    seeded(
        "orders",
        &[("scale.requests", json!("2/s"))],
        "rates-do-not-add-up",
        "scale.requests",
        "2/s",
    );
    // The orders of 20 years, at eleven times more each year, are more than a 64-bit number counts.
    let found = added("orders", &[("scale.growth", json!("1000 %/year"))]);
    let places: Vec<&str> = found.iter().map(|(_, p, _)| p.as_str()).collect();
    assert!(
        found.iter().all(|(rule, ..)| rule == "keys-run-out"),
        "{found:#?}"
    );
    assert_eq!(
        places,
        [
            "domain.entities.order.key",
            "domain.entities.order-line.key"
        ]
    );
}
