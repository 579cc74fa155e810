//! What stands beside the services and what its own files say: targets that are scraped, data sources that are
//! shown, where prints go, and whom a piece of infrastructure is never without.

use model::fact::{LinkKind, ResourceKind, Source};
use model::finding::Certainty;

use super::deployments::is_given;
use super::links::{Links, Use};
use super::settings::Roles;
use super::unit::Deployed;
use super::world::{Party, World, address};
use crate::observation::{Observation, Value};

/// What an observation of a file says for the resource that reads the file: `metrics` or `source`.
pub fn said_by(what: &Observation) -> Option<(&'static str, &Value)> {
    match what {
        Observation::Call(call) if call.protocol == "metrics" => Some(("metrics", &call.target)),
        Observation::Connection(one) if one.library == crate::fronts::monitoring::FRONT.id => {
            Some(("source", &one.target))
        }
        _ => None,
    }
}

pub fn of_resources(world: &World, links: &mut Links, roles: &[Roles]) {
    of_files(world, links);
    of_scraped(world, links, roles);
    of_shown(world, links);
    of_logs(world, links);
    of_uses(world, links);
}

/// Scrape targets and data sources.
fn of_files(world: &World, links: &mut Links) {
    for (path, facts) in &world.index.files {
        for seen in &facts.seen {
            let Some((says, target)) = said_by(&seen.what) else {
                continue;
            };
            let (Some(from), Some(text)) = (reader(world, path, says), target.known()) else {
                continue;
            };
            let address = address(text);
            if address.is_local() {
                continue;
            }
            let Some((to, _)) = world.behind(usize::MAX, &address) else {
                continue;
            };
            let at = Source {
                file: (*path).to_owned(),
                line: seen.line,
            };
            let kind = match to {
                Party::Resource(at) if world.resources[at].kind != ResourceKind::Monitoring => {
                    super::links::kind_of(world, to, LinkKind::Metrics)
                }
                _ => LinkKind::Metrics,
            };
            let mut one = Use::new(Party::Resource(from), to, kind, at);
            one.about = Some(address.path).filter(|path| !path.is_empty());
            links.add(world, one);
        }
    }
}

/// The resource that a file is for: the one that is given it, or the only one that reads such files.
fn reader(world: &World, path: &str, says: &str) -> Option<usize> {
    let fit: Vec<usize> = (0..world.resources.len())
        .filter(|at| {
            world.resources[*at]
                .known
                .is_some_and(|known| known.says.iter().any(|one| one == says))
        })
        .collect();
    let near = fit.iter().copied().find(|at| {
        let foreign = world.resources[*at].foreign.as_ref();
        foreign.is_some_and(|one| is_given(one, path))
    });
    near.or(match fit[..] {
        [one] => Some(one),
        _ => None,
    })
}

/// Where no target is listed in the tree, what offers measurements is scraped.
fn of_scraped(world: &World, links: &mut Links, roles: &[Roles]) {
    let Some(from) = reader(world, "", "metrics") else {
        return;
    };
    if !links
        .targets(Party::Resource(from), LinkKind::Metrics)
        .is_empty()
    {
        return;
    }
    for (unit, own) in roles.iter().enumerate() {
        if let Some(at) = own.get("scraped") {
            let mut one = Use::new(
                Party::Resource(from),
                Party::Unit(unit),
                LinkKind::Metrics,
                at.clone(),
            );
            one.certainty = Certainty::Inferred;
            links.add(world, one);
        }
    }
}

/// Where no data source is listed in the tree, a dashboard shows what it waits for.
fn of_shown(world: &World, links: &mut Links) {
    for (from, one) in deployed(world) {
        let Party::Resource(at) = from else { continue };
        let known = world.resources[at].known;
        let shows = known.is_some_and(|known| known.says.iter().any(|one| one == "source"));
        let listed = [LinkKind::Metrics, LinkKind::Data]
            .iter()
            .any(|kind| !links.targets(from, *kind).is_empty());
        if !shows || listed {
            continue;
        }
        for (name, line) in &one.workload.depends_on {
            let Some(to @ Party::Resource(other)) = world.party(name) else {
                continue;
            };
            let kind = match world.resources[other].kind {
                ResourceKind::Monitoring => LinkKind::Metrics,
                ResourceKind::Store | ResourceKind::Search => LinkKind::Data,
                _ => continue,
            };
            let place = Source {
                file: one.path.to_owned(),
                line: *line,
            };
            let mut link = Use::new(from, to, kind, place);
            link.certainty = Certainty::Inferred;
            links.add(world, link);
        }
    }
}

/// Everything that is deployed, and whose it is.
pub fn deployed<'w, 'a>(world: &'w World<'a>) -> Vec<(Party, &'w Deployed<'a>)> {
    let units = (0..world.units.len()).flat_map(|at| {
        world.units[at]
            .workloads
            .iter()
            .map(move |one| (Party::Unit(at), one))
    });
    let resources = (0..world.resources.len()).flat_map(|at| {
        let foreign = world.resources[at].foreign.as_ref();
        foreign
            .into_iter()
            .flat_map(|one| &one.deployed)
            .map(move |one| (Party::Resource(at), one))
    });
    units.chain(resources).collect()
}

/// Log drivers send what is printed to an address.
fn of_logs(world: &World, links: &mut Links) {
    for (from, one) in deployed(world) {
        for (value, line) in &one.workload.logs_to {
            let Some(text) = value.known() else { continue };
            let Some((to, certain)) = world.behind(usize::MAX, &address(text)) else {
                continue;
            };
            let at = Source {
                file: one.path.to_owned(),
                line: *line,
            };
            let mut link = Use::new(from, to, LinkKind::Logging, at);
            if !certain {
                link.certainty = Certainty::Inferred;
            }
            links.add(world, link);
        }
    }
}

/// Whom a piece of infrastructure is never without: the one it waits for, or the only one there is.
fn of_uses(world: &World, links: &mut Links) {
    for from in 0..world.resources.len() {
        let Some(known) = world.resources[from].known else {
            continue;
        };
        let Some(foreign) = &world.resources[from].foreign else {
            continue;
        };
        for uses in &known.uses {
            let fit: Vec<Party> = (0..world.resources.len())
                .filter(|at| {
                    world.resources[*at]
                        .known
                        .is_some_and(|other| other.id == uses.of)
                })
                .map(Party::Resource)
                .collect();
            let waits = foreign.deployed.iter().find_map(|one| {
                let mut names = one.workload.depends_on.iter();
                let to = names.find_map(|(name, line)| {
                    let to = world.party(name).filter(|to| fit.contains(to))?;
                    Some((to, *line))
                })?;
                Some((to.0, one.path, to.1))
            });
            let only = || match (&fit[..], foreign.deployed.first()) {
                ([one], Some(deployed)) => Some((*one, deployed.path, deployed.line)),
                _ => None,
            };
            let Some((to, path, line)) = waits.or_else(only) else {
                continue;
            };
            if links.has(Party::Resource(from), to) {
                continue;
            }
            let at = Source {
                file: path.to_owned(),
                line,
            };
            let mut one = Use::new(Party::Resource(from), to, uses.link, at);
            if waits.is_none() {
                one.certainty = Certainty::Inferred;
            }
            links.add(world, one);
        }
    }
}
