//! Entity Framework: migrations in C#, whose types are those of the database.

use super::calls::{expressions, method, named, named_text, says, text, texts};
use super::change::{
    Action, Column, CreateTable, DropKind, Ident, Index, Name, SchemaChange, Writer, Written,
};
use super::code::Reader;
use super::parts;
use crate::outline::{Call, Expr, Function, Outline, Stmt};

pub const READER: Reader = Reader {
    tool: "entity-framework",
    takes: |path| path.ends_with(".cs") && path.to_ascii_lowercase().contains("migration"),
    read,
};

/// First words of annotations, and the database whose provider writes them.
const PROVIDERS: &[(&str, &str)] = &[
    ("Npgsql:", "postgresql"),
    ("MySql:", "mysql"),
    ("MySQL:", "mysql"),
    ("SqlServer:", "mssql"),
    ("Sqlite:", "sqlite"),
];

fn read(_: &str, outline: &Outline) -> Vec<(u32, SchemaChange)> {
    let mut found = Vec::new();
    let classes = outline.types.iter().filter(|class| {
        class
            .supers
            .iter()
            .any(|of| of.name == "Migration" || of.name.ends_with(".Migration"))
    });
    let ups = classes.flat_map(|class| &class.functions);
    for up in ups.filter(|function| function.name == "Up") {
        expressions(&up.body, 0, &mut |expr| {
            if let Expr::Call(call) = expr {
                let mut made = Vec::new();
                operation(call, &mut made);
                let line = outline.line(call.at);
                found.extend(made.into_iter().map(|change| (line, change)));
            }
        });
    }
    found
}

fn name_of(call: &Call, key: &str, schema: &str) -> Option<Name> {
    let name = named_text(call, key)?;
    Some(parts::table(named_text(call, schema), &name))
}

/// `column: "a"` or `columns: new[] { "a", "b" }`.
fn columns(call: &Call, one: &str, many: &str) -> Vec<String> {
    let found = named(call, one).or_else(|| named(call, many));
    found.map(texts).unwrap_or_default()
}

fn operation(call: &Call, made: &mut Vec<SchemaChange>) {
    let chain = super::calls::chain(call);
    let Some(call) = chain.first().copied() else {
        return;
    };
    for link in &chain {
        provider(link, made);
    }
    let (_, kind) = method(call);
    if kind == "Sql" {
        let given = call.arguments.first();
        match given.and_then(|sql| text(&sql.value)) {
            Some(sql) => made.extend(parts::sql(&sql)),
            None => made.push(SchemaChange::skipped("SQL that is put together")),
        }
        return;
    }
    if kind == "EnsureSchema" {
        let schema = named_text(call, "name");
        made.extend(schema.map(|name| SchemaChange::CreateSchema {
            name: Ident::exact(name),
        }));
        return;
    }
    let own = name_of(call, "name", "schema");
    let table = name_of(call, "table", "schema");
    let alter = |table: &Name, action| SchemaChange::alter(table.clone(), action);
    let name = named_text(call, "name");
    match (kind, own, table) {
        ("CreateTable", Some(own), _) => create(own, call, made),
        ("DropTable", Some(name), _) => made.push(SchemaChange::DropTable {
            name,
            if_exists: false,
        }),
        ("RenameTable", Some(own), _) => {
            let to = named_text(call, "newName").unwrap_or_else(|| own.name.text.clone());
            if let Some(schema) = named_text(call, "newSchema") {
                made.push(alter(&own, Action::SetSchema(Ident::exact(schema))));
            }
            if to != own.name.text {
                made.push(alter(&own, Action::Rename(parts::table(None, &to))));
            }
        }
        ("AddColumn", Some(own), Some(table)) => {
            let column = column(&own.name.text, call, &chain);
            made.push(alter(&table, parts::add_column(column, Vec::new())));
        }
        ("AlterColumn", Some(own), Some(table)) => {
            let column = column(&own.name.text, call, &chain);
            made.push(alter(&table, parts::redefine(&own.name.text, column)));
        }
        ("DropColumn", Some(own), Some(table)) => {
            made.push(alter(&table, parts::drop_column(&own.name.text)));
        }
        ("RenameColumn", Some(own), Some(table)) => {
            let to = named_text(call, "newName");
            made.extend(to.map(|to| alter(&table, parts::rename_column(&own.name.text, &to))));
        }
        ("CreateIndex", _, Some(table)) => {
            let mut index: Index = parts::index(
                name,
                &columns(call, "column", "columns"),
                says(call, "unique") == Some(true),
            );
            index.partial = named(call, "filter").is_some();
            made.push(alter(&table, Action::AddIndex(index)));
        }
        ("DropIndex", Some(own), Some(table)) => {
            made.push(alter(&table, parts::drop(DropKind::Index(own.name))));
        }
        ("DropIndex", Some(name), None) => made.push(SchemaChange::DropIndex {
            name,
            if_exists: false,
        }),
        ("RenameIndex", Some(own), Some(table)) => {
            let to = named_text(call, "newName");
            made.extend(to.map(|to| {
                let from = own.name.clone();
                let to = Ident::exact(to);
                alter(&table, Action::RenameIndex { from, to })
            }));
        }
        ("AddForeignKey", _, Some(table)) => {
            made.extend(
                foreign(call, &columns(call, "column", "columns"))
                    .map(|key| alter(&table, parts::add_constraint(key))),
            );
        }
        ("AddPrimaryKey", _, Some(table)) => {
            let key = parts::primary(name, &columns(call, "column", "columns"));
            made.push(alter(&table, parts::add_constraint(key)));
        }
        ("AddUniqueConstraint", _, Some(table)) => {
            let key = parts::unique(name, &columns(call, "column", "columns"));
            made.push(alter(&table, parts::add_constraint(key)));
        }
        (
            "DropForeignKey" | "DropUniqueConstraint" | "DropPrimaryKey" | "DropCheckConstraint",
            Some(own),
            Some(table),
        ) => {
            let what = if kind == "DropPrimaryKey" {
                DropKind::Primary
            } else {
                DropKind::Constraint(own.name)
            };
            made.push(alter(&table, parts::drop(what)));
        }
        _ => {}
    }
}

/// The database that an annotation is of, and types that it makes.
fn provider(link: &Call, made: &mut Vec<SchemaChange>) {
    if method(link).1 != "Annotation" {
        return;
    }
    let texts: Vec<String> = link
        .arguments
        .iter()
        .filter_map(|argument| text(&argument.value))
        .collect();
    let Some(first) = texts.first() else {
        return;
    };
    let known = PROVIDERS.iter().find(|(start, _)| first.starts_with(start));
    if let Some((_, database)) = known {
        let name = (*database).to_string();
        made.push(SchemaChange::Dialect { name });
    }
    if let Some(name) = first.strip_prefix("Npgsql:Enum:") {
        let labels = texts.get(1).map(String::as_str).unwrap_or_default();
        made.push(SchemaChange::CreateEnum {
            name: Name::exact(name),
            labels: labels
                .split(',')
                .map(|label| label.trim().to_string())
                .collect(),
        });
    }
}

fn foreign(call: &Call, own: &[String]) -> Option<super::change::Constraint> {
    let other = name_of(call, "principalTable", "principalSchema")?;
    let there = columns(call, "principalColumn", "principalColumns");
    Some(parts::foreign(named_text(call, "name"), own, other, &there))
}

/// What a lambda returns, or does.
fn lambda<'e>(call: &'e Call, name: &str) -> Option<&'e Function> {
    let argument = call
        .arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some(name))?;
    match &argument.value {
        Expr::Function(function) => Some(function),
        _ => None,
    }
}

fn create(name: Name, call: &Call, made: &mut Vec<SchemaChange>) {
    let mut table = CreateTable {
        name,
        ..CreateTable::default()
    };
    // Properties of the anonymous type, and what their columns are called.
    let mut called: Vec<(String, String)> = Vec::new();
    let returned = lambda(call, "columns").and_then(|function| {
        function.body.iter().find_map(|statement| match statement {
            Stmt::Return(Expr::Map(entries, _)) | Stmt::Expr(Expr::Map(entries, _)) => {
                Some(entries)
            }
            _ => None,
        })
    });
    for (property, value) in returned.into_iter().flatten() {
        let Expr::Call(of) = value else {
            continue;
        };
        let chain = super::calls::chain(of);
        let Some(first) = chain.first().copied() else {
            continue;
        };
        for link in &chain {
            provider(link, made);
        }
        let shown = named_text(first, "name").unwrap_or_else(|| property.clone());
        called.push((property.clone(), shown.clone()));
        table.columns.push(column(&shown, first, &chain));
    }
    let body = lambda(call, "constraints").map_or(&[][..], |function| &function.body);
    expressions(body, 0, &mut |expr| {
        let Expr::Call(key) = expr else {
            return;
        };
        let chain = super::calls::chain(key);
        let Some(key) = chain.first().copied() else {
            return;
        };
        let own = selected(key, &called);
        let texts: Vec<String> = key
            .arguments
            .iter()
            .filter_map(|argument| text(&argument.value))
            .collect();
        let name = named_text(key, "name").or_else(|| texts.first().cloned());
        match method(key).1 {
            "PrimaryKey" => table.constraints.push(parts::primary(name, &own)),
            "UniqueConstraint" => table.constraints.push(parts::unique(name, &own)),
            "ForeignKey" => table.constraints.extend(foreign(key, &own)),
            _ => {}
        }
    });
    made.push(SchemaChange::CreateTable(Box::new(table)));
}

/// The columns that `x => x.Id` or `x => new { x.A, x.B }` picks.
fn selected(key: &Call, called: &[(String, String)]) -> Vec<String> {
    let function = key
        .arguments
        .iter()
        .find_map(|argument| match &argument.value {
            Expr::Function(function) => Some(function),
            _ => None,
        });
    let Some(Stmt::Return(value) | Stmt::Expr(value)) =
        function.and_then(|function| function.body.first())
    else {
        return Vec::new();
    };
    let picked: Vec<&str> = match value {
        Expr::Member(_, property, _) => vec![property],
        Expr::Map(entries, _) => entries
            .iter()
            .map(|(property, value)| match value {
                Expr::Member(_, property, _) => property.as_str(),
                _ => property.as_str(),
            })
            .collect(),
        _ => Vec::new(),
    };
    let names = picked.into_iter().map(|property| {
        let found = called.iter().find(|(own, _)| own == property);
        found.map_or_else(|| property.to_string(), |(_, shown)| shown.clone())
    });
    names.collect()
}

fn column(name: &str, call: &Call, chain: &[&Call]) -> Column {
    let of = match named_text(call, "type") {
        Some(kind) => Written::sql(kind),
        None => {
            let class = call.types.first().map_or("", |of| of.name.as_str());
            let length = named_text(call, "maxLength").map(|length| format!("({length})"));
            let digits = named_text(call, "precision").map(|digits| {
                let scale = named_text(call, "scale").unwrap_or_else(|| "0".to_string());
                format!("({digits},{scale})")
            });
            let sized = length.or(digits).unwrap_or_default();
            let class = if class == "string" && !sized.is_empty() {
                "sized"
            } else {
                class
            };
            Written::by(Writer::EntityFramework, format!("{class}{sized}"))
        }
    };
    let value = named(call, "defaultValue").filter(|value| !matches!(value, Expr::Nothing));
    let default = value.or_else(|| named(call, "defaultValueSql"));
    let numbers = chain.iter().any(|link| {
        method(link).1 == "Annotation"
            && link.arguments.first().is_some_and(|key| {
                text(&key.value).is_some_and(|key| {
                    ["ValueGenerationStrategy", ":Identity", ":Autoincrement"]
                        .iter()
                        .any(|end| key.ends_with(end))
                })
            })
    });
    Column {
        name: Ident::exact(name),
        of: Some(of),
        nullable: Some(says(call, "nullable") == Some(true)),
        default: default.map(|value| text(value).unwrap_or_else(|| "()".to_string())),
        increments: numbers,
        generated: named(call, "computedColumnSql").is_some(),
    }
}
