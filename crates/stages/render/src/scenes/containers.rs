//! Components, what they say to each other, and the boundaries of trust around them.

use model::{Architecture, Component, ComponentKind, Mode, Relation};

use super::{kind_words, shape};
use crate::numbers;
use crate::picture::graph::{Direction, Edge, EdgeStyle, Emphasis, Graph, Group, Node};
use crate::view::View;
use crate::words;

/// The picture of containers. `full` adds sizes and utilisation to the boxes.
pub(crate) fn graph(view: &View<'_>, full: bool) -> Graph {
    let architecture = &view.system.architecture;
    let alike = if full {
        Vec::new()
    } else {
        alike(architecture)
    };
    let saturates = view
        .evaluation
        .and_then(|e| e.system.saturates_first.as_deref());
    let joined = |id: &str| {
        let mut relations = architecture.relations.values();
        relations.any(|r| r.from == *id || r.to == *id)
    };
    // A client that nothing is said of would stand there alone; a rule reports it.
    let mut ids: Vec<(&String, &Component)> = architecture
        .components
        .iter()
        .filter(|(id, c)| c.kind != ComponentKind::Client || joined(id))
        .filter(|(id, _)| !alike.iter().any(|group| group[1..].contains(&id.as_str())))
        .collect();
    ids.sort_by_key(|(_, c)| tier(c.kind));
    Graph {
        title: format!("{}: containers", view.system.brief.name),
        description: String::new(),
        direction: Direction::Down,
        nodes: ids
            .iter()
            .map(|(id, component)| Node {
                id: (*id).clone(),
                title: match alike.iter().find(|group| group[0] == id.as_str()) {
                    Some(group) => words::list(group),
                    None => (*id).clone(),
                },
                subtitle: component.technology.as_deref().map_or_else(
                    || match component.kind {
                        // The outline says so already.
                        ComponentKind::Client | ComponentKind::External => String::new(),
                        kind => kind_words(kind).to_string(),
                    },
                    |t| words::technology(view, t),
                ),
                lines: if full {
                    facts(view, id, component)
                } else {
                    Vec::new()
                },
                shape: shape(component.kind),
                emphasis: if full && saturates == Some(id.as_str()) {
                    Emphasis::Strong
                } else {
                    Emphasis::Normal
                },
                group: component.boundary.as_ref().map(|b| b.0.clone()),
            })
            .collect(),
        groups: architecture
            .security
            .boundaries
            .iter()
            .map(|(id, boundary)| Group {
                id: id.clone(),
                title: id.clone(),
                parent: boundary.inside.as_ref().map(|b| b.0.clone()),
            })
            .collect(),
        edges: edges(
            architecture
                .relations
                .iter()
                .filter(|(_, r)| !alike.iter().any(|group| group[1..].contains(&&*r.from)))
                .collect(),
            full,
        ),
        legend: full,
    }
}

/// Clients that say the same to the same components, at least two each.
fn alike(architecture: &Architecture) -> Vec<Vec<&str>> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (id, component) in &architecture.components {
        if component.kind != ComponentKind::Client {
            continue;
        }
        let mut said: Vec<String> = Vec::new();
        let mut called = false;
        for relation in architecture.relations.values() {
            called |= relation.to == *id.as_str();
            if relation.from == *id.as_str() {
                said.push(format!("{} {}", relation.to, label(&[relation], false)));
            }
        }
        if called || said.is_empty() {
            continue;
        }
        said.sort();
        let boundary = component.boundary.as_deref().unwrap_or_default();
        let key = format!("{boundary}: {}", said.join("; "));
        match groups.iter_mut().find(|(k, _)| *k == key) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((key, vec![id])),
        }
    }
    groups
        .into_iter()
        .map(|(_, ids)| ids)
        .filter(|ids| ids.len() > 1)
        .collect()
}

/// Clients first, then the edge, services, stores and what is not ours.
fn tier(kind: ComponentKind) -> u8 {
    match kind {
        ComponentKind::Client => 0,
        ComponentKind::Cdn | ComponentKind::LoadBalancer | ComponentKind::Gateway => 1,
        ComponentKind::Service | ComponentKind::Program => 2,
        ComponentKind::Worker | ComponentKind::Scheduler => 3,
        ComponentKind::Broker | ComponentKind::Cache => 4,
        ComponentKind::Store | ComponentKind::Search | ComponentKind::ObjectStore => 5,
        ComponentKind::IdentityProvider | ComponentKind::External => 6,
    }
}

fn facts(view: &View<'_>, id: &str, component: &Component) -> Vec<String> {
    let mut lines = Vec::new();
    let size = words::size(component);
    if !size.is_empty() {
        lines.push(size);
    }
    if let Some(zones) = component.zones.filter(|z| *z > 1) {
        lines.push(words::counted(zones as usize, "zone"));
    }
    let used = view
        .evaluation
        .and_then(|e| words::utilisation(e, id))
        .map(words::used);
    if let Some(used) = used {
        lines.push(format!("busy hour: {used}"));
    }
    let system = view.evaluation.map(|e| &e.system);
    if let Some(at) = system.and_then(|s| s.saturates_at)
        && system.and_then(|s| s.saturates_first.as_deref()) == Some(id)
    {
        lines.push(format!("saturates first: {}", numbers::times(at)));
    }
    lines
}

/// One arrow per pair and direction, so that parallel relations do not hide each other.
fn edges(relations: Vec<(&String, &Relation)>, long: bool) -> Vec<Edge> {
    let mut edges: Vec<(Edge, Vec<&Relation>)> = Vec::new();
    for (id, relation) in relations {
        let same =
            |(e, _): &&mut (Edge, Vec<&Relation>)| e.from == *relation.from && e.to == *relation.to;
        if let Some((_, all)) = edges.iter_mut().find(same) {
            all.push(relation);
            continue;
        }
        let mut edge = Edge::new(&*relation.from, &*relation.to, "");
        edge.id.clone_from(id);
        edges.push((edge, vec![relation]));
    }
    edges
        .into_iter()
        .map(|(mut edge, all)| {
            edge.label = label(&all, long);
            edge.style = if all.iter().all(|r| r.mode == Mode::Async) {
                EdgeStyle::Async
            } else {
                EdgeStyle::Sync
            };
            edge
        })
        .collect()
}

fn label(relations: &[&Relation], long: bool) -> String {
    let mut said: Vec<String> = Vec::new();
    for relation in relations {
        let parts = [relation.protocol.as_deref(), relation.purpose.as_deref()];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && !said.contains(&text) {
            said.push(text);
        }
    }
    let mut label = said.join("; ");
    let timeout = relations
        .iter()
        .filter_map(|r| r.timeout)
        .fold(None, |most: Option<model::Duration>, t| {
            Some(most.filter(|m| m.0 >= t.0).unwrap_or(t))
        });
    if let Some(timeout) = timeout.filter(|_| long) {
        label.push_str(&format!("\ntimeout {timeout}"));
    }
    label
}
