//! Alembic: revisions of SQLAlchemy.

use std::collections::BTreeMap;

use super::calls::{method, named, named_text, positional, says, text, texts};
use super::change::{
    Action, Column, Constraint, ConstraintKind, CreateTable, DropKind, Ident, Index, Name, Part,
    Position, SchemaChange, Writer, Written,
};
use super::code::Reader;
use crate::outline::{Call, Expr, Outline, Stmt};
use crate::sql::{Dialect, ddl};

pub const READER: Reader = Reader {
    tool: "alembic",
    takes: |path| {
        path.ends_with(".py")
            && ["versions/", "alembic", "migrations/"]
                .iter()
                .any(|folder| path.contains(folder))
    },
    read,
};

type Found = Vec<(u32, SchemaChange)>;

fn read(_: &str, outline: &Outline) -> Found {
    let mut id = None;
    let mut after = Vec::new();
    let mut chained = false;
    for statement in &outline.body {
        if let Stmt::Bind { name, value, .. } = statement {
            match name.as_str() {
                "revision" => id = text(value),
                "down_revision" => {
                    chained = true;
                    after.extend(texts(value));
                }
                "depends_on" => after.extend(texts(value)),
                _ => {}
            }
        }
    }
    let (Some(id), true) = (id, chained) else {
        return Vec::new();
    };
    let mut found = vec![(
        1,
        SchemaChange::Revision {
            id,
            after,
            replaces: Vec::new(),
        },
    )];
    for function in outline
        .functions
        .iter()
        .filter(|function| function.name == "upgrade")
    {
        let mut batches = BTreeMap::new();
        statements(outline, &function.body, &mut batches, &mut found, 0);
    }
    found
}

fn statements(
    outline: &Outline,
    body: &[Stmt],
    batches: &mut BTreeMap<String, Name>,
    found: &mut Found,
    depth: u32,
) {
    if depth > 50 {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
                statements(outline, inner, batches, found, depth + 1);
            }
            Stmt::Bind {
                name,
                value: Expr::Call(call),
                ..
            } => {
                if method(call).1 == "batch_alter_table" {
                    if let Some(table) = table_of(call, 0) {
                        batches.insert(name.clone(), table);
                    }
                } else {
                    one(outline, call, batches, found);
                }
            }
            Stmt::Expr(Expr::Call(call)) => one(outline, call, batches, found),
            _ => {}
        }
    }
}

/// The table named by an argument, in the schema that the call says.
fn table_of(call: &Call, at: usize) -> Option<Name> {
    let arguments = positional(call);
    let name = arguments
        .get(at)
        .and_then(|name| text(name))
        .or_else(|| named_text(call, "table_name"))?;
    Some(Name {
        schema: named_text(call, "schema").map(Ident::exact),
        name: Ident::exact(name),
    })
}

fn one(outline: &Outline, call: &Call, batches: &BTreeMap<String, Name>, found: &mut Found) {
    let line = outline.line(call.at);
    let (of, kind) = method(call);
    let of = of.and_then(Expr::dotted).unwrap_or_default();
    let batch = batches.get(&of);
    if of != "op" && batch.is_none() {
        return;
    }
    let mut made = Vec::new();
    operation(kind, call, batch, &mut made);
    found.extend(made.into_iter().map(|change| (line, change)));
}

fn idents(expr: Option<&Expr>) -> Vec<Ident> {
    expr.map(texts)
        .unwrap_or_default()
        .iter()
        .map(Ident::exact)
        .collect()
}

/// A name in `op.f("ix_users")`.
fn label(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Call(call) => positional(call).first().and_then(|name| text(name)),
        other => text(other),
    }
}

fn operation(kind: &str, call: &Call, batch: Option<&Name>, made: &mut Vec<SchemaChange>) {
    let arguments = positional(call);
    // In a batch the table is not said again.
    let shift = usize::from(batch.is_none());
    let own = |at: usize| batch.cloned().or_else(|| table_of(call, at));
    let alter = |table: &Name, action| SchemaChange::alter(table.clone(), action);
    let if_exists = says(call, "if_exists") == Some(true);
    match kind {
        "create_table" => {
            if let Some(table) = table_of(call, 0) {
                create(table, call, made);
            }
        }
        "drop_table" => {
            if let Some(name) = table_of(call, 0) {
                made.push(SchemaChange::DropTable { name, if_exists });
            }
        }
        "rename_table" => {
            if let (Some(table), Some(to)) = (own(0), arguments.get(1).and_then(|to| text(to))) {
                made.push(alter(
                    &table,
                    Action::Rename(Name {
                        schema: None,
                        name: Ident::exact(to),
                    }),
                ));
            }
        }
        "add_column" => {
            if let (Some(table), Some(Expr::Call(of))) = (own(0), arguments.get(shift)) {
                let (column, constraints) = column(of, made);
                made.push(alter(
                    &table,
                    Action::AddColumn {
                        column,
                        constraints,
                        position: Position::Last,
                        if_not_exists: says(call, "if_not_exists") == Some(true),
                    },
                ));
            }
        }
        "drop_column" => {
            if let (Some(table), Some(name)) =
                (own(0), arguments.get(shift).and_then(|name| text(name)))
            {
                made.push(alter(
                    &table,
                    Action::DropColumn {
                        name: Ident::exact(name),
                        if_exists,
                    },
                ));
            }
        }
        "alter_column" => {
            if let (Some(table), Some(name)) =
                (own(0), arguments.get(shift).and_then(|name| text(name)))
            {
                alter_column(&table, &name, call, made);
            }
        }
        "create_index" => {
            let name = arguments.first().and_then(|name| label(name));
            let columns = arguments.get(1 + shift);
            if let (Some(table), Some(columns)) = (own(1), columns) {
                let parts = match columns {
                    Expr::List(items, _) => items.iter().collect(),
                    other => vec![*other],
                };
                let parts = parts.into_iter().map(|part| match text(part) {
                    Some(name) => Part::Column(Ident::exact(name)),
                    None => {
                        Part::Expression(label(part).unwrap_or_else(|| "expression".to_string()))
                    }
                });
                made.push(alter(
                    &table,
                    Action::AddIndex(Index {
                        name: name.map(Ident::exact),
                        parts: parts.collect(),
                        unique: says(call, "unique") == Some(true),
                        partial: named(call, "postgresql_where").is_some(),
                        if_not_exists: says(call, "if_not_exists") == Some(true),
                        ..Index::default()
                    }),
                ));
            }
        }
        "drop_index" => {
            let name = arguments.first().and_then(|name| label(name));
            if let Some(name) = name.map(Ident::exact) {
                made.push(match own(1) {
                    Some(table) => alter(
                        &table,
                        Action::Drop {
                            what: DropKind::Index(name),
                            if_exists,
                        },
                    ),
                    None => SchemaChange::DropIndex {
                        name: Name { schema: None, name },
                        if_exists,
                    },
                });
            }
        }
        "create_unique_constraint" | "create_primary_key" => {
            let name = arguments
                .first()
                .and_then(|name| label(name))
                .map(Ident::exact);
            let columns = idents(arguments.get(1 + shift).copied());
            if let Some(table) = own(1) {
                let kind = if kind == "create_primary_key" {
                    ConstraintKind::Primary(columns)
                } else {
                    ConstraintKind::Unique(columns)
                };
                made.push(constraint(&table, Constraint { name, kind }));
            }
        }
        "create_foreign_key" => {
            let name = arguments
                .first()
                .and_then(|name| label(name))
                .map(Ident::exact);
            let table =
                own(1).or_else(|| named_text(call, "source_table").map(|name| Name::exact(&name)));
            let other = arguments.get(1 + shift).and_then(|other| text(other));
            let other = other.or_else(|| named_text(call, "referent_table"));
            let columns = arguments
                .get(2 + shift)
                .copied()
                .or_else(|| named(call, "local_cols"));
            let references = arguments
                .get(3 + shift)
                .copied()
                .or_else(|| named(call, "remote_cols"));
            if let (Some(table), Some(other)) = (table, other) {
                let kind = ConstraintKind::Foreign {
                    columns: idents(columns),
                    table: Name {
                        schema: named_text(call, "referent_schema").map(Ident::exact),
                        name: Ident::exact(other),
                    },
                    references: idents(references),
                };
                made.push(constraint(&table, Constraint { name, kind }));
            }
        }
        "drop_constraint" => {
            let name = arguments.first().and_then(|name| label(name));
            if let (Some(table), Some(name)) = (own(1), name) {
                let what = DropKind::Constraint(Ident::exact(name));
                made.push(alter(&table, Action::Drop { what, if_exists }));
            }
        }
        "execute" => {
            if let Some(sql) = arguments.first().and_then(|sql| label(sql)) {
                let changes = ddl::read(&sql, Dialect::sniff(&sql));
                made.extend(changes.into_iter().map(|(_, change)| change));
            }
        }
        _ => {}
    }
}

fn constraint(table: &Name, constraint: Constraint) -> SchemaChange {
    SchemaChange::alter(
        table.clone(),
        Action::AddConstraint {
            constraint,
            if_not_exists: false,
        },
    )
}

fn alter_column(table: &Name, name: &str, call: &Call, made: &mut Vec<SchemaChange>) {
    let ident = Ident::exact(name);
    let mut push = |action| made.push(SchemaChange::alter(table.clone(), action));
    if let Some(Expr::Call(of)) = named(call, "type_") {
        push(Action::AlterType {
            name: ident.clone(),
            of: written(of),
        });
    } else if let Some(of) = named(call, "type_").and_then(Expr::dotted) {
        let last = of.rsplit('.').next().unwrap_or(&of);
        push(Action::AlterType {
            name: ident.clone(),
            of: Written::by(Writer::SqlAlchemy, last),
        });
    }
    if let Some(nullable) = says(call, "nullable") {
        push(Action::SetNullable {
            name: ident.clone(),
            nullable,
        });
    }
    if let Some(default) = named(call, "server_default") {
        let default = match default {
            Expr::Nothing | Expr::Bool(false) => None,
            other => Some(label(other).unwrap_or_else(|| "()".to_string())),
        };
        push(Action::SetDefault {
            name: ident.clone(),
            default,
        });
    }
    if let Some(to) = named_text(call, "new_column_name") {
        push(Action::RenameColumn {
            from: ident,
            to: Ident::exact(to),
        });
    }
}

/// The type that a call or name makes: `sa.String(length=20)`.
fn written(of: &Call) -> Written {
    let name = method(of).1;
    let arguments = positional(of);
    let numbers: Vec<String> = arguments
        .iter()
        .filter(|argument| matches!(argument, Expr::Number(..)))
        .filter_map(|number| text(number))
        .collect();
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "array" => {
            let element = match arguments.first() {
                Some(Expr::Call(inner)) => written(inner).text,
                Some(other) => {
                    let dotted = other.dotted().unwrap_or_default();
                    dotted.rsplit('.').next().unwrap_or_default().to_string()
                }
                None => String::new(),
            };
            return Written::by(Writer::SqlAlchemy, format!("{element}[]"));
        }
        "enum" => {
            if let Some(name) = named_text(of, "name") {
                return Written::sql(name);
            }
        }
        "datetime" | "timestamp" | "time" => {
            let precision = named_text(of, "precision")
                .map_or_else(String::new, |digits| format!("({digits})"));
            if says(of, "timezone") == Some(true) {
                let base = if lower == "time" { "time" } else { "timestamp" };
                return Written::sql(format!("{base}{precision} with time zone"));
            }
            return Written::by(Writer::SqlAlchemy, format!("{name}{precision}"));
        }
        _ => {}
    }
    let sized: Vec<String> = if numbers.is_empty() {
        let keys = ["length", "precision", "scale"];
        keys.iter().filter_map(|key| named_text(of, key)).collect()
    } else {
        numbers
    };
    let sized = if sized.is_empty() {
        String::new()
    } else {
        format!("({})", sized.join(","))
    };
    Written::by(Writer::SqlAlchemy, format!("{name}{sized}"))
}

fn column(call: &Call, made: &mut Vec<SchemaChange>) -> (Column, Vec<Constraint>) {
    let arguments = positional(call);
    let name = arguments
        .first()
        .and_then(|name| text(name))
        .unwrap_or_default();
    let mut one = Column {
        name: Ident::exact(&name),
        nullable: says(call, "nullable"),
        ..Column::default()
    };
    let mut constraints = Vec::new();
    for argument in arguments
        .iter()
        .skip(1)
        .copied()
        .chain(named(call, "type_"))
    {
        match argument {
            Expr::Call(inner) => match method(inner).1 {
                "ForeignKey" => {
                    let target = positional(inner)
                        .first()
                        .and_then(|target| text(target))
                        .unwrap_or_default();
                    if let Some((table, column)) = target.rsplit_once('.') {
                        constraints.push(Constraint {
                            name: named_text(inner, "name").map(Ident::exact),
                            kind: ConstraintKind::Foreign {
                                columns: vec![one.name.clone()],
                                table: Name::exact(table),
                                references: vec![Ident::exact(column)],
                            },
                        });
                    }
                }
                "Identity" => one.increments = true,
                "Computed" => one.generated = true,
                "Enum" | "ENUM" => {
                    if let Some(name) = named_text(inner, "name")
                        && says(inner, "create_type") != Some(false)
                    {
                        let labels = positional(inner)
                            .iter()
                            .filter_map(|label| text(label))
                            .collect();
                        let name = Name::exact(&name);
                        made.push(SchemaChange::CreateEnum { name, labels });
                    }
                    one.of = Some(written(inner));
                }
                _ => one.of = Some(written(inner)),
            },
            other => {
                if let Some(dotted) = other.dotted() {
                    let last = dotted.rsplit('.').next().unwrap_or(&dotted);
                    one.of = Some(Written::by(Writer::SqlAlchemy, last));
                }
            }
        }
    }
    one.default = match named(call, "server_default") {
        None | Some(Expr::Nothing) => None,
        Some(other) => Some(label(other).unwrap_or_else(|| "()".to_string())),
    };
    if says(call, "primary_key") == Some(true) {
        let kind = ConstraintKind::Primary(vec![one.name.clone()]);
        constraints.push(Constraint { name: None, kind });
    }
    if says(call, "unique") == Some(true) {
        let kind = ConstraintKind::Unique(vec![one.name.clone()]);
        constraints.push(Constraint { name: None, kind });
    }
    (one, constraints)
}

fn create(name: Name, call: &Call, made: &mut Vec<SchemaChange>) {
    let mut table = CreateTable {
        name,
        if_not_exists: says(call, "if_not_exists") == Some(true),
        ..CreateTable::default()
    };
    let mut primary: Vec<Ident> = Vec::new();
    let mut primary_name = None;
    let mut manual: Vec<Ident> = Vec::new();
    for argument in positional(call) {
        let Expr::Call(inner) = argument else {
            continue;
        };
        let own = |call: &Call| -> Vec<Ident> {
            positional(call)
                .iter()
                .filter_map(|name| text(name))
                .map(Ident::exact)
                .collect()
        };
        let label_of = |call: &Call| named(call, "name").and_then(label).map(Ident::exact);
        match method(inner).1 {
            "Column" => {
                let (one, constraints) = column(inner, made);
                if says(inner, "autoincrement") == Some(false) {
                    manual.push(one.name.clone());
                }
                for constraint in constraints {
                    match constraint.kind {
                        ConstraintKind::Primary(columns) => primary.extend(columns),
                        _ => table.constraints.push(constraint),
                    }
                }
                table.columns.push(one);
            }
            "PrimaryKeyConstraint" => {
                primary = own(inner);
                primary_name = label_of(inner);
            }
            "UniqueConstraint" => table.constraints.push(Constraint {
                name: label_of(inner),
                kind: ConstraintKind::Unique(own(inner)),
            }),
            "ForeignKeyConstraint" => {
                let arguments = positional(inner);
                let targets = arguments
                    .get(1)
                    .map(|targets| texts(targets))
                    .unwrap_or_default();
                let split: Vec<(&str, &str)> = targets
                    .iter()
                    .filter_map(|target| target.rsplit_once('.'))
                    .collect();
                if let Some((other, _)) = split.first() {
                    table.constraints.push(Constraint {
                        name: label_of(inner),
                        kind: ConstraintKind::Foreign {
                            columns: idents(arguments.first().copied()),
                            table: Name::exact(other),
                            references: split
                                .iter()
                                .map(|(_, column)| Ident::exact(*column))
                                .collect(),
                        },
                    });
                }
            }
            _ => {}
        }
    }
    // A lone integer key without a foreign key numbers itself.
    if let [key] = primary.as_slice() {
        let refers = table.constraints.iter().any(|constraint| {
            matches!(&constraint.kind, ConstraintKind::Foreign { columns, .. } if columns.contains(key))
        });
        for column in table
            .columns
            .iter_mut()
            .filter(|column| column.name == *key)
        {
            let of = column
                .of
                .as_ref()
                .map(|of| of.text.to_ascii_lowercase())
                .unwrap_or_default();
            let whole =
                ["integer", "biginteger", "smallinteger", "bigint", "int"].contains(&of.as_str());
            if whole && !refers && column.default.is_none() && !manual.contains(key) {
                column.increments = true;
                column.default = Some("nextval".to_string());
                column.nullable = Some(false);
            }
        }
    }
    if !primary.is_empty() {
        let kind = ConstraintKind::Primary(primary);
        table.constraints.insert(
            0,
            Constraint {
                name: primary_name,
                kind,
            },
        );
    }
    made.push(SchemaChange::CreateTable(Box::new(table)));
}
