//! What configuration says by itself, through the tables: connections, gateways' routes, roles by dependency.

use std::collections::{BTreeMap, BTreeSet};

use model::fact::{LinkKind, ResourceKind, Source};
use model::finding::Certainty;

use super::links::{Links, Use};
use super::stores::connection;
use super::world::{Party, World, address, relaxed};
use crate::fronts::is_code;
use crate::observation::{Connection, Observation, Value};
use crate::recognise::libraries;
use crate::recognise::table::{DriverRow, Library, Trigger};

/// Role ids of a unit, each with where it shows.
pub type Roles = BTreeMap<String, Source>;

/// Libraries that a unit's build file lists or its code was recognised by.
pub fn libraries_of(world: &World, unit: usize) -> BTreeMap<&'static str, &'static Library> {
    let mut found = BTreeMap::new();
    let languages: BTreeSet<&str> = world
        .index
        .files
        .iter()
        .filter(|(path, facts)| {
            is_code(&facts.front) && super::index::is_under(path, &world.units[unit].folder)
        })
        .map(|(_, facts)| facts.front.as_str())
        .collect();
    let dependencies = dependencies(world, unit);
    for library in &libraries::all().0 {
        let spoken = library
            .languages
            .iter()
            .any(|one| languages.contains(one.as_str()))
            || languages.is_empty();
        if spoken
            && dependencies.iter().any(|(name, _)| {
                library
                    .dependencies
                    .iter()
                    .any(|wanted| depends(name, wanted))
            })
        {
            found.insert(library.id.as_str(), library);
        }
    }
    for (_, seen) in world.seen(unit) {
        let id = match &seen.what {
            Observation::Call(one) => &one.library,
            Observation::Client(one) => &one.library,
            Observation::Connection(one) => &one.library,
            Observation::Message(one) => &one.library,
            Observation::Role { library, .. } => library,
            Observation::Entity(one) => &one.library,
            Observation::Query(one) => &one.library,
            Observation::Guard(one) => &one.library,
            Observation::Resilience(one) => &one.library,
            _ => continue,
        };
        if let Some(library) = libraries::all().0.iter().find(|one| one.id == *id) {
            found.insert(library.id.as_str(), library);
        }
    }
    found
}

/// Names of a unit's dependencies and where each stands; those of its libraries and parents too.
fn dependencies<'a>(world: &World<'a>, unit: usize) -> Vec<(&'a str, Source)> {
    let one = &world.units[unit];
    let mut found = Vec::new();
    for (path, facts) in &world.index.files {
        let folder = super::index::parent(path);
        let own = folder == one.folder || one.libraries.iter().any(|library| library == folder);
        // A parent's build file gives its dependencies to the modules that it aggregates.
        let above = !own && super::index::is_under(&one.folder, folder);
        if !own && !above {
            continue;
        }
        for seen in &facts.seen {
            let Observation::Module(module) = &seen.what else {
                continue;
            };
            if above && module.aggregates.is_empty() {
                continue;
            }
            for dependency in module.dependencies.iter().filter(|one| !one.test) {
                let at = Source {
                    file: (*path).to_owned(),
                    line: dependency.line,
                };
                found.push((dependency.name.as_str(), at));
            }
        }
    }
    found
}

/// `org.springframework.boot:spring-boot-starter-web` is `spring-boot-starter-web`; `*` may end a name.
fn depends(name: &str, wanted: &str) -> bool {
    let fits = |name: &str| match wanted.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name.eq_ignore_ascii_case(wanted),
    };
    fits(name)
        || name
            .rsplit_once(':')
            .is_some_and(|(_, artifact)| fits(artifact))
}

/// Roles that code shows, and those that a dependency or a setting gives.
pub fn roles(world: &World, unit: usize) -> Roles {
    let mut found = Roles::new();
    for (path, seen) in world.seen(unit) {
        if let Observation::Role { role, .. } = &seen.what {
            found.entry(role.clone()).or_insert(Source {
                file: path.to_owned(),
                line: seen.line,
            });
        }
    }
    let dependencies = dependencies(world, unit);
    let has = libraries_of(world, unit);
    for library in &libraries::all().0 {
        for row in &library.role {
            if let Some((_, at)) = dependencies.iter().find(|(name, _)| {
                row.trigger
                    .dependency
                    .iter()
                    .any(|wanted| depends(name, wanted))
            }) {
                found.entry(row.role.clone()).or_insert(at.clone());
            }
            // What a configuration server hands to everybody says nothing of who lacks the library.
            let own = &world.units[unit].folder;
            let stated = settings_for(world, unit, &row.trigger).into_iter();
            let mut stated = stated.filter(|(_, _, at)| {
                super::index::is_under(&at.file, own) || has.contains_key(library.id.as_str())
            });
            if let Some((_, _, at)) = stated.next() {
                found.entry(row.role.clone()).or_insert(at);
            }
        }
    }
    found
}

/// Settings of a unit that trigger a row: the key, the value, the place.
fn settings_for(world: &World, unit: usize, trigger: &Trigger) -> Vec<(String, Value, Source)> {
    let mut found = Vec::new();
    for wanted in &trigger.setting {
        let pattern: Vec<String> = wanted.split('.').map(relaxed).collect();
        if !wanted.contains('*') {
            for setting in world.setting(unit, wanted) {
                found.push((wanted.clone(), setting.value.clone(), setting.at.clone()));
            }
            // The same key as a variable: `SPRING_DATASOURCE_URL`.
            for (value, at) in world.variable_of(unit, wanted) {
                found.push((wanted.clone(), value.clone(), at.clone()));
            }
            continue;
        }
        for (key, settings) in world.all_settings(unit) {
            if key_fits(key, &pattern) {
                found.extend(
                    settings
                        .iter()
                        .map(|one| (key.clone(), one.value.clone(), one.at.clone())),
                );
            }
        }
    }
    found
}

fn key_fits(key: &str, pattern: &[String]) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    parts.len() == pattern.len()
        && parts
            .iter()
            .zip(pattern)
            .all(|(part, wanted)| wanted == "*" || part == wanted)
}

/// Connections that settings state. A setting counts where the unit has the library.
pub fn of_settings(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        for library in libraries_of(world, unit).into_values() {
            for row in library
                .connection
                .iter()
                .filter(|row| !row.trigger.setting.is_empty())
            {
                for (_, value, at) in settings_for(world, unit, &row.trigger) {
                    let path = at.file.clone();
                    let one = Connection {
                        technology: row.technology.first().cloned(),
                        target: value,
                        database: row.database.iter().find_map(|key| {
                            let setting = world.setting(unit, key).first()?;
                            Some(setting.value.clone())
                        }),
                        library: library.id.clone(),
                    };
                    connection(world, links, unit, &path, &one, at, Certainty::Resolved);
                }
            }
        }
    }
}

/// Where the address of a store is kept elsewhere, the driver tells of which technology it is: the only deployed one.
pub fn of_drivers(world: &World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let from = Party::Unit(unit);
        let stores = links.targets(from, LinkKind::Data).into_iter();
        let known = stores
            .filter(|to| matches!(to, Party::Resource(at) if world.resources[*at].kind == ResourceKind::Store));
        if known.count() > 0 {
            continue;
        }
        let dependencies = dependencies(world, unit);
        let listed: Vec<(&DriverRow, &Source)> = libraries::all()
            .0
            .iter()
            .flat_map(|library| &library.driver)
            .filter_map(|row| {
                let mut all = dependencies.iter();
                let found =
                    all.find(|(name, _)| row.dependency.iter().any(|wanted| depends(name, wanted)));
                Some((row, &found?.1))
            })
            .collect();
        // With drivers of several technologies one is chosen; which, the tree does not say.
        if let [(row, at)] = listed[..] {
            let fit: Vec<usize> = (0..world.resources.len())
                .filter(|at| {
                    let one = &world.resources[*at];
                    one.foreign.is_some()
                        && one
                            .known
                            .is_some_and(|known| row.technology.contains(&known.id))
                })
                .collect();
            if let [store] = fit[..] {
                let mut link = Use::new(from, Party::Resource(store), LinkKind::Data, at.clone());
                link.certainty = Certainty::Inferred;
                link.because = "its driver, and the only store of the kind that is deployed".into();
                links.add(world, link);
            }
        }
    }
}

/// The routes of gateways that settings define.
pub fn of_gateways(world: &mut World, links: &mut Links) {
    for unit in 0..world.units.len() {
        let rows: Vec<_> = libraries_of(world, unit)
            .into_values()
            .flat_map(|library| &library.proxy)
            .collect();
        for row in rows {
            let depth = row.setting.split('.').count();
            let pattern: Vec<String> = row.setting.split('.').map(relaxed).collect();
            let mut groups: BTreeMap<String, Vec<(String, &Value, Source)>> = BTreeMap::new();
            for (key, settings) in world.all_settings(unit) {
                // A list index is a segment of its own: `routes[0].uri` is `routes.[0].uri`.
                let split = key.replace('[', ".[");
                let parts: Vec<&str> = split.split('.').collect();
                if parts.len() < depth
                    || !parts[..depth]
                        .iter()
                        .zip(&pattern)
                        .all(|(part, wanted)| wanted == "*" || part == wanted)
                {
                    continue;
                }
                let rest = parts[depth..].join(".");
                for setting in settings {
                    groups.entry(parts[..depth].join(".")).or_default().push((
                        rest.clone(),
                        setting.value,
                        setting.at.clone(),
                    ));
                }
            }
            for (key, settings) in groups {
                let name = key.rsplit('.').next().unwrap_or(&key).to_owned();
                let of = |wanted: &str| {
                    let wanted = relaxed(wanted).replace('[', ".[");
                    settings.iter().find(|(rest, _, _)| {
                        rest.trim_start_matches('.') == wanted.trim_start_matches('.')
                    })
                };
                let upstream = row
                    .upstream
                    .iter()
                    .find_map(|selector| match selector.as_str() {
                        "*" => Some((Value::text(name.clone()), settings[0].2.clone())),
                        "=" => of("").map(|(_, value, at)| ((*value).clone(), at.clone())),
                        key => of(key).map(|(_, value, at)| ((*value).clone(), at.clone())),
                    });
                let Some((upstream, at)) = upstream else {
                    continue;
                };
                let path = row
                    .path
                    .iter()
                    .find_map(|key| of(if key == "=" { "" } else { key }))
                    .map(|(_, value, at)| (*value, at.file.clone()));
                for text in world.texts(unit, &at.file, &upstream) {
                    let address = address(&text.text);
                    let Some((to, certain)) = world.behind(unit, &address) else {
                        continue;
                    };
                    let mut link = Use::new(Party::Unit(unit), to, LinkKind::Route, at.clone());
                    link.protocol = Some("http".into());
                    link.balanced = address.scheme.as_deref() != Some("http");
                    link.certainty = if certain {
                        Certainty::Resolved
                    } else {
                        Certainty::Inferred
                    };
                    link.about = path.as_ref().and_then(|(value, file)| {
                        let text = world.texts(unit, file, value).into_iter().next()?.text;
                        Some(text.strip_prefix("Path=").unwrap_or(&text).to_owned())
                    });
                    link.evidence.extend(text.via.iter().cloned());
                    links.add(world, link);
                    break;
                }
            }
        }
    }
}
