//! A column of a table: its name, type, and what is said of it after that.

use super::cursor::Cursor;
use super::tokens::Kind;
use crate::schema::change::{Column, Constraint, ConstraintKind, Ident, Position, Written};

/// A column with the constraints written beside it.
#[derive(Debug, Clone, Default)]
pub struct Defined {
    pub column: Column,
    pub constraints: Vec<Constraint>,
    /// `FIRST`, `AFTER x`.
    pub position: Option<Position>,
}

/// Words that go on with a type.
const OF_TYPE: &[&str] = &[
    "varying",
    "precision",
    "unsigned",
    "signed",
    "zerofill",
    "large",
    "object",
    "array",
    "raw",
];

/// Words that start what follows a type or a default.
const OPTIONS: &[&str] = &[
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "references",
    "check",
    "constraint",
    "comment",
    "collate",
    "on",
    "auto_increment",
    "autoincrement",
    "identity",
    "generated",
    "after",
    "first",
    "key",
    "as",
    "invisible",
    "visible",
    "storage",
    "charset",
    "column_format",
    "deferrable",
    "initially",
    "using",
    "for",
    "with",
    "virtual",
    "stored",
    "persistent",
    "persisted",
    "compression",
    "sparse",
    "rowguidcol",
    "enable",
    "disable",
];

/// Words by which an expression goes on though they may start an option: `now() AT TIME ZONE ..`
/// is none of them; `COLLATE` belongs to the column.
fn starts_option(cursor: &Cursor) -> bool {
    if cursor.is_any(OPTIONS) {
        return true;
    }
    cursor.is("character") && cursor.ahead_is(1, "set")
}

/// Name, type and options, up to the comma or parenthesis that ends them.
pub fn column(cursor: &mut Cursor) -> Option<Defined> {
    let name = cursor.ident()?;
    let mut defined = definition(cursor);
    defined.column.name = name.clone();
    for constraint in &mut defined.constraints {
        fill(&mut constraint.kind, &name);
    }
    Some(defined)
}

/// Constraints written beside a column are of that column.
fn fill(kind: &mut ConstraintKind, name: &Ident) {
    match kind {
        ConstraintKind::Primary(columns)
        | ConstraintKind::Unique(columns)
        | ConstraintKind::Foreign { columns, .. } => columns.push(name.clone()),
        _ => {}
    }
}

/// Type and options, without the name.
pub fn definition(cursor: &mut Cursor) -> Defined {
    let mut defined = Defined::default();
    if !starts_option(cursor) && !cursor.is_mark(',') && !cursor.is_mark(')') {
        defined.column.of = data_type(cursor).map(Written::sql);
    }
    options(cursor, &mut defined);
    defined
}

/// A type: words, arguments, brackets.
pub fn data_type(cursor: &mut Cursor) -> Option<String> {
    let mut text = String::new();
    let first = cursor.advance()?;
    match first.kind {
        Kind::Word => text.push_str(first.text),
        Kind::Quoted => text.push_str(&quoted_type(first.text)),
        _ => return None,
    }
    while cursor.is_mark('.') {
        cursor.advance();
        let part = cursor.advance()?;
        text.push('.');
        match part.kind {
            Kind::Quoted => text.push_str(&quoted_type(part.text)),
            _ => text.push_str(part.text),
        }
    }
    let interval = first.is("interval");
    loop {
        if cursor.is_mark('(') {
            let from = cursor.at;
            cursor.skip_parens();
            text.push_str(&cursor.text(from, cursor.at));
        } else if cursor.is_mark('[') {
            while let Some(token) = cursor.advance() {
                text.push_str(token.text);
                if token.is_mark(']') {
                    break;
                }
            }
        } else if cursor.is_any(OF_TYPE)
            || (interval
                && cursor.is_any(&["year", "month", "day", "hour", "minute", "second", "to"]))
            || (first.is("national") && cursor.is_any(&["char", "character", "varchar"]))
            || (first.is("long") && cursor.is_any(&["varchar", "text", "varbinary"]))
        {
            text.push(' ');
            text.push_str(cursor.advance()?.text);
        } else if cursor.is_any(&["with", "without"])
            && (cursor.ahead_is(1, "time") || cursor.ahead_is(1, "local"))
        {
            while cursor.is_any(&["with", "without", "local", "time", "zone"]) {
                text.push(' ');
                text.push_str(cursor.advance()?.text);
            }
        } else {
            return Some(text);
        }
    }
}

/// A quoted type keeps its quotes only where they matter.
fn quoted_type(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain {
        text.to_string()
    } else {
        format!("\"{text}\"")
    }
}

/// A default: at least one token, then up to what starts another option.
fn expression(cursor: &mut Cursor) -> String {
    let from = cursor.at;
    cursor.skip_one();
    while !cursor.done() && !cursor.is_mark(',') && !cursor.is_mark(')') && !starts_option(cursor) {
        cursor.skip_one();
    }
    cursor.text(from, cursor.at)
}

/// A default, none where it is `NULL`.
pub fn default_value(cursor: &mut Cursor) -> Option<String> {
    let text = expression(cursor);
    let bare = text.trim_matches(['(', ')']).to_ascii_lowercase();
    let nothing = bare == "null" || bare.starts_with("null::");
    (!nothing).then_some(text)
}

fn options(cursor: &mut Cursor, defined: &mut Defined) {
    let mut pending: Option<Ident> = None;
    while !cursor.done() && !cursor.is_mark(',') && !cursor.is_mark(')') {
        let column = &mut defined.column;
        if cursor.accept("constraint") {
            pending = cursor.ident();
            continue;
        }
        let kind = if cursor.accept_all(&["not", "null"]) {
            column.nullable = Some(false);
            None
        } else if cursor.accept("null") {
            column.nullable = Some(true);
            None
        } else if cursor.accept("default") {
            column.default = default_value(cursor);
            None
        } else if cursor.accept_all(&["primary", "key"]) {
            Some(ConstraintKind::Primary(Vec::new()))
        } else if cursor.accept("unique") {
            cursor.accept("key");
            Some(ConstraintKind::Unique(Vec::new()))
        } else if cursor.accept("key") {
            // MySQL: a lone KEY beside a column is the primary one.
            Some(ConstraintKind::Primary(Vec::new()))
        } else if cursor.accept("references") {
            references(cursor, Vec::new())
        } else if cursor.accept("check") {
            cursor.skip_parens();
            Some(ConstraintKind::Other)
        } else if cursor.accept_any(&["auto_increment", "autoincrement", "identity"]) {
            column.increments = true;
            cursor.skip_parens();
            None
        } else if cursor.accept("generated") {
            cursor.accept("always");
            cursor.accept_all(&["by", "default"]);
            cursor.accept_all(&["on", "null"]);
            cursor.accept("as");
            if cursor.accept("identity") {
                column.increments = true;
            } else {
                column.generated = true;
            }
            cursor.skip_parens();
            None
        } else if cursor.is("as") && cursor.ahead_is_mark(1, '(') {
            cursor.advance();
            cursor.skip_parens();
            column.generated = true;
            None
        } else if cursor.accept("on") {
            // ON UPDATE CURRENT_TIMESTAMP(3), ON DELETE SET NULL, ON CONFLICT ABORT.
            cursor.advance();
            if cursor.accept("set") {
                cursor.advance();
            } else if cursor.accept("no") {
                cursor.accept("action");
            } else {
                cursor.skip_one();
                cursor.skip_parens();
            }
            None
        } else if cursor.accept("comment") {
            cursor.mark('=');
            cursor.advance();
            None
        } else if cursor.accept("after") {
            defined.position = cursor.ident().map(Position::After);
            None
        } else if cursor.is("first") {
            cursor.advance();
            defined.position = Some(Position::First);
            None
        } else {
            cursor.skip_one();
            None
        };
        if let Some(kind) = kind {
            let name = pending.take();
            defined.constraints.push(Constraint { name, kind });
        }
    }
}

/// After the word REFERENCES: the other table, its columns and what happens then.
pub fn references(cursor: &mut Cursor, columns: Vec<Ident>) -> Option<ConstraintKind> {
    let table = cursor.name()?;
    let references = cursor.idents();
    loop {
        if cursor.accept("on") {
            cursor.advance();
            if cursor.accept("set") {
                cursor.advance();
                cursor.skip_parens();
            } else if !cursor.accept_all(&["no", "action"]) {
                cursor.advance();
            }
        } else if cursor.accept("match") {
            cursor.advance();
        } else if cursor.accept_all(&["not", "deferrable"]) || cursor.accept("deferrable") {
        } else if cursor.accept("initially") {
            cursor.advance();
        } else {
            break;
        }
    }
    Some(ConstraintKind::Foreign {
        columns,
        table,
        references,
    })
}
