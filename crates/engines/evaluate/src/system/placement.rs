//! Where instances stand, and how many are left when a zone is lost.

use knowledge::{Capability, Knowledge, LimitName, Technology};
use model::{Component, ComponentKind, System};

/// Zone names by index: `a`, `b`, ... as providers call them.
pub(crate) fn zone_name(index: usize) -> String {
    char::from_u32('a' as u32 + index as u32).map_or_else(|| index.to_string(), String::from)
}

/// The index of a zone named `a`, `zone-b` or `eu-central-1c`: its last letter.
pub(crate) fn zone_index(name: &str) -> Option<usize> {
    let last = name.trim().chars().next_back()?.to_ascii_lowercase();
    last.is_ascii_lowercase()
        .then(|| last as usize - 'a' as usize)
}

/// One component's instances.
///
/// Instance `i` stands in zone `i % zones`; a store's primary is instance 0, so it is lost with
/// zone `a`. What the model does not say counts as one instance in one zone, save for a managed
/// component, which spans the zones of its usual offering.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    pub instances: usize,
    pub zones: usize,
    /// Instances left after the loss of the zone, if one is lost.
    pub left: usize,
    /// Whether the instance that takes writes is there, or another took over.
    pub writable: bool,
}

pub(crate) fn is_store(kind: ComponentKind) -> bool {
    use ComponentKind::{Broker, Cache, ObjectStore, Search, Store};
    matches!(kind, Store | Cache | Broker | ObjectStore | Search)
}

/// Whether the provider runs it: the model says so, or nobody else can.
pub(crate) fn is_managed(component: &Component, technology: Option<&Technology>) -> bool {
    component.managed || technology.is_some_and(|t| !t.self_hostable())
}

pub(crate) fn technology<'k>(
    component: &Component,
    knowledge: &'k Knowledge,
) -> Option<&'k Technology> {
    knowledge.technology(component.technology.as_deref()?)
}

pub(crate) fn placement(
    component: &Component,
    technology: Option<&Technology>,
    lost: Option<usize>,
) -> Placement {
    let managed = is_managed(component, technology);
    let instances = component.instances.unwrap_or(1) as usize;
    let zones = match component.zones {
        Some(zones) => zones.max(1) as usize,
        None if managed => technology
            .and_then(|t| t.offerings.iter().map(|o| o.zones).max())
            .map_or(1, |z| z.max(1) as usize),
        None => 1,
    };
    let Some(lost) = lost else {
        return Placement {
            instances,
            zones,
            left: instances,
            writable: instances > 0,
        };
    };
    // One managed instance over several zones has a standby that takes its place.
    if managed && zones > 1 && instances <= 1 {
        return Placement {
            instances,
            zones,
            left: instances,
            writable: instances > 0,
        };
    }
    let spare = usize::from(instances % zones > lost);
    let gone = if lost < zones {
        instances / zones + spare
    } else {
        0
    };
    let left = instances - gone;
    let fails_over = component
        .replication
        .as_ref()
        .is_some_and(|r| r.failover.is_some())
        || managed && zones > 1 && technology.is_some_and(|t| t.has(Capability::AutomaticFailover));
    let writable = left > 0 && (lost != 0 || fails_over);
    Placement {
        instances,
        zones,
        left,
        writable,
    }
}

/// The component whose processors a component uses: itself, or the one it runs in, as far as the
/// chain goes without a circle.
pub(crate) fn host<'a>(system: &'a System, id: &'a str) -> &'a str {
    let mut at = id;
    for _ in 0..8 {
        match system.component(at).and_then(|c| c.runs_in.as_ref()) {
            Some(next) if system.component(next).is_some() && **next != *id => at = next,
            _ => break,
        }
    }
    at
}

/// Processors of one instance that one technology can use: its vCPUs, or fewer where the technology
/// executes commands on a bounded number of threads.
pub(crate) fn usable_vcpu(component: &Component, technology: Option<&Technology>) -> Option<f64> {
    let vcpu = component.size.as_ref()?.vcpu.filter(|v| v.is_finite())?;
    let threads = technology
        .filter(|_| is_store(component.kind))
        .and_then(|t| t.limit(LimitName::CommandThreads))
        .map_or(f64::INFINITY, |l| l.value);
    Some(vcpu.min(threads).clamp(0.0, 1e5))
}
