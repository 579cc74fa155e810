//! Code never matches on a technology's name (law 6): it asks knowledge for a capability.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{Fault, Tree};

const FOLDERS: &[&str] = &[
    "crates/engines/",
    "crates/stages/",
    "crates/pipeline/",
    "crates/doors/",
];

/// A front reads one language or format, a schema has the form of one tool, SQL a dialect: their names are
/// those of technologies, and nothing is decided by them.
const FORMATS: &[&str] = &[
    "crates/stages/research/src/fronts/",
    "crates/stages/research/src/schema/",
    "crates/stages/research/src/sql/",
];

/// Shortest name that is looked for, in letters.
const FEWEST_LETTERS: usize = 3;

/// Names of technologies that are ordinary words or protocols too, and so say nothing in a literal.
const ORDINARY_WORDS: &[&str] = &[
    "actions",
    "amqp",
    "atlas",
    "bare metal",
    "beam",
    "cache",
    "cron",
    "custom",
    "echo",
    "elastic",
    "email",
    "event",
    "express",
    "external",
    "fiber",
    "flow",
    "generic",
    "http",
    "https",
    "internal",
    "json",
    "lambda",
    "memory",
    "mqtt",
    "nest",
    "next",
    "node",
    "none",
    "play",
    "queue",
    "rest",
    "rocket",
    "search",
    "smtp",
    "spring",
    "static",
    "storage",
    "swift",
    "temporal",
    "vault",
    "virtual machine",
    "web",
    "worker",
];

/// Finds string literals that are exactly the id or an alias of a technology.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut names = BTreeMap::new();
    for (path, text) in &tree.technologies {
        match text.parse::<Table>() {
            Ok(table) => names.extend(names_of(path, &table)),
            Err(error) => {
                let line = error.span().map_or(1, |span| {
                    text.bytes()
                        .take(span.start)
                        .filter(|&byte| byte == b'\n')
                        .count()
                        + 1
                });
                let reason = format!("not TOML: {}", error.message());
                faults.push(Fault::new(path, line, reason, "mend the file"));
            }
        }
    }
    for source in &tree.sources {
        let under = |folders: &[&str]| folders.iter().any(|folder| source.path.starts_with(folder));
        let inside = under(FOLDERS) && !under(FORMATS);
        if !inside || !source.is_shipped() {
            continue;
        }
        for literal in &source.strings {
            let Some(technology) = names.get(&literal.text.to_lowercase()) else {
                continue;
            };
            if source.is_test(literal.line) || source.is_allowed(literal.line) {
                continue;
            }
            let reason = format!("\"{}\" names the technology {technology}", literal.text);
            let remedy = "ask knowledge for a capability or a number, or end the line with \
                          '// tidy: allow <why>' where the word means something else";
            faults.push(Fault::new(&source.path, literal.line, reason, remedy));
        }
    }
    faults
}

/// The names worth looking for in one file, in lower case, and the id they mean.
fn names_of(path: &str, table: &Table) -> Vec<(String, String)> {
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".toml");
    let id = table.get("id").and_then(Value::as_str).unwrap_or(stem);
    let aliases = table
        .get("aliases")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut names: Vec<&str> = aliases.filter_map(Value::as_str).collect();
    names.extend([stem, id]);
    let telling = |name: &String| {
        name.chars().filter(|c| c.is_alphabetic()).count() >= FEWEST_LETTERS
            && !ORDINARY_WORDS.contains(&name.as_str())
    };
    names
        .iter()
        .map(|name| name.to_lowercase())
        .filter(telling)
        .map(|name| (name, id.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let technology = "id = \"redis\"\naliases = [\"Redis Cluster\", \"rd\", \"cache\"]\n";
        Tree::of(&[("data/technologies/redis.toml", technology), (path, text)]).lines(check)
    }

    #[test]
    fn a_literal_that_is_a_name_is_a_fault() {
        let path = "crates/stages/plan/src/decisions/cache.rs";
        assert_eq!(
            lines(path, "fn a(b: &str) -> bool {\n    b == \"redis\"\n}\n"),
            [2]
        );
        assert_eq!(lines(path, "const A: &str = \"redis cluster\";\n"), [1]);
    }

    #[test]
    fn everything_else_is_not() {
        let path = "crates/stages/plan/src/decisions/cache.rs";
        assert_eq!(
            lines(path, "/// \"redis\"\nconst A: &str = \"redis is\";\n"),
            [0usize; 0]
        );
        assert_eq!(
            lines(path, "const A: [&str; 2] = [\"rd\", \"cache\"];\n"),
            [0usize; 0]
        );
        assert_eq!(
            lines(
                path,
                "const A: &str = \"redis\"; // tidy: allow a URL scheme\n"
            ),
            [0usize; 0]
        );
        assert_eq!(
            lines(
                path,
                "#[cfg(test)]\nmod tests {\n  const A: &str = \"redis\";\n}\n"
            ),
            [0usize; 0]
        );
        assert_eq!(
            lines(
                "crates/ground/knowledge/src/lib.rs",
                "const A: &str = \"redis\";"
            ),
            [0usize; 0]
        );
        assert_eq!(
            lines(
                "crates/stages/research/src/fronts/redis.rs",
                "const A: &str = \"redis\";"
            ),
            [0usize; 0]
        );
        assert_eq!(
            lines(
                "crates/stages/plan/tests/a.rs",
                "const A: &str = \"redis\";"
            ),
            [0usize; 0]
        );
    }

    #[test]
    fn a_broken_file_is_a_fault() {
        let files = [(
            "data/technologies/redis.toml",
            "id = \"redis\"\naliases = [\n",
        )];
        assert_eq!(check(&Tree::of(&files)).len(), 1);
    }
}
