//! `--what-if`: what moved, before and after.

use evaluate::result::Evaluation;
use evaluate::verdict::verdict;
use model::System;
use pipeline::Moved;
use pipeline::what_if::LEAST;

use crate::numbers::{by_unit, change};
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};
use terminal::tables::{Align, fitting, wrap};

/// How many numbers are shown; JSON has all.
const SHOWN: usize = 24;
/// One sentence on rates, which move together.
fn rates(moved: &[Moved]) -> Option<String> {
    let all: Vec<f64> = moved
        .iter()
        .filter(|m| m.key.starts_with("operations.") && m.key.ends_with(".rate"))
        .filter_map(|m| m.change)
        .collect();
    let first = *all.first()?;
    let same = all.iter().all(|c| (c - first).abs() < 1e-6);
    Some(match (same, all.len()) {
        (true, 1) => format!("One rate: {}.", change(first)),
        (true, n) => format!("The rates of {n} operations: {} each.", change(first)),
        (false, n) => format!("The rates of {n} operations."),
    })
}

/// The table of what moved, and which verdicts changed.
pub fn report(
    assignments: &[String],
    before: (&System, &Evaluation),
    after: (&System, &Evaluation),
    moved: &[Moved],
) -> String {
    let mut out = paint(HEAD, &format!("What if {}", assignments.join(", ")));
    let all = pipeline::telling(moved);
    if let Some(rates) = rates(moved) {
        out.push_str(&format!("\n{rates}"));
    }
    if all.is_empty() {
        let least = LEAST * 100.0;
        let text = match moved.is_empty() {
            true => "No number moves.".to_string(),
            false => {
                format!("No rate, time, utilisation, availability or cost moves by {least} %.")
            }
        };
        out.push_str(&format!("\n{text}"));
    } else {
        let rows: Vec<Vec<String>> = all.iter().take(SHOWN).map(|m| row(m)).collect();
        out.push('\n');
        out.push_str(&fitting(
            &[
                ("number", Align::Left, 0),
                ("before", Align::Right, 0),
                ("after", Align::Right, 0),
                ("change", Align::Right, 1),
            ],
            &rows,
            look::room(),
        ));
        if all.len() > SHOWN {
            let rest = format!(
                "{} more moved; `--format json` has all {}.",
                all.len() - SHOWN,
                moved.len()
            );
            out.push_str(&format!("\n{}", paint(DIM, &rest)));
        }
    }
    for (good, text) in verdicts(before, after) {
        let style = if good { GOOD } else { BAD };
        let text = wrap(&text, "", look::width().min(100));
        out.push_str(&format!("\n{}", paint(style, &text)));
    }
    out
}

fn row(m: &Moved) -> Vec<String> {
    // A time that is not there is one without a steady state.
    let none = if m.unit == "ms" { "saturated" } else { "none" };
    let shown = |v: Option<f64>| v.map_or_else(|| none.into(), |v| by_unit(v, &m.unit));
    let key = m.key.strip_prefix("operations.").unwrap_or(&m.key);
    vec![
        key.to_string(),
        shown(m.before),
        shown(m.after),
        m.change.map(change).unwrap_or_default(),
    ]
}

/// Operations whose verdict is another one.
fn verdicts(before: (&System, &Evaluation), after: (&System, &Evaluation)) -> Vec<(bool, String)> {
    let mut out = Vec::new();
    for (id, new) in &after.1.operations {
        let Some(old) = before.1.operations.get(id) else {
            continue;
        };
        let was = verdict(before.0, id, old);
        let is = verdict(after.0, id, new);
        if was.judgement == is.judgement {
            continue;
        }
        use evaluate::verdict::Judgement::{
            Fail, NoTarget, NobodyWaits, Pass, Saturated, Unverified,
        };
        let word = |j| match j {
            Pass => "PASS",
            Fail => "FAIL",
            Saturated => "saturated",
            Unverified => "UNVERIFIED",
            NoTarget => "no target",
            NobodyWaits => "nobody waits",
        };
        let good = is.judgement == Pass;
        let text = format!(
            "{id}: {} becomes {}.",
            word(was.judgement),
            word(is.judgement)
        );
        out.push((good, text));
    }
    out
}
