//! How busy each component is, which saturates first and at which load, and what is held.

use evaluate::Evaluation;
use evaluate::result::HeldUse;

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::scenes;
use crate::words;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    let components = architecture.components.keys();
    let rows: Vec<Vec<String>> = components.filter_map(|id| row(f, id)).collect();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "Components");
    let head = [
        "Component",
        "Processors",
        "1x",
        "10x",
        "100x",
        "Mean wait",
        "Saturates at",
    ];
    page.table(&head, &rows);
    if let Some(held) = targets_held(f) {
        page.para(&held);
    }
    if scenes::load::latency(f.view).is_some() {
        page.para("![p99 against load](diagrams/load.svg)");
    }
    page.para("![Processors in use](diagrams/utilisation.svg)");
    things_held(f, page);
}

fn row(f: &Figures<'_>, id: &str) -> Option<Vec<String>> {
    let now = f.now?;
    let used = words::utilisation(now, id)?;
    let result = now.components.get(id)?;
    let at = |e: &Option<Evaluation>| {
        e.as_ref()
            .and_then(|e| words::utilisation(e, id))
            .map(|u| match u.0 >= 1.0 {
                true => format!("**{}**", words::used(u)),
                false => words::used(u),
            })
            .unwrap_or_default()
    };
    let busiest = result
        .pools
        .values()
        .filter(|p| p.servers.is_some())
        .max_by(|a, b| a.utilisation.total_cmp(&b.utilisation))?;
    let limit = if used.0 > 0.0 {
        let bound = if used.1 { "at most " } else { "" };
        format!("{bound}{}", numbers::times(1.0 / used.0))
    } else {
        String::new()
    };
    let first = now.system.saturates_first.as_deref() == Some(id);
    Some(vec![
        match first {
            true => format!("**`{id}`** (first)"),
            false => format!("`{id}`"),
        },
        busiest.servers.map(|s| s.to_string()).unwrap_or_default(),
        words::used(used),
        at(&f.ten),
        at(&f.hundred),
        busiest
            .mean_wait_ms
            .map_or_else(|| "**saturated**".into(), wait),
        limit,
    ])
}

/// Waits below a microsecond are none.
fn wait(ms: f64) -> String {
    match ms {
        ms if ms < 0.001 => "under 0.001 ms".into(),
        ms => numbers::ms(ms),
    }
}

/// How many latency targets hold, at once, ten and a hundred times the load, in a sentence.
pub(crate) fn targets_held(f: &Figures<'_>) -> Option<String> {
    let loads = [
        ("1x", f.now),
        ("10x", f.ten.as_ref()),
        ("100x", f.hundred.as_ref()),
    ];
    let held: Vec<String> = loads
        .into_iter()
        .filter_map(|(times, evaluation)| targets(f, times, evaluation?))
        .collect();
    match held.is_empty() {
        true => None,
        false => Some(format!("Latency targets held: {}.", held.join("; "))),
    }
}

/// How many latency targets hold at a load.
fn targets(f: &Figures<'_>, times: &str, evaluation: &Evaluation) -> Option<String> {
    let (missed, all) = f.misses(evaluation);
    if all == 0 {
        return None;
    }
    Some(if missed.is_empty() {
        format!("{all} of {all} at {times}")
    } else {
        format!(
            "{} of {all} at {times}, not by {}",
            all - missed.len(),
            words::some(&missed, 4)
        )
    })
}

/// Connections, bulkheads and slots: what is there, what is in use, who waits, who is refused.
fn things_held(f: &Figures<'_>, page: &mut Page) {
    let (Some(now), ten) = (f.now, f.ten.as_ref()) else {
        return;
    };
    let mut all: Vec<(String, &HeldUse, Option<&HeldUse>)> = Vec::new();
    for (id, held) in &now.relations {
        let later = ten.and_then(|e| e.relations.get(id));
        all.push((format!("connections of `{id}`"), held, later));
    }
    for (id, held) in &now.bulkheads {
        let later = ten.and_then(|e| e.bulkheads.get(id));
        all.push((format!("bulkhead of `{id}`"), held, later));
    }
    for (id, component) in &now.components {
        if let Some(held) = &component.concurrency {
            let later = ten.and_then(|e| e.components.get(id)?.concurrency.as_ref());
            all.push((format!("slots of `{id}`"), held, later));
        }
    }
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|(what, held, later)| {
            vec![
                what,
                held.limit.to_string(),
                held.mean.map(numbers::sig3).unwrap_or_default(),
                needed(held),
                waits(held),
                later.map(needed).unwrap_or_default(),
                later.map(waits).unwrap_or_default(),
                match held.refused > 1e-6 {
                    true => format!("**{}**", numbers::percent(held.refused)),
                    false => String::new(),
                },
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "What is held");
    page.para("A caller holds a connection and a slot of the component that answers until the answer is back. Needed is what is enough for 99 % of the time; the wait for one is part of the response times above.");
    page.table(
        &[
            "Held",
            "There are",
            "Mean",
            "Needed, 1x",
            "Mean wait, 1x",
            "Needed, 10x",
            "Mean wait, 10x",
            "Refused, 1x",
        ],
        &rows,
    );
}

fn needed(h: &HeldUse) -> String {
    match (h.p99, h.exceeded) {
        (None, _) => "no steady state".into(),
        (Some(n), true) => format!("**{n}**"),
        (Some(n), false) => n.to_string(),
    }
}

fn waits(h: &HeldUse) -> String {
    match h.saturated {
        true => "**saturated**".into(),
        false => h.mean_wait_ms.map(wait).unwrap_or_default(),
    }
}
