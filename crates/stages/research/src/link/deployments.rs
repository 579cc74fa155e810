//! Deployments: which unit a workload runs, and which images of others are one thing under several names.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{is_under, parent};
use super::infrastructure::{self, Infrastructure};
use super::unit::{Deployed, Foreign, Unit};
use crate::observation::{Value, Workload};

/// Gives each workload to its unit; those that no unit is are images of others.
pub fn deploy<'a>(units: &mut [Unit<'a>], workloads: Vec<Deployed<'a>>) -> Vec<Foreign<'a>> {
    let own = namespaces(units, &workloads);
    let mut open = workloads;
    // What is built from a unit's folder gives the unit names by which others know it.
    for of in [built_from, named_as, called_like] {
        let mut rest = Vec::new();
        for deployed in open {
            match of(units, &deployed, &own) {
                Some(at) => give(&mut units[at], deployed),
                None => rest.push(deployed),
            }
        }
        open = rest;
    }
    let mut foreign: BTreeMap<String, Foreign<'a>> = BTreeMap::new();
    let (files, deployed): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|one| one.workload.source == "dockerfile");
    for one in deployed {
        if !one.workload.name.is_empty() {
            foreign
                .entry(one.workload.name.to_ascii_lowercase())
                .or_insert_with(|| Foreign {
                    name: one.workload.name.clone(),
                    deployed: Vec::new(),
                })
                .deployed
                .push(one);
        }
    }
    // An image made here of another's, with configuration and no code: the file tells what it is.
    for one in foreign.values_mut() {
        let made = files.iter().filter(|file| {
            one.deployed.iter().any(|deployed| {
                let named = deployed.workload.dockerfile.as_deref();
                named == Some(file.path)
                    || named.is_none()
                        && deployed.workload.build.as_deref() == Some(parent(file.path))
            })
        });
        let made: Vec<Deployed> = made.cloned().collect();
        one.deployed.extend(made);
    }
    // Manifests of one folder are one environment; so is everything that one kind of manifest deploys.
    let foreign = same(units, foreign.into_values().collect(), |one| {
        parent(one.path)
    });
    same(units, foreign, |one| one.workload.source.as_str())
}

/// Whether a file of the tree is built into a deployment, or given to it at run time.
pub fn is_given(one: &Foreign, path: &str) -> bool {
    one.deployed.iter().any(|one| {
        let build = one.workload.build.as_deref().unwrap_or("");
        let mut mounts = one.workload.mounts.iter();
        (!build.is_empty() && is_under(path, build)) || mounts.any(|mount| is_under(path, mount))
    })
}

fn give<'a>(unit: &mut Unit<'a>, deployed: Deployed<'a>) {
    let workload = deployed.workload;
    if workload.source != "dockerfile" {
        unit.names.insert(workload.name.to_ascii_lowercase());
        unit.names
            .extend(workload.aliases.iter().map(|one| one.to_ascii_lowercase()));
    }
    unit.workloads.push(deployed);
}

/// The unit in the folder that a workload is built from.
fn built_from(units: &[Unit], deployed: &Deployed, _: &BTreeSet<&str>) -> Option<usize> {
    let workload = deployed.workload;
    let by_folder = |folder: &str| {
        units
            .iter()
            .position(|unit| unit.folder == folder)
            .or_else(|| {
                let inside: Vec<usize> = (0..units.len())
                    .filter(|at| is_under(&units[*at].folder, folder))
                    .collect();
                match inside[..] {
                    [one] => Some(one),
                    _ => None,
                }
            })
    };
    if workload.source == "dockerfile" {
        return by_folder(parent(deployed.path));
    }
    let dockerfile = workload.dockerfile.as_deref().map(parent);
    dockerfile
        .and_then(|folder| units.iter().position(|unit| unit.folder == folder))
        .or_else(|| {
            by_folder(
                workload
                    .build
                    .as_deref()
                    .filter(|build| !build.is_empty())?,
            )
        })
}

/// `registry/team` of `registry/team/orders:1`; none where the image has none.
fn namespace(workload: &Workload) -> Option<&str> {
    Some(image_of(workload)?.rsplit_once('/')?.0)
}

/// Namespaces of images that are called, or deployed, like units and not like what others make: those of this tree's images.
fn namespaces<'a>(units: &[Unit], workloads: &[Deployed<'a>]) -> BTreeSet<&'a str> {
    let made = workloads.iter().filter(|one| {
        image_of(one.workload).is_some_and(|image| {
            let called = |name: &str| exactly(units, name).is_some();
            !infrastructure::is_plainly(image)
                && (called(&infrastructure::image_name(image)) || called(&one.workload.name))
        })
    });
    made.filter_map(|one| namespace(one.workload)).collect()
}

fn image_of(workload: &Workload) -> Option<&str> {
    workload.image.as_ref().and_then(Value::known)
}

/// The unit of a workload's name or image.
fn named_as(units: &[Unit], deployed: &Deployed, own: &BTreeSet<&str>) -> Option<usize> {
    let workload = deployed.workload;
    if workload.source == "dockerfile" {
        return None;
    }
    let image = image_of(workload).map(infrastructure::image_name);
    let names: Vec<String> = std::iter::once(workload.name.to_ascii_lowercase())
        .chain(image.clone())
        .collect();
    // An image beside those of this tree, called like code of this tree, is built from that code, though others
    // make something of the name, too.
    if image.as_ref() == names.first()
        && namespace(workload).is_some_and(|of| own.contains(of))
        && let Some(at) = exactly(units, &names[0])
    {
        return Some(at);
    }
    // `orders-with-jaeger` of a deployment called `orders` is an image of the orders.
    if !image_of(workload).is_some_and(infrastructure::is_plainly)
        && let Some(at) = exactly(units, &names[0])
    {
        return Some(at);
    }
    if is_known(workload) {
        return None;
    }
    names
        .iter()
        .find_map(|name| by_name(units, name))
        .or_else(|| {
            // A single unit at the root is what the root's build makes.
            (workload.build.as_deref() == Some("") && units.len() == 1).then_some(0)
        })
}

/// An image of others that is known.
fn is_known(workload: &Workload) -> bool {
    workload.build.is_none()
        && image_of(workload)
            .and_then(infrastructure::of_image)
            .is_some()
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn exactly(units: &[Unit], name: &str) -> Option<usize> {
    let wanted = plain(name);
    units
        .iter()
        .position(|unit| unit.names.iter().any(|one| plain(one) == wanted))
}

/// By a name that is the unit's, or by the only unit whose name ends or begins with it.
fn by_name(units: &[Unit], name: &str) -> Option<usize> {
    let wanted = plain(name);
    if wanted.len() < 3 {
        return None;
    }
    exactly(units, name).or_else(|| {
        let close: Vec<usize> = (0..units.len())
            .filter(|at| {
                units[*at].names.iter().any(|one| {
                    let own = plain(one);
                    own.len() >= 3
                        && (own.ends_with(&wanted)
                            || wanted.ends_with(&own)
                            || own.starts_with(&wanted)
                            || wanted.starts_with(&own))
                })
            })
            .collect();
        match close[..] {
            [one] => Some(one),
            _ => None,
        }
    })
}

/// Words that say no more than that something runs.
const GENERIC: [&str; 9] = [
    "service",
    "svc",
    "server",
    "srv",
    "app",
    "application",
    "ms",
    "microservice",
    "deployment",
];

/// The words of a name without those at its end that say nothing: `orders-svc` is `orders`.
fn core(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    while words.len() > 1 && GENERIC.contains(&words[words.len() - 1].as_str()) {
        words.pop();
    }
    words
}

/// The only unit of nearly the same name that is not deployed beside the workload under a name of its own:
/// `orders-svc` runs `orders-service`, `acme-shop-orders` runs `orders`, `mail` runs `mail-sender`.
fn called_like(units: &[Unit], deployed: &Deployed, _: &BTreeSet<&str>) -> Option<usize> {
    let workload = deployed.workload;
    if workload.source == "dockerfile" || workload.build.is_some() || is_known(workload) {
        return None;
    }
    let image = image_of(workload).map(infrastructure::image_name);
    let names = std::iter::once(workload.name.clone()).chain(image);
    for wanted in names.map(|name| core(&name)) {
        let free = |unit: &Unit| {
            !unit.workloads.iter().any(|one| {
                one.workload.source != "dockerfile" && parent(one.path) == parent(deployed.path)
            })
        };
        let fit = |fits: &dyn Fn(&[String]) -> bool| -> Vec<usize> {
            (0..units.len())
                .filter(|at| {
                    units[*at].names.iter().any(|name| fits(&core(name))) && free(&units[*at])
                })
                .collect()
        };
        let same = fit(&|own| own == wanted);
        let close = fit(&|own| {
            let long = |words: &[String]| words.iter().any(|word| word.len() > 3);
            long(own) && wanted.ends_with(own) || long(&wanted) && own.starts_with(&wanted)
        });
        for found in [same, close] {
            if let [one] = found[..] {
                return Some(one);
            }
        }
    }
    None
}

/// What an image of others is, as far as its image, its program or its name tells.
pub fn known_of(one: &Foreign) -> Option<&'static Infrastructure> {
    let images = one.deployed.iter().filter_map(|one| image_of(one.workload));
    let commands = one
        .deployed
        .iter()
        .filter_map(|one| one.workload.command.as_deref());
    images
        .into_iter()
        .find_map(infrastructure::of_image)
        .or_else(|| commands.into_iter().find_map(infrastructure::of_command))
        .or_else(|| infrastructure::of_image(&one.name))
}

/// Puts together what is one thing deployed in several ways: where each of two environments that run the same
/// units has exactly one store of a kind, it is the same store under two names.
fn same<'a>(
    units: &[Unit<'a>],
    mut foreign: Vec<Foreign<'a>>,
    environment: fn(&Deployed<'a>) -> &'a str,
) -> Vec<Foreign<'a>> {
    let environments = |deployed: &[Deployed<'a>]| -> BTreeSet<&'a str> {
        deployed
            .iter()
            .filter(|one| one.workload.source != "dockerfile")
            .map(environment)
            .collect()
    };
    let mut run: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        for of in environments(&unit.workloads) {
            run.entry(of).or_default().insert(at);
        }
    }
    // The shortest name stays: the others carry that of a chart or a release before it.
    foreign.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
    let places: Vec<Place> = foreign
        .iter()
        .map(|one| {
            let environments = environments(&one.deployed);
            let units = environments.iter().filter_map(|of| run.get(of));
            Place {
                id: known_of(one).map(|known| known.id.as_str()),
                units: units.flatten().copied().collect(),
                environments,
            }
        })
        .collect();
    let mut of_kind: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for place in &places {
        for of in place.id.iter().flat_map(|id| place.at(id)) {
            *of_kind.entry(of).or_default() += 1;
        }
    }
    let mut kept: Vec<Foreign<'a>> = Vec::new();
    // Where those that are kept stand in the list, and in which environments they are.
    let mut by_kind: BTreeMap<&str, Vec<(usize, Place)>> = BTreeMap::new();
    for (one, here) in foreign.into_iter().zip(places) {
        let Some(id) = here.id else {
            kept.push(one);
            continue;
        };
        let others = by_kind.entry(id).or_default();
        // The only one of its kind wherever it is deployed.
        let alone = !here.environments.is_empty() && here.at(id).all(|of| of_kind[&of] == 1);
        let twin = others.iter_mut().find(|(_, there)| {
            alone
                && there.environments.is_disjoint(&here.environments)
                && !there.units.is_disjoint(&here.units)
        });
        match twin {
            Some((at, there)) => {
                kept[*at].deployed.extend(one.deployed);
                there.environments.extend(here.environments);
                there.units.extend(here.units);
            }
            None => {
                others.push((kept.len(), here));
                kept.push(one);
            }
        }
    }
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    kept
}

/// Where an image of others is deployed.
struct Place<'a> {
    /// What it is, where that is known.
    id: Option<&'static str>,
    environments: BTreeSet<&'a str>,
    /// The units that are deployed in any of them.
    units: BTreeSet<usize>,
}

impl<'a> Place<'a> {
    fn at(&self, id: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.environments.iter().map(move |of| (id, *of))
    }
}
