//! A query inside a loop over rows (N+1).
//!
//! **Why.** A hundred rows make a hundred and one round trips; the page is fast with ten rows and slow with
//! a thousand.
//!
//! **Remedy.** Ask once for all: a join, an eager load, or `IN` with the keys.
//!
//! **When it is wrong.** The loop runs over a handful of things that never become more, or it writes and each
//! write must stand alone.
//!
//! ```text bad
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const app = require("express")();
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function lines(orders) {
//!   for (const order of orders) {
//!     order.lines = await pool.query("SELECT * FROM lines WHERE order_id = $1", [order.id]);
//!   }
//! }
//! app.listen(8080);
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const app = require("express")();
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function lines(ids) {
//!   return pool.query("SELECT * FROM lines WHERE order_id = ANY($1)", [ids]);
//! }
//! app.listen(8080);
//! ```

use model::finding::{Certainty, Severity};

use super::{Report, View, source};
use crate::observation::Observation;

pub const ID: &str = "query-per-row";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.seen() {
        let Observation::Query(query) = &seen.what else { continue };
        if !query.in_loop || query.writes {
            continue;
        }
        let at = source(path, seen);
        let about = query.entity.as_deref().map_or(String::new(), |entity| format!(" of {entity}"));
        report.add(
            &at,
            &format!("{}{about}", seen.within),
            seen.certainty.max(Certainty::Inferred),
            format!("a query{about} runs once for each item of the loop in {}", if seen.within.is_empty() { "this file" } else { &seen.within }),
            "a hundred items make a hundred round trips",
            "ask once for all of them: a join, an eager load, or the keys in one condition",
        );
    }
}
