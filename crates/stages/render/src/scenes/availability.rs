//! What takes the system down: minimal cut sets by the minutes a month that each is worth.

use evaluate::availability::down_minutes_per_month;

use crate::numbers;
use crate::picture::plot::{Axis, Bar, BarChart};
use crate::view::View;

/// How many sets are drawn.
const MOST: usize = 12;

/// A set of parts whose common failure stops operations.
pub(crate) struct Cause {
    /// `store`, or `app in zone a + app in zone b`.
    pub parts: String,
    pub minutes: f64,
    /// Operations that it stops.
    pub operations: usize,
}

/// All cut sets of the operations that somebody waits for, the costliest first.
pub(crate) fn causes(view: &View<'_>) -> Vec<Cause> {
    let Some(now) = view.evaluation else {
        return Vec::new();
    };
    let mut all: Vec<Cause> = Vec::new();
    for (id, result) in &now.operations {
        if !evaluate::verdict::waited_for(view.system, id) {
            continue;
        }
        for (set, minutes) in result.stopped_by.iter().zip(&result.stopped_minutes) {
            let parts = set.join(" + ");
            match all.iter_mut().find(|c| c.parts == parts) {
                Some(cause) => {
                    cause.operations += 1;
                    cause.minutes = cause.minutes.max(*minutes);
                }
                None => all.push(Cause {
                    parts,
                    minutes: *minutes,
                    operations: 1,
                }),
            }
        }
    }
    all.sort_by(|a, b| b.minutes.total_cmp(&a.minutes));
    all
}

/// The bars; `None` where nothing is known to stop anything.
pub(crate) fn chart(view: &View<'_>) -> Option<BarChart> {
    let causes = causes(view);
    let shown: Vec<&Cause> = causes
        .iter()
        .filter(|c| c.minutes > 0.0)
        .take(MOST)
        .collect();
    if shown.is_empty() {
        return None;
    }
    let waited = view.evaluation?.operations.keys();
    let waited = waited
        .filter(|id| evaluate::verdict::waited_for(view.system, id))
        .count();
    let targets = view.system.brief.targets.as_ref();
    let budget = targets
        .and_then(|t| t.availability)
        .map(|t| down_minutes_per_month(t.0));
    let bars = shown
        .iter()
        .map(|c| Bar {
            label: c.parts.clone(),
            value: c.minutes,
            limit: budget,
            note: match c.operations {
                n if n == waited => format!("{}, stops all", numbers::minutes(c.minutes)),
                n => format!("{}, stops {n} of {waited}", numbers::minutes(c.minutes)),
            },
        })
        .collect();
    Some(BarChart {
        title: format!("{}: what takes it down", view.system.brief.name),
        description: format!(
            "Sets of parts that are down together, by minutes a month; the costliest is {}.",
            shown.first().map_or("", |c| c.parts.as_str())
        ),
        axis: Axis {
            label: match budget {
                Some(_) => "Minutes a month; the limit is the error budget of all".into(),
                None => "Minutes a month".into(),
            },
            ..Axis::default()
        },
        bars,
    })
}
