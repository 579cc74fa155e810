//! `Cargo.toml`: packages, workspaces, binaries.

use super::said::Said;
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{Dependency, FileFacts, Module, Observation};
use crate::toml_text;

pub const FRONT: Front = Front {
    id: "cargo-manifest",
    takes: |path| name_of(path) == "Cargo.toml",
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let (entries, faults) = toml_text::read(source.text);
    said.facts.faults = faults;
    let mut module = Module {
        language: "rust".to_string(),
        ..Module::default()
    };
    for entry in &entries {
        let table = entry.table.as_str();
        match (table, entry.key.as_str()) {
            ("package", "name") => module.name = entry.text().unwrap_or("").to_string(),
            ("workspace", "members") => {
                module.aggregates = entry.texts.iter().map(|(text, _)| text.clone()).collect();
            }
            ("bin", "path" | "name") => {
                let text = entry.text().map(str::to_string);
                module.starts = module.starts.take().or(text);
            }
            ("lib", _) => module.library = true,
            _ => {}
        }
        // `[target.'cfg(unix)'.dependencies]`, `[workspace.dependencies]` are known to their members alone.
        let last = |of: &str| {
            table == of || (table.starts_with("target.") && table.ends_with(&format!(".{of}")))
        };
        let test = last("dev-dependencies");
        if test || last("dependencies") {
            push(
                entry.key.as_str(),
                entry.field("package"),
                version(entry),
                test,
                entry.line,
                &mut module,
            );
        } else if let Some((of, name)) = table.rsplit_once("dependencies.") {
            // `[dependencies.serde]` has its fields in lines.
            let known = module.dependencies.iter().any(|d| d.name == name);
            if !known && !of.contains("workspace") && !of.contains("build") {
                let version =
                    (entry.key == "version").then(|| entry.text().unwrap_or("").to_string());
                push(
                    name,
                    None,
                    version,
                    of.ends_with("dev-"),
                    entry.line,
                    &mut module,
                );
            }
        }
    }
    module.library &= module.starts.is_none();
    said.say(1, Observation::Module(module));
    said.done()
}

fn version(entry: &toml_text::Entry) -> Option<String> {
    entry.text().or(entry.field("version")).map(str::to_string)
}

fn push(
    key: &str,
    package: Option<&str>,
    version: Option<String>,
    test: bool,
    line: u32,
    module: &mut Module,
) {
    // `serde.workspace = true`
    let key = key.split('.').next().unwrap_or(key);
    let name = package.unwrap_or(key).to_string();
    module.dependencies.push(Dependency {
        name,
        version,
        test,
        line,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_in_every_form() {
        let text = "[package]\nname = \"orders\"\n[dependencies]\nserde = { version = \"1\" }\naxum.workspace = true\nx = { package = \"real\", path = \"../x\" }\n[dependencies.tokio]\nversion = \"1\"\nfeatures = [\"full\"]\n[target.'cfg(unix)'.dependencies]\nnix = \"1\"\n[dev-dependencies]\ninsta = \"1\"\n[[bin]]\nname = \"orders\"\n";
        let path = "Cargo.toml";
        let facts = read(SourceText { path, text });
        let Observation::Module(module) = &facts.seen[0].what else {
            panic!()
        };
        let found: Vec<_> = module
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.version.as_deref(), d.test, d.line))
            .collect();
        assert_eq!(
            found,
            [
                ("serde", Some("1"), false, 4),
                ("axum", None, false, 5),
                ("real", None, false, 6),
                ("tokio", Some("1"), false, 8),
                ("nix", Some("1"), false, 11),
                ("insta", Some("1"), true, 13),
            ]
        );
        assert_eq!(
            (module.name.as_str(), module.starts.as_deref()),
            ("orders", Some("orders"))
        );
    }
}
