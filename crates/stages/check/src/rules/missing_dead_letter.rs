//! Messages are delivered until somebody takes them, and nothing is said about one that never can be.
//!
//! It looks at relations that deliver `at-least-once` to a runtime, and at those over which a queue table is
//! worked off.
//!
//! **Why.** One message that cannot be handled comes back for ever. It blocks those behind it, or burns
//! the workers' time.
//!
//! **Remedy.** Write `dead_letter: {after: 5}` at the relation, and an alert on what is set aside.
//!
//! **When it is wrong.** The consumer drops what it cannot handle and logs it: say `at-most-once`.
//!
//! ```yaml bad
//! components:
//!   bus: {kind: broker, technology: rabbitmq}
//!   mailer: {kind: worker, technology: rust}
//! relations:
//!   bus-mailer: {from: bus, to: mailer, mode: async, delivery: at-least-once}
//! ```
//! ```yaml good
//! components:
//!   bus: {kind: broker, technology: rabbitmq}
//!   mailer: {kind: worker, technology: rust}
//! relations:
//!   bus-mailer: {from: bus, to: mailer, mode: async, delivery: at-least-once, dead_letter: {after: 5}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Integrity;

use std::collections::BTreeSet;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let worked_off: BTreeSet<&str> = facts
        .runs
        .iter()
        .flat_map(|r| &r.visits)
        .filter(|v| matches!(v.step.work, Work::Dequeue | Work::Consume))
        .filter_map(|v| v.relation.map(|(id, _)| id))
        .collect();
    for (id, relation) in &facts.arch.relations {
        let pushed = relation.delivery == Some(DeliveryGuarantee::AtLeastOnce)
            && facts.is_runtime(&relation.to);
        let dropped = relation.delivery == Some(DeliveryGuarantee::AtMostOnce);
        if !pushed && !worked_off.contains(id.as_str()) || dropped || relation.dead_letter.is_some()
        {
            continue;
        }
        let worker = if facts.is_runtime(&relation.to) {
            &relation.to
        } else {
            &relation.from
        };
        report
            .add(
                format!("relations.{id}"),
                format!("{worker} gets a message of {id} again until it succeeds, and nothing says when to stop"),
                "one message that cannot be handled blocks or burns the workers for ever",
                format!("write `dead_letter: {{after: 5}}` at `relations.{id}`"),
            )
            .at(format!("relations.{id}.dead_letter"));
    }
}
