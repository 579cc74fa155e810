//! Pieces of changes, as readers of migrations in code put them together. Names are taken as they
//! are: tools quote what they send.

use super::change::{
    Action, Column, Constraint, ConstraintKind, DropKind, Ident, Index, Name, Part, Position,
    SchemaChange,
};
use crate::sql::{Dialect, ddl};

/// Names as they are.
pub fn exact(names: &[String]) -> Vec<Ident> {
    names.iter().map(Ident::exact).collect()
}

/// A table in a schema, where one is said.
pub fn table(schema: Option<String>, name: &str) -> Name {
    Name {
        schema: schema.map(Ident::exact),
        name: Ident::exact(name),
    }
}

pub fn primary(name: Option<String>, columns: &[String]) -> Constraint {
    Constraint {
        name: name.map(Ident::exact),
        kind: ConstraintKind::Primary(exact(columns)),
    }
}

pub fn unique(name: Option<String>, columns: &[String]) -> Constraint {
    Constraint {
        name: name.map(Ident::exact),
        kind: ConstraintKind::Unique(exact(columns)),
    }
}

pub fn foreign(
    name: Option<String>,
    columns: &[String],
    table: Name,
    references: &[String],
) -> Constraint {
    Constraint {
        name: name.map(Ident::exact),
        kind: ConstraintKind::Foreign {
            columns: exact(columns),
            table,
            references: exact(references),
        },
    }
}

pub fn index(name: Option<String>, columns: &[String], unique: bool) -> Index {
    Index {
        name: name.map(Ident::exact),
        parts: columns
            .iter()
            .map(|column| Part::Column(Ident::exact(column)))
            .collect(),
        unique,
        ..Index::default()
    }
}

pub fn add_column(column: Column, constraints: Vec<Constraint>) -> Action {
    Action::AddColumn {
        column,
        constraints,
        position: Position::Last,
        if_not_exists: false,
    }
}

pub fn add_constraint(constraint: Constraint) -> Action {
    Action::AddConstraint {
        constraint,
        if_not_exists: false,
    }
}

pub fn drop(what: DropKind) -> Action {
    Action::Drop {
        what,
        if_exists: false,
    }
}

pub fn drop_column(name: &str) -> Action {
    Action::DropColumn {
        name: Ident::exact(name),
        if_exists: false,
    }
}

pub fn rename_column(from: &str, to: &str) -> Action {
    Action::RenameColumn {
        from: Ident::exact(from),
        to: Ident::exact(to),
    }
}

/// The whole of a column anew.
pub fn redefine(from: &str, column: Column) -> Action {
    Action::Redefine {
        from: Ident::exact(from),
        column,
        constraints: Vec::new(),
        position: None,
    }
}

/// SQL given as text.
pub fn sql(text: &str) -> Vec<SchemaChange> {
    let changes = ddl::read(text, Dialect::sniff(text)).into_iter();
    changes.map(|(_, change)| change).collect()
}
