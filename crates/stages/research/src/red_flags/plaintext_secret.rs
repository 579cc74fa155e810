//! A password, key or token written out in code or configuration.
//!
//! **Why.** Who can read the repository, its history or an image can use it, and it cannot be changed
//! without a release.
//!
//! **Remedy.** Take it from the environment or a secret store, and change the one that was written here.
//!
//! **When it is wrong.** The value opens nothing: an example, a fixture, a word that stands for another.
//! Plain words (`password1`, a name that stands for itself), defaults of variables, patterns, texts that
//! are translated, configuration of `example.com` and its like, and what stands among examples, fixtures and
//! tests are not reported for that reason.
//!
//! ```text bad
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}
//! --- orders/server.js
//! const express = require("express");
//! const app = express();
//! const paymentApiKey = "sk_live_9aX27fQp03";
//! app.get("/orders", (req, res) => res.json([]));
//! app.listen(8080);
//! ```
//! ```text good
//! --- orders/package.json
//! {"name": "orders", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}
//! --- orders/server.js
//! const express = require("express");
//! const app = express();
//! const paymentApiKey = process.env.PAYMENT_API_KEY;
//! app.get("/orders", (req, res) => res.json([]));
//! app.listen(8080);
//! ```
//! ```text bad
//! --- k8s/mail.yaml
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: mail}
//! type: Opaque
//! data:
//!   smtp_password: aHVudGVyMjI3MQ==
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}
//! --- shop/server.js
//! const app = require("express")();
//! app.get("/", (req, res) => res.json([]));
//! app.listen(80);
//! --- shop/locales/es/settings.json
//! {"Password": "Contrasenia1", "Secret": "Secreto9"}
//! --- docker-compose.yml
//! services:
//!   shop:
//!     build: shop
//!     environment:
//!       ADMIN_PASSWORD: ${ADMIN_PASSWORD:-Letmein77}
//!       DATABASE_URL: postgres://shop:shop@db:5432/shop
//!   db: {image: "postgres:17"}
//! --- .env.example
//! API_KEY=9aX27fQp03kk2
//! --- k8s/mail.yaml
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: mail}
//! type: Opaque
//! data:
//!   smtp_password: cGFzc3dvcmQ=
//! stringData:
//!   api_token: changeme-1
//! ```
//! ```text good
//! --- shop/package.json
//! {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}
//! --- shop/server.js
//! const sessionToken = "shop_%s_v1";
//! const adminPassword = "password1";
//! const app = require("express")();
//! app.get("/", (req, res) => res.json([]));
//! app.listen(80);
//! ```
//! ```text good
//! --- sso/application.yml
//! server: {port: 8080}
//! session:
//!   domain: shop.example.com
//!   secret: 9aX27fQp03kk2TTz
//! ```

use std::collections::BTreeSet;

use model::finding::{Certainty, Severity};

use super::{Report, View, is_shown, source};
use crate::credential::{is_credential, looks_secret, masked};
use crate::observation::{Observation, Value};

pub const ID: &str = "plaintext-secret";
pub const SEVERITY: Severity = Severity::Major;

pub fn check(view: &View, report: &mut Report) {
    let reserved: BTreeSet<&str> = view
        .seen()
        .filter(|(_, seen)| {
            matches!(&seen.what, Observation::Setting { value: Value::Text(text), .. } if is_reserved(text))
        })
        .map(|(path, _)| path)
        .collect();
    let real = |path: &str| !is_shown(path) && !is_translated(path) && !reserved.contains(path);
    for (path, seen) in view.seen().filter(|(path, _)| real(path)) {
        let at = source(path, seen);
        let mut add = |key: &str, shape: &str| {
            report.add(
                &at,
                key,
                Certainty::Resolved,
                format!("`{key}` is written out here ({shape})"),
                "who can read this file, its history or an image built from it can use it",
                format!("read `{key}` from the environment or a secret store, and replace the value that was published"),
            );
        };
        match &seen.what {
            // A plain word may be a default that nobody uses.
            Observation::Secret { key, value } if seen.certainty == Certainty::Resolved => {
                add(key, value);
            }
            Observation::Setting { key, value: Value::Text(text), .. } if is_credential(key) && looks_secret(text) => {
                add(key, &masked(text));
            }
            Observation::Workload(workload) => {
                for (key, value, line) in &workload.env {
                    if let Value::Text(text) = value
                        && is_credential(key)
                        && looks_secret(text)
                    {
                        let at = model::fact::Source { file: path.to_owned(), line: *line };
                        report.add(
                            &at,
                            key,
                            Certainty::Resolved,
                            format!("`{key}` is written out in the deployment of {} ({})", workload.name, masked(text)),
                            "who can read this file or its history can use it",
                            format!("take `{key}` from a secret of the platform, and replace the value that was published"),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a path holds texts for people in their languages: `Password` is a word there.
fn is_translated(path: &str) -> bool {
    path.split('/').any(|part| {
        ["locale", "locales", "i18n", "l10n", "lang", "langs", "translation", "translations"]
            .contains(&part.to_ascii_lowercase().as_str())
    })
}

/// Whether a value names a domain that is reserved for examples and tests (RFC 2606): a configuration of
/// such a place is deployed nowhere.
fn is_reserved(text: &str) -> bool {
    let host = crate::link::address_of(text).host;
    let host = host.rsplit('@').next().unwrap_or("");
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        || [".example", ".test", ".invalid"].iter().any(|end| host.ends_with(end))
}
