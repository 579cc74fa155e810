//! OpenAPI 3.1: the HTTP interface with schemas, refusals and samples.
//!
//! Paths come from the operations, or are derived from what they do; schemas from views, fields and
//! links; refusals from policies, guards, keys and limits. Samples are made from names and
//! constraints and are the same in request and answer. One file for each REST contract; one for the
//! whole domain where no contract is drawn.

mod errors;
mod member;
mod names;
mod pattern;
mod request;
mod response;
mod sample;
mod schema;
mod security;
mod webhooks;

use indexmap::IndexMap;
use model::{ApiStyle, Brief, Contract, Idempotency, Naming, Operation, Trigger, Versioning};
use serde_json::{Map, Value, json};

use super::{Need, Renderer};
use crate::artifact::{Artifact, Marker};
use crate::view::View;
pub(crate) use errors::{Cause, Reason, Refusals};
use names::{camel, title, upper_first};
use sample::Sampler;
use schema::Types;

pub const RENDERER: Renderer = Renderer {
    id: "openapi",
    about: "The HTTP interface as OpenAPI 3.1, with samples that validate.",
    needs: &[Need::Http],
    render,
};

const SOURCES: &[&str] = &[
    "contracts",
    "domain.operations",
    "domain.views",
    "domain.wire",
];

fn render(view: &View<'_>) -> Vec<Artifact> {
    documents(view)
        .into_iter()
        .map(|(path, document)| {
            let body = quote_statuses(&syntax::emit::emit(&document));
            Artifact::new(path, Marker::Hash, &view.options.source, SOURCES, &body)
        })
        .collect()
}

/// Every document with the path of its file.
pub(crate) fn documents(view: &View<'_>) -> Vec<(String, Value)> {
    let architecture = &view.system.architecture;
    let drawn: Vec<(&String, &Contract)> = architecture
        .contracts
        .iter()
        .filter(|(_, c)| c.style == ApiStyle::Rest)
        .collect();
    let folder = |id: &str| match drawn.len() {
        0 | 1 => "api/openapi.yaml".to_string(),
        _ => format!("api/{}/openapi.yaml", names::kebab(id)),
    };
    let mut made = Vec::new();
    if architecture.contracts.is_empty() {
        made.extend(document(view, None).map(|d| (folder(""), d)));
    }
    for (id, contract) in &drawn {
        made.extend(document(view, Some(contract)).map(|d| (folder(id), d)));
    }
    made
}

/// The contract that offers an operation over HTTP, and its id.
pub(crate) fn contract_of<'a>(view: &View<'a>, id: &str) -> Option<(&'a str, &'a Contract)> {
    let contracts = &view.system.architecture.contracts;
    contracts
        .iter()
        .filter(|(_, c)| c.style == ApiStyle::Rest)
        .find(|(_, c)| offered(view, Some(c)).iter().any(|(o, _)| *o == id))
        .map(|(contract, c)| (contract.as_str(), c))
}

/// How an operation is refused in the contract that offers it, and why.
pub(crate) fn refusals(view: &View<'_>, id: &str) -> Refusals {
    let brief = &view.system.brief;
    let Some(operation) = brief.domain.operations.get(id) else {
        return Refusals::new();
    };
    let contract = contract_of(view, id).map(|(_, c)| c);
    let (method, path) = request::address(id, operation);
    let naming = naming(brief);
    let sampler = Sampler {
        brief,
        operation: Some(operation),
        naming,
    };
    let request = request::Reader {
        types: &mut Types::new(brief, naming),
        sampler,
        operation,
    }
    .read(method, &path);
    let main = security::main(brief, contract);
    let mut schemes = security::Schemes::new();
    let (_, signed_in) = security::of_operation(brief, operation, main.as_ref(), &mut schemes);
    errors::refusals(brief, operation, contract, &request, signed_in)
}

fn naming(brief: &Brief) -> Naming {
    let wire = brief.domain.wire.as_ref();
    wire.map_or(Naming::SnakeCase, |w| w.naming)
}

/// The operations that somebody calls over HTTP and that this contract offers.
fn offered<'a>(view: &View<'a>, contract: Option<&Contract>) -> Vec<(&'a str, &'a Operation)> {
    let architecture = &view.system.architecture;
    let of_contexts = |id: &str, contract: &Contract| {
        let contexts = architecture
            .components
            .get(&*contract.component)
            .map(|c| c.contexts.as_slice())
            .unwrap_or_default();
        contexts.is_empty()
            || contexts.iter().any(|context| {
                architecture
                    .contexts
                    .get(&**context)
                    .is_some_and(|c| c.operations.iter().any(|o| **o == *id))
            })
    };
    view.system
        .brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| {
            matches!(
                o.trigger,
                Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
            )
        })
        .filter(|(id, _)| match contract {
            None => true,
            Some(c) if c.operations.is_empty() => of_contexts(id, c),
            Some(c) => c.operations.iter().any(|o| **o == ***id),
        })
        .map(|(id, o)| (id.as_str(), o))
        .collect()
}

fn document(view: &View<'_>, contract: Option<&Contract>) -> Option<Value> {
    let brief = &view.system.brief;
    let operations = offered(view, contract);
    if operations.is_empty() {
        return None;
    }
    let naming = naming(brief);
    let mut types = Types::new(brief, naming);
    let mut schemes = security::Schemes::new();
    let main = security::main(brief, contract);
    let mut paths: IndexMap<String, Map<String, Value>> = IndexMap::new();
    let mut tags: IndexMap<String, String> = IndexMap::new();
    for (id, operation) in operations {
        let (method, path) = request::address(id, operation);
        let path = unlike(&paths, path, method.as_str(), id);
        let sampler = Sampler {
            brief,
            operation: Some(operation),
            naming,
        };
        let request = request::Reader {
            types: &mut types,
            sampler,
            operation,
        }
        .read(method, &path);
        let (secured, signed_in) =
            security::of_operation(brief, operation, main.as_ref(), &mut schemes);
        let refusals = errors::refusals(brief, operation, contract, &request, signed_in);
        let answers = response::responses(
            &mut types,
            &sampler,
            operation,
            method,
            &refusals,
            request.first.as_ref(),
        );
        let tag = tag(view, id, operation);
        let mut made = Map::new();
        made.insert("operationId".into(), json!(camel(id)));
        made.insert("summary".into(), json!(title(id)));
        made.insert("description".into(), json!(describe(view, id, operation)));
        made.insert("tags".into(), json!([tag.0]));
        made.insert("security".into(), secured);
        let mut parameters = request.parameters;
        if contract.is_some_and(|c| c.versioning == Versioning::Header) {
            let version = version(contract);
            parameters.push(json!({
                "name": "API-Version", "in": "header", "required": false,
                "description": "The version that the client was written for; the newest unless said.",
                "schema": {"type": "string"}, "example": version,
            }));
        }
        if !parameters.is_empty() {
            made.insert("parameters".into(), json!(parameters));
        }
        if let Some(body) = request.body {
            made.insert("requestBody".into(), body);
        }
        made.insert("responses".into(), answers);
        tags.entry(tag.0).or_insert(tag.1);
        paths
            .entry(path)
            .or_default()
            .insert(method.as_str().to_lowercase(), Value::Object(made));
    }
    let webhooks = webhooks::all(&mut types, &mut tags);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": info(brief, contract),
        "servers": [{"url": base(brief, contract), "description": "Below the address of the service."}],
        "tags": tags
            .iter()
            .map(|(name, about)| json!({"name": name, "description": about}))
            .collect::<Vec<_>>(),
        "security": [],
        "paths": paths,
    });
    if let Some((name, _)) = main.filter(|(name, _)| schemes.contains_key(name)) {
        document["security"] = json!([{name: []}]);
    }
    if !webhooks.is_empty() {
        document["webhooks"] = Value::Object(webhooks);
    }
    let mut components = json!({"schemas": types.named});
    if !schemes.is_empty() {
        components["securitySchemes"] = json!(schemes);
    }
    document["components"] = components;
    Some(document)
}

fn version(contract: Option<&Contract>) -> String {
    contract
        .and_then(|c| c.version.clone())
        .unwrap_or_else(|| "1.0.0".into())
}

fn info(brief: &Brief, contract: Option<&Contract>) -> Value {
    let name = title(&brief.name);
    let team = brief.team.as_ref().and_then(|t| t.teams.keys().next());
    let mut description = brief.purpose.trim().to_string();
    if let Some(notice) = contract.and_then(|c| c.notice) {
        description.push_str(&format!(
            "\n\nNothing is taken away without a notice of {notice}."
        ));
    }
    json!({
        "title": name,
        "version": version(contract),
        "description": if description.is_empty() { name.clone() } else { description },
        "contact": {"name": team.map_or_else(|| format!("{name} team"), |t| format!("Team {t}"))},
        // The model holds no licence; this says so in the form that SPDX keeps for it.
        "license": {"name": "Not stated", "identifier": "LicenseRef-not-stated"},
    })
}

/// What stands before every path.
fn base(brief: &Brief, contract: Option<&Contract>) -> String {
    let said = contract
        .and_then(|c| c.base.as_deref())
        .or_else(|| brief.domain.wire.as_ref().and_then(|w| w.base.as_deref()))
        .unwrap_or_default();
    let mut base = said.trim_end_matches('/').to_string();
    if !base.is_empty() && !base.starts_with('/') && !base.contains("://") {
        base.insert(0, '/');
    }
    let numbered = base.split('/').any(|part| {
        part.strip_prefix('v')
            .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    });
    if contract.is_some_and(|c| c.versioning == Versioning::Path) && !numbered {
        let version = version(contract);
        let major = version
            .trim_start_matches('v')
            .split('.')
            .next()
            .unwrap_or("1")
            .to_string();
        base.push_str(&format!("/v{major}"));
    }
    if base.is_empty() { "/".into() } else { base }
}

/// The path, with its parameters named as another path of the same form names them, and with the
/// operation's id behind it where the address is taken.
fn unlike(
    paths: &IndexMap<String, Map<String, Value>>,
    path: String,
    method: &str,
    id: &str,
) -> String {
    let form = |path: &str| {
        path.split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let path = paths
        .keys()
        .find(|other| form(other) == form(&path))
        .cloned()
        .unwrap_or(path);
    let taken = paths
        .get(&path)
        .is_some_and(|p| p.contains_key(&method.to_lowercase()));
    if taken {
        format!("{path}/{}", names::kebab(id))
    } else {
        path
    }
}

/// The context of the operation, or the entity it is about.
fn tag(view: &View<'_>, id: &str, operation: &Operation) -> (String, String) {
    let context = view
        .system
        .architecture
        .contexts
        .iter()
        .find(|(_, c)| c.operations.iter().any(|o| **o == *id));
    if let Some((name, context)) = context {
        let about = context
            .description
            .clone()
            .unwrap_or_else(|| format!("Operations of the context {name}."));
        return (name.clone(), about);
    }
    let name = operation.target.as_deref().unwrap_or("general").to_string();
    let about = format!("Operations on {name}.");
    (name, about)
}

/// What it does, who may call it, how often it is called and how fast it answers.
fn describe(view: &View<'_>, id: &str, operation: &Operation) -> String {
    let brief = &view.system.brief;
    let mut said = Vec::new();
    if let Some(summary) = &operation.summary {
        said.push(upper_first(summary.trim()));
    }
    if !operation.actors.is_empty() {
        let actors: Vec<&str> = operation.actors.iter().map(|a| &**a).collect();
        said.push(format!("For {}.", actors.join(", ")));
    }
    match operation.idempotency {
        Some(Idempotency::Natural) => said.push("A repeat changes nothing more.".into()),
        Some(Idempotency::None) => said.push("A repeat does it again.".into()),
        Some(Idempotency::Key) | None => {}
    }
    if operation.deferred {
        said.push(
            "The answer comes when the work is certain to be done, not when it is done.".into(),
        );
    }
    if let Some(staleness) = operation.staleness {
        said.push(format!("The answer may be {staleness} old."));
    }
    if let Some(rate) = brief.busy_rate(operation) {
        said.push(format!(
            "Called {} in the busiest hour.",
            crate::numbers::rate(rate.0)
        ));
    }
    if let Some(latency) = view.system.latency_target(id) {
        let parts: Vec<String> = [
            ("p50", latency.p50),
            ("p95", latency.p95),
            ("p99", latency.p99),
        ]
        .into_iter()
        .filter_map(|(name, time)| Some(format!("{name} {}", time?)))
        .collect();
        if !parts.is_empty() {
            said.push(format!("Target for the answer: {}.", parts.join(", ")));
        }
    }
    said.join(" ")
}

/// Status codes as text: OpenAPI wants their keys in quotation marks.
fn quote_statuses(yaml: &str) -> String {
    let mut out = String::with_capacity(yaml.len() + 1024);
    let mut inside: Option<usize> = None;
    for line in yaml.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if inside.is_some_and(|at| indent <= at && !bare.is_empty()) {
            inside = None;
        }
        let digits = bare.len() > 3
            && bare.as_bytes()[..3].iter().all(u8::is_ascii_digit)
            && bare.as_bytes()[3] == b':';
        if inside.is_some_and(|at| indent == at + 2) && digits {
            out.push_str(&" ".repeat(indent));
            out.push_str(&format!("\"{}\"{}", &bare[..3], &bare[3..]));
        } else {
            out.push_str(line);
        }
        if bare == "responses:" {
            inside = Some(indent);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quote_statuses;

    #[test]
    fn status_codes_are_text() {
        let yaml = "get:\n  responses:\n    200:\n      description: |-\n        a\n        404: b\n  x: 1\n";
        let made = quote_statuses(yaml);
        assert!(made.contains("    \"200\":\n"), "{made}");
        assert!(made.contains("        404: b\n"), "{made}");
    }
}
