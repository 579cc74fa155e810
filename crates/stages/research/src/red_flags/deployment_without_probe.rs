//! A service that is deployed without a probe and has no route that a probe could ask.
//!
//! **Why.** The platform sends requests to a process that cannot answer, and never restarts it.
//!
//! **Remedy.** Answer `/health` from what the service needs, and let the deployment ask it.
//!
//! **When it is wrong.** Something outside the tree asks (a balancer set up by hand). Two sources must agree:
//! the deployment states no probe, and no route, library or image gives one.
//!
//! ```text bad
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! app.get("/orders", (req, res) => res.json([]));
//! app.listen(80);
//! --- k8s/shop.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec:
//!       containers:
//!         - name: shop
//!           image: acme/shop
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4", "axios": "1"}}
//! --- shop/server.js
//! const app = require("express")();
//! app.get("/orders", (req, res) => res.json([]));
//! app.listen(80);
//! --- k8s/shop.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec:
//!       containers:
//!         - name: shop
//!           image: acme/shop
//!           readinessProbe: {httpGet: {path: /orders, port: 80}}
//! ```
//! ```text good
//! --- shop/pom.xml
//! <project><groupId>a</groupId><artifactId>shop</artifactId><dependencies>
//!   <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
//! </dependencies></project>
//! --- shop/src/main/java/a/Shop.java
//! package a;
//! import org.springframework.boot.SpringApplication;
//! import org.springframework.boot.autoconfigure.SpringBootApplication;
//! import org.springframework.web.bind.annotation.*;
//! @SpringBootApplication
//! @RestController
//! class Shop {
//!   public static void main(String[] args) { SpringApplication.run(Shop.class, args); }
//!   @GetMapping("/orders") String orders() { return ""; }
//! }
//! --- k8s/shop.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec:
//!       containers:
//!         - name: shop
//!           image: acme/shop
//! ```

use model::fact::ServiceRole;
use model::finding::{Certainty, Severity};

use super::{Report, View};
use crate::observation::Observation;

pub const ID: &str = "deployment-without-probe";
pub const SEVERITY: Severity = Severity::Minor;

/// Fronts of manifests that say all that a deployment has.
const ORCHESTRATORS: [&str; 2] = [
    "kubernetes", // tidy: allow the id of a front
    "helm",
];

/// Parts of paths that probes ask.
const PROBES: [&str; 9] = ["health", "healthz", "ready", "readyz", "live", "livez", "ping", "status", "actuator"];

pub fn check(view: &View, report: &mut Report) {
    for (id, service) in &view.facts.services {
        let answers = service.endpoints.iter().any(|one| one.protocol == "http");
        if !answers || matches!(service.role, ServiceRole::Job | ServiceRole::LoadGenerator) || service.health.is_some() {
            continue;
        }
        let route = service.endpoints.iter().any(|one| {
            one.path.to_ascii_lowercase().split('/').any(|part| PROBES.iter().any(|probe| part.contains(probe)))
        });
        let library = service.libraries.iter().any(|one| gives_probe(one))
            || view.files.iter().any(|(path, file)| {
                view.service_of(path) == Some(id.as_str())
                    && file.seen.iter().any(|seen| {
                        matches!(&seen.what, Observation::Module(module)
                            if module.dependencies.iter().any(|one| !one.test && gives_probe(&one.name)))
                    })
            });
        // The deployment itself must be in view: an orchestrator's, not only an image's.
        let deployed = view.seen().find(|(path, seen)| {
            matches!(&seen.what, Observation::Workload(one)
                if ORCHESTRATORS.contains(&one.source.as_str()) && service.names.iter().any(|name| *name == one.name.to_ascii_lowercase()))
                && !path.is_empty()
        });
        let Some((path, seen)) = deployed.filter(|_| !route && !library) else { continue };
        let at = super::source(path, seen);
        report.add(
            &at,
            id,
            Certainty::Inferred,
            format!("{id} is deployed without a probe, and answers none"),
            "requests go to instances that cannot answer, and none is restarted",
            "answer /health from what the service needs, and state a readiness probe here",
        );
    }
}

/// Libraries that answer a probe by themselves say so in their names.
fn gives_probe(library: &str) -> bool {
    let library = library.to_ascii_lowercase();
    ["actuator", "health", "terminus"].iter().any(|word| library.contains(word))
}
