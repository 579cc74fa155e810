//! How many rows each table gets, in which order, and the partitions they fall into.

use indexmap::IndexMap;

use model::{FieldType, System, TableKind};

use crate::database::{Database, Failure};
use crate::run::Options;
use crate::value;

/// Rows waiting in a queue whose design says none.
const BACKLOG: u64 = 5000;
/// Rows of a table that the design has empty on that day.
const EMPTY: u64 = 1000;
/// Tables of up to this many rows are not thinned out.
const SMALL: u64 = 1000;
/// Most partitions that are made before the rows.
const PARTITIONS: i64 = 400;

/// Tables of the store that hold rows, parents first.
pub fn in_order<'a>(system: &'a System, store: &str) -> Vec<&'a str> {
    let all = &system.architecture.data;
    let here = |id: &str| {
        all.get(id).is_some_and(|t| {
            *t.store == *store && !matches!(t.kind, TableKind::Bucket | TableKind::CacheEntries)
        })
    };
    let mut found: Vec<&str> = Vec::new();
    let mut waiting: Vec<&str> = all
        .keys()
        .map(String::as_str)
        .filter(|id| here(id))
        .collect();
    while !waiting.is_empty() {
        let ready = |id: &&str| {
            all.get(*id).is_none_or(|t| {
                t.foreign_keys.values().all(|f| {
                    *f.references == **id || !here(&f.references) || found.contains(&&*f.references)
                })
            })
        };
        // In a circle of foreign keys nobody is first.
        let at = waiting.iter().position(ready).unwrap_or(0);
        found.push(waiting.remove(at));
    }
    found
}

/// Rows of each table, thinned alike where there would be too many, so that a parent keeps its
/// number of rows.
pub fn targets(
    system: &System,
    tables: &[&str],
    options: &Options,
    conditions: &mut Vec<String>,
) -> IndexMap<String, u64> {
    let meant: Vec<(&str, f64)> = tables
        .iter()
        .map(|id| (*id, options.rows.get(*id).copied().unwrap_or(0.0).max(0.0)))
        .collect();
    let all: f64 = meant.iter().map(|(_, n)| n).sum();
    let keep = (options.most_rows as f64 / all.max(1.0)).min(1.0);
    if keep < 1.0 {
        conditions.push(format!(
            "rows thinned to {:.3} % of the {:.0} that the design has ({} at most), parents and children alike",
            keep * 100.0,
            all,
            options.most_rows
        ));
    }
    let mut empty = Vec::new();
    let rows = meant
        .into_iter()
        .map(|(id, n)| {
            let kind = system.architecture.data.get(id).map(|t| t.kind);
            let passing = matches!(kind, Some(TableKind::Queue | TableKind::Outbox));
            let rows = match n {
                n if n < 1.0 && passing => BACKLOG,
                n if n < 1.0 => {
                    empty.push(id);
                    EMPTY
                }
                n => ((n * keep) as u64).max((n as u64).min(SMALL)),
            };
            (id.to_string(), rows)
        })
        .collect();
    conditions.push(format!("{BACKLOG} rows wait in each queue"));
    if !empty.is_empty() {
        conditions.push(format!(
            "the design has no rows on that day in {}: {EMPTY} were made up for each",
            empty.join(", ")
        ));
    }
    rows
}

pub fn make_partitions(
    id: &str,
    rows: &crate::rows::TableRows,
    now_ms: i64,
    database: &mut dyn Database,
) -> Result<(), Failure> {
    let Some(partition) = &rows.table.partition else {
        return Ok(());
    };
    let kind = partition
        .columns
        .first()
        .and_then(|c| rows.table.columns.get(c))
        .map(|c| c.kind);
    let (Some(every), Some(FieldType::Timestamp | FieldType::Date)) = (partition.every, kind)
    else {
        return Ok(());
    };
    let every = ((every.secs() * 1e3) as i64).max(3_600_000);
    let from = now_ms - rows.span_ms();
    let count = ((now_ms - from) / every + 2).min(PARTITIONS);
    let moments: Vec<String> = (0..count)
        .map(|n| value::iso(now_ms + every - n * every))
        .collect();
    database.partitions(id, &moments)
}
