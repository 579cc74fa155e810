//! The first answer to a brief with a deciding gap is questions, never a design (A1 to A3).

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::*;

/// The orders brief without a key of `indent` spaces and what stands below it.
fn without(key: &str) -> String {
    let brief = brief_of("orders");
    let mut out = String::new();
    let mut below: Option<usize> = None;
    let mut cut = 0;
    for line in brief.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(at) = below {
            if line.trim().is_empty() || indent > at {
                continue;
            }
            below = None;
        }
        if indent <= 2 && line.trim_start().starts_with(&format!("{key}:")) && cut == 0 {
            below = Some(indent);
            cut += 1;
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    assert_eq!(cut, 1, "{key}");
    out
}

fn gap(name: &str, key: &str) -> PathBuf {
    folder_with(name, &[("brief.yaml", without(key).as_bytes())])
}

fn asked(folder: &Path) -> Vec<Value> {
    let run = run(&["ask", utf8(folder), "--format", "json"]);
    let questions = run.json()["questions"].as_array().expect("a list").clone();
    assert_eq!(
        run.code,
        if questions.is_empty() {
            CLEAN
        } else {
            FINDINGS
        }
    );
    questions
}

#[test]
fn a_deciding_gap_gets_questions_and_no_design() {
    let folder = gap("deciding", "availability");
    let path = utf8(&folder);
    let questions = asked(&folder);
    let question = questions
        .iter()
        .find(|q| q["sets"] == "targets.availability")
        .expect("it is asked");
    assert_eq!(question["deciding"], true, "{question}");
    assert!(!question["decides"].as_array().expect("a list").is_empty());
    for key in ["question", "why", "because"] {
        assert!(
            !question[key].as_str().unwrap_or_default().is_empty(),
            "{key}"
        );
    }
    assert!(!question["default"].is_null());

    let before = snapshot(&folder);
    run(&["design", path]).exits(FINDINGS).says(&[
        question["question"].as_str().expect("text"),
        "(deciding)",
        "Default: ",
        "No design yet",
        "--assume",
    ]);
    assert_eq!(snapshot(&folder), before, "nothing is written");

    // Without a terminal, `ask` says how else to answer.
    run(&["ask", path]).exits(FINDINGS).says(&[
        "This is no terminal to ask in",
        "--format yaml",
        "--answers",
        "--assume",
    ]);
    assert_eq!(snapshot(&folder), before);
}

#[test]
fn assumptions_are_numbered_and_cited() {
    let folder = gap("assume", "availability");
    let path = utf8(&folder);
    let run = run(&["design", path, "--assume"]);
    assert_ne!(run.code, UNUSABLE, "{}", run.text());
    let brief = read(&folder.join("brief.yaml"));
    assert!(brief.contains("\nassumptions:\n"), "{brief}");
    assert!(brief.contains("sets: targets.availability"));
    // What the person wrote is there as before, comments too.
    for line in without("availability").lines() {
        assert!(brief.contains(line), "{line} is lost");
    }
    assert!(folder.join("architecture.yaml").is_file());
    // Nothing is asked again.
    support::run(&["design", path]).says(&["would change nothing"]);
    assert!(
        asked(&folder)
            .iter()
            .all(|q| q["sets"] != "targets.availability")
    );
    let document = read(&folder.join("design/DESIGN.md"));
    assert!(
        document.contains("A1"),
        "the first assumption has its number"
    );
    let text = syntax::tree::parse(0, &brief)
        .root
        .expect("a root")
        .to_value()["assumptions"]["availability"]["text"]
        .as_str()
        .expect("its sentence")
        .trim_end_matches('.')
        .to_string();
    assert!(
        document.contains(&text),
        "`{text}` is not cited in DESIGN.md"
    );
}

#[test]
fn a_questionnaire_is_filled_in_and_read_back() {
    let folder = gap("answers", "availability");
    let path = utf8(&folder);
    let form = run(&["ask", path, "--format", "yaml"]).exits(FINDINGS).out;
    assert!(form.contains("availability"), "{form}");
    assert!(
        syntax::tree::parse(0, &form).faults.is_empty(),
        "the questionnaire is no good YAML:\n{form}"
    );
    let file = folder.join("questions.yaml");

    // Given back as it came: no answer yet, or its defaults, but never a fault.
    write(&file, &form);
    let before = snapshot(&folder);
    let empty = run(&["ask", path, "--answers", utf8(&file)]);
    assert_eq!(empty.code, CLEAN, "{}", empty.text());

    // An answer that answers nothing is a finding with its place, and nothing is written.
    write(&folder.join("brief.yaml"), &before["brief.yaml"]);
    write(&file, answered(&form, "availability", "seven"));
    run(&["ask", path, "--answers", utf8(&file)])
        .exits(UNUSABLE)
        .says(&["seven", "questions.yaml"]);
    assert_eq!(
        read(&folder.join("brief.yaml")).as_bytes(),
        before["brief.yaml"]
    );

    write(&file, answered(&form, "availability", "99.5 %"));
    run(&["ask", path, "--answers", utf8(&file)])
        .exits(CLEAN)
        .says(&["written to"]);
    let brief = read(&folder.join("brief.yaml"));
    assert!(brief.contains("availability: 99.5 %"), "{brief}");
    assert!(
        asked(&folder)
            .iter()
            .all(|q| q["sets"] != "targets.availability")
    );

    // Broken answers.
    for broken in ["[", "", "- a\n", "nonsense: 7\n"] {
        write(&file, broken);
        let run = run(&["ask", path, "--answers", utf8(&file)]);
        assert!(run.code <= UNUSABLE, "{broken}");
        assert_eq!(read(&folder.join("brief.yaml")), brief, "{broken}");
    }
    write(&file, b"\xff\xfe");
    run(&["ask", path, "--answers", utf8(&file)]).exits(UNUSABLE);
}

/// The questionnaire with another answer at a question.
fn answered(form: &str, id: &str, answer: &str) -> String {
    let line = form
        .lines()
        .find(|l| l.starts_with(&format!("{id}: ")))
        .unwrap_or_else(|| panic!("no question {id} in\n{form}"));
    form.replacen(line, &format!("{id}: {answer}"), 1)
}

#[test]
fn ask_takes_the_defaults_when_told() {
    let folder = gap("defaults", "availability");
    let path = utf8(&folder);
    let open = asked(&folder).len();
    run(&["ask", path, "--assume"]).exits(CLEAN).says(&[
        "assumed, listed under `assumptions`",
        "targets.availability = ",
    ]);
    assert!(open > 0);
    assert!(!folder.join("architecture.yaml").exists());
    assert_eq!(asked(&folder).len(), 0, "asked again");
    run(&["ask", path, "--assume"])
        .exits(CLEAN)
        .says(&["Nothing to assume"]);
}

#[test]
fn a_complete_brief_is_asked_nothing() {
    let folder = folder_with("complete", &[("brief.yaml", brief_of("orders").as_bytes())]);
    assert!(asked(&folder).is_empty());
    run(&["ask", utf8(&folder)])
        .exits(CLEAN)
        .says(&["The brief says:", "No open question"]);
    let form = run(&["ask", utf8(&folder), "--format", "yaml"]).exits(CLEAN);
    assert!(syntax::tree::parse(0, &form.out).faults.is_empty());
}

/// A gap that changes nothing does not stand in the way: asked perhaps, but never deciding.
#[test]
fn the_most_decisive_comes_first() {
    let folder = gap("order", "budget");
    let questions = asked(&folder);
    let deciding: Vec<bool> = questions
        .iter()
        .map(|q| q["deciding"].as_bool().expect("yes or no"))
        .collect();
    let mut sorted = deciding.clone();
    sorted.sort_by_key(|d| !*d);
    assert_eq!(deciding, sorted);
    let has_deciding = deciding.contains(&true);
    let run = run(&["design", utf8(&folder)]);
    assert_eq!(
        folder.join("architecture.yaml").exists(),
        !has_deciding,
        "{}",
        run.text()
    );
}

/// A brief in place in architecture.yaml, or under another name, is answered where it stands.
#[test]
fn answers_go_to_where_the_brief_is() {
    let indented: String = without("availability")
        .lines()
        .map(|l| {
            if l.is_empty() {
                "\n".into()
            } else {
                format!("  {l}\n")
            }
        })
        .collect();
    let text = format!("# Ours.\nbrief:\n{indented}# After the brief.\nstyle: modular-monolith\n");
    let folder = folder_with("in-place", &[("architecture.yaml", text.as_bytes())]);
    run(&["ask", utf8(&folder), "--assume"]).exits(CLEAN);
    assert!(!folder.join("brief.yaml").exists());
    let answered = read(&folder.join("architecture.yaml"));
    assert!(answered.contains("\n  assumptions:\n"), "{answered}");
    for line in text.lines() {
        assert!(answered.contains(line), "{line} is lost");
    }
    assert!(asked(&folder).is_empty());

    let folder = folder_with(
        "other-name",
        &[
            ("architecture.yaml", b"brief: wanted.yaml\n"),
            ("wanted.yaml", without("availability").as_bytes()),
        ],
    );
    run(&["ask", utf8(&folder), "--assume"]).exits(CLEAN);
    assert!(!folder.join("brief.yaml").exists());
    assert!(read(&folder.join("wanted.yaml")).contains("\nassumptions:\n"));
}
