//! Events that we send to others as signed calls.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::member::member;
use super::names::{camel, snake, title, wire};
use super::sample::{Sampler, uuid};
use super::schema::{Types, object};

/// One webhook for each event that an actor can have.
pub fn all(types: &mut Types<'_>, tags: &mut IndexMap<String, String>) -> Map<String, Value> {
    let brief = types.brief;
    let naming = types.naming;
    let sampler = Sampler {
        brief,
        operation: None,
        naming,
    };
    let mut made = Map::new();
    for (id, event) in brief
        .domain
        .events
        .iter()
        .filter(|(_, e)| !e.webhook_to.is_empty())
    {
        let mut parts = Vec::new();
        let mut data = Map::new();
        if let Some((of, entity)) = event
            .of
            .as_ref()
            .and_then(|of| brief.domain.entities.get_key_value(&**of))
        {
            for name in event.payload.iter().filter(|n| member(entity, n).is_some()) {
                if let Some(schema) = types.member(of, entity, name) {
                    if let Some(value) = sampler.member(of, entity, name, 0) {
                        data.insert(wire(naming, name), value);
                    }
                    parts.push((wire(naming, name), schema, true));
                }
            }
        }
        for (name, field) in &event.fields {
            if let Some(value) = sampler.field(id, name, field) {
                data.insert(wire(naming, name), value);
            }
            parts.push((wire(naming, name), types.field(field), !field.optional));
        }
        let at = wire(naming, "occurred_at");
        let schema = object(vec![
            (
                "id".into(),
                json!({"type": "string", "format": "uuid",
                "description": "The same for every try to deliver this event."}),
                true,
            ),
            ("type".into(), json!({"type": "string", "enum": [id]}), true),
            (
                at.clone(),
                json!({"type": "string", "format": "date-time"}),
                true,
            ),
            ("data".into(), object(parts), true),
        ]);
        let sample = json!({
            "id": uuid(&format!("event.{id}")),
            "type": id,
            at: "2026-03-14T09:26:53.000Z",
            "data": data,
        });
        let receivers: Vec<&str> = event.webhook_to.iter().map(|a| &**a).collect();
        let mut about = event
            .description
            .as_deref()
            .map_or_else(|| format!("{}.", title(id)), |d| d.trim().to_string());
        about.push_str(&format!(" Sent to {}.", receivers.join(", ")));
        if let Some(key) = &event.ordered_by {
            about.push_str(&format!(
                " Events with the same {} come in order.",
                snake(key)
            ));
        }
        if let Some(within) = event.within {
            about.push_str(&format!(
                " Delivered within {within} as long as the receiver answers."
            ));
        }
        tags.entry("webhooks".into())
            .or_insert_with(|| "Calls that the service makes to its subscribers.".into());
        made.insert(
            camel(id),
            json!({"post": {
                "operationId": format!("{}Webhook", camel(id)),
                "summary": title(id),
                "description": about,
                "tags": ["webhooks"],
                "security": [],
                "parameters": [{
                    "name": "X-Signature", "in": "header", "required": true,
                    "description": "HMAC-SHA256 of the body in hexadecimal, made with the subscriber's secret.",
                    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }],
                "requestBody": {"required": true, "content": {"application/json": {
                    "schema": schema, "example": sample,
                }}},
                "responses": {
                    "204": {"description": "The event was taken; it is not sent again."},
                    "410": {"description": "The subscriber wants no more events; the subscription ends."},
                },
            }}),
        );
    }
    made
}
