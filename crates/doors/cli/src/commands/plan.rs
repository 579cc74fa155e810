//! `groundplan plan`: two or three options side by side.

use std::path::Path;

use indexmap::IndexMap;
use pipeline::simulating::{self, Confirmation};
use plan::{Plan, PlannedOption};

use crate::arguments::PlanFormat;
use crate::numbers::{ms, share};
use crate::{CLEAN, FINDINGS};
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};
use terminal::tables::{Align, table, wrap};

pub fn run(folder: &Path, format: PlanFormat) -> Result<u8, String> {
    let workspace = match super::open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let brief = workspace
        .brief()
        .ok_or("there is no brief here to plan for")?;
    if super::contradicts_itself(&workspace) {
        return Ok(FINDINGS);
    }
    let mut planned = {
        let _working = look::working("searching the designs");
        pipeline::plan(brief)
    };
    planned
        .findings
        .iter_mut()
        .for_each(|f| workspace.locate(f));
    let confirmed = {
        let _working = look::working("simulating the options");
        simulating::confirm_options(brief, &planned.value)
    };
    match format {
        PlanFormat::Json => {
            let value = with_simulation(&planned.value, &confirmed)?;
            look::print(&serde_json::to_string_pretty(&value).map_err(|e| e.to_string())?)?
        }
        PlanFormat::Yaml => {
            let value = with_simulation(&planned.value, &confirmed)?;
            look::print(syntax::emit::emit(&design::proposal::slim(value)).trim_end())?;
        }
        PlanFormat::Text => {
            look::print(&report(&planned.value, &confirmed))?;
            if !planned.findings.is_empty() {
                let text = syntax::diagnostics::render(
                    &planned.findings,
                    &workspace.sources,
                    look::findings(),
                );
                look::print(&format!("\n{}", text.trim_end()))?;
            }
        }
    }
    let feasible = planned.value.recommendation().is_some_and(|o| o.feasible);
    Ok(if feasible { CLEAN } else { FINDINGS })
}

type Confirmed = IndexMap<String, Confirmation>;

/// The plan as data, with what the simulation says in every option.
fn with_simulation(plan: &Plan, confirmed: &Confirmed) -> Result<serde_json::Value, String> {
    let mut value = serde_json::to_value(plan).map_err(|e| e.to_string())?;
    let options = value.get_mut("options").and_then(|o| o.as_array_mut());
    for option in options.into_iter().flatten() {
        let id = option.get("id").and_then(|id| id.as_str()).unwrap_or("");
        if let Some(found) = confirmed.get(id) {
            let found = serde_json::to_value(found).map_err(|e| e.to_string())?;
            if let Some(option) = option.as_object_mut() {
                option.insert("simulated".into(), found);
            }
        }
    }
    Ok(value)
}

/// The options as columns, what speaks for and against each, and the recommendation.
pub fn report(plan: &Plan, confirmed: &Confirmed) -> String {
    let mut heads = vec![("", Align::Left)];
    let recommended = plan.recommended.as_deref();
    heads.extend(plan.options.iter().map(|o| (o.id.as_str(), Align::Left)));
    let row = |name: &str, of: &dyn Fn(&PlannedOption) -> String| -> Vec<String> {
        std::iter::once(name.to_string())
            .chain(plan.options.iter().map(of))
            .collect()
    };
    let optional = |v: Option<String>| v.unwrap_or_else(|| "not known".into());
    let rows = vec![
        row("kind", &|o| kind(o).to_string()),
        row("recommended", &|o| {
            if Some(o.id.as_str()) == recommended {
                "yes".into()
            } else {
                String::new()
            }
        }),
        row("meets every target", &|o| {
            if o.feasible {
                "yes".into()
            } else {
                format!("no: {} missed", o.violated.len())
            }
        }),
        row("cost a month", &|o| {
            optional(o.numbers.monthly_cost.map(|c| {
                format!(
                    "{} {}",
                    crate::numbers::amount(c),
                    o.numbers.currency.as_deref().unwrap_or("")
                )
            }))
        }),
        row("availability", &|o| {
            optional(o.numbers.availability.map(share))
        }),
        row("closest to its latency target", &|o| worst(o)),
        row("saturates at", &|o| {
            optional(o.numbers.saturates_at.map(|x| {
                format!(
                    "{x:.1}x ({})",
                    o.numbers.saturates_first.as_deref().unwrap_or("-")
                )
            }))
        }),
        row("breaks first at 10x", &|o| {
            o.breaks_first_at_10x
                .component
                .clone()
                .unwrap_or_else(|| "nothing".into())
        }),
        row("computed beside simulated", &|o| {
            confirmed.get(&o.id).map_or_else(|| "-".into(), short)
        }),
        row("parts to run", &|o| o.numbers.components.to_string()),
        row("burden of operation", &|o| {
            format!("{:.1} points", o.numbers.burden)
        }),
        row("hours to build", &|o| format!("{:.0}", o.estimate_hours)),
    ];
    let mut out = table(&heads, &rows);
    let width = look::width().min(100);
    for option in &plan.options {
        out.push_str(&format!(
            "\n\n{}",
            paint(HEAD, &format!("{}: {}", option.id, option.title))
        ));
        out.push_str(&format!("\n{}", wrap(&option.approach, "  ", width)));
        for pro in &option.pros {
            out.push_str(&format!("\n{}", paint(GOOD, &hanging("+", pro, width))));
        }
        for con in &option.cons {
            out.push_str(&format!("\n{}", hanging("-", con, width)));
        }
        for violation in &option.violated {
            out.push_str(&format!(
                "\n{}",
                paint(BAD, &hanging("!", &violation.text, width))
            ));
        }
        for line in confirmed
            .get(&option.id)
            .map(differences)
            .unwrap_or_default()
        {
            out.push_str(&format!("\n{}", paint(BAD, &hanging("!", &line, width))));
        }
        out.push_str(&format!(
            "\n{}",
            hanging("10x:", &option.breaks_first_at_10x.text, width)
        ));
    }
    if let Some(id) = recommended {
        out.push_str(&format!(
            "\n\n{}",
            paint(HEAD, &format!("Recommended: {id}"))
        ));
        out.push_str(&format!("\n{}", wrap(&plan.rationale, "  ", width)));
        for condition in &plan.conditions {
            out.push_str(&format!("\n{}", hanging("*", condition, width)));
        }
    }
    let search = &plan.search;
    out.push_str(&format!(
        "\n\n{}",
        paint(
            DIM,
            &wrap(
                &format!(
                    "Search: {} combinations, {} ruled out by bounds, {} built and evaluated whole, {} met every target, {} on the front.",
                    search.enumerated,
                    search.pruned.iter().map(|p| p.count).sum::<u64>(),
                    search.evaluated,
                    search.feasible,
                    search.on_front
                ),
                "",
                width
            )
        )
    ));
    if let Some(sentence) = search.sizes.sentence() {
        let sentence = format!("Sizes: {sentence}");
        out.push_str(&format!("\n{}", paint(DIM, &wrap(&sentence, "", width))));
    }
    for reason in &search.fell {
        out.push_str(&format!(
            "\n{}",
            paint(
                DIM,
                &hanging(
                    &format!("{:>5}", reason.count),
                    &agreeing(reason.count, &reason.text),
                    width
                )
            )
        ));
    }
    out
}

/// How far the two engines are apart at most.
fn short(c: &Confirmation) -> String {
    let worst = c.worst.as_ref().and_then(|w| Some((w, w.difference?)));
    match worst {
        _ if c.growing => "no steady state".into(),
        Some((worst, off)) => {
            let key = worst
                .metric
                .strip_prefix("operations.")
                .unwrap_or(&worst.metric);
            let agreed = match c.differ.len() {
                0 => "agree".to_string(),
                n => format!("{n} of {} differ", c.compared),
            };
            format!("{agreed}; at most {} ({key})", render::simulated::off(off))
        }
        None => "nothing to compare".into(),
    }
}

/// Differing numbers that are told one by one.
const DIFFERING: usize = 3;

/// What is beyond tolerance, with both numbers.
fn differences(c: &Confirmation) -> Vec<String> {
    let mut lines: Vec<String> = c
        .differ
        .iter()
        .take(DIFFERING)
        .map(|a| {
            let simulated = render::simulated::measured_ms(&simulate::Measure {
                value: a.simulated,
                half_width: a.half_width,
            });
            let key = a.metric.strip_prefix("operations.").unwrap_or(&a.metric);
            format!("{key}: computed {}, simulated {simulated}", ms(a.computed))
        })
        .collect();
    if c.differ.len() > DIFFERING {
        lines.push(format!(
            "{} more times differ from the simulation by over {:.0} %",
            c.differ.len() - DIFFERING,
            c.tolerance * 100.0
        ));
    }
    lines
}

/// `1 is dominated`, `44 are dominated`: the reason's verb in the number of its candidates.
fn agreeing(count: usize, text: &str) -> String {
    let verbs = [("is ", "are "), ("misses ", "miss "), ("has ", "have ")];
    let found = verbs
        .into_iter()
        .find_map(|(one, many)| Some((many, text.strip_prefix(one)?)));
    match found {
        Some((many, rest)) if count != 1 => format!("{many}{rest}"),
        _ => text.to_string(),
    }
}

fn hanging(mark: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(mark.chars().count() + 3);
    let wrapped = wrap(text, &indent, width);
    format!("  {mark} {}", wrapped.trim_start())
}

fn kind(option: &PlannedOption) -> &'static str {
    match option.kind {
        plan::OptionKind::ChangeNothing => "change nothing",
        plan::OptionKind::LeastThatRuns => "the least that runs",
        plan::OptionKind::NextStepUp => "the next step up",
        plan::OptionKind::CheapestFeasible => "cheapest feasible",
        plan::OptionKind::Knee => "best compromise",
        plan::OptionKind::MostRobust => "most robust",
    }
}

fn worst(option: &PlannedOption) -> String {
    let n = &option.numbers;
    match (&n.worst_operation, n.worst_ms, n.worst_target_ms) {
        (Some(operation), Some(value), Some(target)) => format!(
            "{operation} {} {} of {}",
            n.worst_percentile.as_deref().unwrap_or(""),
            ms(value),
            ms(target)
        ),
        _ if !n.unverified.is_empty() => "UNVERIFIED".into(),
        _ => "no target".into(),
    }
}
