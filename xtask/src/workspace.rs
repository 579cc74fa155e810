//! The workspace as `cargo metadata` tells it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::process;

/// One crate of the workspace.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: String,
    /// Folder of the crate, relative to the root, with forward slashes.
    pub folder: String,
    pub dependencies: Vec<Dependency>,
    pub targets: Vec<Target>,
}

/// A dependency of a crate on another one of the workspace.
#[derive(Debug, Clone)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Build,
    Dev,
}

/// A thing that cargo builds of a crate.
#[derive(Debug, Clone)]
pub struct Target {
    pub name: String,
    /// As cargo says it: lib, bin, test, bench, custom-build, ...
    pub kind: String,
    /// Relative to the root.
    pub source: String,
}

/// The root of the repository: the folder above this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A path relative to the root, with forward slashes.
pub fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

/// Asks cargo for the crates of the workspace at `root`.
///
/// # Errors
/// Where cargo cannot be run, refuses the manifests, or answers something else than JSON.
pub fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let mut command = process::cargo(root);
    let answer = process::output(command.args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let value: Value = serde_json::from_str(&answer)
        .map_err(|error| format!("reading the answer of cargo metadata: {error}"))?;
    Ok(read(&value, root))
}

/// The crates in an answer of `cargo metadata`.
pub fn read(metadata: &Value, root: &Path) -> Vec<Package> {
    list(metadata, "packages")
        .iter()
        .map(|package| read_package(package, root))
        .collect()
}

fn read_package(package: &Value, root: &Path) -> Package {
    let manifest = PathBuf::from(text(package, "manifest_path"));
    let folder = manifest.parent().unwrap_or(&manifest);
    let dependencies = list(package, "dependencies")
        .iter()
        .map(|dependency| Dependency {
            name: text(dependency, "name"),
            kind: match dependency.get("kind").and_then(Value::as_str) {
                Some("dev") => Kind::Dev,
                Some("build") => Kind::Build,
                _ => Kind::Normal,
            },
        });
    let targets = list(package, "targets").iter().map(|target| Target {
        name: text(target, "name"),
        kind: list(target, "kind")
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string(),
        source: relative(root, Path::new(&text(target, "src_path"))),
    });
    Package {
        name: text(package, "name"),
        folder: relative(root, folder),
        dependencies: dependencies.collect(),
        targets: targets.collect(),
    }
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_string()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
