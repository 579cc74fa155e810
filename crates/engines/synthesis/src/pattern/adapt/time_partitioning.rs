//! Cuts a table into partitions by a time that every copy of a row carries alike.
//!
//! The partition column must be part of every key (PostgreSQL manual, Table Partitioning,
//! Limitations), so the table may have no unique key besides its primary key and nothing may refer
//! to it. With keys made by clients the column must come from the client too: a moment that the
//! server sets would make a repeat another row.

use model::{
    Architecture, Brief, Column, Duration, Effect, Entity, FieldType, Key, Partition, PartitionBy,
    Table,
};

use super::Adapted;
use crate::choices::Choices;
use crate::naming::{self, snake};

/// More partitions than this make planning slower than it need be.
const MOST_PARTITIONS: f64 = 100.0;
const STEPS: [Duration; 3] = [
    Duration::from_secs(86_400.0),
    Duration::from_secs(604_800.0),
    Duration::from_secs(2_629_800.0),
];

/// Partitions the tables of these entities where it can be done without a loss.
pub fn change(
    brief: &Brief,
    _choices: &Choices,
    architecture: &mut Architecture,
    entities: &[String],
) -> Adapted {
    let mut adapted = Adapted::default();
    for id in entities {
        let Some(entity) = brief.domain.entities.get(id) else {
            continue;
        };
        let name = naming::table(id);
        let Some(table) = architecture.data.get(&name) else {
            continue;
        };
        if table.partition.is_some() {
            continue;
        }
        match plan(brief, id, entity, &name, table, architecture) {
            Ok((column, every)) => {
                if let Some(table) = architecture.data.get_mut(&name) {
                    if !table.primary_key.contains(&column) {
                        table.primary_key.push(column.clone());
                    }
                    table.partition = Some(Partition {
                        by: PartitionBy::Range,
                        columns: vec![column],
                        every: Some(every),
                        parts: None,
                        step: None,
                        why: Some("Rows past their retention go with their partition.".into()),
                    });
                }
                adapted.adds.push(format!("data.{name}.partition"));
            }
            Err(reason) => {
                adapted.refused.insert(id.clone(), reason);
            }
        }
    }
    adapted
}

/// The column and the length of a partition, or why it cannot be.
fn plan(
    brief: &Brief,
    id: &str,
    entity: &Entity,
    name: &str,
    table: &Table,
    architecture: &Architecture,
) -> Result<(String, Duration), String> {
    if !table.unique.is_empty() {
        return Err(format!(
            "{name} has unique keys besides its primary key, which hold within one partition only."
        ));
    }
    let column = moment(brief, id, entity, table).ok_or_else(|| {
        format!("no moment in {name} is the same in every copy of a row, so a repeat could land in another partition.")
    })?;
    let Some(kept) = &entity.retention else {
        return Err(format!("{name} has no retention."));
    };
    let every = STEPS
        .into_iter()
        .find(|step| kept.keep.secs() / step.secs() <= MOST_PARTITIONS)
        .unwrap_or(STEPS[2]);
    let parts = (kept.keep.secs() / every.secs()).ceil();
    // An operation that does not name the column would look into every partition.
    let unpruned = architecture.paths.iter().find(|(_, path)| {
        path.steps.iter().any(|step| {
            step.work.reads_rows()
                && !step.background
                && step.table.as_ref().is_some_and(|t| *t == *name)
                && !step
                    .by
                    .iter()
                    .chain(&step.order)
                    .any(|c| c.trim_start_matches('-') == column)
        })
    });
    if let Some((operation, _)) = unpruned {
        return Err(format!(
            "{operation} finds rows of {name} without {column} and would look into all {parts} partitions each time; old rows are deleted in batches until the identifier tells the partition."
        ));
    }
    Ok((column, every))
}

fn required_time(table: &Table, column: &str) -> bool {
    table.columns.get(column).is_some_and(|c: &Column| {
        !c.optional && matches!(c.kind, FieldType::Timestamp | FieldType::Date)
    })
}

/// A column with a time that never changes and that a repeat carries again.
fn moment(brief: &Brief, id: &str, entity: &Entity, table: &Table) -> Option<String> {
    if let Some(in_key) = table.primary_key.iter().find(|c| required_time(table, c)) {
        return Some(in_key.clone());
    }
    match entity.key {
        Key::Uuid | Key::Sequence => {
            required_time(table, "created_at").then(|| "created_at".to_string())
        }
        Key::ClientUuid => entity
            .fields
            .keys()
            .find(|field| {
                required_time(table, &snake(field)) && sent_by_the_client(brief, id, field)
            })
            .map(|field| snake(field)),
        Key::Natural(_) => None,
    }
}

/// Every create of the entity takes the field from the request.
fn sent_by_the_client(brief: &Brief, entity: &str, field: &str) -> bool {
    let creates: Vec<bool> = brief
        .domain
        .operations
        .values()
        .flat_map(|o| &o.effects)
        .filter_map(|e| match e {
            Effect::Create(c) if c.entity == *entity => {
                Some(c.set.get(field).is_some_and(|value| {
                    value
                        .paths()
                        .iter()
                        .any(|p| matches!(p[0].as_str(), "item" | "input"))
                }))
            }
            _ => None,
        })
        .collect();
    entity_is_append_only(brief, entity) && !creates.is_empty() && creates.iter().all(|c| *c)
}

fn entity_is_append_only(brief: &Brief, entity: &str) -> bool {
    brief
        .domain
        .entities
        .get(entity)
        .is_some_and(|e| e.append_only)
}
