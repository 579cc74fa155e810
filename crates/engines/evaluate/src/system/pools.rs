//! Components as pools of processors.
//!
//! Instances of a stateless component are taken as one pool behind one queue, which a balancer by
//! least connections comes close to. A store that takes writes on one instance has a pool of that
//! instance and, where replicas answer reads, a pool `readers`.

use indexmap::IndexMap;

use knowledge::{Capability, Knowledge};
use model::{ComponentKind, System};

use super::placement::{host, is_store, placement, technology, usable_vcpu};
use crate::network::{Capacity, Pool};

/// Index of the pool for time that no processor of ours spends.
pub(super) const ELSEWHERE: usize = 0;

/// Name of the pool of a component, and of the pool of a store's readers.
pub(super) const MAIN: &str = "main";
pub(super) const READERS: &str = "readers";

/// The pools of all components.
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
            all.add(id, MAIN, if place.writable { vcpu } else { 0.0 });
            let readers = component
                .replication
                .as_ref()
                .map_or(0, |r| r.readers as usize);
            if readers > 0 {
                let spare = place.left.saturating_sub(usize::from(place.writable));
                all.add(id, READERS, vcpu * readers.min(spare) as f64);
            }
        }
        all
    }

    /// A part of a processor is one slower server.
    fn add(&mut self, id: &str, name: &'static str, processors: f64) {
        let servers = if processors <= 0.0 {
            0
        } else {
            (processors.floor() as usize).max(1)
        };
        let speed = if servers == 0 {
            1.0
        } else {
            (processors / servers as f64).max(1e-6)
        };
        self.of
            .entry(id.to_string())
            .or_default()
            .insert(name, self.pools.len());
        self.pools.push(Pool {
            id: format!("{id}.{name}"),
            capacity: Capacity::Servers(servers),
            speed,
        });
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
