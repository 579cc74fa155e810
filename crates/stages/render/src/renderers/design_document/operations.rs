//! `operations.md`: every number of every operation.

use super::contracts::caller;
use crate::figures::{Figures, asked};
use crate::numbers;
use crate::page::Page;
use crate::scenes::sequence::transaction_words;
use crate::words;

/// The file; `None` without numbers.
pub(super) fn all(f: &Figures<'_>) -> Option<String> {
    let now = f.now?;
    let mut page = Page::default();
    page.heading(1, &format!("{}: operations", f.view.system.brief.name));
    page.para("In the busiest hour. Times are as the caller sees them at our edge; those of work without a caller are from its start.");
    let rows: Vec<Vec<String>> = now
        .operations
        .iter()
        .map(|(id, o)| {
            let operations = &f.view.system.brief.domain.operations;
            let waits = operations.get(id).is_none_or(|o| asked(&o.trigger));
            let times = match waits {
                true => o.response,
                false => o.background.or(o.response),
            };
            let ms = |pick: fn(&evaluate::result::Times) -> f64| {
                times
                    .as_ref()
                    .map(|t| numbers::ms(pick(t)))
                    .unwrap_or_default()
            };
            let target = f.view.system.latency_target(id).filter(|_| waits).map(|t| {
                [("p50", t.p50), ("p95", t.p95), ("p99", t.p99)]
                    .into_iter()
                    .filter_map(|(name, t)| Some(format!("{name} {}", t?)))
                    .collect::<Vec<_>>()
                    .join(", ")
            });
            vec![
                format!("[`{id}`](diagrams/sequence-{id}.svg)"),
                o.rate_per_s.map(numbers::rate).unwrap_or_default(),
                ms(|t| t.mean_ms),
                ms(|t| t.p50_ms),
                ms(|t| t.p95_ms),
                ms(|t| t.p99_ms),
                target.unwrap_or_default(),
                o.availability
                    .filter(|_| waits)
                    .map(numbers::availability)
                    .unwrap_or_default(),
                o.down_minutes_per_month
                    .filter(|_| waits)
                    .map(numbers::minutes)
                    .unwrap_or_default(),
            ]
        })
        .collect();
    page.table(
        &[
            "Operation",
            "Rate",
            "Mean",
            "p50",
            "p95",
            "p99",
            "Target",
            "Availability",
            "Down a month",
        ],
        &rows,
    );
    for (id, o) in &now.operations {
        let Some(operation) = f.view.system.brief.domain.operations.get(id) else {
            continue;
        };
        page.heading(2, &format!("`{id}`"));
        page.para(operation.summary.as_deref().unwrap_or_default());
        let mut facts = vec![format!("Started by {}.", caller(operation))];
        if let Some(path) = f.view.system.architecture.paths.get(id) {
            let mut on: Vec<String> = Vec::new();
            for step in &path.steps {
                let name = format!("`{}`", step.on);
                if !on.contains(&name) {
                    on.push(name);
                }
            }
            facts.push(format!("Runs through {}.", words::list(&on)));
            if let Some(text) = path.transaction.and_then(transaction_words) {
                facts.push(format!("Writes: {text}."));
            }
        }
        if let Some(slow) = slowest(o) {
            facts.push(slow);
        }
        for reason in &o.unverified {
            facts.push(format!("UNVERIFIED: {}.", reason.trim_end_matches('.')));
        }
        if !o.saturated_by.is_empty() {
            facts.push(format!(
                "**Saturated by {}.**",
                words::list(&o.saturated_by)
            ));
        }
        if !o.stopped_by.is_empty() {
            let sets: Vec<String> = o.stopped_by.iter().map(|s| s.join(" + ")).collect();
            facts.push(format!("Stopped by {}.", words::list(&sets)));
        }
        page.bullets(&facts);
    }
    Some(page.finish())
}

/// Where most of the mean goes.
fn slowest(o: &evaluate::result::OperationResult) -> Option<String> {
    let mut by: Vec<(&str, f64)> = Vec::new();
    for step in o.steps.iter().filter(|s| !s.background) {
        let time = step.wait_ms + step.service_ms;
        match by.iter_mut().find(|(c, _)| *c == step.component) {
            Some((_, t)) => *t += time,
            None => by.push((&step.component, time)),
        }
    }
    if o.network_ms > 0.0 {
        by.push(("round trips", o.network_ms));
    }
    by.sort_by(|a, b| b.1.total_cmp(&a.1));
    let parts: Vec<String> = by
        .iter()
        .filter(|(_, t)| *t > 0.0)
        .map(|(c, t)| format!("{c} {}", numbers::ms(*t)))
        .collect();
    (!parts.is_empty()).then(|| format!("The mean is made of {}.", words::list(&parts)))
}
