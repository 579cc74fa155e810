//! In how many deployables the system is built.
//!
//! Each style is the recommended candidate in that style, evaluated whole. The criteria are the
//! search's objectives (`objective`), so a style wins by cost, burden, complexity, hours, availability,
//! latency and headroom of this system and by nothing else.

use knowledge::Role;
use model::{Decision, Style};

use super::Settled;
use super::neighbours::{self, Way};
use crate::bounds;
use crate::options::style_word;
use crate::prose::{count, list, number, per_s};

pub const ID: &str = "style";

fn ways(s: &Settled) -> Vec<Way> {
    let recommended = &s.recommended.measured.choices;
    let ctx = s.ctx;
    s.space
        .styles
        .iter()
        .map(|style| {
            let mut c = recommended.clone();
            c.style = *style;
            let function =
                |p: &Option<String>| bounds::role(ctx, p.as_deref()) == Some(Role::Serverless);
            // A style that needs another platform takes the first that carries it.
            if (*style == Style::Serverless) != function(&c.platform) {
                c.platform = s
                    .space
                    .platforms
                    .iter()
                    .find(|p| function(p) == (*style == Style::Serverless))
                    .cloned()
                    .unwrap_or(None);
            }
            if matches!(style, Style::Services | Style::Microservices) && c.balancer.is_none() {
                c.balancer = s.space.balancers.iter().flatten().next().cloned();
            }
            Way {
                id: style_word(*style).into(),
                choices: c,
            }
        })
        .collect()
}

pub fn decide(s: &Settled) -> Decision {
    let ctx = s.ctx;
    let brief = ctx.brief;
    let excluded: &[(&str, &str)] = if ctx.needs.local {
        &[(
            "modular-monolith",
            "nothing is served over a network: form says so",
        )]
    } else {
        &[]
    };
    let weighing = neighbours::weigh(s, "In how many deployables is it built?", ways(s), excluded);
    let contexts: Vec<String> = ctx.contexts.keys().cloned().collect();
    let team = ctx
        .engineers()
        .map_or("a team of unknown size".into(), |n| {
            format!(
                "{n} engineer{} in {} team{}",
                if n == 1 { "" } else { "s" },
                ctx.teams(),
                if ctx.teams() == 1 { "" } else { "s" }
            )
        });
    let because = match s.recommended.measured.choices.style {
        Style::Program => format!(
            "{} runs where it is called, for one person at a time; a server would only be in the way.",
            brief.name
        ),
        Style::Monolith | Style::ModularMonolith => format!(
            "{team} carry {} in {} ({}) at {}; one deployable needs {} and {} h.",
            count(brief.domain.operations.len(), "operation"),
            count(contexts.len(), "context"),
            list(&contexts),
            per_s(ctx.needs.busy_per_s),
            count(s.recommended.measured.numbers.components, "component"),
            number(s.recommended.measured.numbers.hours)
        ),
        style => format!(
            "{} lets {} grow and fail apart; {team} run {}.",
            crate::prose::capital(style_word(style)),
            list(&contexts),
            count(s.recommended.measured.numbers.components, "component")
        ),
    };
    neighbours::finish(
        s,
        weighing,
        because,
        if ctx.needs.local {
            "somebody else must use it at the same time".into()
        } else {
            format!(
                "two teams wait for each other's releases more than once a month, or {} must scale alone",
                busiest(s)
            )
        },
        &["form", "team.engineers", "team.teams", "scale"],
    )
}

fn busiest(s: &Settled) -> String {
    s.ctx
        .busiest()
        .first()
        .map_or("one operation".into(), |(id, _, rate)| {
            format!("{id} ({})", per_s(*rate))
        })
}
