//! `architecture.yaml` belongs to people as much as to the engine (D12): nobody's work is lost.

mod support;

use std::fs;
use std::path::Path;

use support::*;

/// A relation of the orders example that the engine wrote, and its timeout.
const RELATION: &str = "  edge-to-app:\n";

/// Changes the timeout of `edge-to-app` as a person would, with a word on why.
fn change_a_timeout(architecture: &Path) -> (String, String) {
    let text = read(architecture);
    let at = text.find(RELATION).expect("the relation is there");
    let (head, tail) = text.split_at(at);
    let line = tail
        .lines()
        .find(|l| l.starts_with("    timeout: "))
        .expect("it has a timeout");
    let mine = "    timeout: 9 s # measured by us in May";
    write(
        architecture,
        format!("{head}{}", tail.replacen(line, mine, 1)),
    );
    (line.to_string(), mine.to_string())
}

/// Twenty times the people: another design.
fn grow(folder: &Path) {
    edit(
        &folder.join("brief.yaml"),
        "  users: 50k\n",
        "  users: 1M\n",
    );
    let brief = read(&folder.join("brief.yaml"));
    write(
        &folder.join("brief.yaml"),
        brief.replace("budget: 3000 EUR/month", "budget: 30000 EUR/month"),
    );
}

fn of_relation(text: &str) -> String {
    let at = text.find(RELATION).expect("the relation is there");
    let body: Vec<&str> = text[at..]
        .lines()
        .enumerate()
        .take_while(|(i, l)| *i == 0 || l.starts_with("    "))
        .map(|(_, l)| l)
        .collect();
    body.join("\n")
}

#[test]
fn a_second_design_proposes_and_keeps_what_a_person_changed() {
    let folder = designed("orders", "proposal");
    let path = utf8(&folder);
    let file = folder.join("architecture.yaml");
    let (old, mine) = change_a_timeout(&file);
    // And something of the person's own, with a comment.
    let text = read(&file);
    let added = "risks:\n  # Heard from the provider's support.\n  slow-provider:\n    text: The provider is slow on Mondays.\n    author: person\n";
    let text = match text.find("\nrisks:\n") {
        Some(_) => text.replacen("risks:\n", added, 1),
        None => format!("{text}{added}"),
    };
    write(&file, &text);
    run(&["evaluate", path]);

    // The brief as it was: nothing to propose, nothing lost.
    let before = snapshot(&folder);
    run(&["design", path]).says(&["would change nothing but", "that others wrote"]);
    assert_eq!(read(&file), text);
    let after = snapshot(&folder);
    assert_eq!(before["brief.yaml"], after["brief.yaml"]);
    assert!(!after.contains_key("architecture.proposal.yaml"));

    // Twenty times the load: a proposal, and the file stays byte for byte.
    grow(&folder);
    let second = run(&["design", path]);
    assert_ne!(second.code, UNUSABLE, "{}", second.text());
    second.says(&["architecture.proposal.yaml", "--accept", "stays as it is"]);
    assert_eq!(read(&file), text);
    let proposal = folder.join("architecture.proposal.yaml");
    let proposed = read(&proposal);
    assert!(
        proposed.contains("extends: architecture.yaml"),
        "{proposed}"
    );
    assert!(
        proposed.contains("relations.edge-to-app"),
        "it is named as kept"
    );
    assert!(
        !proposed.contains("set: relations.edge-to-app\n"),
        "a person's element is not to be changed"
    );
    assert!(!proposed.contains("slow-provider"));
    // The same again gives the same proposal.
    run(&["design", path]);
    assert_eq!(read(&proposal), proposed);

    // Accepted: the engine's elements change, the person's and every comment stay.
    run(&["design", path, "--accept"]).says(&["changes applied"]);
    let accepted = read(&file);
    assert_ne!(accepted, text);
    assert!(accepted.contains(&mine), "the comment stays");
    assert_eq!(of_relation(&accepted), of_relation(&text));
    assert!(!of_relation(&accepted).contains(&old));
    assert!(accepted.contains("# Heard from the provider's support."));
    assert!(accepted.contains("The provider is slow on Mondays."));
    assert!(accepted.starts_with("# The design, in one file."));
    assert!(!proposal.exists(), "an accepted proposal is no longer open");
    // What was accepted is a sound file, and there is nothing left to propose.
    assert_ne!(run(&["check", path]).code, UNUSABLE);
    run(&["design", path]).says(&["would change nothing"]);
    assert_eq!(read(&file), accepted);
}

#[test]
fn what_a_person_removed_does_not_come_back() {
    let folder = designed("orders", "removed");
    let path = utf8(&folder);
    let file = folder.join("architecture.yaml");
    let text = read(&file);
    let at = text.find("\nevolution:\n").expect("it has an evolution");
    let end = text[at + 1..]
        .match_indices('\n')
        .map(|(i, _)| at + 1 + i + 1)
        .find(|i| *i > at + 12 && !text[*i..].starts_with(' '))
        .unwrap_or(text.len());
    let without = format!("{}{}", &text[..at + 1], &text[end..]);
    write(&file, &without);
    run(&["design", path]).says(&["would change nothing but"]);
    assert_eq!(read(&file), without);
    run(&["design", path, "--accept"]);
    assert_eq!(read(&file), without);
}

/// The state of the last run may be deleted: then `author: engine` says what may be changed.
#[test]
fn without_generated_state_the_authors_decide() {
    let folder = designed("orders", "no-base");
    let path = utf8(&folder);
    let file = folder.join("architecture.yaml");
    fs::remove_dir_all(folder.join(".groundplan")).expect("it may go");
    let text = read(&file).replacen(
        "  edge-to-app:\n    from: edge\n",
        "  edge-to-app:\n    notes: Ours since the review.\n    from: edge\n",
        1,
    );
    let at = text.find(RELATION).expect("the relation");
    let (head, tail) = text.split_at(at);
    let text = format!(
        "{head}{}",
        tail.replacen("author: engine", "author: person", 1)
    );
    write(&file, &text);
    grow(&folder);
    run(&["design", path, "--accept"]);
    let accepted = read(&file);
    assert!(accepted.contains("Ours since the review."));
    assert_eq!(of_relation(&accepted), of_relation(&text));
}

#[test]
fn an_edited_generated_file_stays_until_forced() {
    let folder = designed("orders", "edited");
    let path = utf8(&folder);
    let file = folder.join("design/api/openapi.yaml");
    let generated = read(&file);
    let edited = format!("{generated}# our own line\n");
    write(&file, &edited);
    for command in ["render", "design"] {
        run(&[command, path]).exits(FINDINGS).says(&[
            "design/api/openapi.yaml was edited by hand",
            "render --force",
        ]);
        assert_eq!(read(&file), edited, "{command}");
    }
    // Bytes that are no text, and an empty file, are somebody's too.
    for content in [&b"\xff\xfe\x00"[..], b""] {
        write(&file, content);
        run(&["render", path]).exits(FINDINGS);
        assert_eq!(fs::read(&file).expect("it is there"), content);
    }
    run(&["render", path, "--force"]).exits(CLEAN);
    assert_eq!(read(&file), generated);
}

#[test]
fn a_deleted_generated_file_comes_back_and_strangers_stay() {
    let folder = designed("orders", "deleted");
    let path = utf8(&folder);
    let before = snapshot(&folder);
    fs::remove_file(folder.join("design/api/openapi.yaml")).expect("it may go");
    fs::remove_dir_all(folder.join("design/diagrams")).expect("it may go");
    run(&["render", path]).exits(CLEAN);
    assert_eq!(snapshot(&folder), before);
    write(&folder.join("design/notes.md"), "mine\n");
    run(&["render", path, "--force"]).exits(CLEAN);
    assert_eq!(read(&folder.join("design/notes.md")), "mine\n");
}

/// A file of an operation that is gone describes nothing any more.
#[test]
fn a_generated_file_that_is_no_longer_made_does_not_linger() {
    let folder = designed("orders", "orphans");
    let path = utf8(&folder);
    let orphan = folder.join("design/diagrams/sequence-old-operation.mmd");
    fs::copy(
        folder.join("design/diagrams/sequence-place-order.mmd"),
        &orphan,
    )
    .expect("a copy");
    let edited = folder.join("design/diagrams/sequence-older-operation.mmd");
    write(
        &edited,
        format!(
            "{}%% mine\n",
            read(&folder.join("design/diagrams/sequence-place-order.mmd"))
        ),
    );
    run(&["render", path]).says(&["sequence-old-operation.mmd"]);
    assert!(!orphan.exists(), "nobody edited it, and nothing makes it");
    assert!(edited.exists(), "somebody edited it");
}

/// Written by hand, without a brief file: the domain in place, authors of every kind.
const BY_HAND: &str = r"# Ours, by hand.
brief:
  name: notes
  purpose: People keep short notes and read them again on every device they have.
  form: service
  scale:
    users: 2000
  targets:
    availability: 99 %
    latency: {p95: 500 ms, p99: 2 s}
  domain:
    actors:
      writer: {kind: customer, count: 2000}
    entities:
      note:
        fields:
          body: {type: text, max_length: 2000}
        volume: {rows: 100k}
    operations:
      get-note:
        actors: [writer]
        method: GET
        path: /notes/{id}
        target: note
        by: [id]
        rate: 2/s
        effects:
          - read: {entity: note, by: [id]}
style: monolith
components:
  # One program is enough.
  api:
    kind: service
    technology: rust
    instances: 1
    size: {vcpu: 1, memory: 1 GB}
    owner: core
    why: We know it.
    author: person
  db:
    kind: store
    technology: postgresql
    instances: 1
    size: {vcpu: 1, memory: 2 GB}
    owner: core
    author: agent
relations:
  api-db: {from: api, to: db, mode: sync, timeout: 500 ms, operations: [get-note], encryption: tls, authentication: password, author: person}
data:
  notes:
    store: db
    entity: note
    columns:
      id: {type: integer}
      body: {type: text}
    primary_key: [id]
    author: person
paths:
  get-note:
    steps:
      - on: db
        work: point-read
        table: notes
        by: [id]
";

#[test]
fn an_architecture_by_hand_needs_no_brief_file() {
    let folder = folder_with("by-hand", &[("architecture.yaml", BY_HAND.as_bytes())]);
    let path = utf8(&folder);
    let checked = run(&["check", path]);
    assert_ne!(checked.code, UNUSABLE, "{}", checked.text());
    let evaluated = run(&["evaluate", path, "--format", "json"]);
    assert_ne!(evaluated.code, UNUSABLE, "{}", evaluated.text());
    let value = evaluated.json();
    let p99 = value["evaluation"]["operations"]["get-note"]["response"]["p99_ms"]
        .as_f64()
        .expect("a response time");
    assert!(p99 > 0.0 && p99 < 100.0, "{p99}");
    run(&["render", path]).exits(CLEAN);
    let made = snapshot(&folder.join("design"));
    assert!(
        made.keys().any(|f| f.ends_with("openapi.yaml")),
        "{:?}",
        made.keys()
    );
    assert!(
        made.keys().any(|f| f.ends_with("schema.sql")),
        "{:?}",
        made.keys()
    );
    run(&["explain", "get-note.p99", path]).exits(CLEAN);
    assert_eq!(read(&folder.join("architecture.yaml")), BY_HAND);
    // A finding in the brief in place points into this file.
    let wrong = BY_HAND.replace("target: note\n", "target: noet\n");
    write(&folder.join("architecture.yaml"), wrong);
    run(&["check", path]).says(&["noet", "architecture.yaml:", "`note`"]);
}

/// A new design over work by hand changes none of it, also when told to accept.
#[test]
fn a_design_over_work_by_hand_only_adds() {
    let folder = folder_with("over-hand", &[("architecture.yaml", BY_HAND.as_bytes())]);
    let path = utf8(&folder);
    run(&["design", path, "--assume"]);
    for element in [
        "  api-db: {from: api, to: db",
        "# One program is enough.",
        "why: We know it.",
    ] {
        assert!(
            read(&folder.join("architecture.yaml")).contains(element),
            "{element}"
        );
    }
    run(&["design", path, "--accept"]);
    let text = read(&folder.join("architecture.yaml"));
    for element in [
        "  api-db: {from: api, to: db",
        "# One program is enough.",
        "why: We know it.",
        "author: agent",
    ] {
        assert!(text.contains(element), "{element} is lost:\n{text}");
    }
    assert_ne!(run(&["check", path]).code, UNUSABLE);
}

/// Authors and notes that the engine knows nothing of come through format and acceptance.
#[test]
fn a_design_beside_a_brief_survives_its_formatting() {
    let folder = designed("internal-service", "formatted");
    let path = utf8(&folder);
    run(&["fmt", path]).exits(CLEAN);
    let formatted = snapshot(&folder);
    run(&["design", path]).says(&["would change nothing"]);
    assert_eq!(
        differences(&formatted, &snapshot(&folder)),
        Vec::<String>::new()
    );
}
