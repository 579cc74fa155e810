//! SQL inside the body of an endpoint.
//!
//! **Why.** The table's shape is known to the layer that speaks HTTP; a change of it is searched for everywhere.
//!
//! **Remedy.** Put the statement behind a function of the data's own module.
//!
//! **When it is wrong.** The service is a thin view of one table, and stays so.
//!
//! ```text bad
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const express = require("express");
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! const app = express();
//! async function list(req, res) {
//!   const found = await pool.query("SELECT id, total FROM orders WHERE customer = $1", [req.query.customer]);
//!   res.json(found.rows);
//! }
//! app.get("/orders", list);
//! app.listen(8080);
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/store.js
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function ordersOf(customer) {
//!   return (await pool.query("SELECT id, total FROM orders WHERE customer = $1", [customer])).rows;
//! }
//! module.exports = { ordersOf };
//! --- orders/server.js
//! const express = require("express");
//! const store = require("./store");
//! const app = express();
//! async function list(req, res) {
//!   res.json(await store.ordersOf(req.query.customer));
//! }
//! app.get("/orders", list);
//! app.listen(8080);
//! ```

use model::finding::Severity;

use super::{Report, View, article, source};
use crate::observation::{Observation, Value};

pub const ID: &str = "sql-in-handler";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.seen() {
        let Observation::Query(query) = &seen.what else { continue };
        let Some(sql) = query.sql.as_ref().and_then(first_text) else { continue };
        if !is_statement(sql) || !view.in_handler(path, &seen.within) {
            continue;
        }
        let verb = sql.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
        let at = source(path, seen);
        report.add(
            &at,
            &format!("{}:{verb}", seen.within),
            seen.certainty,
            format!("{} {verb} statement stands in the handler {}", article(&verb), view.name_of(path, &seen.within)),
            "the layer that speaks HTTP knows the table",
            "put the statement behind a function of the data's own module",
        );
    }
}

fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Concat(pieces) => pieces.first().and_then(first_text),
        _ => None,
    }
}

fn is_statement(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE"].contains(&first.as_str()) && sql.len() > 12
}
