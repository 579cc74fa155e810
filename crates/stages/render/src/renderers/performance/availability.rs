//! Availability against the error budget, what takes the system down, and how it comes back.

use evaluate::recovery::{Loss, Recovery};

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

/// What is lost and for how long, of every store; and what takes the error budget.
fn recovery(f: &Figures<'_>, page: &mut Page) {
    let Some(recovery) = f.view.studies.and_then(|s| s.recovery.as_ref()) else {
        return;
    };
    let asked: Vec<String> = [
        recovery
            .time_target_s
            .map(|t| format!("back within {}", model::Duration(t))),
        recovery.point_target_s.map(|t| match t {
            t if t <= 0.0 => "no acknowledged work lost".to_string(),
            t => format!("at most {} of acknowledged work lost", model::Duration(t)),
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rows: Vec<Vec<String>> = recovery
        .stores
        .iter()
        .flat_map(|(id, store)| store.losses.iter().map(move |loss| row(id, loss)))
        .collect();
    if !rows.is_empty() {
        page.heading(3, "Recovery");
        if !asked.is_empty() {
            page.para(&format!("Asked: {}.", words::list(&asked)));
        }
        page.table(&["Store", "Event", "Work lost", "Back after", "How"], &rows);
    }
    budgets(recovery, page);
}

fn row(id: &str, loss: &Loss) -> Vec<String> {
    let judged = |text: String, held: Option<bool>| match held {
        Some(false) => format!("**{text}**"),
        _ => text,
    };
    let unknown = || match loss.unverified.first() {
        Some(why) => format!("UNVERIFIED: {}", why.trim_end_matches('.')),
        None => "nothing comes back".into(),
    };
    let lost = loss.point.as_ref().map_or_else(unknown, |p| match p.value {
        v if v <= 0.0 => "none".into(),
        v => format!("up to {}", crate::simulated::seconds(v)),
    });
    let back = loss
        .time
        .as_ref()
        .map_or_else(unknown, |t| crate::simulated::seconds(t.value));
    vec![
        format!("`{id}`"),
        loss.event.name().to_string(),
        judged(lost, loss.point_held),
        judged(back, loss.time_held),
        words::capital(&words::sentence(&loss.how)),
    ]
}

/// Operations with the same budget and the same takers share a line.
fn budgets(recovery: &Recovery, page: &mut Page) {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (id, b) in &recovery.budgets {
        let minutes = |e: &Option<evaluate::result::Explanation>| {
            e.as_ref()
                .map(|e| numbers::minutes(e.value))
                .unwrap_or_default()
        };
        let unplanned: f64 = b
            .failovers
            .iter()
            .filter_map(|x| x.expected.as_ref())
            .map(|e| e.value)
            .sum();
        let planned: Vec<String> = b
            .failovers
            .iter()
            .filter_map(|x| {
                let n = x.allowed_per_year?;
                Some(format!("{} of `{}`", numbers::count(n), x.component))
            })
            .collect();
        let left = match &b.left {
            Some(left) if left.value < 0.0 => {
                format!("**{} too many**", numbers::minutes(-left.value))
            }
            left => minutes(left),
        };
        let cells = vec![
            numbers::minutes(b.allowed.value),
            minutes(&b.parts),
            match b.failovers.is_empty() {
                true => String::new(),
                false => numbers::minutes(unplanned),
            },
            left,
            planned.join(", "),
            b.stopped_by_deployments.join(", "),
        ];
        match groups.iter_mut().find(|(known, _)| *known == cells) {
            Some((_, ids)) => ids.push(id),
            None => groups.push((cells, vec![id])),
        }
    }
    let rows: Vec<Vec<String>> = groups
        .into_iter()
        .map(|(cells, ids)| {
            let mut row = vec![words::some(&ids, 3)];
            row.extend(cells);
            row
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading(3, "Error budget");
    page.para(
        "Minutes a month. What is left is there for deployments, planned failovers and mistakes.",
    );
    page.table(
        &[
            "Operations",
            "Allowed",
            "Parts down",
            "Unplanned failovers",
            "Left",
            "Planned failovers a year that fit",
            "Stops while it is deployed",
        ],
        &rows,
    );
}
