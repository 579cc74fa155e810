//! The address of another service written into a client's call.
//!
//! **Why.** It is right in one environment only. Moving the service, or running two of them, needs a release.
//!
//! **Remedy.** Read the base address from configuration, with the environment's own value.
//!
//! **When it is wrong.** The address never differs: a published interface of others with one address.
//! Public hosts are not reported for that reason; defaults of variables are not either.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const express = require("express");
//! const app = express();
//! app.get("/", async (req, res) => res.json((await axios.get("http://stock:8080/items")).data));
//! app.listen(8080);
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop}
//!   stock: {image: acme/stock}
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const express = require("express");
//! const stock = process.env.STOCK_URL || "http://stock:8080";
//! const app = express();
//! app.get("/", async (req, res) => res.json((await axios.get(`${stock}/items`)).data));
//! app.listen(8080);
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop}
//!   stock: {image: acme/stock}
//! ```

use model::finding::{Certainty, Severity};

use super::{Report, View, source};
use crate::link::address_of;
use crate::observation::{Observation, Value};

pub const ID: &str = "hard-coded-address";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    let known = |host: &str| {
        view.facts.services.values().any(|one| one.names.iter().any(|name| name == host))
            || view.facts.resources.values().any(|one| one.names.iter().any(|name| name == host))
    };
    for (path, seen) in view.seen() {
        let Observation::Call(call) = &seen.what else { continue };
        let text = match &call.target {
            Value::Text(text) => text,
            Value::Concat(pieces) => match pieces.first() {
                Some(Value::Text(text)) => text,
                _ => continue,
            },
            _ => continue,
        };
        if !text.contains("://") || call.service.is_some() {
            continue;
        }
        let address = address_of(text);
        let is_ip = address.host.split('.').count() == 4 && address.host.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !(known(&address.host) || is_ip || address.host == "localhost") {
            continue;
        }
        let at = source(path, seen);
        report.add(
            &at,
            &format!("{}:{}", seen.within, address.host),
            seen.certainty.max(Certainty::Resolved),
            format!("the address of {} is written into the call", address.host),
            "it fits one environment; any other needs a changed program",
            format!("read the base address of {} from configuration", address.host),
        );
    }
}
