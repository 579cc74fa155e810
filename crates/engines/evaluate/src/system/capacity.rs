//! What gives way: stations without a processor left, resources of which too few are held.

use model::{Evidence, Finding, Severity, System};

use super::component_of;
use crate::network::{HeldResult, Limit, Network};
use crate::plant::{self, Plant, ResourceKind};
use crate::result::{Evaluation, HeldUse};

/// The load factor at which the first station has no processor left or the first resource is asked
/// for more often than it is given back, with what scales by itself at its most, and its name.
pub(super) fn saturates_at(
    system: &System,
    plant: &Plant,
    network: &Network,
) -> Option<(f64, String)> {
    let work = plant.work();
    let mut first: Option<Limit> = None;
    for (index, (station, work)) in plant.stations.iter().zip(work).enumerate() {
        let processors = station.scaling.map_or(station.processors, |s| s.most);
        if !(work > 0.0 && processors.is_finite()) {
            continue;
        }
        let load_factor = (processors / work).min(1e15);
        if first.is_none_or(|f| load_factor < f.load_factor) {
            first = Some(Limit { load_factor, index });
        }
    }
    let held = if plant.stations.iter().any(|s| s.scaling.is_some()) {
        let at = first.map(|f| f.load_factor);
        at_most(system, plant, network).and_then(|n| n.held_saturates_at(at))
    } else {
        network.held_saturates_at(first.map(|f| f.load_factor))
    };
    if let Some(held) = held {
        let id = plant.resources.get(held.index).map(|r| held_name(&r.id));
        return id.map(|id| (held.load_factor, id));
    }
    first.map(|f| (f.load_factor, component_of(plant, f.index).to_string()))
}

/// The network with everything that scales by itself at its most.
fn at_most(system: &System, plant: &Plant, network: &Network) -> Option<Network> {
    let mut pools = network.pools().to_vec();
    for (pool, station) in pools.iter_mut().zip(&plant.stations) {
        if let Some(scaling) = station.scaling {
            (pool.capacity, pool.speed) = plant::capacity(scaling.most);
        }
    }
    let grown = |component: &str| {
        let mine = plant.stations.iter().find(|s| s.component == component);
        mine.filter(|s| s.processors > 0.0)
            .and_then(|s| Some(s.scaling?.most / s.processors))
    };
    let mut held = network.held().to_vec();
    for (held, resource) in held.iter_mut().zip(&plant.resources) {
        let owner = match resource.kind {
            ResourceKind::Slots => resource.id.strip_prefix(plant::COMPONENT),
            ResourceKind::Connections | ResourceKind::Bulkhead => {
                let id = resource.id.strip_prefix(plant::RELATION);
                let id = id.map(|i| i.strip_suffix(plant::BULKHEAD).unwrap_or(i));
                let relation = id.and_then(|i| system.architecture.relations.get(i));
                relation.map(|r| &*r.from)
            }
        };
        if let Some(factor) = owner.and_then(grown) {
            held.limit = (held.limit as f64 * factor).round() as usize;
        }
    }
    Network::new(pools, network.classes().to_vec(), held).ok()
}

/// A held resource as a person calls it.
pub(super) fn held_name(id: &str) -> String {
    if let Some(component) = id.strip_prefix(plant::COMPONENT) {
        return format!("slots of {component}");
    }
    let relation = id.strip_prefix(plant::RELATION).unwrap_or(id);
    match relation.strip_suffix(plant::BULKHEAD) {
        Some(relation) => format!("bulkhead of {relation}"),
        None => format!("connections of {relation}"),
    }
}

/// Records the use of a held resource, and what is wrong with it.
pub(super) fn record_held(
    id: &str,
    result: &HeldResult,
    value: &mut Evaluation,
    findings: &mut Vec<Finding>,
) {
    let held = HeldUse {
        limit: result.limit,
        mean: result.need.map(|n| n.mean),
        p99: result.need.map(|n| n.p99),
        exceeded: result.exceeded(),
        utilisation: result.line.map(|l| l.utilisation),
        mean_wait_ms: result.line.map(|l| l.mean_wait_s * 1e3),
        wait_probability: result.line.map(|l| l.wait_probability),
        refused: result.line.map_or(0.0, |l| l.refused),
        saturated: result.saturated,
    };
    if result.limit == 0 || held.exceeded && result.need.is_some() {
        findings.push(too_few(id, result, &held));
    }
    let relation = id.strip_prefix(plant::RELATION);
    match (relation, id.strip_prefix(plant::COMPONENT)) {
        (Some(relation), _) => match relation.strip_suffix(plant::BULKHEAD) {
            Some(relation) => {
                value.bulkheads.insert(relation.to_string(), held);
            }
            None => {
                value.relations.insert(relation.to_string(), held);
            }
        },
        (None, Some(component)) => {
            if let Some(component) = value.components.get_mut(component) {
                component.concurrency = Some(held);
            }
        }
        (None, None) => {}
    }
}

fn too_few(id: &str, result: &HeldResult, held: &HeldUse) -> Finding {
    let name = held_name(id);
    let (field, subject) = if id.starts_with(plant::COMPONENT) {
        ("concurrency", id)
    } else {
        match id.strip_suffix(plant::BULKHEAD) {
            Some(relation) => ("bulkhead", relation),
            None => ("pool", id),
        }
    };
    let (mean, p99) = (held.mean.unwrap_or(0.0), held.p99.unwrap_or(0));
    if result.limit == 0 {
        let message = format!("there are no {name}: what needs one waits for ever");
        return Finding::new("impossible-pool", Severity::Blocker, subject, message)
            .why("every request that needs one hangs until its caller gives up")
            .remedy(format!(
                "give `{subject}.{field}` at least 1, and the component an instance"
            ));
    }
    let what = match field {
        "pool" => "connections",
        _ => "requests at once",
    };
    let message = if held.saturated {
        format!(
            "{mean:.1} {what} are needed on average, and there are {}: the line before them grows without end",
            held.limit
        )
    } else if let (Some(wait), Some(share)) = (held.mean_wait_ms, held.wait_probability)
        && field != "bulkhead"
    {
        format!(
            "{p99} {what} are needed for 99 % of the time, and there are {}: {:.1} % wait, {wait:.2} ms on average",
            held.limit,
            share * 100.0
        )
    } else {
        format!(
            "{p99} {what} are needed for 99 % of the time, and there are {}: {:.2} % are refused",
            held.limit,
            held.refused * 100.0
        )
    };
    let little = format!("Little's law: {mean:.2} held on average; Poisson at 99 %");
    let severity = if held.saturated {
        Severity::Blocker
    } else {
        Severity::Major
    };
    Finding::new("held-limit", severity, subject, message)
        .why("requests queue for one before any work is done, and time out under load")
        .remedy(format!(
            "raise `{subject}.{field}`, add instances, or hold it for less long"
        ))
        .evidence(Evidence::computed(little))
}

/// A finding for each component that cannot keep up.
pub(super) fn saturated(value: &Evaluation, findings: &mut Vec<Finding>) {
    for (id, component) in &value.components {
        for (name, pool) in component.pools.iter().filter(|(_, p)| p.saturated) {
            let subject = format!("components.{id}");
            let through = value
                .operations
                .iter()
                .filter(|(_, o)| o.saturated_by.contains(id));
            let through: Vec<&str> = through.map(|(id, _)| id.as_str()).collect();
            let which = if name == plant::MAIN {
                String::new()
            } else {
                format!(" ({name})")
            };
            let message = format!(
                "`{id}`{which} is asked for {:.0} % of what it can do at {} times the busiest hour",
                pool.utilisation * 100.0,
                value.load_factor
            );
            findings.push(
                Finding::new("saturated", Severity::Blocker, subject.clone(), message)
                    .why(format!(
                        "its queue grows without end, and with it {}",
                        through.join(", ")
                    ))
                    .remedy("add instances or processors, or take work from it")
                    .evidence(
                        Evidence::computed(
                            "utilisation = sum of rate * demand / (servers * speed)",
                        )
                        .from(format!("{subject}.{name}.utilisation")),
                    ),
            );
        }
    }
}
