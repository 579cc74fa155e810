//! Which language and runtime our code is written in.
//!
//! Hard: `constraints.languages` where it is given. Points: `preference` falls with the place in that
//! list (1, 0.6, 0.4, ...); `skills` is 1 where the team runs it, 0.5 where somebody has used it, 0
//! where nobody has, 0.5 where the brief says nothing; `facts` is 1 where the processor time of a
//! request was measured or published, so that sizes can be computed, else 0; `start` is 1 for a
//! runtime that starts within a second where a command is typed or a spike comes at once.

use knowledge::{Capability, Operation as Fact, Role};
use model::{Decision, Skill};

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "runtime";

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    let languages = ctx.languages();
    let fast = ctx.needs.local || ctx.needs.spike >= 3.0;
    let named: Vec<_> = ctx
        .knowledge
        .technologies()
        .iter()
        .filter(|t| t.plays(Role::Runtime))
        .collect();
    named
        .into_iter()
        .map(|t| {
            let place = languages.iter().position(|l| {
                t.languages.iter().any(|own| own.eq_ignore_ascii_case(l)) || t.is_called(l)
            });
            let preference = match place {
                Some(0) => 1.0,
                Some(n) => 1.2 / (n as f64 + 1.0),
                None => 0.5,
            };
            let skills = match ctx.skill(t) {
                Some(Skill::Good) => 1.0,
                Some(Skill::Some) | None => 0.5,
                Some(Skill::None) => 0.0,
            };
            let known = ctx.unknown_demand(t, &[Fact::Request]).is_none();
            let mut criteria = vec![
                ("preference", 0.4, preference),
                ("skills", 0.4, skills),
                ("facts", 0.1, f64::from(u8::from(known))),
            ];
            if fast {
                criteria.push((
                    "start",
                    0.1,
                    f64::from(u8::from(t.has(Capability::FastStart))),
                ));
            }
            let against = match (place, ctx.skill(t)) {
                (Some(n), _) if n > 0 => {
                    format!("the brief names {} before it", prose::list(&languages[..n]))
                }
                (_, Some(Skill::None)) => format!("nobody here has run {}", t.name),
                _ => format!("{} scores lower on what the team knows and prefers", t.name),
            };
            let barred = ctx.allowed(t).err().or_else(|| {
                (!languages.is_empty() && place.is_none())
                    .then(|| format!("constraints.languages allows {}", prose::list(languages)))
            });
            Weighed::new(&t.id, &criteria, against).unless(barred)
        })
        .collect()
}

pub fn decide(ctx: &Ctx) -> Decision {
    let decided = decision("Which runtime does our code run on?", candidates(ctx), None);
    let name = ctx.name(&decided.chosen);
    let languages = ctx.languages();
    let cpu = ctx
        .technology(&decided.chosen)
        .and_then(|t| t.demand(Fact::Request))
        .and_then(|d| Some((d.cpu_us_for(0.0, 0.0, 0.0)?, d.source.cite())));
    let team = match ctx.skill_of(&decided.chosen) {
        Some(Skill::Good) => "the team runs it in production",
        Some(Skill::Some) => "somebody in the team has used it",
        Some(Skill::None) => "nobody in the team has run it, which the estimate counts",
        None => "the brief does not say what the team knows",
    };
    let mut because = format!("{name}: {team}");
    if let Some(first) = languages.first() {
        because += &format!(", and constraints.languages lists {first} first");
    }
    if let Some((us, _)) = &cpu {
        because += &format!(
            ". A request costs it {} us of processor time, {} cores for the {} of the busiest hour before any business work",
            prose::number(*us),
            prose::number(us / 1e6 * ctx.needs.busy_per_s),
            prose::per_s(ctx.needs.busy_per_s)
        );
    }
    let mut decided = decided.because(because + ".").revisit(format!(
        "the {name} processes need more than half of the infrastructure bill"
    ));
    if let Some((_, cite)) = cpu {
        decided = decided.computed(format!("processor time of a request: {cite}"));
    }
    if !languages.is_empty() {
        decided = decided.fact(
            format!("languages: {}", languages.join(", ")),
            "constraints.languages",
        );
    }
    decided
        .trade_off(format!(
            "a team member who leaves is replaced by somebody who knows {name}"
        ))
        .read(ctx, &["constraints.languages", "team.skills"])
}

/// Reversing the order of the allowed languages, for a brief that names several.
pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    let changes = if ctx.languages().len() > 1 {
        vec![Change::new(
            "with the order of constraints.languages reversed",
            |b| {
                if let Some(c) = b.constraints.as_mut() {
                    c.languages.reverse();
                }
            },
        )]
    } else {
        Vec::new()
    };
    decide(ctx).what_if(ctx, decide, changes)
}
