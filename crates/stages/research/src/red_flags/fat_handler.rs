//! A handler that does the work itself.
//!
//! **Why.** Rules that live in a handler are reached over HTTP only; a job, a message or a test cannot use them.
//!
//! **Remedy.** Move what is not reading the request or writing the answer to a function of the domain.
//!
//! **When it is wrong.** The handler is long because the request is: it reads many fields and decides nothing.
//! It is advice, never a gate.
//!
//! A handler counts from 40 statements on, or from 25 of which 15 call something.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! function create(req, res) {
//!   const order = {};
//!   order.field1 = req.body.field1;
//!   order.field2 = req.body.field2;
//!   order.field3 = req.body.field3;
//!   order.field4 = req.body.field4;
//!   order.field5 = req.body.field5;
//!   order.field6 = req.body.field6;
//!   order.field7 = req.body.field7;
//!   order.field8 = req.body.field8;
//!   order.field9 = req.body.field9;
//!   order.field10 = req.body.field10;
//!   order.field11 = req.body.field11;
//!   order.field12 = req.body.field12;
//!   order.field13 = req.body.field13;
//!   order.field14 = req.body.field14;
//!   order.field15 = req.body.field15;
//!   order.field16 = req.body.field16;
//!   order.field17 = req.body.field17;
//!   order.field18 = req.body.field18;
//!   order.field19 = req.body.field19;
//!   order.field20 = req.body.field20;
//!   order.field21 = req.body.field21;
//!   order.field22 = req.body.field22;
//!   order.field23 = req.body.field23;
//!   order.field24 = req.body.field24;
//!   order.field25 = req.body.field25;
//!   order.field26 = req.body.field26;
//!   order.field27 = req.body.field27;
//!   order.field28 = req.body.field28;
//!   order.field29 = req.body.field29;
//!   order.field30 = req.body.field30;
//!   order.field31 = req.body.field31;
//!   order.field32 = req.body.field32;
//!   order.field33 = req.body.field33;
//!   order.field34 = req.body.field34;
//!   order.field35 = req.body.field35;
//!   order.field36 = req.body.field36;
//!   order.field37 = req.body.field37;
//!   order.field38 = req.body.field38;
//!   order.field39 = req.body.field39;
//!   order.field40 = req.body.field40;
//!   order.field41 = req.body.field41;
//!   order.field42 = req.body.field42;
//!   res.json(order);
//! }
//! app.post("/orders", create);
//! app.listen(80);
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! function create(req, res) {
//!   res.json(orderFrom(req.body));
//! }
//! app.post("/orders", create);
//! app.listen(80);
//! ```

use model::finding::{Certainty, Severity};

use super::{Report, View, source};
use crate::observation::Observation;

pub const ID: &str = "fat-handler";
pub const SEVERITY: Severity = Severity::Note;

const LONG: u32 = 40;
const BUSY: (u32, u32) = (25, 15);

pub fn check(view: &View, report: &mut Report) {
    for (path, seen) in view.code() {
        let Observation::Handler { name, statements, calls } = &seen.what else { continue };
        if *statements < LONG && (*statements < BUSY.0 || *calls < BUSY.1) {
            continue;
        }
        let at = source(path, seen);
        report.add(
            &at,
            name,
            Certainty::Inferred,
            format!("the handler {} has {statements} statements and {calls} calls", view.name_of(path, name)),
            "what it decides can be used over HTTP only",
            "move what is not request or answer to a function of the domain",
        );
    }
}
