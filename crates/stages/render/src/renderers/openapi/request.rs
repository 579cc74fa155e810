//! What a client sends: method, path, parameters, body.

use model::{Effect, Entity, Field, FieldType, Filter, Idempotency, Method, Operation, PageStyle};
use serde_json::{Map, Value, json};

use super::errors::creates_target;
use super::member::{Member, member, resolve};
use super::names::{kebab, parameters, plural, snake, wire};
use super::sample::{Sampler, uuid};
use super::schema::{Types, object};

/// Method and path, said or derived from what the operation does.
pub fn address(id: &str, operation: &Operation) -> (Method, String) {
    let has = |wanted: fn(&Effect) -> bool| operation.effects.iter().any(wanted);
    let acts = has(|e| {
        matches!(
            e,
            Effect::Transition(_) | Effect::Call(_) | Effect::Handler(_)
        )
    });
    let method = operation.method.unwrap_or(match () {
        () if creates_target(operation) || acts => Method::Post,
        () if has(|e| matches!(e, Effect::Delete(_))) => Method::Delete,
        () if has(|e| matches!(e, Effect::Update(_))) => Method::Patch,
        () if operation.writes() => Method::Post,
        () => Method::Get,
    });
    if let Some(path) = &operation.path {
        let path = path.trim_end_matches('/');
        let slash = if path.starts_with('/') { "" } else { "/" };
        return (method, format!("{slash}{path}"));
    }
    let Some(target) = &operation.target else {
        return (method, format!("/{}", kebab(id)));
    };
    let mut path = format!("/{}", kebab(&plural(&snake(target))));
    if !creates_target(operation) {
        for name in &operation.by {
            path.push_str(&format!("/{{{name}}}"));
        }
    }
    if method == Method::Post && !creates_target(operation) {
        // A verb of its own, without the noun that stands in the path.
        let verb = kebab(id);
        let verb = verb
            .strip_suffix(&format!("-{}", kebab(target)))
            .unwrap_or(&verb);
        path.push_str(&format!("/{verb}"));
    }
    (method, path)
}

/// Everything of a request but its address.
pub struct Request {
    pub parameters: Vec<Value>,
    pub body: Option<Value>,
    /// Place and name of the first value that must be given.
    pub first: Option<(String, String)>,
    /// Whether a value can be invalid.
    pub takes_input: bool,
}

struct Part {
    name: String,
    schema: Value,
    sample: Option<Value>,
    required: bool,
}

pub struct Reader<'a, 't> {
    pub types: &'t mut Types<'a>,
    pub sampler: Sampler<'a>,
    pub operation: &'a Operation,
}

impl<'a> Reader<'a, '_> {
    fn target(&self) -> Option<(&'a str, &'a Entity)> {
        let id = self.operation.target.as_ref()?;
        let (id, entity) = self.types.brief.domain.entities.get_key_value(&**id)?;
        Some((id, entity))
    }

    pub fn read(&mut self, method: Method, path: &str) -> Request {
        let operation = self.operation;
        let in_path = parameters(path);
        let mut list = Vec::new();
        // Any text is a valid place to ask for; a number or a UUID can be malformed.
        let mut formed = false;
        for name in &in_path {
            let part = self.path_part(name);
            formed |= part.schema["type"] != "string"
                || part.schema.get("format").is_some()
                || part.schema.get("pattern").is_some();
            list.push(parameter(
                &part,
                "path",
                &format!("The {} that is meant.", name.replace('_', " ")),
            ));
        }
        if operation.idempotency == Some(Idempotency::Key) {
            list.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": true,
                "description": "Made by the client, once for each intended effect. A repeat with the same key gets the first answer.",
                "schema": {"type": "string", "minLength": 16, "maxLength": 80},
                "example": uuid("idempotency-key"),
            }));
        }
        let parts = self.parts(method, &in_path);
        let queried = matches!(method, Method::Get | Method::Delete);
        let mut first = None;
        if queried {
            for part in &parts {
                let about = part.schema["description"].as_str().map_or_else(
                    || format!("The {}.", part.name.replace('_', " ")),
                    str::to_string,
                );
                list.push(parameter(part, "query", &about));
                if part.required && first.is_none() {
                    first = Some((part.name.clone(), part.name.clone()));
                }
            }
        }
        for (name, filter) in &operation.filters {
            let part = self.filter(name, filter);
            let about = format!("Narrows the list by {}.", name.replace('_', " "));
            list.push(parameter(&part, "query", &about));
        }
        list.extend(self.page());
        let body = (!queried && !parts.is_empty()).then(|| self.body(&parts, &mut first));
        let takes_input = formed || list.len() > in_path.len() || body.is_some();
        if first.is_none() {
            first = parts
                .first()
                .map(|p| (format!("/{}", p.name), p.name.clone()));
        }
        Request {
            parameters: list,
            body,
            first,
            takes_input,
        }
    }

    /// A parameter of the path: a member of the target, of an entity that is read by it, or input.
    fn path_part(&mut self, name: &str) -> Part {
        let domain = &self.types.brief.domain;
        let mut owners: Vec<(&'a str, &'a Entity)> = Vec::new();
        let own = self.operation.by.iter().any(|b| b == name);
        if own {
            owners.extend(self.target());
        }
        for effect in &self.operation.effects {
            if let Effect::Read(read) = effect
                && read.by.iter().any(|b| b == name)
                && let Some((id, entity)) = domain.entities.get_key_value(&*read.entity)
            {
                owners.push((id, entity));
            }
        }
        owners.extend(self.target());
        // `/orders/{order}` means the key of an order.
        let wanted = name.strip_suffix("_id").unwrap_or(name);
        let named = domain
            .entities
            .iter()
            .find(|(id, _)| snake(id) == snake(wanted));
        let found = owners.into_iter().find_map(|(id, entity)| {
            let schema = self.types.member(id, entity, name)?;
            Some((schema, self.sampler.member(id, entity, name, 0)))
        });
        let (mut schema, sample) = found
            .or_else(|| {
                let field = self.operation.input.get(name)?;
                Some((
                    self.types.field(field),
                    self.sampler.field(name, name, field),
                ))
            })
            .or_else(|| {
                let (id, entity) = named?;
                Some((self.types.key(id, entity)?, self.sampler.key(id, entity, 0)))
            })
            .unwrap_or_else(|| {
                let field = Field::of_type(FieldType::Text);
                (
                    json!({"type": "string"}),
                    self.sampler.field(name, name, &field),
                )
            });
        bare(&mut schema);
        Part {
            name: name.to_string(),
            schema,
            sample,
            required: true,
        }
    }

    /// What the client sends besides the path: accepted fields of the target, input, and keys that
    /// stand nowhere else.
    fn parts(&mut self, method: Method, in_path: &[String]) -> Vec<Part> {
        let operation = self.operation;
        let mut parts: Vec<Part> = Vec::new();
        if let Some((id, entity)) = self.target() {
            let mut names: Vec<&String> = operation.accepts.iter().collect();
            let elsewhere = |n: &String| {
                in_path.contains(n)
                    || operation.input.contains_key(n)
                    || operation.accepts.contains(n)
            };
            let lists = operation.result.as_ref().is_some_and(|r| r.many);
            if !creates_target(operation) && !lists {
                names.extend(
                    operation
                        .by
                        .iter()
                        .filter(|n| !elsewhere(n) && in_path.is_empty()),
                );
            }
            for name in names.into_iter().filter(|n| !in_path.contains(n)) {
                if let Some(part) = self.accepted(id, entity, name, method) {
                    parts.push(part);
                }
            }
        }
        for (name, field) in &operation.input {
            if in_path.contains(name) {
                continue;
            }
            let like = self
                .target()
                .and_then(|(id, entity)| match member(entity, name)? {
                    Member::Field(other) if other.kind == field.kind && field.example.is_none() => {
                        self.sampler.member(id, entity, name, 0)
                    }
                    _ => None,
                });
            let mut schema = self.types.field(field);
            if let (Some(batch), FieldType::List) = (operation.batch, field.kind)
                && schema.get("maxItems").is_none()
            {
                schema["maxItems"] = json!(batch.max);
            }
            let owner = operation.target.as_deref().unwrap_or("input");
            parts.push(Part {
                name: wire(self.types.naming, name),
                schema,
                sample: like.or_else(|| self.sampler.field(owner, name, field)),
                required: !field.optional && field.default.is_none(),
            });
        }
        parts
    }

    fn accepted(
        &mut self,
        id: &str,
        entity: &'a Entity,
        name: &str,
        method: Method,
    ) -> Option<Part> {
        let optional = match member(entity, name)? {
            Member::Field(field) => field.optional || field.default.is_some(),
            Member::Link(link) => link.optional,
            Member::Key(_) => false,
            Member::State(_) | Member::Derived(_) | Member::Stamp(_) => true,
        };
        let parts_of = match member(entity, name)? {
            Member::Link(link) if link.many && link.parts => {
                self.types.brief.domain.entities.get_key_value(&*link.to)
            }
            _ => None,
        };
        let (schema, sample) = match parts_of {
            Some((part_id, part)) => self.whole_part(part_id, part, id),
            None => (
                self.types.member(id, entity, name)?,
                self.sampler.member(id, entity, name, 0),
            ),
        };
        Some(Part {
            name: wire(self.types.naming, name),
            schema,
            sample,
            required: !optional && method != Method::Patch,
        })
    }

    /// Rows that are sent with the row that they are part of.
    fn whole_part(&mut self, id: &str, entity: &'a Entity, whole: &str) -> (Value, Option<Value>) {
        let links = entity.relations.iter();
        let links = links
            .filter(|(_, l)| !l.many && l.to != *whole)
            .map(|(n, _)| n);
        let names: Vec<&String> = links.chain(entity.fields.keys()).collect();
        let mut parts = Vec::new();
        let mut sample = Map::new();
        for name in names {
            let required = match member(entity, name) {
                Some(Member::Field(f)) => !f.optional && f.default.is_none(),
                Some(Member::Link(l)) => !l.optional,
                _ => false,
            };
            if let Some(schema) = self.types.member(id, entity, name) {
                let name_out = wire(self.types.naming, name);
                if let Some(value) = self.sampler.member(id, entity, name, 0) {
                    sample.insert(name_out.clone(), value);
                }
                parts.push((name_out, schema, required));
            }
        }
        (
            json!({"type": "array", "items": object(parts)}),
            Some(json!([Value::Object(sample)])),
        )
    }

    fn body(&self, parts: &[Part], first: &mut Option<(String, String)>) -> Value {
        let mut schema = object(
            parts
                .iter()
                .map(|p| (p.name.clone(), p.schema.clone(), p.required))
                .collect(),
        );
        let mut sample: Option<Map<String, Value>> = Some(Map::new());
        for part in parts {
            match (&part.sample, &mut sample) {
                (Some(value), Some(object)) => {
                    object.insert(part.name.clone(), value.clone());
                }
                (None, _) if part.required => sample = None,
                _ => {}
            }
        }
        let mut sample = sample.map(Value::Object);
        let mut pointer = String::new();
        let any_required = parts.iter().any(|p| p.required);
        if let Some(envelope) = &self.operation.envelope {
            let name = wire(self.types.naming, envelope);
            pointer = format!("/{name}");
            schema = object(vec![(name.clone(), schema, true)]);
            sample = sample.map(|s| json!({name: s}));
        } else if !any_required && let Some(object) = schema.as_object_mut() {
            object.insert("minProperties".into(), json!(1));
        }
        if let Some(part) = parts.iter().find(|p| p.required).or(parts.first()) {
            *first = Some((format!("{pointer}/{}", part.name), part.name.clone()));
        }
        let mut media = json!({"schema": schema});
        if let Some(sample) = sample {
            media["example"] = sample;
        }
        json!({"required": true, "content": {"application/json": media}})
    }

    fn filter(&mut self, name: &str, filter: &Filter) -> Part {
        let mut field = Field::of_type(filter.kind);
        if filter.kind == FieldType::Money {
            field.min = Some(0.0);
            field.currency = Some("EUR".into());
        }
        let mut schema = self.types.field(&field);
        let mut sample = None;
        let comparable = matches!(
            filter.kind,
            FieldType::Text | FieldType::Enum | FieldType::Uuid
        );
        if let (Some((id, _)), true) = (self.target(), comparable) {
            let paths: Vec<Vec<String>> = filter
                .filter
                .paths()
                .into_iter()
                .map(<[String]>::to_vec)
                .collect();
            let roots = ["input", "principal", "now"];
            for path in paths.iter().filter(|p| !roots.contains(&p[0].as_str())) {
                let Some((owner, entity, last)) = resolve(self.types.brief, id, path) else {
                    continue;
                };
                if let Some(found) = self.types.member(owner, entity, &last)
                    && found["type"] != "object"
                    && found["type"] != "array"
                {
                    schema = found;
                    sample = self.sampler.member(owner, entity, &last, 0);
                    break;
                }
            }
        }
        bare(&mut schema);
        if let Some(object) = schema.as_object_mut() {
            object.remove("description");
        }
        if sample.is_none() {
            sample = self.sampler.field("filter", name, &field);
        }
        Part {
            name: wire(self.types.naming, name),
            schema,
            sample: sample.filter(|s| !s.is_null()),
            required: false,
        }
    }

    fn page(&self) -> Vec<Value> {
        let Some(page) = &self.operation.page else {
            return Vec::new();
        };
        let mut limit = json!({"type": "integer", "minimum": 1, "default": page.size});
        if let Some(most) = page.max {
            limit["maximum"] = json!(most);
        }
        let limit = json!({
            "name": "limit", "in": "query", "required": false,
            "description": "How many are on a page.",
            "schema": limit, "example": page.size,
        });
        let place = match page.style {
            PageStyle::Cursor => json!({
                "name": "cursor", "in": "query", "required": false,
                "description": "Where the page begins: the cursor that the page before gave.",
                "schema": {"type": "string", "maxLength": 500},
                "example": CURSOR,
            }),
            PageStyle::Offset => json!({
                "name": "offset", "in": "query", "required": false,
                "description": "How many are left out before the page.",
                "schema": {"type": "integer", "minimum": 0, "default": 0},
                "example": 0,
            }),
        };
        vec![limit, place]
    }
}

/// A cursor as clients see it: opaque.
pub const CURSOR: &str = "eyJhZnRlciI6MTA0Mn0";

/// A parameter is there or not; it is never null, and never secret.
fn bare(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    object.remove("writeOnly");
    if let Some(Value::Array(kinds)) = object.get("type").cloned()
        && let Some(first) = kinds.first()
    {
        object.insert("type".into(), first.clone());
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|v| !v.is_null());
    }
}

fn parameter(part: &Part, place: &str, about: &str) -> Value {
    let mut schema = part.schema.clone();
    bare(&mut schema);
    let mut made = json!({
        "name": part.name,
        "in": place,
        "required": part.required,
        "description": about,
        "schema": schema,
    });
    if let Some(sample) = &part.sample {
        made["example"] = sample.clone();
    }
    made
}
