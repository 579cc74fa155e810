//! The address of another service written into a client's call.
//!
//! **Why.** It is right in one environment only. Moving the service, or running two of them, needs a release.
//!
//! **Remedy.** Read the base address from configuration, with the environment's own value.
//!
//! **When it is wrong.** The address never differs: a published interface of others with one address.
//! Public hosts are not reported for that reason; defaults of variables are not either, nor names that a
//! balanced client looks up, nor what monitoring is told to watch.
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
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const axios = require("axios");
//! const app = require("express")();
//! app.get("/rates", async (req, res) => res.json((await axios.get("https://rates.example.org/today")).data));
//! app.listen(8080);
//! --- prometheus.yml
//! scrape_configs:
//!   - job_name: shop
//!     static_configs:
//!       - targets: ["shop:8080"]
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop}
//! ```
//! ```text good
//! --- shop/pom.xml
//! <project><groupId>a</groupId><artifactId>shop</artifactId></project>
//! --- shop/src/main/java/a/Shop.java
//! package a;
//! import org.springframework.boot.SpringApplication;
//! import org.springframework.cloud.client.loadbalancer.LoadBalanced;
//! import org.springframework.context.annotation.Bean;
//! import org.springframework.web.client.RestTemplate;
//! @SpringBootApplication
//! class Shop {
//!   public static void main(String[] args) { SpringApplication.run(Shop.class, args); }
//!   @Bean @LoadBalanced RestTemplate restTemplate() { return new RestTemplate(); }
//! }
//! --- shop/src/main/java/a/Stock.java
//! package a;
//! import org.springframework.web.client.RestTemplate;
//! class Stock {
//!   private final RestTemplate restTemplate;
//!   Items items() { return restTemplate.getForObject("http://stock/items", Items.class); }
//! }
//! --- docker-compose.yml
//! services:
//!   shop: {build: shop}
//!   stock: {image: acme/stock}
//! ```

use std::collections::BTreeMap;

use model::fact::ResourceKind;
use model::finding::Severity;

use super::{Report, View, in_words, is_by_hand, is_shown, related, source};
use crate::link::address_of;
use crate::observation::{Observation, Observed, Value};

pub const ID: &str = "hard-coded-address";
pub const SEVERITY: Severity = Severity::Minor;

pub fn check(view: &View, report: &mut Report) {
    let mut found: BTreeMap<(&str, String), Vec<&Observed>> = BTreeMap::new();
    for (path, seen) in view.code() {
        let Observation::Call(call) = &seen.what else { continue };
        let text = match &call.target {
            Value::Text(text) => text,
            Value::Concat(pieces) => match pieces.first() {
                Some(Value::Text(text)) => text,
                _ => continue,
            },
            _ => continue,
        };
        if !text.contains("://") || call.service.is_some() || is_by_hand(path) || is_shown(path) {
            continue;
        }
        let host = address_of(text).host;
        if is_written(view, path, text, &host) && !is_logical(view, path, seen, text) {
            found.entry((path, host)).or_default().push(seen);
        }
    }
    for ((path, host), places) in found {
        let first = places[0];
        let certainty = places.iter().map(|seen| seen.certainty).min().unwrap_or_default();
        let finding = report.add(
            &source(path, first),
            &host,
            certainty,
            format!("the address of {host} is written into the call{}", in_words(&first.within)),
            "it fits one environment; any other needs a changed program",
            format!("read the base address of {host} from configuration"),
        );
        for other in &places[1..] {
            related(finding, &source(path, other), "and here");
        }
    }
}

/// Whether an address differs between environments: that of something deployed here, a machine's own
/// number, or a port of this machine that is not the program's own. A published host has one address.
fn is_written(view: &View, path: &str, text: &str, host: &str) -> bool {
    let facts = view.facts;
    let service = facts.services.values().any(|one| one.names.iter().any(|name| name == host));
    let resource = facts.resources.values().any(|one| {
        one.names.iter().any(|name| name == host) && (one.kind != ResourceKind::External || !host.contains('.'))
    });
    let number = host.split('.').count() == 4 && host.chars().all(|c| c.is_ascii_digit() || c == '.');
    if host == "localhost" || host == "127.0.0.1" {
        let after = text.split_once(host).map_or("", |(_, after)| after);
        let port = after.strip_prefix(':').map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        let port = port.flatten().and_then(|port| port.parse::<u16>().ok());
        let own = view.service_of(path).and_then(|id| facts.services.get(id));
        return port.is_some_and(|port| !own.is_some_and(|one| one.ports.contains(&port)));
    }
    service || resource || number
}

/// Whether a name is looked up when the call is made, by a balanced client: then it is no address.
fn is_logical(view: &View, path: &str, seen: &Observed, text: &str) -> bool {
    let own = view.service_of(path);
    let balanced = |path: &str, seen: &Observed| {
        matches!(&seen.what, Observation::Resilience(one) if one.kind == "load-balancing")
            && view.service_of(path) == own
    };
    address_of(text).port.is_none()
        && (view.code().any(|(path, seen)| balanced(path, seen))
            || view.facts.links.iter().any(|link| {
                link.balanced
                    && link
                        .evidence
                        .iter()
                        .any(|at| at.file == path && at.line == seen.line)
            }))
}
