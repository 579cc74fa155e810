//! Load that cannot be: a peak under the busy hour, a spike that is none, shares over one, keys that
//! run out.

use super::Facts;
use super::report::{Report, computed};
use model::domain::{Effect, Entity};
use model::{Brief, Growth, Severity};
use syntax::path::{index, join};

/// Largest value of the 64-bit number that a sequence counts in.
const SEQUENCE_MAX: f64 = 9_223_372_036_854_775_807.0;
/// Years that a key must last: a system outlives the people who built it.
const KEY_YEARS: i32 = 20;
const SECONDS_PER_YEAR: f64 = 31_557_600.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    spikes(brief, report);
    for (id, operation) in &brief.domain.operations {
        let at = join("domain.operations", id);
        let Some(load) = &operation.rate else {
            continue;
        };
        let busy = brief.busy_rate(operation);
        if let (Some(peak), Some(busy)) = (load.peak, busy)
            && peak.0 < busy.0 * (1.0 - 1e-9)
        {
            let text = format!("peak {peak} is below the mean {busy} of the busiest hour");
            let found = report.conflict(
                ("peak-below-busy", Severity::Blocker),
                format!("{at}.rate.peak"),
                text,
                "The highest rate over seconds cannot be under the mean of the hour that holds it.",
                format!("Give a peak of at least {busy}, or mend the rate of the busiest hour."),
            );
            computed(found, format!("{peak} < {busy}"));
        }
        if let (Some(mean), Some(busy)) = (load.mean, load.busy)
            && busy.0 < mean.0 * (1.0 - 1e-9)
        {
            report.conflict(
                ("busy-below-mean", Severity::Blocker),
                format!("{at}.rate.busy"),
                format!("the busiest hour has {busy}, less than the mean {mean} over the year"),
                "The busiest hour is never below the mean.",
                format!("Give at least {mean} for the busiest hour, or mend the mean."),
            );
        }
        if let Some(share) = load.per.as_ref().and_then(|h| h.busiest_hour)
            && share.0 < 1.0 / 24.0 - 1e-6
        {
            let found = report.conflict(
                ("busiest-hour-below-even", Severity::Blocker),
                format!("{at}.rate.per.busiest_hour"),
                format!(
                    "the busiest hour has {share} of the day's work, less than an even day gives"
                ),
                "One hour of 24 has 4.17 % of an even day; the busiest has at least that.",
                "Give the share of the busiest hour, between 4.2 % and 100 %.",
            );
            computed(found, format!("1 / 24 = 4.17 % > {share}"));
        }
    }
    keys(brief, report);
}

fn spikes(brief: &Brief, report: &mut Report) {
    let Some(scale) = &brief.scale else { return };
    for (id, spike) in &scale.spikes {
        let at = join("scale.spikes", id);
        if spike.factor < 1.0 {
            report.conflict(
                ("spike-below-busy", Severity::Blocker),
                format!("{at}.factor"),
                format!(
                    "the spike `{id}` has {} times the busiest hour, which is less than it",
                    spike.factor
                ),
                "A spike is measured in busiest hours; below 1 it is a lull.",
                "Give a factor of 1 or more, or take the spike out.",
            );
        }
        let mut seen: Vec<&str> = Vec::new();
        for (i, operation) in spike.operations.iter().enumerate() {
            if seen.contains(&&**operation) {
                report.conflict(
                    ("repeated-name", Severity::Minor),
                    index(&format!("{at}.operations"), i),
                    format!("`{operation}` is named twice"),
                    "It counts once.",
                    "Take one of the two out.",
                );
            }
            seen.push(operation);
        }
    }
    if let (Some(total), false) = (scale.requests, brief.domain.operations.is_empty()) {
        let rates = brief.domain.operations.values().map(|o| brief.busy_rate(o));
        let (mut sum, mut complete) = (0.0, true);
        for rate in rates {
            match rate {
                Some(rate) => sum += rate.0,
                None => complete = false,
            }
        }
        let sum_rate = model::Rate(sum);
        let over = sum > total.0 * 2.0;
        let under = complete && sum < total.0 * 0.5;
        if over || under {
            let found = report.conflict(
                ("rates-do-not-add-up", Severity::Major),
                "scale.requests",
                format!("all requests are {total}, and the operations' rates add up to {sum_rate}"),
                "The two differ by more than a factor of two, so machines would be bought for one of them in vain.",
                "Mend the total, or the rates of the operations.",
            );
            computed(found, format!("sum of rates {sum_rate} against {total}"));
        }
    }
}

/// Rows of an entity after so many years of this growth.
fn rows_after(brief: &Brief, id: &str, entity: &Entity, years: i32) -> Option<f64> {
    let volume = entity.volume.as_ref();
    let said = volume.and_then(|v| v.new).map(|r| r.0);
    let made: f64 = brief
        .domain
        .operations
        .values()
        .filter(|o| {
            o.effects
                .iter()
                .any(|e| matches!(e, Effect::Create(c) if *c.entity == *id))
        })
        .filter_map(|o| {
            let batch = o.batch.map_or(1.0, |b| b.mean.max(1.0));
            Some(brief.mean_rate(o)?.0 * batch)
        })
        .sum();
    let per_year = said.unwrap_or(made) * SECONDS_PER_YEAR;
    let growth = 1.0
        + brief
            .scale
            .as_ref()
            .and_then(|s| s.growth)
            .unwrap_or(Growth(0.0))
            .0;
    let start = volume.and_then(|v| v.rows).map_or(0.0, |r| r.0);
    let sum = (0..years)
        .map(|year| per_year * growth.powi(year))
        .sum::<f64>();
    (sum.is_finite()).then_some(start + sum)
}

/// Whole-number keys that run out: a field with a `max` that is the key, or a sequence.
fn keys(brief: &Brief, report: &mut Report) {
    for (id, entity) in &brief.domain.entities {
        let at = join("domain.entities", id);
        let (limit, place) = match &entity.key {
            model::domain::Key::Sequence => (SEQUENCE_MAX, format!("{at}.key")),
            model::domain::Key::Natural(parts) if parts.len() == 1 => {
                let field = entity.fields.get(&parts[0]);
                let whole = field.filter(|f| f.kind == model::domain::FieldType::Integer);
                match whole.and_then(|f| f.max) {
                    Some(max) => (
                        max,
                        format!("{}.max", join(&format!("{at}.fields"), &parts[0])),
                    ),
                    None => continue,
                }
            }
            _ => continue,
        };
        let Some(rows) = rows_after(brief, id, entity, KEY_YEARS) else {
            continue;
        };
        if rows > limit {
            let found = report.conflict(
                ("keys-run-out", Severity::Blocker),
                place,
                format!(
                    "`{id}` has {rows:.1e} rows after {KEY_YEARS} years, and its key ends at {limit:.1e}"
                ),
                "When the keys are used up, no row can be added.",
                "Take a wider key, or mend the rate or the growth.",
            );
            computed(found, format!("{rows:.3e} rows > {limit:.3e} keys"));
        }
    }
}
