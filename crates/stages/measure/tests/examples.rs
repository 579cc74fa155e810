//! Every query of every example, in real databases: none is refused, rows are found, and nothing is
//! left behind. `SHOW=1` prints what was measured; `ROWS`, `BUDGET` and `EACH` (seconds) say how much.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use groundplan_measure::postgres::Postgres;
use groundplan_measure::sqlite::Sqlite;
use groundplan_measure::{Database, Line, Options, Report, Watch, report, run};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};
use syntax::Hooks;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples")
}

fn system(example: &str) -> System {
    let folder = examples().join(example);
    let mut read = |name: &str| std::fs::read(folder.join(name)).map_err(|e| e.to_string());
    System {
        brief: syntax::load_with::<Brief>("brief.yaml", &mut read, &Hooks::model())
            .value
            .expect("a brief"),
        architecture: syntax::load_with::<Architecture>(
            "architecture.yaml",
            &mut read,
            &Hooks::model(),
        )
        .value
        .expect("an architecture"),
        ..System::default()
    }
}

/// The example's migrations as they were rendered, without roles.
fn schema(example: &str, technology: &str) -> Vec<String> {
    let folder = examples()
        .join(example)
        .join("design/schema")
        .join(technology)
        .join("migrations");
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").path())
        .filter(|p| {
            let name = p.to_string_lossy().into_owned();
            name.ends_with(".up.sql") && !name.ends_with("_roles.up.sql")
        })
        .collect();
    names.sort();
    names
        .iter()
        .map(|p| std::fs::read_to_string(p).expect("text"))
        .collect()
}

fn number(name: &str, otherwise: f64) -> f64 {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}

fn measured(example: &str, database: &mut dyn Database) -> Report {
    let system = system(example);
    let knowledge = Knowledge::embedded();
    let evaluated = evaluate::evaluate(&system, knowledge, &evaluate::Scenario::quick()).value;
    let ddl = schema(example, database.technology());
    let options = Options {
        rows: evaluated
            .tables
            .iter()
            .map(|(t, r)| (t.clone(), r.rows[1]))
            .collect(),
        most_rows: number("ROWS", 3000.0) as u64,
        // Time is for whoever wants to read the numbers: here each query runs as often as it must.
        budget: Duration::from_secs_f64(number("BUDGET", 600.0)),
        each: Duration::from_secs_f64(number("EACH", 0.002)),
        now_ms: 1_790_000_000_000,
        seed: 1,
    };
    let mut watch = Watch {
        tell: &mut |_| {},
        stopped: &|| false,
    };
    let seen = run(&system, "store", &ddl, &options, database, &mut watch)
        .unwrap_or_else(|e| panic!("{example}: {e:?}"));
    for timed in &seen.timed {
        let step = &timed.query.step;
        if step.work == model::Work::PointRead && step.by.len() == 1 {
            assert!(timed.rows_seen > 0.9, "{example}: finds no row: {timed:?}");
        }
    }
    let made = report(&system, knowledge, "store", database, seen);
    if std::env::var("SHOW").is_ok() {
        show(example, &made);
    }
    made
}

fn show(example: &str, made: &Report) {
    println!(
        "== {example} {} {} {}",
        made.technology, made.version, made.clock
    );
    for l in &made.lines {
        let assumed = l
            .assumed_us
            .map_or_else(|| "-".to_string(), |a| format!("{a:.1}"));
        println!(
            "{:<26} rows {:>8.1} of {:>8} assumed {assumed:>8} measured {:>9.1} +- {:>7.1} [{}] {}\n      {}\n      plan: {}",
            l.query,
            l.rows,
            l.table_rows.unwrap_or(0),
            l.measured_us,
            l.half_width_us.unwrap_or(0.0),
            l.index.as_deref().unwrap_or(""),
            l.operations.join(","),
            l.sql.chars().take(400).collect::<String>(),
            l.plan.chars().take(300).collect::<String>(),
        );
    }
    for finding in &made.findings {
        println!(
            "! {} {}: {}",
            finding.rule, finding.place.path, finding.message
        );
    }
    println!("{}", made.conditions.join("\n"));
}

#[track_caller]
fn hold(example: &str, made: &Report) {
    let refused: Vec<&str> = made
        .findings
        .iter()
        .filter(|f| f.rule == "query-failed")
        .map(|f| f.message.as_str())
        .collect();
    assert_eq!(
        refused,
        Vec::<&str>::new(),
        "{example} on {}",
        made.technology
    );
    // Not the facts: how many means are known well enough for one is up to the machine's load.
    let lines: Vec<&Line> = made
        .lines
        .iter()
        .filter(|l| l.query != "transaction")
        .collect();
    assert!(lines.len() >= 8, "{example}: {}", lines.len());
    let nothing: Vec<&str> = lines
        .iter()
        .filter(|l| l.measured_us <= 0.0)
        .map(|l| l.query.as_str())
        .collect();
    assert_eq!(nothing, Vec::<&str>::new(), "{example}: costs nothing");
}

fn chosen() -> Vec<String> {
    let all = "orders parcels conduit ledger telemetry internal-service cli-tool";
    let names = std::env::var("EXAMPLES").unwrap_or_else(|_| all.into());
    names.split(' ').map(str::to_string).collect()
}

#[test]
fn every_query_runs_in_a_file() {
    let stop = Arc::new(AtomicBool::new(false));
    for example in chosen() {
        let mut database = Sqlite::open(&stop).expect("a temporary database");
        hold(&example, &measured(&example, &mut database));
    }
}

#[test]
fn every_query_runs_on_a_server() {
    let Ok(address) = std::env::var("GROUNDPLAN_TEST_PG") else {
        eprintln!("GROUNDPLAN_TEST_PG names no PostgreSQL server, so nothing ran on one");
        return;
    };
    let stop = Arc::new(AtomicBool::new(false));
    for example in chosen() {
        let name = format!("test {example} {}", std::process::id());
        let budget = Duration::from_secs(30);
        let mut database =
            Postgres::open(&address, None, &name, budget, &stop).expect("the server");
        hold(&example, &measured(&example, &mut database));
    }
}
