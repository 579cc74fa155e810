//! Whose SQL it is.

/// A family of databases with one catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Dialect {
    Postgresql,
    Mysql,
    Sqlite,
    Mssql,
    Oracle,
    /// H2, HSQLDB, Derby: embedded, close to the standard.
    Embedded,
    #[default]
    Unknown,
}

/// Names under which tools, folders, drivers and addresses speak of a dialect.
const NAMES: &[(&str, Dialect)] = &[
    ("postgresql", Dialect::Postgresql),
    ("postgres", Dialect::Postgresql),
    ("postgre", Dialect::Postgresql),
    ("pgsql", Dialect::Postgresql),
    ("psql", Dialect::Postgresql),
    ("pg", Dialect::Postgresql),
    ("pgx", Dialect::Postgresql),
    ("cockroach", Dialect::Postgresql),
    ("cockroachdb", Dialect::Postgresql),
    ("timescaledb", Dialect::Postgresql),
    ("mysql", Dialect::Mysql),
    ("mysql2", Dialect::Mysql),
    ("mysql8", Dialect::Mysql),
    ("mariadb", Dialect::Mysql),
    ("maria", Dialect::Mysql),
    ("tidb", Dialect::Mysql),
    ("sqlite", Dialect::Sqlite),
    ("sqlite3", Dialect::Sqlite),
    ("mssql", Dialect::Mssql),
    ("sqlserver", Dialect::Mssql),
    ("sql_server", Dialect::Mssql),
    ("oracle", Dialect::Oracle),
    ("h2", Dialect::Embedded),
    ("hsqldb", Dialect::Embedded),
    ("derby", Dialect::Embedded),
];

/// Signs in a text, and how much each weighs. Lower case.
const SIGNS: &[(&str, Dialect, u32)] = &[
    ("auto_increment", Dialect::Mysql, 5),
    ("engine=", Dialect::Mysql, 5),
    ("engine =", Dialect::Mysql, 5),
    ("innodb", Dialect::Mysql, 5),
    (" unsigned", Dialect::Mysql, 3),
    ("tinyint(1)", Dialect::Mysql, 3),
    ("mediumtext", Dialect::Mysql, 4),
    ("longtext", Dialect::Mysql, 4),
    ("charset=", Dialect::Mysql, 4),
    ("change column", Dialect::Mysql, 3),
    ("modify column", Dialect::Mysql, 3),
    ("set names", Dialect::Mysql, 2),
    ("serial", Dialect::Postgresql, 2),
    ("bigserial", Dialect::Postgresql, 4),
    ("jsonb", Dialect::Postgresql, 5),
    ("bytea", Dialect::Postgresql, 5),
    ("timestamptz", Dialect::Postgresql, 5),
    ("with time zone", Dialect::Postgresql, 3),
    ("without time zone", Dialect::Postgresql, 4),
    ("character varying", Dialect::Postgresql, 3),
    ("create extension", Dialect::Postgresql, 5),
    ("create type", Dialect::Postgresql, 2),
    ("nextval(", Dialect::Postgresql, 5),
    ("plpgsql", Dialect::Postgresql, 5),
    ("search_path", Dialect::Postgresql, 5),
    ("gen_random_uuid", Dialect::Postgresql, 5),
    ("uuid_generate_v4", Dialect::Postgresql, 5),
    ("::text", Dialect::Postgresql, 4),
    ("using gin", Dialect::Postgresql, 5),
    ("owner to", Dialect::Postgresql, 4),
    ("$$", Dialect::Postgresql, 2),
    ("alter column", Dialect::Postgresql, 1),
    ("index concurrently", Dialect::Postgresql, 5),
    ("text[]", Dialect::Postgresql, 4),
    ("autoincrement", Dialect::Sqlite, 5),
    ("pragma ", Dialect::Sqlite, 5),
    ("without rowid", Dialect::Sqlite, 5),
    ("nvarchar(max)", Dialect::Mssql, 5),
    ("identity(1,1)", Dialect::Mssql, 5),
    ("identity(1, 1)", Dialect::Mssql, 5),
    ("[dbo]", Dialect::Mssql, 5),
    ("dbo.", Dialect::Mssql, 3),
    ("varchar2", Dialect::Oracle, 5),
    ("number(", Dialect::Oracle, 3),
];

/// How much of a file is looked at for signs.
const LOOKED_AT: usize = 60_000;

impl Dialect {
    /// Every one, in the order of their numbers.
    pub const ALL: [Dialect; 7] = [
        Dialect::Postgresql,
        Dialect::Mysql,
        Dialect::Sqlite,
        Dialect::Mssql,
        Dialect::Oracle,
        Dialect::Embedded,
        Dialect::Unknown,
    ];

    /// As facts say it; empty where it is not known.
    pub fn id(self) -> &'static str {
        match self {
            Dialect::Postgresql => "postgresql",
            Dialect::Mysql => "mysql",
            Dialect::Sqlite => "sqlite",
            Dialect::Mssql => "sql-server",
            Dialect::Oracle => "oracle",
            Dialect::Embedded => "embedded",
            Dialect::Unknown => "",
        }
    }

    /// By one of its names, in any case; [`Dialect::Unknown`] for others.
    pub fn named(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        if name == Dialect::Mssql.id() {
            return Dialect::Mssql;
        }
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(Dialect::Unknown, |(_, dialect)| *dialect)
    }

    pub fn known(self) -> bool {
        self != Dialect::Unknown
    }

    /// By what only one of them writes. Of an address too (`jdbc:mysql://`, `postgres://`).
    pub fn of_address(address: &str) -> Self {
        let address = address.strip_prefix("jdbc:").unwrap_or(address);
        let scheme = address.split([':', '+', '?']).next().unwrap_or_default();
        Dialect::named(scheme)
    }

    /// By the signs in a text.
    pub fn sniff(text: &str) -> Self {
        let mut end = text.len().min(LOOKED_AT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text[..end].to_ascii_lowercase();
        let mut scores = [0_u32; Dialect::ALL.len()];
        for (sign, dialect, weight) in SIGNS {
            if text.contains(sign) {
                scores[*dialect as usize] += weight;
            }
        }
        // A pair of backticks around a word.
        if let Some(start) = text.find('`')
            && text[start + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            scores[Dialect::Mysql as usize] += 3;
        }
        let best = scores.iter().max().copied().unwrap_or_default();
        if best < 2 || scores.iter().filter(|score| **score == best).count() > 1 {
            return Dialect::Unknown;
        }
        Dialect::ALL
            .into_iter()
            .find(|dialect| scores[*dialect as usize] == best)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_names_and_addresses() {
        let table = [
            (
                "CREATE TABLE a (b int AUTO_INCREMENT) ENGINE=InnoDB",
                Dialect::Mysql,
            ),
            ("CREATE TABLE `a` (`b` int)", Dialect::Mysql),
            ("CREATE TABLE a (b bigserial, c jsonb)", Dialect::Postgresql),
            (
                "CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT)",
                Dialect::Sqlite,
            ),
            (
                "CREATE TABLE [dbo].[a] (b INT IDENTITY(1,1))",
                Dialect::Mssql,
            ),
            ("CREATE TABLE a (b int)", Dialect::Unknown),
        ];
        for (text, expected) in table {
            assert_eq!(Dialect::sniff(text), expected, "{text}");
        }
        assert_eq!(
            Dialect::of_address("jdbc:postgresql://h/d"),
            Dialect::Postgresql
        );
        assert_eq!(Dialect::of_address("mysql://h"), Dialect::Mysql);
        assert_eq!(
            Dialect::of_address("postgresql+psycopg2://h"),
            Dialect::Postgresql
        );
        assert_eq!(Dialect::named("MariaDB"), Dialect::Mysql);
        assert_eq!(Dialect::named("users"), Dialect::Unknown);
    }
}
