//! Links: who talks to whom, from calls, connections, messages, roles, variables and proxies.

use std::collections::BTreeMap;

use model::fact::{Limit, LinkFact, LinkKind, ResourceKind, Source, TopicFact, UnknownFact};
use model::finding::Certainty;

use super::infrastructure::{self, Infrastructure};
use super::world::{Party, Text, World, address};
use crate::observation::{
    Connection, Direction, Message, Observation, Observed, OutgoingCall, Value,
};

/// Links, topics and what could not be followed, while they are gathered.
#[derive(Default)]
pub struct Links {
    found: BTreeMap<(Party, Party, LinkKind), LinkFact>,
    pub topics: BTreeMap<String, TopicFact>,
    pub unknowns: Vec<UnknownFact>,
}

/// One use of a link.
pub struct Use {
    pub from: Party,
    pub to: Party,
    pub kind: LinkKind,
    pub protocol: Option<String>,
    pub about: Option<String>,
    pub certainty: Certainty,
    pub evidence: Vec<Source>,
    pub because: String,
    pub timeout: Limit,
    pub breaker: Limit,
    pub balanced: bool,
}

impl Use {
    pub fn new(from: Party, to: Party, kind: LinkKind, at: Source) -> Self {
        Use {
            from,
            to,
            kind,
            protocol: None,
            about: None,
            certainty: Certainty::Resolved,
            evidence: vec![at],
            because: String::new(),
            timeout: Limit::Unknown,
            breaker: Limit::Unknown,
            balanced: false,
        }
    }
}

impl Links {
    pub fn add(&mut self, world: &World, one: Use) {
        if one.from == one.to {
            return;
        }
        let link = self
            .found
            .entry((one.from, one.to, one.kind))
            .or_insert_with(|| LinkFact {
                from: world.id(one.from).to_owned(),
                to: world.id(one.to).to_owned(),
                kind: one.kind,
                protocol: one.protocol.clone(),
                about: Vec::new(),
                timeout: Limit::Unknown,
                breaker: Limit::Unknown,
                retry: Limit::Unknown,
                balanced: false,
                certainty: one.certainty,
                evidence: Vec::new(),
                because: one.because.clone(),
            });
        link.certainty = link.certainty.min(one.certainty);
        link.balanced |= one.balanced;
        if link.because.is_empty() {
            link.because = one.because;
        }
        if let Some(about) = one.about.filter(|about| !link.about.contains(about)) {
            link.about.push(about);
        }
        for (kept, new) in [
            (&mut link.timeout, one.timeout),
            (&mut link.breaker, one.breaker),
        ] {
            if *kept == Limit::Unknown
                || matches!((&*kept, &new), (Limit::Set(_), Limit::Absent(_)))
            {
                if new != Limit::Unknown {
                    *kept = new;
                }
            }
        }
        for source in one.evidence {
            if !link.evidence.contains(&source) && link.evidence.len() < 12 {
                link.evidence.push(source);
            }
        }
    }

    pub fn has(&self, from: Party, to: Party) -> bool {
        self.found.keys().any(|(a, b, _)| *a == from && *b == to)
    }

    pub fn has_kind(&self, from: Party, to: Party, kind: LinkKind) -> bool {
        self.found.contains_key(&(from, to, kind))
    }

    pub fn targets(&self, from: Party, kind: LinkKind) -> Vec<Party> {
        self.found
            .keys()
            .filter(|(a, _, k)| *a == from && *k == kind)
            .map(|(_, b, _)| *b)
            .collect()
    }

    /// In the order of ids.
    pub fn finish(self) -> (Vec<LinkFact>, BTreeMap<String, TopicFact>, Vec<UnknownFact>) {
        let mut links: Vec<LinkFact> = self.found.into_values().collect();
        for link in &mut links {
            link.about.sort();
        }
        links.sort_by(|a, b| (&a.from, &a.to, a.kind).cmp(&(&b.from, &b.to, b.kind)));
        (links, self.topics, self.unknowns)
    }
}

/// Everything that the code of every unit says of others.
pub fn of_code(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let seen: Vec<(&str, &Observed)> = world.seen(unit).collect();
        for (path, observed) in seen {
            let at = Source {
                file: path.to_owned(),
                line: observed.line,
            };
            match &observed.what {
                Observation::Call(call) => outgoing(world, links, unit, path, observed, call),
                Observation::Connection(one) => {
                    connection(world, links, unit, path, one, at, observed.certainty)
                }
                Observation::Message(one) => {
                    message(world, links, unit, path, one, at, observed.certainty)
                }
                _ => {}
            }
        }
    }
}

fn outgoing(
    world: &mut World,
    links: &mut Links,
    unit: usize,
    path: &str,
    observed: &Observed,
    call: &OutgoingCall,
) {
    let at = Source {
        file: path.to_owned(),
        line: observed.line,
    };
    let mut candidates: Vec<Text> = Vec::new();
    if let Some(service) = &call.service {
        candidates.extend(world.texts(unit, path, service));
        if call.protocol == "grpc" {
            for text in &mut candidates {
                if let Some(served) = grpc_server(world, &text.text) {
                    text.text = world.id(served).to_owned();
                }
            }
        }
    }
    let mut targets = world.texts(unit, path, &call.target);
    // A path alone: the client holds the base.
    if targets
        .iter()
        .all(|text| text.text.is_empty() || text.text.starts_with('/'))
        && call.service.is_none()
    {
        let own_path = targets
            .first()
            .map(|text| text.text.clone())
            .unwrap_or_default();
        targets = client_bases(world, unit, path, call);
        for base in &mut targets {
            base.text = format!("{}{own_path}", base.text.trim_end_matches('/'));
        }
    }
    candidates.extend(targets);
    let mut found = false;
    let mut external: Option<(String, Text)> = None;
    for text in &candidates {
        let address = address(&text.text);
        if let Some((to, certain)) = world
            .behind(unit, &address)
            .filter(|(to, _)| *to != Party::Unit(unit))
        {
            let kind = kind_of(world, to, LinkKind::Call);
            let mut one = Use::new(Party::Unit(unit), to, kind, at.clone());
            one.protocol = Some(call.protocol.clone());
            one.about = Some(address.path)
                .filter(|path| !path.is_empty() && kind == LinkKind::Call)
                .map(|path| {
                    let path = super::routes::parameters(&path);
                    call.method
                        .as_ref()
                        .map_or(path.clone(), |method| format!("{method} {path}"))
                });
            one.certainty = observed.certainty.max(if certain {
                Certainty::Resolved
            } else {
                Certainty::Inferred
            });
            one.evidence.extend(text.via.iter().cloned());
            one.because = text.because.join("; ");
            let limits = limits(world, unit, path, observed, call);
            one.balanced = address.scheme.as_deref() == Some("lb")
                || call.service.is_some()
                || limits.balanced;
            (one.timeout, one.breaker) = (limits.timeout, limits.breaker);
            links.add(world, one);
            found = true;
            break;
        }
        if address.is_external() && external.is_none() && address.host.len() < 100 {
            external = Some((address.host.clone(), text.clone()));
        }
    }
    if found {
        return;
    }
    if let Some((host, text)) = external {
        let to = world.resource_for(&host, ResourceKind::External, None, at.clone(), true);
        let mut one = Use::new(Party::Unit(unit), to, LinkKind::External, at);
        one.protocol = Some(call.protocol.clone());
        one.evidence.extend(text.via.iter().cloned());
        one.because = text.because.join("; ");
        one.certainty = observed.certainty;
        if call.timeout {
            one.timeout = one
                .evidence
                .first()
                .cloned()
                .map_or(Limit::Unknown, Limit::Set);
        }
        links.add(world, one);
        return;
    }
    let open: Vec<&str> = candidates
        .iter()
        .map(|text| text.text.as_str())
        .filter(|text| !text.is_empty())
        .collect();
    links.unknowns.push(UnknownFact {
        about: "call-target".into(),
        service: Some(world.units[unit].id.clone()),
        text: match open.first() {
            Some(text) => format!("{} request to {text}", call.protocol),
            None => format!(
                "{} request through {}",
                call.protocol,
                call.client.as_deref().unwrap_or(&call.library)
            ),
        },
        at,
    });
}

struct Limits {
    timeout: Limit,
    breaker: Limit,
    balanced: bool,
}

/// What the call, its function, its client and the whole unit say of limits. A limit is absent only
/// where the client's construction is in view and does not set it.
fn limits(
    world: &World,
    unit: usize,
    path: &str,
    observed: &Observed,
    call: &OutgoingCall,
) -> Limits {
    let mut timeout = match call.timeout {
        true => Limit::Set(Source {
            file: path.to_owned(),
            line: observed.line,
        }),
        false => Limit::Unknown,
    };
    let (mut breaker, mut balanced, mut made) = (Limit::Unknown, false, None);
    let wanted = call
        .client
        .as_deref()
        .map(|name| name.rsplit('.').next().unwrap_or(name));
    let class = observed.within.split('.').next().unwrap_or("");
    for (other, seen) in world.seen(unit) {
        let at = || Source {
            file: other.to_owned(),
            line: seen.line,
        };
        match &seen.what {
            Observation::Client(client) if client.library == call.library => {
                let named = client.name.is_some() && client.name.as_deref() == wanted;
                if !(named || other == path || made.is_none()) {
                    continue;
                }
                made = Some(at());
                balanced |= client.balanced;
                for (limit, set) in [
                    (&mut timeout, client.timeout),
                    (&mut breaker, client.breaker),
                ] {
                    match set {
                        Some(true) => *limit = Limit::Set(at()),
                        Some(false) if *limit == Limit::Unknown => *limit = Limit::Absent(at()),
                        _ => {}
                    }
                }
            }
            Observation::Resilience(one) => {
                let covers = one.covers.is_empty()
                    || (other == path && (one.covers == observed.within || one.covers == class));
                match one.kind.as_str() {
                    "breaker" if covers => breaker = Limit::Set(at()),
                    "timeout" if covers => timeout = Limit::Set(at()),
                    "load-balancing" if covers => balanced = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if let (Limit::Unknown, Some(made)) = (&breaker, made) {
        breaker = Limit::Absent(made);
    }
    Limits {
        timeout,
        breaker,
        balanced,
    }
}

/// Bases of the clients that a call may go through: of its name in this file, else the only one of the unit.
fn client_bases(world: &World, unit: usize, path: &str, call: &OutgoingCall) -> Vec<Text> {
    let mut named = Vec::new();
    let mut all = Vec::new();
    for (other, seen) in world.seen(unit) {
        let Observation::Client(client) = &seen.what else {
            continue;
        };
        let Some(base) = &client.base else { continue };
        if client.library != call.library && client.protocol != call.protocol {
            continue;
        }
        let texts = world.texts(unit, other, base);
        let wanted = call
            .client
            .as_deref()
            .map(|name| name.rsplit('.').next().unwrap_or(name));
        if other == path && client.name.is_some() && client.name.as_deref() == wanted {
            named.extend(texts.clone());
        } else if client.name.is_some() && client.name.as_deref() == wanted {
            named.extend(texts.clone());
        }
        all.push(texts);
    }
    if !named.is_empty() {
        return named;
    }
    match all.len() {
        1 => all.swap_remove(0),
        _ => Vec::new(),
    }
}

/// The unit that serves a gRPC service.
fn grpc_server(world: &World, service: &str) -> Option<Party> {
    let wanted = service.rsplit('.').next().unwrap_or(service);
    (0..world.units.len())
        .find(|unit| {
            world.seen(*unit).any(|(_, seen)| {
                matches!(&seen.what, Observation::Route(route) if route.protocol == "grpc"
                    && matches!(&route.path, Value::Text(path) if path.split('/').next().is_some_and(|own| own.rsplit('.').next() == Some(wanted))))
            })
        })
        .map(Party::Unit)
}

/// What talking to a party is for, by what the party is.
pub fn kind_of(world: &World, to: Party, otherwise: LinkKind) -> LinkKind {
    let Party::Resource(at) = to else {
        return otherwise;
    };
    match world.resources[at].kind {
        ResourceKind::Store
        | ResourceKind::Cache
        | ResourceKind::Search
        | ResourceKind::ObjectStore => LinkKind::Data,
        ResourceKind::Broker => LinkKind::Produce,
        ResourceKind::External => LinkKind::External,
        ResourceKind::IdentityProvider => LinkKind::Authorization,
        ResourceKind::Mail => LinkKind::Mail,
        ResourceKind::Registry => LinkKind::Discovery,
        ResourceKind::ConfigServer => LinkKind::Configuration,
        ResourceKind::Monitoring => LinkKind::Metrics,
        ResourceKind::Tracing => LinkKind::Tracing,
        ResourceKind::Logging => LinkKind::Logging,
        ResourceKind::Proxy | ResourceKind::Client | ResourceKind::Other => otherwise,
    }
}

/// A connection of a unit: to a deployment by its address, or to a store that nothing deploys here.
pub fn connection(
    world: &mut World,
    links: &mut Links,
    unit: usize,
    path: &str,
    one: &Connection,
    at: Source,
    certainty: Certainty,
) {
    let technology = one
        .technology
        .as_deref()
        .and_then(infrastructure::of_technology);
    let texts = world.texts(unit, path, &one.target);
    let database = one.database.as_ref().and_then(|value| {
        world
            .texts(unit, path, value)
            .into_iter()
            .map(|text| text.text)
            .find(|text| !text.contains("{}") && !text.is_empty())
    });
    let Some((to, text, certain)) = store(world, unit, &texts, technology, &at) else {
        links.unknowns.push(UnknownFact {
            about: "store".into(),
            service: Some(world.units[unit].id.clone()),
            text: format!(
                "{} connection to {}",
                one.technology.as_deref().unwrap_or(&one.library),
                texts
                    .first()
                    .map_or("an address made at run time", |text| &text.text)
            ),
            at,
        });
        return;
    };
    let named = database.or_else(|| database_of(&text));
    if let (Party::Resource(resource), Some(name)) = (to, &named) {
        world.resources[resource].databases.insert(name.clone());
    }
    let kind = kind_of(world, to, LinkKind::Data);
    // A consumer or producer says more; a broker connection alone is a use of it.
    let mut link = Use::new(Party::Unit(unit), to, kind, at);
    link.about = named;
    link.certainty = certainty.max(if certain {
        Certainty::Resolved
    } else {
        Certainty::Inferred
    });
    link.because = text
        .as_ref()
        .map(|text| text.because.join("; "))
        .unwrap_or_default();
    link.evidence
        .extend(text.into_iter().flat_map(|text| text.via));
    if kind == LinkKind::Produce
        && (links.has_kind(link.from, to, LinkKind::Consume)
            || links.has_kind(link.from, to, LinkKind::Produce))
    {
        return;
    }
    links.add(world, link);
}

/// The store that texts or a technology name.
fn store(
    world: &mut World,
    unit: usize,
    texts: &[Text],
    technology: Option<&'static Infrastructure>,
    at: &Source,
) -> Option<(Party, Option<Text>, bool)> {
    let mut embedded = None;
    for text in texts {
        let address = address(&text.text);
        let known = address
            .scheme
            .as_deref()
            .and_then(infrastructure::of_scheme)
            .or(technology);
        if let Some((to, certain)) = world.behind(unit, &address) {
            return Some((to, Some(text.clone()), certain));
        }
        if address.is_external() {
            let kind = known.map_or(ResourceKind::External, |one| one.kind);
            return Some((
                world.resource_for(&address.host, kind, known, at.clone(), true),
                Some(text.clone()),
                true,
            ));
        }
        if let Some(known) = known {
            embedded = Some((known, text.clone(), address));
        }
    }
    let known = embedded
        .as_ref()
        .map(|(known, _, _)| *known)
        .or(technology)?;
    let text = embedded.as_ref().map(|(_, text, _)| text.clone());
    // The only deployment of the technology, where the address is not known whole.
    let same: Vec<usize> = (0..world.resources.len())
        .filter(|at| {
            world.resources[*at].foreign.is_some()
                && world.resources[*at]
                    .known
                    .is_some_and(|one| one.id == known.id)
        })
        .collect();
    let local = embedded
        .as_ref()
        .is_none_or(|(_, _, address)| address.is_local() || address.is_open());
    if let ([one], true) = (&same[..], local) {
        return Some((Party::Resource(*one), text, false));
    }
    // Nothing deploys it here: a store of the unit's own, by host where there is one.
    let host = embedded
        .as_ref()
        .map(|(_, _, address)| address.host.clone())
        .filter(|host| !host.is_empty() && !host.contains("{}"));
    let id = match host.filter(|host| host != "localhost" && host != "127.0.0.1") {
        Some(host) => host,
        None => format!("{}-{}", world.units[unit].id, known.id),
    };
    Some((
        world.resource_for(&id, known.kind, Some(known), at.clone(), false),
        text,
        false,
    ))
}

/// The database that a connection string names: its path.
fn database_of(text: &Option<Text>) -> Option<String> {
    let address = address(&text.as_ref()?.text);
    let name = address.path.trim_matches('/').split('/').next()?.to_owned();
    (!name.is_empty() && !name.contains("{}")).then_some(name)
}

fn message(
    world: &mut World,
    links: &mut Links,
    unit: usize,
    path: &str,
    one: &Message,
    at: Source,
    certainty: Certainty,
) {
    let known = infrastructure::of_technology(&one.technology);
    let Some(known) = known else { return };
    let (to, certain) = broker(world, unit, known, &at);
    let kind = match one.direction {
        Direction::Produces => LinkKind::Produce,
        Direction::Consumes => LinkKind::Consume,
    };
    let topics: Vec<Text> = world.texts(unit, path, &one.topic);
    let known_topics: Vec<&Text> = topics
        .iter()
        .filter(|text| !text.text.is_empty() && text.text != "{}")
        .collect();
    if known_topics.is_empty() {
        links.unknowns.push(UnknownFact {
            about: "topic".into(),
            service: Some(world.units[unit].id.clone()),
            text: format!("{} message of a topic named at run time", known.name),
            at: at.clone(),
        });
    }
    let mut link = Use::new(Party::Unit(unit), to, kind, at.clone());
    link.certainty = certainty.max(if certain {
        Certainty::Resolved
    } else {
        Certainty::Inferred
    });
    link.protocol = Some(known.id.clone());
    links.add(world, link);
    for topic in known_topics {
        let mut link = Use::new(Party::Unit(unit), to, kind, at.clone());
        link.about = Some(topic.text.clone());
        link.certainty = certainty;
        links.add(world, link);
        let broker = world.id(to).to_owned();
        let fact = links.topics.entry(topic.text.clone()).or_default();
        fact.broker = Some(broker);
        let side = match one.direction {
            Direction::Produces => &mut fact.producers,
            Direction::Consumes => &mut fact.consumers,
        };
        side.entry(world.units[unit].id.clone())
            .or_default()
            .push(at.clone());
    }
}

/// The broker of a technology: the deployed one, or one beside the tree.
pub fn broker(
    world: &mut World,
    unit: usize,
    known: &'static Infrastructure,
    at: &Source,
) -> (Party, bool) {
    let _ = unit;
    let same: Vec<usize> = (0..world.resources.len())
        .filter(|at| {
            world.resources[*at]
                .known
                .is_some_and(|one| one.id == known.id)
        })
        .collect();
    match same[..] {
        [one] => (Party::Resource(one), true),
        [first, ..] => (Party::Resource(first), false),
        [] => (
            world.resource_for(&known.id, known.kind, Some(known), at.clone(), false),
            false,
        ),
    }
}

/// A variable that a deployment sets to the address of another, and that code reads.
pub fn of_variables(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let reads: Vec<(&str, u32, &str, Option<&Value>)> = world
            .seen(unit)
            .filter_map(|(path, seen)| match &seen.what {
                Observation::ReadsEnv { name, default } => {
                    Some((path, seen.line, name.as_str(), default.as_ref()))
                }
                _ => None,
            })
            .collect();
        for (path, line, name, default) in reads {
            let value = Value::Env {
                name: name.to_owned(),
                default: default.cloned().map(Box::new),
            };
            for text in world.texts(unit, path, &value) {
                if !names_an_address(&text.text, name) {
                    continue;
                }
                let address = address(&text.text);
                let Some((to, certain)) =
                    world.behind(unit, &address).filter(|_| !address.is_local())
                else {
                    continue;
                };
                if to == Party::Unit(unit) || links.has(Party::Unit(unit), to) {
                    continue;
                }
                let at = Source {
                    file: path.to_owned(),
                    line,
                };
                let mut one = Use::new(
                    Party::Unit(unit),
                    to,
                    kind_of(world, to, LinkKind::Call),
                    at,
                );
                one.certainty = if certain {
                    Certainty::Inferred
                } else {
                    Certainty::Unknown
                };
                one.evidence.extend(text.via.iter().cloned());
                one.because = text.because.join("; ");
                links.add(world, one);
            }
        }
    }
}

/// Whether a variable's value is an address, and not a word that happens to be somebody's name.
fn names_an_address(text: &str, variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    text.contains("://")
        || text
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()))
        || [
            "HOST", "ADDR", "URL", "URI", "ENDPOINT", "SERVER", "SERVICE", "BROKER", "BASE", "DSN",
        ]
        .iter()
        .any(|word| upper.contains(word))
}

/// Proxies, ingresses and gateways of configuration files.
pub fn of_proxies(world: &mut World, links: &mut Links) {
    let mut found = Vec::new();
    for (path, facts) in &world.index.files {
        for seen in &facts.seen {
            if let Observation::ProxyRoute(route) = &seen.what {
                found.push((*path, seen.line, route));
            }
        }
    }
    for (path, line, route) in found {
        let owner = (0..world.units.len())
            .filter(|at| {
                let unit = &world.units[*at];
                super::index::is_under(path, &unit.folder)
                    && !unit
                        .except
                        .iter()
                        .any(|other| super::index::is_under(path, other))
            })
            .max_by_key(|at| world.units[*at].folder.len());
        let from = owner
            .map(Party::Unit)
            .or_else(|| proxy_of(world, path, &route.by));
        let Some(from) = from else { continue };
        let unit = owner.unwrap_or(0);
        if world.units.is_empty() {
            continue;
        }
        let at = Source {
            file: path.to_owned(),
            line,
        };
        for text in world.texts(unit, path, &route.upstream) {
            let address = address(&text.text);
            let Some((to, certain)) = world.behind(usize::MAX, &address) else {
                continue;
            };
            let mut one = Use::new(from, to, LinkKind::Route, at.clone());
            one.about = world
                .texts(unit, path, &route.path)
                .first()
                .map(|text| text.text.clone());
            one.protocol = Some("http".into());
            one.certainty = if certain {
                Certainty::Resolved
            } else {
                Certainty::Inferred
            };
            one.evidence.extend(text.via.iter().cloned());
            one.because = text.because.join("; ");
            if route.timeout {
                one.timeout = Limit::Set(at.clone());
            }
            links.add(world, one);
            break;
        }
    }
}

/// The deployment that reads a proxy's file: built from its folder, or the only one of the kind.
fn proxy_of(world: &World, path: &str, by: &str) -> Option<Party> {
    let mut fit = (0..world.resources.len()).filter(|at| {
        let one = &world.resources[*at];
        let near = one.foreign.as_ref().is_some_and(|one| {
            one.deployed.iter().any(|one| {
                one.workload
                    .build
                    .as_deref()
                    .is_some_and(|build| !build.is_empty() && super::index::is_under(path, build))
            })
        });
        near || one
            .known
            .is_some_and(|known| known.id == by || (by == "apache" && known.id == "httpd"))
    });
    let first = fit.next()?;
    Some(Party::Resource(first))
}
