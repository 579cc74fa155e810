//! How the writes of one operation hold together.
//!
//! One database transaction, one that also stores the messages (outbox), or several with
//! compensations (saga). Which operations need which is read off the assembled paths.

use model::{Decision, Transaction};

use super::Settled;
use crate::prose::list;
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "transactions";

fn of(s: &Settled, kind: Transaction) -> Vec<String> {
    s.recommended
        .measured
        .architecture
        .paths
        .iter()
        .filter(|(_, p)| p.transaction == Some(kind))
        .map(|(id, _)| id.clone())
        .collect()
}

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let (local, outbox, saga) = (
        of(s, Transaction::Local),
        of(s, Transaction::Outbox),
        of(s, Transaction::Saga),
    );
    let writing = local.len() + outbox.len() + saga.len();
    if writing == 0 {
        return None;
    }
    let share = |n: usize| n as f64 / writing as f64;
    let needs_messages = share(outbox.len() + saga.len());
    // Points: how many of the writing operations are safe with it, and what it takes to build.
    let candidates = vec![
        Weighed::new("local", &[("safe", 0.7, share(local.len())), ("simple", 0.3, 1.0)], format!("{} emit events or call other systems; a crash after the commit would lose what follows", list(&short(&[outbox.clone(), saga.clone()].concat()))))
            .unless((needs_messages > 0.0).then(|| format!("{} emit events or call other systems; a crash after the commit would lose what follows", list(&short(&[outbox.clone(), saga.clone()].concat()))))),
        Weighed::new("local-with-outbox", &[("safe", 0.7, share(local.len() + outbox.len())), ("simple", 0.3, 0.7)], if saga.is_empty() { "no event is emitted, so the outbox would stay empty".into() } else { format!("{} call other systems in between", list(&short(&saga))) })
            .unless((!saga.is_empty()).then(|| format!("{} call other systems between two commits", list(&short(&saga))))),
        Weighed::new("outbox-and-sagas", &[("safe", 0.7, 1.0), ("simple", 0.3, 0.3)], "no operation calls another system between its writes".to_string()),
        Weighed::rejected("two-phase-commit", "external systems do not take part in it, and a coordinator that is down holds locks in every store"),
    ];
    let made = decision(
        "How do the writes of one operation hold together?",
        candidates,
        None,
    );
    let because = match made.chosen.as_str() {
        "local" => format!("All {writing} writing operations end in one database transaction."),
        "local-with-outbox" => format!(
            "{} of {writing} writing operations end in one transaction; {} also store their messages in it, so neither is there without the other.",
            local.len() + outbox.len(),
            list(&short(&outbox))
        ),
        _ => format!(
            "{} call other systems between two commits: each step is committed before the call and undone by a compensation when the call fails. {} of {writing} stay one transaction.",
            list(&short(&saga)),
            local.len() + outbox.len()
        ),
    };
    // By construction: the paths decide, and these change what they hold.
    let mut made = made;
    if outbox.is_empty() && saga.is_empty() {
        made.flips.push(
            "If an operation emitted an event or left work for later: local-with-outbox wins."
                .into(),
        );
    }
    if saga.is_empty() {
        made.flips.push("If an operation called another system between two of its writes: outbox-and-sagas wins.".into());
    }
    Some(
        made.because(because)
            .trade_off(if saga.is_empty() { "a message is sent at least once, so its receiver must know a repeat" } else { "between two steps others see a state in the middle, which the state machine must name" })
            .computed(format!("of the assembled paths: {} local, {} with outbox, {} sagas", local.len(), outbox.len(), saga.len()))
            .revisit("an operation must change two stores")
            .read(ctx, &["domain.operations", "domain.ports"]),
    )
}

/// At most four names, and how many more.
fn short(names: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = names.iter().take(4).cloned().collect();
    if names.len() > 4 {
        shown.push(format!("{} more", names.len() - 4));
    }
    shown
}
