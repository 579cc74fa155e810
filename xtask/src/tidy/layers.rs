//! Arrows point down: a crate depends only on layers that `layers.toml` allows (law 1).

use toml::{Table, Value};

use super::{Fault, Tree};
use crate::workspace::Kind;

/// `layers.toml`, read.
#[derive(Debug)]
pub struct Layers(Vec<Layer>);

/// A layer; they are kept from top to bottom.
#[derive(Debug)]
struct Layer {
    name: String,
    folders: Vec<String>,
    may_use: Vec<String>,
    pure: bool,
    impure: Vec<String>,
}

impl Layers {
    /// Reads the text of `layers.toml`.
    ///
    /// # Errors
    /// Where it is not TOML, or a layer lacks a key or names one that does not exist.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text
            .parse()
            .map_err(|error| format!("layers.toml: {error}"))?;
        let layers = table
            .get("layer")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let layers: Vec<Layer> = layers.iter().map(Layer::parse).collect::<Result<_, _>>()?;
        for layer in &layers {
            for used in &layer.may_use {
                if !layers.iter().any(|other| other.name == *used) {
                    return Err(format!(
                        "layers.toml: {} may use '{used}', no layer",
                        layer.name
                    ));
                }
            }
        }
        Ok(Self(layers))
    }

    /// Whether the file is of a crate that must not touch the world.
    pub fn is_pure(&self, file: &str) -> bool {
        let within = |folder: &str| {
            file.strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.iter().any(|layer| {
            layer.pure
                && layer
                    .folders
                    .iter()
                    .any(|folder| within(folder.trim_end_matches("/*")))
                && !layer.impure.iter().any(|folder| within(folder))
        })
    }

    /// The place from the top of the layer that holds a crate.
    fn of(&self, folder: &str) -> Option<usize> {
        self.0.iter().position(|layer| {
            layer
                .folders
                .iter()
                .any(|pattern| match pattern.strip_suffix("/*") {
                    Some(parent) => folder
                        .rsplit_once('/')
                        .is_some_and(|(above, _)| above == parent),
                    None => folder == pattern,
                })
        })
    }

    /// Whether a crate of layer `from` may depend on one of layer `to`.
    fn allows(&self, from: usize, to: usize, kind: Kind) -> bool {
        let listed = self.0[from].may_use.contains(&self.0[to].name);
        listed || (kind == Kind::Dev && to > from)
    }
}

impl Layer {
    fn parse(value: &Value) -> Result<Self, String> {
        let name = value
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string();
        let list = |key: &str| -> Option<Vec<String>> {
            let list = value.get(key)?.as_array()?;
            list.iter()
                .map(|item| item.as_str().map(str::to_string))
                .collect()
        };
        let lacks = |key: &str| format!("layers.toml: layer '{name}' lacks '{key}'");
        Ok(Self {
            folders: list("folders").ok_or_else(|| lacks("folders"))?,
            may_use: list("may_use").ok_or_else(|| lacks("may_use"))?,
            pure: value
                .get("pure")
                .and_then(Value::as_bool)
                .ok_or_else(|| lacks("pure"))?,
            impure: list("impure").unwrap_or_default(),
            name,
        })
    }
}

/// Compares what the crates depend on with what their layers may use.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in &tree.packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let Some(from) = tree.layers.of(&package.folder) else {
            let reason = format!("{} is in no layer", package.name);
            faults.push(Fault::new(
                &manifest,
                1,
                reason,
                "name its folder in layers.toml",
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let Some(used) = tree
                .packages
                .iter()
                .find(|other| other.name == dependency.name)
            else {
                continue;
            };
            let Some(to) = tree.layers.of(&used.folder) else {
                continue;
            };
            if tree.layers.allows(from, to, dependency.kind) {
                continue;
            }
            let (above, below) = (&tree.layers.0[from].name, &tree.layers.0[to].name);
            let reason = format!(
                "{} ({above}) depends on {} ({below}); {above} may use only: {}",
                package.name,
                used.name,
                tree.layers.0[from].may_use.join(", "),
            );
            let remedy =
                "move what both need into a layer below both, or let the caller pass it in";
            let line = line_of_dependency(tree, &manifest, &used.name);
            faults.push(Fault::new(&manifest, line, reason, remedy));
        }
    }
    faults
}

/// The line of the manifest that names a dependency, by its full or its short name.
fn line_of_dependency(tree: &Tree, manifest: &str, name: &str) -> usize {
    let text = tree.manifests.iter().find(|(path, _)| path == manifest);
    let short = name.strip_prefix("groundplan-").unwrap_or(name);
    let names = |line: &str| {
        let key = line.split(['.', '=', ' ']).next().unwrap_or_default();
        key == name || key == short
    };
    text.and_then(|(_, text)| text.lines().position(names))
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Dependency, Package};

    fn package(name: &str, folder: &str, uses: &[(&str, Kind)]) -> Package {
        let dependencies = uses.iter().map(|(name, kind)| Dependency {
            name: name.to_string(),
            kind: *kind,
        });
        Package {
            name: name.to_string(),
            folder: folder.to_string(),
            dependencies: dependencies.collect(),
            targets: Vec::new(),
        }
    }

    fn faults(uses: &[(&str, Kind)]) -> Vec<Fault> {
        let manifest = "[package]\n[dependencies]\nplan.workspace = true\n";
        let mut tree = Tree::of(&[("crates/stages/render/Cargo.toml", manifest)]);
        tree.packages = vec![
            package("groundplan-render", "crates/stages/render", uses),
            package("groundplan-plan", "crates/stages/plan", &[]),
            package("groundplan-cli", "crates/doors/cli", &[]),
            package("groundplan-model", "crates/ground/model", &[]),
        ];
        check(&tree)
    }

    #[test]
    fn down_is_allowed() {
        assert_eq!(
            faults(&[("groundplan-model", Kind::Normal), ("serde", Kind::Normal)]),
            []
        );
        assert_eq!(faults(&[("groundplan-model", Kind::Dev)]), []);
    }

    #[test]
    fn sideways_and_up_are_faults() {
        let found = faults(&[
            ("groundplan-plan", Kind::Normal),
            ("groundplan-cli", Kind::Build),
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].line, 3);
        assert_eq!(faults(&[("groundplan-plan", Kind::Dev)]).len(), 1);
        assert_eq!(faults(&[("groundplan-cli", Kind::Dev)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_a_fault() {
        let mut tree = Tree::of(&[]);
        tree.packages = vec![package("groundplan-new", "crates/elsewhere/new", &[])];
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn ground_has_an_order_of_its_own() {
        let mut tree = Tree::of(&[]);
        tree.packages = vec![
            package("m", "crates/ground/model", &[("k", Kind::Normal)]),
            package("k", "crates/ground/knowledge", &[("s", Kind::Normal)]),
            package("s", "crates/ground/syntax", &[("m", Kind::Normal)]),
        ];
        assert_eq!(check(&tree).len(), 2);
    }

    #[test]
    fn purity_follows_the_file() {
        let layers = Tree::of(&[]).layers;
        assert!(layers.is_pure("crates/stages/plan/src/lib.rs"));
        assert!(layers.is_pure("crates/pipeline/src/lib.rs"));
        assert!(!layers.is_pure("crates/stages/research/src/lib.rs"));
        assert!(!layers.is_pure("crates/doors/cli/src/main.rs"));
    }

    #[test]
    fn an_unknown_layer_is_refused() {
        let text = "[[layer]]\nname = 'a'\nfolders = []\nmay_use = ['b']\npure = true\n";
        assert!(Layers::parse(text).is_err());
    }
}
