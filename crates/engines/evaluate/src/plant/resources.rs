//! What is held while other things happen, and what a caller does when no answer comes.

use std::collections::BTreeMap;

use model::{Relation, System};

use super::{Break, Link, Repeat, Resource, ResourceKind};

/// Prefixes of [`Resource::id`], and the suffix of a bulkhead's.
pub(crate) const RELATION: &str = "relations.";
pub(crate) const COMPONENT: &str = "components.";
pub(crate) const BULKHEAD: &str = ".bulkhead";

/// Resources and links with their indices by id.
#[derive(Default)]
pub(super) struct Held {
    pub resources: Vec<Resource>,
    /// By relation: its connections and its bulkhead. By component: its slots.
    pub connections: BTreeMap<String, usize>,
    pub bulkheads: BTreeMap<String, usize>,
    pub slots: BTreeMap<String, usize>,
}

/// All resources of a system, ordered by id. `instances` says how many of a component there are.
pub(super) fn resources(system: &System, instances: impl Fn(&str) -> usize) -> Held {
    let all = |each: u32, of: &str| (each as usize).saturating_mul(instances(of));
    let mut list: BTreeMap<String, (Resource, &str)> = BTreeMap::new();
    let mut add = |id: String, owner, kind, limit, queue| {
        let resource = Resource {
            id: id.clone(),
            kind,
            limit,
            queue,
        };
        list.insert(id, (resource, owner));
    };
    for (id, component) in &system.architecture.components {
        if let Some(each) = component.concurrency {
            let (name, limit) = (format!("{COMPONENT}{id}"), all(each, id));
            add(name, id.as_str(), ResourceKind::Slots, limit, None);
        }
    }
    for (id, relation) in &system.architecture.relations {
        if let Some(each) = relation.pool {
            let (name, limit) = (format!("{RELATION}{id}"), all(each, &relation.from));
            add(name, id, ResourceKind::Connections, limit, None);
        }
        if let Some(each) = relation.bulkhead {
            // Who finds it full is refused at once: that is what it is for (Nygard, Release It!, 2007).
            let name = format!("{RELATION}{id}{BULKHEAD}");
            let limit = all(each, &relation.from);
            add(name, id, ResourceKind::Bulkhead, limit, Some(0));
        }
    }
    let mut held = Held::default();
    for (index, (resource, owner)) in list.into_values().enumerate() {
        let by = match resource.kind {
            ResourceKind::Connections => &mut held.connections,
            ResourceKind::Bulkhead => &mut held.bulkheads,
            ResourceKind::Slots => &mut held.slots,
        };
        by.insert(owner.to_string(), index);
        held.resources.push(resource);
    }
    held
}

/// All relations, in the order of the architecture.
pub(super) fn links(system: &System) -> Vec<Link> {
    let all = system.architecture.relations.iter();
    all.map(|(id, relation)| link(id, relation)).collect()
}

fn link(id: &str, relation: &Relation) -> Link {
    let seconds = |s: f64| if s.is_nan() { 0.0 } else { s.clamp(0.0, 1e6) };
    Link {
        id: id.to_string(),
        from: relation.from.to_string(),
        to: relation.to.to_string(),
        timeout_s: relation.timeout.map(|t| seconds(t.secs())),
        retry: relation.retry.as_ref().map(|r| Repeat {
            attempts: r.attempts.max(1),
            backoff_s: seconds(r.backoff.secs()),
            jitter: r.jitter,
            budget: r.budget.map(|b| b.0.clamp(0.0, 1.0)),
        }),
        breaker: relation.breaker.as_ref().map(|b| Break {
            failures: b.failures.max(1),
            recovery_s: seconds(b.recovery.secs()),
        }),
    }
}
