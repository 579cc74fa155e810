//! Data definition inside bodies: `DO` blocks, procedures that a migration calls once, statements
//! put together as text. What stands in a branch is taken as if it were needed, because that is what
//! migrations write it for: it applies where it can and is nothing where it is done already.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::ddl;
use super::dialect::Dialect;
use super::spliced::{self, Known};
use super::tokens::{Kind, Token, Tokens};
use crate::schema::change::{Action, SchemaChange};

/// What a script has set up that a later statement may run: procedures by name, variables, and
/// prepared statements.
#[derive(Debug, Default)]
pub struct Procedures {
    bodies: BTreeMap<String, Procedure>,
    known: Known,
    prepared: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Default)]
struct Procedure {
    parameters: Vec<String>,
    body: String,
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
        let parameters = parameters(cursor);
        let begin = cursor.tokens.iter().position(|token| token.is("begin"));
        let text = cursor.tokens.iter().rfind(|token| token.kind == Kind::Text);
        let body = match (begin, text) {
            (Some(at), _) => cursor.text(at, cursor.tokens.len()),
            (None, Some(text)) => text.text.to_string(),
            _ => return,
        };
        let procedure = Procedure { parameters, body };
        self.bodies
            .insert(name.name.text.to_ascii_lowercase(), procedure);
    }

    /// After `CALL`: what the body changes, with the arguments for its parameters.
    pub fn call(&self, cursor: &mut Cursor, depth: u32) -> Vec<SchemaChange> {
        let name = cursor
            .name()
            .map(|name| name.name.text.to_ascii_lowercase());
        let Some(procedure) = name.and_then(|name| self.bodies.get(&name)) else {
            return Vec::new();
        };
        let from = cursor.at + usize::from(cursor.is_mark('('));
        let to = cursor
            .tokens
            .iter()
            .rposition(|token| token.is_mark(')'))
            .unwrap_or(cursor.tokens.len());
        let arguments = spliced::elements(cursor.tokens.get(from..to).unwrap_or_default());
        let mut inner = Procedures::default();
        for (name, argument) in procedure.parameters.iter().zip(arguments) {
            if let Some(text) = spliced::text(cursor.source, argument, &self.known) {
                inner.known.insert(name.clone(), text);
            }
        }
        inner.read(&procedure.body, cursor.dialect, depth + 1)
    }

    /// Whether a procedure or function of this name was made before.
    pub fn knows(&self, name: &str) -> bool {
        self.bodies.contains_key(&name.to_ascii_lowercase())
    }

    /// After `SET`: keeps what a variable holds. What cannot be known is searched for texts that
    /// define, as if it ran.
    pub fn set(&mut self, cursor: &mut Cursor, depth: u32) -> Vec<SchemaChange> {
        let rest = &cursor.tokens[cursor.at..];
        let equals = rest.iter().position(|token| token.is_mark('='));
        if let (Some(name), Some(equals)) = (rest.first(), equals)
            && let Some(text) = spliced::text(cursor.source, &rest[equals + 1..], &self.known)
        {
            self.known.insert(name.text.to_ascii_lowercase(), text);
            return Vec::new();
        }
        conditional(cursor, depth)
    }

    /// After `PREPARE`: `name FROM @text`.
    pub fn prepare(&mut self, cursor: &mut Cursor) {
        let rest = &cursor.tokens[cursor.at..];
        if let [name, from, text @ ..] = rest
            && from.is("from")
        {
            let text = spliced::text(cursor.source, text, &self.known);
            self.prepared.insert(name.text.to_ascii_lowercase(), text);
        }
    }

    /// `EXECUTE name` of a prepared statement; none where no such was prepared.
    pub fn execute(&self, cursor: &Cursor, depth: u32) -> Option<Vec<SchemaChange>> {
        let name = cursor.peek()?.text.to_ascii_lowercase();
        let text = self.prepared.get(&name)?;
        Some(
            text.as_ref()
                .map_or_else(Vec::new, |text| run(text, cursor.dialect, depth)),
        )
    }

    /// Changes in a body of statements.
    fn read(&mut self, text: &str, dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
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
                found.extend(self.one(text, &statement[from..], dialect, depth));
            }
        }
        found
    }

    fn one(
        &mut self,
        text: &str,
        tokens: &[Token],
        dialect: Dialect,
        depth: u32,
    ) -> Vec<SchemaChange> {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return Vec::new();
        };
        let mut cursor = Cursor::new(text, tokens, dialect);
        let assigned = matches!(tokens, [_, colon, equals, ..]
            if colon.is_mark(':') && equals.is_mark('='));
        if assigned || first.is("set") {
            cursor.accept("set");
            return self.set(&mut cursor, depth);
        }
        if cursor.accept("prepare") {
            self.prepare(&mut cursor);
            return Vec::new();
        }
        if cursor.accept("execute") {
            let source = &text[first.at as usize..last.end as usize];
            return self
                .execute(&cursor, depth)
                .unwrap_or_else(|| self.executed(text, source, &tokens[1..], dialect, depth));
        }
        let source = &text[first.at as usize..last.end as usize];
        run(source, dialect, depth)
    }

    /// `EXECUTE 'ALTER TABLE ..'`; a text with a part that is not known cannot be followed.
    fn executed(
        &self,
        text: &str,
        source: &str,
        tokens: &[Token],
        dialect: Dialect,
        depth: u32,
    ) -> Vec<SchemaChange> {
        let tokens = match tokens {
            [first, ..] if first.is("immediate") => &tokens[1..],
            _ => tokens,
        };
        if let Some(inner) = spliced::text(text, tokens, &self.known) {
            return run(&inner, dialect, depth);
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
}

/// The names of parameters in parentheses: `(IN shop VARCHAR(20), OUT b INT)`.
fn parameters(cursor: &mut Cursor) -> Vec<String> {
    if !cursor.is_mark('(') {
        return Vec::new();
    }
    let from = cursor.at + 1;
    cursor.skip_parens();
    let inside = cursor.tokens.get(from..cursor.at - 1).unwrap_or_default();
    let names = spliced::elements(inside).into_iter().map(|parameter| {
        let modes = ["in", "out", "inout", "variadic"];
        let mut named = parameter
            .iter()
            .skip_while(|token| modes.iter().any(|mode| token.is(mode)));
        named
            .next()
            .map_or_else(String::new, |token| token.text.to_ascii_lowercase())
    });
    names.collect()
}

/// Words after which a statement of a body starts.
const BEFORE: &[&str] = &["begin", "then", "loop", "do"];

/// Words that start what is read of a body.
const VERBS: &[&str] = &[
    "create", "alter", "drop", "execute", "rename", "set", "prepare",
];

/// Changes in a body of statements.
pub fn read(text: &str, dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
    Procedures::default().read(text, dialect, depth)
}

/// What a statement changes; nothing where it is done already.
fn run(text: &str, dialect: Dialect, depth: u32) -> Vec<SchemaChange> {
    let changes = ddl::read_within(text, dialect, depth + 1);
    changes
        .into_iter()
        .map(|(_, change)| lenient(change))
        .collect()
}

/// Where the statement of data definition starts: at the front, or after the last word that opens a
/// branch. A branch for the other case, or for errors, is not run.
fn verb(statement: &[Token]) -> Option<usize> {
    let is_verb = |token: &Token| VERBS.iter().any(|verb| token.is(verb));
    let assigns = statement.get(1).is_some_and(|token| token.is_mark(':'))
        && statement.get(2).is_some_and(|token| token.is_mark('='));
    if assigns || statement.first().is_some_and(is_verb) {
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
        } else if depth_of_parens == 0 && spliced::DEFINES.iter().any(|verb| token.is(verb)) {
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
        SchemaChange::DropType { name, cascade, .. } => SchemaChange::DropType {
            name,
            cascade,
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
