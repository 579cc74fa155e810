//! Latency targets that are inverted, zero, or below what light and called systems take.

use super::Facts;
use super::report::{Report, computed};
use model::domain::{Effect, Latency, Operation, Trigger};
use model::{Brief, Duration, Severity};
use syntax::path::join;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    if let Some(latency) = brief.targets.as_ref().and_then(|t| t.latency) {
        order(latency, "targets.latency", report);
        distance(brief, latency, report);
    }
    for (id, operation) in &brief.domain.operations {
        let at = join("domain.operations", id);
        if let Some(latency) = operation.latency {
            order(latency, &format!("{at}.latency"), report);
        }
        calls(brief, id, operation, report);
    }
    for (id, port) in &brief.domain.ports {
        if let Some(latency) = port.latency {
            order(
                latency,
                &format!("{}.latency", join("domain.ports", id)),
                report,
            );
        }
    }
}

fn quantiles(latency: Latency) -> Vec<(&'static str, Duration)> {
    let all = [
        ("p50", latency.p50),
        ("p95", latency.p95),
        ("p99", latency.p99),
    ];
    all.into_iter()
        .filter_map(|(name, time)| Some((name, time?)))
        .collect()
}

fn order(latency: Latency, at: &str, report: &mut Report) {
    let said = quantiles(latency);
    for (name, time) in &said {
        if time.0 <= 0.0 {
            report.conflict(
                ("impossible-target", Severity::Blocker),
                format!("{at}.{name}"),
                format!("{name} is {time}"),
                "Every answer takes some time; a target of nothing can only be missed.",
                "Give the time after which a user is disturbed, for example 300 ms.",
            );
        }
    }
    for pair in said.windows(2) {
        let ((low_name, low), (high_name, high)) = (pair[0], pair[1]);
        if high.0 < low.0 {
            let found = report.conflict(
                ("inverted-latency", Severity::Blocker),
                format!("{at}.{high_name}"),
                format!("{high_name} {high} is below {low_name} {low}"),
                format!("A request within the {high_name} target is within the {low_name} one; the two are swapped or one is wrong."),
                format!("Swap them, or set {high_name} to at least {low}."),
            );
            computed(found, format!("{high} < {low}"));
        }
    }
}

/// Places whose distance can be told: latitude and longitude in degrees, to a tenth, of the city that
/// the provider names for a region, and of the largest or nearest big city of a country. An error of
/// 100 km is 1 ms there and back.
const PLACES: &[(&str, f64, f64)] = &[
    ("eu-central-1", 50.1, 8.7),
    ("eu-west-1", 53.3, -6.3),
    ("eu-west-2", 51.5, -0.1),
    ("eu-west-3", 48.9, 2.4),
    ("eu-north-1", 59.3, 18.1),
    ("eu-south-1", 45.5, 9.2),
    ("us-east-1", 38.9, -77.5),
    ("us-east-2", 40.0, -83.0),
    ("us-west-1", 37.4, -122.0),
    ("us-west-2", 45.8, -119.7),
    ("ap-southeast-1", 1.3, 103.8),
    ("ap-southeast-2", -33.9, 151.2),
    ("ap-northeast-1", 35.7, 139.7),
    ("ap-south-1", 19.1, 72.9),
    ("sa-east-1", -23.5, -46.6),
    ("australia", -33.9, 151.2),
    ("japan", 35.7, 139.7),
    ("india", 19.1, 72.9),
    ("singapore", 1.3, 103.8),
    ("brazil", -23.5, -46.6),
];

/// Light in glass fibre goes about 200,000 km a second (refractive index 1.47; ITU-T G.652).
const FIBRE_KM_PER_S: f64 = 204_000.0;

fn place(name: &str) -> Option<(f64, f64)> {
    let name = name.trim().to_lowercase();
    PLACES
        .iter()
        .find(|(id, ..)| *id == name)
        .map(|(_, lat, lon)| (*lat, *lon))
}

/// Great-circle distance in km (haversine, mean radius 6,371 km).
fn kilometres((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (a, b) = (lat1.to_radians(), lat2.to_radians());
    let half = ((lat2 - lat1).to_radians() / 2.0).sin().powi(2)
        + a.cos() * b.cos() * ((lon2 - lon1).to_radians() / 2.0).sin().powi(2);
    2.0 * 6371.0 * half.sqrt().asin()
}

/// Users in a place that the brief names against the region: every answer goes there and back.
fn distance(brief: &Brief, latency: Latency, report: &mut Report) {
    let region = brief.constraints.as_ref().and_then(|c| c.region.as_deref());
    let Some(here) = region.and_then(place) else {
        return;
    };
    let Some((name, target)) = quantiles(latency)
        .into_iter()
        .min_by(|a, b| a.1.0.total_cmp(&b.1.0))
    else {
        return;
    };
    for (id, actor) in &brief.domain.actors {
        let text = actor.description.as_deref().unwrap_or("").to_lowercase();
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
        for (word, there) in words.filter_map(|word| Some((word, place(word)?))) {
            let far = kilometres(here, there);
            let round_trip = 2.0 * far / FIBRE_KM_PER_S;
            if round_trip > target.0 {
                let found = report.conflict(
                    ("latency-below-light", Severity::Blocker),
                    format!("targets.latency.{name}"),
                    format!(
                        "{name} is {target}, and `{id}` in {word} is {far:.0} km from {}: light in fibre takes {:.0} ms there and back",
                        region.unwrap_or(""),
                        round_trip * 1e3
                    ),
                    "No machine is faster than the way to it.",
                    "Run it near these users, answer them from copies near them, or give a longer time.",
                );
                computed(
                    found,
                    format!(
                        "2 x {far:.0} km / 204,000 km/s = {:.1} ms",
                        round_trip * 1e3
                    ),
                );
                *found = found.clone().certainty(model::Certainty::Inferred);
            }
        }
    }
}

/// An operation cannot answer before the systems it waits for have.
fn calls(brief: &Brief, id: &str, operation: &Operation, report: &mut Report) {
    if operation.deferred || operation.trigger != Trigger::Request {
        return;
    }
    let Some(target) = brief.latency_target(operation) else {
        return;
    };
    type Pick = fn(&Latency) -> Option<Duration>;
    let picks: [(&str, Pick); 3] = [("p50", |l| l.p50), ("p95", |l| l.p95), ("p99", |l| l.p99)];
    for (name, pick) in picks {
        let Some(goal) = pick(&target) else { continue };
        let mut slowest: Option<(&str, Duration)> = None;
        for effect in &operation.effects {
            if let Effect::Call(call) = effect
                && let Some(own) = brief.domain.ports.get(&*call.port).and_then(|p| p.latency)
                && let Some(time) = pick(&own)
                && slowest.is_none_or(|(_, s)| time.0 > s.0)
            {
                slowest = Some((&call.port, time));
            }
        }
        if let Some((port, time)) = slowest
            && time.0 > goal.0
        {
            let found = report.conflict(
                ("latency-below-dependency", Severity::Major),
                match operation.latency {
                    Some(_) => format!("{}.latency.{name}", join("domain.operations", id)),
                    None => join("domain.operations", id),
                },
                format!("`{id}` must answer within {goal} at {name}, and waits for `{port}`, which takes {time} at {name}"),
                "An answer that waits for another system is never faster than that system.",
                "Answer before the call (`deferred: true`), or give the operation a longer time.",
            );
            computed(found, format!("{time} > {goal}"));
            return;
        }
    }
}
