//! Whether copies of answers are kept beside the store.
//!
//! A cache is open only where some answer may be stale. It is weighed as the recommended candidate
//! with it, evaluated whole; it wins only where a latency target or the load asks for it (F2: no cache
//! without a latency problem).

use model::Decision;

use super::Settled;
use super::neighbours::{self, Way};
use crate::prose::{list, ms, per_s};
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "cache";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    if ctx.needs.local {
        return None;
    }
    let stale = ctx.stale_reads();
    let excluded: Vec<(&str, &str)> = s
        .space
        .excluded
        .iter()
        .filter(|e| e.role == "cache")
        .map(|e| (e.technology.as_str(), e.because.as_str()))
        .collect();
    if stale.is_empty() {
        let made = decision(
            "Are copies of answers kept?",
            vec![
                Weighed::new("none", &[("need", 1.0, 1.0)], ""),
                Weighed::rejected(
                    "any",
                    "no operation says how stale its answer may be, so no copy may be shown",
                ),
            ],
            None,
        );
        return Some(
            made.because(format!(
                "No operation of {} allows a stale answer.",
                ctx.brief.name
            ))
            .revisit("an operation that is read often may be some seconds old")
            .read(ctx, &["domain.operations"]),
        );
    }
    let recommended = &s.recommended.measured.choices;
    let ways = s
        .space
        .caches
        .iter()
        .map(|cache| {
            let mut c = recommended.clone();
            c.cache.clone_from(cache);
            Way {
                id: cache.clone().unwrap_or_else(|| "none".into()),
                choices: c,
            }
        })
        .collect();
    let weighing = neighbours::weigh(s, "Are copies of answers kept?", ways, &excluded);
    let n = &s.recommended.measured.numbers;
    let reads: Vec<String> = stale
        .iter()
        .take(3)
        .map(|(id, age, rate)| {
            format!(
                "{id} ({}, {} old)",
                per_s(*rate),
                model::Duration::from_secs(*age)
            )
        })
        .collect();
    let worst = match (&n.worst_operation, n.worst_ms, n.worst_target_ms) {
        (Some(o), Some(v), Some(t)) => format!(
            "{o} comes closest to its target with {} of {}",
            ms(v),
            ms(t)
        ),
        _ => "no latency could be computed".into(),
    };
    let because = if recommended.cache.is_none() {
        format!(
            "{} may be stale, yet no read needs a copy: {worst}, from the store itself.",
            list(&reads)
        )
    } else {
        format!(
            "{} may be stale and are most of the load; copies keep them off the store. {}.",
            list(&reads),
            crate::prose::capital(&worst)
        )
    };
    Some(neighbours::finish(s, weighing, because, "a read that may be stale misses its latency target, or reads use more than 60 % of the store".into(), &["domain.operations", "targets.latency"]))
}
