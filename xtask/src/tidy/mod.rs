//! Holds the sources against the laws of the house that a program can judge.
//!
//! Each check is one file of this folder and one line of [`CHECKS`]. All faults come in one run.

mod crate_docs;
mod layers;
mod length;
mod names;
mod purity;
mod source;
mod technology;
mod versions;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::workspace::{self, Package};
use layers::Layers;
use source::Source;

/// Something in the tree that breaks a law.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Relative to the root.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
    pub remedy: String,
}

impl Fault {
    fn new(path: &str, line: usize, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            path: path.to_string(),
            line,
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}\n    {}",
            self.path, self.line, self.reason, self.remedy
        )
    }
}

/// What the checks look at.
pub struct Tree {
    pub packages: Vec<Package>,
    pub layers: Layers,
    /// Every Rust file of crates/ and xtask/.
    pub sources: Vec<Source>,
    /// Every Cargo.toml of a crate: path and text.
    pub manifests: Vec<(String, String)>,
    /// Every file under data/, crates/ and xtask/, relative to the root.
    pub files: Vec<String>,
    /// Files of data/technologies: path and text.
    pub technologies: Vec<(String, String)>,
}

type Check = fn(&Tree) -> Vec<Fault>;

const CHECKS: &[(&str, Check)] = &[
    ("layers", layers::check),
    ("length", length::check),
    ("names", names::check),
    ("technology", technology::check),
    ("purity", purity::check),
    ("words", words::check),
    ("versions", versions::check),
    ("crate docs", crate_docs::check),
];

/// Runs every check on the repository and prints the faults.
pub fn run(_arguments: &[String]) -> Result<bool, String> {
    let tree = Tree::read(&workspace::root())?;
    let mut faults = Vec::new();
    for (name, check) in CHECKS {
        faults.extend(check(&tree).into_iter().map(|fault| (fault, *name)));
    }
    faults.sort();
    faults.dedup();
    for (fault, name) in &faults {
        println!("{fault} [{name}]");
    }
    let (sources, crates) = (tree.sources.len(), tree.packages.len());
    println!(
        "tidy: {} faults in {sources} sources of {crates} crates",
        faults.len()
    );
    Ok(faults.is_empty())
}

impl Tree {
    fn read(root: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        for top in ["crates", "data", "xtask"] {
            walk(root, &root.join(top), &mut files)?;
        }
        files.sort();
        let named = |keep: &dyn Fn(&str) -> bool| -> Result<Vec<(String, String)>, String> {
            let kept = files.iter().filter(|path| keep(path));
            kept.map(|path| Ok((path.clone(), read(&root.join(path))?)))
                .collect()
        };
        let technology =
            |path: &str| path.starts_with("data/technologies/") && path.ends_with(".toml");
        let rust = |path: &str| path.ends_with(".rs") && !path.starts_with("data/");
        let sources = named(&rust)?;
        Ok(Self {
            packages: workspace::packages(root)?,
            layers: Layers::parse(&read(&root.join("layers.toml"))?)?,
            sources: source::parse_all(sources),
            manifests: named(&|path: &str| path.ends_with("/Cargo.toml"))?,
            technologies: named(&technology)?,
            files,
        })
    }
}

/// Adds the files under `folder`, without hidden ones and cargo's output.
fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), String> {
    if !folder.is_dir() {
        return Ok(());
    }
    let fail = |error| format!("listing {}: {error}", folder.display());
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        entries.push(entry.map_err(fail)?.path());
    }
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "target" || name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            files.push(workspace::relative(root, &path));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))
}

#[cfg(test)]
impl Tree {
    /// A tree of the given files, for the tests of the checks.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let owned = |keep: &dyn Fn(&str) -> bool| -> Vec<(String, String)> {
            let kept = files.iter().filter(|(path, _)| keep(path));
            kept.map(|(path, text)| (path.to_string(), text.to_string()))
                .collect()
        };
        Self {
            packages: Vec::new(),
            layers: Layers::parse(include_str!("../../../layers.toml")).expect("layers.toml"),
            sources: source::parse_all(owned(&|path| path.ends_with(".rs"))),
            manifests: owned(&|path| path.ends_with("/Cargo.toml")),
            files: files.iter().map(|(path, _)| path.to_string()).collect(),
            technologies: owned(&|path| path.starts_with("data/technologies/")),
        }
    }

    /// The lines at which a check finds faults.
    pub fn lines(&self, check: Check) -> Vec<usize> {
        check(self).iter().map(|fault| fault.line).collect()
    }
}
