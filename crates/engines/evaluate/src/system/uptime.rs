//! Availability of operations from that of components, shared parts counted once.
//!
//! - A component whose availability is said is one part with it.
//! - A managed one is a part with the figure its provider publishes for its spread over zones.
//! - One of our own is its instances on machines: what a provider publishes for a machine in one
//!   zone holds for all instances of a component in that zone together, since the figure does not
//!   tell a machine's failure from its zone's. Spread over zones, all components share the figure
//!   published for machines in several zones as one part `region`.
//!
//! A stateless component is up while enough instances are up to carry the load. A store is up while
//! its primary is, or any instance where it fails over by itself, or the majority of a quorum. The
//! moments of a failover, deployments and faults of the software itself are not counted.

use indexmap::{IndexMap, IndexSet};

use knowledge::{Availability, Capability, Knowledge, Role, Scope, Source, Technology};
use model::{Component, ComponentKind, Path, Relation, ReplicationMode, System as Model};

use super::demand::Missing;
use super::placement::{host, is_managed, is_store, placement, technology, zone_name};
use crate::availability::{Structure, System};
use crate::result::Input;

/// Structures of all components asked for.
pub(super) struct Uptime<'a> {
    model: &'a Model,
    knowledge: &'a Knowledge,
    lost: Option<usize>,
    /// What machines are published to be available for: of one zone, and spread over several.
    machine: Option<&'a Availability>,
    spread: Option<&'a Availability>,
    /// The relations that lead to each component.
    ways: IndexMap<&'a str, Vec<&'a Relation>>,
    pub parts: System,
    known: IndexMap<String, Result<Structure, Missing>>,
    /// Where each part's figure is from, in the order of the parts.
    origins: Vec<Origin<'a>>,
}

/// Who says how available a part is.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Component(&'a str),
    Port(&'a str),
    Published(&'a Source),
}

impl Origin<'_> {
    fn cite(self) -> String {
        match self {
            Origin::Component(id) => format!("components.{id}.availability"),
            Origin::Port(id) => format!("ports.{id}.availability"),
            Origin::Published(source) => source.cite(),
        }
    }
}

impl<'a> Uptime<'a> {
    pub fn new(model: &'a Model, knowledge: &'a Knowledge, lost: Option<usize>) -> Self {
        let mut ways: IndexMap<&str, Vec<&Relation>> = IndexMap::new();
        for relation in model.architecture.relations.values() {
            ways.entry(&relation.to).or_default().push(relation);
        }
        let hosts = knowledge.with_capabilities(Role::Host, &[]);
        let figure = |scope| hosts.iter().find_map(|h| h.availability(scope));
        Uptime {
            model,
            knowledge,
            lost,
            machine: figure(Scope::Instance),
            spread: figure(Scope::ZoneRedundant),
            ways,
            parts: System::new(),
            known: IndexMap::new(),
            origins: Vec::new(),
        }
    }

    /// What an operation needs: every component that its foreground passes, or that one's fallback.
    /// A relation with a fallback to nobody makes the component dispensable: the user then sees less.
    /// A signed link is computed without asking the file's store, but it is of no use while that store
    /// is down, so the operation counts as failed with it. Work that nobody waits for needs all that
    /// its steps touch, and who does them.
    pub fn operation(
        &mut self,
        path: &'a Path,
        needed: &dyn Fn(&str) -> usize,
    ) -> (Structure, Vec<Missing>) {
        let mut all = Vec::new();
        let mut missing = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        let nobody_waits = path.steps.iter().all(|s| s.background);
        let steps = path.steps.iter().filter(|s| nobody_waits || !s.background);
        let model = self.model;
        let doers = steps.clone().filter_map(|s| {
            let via = s.via.as_ref().filter(|_| nobody_waits)?;
            let relation = model.architecture.relations.get(&**via)?;
            Some(&*relation.from)
        });
        let needed_by_it: Vec<&str> = doers.chain(steps.map(|s| &*s.on)).collect();
        for id in needed_by_it {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let fallback = self.fallback(path, id);
            if fallback == Some(None) {
                continue;
            }
            let mut structure = self.component(id, needed(id));
            if let Some(Some(other)) = fallback {
                let other = self.component(other, needed(other));
                structure = match (structure, other) {
                    (Ok(a), Ok(b)) => Ok(Structure::Or(vec![a, b])),
                    (Err(e), _) | (_, Err(e)) => Err(e),
                };
            }
            match structure {
                Ok(structure) => all.push(structure),
                Err(e) => missing.push(e),
            }
        }
        (Structure::And(all), missing)
    }

    /// The fallback of the relations from this path's components to one: `Some(None)` where the
    /// caller does without it.
    fn fallback(&self, path: &Path, to: &str) -> Option<Option<&'a str>> {
        let ways = self.ways.get(to)?.iter();
        let ways = ways.filter(|r| path.steps.iter().any(|s| *s.on == *r.from));
        let mut result = None;
        for way in ways {
            let fallback = way.fallback.as_ref()?;
            result = Some(fallback.to.as_deref());
        }
        result
    }

    /// The figures that structures rest on, each once, in order of first use.
    pub fn inputs<'s>(&self, structures: impl IntoIterator<Item = &'s Structure>) -> Vec<Input> {
        let mut parts = IndexSet::new();
        for structure in structures {
            collect(structure, &mut parts);
        }
        let input = |part: &usize| {
            let (part, origin) = (self.parts.parts().get(*part)?, self.origins.get(*part)?);
            Some(Input {
                name: part.id.clone(),
                value: format!("{:.4} %", part.availability * 100.0),
                source: origin.cite(),
            })
        };
        parts.iter().filter_map(input).collect()
    }

    /// The structure of a component that was asked for before.
    pub fn known(&self, id: &str) -> Option<&Structure> {
        self.known.get(id)?.as_ref().ok()
    }

    /// When a component is up; `needed` instances carry its load.
    pub fn component(&mut self, id: &str, needed: usize) -> Result<Structure, Missing> {
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        let structure = self.derive(id, needed);
        self.known.insert(id.to_string(), structure.clone());
        structure
    }

    fn derive(&mut self, id: &str, needed: usize) -> Result<Structure, Missing> {
        let components = &self.model.architecture.components;
        let Some((id, component)) = components.get_key_value(id) else {
            return Err(unknown(id));
        };
        if matches!(
            component.kind,
            ComponentKind::Client | ComponentKind::Program
        ) {
            return Ok(Structure::And(Vec::new()));
        }
        let inside = host(self.model, id);
        if inside != id {
            return self.component(inside, needed);
        }
        let technology = technology(component, self.knowledge);
        let port = self
            .model
            .brief
            .domain
            .ports
            .get(id)
            .and_then(|p| p.availability);
        if let Some(said) = component.availability {
            return Ok(self.part(id, said.0, Origin::Component(id)));
        }
        if let Some(said) = port {
            return Ok(self.part(id, said.0, Origin::Port(id)));
        }
        if component.kind == ComponentKind::External {
            return Err(unknown(id));
        }
        if is_managed(component, technology) {
            return self.managed(id, component, technology);
        }
        self.own(id, component, technology, needed)
    }

    fn part(&mut self, id: &str, availability: f64, origin: Origin<'a>) -> Structure {
        let part = self.parts.part(id, availability);
        if self.origins.len() < self.parts.parts().len() {
            self.origins.push(origin);
        }
        part
    }

    fn managed(
        &mut self,
        id: &str,
        component: &Component,
        technology: Option<&'a Technology>,
    ) -> Result<Structure, Missing> {
        let place = placement(component, technology, self.lost);
        let scopes: &[Scope] = if place.zones > 1 {
            &[Scope::ZoneRedundant, Scope::Region]
        } else {
            &[Scope::Instance, Scope::Region]
        };
        let figure = scopes.iter().find_map(|s| technology?.availability(*s));
        let figure = figure.ok_or_else(|| unknown(id))?;
        // A service of one zone is down with it; one of a region is not.
        let gone = self.lost == Some(0) && place.zones == 1 && figure.scope == Scope::Instance;
        let availability = if gone { 0.0 } else { figure.fraction() };
        Ok(self.part(id, availability, Origin::Published(&figure.source)))
    }

    fn own(
        &mut self,
        id: &str,
        component: &Component,
        technology: Option<&Technology>,
        needed: usize,
    ) -> Result<Structure, Missing> {
        let machine = self.machine.ok_or_else(|| unknown(id))?;
        let place = placement(component, technology, self.lost);
        // As many in each zone: a zone is up or down as one. Else a large number is scaled down,
        // which rounds the share that is needed by less than one in a hundred.
        let even = place.zones > 0 && place.instances.is_multiple_of(place.zones);
        let count = if even {
            place.zones.min(place.instances)
        } else {
            place.instances
        };
        let count = count.min(120);
        let needed = (needed * count).div_ceil(place.instances.max(1));
        let mut instances = Vec::with_capacity(count);
        for i in 0..count {
            let zone = i % place.zones;
            let up = if self.lost == Some(zone) {
                0.0
            } else {
                machine.fraction()
            };
            let name = format!("{id} in zone {}", zone_name(zone));
            instances.push(self.part(&name, up, Origin::Published(&machine.source)));
        }
        let replication = component.replication.as_ref();
        let quorum = replication.is_some_and(|r| r.mode == ReplicationMode::Quorum);
        let spreads = technology.is_some_and(|t| t.has(Capability::HorizontalWrites));
        let mut structure = if quorum {
            Structure::KOfN(count / 2 + 1, instances)
        } else if !is_store(component.kind) || spreads {
            Structure::KOfN(needed.clamp(1, count.max(1)), instances)
        } else if replication.is_some_and(|r| r.failover.is_some()) {
            Structure::Or(instances)
        } else {
            instances.truncate(1);
            Structure::And(instances)
        };
        if count == 0 {
            structure = Structure::Or(Vec::new());
        }
        if place.zones > 1
            && let Some(region) = self.spread
        {
            let origin = Origin::Published(&region.source);
            let region = self.part("region", region.fraction(), origin);
            structure = Structure::And(vec![region, structure]);
        }
        Ok(structure)
    }
}

fn collect(structure: &Structure, into: &mut IndexSet<usize>) {
    match structure {
        Structure::Component(part) => {
            into.insert(*part);
        }
        Structure::And(all) | Structure::Or(all) | Structure::KOfN(_, all) => {
            all.iter().for_each(|s| collect(s, into));
        }
    }
}

fn unknown(id: &str) -> Missing {
    Missing {
        subject: format!("components.{id}.availability"),
        what: format!("the availability of `{id}`"),
        remedy: format!(
            "give `components.{id}.availability`, from its provider or your own records"
        ),
    }
}
