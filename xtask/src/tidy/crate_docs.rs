//! Every crate says at the top of its root file what it is.

use super::{Fault, Tree};

/// Finds libraries and programs whose root file does not start with `//!`.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let targets = tree.packages.iter().flat_map(|package| &package.targets);
    for target in targets.filter(|target| target.kind == "lib" || target.kind == "bin") {
        let Some(source) = tree
            .sources
            .iter()
            .find(|source| source.path == target.source)
        else {
            continue;
        };
        if !has_doc(&source.text) {
            let reason = format!("crate {} has no doc comment", target.name);
            let remedy = "start the file with '//! what it is, and what it never does'";
            faults.push(Fault::new(&source.path, 1, reason, remedy));
        }
    }
    faults
}

fn has_doc(text: &str) -> bool {
    let plain = |line: &&str| {
        let line = line.trim();
        !line.is_empty()
            && !line.starts_with("#!")
            && (!line.starts_with("//") || line.starts_with("//!"))
    };
    let first = text.lines().find(plain).unwrap_or_default();
    first
        .trim()
        .strip_prefix("//!")
        .is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Package, Target};

    fn faults(text: &str) -> usize {
        let mut tree = Tree::of(&[("crates/doors/cli/src/main.rs", text)]);
        tree.packages = vec![Package {
            name: "groundplan-cli".to_string(),
            folder: "crates/doors/cli".to_string(),
            dependencies: Vec::new(),
            targets: vec![Target {
                name: "groundplan".to_string(),
                kind: "bin".to_string(),
                source: "crates/doors/cli/src/main.rs".to_string(),
            }],
        }];
        check(&tree).len()
    }

    #[test]
    fn a_crate_must_introduce_itself() {
        assert_eq!(faults("//! The command line.\nfn main() {}\n"), 0);
        assert_eq!(
            faults("#![allow(x)]\n\n//! The command line.\nfn main() {}\n"),
            0
        );
        assert_eq!(faults("fn main() {}\n//! late\n"), 1);
        assert_eq!(faults("// plain\nfn main() {}\n"), 1);
        assert_eq!(faults("//!\nfn main() {}\n"), 1);
    }
}
