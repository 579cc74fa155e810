//! Types as tools name them, in the words of each database.

use super::change::Writer;
use super::types::parts;
use super::written_rows::{DJANGO, ENTITY_FRAMEWORK, KNEX, LARAVEL, PRISMA, SEQUELIZE, TYPE_ORM};
use crate::sql::Dialect;

/// A tool's type: its name, then what PostgreSQL, MySQL and SQLite get. `{}` takes the arguments as
/// written, `{(255)}` has a default.
pub type Row = (&'static str, &'static str, &'static str, &'static str);

const LIQUIBASE: &[Row] = &[
    ("bigint", "bigint", "bigint", "bigint"),
    ("bit", "boolean", "bit(1)", "boolean"),
    ("blob", "oid", "longblob", "blob"),
    ("longblob", "bytea", "longblob", "blob"),
    ("longvarbinary", "bytea", "longblob", "blob"),
    ("binary", "bytea", "binary{}", "blob"),
    ("varbinary", "bytea", "varbinary{}", "blob"),
    ("bool", "boolean", "tinyint(1)", "boolean"),
    ("boolean", "boolean", "tinyint(1)", "boolean"),
    ("char", "char{}", "char{}", "char{}"),
    ("nchar", "char{}", "char{}", "char{}"),
    ("clob", "text", "longtext", "text"),
    ("nclob", "text", "longtext", "text"),
    ("longtext", "text", "longtext", "text"),
    ("mediumtext", "text", "mediumtext", "text"),
    ("tinytext", "text", "tinytext", "text"),
    ("longvarchar", "text", "longtext", "text"),
    ("longnvarchar", "text", "longtext", "text"),
    ("text", "text", "text", "text"),
    ("currency", "decimal", "decimal", "real"),
    ("date", "date", "date", "date"),
    (
        "datetime",
        "timestamp{} without time zone",
        "datetime{}",
        "text",
    ),
    (
        "datetime2",
        "timestamp{} without time zone",
        "datetime{}",
        "text",
    ),
    (
        "timestamp",
        "timestamp{} without time zone",
        "timestamp{}",
        "text",
    ),
    (
        "timestamptz",
        "timestamp{} with time zone",
        "timestamp{}",
        "text",
    ),
    (
        "timestamp with time zone",
        "timestamp{} with time zone",
        "timestamp{}",
        "text",
    ),
    (
        "timestamp_with_timezone",
        "timestamp{} with time zone",
        "timestamp{}",
        "text",
    ),
    ("time", "time{} without time zone", "time{}", "text"),
    ("decimal", "decimal{}", "decimal{}", "decimal{}"),
    ("numeric", "numeric{}", "numeric{}", "numeric{}"),
    ("number", "numeric{}", "numeric{}", "numeric{}"),
    ("double", "double precision", "double", "double"),
    ("float", "float{}", "float{}", "float{}"),
    ("float8", "float8", "double", "double"),
    ("int", "integer", "int", "integer"),
    ("integer", "integer", "int", "integer"),
    ("int8", "bigint", "bigint", "bigint"),
    ("mediumint", "integer", "mediumint", "mediumint"),
    ("smallint", "smallint", "smallint", "smallint"),
    ("tinyint", "smallint", "tinyint", "tinyint"),
    ("nvarchar", "varchar{}", "varchar{}", "varchar{}"),
    ("varchar", "varchar{}", "varchar{}", "varchar{}"),
    ("varchar2", "varchar{}", "varchar{}", "varchar{}"),
    ("string", "varchar{}", "varchar{}", "varchar{}"),
    ("uuid", "uuid", "char(36)", "text"),
];

const RAILS: &[Row] = &[
    ("string", "varchar{}", "varchar{(255)}", "varchar{}"),
    ("text", "text", "text{}", "text"),
    ("integer", "integer", "int", "integer"),
    ("bigint", "bigint", "bigint", "bigint"),
    ("float", "double precision", "float{}", "float"),
    ("decimal", "numeric{}", "decimal{(10,0)}", "decimal{}"),
    ("numeric", "numeric{}", "decimal{(10,0)}", "decimal{}"),
    (
        "datetime",
        "timestamp{} without time zone",
        "datetime{}",
        "datetime{}",
    ),
    (
        "timestamp",
        "timestamp{} without time zone",
        "datetime{}",
        "datetime{}",
    ),
    (
        "timestamptz",
        "timestamp{} with time zone",
        "datetime{}",
        "datetime{}",
    ),
    ("time", "time{} without time zone", "time{}", "time"),
    ("date", "date", "date", "date"),
    ("binary", "bytea", "blob{}", "blob"),
    ("blob", "bytea", "blob{}", "blob"),
    ("boolean", "boolean", "tinyint(1)", "boolean"),
    ("virtual", "text", "text", "text"),
];

const SQL_ALCHEMY: &[Row] = &[
    ("integer", "integer", "int", "integer"),
    ("int", "integer", "int", "integer"),
    ("biginteger", "bigint", "bigint", "bigint"),
    ("bigint", "bigint", "bigint", "bigint"),
    ("smallinteger", "smallint", "smallint", "smallint"),
    ("string", "varchar{}", "varchar{}", "varchar{}"),
    ("unicode", "varchar{}", "varchar{}", "varchar{}"),
    ("autostring", "varchar{}", "varchar{}", "varchar{}"),
    ("unicodetext", "text", "text", "text"),
    ("text", "text", "text", "text"),
    ("boolean", "boolean", "tinyint(1)", "boolean"),
    (
        "datetime",
        "timestamp{} without time zone",
        "datetime{}",
        "datetime",
    ),
    (
        "timestamp",
        "timestamp{} without time zone",
        "timestamp{}",
        "timestamp",
    ),
    ("date", "date", "date", "date"),
    ("time", "time{} without time zone", "time", "time"),
    ("interval", "interval", "datetime", "datetime"),
    ("float", "double precision", "float{}", "float"),
    ("double", "double precision", "double", "double"),
    ("double_precision", "double precision", "double", "double"),
    ("numeric", "numeric{}", "decimal{(10,0)}", "numeric{}"),
    ("decimal", "numeric{}", "decimal{(10,0)}", "decimal{}"),
    ("largebinary", "bytea", "blob{}", "blob"),
    ("binary", "bytea", "blob{}", "blob"),
    ("json", "json", "json", "json"),
    ("uuid", "uuid", "char(32)", "char(32)"),
    ("pickletype", "bytea", "blob", "blob"),
];

fn table(writer: Writer) -> &'static [Row] {
    match writer {
        Writer::Sql => &[],
        Writer::Liquibase => LIQUIBASE,
        Writer::Rails => RAILS,
        Writer::SqlAlchemy => SQL_ALCHEMY,
        Writer::Django => DJANGO,
        Writer::Laravel => LARAVEL,
        Writer::Knex => KNEX,
        Writer::Sequelize => SEQUELIZE,
        Writer::TypeOrm => TYPE_ORM,
        Writer::Prisma => PRISMA,
        Writer::EntityFramework => ENTITY_FRAMEWORK,
    }
}

/// What a tool's type is in SQL of a dialect; one that the tool passes through stays.
pub fn sql(writer: Writer, text: &str, dialect: Dialect) -> String {
    let plain = text
        .strip_prefix("java.sql.Types.")
        .or_else(|| text.strip_prefix("java.sql.types."))
        .unwrap_or(text);
    // `name:enum('a','b')`: by name where types have names, spelled out where they have none.
    let plain = match plain.split_once(":enum(") {
        Some((name, _)) if dialect != Dialect::Mysql => return format!("\"{name}\""),
        Some((name, _)) => &plain[name.len() + 1..],
        None => plain,
    };
    // `unsigned integer`: only MySQL has it.
    if let Some(number) = plain.strip_prefix("unsigned ") {
        let signed = sql(writer, number, dialect);
        return match dialect {
            Dialect::Mysql => format!("{signed} unsigned"),
            _ => signed,
        };
    }
    let (base, arguments, after) = parts(plain);
    let (base, array) = match base.strip_suffix("[]") {
        Some(element) if base != "byte[]" => (element.to_string(), "[]"),
        _ => (base, ""),
    };
    let known = |name: &str| table(writer).iter().find(|row| row.0 == name);
    let row = if after.is_empty() {
        known(&base)
    } else {
        known(&format!("{base} {after}"))
    };
    let Some((_, postgresql, mysql, sqlite)) = row else {
        return plain.to_string();
    };
    let template = match dialect {
        Dialect::Mysql => mysql,
        Dialect::Sqlite => sqlite,
        _ => postgresql,
    };
    let filled = match (template.find('{'), template.find('}')) {
        (Some(open), Some(close)) => {
            let given = if arguments.is_empty() {
                &template[open + 1..close]
            } else {
                arguments.as_str()
            };
            format!("{}{given}{}", &template[..open], &template[close + 1..])
        }
        _ => (*template).to_string(),
    };
    format!("{filled}{array}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_in_the_words_of_each_database() {
        let table = [
            (
                Writer::Liquibase,
                "java.sql.Types.VARCHAR(20)",
                Dialect::Postgresql,
                "varchar(20)",
            ),
            (Writer::Liquibase, "CLOB", Dialect::Mysql, "longtext"),
            (Writer::Rails, "string", Dialect::Mysql, "varchar(255)"),
            (
                Writer::Rails,
                "decimal(10,2)",
                Dialect::Postgresql,
                "numeric(10,2)",
            ),
            (Writer::Prisma, "String[]", Dialect::Postgresql, "text[]"),
            (
                Writer::Laravel,
                "unsignedBigInteger",
                Dialect::Mysql,
                "bigint unsigned",
            ),
            (
                Writer::Django,
                "CharField(30)",
                Dialect::Postgresql,
                "varchar(30)",
            ),
            (
                Writer::EntityFramework,
                "byte[]",
                Dialect::Postgresql,
                "bytea",
            ),
            (Writer::Liquibase, "citext", Dialect::Postgresql, "citext"),
        ];
        for (writer, text, dialect, expected) in table {
            assert_eq!(sql(writer, text, dialect), expected, "{text}");
        }
    }
}
