//! A query inside a loop over rows (N+1).
//!
//! **Why.** A hundred rows make a hundred and one round trips; the page is fast with ten rows and slow with
//! a thousand.
//!
//! **Remedy.** Ask once for all: a join, an eager load, or `IN` with the keys.
//!
//! **When it is wrong.** The loop runs over a handful of things that never become more, or it writes and each
//! write must stand alone. Loops over what is written out in the code, over batches, until a condition holds,
//! over databases, and those of migrations, seeds and scripts are not reported; nor is a query that says the
//! same in each turn, nor a loop that gives back the first thing it finds.
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
//! ```text bad
//! --- shop/pom.xml
//! <project><groupId>a</groupId><artifactId>shop</artifactId></project>
//! --- shop/src/main/java/a/Baskets.java
//! package a;
//! import java.util.List;
//! class Baskets {
//!   private final ProductRepository products;
//!   long total(List<Line> lines) {
//!     long sum = 0;
//!     for (Line line : lines) {
//!       Product product = products.findByCode(line.code());
//!       sum += product.price();
//!     }
//!     return sum;
//!   }
//! }
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function prices(ids) {
//!   const found = [];
//!   for (const batch of batchesOf(ids, 500)) {
//!     found.push(...(await pool.query("SELECT id, price FROM products WHERE id = ANY($1)", [batch])).rows);
//!   }
//!   for (const kind of ["gift", "sale"]) {
//!     found.push(...(await pool.query("SELECT id, price FROM offers WHERE kind = $1", [kind])).rows);
//!   }
//!   return found;
//! }
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function settle(payments) {
//!   for (const payment of payments) {
//!     await pool.query("SELECT id FROM accounts WHERE id = $1 FOR UPDATE", [payment.account]);
//!     await pool.query("UPDATE accounts SET balance = balance - $2 WHERE id = $1", [payment.account, payment.amount]);
//!   }
//! }
//! async function sizes(tenants) {
//!   for (const tenant of tenants) {
//!     enter(tenant);
//!     report((await pool.query("SELECT count(*) FROM orders")).rows);
//!   }
//! }
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/migrations/004_slugs.js
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function up(rows) {
//!   for (const row of rows) {
//!     report((await pool.query("SELECT slug FROM orders WHERE id = $1", [row.id])).rows);
//!   }
//! }
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const pool = new Pool({ connectionString: process.env.DATABASE_URL });
//! async function cheapest(warehouses, code) {
//!   for (const warehouse of warehouses) {
//!     const found = await pool.query("SELECT price FROM stock WHERE place = $1 AND code = $2", [warehouse, code]);
//!     if (found.rows.length > 0) {
//!       return found.rows[0].price;
//!     }
//!   }
//! }
//! ```

use std::collections::BTreeMap;

use model::finding::{Certainty, Severity};

use super::{Report, View, in_words, is_by_hand, is_shown, related, source};
use crate::observation::{Observation, Observed};

pub const ID: &str = "query-per-row";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    let mut found: BTreeMap<(&str, &str, &str), Vec<&Observed>> = BTreeMap::new();
    for (path, seen) in view.code() {
        let Observation::Query(query) = &seen.what else { continue };
        if !query.in_loop || query.writes || is_by_hand(path) || is_shown(path) {
            continue;
        }
        let entity = query.entity.as_deref().unwrap_or("");
        found.entry((path, &seen.within, entity)).or_default().push(seen);
    }
    for ((path, within, entity), places) in found {
        let first = places[0];
        let about = if entity.is_empty() { String::new() } else { format!(" of {entity}") };
        let finding = report.add(
            &source(path, first),
            &format!("{within}{about}"),
            first.certainty.max(Certainty::Inferred),
            format!("a query{about} runs once for each item of the loop{}", in_words(within)),
            "a hundred items make a hundred round trips",
            "ask once for all of them: a join, an eager load, or the keys in one condition",
        );
        for other in &places[1..] {
            related(finding, &source(path, other), "and here");
        }
    }
}
