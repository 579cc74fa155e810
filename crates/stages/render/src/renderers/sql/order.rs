//! Which table comes when: contexts in the order of foreign keys, and what closes a cycle later.

use std::collections::{BTreeMap, BTreeSet};

use model::{ForeignKey, Map, Table};

use super::dialect::Dialect;
use super::names::{Names, file, quote};
use super::{Migration, roles, table};
use crate::view::View;

/// The migrations of one store, in order.
pub fn migrations(view: &View<'_>, tables: &Map<Table>, dialect: Dialect) -> Vec<Migration> {
    let mut names = Names::default();
    for id in tables.keys() {
        names.take(id);
    }
    let groups = groups(tables);
    let sequence = sequence(tables, &groups);
    let mut made: Vec<Migration> = Vec::new();
    let mut there: BTreeSet<&str> = BTreeSet::new();
    // Foreign keys that wait for the other table: (table, name, key).
    let mut waiting: Vec<(&str, String, &ForeignKey)> = Vec::new();
    let mut files = Names::default();
    for (context, ids) in &sequence {
        let about = match context {
            Some(context) => format!("Tables of the context {context}."),
            None => "Tables of no context: what the way of working needs.".into(),
        };
        let name = context.as_deref().map_or("infrastructure".into(), file);
        let mut migration = Migration {
            name: files.take(&name),
            about,
            up: Vec::new(),
            down: Vec::new(),
        };
        for id in ids {
            let Some(held) = tables.get(*id) else {
                continue;
            };
            there.insert(id);
            let mut inline = Vec::new();
            for (name, key) in &held.foreign_keys {
                let name = names.of_table(id, name);
                if !tables.contains_key(&*key.references) {
                    // Another store's table: nothing can hold that reference.
                    continue;
                }
                // SQLite takes a reference to a table that comes later, and cannot add one.
                if there.contains(&*key.references) || dialect == Dialect::Sqlite {
                    inline.push((name, key, closes_cycle(tables, id, key, &there)));
                } else {
                    waiting.push((id, name, key));
                }
            }
            let (up, down) =
                table::statements(view, tables, id, held, &inline, dialect, &mut names);
            migration.up.extend(up);
            migration.down.splice(0..0, down);
        }
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, _, key)| there.contains(&*key.references));
        waiting = rest;
        for (id, name, key) in ready {
            let deferrable = reaches(tables, &key.references, id) && !optional(tables, id, key);
            migration.up.push(format!(
                "ALTER TABLE {} ADD {};\n",
                quote(id),
                table::foreign_key(tables, &name, key, deferrable)
            ));
            migration.down.insert(
                0,
                format!(
                    "ALTER TABLE {} DROP CONSTRAINT {};\n",
                    quote(id),
                    quote(&name)
                ),
            );
        }
        made.push(migration);
    }
    made.extend(roles::migration(view, tables, dialect));
    made
}

/// In SQLite a reference that comes too early closes a cycle if the other table leads back here.
fn closes_cycle(tables: &Map<Table>, id: &str, key: &ForeignKey, there: &BTreeSet<&str>) -> bool {
    !there.contains(&*key.references)
        && reaches(tables, &key.references, id)
        && !optional(tables, id, key)
}

/// Whether a row can be written before the row that it refers to.
fn optional(tables: &Map<Table>, id: &str, key: &ForeignKey) -> bool {
    tables.get(id).is_some_and(|t| {
        key.columns
            .iter()
            .any(|c| t.columns.get(c).is_some_and(|c| c.optional))
    })
}

/// Whether foreign keys lead from one table to another.
fn reaches(tables: &Map<Table>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        for key in tables
            .get(next)
            .iter()
            .flat_map(|t| t.foreign_keys.values())
        {
            if seen.insert(&*key.references) {
                open.push(&key.references);
            }
        }
    }
    false
}

/// Tables by context, in the order of the file.
fn groups(tables: &Map<Table>) -> Vec<(Option<String>, Vec<&str>)> {
    let mut groups: Vec<(Option<String>, Vec<&str>)> = Vec::new();
    for (id, table) in tables {
        let context = table.context.as_ref().map(|c| c.0.clone());
        match groups.iter_mut().find(|(c, _)| *c == context) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((context, vec![id])),
        }
    }
    groups
}

/// Contexts, and tables in them, each after those it refers to as far as cycles allow. Among equals
/// the order of the file decides; tables of no context come last.
fn sequence<'a>(
    tables: &'a Map<Table>,
    groups: &[(Option<String>, Vec<&'a str>)],
) -> Vec<(Option<String>, Vec<&'a str>)> {
    let home: BTreeMap<&str, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(at, (_, ids))| ids.iter().map(move |id| (*id, at)))
        .collect();
    let needs = |at: usize| -> BTreeSet<usize> {
        groups[at]
            .1
            .iter()
            .filter_map(|id| tables.get(*id))
            .flat_map(|t| t.foreign_keys.values())
            .filter_map(|key| home.get(&*key.references).copied())
            .filter(|other| *other != at)
            .collect()
    };
    let (bounded, unbounded): (Vec<usize>, Vec<usize>) =
        (0..groups.len()).partition(|at| groups[*at].0.is_some());
    let mut order = settle(&bounded, needs);
    order.extend(unbounded);
    let mut rest: Vec<(usize, Vec<&str>)> = order
        .into_iter()
        .map(|at| {
            let ids = &groups[at].1;
            let places: Vec<usize> = (0..ids.len()).collect();
            let inner = settle(&places, |i| {
                tables
                    .get(ids[i])
                    .iter()
                    .flat_map(|t| t.foreign_keys.values())
                    .filter_map(|key| ids.iter().position(|id| **id == *key.references))
                    .filter(|other| *other != i)
                    .collect()
            });
            (at, inner.into_iter().map(|i| ids[i]).collect())
        })
        .collect();
    // A table that refers to a later context waits for a second migration of its own context. Only
    // a cycle of tables is broken.
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let mut steps = Vec::new();
    loop {
        let before = placed.len();
        for (at, ids) in &mut rest {
            let mut taken = Vec::new();
            while let Some(next) = ids.iter().position(|id| free(tables, id, &placed)) {
                let id = ids.remove(next);
                placed.insert(id);
                taken.push(id);
            }
            if !taken.is_empty() {
                steps.push((groups[*at].0.clone(), taken));
            }
        }
        if placed.len() == before {
            return steps;
        }
    }
}

/// Whether all that a table refers to is there, or waits for this table in turn.
fn free(tables: &Map<Table>, id: &str, placed: &BTreeSet<&str>) -> bool {
    let keys = tables
        .get(id)
        .into_iter()
        .flat_map(|t| t.foreign_keys.values());
    keys.map(|key| &*key.references).all(|other| {
        other == id
            || placed.contains(other)
            || !tables.contains_key(other)
            || reaches(tables, other, id)
    })
}

/// Takes the first whose needs are met; where a cycle leaves none, the one with fewest open needs.
fn settle(items: &[usize], needs: impl Fn(usize) -> BTreeSet<usize>) -> Vec<usize> {
    let needs: BTreeMap<usize, BTreeSet<usize>> = items.iter().map(|i| (*i, needs(*i))).collect();
    let mut rest = items.to_vec();
    let mut done = Vec::new();
    while !rest.is_empty() {
        let open = |i: &usize| needs[i].iter().filter(|n| rest.contains(n)).count();
        let at = (0..rest.len())
            .min_by_key(|at| open(&rest[*at]))
            .unwrap_or_default();
        done.push(rest.remove(at));
    }
    done
}
