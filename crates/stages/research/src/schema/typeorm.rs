//! TypeORM: classes that run SQL, or ask the query runner for tables.

use super::calls::{entry, expressions, method, positional, text, texts};
use super::change::{Action, Column, CreateTable, DropKind, Ident, Name, SchemaChange, Written};
use super::code::Reader;
use super::parts;
use crate::outline::{Call, Expr, Outline};

pub const READER: Reader = Reader {
    tool: "typeorm",
    takes: |path| {
        let lower = path.to_ascii_lowercase();
        lower.contains("migration")
            && [".ts", ".js"].iter().any(|end| lower.ends_with(end))
            && !lower.ends_with(".d.ts")
    },
    read,
};

type Entries = [(String, Expr)];

fn read(_: &str, outline: &Outline) -> Vec<(u32, SchemaChange)> {
    let mut found = Vec::new();
    for class in &outline.types {
        let own = class
            .supers
            .iter()
            .any(|of| of.name.ends_with("MigrationInterface"));
        // Compiled classes keep the query runner's name alone.
        let ups = class.functions.iter().filter(|up| {
            let runs = up
                .parameters
                .first()
                .is_some_and(|first| first.name == "queryRunner");
            up.name == "up" && (own || runs)
        });
        for up in ups {
            let runner = up.parameters.first().map_or("", |first| &first.name);
            expressions(&up.body, 0, &mut |expr| {
                if let Expr::Call(call) = expr
                    && let (Some(Expr::Name(of, _)), kind) = method(call)
                    && of == runner
                {
                    let line = outline.line(call.at);
                    let mut made = Vec::new();
                    operation(kind, call, &mut made);
                    found.extend(made.into_iter().map(|change| (line, change)));
                }
            });
        }
    }
    found
}

/// The options of `new Table({..})`, or of a bare object.
fn options(expr: &Expr) -> &Entries {
    match expr {
        Expr::Map(entries, _) => entries,
        Expr::Call(call) => match call.arguments.first().map(|first| &first.value) {
            Some(Expr::Map(entries, _)) => entries,
            _ => &[],
        },
        _ => &[],
    }
}

/// Each object of a list.
fn each<'e>(entries: &'e Entries, key: &str) -> Vec<&'e Entries> {
    match entry(entries, key) {
        Some(Expr::List(items, _)) => items.iter().map(options).collect(),
        _ => Vec::new(),
    }
}

fn says(entries: &Entries, key: &str) -> bool {
    matches!(entry(entries, key), Some(Expr::Bool(true)))
}

fn said(entries: &Entries, key: &str) -> Option<String> {
    entry(entries, key).and_then(text)
}

fn list(entries: &Entries, key: &str) -> Vec<String> {
    entry(entries, key).map(texts).unwrap_or_default()
}

fn named(expr: &Expr) -> Option<Name> {
    let name = text(expr).or_else(|| said(options(expr), "name"))?;
    Some(Name::exact(&name))
}

fn operation(kind: &str, call: &Call, made: &mut Vec<SchemaChange>) {
    let arguments = positional(call);
    let at = |at: usize| arguments.get(at).copied();
    if kind == "query" {
        match at(0).and_then(text) {
            Some(sql) => made.extend(parts::sql(&sql)),
            None => made.push(SchemaChange::skipped("a query that is put together")),
        }
        return;
    }
    let Some(first) = at(0) else {
        return;
    };
    if kind == "createTable" {
        create(options(first), made);
        return;
    }
    let Some(table) = named(first) else {
        return;
    };
    let alter = |action| SchemaChange::alter(table.clone(), action);
    match (kind, at(1)) {
        ("dropTable", second) => made.push(SchemaChange::DropTable {
            name: table,
            if_exists: matches!(second, Some(Expr::Bool(true))),
        }),
        ("renameTable", Some(to)) => {
            made.extend(named(to).map(|to| alter(Action::Rename(to))));
        }
        ("addColumn", Some(column)) => add_column(&table, options(column), made),
        ("addColumns", Some(Expr::List(columns, _))) => {
            for column in columns {
                add_column(&table, options(column), made);
            }
        }
        ("dropColumn", Some(column)) => {
            let name = named(column).map(|name| name.name.text);
            made.extend(name.map(|name| alter(parts::drop_column(&name))));
        }
        ("dropColumns", Some(Expr::List(columns, _))) => {
            let names = columns.iter().filter_map(named);
            made.extend(names.map(|name| alter(parts::drop_column(&name.name.text))));
        }
        ("renameColumn", Some(from)) => {
            if let (Some(from), Some(to)) = (named(from), at(2).and_then(named)) {
                made.push(alter(parts::rename_column(&from.name.text, &to.name.text)));
            }
        }
        ("changeColumn", Some(from)) => {
            let to = at(2).map(options).filter(|to| !to.is_empty());
            if let (Some(from), Some(to)) = (named(from), to) {
                let column = column(&table, to, made);
                made.push(alter(parts::redefine(&from.name.text, column)));
            }
        }
        ("createPrimaryKey", Some(columns)) => made.push(alter(parts::add_constraint(
            parts::primary(None, &texts(columns)),
        ))),
        ("dropPrimaryKey", _) => made.push(alter(parts::drop(DropKind::Primary))),
        ("createIndex", Some(index)) => made.push(alter(self::index(options(index)))),
        ("createIndices", Some(Expr::List(indexes, _))) => {
            made.extend(indexes.iter().map(|one| alter(index(options(one)))));
        }
        ("dropIndex", Some(index)) => {
            let name = named(index).map(|name| name.name);
            made.extend(name.map(|name| alter(parts::drop(DropKind::Index(name)))));
        }
        ("createUniqueConstraint", Some(key)) => {
            let own = options(key);
            let key = parts::unique(said(own, "name"), &list(own, "columnNames"));
            made.push(alter(parts::add_constraint(key)));
        }
        ("createForeignKey", Some(key)) => made.push(alter(foreign(options(key)))),
        ("createForeignKeys", Some(Expr::List(keys, _))) => {
            made.extend(keys.iter().map(|key| alter(foreign(options(key)))));
        }
        ("dropForeignKey" | "dropUniqueConstraint", Some(key)) => {
            let over: Vec<Ident> = parts::exact(&list(options(key), "columnNames"));
            let what = match (named(key), kind) {
                (Some(name), _) => Some(DropKind::Constraint(name.name)),
                (None, _) if over.is_empty() => None,
                (None, "dropForeignKey") => Some(DropKind::ForeignOver(over)),
                (None, _) => Some(DropKind::UniqueOver(over)),
            };
            made.extend(what.map(|what| alter(parts::drop(what))));
        }
        _ => {}
    }
}

fn index(own: &Entries) -> Action {
    let mut index = parts::index(
        said(own, "name"),
        &list(own, "columnNames"),
        says(own, "isUnique"),
    );
    index.partial = entry(own, "where").is_some();
    Action::AddIndex(index)
}

fn foreign(own: &Entries) -> Action {
    let other = said(own, "referencedTableName").unwrap_or_default();
    parts::add_constraint(parts::foreign(
        said(own, "name"),
        &list(own, "columnNames"),
        parts::table(said(own, "referencedSchema"), &other),
        &list(own, "referencedColumnNames"),
    ))
}

fn create(own: &Entries, made: &mut Vec<SchemaChange>) {
    let Some(name) = said(own, "name") else {
        made.push(SchemaChange::skipped("a table without a plain name"));
        return;
    };
    let name = match said(own, "schema") {
        Some(schema) => parts::table(Some(schema), &name),
        None => Name::exact(&name),
    };
    let mut table = CreateTable {
        name: name.clone(),
        ..CreateTable::default()
    };
    let mut keys = Vec::new();
    for one in each(own, "columns") {
        let column = column(&name, one, made);
        if says(one, "isPrimary") {
            keys.push(column.name.text.clone());
        }
        if says(one, "isUnique") {
            let own = [column.name.text.clone()];
            table.constraints.push(parts::unique(None, &own));
        }
        table.columns.push(column);
    }
    if !keys.is_empty() {
        table.constraints.push(parts::primary(None, &keys));
    }
    for key in each(own, "uniques") {
        let key = parts::unique(said(key, "name"), &list(key, "columnNames"));
        table.constraints.push(key);
    }
    made.push(SchemaChange::CreateTable(Box::new(table)));
    let later = each(own, "foreignKeys").into_iter().map(foreign);
    let later = later.chain(each(own, "indices").into_iter().map(index));
    made.extend(later.map(|action| SchemaChange::alter(name.clone(), action)));
}

fn add_column(table: &Name, own: &Entries, made: &mut Vec<SchemaChange>) {
    let column = column(table, own, made);
    let name = [column.name.text.clone()];
    let key = says(own, "isUnique").then(|| parts::unique(None, &name));
    let primary = says(own, "isPrimary").then(|| parts::primary(None, &name));
    let action = parts::add_column(column, key.into_iter().chain(primary).collect());
    made.push(SchemaChange::alter(table.clone(), action));
}

/// A column; the type of an enumeration is made before it.
fn column(table: &Name, own: &Entries, made: &mut Vec<SchemaChange>) -> Column {
    let name = said(own, "name").unwrap_or_default();
    let kind = said(own, "type").unwrap_or_default();
    let sizes: Vec<String> = match said(own, "length") {
        Some(length) if !length.is_empty() => vec![length],
        _ => ["precision", "scale"]
            .iter()
            .filter_map(|key| said(own, key))
            .collect(),
    };
    let sized = if sizes.is_empty() {
        String::new()
    } else {
        format!("({})", sizes.join(","))
    };
    let mut generated = None;
    if says(own, "isGenerated") {
        generated = Some(said(own, "generationStrategy").unwrap_or_else(|| "increment".into()));
    }
    let increments = matches!(
        generated.as_deref(),
        Some("increment" | "identity" | "rowid")
    );
    let labels = list(own, "enum");
    let mut of = if kind == "enum" && !labels.is_empty() {
        let named = said(own, "enumName");
        let named = named.unwrap_or_else(|| format!("{}_{name}_enum", table.name.text));
        made.push(
            SchemaChange::CreateEnum {
                name: Name {
                    schema: table.schema.clone(),
                    name: Ident::exact(&named),
                },
                labels: labels.clone(),
            }
            .only(&["postgresql".to_string()]),
        );
        // PostgreSQL has it by name, MySQL spells it out: the state knows which it is.
        Written::by(
            super::change::Writer::TypeOrm,
            format!("{named}:enum('{}')", labels.join("','")),
        )
    } else {
        // `timestamp(3) with time zone` is written with its digits inside.
        let text = match kind.split_once(' ') {
            Some((base, rest)) if !sized.is_empty() => format!("{base}{sized} {rest}"),
            _ => format!("{kind}{sized}"),
        };
        Written::by(super::change::Writer::TypeOrm, text)
    };
    if says(own, "unsigned") {
        of.text.push_str(" unsigned");
    }
    if says(own, "isArray") {
        of.text.push_str("[]");
    }
    let default = match entry(own, "default") {
        Some(Expr::Nothing) | None => None,
        Some(other) => Some(text(other).unwrap_or_else(|| "()".to_string())),
    };
    let by_database = generated.as_deref() == Some("uuid") && default.is_none();
    Column {
        name: Ident::exact(&name),
        of: Some(of),
        nullable: Some(says(own, "isNullable") && !says(own, "isPrimary")),
        default: if by_database {
            Some("uuid_generate_v4()".to_string())
        } else if increments && generated.as_deref() != Some("identity") {
            Some("nextval".to_string())
        } else {
            default
        },
        increments,
        generated: entry(own, "asExpression").is_some(),
    }
}
