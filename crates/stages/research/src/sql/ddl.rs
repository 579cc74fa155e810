//! Statements of data definition to changes. One that is not understood is said and stepped over;
//! what changes no schema is passed over in silence.

use super::alter;
use super::body;
use super::column;
use super::cursor::{Cursor, ident_of};
use super::dialect::Dialect;
use super::split::{Piece, Statement, split};
use super::table;
use super::tokens::{Kind, Token};
use crate::schema::change::{Action, Ident, Name, SchemaChange};

/// How deep a body may hold statements that hold bodies.
pub const DEEPEST: u32 = 6;

/// The changes that a text makes, each with its byte offset.
pub fn read(source: &str, dialect: Dialect) -> Vec<(u32, SchemaChange)> {
    read_within(source, dialect, 0)
}

/// The same inside a body, `depth` deep.
pub fn read_within(source: &str, dialect: Dialect, depth: u32) -> Vec<(u32, SchemaChange)> {
    let mut found = Vec::new();
    if depth > DEEPEST {
        return found;
    }
    let mut procedures = body::Procedures::default();
    for piece in split(source, dialect == Dialect::Mysql) {
        if let Piece::Statement(statement) = piece {
            let at = statement.tokens.first().map_or(0, |token| token.at);
            let changes = statement_changes(source, &statement, dialect, depth, &mut procedures);
            found.extend(changes.into_iter().map(|change| (at, change)));
        }
    }
    found
}

/// What one statement changes.
pub fn statement_changes<'a>(
    source: &'a str,
    statement: &Statement<'a>,
    dialect: Dialect,
    depth: u32,
    procedures: &mut body::Procedures,
) -> Vec<SchemaChange> {
    let mut cursor = Cursor::new(source, &statement.tokens, dialect);
    let mut found = Vec::new();
    // SQL Server ends statements by starting the next.
    loop {
        let from = cursor.at;
        let end = next_statement(&cursor, dialect);
        let tokens = &statement.tokens[from..end];
        let mut one = Cursor::new(source, tokens, dialect);
        match definition(&mut one, depth, procedures) {
            Some(changes) => found.extend(changes),
            None => {
                let text = one.text(0, tokens.len());
                let short: String = text.chars().take(80).collect();
                found.push(SchemaChange::skipped(short));
            }
        }
        if end >= statement.tokens.len() {
            return found;
        }
        cursor.at = end;
    }
}

/// Where the next statement starts that no semicolon parts from this one.
fn next_statement(cursor: &Cursor, dialect: Dialect) -> usize {
    let tokens = cursor.tokens;
    if dialect != Dialect::Mssql && dialect != Dialect::Unknown {
        return tokens.len();
    }
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate().skip(cursor.at) {
        if token.is_mark('(') {
            depth += 1;
        } else if token.is_mark(')') {
            depth -= 1;
        } else if depth == 0 && at > cursor.at && starts_anew(cursor, at) {
            return at;
        }
    }
    tokens.len()
}

/// `CREATE TABLE`, `ALTER TABLE`, `DROP TABLE`, `CREATE INDEX` at the start of a line.
fn starts_anew(cursor: &Cursor, at: usize) -> bool {
    let token = &cursor.tokens[at];
    if !["create", "alter", "drop"]
        .iter()
        .any(|word| token.is(word))
    {
        return false;
    }
    let objects = ["table", "index", "unique", "nonclustered"];
    let next = cursor.tokens.get(at + 1);
    let line_start = cursor.source[..token.at as usize]
        .trim_end_matches([' ', '\t', '\r'])
        .ends_with('\n');
    line_start && next.is_some_and(|next| objects.iter().any(|word| next.is(word)))
}

fn definition(
    cursor: &mut Cursor,
    depth: u32,
    procedures: &mut body::Procedures,
) -> Option<Vec<SchemaChange>> {
    let nothing = Some(Vec::new());
    if cursor.accept("create") {
        return create(cursor, depth, procedures);
    }
    if cursor.accept("alter") {
        return alter_any(cursor);
    }
    if cursor.accept("drop") {
        return drop(cursor);
    }
    if cursor.accept("rename") {
        return rename_tables(cursor);
    }
    if cursor.accept("use") {
        let schema = cursor.ident()?;
        return Some(vec![SchemaChange::Use { schema }]);
    }
    if cursor.accept("set") {
        cursor.accept_any(&["local", "session"]);
        if cursor.accept("search_path") {
            if !cursor.accept("to") {
                cursor.mark('=');
            }
            let schema = cursor.peek().and_then(ident_of).unwrap_or_default();
            return Some(vec![SchemaChange::Use { schema }]);
        }
        return Some(procedures.set(cursor, depth));
    }
    if cursor.accept("select") {
        if cursor
            .peek()
            .is_some_and(|token| procedures.knows(token.text))
        {
            return Some(procedures.call(cursor, depth));
        }
        return Some(select(cursor, depth));
    }
    if cursor.accept("prepare") {
        procedures.prepare(cursor);
        return nothing;
    }
    if cursor.accept("do") {
        let text = cursor.tokens.iter().find(|token| token.kind == Kind::Text);
        return Some(text.map_or_else(Vec::new, |text| {
            body::read(text.text, cursor.dialect, depth + 1)
        }));
    }
    if cursor.accept("call") {
        return Some(procedures.call(cursor, depth));
    }
    if cursor.is_any(&["exec", "execute"]) {
        cursor.advance();
        if let Some(changes) = procedures.execute(cursor, depth) {
            return Some(changes);
        }
        return sp_rename(cursor);
    }
    if cursor.is_any(&["if", "begin", "declare"]) {
        // SQL Server guards statements by IF; MySQL and PostgreSQL begin transactions.
        return Some(body::guarded(cursor, depth));
    }
    nothing
}

fn create(
    cursor: &mut Cursor,
    depth: u32,
    procedures: &mut body::Procedures,
) -> Option<Vec<SchemaChange>> {
    cursor.accept_all(&["or", "replace"]);
    cursor.accept_all(&["or", "alter"]);
    let mut temporary = false;
    let mut unique = false;
    // What may stand before the kind of object.
    loop {
        if cursor.accept_any(&["temporary", "temp"]) {
            temporary = true;
        } else if cursor.accept("unique") {
            unique = true;
        } else if !cursor.accept_any(&[
            "global",
            "local",
            "unlogged",
            "foreign",
            "external",
            "column",
            "row",
            "clustered",
            "nonclustered",
            "fulltext",
            "spatial",
            "bitmap",
            "materialized",
            "recursive",
            "virtual",
            "force",
            "algorithm",
            "undefined",
            "merge",
            "temptable",
            "definer",
            "sql",
            "security",
            "invoker",
            "aggregate",
            "trusted",
            "private",
            "editionable",
            "noneditionable",
        ]) && !cursor.mark('=')
        {
            break;
        }
    }
    // DEFINER = `user`@`host`.
    while !cursor.done() && procedures.skips_definer(cursor) {}
    if cursor.accept("table") {
        let table = table::create(cursor, temporary)?;
        return Some(vec![SchemaChange::CreateTable(Box::new(table))]);
    }
    if cursor.accept("index") {
        let (table, index) = table::create_index(cursor, unique)?;
        return Some(vec![SchemaChange::alter(table, Action::AddIndex(index))]);
    }
    if cursor.accept("view") {
        cursor.if_not_exists();
        let name = cursor.name()?;
        let starts = ["select", "with"];
        let query = cursor.tokens[cursor.at..]
            .iter()
            .position(|token| starts.iter().any(|word| token.is(word)));
        let query = query.map_or_else(String::new, |at| {
            cursor.text(cursor.at + at, cursor.tokens.len())
        });
        return Some(vec![SchemaChange::CreateView { name, query }]);
    }
    if cursor.accept("type") {
        return create_type(cursor);
    }
    if cursor.accept("domain") {
        let name = cursor.name()?;
        cursor.accept("as");
        let defined = column::definition(cursor);
        return Some(vec![SchemaChange::CreateDomain {
            name,
            of: defined.column.of?,
            not_null: defined.column.nullable == Some(false),
            default: defined.column.default,
        }]);
    }
    if cursor.accept("schema") {
        cursor.if_not_exists();
        cursor.accept("authorization");
        let name = cursor.ident()?;
        return Some(vec![SchemaChange::CreateSchema { name }]);
    }
    if cursor.is_any(&["procedure", "function"]) {
        cursor.advance();
        procedures.remember(cursor);
    }
    let _ = depth;
    Some(Vec::new())
}

fn create_type(cursor: &mut Cursor) -> Option<Vec<SchemaChange>> {
    cursor.if_not_exists();
    let name = cursor.name()?;
    if cursor.accept_all(&["as", "enum"]) {
        let texts = cursor.tokens[cursor.at..]
            .iter()
            .filter(|token| token.kind == Kind::Text);
        let labels = texts.map(|token| token.text.to_string()).collect();
        return Some(vec![SchemaChange::CreateEnum { name, labels }]);
    }
    Some(vec![SchemaChange::CreateType { name }])
}

fn alter_any(cursor: &mut Cursor) -> Option<Vec<SchemaChange>> {
    cursor.accept_any(&["ignore", "online", "foreign"]);
    if cursor.accept("table") {
        if cursor.accept_all(&["all", "in"]) {
            return Some(Vec::new());
        }
        return Some(alter::alter(cursor));
    }
    if cursor.accept("index") {
        cursor.if_exists();
        let from = cursor.name()?;
        if cursor.accept_all(&["rename", "to"]) {
            let to = cursor.ident()?;
            return Some(vec![SchemaChange::RenameIndex { from, to }]);
        }
        return Some(Vec::new());
    }
    if cursor.accept_any(&["type", "domain"]) {
        let from = cursor.name()?;
        if cursor.accept_all(&["rename", "to"]) {
            let to = cursor.ident()?;
            return Some(vec![SchemaChange::RenameType { from, to }]);
        }
        return Some(Vec::new());
    }
    if cursor.accept("schema") {
        let from = cursor.ident()?;
        if cursor.accept_all(&["rename", "to"]) {
            let to = cursor.ident()?;
            return Some(vec![SchemaChange::RenameSchema { from, to }]);
        }
    }
    Some(Vec::new())
}

fn drop(cursor: &mut Cursor) -> Option<Vec<SchemaChange>> {
    cursor.accept_any(&["temporary", "foreign", "materialized"]);
    let kind = ["table", "index", "type", "domain", "schema"]
        .into_iter()
        .find(|kind| cursor.is(kind));
    let Some(kind) = kind else {
        return Some(Vec::new());
    };
    cursor.advance();
    cursor.accept("concurrently");
    let if_exists = cursor.if_exists();
    let mut found = Vec::new();
    loop {
        let name = cursor.name()?;
        if kind == "index" && cursor.accept("on") {
            let table = cursor.name()?;
            found.push(SchemaChange::alter(
                table,
                Action::Drop {
                    what: crate::schema::change::DropKind::Index(name.name),
                    if_exists,
                },
            ));
        } else {
            found.push(match kind {
                "table" => SchemaChange::DropTable { name, if_exists },
                "index" => SchemaChange::DropIndex { name, if_exists },
                "schema" => SchemaChange::DropSchema { name: name.name },
                _ => SchemaChange::DropType {
                    name,
                    if_exists,
                    cascade: cursor.tokens.iter().any(|token| token.is("cascade")),
                },
            });
        }
        if !cursor.mark(',') {
            return Some(found);
        }
    }
}

/// MySQL: `RENAME TABLE a TO b, c TO d`.
fn rename_tables(cursor: &mut Cursor) -> Option<Vec<SchemaChange>> {
    if !cursor.accept_any(&["table", "tables"]) {
        return Some(Vec::new());
    }
    cursor.if_exists();
    let mut found = Vec::new();
    loop {
        let from = cursor.name()?;
        if !cursor.accept("to") {
            return None;
        }
        let to = cursor.name()?;
        found.push(SchemaChange::alter(from, Action::Rename(to)));
        if !cursor.mark(',') {
            return Some(found);
        }
    }
}

/// `SELECT set_config('search_path', 'x', false)` of dumps, and DDL in a conditional.
fn select(cursor: &mut Cursor, depth: u32) -> Vec<SchemaChange> {
    let texts: Vec<&Token> = cursor
        .tokens
        .iter()
        .filter(|token| token.kind == Kind::Text)
        .collect();
    let sets = cursor.tokens.iter().any(|token| token.is("set_config"));
    if sets && texts.first().is_some_and(|text| text.text == "search_path") {
        let path = texts.get(1).map_or("", |text| text.text);
        let first = path.split(',').next().unwrap_or_default().trim();
        let schema = Ident::new(first.trim_matches('"'), false);
        return vec![SchemaChange::Use { schema }];
    }
    body::conditional(cursor, depth)
}

/// SQL Server: `EXEC sp_rename 'dbo.a.b', 'c', 'COLUMN'`.
fn sp_rename(cursor: &mut Cursor) -> Option<Vec<SchemaChange>> {
    if !cursor.tokens.iter().any(|token| token.is("sp_rename")) {
        return Some(Vec::new());
    }
    let texts: Vec<&str> = cursor
        .tokens
        .iter()
        .filter(|token| token.kind == Kind::Text)
        .map(|token| token.text)
        .collect();
    let (from, to) = (texts.first()?, texts.get(1)?);
    let kind = texts.get(2).map(|kind| kind.to_ascii_lowercase());
    let parts: Vec<&str> = from
        .split('.')
        .map(|part| part.trim_matches(['[', ']']))
        .collect();
    let to = Ident::exact(to.trim_matches(['[', ']']));
    let inner = |parts: &[&str]| -> Option<(Name, Ident)> {
        let (last, table) = parts.split_last()?;
        Some((Name::exact(table.last()?), Ident::exact(*last)))
    };
    let change = match kind.as_deref() {
        Some("column") => {
            let (table, from) = inner(&parts)?;
            SchemaChange::alter(table, Action::RenameColumn { from, to })
        }
        Some("index") => {
            let (table, from) = inner(&parts)?;
            SchemaChange::alter(table, Action::RenameIndex { from, to })
        }
        _ => {
            let table = Name::exact(parts.last()?);
            let name = Name {
                schema: None,
                name: to,
            };
            SchemaChange::alter(table, Action::Rename(name))
        }
    };
    Some(vec![change])
}
