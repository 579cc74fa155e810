//! The facts of each unit and of what stands beside it.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use model::fact::{
    ContractFact, EntityFact, EnvironmentFact, FieldFact, GuardFact, LinkKind, ResourceFact,
    ResourceKind, SchemaFact, ServiceFact, Source,
};
use model::finding::Certainty;

use super::bases::Bases;
use super::index::{is_test, is_under};
use super::links::Links;
use super::roles::role_of;
use super::routes::{Mounts, endpoints};
use super::settings::{Roles, libraries_of};
use super::world::{Party, World};
use crate::fronts::is_code;
use crate::observation::{Observation, Workload};

pub fn service<'a>(
    world: &World<'a>,
    mounts: &Mounts<'a>,
    links: &Links,
    at: usize,
    roles: &Roles,
) -> (String, ServiceFact) {
    let unit = &world.units[at];
    let endpoints = endpoints(world, mounts, at);
    let consumes = !links.targets(Party::Unit(at), LinkKind::Consume).is_empty();
    let deployed = || unit.workloads.iter().map(|one| (one, one.workload));
    let health = deployed()
        .find(|(_, workload)| workload.health || workload.readiness)
        .map(|(one, _)| Source {
            file: one.path.to_owned(),
            line: one.line,
        });
    let fact = ServiceFact {
        folder: unit.folder.clone(),
        role: role_of(roles, endpoints.len(), consumes, &unit.id),
        language: language(world, at),
        libraries: libraries_of(world, at)
            .into_keys()
            .map(str::to_owned)
            .collect(),
        names: unit.names.iter().cloned().collect(),
        ports: world.ports(at).iter().copied().collect(),
        published: deployed().any(|(_, workload)| !workload.published.is_empty()),
        entities: entities(world, at),
        environment: environment(world, at),
        guards: guards(world, at),
        schedules: schedules(world, at),
        tests: tests(world, at),
        replicas: deployed().find_map(|(_, workload)| workload.replicas),
        health,
        owners: Vec::new(),
        certainty: if unit.certain {
            Certainty::Resolved
        } else {
            Certainty::Inferred
        },
        evidence: unit.evidence.iter().take(6).cloned().collect(),
        base: Some(Bases::of(world, at).before).filter(|base| !base.is_empty()),
        endpoints,
    };
    (unit.id.clone(), fact)
}

/// The language of most of its files.
fn language(world: &World, at: usize) -> Option<String> {
    let unit = &world.units[at];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, facts) in &world.index.files {
        if is_code(&facts.front)
            && is_under(path, &unit.folder)
            && !unit.except.iter().any(|other| is_under(path, other))
        {
            *counts.entry(&facts.front).or_default() += 1;
        }
    }
    let most = counts
        .iter()
        .max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name)));
    most.map(|(name, _)| (*name).to_owned())
        .or_else(|| Some(unit.module?.1.language.clone()))
        .filter(|name| !name.is_empty())
}

fn entities(world: &World, at: usize) -> Vec<EntityFact> {
    let mut found: Vec<EntityFact> = Vec::new();
    for (path, seen) in world.seen(at) {
        let Observation::Entity(one) = &seen.what else {
            continue;
        };
        if found
            .iter()
            .any(|other| other.name == one.name && other.at.file == path)
        {
            continue;
        }
        found.push(EntityFact {
            name: one.name.clone(),
            table: one.table.clone(),
            fields: one
                .fields
                .iter()
                .map(|field| FieldFact {
                    name: field.name.clone(),
                    of: field.of.clone(),
                    refers: field.refers.clone(),
                    many: field.many,
                    optional: field.optional,
                })
                .collect(),
            at: Source {
                file: path.to_owned(),
                line: seen.line,
            },
        });
    }
    found.sort_by(|a, b| (&a.name, &a.at).cmp(&(&b.name, &b.at)));
    found
}

/// Words in the names of variables whose values are nobody's business.
const CREDENTIALS: [&str; 8] = [
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
    "KEY",
    "CREDENTIAL",
    "PRIVATE",
    "DSN",
];

fn environment(world: &World, at: usize) -> Vec<EnvironmentFact> {
    let mut found: BTreeMap<String, EnvironmentFact> = BTreeMap::new();
    let entry = |name: &str| EnvironmentFact {
        name: name.to_owned(),
        read: Vec::new(),
        set: Vec::new(),
        default: None,
    };
    for (path, seen) in world.seen(at) {
        let Observation::ReadsEnv { name, default } = &seen.what else {
            continue;
        };
        let fact = found.entry(name.clone()).or_insert_with(|| entry(name));
        let source = Source {
            file: path.to_owned(),
            line: seen.line,
        };
        if !fact.read.contains(&source) {
            fact.read.push(source);
        }
        let upper = name.to_ascii_uppercase();
        if fact.default.is_none()
            && !CREDENTIALS.iter().any(|word| upper.contains(word))
            && let Some(text) = default
                .as_ref()
                .and_then(|value| world.texts(at, path, value).into_iter().next())
            && text.text != "{}"
            && !text.text.contains('@')
        {
            fact.default = Some(text.text);
        }
    }
    for (name, values) in &world.env[at] {
        let fact = found.entry(name.clone()).or_insert_with(|| entry(name));
        for (_, source) in values {
            if !fact.set.contains(source) {
                fact.set.push(source.clone());
            }
        }
    }
    found.into_values().collect()
}

fn guards(world: &World, at: usize) -> Vec<GuardFact> {
    let mut found = Vec::new();
    for (path, seen) in world.seen(at) {
        if let Observation::Guard(guard) = &seen.what {
            found.push(GuardFact {
                kind: guard.kind.clone(),
                covers: guard.covers.clone(),
                at: Source {
                    file: path.to_owned(),
                    line: seen.line,
                },
            });
        }
    }
    found
}

fn schedules(world: &World, at: usize) -> Vec<Source> {
    world
        .seen(at)
        .filter(|(_, seen)| matches!(seen.what, Observation::Schedule { .. }))
        .map(|(path, seen)| Source {
            file: path.to_owned(),
            line: seen.line,
        })
        .collect()
}

fn tests(world: &World, at: usize) -> u64 {
    let unit = &world.units[at];
    world
        .index
        .under(&unit.folder, &unit.except)
        .filter(|(_, seen)| matches!(seen.what, Observation::Test))
        .count() as u64
}

/// Kinds whose port people open to look inside.
fn holds_data(kind: ResourceKind) -> bool {
    matches!(
        kind,
        ResourceKind::Store
            | ResourceKind::Cache
            | ResourceKind::Broker
            | ResourceKind::Search
            | ResourceKind::ObjectStore
    )
}

/// Compose opens a port of the machine it runs on, most often a developer's: whether the world reaches it
/// is not said there.
fn is_on_one_machine(workload: &Workload) -> bool {
    workload.source == crate::fronts::compose::FRONT.id
}

/// Resources that something here runs or talks to.
pub fn resources(world: &World) -> IndexMap<String, ResourceFact> {
    let mut all: Vec<_> = world.resources.iter().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.into_iter()
        .map(|one| {
            let deployed = one.foreign.iter().flat_map(|foreign| &foreign.deployed);
            let health = deployed
                .clone()
                .find(|one| one.workload.health || one.workload.readiness);
            let one_kind = one.kind;
            let fact = ResourceFact {
                kind: one_kind,
                technology: one.technology.clone(),
                host: one.names.iter().next().cloned(),
                databases: one.databases.iter().cloned().collect(),
                names: one.names.iter().cloned().collect(),
                published: deployed.clone().any(|one| {
                    let inside = holds_data(one_kind) && is_on_one_machine(one.workload);
                    !inside && !one.workload.published.is_empty()
                }),
                embedded: one.embedded,
                health: health.map(|one| Source {
                    file: one.path.to_owned(),
                    line: one.line,
                }),
                certainty: if one.certain {
                    Certainty::Resolved
                } else {
                    Certainty::Inferred
                },
                evidence: one.evidence.iter().take(6).cloned().collect(),
            };
            (one.id.clone(), fact)
        })
        .collect()
}

pub fn contracts(world: &World) -> Vec<ContractFact> {
    let mut found = Vec::new();
    for (path, facts) in &world.index.files {
        if is_test(path) {
            continue;
        }
        for seen in &facts.seen {
            let Observation::Contract(one) = &seen.what else {
                continue;
            };
            let service = world
                .units
                .iter()
                .filter(|unit| is_under(path, &unit.folder))
                .max_by_key(|unit| unit.folder.len())
                .map(|unit| unit.id.clone());
            let operations: BTreeSet<String> = one
                .operations
                .iter()
                .map(|one| format!("{} {}", one.method, one.path))
                .collect();
            found.push(ContractFact {
                kind: one.kind.clone(),
                title: one.title.clone(),
                service,
                operations: operations.into_iter().collect(),
                at: Source {
                    file: (*path).to_owned(),
                    line: seen.line,
                },
            });
        }
    }
    found
}

/// Schemas as their migrations leave them, with the service that keeps them and its only store.
pub fn schemas(world: &World, links: &Links) -> Vec<SchemaFact> {
    let files = world
        .index
        .files
        .iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, facts)| (*path, *facts))
        .collect();
    let mut found = crate::schema::recover(&files);
    for schema in &mut found {
        let Some(file) = schema.files.first() else {
            continue;
        };
        let unit = (0..world.units.len())
            .filter(|at| is_under(file, &world.units[*at].folder))
            .max_by_key(|at| world.units[*at].folder.len());
        schema.service = unit.map(|at| world.units[at].id.clone());
        let stores: Vec<Party> = match unit {
            Some(unit) => links
                .targets(Party::Unit(unit), LinkKind::Data)
                .into_iter()
                .filter(|to| matches!(to, Party::Resource(at) if world.resources[*at].kind == ResourceKind::Store))
                .collect(),
            None => stores_of(world, &schema.dialect),
        };
        if let [one] = stores[..] {
            schema.store = Some(world.id(one).to_owned());
        }
    }
    found
}

/// The stores of the tree that speak a dialect: where there is one, a schema that no service keeps is its.
fn stores_of(world: &World, dialect: &str) -> Vec<Party> {
    let speaks = |at: &usize| {
        let one = &world.resources[*at];
        one.kind == ResourceKind::Store && one.technology.as_deref() == Some(dialect)
    };
    (0..world.resources.len())
        .filter(speaks)
        .map(Party::Resource)
        .collect()
}
