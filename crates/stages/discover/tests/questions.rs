//! Which questions are asked, and what becomes of their answers.

mod support;

use discover::{AnswerKind, Asked};
use groundplan_discover as discover;
use knowledge::Knowledge;
use model::Brief;
use serde_json::{Value, json};
use std::cell::Cell;
use support::{brief, example, text};
use syntax::edit;

const GAPS: &str = "\
# A shop that says little.
name: shop
purpose: People buy things. # in one line

domain:
  actors:
    customer: {kind: customer, count: 2000}
    box: {kind: device}
  entities:
    # what is sold
    thing:
      fields:
        title: text
    owner:
      fields:
        email: {type: email, class: personal}
  operations:
    look:
      actors: [customer]
      method: GET
      path: /things
      target: thing
      effects:
        - read: {entity: thing}
    put:
      actors: [box]
      method: POST
      path: /things
      target: thing
      accepts: [title]
      effects:
        - create:
            entity: thing
            set: {title: input.title}
";

/// A recommendation that everything changes.
fn sensitive(brief: &Brief) -> String {
    serde_json::to_string(brief).unwrap()
}

fn ask(text: &str, recommend: &dyn Fn(&Brief) -> String) -> Vec<Asked> {
    discover::questions(&brief(text), Knowledge::embedded(), recommend)
}

fn ids(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|a| a.id.as_str()).collect()
}

#[test]
fn every_question_file_is_sound() {
    let read = discover::bank::questions();
    assert!(read.findings.is_empty(), "{:#?}", read.findings);
    assert!(read.value.len() >= 30, "{}", read.value.len());
    for topic in discover::bank::TOPICS {
        assert!(
            read.value.iter().any(|q| q.topic == topic.0),
            "{} has no question",
            topic.0
        );
    }
    for question in &read.value {
        for text in [
            &question.question,
            &question.why,
            &question.because,
            &question.assumption,
        ] {
            assert!(text.ends_with(['.', '?']), "{}: {text}", question.id);
        }
        assert!(question.assumption.contains("{value}"), "{}", question.id);
        assert!(!question.decides.is_empty(), "{}", question.id);
    }
}

/// The schema of a place, through maps and the short forms of fields.
fn in_schema(root: &Value, path: &str) -> bool {
    fn step<'v>(root: &'v Value, at: &'v Value, key: &str) -> Option<&'v Value> {
        if let Some(reference) = at.get("$ref").and_then(Value::as_str) {
            return step(root, root.pointer(reference.trim_start_matches('#'))?, key);
        }
        if let Some(found) = at.get("properties").and_then(|p| p.get(key)) {
            return Some(found);
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            let branches = at.get(word).and_then(Value::as_array).into_iter().flatten();
            for branch in branches {
                if let Some(found) = step(root, branch, key) {
                    return Some(found);
                }
            }
        }
        at.get("additionalProperties").filter(|v| v.is_object())
    }
    let mut at = root;
    for key in path.split('.') {
        match step(root, at, key) {
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

#[test]
fn what_a_question_sets_exists_in_the_schema_of_the_brief() {
    let schema = schemars::schema_for!(Brief).to_value();
    assert!(
        !in_schema(&schema, "targets.availabilty"),
        "the test can fail"
    );
    for question in discover::bank::questions().value {
        let also = question.also.iter().map(|a| a.sets.as_str());
        for path in also.chain([question.sets.as_str()]) {
            let path = path.replace("{name}", "some");
            assert!(in_schema(&schema, &path), "{}: {path}", question.id);
        }
    }
}

#[test]
fn a_faulty_question_is_a_finding_and_no_question() {
    let good = knowledge::raw("questions")[0];
    for (from, to) in [
        ("topic = \"", "topic = \"x"),
        ("kind = ", "knd = "),
        ("because", "becaus"),
    ] {
        let bad = good.1.replacen(from, to, 1);
        let read = discover::bank::read(&[(good.0, &bad)]);
        assert!(read.value.is_empty() && read.findings.len() == 1, "{to}");
    }
}

#[test]
fn nothing_is_asked_where_nothing_changes() {
    assert!(ask(GAPS, &|_| "the same".to_string()).is_empty());
}

#[test]
fn only_what_changes_something_is_asked() {
    let by_availability = |brief: &Brief| {
        let target = brief.targets.as_ref().and_then(|t| t.availability);
        format!(
            "zones={};style=one",
            if target.is_some_and(|a| a.0 > 0.9995) {
                2
            } else {
                1
            }
        )
    };
    let asked = ask(GAPS, &by_availability);
    assert_eq!(ids(&asked), ["availability"]);
    assert!(asked[0].deciding);
    assert!(
        asked[0].impact > 2.0 && asked[0].impact < 3.0,
        "{}",
        asked[0].impact
    );
}

#[test]
fn what_changes_most_comes_first_and_no_brief_is_planned_twice() {
    let calls = Cell::new(0);
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let recommend = |brief: &Brief| {
        calls.set(calls.get() + 1);
        assert!(seen.borrow_mut().insert(sensitive(brief)), "planned twice");
        let team = brief.team.as_ref().and_then(|t| t.engineers).unwrap_or(0);
        let audit = brief.security.as_ref().and_then(|s| s.audit);
        format!("style={team};audit={audit:?};a=1;b=2")
    };
    let asked = ask(GAPS, &recommend);
    assert_eq!(ids(&asked), ["team-size", "audit"]);
    assert!(asked[0].impact > asked[1].impact);
    assert!(!asked[1].deciding, "an audit trail may be assumed");
    assert!(calls.get() < 150, "{}", calls.get());
}

#[test]
fn a_brief_without_a_domain_gets_the_domain_questions_whatever_they_change() {
    let asked = ask("name: shop\npurpose: People buy things.\n", &|_| {
        String::new()
    });
    assert_eq!(ids(&asked), ["actors", "entities", "operations"]);
    assert!(asked.iter().all(|a| a.deciding && a.default.is_null()));
    let text = discover::answer(
        "name: shop\npurpose: People buy things.\n",
        &asked[2],
        &json!(["place-order"]),
    )
    .unwrap();
    assert!(
        brief(&text).domain.operations.contains_key("place-order"),
        "{text}"
    );
    assert!(discover::answer(&text, &asked[2], &json!(["Place Order"])).is_err());
}

#[test]
fn operations_without_a_rate_are_one_question_for_reads_and_one_for_writes() {
    let asked = ask(GAPS, &sensitive);
    let of = |id: &str| {
        asked
            .iter()
            .find(|a| a.id == id)
            .unwrap_or_else(|| panic!("{id}"))
    };
    assert_eq!(of("read-rate").sets, "domain.operations.look.rate");
    assert_eq!(of("write-rate").sets, "domain.operations.put.rate");
    let more = GAPS.replace(
        "    put:\n",
        "    see:\n      actors: [customer]\n      method: GET\n      path: /things/all\n      effects:\n        - read: {entity: thing}\n    put:\n",
    );
    let asked = ask(&more, &sensitive);
    let rate = asked.iter().find(|a| a.id == "read-rate").expect("asked");
    assert!(rate.question.contains("look, see"), "{}", rate.question);
    let text = discover::answer(&more, rate, &json!("30/s")).unwrap();
    let brief = brief(&text);
    for id in ["look", "see"] {
        let busy = brief.busy_rate(&brief.domain.operations[id]).map(|r| r.0);
        assert_eq!(busy, Some(15.0), "{id}");
    }
}

#[test]
fn a_full_brief_has_no_question() {
    for name in ["orders", "ledger"] {
        let asked = discover::questions(&example(name), Knowledge::embedded(), &sensitive);
        assert!(asked.is_empty(), "{name}: {:?}", ids(&asked));
    }
}

#[test]
fn a_removed_field_brings_back_its_question_and_no_other() {
    let cases = [
        ("scale.users", "users"),
        ("scale.growth", "growth"),
        ("scale.spikes", "spike"),
        ("team.engineers", "team-size"),
        ("team.skills", "skills"),
        ("team.on_call", "on-call"),
        ("constraints.cloud", "cloud"),
        ("constraints.region", "region"),
        ("constraints.budget", "budget"),
        ("constraints.languages", "languages"),
        ("targets.availability", "availability"),
        ("targets.latency", "latency"),
        ("targets.recovery_time", "recovery-time"),
        ("targets.recovery_point", "recovery-point"),
        ("targets.survive_zone_loss", "zone-loss"),
        ("security.authentication", "authentication"),
        ("security.tenancy", "tenancy"),
        ("security.audit", "audit"),
        ("security.data", "data-class"),
        ("security.public", "public"),
        ("compliance", "compliance"),
        ("existing", "existing"),
        ("form", "form"),
    ];
    let whole = text("orders");
    for (path, id) in cases {
        let less = edit::remove(&whole, path).expect(path);
        assert_eq!(ids(&ask(&less, &sensitive)), [id], "without {path}");
    }
}

#[test]
fn answers_keep_comments_and_are_idempotent() {
    let asked = ask(GAPS, &sensitive);
    assert!(asked.len() > 20, "{:?}", ids(&asked));
    for one in asked.iter().filter(|a| !a.default.is_null()) {
        let once = discover::answer(GAPS, one, &one.default).unwrap();
        assert_eq!(
            discover::answer(&once, one, &one.default).unwrap(),
            once,
            "{}",
            one.id
        );
        for comment in [
            "# A shop that says little.",
            "# in one line",
            "# what is sold",
        ] {
            assert!(once.contains(comment), "{}: {once}", one.id);
        }
        // What the answers set must load again.
        let _ = brief(&once);
    }
    let wrong = asked
        .iter()
        .find(|a| a.kind == AnswerKind::Ratio)
        .expect("one is a share");
    assert!(discover::answer(GAPS, wrong, &json!("99.9")).is_err());
}

#[test]
fn assumptions_are_listed_and_close_every_question() {
    let mut text = GAPS.to_string();
    let asked = ask(&text, &sensitive);
    let order: Vec<&str> = ids(&asked);
    let once = discover::assume(&text, &asked).unwrap();
    assert_eq!(discover::assume(&once, &asked).unwrap(), once);
    let loaded = brief(&once);
    assert_eq!(
        loaded
            .assumptions
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        order
    );
    let availability = &loaded.assumptions["availability"];
    assert_eq!(availability.sets.as_deref(), Some("targets.availability"));
    assert!(
        availability.text.contains("99.9 %"),
        "{}",
        availability.text
    );
    // An assumption may open the next question; the chain ends.
    for round in 0.. {
        let asked = ask(&text, &sensitive);
        if asked.is_empty() {
            break;
        }
        assert!(round < 5, "{:?}", ids(&asked));
        text = discover::assume(&text, &asked).unwrap();
    }
    // An answer takes the place of the assumption.
    let one = asked
        .iter()
        .find(|a| a.id == "availability")
        .expect("asked");
    let known = discover::answer(&once, one, &json!("99.5 %")).unwrap();
    let known = brief(&known);
    assert!(!known.assumptions.contains_key("availability"));
    assert_eq!(
        known.targets.and_then(|t| t.availability).map(|a| a.0),
        Some(0.995)
    );
}

#[test]
fn a_questionnaire_comes_back_as_it_was() {
    let asked = ask(GAPS, &sensitive);
    let form = discover::questionnaire(&asked);
    let answers = discover::read_questionnaire(&form, &asked).expect("no fault");
    let wanted: Vec<(String, Value)> = asked
        .iter()
        .filter(|a| !a.default.is_null())
        .map(|a| (a.id.clone(), a.default.clone()))
        .collect();
    assert_eq!(answers, wanted);
    for one in &asked {
        for part in [&one.question, &one.why] {
            assert!(form.contains(part.as_str()), "{part}");
        }
    }
    assert_eq!(
        discover::read_questionnaire("# nothing\n", &asked),
        Ok(Vec::new())
    );
}

#[test]
fn a_broken_questionnaire_shows_all_its_faults_with_their_places() {
    let asked = ask(GAPS, &sensitive);
    let form = "availability: 99.9\navailabilty: 99 %\non-call: sometimes\ncompliance: [gdpr, gdrp]\naudit: true\naudit: false\nteam-size: many\n";
    let findings = discover::read_questionnaire(form, &asked).expect_err("faults");
    let places: Vec<(usize, &str)> = findings
        .iter()
        .map(|f| (f.place.span.expect("a place").line, f.rule.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (1, "wrong-answer"),
            (2, "unknown-question"),
            (3, "wrong-answer"),
            (4, "wrong-answer"),
            (6, "duplicate-key"),
            (7, "wrong-answer"),
        ],
        "{findings:#?}"
    );
    assert!(findings[1].remedy.contains("`availability`"));
    assert!(
        findings[3].message.contains("`gdpr`"),
        "{}",
        findings[3].message
    );
}
