//! What a brief says already, one line per topic, with its numbers.

use crate::bank::TOPICS;
use model::Brief;

/// One line for each topic of which the brief says anything, in the order of the topics.
pub fn acknowledge(brief: &Brief) -> Vec<String> {
    let lines = [
        goals(brief),
        scale(brief),
        data(brief),
        team(brief),
        targets(brief),
        security(brief),
    ];
    TOPICS
        .iter()
        .zip(lines)
        .filter(|(_, parts)| !parts.is_empty())
        .map(|((_, title), parts)| format!("{title}: {}.", parts.join("; ")))
        .collect()
}

/// The word of an enum as the file spells it.
fn word<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

fn goals(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(form) = &brief.form {
        parts.push(format!("a {}", word(form)));
    }
    let purpose = brief.purpose.trim();
    if !purpose.is_empty() {
        let first = purpose.split(". ").next().unwrap_or(purpose);
        parts.push(first.trim_end_matches('.').to_string());
    }
    count(
        &mut parts,
        brief.success.len(),
        "success criterion",
        "success criteria",
    );
    parts
}

fn count(parts: &mut Vec<String>, n: usize, one: &str, many: &str) {
    match n {
        0 => {}
        1 => parts.push(format!("1 {one}")),
        n => parts.push(format!("{n} {many}")),
    }
}

fn scale(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(scale) = &brief.scale {
        parts.extend(scale.users.map(|n| format!("{n} users")));
        parts.extend(scale.requests.map(|r| format!("{r} in the busiest hour")));
        parts.extend(scale.growth.map(|g| format!("growth {g}")));
        for (id, spike) in &scale.spikes {
            parts.push(format!("spike {id} x{} for {}", spike.factor, spike.lasts));
        }
    }
    let operations = &brief.domain.operations;
    count(&mut parts, operations.len(), "operation", "operations");
    let rates: Vec<f64> = operations
        .values()
        .filter_map(|o| brief.busy_rate(o))
        .map(|r| r.0)
        .collect();
    if !rates.is_empty() {
        let total = model::quantity::Rate(three_digits(rates.iter().sum()));
        parts.push(format!(
            "{total} together in the busiest hour, from {} rates",
            rates.len()
        ));
    }
    parts
}

/// Rounded to three digits that count; a sum of estimates has no more.
fn three_digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    // Both ways by a power of ten of at least one, which is exact.
    let digits = 2 - value.abs().log10().floor() as i32;
    if digits >= 0 {
        let scale = 10f64.powi(digits);
        (value * scale).round() / scale
    } else {
        let scale = 10f64.powi(-digits);
        (value / scale).round() * scale
    }
}

fn data(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    let entities = &brief.domain.entities;
    count(&mut parts, entities.len(), "entity", "entities");
    let volumes = entities
        .values()
        .filter_map(|e| e.volume.as_ref()?.rows)
        .map(|c| c.0);
    let rows: f64 = volumes.sum();
    if rows > 0.0 {
        parts.push(format!(
            "{} rows on the first day",
            model::quantity::Count(three_digits(rows))
        ));
    }
    let kept: Vec<&String> = entities
        .iter()
        .filter(|(_, e)| e.retention.is_some())
        .map(|(id, _)| id)
        .collect();
    if let Some(longest) = kept
        .iter()
        .filter_map(|id| entities[*id].retention.as_ref())
        .map(|r| r.keep)
        .max_by(|a, b| a.0.total_cmp(&b.0))
    {
        parts.push(format!(
            "retention of {} {}, the longest {longest}",
            kept.len(),
            if kept.len() == 1 {
                "entity"
            } else {
                "entities"
            }
        ));
    }
    let scarce = entities.values().filter(|e| e.scarce).count();
    count(&mut parts, scarce, "scarce resource", "scarce resources");
    parts
}

fn team(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(team) = &brief.team {
        count(
            &mut parts,
            team.engineers.unwrap_or(0) as usize,
            "engineer",
            "engineers",
        );
        count(&mut parts, team.teams.len(), "team", "teams");
        count(&mut parts, team.skills.len(), "skill", "skills");
        parts.extend(
            team.on_call
                .as_ref()
                .map(|o| format!("on call: {}", word(o))),
        );
    }
    if let Some(bounds) = &brief.constraints {
        parts.extend(bounds.cloud.as_ref().map(|c| format!("on {}", word(c))));
        parts.extend(bounds.region.as_ref().map(|r| format!("region {r}")));
        parts.extend(
            bounds
                .residency
                .as_ref()
                .map(|r| format!("data stays in {r}")),
        );
        parts.extend(bounds.budget.as_ref().map(|b| format!("at most {b}")));
        let lists = [
            ("must use", &bounds.must_use),
            ("must not use", &bounds.must_not_use),
            ("languages", &bounds.languages),
        ];
        for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            parts.push(format!("{what} {}", list.join(", ")));
        }
        parts.extend(bounds.deadline.map(|d| format!("live in {d}")));
    }
    match brief.existing.as_ref() {
        Some(existing) if existing.is_empty() => parts.push("nothing is there yet".to_string()),
        Some(existing) => {
            let names: Vec<&str> = existing.keys().map(String::as_str).collect();
            parts.push(format!("there already: {}", names.join(", ")));
        }
        None => {}
    }
    parts
}

fn targets(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    let Some(targets) = &brief.targets else {
        return parts;
    };
    parts.extend(targets.availability.map(|a| format!("{a} available")));
    if let Some(latency) = &targets.latency {
        let each = [
            ("p50", latency.p50),
            ("p95", latency.p95),
            ("p99", latency.p99),
        ];
        for (name, time) in each {
            parts.extend(time.map(|t| format!("{name} {t}")));
        }
    }
    parts.extend(
        targets
            .recovery_time
            .map(|t| format!("restored within {t}")),
    );
    parts.extend(targets.recovery_point.map(|t| match t.secs() > 0.0 {
        true => format!("at most {t} of work lost"),
        false => "no work lost".to_string(),
    }));
    let losses = [
        ("zone", targets.survive_zone_loss),
        ("region", targets.survive_region_loss),
    ];
    for (what, survives) in losses {
        parts.extend(survives.map(|yes| {
            let verb = if yes { "survives" } else { "may fail with" };
            format!("{verb} the loss of a {what}")
        }));
    }
    parts
}

fn security(brief: &Brief) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(needs) = &brief.security {
        parts.extend(
            needs
                .authentication
                .as_ref()
                .map(|a| format!("authentication {}", word(a))),
        );
        parts.extend(
            needs
                .tenancy
                .as_ref()
                .map(|t| format!("tenancy {}", word(t))),
        );
        parts.extend(
            needs
                .audit
                .map(|a| if a { "audited" } else { "not audited" }.to_string()),
        );
        parts.extend(
            needs
                .data
                .as_ref()
                .map(|d| format!("data up to {}", word(d))),
        );
        let reach = |public| {
            if public {
                "on the internet"
            } else {
                "not on the internet"
            }
        };
        parts.extend(needs.public.map(|p| reach(p).to_string()));
    }
    match brief.compliance.as_deref() {
        Some([]) => parts.push("no law or standard beyond the usual".to_string()),
        Some(list) => parts.push(format!("bound by {}", list.join(", "))),
        None => {}
    }
    parts
}
