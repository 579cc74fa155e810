//! Components as stations of processors, and where they stand.
//!
//! Instances of a stateless component are taken as one station behind one queue, which a balancer by
//! least connections comes close to. A store that takes writes on one instance has a station of that
//! instance and, where replicas answer reads, a station `readers`.

use indexmap::IndexMap;

use knowledge::{Capability, Knowledge, Technology};
use model::{Autoscale, Component, ComponentKind, System};

use super::{Scaling, Station};
use crate::network::Discipline;
use crate::system::placement::{
    Placement, host, is_managed, is_store, placement, technology, usable_vcpu,
};

/// Name of the station of a component, and of the station of a store's readers.
pub(crate) const MAIN: &str = "main";
pub(crate) const READERS: &str = "readers";

/// From the decision to add an instance until it takes work, in seconds, where nothing says better:
/// a metric of one minute and two minutes of start and warm-up. Assumed; AWS, Amazon EC2 Auto
/// Scaling User Guide, default instance warmup, names minutes for both.
pub(crate) const SCALING_DELAY_S: f64 = 180.0;
/// Failover of a provider's standby in another zone, in seconds. AWS, Amazon RDS User Guide, Failing
/// over a Multi-AZ DB instance: typically 60 to 120 s; the longer is taken.
pub(crate) const MANAGED_FAILOVER_S: f64 = 120.0;
/// Zones beyond this are no zones of any provider.
const MOST_ZONES: usize = 26;

/// The stations of all components.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stations {
    pub all: Vec<Station>,
    /// Stations by component, then by name.
    pub of: IndexMap<String, IndexMap<&'static str, usize>>,
    /// Usable processors of one instance, by component; absent where nothing bounds it.
    pub vcpu: IndexMap<String, f64>,
}

impl Stations {
    pub fn build(system: &System, knowledge: &Knowledge, lost: Option<usize>) -> Stations {
        let mut all = Stations::default();
        for (id, component) in &system.architecture.components {
            if host(system, id) != id {
                continue;
            }
            let technology = technology(component, knowledge);
            let Some(vcpu) = usable_vcpu(component, technology) else {
                continue;
            };
            if matches!(
                component.kind,
                ComponentKind::Client | ComponentKind::External
            ) {
                continue;
            }
            let place = placement(component, technology, lost);
            all.vcpu.insert(id.clone(), vcpu);
            all.component(id, component, technology, place, vcpu, lost);
        }
        all
    }

    fn component(
        &mut self,
        id: &str,
        component: &Component,
        technology: Option<&Technology>,
        place: Placement,
        vcpu: f64,
        lost: Option<usize>,
    ) {
        let spreads = technology.is_some_and(|t| t.has(Capability::HorizontalWrites));
        let all = || zones(place, lost, 0, place.instances);
        if !is_store(component.kind) || spreads {
            let mut station = station(id, MAIN, vcpu * place.left as f64, all());
            station.scaling = component
                .autoscale
                .as_ref()
                .filter(|_| !is_store(component.kind) && vcpu > 0.0)
                .map(|rule| scaling(rule, vcpu));
            self.add(id, MAIN, station);
            return;
        }
        let readers = component
            .replication
            .as_ref()
            .map_or(0, |r| r.readers as usize);
        // All of them are copies of another store: each answers reads.
        if readers > 0 && readers >= place.instances {
            self.add(id, MAIN, station(id, MAIN, vcpu * place.left as f64, all()));
            return;
        }
        let writer = if place.writable { vcpu } else { 0.0 };
        let mut main = station(id, MAIN, writer, zones(place, lost, 0, 1));
        main.takes_over_s = takes_over_s(component, technology, place);
        self.add(id, MAIN, main);
        if readers > 0 {
            let spare = place.left.saturating_sub(usize::from(place.writable));
            let processors = vcpu * readers.min(spare) as f64;
            let where_ = zones(place, lost, 1, readers);
            self.add(id, READERS, station(id, READERS, processors, where_));
        }
    }

    fn add(&mut self, id: &str, name: &'static str, station: Station) {
        self.of
            .entry(id.to_string())
            .or_default()
            .insert(name, self.all.len());
        self.all.push(station);
    }

    /// Sets the instances of components that scale by themselves: so many that their processors are
    /// busy for the share the rule names, at least those of the busiest hour from there on, and no
    /// fewer and no more than the rule allows. `work` is the processors kept busy, by station.
    pub fn autoscale(&mut self, system: &System, work: &[f64], load_factor: f64) {
        for (id, vcpu) in &self.vcpu {
            let main = self.of.get(id).and_then(|named| named.get(MAIN)).copied();
            let Some(station) = main.and_then(|m| self.all.get_mut(m)) else {
                continue;
            };
            let (Some(rule), Some(busy)) = (station.scaling, main.and_then(|m| work.get(m))) else {
                continue;
            };
            let wanted = (busy / (vcpu * rule.at)).ceil().min(1e6);
            let busiest = system.component(id).and_then(|c| c.instances);
            let busiest = busiest
                .filter(|_| load_factor >= 1.0)
                .map_or(0.0, f64::from);
            let (least, most) = (rule.least / vcpu, rule.most / vcpu);
            station.processors = wanted.max(least).max(busiest).min(most) * vcpu;
        }
    }

    /// The station that does a component's work; its readers where `reads` and it has any.
    pub fn of_work(&self, host: &str, reads: bool) -> Option<usize> {
        let named = self.of.get(host)?;
        let readers = if reads { named.get(READERS) } else { None };
        readers.or_else(|| named.get(MAIN)).copied()
    }

    /// Instances behind a component's station `main` now; `None` where nothing bounds it.
    pub fn instances(&self, id: &str) -> Option<usize> {
        let vcpu = self.vcpu.get(id).filter(|v| **v > 0.0)?;
        let main = self.of.get(id)?.get(MAIN)?;
        Some((self.all.get(*main)?.processors / vcpu).round() as usize)
    }
}

fn station(component: &str, name: &str, processors: f64, zones: Vec<f64>) -> Station {
    Station {
        id: format!("{component}.{name}"),
        component: component.to_string(),
        discipline: Discipline::Shared,
        processors,
        zones,
        takes_over_s: None,
        scaling: None,
    }
}

fn scaling(rule: &Autoscale, vcpu: f64) -> Scaling {
    let most = rule.max.max(rule.min);
    Scaling {
        least: vcpu * f64::from(rule.min),
        most: vcpu * f64::from(most),
        step: vcpu,
        at: rule.at.0.clamp(0.01, 1.0),
        delay_s: SCALING_DELAY_S,
    }
}

/// The share of `count` instances from number `first` on that stands in each zone, without the lost
/// one: instance `i` stands in zone `i` modulo the zones.
fn zones(place: Placement, lost: Option<usize>, first: usize, count: usize) -> Vec<f64> {
    let zones = place.zones.clamp(1, MOST_ZONES);
    let mut shares: Vec<f64> = (0..zones)
        .map(|zone| {
            let before = |n: usize| n / zones + usize::from(n % zones > zone);
            (before(first + count) - before(first)) as f64
        })
        .collect();
    if let Some(gone) = lost.and_then(|l| shares.get_mut(l)) {
        *gone = 0.0;
    }
    let sum: f64 = shares.iter().sum();
    if sum <= 0.0 {
        // What took over stands in the first zone that is left.
        let next = (0..zones).find(|z| Some(*z) != lost).unwrap_or(0);
        return (0..zones)
            .map(|z| if z == next { 1.0 } else { 0.0 })
            .collect();
    }
    shares.iter_mut().for_each(|s| *s /= sum);
    while shares.len() > 1 && shares.last() == Some(&0.0) {
        shares.pop();
    }
    shares
}

/// Seconds until another instance of a store takes over what its writer did; `None` where a person
/// must act.
fn takes_over_s(
    component: &Component,
    technology: Option<&Technology>,
    place: Placement,
) -> Option<f64> {
    let said = component
        .replication
        .as_ref()
        .and_then(|r| r.failover)
        .map(|f| f.secs().max(0.0));
    let standby = is_managed(component, technology)
        && place.zones > 1
        && (place.instances <= 1
            || technology.is_some_and(|t| t.has(Capability::AutomaticFailover)));
    said.or(standby.then_some(MANAGED_FAILOVER_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(instances: usize, zones: usize) -> Placement {
        Placement {
            instances,
            zones,
            left: instances,
            writable: true,
        }
    }

    #[test]
    fn instances_go_round_the_zones() {
        assert_eq!(zones(place(5, 2), None, 0, 5), [0.6, 0.4]);
        assert_eq!(zones(place(3, 3), None, 0, 1), [1.0]);
        // Two readers of three instances stand in zones b and c.
        assert_eq!(zones(place(3, 3), None, 1, 2), [0.0, 0.5, 0.5]);
        assert_eq!(zones(place(4, 2), Some(0), 0, 4), [0.0, 1.0]);
        // The writer in the lost zone is taken over by the next.
        assert_eq!(zones(place(2, 2), Some(0), 0, 1), [0.0, 1.0]);
        assert_eq!(zones(place(4, 4_000_000), None, 0, 4).len(), 4);
    }
}
