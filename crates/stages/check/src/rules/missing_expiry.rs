//! An operation takes from a scarce resource and creates a row that holds it, and no timed transition gives it back.
//!
//! A hold is recognised by its structure: one operation updates a scarce entity and creates an entity whose
//! state machine begins in a state that is not final.
//!
//! **Why.** A buyer who closes the window keeps the seat for ever. In the end nothing is free and nothing is
//! sold.
//!
//! **Remedy.** Give the machine a transition from its first state with `after: 10 min`, whose effects return
//! what was taken.
//!
//! **When it is wrong.** What is taken is taken for good at once: let the machine begin in its final state.
//!
//! ```yaml bad
//! brief:
//!   name: hall
//!   purpose: Sells seats.
//!   domain:
//!     entities:
//!       block: {scarce: true, fields: {free: integer}}
//!       booking:
//!         fields: {state: {type: enum, values: [held, paid]}}
//!         machine:
//!           field: state
//!           initial: held
//!           states: {held: {}, paid: {terminal: true}}
//!           transitions: {pay: {from: [held], to: paid}}
//!     operations:
//!       hold:
//!         effects:
//!           - update: {entity: block, where: free >= 1, set: {free: free - 1}}
//!           - create: {entity: booking}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   hold: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: hall
//!   purpose: Sells seats.
//!   domain:
//!     entities:
//!       block: {scarce: true, fields: {free: integer}}
//!       booking:
//!         fields: {state: {type: enum, values: [held, paid, lapsed]}}
//!         machine:
//!           field: state
//!           initial: held
//!           states: {held: {}, paid: {terminal: true}, lapsed: {terminal: true}}
//!           transitions:
//!             pay: {from: [held], to: paid}
//!             lapse: {from: [held], to: lapsed, after: 10 min}
//!     operations:
//!       hold:
//!         effects:
//!           - update: {entity: block, where: free >= 1, set: {free: free - 1}}
//!           - create: {entity: booking}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   hold: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for (id, operation) in &facts.domain.operations {
        let taken = operation.effects.iter().find_map(|e| match e {
            Effect::Update(u)
                if facts
                    .domain
                    .entities
                    .get(&*u.entity)
                    .is_some_and(|e| e.scarce) =>
            {
                Some(&u.entity)
            }
            _ => None,
        });
        let Some(taken) = taken else { continue };
        for effect in &operation.effects {
            let Effect::Create(create) = effect else {
                continue;
            };
            let Some(machine) = facts
                .domain
                .entities
                .get(&*create.entity)
                .and_then(|e| e.machine.as_ref())
            else {
                continue;
            };
            let over = machine
                .states
                .get(&machine.initial)
                .is_some_and(|s| s.terminal);
            let timed = machine
                .transitions
                .values()
                .any(|t| t.after.is_some() && t.from.contains(&machine.initial));
            if over || timed || !seen.insert(&create.entity) {
                continue;
            }
            report
                .add(
                    format!("entities.{}", create.entity),
                    format!("{id} takes from {taken} and leaves a {} in `{}`, which nothing ends by itself", create.entity, machine.initial),
                    format!("whoever goes away keeps a part of {taken} for ever"),
                    format!("add a transition from `{}` with `after: 10 min` to the machine of {}, which gives back what was taken", machine.initial, create.entity),
                )
                .at(format!("domain.entities.{}.machine.transitions", create.entity))
                .with(format!("operations.{id}"), "takes it");
        }
    }
}
