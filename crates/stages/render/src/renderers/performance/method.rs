//! What the numbers are and how far they may be off; how each can be asked for.

use evaluate::Evaluation;

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
            0 if f.program() => format!("All {all} latency targets hold."),
            0 => format!("All {all} latency targets hold in the busiest hour."),
            n => format!(
                "{n} of {all} latency targets are missed in the busiest hour: {}.",
                words::some(&missed, 4)
            ),
        });
    }
    if !f.program() {
        first.extend(gives_way_first(now));
    }
    first.extend(measured_share(now));
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
    if f.program() {
        page.para("It is a program that runs where it is called, for one user at a time. Nothing queues, so load, capacity and availability are no questions of its design.");
        return;
    }
    page.heading(2, "Method and its error");
    page.bullets(&METHOD);
    page.para(&known_error(f));
}

/// Which component saturates first, and at which load.
pub(crate) fn gives_way_first(now: &Evaluation) -> Option<String> {
    let (at, first) = (
        now.system.saturates_at?,
        now.system.saturates_first.as_ref()?,
    );
    Some(format!(
        "{} first, at {} the busiest hour.",
        words::capital(&words::gives_way(first)),
        numbers::times(at)
    ))
}

/// How many of the demands at stores were measured; nothing where none was.
pub(crate) fn measured_share(now: &Evaluation) -> Option<String> {
    (now.measured_demands > 0).then(|| {
        format!(
            "{} of {} demands at stores were measured on this design's own schema (`measured.yaml`); the others are published facts.",
            now.measured_demands, now.store_demands
        )
    })
}

const METHOD: [&str; 7] = [
    "Work: every step of a path has a demand, measured here or published, with its conditions. Utilisation is the sum of rate times demand over the processors (utilisation law).",
    "Waiting: Erlang C for each pool of processors, which the operating system shares out in slices. Mean times are then exact whatever the spread of the work (product form: Baskett, Chandy, Muntz, Palacios 1975).",
    "Percentiles: the distributions of the steps are added along the path, with a correction, fitted to simulated tandems, for how queues depend on each other. Of 336 reference responses, simulated at up to 90 % utilisation, p99 is off by .7 % in the median; nine in ten are within 5 %; branches side by side that meet at one pool are off by up to 11 %.",
    "Held: a caller holds its connection and its slot until the answer is back. Resources are solved from the inside out, each with what it holds as a flow-equivalent server; the wait for one is part of the response.",
    "Timeouts and repeats: a fixed point, looked for from an idle and from an overloaded system; where the two ends differ the load can feed itself.",
    "Availability: a binary decision diagram over parts, zones and shared dependencies. Exact for the structure; parts are taken as independent, and the shares that providers publish as true.",
    "Rates are those of the brief. What a fact is missing for is UNVERIFIED and has no number.",
];

/// The error on this very design, where it was simulated.
fn known_error(f: &Figures<'_>) -> String {
    let Some(studies) = f.view.studies.filter(|s| s.simulated.is_some()) else {
        return String::new();
    };
    let mut off: Vec<(f64, &str)> = super::simulated::times(&studies.agreement)
        .filter(|a| a.verdict != simulate::Verdict::TooFewSamples)
        .filter_map(|a| Some((a.difference?.abs(), a.metric.as_str())))
        .collect();
    off.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(median), Some(worst)) = (off.get(off.len() / 2), off.last()) else {
        return "No time came often enough in the simulation to measure the error on this design."
            .into();
    };
    let name = worst.1.strip_prefix("operations.").unwrap_or(worst.1);
    format!(
        "**The error on this design**, against a simulation of it: of {} the median is off by {}, the worst by {} (`{name}`).",
        words::counted(off.len(), "time"),
        numbers::percent(median.0),
        numbers::percent(worst.0)
    )
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
