//! How long a folder with an architecture of 1,000 components takes to be checked again after one
//! keystroke: the faults of its files, then rules and evaluation too. One core.
//!
//! Run with `cargo run --release -p groundplan-pipeline --no-default-features --example recheck [COMPONENTS]`.

use groundplan_pipeline as pipeline;
use serde_json::{Value, json};
use std::time::Instant;

/// As in the programs that people run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Components on the way of one operation.
const STEPS: usize = 5;
const ROUNDS: usize = 40;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let count: usize = words.get(1).and_then(|w| w.parse().ok()).unwrap_or(1000);
    let (brief, architecture) = (brief(count), architecture(count));
    // One digit of a number changes, in the middle of the file.
    let at = architecture[architecture.len() / 3..]
        .find("timeout: 2")
        .map(|i| i + architecture.len() / 3 + 9);
    let at = at.expect("relations have a timeout");
    let mut other = architecture.clone();
    other.replace_range(at..=at, "3");
    let texts = [architecture, other];
    println!(
        "{count} components, {} lines, {} kB",
        texts[0].lines().count() + brief.lines().count(),
        (texts[0].len() + brief.len()) / 1000
    );
    let mut kept = pipeline::Kept::default();
    let (mut faults, mut whole) = (Vec::new(), Vec::new());
    let mut found = 0;
    for round in 0..ROUNDS {
        let text = &texts[round % 2];
        let mut read = |name: &str| {
            Ok(match name {
                "brief.yaml" => Some(brief.clone().into_bytes()),
                "architecture.yaml" => Some(text.clone().into_bytes()),
                _ => None,
            })
        };
        let start = Instant::now();
        let workspace = kept.open(&mut read);
        faults.push(start.elapsed().as_secs_f64() * 1e3);
        found = pipeline::checked(&workspace, None).findings.len();
        whole.push(start.elapsed().as_secs_f64() * 1e3);
        if round == 0 {
            for finding in workspace.findings.iter().take(5) {
                println!(
                    "{}: {} {}",
                    finding.rule, finding.place.path, finding.message
                );
            }
        }
    }
    println!("{found} findings");
    for (what, times) in [("file faults", faults), ("and rules and evaluation", whole)] {
        let first = times[0];
        let mut rest = times[2..].to_vec();
        rest.sort_by(f64::total_cmp);
        println!(
            "{what}: first {first:.1} ms; then median {:.1} ms, least {:.1}, most {:.1}",
            rest[rest.len() / 2],
            rest[0],
            rest[rest.len() - 1]
        );
    }
}

fn operation(i: usize) -> String {
    format!("operation-{i:04}")
}

fn brief(count: usize) -> String {
    let operations: serde_json::Map<String, Value> = (0..count / STEPS)
        .map(|i| {
            let value = json!({
                "actors": ["customer"],
                "rate": {"busy": format!("{}/s", 1 + i % 7), "mean": "0.5/s"},
                "latency": {"p99": "600 ms"},
            });
            (operation(i), value)
        })
        .collect();
    syntax::emit::emit(&json!({
        "name": "bench", "purpose": "A large system.",
        "constraints": {"cloud": "aws", "region": "eu-central-1"},
        "targets": {"availability": "99.9 %"},
        "domain": {
            "actors": {"customer": {"kind": "customer"}},
            "operations": operations,
        },
    }))
}

fn architecture(count: usize) -> String {
    let (mut components, mut relations) = (serde_json::Map::new(), serde_json::Map::new());
    let (mut data, mut paths) = (serde_json::Map::new(), serde_json::Map::new());
    components.insert("caller".into(), json!({"kind": "client"}));
    for path in 0..count / STEPS {
        let name = |step: usize| format!("part-{path:04}-{step}");
        let mut steps = Vec::new();
        for step in 0..STEPS {
            let last = step == STEPS - 1;
            components.insert(name(step), component(path, last));
            let from = match step {
                0 => "caller".to_string(),
                _ => name(step - 1),
            };
            let way = format!("way-{path:04}-{step}");
            relations.insert(
                way.clone(),
                json!({
                    "from": from, "to": name(step), "mode": "sync",
                    "protocol": if last { "postgresql" } else { "https" },
                    "operations": [operation(path)],
                    "timeout": format!("2.{} s", 50 - 10 * step),
                    "encryption": "tls", "authentication": "mtls", "author": "person",
                }),
            );
            let table = format!("rows-{path:04}");
            steps.push(match last {
                true => json!({"on": name(step), "work": "point-read", "table": table, "by": ["id"], "via": way}),
                false => json!({"on": name(step), "work": "request", "via": way}),
            });
            if last {
                data.insert(
                    table,
                    json!({
                        "store": name(step), "kind": "table",
                        "columns": {
                            "id": {"type": "uuid"},
                            "name": {"type": "text", "max_length": 120},
                            "created_at": {"type": "timestamp", "default": "now"},
                        },
                        "primary_key": ["id"], "rows": "50k", "new": "2.5/h", "row": "334 B",
                        "author": "person",
                    }),
                );
            }
        }
        paths.insert(
            operation(path),
            json!({"steps": steps, "transaction": "none", "author": "person"}),
        );
    }
    syntax::emit::emit(&json!({
        "brief": "brief.yaml", "style": "microservices",
        "components": components, "relations": relations, "data": data, "paths": paths,
    }))
}

fn component(path: usize, store: bool) -> Value {
    let base = json!({
        "kind": if store { "store" } else { "service" },
        // tidy: allow a generated model must name some technology
        "technology": if store { "postgresql-managed" } else { "go" },
        "description": format!("Part of operation {path}."),
        "instances": 2, "zones": 2,
        "size": {"vcpu": 2, "memory": "4 GiB", "disk": "100 GB"},
        "health": {"live": "/health/live", "ready": "/health/ready"},
        "author": "person",
    });
    base
}
