//! An experiment that cannot be played: it loses a zone where nothing stands, begins after its own
//! end, empties what is no cache, or does not say what happens.
//!
//! **Why.** It would be played without its event, show that nothing happens, and be believed.
//!
//! **Remedy.** Name a zone in which something stands, move the event before the end, say what happens.
//!
//! **When it is wrong.** The zones are of a later stage: say them at the components, or leave the
//! experiment out until then.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust, zones: 2, instances: 2, health: {ready: /ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! experiments:
//!   lose-zone: {events: [{at: 60 s, for: 60 s, lose_zone: c}]}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., domain: {operations: {buy: {}}}}
//! components:
//!   api: {kind: service, technology: rust, zones: 2, instances: 2, health: {ready: /ready}}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! experiments:
//!   lose-zone: {events: [{at: 60 s, for: 60 s, lose_zone: b}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Resilience;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let zones = facts.arch.components.iter().map(|(id, component)| {
        // A managed component that says nothing spans the zones of its usual offering.
        let offered = || {
            let offerings = &facts
                .technology(id)
                .filter(|_| component.managed)?
                .offerings;
            offerings.iter().map(|o| o.zones).max()
        };
        component.zones.or_else(offered).unwrap_or(1)
    });
    let zones = zones.max().unwrap_or(1);
    for (id, experiment) in &facts.arch.experiments {
        let mut faults = Vec::new();
        if let Some(load) = experiment.load
            && !(load > 0.0 && load.is_finite())
        {
            faults.push((
                ".load".to_string(),
                format!("{load} times the load is no load"),
            ));
        }
        for (n, event) in experiment.events.iter().enumerate() {
            let place = |field: &str| format!(".events[{n}].{field}");
            if let Some(end) = experiment.lasts
                && event.at.0 >= end.0
            {
                let what = format!("at {} the experiment of {end} is over", event.at);
                faults.push((place("at"), what));
            }
            match event.upset() {
                Err((field, what)) => faults.push((place(field), what)),
                Ok(Upset::LoseZone(zone)) if zone >= zones as usize => {
                    let what = format!("nothing stands in that zone: there are {zones}");
                    faults.push((place("lose_zone"), what));
                }
                Ok(Upset::Flush(cache))
                    if facts.kind(cache).is_some_and(|k| k != ComponentKind::Cache) =>
                {
                    faults.push((place("flush"), format!("`{cache}` is no cache")));
                }
                Ok(_) => {}
            }
        }
        for (place, what) in faults {
            report
                .add(
                    format!("experiments.{id}"),
                    format!("`{id}` cannot be played: {what}"),
                    "played without its event it would show that nothing happens",
                    "correct the event, or take the experiment out",
                )
                .at(format!("experiments.{id}{place}"));
        }
    }
}
