//! A client of another system without a timeout.
//!
//! **Why.** When the other hangs, every thread and connection here waits with it.
//!
//! **Remedy.** Set connect and read timeouts where the client is made: a little over the callee's 99.9th
//! percentile.
//!
//! **When it is wrong.** A default is set where this tool does not look: a proxy, a mesh, a framework's global
//! configuration outside the tree. It is reported only where the client's construction is in view and the
//! library has no timeout of its own; where several clients may be meant, only if none of them has one.
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
//! ```text good
//! --- shop/pom.xml
//! <project><groupId>a</groupId><artifactId>shop</artifactId></project>
//! --- shop/src/main/java/a/Shop.java
//! package a;
//! import java.time.Duration;
//! import org.springframework.boot.SpringApplication;
//! import org.springframework.boot.web.client.RestTemplateBuilder;
//! import org.springframework.web.client.RestTemplate;
//! @SpringBootApplication
//! class Shop {
//!   private final RestTemplate rest;
//!   Shop(RestTemplateBuilder builder) {
//!     this.rest = builder.connectTimeout(Duration.ofSeconds(1)).readTimeout(Duration.ofSeconds(2)).build();
//!   }
//!   public static void main(String[] args) { SpringApplication.run(Shop.class, args); }
//!   Items items() { return rest.getForObject("http://stock:80/items", Items.class); }
//! }
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop}
//!   stock: {image: acme/stock}
//! ```

use std::collections::BTreeMap;

use model::fact::{Limit, LinkFact, LinkKind, Source};
use model::finding::Severity;

use super::{Report, View, names, related};

pub const ID: &str = "unbounded-client";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    let mut clients: BTreeMap<&Source, Vec<&LinkFact>> = BTreeMap::new();
    for link in &view.facts.links {
        let Limit::Absent(made) = &link.timeout else { continue };
        if matches!(link.kind, LinkKind::Call | LinkKind::External) {
            clients.entry(made).or_default().push(link);
        }
    }
    for (made, links) in clients {
        let asked: Vec<&str> = links.iter().map(|link| link.to.as_str()).collect();
        let from = &links[0].from;
        let certainty = links.iter().map(|link| link.certainty).max().unwrap_or_default();
        let finding = report.add(
            made,
            from,
            certainty,
            format!("the client with which {from} asks {} has no timeout", names(&asked)),
            match asked.as_slice() {
                [only] => format!("when {only} hangs, {from} hangs with it"),
                _ => format!("when one of them hangs, {from} hangs with it"),
            },
            "set connect and read timeouts where the client is made",
        );
        for link in links {
            if let Some(at) = link.evidence.first() {
                related(finding, at, format!("{from} asks {} here", link.to));
            }
        }
    }
}
