//! What the tests share: a server on this machine that follows a script, runs of the built binary, and
//! folders that are thrown away.

#![allow(dead_code)] // Each test binary uses its part.

pub mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use server::Server;

pub const CLEAN: i32 = 0;
pub const FINDINGS: i32 = 1;
pub const UNUSABLE: i32 = 2;

/// The key of all runs. It must not appear in any output or file.
pub const KEY: &str = "sk-live-4f9a77c1d2e34b5a";

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code\n--- stdout\n{}\n--- stderr\n{}",
            self.out, self.err
        );
        self
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in:\n{text}");
        }
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("standard output is no JSON: {e}\n{}", self.out))
    }
}

/// The binary with no keys, no proxy, no terminal and no colours.
pub fn author() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan-author"));
    command
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    for name in [
        "ANTHROPIC_API_KEY",
        "OPENAI_API_KEY",
        "GROUNDPLAN_API_KEY",
        "CLICOLOR_FORCE",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs it. A panic, an end by a signal or the key in an output fails the test.
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
    assert!(!run.text().contains(KEY), "the key is shown: {run:?}");
    run
}

/// Arguments that send to the server at once, with waits of tenths of a second at most.
pub fn sending(server: &Server, wire: &str) -> Vec<String> {
    let arguments = [
        "--endpoint",
        &server.url,
        "--wire",
        wire,
        "--model",
        "recorded",
        "--yes",
        "--first-wait",
        "10 ms",
        "--longest-wait",
        "2 s",
    ];
    arguments.iter().map(|a| (*a).to_string()).collect()
}

/// Drafts a letter with a server.
#[track_caller]
pub fn draft(server: &Server, letter: &Path, to: &Path, more: &[&str]) -> Run {
    draft_as("chat-completions", server, letter, to, more)
}

#[track_caller]
pub fn draft_as(wire: &str, server: &Server, letter: &Path, to: &Path, more: &[&str]) -> Run {
    let mut command = author();
    command
        .env("GROUNDPLAN_API_KEY", KEY)
        .arg("draft")
        .arg(letter)
        .arg("--to")
        .arg(to)
        .args(sending(server, wire))
        .args(more);
    let run = finish(&mut command);
    no_key_below(to);
    run
}

/// Improves a folder with a server.
#[track_caller]
pub fn improve(server: &Server, folder: &Path, more: &[&str]) -> Run {
    let mut command = author();
    command
        .env("GROUNDPLAN_API_KEY", KEY)
        .arg("improve")
        .arg(folder)
        .args(sending(server, "chat-completions"))
        .args(more);
    let run = finish(&mut command);
    no_key_below(folder);
    run
}

#[track_caller]
fn no_key_below(folder: &Path) {
    for (name, content) in snapshot(folder) {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains(KEY), "the key is in {name}");
    }
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

pub fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("the workspace")
        .to_path_buf()
}

/// Every file below a folder by relative path, and where links lead.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path
            .strip_prefix(root)
            .expect("below")
            .display()
            .to_string();
        let meta = fs::symlink_metadata(&path).expect("its kind");
        if meta.is_dir() {
            walk(root, &path, found);
        } else if meta.is_symlink() {
            let to = fs::read_link(&path).expect("where it leads");
            found.insert(format!("{name}@"), to.display().to_string().into_bytes());
        } else {
            found.insert(name, fs::read(&path).expect("a readable file"));
        }
    }
}

/// The snapshot without Groundplan's own state.
pub fn visible(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = snapshot(folder);
    all.retain(|name, _| !name.split('/').any(|part| part == ".groundplan"));
    all
}
