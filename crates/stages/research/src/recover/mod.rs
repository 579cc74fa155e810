//! From facts to the ordinary model, so that what stands can be drawn, checked, evaluated and compared.
//!
//! Nothing is added: no rate, size, timeout or replica that the tree does not state. What was seen and
//! has no place in the model stands in `notes`; what could not be followed is an open question.

mod data;
pub mod names;
mod operations;

use std::collections::BTreeMap;

use knowledge::Knowledge;
use model::fact::{
    Facts, Limit, LinkFact, LinkKind, ResourceFact, ResourceKind, ServiceFact, ServiceRole, Source,
};
use model::finding::Certainty;
use model::{
    About, Architecture, Author, Brief, BriefSource, Component, ComponentKind, Exposure, Form,
    Health, Mode, OpenQuestion, Relation,
};

pub use names::kebab;

/// Most open questions that the model carries; the facts have all.
const QUESTIONS: usize = 40;

/// The architecture that the facts describe, its brief in place.
pub fn architecture(facts: &Facts) -> Architecture {
    let ids = Ids::of(facts);
    let mut out = Architecture::default();
    let mut brief = Brief {
        name: kebab(&facts.name),
        purpose: purpose(facts),
        form: Some(Form::Service),
        ..Brief::default()
    };
    for (key, service) in &facts.services {
        out.components
            .insert(ids.component(key), of_service(service));
    }
    for (key, resource) in &facts.resources {
        out.components
            .insert(ids.component(key), of_resource(key, resource));
    }
    operations::add(facts, &ids, &mut brief, &mut out);
    for link in &facts.links {
        relate(link, &ids, &mut out);
    }
    data::add(facts, &ids, &mut out);
    questions(facts, &mut out);
    out.brief = Some(BriefSource::Inline(Box::new(brief)));
    out
}

/// Ids of components: those of the facts, as the model writes ids, one each.
pub(crate) struct Ids(BTreeMap<String, String>);

impl Ids {
    pub(crate) fn of(facts: &Facts) -> Self {
        let mut taken = names::Taken::default();
        let keys = facts.services.keys().chain(facts.resources.keys());
        Ids(keys.map(|key| (key.clone(), taken.take(key))).collect())
    }

    pub(crate) fn component(&self, key: &str) -> String {
        self.0.get(key).cloned().unwrap_or_else(|| kebab(key))
    }

    pub(crate) fn known(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

fn purpose(facts: &Facts) -> String {
    format!(
        "Recovered from the code of {}. What it is for is not said there; write it here.",
        facts.name
    )
}

/// What an element says of itself: where it was found, and how sure that is.
pub(crate) fn about(evidence: &[Source], certainty: Certainty, notes: Vec<String>) -> About {
    let mut notes = notes;
    if let Some(word) = unsure(certainty) {
        notes.insert(0, word.to_string());
    }
    About {
        from: evidence.first().map(place),
        author: Author::Engine,
        notes: (!notes.is_empty()).then(|| notes.join(" ")),
        ..About::default()
    }
}

fn unsure(certainty: Certainty) -> Option<&'static str> {
    match certainty {
        Certainty::Resolved => None,
        Certainty::Inferred => Some("Inferred."),
        Certainty::Unknown => Some("Not certain."),
    }
}

/// `file:line`, or the file where it says it as a whole.
pub fn place(source: &Source) -> String {
    match source.line {
        0 => source.file.clone(),
        line => format!("{}:{line}", source.file),
    }
}

fn of_service(service: &ServiceFact) -> Component {
    let mut notes = Vec::new();
    if !service.libraries.is_empty() {
        notes.push(format!("Uses {}.", service.libraries.join(", ")));
    }
    if let Some(health) = &service.health {
        notes.push(format!("Health is probed ({}).", place(health)));
    }
    let kind = match service.role {
        ServiceRole::Gateway => ComponentKind::Gateway,
        ServiceRole::Authorization => ComponentKind::IdentityProvider,
        ServiceRole::Worker => ComponentKind::Worker,
        ServiceRole::Job => ComponentKind::Program,
        ServiceRole::LoadGenerator => ComponentKind::Client,
        ServiceRole::Business
        | ServiceRole::Web
        | ServiceRole::Registry
        | ServiceRole::ConfigServer
        | ServiceRole::Monitoring
        | ServiceRole::Tracing
        | ServiceRole::Logging => ComponentKind::Service,
    };
    let health = service
        .endpoints
        .iter()
        .find(|e| e.path.to_ascii_lowercase().contains("health"))
        .map(|e| Health {
            live: Some(e.path.clone()),
            ready: None,
        });
    Component {
        description: Some(described(service)),
        technology: service.language.as_deref().and_then(technology),
        instances: service.replicas,
        exposure: Some(exposure(service.published)),
        health,
        about: about(&service.evidence, service.certainty, notes),
        ..Component::of(kind)
    }
}

fn described(service: &ServiceFact) -> String {
    let role = match service.role {
        ServiceRole::Business => "Service",
        ServiceRole::Web => "Web front",
        ServiceRole::Gateway => "Gateway",
        ServiceRole::Registry => "Service registry",
        ServiceRole::ConfigServer => "Configuration server",
        ServiceRole::Authorization => "Authorization server",
        ServiceRole::Monitoring => "Monitoring",
        ServiceRole::Tracing => "Tracing",
        ServiceRole::Logging => "Logging",
        ServiceRole::Worker => "Worker",
        ServiceRole::LoadGenerator => "Load generator",
        ServiceRole::Job => "Job",
    };
    match service.folder.as_str() {
        "" | "." => format!("{role}, built from the root."),
        folder => format!("{role}, built from {folder}."),
    }
}

/// What a resource is in the model, and what it is called.
pub(crate) fn as_component(kind: ResourceKind) -> (ComponentKind, &'static str) {
    match kind {
        ResourceKind::Store => (ComponentKind::Store, "Store"),
        ResourceKind::Cache => (ComponentKind::Cache, "Cache"),
        ResourceKind::Broker => (ComponentKind::Broker, "Broker"),
        ResourceKind::Search => (ComponentKind::Search, "Search engine"),
        ResourceKind::ObjectStore => (ComponentKind::ObjectStore, "Object store"),
        ResourceKind::External => (ComponentKind::External, "System of others"),
        ResourceKind::IdentityProvider => (ComponentKind::IdentityProvider, "Identity provider"),
        ResourceKind::Mail => (ComponentKind::External, "Mail server"),
        ResourceKind::Proxy => (ComponentKind::LoadBalancer, "Proxy"),
        ResourceKind::Client => (ComponentKind::Client, "Client"),
        ResourceKind::Registry => (ComponentKind::Service, "Service registry"),
        ResourceKind::ConfigServer => (ComponentKind::Service, "Configuration server"),
        ResourceKind::Repository => (ComponentKind::External, "Repository"),
        ResourceKind::Monitoring => (ComponentKind::Service, "Monitoring"),
        ResourceKind::Tracing => (ComponentKind::Service, "Tracing"),
        ResourceKind::Logging => (ComponentKind::Service, "Logging"),
        ResourceKind::Other => (ComponentKind::External, "Not built here"),
    }
}

fn of_resource(key: &str, resource: &ResourceFact) -> Component {
    let (kind, role) = as_component(resource.kind);
    let mut notes = Vec::new();
    if let Some(host) = resource.host.as_ref().filter(|h| *h != key) {
        notes.push(format!("Reached as {host}."));
    }
    if !resource.databases.is_empty() {
        notes.push(format!("Databases: {}.", resource.databases.join(", ")));
    }
    if let Some(health) = &resource.health {
        notes.push(format!("Health is probed ({}).", place(health)));
    }
    let named = resource.technology.as_deref();
    let known = named.and_then(technology);
    if let (Some(name), None) = (named, &known) {
        notes.push(format!("Technology: {name}."));
    }
    let inside = !matches!(resource.kind, ResourceKind::External | ResourceKind::Client);
    Component {
        description: Some(format!("{role}.")),
        technology: known,
        exposure: inside.then(|| exposure(resource.published)),
        about: about(&resource.evidence, resource.certainty, notes),
        ..Component::of(kind)
    }
}

/// A component that only the schemas show.
pub(crate) fn store(description: String, technology_name: &str, about: About) -> Component {
    Component {
        description: Some(description),
        technology: technology(technology_name),
        about,
        ..Component::of(ComponentKind::Store)
    }
}

/// The technology of that name, where there are facts about it.
fn technology(name: &str) -> Option<String> {
    Knowledge::embedded().technology(name).map(|t| t.id.clone())
}

fn exposure(published: bool) -> Exposure {
    match published {
        true => Exposure::Public,
        false => Exposure::Internal,
    }
}

/// What a link is for, in words.
pub fn purpose_of(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Call => "requests",
        LinkKind::External => "requests to a system of others",
        LinkKind::Data => "reads and writes",
        LinkKind::Produce => "sends messages",
        LinkKind::Consume => "takes messages",
        LinkKind::Route => "passes requests on",
        LinkKind::Authorization => "checks or fetches tokens",
        LinkKind::Discovery => "finds others, or registers",
        LinkKind::Configuration => "fetches configuration",
        LinkKind::Metrics => "metrics",
        LinkKind::Management => "administers it",
        LinkKind::Tracing => "traces",
        LinkKind::Logging => "logs",
        LinkKind::Mail => "sends mail",
        LinkKind::Use => "uses it",
        LinkKind::Reach => "is let through to it",
        LinkKind::Startup => "starts after it",
    }
}

/// Whether the caller goes on without an answer.
fn mode(kind: LinkKind) -> Mode {
    match kind {
        LinkKind::Produce
        | LinkKind::Consume
        | LinkKind::Metrics
        | LinkKind::Tracing
        | LinkKind::Logging => Mode::Async,
        _ => Mode::Sync,
    }
}

/// Names of what a link is about that are shown.
const SHOWN: usize = 3;

fn relate(link: &LinkFact, ids: &Ids, out: &mut Architecture) {
    // An order of starting carries nothing, and neither does an open network.
    if matches!(link.kind, LinkKind::Startup | LinkKind::Reach) {
        return;
    }
    let (Some(from), Some(to)) = (ids.known(&link.from), ids.known(&link.to)) else {
        return;
    };
    let mut purpose = purpose_of(link.kind).to_string();
    if !link.about.is_empty() {
        let some = &link.about[..link.about.len().min(SHOWN)];
        purpose.push_str(&format!(": {}", some.join(", ")));
        if link.about.len() > SHOWN {
            purpose.push_str(&format!(" and {} more", link.about.len() - SHOWN));
        }
    }
    let mut notes = Vec::new();
    if !link.because.is_empty() {
        notes.push(format!("{}.", link.because.trim_end_matches('.')));
    }
    for (limit, word) in [
        (&link.timeout, "timeout"),
        (&link.breaker, "circuit breaker"),
        (&link.retry, "retry"),
    ] {
        match limit {
            Limit::Set(at) => notes.push(format!("A {word} is set ({}).", place(at))),
            Limit::Absent(at) => notes.push(format!("No {word} is set ({}).", place(at))),
            Limit::Unknown => {}
        }
    }
    let events = link
        .about
        .iter()
        .map(|t| kebab(t))
        .filter(|_| matches!(link.kind, LinkKind::Produce | LinkKind::Consume));
    let events = events.map(|id| id.as_str().into()).collect();
    let relation = Relation {
        protocol: link.protocol.clone(),
        purpose: Some(purpose),
        events,
        about: about(&link.evidence, link.certainty, notes),
        ..Relation::between(from, to, mode(link.kind))
    };
    let plain = format!("{from}-to-{to}");
    let id = match out.relations.contains_key(&plain) {
        false => plain,
        true => free(&format!("{plain}-{}", suffix(link.kind)), |id| {
            out.relations.contains_key(id)
        }),
    };
    out.relations.insert(id, relation);
}

fn suffix(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Call | LinkKind::External => "call",
        LinkKind::Data => "data",
        LinkKind::Produce => "produce",
        LinkKind::Consume => "consume",
        LinkKind::Route => "route",
        LinkKind::Authorization => "authorization",
        LinkKind::Discovery => "discovery",
        LinkKind::Configuration => "configuration",
        LinkKind::Metrics => "metrics",
        LinkKind::Management => "management",
        LinkKind::Tracing => "tracing",
        LinkKind::Logging => "logging",
        LinkKind::Mail => "mail",
        LinkKind::Use => "use",
        LinkKind::Reach => "reach",
        LinkKind::Startup => "startup",
    }
}

/// The id itself, or with the first number that makes it free.
pub(crate) fn free(id: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(id) {
        return id.to_string();
    }
    (2..)
        .map(|n| format!("{id}-{n}"))
        .find(|id| !taken(id))
        .unwrap_or_default()
}

fn questions(facts: &Facts, out: &mut Architecture) {
    for unknown in facts.unknowns.iter().take(QUESTIONS) {
        let wanted = kebab(&format!(
            "{}-{}",
            unknown.about,
            unknown.service.as_deref().unwrap_or("tree")
        ));
        let id = free(&wanted, |id| out.questions.contains_key(id));
        let question = OpenQuestion {
            text: unknown.text.clone(),
            decides: Some(format!(
                "the {} of {}",
                unknown.about.replace('-', " "),
                unknown.service.as_deref().unwrap_or("the tree")
            )),
            who: None,
            about: About {
                from: Some(place(&unknown.at)),
                author: Author::Engine,
                ..About::default()
            },
        };
        out.questions.insert(id, question);
    }
}
