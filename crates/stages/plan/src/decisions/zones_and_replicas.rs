//! Over how many zones it stands, and what takes over when the store's machine is lost.
//!
//! Each pair of zones and standby is the recommended candidate with it, evaluated whole; pairs that
//! break `survive_zone_loss` or lose acknowledged work are rejected.

use model::Decision;
use synthesis::Standby;

use super::Settled;
use super::neighbours::{self, Way};
use crate::objective::down_minutes;
use crate::prose::{number, percent};

pub const ID: &str = "zones-and-replicas";

fn way_id(zones: u32, standby: Standby) -> String {
    let copy = match standby {
        Standby::None => "no-standby",
        Standby::Asynchronous => "lagging-standby",
        Standby::Synchronous => "synchronous-standby",
    };
    format!("{zones}-zone{}-{copy}", if zones == 1 { "" } else { "s" })
}

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let recommended = &s.recommended.measured.choices;
    if ctx.needs.local {
        return None;
    }
    let mut ways = Vec::new();
    for zones in &s.space.zones {
        for standby in &s.space.standbys {
            let mut c = recommended.clone();
            c.zones = *zones;
            c.standby = *standby;
            if *zones > 1 && c.balancer.is_none() {
                c.balancer = s.space.balancers.iter().flatten().next().cloned();
            }
            ways.push(Way {
                id: way_id(*zones, *standby),
                choices: c,
            });
        }
    }
    let weighing = neighbours::weigh(s, "Over how many zones, and what takes over?", ways, &[]);
    let n = &s.recommended.measured.numbers;
    let targets = ctx.brief.targets.as_ref();
    let reached = match (n.availability, n.availability_target) {
        (Some(a), Some(t)) => format!(
            "it is up {} where {} is asked: {} of {} minutes a month",
            percent(a),
            percent(t),
            number(down_minutes(a)),
            number(down_minutes(t))
        ),
        (Some(a), None) => format!("it is up {}; no target is given", percent(a)),
        _ => "its availability could not be computed".into(),
    };
    let mut asked = Vec::new();
    if ctx.survives_zone_loss() {
        asked.push("the loss of a zone must be survived without a person".to_string());
    }
    if ctx.needs.durable {
        asked.push("acknowledged work may not be lost".into());
    }
    if let Some(p) = targets.and_then(|t| t.recovery_point) {
        asked.push(format!("at most {p} of work may be lost"));
    }
    let because = if asked.is_empty() {
        format!("{}.", crate::prose::capital(&reached))
    } else {
        format!(
            "{}; {reached}.",
            crate::prose::capital(&crate::prose::list(&asked))
        )
    };
    Some(neighbours::finish(
        s,
        weighing,
        because,
        "the availability target changes, or a zone was lost and the takeover did not go as drilled".into(),
        &["targets.availability", "targets.survive_zone_loss", "targets.recovery_point", "targets.recovery_time"],
    ))
}
