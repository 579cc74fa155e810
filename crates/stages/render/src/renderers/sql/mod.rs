//! SQL: `schema.sql` and migrations for a server (PostgreSQL) and for a file (SQLite).
//!
//! The dialect of the chosen store comes first: an embedded technology speaks SQLite's, any other
//! relational one PostgreSQL's. `schema.sql` is the migrations up, one after the other, so that the
//! two cannot differ. There is one migration for each bounded context, in the order of foreign keys,
//! one for tables of no context, and one for roles.

mod dialect;
mod expr;
mod names;
mod order;
mod partition;
mod roles;
mod table;

use knowledge::Capability;
use model::{Map, Table, TableKind};

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::view::View;
use dialect::Dialect;

pub const RENDERER: Renderer = Renderer {
    id: "sql",
    about: "Schema and migrations, up and down, for PostgreSQL and SQLite.",
    needs: &[Need::Tables],
    render,
};

/// One migration: a name, and what it does in both directions, a statement with its comment each.
pub(super) struct Migration {
    pub name: String,
    pub about: String,
    pub up: Vec<String>,
    pub down: Vec<String>,
}

fn render(view: &View<'_>) -> Vec<Artifact> {
    let stores = stores(view);
    let several = stores.len() > 1;
    stores
        .iter()
        .flat_map(|store| {
            let folder = if several {
                format!("schema/{}", names::file(store))
            } else {
                "schema".into()
            };
            let tables = tables_of(view, store);
            dialects(view, store)
                .into_iter()
                .flat_map(move |dialect| package(view, &folder, &tables, dialect))
        })
        .collect()
}

/// Whether rows of the table lie in a relational store, as far as is known.
fn relational(view: &View<'_>, table: &Table) -> bool {
    if matches!(table.kind, TableKind::Bucket | TableKind::CacheEntries) {
        return false;
    }
    view.system
        .component(&table.store)
        .and_then(|c| view.knowledge.technology(c.technology.as_deref()?))
        .is_none_or(|t| t.has(Capability::Relational))
}

fn stores(view: &View<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for table in view.system.architecture.data.values() {
        if relational(view, table) && !found.contains(&table.store.0) {
            found.push(table.store.0.clone());
        }
    }
    found
}

fn tables_of(view: &View<'_>, store: &str) -> Map<Table> {
    view.system
        .architecture
        .data
        .iter()
        .filter(|(_, t)| *t.store == *store && relational(view, t))
        .map(|(id, t)| (id.clone(), t.clone()))
        .collect()
}

fn dialects(view: &View<'_>, store: &str) -> [Dialect; 2] {
    let embedded = view
        .system
        .component(store)
        .and_then(|c| view.knowledge.technology(c.technology.as_deref()?))
        .is_some_and(|t| t.has(Capability::Embedded));
    if embedded {
        [Dialect::Sqlite, Dialect::Postgresql]
    } else {
        [Dialect::Postgresql, Dialect::Sqlite]
    }
}

const SOURCES: &[&str] = &["data", "paths", "security.roles"];

fn package(view: &View<'_>, folder: &str, tables: &Map<Table>, dialect: Dialect) -> Vec<Artifact> {
    let migrations = order::migrations(view, tables, dialect);
    let folder = format!("{folder}/{}", dialect.folder());
    let file = |path: String, body: String| {
        Artifact::new(path, Marker::Dashes, &view.options.source, SOURCES, &body)
    };
    let mut schema = format!("{}\n", dialect.preamble());
    for migration in &migrations {
        schema.push_str(&format!("\n-- {}\n\n", migration.about));
        schema.push_str(&migration.up.join("\n"));
    }
    let mut artifacts = vec![file(format!("{folder}/schema.sql"), schema)];
    for (at, migration) in migrations.iter().enumerate() {
        for (direction, statements) in [("up", &migration.up), ("down", &migration.down)] {
            artifacts.push(file(
                format!(
                    "{folder}/migrations/{:04}_{}.{direction}.sql",
                    at + 1,
                    migration.name
                ),
                format!(
                    "-- {} Run the file in one transaction.\n\n{}",
                    migration.about,
                    statements.join("\n")
                ),
            ));
        }
    }
    artifacts
}

/// The statement that creates a table, as the schema file has it.
pub(crate) fn definition(schema: &str, id: &str) -> String {
    let start = |line: &str| {
        line.strip_prefix("CREATE TABLE ").is_some_and(|rest| {
            let name = rest.split([' ', '(']).next().unwrap_or_default();
            name.trim_matches('"') == id
        })
    };
    let mut lines = Vec::new();
    for line in schema.lines() {
        if lines.is_empty() && !start(line) {
            continue;
        }
        lines.push(line);
        if line.ends_with(';') {
            break;
        }
    }
    lines.join("\n")
}
