//! Whether the parts wait for one another.
//!
//! Read off the assembled relations: a caller waits only where its own caller needs the answer.
//! `waits` is one minus the longest chain of our own processes that wait for one another, over four.

use model::{Decision, Mode};

use super::Settled;
use crate::effort::{ours, runs_code};
use crate::prose::list;
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "communication";

pub fn decide(s: &Settled) -> Option<Decision> {
    if s.ctx.needs.local {
        return None;
    }
    let a = &s.recommended.measured.architecture;
    let own = |id: &str| a.components.get(id).is_some_and(ours);
    let code = |id: &str| a.components.get(id).is_some_and(runs_code);
    let of = |mode: Mode| -> Vec<String> {
        a.relations
            .iter()
            .filter(|(_, r)| r.mode == mode && own(&r.from))
            .map(|(id, _)| id.clone())
            .collect()
    };
    let (sync, later) = (of(Mode::Sync), of(Mode::Async));
    let between = a
        .relations
        .values()
        .filter(|r| r.mode == Mode::Sync && code(&r.from) && code(&r.to))
        .count();
    let needs_later = s.ctx.needs.background;
    let candidates = vec![
        Weighed::new(
            "wait-for-what-the-answer-needs",
            &[
                ("waits", 0.5, 1.0 - (between as f64 / 4.0).min(1.0)),
                ("fits", 0.5, 1.0),
            ],
            "",
        ),
        Weighed::new(
            "all-synchronous",
            &[
                ("waits", 0.5, if needs_later { 0.3 } else { 0.9 }),
                ("fits", 0.5, if needs_later { 0.4 } else { 1.0 }),
            ],
            if needs_later {
                format!(
                    "the caller would wait for what nobody needs at once: {}",
                    list(
                        &s.ctx
                            .brief
                            .domain
                            .events
                            .keys()
                            .take(3)
                            .cloned()
                            .collect::<Vec<_>>()
                    )
                )
            } else {
                "there is nothing to defer, so the two are the same here".into()
            },
        ),
        Weighed::new(
            "all-by-events",
            &[("waits", 0.5, 1.0), ("fits", 0.5, 0.3)],
            format!(
                "{} operations answer with a result that the caller waits for",
                s.ctx
                    .brief
                    .domain
                    .operations
                    .values()
                    .filter(|o| o.result.is_some())
                    .count()
            ),
        ),
    ];
    let made = decision(
        "Which parts wait for one another?",
        candidates,
        Some("wait-for-what-the-answer-needs"),
    );
    let because = format!(
        "{} of ours wait for an answer, {} do not; {}.",
        crate::prose::count(sync.len(), "relation"),
        later.len(),
        if between == 0 {
            "no process of ours waits for another one of ours".into()
        } else {
            format!("{between} times one process of ours waits for another")
        }
    );
    Some(
        made.because(because)
            .trade_off("what happens later can fail later: a dead letter is looked at by a person")
            .computed(format!("waiting: {}", list(&sync)))
            .revisit("a process of ours waits for two others in sequence")
            .read(s.ctx, &["domain.operations", "domain.ports"]),
    )
}
