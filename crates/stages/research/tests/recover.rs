//! The recovered architecture is an ordinary one, and drift holds one against another.

#[path = "common/shop.rs"]
mod shop;

use groundplan_research::drift::{accepting, drift};
use groundplan_research::recover::architecture;
use model::drift::{Accepted, Drift};
use model::{Architecture, Brief, BriefSource, ComponentKind, FieldType, Finding};

/// The architecture after a round through its file: every id, reference and quantity must load.
fn through_the_file(architecture: &Architecture) -> Architecture {
    let text = syntax::emit::emit(&serde_json::to_value(architecture).unwrap());
    let file = syntax::SourceFile::new("architecture.yaml", text.clone());
    let loaded = syntax::load::<Architecture>(&[file], &syntax::Hooks::model());
    let said: Vec<&str> = loaded.findings.iter().map(|f| f.message.as_str()).collect();
    assert!(said.is_empty(), "{said:#?}\n{text}");
    loaded.value.unwrap()
}

fn brief(architecture: &Architecture) -> &Brief {
    match &architecture.brief {
        Some(BriefSource::Inline(brief)) => brief,
        _ => panic!("the brief is in place"),
    }
}

#[test]
fn it_loads_like_one_that_was_written() {
    let recovered = architecture(&shop::facts());
    let loaded = through_the_file(&recovered);
    assert_eq!(loaded, recovered);
}

#[test]
fn it_says_what_was_seen_and_no_more() {
    let recovered = architecture(&shop::facts());
    let kinds: Vec<(&str, ComponentKind)> = recovered
        .components
        .iter()
        .map(|(id, c)| (id.as_str(), c.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("orders", ComponentKind::Service),
            ("stock", ComponentKind::Service),
            ("gateway", ComponentKind::Gateway),
            ("db", ComponentKind::Store),
            ("mq", ComponentKind::Broker),
        ]
    );
    let call = &recovered.relations["orders-to-stock"];
    assert_eq!(
        call.about.from.as_deref(),
        Some("orders/StockClient.java:14")
    );
    assert_eq!(
        call.timeout, None,
        "a limit whose value is not known is not invented"
    );
    assert!(
        call.about
            .notes
            .as_deref()
            .unwrap()
            .contains("No timeout is set (orders/StockClient.java:10)")
    );
    assert!(
        !recovered.relations.contains_key("stock-to-orders"),
        "an order of starting is no relation"
    );
    assert!(
        recovered
            .components
            .values()
            .all(|c| c.instances.is_none() && c.size.is_none())
    );
    let table = &recovered.data["order-lines"];
    assert_eq!(
        (&*table.store, table.columns["note"].max_length),
        ("db", Some(80))
    );
    assert_eq!(table.columns["order_id"].kind, FieldType::Integer);
    assert_eq!(&*table.foreign_keys["order-id-fk"].references, "orders");
    let operations: Vec<&String> = brief(&recovered).domain.operations.keys().collect();
    assert_eq!(
        operations,
        [
            "orders-get-orders-id",
            "orders-post-orders",
            "stock-get-stock-id"
        ]
    );
    assert_eq!(
        recovered.questions["call-target-stock"]
            .about
            .from
            .as_deref(),
        Some("stock/app.py:33")
    );
}

#[test]
fn names_of_code_that_meet_are_told_apart() {
    let mut facts = shop::facts();
    let one = facts.services["orders"].clone();
    facts.services.insert("Orders".into(), one.clone());
    facts.services.insert("\u{f6}".into(), one.clone());
    facts.services.insert("9 lives".into(), one);
    facts.schemas.push(facts.schemas[0].clone());
    let recovered = architecture(&facts);
    assert_eq!(recovered.data.len(), 6);
    assert_eq!(through_the_file(&recovered).components.len(), 8);
}

fn keys(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::key).collect()
}

fn compared(kept: &Architecture, accepted: &Drift) -> Vec<Finding> {
    let facts = shop::facts();
    drift(
        kept,
        Some(brief(kept)),
        &architecture(&facts),
        &facts,
        accepted,
    )
}

#[test]
fn an_architecture_has_not_parted_from_the_code_it_came_from() {
    let kept = architecture(&shop::facts());
    assert_eq!(keys(&compared(&kept, &Drift::default())), [""; 0]);
}

#[test]
fn what_is_missing_and_what_is_new_is_said_once() {
    let mut facts = shop::facts();
    // What was kept: without the stock service, with a mailer, with another endpoint, table, topic.
    facts.services.shift_remove("stock");
    let mut mailer = facts.services["orders"].clone();
    mailer.endpoints.clear();
    mailer.names = vec!["mailer".into()];
    mailer.evidence = vec![shop::at("mailer/pom.xml", 1)];
    facts.services.insert("mailer".into(), mailer);
    facts.services["orders"].endpoints[0].path = "/orders/{number}".into();
    facts.services["orders"].endpoints[1].path = "/baskets".into();
    facts
        .links
        .retain(|l| l.from != "stock" && l.to != "stock" && l.to != "mq");
    let mut uses = facts.links[0].clone();
    (uses.from, uses.to) = ("gateway".into(), "db".into());
    facts.links.push(uses);
    facts.schemas[0].tables.shift_remove("old_orders");
    facts.schemas[0].tables["orders"]
        .columns
        .shift_remove("note");
    let topic = facts.topics["order-placed"].clone();
    facts.topics.clear();
    facts.topics.insert("order-paid".into(), topic);
    let kept = architecture(&facts);
    let found = compared(&kept, &Drift::default());
    assert_eq!(
        keys(&found),
        [
            "missing-component@components.mailer",
            "new-component@components.stock",
            "missing-relation@relations.gateway-to-db",
            "new-relation@relations.orders-to-mq",
            "missing-endpoint@operations.orders-post-baskets",
            "new-endpoint@operations.orders-post-orders",
            "parted-columns@data.orders",
            "new-table@data.old-orders",
            "missing-topic@domain.events.order-paid",
            "new-topic@domain.events.order-placed",
        ]
    );
    let new = &found[1].place;
    assert_eq!(
        (new.file.as_deref(), new.span.unwrap().line),
        (Some("stock/Dockerfile"), 1)
    );
}

#[test]
fn a_component_is_known_by_its_names_and_its_place() {
    let mut kept = architecture(&shop::facts());
    // Renamed by a person, who kept where it came from.
    let store = kept.components.shift_remove("mq").unwrap();
    kept.components.insert("messages".into(), store);
    for relation in kept.relations.values_mut().filter(|r| &*r.to == "mq") {
        relation.to = "messages".into();
    }
    assert_eq!(keys(&compared(&kept, &Drift::default())), [""; 0]);
    // What code cannot show is not missed.
    let mut client = kept.components["orders"].clone();
    client.kind = ComponentKind::Client;
    client.about.from = Some("decisions.style".into());
    kept.components.insert("visitor".into(), client);
    assert_eq!(keys(&compared(&kept, &Drift::default())), [""; 0]);
}

#[test]
fn an_accepted_difference_is_shown_and_a_stale_one_is_a_note() {
    let mut kept = architecture(&shop::facts());
    kept.data.shift_remove("old-orders");
    let entry = |id: &str| Accepted {
        id: id.into(),
        reason: "goes with the next release".into(),
        date: "2026-11-21".into(),
    };
    let accepted = Drift {
        accepted: vec![
            entry("new-table@data.old-orders"),
            entry("new-table@data.gone"),
        ],
    };
    let found = compared(&kept, &accepted);
    assert_eq!(
        keys(&found),
        ["new-table@data.old-orders", "stale-acceptance@accepted[1]"]
    );
    assert_eq!(
        found[0].waived.as_deref(),
        Some("goes with the next release (2026-11-21)")
    );
}

#[test]
fn accepting_keeps_comments() {
    let first = accepting("# Ours.\n", "new-table@data.a", "trial", "2026-11-21").unwrap();
    assert!(first.starts_with("# Ours.\n"), "{first}");
    let noted = first.replace("accepted:\n", "accepted:\n  # until March\n");
    let second = accepting(&noted, "new-table@data.b", "so: it is", "2026-11-22").unwrap();
    assert!(
        second.contains("# until March") && second.starts_with("# Ours.\n"),
        "{second}"
    );
    let file = syntax::SourceFile::new("drift.yaml", second.clone());
    let loaded = syntax::load::<Drift>(&[file], &syntax::Hooks::none());
    assert!(
        loaded.findings.is_empty(),
        "{:?}\n{second}",
        loaded.findings
    );
    let drift = loaded.value.unwrap();
    assert_eq!(drift.accepted.len(), 2);
    assert_eq!(drift.accepted[1].reason, "so: it is");
    assert!(accepting("accepted: 3\n", "a", "b", "c").is_err());
}

/// The facts of a tree of these files.
fn facts_of(files: &[(&str, &str)]) -> model::fact::Facts {
    let mut read: Vec<_> = files
        .iter()
        .filter_map(|(path, text)| {
            let source = groundplan_research::fronts::SourceText { path, text };
            Some((path.to_string(), groundplan_research::fronts::read(source)?))
        })
        .collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    groundplan_research::link::link(&read)
}

#[test]
fn a_port_of_one_machine_is_no_door_to_the_world() {
    let compose = "
services:
  shop: {build: shop, ports: ['8080:80'], environment: {DATABASE_URL: 'postgres://db:5432/shop'}}
  db: {image: 'postgres:17', ports: ['5432:5432']}
";
    let server = "const app = require('express')();\nconst { Pool } = require('pg');\n\
        const pool = new Pool({ connectionString: process.env.DATABASE_URL });\n\
        app.get('/orders', list);\napp.listen(80);\n";
    let facts = facts_of(&[
        ("docker-compose.yml", compose),
        (
            "shop/package.json",
            r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}"#,
        ),
        ("shop/server.js", server),
    ]);
    assert!(facts.services["shop"].published);
    assert!(!facts.resources["db"].published);
}

#[test]
fn schemas_of_fixtures_are_no_part_of_the_system() {
    let table = |name: &str| format!("CREATE TABLE {name} (id int PRIMARY KEY);\n");
    let (real, shown) = (table("orders"), table("samples"));
    let both = architecture(&facts_of(&[
        ("shop/migrations/001_orders.sql", &real),
        ("shop/stub/migrations/001_samples.sql", &shown),
    ]));
    let names: Vec<&String> = both.data.keys().collect();
    assert_eq!(names, ["orders"]);
    // Alone they are what there is to see.
    let alone = architecture(&facts_of(&[(
        "shop/stub/migrations/001_samples.sql",
        &shown,
    )]));
    assert_eq!(alone.data.len(), 1);
}
