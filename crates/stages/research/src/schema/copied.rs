//! Keys that a table takes over from another.

use super::alter::{add_constraint, add_index};
use super::change::{self, Constraint, ConstraintKind, Ident};
use super::state::{Part, State, Table};
use crate::sql::Dialect;

/// The keys of another table, under names of this one's own (`LIKE`, `PARTITION OF`).
pub fn copy_keys(state: &mut State, key: &str, other: &Table, foreign: bool) {
    let exact = |columns: &[String]| columns.iter().map(Ident::exact).collect::<Vec<_>>();
    // MySQL keeps the names of keys, PostgreSQL gives new ones.
    let keeps = state.dialect == Dialect::Mysql;
    let name = |name: &str| keeps.then(|| Ident::exact(name));
    let primary = other.primary.iter().map(|key| Constraint {
        name: None,
        kind: ConstraintKind::Primary(exact(&key.columns)),
    });
    let unique = other.unique.iter().map(|key| Constraint {
        name: name(&key.name),
        kind: ConstraintKind::Unique(exact(&key.columns)),
    });
    let keys: Vec<Constraint> = primary.chain(unique).collect();
    for constraint in &keys {
        // A key over columns that are there cannot fail.
        let _ = add_constraint(state, key, constraint);
    }
    for index in &other.indexes {
        let parts = index.parts.iter().map(|part| match part {
            Part::Column(name) => change::Part::Column(Ident::exact(name)),
            Part::Expression(text) => change::Part::Expression(text.clone()),
        });
        let copied = change::Index {
            name: name(&index.name),
            parts: parts.collect(),
            unique: index.unique,
            partial: index.partial,
            beside: index.beside.clone(),
            if_not_exists: true,
        };
        let _ = add_index(state, key, &copied);
    }
    if foreign {
        state.tables[key]
            .foreign
            .extend(other.foreign.iter().cloned());
    }
}
