//! A small system as facts: two services that share a database, a queue, a gateway.

use model::fact::*;
use model::finding::Certainty;

pub fn at(file: &str, line: u32) -> Source {
    Source {
        file: file.into(),
        line,
    }
}

fn endpoint(method: &str, path: &str, handler: &str, at: Source) -> EndpointFact {
    EndpointFact {
        method: method.into(),
        path: path.into(),
        group: None,
        protocol: "http".into(),
        handler: Some(handler.into()),
        outside: Vec::new(),
        guard: None,
        certainty: Certainty::Resolved,
        at,
    }
}

fn service(folder: &str, language: &str, evidence: Source) -> ServiceFact {
    ServiceFact {
        folder: folder.into(),
        language: Some(language.into()),
        names: vec![folder.into()],
        certainty: Certainty::Resolved,
        evidence: vec![evidence],
        ..ServiceFact::default()
    }
}

fn link(from: &str, to: &str, kind: LinkKind, about: &[&str], evidence: Source) -> LinkFact {
    LinkFact {
        from: from.into(),
        to: to.into(),
        kind,
        protocol: None,
        about: about.iter().map(|a| (*a).to_string()).collect(),
        timeout: Limit::Unknown,
        breaker: Limit::Unknown,
        retry: Limit::Unknown,
        balanced: false,
        certainty: Certainty::Resolved,
        evidence: vec![evidence],
        because: String::new(),
    }
}

fn resource(kind: ResourceKind, technology: &str, evidence: Source) -> ResourceFact {
    ResourceFact {
        kind,
        technology: Some(technology.into()),
        host: None,
        databases: Vec::new(),
        names: Vec::new(),
        published: false,
        embedded: false,
        health: None,
        certainty: Certainty::Resolved,
        evidence: vec![evidence],
    }
}

fn column(of: &str, nullable: bool) -> ColumnFact {
    ColumnFact {
        of: of.into(),
        nullable,
        default: None,
    }
}

pub fn facts() -> Facts {
    let mut facts = Facts {
        name: "Shop".into(),
        ..Facts::default()
    };
    facts.tree.files = 40;
    facts.tree.lines.insert("java".into(), 1200);
    facts.tree.lines.insert("python".into(), 300);
    facts.tree.left_out.insert(
        "vendored".into(),
        LeftOut {
            files: 7,
            some: vec!["web/node_modules/".into()],
        },
    );
    let mut orders = service("orders", "java", at("orders/pom.xml", 1));
    orders.endpoints = vec![
        endpoint(
            "GET",
            "/orders/{id}",
            "Orders.get",
            at("orders/Orders.java", 12),
        ),
        endpoint(
            "POST",
            "/orders",
            "Orders.create",
            at("orders/Orders.java", 20),
        ),
    ];
    orders.endpoints[1].outside = vec!["/api/orders".into()];
    orders.tests = 3;
    orders.entities.push(EntityFact {
        name: "Order".into(),
        table: Some("orders".into()),
        fields: vec![FieldFact {
            name: "lines".into(),
            of: "List<Line>".into(),
            refers: Some("Line".into()),
            many: true,
            optional: false,
        }],
        at: at("orders/Order.java", 5),
    });
    orders.environment = vec![
        EnvironmentFact {
            name: "DB_HOST".into(),
            read: vec![at("orders/application.yml", 3)],
            set: vec![at("compose.yaml", 8)],
            default: None,
        },
        EnvironmentFact {
            name: "OLD_FLAG".into(),
            read: Vec::new(),
            set: vec![at("compose.yaml", 9)],
            default: None,
        },
    ];
    let mut stock = service("stock", "python", at("stock/Dockerfile", 1));
    stock.endpoints = vec![endpoint(
        "GET",
        "/stock/{id}",
        "get_stock",
        at("stock/app.py", 9),
    )];
    let mut gateway = service("gateway", "java", at("gateway/pom.xml", 1));
    gateway.role = ServiceRole::Gateway;
    gateway.published = true;
    facts.services.insert("orders".into(), orders);
    facts.services.insert("stock".into(), stock);
    facts.services.insert("gateway".into(), gateway);
    let mut store = resource(ResourceKind::Store, "postgresql", at("compose.yaml", 30));
    store.databases = vec!["shop".into()];
    facts.resources.insert("db".into(), store);
    facts.resources.insert(
        "mq".into(),
        resource(ResourceKind::Broker, "rabbitmq", at("compose.yaml", 40)),
    );
    let mut call = link(
        "orders",
        "stock",
        LinkKind::Call,
        &["GET /stock/{id}"],
        at("orders/StockClient.java", 14),
    );
    call.because = "STOCK_URL is stock in compose.yaml".into();
    call.timeout = Limit::Absent(at("orders/StockClient.java", 10));
    facts.links = vec![
        call,
        link(
            "gateway",
            "orders",
            LinkKind::Route,
            &["/api/orders"],
            at("gateway/application.yml", 6),
        ),
        link(
            "orders",
            "db",
            LinkKind::Data,
            &["shop"],
            at("orders/application.yml", 3),
        ),
        link(
            "stock",
            "db",
            LinkKind::Data,
            &["shop"],
            at("stock/app.py", 4),
        ),
        link(
            "orders",
            "mq",
            LinkKind::Produce,
            &["order-placed"],
            at("orders/Events.java", 8),
        ),
        link(
            "stock",
            "orders",
            LinkKind::Startup,
            &[],
            at("compose.yaml", 20),
        ),
    ];
    let mut topic = TopicFact {
        broker: Some("mq".into()),
        ..TopicFact::default()
    };
    topic
        .producers
        .insert("orders".into(), vec![at("orders/Events.java", 8)]);
    facts.topics.insert("order-placed".into(), topic);
    let mut schema = SchemaFact {
        store: Some("db".into()),
        service: Some("orders".into()),
        tool: "flyway".into(),
        dialect: "postgresql".into(),
        files: vec!["orders/db/V1__init.sql".into()],
        ..SchemaFact::default()
    };
    let mut table = TableFact {
        primary_key: vec!["id".into()],
        at: at("orders/db/V1__init.sql", 1),
        ..TableFact::default()
    };
    table.columns.insert("id".into(), column("bigint", false));
    table
        .columns
        .insert("note".into(), column("character varying(80)", true));
    schema.tables.insert("orders".into(), table.clone());
    table.at = at("orders/db/V1__init.sql", 9);
    table
        .columns
        .insert("order_id".into(), column("bigint", false));
    table.foreign_keys.push(ForeignKeyFact {
        columns: vec!["order_id".into()],
        table: "orders".into(),
        references: vec!["id".into()],
    });
    schema.tables.insert("order_lines".into(), table.clone());
    table.foreign_keys.clear();
    table.at = at("orders/db/V1__init.sql", 20);
    schema.tables.insert("old_orders".into(), table);
    facts.schemas.push(schema);
    facts.contracts.push(ContractFact {
        kind: "openapi".into(),
        title: "Orders | v1".into(),
        service: Some("orders".into()),
        operations: vec!["GET /orders/{id}".into()],
        at: at("orders/openapi.yaml", 1),
    });
    facts.unknowns.push(UnknownFact {
        about: "call-target".into(),
        service: Some("stock".into()),
        text: "requests.get(url); url is a parameter".into(),
        at: at("stock/app.py", 33),
    });
    facts
}
