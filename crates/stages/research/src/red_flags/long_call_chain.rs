//! A request that waits for more than three services in a row.
//!
//! **Why.** The latencies add and the availabilities multiply; the last in the row decides for the first.
//!
//! **Remedy.** Answer from a copy that events keep, or let the caller ask the last service itself.
//!
//! **When it is wrong.** No single request goes all the way: the calls belong to different endpoints.
//! The path is found between services, so it is inferred, never resolved.
//!
//! ```text bad
//! --- a/package.json
//! {"name": "a", "scripts": {"start": "node s.js"}, "dependencies": {"axios": "1", "express": "4"}}
//! --- a/s.js
//! const axios = require("axios"); const app = require("express")(); app.listen(80);
//! async function run() { return axios.get(process.env.NEXT_URL); }
//! --- b/package.json
//! {"name": "b", "scripts": {"start": "node s.js"}, "dependencies": {"axios": "1", "express": "4"}}
//! --- b/s.js
//! const axios = require("axios"); const app = require("express")(); app.listen(80);
//! async function run() { return axios.get(process.env.NEXT_URL); }
//! --- c/package.json
//! {"name": "c", "scripts": {"start": "node s.js"}, "dependencies": {"axios": "1", "express": "4"}}
//! --- c/s.js
//! const axios = require("axios"); const app = require("express")(); app.listen(80);
//! async function run() { return axios.get(process.env.NEXT_URL); }
//! --- d/package.json
//! {"name": "d", "scripts": {"start": "node s.js"}, "dependencies": {"axios": "1", "express": "4"}}
//! --- d/s.js
//! const axios = require("axios"); const app = require("express")(); app.listen(80);
//! async function run() { return axios.get(process.env.NEXT_URL); }
//! --- e/package.json
//! {"name": "e", "scripts": {"start": "node s.js"}, "dependencies": {"express": "4"}}
//! --- e/s.js
//! const app = require("express")(); app.listen(80);
//! --- docker-compose.yml
//! services:
//!   a: {build: a, environment: {NEXT_URL: "http://b:80"}}
//!   b: {build: b, environment: {NEXT_URL: "http://c:80"}}
//!   c: {build: c, environment: {NEXT_URL: "http://d:80"}}
//!   d: {build: d, environment: {NEXT_URL: "http://e:80"}}
//!   e: {build: e}
//! ```
//! ```text good
//! --- a/package.json
//! {"name": "a", "scripts": {"start": "node s.js"}, "dependencies": {"axios": "1", "express": "4"}}
//! --- a/s.js
//! const axios = require("axios"); const app = require("express")(); app.listen(80);
//! async function run() { return axios.get(process.env.NEXT_URL); }
//! --- b/package.json
//! {"name": "b", "scripts": {"start": "node s.js"}, "dependencies": {"express": "4"}}
//! --- b/s.js
//! const app = require("express")(); app.listen(80);
//! --- docker-compose.yml
//! services:
//!   a: {build: a, environment: {NEXT_URL: "http://b:80"}}
//!   b: {build: b}
//! ```

use std::collections::BTreeMap;

use model::fact::{LinkFact, LinkKind};
use model::finding::{Certainty, Severity};

use super::{Report, View, related};

pub const ID: &str = "long-call-chain";
pub const SEVERITY: Severity = Severity::Note;

/// Calls in a row that are still no chain.
const SHORT: usize = 3;

pub fn check(view: &View, report: &mut Report) {
    let mut calls: BTreeMap<&str, Vec<&LinkFact>> = BTreeMap::new();
    for link in view.facts.links.iter().filter(|link| link.kind == LinkKind::Call) {
        calls.entry(&link.from).or_default().push(link);
    }
    let called: Vec<&str> = view.facts.links.iter().filter(|link| link.kind == LinkKind::Call).map(|link| link.to.as_str()).collect();
    let mut longest: Vec<&LinkFact> = Vec::new();
    // Chains begin where nobody calls; in a circle they have no beginning and `call-cycle` reports them.
    for start in calls.keys().filter(|start| !called.contains(*start)) {
        let mut path = Vec::new();
        walk(start, &calls, &mut path, &mut longest, &mut 50_000);
    }
    if longest.len() <= SHORT {
        return;
    }
    let names: Vec<&str> = longest.iter().map(|link| link.from.as_str()).chain(longest.last().map(|link| link.to.as_str())).collect();
    let Some(at) = longest[0].evidence.first() else { return };
    let finding = report.add(
        at,
        &names.join("+"),
        Certainty::Inferred,
        format!("up to {} calls in a row: {}", longest.len(), names.join(" -> ")),
        "latencies add and availabilities multiply along the row",
        "answer from a copy that events keep, or let the first ask the last itself",
    );
    for link in &longest {
        if let Some(at) = link.evidence.first() {
            related(finding, at, format!("{} calls {}", link.from, link.to));
        }
    }
}

/// The longest path without repetition; `budget` bounds the walk in dense graphs.
fn walk<'a>(at: &str, calls: &BTreeMap<&str, Vec<&'a LinkFact>>, path: &mut Vec<&'a LinkFact>, longest: &mut Vec<&'a LinkFact>, budget: &mut u32) {
    if path.len() > longest.len() {
        longest.clone_from(path);
    }
    for link in calls.get(at).into_iter().flatten() {
        if *budget == 0 {
            return;
        }
        *budget -= 1;
        if link.to != *at && !path.iter().any(|before| before.from == link.to) {
            path.push(link);
            walk(&link.to, calls, path, longest, budget);
            path.pop();
        }
    }
}
