//! The tables of `groundplan evaluate`: operations, components, what is held, and the totals.

use evaluate::result::{Evaluation, HeldUse, OperationResult, Times};
use evaluate::verdict::{Judgement, Standing, Verdict, verdict, waited_for};
use model::System;

use crate::numbers::{amount, ms, rate, share};
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};
use terminal::tables::{Align, fitting, wrap};

/// The whole report.
pub fn report(system: &System, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    out.push_str(&scenario(evaluation));
    if evaluation.operations.is_empty() {
        out.push_str(
            "No operation has a path through the components, so there is nothing to time.\n",
        );
    } else {
        out.push_str(&operations(system, evaluation));
        out.push_str("\n\n");
    }
    let shared = !program(system);
    let parts = [components(evaluation), held(evaluation)];
    for part in parts.iter().filter(|p| shared && !p.is_empty()) {
        out.push_str(part);
        out.push_str("\n\n");
    }
    out.push_str(&totals(system, evaluation));
    out.push_str(&paint(
        DIM,
        "\n`groundplan explain OPERATION.p99` shows what a number is made of.",
    ));
    out
}

/// Whether it is a program that runs where it is called: nobody asks it for capacity.
pub fn program(system: &System) -> bool {
    system.architecture.style == Some(model::Style::Program)
}

fn scenario(evaluation: &Evaluation) -> String {
    let mut lines = Vec::new();
    let factor = evaluation.load_factor;
    let usual = (factor - 1.0).abs() < 1e-9;
    match (evaluation.peak, usual) {
        (true, true) => lines.push("Every operation at its peak.".to_string()),
        (true, false) => lines.push(format!("Every operation at {factor} times its peak.")),
        (false, false) => lines.push(format!("At {factor} times the busiest hour.")),
        (false, true) => {}
    }
    if let Some(zone) = &evaluation.lost_zone {
        lines.push(format!("With {zone} lost."));
    }
    lines.iter().map(|l| format!("{l}\n")).collect()
}

fn operations(system: &System, evaluation: &Evaluation) -> String {
    let rows: Vec<Vec<String>> = evaluation
        .operations
        .iter()
        .map(|(id, result)| operation(system, id, result))
        .collect();
    fitting(
        &[
            ("operation", Align::Left, 0),
            ("rate", Align::Right, 5),
            ("p50", Align::Right, 8),
            ("p95", Align::Right, 6),
            ("p99", Align::Right, 0),
            ("target", Align::Right, 2),
            ("left", Align::Right, 1),
            ("availability", Align::Right, 4),
            ("target", Align::Right, 7),
            ("budget left", Align::Right, 3),
            ("verdict", Align::Left, 0),
        ],
        &rows,
        look::room(),
    )
}

fn operation(system: &System, id: &str, result: &OperationResult) -> Vec<String> {
    // Work without a caller is timed from its start, and nobody waits for it.
    let waits = waited_for(system, id);
    let times = match waits {
        true => result.response,
        false => result.background.or(result.response),
    };
    let time = |pick: fn(&Times) -> f64| {
        times
            .as_ref()
            .map_or_else(|| "-".to_string(), |t| ms(pick(t)))
    };
    let judged = verdict(system, id, result);
    let (up, times_held): (Vec<&Standing>, Vec<&Standing>) = judged
        .standings
        .iter()
        .partition(|s| s.number == "availability");
    let latency = times_held
        .into_iter()
        .min_by(|a, b| a.margin.total_cmp(&b.margin));
    let up = up.into_iter().next();
    let availability = match (waits && !program(system), result.availability) {
        (true, Some(value)) => share(value),
        (true, None) => "-".into(),
        (false, _) => String::new(),
    };
    vec![
        id.to_string(),
        result.rate_per_s.map_or_else(|| "-".into(), rate),
        time(|t| t.p50_ms),
        time(|t| t.p95_ms),
        time(|t| t.p99_ms),
        latency.map(target).unwrap_or_default(),
        latency.map(left).unwrap_or_default(),
        availability,
        up.map(target).unwrap_or_default(),
        up.map(left).unwrap_or_default(),
        word(&judged, result),
    ]
}

/// A target with the name of its number.
fn target(standing: &Standing) -> String {
    match standing.number {
        "availability" => share(standing.target),
        number => format!("{number} {}", ms(standing.target)),
    }
}

/// How much of a target is left.
fn left(standing: &Standing) -> String {
    let text = format!("{:.0} %", (standing.margin * 100.0).clamp(-9999.0, 100.0));
    match standing.margin < 0.0 {
        true => paint(BAD, &text),
        false => text,
    }
}

/// PASS, FAIL with what is missed, or UNVERIFIED.
fn word(judged: &Verdict, result: &OperationResult) -> String {
    match judged.judgement {
        Judgement::Pass => paint(GOOD, "PASS"),
        Judgement::Fail => paint(BAD, &format!("FAIL: {}", judged.missed().join(", "))),
        Judgement::Saturated => paint(
            BAD,
            &format!("FAIL: {} saturated", result.saturated_by.join(", ")),
        ),
        Judgement::Unverified => "UNVERIFIED".into(),
        Judgement::NoTarget => "no target".into(),
        Judgement::NobodyWaits => "nobody waits".into(),
    }
}

fn components(evaluation: &Evaluation) -> String {
    let mut rows = Vec::new();
    for (id, component) in &evaluation.components {
        for (pool, used) in component.pools.iter().filter(|(_, p)| p.servers.is_some()) {
            let name = match component.pools.len() > 1 {
                true => format!("{id} ({pool})"),
                false => id.clone(),
            };
            let saturates =
                (used.utilisation > 1e-9).then(|| times(evaluation.load_factor / used.utilisation));
            let first = evaluation.system.saturates_first.as_deref() == Some(id);
            let note = match (component.incomplete.is_empty(), first) {
                (false, _) => "lower bound: facts missing",
                (true, true) => "first to saturate",
                (true, false) => "",
            };
            rows.push(vec![
                name,
                used.servers.map_or_else(String::new, |s| s.to_string()),
                share_used(used.utilisation),
                used.mean_wait_ms
                    .map_or_else(|| paint(BAD, "saturated"), wait),
                saturates.unwrap_or_default(),
                note.into(),
            ]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    fitting(
        &[
            ("component", Align::Left, 0),
            ("processors", Align::Right, 2),
            ("in use", Align::Right, 0),
            ("mean wait", Align::Right, 3),
            ("saturates at", Align::Right, 0),
            ("", Align::Left, 1),
        ],
        &rows,
        look::room(),
    )
}

fn share_used(share: f64) -> String {
    let text = format!("{:.1} %", share * 100.0);
    match share >= 1.0 {
        true => paint(BAD, &text),
        false => text,
    }
}

fn wait(value: f64) -> String {
    match value < 0.005 {
        true => "under 0.01 ms".into(),
        false => ms(value),
    }
}

fn times(factor: f64) -> String {
    format!("{}x", render::numbers::sig3(factor))
}

/// Connections, bulkheads and slots, where more than half of them are needed or somebody waits for
/// one; otherwise a line that says so.
fn held(evaluation: &Evaluation) -> String {
    let relations = evaluation
        .relations
        .iter()
        .map(|(id, h)| (format!("connections of {id}"), h));
    let bulkheads = evaluation
        .bulkheads
        .iter()
        .map(|(id, h)| (format!("bulkhead of {id}"), h));
    let slots = evaluation
        .components
        .iter()
        .filter_map(|(id, c)| Some((format!("slots of {id}"), c.concurrency.as_ref()?)));
    let all: Vec<(String, &HeldUse)> = relations.chain(bulkheads).chain(slots).collect();
    let tight = |h: &HeldUse| {
        let waits = h.mean_wait_ms.is_some_and(|w| w >= 0.05) || h.refused > 1e-6;
        let near = h.p99.is_none_or(|n| 2 * n > h.limit as u64);
        h.exceeded || h.saturated || near || waits
    };
    let rows: Vec<Vec<String>> = all
        .iter()
        .filter(|(_, h)| tight(h))
        .map(|(what, h)| held_row(what, h))
        .collect();
    if rows.is_empty() {
        let most = all
            .iter()
            .filter_map(|(what, h)| Some((what, h.p99?, h.limit)))
            .max_by(|a, b| (a.1 as f64 / a.2 as f64).total_cmp(&(b.1 as f64 / b.2 as f64)));
        return most.map_or_else(String::new, |(what, needed, limit)| {
            let text = format!(
                "What is held is enough. Nearest to its limit: {what}, {needed} of {limit} for 99 % of the time."
            );
            wrap(&text, "", look::width().min(100))
        });
    }
    fitting(
        &[
            ("held", Align::Left, 0),
            ("there are", Align::Right, 0),
            ("mean in use", Align::Right, 2),
            ("for 99 % of the time", Align::Right, 0),
            ("mean wait", Align::Right, 1),
            ("refused", Align::Right, 3),
        ],
        &rows,
        look::room(),
    )
}

fn held_row(what: &str, h: &HeldUse) -> Vec<String> {
    let needed = h
        .p99
        .map_or_else(|| "no steady state".into(), |n| n.to_string());
    let refused = match h.refused > 1e-6 {
        true => paint(BAD, &render::numbers::percent(h.refused)),
        false => String::new(),
    };
    vec![
        what.to_string(),
        h.limit.to_string(),
        h.mean.map(render::numbers::sig3).unwrap_or_default(),
        match h.exceeded || h.saturated {
            true => paint(BAD, &needed),
            false => needed,
        },
        match h.saturated {
            true => paint(BAD, "saturated"),
            false => h.mean_wait_ms.map(wait).unwrap_or_default(),
        },
        refused,
    ]
}

/// Saturation, availability with its error budget, and cost of the whole.
pub fn totals(system: &System, evaluation: &Evaluation) -> String {
    let mut lines = Vec::new();
    let whole = &evaluation.system;
    if program(system) {
        lines.push("It is a program that runs where it is called, for one user at a time: it has no load to saturate at and no availability of its own.".to_string());
        return wrap(&lines.join(" "), "", look::width().min(100));
    }
    if let (Some(at), Some(first)) = (whole.saturates_at, &whole.saturates_first) {
        lines.push(format!(
            "{} first, at {} times the busiest hour.",
            render::gives_way(first),
            render::numbers::sig3(at)
        ));
    }
    if evaluation.measured_demands > 0 {
        lines.push(format!(
            "{} of {} demands at stores were measured on this design's own schema (measured.yaml).",
            evaluation.measured_demands, evaluation.store_demands
        ));
    }
    if let Some(overload) = whole.overload.as_ref().filter(|o| o.collapses_at.is_some()) {
        lines.push(render::overload_told(overload));
    }
    if let Some(availability) = whole.availability {
        let down = evaluate::availability::down_minutes_per_month(availability);
        lines.push(format!(
            "All operations work {} of the time: {down:.1} minutes a month some part of it is down.",
            share(availability),
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
        .map(|l| wrap(l, "", look::width().min(100)))
        .collect::<Vec<_>>()
        .join("\n")
        .replace("UNVERIFIED", &paint(HEAD, "UNVERIFIED"))
}
