//! How the interface changes without breaking its callers.
//!
//! `control` is how far the callers can be changed together with the server: staff and own clients
//! yes, other companies, devices and offline clients no. `cost` is what running two versions costs.

use model::{ActorKind, Decision, Versioning};

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "versioning";

/// Actors whose programs we cannot change on the day we change the server.
fn foreign(ctx: &Ctx) -> Vec<String> {
    ctx.brief
        .domain
        .actors
        .iter()
        .filter(|(_, a)| {
            a.offline
                || matches!(a.kind, ActorKind::System | ActorKind::Device)
                || a.tenant.is_some()
        })
        .map(|(id, _)| id.clone())
        .collect()
}

fn base_has_version(ctx: &Ctx) -> bool {
    ctx.brief
        .domain
        .wire
        .as_ref()
        .and_then(|w| w.base.as_deref())
        .is_some_and(|base| {
            base.split('/').any(|part| {
                part.strip_prefix('v')
                    .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            })
        })
}

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    if ctx.needs.local {
        return vec![
            Weighed::new("additive-only", &[("cost", 1.0, 1.0)], ""),
            Weighed::rejected("path", "there is no address to carry a version"),
        ];
    }
    let foreign = foreign(ctx);
    let need = if foreign.is_empty() { 0.2 } else { 1.0 };
    let given = base_has_version(ctx);
    // A base address that was given without a version speaks against one in it.
    let unversioned = !given
        && ctx
            .brief
            .domain
            .wire
            .as_ref()
            .is_some_and(|w| w.base.is_some());
    let without = || if unversioned { 0.3 } else { 1.0 };
    vec![
        Weighed::new(
            "additive-only",
            &[
                ("control", 0.5, 1.0 - 0.7 * need),
                ("cost", 0.3, 1.0),
                ("given", 0.2, if given { 0.0 } else { 1.0 }),
            ],
            if given {
                "domain.wire.base carries a version already".to_string()
            } else {
                format!(
                    "{} cannot be changed on the same day as the server",
                    prose::list(&foreign)
                )
            },
        ),
        Weighed::new(
            "path",
            &[
                ("control", 0.5, 0.3 + 0.7 * need),
                ("cost", 0.3, 0.6),
                ("given", 0.2, if given { 1.0 } else { without() }),
            ],
            format!(
                "{}; a second version of {} routes costs more than an optional field",
                if foreign.is_empty() {
                    "all callers are clients of ours".to_string()
                } else {
                    format!("only {} cannot be changed at once", prose::list(&foreign))
                },
                ctx.brief.domain.operations.len()
            ),
        ),
        Weighed::new(
            "header",
            &[
                ("control", 0.5, 0.3 + 0.6 * need),
                ("cost", 0.3, 0.4),
                ("given", 0.2, if given { 0.0 } else { 0.5 }),
            ],
            "a version in a header is not seen in a log line, a link or a cache key",
        ),
    ]
}

pub fn choice(chosen: &str) -> Versioning {
    match chosen {
        "path" => Versioning::Path,
        "header" => Versioning::Header,
        _ => Versioning::AdditiveOnly,
    }
}

fn bare(ctx: &Ctx) -> Decision {
    decision(
        "How does the interface change without breaking its callers?",
        candidates(ctx),
        None,
    )
}

pub fn decide(ctx: &Ctx) -> Decision {
    let foreign = foreign(ctx);
    let decided = bare(ctx);
    let because = match decided.chosen.as_str() {
        _ if ctx.needs.local => format!(
            "{} is one program: options are added and never change meaning.",
            ctx.brief.name
        ),
        "additive-only" => format!(
            "No caller of {} is out of reach: fields are only added, and clients ignore what they do not know.",
            ctx.brief.name
        ),
        _ if foreign.is_empty() => {
            "domain.wire.base carries a version already, so it is kept.".to_string()
        }
        _ => format!(
            "We do not release the programs of {}; a version in the path lets the old one answer until they have moved.",
            prose::list(&foreign)
        ),
    };
    decided
        .because(because)
        .trade_off("while two versions run, each change of a shared table must suit both")
        .fact(
            if foreign.is_empty() {
                "no actor is a foreign system or a device".into()
            } else {
                format!("foreign callers: {}", prose::list(&foreign))
            },
            "domain.actors",
        )
        .revisit("a field must change its meaning or go")
        .read(ctx, &["domain.wire.base"])
}

pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    decide(ctx).what_if(
        ctx,
        bare,
        vec![
            Change::new("if other companies' systems called it", |b| {
                b.domain.actors.insert(
                    "partner".into(),
                    model::Actor {
                        kind: ActorKind::System,
                        ..model::Actor::default()
                    },
                );
            }),
            Change::new(
                "if domain.wire.base had no version and every caller were ours",
                |b| {
                    if let Some(w) = b.domain.wire.as_mut() {
                        w.base = None;
                    }
                    for a in b.domain.actors.values_mut() {
                        (a.kind, a.offline, a.tenant) = (ActorKind::Customer, false, None);
                    }
                },
            ),
        ],
    )
}
