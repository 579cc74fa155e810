//! What keeps the records.
//!
//! Candidates are the stores that offer what the domain needs (foreign keys where entities refer to
//! one another, unique keys, transactions, text search, documents), that constraints allow, and whose
//! demands are known. Each is the recommended candidate with that store, evaluated whole. The others
//! are listed with what they lack.

use model::Decision;

use super::Settled;
use super::neighbours::{self, Way};
use crate::prose::{list, number, percent, times};
use crate::space;

pub const ID: &str = "primary-store";

fn way_id(store: &Option<String>, managed: bool) -> String {
    match store {
        None => "none".into(),
        Some(s) if managed => format!("{s}-managed"),
        Some(s) => s.clone(),
    }
}

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let recommended = &s.recommended.measured.choices;
    let store = recommended.store.as_ref()?;
    let ways = s
        .space
        .stores
        .iter()
        .map(|(store, managed)| {
            let mut c = recommended.clone();
            c.store.clone_from(store);
            c.managed_store = *managed;
            Way {
                id: way_id(store, *managed),
                choices: c,
            }
        })
        .collect();
    let excluded: Vec<(&str, &str)> = s
        .space
        .excluded
        .iter()
        .filter(|e| e.role == "store")
        .map(|e| (e.technology.as_str(), e.because.as_str()))
        .collect();
    let weighing = neighbours::weigh(s, "What keeps the records?", ways, &excluded);
    let name = ctx.name(store);
    let needs: Vec<String> = space::store_needs(ctx.brief)
        .iter()
        .map(|c| c.word().to_string())
        .collect();
    let skill = match ctx.skill_of(store) {
        Some(model::Skill::Good) => ", and the team runs it in production",
        Some(model::Skill::None) => ", though nobody in the team has run it",
        _ => "",
    };
    let rows: f64 = ctx
        .brief
        .domain
        .entities
        .values()
        .filter_map(|e| e.volume.as_ref()?.rows)
        .map(|r| r.0)
        .sum();
    let use_at = s
        .recommended
        .measured
        .numbers
        .saturates_at
        .filter(|_| !ctx.needs.local)
        .map_or(String::new(), |at| format!(" The first component saturates at {} times the busiest hour, so today it uses {} of what is there.", times(at), percent((1000.0 / at).round() / 1000.0)));
    let because = format!(
        "The domain needs {} for {} entities with {} rows; {name} offers all of it{skill}.{use_at}",
        list(&needs),
        ctx.brief.domain.entities.len(),
        number(rows)
    );
    Some(neighbours::finish(
        s,
        weighing,
        because,
        format!(
            "{name} is used over 60 % in the busiest hour, or one table outgrows what one machine restores within the recovery time"
        ),
        &[
            "constraints.must_use",
            "constraints.must_not_use",
            "constraints.cloud",
            "team.skills",
            "domain.entities",
        ],
    ))
}
