//! How long a folder with an architecture of 1,000 components takes to be checked again after a
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
    println!(
        "{count} components, {} lines, {} kB",
        architecture.lines().count() + brief.lines().count(),
        (architecture.len() + brief.len()) / 1000
    );
    let digits = |text: &str, before: &str| {
        let at = middle(text, before) + before.len() - 1;
        let other = |digit: &str| with(text, at..=at, digit);
        [other("3"), other("4")]
    };
    let of_architecture = |text: String| [brief.clone(), text];
    // Lines that are typed below one of the middle.
    let keystrokes = |below: &str, lines: &str| {
        let at = middle(&architecture, below) + below.len();
        let typed = (0..=lines.len()).map(|end| with(&architecture, at..at, &lines[..end]));
        typed.map(of_architecture).collect()
    };
    measure(
        "a digit of a timeout",
        digits(&architecture, "timeout: 2")
            .into_iter()
            .map(of_architecture)
            .collect(),
    );
    measure(
        "a digit of a rate in the brief",
        digits(&brief, "busy: 2")
            .into_iter()
            .map(|text| [text, architecture.clone()])
            .collect(),
    );
    let line = keystrokes("    instances: 2", "\n    notes: Said by a person.");
    measure("the keys of a new line", line);
    let author = "    author: person";
    let id = keystrokes(author, "\n  another-part:\n    kind: client");
    measure("the keys of a new id", id);
}

/// The first place of `what` after a third of the text.
fn middle(text: &str, what: &str) -> usize {
    let third = text.len() / 3;
    third + text[third..].find(what).expect("the text has it")
}

fn with(text: &str, at: impl std::ops::RangeBounds<usize>, what: &str) -> String {
    let mut text = text.to_string();
    text.replace_range(at, what);
    text
}

/// Opens and checks brief and architecture as they are after each keystroke, over and over.
fn measure(what: &str, texts: Vec<[String; 2]>) {
    let mut kept = pipeline::Kept::default();
    let (mut faults, mut whole) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS.max(3 * texts.len()) {
        let [brief, architecture] = &texts[round % texts.len()];
        let mut read = |name: &str| {
            Ok(match name {
                "brief.yaml" => Some(brief.clone().into_bytes()),
                "architecture.yaml" => Some(architecture.clone().into_bytes()),
                _ => None,
            })
        };
        let start = Instant::now();
        let workspace = kept.open(&mut read);
        faults.push(start.elapsed().as_secs_f64() * 1e3);
        std::hint::black_box(pipeline::checked(&workspace, None));
        whole.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("{what}");
    for (what, times) in [("file faults", faults), ("and rules and evaluation", whole)] {
        let mut rest = times[2..].to_vec();
        rest.sort_by(f64::total_cmp);
        println!(
            "  {what}: first {:.0} ms; then median {:.1} ms, least {:.1}, most {:.1}",
            times[0],
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
