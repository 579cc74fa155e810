//! From the search's front to the two or three options a person sees.

use knowledge::Role;
use model::{Map, Style};
use synthesis::{Choices, Messaging, SearchIn, Standby};

use crate::bounds;
use crate::context::Ctx;
use crate::objective::{self, Ideal};
use crate::search::{Found, Judged};
use crate::types::{OptionKind, Violation};

/// The options to show: index into the search's candidates, and its kind. Cheapest first; one that
/// plays several parts is shown once, under the first of them in the order knee, cheapest, robust.
pub struct Shown {
    pub picks: Vec<(usize, OptionKind)>,
    pub recommended: usize,
    /// The recommended one is a single process over a single store.
    pub single: bool,
}

/// Chooses from the front. Where only one is left to show, the least that runs is added to the
/// candidates and shown with what it misses: a spectrum needs its simple end.
pub fn choose(ctx: &Ctx, found: &mut Found) -> Option<Shown> {
    let mut shown = of_front(ctx, found)?;
    if shown.picks.len() > 1 || ctx.needs.local {
        return Some(shown);
    }
    let recommended = found.all[shown.recommended].clone();
    if let Some(other) = simplest(ctx, &recommended) {
        found.all.push(other);
        shown
            .picks
            .insert(0, (found.all.len() - 1, OptionKind::LeastThatRuns));
    } else if let Some(other) = next_step_up(found, &recommended) {
        shown.picks.push((other, OptionKind::NextStepUp));
    }
    Some(shown)
}

/// The recommended candidate in one zone with one copy of everything, where that is something else:
/// it misses the targets that ask for more, and shows what they cost.
fn simplest(ctx: &Ctx, recommended: &Judged) -> Option<Judged> {
    let mut c = recommended.measured.choices.clone();
    (c.zones, c.standby, c.readers, c.cache, c.balancer) = (1, Standby::None, 0, None, None);
    if same_kind(&c, &recommended.measured.choices) {
        return None;
    }
    let missed = bounds::BOUNDS.iter().filter(|b| (b.breaks)(ctx, &c));
    let mut violations = Vec::new();
    for bound in missed {
        // A bound of the brief can be given up; one of the technology cannot.
        violations.push(Violation {
            rule: bound.id.to_string(),
            requirement: bound.requirement?.to_string(),
            text: bound.because.to_string(),
            by: 1.0,
        });
    }
    let mut judged = Judged::of(ctx, crate::measure::candidate(ctx, &c));
    let cheaper = judged.measured.numbers.monthly_cost < recommended.measured.numbers.monthly_cost;
    violations.append(&mut judged.violations);
    judged.violations = violations;
    cheaper.then_some(judged)
}

/// Nothing else is feasible: of the more complex ones, the nearest to what is asked.
fn next_step_up(found: &Found, recommended: &Judged) -> Option<usize> {
    (0..found.all.len())
        .filter(|&i| {
            let (a, b) = (&found.all[i].measured, &recommended.measured);
            !found.all[i].feasible()
                && a.numbers.complexity_points > b.numbers.complexity_points
                && a.numbers.availability > b.numbers.availability
                && !same_kind(&a.choices, &b.choices)
        })
        .min_by(|&a, &b| {
            let excess = |i: usize| found.all[i].excess();
            excess(a).total_cmp(&excess(b)).then(a.cmp(&b))
        })
}

fn of_front(ctx: &Ctx, found: &Found) -> Option<Shown> {
    let score = |i: usize| score_of(ctx, &found.ideal, &found.all[i]);
    let best = |by: &dyn Fn(usize, usize) -> std::cmp::Ordering| {
        found
            .front
            .iter()
            .copied()
            .max_by(|&a, &b| by(a, b).then(b.cmp(&a)))
    };
    let n = |i: usize| &found.all[i].measured.numbers;
    let cost = |i: usize| n(i).monthly_cost.unwrap_or(f64::INFINITY);
    let knee = best(&|a, b| score(a).total_cmp(&score(b)))?;
    let cheapest = best(&|a, b| {
        cost(b)
            .total_cmp(&cost(a))
            .then(score(a).total_cmp(&score(b)))
    })?;
    // The robust one may cost more than the knee, and must then give something for it: of those
    // with at most a quarter more than the least downtime, the best in everything else.
    let down = |i: usize| 1.0 - n(i).availability.unwrap_or(0.0);
    let least = found
        .front
        .iter()
        .map(|&i| down(i))
        .fold(f64::INFINITY, f64::min);
    let robust = found
        .front
        .iter()
        .copied()
        .filter(|&i| down(i) <= least * 1.25 + 1e-9)
        .max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))?;
    let simple = found
        .front
        .iter()
        .copied()
        .filter(|&i| found.all[i].feasible() && is_single(ctx, &found.all[i].measured.choices))
        .max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)));
    let recommended = simple.unwrap_or(knee);
    let mut picks: Vec<(usize, OptionKind)> = vec![(
        recommended,
        if recommended == cheapest {
            OptionKind::CheapestFeasible
        } else {
            OptionKind::Knee
        },
    )];
    for (i, kind) in [
        (cheapest, OptionKind::CheapestFeasible),
        (knee, OptionKind::Knee),
        (robust, OptionKind::MostRobust),
    ] {
        let alike = picks.iter().any(|(p, _)| {
            *p == i
                || same_kind(
                    &found.all[*p].measured.choices,
                    &found.all[i].measured.choices,
                )
        });
        let most = if ctx.needs.local { 2 } else { 3 };
        if !alike && picks.len() < most {
            picks.push((i, kind));
        }
    }
    // Teams that could work apart want to see what parting costs, even where it is on no front.
    let style = |i: usize| found.all[i].measured.choices.style;
    if picks.len() < 3
        && ctx.teams() > 1
        && !ctx.needs.local
        && let Some(parted) = (0..found.all.len())
            .filter(|&i| {
                found.all[i].feasible()
                    && matches!(style(i), Style::Services | Style::Microservices)
                    && !picks.iter().any(|(p, _)| style(*p) == style(i))
            })
            .max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))
    {
        picks.push((parted, OptionKind::NextStepUp));
    }
    // Two at least where anything else is on the front: the one that differs most in shape.
    if picks.len() < 2
        && let Some(other) = found
            .front
            .iter()
            .copied()
            .filter(|i| {
                !picks.iter().any(|(p, _)| {
                    same_kind(
                        &found.all[*p].measured.choices,
                        &found.all[*i].measured.choices,
                    )
                })
            })
            .max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))
    {
        let kind = if down(other) < down(recommended) {
            OptionKind::MostRobust
        } else {
            OptionKind::Knee
        };
        picks.push((other, kind));
    }
    picks.sort_by(|a, b| cost(a.0).total_cmp(&cost(b.0)).then(a.0.cmp(&b.0)));
    let single = is_single(ctx, &found.all[recommended].measured.choices);
    Some(Shown {
        picks,
        recommended,
        single,
    })
}

pub fn score_of(ctx: &Ctx, ideal: &Ideal, judged: &Judged) -> f64 {
    objective::score(&objective::points(ctx, ideal, &judged.measured.numbers))
}

/// One process in one zone over one store without a copy.
pub fn is_single(ctx: &Ctx, c: &Choices) -> bool {
    matches!(
        c.style,
        Style::Program | Style::Monolith | Style::ModularMonolith
    ) && c.zones == 1
        && c.readers == 0
        && c.cache.is_none()
        && c.balancer.is_none()
        && !matches!(c.messaging, Messaging::Broker(_))
        && !matches!(c.search, SearchIn::Engine(_))
        && bounds::role(ctx, c.platform.as_deref()) != Some(Role::Orchestrator)
}

/// Of one kind: the same style, copies and parts, whatever the products and sizes.
fn same_kind(a: &Choices, b: &Choices) -> bool {
    let shape = |c: &Choices| {
        (
            c.style,
            c.zones.min(2),
            c.standby,
            c.readers > 0,
            c.cache.is_some(),
            matches!(c.messaging, Messaging::Broker(_)),
            matches!(c.search, SearchIn::Engine(_)),
            c.managed_store,
        )
    };
    shape(a) == shape(b)
}

/// The style in words.
pub fn style_word(style: Style) -> &'static str {
    match style {
        Style::Program => "program",
        Style::Monolith => "monolith",
        Style::ModularMonolith => "modular-monolith",
        Style::Services => "services",
        Style::Microservices => "microservices",
        Style::Serverless => "functions",
        Style::EventDriven => "event-driven",
    }
}

/// A kebab-case id that says the shape: style, then what is beside the plain one.
pub fn id(ctx: &Ctx, c: &Choices) -> String {
    if c.style == Style::Program {
        return if c.store.is_some() {
            "program-with-store".into()
        } else {
            "program".into()
        };
    }
    let mut parts = Vec::new();
    if is_single(ctx, c) && !c.managed_store {
        parts.push("single-machine".to_string());
    } else {
        parts.push(style_word(c.style).to_string());
        parts.push(if c.zones > 1 {
            format!("{}-zones", c.zones)
        } else {
            "one-zone".into()
        });
    }
    let mut beside = Vec::new();
    if let Messaging::Broker(broker) = &c.messaging {
        beside.push(broker.clone());
    }
    if c.readers > 0 {
        beside.push("readers".into());
    }
    if c.cache.is_some() {
        beside.push("cache".into());
    }
    if matches!(c.search, SearchIn::Engine(_)) {
        beside.push("search".into());
    }
    if !beside.is_empty() {
        parts.push("with".into());
        parts.push(beside.join("-"));
    }
    parts.join("-")
}

/// The choices in words, for files and readers.
pub fn chosen(c: &Choices) -> Map<String> {
    let mut map = Map::new();
    let mut put = |key: &str, value: String| {
        map.insert(key.to_string(), value);
    };
    let or_none = |o: &Option<String>| o.clone().unwrap_or_else(|| "none".into());
    put("style", style_word(c.style).into());
    put("runtime", c.runtime.clone());
    put("store", or_none(&c.store));
    put(
        "store-run-by",
        if c.managed_store { "provider" } else { "team" }.into(),
    );
    put(
        "standby",
        match c.standby {
            Standby::None => "none",
            Standby::Asynchronous => "asynchronous",
            Standby::Synchronous => "synchronous",
        }
        .into(),
    );
    put("readers", c.readers.to_string());
    put("cache", or_none(&c.cache));
    put("messaging", messaging(&c.messaging));
    put("files", or_none(&c.files));
    put(
        "search",
        match &c.search {
            SearchIn::Nowhere => "none".into(),
            SearchIn::Store => "in-store".into(),
            SearchIn::Engine(e) => e.clone(),
        },
    );
    put("api", serde_word(&c.api));
    put("platform", or_none(&c.platform));
    put("balancer", or_none(&c.balancer));
    put("zones", c.zones.to_string());
    put("versioning", serde_word(&c.versioning));
    put("pagination", serde_word(&c.pagination));
    put("authentication", c.authentication.word().into());
    put("tenancy", serde_word(&c.tenancy));
    put(
        "utilisation-goal",
        crate::prose::percent(c.utilisation_goal),
    );
    put("prices", c.prices.clone());
    map
}

pub fn messaging(m: &Messaging) -> String {
    match m {
        Messaging::None => "none".into(),
        Messaging::TableQueue => "table-queue".into(),
        Messaging::Broker(b) => b.clone(),
    }
}

/// The word a model enum is written as.
fn serde_word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_string))
        .unwrap_or_default()
}
