//! Which refusals an operation has, and how they look.

use indexmap::IndexMap;
use model::{
    Authentication, Brief, Contract, Effect, ErrorFormat, Idempotency, Operation, Trigger,
};
use serde_json::{Value, json};

use super::member::key_names;
use super::request::Request;

/// Refusals by status, each with its reasons; in the order of the status.
pub type Refusals = IndexMap<u16, Vec<Reason>>;

/// Why a request is refused, in words for the client, and what in the model says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub text: String,
    pub cause: Cause,
}

/// The element of the model that a refusal follows from. Numbers count from 0 in their list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A value that is sent.
    Input,
    /// Who calls, or the signature of a webhook.
    Caller,
    Precondition(usize),
    Policy(String),
    /// The row that the address names.
    Target,
    /// An effect that finds no row, or none for which its condition holds.
    Effect(usize),
    /// A transition that the effect takes.
    Transition {
        entity: String,
        take: String,
    },
    /// A check of an entity.
    Check {
        entity: String,
        check: String,
    },
    /// A value of an entity that another row has.
    Taken(String),
    /// The idempotency key.
    Key,
    RateLimit,
    MaxBody,
    /// A refusal that the operation names itself.
    Named(u16),
    /// Nothing of the operation: any of them can be down.
    Down,
}

const NOT_SAID: &str = "The caller did not say who they are, or the proof is not valid.";

/// Phrases of RFC 9110, section 15, RFC 6585 for 429.
pub fn phrase(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        _ if status < 500 => "Request Refused",
        _ => "Error",
    }
}

/// What follows from the operation, its policies, effects and contract, and from what its request
/// takes.
pub fn refusals(
    brief: &Brief,
    operation: &Operation,
    contract: Option<&Contract>,
    request: &Request,
    signed_in: bool,
) -> Refusals {
    let domain = &brief.domain;
    let mut found: Refusals = IndexMap::new();
    let mut add = |status: u16, text: String, cause: Cause| {
        let reasons = found.entry(status).or_default();
        if !text.is_empty() && !reasons.iter().any(|r| r.text == text) {
            reasons.push(Reason { text, cause });
        }
    };
    let invalid = domain.wire.as_ref().and_then(|w| w.invalid).unwrap_or(400);
    if request.takes_input {
        add(
            invalid,
            "A value is missing or breaks its rules.".into(),
            Cause::Input,
        );
    }
    if signed_in {
        add(
            401,
            if matches!(operation.trigger, Trigger::Webhook(_)) {
                "The signature is missing or wrong.".into()
            } else {
                NOT_SAID.into()
            },
            Cause::Caller,
        );
    }
    for (at, check) in operation.preconditions.iter().enumerate() {
        let message = check.message.clone();
        add(
            check.status.unwrap_or(422),
            message.map_or_else(|| "A condition does not hold.".into(), |m| sentence(&m)),
            Cause::Precondition(at),
        );
    }
    for id in &operation.policies {
        if let Some(policy) = domain.policies.get(&**id) {
            // A list leaves out what the caller must not see.
            if policy.otherwise == Some(404) && operation.result.as_ref().is_some_and(|r| r.many) {
                continue;
            }
            let reason = match policy.otherwise {
                Some(404) => "There is no such thing, or it is not the caller's.".to_string(),
                _ => policy
                    .description
                    .as_deref()
                    .map_or_else(|| format!("The policy {id} does not allow it."), sentence),
            };
            add(
                policy.otherwise.unwrap_or(403),
                reason,
                Cause::Policy(id.0.clone()),
            );
        }
    }
    let names_row = !operation.by.is_empty() && !creates_target(operation);
    if names_row && !operation.result.as_ref().is_some_and(|r| r.many) {
        let target = operation.target.as_deref().unwrap_or("row");
        let said = operation.effects.iter().any(|e| match e {
            Effect::Read(r) => {
                Some(&r.entity) == operation.target.as_ref() && r.otherwise.is_some()
            }
            _ => false,
        });
        if !said {
            add(404, format!("There is no such {target}."), Cause::Target);
        }
    }
    for (at, effect) in operation.effects.iter().enumerate() {
        match effect {
            Effect::Read(read) => {
                let key = domain.entities.get(&*read.entity).map(key_names);
                let by_key = !read.by.is_empty() || key.is_some_and(|k| k == read.by);
                if let Some(status) = read.otherwise {
                    add(status, missing(status, &read.entity), Cause::Effect(at));
                } else if by_key && !read.aggregate && read.rows.is_none_or(|r| r <= 1.0) {
                    add(404, missing(404, &read.entity), Cause::Effect(at));
                }
            }
            Effect::Update(update) => {
                if let Some(status) = update.otherwise {
                    let reason = if update.filter.is_some() && status == 409 {
                        format!("The state of the {} does not allow it now.", update.entity)
                    } else {
                        missing(status, &update.entity)
                    };
                    add(status, reason, Cause::Effect(at));
                } else if !update.by.is_empty() {
                    add(404, missing(404, &update.entity), Cause::Effect(at));
                }
            }
            Effect::Delete(delete) => {
                if let Some(status) = delete.otherwise {
                    add(status, missing(status, &delete.entity), Cause::Effect(at));
                }
            }
            Effect::Transition(take) => {
                let machine = domain
                    .entities
                    .get(&*take.entity)
                    .and_then(|e| e.machine.as_ref());
                if let Some(transition) = machine.and_then(|m| m.transitions.get(&take.take)) {
                    add(
                        409,
                        format!(
                            "The {} is not {}.",
                            take.entity,
                            transition.from.join(" or ")
                        ),
                        Cause::Transition {
                            entity: take.entity.0.clone(),
                            take: take.take.clone(),
                        },
                    );
                }
            }
            Effect::Create(create) => {
                let entity = domain.entities.get(&*create.entity);
                for (name, check) in entity.iter().flat_map(|e| &e.checks) {
                    // A check without a status is an invariant that no request can break.
                    if let (Some(status), Some(message)) = (check.status, &check.message) {
                        let cause = Cause::Check {
                            entity: create.entity.0.clone(),
                            check: name.clone(),
                        };
                        add(status, sentence(message), cause);
                    }
                }
                let taken = entity.is_some_and(|e| {
                    e.fields
                        .iter()
                        .any(|(n, f)| f.unique && operation.accepts.contains(n))
                });
                if taken && !create.ignore_duplicates && operation.errors.is_empty() {
                    add(
                        409,
                        format!("There is such a {} already.", create.entity),
                        Cause::Taken(create.entity.0.clone()),
                    );
                }
            }
            _ => {}
        }
    }
    if operation.idempotency == Some(Idempotency::Key) {
        // A repeat that overtakes the first one waits for it, so only another request is refused.
        add(
            422,
            "The idempotency key was used for another request.".into(),
            Cause::Key,
        );
    }
    if let Some(limit) = contract.and_then(|c| c.rate_limit.as_ref()) {
        add(
            429,
            format!("More than {} from one caller.", limit.per_caller),
            Cause::RateLimit,
        );
    }
    if let Some(most) = contract
        .and_then(|c| c.max_body)
        .filter(|_| request.body.is_some())
    {
        add(
            413,
            format!("The body is larger than {most}."),
            Cause::MaxBody,
        );
    }
    for (status, reason) in &operation.errors {
        if let Ok(status) = status.parse::<u16>()
            && (400..600).contains(&status)
        {
            add(status, sentence(reason), Cause::Named(status));
        }
    }
    if found.keys().all(|s| *s >= 500) {
        found.insert(
            invalid,
            vec![Reason {
                text: "The request could not be understood.".into(),
                cause: Cause::Input,
            }],
        );
    }
    found.entry(503).or_insert_with(|| {
        vec![Reason {
            text: unavailable(operation).into(),
            cause: Cause::Down,
        }]
    });
    found.sort_keys();
    found
}

/// A commit may have happened, or another system been called, before the answer was lost.
fn unavailable(operation: &Operation) -> &'static str {
    match operation.idempotency {
        _ if !operation.writes() => "It cannot answer at the moment.",
        Some(Idempotency::Key) => {
            "It cannot answer at the moment; sent again with the same key, it has its effect once."
        }
        Some(Idempotency::Natural) => {
            "It cannot answer at the moment; sent again, it changes nothing more."
        }
        _ => "It cannot answer at the moment; whether it had its effect is not known.",
    }
}

fn missing(status: u16, entity: &str) -> String {
    match status {
        401 => "The caller could not be recognised.".into(),
        _ => format!("There is no such {entity}."),
    }
}

fn sentence(text: &str) -> String {
    let text = super::names::upper_first(text.trim());
    if text.ends_with(['.', '!', '?']) {
        text
    } else {
        format!("{text}.")
    }
}

/// Whether the operation makes the row that it is about.
pub fn creates_target(operation: &Operation) -> bool {
    operation.effects.iter().any(|e| match e {
        Effect::Create(create) => Some(&create.entity) == operation.target.as_ref(),
        _ => false,
    })
}

/// The media type of refusals.
pub fn media_type(format: ErrorFormat) -> &'static str {
    match format {
        ErrorFormat::Problem => "application/problem+json",
        ErrorFormat::FieldMap => "application/json",
    }
}

/// The one schema that all refusals have.
pub fn schema(format: ErrorFormat) -> (&'static str, Value) {
    match format {
        ErrorFormat::Problem => (
            "Problem",
            json!({
                "type": "object",
                "description": "Problem details of RFC 9457.",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string", "format": "uri-reference"},
                    "title": {"type": "string", "description": "The same for all problems of a kind."},
                    "status": {"type": "integer", "minimum": 400, "maximum": 599},
                    "detail": {"type": "string", "description": "What is the matter this time."},
                    "instance": {"type": "string", "format": "uri-reference"},
                    "errors": {
                        "type": "array",
                        "description": "The values that are not valid, each by its place.",
                        "items": {
                            "type": "object",
                            "required": ["pointer", "detail"],
                            "properties": {
                                "pointer": {"type": "string", "description": "JSON Pointer of RFC 6901, or the parameter's name."},
                                "detail": {"type": "string"},
                            },
                        },
                    },
                },
            }),
        ),
        ErrorFormat::FieldMap => (
            "Errors",
            json!({
                "type": "object",
                "description": "Messages by what they are about: a field, or the thing that was asked for.",
                "required": ["errors"],
                "properties": {
                    "errors": {
                        "type": "object",
                        "additionalProperties": {"type": "array", "items": {"type": "string"}},
                    },
                },
            }),
        ),
    }
}

/// A sample refusal. `field` is the first value that the client sends, `target` what it is about.
pub fn sample(
    format: ErrorFormat,
    status: u16,
    reasons: &[Reason],
    invalid: u16,
    field: Option<(&str, &str)>,
    target: &str,
) -> Value {
    let detail = reasons
        .first()
        .map_or_else(|| phrase(status).into(), |r| r.text.clone());
    match format {
        ErrorFormat::Problem => {
            let mut problem = json!({
                "type": "about:blank",
                "title": phrase(status),
                "status": status,
                "detail": detail,
            });
            if let (true, Some((pointer, _))) = (status == invalid, field) {
                problem["errors"] =
                    json!([{"pointer": pointer, "detail": "is missing or not valid"}]);
            }
            problem
        }
        ErrorFormat::FieldMap => {
            let (about, message) = match (status, field) {
                (401, _) if detail == NOT_SAID => ("token", "is missing"),
                (401, _) => ("credentials", "invalid"),
                (403, _) => (target, "forbidden"),
                (404, _) => (target, "not found"),
                (s, Some((_, name))) if s == invalid => (name, "can't be blank"),
                (503, _) => ("service", "is not available"),
                _ => (target, detail.trim_end_matches('.')),
            };
            json!({"errors": {about: [message]}})
        }
    }
}

/// Whether callers must say who they are, where the operation lets somebody in at all.
pub fn asks_who(brief: &Brief, contract: Option<&Contract>) -> bool {
    let said = contract.and_then(|c| c.authentication.as_deref());
    let wanted = brief.security.as_ref().and_then(|s| s.authentication);
    !matches!(said, Some("none")) && (said.is_some() || wanted != Some(Authentication::None))
}
