//! Work that no caller waits for refuses with an HTTP status.
//!
//! **Why.** An event or a clock started it: nobody gets the answer. The work counts as failed, is tried
//! again with the same outcome, and who should learn of the refusal never does.
//!
//! **Remedy.** Leave `else` out, so that the row is passed over, and say what follows from it: an event, a
//! state, or a row that somebody looks at.
//!
//! **When it is wrong.** It is meant to stop and be looked at in the dead letters: then waive it, and say who
//! looks there.
//!
//! ```yaml bad
//! brief:
//!   name: blood
//!   purpose: Promises units.
//!   domain:
//!     entities: {unit: {fields: {free: boolean}}}
//!     events: {ordered: {}}
//!     operations:
//!       promise:
//!         trigger: {event: ordered}
//!         effects: [{update: {entity: unit, where: free = true, set: {free: "false"}, else: 409}}]
//! components:
//!   worker: {kind: worker, technology: rust}
//! paths:
//!   promise: {steps: [{on: worker, work: compute}]}
//! ```
//! ```yaml good
//! brief:
//!   name: blood
//!   purpose: Promises units.
//!   domain:
//!     entities: {unit: {fields: {free: boolean}}}
//!     events: {ordered: {}, short: {}}
//!     operations:
//!       promise:
//!         trigger: {event: ordered}
//!         effects:
//!           - update: {entity: unit, where: free = true, set: {free: "false"}}
//!           - emit: {event: short}
//! components:
//!   worker: {kind: worker, technology: rust}
//! paths:
//!   promise: {steps: [{on: worker, work: compute}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Minor;
pub(crate) const CATEGORY: Category = Category::Integrity;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, operation) in &facts.domain.operations {
        let starts = match &operation.trigger {
            Trigger::Event(event) => format!("the event {event}"),
            Trigger::Every(_) => "a clock".to_string(),
            Trigger::Request | Trigger::Subscription | Trigger::Webhook(_) => continue,
        };
        for (at, effect) in operation.effects.iter().enumerate() {
            let Some((kind, status)) = refusal(effect) else {
                continue;
            };
            let place = format!("operations.{id}.effects[{at}].{kind}.else");
            report
                .add(
                    format!("operations.{id}"),
                    format!("{id} is started by {starts} and refuses with {status}, which nobody gets"),
                    "the work is tried again in vain, and who waits for its outcome is not told",
                    format!(
                        "leave `{place}` out, and add what follows where the condition does not hold: an event or a state"
                    ),
                )
                .at(format!("domain.{place}"));
        }
    }
}

/// The status with which an effect refuses.
fn refusal(effect: &Effect) -> Option<(&'static str, u16)> {
    match effect {
        Effect::Read(read) => Some(("read", read.otherwise?)),
        Effect::Update(update) => Some(("update", update.otherwise?)),
        Effect::Delete(delete) => Some(("delete", delete.otherwise?)),
        _ => None,
    }
}
