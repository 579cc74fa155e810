//! Targets of an operation beside what was computed, each number with the place it comes from.

use super::super::Desk;
use crate::figures::asked;
use crate::numbers;
use crate::page::Page;
use crate::words;

pub(super) fn write(desk: &Desk<'_>, id: &str, page: &mut Page) {
    let f = &desk.f;
    let system = f.view.system;
    let Some(operation) = system.brief.domain.operations.get(id) else {
        return;
    };
    let result = f.operation(id);
    let waits = asked(&operation.trigger);
    let mut rows: Vec<Vec<String>> = Vec::new();
    if let Some(rate) = f.rate(id) {
        let load = operation.rate.as_ref();
        let peak = system.brief.peak_rate(id, operation);
        let peak = peak.filter(|p| p.0 > rate && !f.program());
        let peak = peak.map_or(String::new(), |p| format!(", peak {}", numbers::rate(p.0)));
        let because = load.and_then(|l| l.because.as_ref());
        let because = because.map_or(String::new(), |b| format!(": {}", f.prose(b)));
        let often = if f.program() { "mean" } else { "busiest hour" };
        rows.push(vec![
            "Runs".into(),
            format!("{} in the {often}{peak}", numbers::rate(rate))
                .replace("in the mean", "on average"),
            String::new(),
            format!("`domain.operations.{id}.rate`{because}"),
        ]);
    }
    let times = match waits {
        true => result.and_then(|r| r.response),
        false => result.and_then(|r| r.background.or(r.response)),
    };
    let target = system.latency_target(id).filter(|_| waits);
    for (name, target, value) in [
        ("p50", target.and_then(|t| t.p50), times.map(|t| t.p50_ms)),
        ("p95", target.and_then(|t| t.p95), times.map(|t| t.p95_ms)),
        ("p99", target.and_then(|t| t.p99), times.map(|t| t.p99_ms)),
    ] {
        if target.is_none() && name != "p99" || (target.is_none() && value.is_none()) {
            continue;
        }
        let late = matches!((target, value), (Some(t), Some(v)) if v > t.ms());
        let computed = value.map(numbers::ms);
        rows.push(vec![
            name.into(),
            target.map_or("no target".into(), |t| t.to_string()),
            match (computed, late) {
                (Some(v), true) => format!("**{v}**"),
                (Some(v), false) => v,
                (None, _) => "UNVERIFIED".into(),
            },
            source(
                desk,
                id,
                target.is_some(),
                &format!("operations.{id}.{name}"),
                value.is_some(),
            ),
        ]);
    }
    let available = result.and_then(|r| r.availability).filter(|_| waits);
    let wanted = system.availability_target(id).filter(|_| waits);
    if available.is_some() || wanted.is_some() {
        let key = format!("operations.{id}.availability");
        rows.push(vec![
            "Available".into(),
            wanted.map_or("no target".into(), |t| t.to_string()),
            available.map_or("UNVERIFIED".into(), |a| match wanted {
                Some(t) if a < t.0 => format!("**{}**", numbers::availability(a)),
                _ => numbers::availability(a),
            }),
            availability_source(desk, id, wanted.is_some(), &key, available.is_some()),
        ]);
    }
    if let Some(failing) = result
        .and_then(|r| r.timeouts)
        .filter(|t| waits && *t > 0.0)
    {
        rows.push(vec![
            "Fails by timeout".into(),
            String::new(),
            numbers::percent(failing),
            "all repeats and fallbacks counted".into(),
        ]);
    }
    if let Some(old) = operation.staleness {
        rows.push(vec![
            "Age of the answer".into(),
            format!("at most {old}"),
            String::new(),
            format!("`domain.operations.{id}.staleness`"),
        ]);
    }
    if !rows.is_empty() {
        page.heading(2, "Targets");
        page.table(&["What", "Target", "Computed", "Source"], &rows);
    }
    let unverified: Vec<String> = result
        .iter()
        .flat_map(|r| &r.unverified)
        .map(|u| words::sentence(&format!("UNVERIFIED: {u}")))
        .collect();
    page.bullets(&unverified);
}

/// Where the target stands, and the key by which the computed number explains itself.
fn source(desk: &Desk<'_>, id: &str, target: bool, key: &str, computed: bool) -> String {
    let system = desk.f.view.system;
    let ours = system.architecture.targets.get(id);
    let operation = system.brief.domain.operations.get(id);
    let place = if ours.is_some_and(|t| t.latency.is_some()) {
        format!("`targets.{id}.latency` of the architecture")
    } else if operation.is_some_and(|o| o.latency.is_some()) {
        format!("`domain.operations.{id}.latency`")
    } else {
        "`targets.latency`".into()
    };
    said(target.then_some(place), computed.then_some(key))
}

fn availability_source(
    desk: &Desk<'_>,
    id: &str,
    target: bool,
    key: &str,
    computed: bool,
) -> String {
    let system = desk.f.view.system;
    let ours = system.architecture.targets.get(id);
    let operation = system.brief.domain.operations.get(id);
    let place = if ours.is_some_and(|t| t.availability.is_some()) {
        format!("`targets.{id}.availability` of the architecture")
    } else if operation.is_some_and(|o| o.availability.is_some()) {
        format!("`domain.operations.{id}.availability`")
    } else {
        "`targets.availability`".into()
    };
    said(target.then_some(place), computed.then_some(key))
}

fn said(place: Option<String>, key: Option<&str>) -> String {
    let key = key.map(|k| format!("`groundplan explain {k}`"));
    let parts: Vec<String> = place.into_iter().chain(key).collect();
    parts.join("; ")
}
