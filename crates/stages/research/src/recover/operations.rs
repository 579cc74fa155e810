//! Endpoints as operations and contracts; topics as events.
//!
//! An operation's path has the one step that is known: that its service takes the request. What the
//! service then does is not followed per endpoint, and no rate is known, so evaluation says UNVERIFIED.

use model::fact::{EndpointFact, Facts, ServiceFact};
use model::{
    ApiStyle, Architecture, Brief, Contract, Event, Field, FieldType, Method, Operation, Path,
    Step, Versioning, Work,
};

use super::names::{Taken, kebab};
use super::{Ids, about, free};

pub(super) fn add(facts: &Facts, ids: &Ids, brief: &mut Brief, out: &mut Architecture) {
    let mut taken = Taken::default();
    for (key, service) in &facts.services {
        let component = ids.component(key);
        let mut by_style: [(ApiStyle, Vec<String>); 4] = [
            (ApiStyle::Rest, Vec::new()),
            (ApiStyle::Grpc, Vec::new()),
            (ApiStyle::Graphql, Vec::new()),
            (ApiStyle::Websocket, Vec::new()),
        ];
        for endpoint in &service.endpoints {
            let id = taken.take(&name(&component, endpoint));
            brief
                .domain
                .operations
                .insert(id.clone(), operation(endpoint));
            out.paths.insert(id.clone(), path(&component, endpoint));
            let style = style(endpoint);
            if let Some((_, operations)) = by_style.iter_mut().find(|(s, _)| *s == style) {
                operations.push(id);
            }
        }
        for (style, operations) in by_style {
            if !operations.is_empty() {
                let id = free(&format!("{component}-{}", word(style)), |id| {
                    out.contracts.contains_key(id)
                });
                out.contracts
                    .insert(id, contract(&component, style, &operations, service));
            }
        }
    }
    for (topic, fact) in &facts.topics {
        let mut said = Vec::new();
        for (word, parties) in [("Sent by", &fact.producers), ("Taken by", &fact.consumers)] {
            if !parties.is_empty() {
                let names: Vec<&str> = parties.keys().map(String::as_str).collect();
                said.push(format!("{word} {}.", names.join(", ")));
            }
        }
        let event = Event {
            description: Some(
                format!("Topic {topic}. {}", said.join(" "))
                    .trim_end()
                    .to_string(),
            ),
            of: None,
            payload: Vec::new(),
            fields: indexmap::IndexMap::new(),
            ordered_by: None,
            webhook_to: Vec::new(),
            subscribed: None,
            within: None,
        };
        brief.domain.events.entry(kebab(topic)).or_insert(event);
    }
    // A relation names no event that the brief does not hold.
    for link in &facts.links {
        for topic in &link.about {
            if matches!(
                link.kind,
                model::fact::LinkKind::Produce | model::fact::LinkKind::Consume
            ) {
                brief
                    .domain
                    .events
                    .entry(kebab(topic))
                    .or_insert_with(|| Event {
                        description: Some(format!("Topic {topic}.")),
                        of: None,
                        payload: Vec::new(),
                        fields: indexmap::IndexMap::new(),
                        ordered_by: None,
                        webhook_to: Vec::new(),
                        subscribed: None,
                        within: None,
                    });
            }
        }
    }
}

/// `orders-get-api-orders-id`: the service, the method and the path, which are what an endpoint is.
fn name(component: &str, endpoint: &EndpointFact) -> String {
    let method = match endpoint.method.as_str() {
        "*" => "any",
        method => method,
    };
    format!(
        "{component}-{}-{}",
        method.to_ascii_lowercase(),
        kebab(&endpoint.path)
    )
    .trim_end_matches("-unnamed")
    .to_string()
}

fn operation(endpoint: &EndpointFact) -> Operation {
    let method = match endpoint.method.as_str() {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        "PUT" => Some(Method::Put),
        "PATCH" => Some(Method::Patch),
        "DELETE" => Some(Method::Delete),
        _ => None,
    };
    let summary = match &endpoint.handler {
        Some(handler) => format!("{} {} ({handler})", endpoint.method, endpoint.path),
        None => format!("{} {}", endpoint.method, endpoint.path),
    };
    let http = style(endpoint) == ApiStyle::Rest;
    Operation {
        summary: Some(summary),
        method: method.filter(|_| http),
        path: http.then(|| endpoint.path.clone()),
        input: parameters(&endpoint.path)
            .map(|name| (name.into(), Field::of_type(FieldType::Text)))
            .collect(),
        ..Operation::default()
    }
}

/// The parameters of a path by their names. What they are is not known, so they are texts.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn path(component: &str, endpoint: &EndpointFact) -> Path {
    let step = Step {
        note: Some("What it does further was not followed.".to_string()),
        ..Step::of(component, Work::Request)
    };
    Path {
        steps: vec![step],
        about: about(
            std::slice::from_ref(&endpoint.at),
            endpoint.certainty,
            Vec::new(),
        ),
        ..Path::default()
    }
}

fn style(endpoint: &EndpointFact) -> ApiStyle {
    match endpoint.protocol.as_str() {
        "grpc" => ApiStyle::Grpc,
        "graphql" => ApiStyle::Graphql,
        "websocket" => ApiStyle::Websocket,
        _ => ApiStyle::Rest,
    }
}

fn word(style: ApiStyle) -> &'static str {
    match style {
        ApiStyle::Grpc => "grpc",
        ApiStyle::Graphql => "graphql",
        ApiStyle::Websocket => "websocket",
        ApiStyle::Rest | ApiStyle::Events | ApiStyle::CommandLine => "api",
    }
}

fn contract(
    component: &str,
    style: ApiStyle,
    operations: &[String],
    service: &ServiceFact,
) -> Contract {
    let guards: std::collections::BTreeSet<&str> = service
        .guards
        .iter()
        .map(|g| g.kind.as_str())
        .filter(|k| *k != "none")
        .collect();
    Contract {
        component: component.into(),
        style,
        operations: operations.iter().map(Into::into).collect(),
        base: None,
        versioning: Versioning::default(),
        version: None,
        pagination: None,
        authentication: (!guards.is_empty())
            .then(|| guards.into_iter().collect::<Vec<_>>().join(", ")),
        rate_limit: None,
        notice: None,
        max_body: None,
        about: about(
            &service
                .endpoints
                .first()
                .map(|e| e.at.clone())
                .into_iter()
                .collect::<Vec<_>>(),
            service.certainty,
            Vec::new(),
        ),
    }
}
