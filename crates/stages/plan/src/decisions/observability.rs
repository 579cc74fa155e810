//! How one sees what it does.
//!
//! `answers` is how many of three questions it answers (is it up and fast enough, which operation is
//! not, what happened to this one request); `burden` is what has to be run and paid for.

use model::Decision;

use super::Settled;
use crate::effort::runs_code;
use crate::prose::{list, percent};
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "observability";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let a = &s.recommended.measured.architecture;
    let processes = a.components.values().filter(|c| runs_code(c)).count();
    let several = (processes > 1 || ctx.needs.background || ctx.needs.ports) && !ctx.needs.local;
    let traced = if several { 1.0 } else { 0.7 };
    let candidates = vec![
        Weighed::new(
            "logs",
            &[("answers", 0.6, 0.4), ("burden", 0.4, 1.0)],
            "counting log lines shows a broken promise minutes late",
        )
        .unless(
            (!ctx.needs.local && ctx.availability_target().is_some()).then(|| {
                "an availability target needs a measured rate of good answers".to_string()
            }),
        ),
        Weighed::new(
            "logs-and-metrics",
            &[
                ("answers", 0.6, if several { 0.6 } else { 0.9 }),
                ("burden", 0.4, 0.8),
            ],
            format!("a request that passes {processes} processes could not be followed"),
        )
        .unless(ctx.needs.local.then(|| {
            "one person watches one program: its exit code and its log say it".to_string()
        })),
        Weighed::new(
            "logs-metrics-traces",
            &[("answers", 0.6, traced), ("burden", 0.4, 0.5)],
            "one process answers alone: its log line with a correlation id tells the same",
        )
        .unless(
            ctx.needs
                .local
                .then(|| "there is no second process to trace into".to_string()),
        ),
    ];
    let made = decision("How does one see what it does?", candidates, None);
    let because = match made.chosen.as_str() {
        "logs" => format!(
            "{} is one program: a log with a level and an exit code are read by the one who runs it.",
            ctx.brief.name
        ),
        "logs-and-metrics" => format!(
            "One process answers all {} operations: rate, errors and duration of each, and a log line with a correlation id, show what is wrong and where.",
            ctx.brief.domain.operations.len()
        ),
        _ => {
            let names: Vec<String> = a
                .components
                .iter()
                .filter(|(_, c)| runs_code(c))
                .map(|(id, _)| id.clone())
                .collect();
            format!(
                "An operation passes {} and {} external systems; a trace shows where its time went.",
                list(&names),
                ctx.brief.domain.ports.len()
            )
        }
    };
    let target = ctx
        .availability_target()
        .map_or("no availability target is given".into(), |t| {
            format!("availability target {}", percent(t))
        });
    Some(
        made.because(because)
            .trade_off("each signal is stored and paid for; only those with an alert or a question behind them are kept")
            .fact(target, "targets.availability")
            .revisit("an incident took longer to find than to mend")
            .read(ctx, &["targets.availability"]),
    )
}
