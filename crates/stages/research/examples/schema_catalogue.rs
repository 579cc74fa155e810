//! Holds the schema recovered from a tree against a real database.
//!
//!     cargo run -p groundplan-research --example schema_catalogue -- DIR URL [ROOT] [--existing] [--first SQL] [--write FILE]
//!
//! URL is a PostgreSQL server (`postgresql:///postgres?host=..`), in which a database is made and
//! dropped again, or `mariadb:` for a local MariaDB. The migrations of the plan with the most tables
//! (or of the plan under ROOT, or of the file ROOT) run through psql or mariadb; with `--existing` the database named by
//! the URL was migrated before by the tool itself. `--first SQL` is run before each file, where the
//! project's own runner does so. Statements that the server refuses are printed.
//! `--write FILE` keeps the catalogue as text.

#[path = "../tests/common/catalogue.rs"]
#[allow(dead_code)]
mod catalogue;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode};

use groundplan_research::fronts::{self, SourceText};
use groundplan_research::observation::FileFacts;
use groundplan_research::schema;
use groundplan_research::schema::order::Plan;
use groundplan_research::sql::Dialect;

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<usize, String> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let existing = arguments
        .iter()
        .position(|argument| argument == "--existing");
    let existing = existing.map(|at| arguments.remove(at)).is_some();
    let first = arguments.iter().position(|argument| argument == "--first");
    let first = match first {
        Some(at) if at + 1 < arguments.len() => arguments.drain(at..at + 2).nth(1),
        Some(_) => return Err("--first SQL".to_string()),
        None => None,
    };
    let write = arguments.iter().position(|argument| argument == "--write");
    let write = match write {
        Some(at) if at + 1 < arguments.len() => arguments.drain(at..at + 2).nth(1),
        Some(_) => return Err("--write FILE".to_string()),
        None => None,
    };
    let first = first.map_or_else(String::new, |sql| format!("{sql};\n"));
    let [folder, url, rest @ ..] = arguments.as_slice() else {
        return Err("DIR URL [ROOT] [--existing] [--first SQL]".to_string());
    };
    let mut files = BTreeMap::new();
    read(Path::new(folder), Path::new(folder), &mut files)?;
    let borrowed = files
        .iter()
        .map(|(path, facts)| (path.as_str(), facts))
        .collect();
    let plans = schema::order::plans(&borrowed);
    let mysql = url.starts_with("mariadb:");
    let dialect = if mysql {
        Dialect::Mysql
    } else {
        Dialect::Postgresql
    };
    for plan in &plans {
        let fact = schema::applied(plan);
        println!(
            "plan {} {:?} {} files {} tables {} skipped {}",
            plan.tool,
            plan.root,
            plan.dialect.id(),
            plan.files.len(),
            fact.tables.len(),
            fact.skipped.len()
        );
    }
    let fits = |plan: &&Plan| {
        (plan.dialect == dialect || !plan.dialect.known())
            && rest
                .first()
                .is_none_or(|root| plan.root == *root || plan.files.contains(&root.as_str()))
    };
    let plan = plans
        .iter()
        .filter(fits)
        .max_by_key(|plan| schema::applied(plan).tables.len())
        .ok_or("no plan for this database")?;
    let mut plan = plan.clone();
    plan.dialect = dialect;
    let fact = schema::applied(&plan);
    for skipped in &fact.skipped {
        println!(
            "skipped {}:{} {}",
            skipped.at.file, skipped.at.line, skipped.reason
        );
    }
    let theirs = if mysql {
        in_mariadb(url, folder, &plan, existing, &first)?
    } else {
        in_postgresql(url, folder, &plan, existing, &first)?
    };
    let ours = catalogue::recovered(&fact);
    let mut theirs = theirs;
    for own in OF_TOOLS {
        if !ours.contains_key(*own) && theirs.remove(*own).is_some() {
            println!("left out, the tool's own: {own}");
        }
    }
    if let Some(file) = write {
        std::fs::write(&file, catalogue::text(&theirs))
            .map_err(|error| format!("{file}: {error}"))?;
    }
    let found = catalogue::differences(&ours, &theirs);
    for line in &found {
        println!("{line}");
    }
    let columns: usize = theirs.values().map(|table| table.columns.len()).sum();
    println!(
        "{} {}: {} tables, {columns} columns, {} differences",
        plan.tool,
        plan.root,
        theirs.len(),
        found.len()
    );
    Ok(found.len())
}

/// Every file that a front takes, without following links.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, FileFacts>) -> Result<(), String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| error.to_string())?;
        if kind.is_dir() {
            read(root, &path, files)?;
        } else if kind.is_file() {
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            if !fronts::ALL.iter().any(|front| (front.takes)(&name)) {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let source = SourceText {
                path: &name,
                text: &text,
            };
            let Some(facts) = fronts::read(source) else {
                continue;
            };
            files.insert(name, facts);
        }
    }
    Ok(())
}

/// The part of a file that goes up.
fn up(text: &str) -> String {
    let downs = [
        "-- +goose down",
        "-- migrate:down",
        "-- +migrate down",
        "-- down migration",
    ];
    let lower = text.to_ascii_lowercase();
    let cut = downs.iter().filter_map(|down| lower.find(down)).min();
    text[..cut.unwrap_or(text.len())].to_string()
}

/// Tables in which tools keep what they ran, and of models that come with them.
const OF_TOOLS: &[&str] = &[
    "databasechangelog",
    "databasechangeloglock",
    "DATABASECHANGELOG",
    "DATABASECHANGELOGLOCK",
    "alembic_version",
    "django_migrations",
    "django_content_type",
    "django_session",
    "django_admin_log",
    "django_site",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "knex_migrations",
    "knex_migrations_lock",
    "migrations",
    "schema_migrations",
    "ar_internal_metadata",
];

const DATABASE: &str = "research_example";

fn in_postgresql(
    url: &str,
    folder: &str,
    plan: &Plan,
    existing: bool,
    first: &str,
) -> Result<catalogue::Catalogue, String> {
    let said = |error: postgres::Error| format!("PostgreSQL: {error}");
    if existing {
        let mut client = catalogue::connect(url, None).map_err(said)?;
        return catalogue::postgresql(&mut client).map_err(said);
    }
    let mut server = catalogue::connect(url, None).map_err(said)?;
    let name = format!("{DATABASE}_{}", std::process::id());
    server
        .batch_execute(&format!("create database {name}"))
        .map_err(said)?;
    let (start, options) = url.split_once('?').unwrap_or((url, ""));
    let base = start.rsplit_once('/').map_or(start, |(base, _)| base);
    let target = format!("{base}/{name}?{options}");
    for file in &plan.files {
        let path = Path::new(folder).join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let text = format!("{first}{}", up(&text));
        let temporary = std::env::temp_dir().join(format!("{name}.sql"));
        std::fs::write(&temporary, text).map_err(|error| error.to_string())?;
        let output = Command::new("psql")
            .args(["-q", "-v", "ON_ERROR_STOP=0", "-f"])
            .arg(&temporary)
            .arg(&target)
            .output()
            .map_err(|error| error.to_string())?;
        for line in String::from_utf8_lossy(&output.stderr)
            .lines()
            .filter(|line| line.contains("ERROR"))
        {
            println!("psql {file}: {line}");
        }
    }
    let mut client = catalogue::connect(url, Some(&name)).map_err(said)?;
    let found = catalogue::postgresql(&mut client).map_err(said);
    drop(client);
    server
        .batch_execute(&format!("drop database {name}"))
        .map_err(said)?;
    found
}

fn in_mariadb(
    url: &str,
    folder: &str,
    plan: &Plan,
    existing: bool,
    first: &str,
) -> Result<catalogue::Catalogue, String> {
    if existing {
        return catalogue::of_mariadb(url.trim_start_matches("mariadb:"));
    }
    let name = format!("{DATABASE}_{}", std::process::id());
    catalogue::mariadb(
        "mysql",
        &format!("create database {name} character set utf8mb4"),
        &[],
    )?;
    for file in &plan.files {
        let text = std::fs::read_to_string(Path::new(folder).join(file))
            .map_err(|error| error.to_string())?;
        for refused in refused_by_mariadb(&name, &format!("{first}{}", up(&text)))? {
            println!("mariadb {file}: {refused}");
        }
    }
    let found = catalogue::of_mariadb(&name);
    catalogue::mariadb("mysql", &format!("drop database {name}"), &[])?;
    found
}

/// Runs a file to its end and gives what the server refused.
fn refused_by_mariadb(database: &str, sql: &str) -> Result<Vec<String>, String> {
    let said = |error: std::io::Error| format!("mariadb: {error}");
    let temporary = std::env::temp_dir().join(format!("{database}.sql"));
    std::fs::write(&temporary, sql).map_err(said)?;
    let input = std::fs::File::open(&temporary).map_err(said)?;
    let lower = sql.to_ascii_lowercase();
    let bodies = lower.contains("create procedure") || lower.contains("create trigger");
    // A file that a driver sends whole: the client would cut bodies at their semicolons.
    let whole = bodies && !lower.contains("delimiter");
    let output = Command::new("mariadb")
        .args(["--no-defaults", "--user=root", "--force"])
        .args(whole.then_some("--delimiter=$whole$"))
        .arg("--default-character-set=utf8mb4")
        .arg(database)
        .stdin(input)
        .output()
        .map_err(said)?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines = errors.lines().filter(|line| line.starts_with("ERROR"));
    Ok(lines.map(str::to_string).collect())
}
