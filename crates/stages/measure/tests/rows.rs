//! Rows made from a model, held against a real database: keys, foreign keys and checks are its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use groundplan_measure::rows::Data;
use groundplan_measure::sqlite::Sqlite;
use groundplan_measure::{Database, Failure, Options, Watch, report, run};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};

const BRIEF: &str = r#"{"name": "shop", "purpose": "A shop.", "domain": {
  "entities": {"order": {"machine": {"field": "status", "initial": "open",
    "states": {"open": {}, "done": {"terminal": true}}}}},
  "operations": {
    "list": {"rate": {"busy": "1/s"}},
    "place": {"rate": {"busy": "1/s"}, "effects": [{"update": {"entity": "order", "set": {"status": "'done'"}}}]}}}}"#;

/// Two uniques over foreign keys, a one-to-one table, checks over two columns, a table that leads to
/// itself, an index that serves nothing and one that is missing.
const ARCHITECTURE: &str = r#"{
  "components": {"db": {"kind": "store", "technology": "sqlite", "size": {"vcpu": 1}}},
  "data": {
    "people": {"store": "db", "columns": {"id": {"type": "uuid"}, "email": {"type": "email"}, "boss_id": {"type": "uuid", "optional": true}},
      "primary_key": ["id"], "unique": {"mail": {"columns": ["email"]}},
      "foreign_keys": {"boss": {"columns": ["boss_id"], "references": "people"}}},
    "orders": {"store": "db", "entity": "order",
      "columns": {"id": {"type": "integer", "identity": true}, "person_id": {"type": "uuid"},
        "status": {"type": "enum", "values": ["open", "done"]}, "starts_at": {"type": "timestamp"}, "ends_at": {"type": "timestamp"},
        "total": {"type": "money"}, "paid": {"type": "money"}, "note": {"type": "text", "max_length": 80}},
      "primary_key": ["id"], "row": "200 B",
      "foreign_keys": {"person": {"columns": ["person_id"], "references": "people"}},
      "checks": {"in_order": "ends_at > starts_at", "positive": "total >= 1", "not_over": "paid <= total"},
      "indexes": {"orders_person": {"columns": ["person_id", "-starts_at"]}}},
    "items": {"store": "db", "columns": {"order_id": {"type": "integer"}, "person_id": {"type": "uuid"}, "kind": {"type": "enum", "values": ["a", "b", "c"]}},
      "primary_key": ["order_id", "person_id", "kind"],
      "foreign_keys": {"o": {"columns": ["order_id"], "references": "orders"}, "p": {"columns": ["person_id"], "references": "people"}}},
    "profiles": {"store": "db", "columns": {"person_id": {"type": "uuid"}, "day": {"type": "date"}, "open": {"type": "boolean"}},
      "primary_key": ["person_id"], "foreign_keys": {"p": {"columns": ["person_id"], "references": "people"}}}
  },
  "paths": {
    "list": {"steps": [
      {"on": "db", "work": "range-read", "table": "orders", "by": ["person_id"], "order": ["-starts_at"], "rows": 5},
      {"on": "db", "work": "point-read", "table": "people", "by": ["email"]},
      {"on": "db", "work": "range-read", "table": "orders", "by": ["note"], "rows": 2}]},
    "place": {"steps": [
      {"on": "db", "work": "insert", "table": "orders"},
      {"on": "db", "work": "update", "table": "orders", "by": ["id"]},
      {"on": "db", "work": "commit"}]}}
}"#;

/// The same schema as SQL, with all constraints, so that the database is the judge.
const DDL: &str = r#"
CREATE TABLE people (id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, boss_id TEXT REFERENCES people (id));
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, person_id TEXT NOT NULL REFERENCES people (id),
  status TEXT NOT NULL CHECK (status IN ('open', 'done')), starts_at TEXT NOT NULL, ends_at TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 10000), paid INTEGER NOT NULL, note TEXT NOT NULL CHECK (length(note) <= 80),
  CHECK (ends_at > starts_at), CHECK (paid <= total));
CREATE TABLE items (order_id INTEGER NOT NULL REFERENCES orders (id), person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL CHECK (kind IN ('a', 'b', 'c')), PRIMARY KEY (order_id, person_id, kind));
CREATE TABLE profiles (person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id), day TEXT NOT NULL CHECK (date(day) IS day), open INTEGER NOT NULL);
CREATE INDEX orders_person ON orders (person_id, starts_at DESC);
"#;

fn system() -> System {
    System {
        brief: serde_json::from_str::<Brief>(BRIEF).unwrap(),
        architecture: serde_json::from_str::<Architecture>(ARCHITECTURE).unwrap(),
        ..System::default()
    }
}

fn options(budget: Duration) -> Options {
    let rows = [
        ("people", 3000.0),
        ("orders", 20_000.0),
        ("items", 50_000.0),
        ("profiles", 9000.0),
    ];
    Options {
        rows: rows.iter().map(|(t, n)| ((*t).to_string(), *n)).collect(),
        most_rows: 1_000_000,
        budget,
        each: budget / 4,
        now_ms: 1_790_000_000_000,
        seed: 1,
    }
}

#[test]
fn rows_are_the_same_each_time_and_differ_by_seed() {
    let system = system();
    let tables = ["people", "orders", "items", "profiles"];
    let options = options(Duration::from_secs(1));
    let rows = options
        .rows
        .iter()
        .map(|(t, n)| (t.clone(), *n as u64))
        .collect();
    let of = |seed| {
        let data = Data::plan(&system, &tables, &rows, options.now_ms, seed);
        (0..50).map(|i| data.row("orders", i)).collect::<Vec<_>>()
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    let data = Data::plan(&system, &tables, &rows, options.now_ms, 1);
    // Ends are what most rows of a state machine have come to.
    let done = (0..2000)
        .filter(|i| data.value("orders", "status", *i).server().as_deref() == Some("done"))
        .count();
    assert!((1850..1950).contains(&done), "{done}");
    // A one-to-one table leaves parents to add to, and no key comes twice.
    assert_eq!(data.tables["profiles"].planned, 2700);
    let keys: BTreeSet<String> = (0..50_000)
        .map(|i| format!("{:?}", data.row("items", i)))
        .collect();
    assert_eq!(keys.len(), 50_000);
}

#[test]
fn a_real_database_takes_the_rows_answers_the_queries_and_forgets_them() {
    let system = system();
    let stop = Arc::new(AtomicBool::new(false));
    let mut database = Sqlite::open(&stop).expect("a temporary database");
    let mut told = Vec::new();
    let mut watch = Watch {
        tell: &mut |now| told.push(now.doing.to_string()),
        stopped: &|| false,
    };
    let options = options(Duration::from_secs(8));
    let seen = run(
        &system,
        "db",
        &[DDL.to_string()],
        &options,
        &mut database,
        &mut watch,
    )
    .expect("the database takes schema and rows");
    assert_eq!(
        seen.loaded.values().sum::<u64>(),
        3000 + 20_000 + 50_000 + 2700,
        "{:?}",
        seen.loaded
    );
    assert!(told.iter().any(|t| t == "loading") && told.iter().any(|t| t == "measuring"));
    let made = report(&system, Knowledge::embedded(), "db", &database, seen);
    let fact = |work: &str, by: &str| {
        made.facts
            .iter()
            .find(|f| f.work.id() == work && (by.is_empty() || f.by == [by]))
            .unwrap_or_else(|| panic!("no {work} by {by}: {:?}", made.findings))
    };
    let list = fact("range-read", "person_id");
    assert_eq!(list.index.as_deref(), Some("orders_person"));
    assert!((4.9..=5.0).contains(&list.rows_seen), "{}", list.rows_seen);
    assert!(list.cpu_us > 1.0 && list.repetitions >= 100, "{list:?}");
    assert!(list.wall_p50_us <= list.wall_p99_us);
    assert!((0.99..=1.0).contains(&fact("point-read", "email").rows_seen));
    assert!((0.99..=1.0).contains(&fact("update", "id").rows_seen));
    assert!(fact("update", "id").query.contains("\"status\" = $1"));
    assert!(
        !fact("insert", "").query.contains("\"id\""),
        "the database counts"
    );
    assert_eq!(fact("commit", "").operations, ["place"]);
    let rules: Vec<String> = made.findings.iter().map(model::Finding::key).collect();
    assert!(
        rules.contains(&"full-scan@data.orders".to_string()),
        "{rules:?}"
    );
    let file = database.path().to_path_buf();
    assert!(file.exists());
    drop(database);
    assert!(!file.exists());
}

#[test]
fn a_stop_and_a_refusal_leave_nothing() {
    let system = system();
    let stop = Arc::new(AtomicBool::new(false));
    let options = options(Duration::from_secs(2));
    let attempt = |ddl: &str, stopped: bool| {
        let mut database = Sqlite::open(&stop).expect("a temporary database");
        let mut watch = Watch {
            tell: &mut |_| {},
            stopped: &|| stopped,
        };
        let ddl = [ddl.to_string()];
        let ended = run(&system, "db", &ddl, &options, &mut database, &mut watch).map(drop);
        let file = database.path().to_path_buf();
        drop(database);
        assert!(!file.exists());
        ended
    };
    assert_eq!(attempt(DDL, true), Err(Failure::Stopped));
    let refused = attempt("CREATE TABLE people (id TEXT);\n", false);
    assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
    assert!(matches!(
        attempt("CREATE TABEL x;\n", false),
        Err(Failure::Refused(_))
    ));
}

#[test]
fn clocks_count_work() {
    let stop = Arc::new(AtomicBool::new(false));
    let mut database = Sqlite::open(&stop).expect("a temporary database");
    let before = database.cpu_ns();
    let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n";
    let answer = database.run(count, &[]).unwrap();
    assert_eq!(answer.first, Some(300_000));
    assert!(database.cpu_ns() - before > 1_000_000);
}
