//! Runs of a built program in folders that are thrown away; what the tests of the programs share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const CLEAN: i32 = 0;
pub const FINDINGS: i32 = 1;
pub const UNUSABLE: i32 = 2;

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Holds the exit code, and shows both streams where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code\n--- stdout\n{}\n--- stderr\n{}",
            self.out, self.err
        );
        self
    }

    /// Both streams, one after the other.
    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Holds that both streams together say each of these.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in:\n{text}");
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("standard output is no JSON: {e}\n{}", self.out))
    }
}

/// Runs a prepared command. A panic, or an end by a signal, fails the test.
#[track_caller]
pub fn finish(command: &mut Command) -> Run {
    let output = command.output().expect("the binary starts");
    let run = Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    };
    assert!(
        (0..=2).contains(&run.code) && !run.err.contains("panicked at"),
        "a panic or an unknown exit code: {run:?}"
    );
    run
}

/// A new, empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(env!("CARGO_CRATE_NAME"))
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder for the test");
    path
}

pub fn write(path: &Path, content: impl AsRef<[u8]>) {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    fs::write(path, content).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

#[track_caller]
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("the workspace")
        .to_path_buf()
}

pub fn utf8(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Every file below a folder, and where a link leads, by relative path. A folder that is not there holds
/// nothing.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    if !folder.exists() {
        return;
    }
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let name = utf8(path.strip_prefix(root).expect("below")).to_string();
        let meta = fs::symlink_metadata(&path).expect("its kind");
        if meta.is_dir() {
            found.insert(format!("{name}/"), Vec::new());
            walk(root, &path, found);
        } else if meta.is_symlink() {
            let to = fs::read_link(&path).expect("where it leads");
            found.insert(format!("{name}@"), utf8(&to).as_bytes().to_vec());
        } else {
            found.insert(name, fs::read(&path).expect("a readable file"));
        }
    }
}

/// Names of what differs between two snapshots.
pub fn differences(
    before: &BTreeMap<String, Vec<u8>>,
    after: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let mut names: Vec<String> = before
        .iter()
        .filter_map(|(name, content)| match after.get(name) {
            None => Some(format!("{name} is gone")),
            Some(other) if other != content => Some(format!("{name} differs")),
            Some(_) => None,
        })
        .collect();
    names.extend(
        after
            .keys()
            .filter(|name| !before.contains_key(*name))
            .map(|name| format!("{name} is new")),
    );
    names
}
