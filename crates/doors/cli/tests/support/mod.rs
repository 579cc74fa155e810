//! What the end-to-end tests share: folders that are thrown away, and runs of the built binary.

#![allow(dead_code)] // Each test binary uses its part.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

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

/// The binary, without colours and without the terminal of whoever runs the tests.
pub fn groundplan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
    command
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null());
    command
}

/// Runs the binary with arguments. A panic fails the test, whatever it was about.
#[track_caller]
pub fn run(arguments: &[&str]) -> Run {
    finish(groundplan().args(arguments))
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

/// A folder with these files.
pub fn folder_with(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder(name);
    for (file, content) in files {
        write(&path.join(file), content);
    }
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

/// Replaces the one place where `from` stands.
#[track_caller]
pub fn edit(path: &Path, from: &str, to: &str) {
    let text = read(path);
    assert_eq!(
        text.matches(from).count(),
        1,
        "`{from}` in {}",
        path.display()
    );
    write(path, text.replace(from, to));
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("the workspace")
        .to_path_buf()
}

pub fn brief_of(example: &str) -> String {
    read(&root().join("examples").join(example).join("brief.yaml"))
}

pub fn utf8(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Every file below a folder, and where a link leads, by relative path.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
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

pub fn copy(from: &Path, to: &Path) {
    for (name, content) in snapshot(from) {
        match name.strip_suffix('/') {
            Some(folder) => fs::create_dir_all(to.join(folder)).expect("a folder"),
            None => write(&to.join(&name), content),
        }
    }
}

/// A folder in which an example was designed. The design is made once per test binary and copied.
#[track_caller]
pub fn designed(example: &str, name: &str) -> PathBuf {
    static MADE: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
    let original = made.entry(example.to_string()).or_insert_with(|| {
        let path = folder_with(
            &format!("designed-{example}"),
            &[("brief.yaml", brief_of(example).as_bytes())],
        );
        let run = run(&["design", utf8(&path)]);
        assert!(
            path.join("architecture.yaml").is_file(),
            "no design of {example}:\n{}",
            run.text()
        );
        path
    });
    let path = folder(name);
    copy(original, &path);
    path
}
