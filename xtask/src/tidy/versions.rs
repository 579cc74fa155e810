//! Versions of dependencies stand once, in the workspace's Cargo.toml.

use toml::{Table, Value};

use super::{Fault, Tree};

const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Finds dependencies of crates that do not say `workspace = true`.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in &tree.manifests {
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                faults.push(Fault::new(
                    path,
                    1,
                    format!("not TOML: {error}"),
                    "mend the file",
                ));
                continue;
            }
        };
        // A crate with a workspace of its own (a fuzz target) has nothing to inherit from.
        if table.contains_key("workspace") && table.contains_key("package") {
            continue;
        }
        let targets = table.get("target").and_then(Value::as_table);
        let platforms = targets
            .into_iter()
            .flat_map(Table::values)
            .filter_map(Value::as_table);
        for section in std::iter::once(&table).chain(platforms) {
            for name in SECTIONS.iter().flat_map(|key| own_versions(section, key)) {
                let names = |line: &str| line.trim_start().starts_with(name.as_str());
                let line = text.lines().position(names).map_or(1, |index| index + 1);
                let reason = format!("'{name}' has a version or path of its own");
                let remedy = format!(
                    "put it under [workspace.dependencies] and write '{name}.workspace = true'"
                );
                faults.push(Fault::new(path, line, reason, remedy));
            }
        }
    }
    faults
}

fn own_versions(table: &Table, section: &str) -> Vec<String> {
    let dependencies = table
        .get(section)
        .and_then(Value::as_table)
        .into_iter()
        .flatten();
    let inherits = |value: &Value| value.get("workspace").and_then(Value::as_bool) == Some(true);
    dependencies
        .filter(|(_, value)| !inherits(value))
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        Tree::of(&[("crates/doors/cli/Cargo.toml", text)]).lines(check)
    }

    #[test]
    fn own_versions_are_faults() {
        assert_eq!(lines("[dependencies]\nserde = \"1\"\n"), [2]);
        assert_eq!(
            lines("[dev-dependencies]\nserde = { version = \"1\" }\n"),
            [2]
        );
        assert_eq!(
            lines("[target.'cfg(unix)'.dependencies]\nmodel = { path = \"..\" }\n"),
            [2]
        );
        assert_eq!(lines("[dependencies\n"), [1]);
    }

    #[test]
    fn inherited_ones_are_not() {
        let text = "[dependencies]\nserde.workspace = true\n\
                    toml = { workspace = true, features = [\"parse\"] }\n";
        assert_eq!(lines(text), [0usize; 0]);
    }
}
