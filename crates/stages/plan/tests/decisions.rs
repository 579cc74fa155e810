//! Decisions on small briefs, each with the one fact changed that must change the choice.

use groundplan_plan::{Ctx, decisions};
use knowledge::Knowledge;
use model::Brief;
use serde_json::{Value, json};

fn brief(extra: Value) -> Brief {
    let mut base = json!({
        "name": "notes",
        "purpose": "Keeps notes.",
        "form": "service",
        "domain": {
            "actors": { "writer": { "kind": "customer", "count": 100 } },
            "entities": { "note": { "fields": { "text": { "type": "text" } }, "volume": { "rows": "1M" } } },
            "operations": {
                "list-notes": { "actors": ["writer"], "method": "GET", "path": "/notes", "target": "note", "rate": "5/s", "page": { "size": 20 } }
            }
        }
    });
    merge(&mut base, extra);
    serde_json::from_value(base).expect("a sound brief")
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in b {
                merge(a.entry(key).or_insert(Value::Null), value);
            }
        }
        (a, b) => *a = b,
    }
}

fn chosen(extra: Value, decide: fn(&Ctx) -> model::Decision) -> String {
    let brief = brief(extra);
    decide(&Ctx::of(&brief, Knowledge::embedded())).chosen
}

#[test]
fn callers_out_of_reach_ask_for_a_version() {
    assert_eq!(
        chosen(json!({}), decisions::versioning::decide),
        "additive-only"
    );
    let partner = json!({ "domain": { "actors": { "partner": { "kind": "system" } } } });
    assert_eq!(chosen(partner, decisions::versioning::decide), "path");
}

#[test]
fn a_long_list_is_read_by_a_cursor_and_a_short_one_with_totals_by_offset() {
    assert_eq!(chosen(json!({}), decisions::pagination::decide), "cursor");
    let short = json!({ "domain": {
        "entities": { "note": { "volume": { "rows": 200 } } },
        "operations": { "list-notes": { "page": { "size": 20, "total": true } } }
    } });
    assert_eq!(chosen(short, decisions::pagination::decide), "offset");
}

#[test]
fn the_brief_s_word_on_tenancy_and_sign_in_wins() {
    let said = json!({ "security": { "tenancy": "schemas", "authentication": "oidc" } });
    assert_eq!(chosen(said.clone(), decisions::tenancy::decide), "schemas");
    assert_eq!(chosen(said, decisions::authentication::decide), "oidc");
    assert_eq!(chosen(json!({}), decisions::tenancy::decide), "single");
}

#[test]
fn the_runtime_follows_languages_and_never_leaves_them() {
    for (language, _) in [("go", 0), ("python", 1), ("rust", 2)] {
        let brief = brief(json!({ "constraints": { "languages": [language] } }));
        let decision = decisions::runtime::decide(&Ctx::of(&brief, Knowledge::embedded()));
        let known = Knowledge::embedded().technology(&decision.chosen).unwrap();
        assert!(known.languages.iter().any(|l| l == language), "{language}");
    }
}

#[test]
fn an_assumed_answer_is_named_and_lowers_the_confidence() {
    let facts = json!({ "security": { "tenancy": "single" } });
    let mut assumed = facts.clone();
    merge(
        &mut assumed,
        json!({ "assumptions": { "one-tenant": { "text": "There is one organisation.", "sets": "security.tenancy", "because": "default" } } }),
    );
    let (sure, unsure) = (brief(facts), brief(assumed));
    let decide = |b: &Brief| decisions::tenancy::decide(&Ctx::of(b, Knowledge::embedded()));
    assert!(decide(&sure).assumes.is_empty());
    assert_eq!(decide(&unsure).assumes, ["one-tenant"]);
    assert!(decide(&unsure).confidence < decide(&sure).confidence);
}
