//! The element of the domain that a question is about: what `{name}` stands for.
//!
//! | word | element |
//! |---|---|
//! | `busiest-read` | the reading operation of the highest rate, where it names no staleness |
//! | `busiest-write` | the writing operation of the highest rate that devices or other systems start, where it says nothing of how requests arrive |
//! | `late-write` | the same, where it says how requests arrive and not how late |
//! | `largest-entity` | the entity of most rows that names no retention, among those that only grow |
//! | `personal-entity` | the first entity with personal fields that names no retention |
//! | `growing-entity` | the first entity that operations create rows of and that names no volume |
//! | `unrated-reads` | every operation on request that only reads and has no rate |
//! | `unrated-writes` | every operation on request that writes and has no rate |
//! | `habit` | every operation whose rate follows from habits that name no busiest hour |

use model::Brief;
use model::domain::{ActorKind, DataClass, Effect, Entity, Operation, Trigger};

type Find = fn(&Brief) -> Vec<String>;

const SUBJECTS: &[(&str, Find)] = &[
    ("busiest-read", busiest_read),
    ("busiest-write", |brief| {
        machine_write(brief, |o| o.arrival.is_none())
    }),
    ("late-write", |brief| {
        machine_write(brief, |o| {
            o.arrival.as_ref().is_some_and(|a| a.late_by.is_none())
        })
    }),
    ("largest-entity", largest_entity),
    ("personal-entity", personal_entity),
    ("growing-entity", growing_entity),
    ("unrated-reads", |brief| unrated(brief, false)),
    ("unrated-writes", |brief| unrated(brief, true)),
    ("habit", habit),
];

/// Whether there is such a subject.
pub(crate) fn known(word: &str) -> Result<(), String> {
    let found = SUBJECTS.iter().any(|(name, _)| *name == word);
    found
        .then_some(())
        .ok_or_else(|| format!("`{word}` is no subject"))
}

/// The ids of the elements; none where the brief has no such element.
pub(crate) fn find(word: &str, brief: &Brief) -> Vec<String> {
    let found = SUBJECTS.iter().find(|(name, _)| *name == word);
    found.map_or_else(Vec::new, |(_, find)| find(brief))
}

/// The operation of the highest rate; among equals the first in the file.
fn busiest(brief: &Brief, keep: impl Fn(&Operation) -> bool) -> Option<(&String, &Operation)> {
    let rate = |o: &Operation| brief.busy_rate(o).map_or(0.0, |r| r.0);
    let mut best: Option<(&String, &Operation)> = None;
    for (id, operation) in brief.domain.operations.iter().filter(|(_, o)| keep(o)) {
        if best.is_none_or(|(_, b)| rate(operation) > rate(b)) {
            best = Some((id, operation));
        }
    }
    best
}

fn busiest_read(brief: &Brief) -> Vec<String> {
    let on_request = |o: &Operation| o.trigger == Trigger::Request && !o.writes();
    busiest(brief, on_request)
        .filter(|(_, o)| o.staleness.is_none())
        .map(|(id, _)| vec![id.clone()])
        .unwrap_or_default()
}

fn machine_write(brief: &Brief, open: fn(&Operation) -> bool) -> Vec<String> {
    let by_machine = |o: &Operation| {
        o.actors.iter().any(|id| {
            let actor = brief.domain.actors.get(&**id);
            actor.is_some_and(|a| matches!(a.kind, ActorKind::Device))
        })
    };
    busiest(brief, |o| o.writes() && by_machine(o))
        .filter(|(_, o)| open(o))
        .map(|(id, _)| vec![id.clone()])
        .unwrap_or_default()
}

fn created(brief: &Brief) -> impl Iterator<Item = &str> {
    brief
        .domain
        .operations
        .values()
        .flat_map(|o| &o.effects)
        .filter_map(|e| match e {
            Effect::Create(create) => Some(&*create.entity),
            _ => None,
        })
}

fn rows(entity: &Entity) -> f64 {
    let volume = entity.volume.as_ref();
    volume.and_then(|v| v.rows).map_or(0.0, |rows| rows.0)
}

/// Rows of an entity that grows: it is only added to, or nothing deletes its rows.
fn largest_entity(brief: &Brief) -> Vec<String> {
    let grown: Vec<&str> = created(brief).collect();
    let mut best: Option<(&String, &Entity)> = None;
    for (id, entity) in &brief.domain.entities {
        let grows = entity.append_only || grown.contains(&id.as_str());
        if grows && best.is_none_or(|(_, b)| rows(entity) > rows(b)) {
            best = Some((id, entity));
        }
    }
    best.filter(|(_, e)| e.retention.is_none())
        .map(|(id, _)| vec![id.clone()])
        .unwrap_or_default()
}

fn is_personal(entity: &Entity) -> bool {
    let classes = entity.fields.values().filter_map(|f| f.class);
    classes
        .into_iter()
        .any(|c| (DataClass::Personal..DataClass::Secret).contains(&c))
}

fn personal_entity(brief: &Brief) -> Vec<String> {
    let retained = |e: &Entity| e.retention.is_some();
    let mut personal = brief
        .domain
        .entities
        .iter()
        .filter(|(_, e)| is_personal(e))
        .peekable();
    if personal.clone().any(|(_, e)| retained(e)) {
        return Vec::new();
    }
    personal
        .next()
        .map(|(id, _)| vec![id.clone()])
        .unwrap_or_default()
}

fn growing_entity(brief: &Brief) -> Vec<String> {
    let mut grown = created(brief).filter_map(|id| brief.domain.entities.get_key_value(id));
    // A brief that gives volumes at all left out those that follow from its rates.
    if brief.domain.entities.values().any(|e| e.volume.is_some()) {
        return Vec::new();
    }
    grown
        .next()
        .map(|(id, _)| vec![id.clone()])
        .unwrap_or_default()
}

fn unrated(brief: &Brief, writes: bool) -> Vec<String> {
    let operations = brief.domain.operations.iter();
    operations
        .filter(|(_, o)| o.rate.is_none() && o.trigger == Trigger::Request && o.writes() == writes)
        .map(|(id, _)| id.clone())
        .collect()
}

fn habit(brief: &Brief) -> Vec<String> {
    let operations = brief.domain.operations.iter();
    let open = operations.filter(|(_, o)| {
        let habit = o.rate.as_ref().and_then(|r| r.per.as_ref());
        habit.is_some_and(|h| h.busiest_hour.is_none())
    });
    // One habit that names its busiest hour shows that somebody thought of it.
    let said = brief.domain.operations.values().any(|o| {
        let habit = o.rate.as_ref().and_then(|r| r.per.as_ref());
        habit.is_some_and(|h| h.busiest_hour.is_some())
    });
    if said {
        Vec::new()
    } else {
        open.map(|(id, _)| id.clone()).collect()
    }
}
