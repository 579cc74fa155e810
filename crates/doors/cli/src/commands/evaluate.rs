//! `groundplan evaluate`: the numbers of an architecture.

use std::path::Path;

use evaluate::result::Evaluation;
use evaluate::{Scenario, result::OperationResult};
use model::{System, Trigger};

use crate::arguments::Format;
use crate::look::{BAD, DIM, GOOD, HEAD, paint};
use crate::tables::{Align, amount, ms, rate, share, table};
use crate::{CLEAN, FINDINGS, UNUSABLE, look};

pub fn run(folder: &Path, load: f64, lose: Option<String>, format: Format) -> Result<u8, String> {
    let workspace = match super::open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let Some(system) = workspace.system() else {
        return Err(format!(
            "{} has no architecture.yaml; `groundplan design {}` makes one",
            folder.display(),
            folder.display()
        ));
    };
    let scenario = Scenario {
        lose_zone: lose,
        ..Scenario::at(load)
    };
    let mut outcome = pipeline::evaluate(&system, &scenario);
    outcome
        .findings
        .iter_mut()
        .for_each(|f| workspace.locate(f));
    match format {
        Format::Json => {
            let report =
                serde_json::json!({ "evaluation": outcome.value, "findings": outcome.findings });
            super::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => {
            super::print(&report(&system, &outcome.value))?;
            if !outcome.findings.is_empty() {
                let text = syntax::diagnostics::render(
                    &outcome.findings,
                    &workspace.sources,
                    look::findings(),
                );
                super::print(&format!("\n{}", text.trim_end()))?;
            }
        }
    }
    Ok(match super::worst(&outcome.findings) {
        Some(model::Severity::Blocker) if outcome.value.operations.is_empty() => UNUSABLE,
        Some(worst) if worst <= model::Severity::Minor => FINDINGS,
        _ => CLEAN,
    })
}

/// The tables of operations and components, and the totals.
pub fn report(system: &System, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    if (evaluation.load_factor - 1.0).abs() > 1e-9 {
        out.push_str(&format!(
            "At {} times the busiest hour.\n",
            evaluation.load_factor
        ));
    }
    if let Some(zone) = &evaluation.lost_zone {
        out.push_str(&format!("With {zone} lost.\n"));
    }
    let rows: Vec<Vec<String>> = evaluation
        .operations
        .iter()
        .map(|(id, result)| operation_row(system, id, result))
        .collect();
    out.push_str(&table(
        &[
            ("operation", Align::Left),
            ("rate", Align::Right),
            ("p50", Align::Right),
            ("p95", Align::Right),
            ("p99", Align::Right),
            ("target", Align::Right),
            ("availability", Align::Right),
            ("target", Align::Right),
            ("verdict", Align::Left),
        ],
        &rows,
    ));
    out.push_str("\n\n");
    let rows: Vec<Vec<String>> = evaluation
        .components
        .iter()
        .flat_map(|(id, c)| {
            c.pools
                .iter()
                .filter(|(_, p)| p.servers.is_some())
                .map(move |(pool, p)| {
                    let name = if c.pools.len() > 1 {
                        format!("{id} ({pool})")
                    } else {
                        id.clone()
                    };
                    let saturates = (p.utilisation > 1e-9)
                        .then(|| format!("{:.1}x", evaluation.load_factor / p.utilisation));
                    vec![
                        name,
                        p.servers.map_or_else(String::new, |s| s.to_string()),
                        format!("{:.1} %", p.utilisation * 100.0),
                        p.mean_wait_ms.map_or_else(|| paint(BAD, "saturated"), ms),
                        saturates.unwrap_or_default(),
                        if c.incomplete.is_empty() {
                            String::new()
                        } else {
                            "lower bound: facts missing".into()
                        },
                    ]
                })
        })
        .collect();
    if !rows.is_empty() {
        out.push_str(&table(
            &[
                ("component", Align::Left),
                ("processors", Align::Right),
                ("in use", Align::Right),
                ("mean wait", Align::Right),
                ("saturates at", Align::Right),
                ("", Align::Left),
            ],
            &rows,
        ));
        out.push_str("\n\n");
    }
    out.push_str(&totals(evaluation));
    out.push_str(&paint(
        DIM,
        "\n`groundplan explain OPERATION.p99` shows what a number is made of.",
    ));
    out
}

fn operation_row(system: &System, id: &str, result: &OperationResult) -> Vec<String> {
    // Work without a caller is timed from its start, and nobody waits for it.
    let waits = waited_for(system, id);
    let times = match waits {
        true => result.response,
        false => result.background.or(result.response),
    };
    let time = |pick: fn(&evaluate::result::Times) -> f64| {
        times
            .as_ref()
            .map_or_else(|| "-".to_string(), |t| ms(pick(t)))
    };
    let target = system.latency_target(id).filter(|_| waits);
    let shown_target = target.map_or_else(String::new, |t| match (t.p99, t.p95, t.p50) {
        (Some(d), ..) => d.to_string(),
        (None, Some(d), _) => format!("p95 {d}"),
        (None, None, d) => d.map_or_else(String::new, |d| format!("p50 {d}")),
    });
    let availability = result.availability.filter(|_| waits);
    let availability_target = system.availability_target(id).filter(|_| waits);
    vec![
        id.to_string(),
        result.rate_per_s.map_or_else(|| "-".into(), rate),
        time(|t| t.p50_ms),
        time(|t| t.p95_ms),
        time(|t| t.p99_ms),
        shown_target,
        availability.map_or_else(|| "-".into(), share),
        availability_target.map_or_else(String::new, |r| r.to_string()),
        verdict(system, id, result),
    ]
}

/// Whether a caller waits for its answer.
fn waited_for(system: &System, id: &str) -> bool {
    let operation = system.brief.domain.operations.get(id);
    operation.is_none_or(|o| !matches!(o.trigger, Trigger::Event(_) | Trigger::Every(_)))
}

/// PASS, FAIL with what is missed, or UNVERIFIED with what is missing.
fn verdict(system: &System, id: &str, result: &OperationResult) -> String {
    if !result.saturated_by.is_empty() {
        return paint(
            BAD,
            &format!("FAIL: {} saturated", result.saturated_by.join(", ")),
        );
    }
    if !waited_for(system, id) {
        return match result.unverified.is_empty() {
            true => "nobody waits".into(),
            false => "UNVERIFIED".into(),
        };
    }
    let mut missed = Vec::new();
    if let (Some(times), Some(target)) = (&result.response, system.latency_target(id)) {
        let limits = [
            ("p50", times.p50_ms, target.p50),
            ("p95", times.p95_ms, target.p95),
            ("p99", times.p99_ms, target.p99),
        ];
        for (name, value, limit) in limits {
            if limit.is_some_and(|l| value > l.ms()) {
                missed.push(name.to_string());
            }
        }
    }
    if let (Some(value), Some(target)) = (result.availability, system.availability_target(id))
        && value < target.0
    {
        missed.push("availability".into());
    }
    if !missed.is_empty() {
        return paint(BAD, &format!("FAIL: {}", missed.join(", ")));
    }
    if !result.unverified.is_empty() {
        return "UNVERIFIED".into();
    }
    let has_target =
        system.latency_target(id).is_some() || system.availability_target(id).is_some();
    if has_target {
        paint(GOOD, "PASS")
    } else {
        "no target".into()
    }
}

/// Saturation, availability and cost of the whole.
pub fn totals(evaluation: &Evaluation) -> String {
    let mut lines = Vec::new();
    let system = &evaluation.system;
    if let (Some(at), Some(first)) = (system.saturates_at, &system.saturates_first) {
        lines.push(format!(
            "{first} saturates first, at {at:.1} times the busiest hour."
        ));
    }
    if let Some(availability) = system.availability {
        lines.push(format!(
            "All operations work {} of the time ({:.0} minutes down a month).",
            share(availability),
            evaluate::availability::down_minutes_per_month(availability)
        ));
    }
    for (currency, total) in &evaluation.cost.total_per_month {
        let list = evaluation
            .cost
            .price_list
            .as_deref()
            .unwrap_or("no price list");
        lines.push(format!(
            "Infrastructure: {} {currency} a month (prices: {list}).",
            amount(*total)
        ));
    }
    if !evaluation.cost.left_out.is_empty() {
        lines.push(format!(
            "Not in it: {}.",
            evaluation.cost.left_out.join("; ")
        ));
    }
    lines
        .iter()
        .map(|l| crate::tables::wrap(l, "", 100))
        .collect::<Vec<_>>()
        .join("\n")
        .replace("UNVERIFIED", &paint(HEAD, "UNVERIFIED"))
}
