//! How many of each, and how large: enough that the busiest hour, with its spike, uses no more than
//! the goal, and that losing a zone leaves enough.

use knowledge::{Family, Knowledge, Operation as Fact, PriceList};
use model::{
    Brief, Bytes, ComponentKind, Evidence, Finding, Operation, Rate, Severity, Size, Step, System,
    Work,
};

use crate::choices::Choices;
use crate::components::READERS;

/// The largest share of an instance that a spike may use: above it, queues grow faster than any
/// autoscaler reacts.
const SPIKE_GOAL: f64 = 0.85;
/// Memory per vCPU of application processes, GiB.
const APP_MEMORY_PER_VCPU: f64 = 2.0;
/// Memory per vCPU of stores, GiB.
const STORE_MEMORY_PER_VCPU: f64 = 4.0;

/// CPU seconds per second that every component spends in the busiest hour, in the order of the
/// components. A step without a fact counts nothing and is named in the findings.
pub fn demand(system: &System, knowledge: &Knowledge) -> (Vec<f64>, Vec<Finding>) {
    demand_at(system, knowledge, &|brief, _, operation| {
        brief.busy_rate(operation)
    })
}

/// The rate of an operation, per second, that demand is computed for.
type RateOf = dyn Fn(&Brief, &str, &Operation) -> Option<Rate>;

fn demand_at(system: &System, knowledge: &Knowledge, rate_of: &RateOf) -> (Vec<f64>, Vec<Finding>) {
    let components = &system.architecture.components;
    let mut busy = vec![0.0; components.len()];
    let mut missing: Vec<(String, String, String)> = Vec::new();
    for (id, operation, path) in system.runs() {
        let rate = rate_of(&system.brief, id, operation).map_or(0.0, |r| r.0);
        for step in &path.steps {
            let Some(at) = components.get_index_of(&*step.on) else {
                continue;
            };
            match cpu_seconds(system, knowledge, step) {
                Some(cpu) => busy[at] += rate * cpu,
                None => {
                    if let Some(technology) = needs_fact(system, step) {
                        let entry = (technology, step.work.id().to_string(), id.to_string());
                        if !missing.iter().any(|m| m.0 == entry.0 && m.1 == entry.1) {
                            missing.push(entry);
                        }
                    }
                }
            }
        }
    }
    let findings = missing
        .into_iter()
        .map(|(technology, work, operation)| {
            Finding::new(
                "missing-fact",
                Severity::Note,
                format!("paths.{operation}"),
                format!("no CPU demand is known for `{work}` of {technology}"),
            )
            .why("Sizes and utilisation leave this work out, so they are too low by it.")
            .remedy(format!(
                "Measure it and say `cpu:` in the step, or add a demand `{work}` to data/technologies/{technology}.toml."
            ))
            .evidence(Evidence::computed("absent from the technology's facts"))
        })
        .collect();
    (busy, findings)
}

/// Whether a step's work is CPU of a component of ours whose technology could tell it.
fn needs_fact(system: &System, step: &Step) -> Option<String> {
    let component = system.component(&step.on)?;
    let ours = !component.managed
        && !matches!(
            component.kind,
            ComponentKind::External | ComponentKind::Client | ComponentKind::ObjectStore
        );
    (ours && !matches!(step.work, Work::External | Work::Compute | Work::Sign))
        .then(|| component.technology.clone())
        .flatten()
}

/// CPU seconds of one run of a step, its times and probability included.
pub fn cpu_seconds(system: &System, knowledge: &Knowledge, step: &Step) -> Option<f64> {
    let share = step.times.unwrap_or(1.0) * step.probability.map_or(1.0, |p| p.0);
    if let Some(cpu) = step.cpu {
        return Some(cpu.secs() * share);
    }
    let technology = knowledge.technology(system.component(&step.on)?.technology.as_deref()?)?;
    let demand = technology.demand(Fact::from_word(step.work.id())?)?;
    let indexes = step
        .table
        .as_ref()
        .and_then(|t| system.architecture.data.get(&**t))
        .map_or(0.0, |t| t.indexes.len() as f64 + t.unique.len() as f64);
    Some(demand.cpu_us_for(step.rows.unwrap_or(1.0), indexes, 1.0)? / 1e6 * share)
}

/// Sets instances and sizes.
pub fn size(system: &mut System, knowledge: &Knowledge, choices: &Choices) -> Vec<Finding> {
    let (busy, findings) = demand(system, knowledge);
    let (peak, _) = demand_at(system, knowledge, &|brief, id, operation| {
        brief.peak_rate(id, operation)
    });
    let prices = knowledge.prices(&choices.prices);
    let container = prices.is_some_and(|p| {
        choices
            .platform
            .as_deref()
            .and_then(|id| knowledge.technology(id))
            .is_some_and(|t| {
                t.offerings_on(&p.cloud)
                    .any(|o| o.prices.contains(&Family::ContainerVcpuHour))
            })
    });
    // What runs inside a process is paid for by that process.
    let inside: Vec<usize> = system
        .architecture
        .components
        .values()
        .enumerate()
        .filter(|(_, c)| c.runs_in.is_some())
        .map(|(i, _)| i)
        .collect();
    let embedded = |of: &[f64]| inside.iter().map(|i| of[*i]).sum::<f64>();
    let embedded = (embedded(&busy), embedded(&peak));
    for (i, (id, component)) in system.architecture.components.iter_mut().enumerate() {
        let inside = if component.stateless == Some(false) {
            embedded
        } else {
            (0.0, 0.0)
        };
        // Each operation has a peak of its own: what only the quiet ones use needs no more for it.
        let cores = ((busy[i] + inside.0) / choices.utilisation_goal)
            .max((peak[i] + inside.1) / SPIKE_GOAL);
        match component.kind {
            ComponentKind::Service | ComponentKind::Worker => {
                let zones = f64::from(choices.zones.max(1));
                let single = component.stateless == Some(false);
                // Losing one of n zones must leave the cores that are needed.
                let spare = if zones > 1.0 {
                    zones / (zones - 1.0)
                } else {
                    1.0
                };
                let vcpu = if container && cores * spare / zones <= 0.5 {
                    0.5
                } else {
                    pick(cores * spare / zones)
                };
                let least = if single { 1.0 } else { zones };
                let instances = if single {
                    1.0
                } else {
                    (cores * spare / vcpu).ceil().max(least)
                };
                component.instances = Some(instances as u32);
                component.zones = Some((instances as u32).min(choices.zones.max(1)));
                component.size = Some(app_size(prices, container, vcpu));
                component.concurrency = Some((vcpu * 64.0).ceil() as u32);
                if !single && choices.platform.is_some() {
                    let most = (instances * 3.0).max(instances + 2.0);
                    component.autoscale = Some(model::Autoscale {
                        min: instances as u32,
                        max: most as u32,
                        at: model::Ratio(choices.utilisation_goal),
                    });
                }
            }
            ComponentKind::Program => {
                component.instances = Some(1);
                component.size = Some(app_size(None, false, 1.0));
            }
            ComponentKind::LoadBalancer | ComponentKind::Gateway if !component.managed => {
                component.size = Some(app_size(prices, false, pick(cores)));
            }
            ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::Search => {
                if component.runs_in.is_some() {
                    component.instances = Some(1);
                    component.zones = Some(1);
                    continue;
                }
                let serverless = component
                    .technology
                    .as_deref()
                    .and_then(|t| knowledge.technology(t))
                    .is_some_and(|t| !t.self_hostable());
                // Without machines there is nothing to size; capacity follows the load.
                if serverless {
                    continue;
                }
                // Only the primary writes, so one instance carries the whole load; readers share.
                let share = if id == READERS {
                    cores / f64::from(component.instances.unwrap_or(1).max(1))
                } else {
                    cores
                };
                component.size = Some(store_size(
                    prices,
                    knowledge,
                    component.kind,
                    component.technology.as_deref(),
                    component.managed,
                    component.instances.unwrap_or(1) > 1,
                    pick(share).max(2.0),
                ));
            }
            _ => {}
        }
    }
    findings
}

/// The next size that is sold: a power of two.
fn pick(cores: f64) -> f64 {
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
        .into_iter()
        .find(|s| *s >= cores)
        .unwrap_or(64.0)
}

fn app_size(prices: Option<&PriceList>, container: bool, vcpu: f64) -> Size {
    let memory = vcpu * APP_MEMORY_PER_VCPU;
    let item = prices.and_then(|p| {
        if container {
            p.unit_price(Family::ContainerVcpuHour)
        } else {
            p.cheapest(Family::Vm, vcpu, memory)
        }
    });
    Size {
        vcpu: Some(
            item.filter(|_| !container)
                .and_then(|i| i.vcpu)
                .unwrap_or(vcpu),
        ),
        memory: Some(Bytes(
            item.filter(|_| !container)
                .and_then(|i| i.memory_gib)
                .unwrap_or(memory)
                * 1_073_741_824.0,
        )),
        disk: None,
        item: item.map(|i| i.id.clone()),
    }
}

fn store_size(
    prices: Option<&PriceList>,
    knowledge: &Knowledge,
    kind: ComponentKind,
    technology: Option<&str>,
    managed: bool,
    redundant: bool,
    vcpu: f64,
) -> Size {
    let memory = vcpu * STORE_MEMORY_PER_VCPU;
    let families: &[Family] = match (kind, managed) {
        (_, false) => &[Family::Vm],
        (ComponentKind::Store, true) if redundant => &[
            Family::DatabaseZoneRedundant,
            Family::Database,
            Family::DocumentDatabase,
        ],
        (ComponentKind::Store, true) => &[Family::Database, Family::DocumentDatabase],
        (ComponentKind::Cache, true) => &[Family::Cache],
        (ComponentKind::Broker, true) => &[Family::QueueBroker, Family::Broker],
        _ => &[Family::Search],
    };
    let technology = technology.and_then(|t| knowledge.technology(t));
    let item = prices.and_then(|p| {
        families.iter().find_map(|f| match (managed, technology) {
            (true, Some(t)) => p
                .cheapest_for(&t.id, *f, vcpu, memory)
                .or_else(|| p.cheapest_for(&t.id, *f, vcpu, 0.0)),
            _ => p.cheapest(*f, vcpu, memory),
        })
    });
    Size {
        vcpu: Some(item.and_then(|i| i.vcpu).unwrap_or(vcpu)),
        memory: Some(Bytes(
            item.and_then(|i| i.memory_gib).unwrap_or(memory) * 1_073_741_824.0,
        )),
        disk: None,
        item: item.map(|i| i.id.clone()),
    }
}
