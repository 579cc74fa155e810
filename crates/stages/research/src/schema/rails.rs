//! Rails: `db/schema.rb` and migrations of ActiveRecord.

use super::calls::{
    block, expressions, functions, method, named, named_text, positional, says, text, texts,
};
use super::change::{
    Action, Column, Constraint, ConstraintKind, CreateTable, DropKind, Ident, Index, Name, Part,
    Position, SchemaChange, Writer, Written,
};
use super::code::Reader;
use crate::outline::{Call, Expr, Outline, Stmt};
use crate::sql::{Dialect, ddl};

pub const SCHEMA: Reader = Reader {
    tool: "rails-schema",
    takes: |path| path.ends_with("schema.rb"),
    read,
};

pub const MIGRATION: Reader = Reader {
    tool: "rails",
    takes: |path| path.ends_with(".rb") && path.contains("migrate/"),
    read,
};

fn read(_: &str, outline: &Outline) -> Vec<(u32, SchemaChange)> {
    let mut found = Vec::new();
    statements(outline, &outline.body, 0, &mut found);
    functions(outline, &mut |function| {
        if matches!(function.name.as_str(), "change" | "up" | "self.up") {
            statements(outline, &function.body, 0, &mut found);
        }
    });
    found
}

type Found = Vec<(u32, SchemaChange)>;

fn statements(outline: &Outline, body: &[Stmt], depth: u32, found: &mut Found) {
    if depth > 20 {
        return;
    }
    expressions(body, 0, &mut |expr| {
        let Expr::Call(call) = expr else {
            return;
        };
        let before = found.len();
        let line = outline.line(call.at);
        let mut changes = Vec::new();
        let known = statement(call, &mut changes);
        found.extend(changes.into_iter().map(|change| (line, change)));
        if !known
            && found.len() == before
            && method(call).1 != "down"
            && let Some(block) = block(call)
        {
            statements(outline, &block.body, depth + 1, found);
        }
    });
}

/// Rails names an index after its table and columns.
fn index_name(table: &str, columns: &[String]) -> String {
    format!("index_{table}_on_{}", columns.join("_and_"))
}

fn index(table: &str, columns: &Expr, call: &Call) -> Index {
    let columns = texts(columns);
    let name = named_text(call, "name").unwrap_or_else(|| index_name(table, &columns));
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let part = |text: String| {
        if plain(&text) {
            Part::Column(Ident::exact(text))
        } else {
            Part::Expression(text)
        }
    };
    Index {
        name: Some(Ident::exact(name)),
        parts: columns.into_iter().map(part).collect(),
        unique: says(call, "unique") == Some(true),
        partial: named(call, "where").is_some(),
        if_not_exists: says(call, "if_not_exists") == Some(true),
        ..Index::default()
    }
}

/// The type of a column with its options in parentheses.
fn written(kind: &str, call: &Call) -> Written {
    let limit = named_text(call, "limit");
    let precision = match named(call, "precision") {
        Some(Expr::Nothing) => Some(String::new()),
        Some(other) => text(other),
        None => None,
    };
    let scale = named_text(call, "scale");
    let array = if says(call, "array") == Some(true) {
        "[]"
    } else {
        ""
    };
    let sized = match (kind, limit.as_deref()) {
        ("integer", Some("1")) => return Written::by(Writer::Rails, format!("tinyint{array}")),
        ("integer", Some("2")) => return Written::by(Writer::Rails, format!("smallint{array}")),
        ("integer", Some("8")) => return Written::by(Writer::Rails, format!("bigint{array}")),
        ("integer" | "bigint" | "float", _) => String::new(),
        ("text", Some(limit)) => {
            return Written::by(Writer::Rails, format!("text({limit}){array}"));
        }
        ("datetime" | "timestamp" | "timestamptz", _) => match precision {
            Some(digits) if digits.is_empty() => String::new(),
            Some(digits) => format!("({digits})"),
            None => "(6)".to_string(),
        },
        ("decimal" | "numeric", _) => match (precision, scale) {
            (Some(digits), Some(scale)) => format!("({digits},{scale})"),
            (Some(digits), None) => format!("({digits})"),
            _ => String::new(),
        },
        (_, Some(limit)) => format!("({limit})"),
        _ => String::new(),
    };
    let unsigned = if says(call, "unsigned") == Some(true) {
        " unsigned"
    } else {
        ""
    };
    if !unsigned.is_empty() {
        let base = if kind == "integer" { "int" } else { kind };
        return Written::sql(format!("{base}{sized}{unsigned}"));
    }
    let kind = match kind {
        "enum" => {
            let name = named_text(call, "enum_type").unwrap_or_default();
            return Written::sql(format!("{name}{array}"));
        }
        other => other,
    };
    // A type as SQL writes it: `t.column "a", "ltree"`.
    Written::by(Writer::Rails, format!("{kind}{sized}{array}"))
}

fn column(name: &str, kind: &str, call: &Call) -> Column {
    let default = named(call, "default").filter(|default| !matches!(default, Expr::Nothing));
    Column {
        name: Ident::exact(name),
        of: Some(written(kind, call)),
        nullable: says(call, "null"),
        // A function given as `-> { "now()" }` is a default too.
        default: default.map(|default| text(default).unwrap_or_else(|| "()".to_string())),
        increments: false,
        generated: kind == "virtual",
    }
}

/// `users` of `user`, for the table that a reference means.
pub fn plural(name: &str) -> String {
    if let Some(stem) = name.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if name.ends_with(['s', 'x', 'z']) || name.ends_with("ch") || name.ends_with("sh") {
        return format!("{name}es");
    }
    format!("{name}s")
}

/// `t.references :user, foreign_key: true`: column, index and foreign key.
fn reference(table: &str, name: &str, call: &Call, made: &mut Vec<Made>) {
    let kind = named_text(call, "type").unwrap_or_else(|| "bigint".to_string());
    let id = format!("{name}_id");
    let nullable = says(call, "null");
    let mut columns = vec![id.clone()];
    made.push(Made::Column(Column {
        name: Ident::exact(&id),
        of: Some(Written::by(Writer::Rails, kind)),
        nullable,
        default: named_text(call, "default"),
        ..Column::default()
    }));
    if named(call, "polymorphic").is_some_and(|value| !matches!(value, Expr::Bool(false))) {
        let column = format!("{name}_type");
        made.push(Made::Column(Column {
            name: Ident::exact(&column),
            of: Some(Written::by(Writer::Rails, "string")),
            nullable,
            ..Column::default()
        }));
        columns.insert(0, column);
    }
    if says(call, "index") != Some(false) {
        let unique = matches!(named(call, "index"), Some(Expr::Map(entries, _))
            if matches!(super::calls::entry(entries, "unique"), Some(Expr::Bool(true))));
        let given = match named(call, "index") {
            Some(Expr::Map(entries, _)) => super::calls::entry(entries, "name").and_then(text),
            _ => None,
        };
        let short = if columns.len() > 1 {
            format!("index_{table}_on_{name}")
        } else {
            index_name(table, &columns)
        };
        made.push(Made::Index(Index {
            name: Some(Ident::exact(given.unwrap_or(short))),
            parts: columns
                .iter()
                .map(|name| Part::Column(Ident::exact(name)))
                .collect(),
            unique,
            ..Index::default()
        }));
    }
    let other = match named(call, "foreign_key") {
        Some(Expr::Bool(true)) => Some(plural(name)),
        Some(Expr::Map(entries, _)) => {
            let to = super::calls::entry(entries, "to_table").and_then(text);
            Some(to.unwrap_or_else(|| plural(name)))
        }
        _ => None,
    };
    if let Some(other) = other {
        made.push(Made::Constraint(foreign(None, &id, &other, None)));
    }
}

fn foreign(name: Option<String>, column: &str, table: &str, key: Option<String>) -> Constraint {
    Constraint {
        name: name.map(Ident::exact),
        kind: ConstraintKind::Foreign {
            columns: vec![Ident::exact(column)],
            table: Name::exact(table),
            references: vec![Ident::exact(key.unwrap_or_else(|| "id".to_string()))],
        },
    }
}

enum Made {
    Column(Column),
    Index(Index),
    Constraint(Constraint),
}

/// A line of the block of `create_table` or `change_table`.
fn line(table: &str, call: &Call, made: &mut Vec<Made>) {
    let (_, kind) = method(call);
    let arguments = positional(call);
    match kind {
        "index" => {
            if let Some(columns) = arguments.first() {
                made.push(Made::Index(index(table, columns, call)));
            }
        }
        "timestamps" => {
            for name in ["created_at", "updated_at"] {
                let mut one = column(name, "datetime", call);
                one.nullable = one.nullable.or(Some(false));
                made.push(Made::Column(one));
            }
        }
        "references" | "belongs_to" => {
            for name in arguments.iter().filter_map(|name| text(name)) {
                reference(table, &name, call, made);
            }
        }
        "column" => {
            if let [name, kind, ..] = arguments.as_slice()
                && let (Some(name), Some(kind)) = (text(name), text(kind))
            {
                made.push(Made::Column(column(&name, &kind, call)));
            }
        }
        "unique_constraint" => {
            if let Some(columns) = arguments.first() {
                made.push(Made::Constraint(Constraint {
                    name: named_text(call, "name").map(Ident::exact),
                    kind: ConstraintKind::Unique(texts(columns).iter().map(Ident::exact).collect()),
                }));
            }
        }
        "check_constraint" | "exclusion_constraint" | "remove" | "rename" | "change" => {}
        "foreign_key" => {
            if let Some(other) = arguments.first().and_then(|other| text(other)) {
                let column = named_text(call, "column")
                    .unwrap_or_else(|| format!("{}_id", other.trim_end_matches('s')));
                made.push(Made::Constraint(foreign(
                    named_text(call, "name"),
                    &column,
                    &other,
                    None,
                )));
            }
        }
        kind => {
            for name in arguments.iter().filter_map(|name| text(name)) {
                made.push(Made::Column(column(&name, kind, call)));
            }
        }
    }
}

fn create_table(call: &Call, name: &str) -> SchemaChange {
    let mut table = CreateTable {
        name: Name::exact(name),
        if_not_exists: says(call, "if_not_exists") == Some(true),
        ..CreateTable::default()
    };
    let keys: Vec<String> = named(call, "primary_key").map(texts).unwrap_or_default();
    let mut primary = keys.clone();
    // Without `id: false` there is an id.
    if says(call, "id") != Some(false) && keys.len() < 2 {
        let own = keys.first().cloned().unwrap_or_else(|| "id".to_string());
        let (kind, options) = match named(call, "id") {
            Some(Expr::Map(entries, _)) => {
                let kind = super::calls::entry(entries, "type").and_then(text);
                (kind.unwrap_or_else(|| "bigint".to_string()), Some(entries))
            }
            Some(other) => (text(other).unwrap_or_else(|| "bigint".to_string()), None),
            None => ("bigint".to_string(), None),
        };
        let unsigned = options.is_some_and(|entries| {
            matches!(
                super::calls::entry(entries, "unsigned"),
                Some(Expr::Bool(true))
            )
        });
        let numbers = matches!(kind.as_str(), "bigint" | "integer" | "int" | "primary_key");
        let default = match (kind.as_str(), named(call, "default")) {
            ("uuid", None) => Some("gen_random_uuid()".to_string()),
            (_, Some(Expr::Nothing)) => None,
            ("uuid", Some(_)) => Some("()".to_string()),
            _ => None,
        };
        let of = match (unsigned, kind.as_str()) {
            (true, "integer") => Written::sql("int unsigned"),
            (true, kind) => Written::sql(format!("{kind} unsigned")),
            (false, kind) => Written::by(Writer::Rails, kind),
        };
        table.columns.push(Column {
            name: Ident::exact(&own),
            of: Some(of),
            nullable: Some(false),
            default: if numbers {
                Some("nextval".to_string())
            } else {
                default
            },
            increments: numbers,
            generated: false,
        });
        primary = vec![own];
    }
    if let Some(block) = block(call) {
        expressions(&block.body, 0, &mut |expr| {
            if let Expr::Call(inner) = expr {
                let mut made = Vec::new();
                line(name, inner, &mut made);
                for one in made {
                    match one {
                        Made::Column(column) => table.columns.push(column),
                        Made::Index(index) => table.indexes.push(index),
                        Made::Constraint(constraint) => table.constraints.push(constraint),
                    }
                }
            }
        });
    }
    if !primary.is_empty() {
        let kind = ConstraintKind::Primary(primary.iter().map(Ident::exact).collect());
        table.constraints.insert(0, Constraint { name: None, kind });
    }
    SchemaChange::CreateTable(Box::new(table))
}

/// One statement; false where it is none of ActiveRecord's.
fn statement(call: &Call, found: &mut Vec<SchemaChange>) -> bool {
    let (_, kind) = method(call);
    let arguments = positional(call);
    if kind == "execute" {
        if let Some(sql) = arguments.first().and_then(|sql| text(sql)) {
            let changes = ddl::read(&sql, Dialect::sniff(&sql));
            found.extend(changes.into_iter().map(|(_, change)| change));
        }
        return true;
    }
    let Some(first) = arguments.first().and_then(|first| text(first)) else {
        return false;
    };
    let second = arguments.get(1).and_then(|second| text(second));
    let third = arguments.get(2).and_then(|third| text(third));
    let table = Name::exact(&first);
    let alter = |action| SchemaChange::alter(table.clone(), action);
    let drop = |what| Action::Drop {
        what,
        if_exists: says(call, "if_exists") == Some(true),
    };
    match (kind, second, third) {
        ("create_table", ..) => found.push(create_table(call, &first)),
        ("create_enum", ..) => {
            let labels = arguments
                .get(1)
                .map(|labels| texts(labels))
                .unwrap_or_default();
            found.push(SchemaChange::CreateEnum {
                name: table,
                labels,
            });
        }
        ("drop_table", ..) => found.push(SchemaChange::DropTable {
            name: table,
            if_exists: says(call, "if_exists") == Some(true),
        }),
        ("rename_table", Some(to), _) => found.push(alter(Action::Rename(Name::exact(&to)))),
        ("add_column", Some(name), Some(of)) => found.push(alter(Action::AddColumn {
            column: column(&name, &of, call),
            constraints: Vec::new(),
            position: Position::Last,
            if_not_exists: says(call, "if_not_exists") == Some(true),
        })),
        ("remove_column", Some(name), _) => found.push(alter(Action::DropColumn {
            name: Ident::exact(name),
            if_exists: says(call, "if_exists") == Some(true),
        })),
        ("remove_columns", ..) => {
            for name in arguments.iter().skip(1).filter_map(|name| text(name)) {
                found.push(alter(Action::DropColumn {
                    name: Ident::exact(name),
                    if_exists: false,
                }));
            }
        }
        ("rename_column", Some(from), Some(to)) => found.push(alter(Action::RenameColumn {
            from: Ident::exact(from),
            to: Ident::exact(to),
        })),
        ("change_column", Some(name), Some(of)) => {
            let one = column(&name, &of, call);
            let ident = Ident::exact(name);
            if let Some(of) = one.of {
                found.push(alter(Action::AlterType {
                    name: ident.clone(),
                    of,
                }));
            }
            if let Some(nullable) = one.nullable {
                found.push(alter(Action::SetNullable {
                    name: ident.clone(),
                    nullable,
                }));
            }
            if named(call, "default").is_some() {
                let default = one.default;
                found.push(alter(Action::SetDefault {
                    name: ident,
                    default,
                }));
            }
        }
        ("change_column_null", Some(name), Some(nullable)) => {
            found.push(alter(Action::SetNullable {
                name: Ident::exact(name),
                nullable: nullable == "true",
            }));
        }
        ("change_column_default", Some(name), default) => {
            let to = named(call, "to");
            let default = default.or_else(|| to.and_then(text));
            let name = Ident::exact(name);
            found.push(alter(Action::SetDefault { name, default }));
        }
        ("add_index", ..) => {
            if let Some(columns) = arguments.get(1) {
                found.push(alter(Action::AddIndex(index(&first, columns, call))));
            }
        }
        ("remove_index", ..) => {
            let columns = arguments.get(1).copied().or_else(|| named(call, "column"));
            let name = named_text(call, "name")
                .or_else(|| columns.map(|columns| index_name(&first, &texts(columns))));
            if let Some(name) = name {
                found.push(alter(drop(DropKind::Index(Ident::exact(name)))));
            }
        }
        ("rename_index", Some(from), Some(to)) => found.push(alter(Action::RenameIndex {
            from: Ident::exact(from),
            to: Ident::exact(to),
        })),
        ("add_foreign_key", Some(other), _) => {
            let column = named_text(call, "column").unwrap_or_else(|| {
                let stem = match other.strip_suffix("ies") {
                    Some(stem) => format!("{stem}y"),
                    None => other.strip_suffix('s').unwrap_or(&other).to_string(),
                };
                format!("{stem}_id")
            });
            found.push(alter(Action::AddConstraint {
                constraint: foreign(
                    named_text(call, "name"),
                    &column,
                    &other,
                    named_text(call, "primary_key"),
                ),
                if_not_exists: false,
            }));
        }
        ("remove_foreign_key", other, _) => {
            let name = named_text(call, "name").map(|name| DropKind::Foreign(Ident::exact(name)));
            let column = named_text(call, "column").or_else(|| {
                other.map(|other| format!("{}_id", other.strip_suffix('s').unwrap_or(&other)))
            });
            let what = name
                .or_else(|| column.map(|column| DropKind::ForeignOver(vec![Ident::exact(column)])));
            if let Some(what) = what {
                found.push(alter(drop(what)));
            }
        }
        ("add_reference" | "add_belongs_to", Some(name), _) => {
            let mut made = Vec::new();
            reference(&first, &name, call, &mut made);
            add(&table, made, found);
        }
        ("remove_reference" | "remove_belongs_to", Some(name), _) => {
            found.push(alter(Action::DropColumn {
                name: Ident::exact(format!("{name}_id")),
                if_exists: false,
            }));
        }
        ("add_timestamps", ..) => {
            let mut made = Vec::new();
            for name in ["created_at", "updated_at"] {
                let mut one = column(name, "datetime", call);
                one.nullable = one.nullable.or(Some(false));
                made.push(Made::Column(one));
            }
            add(&table, made, found);
        }
        ("change_table", ..) => {
            if let Some(block) = block(call) {
                let mut made = Vec::new();
                expressions(&block.body, 0, &mut |expr| {
                    if let Expr::Call(inner) = expr {
                        line(&first, inner, &mut made);
                    }
                });
                add(&table, made, found);
            }
        }
        ("enable_extension" | "add_check_constraint" | "create_view", ..) => {}
        _ => return false,
    }
    true
}

fn add(table: &Name, made: Vec<Made>, found: &mut Vec<SchemaChange>) {
    for one in made {
        let action = match one {
            Made::Column(column) => Action::AddColumn {
                column,
                constraints: Vec::new(),
                position: Position::Last,
                if_not_exists: false,
            },
            Made::Index(index) => Action::AddIndex(index),
            Made::Constraint(constraint) => Action::AddConstraint {
                constraint,
                if_not_exists: false,
            },
        };
        found.push(SchemaChange::alter(table.clone(), action));
    }
}
