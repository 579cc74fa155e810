//! A request to another system made inside the body of an endpoint.
//!
//! **Why.** Who tests the endpoint needs the other system; a change of its interface is searched for everywhere.
//!
//! **Remedy.** Put the call behind a function or interface named for what it gives.
//!
//! **When it is wrong.** The service is a gateway whose handlers do nothing else. It is advice, never a gate.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! async function page(req, res) {
//!   const stock = await axios.get(process.env.STOCK_URL + "/items");
//!   res.json(stock.data);
//! }
//! app.get("/", page);
//! app.listen(80);
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! async function itemsInStock() {
//!   return (await axios.get(process.env.STOCK_URL + "/items")).data;
//! }
//! async function page(req, res) {
//!   res.json(await itemsInStock());
//! }
//! app.get("/", page);
//! app.listen(80);
//! ```

use model::fact::ServiceRole;
use model::finding::{Certainty, Severity};

use super::{Report, View, article, source, spelled};
use crate::observation::Observation;

pub const ID: &str = "client-in-handler";
pub const SEVERITY: Severity = Severity::Note;

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.code() {
        let Observation::Call(call) = &seen.what else { continue };
        let gateway = view
            .service_of(path)
            .and_then(|id| view.facts.services.get(id))
            .is_some_and(|one| one.role == ServiceRole::Gateway);
        if gateway || !view.in_handler(path, &seen.within) {
            continue;
        }
        let at = source(path, seen);
        report.add(
            &at,
            &format!("{}:{}", seen.within, call.library),
            seen.certainty.max(Certainty::Inferred),
            format!(
                "the handler {} makes {} {} request itself",
                view.name_of(path, &seen.within),
                article(&call.protocol),
                spelled(&call.protocol),
            ),
            "the endpoint cannot be tested without the other system",
            "put the call behind a function or interface named for what it gives",
        );
    }
}
