//! Adds fragments to an architecture. What is there stays as it is, whoever wrote it.

use model::{
    Alert, Architecture, Author, Brief, Column, DeadLetter, EvolutionStage, Expr, Fallback, Index,
    Map, Mechanism, MechanismKind, OpenQuestion, Relation, Retry, Risk, Signal, Unique,
};
use serde::Deserialize;

use crate::components::engine;

/// What a pattern may add by template. New tables need code (`adapt`), because foreign keys,
/// indexes and paths must agree with them.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Fragment {
    #[serde(deserialize_with = "model::plain::map")]
    mechanisms: Map<Mechanism>,
    data: Map<TablePatch>,
    relations: Map<RelationPatch>,
    #[serde(deserialize_with = "model::plain::map")]
    risks: Map<Risk>,
    #[serde(deserialize_with = "model::plain::map")]
    signals: Map<Signal>,
    #[serde(deserialize_with = "model::plain::map")]
    alerts: Map<Alert>,
    #[serde(deserialize_with = "model::plain::map")]
    questions: Map<OpenQuestion>,
    #[serde(deserialize_with = "model::plain::map")]
    evolution: Map<EvolutionStage>,
}

/// Additions to a table that is there.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct TablePatch {
    #[serde(deserialize_with = "model::plain::map")]
    columns: Map<Column>,
    #[serde(deserialize_with = "model::plain::map")]
    unique: Map<Unique>,
    #[serde(deserialize_with = "model::plain::map")]
    indexes: Map<Index>,
    checks: Map<Expr>,
}

/// Attributes of a relation that is there; each is set only where it is still empty.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RelationPatch {
    retry: Option<Retry>,
    fallback: Option<Fallback>,
    dead_letter: Option<DeadLetter>,
    ordered_by: Option<String>,
    bulkhead: Option<u32>,
}

/// Merges one filled fragment; returns the model paths of what was added.
///
/// # Errors
/// The fragment is not what the model expects.
pub fn merge(
    pattern: &str,
    fragment: serde_json::Value,
    brief: &Brief,
    architecture: &mut Architecture,
) -> Result<Vec<String>, String> {
    let fragment: Fragment = serde_json::from_value(fragment).map_err(|e| e.to_string())?;
    let mut added = Vec::new();
    for (id, patch) in fragment.data {
        let Some(table) = architecture.data.get_mut(&id) else {
            continue;
        };
        for (name, c) in patch.columns {
            if !table.columns.contains_key(&name) {
                added.push(format!("data.{id}.columns.{name}"));
                table.columns.insert(name, c);
            }
        }
        for (name, unique) in patch.unique {
            let known = unique.columns.iter().all(|c| table.columns.contains_key(c));
            let there = table.unique.values().any(|u| u.columns == unique.columns)
                || table.primary_key == unique.columns;
            if known && !there && !table.unique.contains_key(&name) {
                added.push(format!("data.{id}.unique.{name}"));
                table.unique.insert(name, unique);
            }
        }
        for (name, index) in patch.indexes {
            let known = index
                .columns
                .iter()
                .all(|c| table.columns.contains_key(c.trim_start_matches('-')));
            let columns: Vec<String> = index.columns.clone();
            let served = table.entries().any(|(_, e)| {
                e.len() >= columns.len()
                    && e.iter()
                        .zip(&columns)
                        .all(|(a, b)| *a == b.trim_start_matches('-'))
            });
            if known && !served && !table.indexes.contains_key(&name) {
                added.push(format!("data.{id}.indexes.{name}"));
                table.indexes.insert(name, index);
            }
        }
        for (name, check) in patch.checks {
            if !table.checks.contains_key(&name) {
                added.push(format!("data.{id}.checks.{name}"));
                table.checks.insert(name, check);
            }
        }
    }
    for (id, patch) in fragment.relations {
        let known = |c: &str| architecture.components.contains_key(c);
        let fallback_known = patch
            .fallback
            .as_ref()
            .is_none_or(|f| f.to.as_ref().is_none_or(|to| known(to)));
        if let Some(relation) = architecture.relations.get_mut(&id) {
            added.extend(
                patch_relation(relation, patch, fallback_known)
                    .into_iter()
                    .map(|part| format!("relations.{id}.{part}")),
            );
        }
    }
    for (id, mut mechanism) in fragment.mechanisms {
        if mechanism.kind == Some(MechanismKind::TenantIsolation) {
            // However many there are: the sentence about them may count some, this may not.
            let kept_apart = architecture.data.iter().filter(|(_, t)| t.tenant.is_some());
            mechanism
                .uses
                .extend(kept_apart.map(|(id, _)| format!("data.{id}")));
        }
        mechanism.uses.retain(|p| exists(brief, architecture, p));
        mechanism
            .protects
            .retain(|p| exists(brief, architecture, p));
        mechanism
            .components
            .retain(|c| architecture.components.contains_key(&**c));
        mark(&mut mechanism.about, pattern);
        if !architecture.mechanisms.contains_key(&id) {
            added.push(format!("mechanisms.{id}"));
            architecture.mechanisms.insert(id, mechanism);
        }
    }
    for (id, mut risk) in fragment.risks {
        mark(&mut risk.about, pattern);
        insert("risks", id, risk, &mut architecture.risks, &mut added);
    }
    for (id, mut question) in fragment.questions {
        mark(&mut question.about, pattern);
        insert(
            "questions",
            id,
            question,
            &mut architecture.questions,
            &mut added,
        );
    }
    for (id, mut stage) in fragment.evolution {
        mark(&mut stage.about, pattern);
        insert(
            "evolution",
            id,
            stage,
            &mut architecture.evolution,
            &mut added,
        );
    }
    for (id, mut signal) in fragment.signals {
        mark(&mut signal.about, pattern);
        if architecture.components.contains_key(&*signal.on) {
            insert(
                "observability.signals",
                id,
                signal,
                &mut architecture.observability.signals,
                &mut added,
            );
        }
    }
    for (id, mut alert) in fragment.alerts {
        mark(&mut alert.about, pattern);
        if architecture
            .observability
            .signals
            .contains_key(&alert.signal)
        {
            insert(
                "observability.alerts",
                id,
                alert,
                &mut architecture.observability.alerts,
                &mut added,
            );
        }
    }
    Ok(added)
}

fn mark(about: &mut model::About, pattern: &str) {
    about.author = Author::Engine;
    about.from = engine(&format!("patterns.{pattern}")).from;
}

fn insert<T>(kind: &str, id: String, value: T, map: &mut Map<T>, added: &mut Vec<String>) {
    if !map.contains_key(&id) {
        added.push(format!("{kind}.{id}"));
        map.insert(id, value);
    }
}

fn patch_relation(
    relation: &mut Relation,
    patch: RelationPatch,
    fallback_known: bool,
) -> Vec<&'static str> {
    let mut set = Vec::new();
    if relation.retry.is_none() && patch.retry.is_some() {
        relation.retry = patch.retry;
        set.push("retry");
    }
    if relation.fallback.is_none() && patch.fallback.is_some() && fallback_known {
        relation.fallback = patch.fallback;
        set.push("fallback");
    }
    if relation.dead_letter.is_none() && patch.dead_letter.is_some() {
        relation.dead_letter = patch.dead_letter;
        set.push("dead_letter");
    }
    if relation.ordered_by.is_none() && patch.ordered_by.is_some() {
        relation.ordered_by = patch.ordered_by;
        set.push("ordered_by");
    }
    if relation.bulkhead.is_none() && patch.bulkhead.is_some() {
        relation.bulkhead = patch.bulkhead;
        set.push("bulkhead");
    }
    set
}

/// Whether a model path leads to something: the first two segments, and for tables and entities
/// also the element named below.
pub fn exists(brief: &Brief, architecture: &Architecture, path: &str) -> bool {
    let mut parts = path.split('.');
    let mut next = || parts.next().unwrap_or_default();
    match next() {
        "data" => {
            let Some(table) = architecture.data.get(next()) else {
                return false;
            };
            match (next(), next()) {
                ("", _) => true,
                ("columns", id) => table.columns.contains_key(id),
                ("unique", id) => table.unique.contains_key(id),
                ("indexes", id) => table.indexes.contains_key(id),
                ("checks", id) => table.checks.contains_key(id),
                ("primary_key", _) => !table.primary_key.is_empty(),
                ("partition", _) => table.partition.is_some(),
                _ => false,
            }
        }
        "paths" => architecture.paths.contains_key(next()),
        "components" => architecture.components.contains_key(next()),
        "relations" => {
            let Some(relation) = architecture.relations.get(next()) else {
                return false;
            };
            next() != "fallback" || relation.fallback.is_some()
        }
        "mechanisms" => architecture.mechanisms.contains_key(next()),
        "success" => brief.success.contains_key(next()),
        "targets" => brief.targets.is_some(),
        "scale" => {
            next() != "spikes"
                || brief
                    .scale
                    .as_ref()
                    .is_some_and(|s| s.spikes.contains_key(next()))
        }
        "domain" => {
            let domain = &brief.domain;
            match next() {
                "operations" => domain.operations.contains_key(next()),
                "events" => domain.events.contains_key(next()),
                "ports" => domain.ports.contains_key(next()),
                "actors" => domain.actors.contains_key(next()),
                "entities" => {
                    let Some(entity) = domain.entities.get(next()) else {
                        return false;
                    };
                    match (next(), next()) {
                        ("derived", id) => entity.derived.contains_key(id),
                        ("fields", id) => entity.fields.contains_key(id),
                        ("machine", "transitions") => entity
                            .machine
                            .as_ref()
                            .is_some_and(|m| m.transitions.contains_key(next())),
                        _ => true,
                    }
                }
                _ => false,
            }
        }
        _ => false,
    }
}
