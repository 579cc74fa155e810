//! Statements of a file. The splitter survives what files hold beside SQL: `DELIMITER`, commands of
//! psql, rows of COPY, `GO`, bodies of routines, and the marks by which tools part up from down.

use super::tokens::{Kind, Token, Tokens};

/// A statement that may matter, without its terminator and comments.
#[derive(Debug, Clone)]
pub struct Statement<'a> {
    pub tokens: Vec<Token<'a>>,
}

/// What a file holds, in order.
#[derive(Debug, Clone)]
pub enum Piece<'a> {
    Statement(Statement<'a>),
    /// A comment in which a tool says something: `changeset ana:1 dbms:postgresql`.
    Directive(&'a str),
}

/// First words of statements that can change a schema; the rest is stepped over without keeping it.
const KEPT: &[&str] = &[
    "create", "alter", "drop", "rename", "do", "use", "set", "exec", "execute", "select", "if",
    "begin", "call", "declare", "prepare",
];

/// Kinds of object whose body holds statements of its own.
const ROUTINES: &[&str] = &[
    "trigger",
    "procedure",
    "function",
    "event",
    "package",
    "proc",
];

/// How far into a statement its kind may stand (`CREATE OR REPLACE DEFINER = a@b PROCEDURE`).
const KIND_WITHIN: usize = 12;

/// A statement of more tokens is data, not definition.
const MOST_TOKENS: usize = 400_000;

struct Splitter<'a> {
    tokens: Tokens<'a>,
    pieces: Vec<Piece<'a>>,
    current: Vec<Token<'a>>,
    /// Words seen of the current statement, kept or not.
    seen: usize,
    kept: bool,
    first: &'a str,
    from_stdin: bool,
    routine: bool,
    depth: u32,
    after_end: bool,
    parens: u32,
    delimiter: Option<&'a str>,
    /// Inside what takes a migration back.
    down: bool,
}

/// Cuts a text into statements.
pub fn split(source: &str, mysql: bool) -> Vec<Piece<'_>> {
    let mut splitter = Splitter {
        tokens: Tokens::new(source, mysql),
        pieces: Vec::new(),
        current: Vec::new(),
        seen: 0,
        kept: false,
        first: "",
        from_stdin: false,
        routine: false,
        depth: 0,
        after_end: false,
        parens: 0,
        delimiter: None,
        down: false,
    };
    splitter.run();
    splitter.pieces
}

impl<'a> Splitter<'a> {
    fn run(&mut self) {
        loop {
            self.tokens.skip_space();
            if self.line_command() {
                continue;
            }
            if let Some(delimiter) = self.delimiter
                && self.tokens.source[self.tokens.at..].starts_with(delimiter)
            {
                self.tokens.at += delimiter.len();
                self.end();
                continue;
            }
            let Some(token) = self.tokens.next_token() else {
                break;
            };
            self.take(token);
        }
        self.end();
    }

    /// What is a command by standing at the start of a line. Steps over it.
    fn line_command(&mut self) -> bool {
        let at = self.tokens.at;
        let rest = &self.tokens.source[at..];
        let Some(first) = rest.chars().next() else {
            return false;
        };
        if self.seen == 0 && first == '\\' {
            self.tokens.line();
            return true;
        }
        if !matches!(first, 'd' | 'D' | 'g' | 'G' | '/') || !self.tokens.at_line_start(at) {
            return false;
        }
        let line = rest.lines().next().unwrap_or_default().trim();
        let alone = line.trim_end_matches(';');
        if alone.eq_ignore_ascii_case("go") || (alone == "/" && self.parens == 0) {
            self.tokens.line();
            self.end();
            return true;
        }
        let word = line.split_whitespace().next().unwrap_or_default();
        if self.seen == 0 && word.eq_ignore_ascii_case("delimiter") {
            let line = self.tokens.line();
            let given = line.split_whitespace().nth(1);
            self.delimiter = given.filter(|delimiter| *delimiter != ";");
            return true;
        }
        false
    }

    fn take(&mut self, token: Token<'a>) {
        if token.kind == Kind::Comment {
            self.comment(token.text);
            return;
        }
        if token.is_mark(';') && self.delimiter.is_none() && (self.depth == 0 || !self.routine) {
            self.end();
            return;
        }
        if self.seen == 0 {
            self.first = token.text;
            self.kept = token.kind == Kind::Word
                && KEPT
                    .iter()
                    .any(|kept| token.text.eq_ignore_ascii_case(kept));
        }
        self.seen += 1;
        if token.is_mark('(') {
            self.parens += 1;
        } else if token.is_mark(')') {
            self.parens = self.parens.saturating_sub(1);
        }
        if token.kind == Kind::Word {
            self.word(token.text);
        } else {
            self.after_end = false;
        }
        if self.kept && !self.down && self.current.len() < MOST_TOKENS {
            self.current.push(token);
        }
    }

    /// Follows the body of a routine, and `FROM STDIN`.
    fn word(&mut self, word: &str) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        if is("stdin") {
            self.from_stdin = true;
        }
        if self.seen <= KIND_WITHIN
            && (self.first.eq_ignore_ascii_case("create")
                || self.first.eq_ignore_ascii_case("alter"))
            && ROUTINES.iter().any(|routine| is(routine))
            && self.parens == 0
        {
            self.routine = true;
        }
        if !self.routine {
            return;
        }
        let ended = std::mem::take(&mut self.after_end);
        if is("begin") || (is("case") && !ended) {
            self.depth += 1;
        } else if is("end") {
            self.depth = self.depth.saturating_sub(1);
            self.after_end = true;
        } else if ended
            && ["if", "loop", "while", "repeat", "for"]
                .iter()
                .any(|word| is(word))
        {
            // `END IF` closes what was never counted.
            self.depth += 1;
        }
    }

    fn comment(&mut self, text: &'a str) {
        let text = text.trim();
        let lower = text
            .get(..text.len().min(40))
            .unwrap_or(text)
            .to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let down = match words.as_slice() {
            ["+goose" | "+migrate" | "+micrate", "down", ..]
            | ["migrate:down", ..]
            | ["down", "migration", ..]
            | ["//@undo" | "@undo" | "!downs", ..]
            | ["---", "!downs", ..] => true,
            ["+goose" | "+migrate" | "+micrate", "up", ..]
            | ["migrate:up", ..]
            | ["up", "migration", ..]
            | ["!ups", ..] => false,
            ["changeset", ..] | ["liquibase", "formatted", ..] | ["property", ..] => {
                self.end();
                self.pieces.push(Piece::Directive(text));
                return;
            }
            _ => return,
        };
        self.end();
        self.down = down;
    }

    fn end(&mut self) {
        let tokens = std::mem::take(&mut self.current);
        if !tokens.is_empty() {
            self.pieces.push(Piece::Statement(Statement { tokens }));
        }
        if self.from_stdin && self.first.eq_ignore_ascii_case("copy") {
            self.skip_rows();
        }
        self.seen = 0;
        self.kept = false;
        self.first = "";
        self.from_stdin = false;
        self.routine = false;
        self.depth = 0;
        self.after_end = false;
        self.parens = 0;
    }

    /// Rows of COPY, up to `\.`.
    fn skip_rows(&mut self) {
        self.tokens.line();
        while self.tokens.at < self.tokens.source.len() {
            self.tokens.at += 1;
            if self.tokens.line() == "\\." {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str, mysql: bool) -> Vec<String> {
        split(source, mysql)
            .iter()
            .map(|piece| match piece {
                Piece::Statement(statement) => {
                    let texts: Vec<&str> =
                        statement.tokens.iter().map(|token| token.text).collect();
                    texts.join(" ")
                }
                Piece::Directive(text) => format!("[{text}]"),
            })
            .collect()
    }

    #[test]
    fn plain_statements_and_what_stands_between_them() {
        assert_eq!(
            words(
                "CREATE TABLE a (b int); -- ; no end\nINSERT INTO a VALUES (';');DROP TABLE a",
                false
            ),
            ["CREATE TABLE a ( b int )", "DROP TABLE a"]
        );
    }

    #[test]
    fn dollar_quotes_and_strings_hide_semicolons() {
        assert_eq!(
            words(
                "CREATE FUNCTION f() RETURNS int AS $body$ BEGIN; x; END $body$ LANGUAGE plpgsql;\
                 ALTER TABLE a ADD b text DEFAULT 'it''s; so'; DROP TABLE c",
                false
            )
            .len(),
            3
        );
        assert_eq!(
            words(r"ALTER TABLE a COMMENT 'it\'s;'; DROP TABLE c", true).len(),
            2
        );
    }

    #[test]
    fn delimiters_and_bodies_of_routines() {
        let with = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN DROP TABLE x; END$$\nDELIMITER ;\nDROP TABLE y;";
        assert_eq!(
            words(with, true),
            [
                "CREATE PROCEDURE p ( ) BEGIN DROP TABLE x ; END",
                "DROP TABLE y"
            ]
        );
        let without = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN c THEN 1 END; \
                       IF x THEN SET y = 1; END IF; END; DROP TABLE y;";
        let found = words(without, true);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[1], "DROP TABLE y");
    }

    #[test]
    fn rows_of_copy_commands_of_psql_and_go() {
        assert_eq!(
            words(
                "\\connect db\nCREATE TABLE a (b int);\nCOPY a (b) FROM stdin;\n1\n';\n\\.\nDROP TABLE b;",
                false
            ),
            ["CREATE TABLE a ( b int )", "DROP TABLE b"]
        );
        assert_eq!(
            words("CREATE TABLE a (b int)\nGO\nDROP TABLE b\ngo\n", false),
            ["CREATE TABLE a ( b int )", "DROP TABLE b"]
        );
    }

    #[test]
    fn down_is_left_out_and_directives_are_kept() {
        assert_eq!(
            words(
                "-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\nDROP TABLE a;",
                false
            ),
            ["CREATE TABLE a ( b int )"]
        );
        assert_eq!(
            words(
                "-- migrate:down\nDROP TABLE a;\n-- migrate:up\nDROP TABLE b",
                false
            ),
            ["DROP TABLE b"]
        );
        assert_eq!(
            words(
                "--liquibase formatted sql\n--changeset a:1 dbms:mysql\nDROP TABLE b",
                false
            ),
            [
                "[liquibase formatted sql]",
                "[changeset a:1 dbms:mysql]",
                "DROP TABLE b"
            ]
        );
    }

    #[test]
    fn versioned_comments_of_mysql_are_run_and_other_comments_not() {
        assert_eq!(
            words(
                "/*!40101 SET x = 1 */;/* a /* b */ c */ DROP TABLE z; # DROP TABLE y\n",
                true
            ),
            ["SET x = 1", "DROP TABLE z"]
        );
        assert_eq!(
            words("/* never closed DROP TABLE z;", true),
            Vec::<String>::new()
        );
    }
}
