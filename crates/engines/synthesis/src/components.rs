//! Processes: who calls, what answers, what keeps.

use indexmap::IndexMap;
use knowledge::{Capability, Knowledge, Role};
use model::{
    About, ActorKind, Architecture, Author, Brief, Component, ComponentKind, Exposure, Health,
    Operation, Replication, ReplicationMode, Style,
};

use crate::choices::{AuthenticationBy, Choices, Messaging, SearchIn, Standby};
use crate::needs::{Needs, in_background};
use crate::schema::{FILES, STORE};

pub const CACHE: &str = "cache";
pub const BROKER: &str = "broker";
pub const WORKER: &str = "worker";
pub const EDGE: &str = "edge";
pub const SEARCH: &str = "search";
pub const IDENTITY: &str = "identity-provider";
/// Readers that lag behind the store and answer what may be stale.
pub const READERS: &str = "store-readers";

/// How long a managed relational database takes to fail over: the upper end of the 60 to 120 s that
/// the vendor names (Amazon RDS User Guide, Failing over a Multi-AZ DB instance).
const FAILOVER: model::Duration = model::Duration::from_secs(120.0);
/// The lag a reader is taken out of service at; a target for operation, not a measurement.
const READER_LAG: model::Duration = model::Duration::from_secs(1.0);

/// Where each operation runs.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// Operation to the component that takes its request or its event.
    pub home: IndexMap<String, String>,
    /// Components that run our code and answer requests, in order.
    pub services: Vec<String>,
    pub worker: Option<String>,
    pub edge: Option<String>,
    /// The store runs inside the process of our code, or beside it on the same machine.
    pub embedded: bool,
}

pub(crate) fn engine(from: &str) -> About {
    About {
        author: Author::Engine,
        from: Some(from.to_string()),
        ..About::default()
    }
}

fn component(kind: ComponentKind, technology: Option<&str>, from: &str) -> Component {
    Component {
        technology: technology.map(str::to_string),
        about: engine(from),
        ..Component::of(kind)
    }
}

/// How an operation loads its process: what fails or grows together should run together.
fn profile(brief: &Brief, operation: &Operation) -> &'static str {
    let actor_is = |kind: ActorKind| {
        operation.actors.iter().any(|a| {
            brief
                .domain
                .actors
                .get(&**a)
                .is_some_and(|a| a.kind == kind)
        })
    };
    let arrives_in_bursts = operation
        .arrival
        .as_ref()
        .is_some_and(|a| a.duplicates || a.unordered);
    if operation.writes() && (operation.durable || arrives_in_bursts || actor_is(ActorKind::Device))
    {
        "ingest"
    } else if !operation.writes() && actor_is(ActorKind::Anonymous) {
        "public"
    } else {
        "core"
    }
}

/// Whether the store runs on the machine of our code: one deployable on one machine of a host, and
/// nothing that would need the store elsewhere.
pub fn beside(knowledge: &Knowledge, choices: &Choices) -> bool {
    choices.store.is_some()
        && !choices.managed_store
        && choices.zones <= 1
        && choices.standby == Standby::None
        && choices.readers == 0
        && choices.balancer.is_none()
        && matches!(choices.style, Style::Monolith | Style::ModularMonolith)
        && !matches!(choices.messaging, Messaging::Broker(_))
        && choices
            .platform
            .as_deref()
            .and_then(|p| knowledge.technology(p))
            .is_some_and(|t| t.plays(Role::Host))
}

/// Lays out the components and says where each operation runs.
pub fn lay_out(
    brief: &Brief,
    knowledge: &Knowledge,
    choices: &Choices,
    needs: &Needs,
    architecture: &mut Architecture,
) -> Placement {
    let mut placement = Placement {
        embedded: choices
            .store
            .as_deref()
            .and_then(|s| knowledge.technology(s))
            .is_some_and(|t| t.has(Capability::Embedded))
            || beside(knowledge, choices),
        ..Placement::default()
    };
    for (id, actor) in brief
        .domain
        .actors
        .iter()
        .filter(|(id, _)| !is_a_port(brief, id))
    {
        let mut client = component(ComponentKind::Client, None, &format!("domain.actors.{id}"));
        client.description.clone_from(&actor.description);
        architecture.components.insert(id.clone(), client);
    }
    services(brief, choices, architecture, &mut placement);
    workers(brief, choices, needs, architecture, &mut placement);
    if let Some(balancer) = &choices.balancer {
        let mut edge = component(
            ComponentKind::LoadBalancer,
            Some(balancer),
            "decisions.deployment",
        );
        edge.description =
            Some("Terminates TLS and spreads requests over healthy instances.".into());
        edge.exposure = Some(if needs.public {
            Exposure::Public
        } else {
            Exposure::Internal
        });
        edge.zones = Some(choices.zones);
        edge.managed = managed(knowledge, balancer);
        if !edge.managed {
            // One in each zone, or the loss of its zone takes everything with it.
            edge.instances = Some(choices.zones.max(1));
        }
        architecture.components.insert(EDGE.into(), edge);
        placement.edge = Some(EDGE.into());
    } else if !needs.local {
        for id in &placement.services {
            if let Some(service) = architecture.components.get_mut(id) {
                service.exposure = Some(if needs.public {
                    Exposure::Public
                } else {
                    Exposure::Internal
                });
            }
        }
    }
    stores(knowledge, choices, needs, architecture, &placement);
    for (id, port) in &brief.domain.ports {
        let mut external = component(ComponentKind::External, None, &format!("domain.ports.{id}"));
        external.description.clone_from(&port.description);
        external.availability = port.availability;
        external.latency = port.latency;
        architecture.components.insert(id.clone(), external);
    }
    if needs.webhooks_out {
        for (id, _) in brief
            .domain
            .actors
            .iter()
            .filter(|(id, _)| receives_webhooks(brief, id))
        {
            let mut endpoint =
                component(ComponentKind::External, None, "patterns.webhook-delivery");
            endpoint.description = Some(format!("Endpoints that each {id} registered."));
            architecture.components.insert(endpoint_of(id), endpoint);
        }
    }
    if choices.authentication == AuthenticationBy::IdentityProvider {
        let mut provider = component(
            ComponentKind::IdentityProvider,
            None,
            "decisions.authentication",
        );
        provider.description =
            Some("Signs people in and issues tokens; its keys are cached, so it is not on the path of a request.".into());
        provider.managed = true;
        architecture.components.insert(IDENTITY.into(), provider);
    }
    placement
}

/// An actor that only sends webhooks is the port they come from, not a client of its own.
fn is_a_port(brief: &Brief, actor: &str) -> bool {
    let mut started = brief
        .domain
        .operations
        .values()
        .filter(|o| o.actors.iter().any(|a| **a == *actor))
        .peekable();
    started.peek().is_some() && started.all(|o| matches!(o.trigger, model::Trigger::Webhook(_)))
}

/// The component that stands for the webhook endpoints of an actor.
pub fn endpoint_of(actor: &str) -> String {
    format!("{actor}-endpoint")
}

/// Whether some event goes to this actor as a webhook.
pub fn receives_webhooks(brief: &Brief, actor: &str) -> bool {
    brief
        .domain
        .events
        .values()
        .any(|e| e.webhook_to.iter().any(|a| **a == *actor))
}

fn managed(knowledge: &Knowledge, technology: &str) -> bool {
    knowledge
        .technology(technology)
        .is_some_and(|t| !t.self_hostable())
}

fn services(
    brief: &Brief,
    choices: &Choices,
    architecture: &mut Architecture,
    placement: &mut Placement,
) {
    let contexts: Vec<(String, Vec<String>)> = architecture
        .contexts
        .iter()
        .map(|(id, c)| {
            (
                id.clone(),
                c.operations.iter().map(|o| o.0.clone()).collect(),
            )
        })
        .collect();
    let context_of = |operation: &str| {
        contexts
            .iter()
            .find(|(_, ops)| ops.iter().any(|o| o == operation))
            .map(|(id, _)| id)
    };
    for (id, operation) in brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| !in_background(o))
    {
        let name = match choices.style {
            Style::Program => "program".to_string(),
            Style::Monolith | Style::ModularMonolith => "app".to_string(),
            Style::Services | Style::EventDriven => profile(brief, operation).to_string(),
            Style::Microservices => context_of(id).cloned().unwrap_or_else(|| "core".into()),
            Style::Serverless => {
                context_of(id).map_or_else(|| "core-functions".into(), |c| format!("{c}-functions"))
            }
        };
        placement.home.insert(id.clone(), name.clone());
        if !placement.services.contains(&name) {
            placement.services.push(name);
        }
    }
    if placement.services.is_empty() {
        placement.services.push(match choices.style {
            Style::Program => "program".into(),
            _ => "app".into(),
        });
    }
    for name in &placement.services {
        let kind = if choices.style == Style::Program {
            ComponentKind::Program
        } else {
            ComponentKind::Service
        };
        let mut service = component(kind, Some(&choices.runtime), "decisions.style");
        service.contexts = contexts
            .iter()
            .filter(|(_, ops)| ops.iter().any(|o| placement.home.get(o) == Some(name)))
            .map(|(id, _)| id.as_str().into())
            .collect();
        if kind == ComponentKind::Service {
            service.stateless = Some(!placement.embedded);
            service.exposure = Some(Exposure::Internal);
            service.zones = Some(choices.zones);
            service.health = Some(Health {
                live: Some("/health/live".into()),
                ready: Some("/health/ready".into()),
            });
        }
        service.description = Some(describe(brief, placement, name));
        architecture.components.insert(name.clone(), service);
    }
}

/// A sentence that names the service's own operations.
fn describe(brief: &Brief, placement: &Placement, name: &str) -> String {
    let busy = |id: &String| {
        brief
            .domain
            .operations
            .get(id)
            .and_then(|o| brief.busy_rate(o))
            .map_or(0.0, |r| r.0)
    };
    let mut operations: Vec<&String> = placement
        .home
        .iter()
        .filter(|(_, home)| *home == name)
        .map(|(id, _)| id)
        .collect();
    operations.sort_by(|a, b| busy(b).total_cmp(&busy(a)).then(a.cmp(b)));
    let total = operations.len();
    let shown: Vec<&str> = operations.iter().take(3).map(|s| s.as_str()).collect();
    let rest = total.saturating_sub(shown.len());
    match (shown.is_empty(), rest) {
        (true, _) => "Runs what the clock and the queue start.".into(),
        (false, 0) => format!("Answers {}.", shown.join(", ")),
        (false, n) => format!("Answers {} and {n} more operations.", shown.join(", ")),
    }
}

fn workers(
    brief: &Brief,
    choices: &Choices,
    needs: &Needs,
    architecture: &mut Architecture,
    placement: &mut Placement,
) {
    let background: Vec<String> = brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| in_background(o))
        .map(|(id, _)| id.clone())
        .collect();
    let apart = needs.background
        && choices.messaging != Messaging::None
        && !matches!(choices.style, Style::Program)
        && !placement.embedded;
    let home = if apart {
        let mut worker = component(
            ComponentKind::Worker,
            Some(&choices.runtime),
            "decisions.messaging",
        );
        worker.description = Some(
            "Works off the queue: events, deferred jobs, timers. Same code base, started in another role."
                .into(),
        );
        worker.contexts = architecture
            .contexts
            .keys()
            .map(|c| c.as_str().into())
            .collect();
        worker.stateless = Some(true);
        worker.exposure = Some(Exposure::Private);
        worker.zones = Some(choices.zones);
        worker.health = Some(Health {
            live: Some("/health/live".into()),
            ready: Some("/health/ready".into()),
        });
        architecture.components.insert(WORKER.into(), worker);
        placement.worker = Some(WORKER.into());
        WORKER.to_string()
    } else {
        placement.services[0].clone()
    };
    for id in background {
        placement.home.insert(id, home.clone());
    }
}

fn stores(
    knowledge: &Knowledge,
    choices: &Choices,
    needs: &Needs,
    architecture: &mut Architecture,
    placement: &Placement,
) {
    let sensitive = needs.class.is_some();
    if let Some(store) = &choices.store
        && !architecture.data.is_empty()
    {
        let mut kept = component(ComponentKind::Store, Some(store), "decisions.primary-store");
        kept.managed = choices.managed_store;
        kept.exposure = Some(Exposure::Private);
        kept.encrypted = Some(sensitive || choices.managed_store);
        let standby = u32::from(choices.standby != Standby::None);
        kept.instances = Some(1 + standby);
        kept.zones = Some(choices.zones.clamp(1, 1 + standby));
        if standby > 0 {
            kept.replication = Some(Replication {
                mode: match choices.standby {
                    Standby::Synchronous => ReplicationMode::Synchronous,
                    _ => ReplicationMode::Asynchronous,
                },
                readers: 0,
                lag: None,
                failover: Some(FAILOVER),
            });
        }
        if placement.embedded {
            kept.runs_in = Some(placement.services[0].as_str().into());
            kept.managed = false;
        }
        let of_primary = kept.clone();
        architecture.components.insert(STORE.into(), kept);
        if choices.readers > 0 && !placement.embedded {
            let mut readers = of_primary;
            readers.description =
                Some("Answers reads that may be as old as its lag; takes no writes.".into());
            readers.about = engine("decisions.scaling");
            readers.instances = Some(choices.readers);
            readers.zones = Some(choices.zones.min(choices.readers));
            readers.replication = Some(Replication {
                mode: ReplicationMode::Asynchronous,
                readers: choices.readers,
                lag: Some(READER_LAG),
                failover: None,
            });
            architecture.components.insert(READERS.into(), readers);
        }
    }
    if let Some(cache) = &choices.cache {
        let mut kept = component(ComponentKind::Cache, Some(cache), "decisions.cache");
        kept.exposure = Some(Exposure::Private);
        kept.managed = choices.managed_store;
        kept.instances = Some(if choices.zones > 1 { 2 } else { 1 });
        kept.zones = Some(choices.zones.min(2));
        kept.encrypted = Some(sensitive);
        architecture.components.insert(CACHE.into(), kept);
    }
    if let Messaging::Broker(broker) = &choices.messaging {
        let mut carried = component(ComponentKind::Broker, Some(broker), "decisions.messaging");
        carried.exposure = Some(Exposure::Private);
        carried.managed = managed(knowledge, broker) || choices.managed_store;
        carried.instances = Some(if choices.zones > 1 { 3 } else { 1 });
        carried.zones = Some(choices.zones);
        carried.encrypted = Some(sensitive);
        architecture.components.insert(BROKER.into(), carried);
    }
    if let Some(files) = choices.files.as_ref().filter(|_| needs.files) {
        let mut kept = component(ComponentKind::ObjectStore, Some(files), "decisions.files");
        kept.exposure = Some(Exposure::Public);
        kept.description = Some(
            "Clients upload and download with signed links; the bucket itself is private.".into(),
        );
        kept.managed = managed(knowledge, files);
        kept.zones = Some(choices.zones);
        kept.encrypted = Some(true);
        architecture.components.insert(FILES.into(), kept);
    }
    if let SearchIn::Engine(engine_id) = &choices.search {
        let mut found = component(ComponentKind::Search, Some(engine_id), "decisions.search");
        found.exposure = Some(Exposure::Private);
        found.instances = Some(if choices.zones > 1 { 3 } else { 1 });
        found.zones = Some(choices.zones);
        found.managed = choices.managed_store;
        found.encrypted = Some(sensitive);
        architecture.components.insert(SEARCH.into(), found);
    }
}
