//! Research, drift and check on a tree of code, through the binary.

mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{CLEAN, FINDINGS, UNUSABLE, edit, folder_with, read, run, utf8, write};

const COMPOSE: &str = "services:
  orders:
    build: ./orders
    ports: ['8080:8080']
    environment:
      STOCK_URL: http://stock:8000
      DATABASE_URL: postgres://db:5432/shop
    depends_on: [db]
  stock:
    build: ./stock
  db:
    image: postgres:16
";

const SERVER: &str = "const express = require('express');
const axios = require('axios');
const { Pool } = require('pg');
const app = express();
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
app.get('/orders/:id', async (req, res) => {
  const stock = await axios.get(`${process.env.STOCK_URL}/stock/1`);
  res.json(stock.data);
});
app.listen(8080);
";

const SCHEMA: &str = "create table orders (id bigint primary key, placed timestamp not null);
create table order_lines (order_id bigint references orders (id), sku text);
";

/// A small system: two services, a database.
fn shop(name: &str) -> PathBuf {
    let package = "{\"name\": \"orders\", \"scripts\": {\"start\": \"node server.js\"}, \
                   \"dependencies\": {\"express\": \"4\", \"axios\": \"1\", \"pg\": \"8\"}}\n";
    let app = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get(\"/stock/<int:number>\")\n\
               def stock(number):\n    return {\"left\": 3}\n\n\nif __name__ == \"__main__\":\n    app.run(port=8000)\n";
    folder_with(
        name,
        &[
            ("compose.yaml", COMPOSE.as_bytes()),
            (
                "orders/Dockerfile",
                b"FROM node:20\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
            ),
            ("orders/package.json", package.as_bytes()),
            ("orders/server.js", SERVER.as_bytes()),
            ("orders/migrations/V1__init.sql", SCHEMA.as_bytes()),
            (
                "stock/Dockerfile",
                b"FROM python:3.12\nCOPY . .\nCMD [\"python\", \"app.py\"]\n",
            ),
            ("stock/requirements.txt", b"flask\n"),
            ("stock/app.py", app.as_bytes()),
        ],
    )
}

fn research(folder: &Path) -> support::Run {
    run(&["research", utf8(folder), "--no-cache"])
}

fn drift(folder: &Path) -> support::Run {
    run(&["drift", utf8(folder), "--no-cache"])
}

#[test]
fn a_folder_without_a_backend_gets_one_line() {
    let folder = folder_with(
        "research-none",
        &[("README.md", b"# Notes\n"), ("notes/a.txt", b"a\n")],
    );
    let said = research(&folder).exits(CLEAN);
    assert_eq!(said.text().trim().lines().count(), 1, "{}", said.text());
    assert!(said.out.contains("no backend here"), "{}", said.out);
    assert!(!folder.join("research").exists());
    run(&["research", utf8(&folder.join("nowhere"))])
        .exits(UNUSABLE)
        .says(&["not there"]);
}

#[test]
fn what_is_found_is_written_and_opens_like_any_other_model() {
    let folder = shop("research-shop");
    research(&folder)
        .exits(CLEAN)
        .says(&["orders", "stock", "written"]);
    let document = read(&folder.join("research/research.md"));
    assert!(document.contains("compose.yaml:"), "{document}");
    let again = research(&folder).exits(CLEAN);
    assert_eq!(
        again.out.matches("is as it was").count(),
        3,
        "its own files are no facts:\n{}",
        again.out
    );
    let kept = folder.join("research");
    let checked = run(&["check", utf8(&kept), "--severity", "blocker"]).exits(CLEAN);
    assert!(!checked.out.contains("no brief.yaml"), "{}", checked.out);
    run(&["evaluate", utf8(&kept)]).says(&["UNVERIFIED"]);
    run(&["render", utf8(&kept), "--only", "diagrams"]).exits(CLEAN);
    // An edited file is somebody's.
    edit(
        &kept.join("architecture.yaml"),
        "components:",
        "# Ours.\ncomponents:",
    );
    research(&folder).exits(FINDINGS).says(&["stays as it is"]);
}

#[test]
fn a_screen_or_json_writes_nothing() {
    let folder = shop("research-quick");
    let quick = run(&["research", utf8(&folder), "--quick", "--no-cache"]).exits(CLEAN);
    assert!(quick.out.lines().count() <= 24, "{}", quick.out);
    let said = run(&["research", utf8(&folder), "--json", "--no-cache"])
        .exits(CLEAN)
        .json();
    assert!(said["facts"]["services"]["orders"].is_object(), "{said}");
    assert!(!folder.join("research").exists());
}

#[test]
fn who_changed_a_service_most_is_asked_of_the_history_inside_the_folder() {
    let folder = shop("history");
    let before = research(&folder);
    assert_eq!(before.code, 0, "{before:?}");
    let page = |at: &Path| std::fs::read_to_string(at.join("research/research.md")).unwrap();
    assert!(!page(&folder).contains("Changed most by"));
    let git = |author: &str, arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .arg("-C")
            .arg(&folder)
            .args([
                "-c",
                &format!("user.name={author}"),
                "-c",
                "user.email=nobody@example.org",
            ])
            .args(["-c", "commit.gpgSign=false"])
            .args(arguments)
            .output()
            .expect("git is there");
        assert!(done.status.success(), "{done:?}");
    };
    git("Ada", &["init", "--quiet"]);
    git("Ada", &["add", "."]);
    git("Ada", &["commit", "--quiet", "--message", "The shop"]);
    let after = research(&folder);
    assert_eq!(after.code, 0, "{after:?}");
    let told = page(&folder);
    assert!(told.contains("Changed most by: "), "{told}");
    assert!(told.contains("Ada (1 commit)"), "{told}");

    // A history further up is none of the folder's.
    let inner = folder.join("orders");
    research(&inner);
    assert!(!page(&inner).contains("Changed most by"));
}

#[test]
fn drift_fails_when_they_part_and_an_acceptance_settles_it() {
    let folder = shop("research-drift");
    drift(&folder).exits(UNUSABLE).says(&["architecture.yaml"]);
    research(&folder).exits(CLEAN);
    drift(&folder)
        .exits(CLEAN)
        .says(&["as the architecture says"]);
    write(
        &folder.join("orders/migrations/V2__more.sql"),
        "create table refunds (id bigint primary key);\n",
    );
    let parted = drift(&folder)
        .exits(FINDINGS)
        .says(&["new-table@data.refunds", "V2__more.sql"]);
    assert!(!parted.out.contains("missing-"), "{}", parted.out);
    let id = "new-table@data.refunds";
    let at = utf8(&folder).to_string();
    run(&["drift", &at, "--no-cache", "--accept", id]).exits(UNUSABLE);
    run(&[
        "drift",
        &at,
        "--no-cache",
        "--accept",
        "new-table@data.x",
        "--reason",
        "r",
    ])
    .exits(UNUSABLE)
    .says(&["no open difference"]);
    run(&[
        "drift",
        &at,
        "--no-cache",
        "--accept",
        id,
        "--reason",
        "trial until March",
    ])
    .exits(CLEAN);
    assert!(read(&folder.join("research/drift.yaml")).contains("trial until March"));
    drift(&folder)
        .exits(CLEAN)
        .says(&["accepted: new-table@data.refunds"]);
}

#[test]
fn a_baseline_keeps_old_findings_quiet_and_fails_on_new_ones() {
    let folder = shop("research-baseline");
    let at = utf8(&folder).to_string();
    let known = folder.join("known.json");
    let check = |more: &[&str]| {
        let mut all = vec!["check", at.as_str(), "--no-cache"];
        all.extend(more);
        run(&all)
    };
    // The lines of orders have no key of their own, and no index on their order.
    check(&[])
        .exits(FINDINGS)
        .says(&["missing-primary-key", "V1__init.sql"]);
    check(&["--baseline", utf8(&known)]).exits(UNUSABLE);
    check(&["--baseline", utf8(&known), "--write-baseline"])
        .exits(CLEAN)
        .says(&["in the baseline"]);
    // Moved, not new.
    write(
        &folder.join("orders/migrations/V1__init.sql"),
        format!("-- first\n\n{SCHEMA}"),
    );
    check(&["--baseline", utf8(&known)]).exits(CLEAN);
    write(
        &folder.join("orders/migrations/V2__more.sql"),
        "create table refunds (amount integer);\n",
    );
    let new = check(&["--baseline", utf8(&known)])
        .exits(FINDINGS)
        .says(&["refunds"]);
    assert!(
        !new.out.contains("order_lines") && !new.out.contains("order-lines"),
        "{}",
        new.out
    );
    let log = check(&["--baseline", utf8(&known), "--format", "sarif"])
        .exits(FINDINGS)
        .json();
    let states: Vec<&str> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["baselineState"].as_str().unwrap())
        .collect();
    assert!(
        states.contains(&"new") && states.contains(&"unchanged"),
        "{states:?}"
    );
    valid_sarif(&log);
}

/// What SARIF 2.1.0 demands of the parts that are written here (sections 3.13 to 3.35), and no unknown key.
fn sarif_schema() -> Value {
    let message = json!({
        "type": "object", "additionalProperties": false, "required": ["text"],
        "properties": { "text": { "type": "string", "minLength": 1 } }
    });
    let location = json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "message": message,
            "logicalLocations": { "type": "array", "items": {
                "type": "object", "additionalProperties": false,
                "properties": { "fullyQualifiedName": { "type": "string" } } } },
            "physicalLocation": { "type": "object", "additionalProperties": false,
                "required": ["artifactLocation"],
                "properties": {
                    "artifactLocation": { "type": "object", "additionalProperties": false, "properties": {
                        "uri": { "type": "string", "pattern": "^[A-Za-z0-9/._~%-]+$" },
                        "uriBaseId": { "type": "string" } } },
                    "region": { "type": "object", "additionalProperties": false, "properties": {
                        "startLine": { "type": "integer", "minimum": 1 },
                        "startColumn": { "type": "integer", "minimum": 1 },
                        "endColumn": { "type": "integer", "minimum": 1 },
                        "snippet": message } } } } }
    });
    let level = json!({ "enum": ["none", "note", "warning", "error"] });
    let result = json!({
        "type": "object", "additionalProperties": false, "required": ["message"],
        "properties": {
            "ruleId": { "type": "string" },
            "ruleIndex": { "type": "integer", "minimum": -1 },
            "level": level,
            "message": message,
            "locations": { "type": "array", "items": location },
            "relatedLocations": { "type": "array", "items": location },
            "partialFingerprints": { "type": "object", "additionalProperties": { "type": "string" } },
            "baselineState": { "enum": ["new", "unchanged", "updated", "absent"] },
            "suppressions": { "type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["kind"],
                "properties": {
                    "kind": { "enum": ["inSource", "external"] },
                    "status": { "enum": ["accepted", "underReview", "rejected"] },
                    "justification": { "type": "string" } } } },
            "properties": { "type": "object" }
        }
    });
    let rule = json!({
        "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": {
            "id": { "type": "string" },
            "shortDescription": message, "fullDescription": message, "help": message,
            "defaultConfiguration": { "type": "object", "additionalProperties": false,
                "properties": { "level": level } } }
    });
    json!({
        "type": "object", "additionalProperties": false, "required": ["version", "runs"],
        "properties": {
            "$schema": { "type": "string" },
            "version": { "const": "2.1.0" },
            "runs": { "type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["tool"],
                "properties": {
                    "tool": { "type": "object", "required": ["driver"], "additionalProperties": false,
                        "properties": { "driver": { "type": "object", "required": ["name"],
                            "additionalProperties": false, "properties": {
                                "name": { "type": "string" }, "version": { "type": "string" },
                                "semanticVersion": { "type": "string" },
                                "rules": { "type": "array", "uniqueItems": true, "items": rule } } } } },
                    "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
                    "invocations": { "type": "array" },
                    "results": { "type": "array", "items": result } } } }
        }
    })
}

#[track_caller]
fn valid_sarif(log: &Value) {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(log)
        .map(|e| format!("{} at {}", e, e.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{log:#}");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[test]
fn sarif_has_fingerprints_and_suppressions() {
    let folder = shop("research-sarif");
    let at = utf8(&folder).to_string();
    write(
        &folder.join("waivers.yaml"),
        "waivers:\n  - finding: missing-primary-key@data.order-lines\n    reason: a list\n    owner: me\n    expires: \"2999-01-01\"\n",
    );
    let log = run(&["check", &at, "--no-cache", "--format", "sarif"]).json();
    valid_sarif(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    let waived = results
        .iter()
        .find(|r| r["ruleId"] == "missing-primary-key")
        .unwrap();
    assert_eq!(
        waived["suppressions"][0]["justification"], "a list",
        "{waived:#}"
    );
    let prints: std::collections::BTreeSet<&str> = results
        .iter()
        .map(|r| r["partialFingerprints"]["groundplan/v1"].as_str().unwrap())
        .collect();
    assert_eq!(prints.len(), results.len(), "each has one of its own");
    // A model's findings go out the same way.
    let model = folder_with(
        "research-sarif-model",
        &[("brief.yaml", b"name: a\npurpose: b\n")],
    );
    valid_sarif(&run(&["check", utf8(&model), "--format", "sarif"]).json());
}
