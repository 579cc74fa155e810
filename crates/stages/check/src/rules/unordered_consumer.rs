//! Messages may come out of order, and the operation overwrites state with whatever came last.
//!
//! **Why.** An old message that is late undoes a newer one. The row is wrong from then on and nobody knows.
//!
//! **Remedy.** Derive the state by a fold over all messages, guard the update (`where: input.at > updated`),
//! take a transition of a state machine, or have the messages in order (`ordered_by`).
//!
//! **When it is wrong.** The values never contradict each other.
//!
//! ```yaml bad
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain:
//!     entities: {parcel: {fields: {place: text}}}
//!     operations:
//!       record:
//!         arrival: {unordered: true}
//!         input: {id: uuid, place: text}
//!         effects: [{update: {entity: parcel, by: [id], set: {place: input.place}}}]
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: post
//!   purpose: Moves parcels.
//!   domain:
//!     entities: {parcel: {fields: {place: text, seen: timestamp}}}
//!     operations:
//!       record:
//!         arrival: {unordered: true}
//!         input: {id: uuid, place: text, at: timestamp}
//!         effects:
//!           - update: {entity: parcel, by: [id], where: row.seen < input.at, set: {place: input.place, seen: input.at}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   record: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, operation) in &facts.domain.operations {
        if !operation
            .arrival
            .as_ref()
            .is_some_and(|a| a.unordered && a.ordered_by.is_none())
        {
            continue;
        }
        for (at, effect) in operation.effects.iter().enumerate() {
            let Effect::Update(update) = effect else {
                continue;
            };
            // Adding to the row's own value comes out the same in any order.
            let overwritten = update.set.iter().find(|(field, value)| {
                !value.paths().is_empty() && !value.paths().iter().any(|p| is_field(p, field))
            });
            let Some((field, _)) = overwritten.filter(|_| update.filter.is_none()) else {
                continue;
            };
            report
                .add(
                    format!("operations.{id}"),
                    format!("{id} comes in any order and overwrites {field} of {} each time", update.entity),
                    "a late old message undoes a newer one",
                    format!("add a guard (`where`) to the update, or make {field} a fold over what arrived"),
                )
                .at(format!("domain.operations.{id}.effects[{at}]"));
        }
    }
}
