//! Two services read the same database.
//!
//! **Why.** Neither can change a table without the other. What looks like two services is released as one.
//!
//! **Remedy.** Let one service own the data and answer for it, or give the other a copy by events.
//!
//! **When it is wrong.** The two are one service in two processes (a web and a worker part), or they only
//! share the server: different databases on one server are not reported.
//!
//! ```text bad
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const express = require("express");
//! const pool = new Pool({ connectionString: "postgres://db:5432/shop" });
//! const app = express();
//! app.listen(8080);
//! --- stock/package.json
//! {"name": "stock", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- stock/server.js
//! const { Pool } = require("pg");
//! const express = require("express");
//! const pool = new Pool({ connectionString: "postgres://db:5432/shop" });
//! const app = express();
//! app.listen(8080);
//! --- docker-compose.yml
//! services:
//!   orders: {build: orders}
//!   stock: {build: stock}
//!   db: {image: "postgres:16"}
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- orders/server.js
//! const { Pool } = require("pg");
//! const express = require("express");
//! const pool = new Pool({ connectionString: "postgres://db:5432/orders" });
//! const app = express();
//! app.listen(8080);
//! --- stock/package.json
//! {"name": "stock", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "pg": "8"}}
//! --- stock/server.js
//! const { Pool } = require("pg");
//! const express = require("express");
//! const pool = new Pool({ connectionString: "postgres://db:5432/stock" });
//! const app = express();
//! app.listen(8080);
//! --- docker-compose.yml
//! services:
//!   orders: {build: orders}
//!   stock: {build: stock}
//!   db: {image: "postgres:16"}
//! ```

use std::collections::BTreeMap;

use model::fact::{LinkFact, LinkKind, ResourceKind};
use model::finding::Severity;

use super::{Report, View, related};

pub const ID: &str = "shared-database";
pub const SEVERITY: Severity = Severity::Major;

pub fn check(view: &View, report: &mut Report) {
    let mut readers: BTreeMap<(&str, &str), Vec<&LinkFact>> = BTreeMap::new();
    for link in view.facts.links.iter().filter(|link| link.kind == LinkKind::Data) {
        let store = view.facts.resources.get(&link.to).is_some_and(|one| one.kind == ResourceKind::Store);
        if store {
            for database in &link.about {
                readers.entry((&link.to, database)).or_default().push(link);
            }
        }
    }
    for ((store, database), links) in readers {
        if links.len() < 2 {
            continue;
        }
        let names: Vec<&str> = links.iter().map(|link| link.from.as_str()).collect();
        let certainty = links.iter().map(|link| link.certainty).max().unwrap_or_default();
        let Some(at) = links[0].evidence.first() else { continue };
        let finding = report.add(
            at,
            &format!("{store}/{database}"),
            certainty,
            format!("{} share the database {database} of {store}", names.join(" and ")),
            "neither can change a table without the others",
            format!("let one of them own {database} and answer the others, or give them copies by events"),
        );
        for link in &links[1..] {
            if let Some(other) = link.evidence.first() {
                related(finding, other, format!("{} reads it here", link.from));
            }
        }
    }
}
