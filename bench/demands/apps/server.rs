//! POST /orders: parse a JSON order, total its lines, answer with JSON of about 1 KiB.

use axum::{routing::post, Json, Router};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Line {
    sku: String,
    name: String,
    quantity: i64,
    price: i64,
    #[serde(default)]
    subtotal: i64,
}

#[derive(Deserialize, Serialize)]
struct Order {
    id: i64,
    customer: String,
    #[serde(default)]
    state: String,
    lines: Vec<Line>,
    #[serde(default)]
    total: i64,
}

async fn place(Json(mut order): Json<Order>) -> Json<Order> {
    order.state = "placed".to_string();
    for line in &mut order.lines {
        line.subtotal = line.quantity * line.price;
        order.total += line.subtotal;
    }
    Json(order)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "18080".to_string());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, Router::new().route("/orders", post(place))).await
}
