//! Data definition inside bodies: `DO` blocks, procedures that a migration calls once, statements
//! put together as text. What stands in a branch is taken as if it were needed, because that is what
//! migrations write it for: it applies where it can and is nothing where it is done already.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::ddl;
use super::dialect::Dialect;
use super::tokens::{Kind, Token, Tokens};
use crate::schema::change::{Action, SchemaChange};

/// Bodies of procedures, by name, that a `CALL` may run.
#[derive(Debug, Default)]
pub struct Procedures {
    bodies: BTreeMap<String, String>,
}

impl Procedures {
    /// Steps over `user@host`; the tokens `@` are part of words.
    pub fn skips_definer(&self, cursor: &mut Cursor) -> bool {
        let object = cursor.is_any(&[
            "table",
            "index",
            "view",
            "type",
            "domain",
            "schema",
            "procedure",
            "function",
            "trigger",
            "event",
            "extension",
            "sequence",
            "database",
            "user",
            "role",
            "policy",
            "rule",
            "publication",
            "operator",
            "cast",
            "collation",
            "server",
            "statistics",
            "language",
            "access",
            "text",
            "conversion",
            "tablespace",
            "login",
            "synonym",
            "package",
            "group",
            "subscription",
            "transform",
        ]);
        let named = cursor.peek().is_some_and(|token| {
            matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text) || token.is_mark('@')
        });
        let skips = !object && named;
        if skips {
            cursor.at += 1;
        }
        skips
    }

    /// After `CREATE PROCEDURE`: keeps its body.
    pub fn remember(&mut self, cursor: &mut Cursor) {
        let Some(name) = cursor.name() else {
            return;
        };
        let begin = cursor.tokens.iter().position(|token| token.is("begin"));
        let text = cursor.tokens.iter().rfind(|token| token.kind == Kind::Text);
        let body = match (begin, text) {
            (Some(at), _) => cursor.text(at, cursor.tokens.len()),
            (None, Some(text)) => text.text.to_string(),
            _ => return,
        };
        self.bodies
            .insert(name.name.text.to_ascii_lowercase(), body);
    }

    /// After `CALL`: what the body changes.
    pub fn call(&self, cursor: &mut Cursor, depth: u32) -> Vec<SchemaChange> {
        let name = cursor
            .name()
            .map(|name| name.name.text.to_ascii_lowercase());
        let body = name.and_then(|name| self.bodies.get(&name));
        body.map_or_else(Vec::new, |body| read(body, cursor.dialect, depth + 1))
    }
}

/// Words after which a statement of a body starts.
const BEFORE: &[&str] = &["begin", "then", "loop", "do"];

/// Words that start what is read of a body.
const VERBS: &[&str] = &["create", "alter", "drop", "execute", "rename"];

/// Changes in a body of statements.
pub fn read(text: &str, dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
    if depth > ddl::DEEPEST {
        return Vec::new();
    }
    let mut reader = Tokens::new(text, dialect == Dialect::Mysql);
    let mut tokens = Vec::new();
    while let Some(token) = reader.next_token() {
        if token.kind != Kind::Comment {
            tokens.push(token);
        }
    }
    let mut found = Vec::new();
    for statement in tokens.split(|token| token.is_mark(';')) {
        if let Some(from) = verb(statement) {
            found.extend(one(text, &statement[from..], dialect, depth));
        }
    }
    found
}

/// Where the statement of data definition starts: at the front, or after the last word that opens a
/// branch. A branch for the other case, or for errors, is not run.
fn verb(statement: &[Token]) -> Option<usize> {
    let is_verb = |token: &Token| VERBS.iter().any(|verb| token.is(verb));
    if statement.first().is_some_and(is_verb) {
        return Some(0);
    }
    let opens = |token: &Token| BEFORE.iter().any(|word| token.is(word));
    let at =
        (1..statement.len()).find(|at| is_verb(&statement[*at]) && opens(&statement[at - 1]))?;
    let handles = statement[..at]
        .iter()
        .any(|token| token.is("exception") || token.is("else"));
    (!handles).then_some(at)
}

fn one(text: &str, tokens: &[Token], dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Vec::new();
    };
    let source = &text[first.at as usize..last.end as usize];
    if first.is("execute") {
        return executed(source, &tokens[1..], dialect, depth);
    }
    let changes = ddl::read_within(source, dialect, depth + 1);
    changes
        .into_iter()
        .map(|(_, change)| lenient(change))
        .collect()
}

/// `EXECUTE 'ALTER TABLE ..'`; a text that is put together cannot be followed.
fn executed(source: &str, tokens: &[Token], dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
    let tokens = match tokens {
        [first, ..] if first.is("immediate") => &tokens[1..],
        _ => tokens,
    };
    if let [text] = tokens
        && text.kind == Kind::Text
    {
        let inner = text.text.replace("''", "'");
        let changes = ddl::read_within(&inner, dialect, depth + 1);
        return changes
            .into_iter()
            .map(|(_, change)| lenient(change))
            .collect();
    }
    let defines = tokens.iter().any(|token| {
        let start = token.text.trim_start().to_ascii_lowercase();
        token.kind == Kind::Text
            && (start.starts_with("alter table") || start.starts_with("create table"))
    });
    if defines {
        let short: String = source.chars().take(80).collect();
        vec![SchemaChange::skipped(short)]
    } else {
        Vec::new()
    }
}

/// Texts of a conditional that define: `IF(EXISTS(..), 'ALTER TABLE ..', 'SELECT 1')`.
pub fn conditional(cursor: &Cursor, depth: u32) -> Vec<SchemaChange> {
    let mut found = Vec::new();
    for token in cursor.tokens {
        if token.kind != Kind::Text {
            continue;
        }
        let start = token.text.trim_start().get(..6).unwrap_or_default();
        let defines = ["alter ", "create", "drop t", "drop i", "rename"]
            .iter()
            .any(|verb| start.eq_ignore_ascii_case(verb));
        if defines && depth < ddl::DEEPEST {
            let inner = token.text.replace("''", "'").replace("\\'", "'");
            let changes = ddl::read_within(&inner, cursor.dialect, depth + 1);
            found.extend(changes.into_iter().map(|(_, change)| lenient(change)));
        }
    }
    found
}

/// `IF NOT EXISTS (..) [BEGIN] CREATE TABLE ..` of SQL Server.
pub fn guarded(cursor: &Cursor, depth: u32) -> Vec<SchemaChange> {
    let mut depth_of_parens = 0_u32;
    for (at, token) in cursor.tokens.iter().enumerate() {
        if token.is_mark('(') {
            depth_of_parens += 1;
        } else if token.is_mark(')') {
            depth_of_parens = depth_of_parens.saturating_sub(1);
        } else if depth_of_parens == 0 && VERBS.iter().any(|verb| token.is(verb)) {
            let (first, last) = (token, &cursor.tokens[cursor.tokens.len() - 1]);
            let text = &cursor.source[first.at as usize..last.end as usize];
            if at == 0 || depth > ddl::DEEPEST {
                return Vec::new();
            }
            let changes = ddl::read_within(text, cursor.dialect, depth + 1);
            return changes
                .into_iter()
                .map(|(_, change)| lenient(change))
                .collect();
        }
    }
    Vec::new()
}

/// A change that is nothing where it has been made already.
pub fn lenient(change: SchemaChange) -> SchemaChange {
    match change {
        SchemaChange::CreateTable(mut table) => {
            table.if_not_exists = true;
            SchemaChange::CreateTable(table)
        }
        SchemaChange::DropTable { name, .. } => SchemaChange::DropTable {
            name,
            if_exists: true,
        },
        SchemaChange::DropIndex { name, .. } => SchemaChange::DropIndex {
            name,
            if_exists: true,
        },
        SchemaChange::DropType { name, .. } => SchemaChange::DropType {
            name,
            if_exists: true,
        },
        SchemaChange::Alter {
            table, mut action, ..
        } => {
            match action.as_mut() {
                Action::AddColumn { if_not_exists, .. }
                | Action::AddConstraint { if_not_exists, .. } => *if_not_exists = true,
                Action::AddIndex(index) => index.if_not_exists = true,
                Action::DropColumn { if_exists, .. } | Action::Drop { if_exists, .. } => {
                    *if_exists = true;
                }
                _ => {}
            }
            SchemaChange::Alter {
                table,
                if_exists: true,
                action,
            }
        }
        other => other,
    }
}
