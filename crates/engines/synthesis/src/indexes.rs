//! Indexes: one for every access path that no key serves, one for every foreign key, and no others.
//!
//! An ordered index serves an access when the columns fixed by equality are its first columns, in
//! any order, and the columns that order the rows follow. An index whose columns begin another one
//! of the same kind is left out.

use indexmap::IndexMap;
use model::{Index, IndexKind, Table, Work};

use crate::access::{Access, Act, Run};
use crate::schema::Schema;

/// Adds the indexes that these runs need.
pub fn derive(schema: &mut Schema, runs: &[Run]) {
    let mut wanted: Vec<(String, Index)> = Vec::new();
    for run in runs {
        for act in &run.acts {
            if let Act::Store(access) = act
                && let Some(table) = schema.tables.get(&access.table)
                && let Some(index) = needed(table, access, &run.operation)
            {
                wanted.push((access.table.clone(), index));
            }
        }
    }
    for (name, table) in &schema.tables {
        for (fk_name, fk) in &table.foreign_keys {
            if !served_by_key(table, &fk.columns, &[]) {
                wanted.push((
                    name.clone(),
                    Index {
                        columns: fk.columns.clone(),
                        include: Vec::new(),
                        filter: None,
                        kind: IndexKind::Ordered,
                        operations: Vec::new(),
                        foreign_key: Some(fk_name.clone()),
                        why: None,
                    },
                ));
            }
        }
    }
    let names: Vec<String> = schema.tables.keys().cloned().collect();
    for name in names {
        let of_table: Vec<Index> = wanted
            .iter()
            .filter(|(t, _)| *t == name)
            .map(|(_, i)| i.clone())
            .collect();
        let kept = reduce(of_table);
        if let Some(table) = schema.tables.get_mut(&name) {
            // Indexes with a duty of their own (queues, expiry) are there already.
            for (index_name, index) in named(&name, kept) {
                table.indexes.entry(index_name).or_insert(index);
            }
        }
    }
}

fn bare(column: &str) -> &str {
    column.trim_start_matches('-')
}

/// Whether the primary key or a unique key serves an access.
pub fn served_by_key(table: &Table, by: &[String], order: &[String]) -> bool {
    std::iter::once(&table.primary_key)
        .chain(
            table
                .unique
                .values()
                .filter(|u| u.filter.is_none())
                .map(|u| &u.columns),
        )
        .any(|key| {
            // A whole unique key finds one row, whose order does not matter.
            let whole = !key.is_empty() && key.iter().all(|c| by.contains(c));
            whole || (!(by.is_empty() && order.is_empty()) && serves(key, by, order))
        })
}

/// Whether an ordered index on `columns` finds rows by `by` in the order of `order`.
pub fn serves(columns: &[String], by: &[String], order: &[String]) -> bool {
    if columns.len() < by.len() {
        return false;
    }
    let (head, tail) = columns.split_at(by.len());
    let found = by.iter().all(|b| head.iter().any(|c| bare(c) == b));
    // Read backwards, an index also gives the opposite order of every column.
    let forward = order.iter().zip(tail).all(|(a, b)| a == b);
    let flip = |c: &String| {
        c.strip_prefix('-')
            .map_or_else(|| format!("-{c}"), str::to_string)
    };
    let backward = order.iter().zip(tail).all(|(a, b)| flip(a) == *b);
    found && tail.len() >= order.len() && (forward || backward)
}

fn needed(table: &Table, access: &Access, operation: &str) -> Option<Index> {
    if access.work == Work::Insert || access.probability <= 0.0 {
        return None;
    }
    let index = |columns: Vec<String>, kind| Index {
        columns,
        include: Vec::new(),
        filter: None,
        kind,
        operations: vec![operation.into()],
        foreign_key: None,
        why: None,
    };
    if access.work == Work::TextSearch {
        return (!access.by.is_empty()).then(|| index(access.by.clone(), IndexKind::Inverted));
    }
    if access.by.is_empty() && access.order.is_empty() {
        return None;
    }
    let mut order = access.order.clone();
    order.retain(|c| !access.by.iter().any(|b| b == bare(c)));
    if served_by_key(table, &access.by, &order) {
        return None;
    }
    Some(index(
        [access.by.clone(), order].concat(),
        IndexKind::Ordered,
    ))
}

/// Merges equal indexes and drops those that begin another one.
fn reduce(wanted: Vec<Index>) -> Vec<Index> {
    let mut kept: Vec<Index> = Vec::new();
    for index in wanted {
        let same = kept
            .iter_mut()
            .find(|k| k.kind == index.kind && k.columns == index.columns);
        if let Some(same) = same {
            merge(same, &index);
        } else {
            kept.push(index);
        }
    }
    let mut at = 0;
    while at < kept.len() {
        let small = kept[at].clone();
        let wider = kept.iter().position(|other| {
            small.kind == IndexKind::Ordered
                && other.kind == IndexKind::Ordered
                && other.columns.len() > small.columns.len()
                && serves(&other.columns, &equality_part(&small), &order_part(&small))
        });
        if let Some(wider) = wider {
            merge(&mut kept[wider], &small);
            kept.remove(at);
        } else {
            at += 1;
        }
    }
    kept
}

/// Columns before the first descending one may be found by equality in any order; we only know the
/// whole list, so a narrower index is covered when its list begins the wider one.
fn equality_part(index: &Index) -> Vec<String> {
    index
        .columns
        .iter()
        .take_while(|c| !c.starts_with('-'))
        .cloned()
        .collect()
}

fn order_part(index: &Index) -> Vec<String> {
    index
        .columns
        .iter()
        .skip_while(|c| !c.starts_with('-'))
        .cloned()
        .collect()
}

fn merge(into: &mut Index, from: &Index) {
    for operation in &from.operations {
        if !into.operations.contains(operation) {
            into.operations.push(operation.clone());
        }
    }
    if into.foreign_key.is_none() {
        into.foreign_key.clone_from(&from.foreign_key);
    }
    if into.why.is_none() {
        into.why.clone_from(&from.why);
    }
}

fn named(table: &str, indexes: Vec<Index>) -> model::Map<Index> {
    let mut out = IndexMap::new();
    for index in indexes {
        let columns: Vec<&str> = index.columns.iter().map(|c| bare(c)).collect();
        let suffix = match index.kind {
            IndexKind::Ordered => "idx",
            IndexKind::Inverted => "words",
            IndexKind::BlockRange => "brin",
        };
        // PostgreSQL cuts names at 63 bytes, silently; two cut names may collide.
        let mut name = format!("{table}_{}_{suffix}", columns.join("_"));
        if name.len() > 60 {
            name = format!(
                "{}_{}_{suffix}",
                &table[..table.len().min(40)],
                out.len() + 1
            );
        }
        out.insert(name, index);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| n.to_string()).collect()
    }

    #[test]
    fn an_index_serves_what_a_database_would_use_it_for() {
        assert!(serves(&s(&["a", "b"]), &s(&["a"]), &[]));
        assert!(serves(&s(&["a", "b"]), &s(&["b", "a"]), &[]));
        assert!(!serves(&s(&["a", "b"]), &s(&["b"]), &[]));
        assert!(serves(&s(&["a", "-t"]), &s(&["a"]), &s(&["-t"])));
        assert!(
            serves(&s(&["a", "t"]), &s(&["a"]), &s(&["-t"])),
            "read backwards"
        );
        assert!(!serves(&s(&["a", "t", "u"]), &s(&["a"]), &s(&["-t", "u"])));
        assert!(!serves(&s(&["a"]), &s(&["a"]), &s(&["-t"])));
    }
}
