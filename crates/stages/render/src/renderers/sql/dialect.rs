//! The two dialects: how each writes types, defaults and the moment.

use model::expr::Node;
use model::{Column, FieldType};

use super::names::{quote, text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// For stores that run as a server.
    Postgresql,
    /// For stores that run inside the program.
    Sqlite,
}

/// Money in SQLite is a whole number of ten-thousandths: exact, and with the four decimals that the
/// server's `numeric(19,4)` has. Which decimals a currency uses (ISO 4217) does not matter then.
pub const MONEY_SCALE: u32 = 4;

/// Longest e-mail address that a mail server takes (RFC 5321, 4.5.3.1.3, without the brackets).
const EMAIL: u32 = 254;

impl Dialect {
    pub fn folder(self) -> &'static str {
        match self {
            // tidy: allow the name of a dialect and of its folder
            Dialect::Postgresql => "postgresql",
            // tidy: allow the name of a dialect and of its folder
            Dialect::Sqlite => "sqlite",
        }
    }

    /// What a reader must know of all that follows.
    pub fn preamble(self) -> &'static str {
        match self {
            Dialect::Postgresql => {
                "-- PostgreSQL. Money is numeric(19,4); times are timestamptz; enums are text with a check."
            }
            Dialect::Sqlite => {
                "-- SQLite. Turn foreign keys on at every connection: PRAGMA foreign_keys = ON.\n\
                 -- Money is a whole number of ten-thousandths (12.50 is 125000), so that sums are exact.\n\
                 -- Times are text in UTC, 2026-01-31T09:30:00.000Z; durations are milliseconds."
            }
        }
    }

    /// The type of a column, without constraints.
    pub fn kind(self, column: &Column) -> String {
        let text_type = |longest: Option<u32>| match (self, longest) {
            (Dialect::Postgresql, Some(n)) => format!("varchar({n})"),
            (Dialect::Postgresql, None) => "text".into(),
            (Dialect::Sqlite, _) => "TEXT".into(),
        };
        let fixed = |server: &str, file: &str| match self {
            Dialect::Postgresql => server.to_string(),
            Dialect::Sqlite => file.to_string(),
        };
        match column.kind {
            FieldType::Text | FieldType::Url | FieldType::File => text_type(column.max_length),
            FieldType::Email => text_type(Some(column.max_length.unwrap_or(EMAIL))),
            FieldType::Enum => text_type(None),
            FieldType::Integer => fixed("bigint", "INTEGER"),
            FieldType::Decimal => fixed("numeric", "NUMERIC"),
            FieldType::Money => fixed("numeric(19,4)", "INTEGER"),
            FieldType::Boolean => fixed("boolean", "INTEGER"),
            FieldType::Date => fixed("date", "TEXT"),
            FieldType::Timestamp => fixed("timestamptz", "TEXT"),
            FieldType::Duration => fixed("interval", "INTEGER"),
            FieldType::Uuid => fixed("uuid", "TEXT"),
            FieldType::Point => fixed("point", "TEXT"),
            FieldType::Json | FieldType::List | FieldType::Object => fixed("jsonb", "TEXT"),
        }
    }

    /// What the type alone does not say, as a condition on the column.
    pub fn type_check(self, name: &str, column: &Column) -> Option<String> {
        let c = quote(name);
        if column.kind == FieldType::Enum && !column.values.is_empty() {
            let values: Vec<String> = column.values.iter().map(|v| text(v)).collect();
            return Some(format!("{c} IN ({})", values.join(", ")));
        }
        if self == Dialect::Postgresql {
            return None;
        }
        // A CHECK passes on NULL, so `IS` compares with what a broken value turns into.
        Some(match column.kind {
            FieldType::Text | FieldType::Url | FieldType::File => {
                format!("length({c}) <= {}", column.max_length?)
            }
            FieldType::Email => format!("length({c}) <= {}", column.max_length.unwrap_or(EMAIL)),
            FieldType::Boolean => format!("{c} IN (0, 1)"),
            FieldType::Date => format!("date({c}) IS {c}"),
            FieldType::Timestamp => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {c}) IS {c}"),
            FieldType::Uuid => format!("length({c}) = 36"),
            FieldType::Json | FieldType::List | FieldType::Object => format!("json_valid({c})"),
            FieldType::Integer | FieldType::Money | FieldType::Duration if !column.identity => {
                format!("typeof({c}) IN ('integer', 'null')")
            }
            _ => return None,
        })
    }

    /// The default of a column; `None` where the dialect cannot say it.
    pub fn default(self, column: &Column) -> Option<String> {
        let node = &column.default.as_ref()?.node;
        let now = matches!(node, Node::Path(path) if path.len() == 1 && path[0] == "now");
        if now {
            return match (self, column.kind) {
                (Dialect::Postgresql, FieldType::Timestamp) => Some("now()".into()),
                (Dialect::Postgresql, FieldType::Date) => Some("CURRENT_DATE".into()),
                (Dialect::Sqlite, FieldType::Timestamp) => {
                    Some("(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))".into())
                }
                (Dialect::Sqlite, FieldType::Date) => Some("(date('now'))".into()),
                _ => None,
            };
        }
        match (node, column.kind) {
            (Node::Null, _) => Some("NULL".into()),
            (Node::Bool(value), FieldType::Boolean) => Some(match self {
                Dialect::Postgresql => value.to_string(),
                Dialect::Sqlite => u8::from(*value).to_string(),
            }),
            (Node::Number(number), kind) => self.number(number, kind == FieldType::Money),
            (Node::Neg(inner), kind) => match &**inner {
                Node::Number(number) => self
                    .number(number, kind == FieldType::Money)
                    .map(|n| format!("-{n}")),
                _ => None,
            },
            // A duration is written with its unit, which a whole number of ms cannot hold.
            (Node::Text(value), kind)
                if !(self == Dialect::Sqlite
                    && matches!(kind, FieldType::Duration | FieldType::Money)) =>
            {
                Some(text(value))
            }
            // A bare word is a value of the enum.
            (Node::Path(path), FieldType::Enum)
                if path.len() == 1 && column.values.contains(&path[0]) =>
            {
                Some(text(&path[0]))
            }
            _ => None,
        }
    }

    /// A number as written, scaled where the dialect keeps money as ten-thousandths.
    pub fn number(self, written: &str, money: bool) -> Option<String> {
        written.parse::<f64>().ok().filter(|n| n.is_finite())?;
        if !(money && self == Dialect::Sqlite) {
            return Some(written.trim_end_matches('.').to_string());
        }
        let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
        let places = MONEY_SCALE as usize;
        if fraction.len() > places || fraction.contains('.') {
            return None;
        }
        let digits = format!("{whole}{fraction:0<places$}");
        let digits = digits.trim_start_matches('0');
        Some(if digits.is_empty() {
            "0".into()
        } else {
            digits.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_scaled_without_binary_fractions() {
        for (written, scaled) in [
            ("12.5", "125000"),
            ("0", "0"),
            ("0.01", "100"),
            ("7", "70000"),
        ] {
            assert_eq!(
                Dialect::Sqlite.number(written, true).as_deref(),
                Some(scaled)
            );
            assert_eq!(
                Dialect::Postgresql.number(written, true).as_deref(),
                Some(written)
            );
        }
        assert_eq!(Dialect::Sqlite.number("0.00001", true), None);
        assert_eq!(Dialect::Postgresql.number("1.2.3", false), None);
    }
}
