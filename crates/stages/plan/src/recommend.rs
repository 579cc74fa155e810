//! The recommendation in words, and what beats the candidates that are not shown.

use model::{Decision, Map};
use synthesis::{Choices, Messaging};

use crate::bounds;
use crate::context::Ctx;
use crate::decisions::neighbours::NONE_FOUND;
use crate::describe::{latency_sentence, money, title};
use crate::objective;
use crate::options::{self, Shown};
use crate::prose::{list, number, per_s, percent, times};
use crate::search::{Found, Judged};
use crate::types::{Notable, Numbers, OptionKind, PlannedOption};

/// The recommendation in words.
pub struct Told {
    pub rationale: String,
    pub conditions: Vec<String>,
}

pub fn recommendation(
    ctx: &Ctx,
    found: &Found,
    shown: &Shown,
    options: &[PlannedOption],
    id: Option<&str>,
    decisions: &Map<Decision>,
) -> Told {
    let judged = &found.all[shown.recommended];
    let n = &judged.measured.numbers;
    let id = id.unwrap_or("");
    let mut text = if !judged.feasible() {
        let misses: Vec<String> = judged.violations.iter().map(|v| v.text.clone()).collect();
        format!(
            "No candidate meets every target. {id} comes nearest: {}.",
            misses.join("; ")
        )
    } else if ctx.needs.local {
        format!(
            "{id}: {} is one program, and one program meets every target.",
            ctx.brief.name
        )
    } else if shown.single {
        format!("{id}: one process and one store meet every target, so nothing more is built.")
    } else {
        format!(
            "{id}: of {} candidates on the Pareto front it comes nearest to the best of every objective at once (score {:.2} of 1).",
            found.front.len(),
            options::score_of(ctx, &found.ideal, judged)
        )
    };
    let mut facts = Vec::new();
    if !ctx.needs.local {
        if let Some(at) = n.saturates_at {
            facts.push(format!(
                "it carries {} times the busiest hour of {}",
                times(at),
                per_s(ctx.needs.busy_per_s)
            ));
        }
        if let (Some(a), Some(t)) = (n.availability, n.availability_target) {
            facts.push(format!(
                "is up {} where {} is asked",
                percent(a),
                percent(t)
            ));
        }
        if let Some(cost) = money(n) {
            facts.push(match ctx.budget() {
                Some((budget, currency)) => {
                    format!("costs {cost} of {} {currency}", number(budget))
                }
                None => format!("costs {cost}"),
            });
        }
    }
    facts.push(format!("takes {} h to build", number(n.hours)));
    text += &format!(" {}.", crate::prose::capital(&list(&facts)));
    if !ctx.needs.local
        && let Some(sentence) = latency_sentence(n)
    {
        text += &format!(" {sentence}");
    }
    for other in options
        .iter()
        .filter(|o| o.id != id && o.kind != OptionKind::ChangeNothing)
    {
        text += &format!(" {}", against(&other.id, &other.numbers, n, ctx));
    }
    Told {
        rationale: text,
        conditions: conditions(ctx, judged, decisions),
    }
}

/// What another option adds and what it gives.
fn against(id: &str, o: &Numbers, n: &Numbers, ctx: &Ctx) -> String {
    let mut more = Vec::new();
    let mut less = Vec::new();
    let mut put = |difference: f64, unit: &str| {
        if difference > 0.5 {
            more.push(format!("{} {unit} more", number(difference)));
        } else if difference < -0.5 {
            less.push(format!("{} {unit} less", number(-difference)));
        }
    };
    if let (Some(x), Some(y)) = (o.monthly_cost, n.monthly_cost) {
        put(
            x - y,
            &format!("{} a month", o.currency.as_deref().unwrap_or("")),
        );
    }
    put(o.hours - n.hours, "h of work");
    let apart = o.components.abs_diff(n.components);
    let components = if apart == 1 {
        "component"
    } else {
        "components"
    };
    put(o.components as f64 - n.components as f64, components);
    if let (Some(x), Some(y), false) = (o.availability, n.availability, ctx.needs.local) {
        put(
            objective::down_minutes(x) - objective::down_minutes(y),
            "minutes of downtime a month",
        );
    }
    match (less.is_empty(), more.is_empty()) {
        (true, true) => format!("{id} differs in nothing that counts."),
        (false, true) => format!("{id} needs {}, with less to spare.", list(&less)),
        (true, false) => format!(
            "{id} needs {} and meets no target that is missed.",
            list(&more)
        ),
        (false, false) => format!("{id} has {}, for {}.", list(&less), list(&more)),
    }
}

fn conditions(ctx: &Ctx, judged: &Judged, decisions: &Map<Decision>) -> Vec<String> {
    let n = &judged.measured.numbers;
    let mut out = Vec::new();
    if let Some(at) = n.saturates_at.filter(|_| !ctx.needs.local) {
        let yearly = ctx
            .brief
            .scale
            .as_ref()
            .and_then(|s| s.growth)
            .map_or(0.0, |g| g.0);
        let room = n.carries_peak.map_or(at, |p| p.min(at));
        out.push(if yearly > 0.0 && room > 1.0 {
            format!("The load stays under {} in the busiest hour; with growth of {} a year that holds for {} years, peaks included.", per_s(room * ctx.needs.busy_per_s), percent(yearly), number(((room.ln() / yearly.ln_1p()) * 10.0).floor() / 10.0))
        } else {
            format!("The load stays under {} in the busiest hour.", per_s(room * ctx.needs.busy_per_s))
        });
    }
    for id in ctx.brief.assumptions.keys() {
        let resting: Vec<String> = decisions
            .iter()
            .filter(|(_, d)| d.assumes.contains(id))
            .map(|(d, _)| d.clone())
            .collect();
        if !resting.is_empty() {
            out.push(format!(
                "assumptions.{id} is right: {} rest on it.",
                list(&resting)
            ));
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for (id, d) in decisions
        .iter()
        .filter(|(_, d)| d.margin.is_some_and(|m| m < crate::weighing::CLOSE))
    {
        if let Some(flip) = d.flips.first()
            && !flip.starts_with(NONE_FOUND)
            && !told.contains(&flip.as_str())
        {
            told.push(flip);
            out.push(format!("{id} was a close call. {flip}"));
        }
    }
    out
}

/// Candidates that a reader would ask for and does not see, with what beats each.
pub fn notable(ctx: &Ctx, found: &Found, shown: &Shown) -> Vec<Notable> {
    let recommended = &found.all[shown.recommended];
    type Ask = (&'static str, fn(&Ctx, &Choices) -> bool);
    let asks: [Ask; 7] = [
        ("a single machine", |ctx, c| options::is_single(ctx, c)),
        ("microservices", |_, c| {
            c.style == model::Style::Microservices
        }),
        ("several deployables over one store", |_, c| {
            c.style == model::Style::Services
        }),
        ("functions", |_, c| c.style == model::Style::Serverless),
        ("a broker", |_, c| {
            matches!(c.messaging, Messaging::Broker(_))
        }),
        ("a cache", |_, c| c.cache.is_some()),
        ("an orchestrator", |ctx, c| {
            bounds::role(ctx, c.platform.as_deref()) == Some(knowledge::Role::Orchestrator)
        }),
    ];
    let mut out = Vec::new();
    for (name, is) in asks {
        if shown
            .picks
            .iter()
            .any(|p| is(ctx, &found.all[p.0].measured.choices))
        {
            continue;
        }
        let best = found
            .all
            .iter()
            .enumerate()
            .filter(|(_, j)| is(ctx, &j.measured.choices))
            .max_by(|(i, a), (j, b)| {
                a.feasible()
                    .cmp(&b.feasible())
                    .then(
                        options::score_of(ctx, &found.ideal, a).total_cmp(&options::score_of(
                            ctx,
                            &found.ideal,
                            b,
                        )),
                    )
                    .then(j.cmp(i))
            })
            .map(|(_, j)| j);
        if let Some(best) = best {
            let because =
                if let Some(v) = best.violations.first().filter(|_| recommended.feasible()) {
                    format!("its best candidate misses {}: {}", v.requirement, v.text)
                } else {
                    let o = &best.measured.numbers;
                    against("it", o, &recommended.measured.numbers, ctx)
                };
            out.push(Notable {
                candidate: format!("{name} ({})", title(ctx, &best.measured.choices)),
                because,
            });
        }
    }
    out
}
