//! A call to another service without a circuit breaker.
//!
//! **Why.** While the other is down, each request here still waits for it, and what is left of it is asked
//! more and more.
//!
//! **Remedy.** Put a breaker around the call, with what is answered while it is open.
//!
//! **When it is wrong.** A mesh or gateway outside the tree breaks the circuit, or the caller has nothing else
//! to do than wait. It is reported only where the call is resolved and its client's construction is in view,
//! and no breaker stands elsewhere in the service, which may be around the caller.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! const stock = axios.create({ baseURL: process.env.STOCK_URL, timeout: 2000 });
//! async function items() {
//!   return stock.get("/items");
//! }
//! app.listen(80);
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop, environment: {STOCK_URL: "http://stock:80"}}
//!   stock: {image: acme/stock}
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1", "opossum": "8"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const CircuitBreaker = require("opossum");
//! const app = require("express")();
//! const stock = axios.create({ baseURL: process.env.STOCK_URL, timeout: 2000 });
//! async function items() {
//!   return new CircuitBreaker(() => stock.get("/items"), { timeout: 2500 }).fire();
//! }
//! app.listen(80);
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop, environment: {STOCK_URL: "http://stock:80"}}
//!   stock: {image: acme/stock}
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1", "opossum": "8"}}
//! --- shop/stock.js
//! const axios = require("axios");
//! const stock = axios.create({ baseURL: process.env.STOCK_URL, timeout: 2000 });
//! async function items() {
//!   return stock.get("/items");
//! }
//! module.exports = { items };
//! --- shop/server.js
//! const CircuitBreaker = require("opossum");
//! const { items } = require("./stock");
//! const app = require("express")();
//! async function page(req, res) {
//!   const guarded = new CircuitBreaker(items, { timeout: 2500 });
//!   res.json(await guarded.fire());
//! }
//! app.get("/", page);
//! app.listen(80);
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop, environment: {STOCK_URL: "http://stock:80"}}
//!   stock: {image: acme/stock}
//! ```

use model::fact::{LinkKind, Limit};
use model::finding::{Certainty, Severity};

use super::{Report, View};

pub const ID: &str = "unprotected-call";
pub const SEVERITY: Severity = Severity::Note;

pub fn check(view: &View, report: &mut Report) {
    for link in &view.facts.links {
        let Limit::Absent(_) = &link.breaker else { continue };
        if link.kind != LinkKind::Call || link.certainty != Certainty::Resolved {
            continue;
        }
        let Some(at) = link.evidence.first() else { continue };
        report.add(
            at,
            &format!("{}-{}", link.from, link.to),
            link.certainty,
            format!("{} asks {} without a circuit breaker", link.from, link.to),
            format!("while {} is down, every request of {} waits for it", link.to, link.from),
            format!("put a breaker around the call, and say what is answered while {} is down", link.to),
        );
    }
}
