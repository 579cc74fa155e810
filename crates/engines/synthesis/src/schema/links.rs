//! Foreign keys from links: on this side, on the other, or in a table of their own.

use super::columns::{column, expr, field_columns, own_columns, reference_columns};
use super::*;

/// A one-to-one link is kept once. The other side's relation, where that side keeps it: the side
/// whose key it is, else the part, else the side that cannot be without, else the later id.
pub(super) fn held_by_other<'a>(
    brief: &'a Brief,
    id: &str,
    name: &str,
    link: &Link,
) -> Option<&'a str> {
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
pub(super) fn connect(
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
            && brief
                .domain
                .entities
                .get(id)
                .is_some_and(|entity| outlives(entity, other))
        {
            // A foreign key would hold the row that must go, or take this one along.
            for name in &columns {
                if let Some(column) = made.columns.get_mut(name) {
                    column.description = Some(format!(
                        "Names a row of {there} that may be gone already: this one is kept longer."
                    ));
                }
            }
        } else if let Some(made) = schema.tables.get_mut(&here)
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

/// Rows of the first are kept longer than those of the second, which are then deleted.
fn outlives(entity: &Entity, other: &Entity) -> bool {
    match (&entity.retention, &other.retention) {
        (Some(own), Some(theirs)) => {
            own.keep.0 > theirs.keep.0 && theirs.then != model::AfterRetention::Anonymise
        }
        _ => false,
    }
}
