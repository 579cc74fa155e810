//! What is done to a table that is there.

use super::apply::{self, known, parts};
use super::change::{self, Action, Constraint, ConstraintKind, DropKind, Ident, Name, Position};
use super::state::{self, Foreign, Index, Key, Part, State, Table};
use super::types;
use crate::sql::Dialect;

pub fn alter(
    state: &mut State,
    name: &Name,
    if_exists: bool,
    action: &Action,
) -> Result<(), String> {
    let Some(key) = state.find(name) else {
        let view = state.key(name);
        // Views, sequences and indexes answer to ALTER TABLE as well.
        if if_exists || state.views.contains_key(&view) {
            return Ok(());
        }
        return Err(format!("ALTER of {}: it is not known", name.name.text));
    };
    match action {
        Action::AddColumn {
            column,
            constraints,
            position,
            if_not_exists,
        } => {
            for (table, _) in state.family(&key) {
                add_column(state, &table, column, position, *if_not_exists)?;
            }
            add_constraints(state, &key, constraints)
        }
        Action::DropColumn { name, if_exists } => drop_column(state, &key, name, *if_exists),
        Action::RenameColumn { from, to } => rename_column(state, &key, from, to),
        Action::AlterType { name, of } => {
            let of = change::Written {
                writer: of.writer,
                text: state.filled(&of.text),
            };
            let of = types::catalogued(state.dialect, &of);
            let of = apply::user_type(state, of.text);
            let types = state.types.clone();
            each(state, &key, name, |column| {
                apply::retype(&types, column, &of)
            })
        }
        Action::Redefine {
            from,
            column,
            constraints,
            position,
        } => redefine(state, &key, from, column, constraints, position.as_ref()),
        Action::SetDefault { name, default } => {
            each(state, &key, name, |column| column.default = default.clone())
        }
        Action::SetNullable { name, nullable } => {
            each(state, &key, name, |column| column.nullable = *nullable)
        }
        Action::SetIncrements { name, increments } => each(state, &key, name, |column| {
            column.increments = *increments;
            if *increments {
                column.nullable = false;
                column.default = None;
            }
        }),
        Action::DropExpression { name } => each(state, &key, name, |_| {}),
        Action::AddConstraint {
            constraint,
            if_not_exists,
        } => {
            let named = constraint.name.as_ref().map(|name| state.fold(name));
            let there = named.is_some_and(|name| has_constraint(&state.tables[&key], &name));
            if there && *if_not_exists {
                return Ok(());
            }
            add_constraint(state, &key, constraint)
        }
        Action::Drop { what, if_exists } => drop(state, &key, what, *if_exists),
        Action::RenameConstraint { from, to } => {
            let (from, to) = (state.fold(from), state.fold(to));
            rename_constraint(&mut state.tables[&key], &from, &to);
            Ok(())
        }
        Action::AddIndex(index) => {
            for (table, partition) in state.family(&key) {
                if table == key {
                    add_index(state, &table, index)?;
                } else if partition {
                    let own = change::Index {
                        name: None,
                        ..index.clone()
                    };
                    add_index(state, &table, &own)?;
                }
            }
            Ok(())
        }
        Action::RenameIndex { from, to } => {
            let (from, to) = (state.fold(from), state.fold(to));
            rename_constraint(&mut state.tables[&key], &from, &to);
            Ok(())
        }
        Action::Rename(to) => {
            let mut to = to.clone();
            if to.schema.is_none()
                && let Some((schema, _)) = key.rsplit_once('.')
            {
                to.schema = Some(Ident::exact(schema));
            }
            let to = state.key(&to);
            rename_key(state, &key, &to);
            Ok(())
        }
        Action::SetSchema(schema) => {
            let own = key.rsplit('.').next().unwrap_or(&key);
            let to = Name {
                schema: Some(schema.clone()),
                name: Ident::exact(own),
            };
            let to = state.key(&to);
            rename_key(state, &key, &to);
            Ok(())
        }
        Action::Inherit(parent) => {
            let parent = state.find(parent).ok_or("INHERIT of an unknown table")?;
            state.tables[&parent].children.push((key, false));
            Ok(())
        }
        Action::AttachPartition(part) => {
            let part = state.find(part).ok_or("ATTACH of an unknown table")?;
            state.tables[&key].children.push((part, true));
            Ok(())
        }
    }
}

/// Changes a column here and in all that inherit it.
fn each(
    state: &mut State,
    key: &str,
    name: &Ident,
    change: impl Fn(&mut super::state::Column),
) -> Result<(), String> {
    let column = known(state, key, name);
    for (table, _) in state.family(key) {
        let Some(table) = state.tables.get_mut(&table) else {
            continue;
        };
        let Some(column) = table.columns.get_mut(&column) else {
            return Err(format!("{key}.{column} is not known"));
        };
        change(column);
    }
    Ok(())
}

fn add_column(
    state: &mut State,
    key: &str,
    column: &change::Column,
    position: &Position,
    if_not_exists: bool,
) -> Result<(), String> {
    let name = known(state, key, &column.name);
    let made = apply::column(state, column);
    let before = match position {
        Position::Last => None,
        Position::First => Some(0),
        Position::After(other) => {
            let other = known(state, key, other);
            let at = state
                .tables
                .get(key)
                .and_then(|table| table.columns.get_index_of(&other));
            at.map(|at| at + 1)
        }
    };
    let Some(table) = state.tables.get_mut(key) else {
        return Ok(());
    };
    if table.columns.contains_key(&name) {
        return if if_not_exists {
            Ok(())
        } else {
            Err(format!("ADD {key}.{name}: it is there already"))
        };
    }
    match before {
        Some(at) => {
            table.columns.shift_insert(at, name, made);
        }
        None => {
            table.columns.insert(name, made);
        }
    }
    Ok(())
}

fn add_constraints(state: &mut State, key: &str, constraints: &[Constraint]) -> Result<(), String> {
    let faults = constraints
        .iter()
        .map(|one| add_constraint(state, key, one));
    faults.fold(Ok(()), Result::and)
}

fn drop_column(state: &mut State, key: &str, name: &Ident, if_exists: bool) -> Result<(), String> {
    let column = known(state, key, name);
    if !state.tables[key].columns.contains_key(&column) {
        return if if_exists {
            Ok(())
        } else {
            Err(format!("DROP {key}.{column}: it is not known"))
        };
    }
    let shortens = state.dialect == Dialect::Mysql;
    for (table, _) in state.family(key) {
        if let Some(table) = state.tables.get_mut(&table) {
            table.drop_column(&column, shortens);
        }
    }
    for table in state.tables.values_mut() {
        table
            .foreign
            .retain(|foreign| foreign.table != key || !foreign.references.contains(&column));
    }
    Ok(())
}

fn rename_column(state: &mut State, key: &str, from: &Ident, to: &Ident) -> Result<(), String> {
    let (from, to) = (known(state, key, from), state.fold(to));
    if !state.tables[key].columns.contains_key(&from) {
        return Err(format!("RENAME of {key}.{from}: it is not known"));
    }
    for (table, _) in state.family(key) {
        if let Some(table) = state.tables.get_mut(&table) {
            table.rename_column(&from, &to);
        }
    }
    let foreign = state
        .tables
        .values_mut()
        .flat_map(|table| &mut table.foreign);
    for foreign in foreign.filter(|foreign| foreign.table == key) {
        for column in foreign
            .references
            .iter_mut()
            .filter(|column| **column == from)
        {
            column.clone_from(&to);
        }
    }
    Ok(())
}

fn redefine(
    state: &mut State,
    key: &str,
    from: &Ident,
    column: &change::Column,
    constraints: &[Constraint],
    position: Option<&Position>,
) -> Result<(), String> {
    let old = known(state, key, from);
    let new = state.fold(&column.name);
    let Some(before) = state.tables[key].columns.get(&old).cloned() else {
        return Err(format!("CHANGE of {key}.{old}: it is not known"));
    };
    if !old.eq_ignore_ascii_case(&new) {
        rename_column(state, key, from, &Ident::exact(new))?;
    }
    let name = known(state, key, &column.name);
    let mut made = apply::column(state, column);
    if column.of.is_none() || state.dialect == Dialect::Oracle {
        // Oracle's MODIFY leaves what it does not say.
        if column.of.is_none() {
            made.of = before.of;
        }
        made.nullable = column.nullable.unwrap_or(before.nullable);
        made.default = made.default.or(before.default);
    }
    let table = &mut state.tables[key];
    let primary = table.primary.iter().any(|key| key.columns.contains(&name));
    made.nullable &= !primary;
    table.columns.insert(name.clone(), made);
    if let Some(position) = position
        && let Some(at) = table.columns.get_index_of(&name)
    {
        let to = match position {
            Position::First => Some(0),
            Position::Last => None,
            Position::After(other) => table
                .columns
                .get_index_of(&other.text)
                .map(|other| if other < at { other + 1 } else { other }),
        };
        if let Some(to) = to {
            table.columns.move_index(at, to);
        }
    }
    add_constraints(state, key, constraints)
}

/// Names of columns as the table spells them.
fn names(state: &State, key: &str, columns: &[Ident]) -> Vec<String> {
    columns
        .iter()
        .map(|column| known(state, key, column))
        .collect()
}

pub fn add_constraint(state: &mut State, key: &str, constraint: &Constraint) -> Result<(), String> {
    let name = constraint.name.as_ref().map(|name| state.fold(name));
    match &constraint.kind {
        ConstraintKind::Primary(columns) => {
            let columns = names(state, key, columns);
            let name = name.unwrap_or_else(|| state.given_name(key, &columns, "pkey"));
            let table = &mut state.tables[key];
            for column in &columns {
                if let Some(column) = table.columns.get_mut(column) {
                    column.nullable = false;
                }
            }
            table.primary = Some(Key { name, columns });
        }
        ConstraintKind::Unique(columns) => {
            let columns = names(state, key, columns);
            let name = name.unwrap_or_else(|| state.given_name(key, &columns, "key"));
            let table = &mut state.tables[key];
            // The same unique key of a column said twice is one to PostgreSQL.
            let same = table.unique.iter().any(|other| other.columns == columns);
            if !(same && constraint.name.is_none() && state.dialect == Dialect::Postgresql) {
                table.unique.push(Key { name, columns });
            }
        }
        ConstraintKind::Foreign {
            columns,
            table,
            references,
        } => {
            let columns = names(state, key, columns);
            let other = state.find(table).unwrap_or_else(|| state.key(table));
            let references = if references.is_empty() {
                let target = state
                    .tables
                    .get(&other)
                    .and_then(|table| table.primary.as_ref());
                target.map(|key| key.columns.clone()).unwrap_or_default()
            } else {
                names(state, &other, references)
            };
            let implicit = name.clone();
            let name = name.unwrap_or_else(|| state.given_name(key, &columns, "fkey"));
            let made = state.dialect == Dialect::Mysql && !state.tables[key].has_key_for(&columns);
            if made {
                // A key made for the same columns before, whose foreign key went, makes way.
                state.tables[key]
                    .indexes
                    .retain(|index| !(index.implicit && columns.starts_with(&index.columns())));
                let name = implicit.unwrap_or_else(|| state.given_name(key, &columns, "idx"));
                state.tables[key].indexes.push(Index {
                    name,
                    parts: columns.iter().cloned().map(Part::Column).collect(),
                    implicit: true,
                    ..Index::default()
                });
            }
            state.tables[key].foreign.push(Foreign {
                name,
                columns,
                table: other,
                references,
            });
        }
        ConstraintKind::PrimaryUsing(index) => {
            let (given, columns) = take_index(state, key, index)?;
            let name = name.unwrap_or(given);
            let table = &mut state.tables[key];
            for column in &columns {
                if let Some(column) = table.columns.get_mut(column) {
                    column.nullable = false;
                }
            }
            table.primary = Some(Key { name, columns });
        }
        ConstraintKind::UniqueUsing(index) => {
            let (given, columns) = take_index(state, key, index)?;
            let name = name.unwrap_or(given);
            state.tables[key].unique.push(Key { name, columns });
        }
        ConstraintKind::Other => {
            let name = name.unwrap_or_else(|| state.given_name(key, &[], "check"));
            state.tables[key].checks.push(name);
        }
    }
    if state.dialect == Dialect::Mysql {
        state.tables[key].retire_implicit();
    }
    Ok(())
}

fn take_index(
    state: &mut State,
    key: &str,
    index: &Ident,
) -> Result<(String, Vec<String>), String> {
    let name = state.fold(index);
    let table = &mut state.tables[key];
    let at = table.indexes.iter().position(|index| index.name == name);
    let at = at.ok_or_else(|| format!("USING INDEX {name}: it is not known"))?;
    let index = table.indexes.remove(at);
    Ok((index.name.clone(), index.columns()))
}

pub fn add_index(state: &mut State, key: &str, index: &change::Index) -> Result<(), String> {
    let parts = parts(state, key, &index.parts);
    let columns = state::names_in_index(&parts);
    let name = match &index.name {
        Some(name) => state.fold(name),
        None => state.given_name(key, &columns, "idx"),
    };
    let table = &mut state.tables[key];
    let there = table.indexes.iter().any(|other| other.name == name);
    if there && index.if_not_exists {
        return Ok(());
    }
    if there {
        return Err(format!("CREATE INDEX {name}: it is there already"));
    }
    let plain = parts.iter().all(|part| matches!(part, Part::Column(_)));
    if index.unique && state.dialect == Dialect::Mysql && plain {
        table.unique.push(Key { name, columns });
    } else {
        table.indexes.push(Index {
            name,
            parts,
            unique: index.unique,
            partial: index.partial,
            beside: index.beside.clone(),
            implicit: false,
        });
    }
    if state.dialect == Dialect::Mysql {
        state.tables[key].retire_implicit();
    }
    Ok(())
}

fn has_constraint(table: &Table, name: &str) -> bool {
    let keys = table.primary.iter().chain(&table.unique);
    keys.map(|key| &key.name)
        .chain(table.foreign.iter().map(|key| &key.name))
        .chain(&table.checks)
        .any(|other| other.eq_ignore_ascii_case(name))
}

fn drop(state: &mut State, key: &str, what: &DropKind, if_exists: bool) -> Result<(), String> {
    let folded = match what {
        DropKind::Constraint(name) | DropKind::Foreign(name) | DropKind::Index(name) => {
            state.fold(name)
        }
        DropKind::UniqueOver(columns)
        | DropKind::ForeignOver(columns)
        | DropKind::IndexOver(columns) => names(state, key, columns).join(","),
        DropKind::Primary => String::new(),
    };
    let mysql = state.dialect == Dialect::Mysql;
    let table = &mut state.tables[key];
    let before = size(table);
    let same = |name: &String| name.eq_ignore_ascii_case(&folded);
    match what {
        DropKind::Primary => table.primary = None,
        DropKind::Constraint(_) => {
            table.primary.take_if(|key| same(&key.name));
            table.unique.retain(|key| !same(&key.name));
            table.foreign.retain(|key| !same(&key.name));
            table.checks.retain(|name| !same(name));
        }
        DropKind::Foreign(_) => table.foreign.retain(|key| !same(&key.name)),
        DropKind::Index(_) => {
            if mysql && folded.eq_ignore_ascii_case("primary") {
                table.primary = None;
            }
            table.unique.retain(|key| !same(&key.name));
            table.indexes.retain(|index| !same(&index.name));
        }
        DropKind::UniqueOver(_) => {
            table.unique.retain(|key| key.columns.join(",") != folded);
            table
                .indexes
                .retain(|index| !index.unique || index.columns().join(",") != folded);
        }
        DropKind::ForeignOver(_) => table.foreign.retain(|key| key.columns.join(",") != folded),
        DropKind::IndexOver(_) => table
            .indexes
            .retain(|index| index.columns().join(",") != folded),
    }
    if size(table) == before && !if_exists {
        return Err(format!("DROP of {folded} on {key}: it is not known"));
    }
    Ok(())
}

fn size(table: &Table) -> usize {
    usize::from(table.primary.is_some())
        + table.unique.len()
        + table.foreign.len()
        + table.indexes.len()
        + table.checks.len()
}

fn rename_constraint(table: &mut Table, from: &str, to: &str) {
    for key in table.primary.iter_mut().chain(&mut table.unique) {
        if key.name.eq_ignore_ascii_case(from) {
            key.name = to.to_string();
        }
    }
    for key in table.foreign.iter_mut().filter(|key| key.name == from) {
        key.name = to.to_string();
    }
    for index in table.indexes.iter_mut() {
        if index.name.eq_ignore_ascii_case(from) {
            index.name = to.to_string();
        }
    }
    for check in table.checks.iter_mut().filter(|check| *check == from) {
        *check = to.to_string();
    }
}

/// A table under another key, and those that refer to it with it.
pub fn rename_key(state: &mut State, from: &str, to: &str) {
    if let Some(at) = state.tables.get_index_of(from)
        && let Some((_, table)) = state.tables.shift_remove_index(at)
    {
        state.tables.shift_remove(to);
        let at = at.min(state.tables.len());
        state.tables.shift_insert(at, to.to_string(), table);
    }
    let mysql = state.dialect == Dialect::Mysql;
    for table in state.tables.values_mut() {
        for foreign in table
            .foreign
            .iter_mut()
            .filter(|foreign| foreign.table == from)
        {
            foreign.table = to.to_string();
        }
        for child in table.children.iter_mut().filter(|(child, _)| child == from) {
            child.0 = to.to_string();
        }
    }
    // MySQL renames the constraints that it had named after the table.
    if mysql && let Some(table) = state.tables.get_mut(to) {
        let start = format!("{from}_ibfk_");
        for foreign in &mut table.foreign {
            if let Some(number) = foreign.name.strip_prefix(&start) {
                foreign.name = format!("{to}_ibfk_{number}");
            }
        }
    }
}

pub fn drop_index(state: &mut State, name: &Name, if_exists: bool) -> Result<(), String> {
    let own = state.fold(&name.name);
    let mut found = false;
    for table in state.tables.values_mut() {
        let before = table.indexes.len() + table.unique.len();
        table.indexes.retain(|index| index.name != own);
        if state.dialect != Dialect::Postgresql {
            table.unique.retain(|key| key.name != own);
        }
        found |= table.indexes.len() + table.unique.len() < before;
    }
    if found || if_exists {
        Ok(())
    } else {
        Err(format!("DROP INDEX {own}: it is not known"))
    }
}

pub fn rename_index(state: &mut State, from: &Name, to: &Ident) -> Result<(), String> {
    let (from, to) = (state.fold(&from.name), state.fold(to));
    for table in state.tables.values_mut() {
        rename_constraint(table, &from, &to);
    }
    Ok(())
}
