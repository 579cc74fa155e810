//! Experiments that every design should come through: the loss of a zone, the spike that the brief
//! foresees, an outside system that becomes slow, a cache that stops.
//!
//! Times are chosen so that a minute shows the usual, two minutes the fault, and twice as long what
//! follows: long enough for timeouts, repeats and breakers, which work in seconds.

use model::{
    Architecture, Brief, ComponentKind, Disturbance, Duration, Experiment, Mode, OperationId, Spike,
};
use synthesis::Needs;

use crate::{Context, because};

const USUAL_S: f64 = 60.0;
const FAULT_S: f64 = 120.0;
const AFTER_S: f64 = 240.0;
/// A spike is watched for this long at most, or the experiment lasts an afternoon.
const LONGEST_SPIKE_S: f64 = 600.0;
/// An outside system that is overloaded takes many times as long rather than being away.
const SLOW: f64 = 10.0;

/// Adds the experiments that the structure gives reason for.
pub fn set_up(cx: &Context, architecture: &mut Architecture) {
    if Needs::of(cx.brief).local {
        return;
    }
    let mut all = Vec::new();
    zones(architecture, &mut all);
    spikes(cx.brief, &mut all);
    outside(architecture, &mut all);
    caches(architecture, &mut all);
    for (id, experiment) in all {
        architecture.experiments.entry(id).or_insert(experiment);
    }
}

fn experiment(from: &str, why: String, fault_s: f64, events: Vec<Disturbance>) -> Experiment {
    Experiment {
        load: None,
        lasts: Some(Duration::from_secs(USUAL_S + fault_s + AFTER_S)),
        events,
        about: because(from, why),
    }
}

fn event(for_s: f64) -> Disturbance {
    Disturbance {
        at: Duration::from_secs(USUAL_S),
        lasts: Some(Duration::from_secs(for_s)),
        ..Disturbance::default()
    }
}

/// There are two kinds of zones: the one with the primaries of the stores, and the others.
fn zones(architecture: &Architecture, all: &mut Vec<(String, Experiment)>) {
    let widest = architecture
        .components
        .iter()
        .max_by_key(|(_, c)| c.zones.unwrap_or(1));
    let Some((id, _)) = widest.filter(|(_, c)| c.zones.unwrap_or(1) > 1) else {
        return;
    };
    let kinds = [
        (
            "a",
            "Primaries of stores stand in zone a: their standbys must take over.",
        ),
        (
            "b",
            "Without zone b the instances in the others carry everything.",
        ),
    ];
    for (zone, why) in kinds {
        let lose = Disturbance {
            lose_zone: Some(zone.into()),
            ..event(FAULT_S)
        };
        let from = format!("components.{id}");
        let experiment = experiment(&from, why.into(), FAULT_S, vec![lose]);
        all.push((format!("lose-zone-{zone}"), experiment));
    }
}

/// The spikes of the brief, each over its operations.
fn spikes(brief: &Brief, all: &mut Vec<(String, Experiment)>) {
    for (id, spike) in brief.scale.iter().flat_map(|s| &s.spikes) {
        let fault_s = spike.lasts.secs().clamp(1.0, LONGEST_SPIKE_S);
        let operations = named(spike);
        let events = operations.into_iter().map(|operation| Disturbance {
            spike: Some(spike.factor),
            operation,
            ..event(fault_s)
        });
        let why = format!(
            "{} times the busiest hour at once: the queues it leaves must drain afterwards.",
            spike.factor
        );
        let from = format!("scale.spikes.{id}");
        let experiment = experiment(&from, why, fault_s, events.collect());
        all.push((format!("spike-{id}"), experiment));
    }
}

fn named(spike: &Spike) -> Vec<Option<OperationId>> {
    if spike.operations.is_empty() {
        vec![None]
    } else {
        spike.operations.iter().cloned().map(Some).collect()
    }
}

/// Outside systems that somebody waits for.
fn outside(architecture: &Architecture, all: &mut Vec<(String, Experiment)>) {
    for (id, component) in &architecture.components {
        let outside = matches!(
            component.kind,
            ComponentKind::External | ComponentKind::IdentityProvider
        );
        let mut callers = architecture
            .relations
            .values()
            .filter(|r| *r.to == **id && r.mode == Mode::Sync);
        if !outside || callers.next().is_none() {
            continue;
        }
        let slow = Disturbance {
            slow: Some(id.into()),
            factor: Some(SLOW),
            ..event(FAULT_S)
        };
        let why = format!(
            "{id} is not ours: timeouts, breakers and bulkheads must keep its slowness to the operations that need it."
        );
        let from = format!("components.{id}");
        all.push((
            format!("slow-{id}"),
            experiment(&from, why, FAULT_S, vec![slow]),
        ));
    }
}

fn caches(architecture: &Architecture, all: &mut Vec<(String, Experiment)>) {
    for (id, component) in &architecture.components {
        if component.kind != ComponentKind::Cache {
            continue;
        }
        let stop = Disturbance {
            stop: Some(id.into()),
            ..event(FAULT_S)
        };
        let why = format!(
            "Without {id}, and while it is cold afterwards, what stands behind it carries every look-up."
        );
        let from = format!("components.{id}");
        all.push((
            format!("stop-{id}"),
            experiment(&from, why, FAULT_S, vec![stop]),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Component, Relation};
    use serde_json::json;

    fn component(value: serde_json::Value) -> Component {
        serde_json::from_value(value).expect("a component")
    }

    fn relation(value: serde_json::Value) -> Relation {
        serde_json::from_value(value).expect("a relation")
    }

    #[test]
    fn every_reason_gives_its_experiment() {
        let mut architecture = Architecture::default();
        let components = [
            (
                "app",
                json!({"kind": "service", "zones": 3, "instances": 3}),
            ),
            ("bank", json!({"kind": "external"})),
            ("mail", json!({"kind": "external"})),
            ("cache", json!({"kind": "cache"})),
        ];
        for (id, value) in components {
            architecture.components.insert(id.into(), component(value));
        }
        let relations = [
            ("app-bank", json!({"from": "app", "to": "bank"})),
            (
                "app-mail",
                json!({"from": "app", "to": "mail", "mode": "async"}),
            ),
        ];
        for (id, value) in relations {
            architecture.relations.insert(id.into(), relation(value));
        }
        let brief: Brief = serde_json::from_value(json!({
            "name": "shop", "purpose": "Sells things.",
            "scale": {"spikes": {"friday": {"factor": 5.0, "lasts": "2 h", "operations": ["buy"]}}}
        }))
        .expect("a brief");
        let mut all = Vec::new();
        zones(&architecture, &mut all);
        spikes(&brief, &mut all);
        outside(&architecture, &mut all);
        caches(&architecture, &mut all);
        let ids: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
        let expected = [
            "lose-zone-a",
            "lose-zone-b",
            "spike-friday",
            "slow-bank",
            "stop-cache",
        ];
        assert_eq!(ids, expected);
        for (id, experiment) in &all {
            let end = experiment.lasts.expect("an end").secs();
            for event in &experiment.events {
                assert!(event.upset().is_ok(), "{id}");
                let over = event.at.secs() + event.lasts.expect("a length").secs();
                assert!(over < end, "{id} ends before its fault does");
            }
        }
    }

    #[test]
    fn one_zone_is_not_lost() {
        let mut architecture = Architecture::default();
        let app = component(json!({"kind": "service"}));
        architecture.components.insert("app".into(), app);
        let mut all = Vec::new();
        zones(&architecture, &mut all);
        assert!(all.is_empty());
    }
}
