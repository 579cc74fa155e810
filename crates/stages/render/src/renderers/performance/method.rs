//! What the numbers are and how far they may be off; how each can be asked for.

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::words;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    let (missed, all) = f.misses(now);
    let mut first = Vec::new();
    if all > 0 {
        first.push(match missed.len() {
            0 => format!("All {all} latency targets hold in the busiest hour."),
            n => format!(
                "{n} of {all} latency targets are missed in the busiest hour: {}.",
                words::some(&missed, 4)
            ),
        });
    }
    if let (Some(at), Some(component), false) = (
        now.system.saturates_at,
        &now.system.saturates_first,
        f.program(),
    ) {
        first.push(format!(
            "`{component}` saturates first, at {} the busiest hour.",
            numbers::times(at)
        ));
    }
    let unknown: Vec<&String> = now
        .operations
        .iter()
        .filter(|(_, o)| !o.unverified.is_empty())
        .map(|(id, _)| id)
        .collect();
    if !unknown.is_empty() {
        first.push(format!(
            "{} UNVERIFIED, because a fact is missing: {}.",
            words::counted(unknown.len(), "operation is")
                .replace("operation iss", "operations are"),
            words::some(&unknown, 4)
        ));
    }
    page.para(&first.join(" "));
}

pub(super) fn asking(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    page.heading(2, "How to ask");
    page.para("Every number has a key. `groundplan explain KEY` shows its formula, its inputs and their sources.");
    let ends = [
        ("operations", "p99", "response time of an operation"),
        ("operations", "availability", "share of the time it works"),
        ("components", "utilisation", "how busy a component is"),
        ("components", "wait", "mean wait for a processor"),
        ("relations", "connections", "connections needed"),
        ("tables", "bytes-3y", "size of a table in three years"),
        (
            "system",
            "saturates-at",
            "load at which the first component saturates",
        ),
        ("cost", "", "what it costs a month"),
    ];
    let rows: Vec<Vec<String>> = ends
        .into_iter()
        .filter_map(|(collection, end, what)| {
            let key = now
                .explanations
                .keys()
                .find(|k| k.starts_with(&format!("{collection}.")) && k.ends_with(end))?;
            Some(vec![what.into(), format!("`groundplan explain {key}`")])
        })
        .collect();
    page.table(&["Number", "Ask for it"], &rows);
}
