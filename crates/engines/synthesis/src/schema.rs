//! Tables from entities: third normal form, keys, foreign keys, checks.
//!
//! Every entity is a table; every to-one link is a foreign key; a link to many parts is a foreign
//! key on the part; a link to many without an owner is a table of its own. Indexes come later, from
//! what the operations do (`indexes`).

mod columns;
mod constraints;
mod links;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use model::{
    About, Author, Brief, Column, Context, DataClass, Entity, Expr, Field, FieldType, ForeignKey,
    Key, Link, Map, OnDelete, Stamp, Table, TableKind, Unique,
};

use crate::choices::Choices;
use crate::naming::{snake, table};

use columns::{column, own_columns};
use constraints::finish;
use links::{connect, held_by_other};

/// The component that holds the records.
pub const STORE: &str = "store";
/// The component that holds files.
pub const FILES: &str = "files";

/// Tables, and how the domain's names lead into them.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub tables: Map<Table>,
    /// (entity, field, relation or derived) to the columns that hold it.
    pub columns: BTreeMap<(String, String), Vec<String>>,
    /// (entity, relation) to the table of a many-to-many link, or of the rows on the other side,
    /// with the columns there that refer to this entity.
    pub links: BTreeMap<(String, String), LinkTable>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LinkTable {
    pub table: String,
    /// Columns that refer to the row the link is seen from.
    pub near: Vec<String>,
    /// Columns that refer to the linked row, or its key where the rows lie in `table` themselves.
    pub far: Vec<String>,
    /// A table of its own.
    pub separate: bool,
    pub mean: f64,
}

/// Makes the tables of a domain.
pub fn tables(brief: &Brief, choices: &Choices, contexts: &Map<Context>) -> Schema {
    let mut schema = Schema::default();
    let context_of = |entity: &str| {
        contexts
            .iter()
            .find(|(_, c)| c.entities.iter().any(|e| **e == *entity))
            .map(|(id, _)| id.into())
    };
    for (id, entity) in &brief.domain.entities {
        let mut made = own_columns(brief, id, entity, &mut schema.columns);
        made.context = context_of(id);
        schema.tables.insert(table(id), made);
    }
    for (id, entity) in &brief.domain.entities {
        for (name, link) in &entity.relations {
            connect(brief, &mut schema, id, name, link, context_of(id));
        }
    }
    for (id, entity) in &brief.domain.entities {
        finish(choices, &mut schema, id, entity);
    }
    if choices.files.is_some() {
        for (id, entity) in &brief.domain.entities {
            for (name, field) in &entity.fields {
                if field.kind == FieldType::File {
                    let made = bucket(brief, id, entity, name, field, context_of(id));
                    schema.tables.insert(bucket_of(id, name), made);
                }
            }
        }
    }
    schema
}

/// The bucket that holds the files of a field.
pub fn bucket_of(entity: &str, field: &str) -> String {
    format!("{}_{}_files", snake(entity), snake(field))
}

/// Objects under the keys that rows carry. What a file weighs decides the bill, so it is a table
/// like the others, without columns but its key.
fn bucket(
    brief: &Brief,
    id: &str,
    entity: &Entity,
    name: &str,
    field: &Field,
    context: Option<model::ContextId>,
) -> Table {
    let mut made = own_columns(brief, "", &Entity::default(), &mut BTreeMap::new());
    made.store = FILES.into();
    made.kind = TableKind::Bucket;
    made.context = context;
    made.entity = None;
    made.description = Some(format!(
        "Objects of {id}.{name}, named by {}_key.",
        snake(name)
    ));
    made.columns.clear();
    made.columns.insert(
        "key".into(),
        Column {
            class: field.class,
            ..column(FieldType::Text)
        },
    );
    made.primary_key = vec!["key".into()];
    made.rows = entity.volume.as_ref().and_then(|v| v.rows);
    made.row = Some(field.size.unwrap_or(UNSAID_FILE));
    made.retention.clone_from(&entity.retention);
    made
}

/// What a file weighs where nobody says: a photograph of a telephone, compressed.
const UNSAID_FILE: model::Bytes = model::Bytes(1e6);
