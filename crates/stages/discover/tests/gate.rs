//! Each contradiction and each kind of lost name has a brief that is seeded with it: one edit of a good
//! brief, and exactly the findings named.

mod support;

use groundplan_discover as discover;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{brief, text};
use syntax::edit;

/// Rules and places that an edit of an example adds.
fn added(example: &str, edits: &[(&str, Value)]) -> Vec<(String, String, String)> {
    let known = knowledge::Knowledge::embedded();
    let before = text(example);
    let mut after = before.clone();
    for (path, value) in edits {
        after = if value.is_null() {
            edit::remove(&after, path).expect(path)
        } else {
            edit::set(&after, path, value).expect(path)
        };
    }
    let old: BTreeSet<String> = discover::gate(&brief(&before), known)
        .iter()
        .map(|f| f.key())
        .collect();
    let found = discover::gate(&brief(&after), known);
    for finding in &found {
        assert!(
            !finding.why.is_empty() && !finding.remedy.is_empty(),
            "{finding:#?}"
        );
    }
    let new = found.iter().filter(|f| !old.contains(&f.key()));
    new.map(|f| {
        (
            f.rule.clone(),
            f.place.path.clone(),
            format!("{} | {}", f.message, f.remedy),
        )
    })
    .collect()
}

fn seeded(example: &str, edits: &[(&str, Value)], rule: &str, place: &str, says: &str) {
    let found = added(example, edits);
    let rules: Vec<(&str, &str)> = found
        .iter()
        .map(|(r, p, _)| (r.as_str(), p.as_str()))
        .collect();
    assert_eq!(rules, [(rule, place)], "{found:#?}");
    assert!(
        found[0].2.contains(says),
        "`{says}` is not in {}",
        found[0].2
    );
}

const OP: &str = "domain.operations.place-order";
const ENTITY: &str = "domain.entities";

#[test]
fn names_of_operations() {
    let get = "domain.operations.get-product";
    seeded(
        "orders",
        &[(&format!("{get}.by[0]"), json!("idd"))],
        "unknown-field",
        &format!("{get}.by[0]"),
        "`id`",
    );
    seeded(
        "orders",
        &[(&format!("{OP}.accepts[0]"), json!("ship_too"))],
        "unknown-field",
        &format!("{OP}.accepts[0]"),
        "`ship_to`",
    );
    let browse = "domain.operations.browse-products";
    seeded(
        "orders",
        &[(&format!("{browse}.order[0]"), json!("-created"))],
        "unknown-field",
        &format!("{browse}.order[0]"),
        "`created_at`",
    );
    seeded(
        "orders",
        &[(
            &format!("{browse}.filters.category.where"),
            json!("row.categorie = input.category"),
        )],
        "unknown-field",
        &format!("{browse}.filters.category.where"),
        "`category`",
    );
    seeded(
        "orders",
        &[(
            &format!("{browse}.filters.category.where"),
            json!("row.category = input.kategory"),
        )],
        "unknown-field",
        &format!("{browse}.filters.category.where"),
        "`category`",
    );
}

#[test]
fn names_of_effects() {
    let ship = "domain.operations.deliver-order.effects[0].transition";
    seeded(
        "orders",
        &[(&format!("{ship}.take"), json!("delivr"))],
        "unknown-transition",
        &format!("{ship}.take"),
        "`deliver`",
    );
    let refund = "domain.operations.refund-order.effects[2].call";
    seeded(
        "orders",
        &[(&format!("{refund}.do"), json!("refnd"))],
        "unknown-port-operation",
        &format!("{refund}.do"),
        "`refund`",
    );
    seeded(
        "orders",
        &[(&format!("{refund}.compensate"), json!("undo"))],
        "unknown-port-operation",
        &format!("{refund}.compensate"),
        "capture",
    );
    seeded(
        "orders",
        &[(&format!("{refund}.with.amount"), json!("paymnt.amount"))],
        "unknown-field",
        &format!("{refund}.with.amount"),
        "`payment`",
    );
    let read = "domain.operations.refund-order.effects[0].read.where";
    seeded(
        "orders",
        &[(read, json!("order = input.id and status = 'catured'"))],
        "unknown-enum-value",
        read,
        "`captured`",
    );
    let close = "domain.operations.close-day.effects[2].create.set.reported";
    seeded(
        "orders",
        &[(close, json!("reply.capture"))],
        "unknown-field",
        close,
        "`captured`",
    );
    let tell = "domain.operations.tell-customer.effects[0].read.where";
    seeded(
        "orders",
        &[(tell, json!("id = event.custommer"))],
        "unknown-field",
        tell,
        "`customer`",
    );
    let each = format!("{ENTITY}.order.machine.transitions.pay.effects[0].update.each");
    seeded(
        "orders",
        &[(&each, json!("line"))],
        "unknown-input",
        &each,
        "`lines`",
    );
}

#[test]
fn names_of_entities() {
    let stock = format!("{ENTITY}.stock");
    seeded(
        "orders",
        &[(&format!("{stock}.key.natural[0]"), json!("produkt"))],
        "unknown-field",
        &format!("{stock}.key.natural[0]"),
        "`product`",
    );
    seeded(
        "orders",
        &[(
            &format!("{stock}.relations.product.inverse"),
            json!("stocks"),
        )],
        "unknown-relation",
        &format!("{stock}.relations.product.inverse"),
        "`stock`",
    );
    seeded(
        "orders",
        &[(
            &format!("{stock}.relations.product.inverse"),
            json!("category"),
        )],
        "one-sided-relation",
        &format!("{stock}.relations.product.inverse"),
        "leads back",
    );
    let machine = format!("{ENTITY}.payment.machine");
    seeded(
        "orders",
        &[(&format!("{machine}.initial"), json!("pendin"))],
        "unknown-state",
        &format!("{machine}.initial"),
        "`pending`",
    );
    seeded(
        "orders",
        &[(
            &format!("{machine}.transitions.capture.from[0]"),
            json!("waiting"),
        )],
        "unknown-state",
        &format!("{machine}.transitions.capture.from[0]"),
        "pending",
    );
    seeded(
        "orders",
        &[(
            &format!("{ENTITY}.ledger-entry.unique[0][1]"),
            json!("bookin"),
        )],
        "unknown-field",
        &format!("{ENTITY}.ledger-entry.unique[0][1]"),
        "`booking`",
    );
    let check = format!("{stock}.checks.never-negative.expr");
    seeded(
        "orders",
        &[(&check, json!("availble >= 0"))],
        "unknown-field",
        &check,
        "`available`",
    );
    let kind = format!("{ENTITY}.payment-notice.fields.kind.values");
    seeded(
        "orders",
        &[(&kind, json!([]))],
        "empty-enum",
        &format!("{ENTITY}.payment-notice.fields.kind"),
        "values",
    );
    let product = format!("{ENTITY}.stock.relations.product.parts");
    seeded(
        "orders",
        &[(&product, json!(true))],
        "ownership-cycle",
        &format!("{ENTITY}.product.relations.stock"),
        "product -> stock",
    );
    seeded(
        "orders",
        &[("domain.views.line.fields[0]", json!("prodct"))],
        "unknown-field",
        "domain.views.line.fields[0]",
        "`product`",
    );
    seeded(
        "orders",
        &[("domain.views.order-page.include.lines", json!("entry"))],
        "wrong-view",
        "domain.views.order-page.include.lines",
        "`line`",
    );
    seeded(
        "orders",
        &[("domain.events.order-paid.payload[2]", json!("totals"))],
        "unknown-field",
        "domain.events.order-paid.payload[2]",
        "`total`",
    );
    seeded(
        "orders",
        &[(
            "domain.policies.own-account.allow",
            json!("row.idd = principal.id"),
        )],
        "unknown-field",
        "domain.policies.own-account.allow",
        "`id`",
    );
}

#[test]
fn routes() {
    let place = "domain.operations.search-products.path";
    seeded(
        "orders",
        &[(place, json!("/products"))],
        "duplicate-route",
        place,
        "browse-products",
    );
    let path = "domain.operations.get-product.path";
    seeded(
        "orders",
        &[(path, json!("/products/{idd}"))],
        "unbound-path-parameter",
        path,
        "`{id}`",
    );
}

#[test]
fn a_domain_without_operations_is_one_finding() {
    seeded(
        "cli-tool",
        &[("domain.operations", json!({}))],
        "empty-domain",
        "domain",
        "operations",
    );
}

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
        &[("team.on_call", json!("none"))],
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

#[test]
fn each_fault_is_one_finding() {
    // A lost transition and a lost state in one brief, each found once.
    let take = "domain.operations.deliver-order.effects[0].transition.take";
    let initial = "domain.entities.payment.machine.initial";
    let found = added(
        "orders",
        &[(take, json!("nowhere")), (initial, json!("nothing"))],
    );
    assert_eq!(found.len(), 2, "{found:#?}");
}
