//! JSON Schema (2020-12, as OpenAPI 3.1 takes it) of fields, members and views, each with a sample.

use indexmap::IndexMap;
use model::{Brief, Entity, Field, FieldType, Naming, View};
use serde_json::{Map, Value, json};

use super::member::{Member, derived_kind, key_names, member, resolve, shown};
use super::names::{pascal, wire};
use super::sample::Sampler;

/// How deep views stand in views.
const DEPTH: usize = 6;

/// Gathers the named schemas that a description refers to.
pub struct Types<'a> {
    pub brief: &'a Brief,
    pub naming: Naming,
    /// In the order of first use.
    pub named: IndexMap<String, Value>,
}

impl<'a> Types<'a> {
    pub fn new(brief: &'a Brief, naming: Naming) -> Self {
        Types {
            brief,
            naming,
            named: IndexMap::new(),
        }
    }

    /// A field. `required` fields of requests and all fields of answers are not null.
    pub fn field(&self, field: &Field) -> Value {
        let mut schema = self.scalar_or_list(field);
        let Some(object) = schema.as_object_mut() else {
            return schema;
        };
        let mut said: Vec<String> = Vec::new();
        if let Some(description) = &field.description {
            said.push(description.trim().to_string());
        }
        if let (FieldType::Money, Some(currency)) = (field.kind, &field.currency) {
            said.push(format!("Amount in {currency}."));
        }
        if !said.is_empty() {
            object.insert("description".into(), json!(said.join(" ")));
        }
        if field.write_only {
            object.insert("writeOnly".into(), json!(true));
        }
        if field.optional {
            nullable(object);
        }
        schema
    }

    fn scalar_or_list(&self, field: &Field) -> Value {
        match field.kind {
            FieldType::List => {
                let items = if field.of.is_empty() {
                    self.scalar(&Field::of_type(field.each.unwrap_or(FieldType::Text)))
                } else {
                    self.object(&field.of)
                };
                let mut schema = json!({"type": "array", "items": items});
                if let Some(most) = field.max_items {
                    schema["maxItems"] = json!(most);
                }
                schema
            }
            FieldType::Object => self.object(&field.of),
            _ => self.scalar(field),
        }
    }

    /// An object of fields, those required that say no else.
    pub fn object(&self, fields: &IndexMap<String, Field>) -> Value {
        let parts = fields
            .iter()
            .map(|(name, field)| {
                let required = !field.optional && field.default.is_none();
                (wire(self.naming, name), self.field(field), required)
            })
            .collect();
        object(parts)
    }

    fn scalar(&self, field: &Field) -> Value {
        let mut schema = match field.kind {
            FieldType::Text => json!({"type": "string"}),
            FieldType::Email => json!({"type": "string", "format": "email"}),
            FieldType::Url => json!({"type": "string", "format": "uri"}),
            FieldType::File => json!({"type": "string", "format": "uri", "description":
                "Link to the file in the object store, valid for a short time."}),
            FieldType::Uuid => json!({"type": "string", "format": "uuid"}),
            FieldType::Enum => json!({"type": "string"}),
            FieldType::Integer => json!({"type": "integer", "format": "int64"}),
            FieldType::Decimal => json!({"type": "number"}),
            FieldType::Boolean => json!({"type": "boolean"}),
            FieldType::Date => json!({"type": "string", "format": "date"}),
            FieldType::Timestamp => json!({"type": "string", "format": "date-time"}),
            FieldType::Duration => json!({"type": "string", "format": "duration"}),
            FieldType::Money => return money(field),
            FieldType::Json => json!({"type": "object", "additionalProperties": true}),
            FieldType::Point => {
                return json!({
                    "type": "object",
                    "required": ["latitude", "longitude"],
                    "properties": {
                        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
                    },
                });
            }
            FieldType::List | FieldType::Object => return self.scalar_or_list(field),
        };
        if !field.values.is_empty() {
            schema["enum"] = json!(field.values);
        }
        if matches!(field.kind, FieldType::Integer | FieldType::Decimal) {
            for (name, bound) in [("minimum", field.min), ("maximum", field.max)] {
                if let Some(bound) = bound {
                    schema[name] = number(bound);
                }
            }
        }
        if matches!(
            field.kind,
            FieldType::Text | FieldType::Email | FieldType::Url
        ) {
            if let Some(pattern) = &field.pattern {
                let bare = pattern.trim_start_matches('^').trim_end_matches('$');
                schema["pattern"] = json!(if bare.contains('|') {
                    format!("^(?:{bare})$")
                } else {
                    format!("^{bare}$")
                });
            }
            let least = field.min_length.or(match field.blank {
                Some(model::Blank::Reject) => Some(1),
                _ => None,
            });
            if let Some(least) = least {
                schema["minLength"] = json!(least);
            }
            if let Some(most) = field.max_length {
                schema["maxLength"] = json!(most);
            }
        }
        schema
    }

    /// What a name of an entity looks like in an answer or a request.
    pub fn member(&mut self, id: &str, entity: &'a Entity, name: &str) -> Option<Value> {
        Some(match member(entity, name)? {
            Member::Field(field) => self.field(field),
            Member::Key(kind) => self.field(&Field::of_type(kind)),
            Member::Link(link) => {
                let to = self.brief.domain.entities.get(&*link.to)?;
                let mut key = self.key(&link.to, to)?;
                if link.many {
                    key = json!({"type": "array", "items": key});
                } else if let Some(object) = key.as_object_mut() {
                    object
                        .entry("description")
                        .or_insert_with(|| json!(format!("Key of the {}.", link.to)));
                    if link.optional {
                        nullable(object);
                    }
                }
                key
            }
            Member::Derived(derived) => {
                let kind = derived_kind(derived);
                let target = derived.lookup.as_ref().and_then(|e| match &e.node {
                    model::expr::Node::Path(path) => resolve(self.brief, id, path),
                    _ => None,
                });
                if let Some((owner, entity, field)) = target {
                    let of = self.member(owner, entity, &field)?;
                    return Some(if kind == FieldType::List && of["type"] != "array" {
                        json!({"type": "array", "items": of})
                    } else {
                        of
                    });
                }
                let mut field = Field::of_type(kind);
                if derived.count.is_some() {
                    field.min = Some(0.0);
                }
                if let Some(fold) = &derived.fold
                    && kind == FieldType::Text
                {
                    field.description = Some(format!(
                        "Computed from all {}, whatever their order.",
                        fold.over
                    ));
                }
                if kind == FieldType::Money {
                    // The currency is that of the amounts it is made from.
                    field.currency = currency(self.brief, id, derived).or(Some("EUR".into()));
                }
                self.field(&field)
            }
            Member::State(states) => json!({"type": "string", "enum": states}),
            Member::Stamp(optional) => {
                let mut field = Field::of_type(FieldType::Timestamp);
                field.optional = optional;
                self.field(&field)
            }
        })
    }

    /// The key of an entity as others refer to it.
    pub fn key(&mut self, id: &str, entity: &'a Entity) -> Option<Value> {
        let names = key_names(entity);
        if let [one] = names.as_slice() {
            return self.member(id, entity, one);
        }
        let mut parts = Vec::new();
        for name in &names {
            parts.push((
                wire(self.naming, name),
                self.member(id, entity, name)?,
                true,
            ));
        }
        Some(object(parts))
    }

    /// A reference to the schema of a view, which is named on first use.
    pub fn view(&mut self, id: &str) -> Option<Value> {
        let view = self.brief.domain.views.get(id)?;
        let name = pascal(id);
        self.shape(&name, view)
    }

    /// A reference to the schema of all that is shown of an entity.
    pub fn whole(&mut self, entity: &str) -> Option<Value> {
        let view = whole(self.brief, entity)?;
        let views = &self.brief.domain.views;
        let name = pascal(entity);
        let name = if views.keys().any(|v| pascal(v) == name) {
            format!("{name}Whole")
        } else {
            name
        };
        self.shape(&name, &view)
    }

    fn shape(&mut self, name: &str, view: &View) -> Option<Value> {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        if self.named.contains_key(name) {
            return Some(reference);
        }
        let entity = self.brief.domain.entities.get(&*view.entity)?;
        // Views may show each other: the name is there before what it stands for.
        self.named.insert(name.to_string(), Value::Null);
        let mut parts = Vec::new();
        for field in &view.fields {
            if let Some(schema) = self.member(&view.entity, entity, field) {
                parts.push((wire(self.naming, field), schema, true));
            }
        }
        for (relation, inner) in &view.include {
            let Some(schema) = self.view(inner) else {
                continue;
            };
            let link = entity.relations.get(relation);
            let schema = match link {
                Some(link) if link.many => json!({"type": "array", "items": schema}),
                Some(link) if link.optional => json!({"oneOf": [schema, {"type": "null"}]}),
                _ => schema,
            };
            parts.push((wire(self.naming, relation), schema, true));
        }
        let mut schema = object(parts);
        let description = view
            .description
            .clone()
            .or_else(|| entity.description.clone());
        if let (Some(description), Some(object)) = (description, schema.as_object_mut()) {
            object.insert("description".into(), json!(description.trim()));
        }
        self.named.insert(name.to_string(), schema);
        Some(reference)
    }
}

/// The currency of the first amount of money that a sum or expression reads.
fn currency(brief: &Brief, id: &str, derived: &model::Derived) -> Option<String> {
    let expr = derived.sum.as_ref().or(derived.value.as_ref())?;
    expr.paths().into_iter().find_map(|path| {
        let (_, entity, name) = resolve(brief, id, path)?;
        entity.fields.get(&name)?.currency.clone()
    })
}

/// The view of an entity where no view says what is shown.
pub fn whole(brief: &Brief, id: &str) -> Option<View> {
    let entity = brief.domain.entities.get(id)?;
    Some(View {
        entity: id.into(),
        fields: shown(entity),
        include: IndexMap::new(),
        envelope: None,
        description: None,
    })
}

/// A sample of a view.
pub fn view_sample(sampler: &Sampler<'_>, view: &View, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let brief = sampler.brief;
    let entity = brief.domain.entities.get(&*view.entity)?;
    let mut object = Map::new();
    for field in &view.fields {
        if member(entity, field).is_some() {
            object.insert(
                wire(sampler.naming, field),
                sampler.member(&view.entity, entity, field, 0)?,
            );
        }
    }
    for (relation, inner) in &view.include {
        let inner = brief.domain.views.get(&**inner)?;
        let value = view_sample(sampler, inner, depth + 1)?;
        let many = entity.relations.get(relation).is_some_and(|l| l.many);
        object.insert(
            wire(sampler.naming, relation),
            if many { json!([value]) } else { value },
        );
    }
    Some(Value::Object(object))
}

/// An object schema of (name, schema, required) in order.
pub fn object(parts: Vec<(String, Value, bool)>) -> Value {
    let required: Vec<&String> = parts.iter().filter(|p| p.2).map(|p| &p.0).collect();
    let mut schema = json!({"type": "object"});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let properties: Map<String, Value> = parts.iter().map(|p| (p.0.clone(), p.1.clone())).collect();
    schema["properties"] = Value::Object(properties);
    schema
}

/// Money is text with two to four decimals, so that no reader rounds it.
fn money(field: &Field) -> Value {
    let sign = if field.min >= Some(0.0) { "" } else { "-?" };
    let amount =
        json!({"type": "string", "pattern": format!("^{sign}[0-9]{{1,15}}\\.[0-9]{{2,4}}$")});
    match &field.currency {
        Some(_) => amount,
        None => json!({
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": amount,
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."},
            },
        }),
    }
}

fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// Null is a value too.
pub fn nullable(object: &mut Map<String, Value>) {
    if let Some(Value::String(kind)) = object.get("type").cloned() {
        object.insert("type".into(), json!([kind, "null"]));
    }
    if let Some(Value::Array(values)) = object.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
