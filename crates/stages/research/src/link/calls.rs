//! Requests to others: their targets, and the limits that they and their clients have.

use model::fact::{Limit, LinkKind, ResourceKind, Source, UnknownFact};
use model::finding::Certainty;

use super::infrastructure;
use super::links::{Links, Use, kind_of};
use super::stores::{connection, message};
use super::values::Text;
use super::world::{Party, World, address};
use crate::observation::{Client, Observation, Observed, OutgoingCall, Value};
use crate::recognise::libraries;

/// Everything that the code of every unit says of others.
pub fn of_code(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let seen: Vec<(&str, &Observed)> = world.seen(unit).collect();
        for (path, observed) in seen {
            let at = Source {
                file: path.to_owned(),
                line: observed.line,
            };
            if super::beside::said_by(&observed.what).is_some() {
                continue;
            }
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
        targets = client_bases(world, unit, call);
        for base in &mut targets {
            base.text = format!("{}{own_path}", base.text.trim_end_matches('/'));
        }
    }
    // The path of what is asked, where the service has a name of its own.
    let asked = targets
        .iter()
        .map(|text| address(&text.text).path)
        .find(|path| path.len() > 1);
    candidates.extend(targets);
    let mut found = false;
    let mut external: Option<(String, Text)> = None;
    for text in &candidates {
        let address = address(&text.text);
        if let Some((to, certain)) = world
            .behind(unit, &address)
            .filter(|(to, _)| *to != Party::Unit(unit))
        {
            let call_kind = match passes_on(&call.library) {
                true => LinkKind::Route,
                false => LinkKind::Call,
            };
            let kind = kind_of(world, to, call_kind);
            let mut one = Use::new(Party::Unit(unit), to, kind, at.clone());
            one.protocol = Some(call.protocol.clone());
            let about = match call.service {
                Some(_) if address.path.is_empty() => asked.clone().unwrap_or_default(),
                _ => address.path,
            };
            one.about = Some(about)
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
        let known = infrastructure::of_scheme(&call.protocol);
        let kind = known.map_or(ResourceKind::External, |one| one.kind);
        let to = world.resource_for(&host, kind, known, at.clone(), true);
        let kind = kind_of(world, to, LinkKind::External);
        let mut one = Use::new(Party::Unit(unit), to, kind, at);
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

/// A gateway's library: what it calls, it passes on.
fn passes_on(library: &str) -> bool {
    let mut all = libraries::all().0.iter();
    all.any(|one| one.id == library && !one.proxy.is_empty())
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
    let (mut breaker, mut balanced) = (Limit::Unknown, false);
    // A breaker that stands elsewhere in the unit may be around the caller of this function.
    let mut elsewhere = false;
    let class = observed.within.split('.').next().unwrap_or("");
    let clients = clients_of(world, unit, path, call);
    for (client, at) in &clients {
        balanced |= client.balanced;
        if client.breaker == Some(true) {
            breaker = Limit::Set(at.clone());
        }
    }
    if timeout == Limit::Unknown {
        timeout = agreed(&clients);
    }
    for (other, seen) in world.seen(unit) {
        let Observation::Resilience(one) = &seen.what else {
            continue;
        };
        let at = || Source {
            file: other.to_owned(),
            line: seen.line,
        };
        let covers = one.covers.is_empty()
            || (other == path && (one.covers == observed.within || one.covers == class));
        match one.kind.as_str() {
            "breaker" if covers => breaker = Limit::Set(at()),
            "breaker" => elsewhere = true,
            "timeout" if covers => timeout = Limit::Set(at()),
            "load-balancing" if covers => balanced = true,
            _ => {}
        }
    }
    if let (Limit::Unknown, false, Some((_, made))) = (&breaker, elsewhere, clients.first()) {
        breaker = Limit::Absent(made.clone());
    }
    Limits {
        timeout,
        breaker,
        balanced,
    }
}

/// The clients that a call may go through: those of its name, else those made in its file, else all of the
/// unit's, each with where it is made.
fn clients_of<'w>(
    world: &'w World,
    unit: usize,
    path: &str,
    call: &OutgoingCall,
) -> Vec<(&'w Client, Source)> {
    let wanted = call
        .client
        .as_deref()
        .map(|name| name.rsplit('.').next().unwrap_or(name));
    let all: Vec<(&Client, Source)> = world
        .seen(unit)
        .filter_map(|(file, seen)| match &seen.what {
            Observation::Client(client) if client.library == call.library => Some((
                client,
                Source {
                    file: file.to_owned(),
                    line: seen.line,
                },
            )),
            _ => None,
        })
        .collect();
    let named = |one: &&(&Client, Source)| one.0.name.is_some() && one.0.name.as_deref() == wanted;
    let here = |one: &&(&Client, Source)| one.1.file == path;
    let best = [
        all.iter().filter(named).filter(here).cloned().collect(),
        all.iter().filter(named).cloned().collect::<Vec<_>>(),
        all.iter().filter(here).cloned().collect(),
    ];
    best.into_iter()
        .find(|some| !some.is_empty())
        .unwrap_or(all)
}

/// What all of some clients say of their timeout; where they differ, nobody knows which is meant.
fn agreed(clients: &[(&Client, Source)]) -> Limit {
    let Some((_, at)) = clients.first() else {
        return Limit::Unknown;
    };
    if clients.iter().all(|(one, _)| one.timeout == Some(true)) {
        Limit::Set(at.clone())
    } else if clients.iter().all(|(one, _)| one.timeout == Some(false)) {
        Limit::Absent(at.clone())
    } else {
        Limit::Unknown
    }
}

/// Bases of the clients that a call may go through: of its name in this file, else the only one of the unit.
fn client_bases(world: &World, unit: usize, call: &OutgoingCall) -> Vec<Text> {
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
        if client.name.is_some() && client.name.as_deref() == wanted {
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
