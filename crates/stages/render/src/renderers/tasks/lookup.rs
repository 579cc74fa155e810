//! Where things of the model meet: operations and tables, effects and steps, names and columns.

use model::{
    AppliedPattern, Domain, Effect, Entity, Mechanism, MechanismKind, Operation, Step, System,
    Table, Work,
};
use synthesis::contexts::entity_of;

use crate::figures::asked;

/// An effect with its model path.
pub type Placed<'a> = (String, &'a Effect);

/// Whether a step is done after the caller was answered. Where nobody waits, nothing is.
pub fn later(operation: &Operation, step: &Step) -> bool {
    step.background && asked(&operation.trigger)
}

/// First and last step of each transaction: from the first write to a store after the last commit
/// to its commit.
pub fn transactions(steps: &[Step]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut free = 0;
    for (at, step) in steps.iter().enumerate() {
        if step.work != Work::Commit {
            continue;
        }
        let first = (free..at).find(|i| steps[*i].on == step.on && steps[*i].work.writes());
        found.extend(first.map(|first| (first, at)));
        free = at + 1;
    }
    found
}

/// The effects of an operation in order, each transition followed by its own.
pub fn effects<'a>(domain: &'a Domain, id: &str, operation: &'a Operation) -> Vec<Placed<'a>> {
    let mut all = Vec::new();
    for (at, effect) in operation.effects.iter().enumerate() {
        all.push((format!("domain.operations.{id}.effects.{at}"), effect));
        if let Effect::Transition(take) = effect {
            all.extend(transition_effects(domain, &take.entity, &take.take));
        }
    }
    all
}

/// The effects of a transition.
pub fn transition_effects<'a>(domain: &'a Domain, entity: &str, take: &str) -> Vec<Placed<'a>> {
    let machine = domain.entities.get(entity).and_then(|e| e.machine.as_ref());
    let transition = machine.and_then(|m| m.transitions.get(take));
    transition
        .iter()
        .flat_map(|t| t.effects.iter().enumerate())
        .map(|(at, effect)| {
            let path = format!("domain.entities.{entity}.machine.transitions.{take}.effects.{at}");
            (path, effect)
        })
        .collect()
}

/// Whether an effect changes rows that are there.
pub fn changes(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Update(_)
            | Effect::Delete(_)
            | Effect::Transition(_)
            | Effect::Link(_)
            | Effect::Unlink(_)
    )
}

/// Operations that model paths name, `domain.operations.x` or `paths.x`, in the order of the model.
pub fn named<'a, 'p>(system: &'a System, paths: impl Iterator<Item = &'p String>) -> Vec<&'a str> {
    let ids: Vec<&str> = paths
        .filter_map(|path| {
            let rest = ["domain.operations.", "operations.", "paths."]
                .into_iter()
                .find_map(|before| path.strip_prefix(before))?;
            rest.split('.').next()
        })
        .collect();
    let all = system.brief.domain.operations.keys();
    all.map(String::as_str)
        .filter(|o| ids.contains(o))
        .collect()
}

/// Operations that rely on a pattern and its mechanisms: those that are named, else those that
/// touch its tables, else those for whose sake the pattern was chosen.
pub fn relied_on<'a>(
    system: &'a System,
    pattern: Option<(&str, &AppliedPattern)>,
    mechanisms: &[(&str, &Mechanism)],
) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for (_, mechanism) in mechanisms {
        found.extend(concerned(system, mechanism));
    }
    if let Some((_, pattern)) = pattern.filter(|_| found.is_empty()) {
        found.extend(named(system, pattern.because.iter()));
        for path in &pattern.because {
            let parts: Vec<&str> = path.split('.').collect();
            if let ["domain", "actors", actor, "tenant"] = parts[..] {
                let operations = system.brief.domain.operations.iter();
                let theirs = operations.filter(|(_, o)| o.actors.iter().any(|a| **a == *actor));
                found.extend(theirs.map(|(id, _)| id.as_str()));
            }
            if let ["domain", "entities", entity, "fields", _, ..] = parts[..] {
                found.extend(system.runs().map(|(id, _, _)| id).filter(|id| {
                    let domain = &system.brief.domain;
                    effects(domain, id, &domain.operations[*id])
                        .iter()
                        .any(|(_, e)| !matches!(e, Effect::Read(_)) && entity_of(e) == Some(entity))
                }));
            }
        }
    }
    let all = system.brief.domain.operations.keys();
    all.map(String::as_str)
        .filter(|o| found.contains(o))
        .collect()
}

/// Operations that a mechanism names, or whose paths touch what it consists of.
pub fn concerned<'a>(system: &'a System, mechanism: &Mechanism) -> Vec<&'a str> {
    let found = named(system, mechanism.uses.iter().chain(&mechanism.protects));
    if !found.is_empty() {
        return found;
    }
    let tables: Vec<&str> = mechanism
        .uses
        .iter()
        .filter_map(|u| u.strip_prefix("data.")?.split('.').next())
        .collect();
    let reads = mechanism.kind == Some(MechanismKind::TenantIsolation);
    let relations = &system.architecture.relations;
    let touches = |operation: &Operation, step: &Step| {
        if later(operation, step) {
            return false;
        }
        let own = step
            .table
            .as_ref()
            .is_some_and(|t| tables.contains(&&**t) && (reads || step.work.writes()));
        let relation = step.via.as_ref().and_then(|v| relations.get(&**v));
        let dead = relation.and_then(|r| r.dead_letter.as_ref()?.table.as_ref());
        own || dead.is_some_and(|t| tables.contains(&&**t))
    };
    system
        .runs()
        .filter(|(_, o, path)| path.steps.iter().any(|s| touches(o, s)))
        .map(|(id, _, _)| id)
        .collect()
}

/// The columns that hold a name of an entity: its field, or the columns of its link.
pub fn columns(table: &Table, entity: Option<&Entity>, name: &str) -> Vec<String> {
    let name = synthesis::naming::snake(name.trim_start_matches('-'));
    if table.columns.contains_key(&name) {
        return vec![name];
    }
    let link = entity.is_some_and(|e| e.relations.contains_key(&name));
    let before = format!("{name}_");
    let columns = table.columns.keys();
    columns
        .filter(|c| link && c.starts_with(&before))
        .cloned()
        .collect()
}

/// What carries an access: the key, or the index that was made for it; `None` where nothing does.
pub fn carried(table: &Table, id: &str, by: &[String], order: &[String]) -> Option<String> {
    let key = |columns: &[String]| !columns.is_empty() && columns.iter().all(|c| by.contains(c));
    if key(&table.primary_key) {
        return Some("the primary key".into());
    }
    if let Some((name, _)) = table.unique.iter().find(|(_, u)| key(&u.columns)) {
        return Some(format!("the unique key `{name}`"));
    }
    let bare = |c: &String| c.trim_start_matches('-').to_string();
    let wanted: Vec<String> = match by.is_empty() {
        true => order.iter().map(bare).collect(),
        false => by.to_vec(),
    };
    let score = |columns: &[&str], named: bool| {
        let lead = columns
            .iter()
            .take_while(|c| wanted.iter().any(|w| w == *c));
        let lead = lead.count();
        (lead > 0 || named).then_some((lead, named))
    };
    table
        .entries()
        .enumerate()
        .filter_map(|(at, (name, columns))| {
            let index = table.indexes.get(name);
            let named = index.is_some_and(|i| i.operations.iter().any(|o| **o == *id));
            let score = score(&columns, named)?;
            Some((score, std::cmp::Reverse(at), name))
        })
        .max()
        .map(|(_, _, name)| match name {
            "primary_key" => "the beginning of the primary key".to_string(),
            name => format!("`{name}`"),
        })
}
