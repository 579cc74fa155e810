//! How work gets from the request to those who do it later.
//!
//! Nothing, a table of the store that workers claim from, or a broker fed by an outbox. Each is the
//! recommended candidate with it, evaluated whole: a broker has to earn its burden by load (F2: no
//! queue nobody needs).

use model::Decision;
use synthesis::Messaging;

use super::Settled;
use super::neighbours::{self, Way};
use crate::options;
use crate::prose::{list, per_s};
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "messaging";

/// Events and deferred operations, with what they bring per second.
fn background(s: &Settled) -> (Vec<String>, f64) {
    let domain = &s.ctx.brief.domain;
    let mut names: Vec<String> = Vec::new();
    let mut rate = 0.0;
    for (id, o, busy) in s.ctx.busiest() {
        let emits = o
            .effects
            .iter()
            .any(|e| matches!(e, model::Effect::Emit(_)));
        if o.deferred || emits {
            names.push(id.to_string());
            rate += busy;
        }
    }
    names.truncate(3);
    if names.is_empty() {
        names = domain.events.keys().take(3).cloned().collect();
    }
    (names, rate)
}

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    if ctx.needs.local {
        return None;
    }
    let recommended = &s.recommended.measured.choices;
    if !ctx.needs.background {
        let made = decision(
            "How does work get to those who do it later?",
            vec![
                Weighed::new("none", &[("need", 1.0, 1.0)], ""),
                Weighed::rejected(
                    "table-queue",
                    "no event, no deferred operation, no timer: nothing would be in it",
                ),
                Weighed::rejected(
                    "broker",
                    "no event, no deferred operation, no timer: nothing would pass through it",
                ),
            ],
            None,
        );
        return Some(
            made.because(format!(
                "All {} operations of {} are done when they are answered.",
                ctx.brief.domain.operations.len(),
                ctx.brief.name
            ))
            .revisit("something may happen after the answer: a mail, a webhook, a long job")
            .read(ctx, &["domain.events", "domain.operations"]),
        );
    }
    let excluded: Vec<(&str, &str)> = s
        .space
        .excluded
        .iter()
        .filter(|e| e.role == "broker")
        .map(|e| (e.technology.as_str(), e.because.as_str()))
        .collect();
    let ways = s
        .space
        .messagings
        .iter()
        .map(|m| {
            let mut c = recommended.clone();
            c.messaging = m.clone();
            Way {
                id: options::messaging(m),
                choices: c,
            }
        })
        .collect();
    let weighing = neighbours::weigh(
        s,
        "How does work get to those who do it later?",
        ways,
        &excluded,
    );
    let (names, rate) = background(s);
    let because = match &recommended.messaging {
        Messaging::TableQueue => format!(
            "{} leave work for later, {} in the busiest hour. A row in the store commits with the change that caused it, so nothing is lost between the two, and there is nothing more to run.",
            list(&names),
            per_s(rate)
        ),
        Messaging::Broker(b) => format!(
            "{} leave {} of work for later; {} takes it off the store.",
            list(&names),
            per_s(rate),
            ctx.name(b)
        ),
        Messaging::None => format!("{} are done within the request.", list(&names)),
    };
    Some(neighbours::finish(
        s,
        weighing,
        because,
        "the queue table is the store's largest load, or somebody outside must read the events in their own time".into(),
        &["domain.events", "domain.operations", "team.skills"],
    ))
}
