//! Numbers that are not in the evaluation itself: recovery, error budgets, the years ahead, and what
//! the simulation says. Each is made when it is asked for.

use evaluate::Scenario;
use evaluate::recovery::{Event, Recovery};
use evaluate::result::{Evaluation, Explanation};
use indexmap::IndexMap;
use knowledge::Knowledge;
use model::System;
use simulate::{Measure, Settings};

use crate::simulating;

/// Events of a simulation that explains one number.
const EVENTS: u64 = 2_000_000;
/// Years for which growth is explained.
const YEARS: [u32; 4] = [1, 2, 3, 5];

/// An explanation by its full or short key.
pub(super) fn find(
    id: &str,
    system: &System,
    evaluation: &Evaluation,
) -> Option<(String, Explanation)> {
    if let Some(key) = id.strip_suffix(".probability") {
        return chance(key, system);
    }
    if let Some(key) = id.strip_prefix("simulated.") {
        let all = simulated(system, evaluation)?;
        let (key, found) = pick(key, &all)?;
        return Some((format!("simulated.{key}"), found));
    }
    pick(id, &all(system, evaluation))
}

/// The probability that a target is met: `place-order.p99.probability`.
fn chance(key: &str, system: &System) -> Option<(String, Explanation)> {
    let settings = sensitivity::Settings::default();
    let found = sensitivity::analyse(system, Knowledge::embedded(), &settings).value;
    let candidates = [key.to_string(), format!("operations.{key}")];
    let (key, chance) = candidates
        .iter()
        .find_map(|k| found.targets.get_key_value(k))?;
    let mut e = Explanation::new(
        chance.probability,
        "probability",
        "the share of evaluations that meet the target, at points of all uncertain numbers' ranges (Sobol' sequence, seed 1)",
    )
    .with(
        "standard error",
        format!("{:.4}", chance.standard_error),
        "as of independent samples",
    )
    .with(
        "as it stands",
        if chance.met { "met" } else { "missed" },
        key.clone(),
    )
    .with("evaluations", found.evaluations.to_string(), "sensitivity");
    for input in found.inputs.iter().take(12) {
        let range = format!("{:.4} to {:.4} {}", input.low, input.high, input.unit);
        e = e.with(input.title.clone(), range, input.key.clone());
    }
    Some((format!("{key}.probability"), e))
}

fn pick(id: &str, all: &IndexMap<String, Explanation>) -> Option<(String, Explanation)> {
    let candidates = [
        id.to_string(),
        format!("operations.{id}"),
        format!("components.{id}"),
        format!("growth.{id}"),
    ];
    candidates.into_iter().find_map(|key| {
        let found = all.get(&key)?.clone();
        Some((key, found))
    })
}

/// Everything but the simulation, by key.
pub(super) fn all(system: &System, evaluation: &Evaluation) -> IndexMap<String, Explanation> {
    let knowledge = Knowledge::embedded();
    let mut all = IndexMap::new();
    let recovery = evaluate::recovery::recover(system, knowledge, evaluation).value;
    recovered(&recovery, &mut all);
    grown(system, &mut all);
    all
}

fn recovered(recovery: &Recovery, all: &mut IndexMap<String, Explanation>) {
    for (id, store) in &recovery.stores {
        let mut worst: IndexMap<String, Explanation> = IndexMap::new();
        for loss in &store.losses {
            let event = match loss.event {
                Event::Instance => "instance",
                Event::Zone => "zone",
                Event::Region => "region",
                Event::Deletion => "deletion",
            };
            for (name, number) in [
                ("recovery-point", &loss.point),
                ("recovery-time", &loss.time),
            ] {
                let Some(number) = number else { continue };
                let key = format!("components.{id}.{name}");
                let number = number
                    .clone()
                    .with("how", loss.how.clone(), loss.event.name());
                let worse = worst.get(&key).is_none_or(|w| number.value > w.value);
                // A lost region is another matter: it counts where the brief asks for it.
                if worse && loss.event != Event::Region {
                    worst.insert(key.clone(), number.clone());
                }
                all.insert(format!("{key}.{event}"), number);
            }
        }
        all.extend(worst);
    }
    for (id, budget) in &recovery.budgets {
        let key = format!("operations.{id}.error-budget");
        all.insert(key.clone(), budget.allowed.clone());
        if let Some(left) = &budget.left {
            all.insert(format!("{key}-left"), left.clone());
        }
    }
}

fn grown(system: &System, all: &mut IndexMap<String, Explanation>) {
    let growth = evaluate::growth::project(system, Knowledge::embedded()).value;
    if let Some(saturation) = &growth.saturation {
        let months = saturation.months.clone().with(
            "component",
            saturation.component.clone(),
            "system.saturates-first",
        );
        all.insert("growth.saturates-in".into(), months);
    }
    let rate = growth.per_year.map_or_else(
        || "not said".to_string(),
        |g| format!("{:.1} % a year", g * 100.0),
    );
    for year in YEARS {
        let Some(point) = growth.points.iter().find(|p| p.month == 12 * year) else {
            continue;
        };
        let mut add = |name: &str, value: f64, unit: &str, formula: &str| {
            let e =
                Explanation::new(value, unit, formula).with("growth", rate.clone(), "scale.growth");
            all.insert(format!("growth.{name}-{year}y"), e);
        };
        add(
            "load",
            point.load,
            "times the busiest hour",
            "(1 + growth) ^ years",
        );
        add(
            "bytes",
            point.stored_bytes,
            "bytes",
            "sum over the tables of rows then * bytes a row, one copy",
        );
        for (currency, cost) in &point.cost {
            add(
                &format!("cost-{currency}"),
                *cost,
                &format!("{currency} per month"),
                "the bill of the same architecture, with every rate times (1 + growth) ^ years and the rows of then",
            );
        }
    }
}

/// What the simulation says, by the key of the computed number.
fn simulated(system: &System, evaluation: &Evaluation) -> Option<IndexMap<String, Explanation>> {
    let run = run(system)?;
    let agreements = simulate::agree(evaluation, &run, simulating::TOLERANCE);
    let mut all = IndexMap::new();
    for a in agreements {
        let unit = if a.unit == "number" {
            "held at once"
        } else {
            a.unit.as_str()
        };
        let mut e = Explanation::new(
            a.simulated,
            unit,
            "the same plant event by event; interval of 95 % by batch means, warm-up cut off (White 1997)",
        );
        if let Some(half) = a.half_width {
            e = e.with("half width", format!("{half:.4} {unit}"), "batch means");
        }
        e = e
            .with(
                "computed",
                format!("{:.4} {unit}", a.computed),
                a.metric.clone(),
            )
            .with("seed", run.seed.to_string(), "simulation")
            .with("events", run.events.to_string(), "simulation")
            .with(
                "simulated time",
                format!(
                    "{:.0} s, {:.0} s of it warm-up",
                    run.duration_s, run.warm_up_s
                ),
                "simulation",
            );
        all.insert(a.metric, e);
    }
    Some(all)
}

fn run(system: &System) -> Option<simulate::Simulated> {
    if system.architecture.style == Some(model::Style::Program) {
        return None;
    }
    let settings = Settings {
        most_events: EVENTS,
        ..Settings::default()
    };
    let played = simulating::simulate(system, &Scenario::default(), &settings, &mut |_| ());
    Some(played.value)
}

/// The simulated value beside a computed time of an operation, as a paragraph.
pub(super) fn beside(key: &str, system: &System, evaluation: &Evaluation) -> Option<String> {
    let time = ["mean", "p50", "p95", "p99"]
        .iter()
        .any(|end| key.ends_with(&format!(".{end}")));
    if !key.starts_with("operations.") || !time {
        return None;
    }
    let run = run(system)?;
    let all = simulate::agree(evaluation, &run, simulating::TOLERANCE);
    let a = all.into_iter().find(|a| a.metric == key)?;
    let value = render::simulated::measured_ms(&Measure {
        value: a.simulated,
        half_width: a.half_width,
    });
    let how = render::simulated::how(&run);
    let judged = match a.verdict {
        simulate::Verdict::Agrees => "The two agree.",
        simulate::Verdict::Differs => "They differ: take neither alone.",
        simulate::Verdict::TooFewSamples => "It came too seldom to be judged.",
    };
    Some(format!("Simulated: {value}. {judged} {how}\n"))
}
