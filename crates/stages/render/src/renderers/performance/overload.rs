//! What happens beyond the load that fits: repeats that feed themselves.

use evaluate::result::OverloadResult;

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let Some(now) = f.now else { return };
    page.heading(2, "Overload");
    let Some(overload) = &now.system.overload else {
        page.para("No caller of ours gives up on a call, so nothing is repeated, and a queue that grew drains when the load is gone.");
        return;
    };
    page.para(&told(overload));
    let relations = &f.view.system.architecture.relations;
    let rows: Vec<Vec<String>> = overload
        .links
        .iter()
        .filter_map(|(id, link)| {
            let relation = relations.get(id.as_str());
            let timeout = relation.and_then(|r| r.timeout);
            let tries = relation.and_then(|r| r.retry.as_ref()).map(|r| r.attempts);
            // A call that is made once and hardly ever late says nothing.
            if tries.unwrap_or(1) < 2 && link.timeouts < 0.001 {
                return None;
            }
            let breaker = relation.is_some_and(|r| r.breaker.is_some());
            Some(vec![
                format!("`{id}`"),
                timeout.map(|t| t.to_string()).unwrap_or_default(),
                tries.map_or_else(|| "1".into(), |n| n.to_string()),
                if breaker { "yes" } else { "no" }.into(),
                numbers::percent(link.timeouts),
                numbers::sig3(link.tries),
            ])
        })
        .collect();
    page.table(
        &[
            "Call",
            "Timeout",
            "Tries at most",
            "Breaker",
            "Tries that time out",
            "Mean tries",
        ],
        &rows,
    );
}

/// What repeats do to the system, in a sentence or two.
pub fn told(overload: &OverloadResult) -> String {
    let mut text = match overload.amplification < 1.005 {
        true => "In the busiest hour hardly any call is repeated.".to_string(),
        false => format!(
            "In the busiest hour a call is tried up to {} times on average.",
            numbers::sig3(overload.amplification)
        ),
    };
    match (overload.collapses_at, overload.recovers_below) {
        (Some(at), Some(below)) if below < 0.99 * at => text.push_str(&format!(
            " From {} the busiest hour on the repeats alone keep it down; once down, it comes back by itself only below {}.",
            numbers::times(at),
            numbers::times(below)
        )),
        (Some(at), _) => text.push_str(&format!(
            " From {} the busiest hour on it breaks down, and comes back when the load falls below that.",
            numbers::times(at)
        )),
        (None, _) => text.push_str(" Nothing of ours is repeated so often that it could keep the system down."),
    }
    text
}
