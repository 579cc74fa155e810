//! SQL files: migrations, dumps, schemas by hand. One bad statement never loses the file.

use super::{Front, Reads, SourceText, ends_in};
use crate::observation::{FileFacts, Observation, Observed};
use crate::outline;
use crate::schema::SchemaChange;
use crate::sql::split::{Piece, split};
use crate::sql::{Dialect, body, ddl};
use model::finding::Certainty;

pub const FRONT: Front = Front {
    id: "sql",
    takes: |path| ends_in(path, &[".sql", ".ddl", ".pgsql"]),
    reads: Reads::Format(read),
};

/// A file of SQL.
pub fn read(source: SourceText) -> FileFacts {
    let text = masked(source.text);
    let of_path = of_path(source.path);
    let dialect = of_path.unwrap_or_else(|| Dialect::sniff(&text));
    let lines = outline::line_starts(&text);
    let line = |at: u32| lines.partition_point(|start| *start <= at).max(1) as u32;
    let mut facts = FileFacts {
        front: FRONT.id.to_string(),
        ..FileFacts::default()
    };
    let mut procedures = body::Procedures::default();
    let mut only: Vec<String> = Vec::new();
    if dialect.known() {
        let name = dialect.id().to_string();
        facts.seen.push(observed(0, SchemaChange::Dialect { name }));
    }
    for piece in split(&text, dialect == Dialect::Mysql) {
        match piece {
            Piece::Directive(directive) => {
                let words: Vec<&str> = directive.split_whitespace().collect();
                if words
                    .first()
                    .is_some_and(|word| word.eq_ignore_ascii_case("liquibase"))
                {
                    let name = "liquibase".to_string();
                    facts.seen.push(observed(1, SchemaChange::Tool { name }));
                }
                only = databases(&words);
            }
            Piece::Statement(statement) => {
                let at = statement.tokens.first().map_or(0, |token| token.at);
                let changes =
                    ddl::statement_changes(&text, &statement, dialect, 0, &mut procedures);
                let seen = changes
                    .into_iter()
                    .map(|change| observed(line(at), change.only(&only)));
                facts.seen.extend(seen);
            }
        }
    }
    facts
}

pub fn observed(line: u32, change: SchemaChange) -> Observed {
    Observed {
        line,
        certainty: Certainty::Resolved,
        within: String::new(),
        what: Observation::Schema(change),
    }
}

/// `dbms:postgresql,h2` of a Liquibase change set.
fn databases(words: &[&str]) -> Vec<String> {
    let list = words.iter().find_map(|word| word.strip_prefix("dbms:"));
    list.map_or_else(Vec::new, |list| {
        let list = list.trim_matches('"').split(',');
        list.map(|name| name.trim().to_string()).collect()
    })
}

/// The dialect that a file's name or folder states: `schema-mysql.sql`, `postgres/0001.sql`.
pub fn of_path(path: &str) -> Option<Dialect> {
    let mut segments: Vec<&str> = path.split('/').collect();
    let name = segments.pop().unwrap_or_default();
    let stem = name.split('.').collect::<Vec<_>>();
    let dotted = stem.iter().skip(1).map(|part| Dialect::named(part));
    let first = stem.first().copied().unwrap_or_default();
    let worded = first.rsplit(['-', '_']).map(Dialect::named);
    let folders = segments.iter().rev().flat_map(|folder| {
        let whole = std::iter::once(Dialect::named(folder));
        whole.chain(folder.split(['-', '_']).map(Dialect::named))
    });
    dotted
        .chain(worded)
        .chain(folders)
        .find(|dialect| dialect.known())
}

/// Bytes after which a placeholder has closed.
const LONGEST: usize = 79;

/// Placeholders of tools (`${schema}.t`, `{{ prefix }}t`) as spaces or names, bytes in place.
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (open, close) in [("${", "}"), ("{{", "}}")] {
        let mut from = 0;
        while let Some(found) = text[from..].find(open) {
            let start = from + found;
            // What does not close soon is no placeholder, and is not searched for to the end of the file.
            let near = (start + LONGEST + close.len()).min(bytes.len());
            let near = text.as_bytes()[start..near].windows(close.len());
            let Some(length) = near.into_iter().position(|part| part == close.as_bytes()) else {
                from = start + open.len();
                continue;
            };
            let mut end = start + length + close.len();
            from = end;
            let word = |byte: Option<&u8>| {
                byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            };
            let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
            let alone = !word(bytes.get(end)) && !word(before.as_ref());
            let quoted = before.is_some_and(|byte| matches!(byte, b'"' | b'`' | b'\''));
            if bytes.get(end) == Some(&b'.') {
                end += 1;
                from = end;
                bytes[start..end].fill(b' ');
            } else if alone || quoted {
                // A name of its own: kept as a word.
                bytes[start..end].fill(b'_');
            } else {
                // Part of a name: taken out by closing the gap behind the rest of the word.
                let rest = bytes[end..]
                    .iter()
                    .take_while(|byte| word(Some(byte)))
                    .count();
                bytes.copy_within(end..end + rest, start);
                bytes[start + rest..end + rest].fill(b' ');
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(path: &str, text: &str) -> Vec<SchemaChange> {
        let facts = read(SourceText { path, text });
        let changes = facts.seen.into_iter().filter_map(|seen| match seen.what {
            Observation::Schema(SchemaChange::Dialect { .. }) => None,
            Observation::Schema(change) => Some(change),
            _ => None,
        });
        changes.collect()
    }

    #[test]
    fn placeholders_keep_their_place() {
        assert_eq!(masked("a ${s}.t b"), "a      t b");
        assert_eq!(masked("x {{ .p }}users (y"), "x users         (y");
        assert_eq!(masked("DEFAULT ${v},"), "DEFAULT ____,");
    }

    #[test]
    fn the_path_tells_the_dialect() {
        for (path, dialect) in [
            ("db/schema-mysql.sql", Some(Dialect::Mysql)),
            ("db/0001_users.postgres.up.sql", Some(Dialect::Postgresql)),
            ("migrations/sqlite/1.sql", Some(Dialect::Sqlite)),
            ("db/V1__users.sql", None),
        ] {
            assert_eq!(of_path(path), dialect, "{path}");
        }
    }

    #[test]
    fn a_bad_statement_does_not_lose_the_file() {
        let found = changes(
            "a.sql",
            "CREATE TABLE a (b int);\nALTER TABLE a FROBNICATE (x);\nCREATE TABLE ;\nCREATE TABLE c (d int);",
        );
        let skipped = found
            .iter()
            .filter(|change| matches!(change, SchemaChange::Skipped { .. }));
        assert_eq!(skipped.count(), 2, "{found:?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn change_sets_say_where_they_apply() {
        let found = changes(
            "x.sql",
            "--liquibase formatted sql\n--changeset a:1 dbms:mysql\nCREATE TABLE a (b int);",
        );
        assert!(matches!(&found[1], SchemaChange::When { dialects, .. } if dialects == &["mysql"]));
    }
}
