//! How reads are kept off the primary: not at all, or by replicas that lag.
//!
//! Each number of readers is the recommended candidate with it, evaluated whole.

use model::Decision;

use super::Settled;
use super::neighbours::{self, Way};
use crate::objective::headroom_needed;
use crate::prose::{per_s, times};
use crate::weighing::Grounds;

pub const ID: &str = "scaling";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let recommended = &s.recommended.measured.choices;
    if ctx.needs.local || recommended.store.is_none() {
        return None;
    }
    let ways = s
        .space
        .readers
        .iter()
        .map(|readers| {
            let mut c = recommended.clone();
            c.readers = *readers;
            Way {
                id: if *readers == 0 {
                    "primary-alone".into()
                } else {
                    format!("{readers}-readers")
                },
                choices: c,
            }
        })
        .collect();
    let none = [(
        "readers",
        "no operation allows a stale answer, and readers lag",
    )];
    let excluded: &[(&str, &str)] = if s.space.readers.len() > 1 {
        &[]
    } else {
        &none
    };
    let weighing = neighbours::weigh(s, "What carries the load when it grows?", ways, excluded);
    let n = &s.recommended.measured.numbers;
    let because = match (n.saturates_at, &n.saturates_first) {
        (Some(at), Some(first)) => format!(
            "{first} saturates first, at {} times the busiest hour of {}; three years of growth ask for {} times. {}",
            times(at),
            per_s(ctx.needs.busy_per_s),
            times(headroom_needed(ctx)),
            if recommended.readers == 0 {
                "Larger machines and more processes carry that."
            } else {
                "Readers carry what may be stale."
            }
        ),
        _ => "No component's load could be computed.".into(),
    };
    let decision = neighbours::finish(
        s,
        weighing,
        because,
        "the store is used over 60 % in the busiest hour on the largest machine that is sold"
            .into(),
        &["scale.growth", "scale.spikes", "domain.operations"],
    );
    Some(match s.found.report.sizes.sentence() {
        Some(sentence) => decision.computed(sentence),
        None => decision,
    })
}
