//! Sequences, entities and charts that the tests look at.

use groundplan_render::picture::er::{Column, Entity, Er, KeyMark, Many, Relation};
use groundplan_render::picture::graph::{Emphasis, Shape};
use groundplan_render::picture::plot::{Axis, Bar, BarChart, LineChart, Marker, Scale, Series};
use groundplan_render::picture::sequence::{Frame, MessageKind, Participant, Sequence, Step};

/// Placing an order, with a transaction and two courses.
pub fn place_order() -> Sequence {
    use MessageKind::{Async, Call, Return};
    let who = |id: &str, title: &str, subtitle: &str, shape| Participant {
        id: id.into(),
        title: title.into(),
        subtitle: subtitle.into(),
        shape,
    };
    let open = |frame, label: &str| Step::Open {
        frame,
        label: label.into(),
    };
    let mut charge =
        Step::message("pay", "psp", "POST /charges", Call).small("timeout 2 s, 1 retry");
    if let Step::Message { emphasis, .. } = &mut charge {
        *emphasis = Emphasis::Strong;
    }
    Sequence {
        title: "Place order".into(),
        participants: vec![
            who("buyer", "Buyer", "", Shape::Person),
            who("gw", "API gateway", "Envoy", Shape::Gateway),
            who("orders", "Orders", "Rust, axum", Shape::Box),
            who("db", "Orders store", "PostgreSQL 17", Shape::Store),
            who("pay", "Payments", "Rust, axum", Shape::Box),
            who("psp", "Payment provider", "HTTPS", Shape::External),
            who("bus", "Events", "NATS", Shape::Queue),
        ],
        steps: vec![
            Step::message("buyer", "gw", "POST /orders", Call).small("Idempotency-Key"),
            Step::message("gw", "gw", "check token", Call),
            Step::message("gw", "orders", "POST /orders", Call).small("timeout 3 s"),
            open(Frame::Transaction, "read committed"),
            Step::message("orders", "db", "insert order, lines", Call),
            Step::message("orders", "db", "guarded update of stock", Call)
                .small("available >= qty"),
            Step::message("db", "orders", "1 row", Return),
            Step::Close,
            Step::Note {
                at: "orders".into(),
                text: "Nothing is charged before the reservation is durable.".into(),
            },
            Step::message("orders", "pay", "authorise", Call).small("timeout 2.5 s"),
            charge,
            Step::message("psp", "pay", "201", Return),
            Step::message("pay", "orders", "authorised", Return),
            open(Frame::Alt, "authorised"),
            Step::message("orders", "bus", "order-placed", Async).small("outbox, at least once"),
            Step::message("orders", "gw", "201 Created", Return),
            Step::Else {
                label: "declined or timed out".into(),
            },
            Step::message("orders", "db", "release stock", Call),
            Step::message("orders", "gw", "402 problem+json", Return),
            Step::Close,
            Step::message("gw", "buyer", "answer", Return).small("p99 480 ms"),
        ],
        ..Sequence::default()
    }
}

fn column(text: &str) -> Column {
    let mut parts = text.split(' ');
    let (name, ty) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let marks = parts.next().unwrap_or("");
    Column {
        name: name.into(),
        ty: ty.trim_end_matches('?').into(),
        nullable: ty.ends_with('?'),
        marks: [
            ("PK", KeyMark::Primary),
            ("FK", KeyMark::Foreign),
            ("UQ", KeyMark::Unique),
            ("IX", KeyMark::Index),
        ]
        .into_iter()
        .filter(|(m, _)| marks.contains(m))
        .map(|(_, k)| k)
        .collect(),
    }
}

/// Seven tables.
pub fn shop_tables() -> Er {
    let table = |id: &str, owner: &str, columns: &[&str]| Entity {
        id: id.into(),
        title: id.into(),
        subtitle: owner.into(),
        columns: columns.iter().map(|c| column(c)).collect(),
        ..Entity::default()
    };
    let relation = |from: &str, to: &str, ends: (Many, Many), label: &str, identifying| Relation {
        id: format!("{from}-{to}"),
        from: from.into(),
        to: to.into(),
        from_many: ends.0,
        to_many: ends.1,
        label: label.into(),
        identifying,
    };
    use Many::{One, OneOrMore, ZeroOrMore, ZeroOrOne};
    Er {
        title: "Orders: entities".into(),
        entities: vec![
            table(
                "customer",
                "orders",
                &[
                    "id uuid PK",
                    "email text UQ",
                    "name text",
                    "created_at timestamptz",
                ],
            ),
            table(
                "order",
                "orders",
                &[
                    "id uuid PK",
                    "customer_id uuid FK,IX",
                    "state order_state IX",
                    "total numeric(12,2)",
                    "currency char(3)",
                    "placed_at timestamptz? IX",
                ],
            ),
            table(
                "order_line",
                "orders",
                &[
                    "order_id uuid PK,FK",
                    "line_no int PK",
                    "product_id uuid FK,IX",
                    "qty int",
                    "unit_price numeric(12,2)",
                ],
            ),
            table(
                "product",
                "catalog",
                &[
                    "id uuid PK",
                    "sku text UQ",
                    "title text",
                    "price numeric(12,2)",
                ],
            ),
            table(
                "stock",
                "stock",
                &["product_id uuid PK,FK", "available int", "reserved int"],
            ),
            table(
                "payment",
                "payments",
                &[
                    "id uuid PK",
                    "order_id uuid FK,UQ",
                    "amount numeric(12,2)",
                    "state payment_state",
                    "provider_ref text? UQ",
                ],
            ),
            table(
                "category",
                "catalog",
                &["id uuid PK", "parent_id uuid? FK,IX", "name text"],
            ),
        ],
        relations: vec![
            relation("customer", "order", (One, ZeroOrMore), "places", false),
            relation("order", "order_line", (One, OneOrMore), "order_id", true),
            relation(
                "product",
                "order_line",
                (One, ZeroOrMore),
                "product_id",
                false,
            ),
            relation("product", "stock", (One, ZeroOrOne), "", true),
            relation("order", "payment", (One, ZeroOrOne), "order_id", false),
            relation("category", "product", (ZeroOrOne, ZeroOrMore), "", false),
            relation(
                "category",
                "category",
                (ZeroOrOne, ZeroOrMore),
                "parent_id",
                false,
            ),
        ],
        ..Er::default()
    }
}

/// Latency against load, M/M/c-like curves on a log axis.
pub fn latency() -> LineChart {
    let curve = |cap: f64, base: f64| {
        (1..100)
            .map(|i| f64::from(i) * 5.0)
            .filter(|x| *x < cap)
            .map(|x| (x, base / (1.0 - x / cap)))
            .collect()
    };
    LineChart {
        title: "place-order: latency against load".into(),
        x: Axis {
            label: "Load".into(),
            unit: "req/s".into(),
            ..Axis::default()
        },
        y: Axis {
            label: "Latency".into(),
            unit: "ms".into(),
            scale: Scale::Log,
            ..Axis::default()
        },
        series: vec![
            Series {
                label: "p50".into(),
                points: curve(430.0, 40.0),
                ..Series::default()
            },
            Series {
                label: "p99".into(),
                points: curve(420.0, 160.0),
                ..Series::default()
            },
            Series {
                label: "p99, no cache".into(),
                points: curve(260.0, 210.0),
                dashed: true,
                ..Series::default()
            },
        ],
        markers: vec![
            Marker::Vertical {
                x: 40.0,
                label: "today 40/s".into(),
            },
            Marker::Vertical {
                x: 120.0,
                label: "spike 120/s".into(),
            },
            Marker::Horizontal {
                y: 500.0,
                label: "target p99 500 ms".into(),
            },
        ],
        ..LineChart::default()
    }
}

/// Utilisation with limits.
pub fn utilisation() -> BarChart {
    let bar = |label: &str, value: f64, limit| Bar {
        label: label.into(),
        value,
        limit,
        note: String::new(),
    };
    BarChart {
        title: "Utilisation at the spike".into(),
        axis: Axis {
            label: "Utilisation".into(),
            unit: "%".into(),
            ..Axis::default()
        },
        bars: vec![
            bar("API gateway", 22.0, Some(70.0)),
            bar("Orders", 58.5, Some(70.0)),
            bar("Payments", 91.0, Some(70.0)),
            bar("Orders store: connections", 48.0, Some(80.0)),
            bar("Events", 6.3, Some(70.0)),
            bar("unknown", f64::NAN, None),
        ],
        ..BarChart::default()
    }
}
