//! What a catalogue calls a type. `int4`, `INTEGER` and `serial` are all `integer` to PostgreSQL;
//! MySQL says `int`, without the display width that its current releases no longer show.

use super::change::{Writer, Written};
use super::written;
use crate::sql::Dialect;

/// A type as its catalogue says it, and what comes with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogued {
    pub text: String,
    /// Numbers itself (`serial`).
    pub increments: bool,
}

/// PostgreSQL's own names, and what `format_type` makes of them. `{}` takes the arguments.
const POSTGRESQL: &[(&str, &str)] = &[
    ("int", "integer"),
    ("int4", "integer"),
    ("integer", "integer"),
    ("int2", "smallint"),
    ("smallint", "smallint"),
    ("int8", "bigint"),
    ("bigint", "bigint"),
    ("int64", "bigint"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("serial2", "smallint"),
    ("smallserial", "smallint"),
    ("serial8", "bigint"),
    ("bigserial", "bigint"),
    ("varchar", "character varying{}"),
    ("character varying", "character varying{}"),
    ("char varying", "character varying{}"),
    ("national character varying", "character varying{}"),
    ("national char varying", "character varying{}"),
    ("char", "character{(1)}"),
    ("character", "character{(1)}"),
    ("nchar", "character{(1)}"),
    ("national character", "character{(1)}"),
    ("national char", "character{(1)}"),
    ("bpchar", "bpchar{}"),
    ("\"char\"", "\"char\""),
    ("bool", "boolean"),
    ("boolean", "boolean"),
    ("float4", "real"),
    ("real", "real"),
    ("float8", "double precision"),
    ("float", "double precision"),
    ("double precision", "double precision"),
    ("decimal", "numeric{}"),
    ("dec", "numeric{}"),
    ("numeric", "numeric{}"),
    ("timestamp", "timestamp{} without time zone"),
    (
        "timestamp without time zone",
        "timestamp{} without time zone",
    ),
    ("timestamp with time zone", "timestamp{} with time zone"),
    ("timestamptz", "timestamp{} with time zone"),
    ("time", "time{} without time zone"),
    ("time without time zone", "time{} without time zone"),
    ("time with time zone", "time{} with time zone"),
    ("timetz", "time{} with time zone"),
    ("bit", "bit{(1)}"),
    ("varbit", "bit varying{}"),
    ("bit varying", "bit varying{}"),
    ("string", "text"),
    ("bytes", "bytea"),
];

const MYSQL: &[(&str, &str)] = &[
    ("int", "int"),
    ("integer", "int"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("int1", "tinyint"),
    ("int3", "mediumint"),
    ("middleint", "mediumint"),
    ("mediumint", "mediumint"),
    ("smallint", "smallint"),
    ("tinyint", "tinyint"),
    ("bigint", "bigint"),
    ("serial", "bigint unsigned"),
    ("bool", "tinyint(1)"),
    ("boolean", "tinyint(1)"),
    ("varchar", "varchar{}"),
    ("nvarchar", "varchar{}"),
    ("character varying", "varchar{}"),
    ("char varying", "varchar{}"),
    ("national varchar", "varchar{}"),
    ("varcharacter", "varchar{}"),
    ("char", "char{(1)}"),
    ("character", "char{(1)}"),
    ("nchar", "char{(1)}"),
    ("national char", "char{(1)}"),
    ("national character", "char{(1)}"),
    ("binary", "binary{(1)}"),
    ("bit", "bit{(1)}"),
    ("decimal", "decimal{(10,0)}"),
    ("dec", "decimal{(10,0)}"),
    ("numeric", "decimal{(10,0)}"),
    ("fixed", "decimal{(10,0)}"),
    ("double", "double{}"),
    ("double precision", "double{}"),
    ("real", "double{}"),
    ("float8", "double"),
    ("float4", "float"),
    ("year", "year"),
    ("long", "mediumtext"),
    ("long varchar", "mediumtext"),
    ("long varbinary", "mediumblob"),
];

/// The largest length that each text or binary type of MySQL holds.
const MYSQL_SIZES: &[(&str, u64)] = &[
    ("tiny", 255),
    ("", 65_535),
    ("medium", 16_777_215),
    ("long", u64::MAX),
];

/// Bytes that a character of a text with a length may take (utf8mb4).
const CHARACTER_BYTES: u64 = 4;

/// The base, the arguments with parentheses, and what follows them.
pub fn parts(text: &str) -> (String, String, String) {
    let text = text.trim();
    let lower = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let Some(open) = text.find('(') else {
        return (lower(text), String::new(), String::new());
    };
    let close = text.rfind(')').filter(|close| *close > open);
    let end = close.map_or(text.len(), |close| close + 1);
    let arguments: String = inside(&text[open..end]);
    let after = &text[end..];
    (lower(&text[..open]), arguments, lower(after))
}

/// Arguments without the spaces between them; those inside texts stay.
fn inside(arguments: &str) -> String {
    let mut quoted = false;
    arguments
        .chars()
        .filter(|c| {
            quoted ^= *c == '\'';
            quoted || !c.is_whitespace()
        })
        .collect()
}

/// As the catalogue of this dialect says it.
pub fn catalogued(dialect: Dialect, of: &Written) -> Catalogued {
    let text = match of.writer {
        Writer::Sql => of.text.clone(),
        writer => written::sql(writer, &of.text, dialect),
    };
    match dialect {
        Dialect::Postgresql => postgresql(&text),
        Dialect::Mysql => Catalogued {
            increments: text.trim().eq_ignore_ascii_case("serial"),
            text: mysql(&text),
        },
        Dialect::Sqlite => Catalogued {
            text,
            increments: false,
        },
        _ => Catalogued {
            text: if text.contains('"') || text.contains('\'') {
                text
            } else {
                text.to_lowercase()
            },
            increments: false,
        },
    }
}

fn fill(template: &str, arguments: &str) -> String {
    let Some((before, rest)) = template.split_once('{') else {
        return template.to_string();
    };
    let Some((default, after)) = rest.split_once('}') else {
        return template.to_string();
    };
    let arguments = if arguments.is_empty() {
        default
    } else {
        arguments
    };
    format!("{before}{arguments}{after}")
}

fn postgresql(text: &str) -> Catalogued {
    let text = text.trim();
    let text = text.strip_prefix("pg_catalog.").unwrap_or(text);
    // Arrays: `int[]`, `int[3][]`, `int ARRAY`.
    let (element, array) = match text.find('[') {
        Some(open) => (&text[..open], true),
        None => {
            let cut = text.len().saturating_sub(6);
            match text.get(cut..) {
                Some(end) if end.eq_ignore_ascii_case(" array") => (&text[..cut], true),
                _ => (text, false),
            }
        }
    };
    let mut catalogued = element_type(element);
    if array {
        catalogued.text.push_str("[]");
    }
    catalogued
}

fn element_type(text: &str) -> Catalogued {
    let (base, arguments, after) = parts(text);
    let whole = if after.is_empty() {
        base.clone()
    } else {
        format!("{base} {after}")
    };
    let increments = whole.contains("serial") && POSTGRESQL.iter().any(|(name, _)| *name == whole);
    if base == "float" && !arguments.is_empty() {
        let digits: u32 = arguments.trim_matches(['(', ')']).parse().unwrap_or(53);
        let text = if digits <= 24 {
            "real"
        } else {
            "double precision"
        };
        return Catalogued {
            text: text.to_string(),
            increments,
        };
    }
    if let Some((_, template)) = POSTGRESQL.iter().find(|(name, _)| *name == whole) {
        let mut arguments = arguments;
        if template.starts_with("numeric") && !arguments.is_empty() && !arguments.contains(',') {
            arguments = arguments.replace(')', ",0)");
        }
        return Catalogued {
            text: fill(template, &arguments),
            increments,
        };
    }
    // A type of the user, or one that is called as it is written. Unquoted names fold.
    let text = if text.contains('"') {
        text.trim().to_string()
    } else {
        format!("{whole}{arguments}")
    };
    let text = text.strip_prefix("public.").unwrap_or(&text).to_string();
    Catalogued { text, increments }
}

fn mysql(text: &str) -> String {
    let (base, arguments, after) = parts(text);
    let (mut words, mut tail) = (base, String::new());
    for word in ["unsigned", "zerofill", "signed", "binary"] {
        let among = |text: &str| text.split(' ').any(|other| other == word);
        if (among(&after) || among(&words)) && words != word {
            let kept: Vec<&str> = words.split(' ').filter(|other| *other != word).collect();
            words = kept.join(" ");
            if word == "unsigned" || word == "zerofill" {
                if word == "zerofill" && !tail.contains("unsigned") {
                    tail.push_str(" unsigned");
                }
                tail.push(' ');
                tail.push_str(word);
            }
        }
    }
    if words == "tinyint" && arguments == "(1)" {
        return format!("tinyint(1){tail}");
    }
    for family in ["text", "blob"] {
        if words == family && !arguments.is_empty() {
            let length: u64 = arguments.trim_matches(['(', ')']).parse().unwrap_or(0);
            let bytes = if family == "text" {
                length.saturating_mul(CHARACTER_BYTES)
            } else {
                length
            };
            let size = MYSQL_SIZES.iter().find(|(_, most)| bytes <= *most);
            return format!("{}{family}", size.map_or("", |(name, _)| name));
        }
    }
    if words == "float" && !arguments.is_empty() && !arguments.contains(',') {
        let digits: u32 = arguments.trim_matches(['(', ')']).parse().unwrap_or(24);
        return format!("{}{tail}", if digits <= 24 { "float" } else { "double" });
    }
    match MYSQL.iter().find(|(name, _)| *name == words) {
        Some((_, template)) => {
            let mut arguments = arguments;
            if template.starts_with("decimal") && !arguments.is_empty() && !arguments.contains(',')
            {
                arguments = arguments.replace(')', ",0)");
            }
            format!("{}{tail}", fill(template, &arguments))
        }
        None => {
            let no_fraction =
                arguments == "(0)" && ["datetime", "timestamp", "time"].contains(&words.as_str());
            let arguments = if no_fraction {
                String::new()
            } else {
                arguments
            };
            format!("{words}{arguments}{tail}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(dialect: Dialect, text: &str) -> String {
        catalogued(dialect, &Written::sql(text)).text
    }

    #[test]
    fn postgresql_by_format_type() {
        for (written, expected) in [
            ("INT4", "integer"),
            ("serial", "integer"),
            ("VARCHAR(20)", "character varying(20)"),
            ("varchar", "character varying"),
            ("char", "character(1)"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("numeric(5)", "numeric(5,0)"),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("TIMESTAMPTZ(6)", "timestamp(6) with time zone"),
            ("float(10)", "real"),
            ("text[]", "text[]"),
            ("int ARRAY", "integer[]"),
            ("varchar(10)[][]", "character varying(10)[]"),
            ("public.Mood", "mood"),
            ("\"Mood\"", "\"Mood\""),
            ("geometry(Point, 4326)", "geometry(Point,4326)"),
        ] {
            assert_eq!(says(Dialect::Postgresql, written), expected, "{written}");
        }
        assert!(catalogued(Dialect::Postgresql, &Written::sql("bigserial")).increments);
    }

    #[test]
    fn mysql_by_column_type() {
        for (written, expected) in [
            ("INT(11)", "int"),
            ("INTEGER", "int"),
            ("int(10) unsigned", "int unsigned"),
            ("BIGINT UNSIGNED", "bigint unsigned"),
            ("BOOLEAN", "tinyint(1)"),
            ("tinyint(1)", "tinyint(1)"),
            ("tinyint(4)", "tinyint"),
            ("decimal(10)", "decimal(10,0)"),
            ("numeric", "decimal(10,0)"),
            ("datetime(6)", "datetime(6)"),
            ("text(500)", "text"),
            ("blob(20)", "tinyblob"),
            ("ENUM('a', 'B b')", "enum('a','B b')"),
            ("double precision", "double"),
            ("bit", "bit(1)"),
        ] {
            assert_eq!(says(Dialect::Mysql, written), expected, "{written}");
        }
    }

    #[test]
    fn odd_parentheses_are_survived() {
        for text in [
            "(",
            ")",
            "a)(",
            "int(",
            "",
            "é(",
            "numeric(é",
            "[",
            "enum('",
        ] {
            for dialect in [Dialect::Postgresql, Dialect::Mysql, Dialect::Unknown] {
                says(dialect, text);
            }
        }
    }
}
