//! The world of one tree: units, what stands beside them, and how texts are resolved in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use model::fact::{ResourceKind, Source};

use super::address::{self, Address};
use super::deployments::known_of;
use super::index::{Index, is_test, name_of, parent};
use super::infrastructure::Infrastructure;
use super::unit::{self, Foreign, Unit, Units, is_own_configuration, kebab};
use crate::observation::{Observation, Value};

/// Who is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    Unit(usize),
    Resource(usize),
}

/// Something that runs and is not built here.
#[derive(Debug, Clone)]
pub struct Resource<'a> {
    pub id: String,
    pub kind: ResourceKind,
    pub technology: Option<String>,
    /// Id in `data/infrastructure`, where it is known.
    pub known: Option<&'static Infrastructure>,
    pub names: BTreeSet<String>,
    pub databases: BTreeSet<String>,
    pub foreign: Option<Foreign<'a>>,
    /// Runs inside the process of its user.
    pub embedded: bool,
    pub evidence: Vec<Source>,
    pub certain: bool,
}

/// A setting that a unit reads: value, where.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    pub value: &'a Value,
    pub at: Source,
}

pub struct World<'a> {
    pub index: Index<'a>,
    pub units: Vec<Unit<'a>>,
    pub resources: Vec<Resource<'a>>,
    pub not: Vec<model::fact::NotServiceFact>,
    names: BTreeMap<String, Party>,
    /// By unit: normalised key to its settings.
    settings: Vec<BTreeMap<String, Vec<Setting<'a>>>>,
    /// By unit: ports that it listens on.
    ports: Vec<BTreeSet<u16>>,
    /// By unit: variables that its deployments set.
    pub env: Vec<BTreeMap<String, Vec<(Value, Source)>>>,
}

impl<'a> World<'a> {
    pub fn new(index: Index<'a>) -> Self {
        let Units {
            units,
            foreign,
            not,
        } = unit::find(&index);
        let mut world = World {
            index,
            units,
            resources: Vec::new(),
            not,
            names: BTreeMap::new(),
            settings: Vec::new(),
            ports: Vec::new(),
            env: Vec::new(),
        };
        for one in foreign {
            world.add_foreign(one);
        }
        for at in 0..world.units.len() {
            for name in world.units[at].names.clone() {
                world.names.entry(name).or_insert(Party::Unit(at));
            }
        }
        for at in 0..world.resources.len() {
            for name in world.resources[at].names.clone() {
                world.names.entry(name).or_insert(Party::Resource(at));
            }
        }
        world.addresses();
        world.env = (0..world.units.len())
            .map(|at| world.variables(at))
            .collect();
        world.settings = (0..world.units.len())
            .map(|at| world.settings_of(at))
            .collect();
        world.ports = (0..world.units.len())
            .map(|at| world.ports_of(at))
            .collect();
        world
    }

    fn add_foreign(&mut self, foreign: Foreign<'a>) {
        let known = known_of(&foreign);
        let mut names: BTreeSet<String> = BTreeSet::new();
        names.insert(foreign.name.to_ascii_lowercase());
        for one in &foreign.deployed {
            // Another name of the same thing elsewhere; a Dockerfile's folder is none.
            if one.workload.source != "dockerfile" {
                names.insert(one.workload.name.to_ascii_lowercase());
            }
            names.extend(
                one.workload
                    .aliases
                    .iter()
                    .map(|name| name.to_ascii_lowercase()),
            );
        }
        let evidence = foreign
            .deployed
            .iter()
            .map(|one| Source {
                file: one.path.to_owned(),
                line: one.line,
            })
            .collect();
        let id = self.free_id(&foreign.name);
        self.resources.push(Resource {
            id,
            kind: known.map_or(ResourceKind::Other, |one| one.kind),
            technology: known.and_then(|one| one.technology.clone()),
            known,
            names,
            databases: BTreeSet::new(),
            foreign: Some(foreign),
            embedded: false,
            evidence,
            certain: true,
        });
    }

    pub fn free_id(&self, name: &str) -> String {
        let base = kebab(name);
        let taken = |id: &str| {
            self.units.iter().any(|unit| unit.id == id)
                || self.resources.iter().any(|one| one.id == id)
        };
        let mut id = base.clone();
        let mut count = 2;
        while taken(&id) {
            id = format!("{base}-{count}");
            count += 1;
        }
        id
    }

    /// Kubernetes Services and other names that select workloads by label.
    fn addresses(&mut self) {
        let mut found = Vec::new();
        for (path, facts) in &self.index.files {
            for seen in &facts.seen {
                let Observation::Address { name, selects, .. } = &seen.what else {
                    continue;
                };
                let _ = path;
                let fits = |labels: &[(String, String)]| {
                    !selects.is_empty() && selects.iter().all(|one| labels.contains(one))
                };
                let unit = self
                    .units
                    .iter()
                    .position(|unit| unit.workloads.iter().any(|one| fits(&one.workload.labels)))
                    .map(Party::Unit);
                let resource = || {
                    self.resources
                        .iter()
                        .position(|one| {
                            one.foreign.as_ref().is_some_and(|one| {
                                one.deployed.iter().any(|one| fits(&one.workload.labels))
                            })
                        })
                        .map(Party::Resource)
                };
                if let Some(party) = unit.or_else(resource) {
                    found.push((name.to_ascii_lowercase(), party));
                }
            }
        }
        for (name, party) in found {
            self.names.entry(name.clone()).or_insert(party);
            if let Party::Unit(at) = party {
                self.units[at].names.insert(name);
            }
        }
    }

    fn variables(&self, at: usize) -> BTreeMap<String, Vec<(Value, Source)>> {
        let mut found: BTreeMap<String, Vec<(Value, Source)>> = BTreeMap::new();
        for deployed in &self.units[at].workloads {
            for (name, value, line) in &deployed.workload.env {
                let source = Source {
                    file: deployed.path.to_owned(),
                    line: *line,
                };
                found
                    .entry(name.clone())
                    .or_default()
                    .push((value.clone(), source));
            }
            for taken in &deployed.workload.takes {
                for (path, facts) in &self.index.files {
                    for seen in &facts.seen {
                        let Observation::Values { name, entries, .. } = &seen.what else {
                            continue;
                        };
                        if name == taken
                            || *path == taken.as_str()
                            || name_of(path) == taken.as_str()
                        {
                            for (key, value) in entries {
                                let source = Source {
                                    file: (*path).to_owned(),
                                    line: seen.line,
                                };
                                found
                                    .entry(key.clone())
                                    .or_default()
                                    .push((value.clone(), source));
                            }
                        }
                    }
                }
            }
        }
        // A .env file beside the code.
        let unit = &self.units[at];
        for (path, seen) in self.index.under(&unit.folder, &unit.except) {
            if let Observation::Values { entries, .. } = &seen.what
                && name_of(path).starts_with(".env")
            {
                for (key, value) in entries {
                    let source = Source {
                        file: path.to_owned(),
                        line: seen.line,
                    };
                    found
                        .entry(key.clone())
                        .or_default()
                        .push((value.clone(), source));
                }
            }
        }
        found
    }

    fn settings_of(&self, at: usize) -> BTreeMap<String, Vec<Setting<'a>>> {
        let unit = &self.units[at];
        let mut found: BTreeMap<String, Vec<Setting<'a>>> = BTreeMap::new();
        for (path, facts) in &self.index.files {
            if is_test(path) {
                continue;
            }
            let own = super::index::is_under(path, &unit.folder)
                && !unit
                    .except
                    .iter()
                    .any(|other| super::index::is_under(path, other));
            let stem = name_of(path)
                .split('.')
                .next()
                .unwrap_or("")
                .to_ascii_lowercase();
            // `orders-docker.yml` is profile docker of orders, `order-service.yml` is order-service.
            let base = match stem.split_once('-') {
                Some((base, _)) if !unit.names.contains(&stem) => base,
                _ => stem.as_str(),
            };
            let served = unit.names.contains(base);
            let shared = base == "application" && !own && self.serves_configuration(path);
            let takes = if own {
                is_own_configuration(path, &unit.folder)
                    || !matches!(facts.front.as_str(), "spring-configuration" | "properties")
            } else {
                served || shared
            };
            if !takes {
                continue;
            }
            for seen in &facts.seen {
                if let Observation::Setting { key, value, .. } = &seen.what {
                    found.entry(relaxed(key)).or_default().push(Setting {
                        value,
                        at: Source {
                            file: (*path).to_owned(),
                            line: seen.line,
                        },
                    });
                }
            }
        }
        found
    }

    /// Whether a file lies where a configuration server keeps the files of others: beside files named
    /// after at least one unit.
    fn serves_configuration(&self, path: &str) -> bool {
        let folder = parent(path);
        let from = self
            .index
            .files
            .range::<str, _>((Bound::Included(folder), Bound::Unbounded));
        let mut below = from
            .map(|(path, _)| *path)
            .take_while(|path| path.starts_with(folder));
        below.any(|other| {
            parent(other) == folder && {
                let stem = name_of(other)
                    .split('.')
                    .next()
                    .unwrap_or("")
                    .to_ascii_lowercase();
                self.units.iter().any(|unit| unit.names.contains(&stem))
            }
        })
    }

    /// The settings of a unit under a key.
    pub fn setting(&self, unit: usize, key: &str) -> &[Setting<'a>] {
        self.settings[unit]
            .get(&relaxed(key))
            .map_or(&[], Vec::as_slice)
    }

    /// A key that a deployment sets as a variable: letters alone count, as Spring binds them.
    pub fn variable_of(&self, unit: usize, key: &str) -> Vec<&(Value, Source)> {
        let letters = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .flat_map(char::to_lowercase)
                .collect()
        };
        let wanted = letters(key);
        self.env[unit]
            .iter()
            .filter(|(name, _)| {
                name.contains('_')
                    && name.chars().all(|c| !c.is_lowercase())
                    && letters(name) == wanted
            })
            .flat_map(|(_, values)| values)
            .collect()
    }

    pub fn all_settings(&self, unit: usize) -> &BTreeMap<String, Vec<Setting<'a>>> {
        &self.settings[unit]
    }

    // ---- names

    /// Who has a name: exactly, or without the ending that says what it is.
    pub fn party(&self, name: &str) -> Option<Party> {
        let name = name.to_ascii_lowercase();
        self.names.get(&name).copied()
    }

    /// Who is behind an address, and whether that is certain.
    pub fn behind(&self, from: usize, address: &Address) -> Option<(Party, bool)> {
        if address.is_open() {
            return None;
        }
        if address.is_local() {
            let port = address.port?;
            let listen: Vec<usize> = (0..self.units.len())
                .filter(|at| self.ports[*at].contains(&port))
                .collect();
            // Its own port is its own, and what several listen on is nobody's.
            let unit = match listen[..] {
                _ if listen.contains(&from) => return None,
                [one] => Some(one),
                [] => None,
                _ => return None,
            };
            let resource = || {
                self.resources.iter().position(|one| {
                    one.foreign.as_ref().is_some_and(|one| {
                        one.deployed.iter().any(|one| {
                            one.workload.ports.contains(&port)
                                || one.workload.published.contains(&port)
                        })
                    })
                })
            };
            return unit
                .map(Party::Unit)
                .or_else(|| resource().map(Party::Resource))
                .map(|party| (party, false));
        }
        self.party(&address.host)
            .or_else(|| self.party(address.short()))
            .map(|party| (party, true))
    }

    /// Ports that a unit listens on.
    pub fn ports(&self, at: usize) -> &BTreeSet<u16> {
        &self.ports[at]
    }

    fn ports_of(&self, at: usize) -> BTreeSet<u16> {
        let mut ports: BTreeSet<u16> = BTreeSet::new();
        for one in &self.units[at].workloads {
            ports.extend(&one.workload.ports);
            ports.extend(&one.workload.published);
        }
        for setting in self.setting(at, "server.port") {
            for text in self.texts(at, &setting.at.file, setting.value) {
                ports.extend(text.text.parse::<u16>());
            }
        }
        let unit = &self.units[at];
        for (path, seen) in self.index.under(&unit.folder, &unit.except) {
            if let Observation::Entry { port: Some(port) } = &seen.what {
                for text in self.texts(at, path, port) {
                    ports.extend(text.text.trim_start_matches(':').parse::<u16>());
                }
            }
        }
        ports
    }

    /// The resource of an address that no deployment here names; made where it is new.
    pub fn resource_for(
        &mut self,
        id: &str,
        kind: ResourceKind,
        known: Option<&'static Infrastructure>,
        at: Source,
        certain: bool,
    ) -> Party {
        // People are nobody's namesake, whatever a service is called.
        let person = kind == ResourceKind::Client;
        if let Some(party) = self.party(id).filter(|_| !person) {
            return party;
        }
        let free = self.free_id(id);
        self.resources.push(Resource {
            id: free,
            kind,
            technology: known.and_then(|one| one.technology.clone()),
            known,
            names: std::iter::once(id.to_ascii_lowercase()).collect(),
            databases: BTreeSet::new(),
            foreign: None,
            embedded: false,
            evidence: vec![at],
            certain,
        });
        let party = Party::Resource(self.resources.len() - 1);
        if !person {
            self.names.insert(id.to_ascii_lowercase(), party);
        }
        party
    }

    pub fn id(&self, party: Party) -> &str {
        match party {
            Party::Unit(at) => &self.units[at].id,
            Party::Resource(at) => &self.resources[at].id,
        }
    }

    /// Everything seen in a unit's code and its own libraries, tests left out.
    pub fn seen(
        &self,
        at: usize,
    ) -> impl Iterator<Item = (&'a str, &'a crate::observation::Observed)> + '_ {
        let unit = &self.units[at];
        std::iter::once((&unit.folder, &unit.except[..]))
            .chain(unit.libraries.iter().map(|folder| (folder, &[][..])))
            .flat_map(|(folder, except)| self.index.under(folder, except))
            .filter(|(path, _)| !is_test(path))
    }
}

/// Keys compared as Spring binds them: case, hyphens and underscores do not count.
pub fn relaxed(key: &str) -> String {
    key.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Reads a text as an address.
pub fn address(text: &str) -> Address {
    address::read(text)
}
