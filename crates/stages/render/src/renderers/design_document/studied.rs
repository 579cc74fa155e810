//! Section 1, the rows that rest on simulations and projections.

use simulate::Verdict as Agreed;

use super::summary::row;
use crate::figures::{Figures, Verdict};
use crate::numbers;
use crate::renderers::performance;

pub(super) fn rows(f: &Figures<'_>) -> Vec<Vec<String>> {
    agreement(f).into_iter().chain(growth(f)).collect()
}

/// How the computed times stand to the simulated ones.
fn agreement(f: &Figures<'_>) -> Option<Vec<String>> {
    let studies = f.view.studies?;
    let judged: Vec<_> = performance::times(&studies.agreement)
        .filter(|a| a.verdict != Agreed::TooFewSamples)
        .collect();
    let agree = judged
        .iter()
        .filter(|a| a.verdict == Agreed::Agrees)
        .count();
    let worst = judged
        .iter()
        .filter_map(|a| Some((a.difference?, a)))
        .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
    let name = worst.1.metric.strip_prefix("operations.");
    Some(row(
        "Computed times that a simulation confirms",
        format!(
            "{agree} of {}; furthest off is `{}`, by {}",
            judged.len(),
            name.unwrap_or(&worst.1.metric),
            crate::simulated::off(worst.0)
        ),
        format!("within {}", numbers::percent(studies.tolerance)),
        &Verdict::of(agree == judged.len()),
        &format!("simulated.{}", worst.1.metric),
    ))
}

/// What growth breaks first.
fn growth(f: &Figures<'_>) -> Option<Vec<String>> {
    let growth = f.view.studies?.growth.as_ref()?;
    let per_year = growth.per_year?;
    let value = match growth.broken.first() {
        Some(first) => performance::broken_target(first),
        None => format!(
            "no target is missed within {} years",
            evaluate::growth::HORIZON_MONTHS / 12
        ),
    };
    Some(row(
        &format!("Growth of {} a year", numbers::percent(per_year)),
        value,
        "no target missed within a year".into(),
        &Verdict::of(growth.broken.first().is_none_or(|b| b.month > 12)),
        "growth.saturates-in",
    ))
}
