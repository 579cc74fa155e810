//! What a name means in an entity: a field, its key, a link, a derived value, a time stamp.

use model::{Brief, Derived, Entity, Field, FieldType, Key, Link, Stamp};

/// One name of an entity.
pub enum Member<'a> {
    Field(&'a Field),
    /// The key that the system or the client makes.
    Key(FieldType),
    Link(&'a Link),
    Derived(&'a Derived),
    /// The field that holds the state of the machine.
    State(Vec<String>),
    /// Whether it may be absent.
    Stamp(bool),
}

/// The member of that name, `-` in front ignored.
pub fn member<'a>(entity: &'a Entity, name: &str) -> Option<Member<'a>> {
    let name = name.trim_start_matches('-');
    if let Some(machine) = entity.machine.as_ref().filter(|m| m.field == name) {
        return Some(Member::State(machine.states.keys().cloned().collect()));
    }
    if let Some(field) = entity.fields.get(name) {
        return Some(Member::Field(field));
    }
    if let Some(link) = entity.relations.get(name) {
        return Some(Member::Link(link));
    }
    if let Some(derived) = entity.derived.get(name) {
        return Some(Member::Derived(derived));
    }
    match (name, &entity.key) {
        ("id", Key::Uuid | Key::ClientUuid) => return Some(Member::Key(FieldType::Uuid)),
        ("id", Key::Sequence) => return Some(Member::Key(FieldType::Integer)),
        _ => {}
    }
    let stamp = |stamp: Stamp| entity.timestamps.contains(&stamp);
    match name {
        "created_at" if stamp(Stamp::Created) => Some(Member::Stamp(false)),
        "updated_at" if stamp(Stamp::Updated) => Some(Member::Stamp(false)),
        "deleted_at" if stamp(Stamp::Deleted) => Some(Member::Stamp(true)),
        _ => None,
    }
}

/// The names that tell rows of an entity apart.
pub fn key_names(entity: &Entity) -> Vec<String> {
    match &entity.key {
        Key::Uuid | Key::ClientUuid | Key::Sequence => vec!["id".into()],
        Key::Natural(names) => names.clone(),
    }
}

/// All that is shown of an entity where no view says: everything but secrets and what is computed.
pub fn shown(entity: &Entity) -> Vec<String> {
    let mut names = key_names(entity);
    let fields = entity
        .fields
        .iter()
        .filter(|(_, f)| !f.write_only && f.class != Some(model::DataClass::Secret))
        .map(|(n, _)| n.clone());
    let links = entity
        .relations
        .iter()
        .filter(|(_, l)| !l.many && !l.parts)
        .map(|(n, _)| n.clone());
    let derived = entity
        .derived
        .iter()
        .filter(|(_, d)| d.stored || d.slug.is_some())
        .map(|(n, _)| n.clone());
    let state = entity.machine.iter().map(|m| m.field.clone());
    let stamps = entity.timestamps.iter().map(|s| {
        match s {
            Stamp::Created => "created_at",
            Stamp::Updated => "updated_at",
            Stamp::Deleted => "deleted_at",
        }
        .to_string()
    });
    for name in links
        .chain(fields)
        .chain(state)
        .chain(derived)
        .chain(stamps)
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The type of a derived value: said, or what its kind of computation gives.
pub fn derived_kind(derived: &Derived) -> FieldType {
    derived.kind.unwrap_or(match () {
        () if derived.count.is_some() => FieldType::Integer,
        () if derived.sum.is_some() => FieldType::Decimal,
        () if derived.exists.is_some() => FieldType::Boolean,
        () => FieldType::Text,
    })
}

/// The entity and name at the end of a path such as `stock.available` or `row.author.username`.
pub fn resolve<'a>(
    brief: &'a Brief,
    entity_id: &str,
    path: &[String],
) -> Option<(&'a str, &'a Entity, String)> {
    let find = |id: &str| brief.domain.entities.get_key_value(id);
    let (mut id, mut entity) = find(entity_id)?;
    let mut path = path;
    if path.first().is_some_and(|p| p == "row") {
        path = &path[1..];
    }
    while let [first, rest @ ..] = path {
        if rest.is_empty() {
            return Some((id, entity, first.clone()));
        }
        let link = entity.relations.get(first)?;
        (id, entity) = find(&link.to)?;
        path = rest;
    }
    None
}
