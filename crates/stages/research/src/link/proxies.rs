//! Proxies, ingresses and gateways that have files of their own.

use model::fact::{Limit, LinkKind, Source};
use model::finding::Certainty;

use super::deployments::is_given;
use super::links::{Links, Use};
use super::world::{Party, World, address};
use crate::observation::Observation;

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

/// The deployment that reads a proxy's file: the one that is given it, or the first of the kind.
fn proxy_of(world: &World, path: &str, by: &str) -> Option<Party> {
    let mut all = 0..world.resources.len();
    let given = all.clone().find(|at| {
        let foreign = world.resources[*at].foreign.as_ref();
        foreign.is_some_and(|one| is_given(one, path))
    });
    let of_kind = || {
        all.find(|at| {
            world.resources[*at]
                .known
                .is_some_and(|known| known.id == by || (by == "apache" && known.id == "httpd"))
        })
    };
    given.or_else(of_kind).map(Party::Resource)
}
