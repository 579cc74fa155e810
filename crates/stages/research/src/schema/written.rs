//! Types as tools name them, in the words of each database.

use super::change::Writer;
use super::types::parts;
use crate::sql::Dialect;

/// A tool's type: its name, then what PostgreSQL, MySQL and SQLite get. `{}` takes the arguments as
/// written, `{(255)}` has a default.
type Row = (&'static str, &'static str, &'static str, &'static str);

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

const LARAVEL: &[Row] = &[
    ("string", "varchar{(255)}", "varchar{(255)}", "varchar"),
    ("char", "char{(255)}", "char{(255)}", "varchar"),
    ("text", "text", "text", "text"),
    ("tinytext", "varchar(255)", "tinytext", "text"),
    ("mediumtext", "text", "mediumtext", "text"),
    ("longtext", "text", "longtext", "text"),
    ("integer", "integer", "int", "integer"),
    ("unsignedinteger", "integer", "int unsigned", "integer"),
    ("tinyinteger", "smallint", "tinyint", "integer"),
    (
        "unsignedtinyinteger",
        "smallint",
        "tinyint unsigned",
        "integer",
    ),
    ("smallinteger", "smallint", "smallint", "integer"),
    (
        "unsignedsmallinteger",
        "smallint",
        "smallint unsigned",
        "integer",
    ),
    ("mediuminteger", "integer", "mediumint", "integer"),
    (
        "unsignedmediuminteger",
        "integer",
        "mediumint unsigned",
        "integer",
    ),
    ("biginteger", "bigint", "bigint", "integer"),
    ("unsignedbiginteger", "bigint", "bigint unsigned", "integer"),
    ("float", "double precision", "double", "float"),
    ("double", "double precision", "double", "double"),
    ("decimal", "decimal{(8,2)}", "decimal{(8,2)}", "numeric"),
    ("boolean", "boolean", "tinyint(1)", "tinyint(1)"),
    ("date", "date", "date", "date"),
    (
        "datetime",
        "timestamp{(0)} without time zone",
        "datetime{}",
        "datetime",
    ),
    (
        "datetimetz",
        "timestamp{(0)} with time zone",
        "datetime{}",
        "datetime",
    ),
    (
        "timestamp",
        "timestamp{(0)} without time zone",
        "timestamp{}",
        "datetime",
    ),
    (
        "timestamptz",
        "timestamp{(0)} with time zone",
        "timestamp{}",
        "datetime",
    ),
    ("time", "time{(0)} without time zone", "time{}", "time"),
    ("timetz", "time{(0)} with time zone", "time{}", "time"),
    ("year", "integer", "year", "integer"),
    ("binary", "bytea", "blob", "blob"),
    ("uuid", "uuid", "char(36)", "varchar"),
    ("ulid", "char(26)", "char(26)", "varchar"),
    ("json", "json", "json", "text"),
    ("jsonb", "jsonb", "json", "text"),
    ("enum", "varchar(255)", "enum{}", "varchar"),
    ("set", "varchar(255)", "set{}", "varchar"),
    ("ipaddress", "inet", "varchar(45)", "varchar"),
    ("macaddress", "macaddr", "varchar(17)", "varchar"),
];

const DJANGO: &[Row] = &[
    ("autofield", "integer", "int", "integer"),
    ("bigautofield", "bigint", "bigint", "integer"),
    ("smallautofield", "smallint", "smallint", "integer"),
    ("binaryfield", "bytea", "longblob", "BLOB"),
    ("booleanfield", "boolean", "tinyint(1)", "bool"),
    ("nullbooleanfield", "boolean", "tinyint(1)", "bool"),
    ("charfield", "varchar{}", "varchar{}", "varchar{}"),
    (
        "emailfield",
        "varchar{(254)}",
        "varchar{(254)}",
        "varchar{(254)}",
    ),
    (
        "slugfield",
        "varchar{(50)}",
        "varchar{(50)}",
        "varchar{(50)}",
    ),
    (
        "urlfield",
        "varchar{(200)}",
        "varchar{(200)}",
        "varchar{(200)}",
    ),
    (
        "filefield",
        "varchar{(100)}",
        "varchar{(100)}",
        "varchar{(100)}",
    ),
    (
        "imagefield",
        "varchar{(100)}",
        "varchar{(100)}",
        "varchar{(100)}",
    ),
    (
        "filepathfield",
        "varchar{(100)}",
        "varchar{(100)}",
        "varchar{(100)}",
    ),
    (
        "commaseparatedintegerfield",
        "varchar{}",
        "varchar{}",
        "varchar{}",
    ),
    ("datefield", "date", "date", "date"),
    (
        "datetimefield",
        "timestamp with time zone",
        "datetime(6)",
        "datetime",
    ),
    ("timefield", "time without time zone", "time(6)", "time"),
    ("decimalfield", "numeric{}", "decimal{}", "decimal"),
    ("durationfield", "interval", "bigint", "bigint"),
    ("floatfield", "double precision", "double", "real"),
    ("integerfield", "integer", "int", "integer"),
    ("bigintegerfield", "bigint", "bigint", "bigint"),
    ("smallintegerfield", "smallint", "smallint", "smallint"),
    (
        "positiveintegerfield",
        "integer",
        "int unsigned",
        "integer unsigned",
    ),
    (
        "positivebigintegerfield",
        "bigint",
        "bigint unsigned",
        "bigint unsigned",
    ),
    (
        "positivesmallintegerfield",
        "smallint",
        "smallint unsigned",
        "smallint unsigned",
    ),
    ("ipaddressfield", "inet", "char(15)", "char(15)"),
    ("genericipaddressfield", "inet", "char(39)", "char(39)"),
    ("jsonfield", "jsonb", "json", "text"),
    ("textfield", "text", "longtext", "text"),
    ("uuidfield", "uuid", "char(32)", "char(32)"),
    ("searchvectorfield", "tsvector", "text", "text"),
    ("hstorefield", "hstore", "text", "text"),
    ("citextfield", "citext", "text", "text"),
];

const KNEX: &[Row] = &[
    ("increments", "integer", "int unsigned", "integer"),
    ("bigincrements", "bigint", "bigint unsigned", "integer"),
    (
        "string",
        "varchar{(255)}",
        "varchar{(255)}",
        "varchar{(255)}",
    ),
    ("text", "text", "text", "text"),
    ("mediumtext", "text", "mediumtext", "text"),
    ("longtext", "text", "longtext", "text"),
    ("integer", "integer", "int", "integer"),
    ("tinyint", "smallint", "tinyint", "tinyint"),
    ("smallint", "smallint", "smallint", "smallint"),
    ("mediumint", "integer", "mediumint", "mediumint"),
    ("biginteger", "bigint", "bigint", "bigint"),
    ("bigint", "bigint", "bigint", "bigint"),
    ("float", "real", "float{(8,2)}", "float"),
    ("double", "double precision", "double", "double"),
    ("decimal", "decimal{(8,2)}", "decimal{(8,2)}", "float"),
    ("boolean", "boolean", "tinyint(1)", "boolean"),
    ("date", "date", "date", "date"),
    (
        "datetime",
        "timestamp with time zone",
        "datetime",
        "datetime",
    ),
    (
        "timestamp",
        "timestamp with time zone",
        "timestamp",
        "datetime",
    ),
    ("time", "time", "time", "time"),
    ("binary", "bytea", "blob", "blob"),
    ("json", "json", "json", "json"),
    ("jsonb", "jsonb", "json", "json"),
    ("uuid", "uuid", "char(36)", "char(36)"),
    ("enum", "text", "enum{}", "text"),
    ("enu", "text", "enum{}", "text"),
];

const SEQUELIZE: &[Row] = &[
    (
        "string",
        "varchar{(255)}",
        "varchar{(255)}",
        "varchar{(255)}",
    ),
    ("char", "char{(255)}", "char{(255)}", "char{(255)}"),
    ("text", "text", "text", "text"),
    ("integer", "integer", "int", "integer"),
    ("bigint", "bigint", "bigint", "bigint"),
    ("smallint", "smallint", "smallint", "smallint"),
    ("tinyint", "smallint", "tinyint", "tinyint"),
    ("float", "double precision", "float", "float"),
    ("real", "real", "double", "real"),
    ("double", "double precision", "double", "double"),
    ("decimal", "decimal{}", "decimal{}", "decimal{}"),
    ("boolean", "boolean", "tinyint(1)", "tinyint(1)"),
    (
        "date",
        "timestamp{} with time zone",
        "datetime{}",
        "datetime",
    ),
    ("dateonly", "date", "date", "date"),
    ("time", "time", "time", "time"),
    ("uuid", "uuid", "char(36)", "uuid"),
    ("uuidv4", "uuid", "char(36)", "uuid"),
    ("json", "json", "json", "json"),
    ("jsonb", "jsonb", "json", "jsonb"),
    ("blob", "bytea", "blob", "blob"),
    ("enum", "text", "enum{}", "text"),
    ("citext", "citext", "text", "text"),
];

const PRISMA: &[Row] = &[
    ("string", "text", "varchar(191)", "TEXT"),
    ("boolean", "boolean", "tinyint(1)", "BOOLEAN"),
    ("int", "integer", "int", "INTEGER"),
    ("bigint", "bigint", "bigint", "BIGINT"),
    ("float", "double precision", "double", "REAL"),
    ("decimal", "numeric(65,30)", "decimal(65,30)", "DECIMAL"),
    (
        "datetime",
        "timestamp(3) without time zone",
        "datetime(3)",
        "DATETIME",
    ),
    ("json", "jsonb", "json", "JSONB"),
    ("bytes", "bytea", "longblob", "BLOB"),
];

const ENTITY_FRAMEWORK: &[Row] = &[
    ("string", "text", "longtext", "TEXT"),
    ("int", "integer", "int", "INTEGER"),
    ("long", "bigint", "bigint", "INTEGER"),
    ("short", "smallint", "smallint", "INTEGER"),
    ("byte", "smallint", "tinyint unsigned", "INTEGER"),
    ("bool", "boolean", "tinyint(1)", "INTEGER"),
    ("guid", "uuid", "char(36)", "TEXT"),
    (
        "datetime",
        "timestamp with time zone",
        "datetime(6)",
        "TEXT",
    ),
    (
        "datetimeoffset",
        "timestamp with time zone",
        "datetime(6)",
        "TEXT",
    ),
    ("dateonly", "date", "date", "TEXT"),
    ("timeonly", "time", "time(6)", "TEXT"),
    ("timespan", "interval", "time(6)", "TEXT"),
    ("decimal", "numeric{}", "decimal{(65,30)}", "TEXT"),
    ("double", "double precision", "double", "REAL"),
    ("float", "real", "float", "REAL"),
    ("byte[]", "bytea", "longblob", "BLOB"),
    ("char", "character(1)", "varchar(1)", "TEXT"),
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
        Writer::Sequelize | Writer::TypeOrm => SEQUELIZE,
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
