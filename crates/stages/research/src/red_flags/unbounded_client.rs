//! A client of another system without a timeout.
//!
//! **Why.** When the other hangs, every thread and connection here waits with it.
//!
//! **Remedy.** Set connect and read timeouts where the client is made: a little over the callee's 99.9th
//! percentile.
//!
//! **When it is wrong.** A default is set where this tool does not look: a proxy, a mesh, a framework's global
//! configuration outside the tree. It is reported only where the client's construction is in view and the
//! library has no timeout of its own.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! const stock = axios.create({ baseURL: process.env.STOCK_URL });
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

use model::fact::{LinkKind, Limit};
use model::finding::Severity;

use super::{Report, View, related};

pub const ID: &str = "unbounded-client";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    for link in &view.facts.links {
        let Limit::Absent(made) = &link.timeout else { continue };
        if !matches!(link.kind, LinkKind::Call | LinkKind::External) {
            continue;
        }
        let finding = report.add(
            made,
            &format!("{}-{}", link.from, link.to),
            link.certainty,
            format!("the client with which {} asks {} has no timeout", link.from, link.to),
            format!("when {} hangs, {} hangs with it", link.to, link.from),
            "set connect and read timeouts where the client is made",
        );
        if let Some(at) = link.evidence.first() {
            related(finding, at, "used here");
        }
    }
}
