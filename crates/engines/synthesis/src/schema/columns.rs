//! Columns from keys, fields, links, state machines, derived values and timestamps.

use super::*;

pub(super) fn column(kind: FieldType) -> Column {
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

pub(super) fn expr(text: &str) -> Option<Expr> {
    model::expr::parse(text).ok()
}

/// The key columns of an entity, as its own table has them.
pub(super) fn key_of(brief: &Brief, id: &str, depth: usize) -> Vec<(String, Column)> {
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
pub(super) fn reference_columns(
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

pub(super) fn field_columns(name: &str, field: &Field) -> Vec<(String, Column)> {
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

pub(super) fn own_columns(
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
