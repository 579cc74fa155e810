//! Sequelize: migrations that ask the query interface.

use super::calls::{entry, expressions, functions, method, positional, text, texts};
use super::change::{
    Action, Column, Constraint, CreateTable, DropKind, Ident, Index, Name, SchemaChange, Writer,
    Written,
};
use super::code::Reader;
use super::unrolled::unrolled;
use super::{knex, parts};
use crate::outline::{Call, Expr, Outline, Stmt};

pub const READER: Reader = Reader {
    tool: "sequelize",
    takes: knex::READER.takes,
    read,
};

type Found = Vec<(u32, SchemaChange)>;

fn read(_: &str, outline: &Outline) -> Found {
    let mut found = Vec::new();
    functions(outline, &mut |function| {
        let Some(first) = function.parameters.first() else {
            return;
        };
        if function.name == "up" {
            statements(
                outline,
                &unrolled(&function.body),
                &first.name,
                0,
                &mut found,
            );
        }
    });
    found
}

fn statements(outline: &Outline, body: &[Stmt], interface: &str, depth: u32, found: &mut Found) {
    if depth > 20 {
        return;
    }
    expressions(body, 0, &mut |expr| {
        if let Expr::Call(call) = expr {
            calls(outline, call, interface, depth, found);
        }
    });
}

fn calls(outline: &Outline, call: &Call, interface: &str, depth: u32, found: &mut Found) {
    if depth > 40 {
        return;
    }
    let (of, kind) = method(call);
    let dotted = of.and_then(Expr::dotted).unwrap_or_default();
    // The interface itself, `{ context: queryInterface }` taken apart, or its connection.
    let own = dotted == interface
        || dotted == "queryInterface"
        || dotted == format!("{interface}.context");
    let line = outline.line(call.at);
    if own {
        let mut made = Vec::new();
        operation(kind, call, &mut made);
        found.extend(made.into_iter().map(|change| (line, change)));
        return;
    }
    if kind == "query" && dotted.ends_with("sequelize") {
        let sql = positional(call).first().and_then(|sql| text(sql));
        match sql {
            Some(sql) => found.extend(parts::sql(&sql).into_iter().map(|change| (line, change))),
            None => found.push((line, SchemaChange::skipped("SQL that is put together"))),
        }
        return;
    }
    // `a(..).then(() => b(..))`, `Promise.all([..])`, a transaction.
    if let Some(Expr::Call(before)) = of {
        calls(outline, before, interface, depth + 1, found);
    }
    for argument in &call.arguments {
        match &argument.value {
            Expr::Function(function) => {
                statements(outline, &function.body, interface, depth + 1, found);
            }
            Expr::List(items, _) => {
                for item in items {
                    if let Expr::Call(call) = item {
                        calls(outline, call, interface, depth + 1, found);
                    }
                }
            }
            _ => {}
        }
    }
}

type Entries = [(String, Expr)];

fn map(expr: Option<&Expr>) -> &Entries {
    match expr {
        Some(Expr::Map(entries, _)) => entries,
        _ => &[],
    }
}

fn said(entries: &Entries, key: &str) -> Option<String> {
    entry(entries, key).and_then(text)
}

fn says(entries: &Entries, key: &str) -> Option<bool> {
    match entry(entries, key)? {
        Expr::Bool(value) => Some(*value),
        _ => None,
    }
}

/// `'users'` or `{ tableName: 'users', schema: 'app' }`.
fn named(expr: &Expr) -> Option<Name> {
    if let Some(name) = text(expr) {
        return Some(parts::table(None, &name));
    }
    let own = map(Some(expr));
    Some(parts::table(said(own, "schema"), &said(own, "tableName")?))
}

fn operation(kind: &str, call: &Call, made: &mut Vec<SchemaChange>) {
    let arguments = positional(call);
    let at = |at: usize| arguments.get(at).copied();
    let Some(table) = at(0).and_then(named) else {
        let about = [
            "createTable",
            "addColumn",
            "removeColumn",
            "changeColumn",
            "dropTable",
        ];
        if about.contains(&kind) {
            made.push(SchemaChange::skipped("a table without a plain name"));
        }
        return;
    };
    let alter = |action| SchemaChange::alter(table.clone(), action);
    let second = at(1).and_then(text);
    match (kind, second) {
        ("createTable", _) => create(table, map(at(1)), map(at(2)), made),
        ("dropTable", _) => made.push(SchemaChange::DropTable {
            name: table,
            if_exists: true,
        }),
        ("renameTable", _) => {
            made.extend(at(1).and_then(named).map(|to| alter(Action::Rename(to))));
        }
        ("createSchema", _) => made.push(SchemaChange::CreateSchema { name: table.name }),
        ("addColumn", Some(name)) => {
            let (column, keys) = column(&table, &name, at(2), made);
            made.push(alter(parts::add_column(column, keys)));
        }
        ("changeColumn", Some(name)) => {
            let (column, keys) = column(&table, &name, at(2), made);
            made.push(alter(parts::redefine(&name, column)));
            made.extend(
                keys.into_iter()
                    .map(|key| alter(parts::add_constraint(key))),
            );
        }
        ("removeColumn", Some(name)) => made.push(alter(parts::drop_column(&name))),
        ("renameColumn", Some(from)) => {
            let to = at(2).and_then(text);
            made.extend(to.map(|to| alter(parts::rename_column(&from, &to))));
        }
        ("addIndex", _) => made.push(alter(Action::AddIndex(index(&table, call)))),
        ("removeIndex", name) => {
            let name =
                name.unwrap_or_else(|| index_name(&table, &at(1).map(texts).unwrap_or_default()));
            made.push(alter(parts::drop(DropKind::Index(Ident::exact(name)))));
        }
        ("addConstraint", _) => {
            // Before version 5: the fields, then the options.
            let (fields, own) = match at(1) {
                Some(Expr::List(..)) => (at(1), map(at(2))),
                _ => (entry(map(at(1)), "fields"), map(at(1))),
            };
            let fields = fields.map(texts).unwrap_or_default();
            made.extend(constraint(&fields, own).map(|key| alter(parts::add_constraint(key))));
        }
        ("removeConstraint", Some(name)) => {
            made.push(alter(parts::drop(DropKind::Constraint(Ident::exact(name)))));
        }
        _ => {}
    }
}

fn index_name(table: &Name, columns: &[String]) -> String {
    let words = format!("{}_{}", table.name.text, columns.join("_"));
    underscored(&words)
}

/// `userId` as `user_id`.
fn underscored(text: &str) -> String {
    let mut made = String::new();
    for c in text.chars() {
        if c.is_uppercase()
            && made
                .chars()
                .last()
                .is_some_and(|last| last.is_lowercase() || last.is_ascii_digit())
        {
            made.push('_');
        }
        made.extend(c.to_lowercase());
    }
    made
}

fn index(table: &Name, call: &Call) -> Index {
    let arguments = positional(call);
    let (fields, own) = match arguments.get(1) {
        Some(list @ Expr::List(..)) => (Some(*list), map(arguments.get(2).copied())),
        other => {
            let own = map(other.copied());
            (entry(own, "fields"), own)
        }
    };
    let columns: Vec<String> = match fields {
        Some(Expr::List(items, _)) => items
            .iter()
            .filter_map(|item| text(item).or_else(|| said(map(Some(item)), "name")))
            .collect(),
        _ => Vec::new(),
    };
    let unique = says(own, "unique") == Some(true)
        || said(own, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("unique"));
    let name = said(own, "name").or_else(|| said(own, "indexName"));
    let name = name.unwrap_or_else(|| index_name(table, &columns));
    let mut index = parts::index(Some(name), &columns, unique);
    index.partial = entry(own, "where").is_some();
    index
}

fn constraint(fields: &[String], own: &Entries) -> Option<Constraint> {
    let name = said(own, "name");
    match said(own, "type")?.to_lowercase().as_str() {
        "unique" => Some(parts::unique(name, fields)),
        "primary key" => Some(parts::primary(name, fields)),
        "foreign key" => {
            let there = map(entry(own, "references"));
            let table = entry(there, "table").and_then(named)?;
            let one = entry(there, "field").or_else(|| entry(there, "fields"));
            Some(parts::foreign(
                name,
                fields,
                table,
                &one.map(texts).unwrap_or_default(),
            ))
        }
        _ => None,
    }
}

fn create(name: Name, columns: &Entries, options: &Entries, made: &mut Vec<SchemaChange>) {
    let mut table = CreateTable {
        if_not_exists: true,
        name,
        ..CreateTable::default()
    };
    if let Some(schema) = said(options, "schema") {
        table.name.schema = Some(Ident::exact(schema));
    }
    let mut primary = Vec::new();
    for (key, spec) in columns {
        let (column, keys) = self::column(&table.name, key, Some(spec), made);
        if says(map(Some(spec)), "primaryKey") == Some(true) {
            primary.push(column.name.text.clone());
        }
        table.columns.push(column);
        table.constraints.extend(keys);
    }
    if !primary.is_empty() {
        table.constraints.insert(0, parts::primary(None, &primary));
    }
    for (name, key) in map(entry(options, "uniqueKeys")) {
        let fields = entry(map(Some(key)), "fields")
            .map(texts)
            .unwrap_or_default();
        table
            .constraints
            .push(parts::unique(Some(name.clone()), &fields));
    }
    made.push(SchemaChange::CreateTable(Box::new(table)));
}

/// A column with its keys; the primary key is the table's.
fn column(
    table: &Name,
    key: &str,
    spec: Option<&Expr>,
    made: &mut Vec<SchemaChange>,
) -> (Column, Vec<Constraint>) {
    let own = map(spec);
    let kind = if own.is_empty() {
        spec
    } else {
        entry(own, "type")
    };
    let name = said(own, "field").unwrap_or_else(|| key.to_string());
    let of = kind.and_then(|kind| written(table, &name, kind, made));
    let increments = says(own, "autoIncrement") == Some(true);
    let default = match entry(own, "defaultValue") {
        None | Some(Expr::Nothing) => None,
        // Set by the program, not by the database.
        Some(value) if by_program(value) => None,
        Some(value) => Some(text(value).unwrap_or_else(|| "()".to_string())),
    };
    let primary = says(own, "primaryKey") == Some(true);
    let nullable = says(own, "allowNull").unwrap_or(true) && !primary && !increments;
    let mut keys = Vec::new();
    if says(own, "unique") == Some(true) {
        keys.push(parts::unique(None, std::slice::from_ref(&name)));
    } else if let Some(named) = said(own, "unique") {
        keys.push(parts::unique(Some(named), std::slice::from_ref(&name)));
    }
    let there = map(entry(own, "references"));
    if let Some(other) = entry(there, "model").and_then(self::named) {
        let column = said(there, "key").unwrap_or_else(|| "id".to_string());
        keys.push(parts::foreign(
            None,
            std::slice::from_ref(&name),
            other,
            &[column],
        ));
    }
    let column = Column {
        name: Ident::exact(&name),
        of,
        nullable: Some(nullable),
        default: if increments {
            Some("nextval".to_string())
        } else {
            default
        },
        increments,
        generated: false,
    };
    (column, keys)
}

/// `Sequelize.UUIDV4`, `DataTypes.NOW`: no default of the database.
fn by_program(value: &Expr) -> bool {
    let dotted = match value {
        Expr::Call(call) => call.callee.dotted(),
        other => other.dotted(),
    };
    dotted.is_some_and(|dotted| {
        [".UUIDV4", ".UUIDV1", ".NOW"]
            .iter()
            .any(|end| dotted.ends_with(end))
    })
}

/// `Sequelize.STRING(100)`, `DataTypes.INTEGER.UNSIGNED`, `'TIMESTAMP'`.
fn written(
    table: &Name,
    column: &str,
    kind: &Expr,
    made: &mut Vec<SchemaChange>,
) -> Option<Written> {
    if let Some(sql) = text(kind) {
        return Some(Written::sql(sql));
    }
    let mut words: Vec<String> = Vec::new();
    let mut arguments: Vec<&Expr> = Vec::new();
    let mut at = kind;
    loop {
        match at {
            Expr::Call(call) => {
                arguments = positional(call);
                at = &call.callee;
            }
            Expr::Member(of, name, _) => {
                words.insert(0, name.clone());
                at = of;
            }
            _ => break,
        }
        if words.len() > 6 {
            break;
        }
    }
    let base = words
        .iter()
        .find(|word| *word != "postgres" && *word != "DataTypes")?
        .to_lowercase();
    let unsigned = words.iter().any(|word| word == "UNSIGNED");
    if base == "array" {
        let inner = written(table, column, arguments.first()?, made)?;
        return Some(Written {
            text: format!("{}[]", inner.text),
            ..inner
        });
    }
    if base == "enum" {
        let labels: Vec<String> = match arguments.first() {
            Some(Expr::Map(entries, _)) => entry(entries, "values").map(texts).unwrap_or_default(),
            Some(Expr::List(..)) => arguments
                .first()
                .map(|list| texts(list))
                .unwrap_or_default(),
            _ => arguments.iter().filter_map(|label| text(label)).collect(),
        };
        let name = format!("enum_{}_{column}", table.name.text);
        made.push(
            SchemaChange::CreateEnum {
                name: Name {
                    schema: table.schema.clone(),
                    name: Ident::exact(&name),
                },
                labels: labels.clone(),
            }
            .only(&["postgresql".to_string()]),
        );
        let text = format!("{name}:enum('{}')", labels.join("','"));
        return Some(Written::by(Writer::Sequelize, text));
    }
    let sizes: Vec<String> = arguments.iter().filter_map(|size| text(size)).collect();
    let text = match (base.as_str(), sizes.first().map(String::as_str)) {
        ("text" | "blob", Some(size)) => format!("{size}{base}"),
        ("integer" | "bigint" | "smallint" | "tinyint" | "mediumint", _) | (_, None) => base,
        _ => format!("{base}({})", sizes.join(",")),
    };
    let unsigned = if unsigned { "unsigned " } else { "" };
    Some(Written::by(Writer::Sequelize, format!("{unsigned}{text}")))
}
