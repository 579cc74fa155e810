//! A transition that happens by itself when a row has been in a state for some time.

use model::Effect;

use super::bundle::{self, Check};
use super::{Desk, lookup, needs};
use crate::page::Page;
use crate::words;

pub(super) fn write(
    desk: &Desk<'_>,
    at: usize,
    entity: &str,
    take: &str,
    page: &mut Page,
) -> Vec<Check> {
    let system = desk.f.view.system;
    let domain = &system.brief.domain;
    let path = format!("domain.entities.{entity}.machine.transitions.{take}");
    let machine = domain.entities.get(entity).and_then(|e| e.machine.as_ref());
    let found = machine.and_then(|m| Some((m, m.transitions.get(take)?)));
    let Some((machine, transition)) = found else {
        return Vec::new();
    };
    let from = transition.from.join(" or ");
    let after = transition.after.map(|a| a.to_string()).unwrap_or_default();
    page.heading(2, "What to build");
    let runs = match needs::worker(system, entity) {
        Some(worker) => format!(" It runs in `{worker}`."),
        None => format!(
            " UNVERIFIED: not one worker alone may change rows of {entity}, so the model does not say what runs it."
        ),
    };
    page.para(&format!(
        "A row of {entity} that has been {from} for {after} becomes {} without anybody asking.{runs}",
        transition.to
    ));
    bundle::promises(desk, at, page);
    page.heading(2, "Steps");
    let mut steps = vec![format!(
        "Find rows of {entity} whose `{}` is {from} and older than {after}; lock each before it is looked at again.",
        machine.field
    )];
    if let Some(guard) = &transition.guard {
        steps.push(format!("Leave a row alone unless `{}`.", guard.text));
    }
    steps.push(format!(
        "Set `{}` to {} and do what follows in the same transaction.",
        machine.field, transition.to
    ));
    for (_, effect) in lookup::transition_effects(domain, entity, take) {
        steps.push(words::sentence(&words::capital(
            &super::operation::effect_words(effect),
        )));
    }
    page.numbered(&steps);
    let mut checks = vec![Check::new(
        format!(
            "A row of {entity} made {from} and left alone: `{}` is {} after {after}, and not before",
            machine.field, transition.to
        ),
        format!("{path}.after"),
    )];
    let others: Vec<&str> = machine
        .states
        .keys()
        .filter(|s| !transition.from.contains(s))
        .map(String::as_str)
        .collect();
    checks.push(Check::new(
        format!(
            "A row of {entity} that is {} for longer than {after} stays what it is",
            others.join(" or ")
        ),
        format!("{path}.from"),
    ));
    if let Some(guard) = &transition.guard {
        checks.push(Check::new(
            format!(
                "Where `{}` does not hold, the row is still {from} after {after}",
                guard.text
            ),
            format!("{path}.guard"),
        ));
    }
    for (place, effect) in lookup::transition_effects(domain, entity, take) {
        if let Effect::Update(_) | Effect::Emit(_) | Effect::Create(_) = effect {
            checks.push(Check::new(
                format!(
                    "Once for each row, also with two workers at the same moment: {}",
                    super::operation::effect_words(effect)
                ),
                place,
            ));
        }
    }
    for (id, mechanism) in &desk.tasks[at].mechanisms {
        for (n, proof) in mechanism.proof.iter().enumerate() {
            checks.push(bundle::proof(
                desk,
                proof,
                format!("mechanisms.{id}.proof.{n}"),
            ));
        }
    }
    checks
}
