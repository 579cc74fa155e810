//! Who watches whom: dashboards, aggregators and administration servers, by the tables of their libraries.

use model::fact::{LinkKind, Source};
use model::finding::Certainty;

use super::links::{Links, Use};
use super::settings::Roles;
use super::world::{Party, World};
use crate::recognise::libraries;
use crate::recognise::table::WatchRow;

/// Links of everybody who watches others.
pub fn of_watchers(world: &World, links: &mut Links, roles: &[Roles]) {
    // What comes through a broker is taken from it.
    for (unit, own) in roles.iter().enumerate() {
        let from = Party::Unit(unit);
        if own.contains_key("broker-consumer") && !links.is_about(from, LinkKind::Produce) {
            links.turn(from, LinkKind::Produce, LinkKind::Consume);
        }
    }
    for row in libraries::all().0.iter().flat_map(|library| &library.watch) {
        for (server, own) in roles.iter().enumerate() {
            // Who plays such a role itself shows what it gathers.
            let itself = row.of.iter().any(|role| own.contains_key(role));
            if let Some(at) = own.get(&row.role).filter(|_| !itself) {
                watch(world, links, roles, row, server, at);
            }
        }
    }
}

fn watch(
    world: &World,
    links: &mut Links,
    roles: &[Roles],
    row: &WatchRow,
    server: usize,
    at: &Source,
) {
    let named = named(world, row, server);
    for (unit, place) in &named {
        let mut one = Use::new(
            Party::Unit(server),
            Party::Unit(*unit),
            row.link,
            at.clone(),
        );
        one.evidence.push(place.clone());
        links.add(world, one);
    }
    if !named.is_empty() {
        return;
    }
    let with = |role: &String| -> Vec<usize> {
        (0..roles.len())
            .filter(|unit| *unit != server && roles[*unit].contains_key(role))
            .collect()
    };
    let watched = row.of.iter().map(with).find(|units| !units.is_empty());
    for unit in watched.unwrap_or_default() {
        let Some(sends) = &row.through else {
            let mut one = Use::new(Party::Unit(server), Party::Unit(unit), row.link, at.clone());
            one.certainty = Certainty::Inferred;
            links.add(world, one);
            continue;
        };
        let Some(place) = roles[unit].get(sends) else {
            continue;
        };
        for broker in links.targets(Party::Unit(server), LinkKind::Consume) {
            if links.has(Party::Unit(unit), broker) {
                continue;
            }
            let mut one = Use::new(Party::Unit(unit), broker, LinkKind::Produce, place.clone());
            one.certainty = Certainty::Inferred;
            one.evidence.push(at.clone());
            one.because = format!(
                "{} takes from it what is measured here",
                world.units[server].id
            );
            links.add(world, one);
        }
    }
}

/// Units that the server's settings list.
fn named(world: &World, row: &WatchRow, server: usize) -> Vec<(usize, Source)> {
    let mut found: Vec<(usize, Source)> = Vec::new();
    for setting in row.names.iter().flat_map(|key| world.setting(server, key)) {
        for text in world.texts(server, &setting.at.file, setting.value) {
            for name in text.text.split(',') {
                if let Some(Party::Unit(unit)) = world.party(name.trim())
                    && unit != server
                    && !found.iter().any(|(known, _)| *known == unit)
                {
                    found.push((unit, setting.at.clone()));
                }
            }
        }
    }
    found
}
