//! Names in SQL: quoted only where they must be, short enough, unique where the database wants it.

use std::collections::BTreeSet;

pub use synthesis::naming::snake;

/// PostgreSQL cuts names after 63 bytes (manual, 4.1.1), silently.
const LONGEST: usize = 63;

/// Words that PostgreSQL or SQLite reserves, or that the SQL standard reserves and people trip over
/// (PostgreSQL manual, appendix C; sqlite.org/lang_keywords.html).
const RESERVED: &[&str] = &[
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "always",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "attach",
    "authorization",
    "autoincrement",
    "before",
    "begin",
    "between",
    "binary",
    "both",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exclusive",
    "exists",
    "explain",
    "fail",
    "false",
    "fetch",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "generated",
    "glob",
    "grant",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "ilike",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "last",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "materialized",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "others",
    "outer",
    "over",
    "overlaps",
    "partition",
    "placing",
    "plan",
    "pragma",
    "preceding",
    "primary",
    "query",
    "raise",
    "range",
    "recursive",
    "references",
    "regexp",
    "reindex",
    "release",
    "rename",
    "replace",
    "restrict",
    "returning",
    "right",
    "rollback",
    "row",
    "rows",
    "savepoint",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "temp",
    "temporary",
    "then",
    "ties",
    "to",
    "trailing",
    "transaction",
    "trigger",
    "true",
    "unbounded",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "vacuum",
    "values",
    "variadic",
    "verbose",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
];

/// An id as part of a file name: `[a-z0-9][a-z0-9_-]*`.
pub fn file(id: &str) -> String {
    let clean: String = snake(id)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let clean = clean.trim_matches('_');
    if clean.is_empty() {
        "schema".into()
    } else {
        clean.to_string()
    }
}

/// The name as SQL writes it.
pub fn quote(name: &str) -> String {
    let name = short(name);
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && RESERVED.binary_search(&name.as_str()).is_err() {
        name
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Names, quoted and with commas between.
pub fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| quote(n)).collect();
    quoted.join(", ")
}

/// A text literal.
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\0', "").replace('\'', "''"))
}

/// At most [`LONGEST`] bytes; what is cut is replaced by a number made of the whole name, so that
/// two long names with one beginning stay apart.
fn short(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_string();
    }
    let mut end = LONGEST - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    // FNV-1a, 32 bits: small, fixed, and the same on every machine.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |h, b| {
        (h ^ u32::from(b)).wrapping_mul(0x0100_0193)
    });
    format!("{}_{hash:08x}", &name[..end])
}

/// Names of indexes and constraints, each given once in a schema.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// `wanted` with the table's name before it, and a number behind it where it is taken.
    pub fn of_table(&mut self, table: &str, wanted: &str) -> String {
        let wanted = snake(wanted);
        let table = snake(table);
        let full = if wanted == table || wanted.starts_with(&format!("{table}_")) {
            wanted
        } else {
            format!("{table}_{wanted}")
        };
        self.take(&full)
    }

    /// `wanted`, with a number behind it where it is taken.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = short(wanted);
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = short(&format!("{wanted}_{number}"));
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_needed() {
        assert!(RESERVED.is_sorted(), "binary search needs the order");
        assert_eq!(quote("orders"), "orders");
        assert_eq!(quote("user"), "\"user\"");
        assert_eq!(quote("Größe"), "\"Größe\"");
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
        assert!(quote(&"x".repeat(80)).len() <= LONGEST);
        assert_ne!(
            quote(&format!("{}a", "x".repeat(80))),
            quote(&format!("{}b", "x".repeat(80)))
        );
    }

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        assert_eq!(
            names.of_table("orders", "email_unique"),
            "orders_email_unique"
        );
        assert_eq!(
            names.of_table("orders", "orders_email_unique"),
            "orders_email_unique_2"
        );
    }
}
