//! What stands behind an id: a rule, a number, a decision, a finding, a pattern, a question, a
//! technology, or any element of the model.

mod numbers;

use evaluate::Scenario;
use evaluate::result::Explanation;
use knowledge::Knowledge;
use model::{Decision, Finding, Plain, System};
use serde_json::Value;

use crate::Workspace;

/// Explains an id as Markdown. `Err` names the ids that come nearest.
pub fn explain(id: &str, workspace: Option<&Workspace>) -> Result<String, Vec<String>> {
    if let Some(rule) = check::rule(id) {
        return Ok(format!("# {}\n\n{}", rule.id, rule.doc.trim()));
    }
    // A finding by its key; or the first of a kind that is no rule with a page of its own.
    let rule = id.split('@').next().unwrap_or(id);
    let could_be = id.contains('@') || !id.contains('.');
    if let Some(workspace) = workspace.filter(|_| could_be) {
        let known = crate::check(workspace, None);
        if let Some(finding) = known.iter().find(|f| f.key() == id || f.rule == id) {
            return Ok(finding_text(finding, rule));
        }
    }
    if let Some(text) = workspace.and_then(|w| of_system(id, w)) {
        return Ok(text);
    }
    of_library(id).ok_or_else(|| nearest(id, workspace))
}

fn finding_text(finding: &Finding, rule: &str) -> String {
    let mut out = format!(
        "# {}\n\n{}\n\nWhy: {}\n\nRemedy: {}\n",
        finding.key(),
        finding.message,
        finding.why,
        finding.remedy
    );
    for evidence in &finding.evidence {
        let source = evidence
            .source
            .as_ref()
            .map_or_else(String::new, |s| format!(" ({s})"));
        out.push_str(&format!("\nEvidence: {}{source}\n", evidence.text));
    }
    if let Some(rule) = check::rule(rule) {
        out.push_str(&format!("\n## The rule\n\n{}\n", rule.doc.trim()));
    }
    out
}

/// Numbers, decisions and elements of the architecture at hand.
fn of_system(id: &str, workspace: &Workspace) -> Option<String> {
    let brief_only = || {
        let brief = workspace.brief()?.to_value().ok()?;
        element(id, &brief)
    };
    let Some(system) = workspace.system() else {
        return brief_only();
    };
    let evaluated = crate::evaluate(&system, &Scenario::default());
    if let Some((key, explanation)) = evaluated.value.explain(id) {
        let mut text = number_text(key, explanation);
        if let Some(beside) = numbers::beside(key, &system, &evaluated.value) {
            text.push_str(&format!("\n{beside}"));
        }
        return Some(text);
    }
    if let Some(result) = id
        .strip_suffix(".p99")
        .and_then(|o| evaluated.value.operations.get(o))
        && !result.unverified.is_empty()
    {
        return Some(format!(
            "# {id}\n\nUNVERIFIED: it cannot be computed.\n\n- {}",
            result.unverified.join("\n- ")
        ));
    }
    if let Some((key, explanation)) = numbers::find(id, &system, &evaluated.value) {
        return Some(number_text(&key, &explanation));
    }
    let bare = id.strip_prefix("decisions.").unwrap_or(id);
    if let Some(decision) = system.architecture.decisions.get(bare) {
        return Some(decision_text(bare, decision));
    }
    of_elements(id, &system).or_else(brief_only)
}

pub(crate) fn number_text(key: &str, explanation: &Explanation) -> String {
    let mut out = format!(
        "# {key} = {} {}\n\n{}\n\n",
        significant(explanation.value),
        explanation.unit,
        explanation.formula
    );
    for input in &explanation.inputs {
        out.push_str(&format!(
            "- {} = {} ({})\n",
            input.name, input.value, input.source
        ));
    }
    out
}

/// Four significant digits, as people read numbers.
pub(crate) fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let digits = (3 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

fn decision_text(id: &str, decision: &Decision) -> String {
    let mut out = format!(
        "# decisions.{id}: {}\n\n{}\n\nBecause: {}\n",
        decision.chosen, decision.question, decision.because
    );
    if let Some(trade_off) = &decision.trade_off {
        out.push_str(&format!("\nGiven up: {trade_off}\n"));
    }
    out.push_str("\n## Candidates\n\n");
    for (name, candidate) in &decision.candidates {
        let score = candidate
            .score
            .map_or_else(|| "-".to_string(), |s| format!("{s:.2}"));
        let points: Vec<String> = candidate
            .criteria
            .iter()
            .map(|(c, p)| format!("{c} {p:.2}"))
            .collect();
        let why = candidate
            .rejected
            .as_ref()
            .map_or_else(String::new, |r| format!(". {r}"));
        out.push_str(&format!("- {name}: {score} ({}){why}\n", points.join(", ")));
    }
    if let Some(margin) = decision.margin {
        out.push_str(&format!("\nMargin to the runner-up: {margin:.2}.\n"));
    }
    for flip in &decision.flips {
        out.push_str(&format!("\nWould change it: {flip}\n"));
    }
    for evidence in &decision.evidence {
        let source = evidence
            .source
            .as_ref()
            .map_or_else(String::new, |s| format!(" ({s})"));
        out.push_str(&format!("\nEvidence: {}{source}\n", evidence.text));
    }
    if let Some(when) = &decision.revisit_when {
        out.push_str(&format!("\nLook at it again: {when}\n"));
    }
    out
}

/// Any element by its path, or by its last name where only one element has it.
fn of_elements(id: &str, system: &System) -> Option<String> {
    let architecture = system.architecture.to_value().ok()?;
    let brief = system.brief.to_value().ok()?;
    let collections = [
        "components",
        "relations",
        "data",
        "paths",
        "contracts",
        "patterns",
        "mechanisms",
        "risks",
        "experiments",
        "evolution",
        "contexts",
    ];
    element(id, &architecture)
        .or_else(|| element(id, &brief))
        .or_else(|| {
            collections
                .iter()
                .find_map(|c| element(&format!("{c}.{id}"), &architecture))
                .or_else(|| element(&format!("domain.operations.{id}"), &brief))
                .or_else(|| element(&format!("domain.entities.{id}"), &brief))
        })
}

fn element(path: &str, root: &Value) -> Option<String> {
    let node = crate::differing::at(root, path).ok()?;
    if !node.is_object() || node.as_object().is_some_and(serde_json::Map::is_empty) {
        return None;
    }
    let text = syntax::emit::emit(&design::proposal::slim(node.clone()));
    Some(format!("# {path}\n\n```yaml\n{}```\n", text))
}

/// Technologies, patterns and questions: what Groundplan knows without a model at hand.
fn of_library(id: &str) -> Option<String> {
    for folder in ["patterns", "questions"] {
        let file = format!("{id}.toml");
        if let Some((_, text)) = knowledge::raw(folder)
            .iter()
            .find(|(name, _)| *name == file)
        {
            return Some(format!(
                "# {id} ({folder})\n\n```toml\n{}\n```",
                text.trim()
            ));
        }
    }
    let technology = Knowledge::embedded().technology(id)?;
    let mut out = format!(
        "# {} ({})\n\n{}\n\nLicence: {}\n",
        technology.name, technology.id, technology.summary, technology.licence
    );
    for demand in &technology.demands {
        let cpu = demand
            .cpu_us
            .map_or_else(String::new, |c| format!("{c} us CPU"));
        let row = demand
            .per_row_us
            .map_or_else(String::new, |r| format!(" + {r} us a row"));
        let variant = demand
            .variant
            .as_ref()
            .map_or_else(String::new, |v| format!(" [{v}]"));
        out.push_str(&format!(
            "\n- {}{variant}: {cpu}{row}; {} ({})",
            demand.operation,
            demand.conditions,
            demand.source.cite()
        ));
    }
    for limit in &technology.limits {
        out.push_str(&format!(
            "\n- limit {}: {} {} ({})",
            limit.name,
            limit.value,
            limit.unit,
            limit.source.cite()
        ));
    }
    for availability in &technology.availabilities {
        out.push_str(&format!(
            "\n- availability, {}: {} % ({})",
            availability.scope,
            availability.percent,
            availability.source.cite()
        ));
    }
    Some(out)
}

/// Ids that were perhaps meant.
fn nearest(id: &str, workspace: Option<&Workspace>) -> Vec<String> {
    let mut known: Vec<String> = check::rules().iter().map(|r| r.id.to_string()).collect();
    known.extend(
        Knowledge::embedded()
            .technologies()
            .iter()
            .map(|t| t.id.clone()),
    );
    for folder in ["patterns", "questions"] {
        known.extend(
            knowledge::raw(folder)
                .iter()
                .filter_map(|(n, _)| n.strip_suffix(".toml").map(str::to_string)),
        );
    }
    if let Some(system) = workspace.and_then(Workspace::system) {
        let evaluated = crate::evaluate(&system, &Scenario::default());
        known.extend(evaluated.value.explanations.keys().cloned());
        known.extend(numbers::all(&system, &evaluated.value).into_keys());
        known.extend(
            system
                .architecture
                .decisions
                .keys()
                .map(|d| format!("decisions.{d}")),
        );
        known.extend(
            system
                .architecture
                .components
                .keys()
                .map(|c| format!("components.{c}")),
        );
    }
    let mut ranked: Vec<(usize, String)> = known
        .into_iter()
        .map(|k| (syntax::suggest::distance(id, &k), k))
        .filter(|(d, k)| *d <= 3 || k.contains(id) || k.ends_with(&format!(".{id}")))
        .collect();
    ranked.sort();
    ranked.into_iter().take(5).map(|(_, k)| k).collect()
}
