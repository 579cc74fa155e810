//! Bad input is findings, never a panic: all at once, each with its place and a remedy, and nothing
//! of the user's is lost or half written.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::*;

/// Every command that reads a folder.
const READERS: &[&[&str]] = &[
    &["check"],
    &["plan"],
    &["design"],
    &["evaluate"],
    &["render"],
    &["ask"],
    &["fmt", "--check"],
];

/// Runs every command over the folder: none panics, none changes a byte.
#[track_caller]
fn nothing_breaks(folder: &Path) {
    let before = snapshot(folder);
    for arguments in READERS {
        let run = run(&[*arguments, &[utf8(folder)][..]].concat());
        // What is wrong with the meaning is no matter of `fmt`, nor what contradicts itself of `ask`.
        if !matches!(arguments[0], "fmt" | "ask") {
            assert_ne!(run.code, CLEAN, "{arguments:?}: {}", run.text());
            assert!(!run.text().trim().is_empty(), "{arguments:?} says nothing");
        }
        let changed = differences(&before, &snapshot(folder));
        assert!(changed.is_empty(), "{arguments:?}: {changed:?}");
    }
}

/// A folder whose brief is `brief`: unusable, said with these words, and left as it is.
#[track_caller]
fn refused(name: &str, brief: &[u8], words: &[&str]) -> Run {
    let folder = folder_with(name, &[("brief.yaml", brief)]);
    nothing_breaks(&folder);
    let checked = run(&["check", utf8(&folder)]).exits(UNUSABLE).says(words);
    with_remedies(&folder);
    checked
}

/// Every finding has a reason and a remedy; those of a file have line and column.
#[track_caller]
fn with_remedies(folder: &Path) {
    let report = run(&["check", utf8(folder), "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("a list");
    assert!(!findings.is_empty(), "{report}");
    for finding in findings {
        for key in ["rule", "message", "why", "remedy"] {
            let said = finding[key].as_str().unwrap_or_default();
            assert!(!said.is_empty(), "`{key}` is empty in {finding}");
        }
    }
}

fn orders_with(from: &str, to: &str) -> Vec<u8> {
    let brief = brief_of("orders");
    assert!(brief.contains(from), "{from}");
    brief.replacen(from, to, 1).into_bytes()
}

#[test]
fn broken_yaml() {
    refused("broken-list", b"name: [a, b\n", &["brief.yaml:"]);
    refused("broken-quote", b"name: \"a\npurpose: b\n", &["brief.yaml:"]);
    refused(
        "broken-tab",
        b"name: a\nscale:\n\tusers: 3\n",
        &["brief.yaml:"],
    );
    refused(
        "broken-indent",
        b"name: a\n  purpose: b\n",
        &["brief.yaml:"],
    );
    refused("broken-json", b"{\"name\": \"a\", ", &["brief.yaml:"]);
    refused("no-map", b"- a\n- b\n", &["brief.yaml:1:"]);
    refused("scalar", b"hello\n", &["brief.yaml:1:"]);
    refused("documents", b"name: a\n---\nname: b\n", &["brief.yaml:"]);
}

#[test]
fn what_the_subset_leaves_out() {
    refused("twice", b"name: a\nname: b\n", &["brief.yaml:2:1", "name"]);
    refused(
        "merge",
        b"a: &a {users: 3}\nscale:\n  <<: *a\n",
        &["brief.yaml:3:"],
    );
    let yes = orders_with("survive_zone_loss: true", "survive_zone_loss: yes");
    refused("bare-yes", &yes, &["yes", "brief.yaml:"]);
}

#[test]
fn unknown_keys_and_wrong_units_all_at_once() {
    let brief = String::from_utf8(orders_with("  users: 50k", "  userz: 50k")).expect("UTF-8");
    let brief = brief
        .replacen("recovery_time: 1 h", "recovery_time: 1 GB", 1)
        .replacen("availability: 99.9 %", "availability: 300 ms", 1)
        .replacen("on_call: business-hours", "on_call: sometimes", 1)
        .replacen("budget: 3000 EUR/month", "budget: 3000 parsecs", 1);
    let checked = refused(
        "units",
        brief.as_bytes(),
        &[
            "`scale` has no key `userz`",
            "users",
            "recovery_time",
            "1 GB",
            "300 ms",
            "sometimes",
            "parsecs",
        ],
    );
    let line = |text: &str| {
        let at = brief.lines().position(|l| l.contains(text)).expect(text);
        format!("brief.yaml:{}:", at + 1)
    };
    for text in ["userz", "1 GB", "300 ms", "sometimes", "parsecs"] {
        assert!(
            checked.text().contains(&line(text)),
            "{text}: {}",
            checked.text()
        );
    }
    // Each once, and nothing that only follows from one of them.
    let folder = folder_with("units-json", &[("brief.yaml", brief.as_bytes())]);
    let report = run(&["check", utf8(&folder), "--format", "json"]).json();
    let blockers = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| f["severity"] == "blocker")
        .count();
    assert_eq!(blockers, 5, "{report:#}");
}

#[test]
fn dangling_and_duplicate_ids() {
    let brief = String::from_utf8(orders_with(
        "target: payment-notice",
        "target: payment-notise",
    ))
    .expect("UTF-8");
    refused(
        "dangling",
        brief.as_bytes(),
        &["payment-notise", "Did you mean `payment-notice`?"],
    );
    let brief = brief_of("orders").replacen("    fail-payment:\n", "    settle-payment:\n", 1);
    refused(
        "duplicate",
        brief.as_bytes(),
        &["settle-payment", "brief.yaml:"],
    );
}

#[test]
fn ownership_in_a_circle() {
    let brief = "\
name: circle
purpose: Boxes hold boxes.
form: service
domain:
  entities:
    a:
      fields: {name: {type: text}}
      relations:
        owner: {to: b, owner: true}
    b:
      fields: {name: {type: text}}
      relations:
        owner: {to: a, owner: true}
  operations:
    get-a: {method: GET, path: /a, target: a, rate: 1/s, effects: [{read: {entity: a}}]}
";
    let folder = folder_with("circle", &[("brief.yaml", brief.as_bytes())]);
    let checked = run(&["check", utf8(&folder)]);
    assert_ne!(checked.code, CLEAN, "{}", checked.text());
    checked.says(&["brief.yaml:", "owne"]);
    nothing_breaks(&folder);
}

#[test]
fn impossible_targets_are_contradictions_with_their_arithmetic() {
    let brief = String::from_utf8(orders_with(
        "availability: 99.9 %",
        "availability: 99.9999 %",
    ))
    .expect("UTF-8")
    .replacen("survive_zone_loss: true", "survive_zone_loss: false", 1)
    .replacen("budget: 3000 EUR/month", "budget: 3 EUR/month", 1);
    let folder = folder_with("impossible", &[("brief.yaml", brief.as_bytes())]);
    let checked = run(&["check", utf8(&folder)]).exits(FINDINGS);
    checked.says(&["brief.yaml:", "99.9999 %"]);
    nothing_breaks(&folder);
    for wrong in ["120 %", "-1 %", "NaN %", "1e400 %"] {
        let brief = orders_with("availability: 99.9 %", &format!("availability: {wrong}"));
        let folder = folder_with("share", &[("brief.yaml", &brief)]);
        let checked = run(&["check", utf8(&folder)]);
        assert_ne!(checked.code, CLEAN, "{wrong}: {}", checked.text());
    }
}

#[test]
fn an_empty_domain() {
    for (name, domain) in [
        ("none", ""),
        ("null", "domain:\n"),
        ("map", "domain: {}\n"),
        ("empty", "domain:\n  entities: {}\n  operations: {}\n"),
    ] {
        let brief = format!("name: a\npurpose: Nothing yet.\nform: service\n{domain}");
        let folder = folder_with(
            &format!("domain-{name}"),
            &[("brief.yaml", brief.as_bytes())],
        );
        let before = snapshot(&folder);
        for command in ["check", "plan", "design"] {
            let run = run(&[command, utf8(&folder)]);
            assert_ne!(run.code, CLEAN, "{name} {command}: {}", run.text());
            assert_eq!(snapshot(&folder), before, "{name} {command}");
        }
        run(&["check", utf8(&folder)]).says(&["domain"]);
    }
}

#[test]
fn deep_nesting_and_alias_bombs() {
    let mut deep = String::from("name: a\npurpose: b\nscale:\n");
    for level in 1..=200 {
        let _ = writeln!(deep, "{}a:", " ".repeat(level * 2));
    }
    refused("deep", deep.as_bytes(), &["brief.yaml:"]);
    let flow = format!(
        "name: a\nscale: {}{}\n",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    refused("deep-flow", flow.as_bytes(), &["brief.yaml:"]);
    let open = format!("name: a\nscale: {}\n", "{a: ".repeat(20_000));
    refused("deep-open", open.as_bytes(), &["brief.yaml:"]);
    let mut expression = brief_of("orders");
    let parens = format!("expr: {}1{} = 1", "(".repeat(5_000), ")".repeat(5_000));
    expression = expression.replacen("expr: row.status = 'reserved'", &parens, 1);
    let folder = folder_with("deep-expression", &[("brief.yaml", expression.as_bytes())]);
    nothing_breaks(&folder);
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{before}]");
    }
    bomb.push_str("name: *a29\n");
    let started = std::time::Instant::now();
    refused("bomb", bomb.as_bytes(), &["brief.yaml:"]);
    assert!(started.elapsed().as_secs() < 20, "the bomb went off");
}

#[test]
fn files_that_are_no_text() {
    let mut not_utf8 = brief_of("orders").into_bytes();
    not_utf8[300] = 0xff;
    refused("not-utf8", &not_utf8, &["UTF-8", "brief.yaml"]);
    refused("empty", b"", &["brief.yaml"]);
    refused("comment", b"# nothing yet\n", &["brief.yaml"]);
    refused("bom-only", b"\xef\xbb\xbf", &["brief.yaml"]);
    let binary: Vec<u8> = (0..4096u32).map(|i| (i * 7919 % 256) as u8).collect();
    refused("binary", &binary, &["brief.yaml"]);
    refused("zeros", &[0; 2000], &["brief.yaml"]);
    let utf16: Vec<u8> = "name: a\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refused(
        "utf16",
        &[&[0xff, 0xfe][..], &utf16].concat(),
        &["brief.yaml"],
    );
    // A byte order mark before a good brief is no fault.
    let marked = format!("\u{feff}{}", brief_of("orders"));
    let folder = folder_with("bom", &[("brief.yaml", marked.as_bytes())]);
    run(&["check", utf8(&folder)]).exits(CLEAN);
    let lines = brief_of("orders").replace('\n', "\r\n");
    let folder = folder_with("crlf", &[("brief.yaml", lines.as_bytes())]);
    run(&["check", utf8(&folder)]).exits(CLEAN);
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let huge = vec![b'#'; 9 * 1024 * 1024];
    refused("huge", &huge, &["8388608", "brief.yaml"]);
}

#[test]
fn things_that_are_no_file() {
    let folder = folder("directory");
    fs::create_dir_all(folder.join("brief.yaml")).expect("a folder of that name");
    nothing_breaks(&folder);
    run(&["check", utf8(&folder)])
        .exits(UNUSABLE)
        .says(&["brief.yaml", "not a file"]);
    run(&["new", utf8(&folder)]).exits(UNUSABLE);

    // A file where a folder is needed.
    let file = folder.join("brief.yaml/file");
    write(&file, "x");
    run(&["check", utf8(&file)])
        .exits(UNUSABLE)
        .says(&["is a file"]);
    run(&["new", utf8(&file.join("below"))]).exits(UNUSABLE);
    run(&["check", utf8(&file.join("below"))]).exits(UNUSABLE);
    assert_eq!(read(&file), "x");

    let missing = folder.join("nowhere");
    for arguments in READERS {
        run(&[*arguments, &[utf8(&missing)][..]].concat())
            .exits(UNUSABLE)
            .says(&["nowhere"]);
    }
    assert!(!missing.exists());
    let empty = support::folder("empty-folder");
    for command in ["check", "plan", "design", "evaluate", "render", "ask"] {
        run(&[command, utf8(&empty)])
            .exits(UNUSABLE)
            .says(&["groundplan new"]);
    }
    assert!(snapshot(&empty).is_empty());
}

#[cfg(unix)]
#[test]
fn links_and_includes_stay_inside_the_folder() {
    use std::os::unix::fs::symlink;
    let outside = folder_with("outside", &[("brief.yaml", brief_of("orders").as_bytes())]);
    let folder = folder("link");
    symlink(outside.join("brief.yaml"), folder.join("brief.yaml")).expect("a link");
    nothing_breaks_but_fmt(&folder);
    run(&["check", utf8(&folder)])
        .exits(UNUSABLE)
        .says(&["link out of the folder"]);
    // A link inside the folder is as good as the file, and stays a link.
    let inside = folder_with(
        "link-inside",
        &[("real.yaml", brief_of("orders").as_bytes())],
    );
    symlink("real.yaml", inside.join("brief.yaml")).expect("a link");
    run(&["check", utf8(&inside)]).exits(CLEAN);
    write(
        &inside.join("real.yaml"),
        brief_of("orders").replacen("name: orders", "name:   orders", 1),
    );
    run(&["fmt", utf8(&inside)]).exits(CLEAN);
    assert!(fs::symlink_metadata(inside.join("brief.yaml")).is_ok_and(|m| m.is_symlink()));
    assert!(read(&inside.join("real.yaml")).contains("name: orders\n"));
    // A link in a circle, and one that leads nowhere.
    let circle = support::folder("link-circle");
    symlink("brief.yaml", circle.join("brief.yaml")).expect("a link");
    run(&["check", utf8(&circle)]).exits(UNUSABLE);

    for include in [
        "../outside/brief.yaml",
        "/etc/passwd",
        "a/../../outside/brief.yaml",
    ] {
        let brief = format!("include: [{include}]\nname: a\npurpose: b\n");
        refused(
            "include",
            brief.as_bytes(),
            &["include-outside", "brief.yaml:1:"],
        );
    }
    refused(
        "include-none",
        b"include: [none.yaml]\nname: a\npurpose: b\n",
        &["none.yaml", "brief.yaml:1:"],
    );
    refused(
        "include-self",
        b"include: [brief.yaml]\nname: a\npurpose: b\n",
        &["brief.yaml:"],
    );
    let by_name = folder_with(
        "brief-outside",
        &[("architecture.yaml", b"brief: ../outside/brief.yaml\n")],
    );
    run(&["check", utf8(&by_name)])
        .exits(UNUSABLE)
        .says(&["outside the folder"]);
}

#[cfg(unix)]
fn nothing_breaks_but_fmt(folder: &Path) {
    let before = snapshot(folder);
    for arguments in READERS.iter().filter(|a| a[0] != "fmt") {
        run(&[*arguments, &[utf8(folder)][..]].concat()).exits(UNUSABLE);
        assert_eq!(snapshot(folder), before);
    }
}

/// The folder of generated files cannot be made: what is there stays, and the reason is said.
#[test]
fn where_nothing_can_be_written() {
    let blocked = folder_with(
        "design-is-a-file",
        &[
            ("brief.yaml", brief_of("internal-service").as_bytes()),
            ("design", b"mine"),
        ],
    );
    let before = snapshot(&blocked);
    run(&["design", utf8(&blocked)])
        .exits(UNUSABLE)
        .says(&["design"]);
    let after = snapshot(&blocked);
    assert_eq!(before["brief.yaml"], after["brief.yaml"]);
    assert_eq!(before["design"], after["design"]);
    let rubbish: Vec<&String> = after.keys().filter(|k| k.ends_with(".tmp")).collect();
    assert!(rubbish.is_empty(), "{rubbish:?}");

    // A folder where a generated file must go.
    let folder = designed("internal-service", "file-is-a-folder");
    let schema = folder.join("design/api/openapi.yaml");
    fs::remove_file(&schema).expect("it may go");
    write(&schema.join("mine"), "mine");
    let before = snapshot(&folder);
    run(&["render", utf8(&folder)])
        .exits(UNUSABLE)
        .says(&["openapi.yaml"]);
    assert_eq!(
        differences(&before, &snapshot(&folder)),
        Vec::<String>::new()
    );

    let folder = designed("internal-service", "architecture-is-a-folder");
    fs::remove_file(folder.join("architecture.yaml")).expect("it may go");
    write(&folder.join("architecture.yaml/mine"), "mine");
    let before = snapshot(&folder);
    run(&["design", utf8(&folder)])
        .exits(UNUSABLE)
        .says(&["architecture.yaml"]);
    assert_eq!(
        differences(&before, &snapshot(&folder)),
        Vec::<String>::new()
    );
}

#[test]
fn a_broken_architecture_is_never_written_over() {
    for (name, text) in [
        ("syntax", &b"components: [\n"[..]),
        ("keys", b"brief: brief.yaml\ncompnents: {}\n"),
        ("bytes", b"\xff\xfe"),
        ("empty", b""),
    ] {
        let folder = folder_with(
            &format!("architecture-{name}"),
            &[
                ("brief.yaml", brief_of("internal-service").as_bytes()),
                ("architecture.yaml", text),
            ],
        );
        let before = snapshot(&folder);
        for arguments in [
            &["design"][..],
            &["design", "--accept"],
            &["design", "--assume"],
            &["render", "--force"],
        ] {
            run(&[arguments, &[utf8(&folder)][..]].concat()).exits(UNUSABLE);
            assert_eq!(snapshot(&folder), before, "{name}: {arguments:?}");
        }
    }
}

#[test]
fn unknown_names_on_the_command_line() {
    let folder = designed("internal-service", "names");
    let path = utf8(&folder);
    let before = snapshot(&folder);
    run(&["design", path, "--option", "moon-base"])
        .exits(UNUSABLE)
        .says(&["moon-base", "Name one of"]);
    run(&["render", path, "--only", "moon"])
        .exits(UNUSABLE)
        .says(&["moon", "openapi"]);
    run(&["explain", "moon-base", path])
        .exits(UNUSABLE)
        .says(&["nothing has the id `moon-base`"]);
    run(&["explain", "mising-timeout", path])
        .exits(UNUSABLE)
        .says(&["did you mean missing-timeout"]);
    run(&["explain", "missing-timeout@relations.none", path]).exits(UNUSABLE);
    for id in ["", ".", "..", "@", "a@", "a..b", "décision", "x\u{0}"] {
        if !id.contains('\u{0}') {
            run(&["explain", id, path]).exits(UNUSABLE);
        }
    }
    run(&["new", "--from", "moon", utf8(&folder.join("new"))])
        .exits(UNUSABLE)
        .says(&["moon", "orders"]);
    run(&["check", path, "--format", "xml"])
        .exits(UNUSABLE)
        .says(&["json"]);
    run(&["check", path, "--severity", "huge"]).exits(UNUSABLE);
    run(&["ask", path, "--answers", utf8(&folder.join("none.yaml"))])
        .exits(UNUSABLE)
        .says(&["none.yaml"]);
    run(&["completions", "tcl"]).exits(UNUSABLE);
    assert_eq!(snapshot(&folder), before);
}

/// A full disk is an error that says so, not a silent success.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        panic!("/dev/full is missing on this machine");
    };
    let output = Command::new(env!("CARGO_BIN_EXE_groundplan"))
        .args(["schema", "brief"])
        .stdout(full)
        .output()
        .expect("the binary starts");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(UNUSABLE), "{err}");
    assert!(err.contains("standard output cannot be written"), "{err}");
}

/// A brief cut off at any place gives findings or a design, never a panic.
#[test]
fn a_brief_cut_off_anywhere() {
    let brief = brief_of("orders");
    let place = folder("cut");
    let file = place.join("brief.yaml");
    let steps = 60;
    for step in 0..steps {
        let mut at = brief.len() * step / steps;
        while !brief.is_char_boundary(at) {
            at += 1;
        }
        write(&file, &brief[..at]);
        run(&["check", utf8(&place)]);
    }
}
