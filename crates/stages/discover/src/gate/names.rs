//! What can be named of a row: fields, relations, derived values, the key and the time stamps.

use model::Map;
use model::domain::{Domain, Entity, Field, FieldType, Key, Stamp};

/// What a dotted name ends in.
#[derive(Clone, Copy)]
pub(crate) enum End<'d> {
    Field(&'d Field),
    /// A row, a derived value, a key: nothing more is known of it here.
    Other,
}

/// Why a dotted name leads nowhere: the word, what it is not, and what there is.
pub(crate) struct Lost<'d> {
    pub word: String,
    pub what: String,
    pub known: Vec<&'d str>,
}

/// Every name of an entity.
pub(crate) fn of_entity(entity: &Entity) -> Vec<&str> {
    let mut names: Vec<&str> = entity.fields.keys().map(String::as_str).collect();
    names.extend(entity.relations.keys().map(String::as_str));
    names.extend(entity.derived.keys().map(String::as_str));
    if !matches!(entity.key, Key::Natural(_)) {
        names.push("id");
    }
    names.extend(entity.timestamps.iter().map(|stamp| match stamp {
        Stamp::Created => "created_at",
        Stamp::Updated => "updated_at",
        Stamp::Deleted => "deleted_at",
    }));
    names
}

/// Follows a dotted name from a row of `entity`.
pub(crate) fn walk<'d>(domain: &'d Domain, id: &str, path: &[&str]) -> Result<End<'d>, Lost<'d>> {
    let Some(entity) = domain.entities.get(id) else {
        // The loader has reported the entity.
        return Ok(End::Other);
    };
    let Some((first, rest)) = path.split_first() else {
        return Ok(End::Other);
    };
    if let Some(field) = entity.fields.get(*first) {
        return inside(field, rest, first);
    }
    if let Some(link) = entity.relations.get(*first) {
        let own = rest.first().and_then(|name| link.fields.get(*name));
        return match own {
            Some(field) => inside(field, &rest[1..], first),
            None => walk(domain, &link.to, rest),
        };
    }
    if of_entity(entity).contains(first) {
        return match rest.first() {
            None => Ok(End::Other),
            Some(more) => Err(Lost {
                word: (*more).to_string(),
                what: format!("part of `{first}`"),
                known: Vec::new(),
            }),
        };
    }
    Err(Lost {
        word: (*first).to_string(),
        what: format!("field, relation or derived value of `{id}`"),
        known: of_entity(entity),
    })
}

/// Follows a dotted name inside a field.
pub(crate) fn inside<'d>(field: &'d Field, path: &[&str], name: &str) -> Result<End<'d>, Lost<'d>> {
    let Some(first) = path.first() else {
        return Ok(End::Field(field));
    };
    match field.kind {
        FieldType::Json => Ok(End::Other),
        FieldType::Money if ["amount", "currency"].contains(first) => Ok(End::Other),
        FieldType::Point if ["latitude", "longitude"].contains(first) => Ok(End::Other),
        FieldType::File if ["size", "name", "type"].contains(first) => Ok(End::Other),
        FieldType::Object | FieldType::List => in_fields(&field.of, path, name),
        _ => Err(Lost {
            word: (*first).to_string(),
            what: format!("part of `{name}`, which is a single value"),
            known: Vec::new(),
        }),
    }
}

/// Follows a dotted name from a map of fields.
pub(crate) fn in_fields<'d>(
    fields: &'d Map<Field>,
    path: &[&str],
    of: &str,
) -> Result<End<'d>, Lost<'d>> {
    let Some((first, rest)) = path.split_first() else {
        return Ok(End::Other);
    };
    match fields.get(*first) {
        Some(field) => inside(field, rest, first),
        None => Err(Lost {
            word: (*first).to_string(),
            what: format!("field of `{of}`"),
            known: fields.keys().map(String::as_str).collect(),
        }),
    }
}
