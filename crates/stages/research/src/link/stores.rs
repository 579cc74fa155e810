//! Stores and brokers: which one a connection or a message means.

use model::fact::{LinkKind, ResourceKind, Source, UnknownFact};
use model::finding::Certainty;

use super::infrastructure::{self, Infrastructure};
use super::links::{Links, Use, kind_by, kind_of};
use super::values::Text;
use super::world::{Party, World, address};
use crate::observation::{Connection, Direction, Message};

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
    let repository =
        matches!(to, Party::Resource(at) if world.resources[at].kind == ResourceKind::Repository);
    let named = match repository {
        true => text
            .as_ref()
            .map(|text| address(&text.text).path.trim_matches('/').to_owned())
            .filter(|path| !path.is_empty() && !path.contains("{}")),
        false => database.or_else(|| database_of(&text)),
    };
    if let (Party::Resource(resource), Some(name), false) = (to, &named, repository) {
        world.resources[resource].databases.insert(name.clone());
    }
    // What is built here has no kind of its own: the library tells what is asked of it.
    let otherwise = technology.map_or(LinkKind::Data, |one| kind_by(one.kind, LinkKind::Data));
    let kind = kind_of(world, to, otherwise);
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
    // Nothing deploys it here: by its host where there is one, else a store of the unit's own, and one for all
    // of what is there to be shared.
    let host = embedded
        .as_ref()
        .map(|(_, _, address)| address.host.clone())
        .filter(|host| !host.is_empty() && !host.contains("{}"));
    let id = match host.filter(|host| host != "localhost" && host != "127.0.0.1") {
        Some(host) => host,
        None if is_shared(known.kind) => known.id.clone(),
        None => format!("{}-{}", world.units[unit].id, known.id),
    };
    let inside = known.embeds
        && embedded
            .as_ref()
            .is_some_and(|(_, _, address)| address.host.is_empty());
    let to = world.resource_for(&id, known.kind, Some(known), at.clone(), false);
    if let Party::Resource(resource) = to {
        world.resources[resource].embedded |= inside;
    }
    Some((to, text, false))
}

/// Whether several talk to the same one unless it is said otherwise.
fn is_shared(kind: ResourceKind) -> bool {
    use ResourceKind as Kind;
    matches!(
        kind,
        Kind::Broker
            | Kind::Registry
            | Kind::ConfigServer
            | Kind::Tracing
            | Kind::Logging
            | Kind::Monitoring
            | Kind::IdentityProvider
    )
}

/// The database that a connection string names: its path.
fn database_of(text: &Option<Text>) -> Option<String> {
    let address = address(&text.as_ref()?.text);
    let name = address.path.trim_matches('/').split('/').next()?.to_owned();
    (!name.is_empty() && !name.contains("{}")).then_some(name)
}

pub fn message(
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
