//! What is done when a callee is slow or down.
//!
//! Read off the assembled relations: every remote call has a timeout; a repeat is made only where it
//! is harmless; a breaker stands before systems that are not ours.

use model::{ComponentKind, Decision};

use super::Settled;
use crate::prose::list;
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "resilience";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    if ctx.needs.local {
        return None;
    }
    let a = &s.recommended.measured.architecture;
    let remote: Vec<_> = a
        .relations
        .iter()
        .filter(|(_, r)| a.components.get(&*r.from).is_some_and(crate::effort::ours))
        .collect();
    let timeouts = remote.iter().filter(|(_, r)| r.timeout.is_some()).count();
    let retried: Vec<String> = remote
        .iter()
        .filter(|(_, r)| r.retry.is_some())
        .map(|(id, _)| (*id).clone())
        .collect();
    let broken: Vec<String> = remote
        .iter()
        .filter(|(_, r)| r.breaker.is_some())
        .map(|(id, _)| (*id).clone())
        .collect();
    let ports: Vec<String> = a
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::External)
        .map(|(id, _)| id.clone())
        .collect();
    let foreign = if ports.is_empty() { 0.3 } else { 1.0 };
    let candidates = vec![
        Weighed::new(
            "timeouts-retries-breakers",
            &[("contains", 0.6, 0.7 + 0.3 * foreign), ("simple", 0.4, 0.7)],
            "no call leaves the system, so a breaker would guard nothing",
        ),
        Weighed::new(
            "timeouts-alone",
            &[("contains", 0.6, 1.0 - 0.7 * foreign), ("simple", 0.4, 1.0)],
            if ports.is_empty() {
                "a deploy of the store would show as errors".to_string()
            } else {
                format!(
                    "while {} is down every caller would wait its full timeout",
                    list(&ports)
                )
            },
        ),
        Weighed::new(
            "a-mesh-does-it",
            &[("contains", 0.6, 0.9), ("simple", 0.4, 0.0)],
            format!(
                "a proxy beside each of {} processes is one more thing to run",
                a.components
                    .values()
                    .filter(|c| crate::effort::runs_code(c))
                    .count()
            ),
        ),
    ];
    let made = decision(
        "What is done when a callee is slow or down?",
        candidates,
        None,
    );
    let guarded = if broken.is_empty() {
        "no breaker is needed".to_string()
    } else {
        format!("{} have a breaker", list(&broken))
    };
    let because = format!(
        "{timeouts} of {} outgoing relations have a timeout; {} are repeated, with a growing random pause, because a repeat is harmless there; {guarded}.",
        remote.len(),
        if retried.is_empty() {
            "none".into()
        } else {
            list(&retried)
        }
    );
    Some(
        made.because(because)
            .trade_off("a repeat adds load exactly when the callee is slow, so repeats are capped")
            .fact(
                if ports.is_empty() {
                    "no external system".into()
                } else {
                    format!("external systems: {}", list(&ports))
                },
                "domain.ports",
            )
            .revisit("a callee's p99 passes half of its timeout")
            .read(ctx, &["domain.ports", "targets.latency"]),
    )
}
