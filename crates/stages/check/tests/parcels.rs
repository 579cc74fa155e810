//! The authored parcels example: clean as it stands, and each of its mechanisms is missed when a part
//! of it is taken away.

mod support;

use std::collections::BTreeSet;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../examples/parcels/authored"
);

/// From the first place of `at` on, the first `old` becomes `new`.
struct Edit {
    at: &'static str,
    old: &'static str,
    new: &'static str,
}

fn edited(text: &str, edit: &Edit) -> String {
    let start = text.find(edit.at).expect("the place is in the file");
    let found = text[start..]
        .find(edit.old)
        .expect("the text is after the place");
    let (before, after) = text.split_at(start + found);
    format!("{before}{}{}", edit.new, &after[edit.old.len()..])
}

/// The rules that speak of the example with one edit in architecture or brief.
fn rules(edit: Option<&Edit>) -> BTreeSet<String> {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{FOLDER}/{name}")).expect("the example is there")
    };
    let mut indented = String::from("brief:\n");
    for line in read("brief.yaml").lines() {
        let gap = if line.is_empty() { "" } else { "  " };
        indented.push_str(&format!("{gap}{line}\n"));
    }
    let whole = read("architecture.yaml").replace("brief: brief.yaml\n", &indented);
    let text = edit.map_or_else(|| whole.clone(), |edit| edited(&whole, edit));
    let system = support::load("architecture.yaml", &text).expect("the example loads");
    let found = support::findings(&system);
    found.into_iter().map(|f| f.rule).collect()
}

#[test]
fn the_authored_design_is_clean() {
    assert_eq!(rules(None), BTreeSet::new());
}

#[test]
fn what_is_taken_from_a_mechanism_is_missed() {
    let cases = [
        (
            "partition-key-outside-key",
            Edit {
                at: "\n  scans:\n    store",
                old: "primary_key: [parcel_number, id]",
                new: "primary_key: [id]",
            },
        ),
        (
            "unpruned-access",
            Edit {
                at: "\n  track-parcel:\n    steps",
                old: "by: [parcel_number]",
                new: "by: [id]",
            },
        ),
        (
            "stale-read",
            Edit {
                at: "\n  store-readers:",
                old: "lag: 5 s",
                new: "lag: 1 min",
            },
        ),
        (
            "missed-availability-target",
            Edit {
                at: "\n  lookup-to-store-readers:",
                old: "to: mirror",
                new: "to: store-readers",
            },
        ),
        (
            "lost-acknowledgement",
            Edit {
                at: "\n  record-scans:\n    steps",
                old: "acknowledge: after-commit",
                new: "acknowledge: on-receipt",
            },
        ),
        (
            "lost-acknowledgement",
            Edit {
                at: "\n  record-scans:\n    steps",
                old: "transaction: outbox",
                new: "transaction: none",
            },
        ),
        (
            "lost-acknowledgement",
            Edit {
                at: "\n  store:\n    kind: store",
                old: "mode: synchronous",
                new: "mode: asynchronous",
            },
        ),
        (
            "broken-mechanism",
            Edit {
                at: "brief:",
                old: "latest: [occurred_at, kind, id]",
                new: "latest: [occurred_at]",
            },
        ),
        (
            "broken-mechanism",
            Edit {
                at: "\n  track-parcel:\n    steps",
                old: "table: scans",
                new: "table: parcel_states",
            },
        ),
        (
            "wrong-retention",
            Edit {
                at: "\n  proof_of_deliveries:\n    store",
                old: "keep: 3 years",
                new: "keep: 13 months",
            },
        ),
    ];
    for (rule, edit) in &cases {
        let found = rules(Some(edit));
        assert!(
            found.contains(*rule),
            "{rule} is silent on `{}`: {found:?}",
            edit.new
        );
    }
}
