//! What a client gets: the answer and the refusals.

use model::{ErrorFormat, Method, Operation, PageStyle, Trigger};
use serde_json::{Map, Value, json};

use super::errors::{self, Refusals, creates_target, phrase};
use super::names::{snake, wire};
use super::request::CURSOR;
use super::sample::Sampler;
use super::schema::{Types, object, view_sample, whole};

/// The status of success.
pub fn status(operation: &Operation, method: Method) -> u16 {
    let said = operation.result.as_ref().and_then(|r| r.status);
    said.unwrap_or(match &operation.result {
        Some(_) if creates_target(operation) => 201,
        Some(_) => 200,
        None if method == Method::Get => 200,
        None if operation.deferred => 202,
        None => 204,
    })
}

/// All answers by status.
pub fn responses<'a>(
    types: &mut Types<'a>,
    sampler: &Sampler<'a>,
    operation: &'a Operation,
    method: Method,
    refusals: &Refusals,
    first: Option<&(String, String)>,
) -> Value {
    let mut all = Map::new();
    let status = status(operation, method);
    all.insert(
        status.to_string(),
        success(types, sampler, operation, status),
    );
    let wire = types.brief.domain.wire.as_ref();
    let format = wire.map_or(ErrorFormat::Problem, |w| w.errors);
    let invalid = wire.and_then(|w| w.invalid).unwrap_or(400);
    let (name, schema) = errors::schema(format);
    types.named.entry(name.into()).or_insert(schema);
    let target = operation.target.as_deref().map_or("request".into(), snake);
    for (status, reasons) in refusals {
        let texts: Vec<&str> = reasons.iter().map(|r| r.text.as_str()).collect();
        let sample = errors::sample(
            format,
            *status,
            reasons,
            invalid,
            first.map(|(pointer, name)| (pointer.as_str(), name.as_str())),
            &target,
        );
        let mut response = json!({
            "description": texts.join(" "),
            "content": {errors::media_type(format): {
                "schema": {"$ref": format!("#/components/schemas/{name}")},
                "example": sample,
            }},
        });
        if matches!(status, 429 | 503) {
            response["headers"] = json!({"Retry-After": {
                "description": "Seconds to wait before the next try.",
                "schema": {"type": "integer", "minimum": 0},
                "example": 2,
            }});
        }
        all.insert(status.to_string(), response);
    }
    Value::Object(all)
}

fn success<'a>(
    types: &mut Types<'a>,
    sampler: &Sampler<'a>,
    operation: &'a Operation,
    status: u16,
) -> Value {
    if operation.trigger == Trigger::Subscription {
        return json!({
            "description": "A stream of server-sent events that stays open.",
            "content": {"text/event-stream": {
                "schema": {"type": "string"},
                "example": "id: 1042\nevent: change\ndata: {}\n\n",
            }},
        });
    }
    let shown = (status != 204)
        .then(|| shape(types, sampler, operation))
        .flatten();
    let Some((schema, sample)) = shown else {
        return json!({"description": match status {
            204 => "Done; there is nothing to show.".to_string(),
            202 => "Accepted; it is done later.".to_string(),
            _ => format!("{}.", phrase(status)),
        }});
    };
    let target = operation.target.as_deref().unwrap_or("result");
    let many = operation.result.as_ref().is_some_and(|r| r.many);
    let description = match (status, many) {
        (201, _) => format!("The {target} that was made."),
        (202, _) => format!("Accepted; the {target} as it stands now."),
        (_, true) => format!("The rows of {target} that were asked for."),
        _ => format!("The {target}."),
    };
    let mut media = json!({"schema": schema});
    if let Some(sample) = sample {
        media["example"] = sample;
    }
    json!({"description": description, "content": {"application/json": media}})
}

/// Schema and sample of the answer; `None` where there is nothing to show.
fn shape<'a>(
    types: &mut Types<'a>,
    sampler: &Sampler<'a>,
    operation: &'a Operation,
) -> Option<(Value, Option<Value>)> {
    let brief = types.brief;
    let naming = types.naming;
    let default = model::ResultSpec::default();
    let result = operation.result.as_ref().unwrap_or(&default);
    let mut extra = Vec::new();
    let mut extra_sample = Map::new();
    let owner = operation.target.as_deref().unwrap_or("result");
    for (name, field) in &result.fields {
        let name_out = wire(naming, name);
        extra.push((name_out.clone(), types.field(field), !field.optional));
        if let Some(value) = sampler.field(owner, name, field) {
            extra_sample.insert(name_out, value);
        }
    }
    let (reference, view) = match (&result.view, &operation.target) {
        (Some(id), _) => (types.view(id), brief.domain.views.get(&**id).cloned()),
        (None, Some(target)) if extra.is_empty() => (types.whole(target), whole(brief, target)),
        _ => (None, None),
    };
    let (Some(reference), Some(view)) = (reference, view) else {
        return (!extra.is_empty()).then(|| (object(extra), Some(Value::Object(extra_sample))));
    };
    let one = view_sample(sampler, &view, 0);
    if result.many {
        let envelope = view.envelope.as_ref();
        let name = envelope.and_then(|e| e.many.as_deref()).unwrap_or("items");
        let name = wire(naming, name);
        let mut sample = one.map(|one| {
            let mut list = Map::new();
            list.insert(name.clone(), json!([one]));
            list
        });
        let list = json!({"type": "array", "items": reference});
        let mut parts = vec![(name, list, true)];
        let mut add = |name: String, schema: Value, value: Value| {
            if let Some(sample) = &mut sample {
                sample.insert(name.clone(), value);
            }
            parts.push((name, schema, true));
        };
        if let Some(page) = &operation.page {
            if page.total {
                let name = envelope.and_then(|e| e.total.as_deref()).unwrap_or("total");
                let schema = json!({"type": "integer", "minimum": 0,
                    "description": "How many there are on all pages."});
                add(wire(naming, name), schema, json!(1));
            }
            if page.style == PageStyle::Cursor {
                let schema = json!({"type": ["string", "null"],
                    "description": "Where the next page begins; null on the last page."});
                add(wire(naming, "next_cursor"), schema, json!(CURSOR));
            }
        }
        for (name, schema, required) in extra {
            if let (Some(sample), Some(value)) = (&mut sample, extra_sample.get(&name)) {
                sample.insert(name.clone(), value.clone());
            }
            parts.push((name, schema, required));
        }
        return Some((object(parts), sample.map(Value::Object)));
    }
    let mut schema = reference;
    let mut sample = one;
    if !extra.is_empty() {
        schema = json!({"allOf": [schema, object(extra)]});
        if let Some(Value::Object(object)) = &mut sample {
            object.extend(extra_sample);
        }
    }
    if let Some(envelope) = &view.envelope {
        let name = wire(naming, &envelope.one);
        schema = object(vec![(name.clone(), schema, true)]);
        sample = sample.map(|s| json!({name: s}));
    }
    Some((schema, sample))
}
