//! State of the process that requests change.
//!
//! **Why.** Two requests at once may lose an update, and two instances see different values.
//!
//! **Remedy.** Keep it in the request, in a store, or behind a lock that says what it protects.
//!
//! **When it is wrong.** It is a cache whose loss changes nothing, or filled once at start. It is advice,
//! never a gate. What is called a cache, is changed under a lock, or belongs to the pages of a browser is not
//! reported; nor is a name that the function binds itself.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! const carts = {};
//! const seen = [];
//! function order(req, res) {
//!   seen.push(req.body.id);
//!   res.json(seen.length);
//! }
//! app.post("/orders", order);
//! app.listen(80);
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! function order(req, res) {
//!   const seen = [];
//!   seen.push(req.body.id);
//!   res.json(seen.length);
//! }
//! app.post("/orders", order);
//! app.listen(80);
//! ```
//! ```text good
//! --- shop/requirements.txt
//! flask
//! --- shop/app.py
//! from flask import Flask, request
//! app = Flask(__name__)
//! rates_cache = {}
//! class Basket:
//!     lines = []
//!     def priced(self, given):
//!         lines = []
//!         for one in given:
//!             lines.append(price(one))
//!         return lines
//! @app.route("/basket", methods=["POST"])
//! def basket():
//!     rates_cache.update({request.json["currency"]: rate(request.json["currency"])})
//!     return Basket().priced(request.json["lines"])
//! ```
//! ```text good
//! --- shop/requirements.txt
//! flask
//! --- shop/app.py
//! from flask import Flask
//! app = Flask(__name__)
//! @app.route("/")
//! def page():
//!     return "ok"
//! --- shop/pages/scroll.js
//! const listeners = new Map();
//! export function onScroll(name, listener) {
//!   listeners.set(name, listener);
//! }
//! ```
//! ```text good
//! --- shop/requirements.txt
//! flask
//! --- shop/app.py
//! import threading
//! from flask import Flask, request
//! app = Flask(__name__)
//! lock = threading.Lock()
//! seats = []
//! @app.route("/seats", methods=["POST"])
//! def take():
//!     lock.acquire()
//!     seats.append(request.json["seat"])
//!     lock.release()
//!     return "ok"
//! ```

use std::collections::BTreeMap;

use model::finding::{Certainty, Severity};

use super::{Report, View, in_words, is_by_hand, is_shown, related, source};
use crate::observation::{Observation, Observed};

pub const ID: &str = "shared-mutable-state";
pub const SEVERITY: Severity = Severity::Note;

pub fn check(view: &View, report: &mut Report) {
    let mut found: BTreeMap<(&str, &str), Vec<&Observed>> = BTreeMap::new();
    for (path, seen) in view.code() {
        let Observation::SharedState { name } = &seen.what else { continue };
        let cache = ["cache", "memo"].iter().any(|word| name.to_ascii_lowercase().contains(word));
        if !cache && !is_by_hand(path) && !is_shown(path) && view.answers(path) {
            found.entry((path, name)).or_default().push(seen);
        }
    }
    for ((path, name), places) in found {
        let first = places[0];
        let finding = report.add(
            &source(path, first),
            name,
            Certainty::Inferred,
            format!("`{name}` is shared by all requests and changed{}", in_words(&first.within)),
            "updates are lost between requests, and instances see different values",
            format!("keep `{name}` in a store, or in the request"),
        );
        for other in &places[1..] {
            related(finding, &source(path, other), "changed here too");
        }
    }
}
