//! Two services read the same database.
//!
//! **Why.** Neither can change a table without the other. What looks like two services is released as one.
//!
//! **Remedy.** Let one service own the data and answer for it, or give the other a copy by events.
//!
//! **When it is wrong.** The two are one service in two processes (a web and a worker part), or they only
//! share the server: different databases on one server are not reported, nor is configuration of a service
//! whose code asks no store.
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
//! ```text good
//! --- orders/pom.xml
//! <project><groupId>a</groupId><artifactId>orders</artifactId></project>
//! --- orders/src/main/resources/application.properties
//! spring.datasource.url=jdbc:mysql://db/shop
//! --- orders/src/main/java/a/Orders.java
//! package a;
//! import jakarta.persistence.Entity;
//! import jakarta.persistence.Id;
//! import org.springframework.boot.SpringApplication;
//! @SpringBootApplication
//! class Orders { public static void main(String[] args) { SpringApplication.run(Orders.class, args); } }
//! @Entity
//! class Order { @Id Long id; }
//! --- edge/pom.xml
//! <project><groupId>a</groupId><artifactId>edge</artifactId></project>
//! --- edge/src/main/resources/application.properties
//! spring.datasource.url=jdbc:mysql://db/shop
//! --- edge/src/main/java/a/Edge.java
//! package a;
//! import org.springframework.boot.SpringApplication;
//! @SpringBootApplication
//! class Edge { public static void main(String[] args) { SpringApplication.run(Edge.class, args); } }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use model::fact::{LinkFact, LinkKind, ResourceKind};
use model::finding::Severity;

use super::{Report, View, related};
use crate::observation::Observation;
use crate::document::text::listed;

pub const ID: &str = "shared-database";
pub const SEVERITY: Severity = Severity::Major;

pub fn check(view: &View, report: &mut Report) {
    let mut readers: BTreeMap<(&str, &str), Vec<&LinkFact>> = BTreeMap::new();
    // Configuration that is copied from service to service names a store that no code asks.
    let asks: BTreeSet<&str> = view
        .code()
        .filter(|(_, seen)| {
            matches!(seen.what, Observation::Entity(_) | Observation::Query(_) | Observation::Connection(_))
        })
        .filter_map(|(path, _)| view.service_of(path))
        .collect();
    let data = |link: &&LinkFact| link.kind == LinkKind::Data && asks.contains(link.from.as_str());
    for link in view.facts.links.iter().filter(data) {
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
            format!("{} share the database {database} of {store}", listed(&names)),
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
