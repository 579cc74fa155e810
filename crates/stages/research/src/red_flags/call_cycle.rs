//! Services that call one another in a circle.
//!
//! **Why.** None of them starts, is tested, or is released without the others; a slow one slows itself.
//!
//! **Remedy.** Turn one of the calls into an event, or move what both need to a service of its own.
//!
//! **When it is wrong.** One of the calls is a callback that the other asked for.
//!
//! ```text bad
//! --- a/package.json
//! {"name": "a", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- a/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! app.get("/a", async (req, res) => res.json((await axios.get(process.env.B_URL + "/b")).data));
//! app.listen(80);
//! --- b/package.json
//! {"name": "b", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- b/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! app.get("/b", async (req, res) => res.json((await axios.get(process.env.A_URL + "/a")).data));
//! app.listen(80);
//! --- docker-compose.yml
//! services:
//!   a: {build: a, environment: {B_URL: "http://b:80"}}
//!   b: {build: b, environment: {A_URL: "http://a:80"}}
//! ```
//! ```text good
//! --- a/package.json
//! {"name": "a", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- a/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! app.get("/a", async (req, res) => res.json((await axios.get(process.env.B_URL + "/b")).data));
//! app.listen(80);
//! --- b/package.json
//! {"name": "b", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}
//! --- b/server.js
//! const app = require("express")();
//! app.get("/b", (req, res) => res.json([]));
//! app.listen(80);
//! --- docker-compose.yml
//! services:
//!   a: {build: a, environment: {B_URL: "http://b:80"}}
//!   b: {build: b}
//! ```

use model::fact::{LinkFact, LinkKind};
use model::finding::Severity;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::{Report, View, related};

pub const ID: &str = "call-cycle";
pub const SEVERITY: Severity = Severity::Major;

pub fn check(view: &View, report: &mut Report) {
    let calls: Vec<&LinkFact> = view.facts.links.iter().filter(|link| link.kind == LinkKind::Call).collect();
    let graph: DiGraphMap<&str, ()> = calls
        .iter()
        .filter(|link| view.facts.services.contains_key(&link.from) && view.facts.services.contains_key(&link.to))
        .map(|link| (link.from.as_str(), link.to.as_str()))
        .collect();
    for mut circle in tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1) {
        circle.sort_unstable();
        let inside: Vec<&&LinkFact> = calls
            .iter()
            .filter(|link| circle.contains(&link.from.as_str()) && circle.contains(&link.to.as_str()))
            .collect();
        let certainty = inside.iter().map(|link| link.certainty).max().unwrap_or_default();
        let Some(at) = inside.first().and_then(|link| link.evidence.first()) else { continue };
        let finding = report.add(
            at,
            &circle.join("+"),
            certainty,
            format!("{} call one another in a circle", circle.join(", ")),
            "none of them is released or restored without the others",
            "turn one of the calls into an event, or move what both need to a service of its own",
        );
        for link in inside {
            if let Some(at) = link.evidence.first() {
                related(finding, at, format!("{} calls {}", link.from, link.to));
            }
        }
    }
}
