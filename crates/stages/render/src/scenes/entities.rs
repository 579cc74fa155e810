//! Tables, their columns and what refers to what.

use model::{ForeignKey, Table, TableKind};

use crate::picture::er::{Column, Entity, Er, KeyMark, Many, Relation};
use crate::picture::graph::Group;
use crate::view::View;
use crate::words;

/// The entity-relationship picture; tables of one context stand together.
pub(crate) fn er(view: &View<'_>) -> Er {
    let architecture = &view.system.architecture;
    let tables = &architecture.data;
    Er {
        title: format!("{}: tables", view.system.brief.name),
        entities: tables
            .iter()
            .map(|(id, table)| Entity {
                id: id.clone(),
                title: id.clone(),
                subtitle: subtitle(table),
                columns: columns(table),
                group: table.context.as_ref().map(|c| c.0.clone()),
                ..Entity::default()
            })
            .collect(),
        groups: architecture
            .contexts
            .keys()
            .map(|id| Group {
                id: id.clone(),
                title: id.clone(),
                parent: None,
            })
            .collect(),
        relations: tables
            .iter()
            .flat_map(|(id, table)| {
                table
                    .foreign_keys
                    .iter()
                    .filter(|(_, key)| tables.contains_key(&*key.references))
                    .map(move |(name, key)| relation(id, table, name, key))
            })
            .collect(),
        ..Er::default()
    }
}

fn subtitle(table: &Table) -> String {
    match table.kind {
        TableKind::Table => String::new(),
        kind => words::word(&kind),
    }
}

fn columns(table: &Table) -> Vec<Column> {
    table
        .columns
        .iter()
        .map(|(name, column)| {
            let mut marks = Vec::new();
            if table.primary_key.contains(name) {
                marks.push(KeyMark::Primary);
            }
            if table
                .foreign_keys
                .values()
                .any(|k| k.columns.contains(name))
            {
                marks.push(KeyMark::Foreign);
            }
            if table.unique.values().any(|u| u.columns.contains(name)) {
                marks.push(KeyMark::Unique);
            }
            Column {
                name: name.clone(),
                ty: words::word(&column.kind),
                marks,
                nullable: column.optional,
            }
        })
        .collect()
}

fn relation(id: &str, table: &Table, name: &str, key: &ForeignKey) -> Relation {
    let optional = key
        .columns
        .iter()
        .any(|c| table.columns.get(c).is_some_and(|c| c.optional));
    let whole = |columns: &[String]| {
        columns.len() == key.columns.len() && columns.iter().all(|c| key.columns.contains(c))
    };
    let single = whole(&table.primary_key)
        || table
            .unique
            .values()
            .any(|u| u.filter.is_none() && whole(&u.columns));
    Relation {
        id: format!("{id}.{name}"),
        from: key.references.0.clone(),
        to: id.to_string(),
        from_many: if optional { Many::ZeroOrOne } else { Many::One },
        to_many: if single {
            Many::ZeroOrOne
        } else {
            Many::ZeroOrMore
        },
        label: key.columns.join(", "),
        identifying: !optional,
    }
}
