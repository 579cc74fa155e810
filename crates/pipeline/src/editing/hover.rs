//! What stands at a place, in Markdown: what the key means, the numbers behind it, what is wrong.

use std::ops::Range;

use evaluate::result::Evaluation;
use model::Finding;
use syntax::path::{self, Step};

use super::links::{declaration, links, target_at};
use super::{document, node_at};
use crate::explain::{explain, number_text, significant};
use crate::{Checked, Workspace, vocabulary};

/// Longest answer, in characters: an editor shows it in a small window.
const MOST: usize = 6000;

/// What is known of byte `offset` of a file, and the bytes it is about.
pub fn hover(
    workspace: &Workspace,
    checked: &Checked,
    file: &str,
    offset: usize,
) -> Option<(Range<usize>, String)> {
    let (document, _) = document(workspace, file)?;
    let at = document.map.path_at(file, offset)?;
    let entry = document.map.entry(&at)?;
    let on_key = entry.key.filter(|k| k.start <= offset && offset <= k.end);
    let span = on_key.unwrap_or(entry.value);
    if on_key.is_none() && entry.container {
        return None;
    }
    let steps = path::parse(&at).ok()?;
    let mut parts: Vec<String> = Vec::new();
    for finding in &checked.findings {
        let here = finding.place.file.as_deref() == Some(file)
            && finding
                .place
                .span
                .is_some_and(|s| s.start <= offset && offset <= s.end);
        if here {
            parts.push(said(finding));
        }
    }
    let links = links(workspace);
    let target = target_at(workspace, &links, file, offset);
    let declared = target.as_ref().and_then(|t| declaration(&links, t));
    let value = document
        .tree
        .and_then(|tree| node_at(tree, &steps))
        .and_then(|n| n.text());
    if let Some(declared) = declared {
        let path = declared
            .path
            .strip_prefix("brief.")
            .unwrap_or(&declared.path);
        parts.extend(element(
            workspace,
            checked,
            path,
            declared.span == (span.start..span.end),
        ));
    } else if let (Some(Step::Key(key)), Some(text)) = (steps.last(), value)
        && key == "technology"
    {
        parts.extend(explain(text, None));
    }
    if let Some(evaluation) = &checked.evaluation {
        parts.extend(number(evaluation, &steps));
    }
    parts.extend(meaning(document.model, &at, value));
    let text = parts.join("\n\n---\n\n");
    let clipped = match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}\n\n...", &text[..end]),
        None => text,
    };
    (!clipped.is_empty()).then_some((span.start..span.end, clipped))
}

/// A finding with its evidence and its rule.
fn said(finding: &Finding) -> String {
    let mut out = format!("**{}**: {}", finding.rule, finding.message);
    let why = match finding.why.as_str() {
        "" => syntax::fault::why(&finding.rule),
        why => why,
    };
    if !why.is_empty() {
        out.push_str(&format!("\n\nWhy: {why}"));
    }
    if !finding.remedy.is_empty() {
        out.push_str(&format!("\n\nRemedy: {}", finding.remedy));
    }
    for evidence in &finding.evidence {
        let source = evidence
            .source
            .as_ref()
            .map_or_else(String::new, |s| format!(" ({s})"));
        out.push_str(&format!("\n\nEvidence: {}{source}", evidence.text));
    }
    if let Some(reason) = &finding.waived {
        out.push_str(&format!("\n\nWaived: {reason}"));
    }
    if let Some(rule) = check::rule(&finding.rule) {
        // The examples are for the rule's page.
        let doc = rule.doc.split("```").next().unwrap_or_default().trim();
        out.push_str(&format!("\n\n{doc}"));
    }
    out
}

/// An element with its numbers; where it is declared, its text stands there already.
fn element(workspace: &Workspace, checked: &Checked, path: &str, own: bool) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(evaluation) = &checked.evaluation
        && let Some(prefix) = computed(&path::parse(path).unwrap_or_default())
    {
        let numbers: Vec<String> = evaluation
            .explanations
            .iter()
            .filter_map(|(key, e)| {
                let name = key.strip_prefix(&prefix)?.strip_prefix('.')?;
                Some(format!("- {name}: {} {}", significant(e.value), e.unit))
            })
            .collect();
        if !numbers.is_empty() {
            parts.push(format!(
                "**{path}**, computed at the busiest hour\n\n{}",
                numbers.join("\n")
            ));
        }
        let id = prefix
            .strip_prefix("operations.")
            .and_then(|id| evaluation.operations.get(id));
        if let Some(result) = id.filter(|r| !r.unverified.is_empty()) {
            parts.push(format!("UNVERIFIED: {}", result.unverified.join("; ")));
        }
    }
    if !own || path.starts_with("decisions.") {
        parts.extend(explain(path, Some(workspace)));
    }
    parts
}

/// The beginning of the keys of an element's computed numbers.
fn computed(steps: &[Step]) -> Option<String> {
    let words: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.as_str(),
            Step::Index(_) => "",
        })
        .collect();
    let words = words.strip_prefix(&["brief"]).unwrap_or(&words);
    Some(match words {
        ["components", id, ..] => format!("components.{id}"),
        ["relations", id, ..] => format!("relations.{id}"),
        ["data", id, ..] => format!("tables.{id}"),
        ["paths" | "targets", id, ..] if *id != "availability" => format!("operations.{id}"),
        ["domain", "operations", id, ..] => format!("operations.{id}"),
        _ => return None,
    })
}

/// Keys of the model whose computed number has another name.
const BESIDE: &[(&str, &str)] = &[
    ("instances", "utilisation"),
    ("size", "utilisation"),
    ("vcpu", "utilisation"),
    ("autoscale", "utilisation"),
    ("concurrency", "concurrency"),
    ("pool", "connections"),
    ("timeout", "timeouts"),
    ("retry", "tries"),
    ("rows", "rows"),
    ("new", "rows"),
    ("row", "bytes"),
    ("busy", "rate"),
    ("mean", "rate"),
    ("steps", "mean"),
];

/// The computed number that a key is about, with its formula and inputs.
fn number(evaluation: &Evaluation, steps: &[Step]) -> Option<String> {
    let Some(Step::Key(key)) = steps.last() else {
        return None;
    };
    let Some(prefix) = computed(steps) else {
        return whole(evaluation, steps);
    };
    let beside = BESIDE
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, number)| *number);
    let names = [Some(key.as_str()), beside];
    let found = names.into_iter().flatten().find_map(|name| {
        let exact = format!("{prefix}.{name}");
        let all = &evaluation.explanations;
        all.get_key_value(&exact).or_else(|| {
            all.iter()
                .find(|(key, _)| key.starts_with(&format!("{exact}-")))
        })
    })?;
    Some(number_text(found.0, found.1))
}

/// The numbers of the whole system.
fn whole(evaluation: &Evaluation, steps: &[Step]) -> Option<String> {
    let shown = path::show(steps);
    let wanted = match shown.strip_prefix("brief.").unwrap_or(&shown) {
        "targets.availability" => "system.availability",
        "constraints.budget" => "cost.",
        "scale" | "scale.growth" | "scale.users" => "system.saturates-at",
        _ => return None,
    };
    let all = &evaluation.explanations;
    let (key, explanation) = all.iter().find(|(key, _)| key.starts_with(wanted))?;
    Some(number_text(key, explanation))
}

/// What the key means, with type, unit and an example.
fn meaning(model: &str, at: &str, value: Option<&str>) -> Option<String> {
    let word = vocabulary::word(&format!("{model}.{at}")).ok()?;
    let mut out = format!("`{}`: {}", word.path, word.is);
    if !word.about.is_empty() {
        out.push_str(&format!("\n\n{}", word.about));
    }
    let meant = word.words.iter().find(|(w, _)| Some(w.as_str()) == value);
    if let Some((name, about)) = meant.filter(|(_, about)| !about.is_empty()) {
        out.push_str(&format!("\n\n`{name}`: {about}"));
    }
    for key in word.keys.iter().filter(|key| key.required) {
        out.push_str(&format!(
            "\n\nneeds `{}`: {} {}",
            key.key, key.is, key.about
        ));
    }
    if let Some(example) = &word.example {
        out.push_str(&format!("\n\n```yaml\n{}\n```", example.trim_end()));
    }
    Some(out)
}
