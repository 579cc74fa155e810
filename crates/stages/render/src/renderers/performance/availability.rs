//! Availability against the error budget, what takes the system down, and how it comes back.

use model::Component;

use crate::figures::{Figures, asked};
use crate::numbers;
use crate::page::Page;
use crate::scenes;
use crate::words;

/// Cut sets that are named; the picture has more.
const CAUSES: usize = 8;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let rows = rows(f);
    if rows.is_empty() {
        return;
    }
    page.heading(2, "Availability, error budget, recovery");
    page.table(
        &[
            "Operations",
            "Computed",
            "Target",
            "Down, of the error budget, a month",
            "Stopped by",
        ],
        &rows,
    );
    let causes = scenes::availability::causes(f.view);
    if !causes.is_empty() {
        page.para("What takes it down, the costliest first; parts joined by + must fail together.");
        let rows: Vec<Vec<String>> = causes
            .iter()
            .take(CAUSES)
            .map(|c| {
                vec![
                    c.parts.clone(),
                    format!("{} a month", numbers::minutes(c.minutes)),
                    words::counted(c.operations, "operation"),
                ]
            })
            .collect();
        page.table(&["Down", "For", "Stops"], &rows);
        if scenes::availability::chart(f.view).is_some() {
            page.para("![What takes it down](diagrams/availability.svg)");
        }
    }
    recovery(f, page);
}

fn rows(f: &Figures<'_>) -> Vec<Vec<String>> {
    let Some(now) = f.now else { return Vec::new() };
    // Operations that stop for the same reasons share a line.
    type Key = (String, String, String);
    let mut groups: Vec<(Key, Vec<&str>, f64)> = Vec::new();
    for (id, result) in &now.operations {
        let operations = &f.view.system.brief.domain.operations;
        let waits = operations.get(id).is_some_and(|o| asked(&o.trigger));
        let (Some(value), true) = (result.availability, waits) else {
            continue;
        };
        let stops: Vec<String> = result
            .stopped_by
            .iter()
            .map(|set| set.join(" + "))
            .collect();
        let target = f.view.system.availability_target(id);
        let key = (
            numbers::availability(value),
            target.map(|t| t.to_string()).unwrap_or_default(),
            stops.join("; "),
        );
        match groups.iter_mut().find(|(k, ..)| *k == key) {
            Some((_, ids, _)) => ids.push(id),
            None => groups.push((key, vec![id], value - target.map_or(0.0, |t| t.0))),
        }
    }
    groups.sort_by(|a, b| a.2.total_cmp(&b.2));
    groups
        .into_iter()
        .map(|((value, target, stops), ids, room)| {
            let first = ids.first().copied().unwrap_or_default();
            let down = f
                .operation(first)
                .and_then(|o| o.down_minutes_per_month)
                .map(numbers::minutes)
                .unwrap_or_default();
            let budget = f
                .view
                .system
                .availability_target(first)
                .map(|t| numbers::minutes((1.0 - t.0) * 730.0 * 60.0));
            let value = if room < 0.0 && !target.is_empty() {
                format!("**{value}**")
            } else {
                value
            };
            vec![
                words::some(&ids, 3),
                value,
                target,
                match budget {
                    Some(budget) => format!("{down} of {budget}"),
                    None => down,
                },
                stops,
            ]
        })
        .collect()
}

fn recovery(f: &Figures<'_>, page: &mut Page) {
    let targets = f.view.system.brief.targets.as_ref();
    let recovery: Vec<String> = [
        targets
            .and_then(|t| t.recovery_time)
            .map(|t| format!("recovery time {t}")),
        targets
            .and_then(|t| t.recovery_point)
            .map(|t| format!("recovery point {t}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let stores: Vec<String> = f
        .view
        .system
        .architecture
        .components
        .iter()
        .filter_map(|(id, c)| recovery_of(id, c))
        .collect();
    if !recovery.is_empty() || !stores.is_empty() {
        let asked = if recovery.is_empty() {
            String::new()
        } else {
            format!("Asked: {}. ", words::list(&recovery))
        };
        page.para(&format!("{asked}{}", stores.join(" ")));
    }
}

fn recovery_of(id: &str, component: &Component) -> Option<String> {
    let replica = component.replication.as_ref().map(|r| {
        let over = r
            .failover
            .map_or("a person starts the failover".into(), |t| {
                format!("failover in {t}")
            });
        format!("{} replica, {over}", words::word(&r.mode))
    });
    let backup = component.backup.as_ref().map(|b| {
        if b.point_in_time {
            format!("restores to any moment of the last {}", b.keep)
        } else {
            format!("restores to the last full copy, at most {} old", b.every)
        }
    });
    let parts: Vec<String> = replica.into_iter().chain(backup).collect();
    (!parts.is_empty()).then(|| format!("`{id}`: {}.", parts.join("; ")))
}
