//! Links that roles imply: who registers, who is configured, who is traced, scraped and authorised by whom.

use model::fact::{LinkKind, ResourceKind, ServiceRole, Source};
use model::finding::Certainty;

use super::links::{Links, Use};
use super::settings::Roles;
use super::world::{Party, World, address};
use crate::observation::Value;
use crate::recognise::libraries;

/// A client role, the role or kind of its server, and the link between them.
const PAIRS: &[(&str, &str, ResourceKind, LinkKind)] = &[
    (
        "registry-client",
        "service-registry",
        ResourceKind::Registry,
        LinkKind::Discovery,
    ),
    (
        "config-client",
        "config-server",
        ResourceKind::ConfigServer,
        LinkKind::Configuration,
    ),
    (
        "traced",
        "tracing-server",
        ResourceKind::Tracing,
        LinkKind::Tracing,
    ),
    (
        "resource-server",
        "authorization-server",
        ResourceKind::IdentityProvider,
        LinkKind::Authorization,
    ),
    (
        "logging-client",
        "logging-server",
        ResourceKind::Logging,
        LinkKind::Logging,
    ),
    (
        "metrics-client",
        "metrics-server",
        ResourceKind::Monitoring,
        LinkKind::Metrics,
    ),
];

/// What a unit is for.
pub fn role_of(roles: &Roles, endpoints: usize, consumes: bool, name: &str) -> ServiceRole {
    let has = |role: &str| roles.contains_key(role);
    for (role, is) in [
        ("config-server", ServiceRole::ConfigServer),
        ("service-registry", ServiceRole::Registry),
        ("gateway", ServiceRole::Gateway),
        ("authorization-server", ServiceRole::Authorization),
        ("tracing-server", ServiceRole::Tracing),
        ("monitoring", ServiceRole::Monitoring),
        ("dashboard", ServiceRole::Monitoring),
        ("aggregator", ServiceRole::Monitoring),
        ("stream-aggregator", ServiceRole::Monitoring),
        ("administration", ServiceRole::Monitoring),
        ("load-generator", ServiceRole::LoadGenerator),
        ("web", ServiceRole::Web),
    ] {
        if has(role) {
            return is;
        }
    }
    if endpoints == 0 && (consumes || has("worker")) {
        return ServiceRole::Worker;
    }
    let words: Vec<&str> = name.split('-').collect();
    if endpoints == 0
        && (has("job")
            || words
                .iter()
                .any(|word| matches!(*word, "migrate" | "migration" | "seed")))
    {
        return ServiceRole::Job;
    }
    ServiceRole::Business
}

/// Links of client roles to the only server there is, or to the one that their settings name.
pub fn links(world: &World, links: &mut Links, roles: &[Roles]) {
    for (client, server, kind, link) in PAIRS {
        let servers: Vec<Party> = (0..world.units.len())
            .filter(|at| roles[*at].contains_key(*server))
            .map(Party::Unit)
            .chain(
                (0..world.resources.len())
                    .filter(|at| {
                        world.resources[*at].kind == *kind
                            && (*link != LinkKind::Logging || takes_logs(world, *at))
                    })
                    .map(Party::Resource),
            )
            .collect();
        for (unit, own) in roles.iter().enumerate() {
            let Some(at) = own.get(*client) else { continue };
            // A server that is told not to register does not.
            let mut off = libraries::all().0.iter().flat_map(|one| &one.off);
            if off.any(|row| {
                row.role == *client
                    && row
                        .settings
                        .iter()
                        .all(|key| switched_off(world, unit, key))
            }) {
                continue;
            }
            let named = servers
                .iter()
                .copied()
                .find(|server| named_by_settings(world, unit, *server));
            let only = match servers[..] {
                [one] => Some(one),
                _ => None,
            };
            let Some(to) = named.or(only) else { continue };
            if to == Party::Unit(unit) {
                continue;
            }
            let mut one = Use::new(Party::Unit(unit), to, *link, at.clone());
            one.certainty = if named.is_some() {
                Certainty::Resolved
            } else {
                Certainty::Inferred
            };
            links.add(world, one);
        }
    }
}

fn takes_logs(world: &World, at: usize) -> bool {
    world.resources[at].known.is_some_and(|known| {
        let shows = known.uses.iter().any(|one| one.link == LinkKind::Data);
        !known.ports.is_empty() && !shows
    })
}

fn switched_off(world: &World, unit: usize, key: &str) -> bool {
    world
        .setting(unit, key)
        .iter()
        .any(|setting| setting.value.known().is_some_and(|text| text == "false"))
}

/// Whether any address in the unit's settings, or in the variables of its deployments, leads to a party.
fn named_by_settings(world: &World, unit: usize, to: Party) -> bool {
    let leads = |file: &str, value: &Value| {
        world.texts(unit, file, value).iter().any(|text| {
            text.text.contains("://")
                && world
                    .behind(unit, &address(&text.text))
                    .is_some_and(|(party, _)| party == to)
        })
    };
    let settings = world.all_settings(unit).values().flatten();
    let variables = world.env[unit].values().flatten();
    settings
        .map(|one| (&one.at.file, one.value))
        .any(|(file, value)| leads(file, value))
        || variables
            .map(|(value, at)| (&at.file, value))
            .any(|(file, value)| leads(file, value))
}

/// Deployments of others that name one another: a dashboard its search engine, a broker its coordinator.
pub fn of_deployments(world: &World, links: &mut Links) {
    for from in 0..world.resources.len() {
        let Some(foreign) = &world.resources[from].foreign else {
            continue;
        };
        for deployed in &foreign.deployed {
            for (name, value, line) in &deployed.workload.env {
                let Some(text) = value.known() else { continue };
                let _ = name;
                for part in text.split(',') {
                    let address = address(part.trim());
                    if address.host.is_empty()
                        || (address.port.is_none() && address.scheme.is_none())
                    {
                        continue;
                    }
                    if let Some((to, _)) = world.behind(usize::MAX, &address)
                        && to != Party::Resource(from)
                        && !address.is_local()
                    {
                        let at = Source {
                            file: deployed.path.to_owned(),
                            line: *line,
                        };
                        let kind = super::links::kind_of(world, to, LinkKind::Call);
                        links.add(world, Use::new(Party::Resource(from), to, kind, at));
                    }
                }
            }
        }
    }
}

/// Who starts after whom, where nothing better is known.
pub fn of_startup(world: &World, links: &mut Links) {
    let units = (0..world.units.len()).map(|at| (Party::Unit(at), &world.units[at].workloads));
    let resources = (0..world.resources.len()).filter_map(|at| {
        Some((
            Party::Resource(at),
            &world.resources[at].foreign.as_ref()?.deployed,
        ))
    });
    let all: Vec<_> = units.chain(resources).collect();
    for (from, deployed) in all {
        for one in deployed {
            for (name, line) in &one.workload.depends_on {
                let Some(to) = world.party(name) else {
                    continue;
                };
                if !links.has(from, to) && !links.has(to, from) {
                    let at = Source {
                        file: one.path.to_owned(),
                        line: *line,
                    };
                    let kind = match one.workload.reaches.contains(name) {
                        // Nobody is let through to a store or broker but to use it.
                        true => match super::links::kind_of(world, to, LinkKind::Reach) {
                            used @ (LinkKind::Data | LinkKind::Produce) => used,
                            _ => LinkKind::Reach,
                        },
                        false => LinkKind::Startup,
                    };
                    let mut link = Use::new(from, to, kind, at);
                    link.certainty = Certainty::Inferred;
                    links.add(world, link);
                }
            }
        }
    }
}

/// People and programs outside, who come in by gateways, pages and proxies that are open to them.
pub fn of_clients(world: &mut World, links: &mut Links, roles: &[Roles]) {
    let mut doors: Vec<(Party, Source)> = Vec::new();
    for (at, own) in roles.iter().enumerate() {
        let unit = &world.units[at];
        let shown = own.get("gateway").or_else(|| own.get("web")).cloned();
        let routes = !links.targets(Party::Unit(at), LinkKind::Route).is_empty();
        let open = unit
            .workloads
            .iter()
            .find(|one| !one.workload.published.is_empty());
        let deployed = open.map(|one| Source {
            file: one.path.to_owned(),
            line: one.line,
        });
        if let Some(place) = shown.or_else(|| deployed.filter(|_| routes)) {
            doors.push((Party::Unit(at), place));
        }
    }
    for at in 0..world.resources.len() {
        // A compose file says which ports are open; one without any is for those inside.
        let inside = world.resources[at].foreign.as_ref().is_some_and(|one| {
            let mut deployed = one
                .deployed
                .iter()
                .filter(|one| one.workload.source != "dockerfile");
            deployed
                .all(|one| one.workload.source == "compose" && one.workload.published.is_empty())
        });
        if world.resources[at].kind == ResourceKind::Proxy
            && !inside
            && !links
                .targets(Party::Resource(at), LinkKind::Route)
                .is_empty()
        {
            doors.extend(
                world.resources[at]
                    .evidence
                    .first()
                    .cloned()
                    .map(|place| (Party::Resource(at), place)),
            );
        }
    }
    let Some((_, first)) = doors.first().cloned() else {
        return;
    };
    // A service may be called so.
    let name = match world.party("user") {
        Some(_) => "people",
        None => "user",
    };
    let user = world.resource_for(name, ResourceKind::Client, None, first, false);
    for (door, place) in doors {
        let mut one = Use::new(user, door, LinkKind::Use, place);
        one.certainty = Certainty::Inferred;
        links.add(world, one);
    }
}
