//! The schema recovered from migrations equals the catalogue of a real database after they ran.

mod common {
    pub mod catalogue;
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::catalogue;
use groundplan_research::fronts::{self, SourceText};
use groundplan_research::observation::FileFacts;
use groundplan_research::schema;
use groundplan_research::sql::Dialect;
use model::fact::SchemaFact;

fn cases(dialect: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/schema")
        .join(dialect);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.insert(name.to_string(), std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The one schema of a case, and its files.
fn recovered(case: &Path) -> (SchemaFact, BTreeMap<String, String>) {
    let mut texts = BTreeMap::new();
    walk(case, case, &mut texts);
    let mut facts: BTreeMap<&str, FileFacts> = BTreeMap::new();
    for (path, text) in &texts {
        if let Some(found) = fronts::read(SourceText { path, text }) {
            facts.insert(path, found);
        }
    }
    let files = facts.iter().map(|(path, facts)| (*path, facts)).collect();
    let mut schemas = schema::recover(&files);
    assert_eq!(schemas.len(), 1, "{}", case.display());
    (schemas.remove(0), texts)
}

/// What goes up of a file: marks of tools cut off the rest.
fn up(text: &str) -> &str {
    text.split("-- +goose Down").next().unwrap_or(text)
}

#[test]
fn postgresql_agrees() {
    let Ok(url) = std::env::var("GROUNDPLAN_TEST_PG") else {
        eprintln!("GROUNDPLAN_TEST_PG names no PostgreSQL server, so no catalogue was compared");
        return;
    };
    let mut server = catalogue::connect(&url, None).unwrap();
    for case in cases("postgresql") {
        let (schema, texts) = recovered(&case);
        let name = format!(
            "research_{}_{}",
            case.file_name().unwrap().to_str().unwrap(),
            std::process::id()
        );
        server
            .batch_execute(&format!("create database {name}"))
            .unwrap();
        let mut client = catalogue::connect(&url, Some(&name)).unwrap();
        for file in &schema.files {
            // One by one: some statements refuse to share a transaction.
            for statement in statements(up(&texts[file])) {
                client
                    .batch_execute(statement)
                    .unwrap_or_else(|error| panic!("{file}: {error}: {statement}"));
            }
        }
        let theirs = catalogue::postgresql(&mut client).unwrap();
        drop(client);
        server
            .batch_execute(&format!("drop database {name}"))
            .unwrap();
        agree(&case, &schema, &theirs);
    }
}

/// Statements by the splitter's own cut: between one's first and the next one's first byte. It keeps
/// no others than those that may define, so rows are not inserted here.
fn statements(text: &str) -> Vec<&str> {
    use groundplan_research::sql::split::{Piece, split};
    let pieces = split(text, false)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Statement(statement) => {
                let (first, last) = (statement.tokens.first()?, statement.tokens.last()?);
                Some(&text[first.at as usize..last.end as usize])
            }
            Piece::Directive(_) => None,
        });
    pieces.collect()
}

#[test]
fn mariadb_agrees() {
    if std::env::var("GROUNDPLAN_TEST_MARIADB").is_err() {
        eprintln!("GROUNDPLAN_TEST_MARIADB names no server's socket, so no catalogue was compared");
        return;
    }
    for case in cases("mysql") {
        let (schema, texts) = recovered(&case);
        let name = format!(
            "research_{}_{}",
            case.file_name().unwrap().to_str().unwrap(),
            std::process::id()
        );
        catalogue::mariadb("mysql", &format!("create database {name}"), &[]).unwrap();
        for file in &schema.files {
            catalogue::mariadb(&name, &texts[file], &[])
                .unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        let theirs = catalogue::of_mariadb(&name).unwrap();
        catalogue::mariadb("mysql", &format!("drop database {name}"), &[]).unwrap();
        agree(&case, &schema, &theirs);
    }
}

/// Migrations in code, beside the catalogue that their own tool made of them in a real database
/// (`migrations/`, `postgresql.txt`, `mysql.txt`; `examples/schema_catalogue.rs` writes them).
#[test]
fn what_tools_made_agrees() {
    let mut compared = 0;
    for case in cases("made") {
        let mut texts = BTreeMap::new();
        walk(&case, &case, &mut texts);
        let facts: BTreeMap<&str, FileFacts> = texts
            .iter()
            .filter_map(|(path, text)| {
                Some((path.as_str(), fronts::read(SourceText { path, text })?))
            })
            .collect();
        let files = facts.iter().map(|(path, facts)| (*path, facts)).collect();
        let mut plans = schema::order::plans(&files);
        assert_eq!(plans.len(), 1, "{}", case.display());
        let mut plan = plans.remove(0);
        for dialect in [Dialect::Postgresql, Dialect::Mysql] {
            let Some(expected) = texts.get(&format!("{}.txt", dialect.id())) else {
                continue;
            };
            plan.dialect = dialect;
            let fact = schema::applied(&plan);
            let skipped: Vec<&str> = fact.skipped.iter().map(|fault| &*fault.reason).collect();
            assert!(skipped.is_empty(), "{}: {skipped:?}", case.display());
            let ours = catalogue::text(&catalogue::recovered(&fact));
            assert_eq!(ours, *expected, "{} {}", case.display(), dialect.id());
            compared += 1;
        }
    }
    assert!(compared >= 6);
}

fn agree(case: &Path, schema: &SchemaFact, theirs: &catalogue::Catalogue) {
    assert!(!theirs.is_empty(), "{}", case.display());
    let ours = catalogue::recovered(schema);
    let found = catalogue::differences(&ours, theirs);
    let skipped: Vec<String> = schema
        .skipped
        .iter()
        .map(|fault| format!("{}:{} {}", fault.at.file, fault.at.line, fault.reason))
        .collect();
    assert!(
        found.is_empty() && skipped.is_empty(),
        "{}:\n{}\nskipped:\n{}",
        case.display(),
        found.join("\n"),
        skipped.join("\n")
    );
}

/// A comparison that cannot find a difference would agree with anything.
#[test]
fn a_difference_is_found() {
    let (schema, _) = recovered(&cases("postgresql")[0]);
    let theirs = catalogue::recovered(&schema);
    let mut other = schema.clone();
    for table in other.tables.values_mut() {
        table.primary_key.clear();
        for column in table.columns.values_mut() {
            column.nullable = !column.nullable;
        }
    }
    let found = catalogue::differences(&catalogue::recovered(&other), &theirs);
    assert!(found.len() > schema.tables.len());
    assert!(catalogue::differences(&theirs, &theirs).is_empty());
}
