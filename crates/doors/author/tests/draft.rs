//! `draft` with recorded answers. The answers in `answers/` are what a good model would say to the letters
//! in `letters/`; they were written by hand.

mod support;

use serde_json::{Value, json};
use support::server::{Reply, Server, message, says};
use support::*;

fn letter(name: &str) -> std::path::PathBuf {
    here().join("letters").join(format!("{name}.md"))
}

fn recorded(name: &str) -> String {
    read(&here().join("answers").join(format!("{name}.json")))
}

/// Items beside the two that every brief needs.
fn items(more: Value) -> String {
    let mut items = vec![
        json!({"path": "name", "value": "tea-shop", "quote": "our tea shop on the web"}),
        json!({"path": "purpose", "value": "People buy tea.", "quote": "People buy tea there"}),
    ];
    items.extend(more.as_array().cloned().unwrap_or_default());
    json!({ "items": items }).to_string()
}

const TEA: &str = "This is about our tea shop on the web. People buy tea there, some 2,000 of them.\n\
    About 40 orders an hour come in before Christmas.\n";

fn tea(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("letter.md");
    write(&path, TEA);
    path
}

#[test]
fn three_letters_become_briefs_in_both_forms() {
    for (name, wire, number) in [
        ("clinic", "chat-completions", "25/min"),
        ("gauges", "messages", "640/min"),
        ("instruments", "chat-completions", "900/s"),
    ] {
        let to = folder(name).join("new");
        let answer = recorded(name);
        let body = match wire {
            "messages" => message(&answer),
            _ => support::server::chat(&answer),
        };
        let server = Server::with(vec![Reply::Http(200, "", body)]);
        let run = draft_as(wire, &server, &letter(name), &to, &["--format", "json"]);
        let report = run.json();
        assert_eq!(report["left_out"], json!([]), "{name}: {run:?}");
        assert_eq!(
            report["findings"],
            json!([]),
            "{name}: {}",
            report["findings"]
        );
        let run = run.exits(FINDINGS);
        assert!(
            report["questions"]
                .as_array()
                .is_some_and(|q| !q.is_empty()),
            "{run:?}"
        );
        assert_eq!(report["sum"]["input"], 4000, "{run:?}");
        assert_eq!(report["sum"]["cost"], Value::Null, "{run:?}");

        // Each citation stands in the letter on the line that it names.
        let text = read(&letter(name));
        let given: Value = serde_json::from_str(&answer).expect("a recorded answer");
        let cited = report["items"].as_array().expect("items");
        assert_eq!(
            cited.len(),
            given["items"].as_array().expect("items").len(),
            "{name}"
        );
        for one in cited {
            let line = one["line"].as_u64().expect("a line") as usize;
            let first = one["quote"]
                .as_str()
                .expect("a quote")
                .split(' ')
                .next()
                .expect("a word");
            let there = text.lines().nth(line - 1).expect("the line");
            assert!(there.contains(first), "{name}: {one}");
        }
        let brief = read(&to.join("brief.yaml"));
        assert!(
            brief.contains(number) && brief.contains(&format!("({name}.md:")),
            "{brief}"
        );
        let opened = folder::open(&to).expect("the folder opens");
        assert!(
            opened.usable() && opened.brief().is_some(),
            "{:#?}",
            opened.findings
        );
        let history = folder::history::entries(&to).expect("a history");
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].author, "model:recorded");

        let requests = server.requests();
        assert_eq!(
            requests.len(),
            1,
            "{name}: nothing was wrong, so nothing goes back"
        );
        let sent = &requests[0];
        let (line, header) = match wire {
            "messages" => ("POST /v1/messages HTTP/1.1", sent.header("x-api-key")),
            _ => (
                "POST /v1/chat/completions HTTP/1.1",
                sent.header("authorization"),
            ),
        };
        assert_eq!(sent.line, line);
        assert!(header.is_some_and(|h| h.ends_with(KEY)), "{sent:?}");
        let body = sent.json().to_string();
        for part in ["targets.availability", "operations.*.rate", "60 %/year"] {
            assert!(body.contains(part), "the vocabulary lacks {part}");
        }
        assert!(
            sent.json()["max_tokens"]
                .as_u64()
                .is_some_and(|n| n <= 16_000)
        );
    }
}

#[test]
fn what_does_not_hold_goes_back_and_what_still_does_not_is_named() {
    let here = folder("faults");
    let first = items(json!([
        {"path": "scale.users", "value": "20k", "quote": "some 2,000 of them"},
        {"path": "scale.requests", "value": "40/s", "quote": "About 40 orders an hour"},
        {"path": "scale.grwth", "value": "5 %/year", "quote": "of them. About 40"},
        {"path": "targets.availability", "value": "99.9 %", "quote": "it must never be down"},
        {"path": "team.engineers", "value": 3, "quote": "People buy tea there"},
        {"path": "constraints.must_use", "value": ["kafka"], "quote": "our tea shop on the web"},
        {"path": "domain.actors.customer", "value": {"kind": "customer"}, "quote": "People buy tea there"},
        {"path": "domain.operations.order-tea", "value": {"actors": ["buyer"]}, "quote": "People buy tea there"},
        {"path": "domain.entities.warehouse", "value": {}, "quote": "People buy tea there"},
    ]));
    let second = json!({"items": [
        {"path": "scale.users", "value": 2000, "quote": "some 2,000 of them"},
        {"path": "scale.requests", "value": "40/h", "quote": "About 40 orders an hour"},
        {"path": "targets.availability", "value": "99.9 %", "quote": "it must really never be down"},
    ]})
    .to_string();
    let server = Server::with(vec![says(&first), says(&second), says("{\"items\": []}")]);
    let run = draft(
        &server,
        &tea(&here),
        &here.join("shop"),
        &["--format", "json"],
    )
    .exits(FINDINGS);
    let report = run.json();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    let back = requests[1].json()["messages"].to_string();
    for part in [
        "the number `20k` is not in the quote",
        "the unit `s` of `40/s` is not in the quote",
        "does not stand in the letter",
        "the number `3` is not in the quote",
        "`kafka` is not said in the quote",
        "buyer",
        "no word of the id `warehouse` stands in the letter",
    ] {
        assert!(back.contains(part), "`{part}` did not go back: {back}");
    }
    let brief = read(&here.join("shop/brief.yaml"));
    assert!(
        brief.contains("users: 2000") && brief.contains("requests: 40/h"),
        "{brief}"
    );
    for invented in ["99.9", "engineers", "kafka", "warehouse", "grwth", "buyer"] {
        assert!(!brief.contains(invented), "{invented} is in:\n{brief}");
    }
    let left_out: Vec<&str> = report["left_out"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|d| d["path"].as_str())
        .collect();
    for path in [
        "domain.operations.order-tea",
        "targets.availability",
        "team.engineers",
        "scale.grwth",
    ] {
        assert!(
            left_out.contains(&path),
            "{path} is not named in {left_out:?}"
        );
    }
}

#[test]
fn a_misspelt_place_is_told_which_one_was_meant() {
    let here = folder("meant");
    let first =
        items(json!([{"path": "scale.user", "value": 2000, "quote": "some 2,000 of them"}]));
    let server = Server::with(vec![says(&first), says("{\"items\": []}")]);
    draft(&server, &tea(&here), &here.join("shop"), &[])
        .exits(FINDINGS)
        .says(&["Left out (1)", "users"]);
    assert!(server.requests()[1].body.contains("users"));
}

#[test]
fn faults_go_back_twice_and_no_more() {
    let here = folder("rounds");
    let bad = items(json!([{"path": "scale.users", "value": "9", "quote": "some 2,000 of them"}]));
    let server = Server::with(vec![says(&bad), says(&bad), says(&bad), says(&bad)]);
    draft(&server, &tea(&here), &here.join("shop"), &[])
        .exits(FINDINGS)
        .says(&["3 calls", "12,000 tokens in"]);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_brief_that_is_there_stays() {
    let here = folder("there");
    for name in ["brief.yaml", "architecture.yaml"] {
        let to = here.join(name.replace('.', "-"));
        write(&to.join(name), "name: mine\n");
        let before = snapshot(&to);
        let server = Server::with(vec![says(&items(json!([])))]);
        draft(&server, &tea(&here), &to, &[])
            .exits(UNUSABLE)
            .says(&["is there already", "Nothing was sent"]);
        assert!(server.requests().is_empty());
        assert_eq!(snapshot(&to), before);
    }
}

#[cfg(unix)]
#[test]
fn a_brief_that_is_a_link_to_nowhere_stays() {
    let here = folder("link");
    let to = here.join("shop");
    std::fs::create_dir_all(&to).expect("a folder");
    std::os::unix::fs::symlink(here.join("elsewhere.yaml"), to.join("brief.yaml")).expect("a link");
    let server = Server::with(vec![says(&items(json!([])))]);
    draft(&server, &tea(&here), &to, &[]).exits(UNUSABLE);
    assert!(server.requests().is_empty() && !here.join("elsewhere.yaml").exists());
}

#[test]
fn nothing_is_sent_without_a_key_a_model_or_a_yes() {
    let here = folder("consent");
    let letter = tea(&here);
    let run = |arguments: &[&str], keys: &[(&str, &str)]| {
        let mut command = author();
        command
            .arg("draft")
            .arg(&letter)
            .arg("--to")
            .arg(here.join("shop"));
        command.args(arguments).envs(keys.iter().copied());
        finish(&mut command).exits(UNUSABLE)
    };
    let server = Server::with(vec![says(&items(json!([])))]);
    run(&["--yes"], &[]).says(&["ANTHROPIC_API_KEY", "--endpoint", "Nothing was sent"]);
    run(&["--endpoint", &server.url, "--yes"], &[]).says(&["--model NAME"]);
    run(
        &[
            "--endpoint",
            "https://models.example.org/v1",
            "--model",
            "m",
            "--yes",
        ],
        &[("OPENAI_API_KEY", KEY)],
    )
    .says(&["GROUNDPLAN_API_KEY", "Nothing was sent"]);
    run(
        &["--endpoint", &server.url, "--model", "m"],
        &[("GROUNDPLAN_API_KEY", KEY)],
    )
    .says(&[
        "letter.md, 131 bytes",
        &server.url,
        "GROUNDPLAN_API_KEY",
        "--yes",
    ]);
    run(
        &[
            "--endpoint",
            &server.url,
            "--model",
            "m",
            "--yes",
            "--max-cost",
            "1",
        ],
        &[],
    )
    .says(&["the price of `m` is not known", "--max-tokens"]);
    run(
        &[
            "--endpoint",
            &server.url,
            "--model",
            "m",
            "--yes",
            "--max-tokens",
            "500",
        ],
        &[],
    )
    .says(&["would pass --max-tokens 500"]);
    assert!(server.requests().is_empty());
    assert!(!here.join("shop").exists());
}

#[test]
fn a_local_model_needs_no_key_and_gets_none() {
    let here = folder("local");
    let server = Server::with(vec![says(&items(json!([])))]);
    let mut command = author();
    command
        .env("OPENAI_API_KEY", KEY)
        .env("ANTHROPIC_API_KEY", KEY)
        .args(["draft"])
        .arg(tea(&here))
        .arg("--to")
        .arg(here.join("shop"))
        .args(["--endpoint", &server.url, "--model", "m", "--yes"]);
    finish(&mut command).exits(FINDINGS);
    let request = &server.requests()[0];
    assert_eq!(request.header("authorization"), None);
    assert!(!format!("{request:?}").contains(KEY));
}

#[test]
fn a_cap_on_tokens_ends_the_rounds_and_keeps_what_holds() {
    let here = folder("capped");
    let bad = items(json!([{"path": "scale.users", "value": "9", "quote": "some 2,000 of them"}]));
    let server = Server::with(vec![says(&bad), says(&bad)]);
    // The first call reports 4,900 tokens; the second would send about as many again.
    let size = {
        let probe = Server::with(vec![says(&items(json!([])))]);
        draft(&probe, &tea(&here), &here.join("probe"), &[]);
        probe.requests()[0].body.len() as u64 / 3
    };
    let cap = (size + 3000).to_string();
    draft(
        &server,
        &tea(&here),
        &here.join("shop"),
        &["--max-tokens", &cap],
    )
    .exits(FINDINGS)
    .says(&["It ended early: the next call would pass --max-tokens"]);
    assert_eq!(server.requests().len(), 1);
    assert!(here.join("shop/brief.yaml").is_file());
}
