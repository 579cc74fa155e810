//! What the tests share: a server on this machine that follows a script, runs of the built binary, and
//! folders that are thrown away.

#![allow(dead_code)] // Each test binary uses its part.

#[path = "../../../../../tests/support/runs.rs"]
mod runs;

pub mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use runs::*;
use server::Server;

/// The key of all runs. It must not appear in any output or file.
pub const KEY: &str = "sk-live-4f9a77c1d2e34b5a";

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

/// Runs it; the key must not be in what it says.
#[track_caller]
pub fn finish(command: &mut Command) -> Run {
    let run = runs::finish(command);
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

pub fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The snapshot without Groundplan's own state.
pub fn visible(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = snapshot(folder);
    all.retain(|name, _| !name.split('/').any(|part| part == ".groundplan"));
    all
}
