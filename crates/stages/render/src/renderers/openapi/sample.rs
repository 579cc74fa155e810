//! Sample values: made from names, types and constraints, the same for the same name everywhere, so
//! that what a request sends is what the answer shows.

use model::expr::{Node, Op};
use model::{Brief, Derived, Effect, Entity, Expr, Field, FieldType, Naming, Operation};
use serde_json::{Map, Value, json};

use super::member::{Member, derived_kind, key_names, member, resolve};
use super::names::{snake, wire};
use super::pattern::Pattern;

/// How deep references are followed.
const DEPTH: usize = 6;

/// Makes samples within one operation.
#[derive(Clone, Copy)]
pub struct Sampler<'a> {
    pub brief: &'a Brief,
    pub operation: Option<&'a Operation>,
    pub naming: Naming,
}

/// Values that read well, by the end of the name.
const TEXTS: &[(&str, &str)] = &[
    ("username", "ada"),
    ("first_name", "Ada"),
    ("last_name", "Lovelace"),
    ("product_name", "Trail tent"),
    ("file_name", "invoice.pdf"),
    ("name", "Ada Lovelace"),
    ("title", "How to read a tide table"),
    ("description", "A short account of the matter."),
    ("body", "The tide turns twice a day."),
    ("bio", "Writes about the sea."),
    ("street", "Lindenstr. 4"),
    ("address", "Lindenstr. 4, 10969 Berlin, DE"),
    ("ship_to", "Ada Lovelace, Lindenstr. 4, 10969 Berlin, DE"),
    ("postcode", "10969"),
    ("zip", "10969"),
    ("city", "Berlin"),
    ("country", "DE"),
    ("language", "en"),
    ("currency", "EUR"),
    ("timezone", "Europe/Berlin"),
    ("phone", "+4930123456"),
    ("password", "correct horse battery"),
    (
        "token",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
    ),
    ("image", "https://images.test/ada.png"),
    ("picture", "https://images.test/ada.png"),
    ("slug", "how-to-read-a-tide-table"),
    ("sku", "TENT-2P"),
    ("tracking_code", "JD014600003SE"),
    ("code", "tents"),
    ("reference", "ref-20260314-7"),
    ("reason", "Agreed by telephone."),
    ("note", "Left at the desk."),
    ("message", "All is well."),
    ("comment", "All is well."),
    ("tag", "tides"),
    ("version", "1.4.2"),
    ("serial", "SN-004711"),
    ("q", "tent"),
    ("query", "tent"),
    ("hash", "9f86d081884c7d659a2feaa0c55ad015"),
];

/// What depends on the entity that the name belongs to.
const NAMES_OF: &[(&str, &str)] = &[
    ("product", "Trail tent"),
    ("category", "Tents"),
    ("tag", "tides"),
    ("room", "Room 204"),
    ("device", "Boiler room sensor"),
    ("team", "Harbour"),
    ("company", "Nordwind GmbH"),
    ("shipper", "Nordwind GmbH"),
    ("tenant", "Nordwind GmbH"),
    ("depot", "Depot Hamburg"),
    ("account", "Main account"),
];

impl<'a> Sampler<'a> {
    /// A value of the member of an entity; `None` where nothing valid can be made.
    pub fn member(&self, id: &str, entity: &'a Entity, name: &str, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        match member(entity, name)? {
            Member::Field(field) if self.is_unset(name, field) => Some(Value::Null),
            Member::Field(field) => self.field(id, name, field),
            Member::Key(FieldType::Integer) => Some(json!(1042)),
            Member::Key(_) => Some(json!(uuid(&format!("{id}.id")))),
            Member::Link(link) => {
                let to = self.brief.domain.entities.get(&*link.to)?;
                let key = self.key(&link.to, to, depth + 1)?;
                Some(if link.many { json!([key]) } else { key })
            }
            Member::Derived(derived) => self.derived(id, entity, derived, depth),
            Member::State(states) => {
                let machine = entity.machine.as_ref()?;
                let taken = self.operation.into_iter().flat_map(|o| &o.effects);
                let taken = taken.filter_map(|effect| match effect {
                    Effect::Transition(t) if t.entity == *id => machine.transitions.get(&t.take),
                    _ => None,
                });
                let state = taken
                    .reduce(|_, last| last)
                    .map_or(&machine.initial, |t| &t.to);
                states.contains(state).then(|| json!(state))
            }
            Member::Stamp(true) => Some(Value::Null),
            Member::Stamp(false) => Some(json!(match name {
                "created_at" => "2026-03-14T09:26:53.000Z",
                _ if self.creates(id) => "2026-03-14T09:26:53.000Z",
                _ => "2026-03-14T10:02:11.000Z",
            })),
        }
    }

    fn creates(&self, id: &str) -> bool {
        self.operation
            .into_iter()
            .flat_map(|o| &o.effects)
            .any(|e| match e {
                Effect::Create(create) => create.entity == *id,
                _ => false,
            })
    }

    /// What may be absent and was not sent is null after a write; a failure is null in any case.
    fn is_unset(&self, name: &str, field: &Field) -> bool {
        let failure = ["failure", "error"].iter().any(|end| name.ends_with(end));
        let sent = |o: &Operation| {
            o.accepts.iter().any(|a| a == name)
                || o.input.contains_key(name)
                || o.filters.contains_key(name)
                || !o.writes()
        };
        let unsent = self.operation.is_some_and(|o| !sent(o));
        field.optional && field.example.is_none() && (failure || unsent)
    }

    /// The key of an entity: one value, or an object of several.
    pub fn key(&self, id: &str, entity: &'a Entity, depth: usize) -> Option<Value> {
        let names = key_names(entity);
        if let [one] = names.as_slice() {
            return self.member(id, entity, one, depth);
        }
        let mut object = Map::new();
        for name in names {
            object.insert(
                wire(self.naming, &name),
                self.member(id, entity, &name, depth)?,
            );
        }
        Some(Value::Object(object))
    }

    /// A value of a field; `id` is what it belongs to.
    pub fn field(&self, id: &str, name: &str, field: &Field) -> Option<Value> {
        if let Some(example) = &field.example {
            return Some(example.clone());
        }
        if field.kind == FieldType::List {
            return self.list(id, name, field);
        }
        if field.kind == FieldType::Object {
            return Some(Value::Object(
                field
                    .of
                    .iter()
                    .filter_map(|(n, f)| Some((wire(self.naming, n), self.field(name, n, f)?)))
                    .collect(),
            ));
        }
        self.scalar(id, name, field)
    }

    fn list(&self, id: &str, name: &str, field: &Field) -> Option<Value> {
        if !field.of.is_empty() {
            let item = Field {
                kind: FieldType::Object,
                ..Field::of_type(FieldType::Object)
            };
            let item = Field {
                of: field.of.clone(),
                ..item
            };
            return Some(json!([self.field(id, name, &item)?]));
        }
        let item = Field::of_type(field.each.unwrap_or(FieldType::Text));
        let singular = name.strip_suffix('s').unwrap_or(name);
        let singular = singular.strip_suffix("_list").unwrap_or(singular);
        Some(json!([self.scalar(id, singular, &item)?]))
    }

    fn scalar(&self, id: &str, name: &str, field: &Field) -> Option<Value> {
        let said = field.default.as_ref().map(|d| &d.node);
        Some(match field.kind {
            FieldType::Text => json!(text(id, name, field)?),
            FieldType::Email => json!("ada@example.org"),
            FieldType::Url => json!(format!("https://files.test/{}", snake(name))),
            FieldType::File => json!(format!("https://files.test/{}/{}", snake(id), snake(name))),
            FieldType::Uuid => {
                // A plain uuid that is named like an entity is that entity's key.
                let entity = name.strip_suffix("_id").unwrap_or(name);
                let owner = self
                    .brief
                    .domain
                    .entities
                    .keys()
                    .find(|e| snake(e) == entity);
                json!(uuid(&match owner {
                    Some(owner) => format!("{owner}.id"),
                    None => format!("{id}.{name}"),
                }))
            }
            FieldType::Enum => json!(field.values.first()?),
            FieldType::Boolean => match said {
                Some(Node::Bool(value)) => json!(value),
                _ => json!(true),
            },
            FieldType::Integer => {
                let said = match said {
                    Some(Node::Number(n)) => n.parse().ok().filter(|n| *n != 0.0),
                    _ => None,
                };
                let wanted = said.unwrap_or_else(|| number(name));
                json!(bounded(wanted, field).round() as i64)
            }
            FieldType::Decimal => json!(bounded(coordinate(name).unwrap_or(12.5), field)),
            FieldType::Money => {
                let amount = format!("{:.2}", bounded(129.0, field));
                match &field.currency {
                    Some(_) => json!(amount),
                    None => json!({"amount": amount, "currency": "EUR"}),
                }
            }
            FieldType::Date => json!("2026-03-14"),
            FieldType::Timestamp => json!("2026-03-14T09:26:53.000Z"),
            FieldType::Duration => json!("PT15M"),
            FieldType::Json => json!({}),
            FieldType::Point => json!({"latitude": 52.52, "longitude": 13.405}),
            FieldType::List => return self.list(id, name, field),
            FieldType::Object => return self.field(id, name, field),
        })
    }

    fn derived(
        &self,
        id: &str,
        entity: &'a Entity,
        derived: &Derived,
        depth: usize,
    ) -> Option<Value> {
        let kind = derived_kind(derived);
        let link = |unlinked: bool, relation: &str| {
            self.operation
                .into_iter()
                .flat_map(|o| &o.effects)
                .any(|e| match e {
                    Effect::Link(l) => !unlinked && l.relation == relation && l.entity == *id,
                    Effect::Unlink(l) => unlinked && l.relation == relation && l.entity == *id,
                    _ => false,
                })
        };
        if let Some(relation) = &derived.count {
            return Some(json!(if link(true, relation) { 0 } else { 1 }));
        }
        if let Some(exists) = &derived.exists {
            let linked = exists
                .paths()
                .iter()
                .any(|p| p.iter().any(|part| link(false, part)));
            return Some(json!(linked));
        }
        if let Some(field) = &derived.slug {
            let source = self.member(id, entity, field, depth + 1)?;
            return Some(json!(slug(source.as_str()?)));
        }
        if let Some(fold) = &derived.fold {
            return Some(json!(fold.empty));
        }
        if let Some(lookup) = &derived.lookup {
            let Node::Path(path) = &lookup.node else {
                return plain(kind);
            };
            let Some((owner, target, name)) = resolve(self.brief, id, path) else {
                return plain(kind);
            };
            let value = self.member(owner, target, &name, depth + 1)?;
            return Some(if kind == FieldType::List && !value.is_array() {
                json!([value])
            } else {
                value
            });
        }
        let expr = derived.sum.as_ref().or(derived.value.as_ref())?;
        let Some(value) = self.evaluate(id, expr, depth) else {
            return plain(kind);
        };
        Some(match kind {
            FieldType::Money => json!(format!("{value:.2}")),
            FieldType::Integer => json!(value.round() as i64),
            FieldType::Decimal => json!(value),
            _ => return plain(kind),
        })
    }

    /// A sum over one linked row each, or a value of the row, from the samples.
    fn evaluate(&self, id: &str, expr: &Expr, depth: usize) -> Option<f64> {
        fn walk(node: &Node, leaf: &dyn Fn(&[String]) -> Option<f64>) -> Option<f64> {
            Some(match node {
                Node::Number(n) => n.parse().ok()?,
                Node::Path(path) => leaf(path)?,
                Node::Neg(inner) => -walk(inner, leaf)?,
                Node::Binary(op, a, b) => {
                    let (a, b) = (walk(a, leaf)?, walk(b, leaf)?);
                    match op {
                        Op::Add => a + b,
                        Op::Sub => a - b,
                        Op::Mul => a * b,
                        Op::Div if b != 0.0 => a / b,
                        _ => return None,
                    }
                }
                _ => return None,
            })
        }
        walk(&expr.node, &|path| {
            let (owner, entity, name) = resolve(self.brief, id, path)?;
            match self.member(owner, entity, &name, depth + 1)? {
                Value::Number(n) => n.as_f64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            }
        })
    }
}

fn plain(kind: FieldType) -> Option<Value> {
    Some(match kind {
        FieldType::Integer => json!(1),
        FieldType::Decimal => json!(12.5),
        FieldType::Money => json!("129.00"),
        FieldType::Boolean => json!(false),
        FieldType::Date => json!("2026-03-14"),
        FieldType::Timestamp => json!("2026-03-14T09:26:53.000Z"),
        FieldType::Text | FieldType::Enum => json!("open"),
        FieldType::List => json!([]),
        FieldType::Uuid => json!(uuid("derived")),
        FieldType::Duration => json!("PT15M"),
        _ => return None,
    })
}

/// A whole number that reads well under that name.
fn number(name: &str) -> f64 {
    let name = snake(name);
    let ends = |word: &str| name.ends_with(word);
    if ends("quantity") || ends("count") || ends("attempts") || ends("units") {
        2.0
    } else if ends("number") {
        1042.0
    } else if ends("position") || ends("version") {
        1.0
    } else {
        12.0
    }
}

fn coordinate(name: &str) -> Option<f64> {
    match snake(name).as_str() {
        "latitude" | "lat" => Some(52.52),
        "longitude" | "lon" | "lng" => Some(13.405),
        _ => None,
    }
}

fn bounded(wanted: f64, field: &Field) -> f64 {
    let low = field.min.unwrap_or(f64::NEG_INFINITY);
    let high = field.max.unwrap_or(f64::INFINITY);
    if low > high {
        return wanted;
    }
    wanted.clamp(low, high)
}

fn text(id: &str, name: &str, field: &Field) -> Option<String> {
    let name = snake(name);
    let owner = snake(id);
    let of_owner = (name == "name")
        .then(|| NAMES_OF.iter().find(|(entity, _)| owner.ends_with(entity)))
        .flatten();
    let known = of_owner.or_else(|| {
        TEXTS
            .iter()
            .find(|(end, _)| name == *end || name.ends_with(&format!("_{end}")))
    });
    let wanted = known.map_or_else(
        || format!("{}-1", name.replace('_', "-")),
        |(_, t)| (*t).into(),
    );
    if let Some(pattern) = &field.pattern {
        let pattern = Pattern::parse(pattern)?;
        let tries = [wanted.clone(), wanted.to_lowercase(), wanted.to_uppercase()];
        let fits = |t: &String| pattern.matches(t) && in_length(t, field);
        return tries
            .into_iter()
            .find(fits)
            .or_else(|| pattern.sample().filter(fits));
    }
    let most = field.max_length.map_or(usize::MAX, |n| n as usize);
    let least = field.min_length.map_or(0, |n| n as usize);
    let mut made: String = wanted.chars().take(most).collect();
    while made.chars().count() < least.min(most) {
        made.push('x');
    }
    Some(made)
}

fn in_length(text: &str, field: &Field) -> bool {
    let length = text.chars().count();
    field.min_length.is_none_or(|n| length >= n as usize)
        && field.max_length.is_none_or(|n| length <= n as usize)
}

/// A text as part of an address.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_string()
}

/// A UUID (RFC 9562) with the form of version 4 that the seed alone decides.
pub fn uuid(seed: &str) -> String {
    let mut high = 0xcbf2_9ce4_8422_2325_u64;
    let mut low = 0x8422_2325_cbf2_9ce4_u64;
    // FNV-1a twice, the second over what the first left.
    for byte in seed.bytes() {
        high = (high ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        low = (low ^ high).wrapping_mul(0x0100_0000_01b3);
    }
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_the_form_of_version_4() {
        let made = uuid("order.id");
        assert_eq!(made.len(), 36);
        assert_eq!(made.as_bytes()[14], b'4');
        assert!(matches!(made.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
        assert_ne!(made, uuid("customer.id"));
    }

    #[test]
    fn texts_keep_to_their_constraints() {
        let mut field = Field::of_type(FieldType::Text);
        field.pattern = Some("[A-Z]{2}".into());
        assert_eq!(text("customer", "country", &field).as_deref(), Some("DE"));
        field.pattern = Some("[0-9]{5}".into());
        assert_eq!(
            text("customer", "country", &field).as_deref(),
            Some("12345")
        );
        let mut field = Field::of_type(FieldType::Text);
        field.max_length = Some(3);
        assert_eq!(text("x", "title", &field).as_deref(), Some("How"));
        field.max_length = None;
        field.min_length = Some(40);
        assert_eq!(text("x", "city", &field).map(|t| t.len()), Some(40));
        assert_eq!(slug("How to: read?"), "how-to-read");
    }
}
