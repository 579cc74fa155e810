//! Where the domain is cut: bounded contexts from what is written and shown together.
//!
//! The candidates are the contexts that synthesis draws, one for everything, and one for each
//! entity. `crossing` is one minus the share of writing operations' load that touches more than one
//! context (such a write needs a saga or a shared store); `size` is 1 where an engineer has at most
//! four contexts to keep in mind, else falls with their number; `focus` is one minus the
//! share of all other entities that the largest context holds beside its first.

use std::collections::BTreeMap;

use model::{Context, Decision, Map};
use synthesis::contexts::{entity_of, home_entity};

use super::Settled;
use crate::context::Ctx;
use crate::prose::{list, per_s, percent};
use crate::weighing::{Grounds, Weighed, decision};

pub const ID: &str = "boundaries";

/// Writing operations that touch several groups, with their rates.
fn crossing<'a>(ctx: &Ctx<'a>, group_of: &dyn Fn(&str) -> Option<String>) -> Vec<(&'a str, f64)> {
    ctx.busiest()
        .into_iter()
        .filter(|(_, o, _)| o.writes())
        .filter(|(_, o, _)| {
            let mut groups: Vec<String> = o
                .effects
                .iter()
                .filter(|e| !matches!(e, model::Effect::Read(_)))
                .filter_map(entity_of)
                .chain(home_entity(o))
                .filter_map(group_of)
                .collect();
            groups.sort();
            groups.dedup();
            groups.len() > 1
        })
        .map(|(id, _, rate)| (id, rate))
        .collect()
}

fn weigh(
    ctx: &Ctx,
    id: &str,
    groups: usize,
    largest: usize,
    crossed: f64,
    against: String,
) -> Weighed {
    let entities = ctx.brief.domain.entities.len();
    let engineers = f64::from(ctx.engineers().unwrap_or(4).max(1));
    Weighed::new(
        id,
        &[
            ("crossing", 0.5, 1.0 - crossed),
            (
                "size",
                0.25,
                (4.0 * engineers / groups.max(1) as f64).min(1.0),
            ),
            (
                "focus",
                0.25,
                1.0 - largest.saturating_sub(1) as f64 / entities.max(1) as f64,
            ),
        ],
        against,
    )
}

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let entities = ctx.brief.domain.entities.len();
    if entities == 0 {
        return None;
    }
    let mut of: BTreeMap<String, String> = BTreeMap::new();
    for (id, context) in &ctx.contexts {
        for entity in &context.entities {
            of.insert(entity.0.clone(), id.clone());
        }
    }
    let writes: f64 = ctx.needs.writes_per_s.max(f64::MIN_POSITIVE);
    let share = |crossed: &[(&str, f64)]| {
        (crossed.iter().map(|c| c.1).sum::<f64>() / writes).clamp(0.0, 1.0)
    };
    let drawn = crossing(ctx, &|e| of.get(e).cloned());
    let single = crossing(ctx, &|e| Some(e.to_string()));
    let largest = |contexts: &Map<Context>| {
        contexts
            .values()
            .map(|c| c.entities.len())
            .max()
            .unwrap_or(1)
    };
    let named = |crossed: &[(&str, f64)]| {
        list(
            &crossed
                .iter()
                .take(3)
                .map(|c| c.0.to_string())
                .collect::<Vec<_>>(),
        )
    };
    let mut candidates = vec![weigh(
        ctx,
        "by-what-changes-together",
        ctx.contexts.len(),
        largest(&ctx.contexts),
        share(&drawn),
        format!(
            "{} of the writes would cross a boundary",
            percent(share(&drawn))
        ),
    )];
    if ctx.contexts.len() > 1 {
        candidates.push(weigh(
            ctx,
            "one-for-everything",
            1,
            entities,
            0.0,
            format!("{entities} entities would share one model"),
        ));
    }
    if entities > ctx.contexts.len() {
        candidates.push(weigh(
            ctx,
            "one-per-entity",
            entities,
            1,
            share(&single),
            format!(
                "{} would cross a boundary, {} first",
                crate::prose::count(single.len(), "writing operation"),
                named(&single)
            ),
        ));
    }
    let made = decision(
        "Where is the domain cut?",
        candidates,
        Some("by-what-changes-together"),
    );
    let parts: Vec<String> = ctx
        .contexts
        .iter()
        .map(|(id, c)| {
            format!(
                "{id} ({})",
                list(&c.entities.iter().map(|e| e.0.clone()).collect::<Vec<_>>())
            )
        })
        .collect();
    let crossed = if drawn.is_empty() {
        "no write crosses a boundary".to_string()
    } else {
        format!(
            "{} cross a boundary, {} together",
            named(&drawn),
            per_s(drawn.iter().map(|c| c.1).sum())
        )
    };
    Some(
        made.because(format!(
            "What is written together stays together: {}; {crossed}.",
            parts.join("; ")
        ))
        .trade_off(if drawn.is_empty() {
            "a report over several contexts reads through their interfaces".into()
        } else {
            format!(
                "{} must be one transaction over two contexts, or a saga once they part",
                named(&drawn)
            )
        })
        .fact(
            format!(
                "{entities} entities, {} operations",
                ctx.brief.domain.operations.len()
            ),
            "domain",
        )
        .revisit("one operation changes two contexts that no operation changes together today")
        .read(ctx, &["domain.entities", "domain.operations"]),
    )
}
