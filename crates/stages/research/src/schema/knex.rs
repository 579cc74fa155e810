//! Knex: migrations that build tables on `knex.schema`.

use super::calls::{
    block, chain, expressions, functions, method, named, named_text, positional, text, texts,
};
use super::change::{
    Action, Column, CreateTable, DropKind, Ident, Name, Position, SchemaChange, Writer, Written,
};
use super::code::Reader;
use super::parts;
use super::unrolled::unrolled;
use crate::outline::{Call, Expr, Outline, Stmt};
use crate::sql::body::lenient;

pub const READER: Reader = Reader {
    tool: "knex",
    takes: |path| {
        let lower = path.to_ascii_lowercase();
        lower.contains("migrat")
            && [".ts", ".js", ".mjs", ".cjs"]
                .iter()
                .any(|end| lower.ends_with(end))
            && !lower.ends_with(".d.ts")
    },
    read,
};

type Found = Vec<(u32, SchemaChange)>;

fn read(_: &str, outline: &Outline) -> Found {
    let mut found = Vec::new();
    functions(outline, &mut |function| {
        if function.name == "up" {
            statements(outline, &unrolled(&function.body), false, 0, &mut found);
        }
    });
    found
}

fn statements(outline: &Outline, body: &[Stmt], guarded: bool, depth: u32, found: &mut Found) {
    if depth > 20 {
        return;
    }
    expressions(body, 0, &mut |expr| {
        let Expr::Call(call) = expr else {
            return;
        };
        let links = chain(call);
        if !on_schema(&links) {
            return;
        }
        let mut schema = None;
        let mut asks = guarded;
        for link in links {
            let kind = method(link).1;
            let line = outline.line(link.at);
            if kind == "withSchema" {
                schema = positional(link).first().and_then(|name| text(name));
                continue;
            }
            asks |= matches!(kind, "hasTable" | "hasColumn");
            // `.then(() => ..)` holds what comes after.
            if matches!(kind, "then" | "transaction") {
                if let Some(block) = block(link) {
                    statements(outline, &block.body, asks, depth + 1, found);
                }
                continue;
            }
            let mut made = Vec::new();
            operation(kind, link, schema.as_deref(), &mut made);
            let made = made.into_iter().map(|change| match asks {
                true => (line, lenient(change)),
                false => (line, change),
            });
            found.extend(made);
        }
    });
}

/// `knex.schema.createTable(..)`, `knex.raw(..)`, `trx.schema.raw(..)`.
fn on_schema(links: &[&Call]) -> bool {
    let Some((Some(of), kind)) = links.first().map(|first| method(first)) else {
        return false;
    };
    let of = of.dotted().unwrap_or_default();
    of.ends_with(".schema") || (kind == "raw" && ["knex", "trx"].contains(&of.as_str()))
}

fn operation(kind: &str, call: &Call, schema: Option<&str>, made: &mut Vec<SchemaChange>) {
    let arguments = positional(call);
    let first = arguments.first().and_then(|first| text(first));
    if kind == "raw" {
        match first {
            Some(sql) => made.extend(parts::sql(&sql)),
            None => made.push(SchemaChange::skipped("SQL that is put together")),
        }
        return;
    }
    let table = first.map(|name| parts::table(schema.map(str::to_string), &name));
    let Some(table) = table else {
        if matches!(kind, "createTable" | "alterTable" | "table" | "dropTable") {
            made.push(SchemaChange::skipped("a table without a plain name"));
        }
        return;
    };
    match kind {
        "createTable" | "createTableIfNotExists" => {
            let mut create = CreateTable {
                name: table.clone(),
                if_not_exists: kind != "createTable",
                ..CreateTable::default()
            };
            let mut later = Vec::new();
            lines(call, &table, &mut later);
            later.retain(|action| match action {
                Action::AddColumn {
                    column,
                    constraints,
                    ..
                } => {
                    create.columns.push(column.clone());
                    create.constraints.extend(constraints.iter().cloned());
                    false
                }
                _ => true,
            });
            made.push(SchemaChange::CreateTable(Box::new(create)));
            made.extend(
                later
                    .into_iter()
                    .map(|action| SchemaChange::alter(table.clone(), action)),
            );
        }
        "alterTable" | "table" => {
            let mut actions = Vec::new();
            lines(call, &table, &mut actions);
            made.extend(
                actions
                    .into_iter()
                    .map(|action| SchemaChange::alter(table.clone(), action)),
            );
        }
        "dropTable" | "dropTableIfExists" => made.push(SchemaChange::DropTable {
            name: table,
            if_exists: kind != "dropTable",
        }),
        "renameTable" => {
            let to = arguments.get(1).and_then(|to| text(to));
            made.extend(
                to.map(|to| SchemaChange::alter(table, Action::Rename(parts::table(None, &to)))),
            );
        }
        "createSchema" | "createSchemaIfNotExists" => {
            made.push(SchemaChange::CreateSchema { name: table.name });
        }
        "dropSchema" | "dropSchemaIfExists" => {
            made.push(SchemaChange::DropSchema { name: table.name });
        }
        _ => {}
    }
}

fn lines(call: &Call, table: &Name, actions: &mut Vec<Action>) {
    let Some(block) = block(call) else {
        return;
    };
    let mut columns = Vec::new();
    let mut later = Vec::new();
    expressions(&block.body, 0, &mut |expr| {
        if let Expr::Call(call) = expr {
            line(call, table, &mut columns, &mut later);
        }
    });
    // Columns come first, then what is about them.
    actions.extend(columns);
    actions.extend(later);
}

/// The name that Knex gives: `users_email_unique`.
fn given(table: &Name, columns: &[String], kind: &str) -> String {
    let name = format!("{}_{}_{kind}", table.name.text, columns.join("_"));
    name.replace(['.', '-'], "_").to_lowercase()
}

/// The name of a key: given as text, or as `indexName` among options.
fn key_name(call: &Call, at: usize) -> Option<String> {
    let given = positional(call).get(at).and_then(|name| text(name));
    given.or_else(|| {
        ["indexName", "constraintName", "keyName"]
            .iter()
            .find_map(|key| named_text(call, key))
    })
}

fn line(call: &Call, table: &Name, columns: &mut Vec<Action>, later: &mut Vec<Action>) {
    let links = chain(call);
    let (Some(first), modifiers) = (links.first().copied(), links.get(1..).unwrap_or_default())
    else {
        return;
    };
    let kind = method(first).1;
    let arguments = positional(first);
    let over: Vec<String> = arguments.first().map(|of| texts(of)).unwrap_or_default();
    let name_at_1 = key_name(first, 1);
    match kind {
        "primary" => later.push(parts::add_constraint(parts::primary(
            name_at_1.or_else(|| Some(format!("{}_pkey", table.name.text))),
            &over,
        ))),
        "unique" => {
            let name = name_at_1.unwrap_or_else(|| given(table, &over, "unique"));
            later.push(parts::add_constraint(parts::unique(Some(name), &over)));
        }
        "index" => {
            let name = name_at_1.unwrap_or_else(|| given(table, &over, "index"));
            let mut index = parts::index(Some(name), &over, false);
            index.partial = named(first, "predicate").is_some();
            later.push(Action::AddIndex(index));
        }
        "foreign" => {
            let name = name_at_1.unwrap_or_else(|| given(table, &over, "foreign"));
            later.extend(reference(&over, Some(name), modifiers));
        }
        "dropColumn" | "dropColumns" => {
            let names = arguments.iter().flat_map(|name| texts(name));
            later.extend(names.map(|name| parts::drop_column(&name)));
        }
        "renameColumn" => {
            if let [from, to] = arguments.as_slice()
                && let (Some(from), Some(to)) = (text(from), text(to))
            {
                later.push(parts::rename_column(&from, &to));
            }
        }
        "dropPrimary" => later.push(parts::drop(DropKind::Primary)),
        "dropForeign" | "dropUnique" | "dropIndex" => {
            let suffix = kind.trim_start_matches("drop").to_lowercase();
            let name = name_at_1.unwrap_or_else(|| given(table, &over, &suffix));
            let name = Ident::exact(name);
            later.push(parts::drop(match kind {
                "dropIndex" => DropKind::Index(name),
                _ => DropKind::Constraint(name),
            }));
        }
        "setNullable" | "dropNullable" => {
            later.extend(over.iter().map(|name| Action::SetNullable {
                name: Ident::exact(name),
                nullable: kind == "setNullable",
            }))
        }
        "timestamps" => timestamps(first, columns),
        "dropTimestamps" => {
            later.extend(["created_at", "updated_at"].map(parts::drop_column));
        }
        "comment" | "engine" | "charset" | "collate" | "inherits" | "check" | "queryContext" => {}
        _ => column(first, kind, modifiers, table, columns, later),
    }
}

fn timestamps(call: &Call, columns: &mut Vec<Action>) {
    let arguments = positional(call);
    let is = |at: usize, key: &str| {
        matches!(arguments.get(at), Some(Expr::Bool(true)))
            || matches!(named(call, key), Some(Expr::Bool(true)))
    };
    let kind = if is(0, "useTimestamps") {
        "timestamp"
    } else {
        "datetime"
    };
    let now = is(1, "defaultToNow");
    let names = if is(2, "useCamelCase") {
        ["createdAt", "updatedAt"]
    } else {
        ["created_at", "updated_at"]
    };
    columns.extend(names.map(|name| {
        let column = Column {
            name: Ident::exact(name),
            of: Some(Written::by(Writer::Knex, kind)),
            nullable: Some(!now),
            default: now.then(|| "CURRENT_TIMESTAMP".to_string()),
            ..Column::default()
        };
        parts::add_column(column, Vec::new())
    }));
}

/// `.references('id').inTable('users')` or `.references('users.id')`.
fn reference(own: &[String], name: Option<String>, modifiers: &[&Call]) -> Option<Action> {
    let given = |kind: &str| {
        let link = modifiers.iter().find(|link| method(link).1 == kind)?;
        Some(
            positional(link)
                .first()
                .map(|of| texts(of))
                .unwrap_or_default(),
        )
    };
    let there = given("references")?;
    let (table, there) = match given("inTable").or_else(|| given("on")) {
        Some(table) => (table.first()?.clone(), there),
        None => {
            let (table, column) = there.first()?.rsplit_once('.')?;
            (table.to_string(), vec![column.to_string()])
        }
    };
    let key = parts::foreign(name, own, Name::exact(&table), &there);
    Some(parts::add_constraint(key))
}

fn column(
    call: &Call,
    kind: &str,
    modifiers: &[&Call],
    table: &Name,
    columns: &mut Vec<Action>,
    later: &mut Vec<Action>,
) {
    let arguments = positional(call);
    let increments = matches!(kind, "increments" | "bigIncrements" | "bigincrements");
    let name = arguments.first().and_then(|name| text(name));
    let Some(name) = name.or_else(|| increments.then(|| "id".to_string())) else {
        return;
    };
    let own = [name.clone()];
    let mut one = Column {
        name: Ident::exact(&name),
        of: Some(written(call, kind, &arguments)),
        nullable: increments.then_some(false),
        default: increments.then(|| "nextval".to_string()),
        increments,
        generated: false,
    };
    let mut alters = false;
    let mut position = Position::Last;
    let mut keys = Vec::new();
    let keyed = !matches!(named(call, "primaryKey"), Some(Expr::Bool(false)));
    if increments && keyed {
        keys.push(parts::primary(None, &own));
    }
    for link in modifiers {
        let values = positional(link);
        let first = values.first().and_then(|first| text(first));
        match method(link).1 {
            "notNullable" | "notNull" => one.nullable = Some(false),
            "nullable" => one.nullable = Some(first.as_deref() != Some("false")),
            "defaultTo" => {
                one.default = match values.first() {
                    Some(Expr::Nothing) | None => None,
                    Some(value) => Some(text(value).unwrap_or_else(|| "()".to_string())),
                };
            }
            "unsigned" => {
                if let Some(of) = &mut one.of {
                    of.text = format!("unsigned {}", of.text);
                }
            }
            "primary" => keys.push(parts::primary(key_name(link, 0), &own)),
            "unique" => {
                let name = key_name(link, 0).unwrap_or_else(|| given(table, &own, "unique"));
                later.push(parts::add_constraint(parts::unique(Some(name), &own)));
            }
            "index" => {
                let name = key_name(link, 0).unwrap_or_else(|| given(table, &own, "index"));
                later.push(Action::AddIndex(parts::index(Some(name), &own, false)));
            }
            "alter" => alters = true,
            "first" => position = Position::First,
            "after" => {
                if let Some(other) = first {
                    position = Position::After(Ident::exact(other));
                }
            }
            _ => {}
        }
    }
    let constraint = modifiers.iter().find_map(|link| {
        (method(link).1 == "withKeyName")
            .then(|| key_name(link, 0))
            .flatten()
    });
    let constraint = constraint.unwrap_or_else(|| given(table, &own, "foreign"));
    later.extend(reference(&own, Some(constraint), modifiers));
    columns.push(if alters {
        parts::redefine(&name, one)
    } else {
        Action::AddColumn {
            column: one,
            constraints: keys,
            position,
            if_not_exists: false,
        }
    });
}

fn written(call: &Call, kind: &str, arguments: &[&Expr]) -> Written {
    let second = arguments.get(1).copied();
    let sized = |items: Vec<String>| {
        if items.is_empty() {
            String::new()
        } else {
            format!("({})", items.join(","))
        }
    };
    let numbers = || -> Vec<String> {
        let given = arguments.iter().skip(1);
        given
            .filter(|argument| matches!(argument, Expr::Number(..)))
            .filter_map(|number| text(number))
            .collect()
    };
    match kind {
        "specificType" => {
            return Written::sql(second.and_then(text).unwrap_or_default());
        }
        "text" => {
            if let Some(size @ ("mediumtext" | "longtext")) = second.and_then(text).as_deref() {
                return Written::by(Writer::Knex, size);
            }
        }
        "enum" | "enu" => {
            let labels: Vec<String> = second.map(texts).unwrap_or_default();
            if let Some(name) = named_text(call, "enumName") {
                return Written::by(
                    Writer::Knex,
                    format!("{name}:enum('{}')", labels.join("','")),
                );
            }
            return Written::by(Writer::Knex, format!("enum('{}')", labels.join("','")));
        }
        "timestamp" | "datetime" | "dateTime" => {
            let plain = matches!(named(call, "useTz"), Some(Expr::Bool(false)))
                || matches!(second, Some(Expr::Bool(true)));
            let digits = named_text(call, "precision")
                .or_else(|| arguments.get(2).and_then(|digits| text(digits)));
            let digits = sized(digits.into_iter().collect());
            let kind = kind.to_lowercase();
            let kind = if plain { format!("plain{kind}") } else { kind };
            return Written::by(Writer::Knex, format!("{kind}{digits}"));
        }
        "decimal" | "float" | "string" | "binary" | "tinyint" | "double" => {
            // `decimal('a', 8)` has two digits behind the point.
            let mut numbers = numbers();
            if matches!(kind, "decimal" | "float") && numbers.len() == 1 {
                numbers.push("2".to_string());
            }
            if matches!(kind, "tinyint" | "double") {
                numbers.clear();
            }
            return Written::by(Writer::Knex, format!("{kind}{}", sized(numbers)));
        }
        _ => {}
    }
    Written::by(Writer::Knex, kind)
}
