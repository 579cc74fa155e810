//! Every operation: rate, times, availability, its nearest target and how much of it is left.

use evaluate::verdict::{Judgement, Verdict, verdict, waited_for};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    let system = f.view.system;
    let rows: Vec<Vec<String>> = now
        .operations
        .iter()
        .map(|(id, o)| {
            let judged = verdict(system, id, o);
            let waits = waited_for(system, id);
            let times = match waits {
                true => o.response,
                false => o.background.or(o.response),
            };
            let time = |pick: fn(&evaluate::result::Times) -> f64| {
                times
                    .as_ref()
                    .map(|t| numbers::ms(pick(t)))
                    .unwrap_or_default()
            };
            let nearest = judged.nearest();
            vec![
                format!("`{id}`"),
                f.rate(id).map(numbers::rate).unwrap_or_default(),
                time(|t| t.p50_ms),
                time(|t| t.p95_ms),
                time(|t| t.p99_ms),
                o.availability
                    .filter(|_| waits && !f.program())
                    .map(numbers::availability)
                    .unwrap_or_default(),
                nearest.map(target).unwrap_or_default(),
                nearest.map(|s| percent(s.margin)).unwrap_or_default(),
                word(&judged, o),
            ]
        })
        .collect();
    page.heading(2, "Operations");
    page.para(match f.program() {
        true => "Mean rates; one user at a time.",
        false => "In the busiest hour. Times are as the caller sees them at our edge; those of work without a caller are from its start.",
    });
    page.table(
        &[
            "Operation",
            "Rate",
            "p50",
            "p95",
            "p99",
            "Availability",
            "Nearest target",
            "Left of it",
            "Verdict",
        ],
        &rows,
    );
    page.para("The nearest target is the one with least left: of the time allowed, or of the error budget.");
}

fn target(s: &evaluate::verdict::Standing) -> String {
    match s.number {
        "availability" => format!("availability {}", numbers::availability(s.target)),
        number => format!("{number} {}", numbers::ms(s.target)),
    }
}

fn percent(margin: f64) -> String {
    let text = numbers::sig3((margin * 1000.0).round() / 10.0);
    if margin < 0.0 {
        format!("**{text} %**")
    } else {
        format!("{text} %")
    }
}

fn word(judged: &Verdict, o: &evaluate::result::OperationResult) -> String {
    match judged.judgement {
        Judgement::Pass => "PASS".into(),
        Judgement::Fail => format!("**FAIL**: {}", judged.missed().join(", ")),
        Judgement::Saturated => format!("**FAIL**: {} saturated", o.saturated_by.join(", ")),
        Judgement::Unverified => {
            let why = o.unverified.first().map_or("", String::as_str);
            format!("UNVERIFIED: {}", why.trim_end_matches('.'))
        }
        Judgement::NoTarget => "no target".into(),
        Judgement::NobodyWaits => "nobody waits".into(),
    }
}
