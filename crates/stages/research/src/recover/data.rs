//! Schemas as tables of the model, under the store that holds them.

use indexmap::IndexMap;
use model::fact::{ColumnFact, Facts, LinkKind, SchemaFact, TableFact};
use model::finding::Certainty;
use model::{Architecture, Column, FieldType, ForeignKey, Index, IndexKind, Table, Unique};

use super::names::{Taken, kebab};
use super::{Ids, about, free, place, store};
use crate::red_flags::is_shown;

pub(super) fn add(facts: &Facts, ids: &Ids, out: &mut Architecture) {
    let mut taken = Taken::default();
    // What fixtures and examples keep beside the real schema is no part of the system.
    let shown = |schema: &SchemaFact| schema.files.iter().all(|path| is_shown(path));
    let real = facts.schemas.iter().any(|schema| !shown(schema));
    for schema in &facts.schemas {
        if schema.tables.is_empty() || real && shown(schema) {
            continue;
        }
        let component = holder(schema, facts, ids, out);
        // The same table of two stores is two tables.
        let names: IndexMap<&String, String> = schema
            .tables
            .keys()
            .map(|name| {
                let own = kebab(name);
                let id = match (out.data.contains_key(&own), schema.service.as_deref()) {
                    (true, Some(service)) => format!("{service}-{own}"),
                    _ => own,
                };
                (name, taken.take(&id))
            })
            .collect();
        for (name, fact) in &schema.tables {
            let table = table(name, fact, &component, schema, &names);
            out.data.insert(names[name].clone(), table);
        }
    }
}

/// The component that holds a schema: the store that is known, the only one its service reads, or one
/// that nothing but the schema shows.
fn holder(schema: &SchemaFact, facts: &Facts, ids: &Ids, out: &mut Architecture) -> String {
    if let Some(id) = schema.store.as_deref().and_then(|s| ids.known(s)) {
        return id.to_string();
    }
    if let Some(service) = &schema.service {
        let mut read = facts
            .links
            .iter()
            .filter(|l| l.kind == LinkKind::Data && l.from == *service)
            .filter_map(|l| ids.known(&l.to));
        if let (Some(only), None) = (read.next(), read.next()) {
            return only.to_string();
        }
    }
    let wanted = match &schema.service {
        Some(service) => format!("{}-store", ids.component(service)),
        None => "store".to_string(),
    };
    let id = free(&wanted, |id| out.components.contains_key(id));
    let at: Vec<_> = schema
        .tables
        .values()
        .map(|t| t.at.clone())
        .take(1)
        .collect();
    let notes = vec!["Only its schema is in the tree; where it runs is not said.".to_string()];
    let description = format!("Store of {} tables.", schema.tables.len());
    let made = store(
        description,
        &schema.dialect,
        about(&at, Certainty::Inferred, notes),
    );
    out.components.insert(id.clone(), made);
    id
}

fn table(
    name: &str,
    fact: &TableFact,
    component: &str,
    schema: &SchemaFact,
    names: &IndexMap<&String, String>,
) -> Table {
    let mut notes = Vec::new();
    let mut foreign_keys = IndexMap::new();
    for (number, key) in fact.foreign_keys.iter().enumerate() {
        match names.get(&key.table) {
            Some(references) => {
                let made = ForeignKey {
                    columns: key.columns.clone(),
                    references: references.into(),
                    to: key.references.clone(),
                    on_delete: None,
                };
                let id = free(&kebab(&format!("{}-fk", key.columns.join("-"))), |id| {
                    foreign_keys.contains_key(id)
                });
                foreign_keys.insert(id, made);
            }
            None => notes.push(format!(
                "Foreign key {} leads to {}, which no migration here makes.",
                number + 1,
                key.table
            )),
        }
    }
    let mut unique = IndexMap::new();
    for columns in &fact.unique {
        let id = free(&kebab(&format!("{}-unique", columns.join("-"))), |id| {
            unique.contains_key(id)
        });
        let made = Unique {
            columns: columns.clone(),
            filter: None,
            why: None,
        };
        unique.insert(id, made);
    }
    let mut indexes = IndexMap::new();
    for index in fact
        .indexes
        .iter()
        .filter(|i| !i.unique && !i.columns.is_empty())
    {
        let own = index
            .name
            .clone()
            .unwrap_or_else(|| format!("{}-index", index.columns.join("-")));
        let id = free(&kebab(&own), |id| indexes.contains_key(id));
        let made = Index {
            columns: index.columns.clone(),
            include: Vec::new(),
            filter: None,
            kind: IndexKind::default(),
            operations: Vec::new(),
            foreign_key: None,
            why: None,
        };
        indexes.insert(id, made);
    }
    if let Some(skipped) = schema.skipped.first() {
        notes.push(format!(
            "{} statements of this schema were not understood, the first in {}.",
            schema.skipped.len(),
            place(&skipped.at)
        ));
    }
    Table {
        store: component.into(),
        context: None,
        kind: model::TableKind::Table,
        entity: None,
        description: Some(format!("Table {name}.")),
        columns: fact
            .columns
            .iter()
            .map(|(name, c)| (name.clone(), column(c)))
            .collect(),
        primary_key: fact.primary_key.clone(),
        unique,
        foreign_keys,
        checks: IndexMap::new(),
        indexes,
        partition: None,
        retention: None,
        rows: None,
        new: None,
        row: None,
        append_only: false,
        tenant: None,
        denormalised: None,
        about: about(std::slice::from_ref(&fact.at), Certainty::Resolved, notes),
    }
}

fn column(fact: &ColumnFact) -> Column {
    let (kind, max_length) = kind(&fact.of);
    Column {
        kind,
        optional: fact.nullable,
        default: None,
        max_length,
        values: Vec::new(),
        identity: fact
            .default
            .as_deref()
            .is_some_and(|d| d.starts_with("nextval")),
        class: None,
        description: Some(match &fact.default {
            Some(default) => format!("{}, default {default}", fact.of),
            None => fact.of.clone(),
        }),
    }
}

/// The model's type of a column, and its length where it has one.
fn kind(sql: &str) -> (FieldType, Option<u32>) {
    let lower = sql.to_ascii_lowercase();
    let name = lower.split(['(', ' ']).next().unwrap_or("");
    let inner = lower
        .split_once('(')
        .and_then(|(_, rest)| rest.split([')', ',']).next());
    let length = inner.and_then(|n| n.trim().parse().ok());
    match name {
        _ if lower.ends_with("[]") => (FieldType::Json, None),
        "tinyint" if length == Some(1) => (FieldType::Boolean, None),
        "bool" | "boolean" | "bit" => (FieldType::Boolean, None),
        n if n.ends_with("int")
            || n.ends_with("serial")
            || n.starts_with("int") && n != "interval" =>
        {
            (FieldType::Integer, None)
        }
        "money" | "smallmoney" => (FieldType::Money, None),
        "decimal" | "numeric" | "real" | "double" | "float" | "float4" | "float8" | "number" => {
            (FieldType::Decimal, None)
        }
        "date" => (FieldType::Date, None),
        n if n.starts_with("timestamp") || n.starts_with("datetime") => {
            (FieldType::Timestamp, None)
        }
        "interval" | "time" => (FieldType::Duration, None),
        "uuid" | "uniqueidentifier" => (FieldType::Uuid, None),
        "json" | "jsonb" | "hstore" => (FieldType::Json, None),
        "bytea" | "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary"
        | "image" => (FieldType::File, None),
        "point" | "geography" => (FieldType::Point, None),
        _ => (FieldType::Text, length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_sql_find_their_place() {
        for (sql, expected) in [
            ("bigint", (FieldType::Integer, None)),
            ("int(11)", (FieldType::Integer, None)),
            ("tinyint(1)", (FieldType::Boolean, None)),
            ("interval", (FieldType::Duration, None)),
            ("character varying(80)", (FieldType::Text, Some(80))),
            ("numeric(10,2)", (FieldType::Decimal, None)),
            ("timestamp with time zone", (FieldType::Timestamp, None)),
            ("text[]", (FieldType::Json, None)),
            ("mood", (FieldType::Text, None)),
        ] {
            assert_eq!(kind(sql), expected, "{sql}");
        }
    }
}
