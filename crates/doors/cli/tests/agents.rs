//! Definitions for coding agents, the programs beside this one, and the history.

mod support;

use std::fs;

use support::*;

/// Each program with a definition and its list of servers.
const PROGRAMS: [(&str, &str, &str); 4] = [
    ("claude", ".claude/agents/backend-architect.md", ".mcp.json"),
    (
        "cursor",
        ".cursor/agents/backend-architect.md",
        ".cursor/mcp.json",
    ),
    (
        "codex",
        ".codex/agents/backend-architect.toml",
        ".codex/config.toml",
    ),
    (
        "copilot",
        ".github/agents/backend-architect.agent.md",
        ".vscode/mcp.json",
    ),
];

#[test]
fn definitions_are_installed_once_and_edits_stay() {
    for (program, agent, servers) in PROGRAMS {
        let at = folder(&format!("agents-{program}"));
        let path = utf8(&at);
        let install = ["agents", "install", "--for", program, "--to", path];
        run(&[&install[..], &["--dry-run"]].concat()).exits(CLEAN);
        assert!(snapshot(&at).is_empty(), "a dry run wrote");
        run(&install).exits(CLEAN).says(&["written", servers]);
        let first = snapshot(&at);
        assert!(
            first.contains_key(agent) && first.contains_key(servers),
            "{first:#?}"
        );
        assert!(read(&at.join(servers)).contains("groundplan"));
        run(&install).exits(CLEAN).says(&["is as it was"]);
        assert_eq!(snapshot(&at), first);

        let mine = read(&at.join(agent)) + "\nAlways answer in French.\n";
        write(&at.join(agent), &mine);
        run(&install)
            .exits(FINDINGS)
            .says(&["edited by hand", agent]);
        assert_eq!(read(&at.join(agent)), mine);
        run(&[&install[..], &["--force"]].concat()).exits(CLEAN);
        assert_eq!(snapshot(&at), first);
    }
}

#[test]
fn a_list_of_servers_that_cannot_be_changed_safely_stays() {
    let at = folder("agents-servers");
    let path = utf8(&at);
    let theirs = "// ours\n{\"mcpServers\": {}}\n";
    write(&at.join(".mcp.json"), theirs);
    run(&["agents", "install", "--for", "claude", "--to", path])
        .exits(FINDINGS)
        .says(&["Add by hand", "mcpServers"]);
    assert_eq!(read(&at.join(".mcp.json")), theirs);
    run(&["agents", "install", "--for", "nobody"]).exits(UNUSABLE);
    run(&[
        "agents",
        "install",
        "--for",
        "claude",
        "--to",
        "no/such/folder",
    ])
    .exits(UNUSABLE);
}

#[cfg(unix)]
#[test]
fn programs_beside_this_one_get_what_they_are_given() {
    use std::os::unix::fs::PermissionsExt;
    let at = folder("beside");
    let program = at.join("groundplan-author");
    write(
        &program,
        "#!/bin/sh\nfor a in \"$@\"; do echo \"<$a>\"; done\nexit 1\n",
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
    // The build puts the real ones beside the binary under test; a copy of it elsewhere finds this one.
    let own = at.join("groundplan");
    fs::copy(env!("CARGO_BIN_EXE_groundplan"), &own).expect("a copy");
    let mut command = std::process::Command::new(&own);
    let asked = finish(command.args(["draft", "letter.md", "--help", "--to", "a b"]));
    assert_eq!(asked.code, FINDINGS);
    assert_eq!(asked.out, "<draft>\n<letter.md>\n<--help>\n<--to>\n<a b>\n");
    let mut command = std::process::Command::new(&own);
    finish(command.arg("lsp").env("PATH", ""))
        .exits(UNUSABLE)
        .says(&["groundplan-lsp", "cargo install"]);
}

#[test]
fn a_design_is_in_the_history_and_can_be_taken_back() {
    let at = designed("orders", "history");
    let path = utf8(&at);
    run(&["history", path])
        .exits(CLEAN)
        .says(&["engine", "design of the option"]);
    let entries = run(&["history", path, "--format", "json"])
        .exits(CLEAN)
        .json();
    assert_eq!(entries[0]["id"], 1);
    run(&["history", path, "--undo", "1"]).exits(UNUSABLE);
    run(&["history", path, "--undo", "2", "--reason", "x"]).exits(UNUSABLE);
    run(&[
        "history",
        path,
        "--undo",
        "1",
        "--reason",
        "the wrong option",
    ])
    .exits(CLEAN)
    .says(&["takes back 1", "the wrong option"]);
    assert!(!at.join("architecture.yaml").exists());
}
