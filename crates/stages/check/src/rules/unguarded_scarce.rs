//! A scarce resource is taken by an update without a condition.
//!
//! **Why.** Two requests read the same last seat, and both take it: it is sold twice.
//!
//! **Remedy.** Write the condition into the update (`where: free >= input.count`, `else: 409`), so that
//! the store decides.
//!
//! **When it is wrong.** Only one request at a time can reach it.
//!
//! ```yaml bad
//! brief:
//!   name: hall
//!   purpose: Sells seats.
//!   domain:
//!     entities: {block: {scarce: true, fields: {free: integer}}}
//!     operations: {take: {effects: [{update: {entity: block, set: {free: free - 1}}}]}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   take: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: hall
//!   purpose: Sells seats.
//!   domain:
//!     entities: {block: {scarce: true, fields: {free: integer}}}
//!     operations: {take: {effects: [{update: {entity: block, where: free >= 1, set: {free: free - 1}, else: 409}}]}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   take: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Integrity;

use model::expr::{Node, Op};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, operation) in &facts.domain.operations {
        for (at, effect) in operation.effects.iter().enumerate() {
            let Effect::Update(update) = effect else {
                continue;
            };
            let scarce = facts
                .domain
                .entities
                .get(&*update.entity)
                .is_some_and(|e| e.scarce);
            if !scarce || update.filter.is_some() {
                continue;
            }
            // Taking less, or giving the row to whoever asks; adding stock harms nobody.
            let taken = update.set.iter().find(|(_, value)| {
                subtracts(&value.node)
                    || value
                        .paths()
                        .iter()
                        .any(|p| p.first().is_some_and(|r| r == "principal"))
            });
            let Some((field, value)) = taken else {
                continue;
            };
            report
                .add(
                    format!("operations.{id}"),
                    format!(
                        "{id} sets {field} of {} to `{}` without a condition",
                        update.entity, value.text
                    ),
                    format!("two requests at once take the same {}", update.entity),
                    format!(
                        "add `where` to `operations.{id}.effects[{at}].update`, and `else: 409`"
                    ),
                )
                .at(format!("domain.operations.{id}.effects[{at}]"));
        }
    }
}

fn subtracts(node: &Node) -> bool {
    match node {
        Node::Binary(op, left, right) => *op == Op::Sub || subtracts(left) || subtracts(right),
        Node::List(nodes) | Node::Call(_, nodes) => nodes.iter().any(subtracts),
        Node::Not(inner) | Node::IsNull(inner, _) => subtracts(inner),
        Node::Neg(_) => true,
        _ => false,
    }
}
