//! Laws: what is emitted comes back; formatting keeps meaning and is done once; edits do what they say.

use groundplan_syntax::edit;
use groundplan_syntax::emit::{Notes, emit, emit_with};
use groundplan_syntax::fmt::format;
use groundplan_syntax::tree::parse;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Texts that tend to break emitters, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "yes",
            "no",
            "On",
            "null",
            "~",
            "",
            "true",
            "1",
            "-1",
            "1.5",
            "1e3",
            "0x1f",
            "010",
            "1_000",
            ".inf",
            "- a",
            "a: b",
            "a #b",
            "#a",
            "[a",
            "a]",
            "{",
            "}",
            "a, b",
            ",",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "'",
            "\"",
            "%a",
            "@a",
            "`a",
            "?",
            "? a",
            ":",
            ": a",
            "a:",
            "<<",
            "=",
            "---",
            "--- a",
            "...",
            "2026-01-02",
            "12:30:45",
            "a\nb",
            "a\n",
            "a\n\n",
            "\na",
            "  a\nb",
            "a\n b\n",
            "a\tb",
            "\ta",
            "a ",
            " a",
            "\u{feff}a",
            "\u{85}",
            "\u{2028}",
            "größe",
            "日本",
            "a\r\nb",
            "\u{1b}[0m",
            "a\\b",
            "99.95 %",
            "300 ms",
            "https://x.org/a?b=c#d",
            "{{a.b}}",
            "a\n#b\n",
        ])
        .prop_map(str::to_string),
        "[a-z]{1,12}",
        "[ -~]{0,20}",
        "\\PC{0,12}",
        "[a-z :#\\n-]{0,30}",
        "[a-z ]{40,90}",
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z][a-z0-9_-]{0,10}", 1 => text().prop_map(|t| t.chars().take(40).collect())]
        .prop_filter("the merge key is refused", |k| k != "<<")
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => (-1e9..1e9f64).prop_map(Value::from),
        4 => text().prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..5)
                .prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn map() -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), value()), 1..6).prop_map(|pairs| pairs.into_iter().collect())
}

fn read(text: &str) -> Value {
    let parsed = parse(0, text);
    assert!(parsed.faults.is_empty(), "{:?}\n{text}", parsed.faults);
    parsed.root.map_or(Value::Null, |root| root.to_value())
}

/// Every path of a value that edits can name.
fn paths(value: &Value, path: &str, out: &mut Vec<String>) {
    if !path.is_empty() {
        out.push(path.to_string());
    }
    match value {
        Value::Object(map) => {
            for (k, v) in map {
                paths(v, &groundplan_syntax::path::join(path, k), out);
            }
        }
        Value::Array(items) => {
            for (i, v) in items.iter().enumerate() {
                paths(v, &groundplan_syntax::path::index(path, i), out);
            }
        }
        _ => {}
    }
}

/// Adds comments, blank lines and spacing that a person might, without changing the meaning.
fn decorate(text: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut random = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let mut out = String::new();
    let mut literal: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if literal.is_some_and(|at| line.trim().is_empty() || indent > at) {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        literal = None;
        if random(4) == 0 {
            out.push_str(&format!("{}# note {}\n", " ".repeat(indent), random(100)));
        }
        if random(6) == 0 {
            out.push('\n');
        }
        let opens = line.ends_with('|') || line.ends_with("|-");
        out.push_str(line);
        if opens {
            literal = Some(indent);
        } else if random(4) == 0 {
            out.push_str(&format!(
                "{}# right {}",
                " ".repeat(1 + random(3) as usize),
                random(100)
            ));
        }
        out.push('\n');
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_emitted_comes_back(value in value()) {
        let text = emit(&value);
        prop_assert_eq!(read(&text).to_string(), value.to_string(), "\n{}", text);
    }

    #[test]
    fn comments_change_nothing(value in map(), header in text(), note in text()) {
        let mut notes = Notes { header: Some(header), ..Notes::default() };
        let mut all = Vec::new();
        paths(&value, "", &mut all);
        for path in all.iter().step_by(3) {
            notes.above.insert(path.clone(), note.clone());
        }
        let text = emit_with(&value, &notes);
        prop_assert_eq!(read(&text).to_string(), value.to_string(), "\n{}", text);
    }

    #[test]
    fn formatting_keeps_meaning_and_is_done_once(value in map(), seed in any::<u64>()) {
        let text = decorate(&emit(&value), seed);
        prop_assert_eq!(read(&text).to_string(), value.to_string(), "\n{}", &text);
        let once = format(&text).unwrap();
        prop_assert_eq!(read(&once).to_string(), value.to_string(), "\n{}\n{}", &text, once);
        let twice = format(&once).unwrap();
        prop_assert_eq!(&twice, &once, "\n{}", text);
        let count = |t: &str| t.matches("# note ").count() + t.matches("# right ").count();
        prop_assert_eq!(count(&once), count(&text), "\n{}\n{}", text, once);
    }

    #[test]
    fn what_is_emitted_is_in_canonical_form(value in map()) {
        // Multi-line texts in quotes aside, the formatter has nothing to say about the emitter.
        let text = emit(&value);
        let again = format(&text).unwrap();
        prop_assert_eq!(again, text);
    }

    #[test]
    fn edits_do_what_they_say(value in map(), new in value(), pick in any::<prop::sample::Index>(), seed in any::<u64>(), remove in any::<bool>()) {
        let text = decorate(&emit(&value), seed);
        let mut all = Vec::new();
        paths(&value, "", &mut all);
        let path = pick.get(&all);
        let edited = if remove { edit::remove(&text, path) } else { edit::set(&text, path, &new) };
        // An edit may refuse; it never gives another text than was asked for.
        if let Ok(edited) = edited {
            let got = read(&edited);
            if !remove {
                let mut pointer = Some(&got);
                for step in groundplan_syntax::path::parse(path).unwrap() {
                    pointer = pointer.and_then(|v| match step {
                        groundplan_syntax::path::Step::Key(k) => v.get(k),
                        groundplan_syntax::path::Step::Index(i) => v.get(i),
                    });
                }
                prop_assert_eq!(pointer.map(Value::to_string), Some(new.to_string()));
            }
        }
    }
}

/// How often edits refuse on decorated files: rarely, or they would be of no use.
#[test]
fn edits_seldom_refuse() {
    let value = json!({
        "name": "shop", "components": {"orders": {"kind": "service", "tags": ["a", "b"]}, "db": {"kind": "store", "why": "one\ntwo\n"}},
        "relations": [{"from": "orders", "to": "db", "data": ["personal"], "timeout": "300 ms"}, {"from": "a", "to": "b"}],
    });
    let mut all = Vec::new();
    paths(&value, "", &mut all);
    let (mut done, mut refused) = (0, Vec::new());
    for seed in 1..60u64 {
        let text = decorate(&emit(&value), seed * 7919);
        for path in &all {
            for new in [
                json!("x"),
                json!({"a": {"b": {"c": 1}}}),
                json!([1, 2]),
                json!("a\nb\n"),
            ] {
                match edit::set(&text, path, &new) {
                    Ok(_) => done += 1,
                    Err(error) => refused.push(format!("{path} = {new}: {error}\n{text}")),
                }
            }
            match edit::remove(&text, path) {
                Ok(_) => done += 1,
                Err(error) => refused.push(format!("remove {path}: {error}\n{text}")),
            }
        }
    }
    assert!(
        refused.len() * 50 < done,
        "{} of {done} refused, such as {}",
        refused.len(),
        refused[0]
    );
}
