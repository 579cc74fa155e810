use super::*;
use serde_json::json;

const TEXT: &str = "\
This is about our tea shop on the web. People buy tea there, some 2,000 of them.
We know PostgreSQL well and run on AWS. About 40 orders an hour
come in before Christmas.
";

fn drafting() -> Drafting {
    Drafting::new(Letter::new("letter.md", TEXT), "My Shop 2")
}

fn item(path: &str, value: Value, quote: &str) -> Item {
    Item {
        path: path.into(),
        value,
        quote: quote.into(),
    }
}

fn purpose() -> Item {
    item("purpose", json!("People buy tea."), "People buy tea there")
}

/// Why an item beside the purpose is left out; nothing where it is kept.
fn why(path: &str, value: Value, quote: &str) -> Option<String> {
    let draft = drafting().take(vec![purpose(), item(path, value, quote)]);
    assert!(draft.missing.is_empty(), "{draft:#?}");
    let out = draft.dropped.into_iter().next();
    assert_eq!(out.is_none(), draft.cited.len() == 2);
    out.map(|d| d.why)
}

#[test]
fn what_holds_stands_under_its_words() {
    let draft = drafting().take(vec![
        item(
            "scale.requests",
            json!("40/h"),
            "About 40 orders an hour come in",
        ),
        purpose(),
    ]);
    assert!(
        draft.dropped.is_empty() && draft.missing.is_empty(),
        "{draft:#?}"
    );
    let body = draft.text.split_once("\n\n").map_or("", |(_, body)| body);
    assert_eq!(
        body,
        "name: my-shop-2\n\
         # \"People buy tea there\" (letter.md:1)\n\
         purpose: People buy tea.\n\
         scale:\n  # \"About 40 orders an hour come in\" (letter.md:2)\n  requests: 40/h\n"
    );
}

#[test]
fn nothing_said_is_no_brief() {
    let draft = drafting().take(Vec::new());
    assert_eq!(draft.missing, ["purpose"]);
    assert!(draft.cited.is_empty());
}

#[test]
fn each_reason_is_named() {
    for (path, value, quote, reason) in [
        (
            "scale.users",
            json!(2000),
            "some 2000 of them",
            "word for word",
        ),
        (
            "scale.users",
            json!("3000"),
            "some 2,000 of them",
            "the number `3000`",
        ),
        ("scale.user", json!(2000), "some 2,000 of them", "users"),
        ("scale.users", json!("2,000"), "some 2,000 of them", "count"),
        ("scale.users", json!(null), "some 2,000 of them", "no value"),
        ("scale..users", json!(1), "some 2,000 of them", "empty step"),
        ("", json!({}), "some 2,000 of them", "the path is empty"),
        (
            "form",
            json!("website"),
            "our tea shop on the web",
            "service",
        ),
        (
            "constraints.must_use",
            json!(["kafka"]),
            "We know PostgreSQL well",
            "`kafka` is not said",
        ),
        (
            "team.skills.kafka",
            json!("good"),
            "We know PostgreSQL well",
            "`kafka` is not said",
        ),
        (
            "compliance",
            json!(["gdpr"]),
            "People buy tea there",
            "`gdpr` is not said",
        ),
        (
            "domain.actors.robot",
            json!({"kind": "device"}),
            "People buy tea there",
            "no word of the id `robot`",
        ),
        (
            "domain.entities.order",
            json!({"relations": {"to": {"to": "invoice"}}}),
            "About 40 orders an hour",
            "invoice",
        ),
        (
            "name.first",
            json!("x"),
            "our tea shop on the web",
            "is no map",
        ),
        (
            "assumptions.all",
            json!({"text": "a", "because": "b"}),
            "People buy tea there",
            "assumption",
        ),
    ] {
        let said = why(path, value, quote).unwrap_or_else(|| panic!("{path} was kept"));
        assert!(said.contains(reason), "{path}: {said}");
    }
}

#[test]
fn names_are_known_by_their_other_names() {
    assert_eq!(
        why(
            "team.skills",
            json!({"postgresql": "good"}),
            "We know PostgreSQL well"
        ),
        None
    );
    assert_eq!(
        why(
            "constraints.must_use",
            json!(["postgres"]),
            "We know PostgreSQL well"
        ),
        None
    );
}

#[test]
fn what_refers_to_something_left_out_waits_for_it() {
    let mut drafting = drafting();
    let order = item(
        "domain.operations.order-tea",
        json!({"actors": ["people"], "method": "POST", "path": "/orders"}),
        "People buy tea there",
    );
    let draft = drafting.take(vec![purpose(), order]);
    assert_eq!(draft.dropped.len(), 1, "{draft:#?}");
    let actor = item(
        "domain.actors.people",
        json!({"kind": "customer"}),
        "People buy tea there",
    );
    let draft = drafting.take(vec![actor]);
    assert!(draft.dropped.is_empty(), "{draft:#?}");
    assert!(draft.text.contains("order-tea"), "{}", draft.text);
}

#[test]
fn what_is_said_again_replaces_what_was_said() {
    let mut drafting = drafting();
    drafting.take(vec![
        purpose(),
        item("scale.users", json!("40"), "About 40 orders an hour"),
    ]);
    let draft = drafting.take(vec![item("scale.users", json!(2000), "some 2,000 of them")]);
    assert!(
        draft.text.contains("users: 2000") && !draft.text.contains("About 40"),
        "{}",
        draft.text
    );
}

#[test]
fn what_is_deeper_stands_in_what_is_shallower() {
    let draft = drafting().take(vec![
        purpose(),
        item("scale.users", json!(2000), "some 2,000 of them"),
        item(
            "scale",
            json!({"requests": "40/h"}),
            "About 40 orders an hour",
        ),
    ]);
    assert!(
        draft.text.contains("users: 2000") && draft.text.contains("requests: 40/h"),
        "{}",
        draft.text
    );
}

#[test]
fn what_was_left_out_is_known_until_it_is_corrected() {
    let mut drafting = drafting();
    drafting.take(vec![
        purpose(),
        item("scale.users", json!("9"), "some 2,000 of them"),
    ]);
    assert_eq!(drafting.take(Vec::new()).dropped.len(), 1);
    let draft = drafting.take(vec![item("scale.users", json!(2000), "some 2,000 of them")]);
    assert!(draft.dropped.is_empty(), "{draft:#?}");
}

#[test]
fn too_many_items_are_cut() {
    let one = item("success.tea", json!("tea"), "People buy tea there");
    let mut all = vec![purpose()];
    all.extend(std::iter::repeat_n(one, 2 * MOST_ITEMS));
    let draft = drafting().take(all);
    assert_eq!(draft.cited.len(), 2);
    assert!(
        draft.dropped[0].why.contains("801 items are too many"),
        "{:?}",
        draft.dropped[0]
    );
}
