//! Proposals on a real folder: written whole or not at all, with a history that can be undone.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use groundplan_folder as folder;

use folder::changing::{Acceptance, Answer, Ending, Request, propose, undo};
use folder::{history, opening};
use model::Author;
use pipeline::proposing::{Change, Document, Proposed, Texts};
use serde_json::json;

/// A folder of its own with the example of orders, removed when it is dropped.
struct Shop(PathBuf);

impl Shop {
    fn new() -> Shop {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "groundplan-folder-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/orders");
        for file in ["brief.yaml", "architecture.yaml"] {
            std::fs::copy(example.join(file), folder.join(file)).expect("a copy");
        }
        Shop(folder)
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.join(file)).expect("a file")
    }

    fn revision(&self) -> String {
        opening::texts(&self.0).expect("texts").revision()
    }

    fn propose(&self, base: Option<&str>, changes: serde_json::Value) -> Answer {
        self.ask(base, changes, &|| true).expect("an answer")
    }

    fn ask(
        &self,
        base: Option<&str>,
        changes: serde_json::Value,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Answer, String> {
        let changes: Vec<Change> = serde_json::from_value(changes).expect("changes");
        let request = Request {
            base,
            author: "test",
            by: Author::Agent,
            reason: "a test",
            proposed: Proposed {
                texts: Vec::new(),
                changes,
            },
            accepts: Acceptance::NoNewBlocker { knowingly: &[] },
            try_only: false,
        };
        propose(&self.0, &request, &|_| None, wanted)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn risk(id: &str) -> serde_json::Value {
    json!([{"add": format!("risks.{id}"), "value": {"text": "A risk."}}])
}

#[test]
fn an_accepted_proposal_is_in_the_history_and_can_be_undone() {
    let shop = Shop::new();
    let (before, text) = (shop.revision(), shop.text("architecture.yaml"));
    let answer = shop.propose(Some(&before), risk("one"));
    let Ending::Accepted(entry) = answer.ending else {
        panic!("{answer:?}")
    };
    assert_eq!(
        (entry.id, entry.before.as_str(), entry.author.as_str()),
        (1, before.as_str(), "test")
    );
    assert_eq!(entry.after, shop.revision());
    assert!(shop.text("architecture.yaml").contains("one:"));
    let known = history::texts_of(&shop.0, &before).expect("read");
    assert_eq!(
        known.and_then(|t| t.of(Document::Architecture).map(str::to_string)),
        Some(text.clone())
    );
    assert!(undo(&shop.0, Some(9), "test", "wrong number").is_err());
    let back = undo(&shop.0, Some(1), "test", "a test").expect("undone");
    assert_eq!(
        (back.undoes, shop.text("architecture.yaml")),
        (Some(1), text)
    );
    assert!(
        undo(&shop.0, None, "test", "again").is_err(),
        "nothing is left"
    );
}

#[test]
fn what_was_edited_by_hand_is_not_undone_over() {
    let shop = Shop::new();
    shop.propose(None, risk("one"));
    let edited = shop.text("architecture.yaml") + "# mine\n";
    std::fs::write(shop.0.join("architecture.yaml"), &edited).expect("written");
    let refused = undo(&shop.0, None, "test", "a test").expect_err("refused");
    assert!(refused.contains("by hand"), "{refused}");
    assert_eq!(shop.text("architecture.yaml"), edited);
}

#[test]
fn a_stale_base_is_refused_with_three_ways() {
    let shop = Shop::new();
    let base = shop.revision();
    shop.propose(Some(&base), risk("theirs"));
    let between = shop.text("architecture.yaml");
    let answer = shop.propose(Some(&base), risk("mine"));
    let Ending::Stale(Some(met)) = answer.ending else {
        panic!("{answer:?}")
    };
    let paths = |all: &[pipeline::differing::Difference]| -> Vec<String> {
        all.iter().map(|d| d.path.clone()).collect()
    };
    assert_eq!(paths(&met.theirs), ["risks.theirs"]);
    assert_eq!(paths(&met.mine), ["risks.mine"]);
    assert!(met.conflicts.is_empty());
    assert_eq!(shop.text("architecture.yaml"), between);
    assert_eq!(answer.revision, shop.revision());
}

#[test]
fn a_proposal_that_nobody_waits_for_is_not_written() {
    let shop = Shop::new();
    let text = shop.text("architecture.yaml");
    assert!(shop.ask(None, risk("one"), &|| false).is_err());
    assert_eq!(shop.text("architecture.yaml"), text);
    assert!(history::entries(&shop.0).expect("entries").is_empty());
}

#[test]
fn a_change_that_was_announced_is_finished_by_whoever_comes_next() {
    let shop = Shop::new();
    let before = opening::texts(&shop.0).expect("texts");
    let changes = json!([
        {"set": "purpose", "to": "Another.", "in": "brief"},
        {"add": "risks.one", "value": {"text": "A risk."}},
    ]);
    let answer = shop.propose(None, changes);
    let Ending::Accepted(entry) = answer.ending else {
        panic!("{answer:?}")
    };
    let after = opening::texts(&shop.0).expect("texts");
    let state = shop.0.join(folder::STATE);
    let announce = |texts: &Texts| {
        let put = |document, file: &str| {
            let text = texts.of(document).expect("a text");
            std::fs::write(shop.0.join(file), text).expect("written");
        };
        put(Document::Brief, "brief.yaml");
        put(Document::Architecture, "architecture.yaml");
        std::fs::write(state.join("history.jsonl"), "").expect("written");
        let line = serde_json::to_string(&entry).expect("a line");
        std::fs::write(state.join("pending.json"), line).expect("written");
    };
    // Died before the first file, between the two, and before the line of the history.
    let halfway = before.with(
        Document::Brief,
        after.of(Document::Brief).map(str::to_string),
    );
    for died in [&before, &halfway, &after] {
        announce(died);
        assert_eq!(opening::texts(&shop.0).expect("texts"), *died);
        folder::open(&shop.0).expect("opened");
        assert_eq!(opening::texts(&shop.0).expect("texts"), after);
        assert_eq!(
            history::entries(&shop.0).expect("entries"),
            std::slice::from_ref(&entry)
        );
        assert!(!state.join("pending.json").exists());
    }
    // Edited meanwhile: the edit stays.
    announce(&before);
    std::fs::write(shop.0.join("brief.yaml"), "name: mine\n").expect("written");
    folder::open(&shop.0).expect("opened");
    assert_eq!(shop.text("brief.yaml"), "name: mine\n");
    assert!(!state.join("pending.json").exists());
}

#[test]
fn many_at_once_are_taken_one_after_the_other() {
    let shop = Shop::new();
    let base = shop.revision();
    let taken = std::thread::scope(|scope| {
        let each = (0..6).map(|i| {
            let (shop, base) = (&shop, base.as_str());
            scope.spawn(move || {
                let answer = shop.propose(Some(base), risk(&format!("r{i}")));
                matches!(answer.ending, Ending::Accepted(_))
            })
        });
        let each: Vec<_> = each.collect();
        each.into_iter()
            .filter_map(|t| t.join().ok())
            .filter(|t| *t)
            .count()
    });
    assert_eq!(taken, 1);
    assert_eq!(history::entries(&shop.0).expect("entries").len(), 1);
    let whole = folder::open(&shop.0).expect("opened");
    assert!(whole.usable(), "{:?}", whole.findings);
}

#[test]
fn a_cut_line_of_the_history_is_passed_over() {
    let shop = Shop::new();
    shop.propose(None, risk("one"));
    let log = shop.0.join(folder::STATE).join("history.jsonl");
    let cut = std::fs::read_to_string(&log).expect("a log") + "{\"id\": 2, \"at\"";
    std::fs::write(&log, cut).expect("written");
    let answer = shop.propose(None, risk("two"));
    assert!(matches!(answer.ending, Ending::Accepted(_)), "{answer:?}");
    let ids: Vec<u64> = history::entries(&shop.0)
        .expect("entries")
        .iter()
        .map(|e| e.id)
        .collect();
    assert_eq!(ids, [1, 2]);
}
