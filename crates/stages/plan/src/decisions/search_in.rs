//! Where words are searched, where some operation searches text.

use model::Decision;
use synthesis::SearchIn;

use super::Settled;
use super::neighbours::{self, Way};
use crate::prose::{list, number};

pub const ID: &str = "search";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    if !ctx.needs.search {
        return None;
    }
    let recommended = &s.recommended.measured.choices;
    let ways = s
        .space
        .searches
        .iter()
        .map(|place| {
            let mut c = recommended.clone();
            c.search = place.clone();
            let id = match place {
                SearchIn::Nowhere => "nowhere".into(),
                SearchIn::Store => "in-store".into(),
                SearchIn::Engine(e) => e.clone(),
            };
            Way { id, choices: c }
        })
        .collect();
    let excluded: Vec<(&str, &str)> = s
        .space
        .excluded
        .iter()
        .filter(|e| e.role == "search")
        .map(|e| (e.technology.as_str(), e.because.as_str()))
        .collect();
    let weighing = neighbours::weigh(s, "Where are words searched?", ways, &excluded);
    let mut searching: Vec<String> = Vec::new();
    let mut rows: f64 = 0.0;
    for (id, o, _) in ctx
        .busiest()
        .into_iter()
        .filter(|(_, o, _)| synthesis::needs::searches(o))
    {
        searching.push(id.to_string());
        let entity =
            synthesis::contexts::home_entity(o).and_then(|e| ctx.brief.domain.entities.get(e));
        rows = rows.max(
            entity
                .and_then(|e| e.volume.as_ref()?.rows)
                .map_or(0.0, |r| r.0),
        );
    }
    let because = format!(
        "{} search text in at most {} rows; the store's own inverted index answers that without a second copy of the data to keep in step.",
        list(&searching),
        number(rows)
    );
    Some(neighbours::finish(
        s,
        weighing,
        because,
        "ranking must follow behaviour, or typing errors must be forgiven".into(),
        &["domain.operations"],
    ))
}
