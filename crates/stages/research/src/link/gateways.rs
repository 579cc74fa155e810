//! Gateways and proxies whose routes are not in the tree: whom they must send requests on to.

use model::fact::{LinkKind, ResourceKind, ServiceRole, Source, UnknownFact};
use model::finding::Certainty;

use super::beside::deployed;
use super::links::{Links, Use};
use super::roles::role_of;
use super::settings::Roles;
use super::world::{Party, World};
use crate::observation::Observation;

/// A gateway that finds services by the registry and whose routes are kept elsewhere: what answers, registers and
/// is called by nobody here is reached through it. A proxy without routes in the tree sends on to those that its
/// deployment lets it reach.
pub fn without_routes(world: &World, links: &mut Links, roles: &[Roles]) {
    for (gateway, own) in roles.iter().enumerate() {
        let from = Party::Unit(gateway);
        let (Some(at), Some(_)) = (own.get("gateway"), own.get("registry-client")) else {
            continue;
        };
        let routed = [LinkKind::Route, LinkKind::Call]
            .iter()
            .any(|kind| !links.targets(from, *kind).is_empty());
        if routed {
            continue;
        }
        links.unknowns.push(UnknownFact {
            about: "route".into(),
            service: Some(world.units[gateway].id.clone()),
            text: "a gateway whose routes are not in this tree".into(),
            at: at.clone(),
        });
        for unit in 0..roles.len() {
            if unit == gateway || !is_open(world, links, roles, unit) {
                continue;
            }
            let mut one = Use::new(from, Party::Unit(unit), LinkKind::Route, at.clone());
            one.certainty = Certainty::Inferred;
            one.balanced = true;
            one.because = format!(
                "the routes are not in this tree; {} answers, registers, and nothing else here calls it",
                world.units[unit].id
            );
            links.add(world, one);
        }
    }
    proxies(world, links);
}

/// Serves the business, can be found, and is called by no other service.
fn is_open(world: &World, links: &Links, roles: &[Roles], unit: usize) -> bool {
    let called = (0..roles.len())
        .any(|other| links.has_kind(Party::Unit(other), Party::Unit(unit), LinkKind::Call));
    let answers = || {
        world
            .seen(unit)
            .any(|(_, seen)| matches!(seen.what, Observation::Route(_)))
    };
    !called
        && roles[unit].contains_key("registry-client")
        && role_of(&roles[unit], 1, false, &world.units[unit].id) == ServiceRole::Business
        && answers()
}

fn proxies(world: &World, links: &mut Links) {
    for (from, one) in deployed(world) {
        let Party::Resource(at) = from else { continue };
        if world.resources[at].kind != ResourceKind::Proxy
            || one.workload.published.is_empty()
            || !links.targets(from, LinkKind::Route).is_empty()
        {
            continue;
        }
        let targets: Vec<(Party, u32)> = one
            .workload
            .depends_on
            .iter()
            .filter_map(|(name, line)| Some((world.party(name)?, *line)))
            .filter(|(to, _)| matches!(to, Party::Unit(_)))
            .collect();
        for (to, line) in targets {
            let place = Source {
                file: one.path.to_owned(),
                line,
            };
            let mut link = Use::new(from, to, LinkKind::Route, place);
            link.certainty = Certainty::Inferred;
            link.because = "a proxy without routes in this tree, deployed to reach it".into();
            links.add(world, link);
        }
    }
}
