//! A system with its uncertain numbers moved to other values.

use knowledge::{Knowledge, Role};
use model::{Growth, Latency, Ratio, System, Work};

use crate::levers::{Action, Lever};

/// A system and its facts with the values of levers put in; the facts as they were are kept, so that
/// every change starts from them.
pub(crate) struct Moved<'a> {
    base: &'a System,
    facts: &'a Knowledge,
    pub system: System,
    pub knowledge: Knowledge,
}

impl<'a> Moved<'a> {
    pub fn new(base: &'a System, facts: &'a Knowledge) -> Self {
        let mut system = base.clone();
        // Nothing that an evaluation reads; what is copied and walked less is quicker.
        let architecture = &mut system.architecture;
        architecture.contracts.clear();
        architecture.decisions.clear();
        architecture.patterns.clear();
        architecture.mechanisms.clear();
        architecture.risks.clear();
        architecture.evolution.clear();
        architecture.brief = None;
        Moved {
            base,
            facts,
            system,
            knowledge: facts.clone(),
        }
    }

    /// Puts a lever at a value.
    pub fn set(&mut self, lever: &Lever, value: f64) {
        let factor = if lever.nominal == 0.0 {
            1.0
        } else {
            value / lever.nominal
        };
        let domain = &mut self.system.brief.domain;
        let base = &self.base.brief.domain;
        let architecture = &mut self.system.architecture;
        match &lever.action {
            Action::Rates(ids) => {
                for id in ids {
                    let said = base.operations.get(id).and_then(|o| o.rate.clone());
                    if let (Some(mut load), Some(to)) = (said, domain.operations.get_mut(id)) {
                        load.times(factor);
                        to.rate = Some(load);
                    }
                }
            }
            Action::Growth => {
                if let Some(scale) = &mut self.system.brief.scale {
                    scale.growth = Some(Growth(value));
                }
            }
            Action::Demands(id) => {
                let from = self.facts.technologies().iter().find(|t| t.id == *id);
                if let (Some(from), Some(to)) = (from, self.knowledge.technology_mut(id)) {
                    for (from, to) in from.demands.iter().zip(&mut to.demands) {
                        let times = |number: Option<f64>| number.map(|n| n * factor);
                        to.cpu_us = times(from.cpu_us);
                        to.per_row_us = times(from.per_row_us);
                        to.per_index_us = times(from.per_index_us);
                        to.per_kib_us = times(from.per_kib_us);
                        to.latency_ms = times(from.latency_ms);
                    }
                }
            }
            Action::Availability(id) => {
                if let Some(component) = architecture.components.get_mut(id) {
                    component.availability = Some(Ratio(value.clamp(0.0, 1.0)));
                }
            }
            Action::Machines => {
                let down = (1.0 - value) / (1.0 - lever.nominal).max(1e-12);
                for from in self.facts.with_capabilities(Role::Host, &[]) {
                    let Some(to) = self.knowledge.technology_mut(&from.id) else {
                        continue;
                    };
                    for (from, to) in from.availabilities.iter().zip(&mut to.availabilities) {
                        to.percent = (100.0 - (100.0 - from.percent) * down).clamp(0.0, 100.0);
                    }
                }
            }
            Action::PortAvailability(id) => {
                if let Some(port) = domain.ports.get_mut(id) {
                    port.availability = Some(Ratio(value.clamp(0.0, 1.0)));
                }
            }
            Action::Latency(id) => {
                let said = self.base.component(id).and_then(|c| c.latency);
                let said = said.or_else(|| base.ports.get(id)?.latency);
                if let (Some(said), Some(to)) = (said, architecture.components.get_mut(id)) {
                    to.latency = Some(slower(said, factor));
                }
            }
            Action::Hit(cache) => {
                let misses = (1.0 - value) / (1.0 - lever.nominal).max(1e-12);
                for (id, path) in &mut architecture.paths {
                    let Some(said) = self.base.architecture.paths.get(id) else {
                        continue;
                    };
                    miss(&said.steps, &mut path.steps, cache, misses);
                }
            }
            Action::Rows(id) => {
                if let Some(table) = architecture.data.get_mut(id) {
                    table.rows = Some(model::Count(value));
                }
            }
        }
    }
}

fn slower(said: Latency, factor: f64) -> Latency {
    let times = |time: Option<model::Duration>| time.map(|t| model::Duration(t.0 * factor));
    Latency {
        p50: times(said.p50),
        p95: times(said.p95),
        p99: times(said.p99),
    }
}

/// Scales the steps between a look-up and what stores a missing entry.
fn miss(said: &[model::Step], steps: &mut [model::Step], cache: &str, misses: f64) {
    let at = |work: Work| said.iter().position(|s| *s.on == *cache && s.work == work);
    let (Some(get), Some(set)) = (at(Work::Get), at(Work::Set)) else {
        return;
    };
    for (said, step) in said.iter().zip(steps).take(set + 1).skip(get + 1) {
        let share = said.probability.map_or(1.0, |p| p.0);
        step.probability = Some(Ratio((share * misses).clamp(0.0, 1.0)));
    }
}
