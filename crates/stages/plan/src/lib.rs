//! Plan: from a brief to two or three evaluated options, a recommendation, and the decisions behind
//! them.
//!
//! The order of work: `context` reads the brief, the decision files settle what no number depends
//! on, `space` lists what is open, `bounds` leaves out what cannot win, `search` assembles and
//! evaluates whole candidates, `sizing` searches every size of each completely, and the Pareto front
//! is kept; `options` picks what to show, `describe` says it in this system's numbers, and the
//! structural decisions are written down from the recommended candidate and its neighbours, so that
//! decisions and options cannot disagree.

pub mod decisions;
pub mod types;

mod bounds;
mod context;
mod describe;
mod effort;
mod measure;
mod objective;
mod options;
mod prose;
mod recommend;
pub mod regret;
mod search;
mod sizing;
mod space;
mod unchanged;
mod weighing;

pub use context::Ctx;
pub use types::{
    Breaks, Complexity, Excluded, Notable, Numbers, OptionKind, Plan, PlannedOption, Pruned,
    Reason, SearchReport, SizeReport, Violation,
};

use knowledge::Knowledge;
use model::{Brief, Confidence, Evidence, Finding, Outcome, Severity};
use space::Space;

/// Plans a brief.
///
/// Findings: `no-feasible-option` (with the cheapest constraint to relax and the arithmetic),
/// `prices-of-another-provider`, `currencies-not-converted`, `unverified-latency`.
pub fn plan(brief: &Brief, knowledge: &Knowledge) -> Outcome<Plan> {
    let ctx = Ctx::of(brief, knowledge);
    let space = Space::of(&ctx);
    let mut found = search::run(&ctx, &space);
    let Some(shown) = options::choose(&ctx, &mut found) else {
        return Outcome::new(nothing(found.report), vec![no_candidate(&ctx)]);
    };
    for &(pick, _) in &shown.picks {
        measure::complete(&ctx, &mut found.all[pick].measured);
    }
    let mut findings = doubts(&ctx, &found, shown.recommended);
    let recommended = &found.all[shown.recommended];
    let decisions = decisions::all(&decisions::Settled {
        ctx: &ctx,
        space: &space,
        found: &found,
        recommended,
    });
    let mut options: Vec<PlannedOption> = shown
        .picks
        .iter()
        .map(|&(i, kind)| describe::option(&ctx, &found, i, kind, &shown))
        .collect();
    describe::distinct_ids(&mut options);
    if let Some(unchanged) = unchanged::change_nothing(&ctx, &options) {
        options.insert(0, unchanged);
    }
    let at = shown
        .picks
        .iter()
        .position(|p| p.0 == shown.recommended)
        .unwrap_or(0);
    let offset = options.len() - shown.picks.len();
    let id = options.get(at + offset).map(|o| o.id.clone());
    let told = recommend::recommendation(&ctx, &found, &shown, &options, id.as_deref(), &decisions);
    let mut search = found.report.clone();
    search.notable = recommend::notable(&ctx, &found, &shown);
    if !recommended.feasible() {
        findings.push(infeasible(&ctx, &found));
    }
    let confidence = confidence(recommended, &decisions);
    Outcome::new(
        Plan {
            options,
            recommended: id,
            rationale: told.rationale,
            conditions: told.conditions,
            confidence,
            decisions,
            search,
        },
        findings,
    )
}

/// A digest of what the recommended option chooses, sizes and numbers left out: two plans with equal
/// signatures recommend the same design. Discover's questions are tested against it.
pub fn signature(plan: &Plan) -> String {
    plan.recommendation()
        .map(|o| digest(&o.chosen, o.feasible))
        .unwrap_or_default()
}

/// As [`signature`] of the plan of a brief, without the texts, decisions and flips that a plan has
/// beside its recommendation.
pub fn signature_of(brief: &Brief, knowledge: &Knowledge) -> String {
    regret::recommended(brief, knowledge).signature
}

fn digest(chosen: &model::Map<String>, feasible: bool) -> String {
    let mut parts: Vec<String> = chosen
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "utilisation-goal" | "prices"))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    parts.push(format!("feasible={feasible}"));
    parts.join(";")
}

/// High unless a number is missing, a structural decision is close, or it rests on assumptions.
fn confidence(recommended: &search::Judged, decisions: &model::Map<model::Decision>) -> Confidence {
    if !recommended.feasible() {
        return Confidence::Low;
    }
    let unverified = !recommended.measured.numbers.unverified.is_empty();
    let close = decisions
        .values()
        .filter(|d| d.margin.is_some_and(|m| m < 0.03))
        .count();
    let assumed = decisions.values().filter(|d| !d.assumes.is_empty()).count();
    match usize::from(unverified) + usize::from(close > 1) + usize::from(assumed > 3) {
        0 => Confidence::High,
        1 => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn nothing(search: SearchReport) -> Plan {
    Plan {
        options: Vec::new(),
        recommended: None,
        rationale: "No candidate could be assembled: the constraints leave no technology for a part that is needed.".into(),
        conditions: Vec::new(),
        confidence: Confidence::Low,
        decisions: model::Map::new(),
        search,
    }
}

fn no_candidate(ctx: &Ctx) -> Finding {
    Finding::new(
        "no-feasible-option",
        Severity::Blocker,
        "constraints",
        format!("the constraints of {} leave no technology for a part that is needed", ctx.brief.name),
    )
    .why("every combination breaks a hard constraint before anything could be computed")
    .remedy("look at search.pruned and search.excluded, and give up the constraint named there most often")
}

/// What a reader must know of the numbers.
fn doubts(ctx: &Ctx, found: &search::Found, recommended: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let numbers = &found.all[recommended].measured.numbers;
    if let Some(prices) = ctx.prices
        && !ctx.needs.local
        && !ctx.prices_are_the_providers()
    {
        findings.push(
            Finding::new(
                "prices-of-another-provider",
                Severity::Minor,
                "constraints.cloud",
                format!(
                    "no price list of {} is known; costs are those of {}",
                    ctx.cloud.unwrap_or("the provider"),
                    prices.name
                ),
            )
            .why("the order of the options holds where prices differ alike; the sums do not")
            .remedy("give a price list of your own"),
        );
    }
    if let (Some((_, budget)), Some(listed)) = (ctx.budget(), &numbers.currency)
        && budget != listed
        && numbers.monthly_cost != Some(0.0)
    {
        findings.push(
            Finding::new(
                "currencies-not-converted",
                Severity::Note,
                "constraints.budget",
                format!("the budget is in {budget} and the price list in {listed}; they were compared one to one"),
            )
            .why("no exchange rate is part of the brief, and none is guessed")
            .remedy(format!("give the budget in {listed}, or a price list in {budget}")),
        );
    }
    if !numbers.unverified.is_empty() {
        let mut finding = Finding::new(
            "unverified-latency",
            Severity::Minor,
            "domain.operations",
            format!("the times of {} operations of the recommended option could not be computed", numbers.unverified.len()),
        )
        .why("a fact is missing, so their targets are neither met nor missed")
        .remedy("measure the named work and say `cpu:` in the step, or choose a technology with measured facts");
        for text in numbers.unverified.iter().take(5) {
            finding = finding.evidence(Evidence::computed(text.clone()));
        }
        findings.push(finding);
    }
    findings
}

/// Which constraint to relax, and by how much: of the candidates that miss just one target, the one
/// that misses it by the smallest share; else the one with the smallest sum.
fn infeasible(ctx: &Ctx, found: &search::Found) -> Finding {
    let nearest = found
        .all
        .iter()
        .enumerate()
        .min_by(|(i, a), (j, b)| {
            a.violations
                .len()
                .cmp(&b.violations.len())
                .then(a.excess().total_cmp(&b.excess()))
                .then(i.cmp(j))
        })
        .map(|(_, j)| j);
    let texts: Vec<String> = nearest
        .map(|j| j.violations.iter().map(|v| v.text.clone()).collect())
        .unwrap_or_default();
    let path = nearest
        .and_then(|j| j.violations.first())
        .map_or("constraints", |v| v.requirement.as_str());
    let relax: Vec<String> = nearest
        .map(|j| {
            j.violations
                .iter()
                .map(|v| {
                    format!(
                        "{} by {}",
                        v.requirement,
                        prose::percent((v.by * 1000.0).ceil() / 1000.0)
                    )
                })
                .collect()
        })
        .unwrap_or_default();
    let mut finding = Finding::new(
        "no-feasible-option",
        Severity::Blocker,
        path.to_string(),
        format!(
            "none of the {} candidates that were evaluated for {} meets every target; the nearest misses: {}",
            found.all.len(),
            ctx.brief.name,
            texts.join("; ")
        ),
    )
    .why("a design that is built on it would miss what was promised")
    .remedy(format!("relax {}", prose::list(&relax)));
    for reason in &found.report.fell {
        finding = finding.evidence(Evidence::computed(format!(
            "{} candidates: {}",
            reason.count, reason.text
        )));
    }
    finding
}
