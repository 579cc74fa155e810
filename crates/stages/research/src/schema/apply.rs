//! Changes in their order to the tables that they leave. A change of what is not there is said and
//! stepped over, as the state after it cannot be known.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use model::fact::{FaultFact, Source, TableFact};

use super::alter;
use super::change::{self, CreateTable, Ident, Name, SchemaChange};
use super::copied;
use super::state::{Column, Part, State, Table};
use super::types;
use super::{query, query_types};
use crate::sql::Dialect;

/// The tables of a schema as it grows.
#[derive(Debug, Default)]
pub struct Applied {
    pub state: State,
    pub skipped: Vec<FaultFact>,
}

impl Applied {
    pub fn new(dialect: Dialect) -> Self {
        Applied {
            state: State::new(dialect),
            skipped: Vec::new(),
        }
    }

    /// Applies one change.
    pub fn change(&mut self, at: &Source, change: &SchemaChange) {
        if let Err(reason) = self.tried(at, change) {
            self.skipped.push(FaultFact {
                at: at.clone(),
                reason,
            });
        }
    }

    pub fn tables(&self) -> IndexMap<String, TableFact> {
        let lasting = self
            .state
            .tables
            .iter()
            .filter(|(_, table)| !table.temporary);
        lasting
            .map(|(name, table)| (name.clone(), table.fact()))
            .collect()
    }

    pub fn tried(&mut self, at: &Source, change: &SchemaChange) -> Result<(), String> {
        let state = &mut self.state;
        match change {
            SchemaChange::CreateTable(table) => create(state, at, table),
            SchemaChange::DropTable { name, if_exists } => drop_table(state, name, *if_exists),
            SchemaChange::Alter {
                table,
                if_exists,
                action,
            } => alter::alter(state, table, *if_exists, action),
            SchemaChange::DropIndex { name, if_exists } => {
                alter::drop_index(state, name, *if_exists)
            }
            SchemaChange::RenameIndex { from, to } => alter::rename_index(state, from, to),
            SchemaChange::CreateEnum { name, .. }
            | SchemaChange::CreateDomain { name, .. }
            | SchemaChange::CreateType { name } => {
                let key = state.key(name);
                let said = quoted(&key);
                state.types.insert(key, said);
                Ok(())
            }
            SchemaChange::RenameType { from, to } => {
                rename_type(state, from, to);
                Ok(())
            }
            SchemaChange::DropType { name, cascade, .. } => {
                let key = state.key(name);
                if let Some(said) = state.types.remove(&key).filter(|_| *cascade) {
                    drop_of_type(state, &said);
                }
                Ok(())
            }
            SchemaChange::CreateView { name, query } => {
                let key = state.key(name);
                state.views.insert(key, query.clone());
                Ok(())
            }
            SchemaChange::CreateSchema { .. }
            | SchemaChange::Revision { .. }
            | SchemaChange::Include { .. }
            | SchemaChange::Dialect { .. }
            | SchemaChange::Tool { .. } => Ok(()),
            SchemaChange::Model(change) => super::models::apply(self, at, change),
            SchemaChange::DropSchema { name } => {
                drop_schema(state, name);
                Ok(())
            }
            SchemaChange::RenameSchema { from, to } => {
                rename_schema(state, from, to);
                Ok(())
            }
            SchemaChange::Use { schema } => {
                let schema = state.fold(schema);
                state.enter(&schema);
                Ok(())
            }
            SchemaChange::When { dialects, change } => {
                if !state.dialect.known() || applies(dialects, state.dialect) {
                    self.tried(at, change)
                } else {
                    Ok(())
                }
            }
            SchemaChange::Property {
                name,
                value,
                dialects,
            } => {
                // The first that fits holds, as with Liquibase.
                if (dialects.is_empty() || applies(dialects, state.dialect))
                    && !state.properties.contains_key(name)
                {
                    state.properties.insert(name.clone(), value.clone());
                }
                Ok(())
            }
            SchemaChange::Skipped { reason } => Err(reason.clone()),
        }
    }
}

/// Whether a list such as `postgresql, h2` or `!oracle` takes in a dialect.
pub fn applies(dialects: &[String], dialect: Dialect) -> bool {
    if dialects.is_empty() {
        return true;
    }
    let mut denied_only = true;
    for entry in dialects {
        let entry = entry.trim();
        if let Some(denied) = entry.strip_prefix('!') {
            if Dialect::named(denied) == dialect {
                return false;
            }
        } else {
            denied_only = false;
            if entry == "all" || Dialect::named(entry) == dialect {
                return true;
            }
        }
    }
    denied_only
}

/// As `format_type` quotes a name.
fn quoted(key: &str) -> String {
    let plain = |part: &str| {
        !part.starts_with(|c: char| c.is_ascii_digit())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let parts = key.split('.').map(|part| {
        if plain(part) {
            part.to_string()
        } else {
            format!("\"{part}\"")
        }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// A column as the catalogue would hold it.
pub fn column(state: &State, column: &change::Column) -> Column {
    let of = column.of.as_ref().map(|of| {
        let filled = change::Written {
            writer: of.writer,
            text: state.filled(&of.text),
        };
        types::catalogued(state.dialect, &filled)
    });
    let of = of.unwrap_or_default();
    let increments = column.increments || of.increments;
    let numbered = state.dialect == Dialect::Postgresql && of.increments;
    let numbers_itself = increments
        && matches!(
            state.dialect,
            Dialect::Postgresql | Dialect::Mysql | Dialect::Mssql
        );
    let default = if numbered {
        Some("nextval".to_string())
    } else if column.generated || (increments && state.dialect == Dialect::Mysql) {
        None
    } else {
        column.default.as_ref().map(|default| state.filled(default))
    };
    Column {
        of: user_type(state, of.text),
        nullable: column.nullable.unwrap_or(!numbers_itself) && !numbered,
        default: default.filter(|default| !default.eq_ignore_ascii_case("null")),
        increments,
    }
}

/// A type of the user as the catalogue calls it, with its schema where that is not home.
pub fn user_type(state: &State, text: String) -> String {
    let (base, array) = match text.strip_suffix("[]") {
        Some(base) => (base, "[]"),
        None => (text.as_str(), ""),
    };
    let key = base.replace('"', "");
    let current = state
        .current
        .as_ref()
        .map(|schema| format!("{schema}.{key}"));
    let known = current
        .and_then(|key| state.types.get(&key))
        .or_else(|| state.types.get(&key));
    known.map_or_else(|| text.clone(), |said| format!("{said}{array}"))
}

fn create(state: &mut State, at: &Source, create: &CreateTable) -> Result<(), String> {
    let key = state.key(&create.name);
    if state.tables.contains_key(&key) {
        if create.if_not_exists {
            return Ok(());
        }
        return Err(format!("CREATE TABLE {key}: it is there already"));
    }
    let mut table = Table {
        at: at.clone(),
        temporary: create.temporary,
        ..Table::default()
    };
    let mut reason = None;
    let mut after: Vec<(bool, Table)> = Vec::new();
    for parent in create.inherits.iter().chain(&create.partition_of) {
        let Some(found) = state.find(parent) else {
            reason = Some(format!(
                "CREATE TABLE {key}: {} is not known",
                parent.name.text
            ));
            continue;
        };
        let partition = create.partition_of.is_some();
        if let Some(parent) = state.tables.get_mut(&found) {
            parent.children.push((key.clone(), partition));
            let columns = parent.columns.clone();
            table.columns.extend(columns);
            if partition {
                after.push((true, parent.clone()));
            }
        }
    }
    for like in &create.like {
        let Some(found) = state.find(&like.table) else {
            reason = Some(format!(
                "CREATE TABLE {key}: {} is not known",
                like.table.name.text
            ));
            continue;
        };
        let other = state.tables[&found].clone();
        for (name, column) in &other.columns {
            let mut column = column.clone();
            if !like.defaults {
                column.default = None;
            }
            table.columns.insert(name.clone(), column);
        }
        if like.indexes {
            after.push((false, other));
        }
    }
    if let Some(text) = &create.query {
        match query::columns(state, text) {
            Some(columns) => {
                let unknown = columns.iter().find(|(_, column)| column.of.is_empty());
                reason = unknown.map(|(name, _)| {
                    format!("CREATE TABLE {key} AS: the type of {name} cannot be told")
                });
                for (name, column) in columns {
                    table
                        .columns
                        .entry(name)
                        .or_insert(query_types::settled(column));
                }
            }
            None => reason = Some(format!("CREATE TABLE {key} AS: columns are of a query")),
        }
    }
    for defined in &create.columns {
        table
            .columns
            .insert(state.fold(&defined.name), column(state, defined));
    }
    state.tables.insert(key.clone(), table);
    // MySQL makes the index of a foreign key only if no key written later does.
    let later =
        |kind: &change::ConstraintKind| matches!(kind, change::ConstraintKind::Foreign { .. });
    let constraints = create.constraints.iter();
    let (foreign, keys): (Vec<_>, Vec<_>) = constraints.partition(|one| later(&one.kind));
    let mut fault = None;
    for constraint in distinct(state.dialect, keys) {
        fault = alter::add_constraint(state, &key, constraint)
            .err()
            .or(fault);
    }
    for index in &create.indexes {
        fault = alter::add_index(state, &key, index).err().or(fault);
    }
    for (partition, other) in after {
        copied::copy_keys(state, &key, &other, partition);
    }
    for constraint in foreign {
        fault = alter::add_constraint(state, &key, constraint)
            .err()
            .or(fault);
    }
    reason.or(fault).map_or(Ok(()), Err)
}

/// PostgreSQL makes one of keys over the same columns that one statement names.
fn distinct(dialect: Dialect, keys: Vec<&change::Constraint>) -> Vec<&change::Constraint> {
    use change::ConstraintKind::{Primary, Unique};
    if dialect != Dialect::Postgresql {
        return keys;
    }
    let mut sorted: Vec<&change::Constraint> = keys;
    sorted.sort_by_key(|key| !matches!(key.kind, Primary(_)));
    let mut seen: Vec<&Vec<Ident>> = Vec::new();
    sorted.retain(|key| match &key.kind {
        Primary(columns) | Unique(columns) => {
            let new = !seen.contains(&columns);
            seen.push(columns);
            new
        }
        _ => true,
    });
    sorted
}

fn drop_table(state: &mut State, name: &Name, if_exists: bool) -> Result<(), String> {
    let Some(key) = state.find(name) else {
        if if_exists || state.views.contains_key(&name.name.text) {
            return Ok(());
        }
        return Err(format!("DROP TABLE {}: it is not known", name.name.text));
    };
    let dropped = state.tables.shift_remove(&key);
    for (child, partition) in dropped.into_iter().flat_map(|table| table.children) {
        if partition {
            state.tables.shift_remove(&child);
        }
    }
    for table in state.tables.values_mut() {
        table.children.retain(|(child, _)| *child != key);
        if state.dialect == Dialect::Postgresql {
            table.foreign.retain(|foreign| foreign.table != key);
        }
    }
    Ok(())
}

fn drop_schema(state: &mut State, name: &Ident) {
    let schema = state.fold(name);
    let home = state.home.as_deref() == Some(schema.as_str());
    let start = format!("{schema}.");
    state.tables.retain(|key, _| {
        let inside = if home {
            !key.contains('.')
        } else {
            key.starts_with(&start)
        };
        !inside
    });
}

fn rename_schema(state: &mut State, from: &Ident, to: &Ident) {
    let (from, to) = (format!("{}.", state.fold(from)), state.fold(to));
    let keys: Vec<String> = state.tables.keys().cloned().collect();
    for key in keys {
        if let Some(own) = key.strip_prefix(&from) {
            alter::rename_key(state, &key, &format!("{to}.{own}"));
        }
    }
}

/// Takes away the columns of a type, and defaults that are written in it.
fn drop_of_type(state: &mut State, said: &str) {
    let written = format!("::{said}");
    for table in state.tables.values_mut() {
        let gone = table
            .columns
            .iter()
            .filter(|(_, column)| column.of == said || column.of.strip_suffix("[]") == Some(said));
        let gone: Vec<String> = gone.map(|(name, _)| name.clone()).collect();
        for name in gone {
            table.drop_column(&name, false);
        }
        for column in table.columns.values_mut() {
            column
                .default
                .take_if(|default| default.ends_with(&written));
        }
    }
}

/// A column of another type. A default keeps the type that it was written in.
pub fn retype(types: &BTreeMap<String, String>, column: &mut Column, of: &str) {
    let of_user = types.values().any(|said| *said == column.of);
    if let Some(default) = column
        .default
        .as_mut()
        .filter(|_| of_user && column.of != of)
        && !default.contains("::")
    {
        *default = format!("{default}::{}", column.of);
    }
    column.of = of.to_string();
}

fn rename_type(state: &mut State, from: &Name, to: &Ident) {
    let old = state.key(from);
    let Some(said) = state.types.remove(&old) else {
        return;
    };
    let own = state.fold(to);
    let new = match old.rsplit_once('.') {
        Some((schema, _)) => format!("{schema}.{own}"),
        None => own,
    };
    let now = quoted(&new);
    for column in state
        .tables
        .values_mut()
        .flat_map(|table| table.columns.values_mut())
    {
        if column.of == said {
            column.of = now.clone();
        } else if column.of.strip_suffix("[]") == Some(said.as_str()) {
            column.of = format!("{now}[]");
        }
    }
    state.types.insert(new, now);
}

/// The parts of a key, folded and as the table spells them.
pub fn parts(state: &State, table: &str, parts: &[change::Part]) -> Vec<Part> {
    let parts = parts.iter().map(|part| match part {
        change::Part::Column(name) => Part::Column(known(state, table, name)),
        change::Part::Expression(text) => Part::Expression(text.clone()),
    });
    parts.collect()
}

/// A column's name as the table spells it; folded where the table has none of that name.
pub fn known(state: &State, table: &str, name: &Ident) -> String {
    let folded = state.fold(name);
    let found = state
        .tables
        .get(table)
        .and_then(|table| table.column(&folded));
    found.unwrap_or(folded)
}
