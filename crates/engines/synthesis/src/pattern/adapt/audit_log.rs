//! One table for every change of audited rows, written in the transaction that makes the change.

use indexmap::IndexMap;
use model::{
    Architecture, Brief, Bytes, Column, FieldType, Index, IndexKind, Step, Table, TableKind, Work,
};

use super::Adapted;
use crate::choices::Choices;
use crate::components::engine;
use crate::naming;
use crate::schema::STORE;

pub const TABLE: &str = "audit_log";
/// Two small JSON documents, two identifiers and the header; an estimate.
const ROW: f64 = 500.0;

fn column(kind: FieldType, optional: bool, max_length: Option<u32>) -> Column {
    Column {
        kind,
        optional,
        default: None,
        max_length,
        values: Vec::new(),
        identity: false,
        class: None,
        description: None,
    }
}

fn index(columns: &[&str], why: &str) -> Index {
    Index {
        columns: columns.iter().map(|c| c.to_string()).collect(),
        include: Vec::new(),
        filter: None,
        kind: IndexKind::Ordered,
        operations: Vec::new(),
        foreign_key: None,
        why: Some(why.into()),
    }
}

fn table(keep: Option<model::Retention>) -> Table {
    let described = |c: Column, what: &str| Column {
        description: Some(what.into()),
        ..c
    };
    let columns: IndexMap<String, Column> = [
        (
            "id",
            Column {
                identity: true,
                ..column(FieldType::Integer, false, None)
            },
        ),
        (
            "at",
            Column {
                default: model::expr::parse("now").ok(),
                ..column(FieldType::Timestamp, false, None)
            },
        ),
        ("actor", column(FieldType::Text, false, Some(80))),
        ("operation", column(FieldType::Text, false, Some(80))),
        (
            "row_table",
            described(
                column(FieldType::Text, false, Some(80)),
                "The table of the row that changed.",
            ),
        ),
        ("row_key", column(FieldType::Text, false, Some(80))),
        (
            "changed",
            described(
                column(FieldType::Json, false, None),
                "Columns that changed, each with the value before and after. Secrets are left out.",
            ),
        ),
    ]
    .into_iter()
    .map(|(n, c)| (n.to_string(), c))
    .collect();
    let mut indexes = IndexMap::new();
    indexes.insert(
        "audit_log_row_idx".into(),
        index(
            &["row_table", "row_key", "id"],
            "The history of one row, in order.",
        ),
    );
    if keep.is_some() {
        indexes.insert(
            "audit_log_at_idx".into(),
            index(&["at"], "Rows past their retention are found by age."),
        );
    }
    Table {
        store: STORE.into(),
        context: None,
        kind: TableKind::Table,
        entity: None,
        description: Some("Who changed what and when, for rows that are audited.".into()),
        columns,
        primary_key: vec!["id".into()],
        unique: IndexMap::new(),
        foreign_keys: IndexMap::new(),
        checks: IndexMap::new(),
        indexes,
        partition: None,
        retention: keep,
        rows: None,
        new: None,
        row: Some(Bytes(ROW)),
        append_only: true,
        tenant: None,
        denormalised: None,
        about: engine("patterns.audit-log"),
    }
}

/// Adds the table, and to every path that writes audited rows the insert that goes with it.
pub fn change(
    brief: &Brief,
    _choices: &Choices,
    architecture: &mut Architecture,
    entities: &[String],
) -> Adapted {
    let mut adapted = Adapted::default();
    if architecture.data.contains_key(TABLE) || !architecture.components.contains_key(STORE) {
        return adapted;
    }
    let audited: Vec<String> = entities.iter().map(|e| naming::table(e)).collect();
    // The log is kept as long as the longest-lived of the rows it tells about.
    let keep = entities
        .iter()
        .map(|e| {
            brief
                .domain
                .entities
                .get(e)
                .and_then(|e| e.retention.clone())
        })
        .collect::<Option<Vec<_>>>()
        .and_then(|all| {
            all.into_iter()
                .max_by(|a, b| a.keep.secs().total_cmp(&b.keep.secs()))
        })
        .map(|longest| model::Retention {
            keep: longest.keep,
            then: model::AfterRetention::Delete,
            because: Some("As long as the longest-lived of the audited rows.".into()),
        });
    architecture.data.insert(TABLE.into(), table(keep));
    adapted.adds.push(format!("data.{TABLE}"));
    for (id, path) in &mut architecture.paths {
        let mut logged: Vec<(usize, Step)> = Vec::new();
        for (at, step) in path.steps.iter().enumerate() {
            let audited_write = matches!(step.work, Work::Insert | Work::Update | Work::Delete)
                && step.table.as_ref().is_some_and(|t| audited.contains(&t.0))
                && *step.on == *STORE;
            if audited_write {
                logged.push((
                    at,
                    Step {
                        work: Work::Insert,
                        table: Some(TABLE.into()),
                        by: Vec::new(),
                        order: Vec::new(),
                        note: Some("audit entry, in the same transaction".into()),
                        ..step.clone()
                    },
                ));
            }
        }
        if !logged.is_empty() {
            adapted.adds.push(format!("paths.{id}"));
        }
        // Right behind the write it tells about, so that the commit that follows covers both.
        for (at, step) in logged.into_iter().rev() {
            path.steps.insert(at + 1, step);
        }
    }
    adapted
}
