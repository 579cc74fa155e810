//! The commands themselves: help, completions, schemas, formatting, exit codes, colours.

mod support;

use std::io::Read;
use std::process::{Command, Stdio};

use support::*;

const COMMANDS: &[&str] = &[
    "new",
    "ask",
    "plan",
    "design",
    "check",
    "research",
    "drift",
    "evaluate",
    "simulate",
    "measure",
    "render",
    "explain",
    "fmt",
    "history",
    "schema",
    "completions",
];

/// Commands whose help with examples is that of a command below them, or of a program of its own.
const ELSEWHERE: [&str; 5] = ["agents", "mcp", "lsp", "draft", "improve"];

#[test]
fn every_command_has_help_with_an_example() {
    let top = run(&["--help"]).exits(CLEAN);
    for command in COMMANDS {
        assert!(top.out.contains(&format!("\n  {command} ")), "{}", top.out);
        let help = run(&[command, "--help"]).exits(CLEAN);
        assert!(
            help.out.contains("Example") && help.out.contains(&format!("groundplan {command}")),
            "{}",
            help.out
        );
        assert!(
            help.out.lines().all(|l| l.chars().count() <= 120),
            "too wide:\n{}",
            help.out
        );
    }
    // No command is left out of the list above.
    let listed = top
        .out
        .lines()
        .skip_while(|l| !l.starts_with("Commands:"))
        .skip(1)
        .take_while(|l| l.starts_with("  "))
        .filter(|l| !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        .filter(|c| *c != "help")
        .map(str::to_string)
        .collect::<Vec<_>>();
    let own = listed.iter().filter(|c| !ELSEWHERE.contains(&c.as_str()));
    assert_eq!(own.collect::<Vec<_>>(), COMMANDS);
    run(&["--version"]).exits(CLEAN).says(&["groundplan 0."]);
}

/// The examples in the help are commands that the parser takes.
#[test]
fn the_examples_in_the_help_parse() {
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        let shown = help
            .out
            .lines()
            .filter_map(|l| l.trim().strip_prefix("groundplan "))
            .filter(|l| l.starts_with(command));
        for line in shown {
            let command = line.split("  ").next().unwrap_or("");
            let command = command.split('>').next().unwrap_or("");
            let words = shlex::split(command).expect("a line that a shell takes");
            // An empty folder each time: what `init` makes would be measured for minutes.
            let place = folder("help");
            let run = finish(groundplan().args(&words).current_dir(&place));
            assert!(
                !run.err.contains("Usage:") && !run.err.contains("unexpected argument"),
                "{line}:\n{}",
                run.err
            );
        }
    }
}

#[test]
fn completions_for_the_shells() {
    for (shell, mark) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef groundplan"),
        ("fish", "complete -c groundplan"),
    ] {
        let script = run(&["completions", shell]).exits(CLEAN);
        assert!(script.out.contains(mark), "{shell}");
        for command in COMMANDS {
            assert!(script.out.contains(command), "{shell}: {command}");
        }
    }
    // A shell reads it, where there is one.
    let script = run(&["completions", "bash"]).out;
    let place = folder_with("completions", &[("groundplan.bash", script.as_bytes())]);
    let status = Command::new("bash")
        .args(["-n", utf8(&place.join("groundplan.bash"))])
        .status()
        .expect("bash is here");
    assert!(status.success());
}

#[test]
fn schemas_take_the_examples_and_refuse_a_wrong_key() {
    let schema = |name: &str| {
        let schema = run(&["schema", name]).exits(CLEAN).json();
        jsonschema::validator_for(&schema).unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    let (brief, architecture) = (schema("brief"), schema("architecture"));
    schema("waivers");
    let examples = [
        "cli-tool",
        "conduit",
        "internal-service",
        "ledger",
        "orders",
        "parcels",
        "telemetry",
    ];
    for example in examples {
        let value = tree(&brief_of(example));
        let faults: Vec<String> = brief
            .iter_errors(&value)
            .map(|e| format!("{} at {}", e, e.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{example}:\n{}", faults.join("\n"));
        let mut wrong = value;
        wrong["scale"]["userz"] = 7.into();
        assert!(!brief.is_valid(&wrong), "{example}: scale.userz is taken");
    }
    let folder = designed("internal-service", "schemas");
    let value = tree(&read(&folder.join("architecture.yaml")));
    let faults: Vec<String> = architecture
        .iter_errors(&value)
        .map(|e| format!("{} at {}", e, e.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    run(&["schema", "nonsense"]).exits(UNUSABLE);
}

/// YAML as plain data, as an editor's validator sees it.
fn tree(text: &str) -> serde_json::Value {
    let parsed = syntax::tree::parse(0, text);
    assert!(parsed.faults.is_empty(), "{:?}", parsed.faults);
    parsed.root.expect("a root").to_value()
}

#[test]
fn fmt_is_idempotent_and_keeps_comments() {
    for example in ["orders", "conduit", "parcels"] {
        let place = folder_with(
            &format!("fmt-{example}"),
            &[("brief.yaml", brief_of(example).as_bytes())],
        );
        let file = place.join("brief.yaml");
        run(&["fmt", utf8(&place)]).exits(CLEAN);
        let once = read(&file);
        run(&["fmt", utf8(&place)]).exits(CLEAN);
        assert_eq!(read(&file), once, "{example} changes twice");
        run(&["fmt", "--check", utf8(&file)]).exits(CLEAN);
        let comments = |text: &str| -> Vec<String> {
            text.lines()
                .filter_map(|l| l.trim_start().strip_prefix("# ").map(str::to_string))
                .collect()
        };
        assert_eq!(comments(&once), comments(&brief_of(example)), "{example}");
        assert_eq!(tree(&once), tree(&brief_of(example)), "{example}");
    }
    let untidy = "name:   a\n# about the purpose\npurpose:    \"b\"   # behind\ndomain:\n      entities: {}\n";
    let place = folder_with("fmt", &[("brief.yaml", untidy.as_bytes())]);
    let file = place.join("brief.yaml");
    run(&["fmt", "--check", utf8(&place)])
        .exits(FINDINGS)
        .says(&["would change"]);
    assert_eq!(read(&file), untidy, "--check writes nothing");
    run(&["fmt", utf8(&place)]).exits(CLEAN);
    let tidy = read(&file);
    assert_ne!(tidy, untidy);
    assert!(tidy.contains("# about the purpose") && tidy.contains("# behind"));
    assert_eq!(tree(&tidy), tree(untidy));
}

#[test]
fn fmt_leaves_a_broken_file_alone() {
    let broken = "name: [a\npurpose: b\n";
    let place = folder_with("fmt-broken", &[("brief.yaml", broken.as_bytes())]);
    run(&["fmt", utf8(&place)])
        .exits(UNUSABLE)
        .says(&["brief.yaml:"]);
    assert_eq!(read(&place.join("brief.yaml")), broken);
    run(&["fmt", utf8(&place.join("none.yaml"))]).exits(UNUSABLE);
    let empty = folder("fmt-empty");
    run(&["fmt", utf8(&empty)]).exits(UNUSABLE);
}

#[test]
fn exit_codes() {
    // 0: clean.
    let clean = folder_with(
        "exit-clean",
        &[("brief.yaml", brief_of("orders").as_bytes())],
    );
    run(&["check", utf8(&clean)]).exits(CLEAN);
    // 1: findings from the severity asked for, and only from it.
    let folder = designed("orders", "exit-findings");
    let file = folder.join("architecture.yaml");
    let text = read(&file);
    let without: String = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("timeout:"))
        .map(|l| format!("{l}\n"))
        .collect();
    assert_ne!(text, without);
    write(&file, without);
    run(&["check", utf8(&folder)])
        .exits(FINDINGS)
        .says(&["[missing-timeout]", "architecture.yaml:"]);
    run(&["check", utf8(&folder), "--severity", "blocker"]).exits(CLEAN);
    // 2: unusable.
    let broken = folder_with("exit-broken", &[("brief.yaml", b"name: [")]);
    run(&["check", utf8(&broken)]).exits(UNUSABLE);
    run(&["check", "--no-such-option"]).exits(UNUSABLE);
    run(&["no-such-command"]).exits(UNUSABLE);
    run(&[]).exits(UNUSABLE);
}

#[test]
fn evaluate_takes_a_load_and_a_lost_zone() {
    let folder = designed("orders", "evaluate");
    let path = utf8(&folder);
    let rate = |load: &str| {
        let value = run(&["evaluate", path, "--load", load, "--format", "json"]).json();
        value["evaluation"]["operations"]["place-order"]["rate_per_s"]
            .as_f64()
            .expect("a rate")
    };
    let (one, ten) = (rate("1x"), rate("10"));
    assert!((ten / one - 10.0).abs() < 1e-6, "{one} and {ten}");
    for wrong in ["0", "-1", "many", "inf", "NaN", "1e30"] {
        run(&["evaluate", path, "--load", wrong])
            .exits(UNUSABLE)
            .says(&["10x"]);
    }
    run(&["evaluate", path, "--lose", "zone-a"]).says(&["With zone-a lost."]);
    run(&["evaluate", path, "--lose", "zone-q"]).exits(UNUSABLE);
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = designed("internal-service", "colours");
    let path = utf8(&folder);
    let broken = folder_with("colours-broken", &[("brief.yaml", b"nmae: x\n")]);
    let broken = utf8(&broken);
    let cases: &[&[&str]] = &[
        &["check", path],
        &["evaluate", path],
        &["plan", path],
        &["render", path],
        &["check", broken],
        &["plan", broken],
        &["explain", "no-such-id", path],
        &["ask", path],
    ];
    for arguments in cases {
        // A pipe, and NO_COLOR: no escape sequences.
        for no_color in [true, false] {
            let mut command = groundplan();
            if !no_color {
                command.env_remove("NO_COLOR");
            }
            let run = finish(command.args(*arguments));
            assert!(!run.text().contains('\u{1b}'), "{arguments:?}: {run:?}");
        }
        let never = run(&[arguments, &["--color", "never"][..]].concat());
        assert!(!never.text().contains('\u{1b}'), "{arguments:?}");
        if arguments[0] != "render" {
            let always = run(&[arguments, &["--color", "always"][..]].concat());
            assert!(
                always.text().contains("\u{1b}["),
                "{arguments:?}: {always:?}"
            );
        }
    }
}

/// `| head -1`: whoever reads may go before everything is said.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = designed("orders", "pipe");
    let path = utf8(&folder);
    let cases: &[&[&str]] = &[
        &["evaluate", path],
        &["evaluate", path, "--format", "json"],
        &["plan", path],
        &["schema", "brief"],
        &["completions", "bash"],
        &["--help"],
        &["design", path],
        &["new", "--list"],
    ];
    for arguments in cases {
        let mut child = groundplan()
            .args(*arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let mut err = String::new();
        child
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut err)
            .expect("UTF-8");
        let code = child.wait().expect("it ends").code();
        assert!(!err.contains("panicked"), "{arguments:?}: {err}");
        assert!(
            matches!(code, Some(CLEAN | FINDINGS)),
            "{arguments:?}: {code:?} {err}"
        );
    }
}

#[test]
fn the_current_folder_is_the_default() {
    let folder = designed("internal-service", "here");
    let there = run(&["evaluate", utf8(&folder)]);
    let here = finish(groundplan().arg("evaluate").current_dir(&folder));
    assert_eq!(here.out, there.out);
    assert_eq!(here.code, there.code);
}

#[test]
fn renderers_are_listed_and_chosen() {
    let folder = designed("internal-service", "only");
    let listed = run(&["render", "--list"]).exits(CLEAN);
    assert!(listed.out.contains("openapi"), "{}", listed.out);
    std::fs::remove_dir_all(folder.join("design")).expect("generated files may go");
    run(&["render", utf8(&folder), "--only", "openapi"]).exits(CLEAN);
    let made: Vec<String> = snapshot(&folder.join("design"))
        .into_keys()
        .filter(|k| !k.ends_with('/'))
        .collect();
    assert!(
        !made.is_empty() && made.iter().all(|f| f.contains("openapi")),
        "{made:?}"
    );
    let before = snapshot(&folder);
    run(&["render", utf8(&folder), "--only", "openapi,opanapi"])
        .exits(UNUSABLE)
        .says(&["opanapi", "openapi"]);
    assert_eq!(snapshot(&folder), before);
}
