//! Tables from entities: third normal form, keys, foreign keys, checks.
//!
//! Every entity is a table; every to-one link is a foreign key; a link to many parts is a foreign
//! key on the part; a link to many without an owner is a table of its own. Indexes come later, from
//! what the operations do (`indexes`).

use std::collections::BTreeMap;

use indexmap::IndexMap;
use model::{
    About, Author, Brief, Column, Context, DataClass, Entity, Expr, Field, FieldType, ForeignKey,
    Key, Link, Map, OnDelete, Stamp, Table, TableKind, Unique,
};

use crate::choices::Choices;
use crate::naming::{snake, table};

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

fn column(kind: FieldType) -> Column {
    Column {
        kind,
        optional: false,
        default: None,
        max_length: None,
        values: Vec::new(),
        identity: false,
        class: None,
        description: None,
    }
}

fn expr(text: &str) -> Option<Expr> {
    model::expr::parse(text).ok()
}

/// The key columns of an entity, as its own table has them.
fn key_of(brief: &Brief, id: &str, depth: usize) -> Vec<(String, Column)> {
    let Some(entity) = brief.domain.entities.get(id) else {
        return Vec::new();
    };
    match &entity.key {
        Key::Uuid | Key::ClientUuid => vec![("id".into(), column(FieldType::Uuid))],
        Key::Sequence => {
            vec![(
                "id".into(),
                Column {
                    identity: true,
                    ..column(FieldType::Integer)
                },
            )]
        }
        Key::Natural(names) => names
            .iter()
            .flat_map(|name| {
                if let Some(field) = entity.fields.get(name) {
                    field_columns(name, field)
                        .into_iter()
                        .map(|(n, c)| {
                            (
                                n,
                                Column {
                                    optional: false,
                                    ..c
                                },
                            )
                        })
                        .collect()
                } else if let Some(link) = entity.relations.get(name).filter(|_| depth < 4) {
                    reference_columns(brief, name, link, depth + 1)
                } else {
                    Vec::new()
                }
            })
            .collect(),
    }
}

/// The columns by which a to-one link refers to the other side's key.
fn reference_columns(
    brief: &Brief,
    name: &str,
    link: &Link,
    depth: usize,
) -> Vec<(String, Column)> {
    key_of(brief, &link.to, depth)
        .into_iter()
        .map(|(key, c)| {
            let name = snake(name);
            let joined = if key.starts_with(&format!("{name}_")) || key == name {
                key
            } else {
                format!("{name}_{key}")
            };
            (
                joined,
                Column {
                    identity: false,
                    optional: link.optional,
                    default: None,
                    ..c
                },
            )
        })
        .collect()
}

fn field_columns(name: &str, field: &Field) -> Vec<(String, Column)> {
    let name = snake(name);
    let base = Column {
        kind: field.kind,
        optional: field.optional,
        default: field.default.clone(),
        max_length: field.max_length,
        values: field.values.clone(),
        identity: false,
        class: field.class,
        description: field.description.clone(),
    };
    match field.kind {
        FieldType::Money if field.currency.is_none() => vec![
            (name.clone(), base.clone()),
            (
                format!("{name}_currency"),
                Column {
                    kind: FieldType::Text,
                    max_length: Some(3),
                    default: None,
                    description: Some("ISO 4217 code.".into()),
                    ..base
                },
            ),
        ],
        FieldType::Point => ["latitude", "longitude"]
            .map(|part| {
                (
                    format!("{name}_{part}"),
                    Column {
                        kind: FieldType::Decimal,
                        ..base.clone()
                    },
                )
            })
            .into(),
        FieldType::File => vec![(
            format!("{name}_key"),
            Column {
                kind: FieldType::Text,
                max_length: Some(512),
                description: Some("Key of the object in the object store.".into()),
                ..base
            },
        )],
        FieldType::List | FieldType::Object => {
            vec![(
                name,
                Column {
                    kind: FieldType::Json,
                    ..base
                },
            )]
        }
        _ => vec![(name, base)],
    }
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
        finish(brief, choices, &mut schema, id, entity);
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

fn own_columns(
    brief: &Brief,
    id: &str,
    entity: &Entity,
    columns: &mut BTreeMap<(String, String), Vec<String>>,
) -> Table {
    let mut made = Table {
        store: STORE.into(),
        context: None,
        kind: TableKind::Table,
        entity: Some(id.into()),
        description: entity.description.clone(),
        columns: IndexMap::new(),
        primary_key: Vec::new(),
        unique: IndexMap::new(),
        foreign_keys: IndexMap::new(),
        checks: IndexMap::new(),
        indexes: IndexMap::new(),
        partition: None,
        retention: entity.retention.clone(),
        rows: entity.volume.as_ref().and_then(|v| v.rows),
        new: entity.volume.as_ref().and_then(|v| v.new),
        row: entity.volume.as_ref().and_then(|v| v.row),
        append_only: entity.append_only,
        tenant: None,
        denormalised: None,
        about: About {
            author: Author::Engine,
            ..About::default()
        },
    };
    for (name, c) in key_of(brief, id, 0) {
        made.primary_key.push(name.clone());
        made.columns.insert(name, c);
    }
    let mut remember = |name: &str, held: Vec<String>| {
        columns.insert((id.to_string(), name.to_string()), held);
    };
    if matches!(entity.key, Key::Uuid | Key::ClientUuid | Key::Sequence) {
        remember("id", vec!["id".into()]);
    }
    for (name, link) in entity.relations.iter().filter(|(_, l)| !l.many) {
        if held_by_other(brief, id, name, link).is_some() {
            continue;
        }
        let refs = reference_columns(brief, name, link, 0);
        let held: Vec<String> = refs.iter().map(|(n, _)| n.clone()).collect();
        for (column_name, c) in refs {
            made.columns.entry(column_name).or_insert(c);
        }
        remember(name, held);
    }
    for (name, field) in &entity.fields {
        let made_columns = field_columns(name, field);
        remember(name, made_columns.iter().map(|(n, _)| n.clone()).collect());
        for (column_name, c) in made_columns {
            made.columns.entry(column_name).or_insert(c);
        }
    }
    if let Some(machine) = &entity.machine {
        let name = snake(&machine.field);
        let states: Vec<String> = machine.states.keys().cloned().collect();
        let c = made
            .columns
            .entry(name.clone())
            .or_insert_with(|| column(FieldType::Enum));
        c.kind = FieldType::Enum;
        c.values = states;
        c.default = c
            .default
            .clone()
            .or_else(|| expr(&format!("'{}'", machine.initial)));
        remember(&machine.field, vec![name]);
    }
    for (name, derived) in entity
        .derived
        .iter()
        .filter(|(_, d)| d.stored || d.slug.is_some())
    {
        let kind = derived.kind.unwrap_or(match () {
            () if derived.count.is_some() => FieldType::Integer,
            () if derived.sum.is_some() => FieldType::Decimal,
            () if derived.exists.is_some() => FieldType::Boolean,
            () => FieldType::Text,
        });
        let name_in_table = snake(name);
        made.columns
            .entry(name_in_table.clone())
            .or_insert_with(|| Column {
                default: (derived.count.is_some() || derived.sum.is_some())
                    .then(|| expr("0"))
                    .flatten(),
                description: Some("Derived; kept in the row.".into()),
                ..column(kind)
            });
        if derived.slug.is_some() {
            made.unique.insert(
                format!("{}_unique", name_in_table),
                Unique {
                    columns: vec![name_in_table.clone()],
                    filter: None,
                    why: None,
                },
            );
        }
        remember(name, vec![name_in_table]);
    }
    for stamp in &entity.timestamps {
        let (name, optional) = match stamp {
            Stamp::Created => ("created_at", false),
            Stamp::Updated => ("updated_at", false),
            Stamp::Deleted => ("deleted_at", true),
        };
        made.columns.entry(name.into()).or_insert_with(|| Column {
            optional,
            default: (!optional).then(|| expr("now")).flatten(),
            ..column(FieldType::Timestamp)
        });
        remember(name, vec![name.into()]);
    }
    made
}

/// A one-to-one link is kept once. The other side's relation, where that side keeps it: the side
/// whose key it is, else the part, else the side that cannot be without, else the later id.
fn held_by_other<'a>(brief: &'a Brief, id: &str, name: &str, link: &Link) -> Option<&'a str> {
    let here = brief.domain.entities.get(id)?;
    let there = brief.domain.entities.get(&*link.to)?;
    let (back_name, back) = there.relations.iter().find(|(back_name, back)| {
        !back.many
            && back.to == *id
            && (link.inverse.as_ref() == Some(back_name) || back.inverse.as_deref() == Some(name))
    })?;
    if link.to == *id && back_name == name {
        return None;
    }
    let keyed = |entity: &Entity, by: &str| matches!(&entity.key, Key::Natural(names) if names.iter().any(|n| n == by));
    let rank = |entity: &Entity, relation: &str, own: &Link, other: &Link, id: &str| {
        (
            keyed(entity, relation),
            other.parts && !own.parts,
            !own.optional,
            id.to_string(),
            relation.to_string(),
        )
    };
    let ours = rank(here, name, link, back, id);
    let theirs = rank(there, back_name, back, link, &link.to);
    (theirs > ours).then_some(back_name.as_str())
}

/// Gives a link its foreign key, on this side, on the other, or in a table of its own.
fn connect(
    brief: &Brief,
    schema: &mut Schema,
    id: &str,
    name: &str,
    link: &Link,
    context: Option<model::ContextId>,
) {
    let here = table(id);
    let there = table(&link.to);
    let Some(other) = brief.domain.entities.get(&*link.to) else {
        return;
    };
    let mean = link.mean.unwrap_or(if link.many { 10.0 } else { 1.0 });
    if let Some(back) = held_by_other(brief, id, name, link).filter(|_| !link.many) {
        let near = schema
            .columns
            .get(&(link.to.0.clone(), back.to_string()))
            .cloned()
            .unwrap_or_default();
        if let Some(held) = schema.tables.get_mut(&there) {
            let far = held.primary_key.clone();
            if near != far && !near.is_empty() {
                held.unique.insert(
                    format!("{}_unique", near.join("_")),
                    Unique {
                        columns: near.clone(),
                        filter: None,
                        why: Some(format!("One row for each {id}.")),
                    },
                );
            }
            schema.links.insert(
                (id.into(), name.into()),
                LinkTable {
                    table: there,
                    near,
                    far,
                    separate: false,
                    mean,
                },
            );
        }
        return;
    }
    if !link.many {
        let columns = schema
            .columns
            .get(&(id.into(), name.into()))
            .cloned()
            .unwrap_or_default();
        let is_part = other.relations.values().any(|l| {
            l.parts && l.to == *id && l.inverse.as_deref().is_none_or(|inverse| inverse == name)
        });
        if let Some(made) = schema.tables.get_mut(&here)
            && !columns.is_empty()
        {
            made.foreign_keys.insert(
                format!("{}_{}_fk", here, snake(name)),
                ForeignKey {
                    columns,
                    references: there.as_str().into(),
                    to: Vec::new(),
                    on_delete: Some(link.on_delete.unwrap_or(match (is_part, link.optional) {
                        (true, _) => OnDelete::Cascade,
                        (false, true) => OnDelete::SetNull,
                        (false, false) => OnDelete::Restrict,
                    })),
                },
            );
        }
        return;
    }
    // The rows on the other side may already carry the reference.
    let back = other.relations.iter().find(|(back_name, back)| {
        !back.many
            && back.to == *id
            && link
                .inverse
                .as_ref()
                .is_none_or(|inverse| inverse == *back_name)
    });
    if let Some((back_name, _)) = back {
        let near = schema
            .columns
            .get(&(link.to.0.clone(), back_name.clone()))
            .cloned()
            .unwrap_or_default();
        let far = schema
            .tables
            .get(&there)
            .map(|t| t.primary_key.clone())
            .unwrap_or_default();
        schema.links.insert(
            (id.into(), name.into()),
            LinkTable {
                table: there,
                near,
                far,
                separate: false,
                mean,
            },
        );
        return;
    }
    let other_is_many = other
        .relations
        .iter()
        .find(|(n, l)| l.many && l.to == *id && link.inverse.as_ref().is_some_and(|i| i == *n));
    if let Some((inverse, _)) = other_is_many
        && let Some(twin) = schema
            .links
            .get(&(link.to.0.clone(), inverse.clone()))
            .cloned()
    {
        schema.links.insert(
            (id.into(), name.into()),
            LinkTable {
                near: twin.far,
                far: twin.near,
                mean,
                ..twin
            },
        );
        return;
    }
    if link.parts {
        // The part gets a reference to its whole.
        let whole = Link {
            to: id.into(),
            many: false,
            optional: false,
            parts: false,
            inverse: None,
            on_delete: Some(OnDelete::Cascade),
            ordered: false,
            fields: IndexMap::new(),
            mean: None,
            description: None,
        };
        let refs = reference_columns(brief, &snake(id), &whole, 0);
        let near: Vec<String> = refs.iter().map(|(n, _)| n.clone()).collect();
        if let Some(part) = schema.tables.get_mut(&there) {
            for (n, c) in refs {
                part.columns.entry(n).or_insert(c);
            }
            part.foreign_keys.insert(
                format!("{}_{}_fk", there, snake(id)),
                ForeignKey {
                    columns: near.clone(),
                    references: here.as_str().into(),
                    to: Vec::new(),
                    on_delete: Some(OnDelete::Cascade),
                },
            );
            if link.ordered {
                part.columns
                    .entry("position".into())
                    .or_insert_with(|| column(FieldType::Integer));
            }
            let far = part.primary_key.clone();
            schema.links.insert(
                (id.into(), name.into()),
                LinkTable {
                    table: there,
                    near,
                    far,
                    separate: false,
                    mean,
                },
            );
        }
        return;
    }
    separate_link(brief, schema, id, name, link, context, mean);
}

/// A many-to-many link: a table with both keys, unique together.
fn separate_link(
    brief: &Brief,
    schema: &mut Schema,
    id: &str,
    name: &str,
    link: &Link,
    context: Option<model::ContextId>,
    mean: f64,
) {
    let to = |entity: &str| Link {
        to: entity.into(),
        many: false,
        optional: false,
        ..link.clone()
    };
    let near = reference_columns(brief, &snake(id), &to(id), 0);
    let far_name = if link.to == *id {
        naming_of_far(name)
    } else {
        snake(&link.to)
    };
    let far = reference_columns(brief, &far_name, &to(&link.to), 0);
    let made_name = format!("{}_{}", snake(id), snake(name));
    let mut made = own_columns(brief, "", &Entity::default(), &mut BTreeMap::new());
    made.entity = None;
    made.context = context;
    made.description = link
        .description
        .clone()
        .or_else(|| Some(format!("Link {id}.{name}: {id} to {}.", link.to)));
    made.columns.clear();
    made.primary_key.clear();
    for (n, c) in near.iter().chain(&far) {
        made.columns.insert(n.clone(), c.clone());
        made.primary_key.push(n.clone());
    }
    for (field_name, field) in &link.fields {
        for (n, c) in field_columns(field_name, field) {
            made.columns.entry(n).or_insert(c);
        }
    }
    made.columns
        .entry("created_at".into())
        .or_insert_with(|| Column {
            default: expr("now"),
            ..column(FieldType::Timestamp)
        });
    let names = |columns: &[(String, Column)]| -> Vec<String> {
        columns.iter().map(|(n, _)| n.clone()).collect()
    };
    for (suffix, columns, entity) in [("near", &near, id), ("far", &far, &*link.to)] {
        made.foreign_keys.insert(
            format!("{made_name}_{suffix}_fk"),
            ForeignKey {
                columns: names(columns),
                references: table(entity).as_str().into(),
                to: Vec::new(),
                on_delete: Some(OnDelete::Cascade),
            },
        );
    }
    made.rows = brief
        .domain
        .entities
        .get(id)
        .and_then(|e| e.volume.as_ref()?.rows)
        .map(|rows| model::Count(rows.0 * mean));
    schema.tables.insert(made_name.clone(), made);
    schema.links.insert(
        (id.into(), name.into()),
        LinkTable {
            table: made_name,
            near: names(&near),
            far: names(&far),
            separate: true,
            mean,
        },
    );
}

/// `follows` between users: the far side is the followed one.
fn naming_of_far(relation: &str) -> String {
    let relation = snake(relation);
    relation
        .strip_suffix('s')
        .map_or_else(|| relation.clone(), str::to_string)
}

/// Constraints that need every column to be there: unique keys, checks, tenant, row size.
fn finish(brief: &Brief, choices: &Choices, schema: &mut Schema, id: &str, entity: &Entity) {
    let columns_of = |name: &str| -> Vec<String> {
        schema
            .columns
            .get(&(id.to_string(), name.to_string()))
            .cloned()
            .unwrap_or_else(|| vec![snake(name)])
    };
    let single: Vec<Vec<String>> = entity
        .fields
        .iter()
        .filter(|(_, f)| f.unique)
        .map(|(name, _)| columns_of(name))
        .collect();
    let joint: Vec<Vec<String>> = entity
        .unique
        .iter()
        .map(|names| names.iter().flat_map(|n| columns_of(n)).collect())
        .collect();
    let tenant = entity
        .tenant
        .as_ref()
        .map(|t| columns_of(t))
        .and_then(|c| c.first().cloned());
    let Some(made) = schema.tables.get_mut(&table(id)) else {
        return;
    };
    for columns in single.into_iter().chain(joint) {
        let known = columns.iter().all(|c| made.columns.contains_key(c));
        if known && columns != made.primary_key {
            made.unique
                .entry(format!("{}_unique", columns.join("_")))
                .or_insert(Unique {
                    columns,
                    filter: None,
                    why: None,
                });
        }
    }
    for (name, check) in &entity.checks {
        let own = check.expr.paths().iter().all(|p| match p {
            [one] => made.columns.contains_key(&snake(one)),
            [root, one] if root == "row" => made.columns.contains_key(&snake(one)),
            _ => false,
        });
        if own && check.state.is_none() && !calls_rows(&check.expr) {
            made.checks.insert(snake(name), check.expr.clone());
        }
    }
    for (name, field) in &entity.fields {
        let column_name = snake(name);
        for (suffix, bound, sign) in [("min", field.min, ">="), ("max", field.max, "<=")] {
            if let Some(bound) = bound
                && let Some(e) = expr(&format!("{column_name} {sign} {bound}"))
                && made.columns.contains_key(&column_name)
            {
                made.checks.insert(format!("{column_name}_{suffix}"), e);
            }
        }
    }
    made.tenant = tenant.filter(|_| choices.tenancy != model::Tenancy::Single);
    if made.row.is_none() {
        made.row = Some(model::Bytes(row_bytes(made, entity)));
    }
    let personal = made
        .columns
        .values()
        .any(|c| c.class >= Some(DataClass::Personal));
    if personal && made.description.is_none() {
        made.description = Some(format!("Rows of {id}. Holds personal data."));
    }
    let _ = brief;
}

fn calls_rows(e: &Expr) -> bool {
    fn walk(node: &model::expr::Node) -> bool {
        use model::expr::Node;
        match node {
            Node::Call(name, args) => {
                matches!(
                    name.as_str(),
                    "count" | "sum" | "exists" | "slug" | "hash" | "week"
                ) || args.iter().any(walk)
            }
            Node::List(nodes) => nodes.iter().any(walk),
            Node::Not(n) | Node::Neg(n) | Node::IsNull(n, _) => walk(n),
            Node::Binary(_, a, b) => walk(a) || walk(b),
            _ => false,
        }
    }
    walk(&e.node)
}

/// Mean bytes of a row: a tuple header of 24 bytes and a line pointer of 4 (PostgreSQL 15 manual,
/// 73.6 Database Page Layout), then the mean size of each column's type. Text counts half of its
/// maximum length, at most 60 bytes, or 24 where no maximum is said.
fn row_bytes(made: &Table, entity: &Entity) -> f64 {
    let of_column = |name: &str, c: &Column| match c.kind {
        FieldType::Boolean => 1.0,
        FieldType::Integer | FieldType::Timestamp | FieldType::Duration => 8.0,
        FieldType::Date => 4.0,
        FieldType::Decimal | FieldType::Money => 10.0,
        FieldType::Uuid | FieldType::Point => 16.0,
        FieldType::Enum => 8.0,
        FieldType::Email => 24.0,
        FieldType::Url => 60.0,
        FieldType::File => 60.0,
        FieldType::Json | FieldType::List | FieldType::Object => entity
            .fields
            .get(name)
            .and_then(|f| f.size)
            .map_or(200.0, |b| b.0),
        FieldType::Text => {
            let said = entity.fields.get(name).and_then(|f| f.size).map(|b| b.0);
            said.unwrap_or_else(|| {
                c.max_length
                    .map_or(24.0, |n| (f64::from(n) / 2.0).min(60.0))
            })
        }
    };
    28.0 + made
        .columns
        .iter()
        .map(|(name, c)| of_column(name, c))
        .sum::<f64>()
}
