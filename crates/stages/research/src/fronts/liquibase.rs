//! Change logs of Liquibase in XML, YAML and JSON. All three become one small tree of elements.

use super::sql::observed;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::FileFacts;
use crate::schema::change::{
    Action, Column, Constraint, ConstraintKind, CreateTable, DropKind, Ident, Index, Name, Part,
    Position, SchemaChange, Writer, Written,
};
use crate::schema::elements::{self, Element};
use crate::sql::{Dialect, body, ddl};

pub const FRONT: Front = Front {
    id: "liquibase",
    takes,
    reads: Reads::Format(read),
};

/// Files beside change logs that are something else.
const OTHERS: &[&str] = &[
    "pom.xml",
    "package.json",
    "chart.yaml",
    "values.yaml",
    "kustomization.yaml",
];

fn takes(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = name_of(&lower);
    ends_in(&lower, &[".xml", ".yaml", ".yml", ".json"])
        && ["changelog", "liquibase", "changeset"]
            .iter()
            .any(|word| lower.contains(word))
        && !OTHERS.contains(&name)
        && !["application", "docker-compose", "compose", "bootstrap"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// A change log.
pub fn read(source: SourceText) -> FileFacts {
    let mut facts = FileFacts {
        front: FRONT.id.to_string(),
        ..FileFacts::default()
    };
    let root = if ends_in(source.path, &[".xml"]) {
        elements::xml(source.text)
    } else {
        elements::yaml(source.text)
    };
    let root = match root {
        Ok(Some(root)) => root,
        Ok(None) => return facts,
        Err((line, reason)) => {
            if source.text.contains("databaseChangeLog") {
                facts.faults.push((line, reason.clone()));
                facts
                    .seen
                    .push(observed(line, SchemaChange::skipped(reason)));
            }
            return facts;
        }
    };
    let name = "liquibase".to_string();
    facts.seen.push(observed(1, SchemaChange::Tool { name }));
    let folder = source
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    for fault in root.all(elements::FAULT) {
        facts.faults.push((fault.line, fault.text.clone()));
        let skipped = SchemaChange::skipped(fault.text.clone());
        facts.seen.push(observed(fault.line, skipped));
    }
    for child in &root.children {
        log_entry(child, folder, &mut |line, change| {
            facts.seen.push(observed(line, change))
        });
    }
    facts
}

type Emit<'e> = dyn FnMut(u32, SchemaChange) + 'e;

fn log_entry(entry: &Element, folder: &str, emit: &mut Emit) {
    match entry.name.as_str() {
        "include" => {
            if let Some(file) = entry.get("file") {
                emit(entry.line, include(entry, file, folder, false));
            }
        }
        "includeAll" => {
            if let Some(path) = entry.get("path") {
                emit(entry.line, include(entry, path, folder, true));
            }
        }
        "property" => {
            if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
                emit(
                    entry.line,
                    SchemaChange::Property {
                        name: name.to_string(),
                        value: value.to_string(),
                        dialects: list(entry.get("dbms")),
                    },
                );
            }
        }
        "changeSet" => change_set(entry, folder, emit),
        _ => {}
    }
}

fn include(entry: &Element, path: &str, folder: &str, whole: bool) -> SchemaChange {
    let beside = entry.is("relativeToChangelogFile");
    SchemaChange::Include {
        path: if beside {
            joined(folder, path)
        } else {
            path.to_string()
        },
        folder: whole,
    }
}

/// A path below a folder, with `..` and `.` resolved.
pub fn joined(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = folder
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    segments.join("/")
}

fn list(text: Option<&str>) -> Vec<String> {
    let items = text.into_iter().flat_map(|text| text.split(','));
    items
        .map(|item| item.trim().to_string())
        .filter(|item| !item.is_empty())
        .collect()
}

fn change_set(set: &Element, folder: &str, emit: &mut Emit) {
    let mut only = list(set.get("dbms"));
    let mut guarded = false;
    for conditions in set.all("preConditions") {
        guarded = true;
        if conditions.get("onFail").is_some_and(|on| on != "HALT")
            || conditions.attributes.is_empty()
        {
            let named = databases(conditions);
            if only.is_empty() {
                only = named;
            }
        }
    }
    for change in &set.children {
        let mut dialects = only.clone();
        if matches!(change.name.as_str(), "sql" | "sqlFile" | "createView")
            && let own @ [_, ..] = list(change.get("dbms")).as_slice()
        {
            dialects = own.to_vec();
        }
        let mut made = Vec::new();
        lower(change, folder, &mut made);
        for one in made {
            let one = if guarded { body::lenient(one) } else { one };
            emit(change.line.max(set.line), one.only(&dialects));
        }
    }
}

/// The databases that conditions name, alone or one of several.
fn databases(conditions: &Element) -> Vec<String> {
    let mut found = Vec::new();
    for child in &conditions.children {
        match child.name.as_str() {
            "dbms" => found.extend(list(child.get("type"))),
            "or" | "and" => found.extend(databases(child)),
            "not" => {
                let denied = databases(child).into_iter().map(|name| format!("!{name}"));
                found.extend(denied);
            }
            _ => {}
        }
    }
    found
}

/// Liquibase quotes names of mixed case alone.
fn ident(text: &str) -> Ident {
    let mixed = text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase);
    Ident::new(text.trim(), mixed)
}

fn idents(text: Option<&str>) -> Vec<Ident> {
    list(text).iter().map(|name| ident(name)).collect()
}

fn name(element: &Element, key: &str) -> Option<Name> {
    let prefix = key.strip_suffix("TableName").unwrap_or_default();
    let schema_key = if prefix.is_empty() {
        "schemaName".to_string()
    } else {
        format!("{prefix}TableSchemaName")
    };
    // A schema given by a property is the one in use.
    let schema = element
        .get(&schema_key)
        .filter(|schema| !schema.contains("${"));
    Some(Name {
        schema: schema.map(ident),
        name: ident(element.get(key)?),
    })
}

fn column(element: &Element) -> Column {
    let defaults = [
        "defaultValue",
        "defaultValueNumeric",
        "defaultValueBoolean",
        "defaultValueDate",
        "defaultValueComputed",
        "defaultValueSequenceNext",
    ];
    let nullable = element
        .all("constraints")
        .find_map(|one| one.get("nullable"));
    let increments = element.is("autoIncrement");
    let primary = element.all("constraints").any(|one| one.is("primaryKey"));
    Column {
        name: ident(element.get("name").unwrap_or_default()),
        of: element
            .get("type")
            .map(|of| Written::by(Writer::Liquibase, of)),
        nullable: match nullable {
            Some(nullable) => Some(!nullable.eq_ignore_ascii_case("false")),
            None if primary => Some(false),
            None => None,
        },
        default: defaults
            .iter()
            .find_map(|key| element.get(key))
            .map(str::to_string)
            .filter(|default| !default.eq_ignore_ascii_case("null")),
        increments,
        generated: false,
    }
}

fn constraints(element: &Element) -> Vec<Constraint> {
    let mut found = Vec::new();
    let own = vec![ident(element.get("name").unwrap_or_default())];
    for one in element.all("constraints") {
        if one.is("unique") {
            found.push(Constraint {
                name: one.get("uniqueConstraintName").map(ident),
                kind: ConstraintKind::Unique(own.clone()),
            });
        }
        let table = one.get("referencedTableName").map(str::to_string);
        let columns = one.get("referencedColumnNames").map(str::to_string);
        let written = one.get("references").and_then(|text| {
            let (table, columns) = text.trim_end_matches(')').split_once('(')?;
            Some((table.to_string(), columns.to_string()))
        });
        if let Some((table, columns)) = table.zip(columns).or(written) {
            found.push(Constraint {
                name: one.get("foreignKeyName").map(ident),
                kind: ConstraintKind::Foreign {
                    columns: own.clone(),
                    table: Name {
                        schema: None,
                        name: ident(&table),
                    },
                    references: idents(Some(&columns)),
                },
            });
        }
    }
    found
}

fn create_table(change: &Element, name: Name) -> SchemaChange {
    let mut table = CreateTable {
        name,
        if_not_exists: change.is("ifNotExists"),
        ..CreateTable::default()
    };
    let mut primary = Vec::new();
    let mut primary_name = None;
    for element in change.all("column") {
        let one = column(element);
        for constraint in element
            .all("constraints")
            .filter(|one| one.is("primaryKey"))
        {
            primary.push(one.name.clone());
            primary_name = primary_name.or(constraint.get("primaryKeyName").map(ident));
        }
        table.constraints.extend(constraints(element));
        table.columns.push(one);
    }
    if !primary.is_empty() {
        let kind = ConstraintKind::Primary(primary);
        table.constraints.insert(
            0,
            Constraint {
                name: primary_name,
                kind,
            },
        );
    }
    SchemaChange::CreateTable(Box::new(table))
}

/// One change of a change set.
fn lower(change: &Element, folder: &str, made: &mut Vec<SchemaChange>) {
    if let "sql" = change.name.as_str() {
        let text = change.get("sql").unwrap_or(&change.text);
        let found = ddl::read(text, Dialect::sniff(text));
        made.extend(found.into_iter().map(|(_, change)| change));
        return;
    }
    if let "sqlFile" = change.name.as_str() {
        if let Some(path) = change.get("path") {
            made.push(include(change, path, folder, false));
        }
        return;
    }
    if let "renameTable" = change.name.as_str() {
        if let (Some(from), Some(to)) = (name(change, "oldTableName"), name(change, "newTableName"))
        {
            let to = Name {
                schema: None,
                name: to.name,
            };
            let from = Name {
                schema: change.get("schemaName").map(ident),
                name: from.name,
            };
            made.push(SchemaChange::alter(from, Action::Rename(to)));
        }
        return;
    }
    let key = match change.name.as_str() {
        "addForeignKeyConstraint" | "dropForeignKeyConstraint" => "baseTableName",
        "createView" => "viewName",
        _ => "tableName",
    };
    let Some(table) = name(change, key) else {
        if change.name == "dropIndex"
            && let Some(index) = change.get("indexName")
        {
            let name = Name {
                schema: None,
                name: ident(index),
            };
            made.push(SchemaChange::DropIndex {
                name,
                if_exists: false,
            });
        }
        return;
    };
    let alter = |action| SchemaChange::alter(table.clone(), action);
    let one = change.get("columnName").map(ident);
    let many = idents(change.get("columnNames"));
    let of = |key: &str| change.get(key).map(|of| Written::by(Writer::Liquibase, of));
    let drop = |what| Action::Drop {
        what,
        if_exists: false,
    };
    match change.name.as_str() {
        "createTable" => made.push(create_table(change, table)),
        "dropTable" => made.push(SchemaChange::DropTable {
            name: table,
            if_exists: false,
        }),
        "createView" => made.push(SchemaChange::CreateView {
            name: table,
            query: change.text.trim().to_string(),
        }),
        "addColumn" => {
            for element in change.all("column") {
                let mut constraints = constraints(element);
                let one = column(element);
                if element.all("constraints").any(|one| one.is("primaryKey")) {
                    let kind = ConstraintKind::Primary(vec![one.name.clone()]);
                    constraints.push(Constraint { name: None, kind });
                }
                let position = match element.get("afterColumn") {
                    Some(after) => Position::After(ident(after)),
                    None => Position::Last,
                };
                made.push(alter(Action::AddColumn {
                    column: one,
                    constraints,
                    position,
                    if_not_exists: false,
                }));
            }
        }
        "dropColumn" => {
            let inner = change.all("column").filter_map(|column| column.get("name"));
            for name in one.into_iter().chain(inner.map(ident)) {
                let if_exists = false;
                made.push(alter(Action::DropColumn { name, if_exists }));
            }
        }
        "renameColumn" => {
            let from = change.get("oldColumnName").map(ident);
            let to = change.get("newColumnName").map(ident);
            if let (Some(from), Some(to)) = (from, to) {
                // MySQL's CHANGE makes the column anew: with its type, and nothing else.
                let plain = Action::RenameColumn {
                    from: from.clone(),
                    to: to.clone(),
                };
                made.extend(redefined(
                    &table,
                    &from,
                    &to,
                    of("columnDataType"),
                    None,
                    plain,
                ));
            }
        }
        "modifyDataType" => {
            if let (Some(name), Some(of)) = (one, of("newDataType")) {
                made.extend(redefined(
                    &table,
                    &name,
                    &name,
                    Some(of.clone()),
                    None,
                    Action::AlterType {
                        name: name.clone(),
                        of,
                    },
                ));
            }
        }
        "addNotNullConstraint" | "dropNotNullConstraint" => {
            let nullable = change.name == "dropNotNullConstraint";
            if let Some(name) = one {
                let plain = Action::SetNullable {
                    name: name.clone(),
                    nullable,
                };
                made.extend(redefined(
                    &table,
                    &name,
                    &name,
                    of("columnDataType"),
                    Some(nullable),
                    plain,
                ));
            }
        }
        "addDefaultValue" | "dropDefaultValue" => {
            if let Some(name) = one {
                let values = change.attributes.iter();
                let value = values
                    .filter(|(key, _)| key.starts_with("defaultValue") && !key.ends_with("Name"))
                    .map(|(_, value)| value.clone())
                    .find(|value| !value.eq_ignore_ascii_case("null"));
                made.push(alter(Action::SetDefault {
                    name,
                    default: value.filter(|_| change.name == "addDefaultValue"),
                }));
            }
        }
        "addAutoIncrement" => {
            if let Some(name) = one {
                let increments = true;
                made.push(alter(Action::SetIncrements { name, increments }));
            }
        }
        "addPrimaryKey" | "addUniqueConstraint" => {
            let kind = if change.name == "addPrimaryKey" {
                ConstraintKind::Primary(many)
            } else {
                ConstraintKind::Unique(many)
            };
            made.push(alter(Action::AddConstraint {
                constraint: Constraint {
                    name: change.get("constraintName").map(ident),
                    kind,
                },
                if_not_exists: false,
            }));
        }
        "dropPrimaryKey" => made.push(alter(drop(DropKind::Primary))),
        "dropUniqueConstraint" => {
            if let Some(name) = change.get("constraintName") {
                // MySQL's is an index by that name.
                made.push(alter(drop(DropKind::Constraint(ident(name)))));
            }
        }
        "addForeignKeyConstraint" => {
            if let Some(other) = name(change, "referencedTableName") {
                made.push(alter(Action::AddConstraint {
                    constraint: Constraint {
                        name: change.get("constraintName").map(ident),
                        kind: ConstraintKind::Foreign {
                            columns: idents(change.get("baseColumnNames")),
                            table: other,
                            references: idents(change.get("referencedColumnNames")),
                        },
                    },
                    if_not_exists: false,
                }));
            }
        }
        "dropForeignKeyConstraint" => {
            if let Some(name) = change.get("constraintName") {
                made.push(alter(drop(DropKind::Foreign(ident(name)))));
            }
        }
        "createIndex" => {
            let parts = change.all("column").filter_map(|column| column.get("name"));
            let plain = |text: &str| {
                text.chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '$')
            };
            made.push(alter(Action::AddIndex(Index {
                name: change.get("indexName").map(ident),
                parts: parts
                    .map(|part| {
                        let bare = part.split([' ', '(']).next().unwrap_or(part);
                        let prefix = part[bare.len()..].trim_start();
                        let length = prefix.trim_matches(['(', ')']).parse::<u32>().is_ok();
                        if plain(part)
                            || length
                            || prefix.to_ascii_lowercase().ends_with("sc") && plain(bare)
                        {
                            Part::Column(ident(bare))
                        } else {
                            Part::Expression(part.to_string())
                        }
                    })
                    .collect(),
                unique: change.is("unique"),
                ..Index::default()
            })));
        }
        "dropIndex" => {
            if let Some(index) = change.get("indexName") {
                made.push(alter(drop(DropKind::Index(ident(index)))));
            }
        }
        _ => {}
    }
}

/// MySQL changes a column by `MODIFY`, by which it loses what is not said again.
fn redefined(
    table: &Name,
    from: &Ident,
    name: &Ident,
    of: Option<Written>,
    nullable: Option<bool>,
    plain: Action,
) -> Vec<SchemaChange> {
    let mysql = ["mysql".to_string()];
    let others = ["!mysql".to_string()];
    let Some(of) = of else {
        return vec![SchemaChange::alter(table.clone(), plain)];
    };
    let modify = Action::Redefine {
        from: from.clone(),
        column: Column {
            name: name.clone(),
            of: Some(of),
            nullable,
            ..Column::default()
        },
        constraints: Vec::new(),
        position: None,
    };
    vec![
        SchemaChange::alter(table.clone(), plain).only(&others),
        SchemaChange::alter(table.clone(), modify).only(&mysql),
    ]
}
