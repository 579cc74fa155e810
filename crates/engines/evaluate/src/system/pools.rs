//! Components as pools of processors.
//!
//! Instances of a stateless component are taken as one pool behind one queue, which a balancer by
//! least connections comes close to. A store that takes writes on one instance has a pool of that
//! instance and, where replicas answer reads, a pool `readers`.

use indexmap::IndexMap;

use knowledge::{Capability, Knowledge};
use model::{Autoscale, Component, ComponentKind, System};

use super::placement::{host, is_store, placement, technology, usable_vcpu};
use crate::network::{Capacity, Class, Discipline, Pool};

/// Index of the pool for time that no processor of ours spends.
pub(super) const ELSEWHERE: usize = 0;

/// Name of the pool of a component, and of the pool of a store's readers.
pub(super) const MAIN: &str = "main";
pub(super) const READERS: &str = "readers";

/// The pools of all components.
#[derive(Clone)]
pub(super) struct Pools {
    pub pools: Vec<Pool>,
    /// Pools by component, then by name.
    pub of: IndexMap<String, IndexMap<&'static str, usize>>,
    /// Usable processors of one instance, by component; absent where nothing bounds it.
    pub vcpu: IndexMap<String, f64>,
}

impl Pools {
    pub fn build(system: &System, knowledge: &Knowledge, lost: Option<usize>) -> Pools {
        let elsewhere = Pool {
            id: "elsewhere".into(),
            discipline: Discipline::Shared,
            capacity: Capacity::Unlimited,
            speed: 1.0,
        };
        let mut all = Pools {
            pools: vec![elsewhere],
            of: IndexMap::new(),
            vcpu: IndexMap::new(),
        };
        for (id, component) in &system.architecture.components {
            if host(system, id) != id {
                continue;
            }
            let technology = technology(component, knowledge);
            let place = placement(component, technology, lost);
            let Some(vcpu) = usable_vcpu(component, technology) else {
                continue;
            };
            if matches!(
                component.kind,
                ComponentKind::Client | ComponentKind::External
            ) {
                continue;
            }
            all.vcpu.insert(id.clone(), vcpu);
            let spreads = technology.is_some_and(|t| t.has(Capability::HorizontalWrites));
            if !is_store(component.kind) || spreads {
                all.add(id, MAIN, vcpu * place.left as f64);
                continue;
            }
            let readers = component
                .replication
                .as_ref()
                .map_or(0, |r| r.readers as usize);
            // All of them are copies of another store: each answers reads.
            if readers > 0 && readers >= place.instances {
                all.add(id, MAIN, vcpu * place.left as f64);
                continue;
            }
            all.add(id, MAIN, if place.writable { vcpu } else { 0.0 });
            if readers > 0 {
                let spare = place.left.saturating_sub(usize::from(place.writable));
                all.add(id, READERS, vcpu * readers.min(spare) as f64);
            }
        }
        all
    }

    fn add(&mut self, id: &str, name: &'static str, processors: f64) {
        self.of
            .entry(id.to_string())
            .or_default()
            .insert(name, self.pools.len());
        let (capacity, speed) = capacity(processors);
        self.pools.push(Pool {
            id: format!("{id}.{name}"),
            discipline: Discipline::Shared,
            capacity,
            speed,
        });
    }

    /// Sets the instances of components that scale by themselves: so many that their processors are
    /// busy for the share the rule names at `load_factor`, at least those of the busiest hour
    /// from there on, and no fewer and no more than the rule allows. While a zone is lost nothing
    /// is added: new instances take minutes.
    pub fn autoscale(&mut self, system: &System, classes: &[Class], load_factor: f64) {
        let mut work = vec![0.0; self.pools.len()];
        for class in classes {
            for visit in &class.visits {
                work[visit.pool] +=
                    class.rate_per_s * load_factor * visit.passes() * visit.demand_s;
            }
        }
        self.scale(system, |rule, component, pool, vcpu| {
            let wanted = (work[pool] / (vcpu * rule.at.0.max(0.01))).ceil().min(1e6) as u32;
            let busiest = if load_factor >= 1.0 {
                component.instances
            } else {
                None
            };
            wanted
                .max(rule.min)
                .max(busiest.unwrap_or(0))
                .min(rule.max.max(rule.min))
        });
    }

    /// Sets the instances of components that scale by themselves to the most their rule allows.
    pub fn at_most(&mut self, system: &System) {
        self.scale(system, |rule, _, _, _| rule.max.max(rule.min));
    }

    fn scale(
        &mut self,
        system: &System,
        count: impl Fn(&Autoscale, &Component, usize, f64) -> u32,
    ) {
        for (id, vcpu) in &self.vcpu {
            let Some(component) = system.component(id).filter(|c| !is_store(c.kind)) else {
                continue;
            };
            let pool = self.of.get(id).and_then(|lanes| lanes.get(MAIN)).copied();
            let (Some(rule), Some(pool)) = (&component.autoscale, pool) else {
                continue;
            };
            if *vcpu <= 0.0 {
                continue;
            }
            let instances = count(rule, component, pool, *vcpu);
            let (capacity, speed) = capacity(vcpu * f64::from(instances));
            self.pools[pool].capacity = capacity;
            self.pools[pool].speed = speed;
        }
    }

    /// The pool that does a component's work; its readers where `reads` and it has any.
    pub fn pool(&self, host: &str, reads: bool) -> Option<usize> {
        let lanes = self.of.get(host)?;
        let readers = if reads { lanes.get(READERS) } else { None };
        readers.or_else(|| lanes.get(MAIN)).copied()
    }

    /// The component that a pool belongs to.
    pub fn component(&self, pool: usize) -> &str {
        let owner = self
            .of
            .iter()
            .find(|(_, lanes)| lanes.values().any(|p| *p == pool));
        owner.map_or("elsewhere", |(id, _)| id.as_str())
    }
}

/// Whole servers for a number of processors; a part of one is one slower server.
fn capacity(processors: f64) -> (Capacity, f64) {
    if processors <= 0.0 {
        return (Capacity::Servers(0), 1.0);
    }
    let servers = (processors.floor() as usize).max(1);
    (
        Capacity::Servers(servers),
        (processors / servers as f64).max(1e-6),
    )
}
