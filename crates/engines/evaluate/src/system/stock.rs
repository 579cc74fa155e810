//! Growth of each table from the paths that insert into it, its retention and its row size.

use indexmap::IndexMap;

use model::{AfterRetention, Column, FieldType, System, Table, TableKind, Work};

use super::demand::Missing;
use crate::plant::{probability, times};
use crate::result::{Explanation, TableResult};
use crate::storage::Growth;

/// Years after which stock is taken, with the suffix of their keys.
pub(super) const YEARS: [(f64, &str); 3] = [(0.0, "now"), (1.0, "1y"), (3.0, "3y")];

/// Header, item pointer and fill of one entry of an ordered index, on top of its columns, in bytes.
/// PostgreSQL documentation, Database Page Layout: 8 B tuple header, 4 B pointer; pages 90 % full.
const INDEX_ENTRY: f64 = 16.0;

/// Takes stock of all tables. Missing numbers come back with the place of the table.
pub(super) fn take(
    system: &System,
    explain: &mut Option<&mut IndexMap<String, Explanation>>,
) -> (IndexMap<String, TableResult>, Vec<Missing>) {
    let mut results = IndexMap::new();
    let mut missing = Vec::new();
    let growth = system.brief.scale.as_ref().and_then(|s| s.growth);
    for (id, table) in &system.architecture.data {
        let (rate, from) = new_rows(system, id, table);
        let growing = growing(system, table, rate);
        let row_bytes = row_bytes(table);
        if row_bytes.is_none() && rate + growing.rows_now > 0.0 {
            missing.push(Missing {
                subject: format!("data.{id}.row"),
                what: format!("the mean size of a row of `{id}`, and so how its storage grows"),
                remedy: format!("give `data.{id}.row`, or `max_length` on its texts"),
            });
        }
        let stored = YEARS.map(|(years, _)| growing.after_years(years));
        let result = TableResult {
            new_rows_per_s: rate,
            row_bytes,
            index_bytes: growing.index_bytes,
            copies: growing.copies,
            rows: stored.map(|s| s.rows),
            bytes: row_bytes.map(|_| stored.map(|s| s.bytes)),
        };
        if let Some(explanations) = explain.as_deref_mut() {
            explain_table(
                id,
                table,
                &result,
                &from,
                growth.map(|g| g.to_string()),
                explanations,
            );
        }
        results.insert(id.clone(), result);
    }
    (results, missing)
}

fn row_bytes(table: &Table) -> Option<f64> {
    table.row.map(|b| b.0).or_else(|| fixed_row(table))
}

fn growing(system: &System, table: &Table, rate: f64) -> Growth {
    let growth = system.brief.scale.as_ref().and_then(|s| s.growth);
    let store = system.component(&table.store);
    let copies = store.and_then(|c| c.instances).unwrap_or(1).max(1);
    let leaves = table
        .retention
        .as_ref()
        .filter(|r| matches!(r.then, AfterRetention::Delete | AfterRetention::Archive));
    Growth {
        rows_now: table.rows.map_or(0.0, |r| r.0),
        rows_per_s: rate,
        growth_per_year: growth.map_or(0.0, |g| g.0),
        retention_s: leaves.map(|r| r.keep.secs()),
        row_bytes: row_bytes(table).unwrap_or(0.0),
        index_bytes: index_bytes(table),
        copies: f64::from(copies),
    }
}

/// Rows of every table so many years from now.
pub(crate) fn rows_after(system: &System, years: f64) -> IndexMap<String, f64> {
    let tables = system.architecture.data.iter();
    let after = tables.map(|(id, table)| {
        let (rate, _) = new_rows(system, id, table);
        (
            id.clone(),
            growing(system, table, rate).after_years(years).rows,
        )
    });
    after.collect()
}

/// New rows per second as a mean over the year: said, or inserted by the paths. What passes through
/// a queue, an outbox or a cache leaves again, so it only counts where a retention keeps it.
fn new_rows(system: &System, id: &str, table: &Table) -> (f64, Vec<(String, f64)>) {
    if let Some(new) = table.new {
        return (new.0, vec![(format!("data.{id}.new"), new.0)]);
    }
    let passing = matches!(
        table.kind,
        TableKind::Queue | TableKind::Outbox | TableKind::CacheEntries
    );
    if passing && table.retention.is_none() {
        return (0.0, Vec::new());
    }
    let mut from = Vec::new();
    for (operation, spec, path) in system.runs() {
        let Some(rate) = system.brief.mean_rate(spec) else {
            continue;
        };
        let rows: f64 = path
            .steps
            .iter()
            .filter(|s| matches!(s.work, Work::Insert | Work::Put))
            .filter(|s| s.table.as_ref().is_some_and(|t| **t == *id))
            .map(|s| times(s) * probability(s) * s.rows.unwrap_or(1.0).max(0.0))
            .sum();
        if rows > 0.0 {
            from.push((format!("operations.{operation}.rate"), rate.0 * rows));
        }
    }
    (from.iter().map(|(_, r)| r).sum(), from)
}

/// Size of a row whose columns all have a known width, with 28 B of header and pointer (PostgreSQL
/// documentation, Database Page Layout). A text of a known longest length counts with half of it.
pub(crate) fn fixed_row(table: &Table) -> Option<f64> {
    if table.columns.is_empty() {
        return None;
    }
    let widths: Option<f64> = table.columns.values().map(width).sum();
    widths.map(|w| w + 28.0)
}

fn width(column: &Column) -> Option<f64> {
    Some(match column.kind {
        FieldType::Boolean => 1.0,
        FieldType::Date | FieldType::Enum => 4.0,
        FieldType::Integer | FieldType::Timestamp | FieldType::Decimal | FieldType::Money => 8.0,
        FieldType::Uuid | FieldType::Duration | FieldType::Point => 16.0,
        FieldType::Text | FieldType::Email | FieldType::Url => {
            f64::from(column.max_length?) / 2.0 + 1.0
        }
        FieldType::Json | FieldType::File | FieldType::List | FieldType::Object => return None,
    })
}

/// Bytes of all index entries of one row; columns of unknown width count with 16 B.
fn index_bytes(table: &Table) -> f64 {
    let entry = |columns: Vec<&str>| {
        let widths = columns
            .iter()
            .map(|c| table.columns.get(*c).and_then(width).unwrap_or(16.0));
        INDEX_ENTRY + widths.sum::<f64>()
    };
    table
        .entries()
        .filter(|(_, c)| !c.is_empty())
        .map(|(_, c)| entry(c))
        .sum()
}

fn explain_table(
    id: &str,
    table: &Table,
    result: &TableResult,
    from: &[(String, f64)],
    growth: Option<String>,
    explanations: &mut IndexMap<String, Explanation>,
) {
    for (i, (years, suffix)) in YEARS.iter().enumerate() {
        let base = || {
            let mut e = Explanation::new(
                result.rows[i],
                "rows",
                format!(
                    "rows now, plus the integral of new rows * (1 + growth)^t over {years} years, less what is older than the retention"
                ),
            );
            for (source, rate) in from {
                e = e.with("new rows", format!("{rate:.4} per second"), source.clone());
            }
            if let Some(growth) = &growth {
                e = e.with("growth", growth.clone(), "scale.growth");
            }
            if let Some(retention) = &table.retention {
                let source = format!("data.{id}.retention");
                e = e.with("retention", retention.keep.to_string(), source);
            }
            e
        };
        explanations.insert(format!("tables.{id}.rows-{suffix}"), base());
        let (Some(bytes), Some(row)) = (result.bytes, result.row_bytes) else {
            continue;
        };
        let source = if table.row.is_some() {
            "row"
        } else {
            "columns"
        };
        let mut e = base()
            .with("row", format!("{row:.0} B"), format!("data.{id}.{source}"))
            .with(
                "index entries",
                format!("{:.0} B a row", result.index_bytes),
                format!("data.{id}.indexes"),
            );
        e.formula = format!("({}) * (row + index entries), one copy", e.formula);
        e.value = bytes[i];
        e.unit = "B".into();
        explanations.insert(format!("tables.{id}.bytes-{suffix}"), e);
    }
}
