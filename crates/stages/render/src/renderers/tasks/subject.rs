//! What the work is cut into: one task for each thing of the model that is built alone.

use model::{
    AppliedPattern, Component, ComponentKind, Mechanism, Operation, Port, System, Trigger,
};

use super::lookup;

/// What a task builds.
pub enum Subject<'a> {
    Store {
        id: &'a str,
        component: &'a Component,
    },
    /// A client of a system that is not ours.
    Client { id: &'a str, port: Option<&'a Port> },
    /// Something of ours that runs: service, worker, balancer, program.
    Process {
        id: &'a str,
        component: &'a Component,
    },
    /// What several operations rely on, or what no operation does.
    Promise {
        pattern: Option<(&'a str, &'a AppliedPattern)>,
    },
    Operation {
        id: &'a str,
        operation: &'a Operation,
    },
    /// A transition that happens by itself.
    Timer { entity: &'a str, take: &'a str },
}

pub struct Task<'a> {
    /// Part of the file's name, with the number before it.
    pub id: String,
    pub subject: Subject<'a>,
    /// Model paths of what it builds; each is built by one task.
    pub builds: Vec<String>,
    /// Promises that are kept and proved in it.
    pub mechanisms: Vec<(&'a str, &'a Mechanism)>,
    /// Of two that could be next, the lower one is.
    pub rank: usize,
}

/// Whether the component holds data, in whatever form.
pub fn stores(kind: ComponentKind) -> bool {
    matches!(
        kind,
        ComponentKind::Store
            | ComponentKind::Cache
            | ComponentKind::Broker
            | ComponentKind::ObjectStore
            | ComponentKind::Search
    )
}

/// Whether it is another party's, and ours is only the client.
pub fn foreign(kind: ComponentKind) -> bool {
    matches!(
        kind,
        ComponentKind::External | ComponentKind::IdentityProvider
    )
}

/// Every task, in the order of the model.
pub fn tasks<'a>(system: &'a System) -> Vec<Task<'a>> {
    let mut all = Vec::new();
    for (id, component) in &system.architecture.components {
        let subject = match component.kind {
            ComponentKind::Client => continue,
            kind if foreign(kind) => continue,
            kind if stores(kind) => Subject::Store { id, component },
            _ => Subject::Process { id, component },
        };
        let mut builds = vec![format!("components.{id}")];
        let rank = match subject {
            Subject::Store { .. } => {
                let held = system.architecture.data.iter();
                let held = held.filter(|(_, t)| *t.store == **id);
                builds.extend(held.map(|(table, _)| format!("data.{table}")));
                0
            }
            _ => {
                let offered = system.architecture.contracts.iter();
                let offered = offered.filter(|(_, c)| *c.component == **id);
                builds.extend(offered.map(|(contract, _)| format!("contracts.{contract}")));
                2
            }
        };
        all.push(task(id.clone(), subject, builds, rank));
    }
    clients(system, &mut all);
    operations(system, &mut all);
    timers(system, &mut all);
    promises(system, &mut all);
    all
}

fn task<'a>(id: String, subject: Subject<'a>, builds: Vec<String>, rank: usize) -> Task<'a> {
    Task {
        id,
        subject,
        builds,
        mechanisms: Vec::new(),
        rank,
    }
}

/// Systems of others that ours call: as components, or as ports of the domain that no component
/// stands for.
fn clients<'a>(system: &'a System, all: &mut Vec<Task<'a>>) {
    let ports = &system.brief.domain.ports;
    let called = |id: &str| {
        let relations = &system.architecture.relations;
        relations.values().any(|r| r.to == *id)
    };
    for (id, component) in &system.architecture.components {
        if !foreign(component.kind) || !called(id) {
            continue;
        }
        let mut builds = vec![format!("components.{id}")];
        let port = ports.get(id);
        builds.extend(port.map(|_| format!("domain.ports.{id}")));
        let subject = Subject::Client { id, port };
        all.push(task(format!("client-{id}"), subject, builds, 1));
    }
    for (id, port) in ports {
        if system.architecture.components.contains_key(id) || port.operations.is_empty() {
            continue;
        }
        let subject = Subject::Client {
            id,
            port: Some(port),
        };
        let builds = vec![format!("domain.ports.{id}")];
        all.push(task(format!("client-{id}"), subject, builds, 1));
    }
}

fn operations<'a>(system: &'a System, all: &mut Vec<Task<'a>>) {
    for (id, operation) in &system.brief.domain.operations {
        let mut builds = vec![format!("domain.operations.{id}")];
        // Who only calls us has no client; the first operation that it calls stands for it.
        if let Trigger::Webhook(port) = &operation.trigger {
            let path = format!("domain.ports.{port}");
            if !all.iter().any(|t| t.builds.contains(&path)) {
                builds.push(path);
            }
        }
        let subject = Subject::Operation { id, operation };
        all.push(task(id.clone(), subject, builds, 4));
    }
}

fn timers<'a>(system: &'a System, all: &mut Vec<Task<'a>>) {
    for (entity, e) in &system.brief.domain.entities {
        let transitions = e.machine.iter().flat_map(|m| &m.transitions);
        for (take, _) in transitions.filter(|(_, t)| t.after.is_some()) {
            let path = format!("domain.entities.{entity}.machine.transitions.{take}");
            let subject = Subject::Timer { entity, take };
            all.push(task(
                format!("timer-{entity}-{take}"),
                subject,
                vec![path],
                5,
            ));
        }
    }
}

/// A pattern, where there is one, with its mechanisms.
type Promised<'a> = (
    Option<(&'a str, &'a AppliedPattern)>,
    Vec<(&'a str, &'a Mechanism)>,
);

/// Gives each mechanism to the task of the one operation or transition that it concerns, and makes
/// tasks of the others, those of one pattern together.
fn promises<'a>(system: &'a System, all: &mut Vec<Task<'a>>) {
    let architecture = &system.architecture;
    let origin = |m: &Mechanism, pattern: &str| {
        let from = m.about.from.as_deref();
        from.and_then(|o| o.strip_prefix("patterns.")) == Some(pattern)
    };
    let mut groups: Vec<Promised<'_>> = Vec::new();
    for (id, pattern) in &architecture.patterns {
        let of: Vec<(&str, &Mechanism)> = architecture
            .mechanisms
            .iter()
            .filter(|(_, m)| origin(m, id))
            .map(|(id, m)| (id.as_str(), m))
            .collect();
        if pattern.rejected.is_none() || !of.is_empty() {
            groups.push((Some((id, pattern)), of));
        }
    }
    for (id, mechanism) in &architecture.mechanisms {
        if !architecture.patterns.keys().any(|p| origin(mechanism, p)) {
            groups.push((None, vec![(id, mechanism)]));
        }
    }
    for (pattern, mechanisms) in groups {
        let mut builds: Vec<String> = Vec::new();
        builds.extend(pattern.map(|(id, _)| format!("patterns.{id}")));
        builds.extend(mechanisms.iter().map(|(id, _)| format!("mechanisms.{id}")));
        if let Some(home) = home(system, all, pattern, &mechanisms) {
            all[home].builds.extend(builds);
            all[home].mechanisms.extend(mechanisms);
            continue;
        }
        let id = match (pattern, mechanisms.first()) {
            (Some((id, _)), _) => format!("pattern-{id}"),
            (None, Some((id, _))) => format!("promise-{id}"),
            (None, None) => continue,
        };
        let relied = lookup::relied_on(system, pattern, &mechanisms);
        // What no operation relies on can wait until there are rows to work on.
        let rank = if relied.is_empty() { 6 } else { 3 };
        let mut made = task(id, Subject::Promise { pattern }, builds, rank);
        made.mechanisms = mechanisms;
        all.push(made);
    }
}

/// The task of the one operation or timed transition that all of them concern.
fn home(
    system: &System,
    all: &[Task<'_>],
    pattern: Option<(&str, &AppliedPattern)>,
    mechanisms: &[(&str, &Mechanism)],
) -> Option<usize> {
    // A table or component that a pattern adds is shared, whoever is the first to use it.
    let adds = |(_, p): (&str, &AppliedPattern)| {
        let own = |a: &String| a.starts_with("data.") || a.starts_with("components.");
        p.adds.iter().any(own)
    };
    if pattern.is_some_and(adds) {
        return None;
    }
    let at = |path: &str| {
        let built = |t: &Task<'_>| t.builds.iter().any(|b| b == path);
        all.iter().position(built)
    };
    let timed: Vec<usize> = mechanisms
        .iter()
        .flat_map(|(_, m)| &m.uses)
        .filter(|u| u.contains(".machine.transitions."))
        .filter_map(|u| at(u))
        .collect();
    if let [one] = timed[..] {
        return Some(one);
    }
    let mut named: Vec<&str> = mechanisms
        .iter()
        .flat_map(|(_, m)| lookup::named(system, m.uses.iter().chain(&m.protects)))
        .collect();
    if mechanisms.is_empty() {
        let because = pattern.map(|(_, p)| p.because.iter());
        named.extend(lookup::named(system, because.into_iter().flatten()));
    }
    named.sort_unstable();
    named.dedup();
    match named[..] {
        [one] => at(&format!("domain.operations.{one}")),
        _ => None,
    }
}
