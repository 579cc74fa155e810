//! How many of each, and how large: enough that the busiest hour, with its spike, uses no more than
//! the goal, and that losing a zone leaves enough.

use knowledge::{Family, Knowledge, Operation as Fact, PriceList};
use model::{
    Brief, Bytes, Component, ComponentKind, Evidence, Finding, Operation, Rate, Severity, Size,
    Step, System, Work,
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

/// What sizes depend on: the work of each component, and what can be bought.
struct Sizing<'a> {
    knowledge: &'a Knowledge,
    choices: &'a Choices,
    prices: Option<&'a PriceList>,
    container: bool,
    /// CPU seconds per second, by component.
    busy: Vec<f64>,
    peak: Vec<f64>,
    /// The same of what runs inside a process.
    inside: (f64, f64),
}

impl<'a> Sizing<'a> {
    fn of(
        system: &System,
        knowledge: &'a Knowledge,
        choices: &'a Choices,
    ) -> (Sizing<'a>, Vec<Finding>) {
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
        let inside = |of: &[f64]| {
            let components = system.architecture.components.values().zip(of);
            let inside = components.filter(|(c, _)| c.runs_in.is_some());
            inside.map(|(_, work)| work).sum::<f64>()
        };
        let sizing = Sizing {
            knowledge,
            choices,
            prices,
            container,
            inside: (inside(&busy), inside(&peak)),
            busy,
            peak,
        };
        (sizing, findings)
    }

    /// Cores that a component needs, all instances together.
    fn cores(&self, at: usize, component: &Component) -> f64 {
        let inside = if component.stateless == Some(false) {
            self.inside
        } else {
            (0.0, 0.0)
        };
        // Each operation has a peak of its own: what only the quiet ones use needs no more for it.
        ((self.busy[at] + inside.0) / self.choices.utilisation_goal)
            .max((self.peak[at] + inside.1) / SPIKE_GOAL)
    }

    /// Losing one of n zones must leave the cores that are needed.
    fn spare(&self) -> f64 {
        let zones = f64::from(self.choices.zones.max(1));
        if zones > 1.0 {
            zones / (zones - 1.0)
        } else {
            1.0
        }
    }

    /// Instances of a process of ours, and their size.
    fn process(&self, component: &mut Component, vcpu: f64, instances: u32) {
        component.instances = Some(instances);
        component.zones = Some(instances.min(self.choices.zones.max(1)));
        component.size = Some(app_size(self.prices, self.container, vcpu));
        component.concurrency = Some((vcpu * 64.0).ceil() as u32);
        if component.stateless != Some(false) && self.choices.platform.is_some() {
            let least = f64::from(instances);
            let most = (least * 3.0).max(least + 2.0);
            component.autoscale = Some(model::Autoscale {
                min: instances,
                max: most as u32,
                at: model::Ratio(self.choices.utilisation_goal),
            });
        }
    }

    fn store(&self, component: &mut Component, vcpu: f64) {
        component.size = Some(store_size(
            self.prices,
            self.knowledge,
            component.kind,
            component.technology.as_deref(),
            component.managed,
            component.instances.unwrap_or(1) > 1,
            vcpu,
        ));
    }

    /// Cores that one instance of a store needs: only the primary writes, so it carries the whole
    /// load; readers share. `None` where there is nothing to size: it runs inside a process, or
    /// without machines, and capacity follows the load.
    fn store_cores(&self, id: &str, component: &Component, cores: f64) -> Option<f64> {
        let serverless = component
            .technology
            .as_deref()
            .and_then(|t| self.knowledge.technology(t))
            .is_some_and(|t| !t.self_hostable());
        if component.runs_in.is_some() || serverless {
            return None;
        }
        Some(if id == READERS {
            cores / f64::from(component.instances.unwrap_or(1).max(1))
        } else {
            cores
        })
    }
}

/// Sets instances and sizes.
pub fn size(system: &mut System, knowledge: &Knowledge, choices: &Choices) -> Vec<Finding> {
    let (sizing, findings) = Sizing::of(system, knowledge, choices);
    for (i, (id, component)) in system.architecture.components.iter_mut().enumerate() {
        let cores = sizing.cores(i, component);
        match component.kind {
            ComponentKind::Service | ComponentKind::Worker => {
                let zones = f64::from(choices.zones.max(1));
                let cores = cores * sizing.spare();
                let vcpu = if sizing.container && cores / zones <= 0.5 {
                    0.5
                } else {
                    pick(cores / zones)
                };
                let instances = if component.stateless == Some(false) {
                    1.0
                } else {
                    (cores / vcpu).ceil().max(zones)
                };
                sizing.process(component, vcpu, instances as u32);
            }
            ComponentKind::Program => {
                component.instances = Some(1);
                component.size = Some(app_size(None, false, 1.0));
            }
            ComponentKind::LoadBalancer | ComponentKind::Gateway if !component.managed => {
                component.size = Some(app_size(sizing.prices, false, pick(cores)));
            }
            ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::Search => {
                if component.runs_in.is_some() {
                    component.instances = Some(1);
                    component.zones = Some(1);
                }
                if let Some(share) = sizing.store_cores(id, component, cores) {
                    sizing.store(component, pick(share).max(LEAST_STORE_VCPU));
                }
            }
            _ => {}
        }
    }
    findings
}

/// Other sizes of one component: every number of instances with every size.
#[derive(Debug, Clone)]
pub struct Alternatives {
    pub component: String,
    pub instances: Vec<u32>,
    /// vCPU of an instance, rising.
    pub vcpus: Vec<f64>,
    /// By instances, then by vCPU.
    pub variants: Vec<Component>,
    /// By variant, the share of the cores that are needed and not there, under the rules by which
    /// [`size`] buys: 0 where there are enough.
    pub short: Vec<f64>,
    /// The variant that the system has.
    pub present: usize,
}

/// What could be bought instead for each component of an assembled system. Processes of ours: more
/// or fewer and smaller or larger instances; stores, caches and brokers: other sizes, for how many of
/// them there are is a choice of its own. What has one size only is left out.
pub fn alternatives(
    system: &System,
    knowledge: &Knowledge,
    choices: &Choices,
) -> Vec<Alternatives> {
    let (sizing, _) = Sizing::of(system, knowledge, choices);
    let mut all = Vec::new();
    for (i, (id, component)) in system.architecture.components.iter().enumerate() {
        let cores = sizing.cores(i, component);
        let short = |needed: f64, there: f64| (needed / there.max(1e-9) - 1.0).max(0.0);
        let mut found = Alternatives {
            component: id.clone(),
            instances: vec![component.instances.unwrap_or(1)],
            vcpus: SOLD.to_vec(),
            variants: Vec::new(),
            short: Vec::new(),
            present: 0,
        };
        match component.kind {
            ComponentKind::Service | ComponentKind::Worker => {
                let zones = choices.zones.max(1);
                if component.stateless != Some(false) {
                    let now = component.instances.unwrap_or(1);
                    found.instances = counts(now, zones);
                }
                if sizing.container {
                    found.vcpus.insert(0, 0.5);
                    found.vcpus.retain(|v| *v <= LARGEST_CONTAINER_VCPU);
                }
                sold(&mut found.vcpus, component, |other, vcpu| {
                    sizing.process(other, vcpu, 1);
                });
                for instances in &found.instances {
                    for vcpu in &found.vcpus {
                        let mut other = component.clone();
                        sizing.process(&mut other, *vcpu, *instances);
                        // The zone that is lost is the one with most of them.
                        let lost = if zones > 1 && *instances > 1 {
                            instances.div_ceil(zones)
                        } else {
                            0
                        };
                        let there = f64::from(instances - lost) * vcpu;
                        found.short.push(short(cores, there));
                        found.variants.push(other);
                    }
                }
            }
            ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::Search => {
                let Some(share) = sizing.store_cores(id, component, cores) else {
                    continue;
                };
                found.vcpus.retain(|v| *v >= LEAST_STORE_VCPU);
                sold(&mut found.vcpus, component, |other, vcpu| {
                    sizing.store(other, vcpu);
                });
                for vcpu in &found.vcpus {
                    let mut other = component.clone();
                    sizing.store(&mut other, *vcpu);
                    found.short.push(short(share, *vcpu));
                    found.variants.push(other);
                }
            }
            _ => continue,
        }
        let alike =
            |c: &Component| (c.instances, &c.size) == (component.instances, &component.size);
        if let Some(present) = found.variants.iter().position(alike) {
            found.present = present;
            all.push(found);
        }
    }
    all
}

/// Keeps the sizes that have a price where the present one has, each once: a list may sell one thing
/// for several wishes.
fn sold(vcpus: &mut Vec<f64>, component: &Component, buy: impl Fn(&mut Component, f64)) {
    let priced = |size: &Option<Size>| size.as_ref().is_some_and(|s| s.item.is_some());
    let now = priced(&component.size);
    let mut seen: Vec<Option<Size>> = Vec::new();
    vcpus.retain(|vcpu| {
        let mut other = component.clone();
        buy(&mut other, *vcpu);
        let new = !seen.contains(&other.size);
        seen.push(other.size.clone());
        new && (!now || priced(&other.size))
    });
}

/// Numbers of instances around the present one: all from the fewest to a few more, and up to twice
/// as many in steps.
fn counts(now: u32, least: u32) -> Vec<u32> {
    let lowest = least.min(now).max(now / 4).max(1);
    let highest = (2 * now).max(lowest + 5);
    let step = ((highest - lowest) / 10).max(1);
    let mut counts: Vec<u32> = (lowest..=highest).step_by(step as usize).collect();
    counts.push(now);
    counts.sort_unstable();
    counts.dedup();
    counts
}

/// vCPUs of the sizes that are sold.
const SOLD: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// Stores need memory: nothing smaller is bought for one.
const LEAST_STORE_VCPU: f64 = 2.0;
/// Container services sell up to this for one container.
const LARGEST_CONTAINER_VCPU: f64 = 16.0;

/// The next size that is sold: a power of two.
fn pick(cores: f64) -> f64 {
    SOLD.into_iter().find(|s| *s >= cores).unwrap_or(64.0)
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
