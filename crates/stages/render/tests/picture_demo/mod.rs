//! The pictures that the tests look at.

pub mod measured;
pub mod others;

use groundplan_render::picture::graph::{
    Direction, Edge, EdgeStyle, Emphasis, Graph, Group, Node, Shape,
};

fn node(id: &str, title: &str, subtitle: &str, lines: &[&str], shape: Shape, group: &str) -> Node {
    Node {
        id: id.into(),
        title: title.into(),
        subtitle: subtitle.into(),
        lines: lines.iter().map(|l| (*l).to_owned()).collect(),
        shape,
        group: (!group.is_empty()).then(|| group.to_owned()),
        ..Node::default()
    }
}

fn edge(from: &str, to: &str, label: &str, style: EdgeStyle) -> Edge {
    Edge {
        style,
        ..Edge::new(from, to, label)
    }
}

fn group(id: &str, title: &str, parent: Option<&str>) -> Group {
    Group {
        id: id.into(),
        title: title.into(),
        parent: parent.map(str::to_owned),
    }
}

/// Gateway, four services, stores, broker, cache, externals; 18 labelled edges in three groups.
pub fn shop() -> Graph {
    use EdgeStyle::{Async, Data, Sync};
    let mut pay = node(
        "pay",
        "Payments",
        "Rust, axum",
        &["2 x 1 vCPU, 2 zones"],
        Shape::Box,
        "app",
    );
    pay.emphasis = Emphasis::Strong;
    Graph {
        title: "Shop: containers".into(),
        direction: Direction::Down,
        nodes: vec![
            node("buyer", "Buyer", "", &[], Shape::Person, ""),
            node("web", "Web shop", "TypeScript", &[], Shape::Client, ""),
            node(
                "gw",
                "API gateway",
                "Envoy",
                &["2 x 1 vCPU, 2 zones"],
                Shape::Gateway,
                "edge",
            ),
            node(
                "catalog",
                "Catalog",
                "Rust, axum",
                &["3 x 2 vCPU, 2 zones"],
                Shape::Box,
                "app",
            ),
            node(
                "orders",
                "Orders",
                "Rust, axum",
                &["3 x 2 vCPU, 2 zones"],
                Shape::Box,
                "app",
            ),
            pay,
            node(
                "stock",
                "Stock",
                "Rust, axum",
                &["2 x 1 vCPU, 2 zones"],
                Shape::Box,
                "app",
            ),
            node(
                "mailer",
                "Mailer",
                "Rust",
                &["1 x 0.5 vCPU"],
                Shape::Worker,
                "app",
            ),
            node(
                "cache",
                "Product cache",
                "Redis 7",
                &["1 GB"],
                Shape::Cache,
                "data",
            ),
            node(
                "catdb",
                "Catalog store",
                "PostgreSQL 17",
                &["40 GB, 2 replicas"],
                Shape::Store,
                "data",
            ),
            node(
                "orddb",
                "Orders store",
                "PostgreSQL 17",
                &["220 GB, 2 replicas"],
                Shape::Store,
                "data",
            ),
            node(
                "stkdb",
                "Stock store",
                "PostgreSQL 17",
                &["12 GB, 1 replica"],
                Shape::Store,
                "data",
            ),
            node(
                "bus",
                "Events",
                "NATS JetStream",
                &["3 nodes"],
                Shape::Queue,
                "data",
            ),
            node(
                "psp",
                "Payment provider",
                "HTTPS",
                &["99.95 %"],
                Shape::External,
                "",
            ),
            node("smtp", "Mail provider", "SMTP", &[], Shape::External, ""),
        ],
        groups: vec![
            group("edge", "Public zone", None),
            group("app", "Private zone: services", None),
            group("data", "Private zone: data", None),
        ],
        edges: vec![
            edge("buyer", "web", "browses, buys", Sync),
            edge("web", "gw", "HTTPS, JSON\n310 req/s", Sync),
            edge("gw", "catalog", "read products\n220 req/s", Sync),
            edge("gw", "orders", "place order\n40 req/s", Sync),
            edge("gw", "stock", "availability\n50 req/s", Sync),
            edge("catalog", "cache", "get product", Data),
            edge("catalog", "catdb", "on miss", Data),
            edge("orders", "orddb", "orders, outbox", Data),
            edge("orders", "stock", "reserve\n800 ms", Sync),
            edge("orders", "pay", "authorise\n2 s", Sync),
            edge("stock", "stkdb", "guarded update", Data),
            edge("pay", "psp", "charge\n2 s, 1 retry", Sync),
            edge("pay", "orddb", "ledger", Data),
            edge("orders", "bus", "order events", Async),
            edge("stock", "bus", "stock events", Async),
            edge("bus", "mailer", "order placed", Async),
            edge("mailer", "smtp", "send", Sync),
            edge("bus", "catalog", "stock changed", Async),
        ],
        legend: true,
        ..Graph::default()
    }
}

/// The smallest honest system.
pub fn three() -> Graph {
    Graph {
        title: "Notes: containers".into(),
        nodes: vec![
            node("user", "Member", "", &[], Shape::Person, ""),
            node(
                "app",
                "Notes service",
                "Rust, axum",
                &["1 x 1 vCPU"],
                Shape::Box,
                "",
            ),
            node("db", "Notes", "SQLite", &["2 GB"], Shape::Store, ""),
        ],
        edges: vec![
            edge("user", "app", "HTTPS, 2 req/s", EdgeStyle::Sync),
            edge("app", "db", "reads, writes", EdgeStyle::Data),
        ],
        ..Graph::default()
    }
}

/// Twenty-five nodes in four groups, one inside another.
pub fn large() -> Graph {
    let mut graph = Graph {
        title: "Logistics: containers".into(),
        groups: vec![
            group("cloud", "Region eu-central", None),
            group("svc", "Services", Some("cloud")),
            group("store", "Stores", Some("cloud")),
            group("ext", "Partners", None),
        ],
        legend: true,
        ..Graph::default()
    };
    for (id, title) in [
        ("app", "Driver app"),
        ("web", "Customer site"),
        ("ops", "Operations desk"),
    ] {
        graph
            .nodes
            .push(node(id, title, "", &[], Shape::Client, ""));
    }
    graph
        .nodes
        .push(node("gw", "Gateway", "Envoy", &[], Shape::Gateway, "cloud"));
    let services = [
        ("scan", "Scans"),
        ("parcel", "Parcels"),
        ("route", "Routes"),
        ("eta", "Arrival times"),
        ("track", "Tracking"),
        ("bill", "Billing"),
        ("notify", "Notifications"),
        ("report", "Reports"),
    ];
    for (id, title) in services {
        graph
            .nodes
            .push(node(id, title, "Rust", &["2 x 1 vCPU"], Shape::Box, "svc"));
    }
    for (id, title) in [
        ("sdb", "Scan log"),
        ("pdb", "Parcel store"),
        ("rdb", "Route store"),
        ("bdb", "Ledger"),
        ("odb", "Report store"),
    ] {
        graph
            .nodes
            .push(node(id, title, "PostgreSQL 17", &[], Shape::Store, "store"));
    }
    graph.nodes.push(node(
        "bus",
        "Scan events",
        "Kafka",
        &["6 partitions"],
        Shape::Queue,
        "store",
    ));
    graph.nodes.push(node(
        "cache",
        "Tracking cache",
        "Redis",
        &[],
        Shape::Cache,
        "store",
    ));
    graph.nodes.push(node(
        "loader",
        "Report loader",
        "",
        &[],
        Shape::Worker,
        "svc",
    ));
    graph.nodes.push(node(
        "sweep",
        "Retention job",
        "",
        &[],
        Shape::Worker,
        "svc",
    ));
    for (id, title) in [
        ("map", "Map provider"),
        ("sms", "SMS provider"),
        ("erp", "Accounting"),
    ] {
        graph
            .nodes
            .push(node(id, title, "HTTPS", &[], Shape::External, "ext"));
    }
    for (from, to, label, style) in [
        ("app", "gw", "scan, 900/s", EdgeStyle::Sync),
        ("web", "gw", "track, 2k/s", EdgeStyle::Sync),
        ("ops", "gw", "plan", EdgeStyle::Sync),
        ("gw", "scan", "", EdgeStyle::Sync),
        ("gw", "track", "", EdgeStyle::Sync),
        ("gw", "route", "", EdgeStyle::Sync),
        ("gw", "parcel", "", EdgeStyle::Sync),
        ("gw", "report", "", EdgeStyle::Sync),
        ("scan", "sdb", "append", EdgeStyle::Data),
        ("scan", "bus", "scanned", EdgeStyle::Async),
        ("bus", "parcel", "", EdgeStyle::Async),
        ("bus", "eta", "", EdgeStyle::Async),
        ("bus", "loader", "", EdgeStyle::Async),
        ("parcel", "pdb", "", EdgeStyle::Data),
        ("route", "rdb", "", EdgeStyle::Data),
        ("route", "map", "distance matrix", EdgeStyle::Sync),
        ("eta", "route", "stops", EdgeStyle::Sync),
        ("eta", "notify", "late", EdgeStyle::Async),
        ("track", "cache", "", EdgeStyle::Data),
        ("track", "parcel", "on miss", EdgeStyle::Sync),
        ("notify", "sms", "", EdgeStyle::Sync),
        ("parcel", "bill", "delivered", EdgeStyle::Async),
        ("bill", "bdb", "", EdgeStyle::Data),
        ("bill", "erp", "nightly file", EdgeStyle::Async),
        ("loader", "odb", "", EdgeStyle::Data),
        ("report", "odb", "", EdgeStyle::Data),
        ("sweep", "sdb", "drop weeks", EdgeStyle::Data),
        ("parcel", "cache", "invalidate", EdgeStyle::Data),
    ] {
        graph.edges.push(edge(from, to, label, style));
    }
    graph
}

/// Long names, umlauts, markup in names, a cycle, self loops, parallel edges, loose nodes.
pub fn odd() -> Graph {
    Graph {
        title: "Prüfstand für Größen & Maße <odd>".into(),
        direction: Direction::Down,
        nodes: vec![
            node(
                "a",
                "Auftragsabwicklungsübersichtsdienst für Großkunden und Wiederverkäufer",
                "Java 21 mit Spring Boot und sehr langem Beiwerk dahinter",
                &[
                    "3 x 2 vCPU, 2 Zonen",
                    "p99 180 ms",
                    "99,95 %",
                    "vier",
                    "fünf",
                ],
                Shape::Box,
                "g",
            ),
            node("b", "Zähler", "Rust", &[], Shape::Worker, "g"),
            node("c", "Ablage <b>&</b>", "\"quoted\"", &[], Shape::Store, "h"),
            node(
                "d",
                "very-long-technical-name-without-blanks.internal.example.com",
                "",
                &[],
                Shape::Gateway,
                "",
            ),
            node("e", "Allein", "", &[], Shape::Boundary, ""),
            node("f", "Auch allein", "", &[], Shape::External, "h"),
            node("g", "Schlange", "", &[], Shape::Queue, "h"),
            node("h", "日本語の名前", "", &[], Shape::Cache, "h"),
        ],
        groups: vec![
            group(
                "g",
                "Öffentliche Zone mit einem ungewöhnlich langen Namen, der kaum Platz hat",
                None,
            ),
            group("h", "Ablagen", Some("g")),
        ],
        edges: vec![
            edge("a", "b", "zählt", EdgeStyle::Sync),
            edge("b", "c", "schreibt", EdgeStyle::Data),
            edge("c", "a", "meldet zurück", EdgeStyle::Async),
            edge("a", "a", "prüft sich", EdgeStyle::Sync),
            edge("a", "a", "und noch einmal", EdgeStyle::Async),
            edge("a", "c", "eins", EdgeStyle::Sync),
            edge(
                "a",
                "c",
                "zwei, eine recht lange Beschriftung die umbrochen werden muss und dann endet",
                EdgeStyle::Async,
            ),
            edge("c", "a", "", EdgeStyle::Dashed),
            edge("d", "a", "", EdgeStyle::Sync),
            edge("b", "g", "stellt ein", EdgeStyle::Async),
            edge("nobody", "a", "dangling", EdgeStyle::Sync),
        ],
        legend: true,
        ..Graph::default()
    }
}
