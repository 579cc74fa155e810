//! Each kind of lost name has a brief that is seeded with it: one edit of a good brief, and exactly the
//! finding named.

mod support;

use serde_json::json;
use support::{added, seeded};

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

#[test]
fn any_part_may_be_missing_and_every_finding_has_a_place_in_the_file() {
    let known = knowledge::Knowledge::embedded();
    let whole = support::text("internal-service");
    let map = support::load(&whole).map;
    let mut found = 0;
    // A third of the parts is enough, and takes a third of the time.
    let parts = map.paths().into_iter().filter(|(path, _)| !path.is_empty());
    for (path, _) in parts.step_by(3) {
        let Ok(less) = syntax::edit::remove(&whole, &path) else {
            continue;
        };
        let loaded = support::load(&less);
        let Some(brief) = &loaded.value else { continue };
        for finding in groundplan_discover::gate(brief, known) {
            found += 1;
            let place = loaded.map.locate(&finding.place.path);
            assert!(place.span.is_some(), "{path}: {finding:#?}");
        }
    }
    assert!(found > 30, "{found}");
}
