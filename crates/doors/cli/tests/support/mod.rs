//! What the end-to-end tests share: folders that are thrown away, and runs of the built binary.

#![allow(dead_code)] // Each test binary uses its part.

#[path = "../../../../../tests/support/runs.rs"]
mod runs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

pub use runs::*;

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

/// A folder with these files.
pub fn folder_with(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder(name);
    for (file, content) in files {
        write(&path.join(file), content);
    }
    path
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

pub fn brief_of(example: &str) -> String {
    read(&root().join("examples").join(example).join("brief.yaml"))
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
