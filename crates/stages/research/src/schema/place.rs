//! Where a file of migrations belongs: its tool, the folder it is kept under, and its turn.

use crate::fronts::sql::of_path;
use crate::sql::Dialect;

/// A file's place among migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub tool: &'static str,
    /// The folder whose files belong together.
    pub root: String,
    pub turn: Turn,
    /// Stated by the file's own name, beside others for other databases.
    pub own_dialect: Option<Dialect>,
}

impl Place {
    /// Whether the file's name gives it a turn, so that it is no loose file.
    pub fn is_step(&self) -> bool {
        self.tool != "sql" || self.turn.name.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// When a file applies; the order of the fields is that of comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Turn {
    /// After all that have a version.
    pub repeated: bool,
    pub version: Vec<u128>,
    pub name: String,
    /// Replaces all of its version and before (Flyway's `B`).
    pub baseline: bool,
}

/// Folders that keep migrations, whatever is below them.
const MIGRATION_FOLDERS: &[&str] = &[
    "migration",
    "migrations",
    "migrate",
    "migrator",
    "dbmigrations",
    "db_migrations",
    "changelog",
    "changelogs",
    "liquibase",
    "flyway",
    "evolutions",
];

/// Folders whose SQL is no schema of the system.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "testdata",
    "test-data",
    "test_data",
    "testing",
    "fixtures",
    "fixture",
    "spec",
    "specs",
    "seeds",
    "seed",
    "seeders",
    "seeding",
    "mock",
    "mocks",
    "e2e",
    "node_modules",
    "vendor",
    "third_party",
    "benchmark",
    "benchmarks",
    "undo",
    "rollback",
    "rollbacks",
    "down",
    "sampledata",
    "queries",
    "query",
    "sqlc",
    ".sqlx",
    "snippets",
];

/// Parts of names of files that take back, fill or read, and define nothing.
const ASIDE_NAMES: &[&str] = &[
    "down.sql",
    ".undo.sql",
    ".revert.sql",
    ".rollback.sql",
    "_down.sql",
    "rollback",
    "seed",
    "testdata",
    "test_data",
    "test-data",
    "queries.sql",
    "query.sql",
    "drop.sql",
    "_drop",
    "drop_",
    "drop-",
    "dropall",
    "cleanup.sql",
];

/// Whether a path is beside the schema: taken back, test, seed.
pub fn aside(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut segments: Vec<&str> = lower.split('/').collect();
    let name = segments.pop().unwrap_or_default();
    segments.iter().any(|segment| ASIDE.contains(segment))
        || (name.ends_with(".sql")
            && !has_version(name)
            && ASIDE_NAMES.iter().any(|part| name.contains(part)))
        || [
            ".down.sql",
            "_down.sql",
            ".undo.sql",
            ".revert.sql",
            ".rollback.sql",
        ]
        .iter()
        .any(|end| name.ends_with(end))
        || name == "down.sql"
        || flyway(name).is_some_and(|(kind, _)| kind == 'u')
}

fn has_version(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit()) || flyway(name).is_some()
}

/// `V1.2__name.sql`: its letter in lower case, and the version.
fn flyway(name: &str) -> Option<(char, &str)> {
    let (head, _) = name.split_once("__")?;
    let letter = head.chars().next()?.to_ascii_lowercase();
    let version = &head[1..];
    let fits = version
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    let known = match letter {
        'v' | 'b' | 'u' => fits && !version.is_empty(),
        'r' => true,
        _ => false,
    };
    known.then_some((letter, if letter == 'r' { "" } else { version }))
}

/// The numbers of a version: `1.2.10`, `1_2`.
pub fn numbers(version: &str) -> Vec<u128> {
    let parts = version.split(|c: char| !c.is_ascii_digit());
    parts
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u128::MAX))
        .collect()
}

/// The number at the front of a name: `0001_users`, `20240101120000-users`, and diesel's
/// `2019-02-26-002946_create_user`.
fn leading_number(name: &str) -> Option<Vec<u128>> {
    let end = name
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(name.len());
    let head = name[..end].trim_end_matches('-');
    let digits: String = head.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() || !name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // `1-users` is the first; `2019-02-26-002946` is a moment.
    let number = digits.parse().unwrap_or(u128::MAX);
    Some(vec![number])
}

/// The numbers of a folder that is called after a release: `0.17`, `v2`.
fn release_of(folders: &[&str]) -> Option<Vec<u128>> {
    let name = folders.last()?.trim_start_matches(['v', 'V']);
    let fits = name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_digit() || c == '.');
    fits.then(|| numbers(name))
}

/// The folder that keeps migrations: above versions and sub-folders, at the database's own.
fn root_of(folders: &[&str]) -> String {
    let last = folders
        .iter()
        .rposition(|folder| MIGRATION_FOLDERS.contains(&folder.to_ascii_lowercase().as_str()));
    let Some(last) = last else {
        return folders.join("/");
    };
    let mut end = last + 1;
    if let Some(next) = folders.get(end) {
        let next = next.to_ascii_lowercase();
        if of_path(&format!("{next}/x")).is_some() || next == "common" {
            end += 1;
        }
    }
    folders[..end].join("/")
}

/// The place of a file of SQL; none where nothing tells it.
pub fn sql(path: &str) -> Option<Place> {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop()?;
    let lower = name.to_ascii_lowercase();
    let own_dialect = of_path(&lower);
    if let Some((letter, version)) = flyway(&lower) {
        let turn = Turn {
            repeated: letter == 'r',
            version: numbers(version),
            name: lower.clone(),
            baseline: letter == 'b',
        };
        return Some(Place {
            tool: "flyway",
            root: root_of(&folders),
            turn,
            own_dialect,
        });
    }
    if (lower == "up.sql" || lower == "migration.sql") && !folders.is_empty() {
        let step = folders.pop().unwrap_or_default();
        let turn = Turn {
            version: leading_number(step).unwrap_or_default(),
            name: step.to_string(),
            ..Turn::default()
        };
        let tool = if lower == "up.sql" {
            "diesel"
        } else {
            "prisma"
        };
        return Some(Place {
            tool,
            root: folders.join("/"),
            turn,
            own_dialect: None,
        });
    }
    let kept = folders
        .iter()
        .any(|folder| MIGRATION_FOLDERS.contains(&folder.to_ascii_lowercase().as_str()));
    if let Some(version) = leading_number(&lower) {
        let tool = if lower.ends_with(".up.sql") {
            "golang-migrate"
        } else {
            "sql"
        };
        let root = if kept {
            root_of(&folders)
        } else {
            folders.join("/")
        };
        // Steps in a folder for each release: `0.17/01_inbox.sql`.
        let release = release_of(&folders)
            .filter(|_| path.rsplit_once('/').map(|(in_, _)| in_) != Some(root.as_str()));
        let turn = Turn {
            version: release.into_iter().flatten().chain(version).collect(),
            name: lower.clone(),
            ..Turn::default()
        };
        return Some(Place {
            tool,
            root,
            turn,
            own_dialect,
        });
    }
    let turn = Turn {
        repeated: false,
        // Plain files: definitions before the rest, then by name.
        version: vec![plain_rank(&lower)],
        name: lower.clone(),
        ..Turn::default()
    };
    if lower == "structure.sql" && folders.last() == Some(&"db") {
        return Some(Place {
            tool: "rails",
            root: folders.join("/"),
            turn,
            own_dialect: None,
        });
    }
    let root = if kept {
        root_of(&folders)
    } else {
        folders.join("/")
    };
    Some(Place {
        tool: "sql",
        root,
        turn,
        own_dialect,
    })
}

fn plain_rank(name: &str) -> u128 {
    let first = ["schema", "structure", "create", "init", "ddl", "tables"];
    u128::from(!first.iter().any(|word| name.contains(word)))
}

/// The place of a migration written in code.
pub fn code(path: &str, tool: &'static str) -> Place {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    let (version, repeated) = match leading_number(name) {
        Some(version) => (version, false),
        None => (Vec::new(), false),
    };
    Place {
        tool,
        root: root_of(&folders),
        turn: Turn {
            repeated,
            version,
            name: name.to_string(),
            baseline: false,
        },
        own_dialect: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_roots_and_turns() {
        for (path, tool, root) in [
            ("a/db/migration/V1__x.sql", "flyway", "a/db/migration"),
            ("a/db/migration/v2/V2.1__x.sql", "flyway", "a/db/migration"),
            (
                "a/db/migration/mysql/V2.1__x.sql",
                "flyway",
                "a/db/migration/mysql",
            ),
            (
                "m/migrations/2019-02-26-002946_user/up.sql",
                "diesel",
                "m/migrations",
            ),
            (
                "prisma/migrations/20240101_x/migration.sql",
                "prisma",
                "prisma/migrations",
            ),
            (
                "db/migrations/000001_x.up.sql",
                "golang-migrate",
                "db/migrations",
            ),
            ("db/structure.sql", "rails", "db"),
            (
                "docker-entrypoint-initdb.d/01.sql",
                "sql",
                "docker-entrypoint-initdb.d",
            ),
            ("sql/schema.sql", "sql", "sql"),
        ] {
            let place = sql(path).unwrap();
            assert_eq!((place.tool, place.root.as_str()), (tool, root), "{path}");
        }
    }

    #[test]
    fn versions_compare_as_numbers() {
        let turn = |path: &str| sql(path).unwrap().turn;
        assert!(turn("V2__a.sql") < turn("V10__a.sql"));
        assert!(turn("V1.2__a.sql") < turn("V1.10__a.sql"));
        assert!(turn("V1_2__a.sql") < turn("V1.3__a.sql"));
        assert!(turn("V99__a.sql") < turn("R__a.sql"));
        assert!(turn("9_a.sql") < turn("10_a.sql"));
        assert!(turn("2019-02-26-002946_a/up.sql") < turn("2019-12-01-000000_a/up.sql"));
    }

    #[test]
    fn what_takes_back_tests_or_fills_is_aside() {
        for path in [
            "migrations/1_a.down.sql",
            "migrations/1_a/down.sql",
            "src/test/resources/schema.sql",
            "db/seeds/a.sql",
            "db/migration/U1__x.sql",
            "sql/seed.sql",
        ] {
            assert!(aside(path), "{path}");
        }
        for path in [
            "migrations/1_seed_columns.sql",
            "db/V1__drop_x.sql",
            "schema.sql",
        ] {
            assert!(!aside(path), "{path}");
        }
    }
}
