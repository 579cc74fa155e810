//! Who changed a service's folder most, by the history that git keeps in the tree.
//!
//! `git log` is asked, where that program is there: names of authors and of files, nothing else. It is
//! kept from whatever a repository's own settings could start or reach: hooks, monitors, drivers of
//! differences, checks of signatures, fetching what a partial clone lacks. A history that does not lie in
//! the folder given is not looked for further up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use model::fact::{Facts, OwnerFact};

use crate::tree;

/// How far back: older commits tell who knew a service, not who knows it.
const COMMITS: &str = "--max-count=1000";
/// Authors told of each service.
const OWNERS: usize = 3;

/// Settings of the repository that could run a program or reach a network, overruled.
const HARMLESS: [&str; 5] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.allow=never",
];

/// Begins a commit in what `git log` prints; no path holds it.
const COMMIT: char = '\u{1}';

/// Tells of each service who changed its folder most. Where there is no history, nothing is told.
pub fn tell_owners(folders: &[PathBuf], facts: &mut Facts) {
    let Ok(roots) = tree::roots(folders) else {
        return;
    };
    for root in roots {
        let Some(text) = log(&root.folder) else {
            continue;
        };
        let commits = commits(&text, &root.prefix);
        for service in facts.services.values_mut() {
            let inside = |path: &str| match service.folder.as_str() {
                "" | "." => true,
                folder => path
                    .strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/')),
            };
            let owners = most(&commits, inside);
            if !owners.is_empty() {
                service.owners = owners;
            }
        }
    }
}

/// Authors with the paths that each of their commits changed.
struct Commit {
    author: String,
    paths: BTreeSet<String>,
}

fn log(folder: &Path) -> Option<String> {
    // A file in its place points to a history outside of the tree.
    let kept = std::fs::symlink_metadata(folder.join(".git")).ok()?;
    if !kept.is_dir() {
        return None;
    }
    let mut git = Command::new("git");
    for one in HARMLESS {
        git.args(["-c", one]);
    }
    git.arg("-C")
        .arg(folder)
        .args(["--no-pager", "log", "--no-merges", COMMITS])
        .args(["--no-show-signature", "--no-ext-diff", "--no-textconv"])
        .args(["--no-renames", "--name-only", "--format=%x01%aN"])
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder))
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    for redirected in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
    ] {
        git.env_remove(redirected);
    }
    let said = git.output().ok().filter(|said| said.status.success())?;
    Some(String::from_utf8_lossy(&said.stdout).into_owned())
}

fn commits(text: &str, prefix: &str) -> Vec<Commit> {
    let told = text.split(COMMIT).filter(|one| !one.trim().is_empty());
    told.map(|one| {
        let mut lines = one.lines();
        Commit {
            author: lines.next().unwrap_or_default().trim().to_owned(),
            paths: lines
                .filter(|line| !line.is_empty())
                .map(|line| format!("{prefix}{line}"))
                .collect(),
        }
    })
    .collect()
}

/// The authors with the most commits there, the first by name among equals.
fn most(commits: &[Commit], inside: impl Fn(&str) -> bool) -> Vec<OwnerFact> {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for commit in commits {
        if commit.paths.iter().any(|path| inside(path)) {
            *counted.entry(&commit.author).or_default() += 1;
        }
    }
    let mut owners: Vec<OwnerFact> = counted
        .into_iter()
        .map(|(name, commits)| OwnerFact {
            name: name.to_owned(),
            commits,
        })
        .collect();
    owners.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.name.cmp(&b.name)));
    owners.truncate(OWNERS);
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\u{1}Ada\n\nshop/a.py\nshop/b.py\n\u{1}Bo\n\nshop/a.py\nshopping/x.py\n\u{1}Ada\n\nbill/é.py\nshop/a.py\n\u{1}Cy\n";

    #[test]
    fn commits_count_once_for_each_folder_that_they_change() {
        let commits = commits(LOG, "");
        let of = |folder: &'static str| -> Vec<(String, u64)> {
            let inside = move |path: &str| path.starts_with(folder);
            let owners = most(&commits, inside);
            owners.into_iter().map(|o| (o.name, o.commits)).collect()
        };
        assert_eq!(of("shop/"), [("Ada".into(), 2), ("Bo".into(), 1)]);
        assert_eq!(of("bill/é"), [("Ada".into(), 1)]);
        assert_eq!(of("none/"), []);
    }

    #[test]
    fn folders_of_several_trees_begin_with_their_name() {
        let commits = commits("\u{1}Ada\n\nsrc/a.py\n", "billing/");
        assert!(commits[0].paths.contains("billing/src/a.py"));
    }
}
