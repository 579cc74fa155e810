//! An operation that actors start by a request, and that no contract offers.
//!
//! A contract without `operations` offers those of its component's contexts, or all where it has none.
//!
//! **Why.** Clients have nothing to build against, and nobody has decided how callers are known, limited and
//! told of changes.
//!
//! **Remedy.** Name it in the `operations` of a contract.
//!
//! **When it is wrong.** It is started from inside: give it a trigger of `every` or `event`.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {actors: {buyer: {}}, operations: {buy: {actors: [buyer]}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {actors: {buyer: {}}, operations: {buy: {actors: [buyer]}}}
//! components:
//!   api: {kind: service, technology: rust}
//! paths:
//!   buy: {steps: [{on: api, work: request}]}
//! contracts:
//!   v1: {component: api, style: rest, operations: [buy]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Interface;

use std::collections::BTreeSet;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let offered: BTreeSet<&str> = facts
        .arch
        .contracts
        .values()
        .flat_map(|c| facts.offered(c))
        .collect();
    for (id, operation) in &facts.domain.operations {
        let asked = matches!(operation.trigger, Trigger::Request | Trigger::Subscription);
        let built = facts.arch.paths.contains_key(id);
        if !asked || !built || operation.actors.is_empty() || offered.contains(id.as_str()) {
            continue;
        }
        report
            .add(
                format!("operations.{id}"),
                format!(
                    "{} may start {id}, and no contract offers it",
                    list(&operation.actors.iter().map(|a| &**a).collect::<Vec<_>>())
                ),
                "clients have nothing to build against",
                format!("name {id} in `contracts.*.operations`"),
            )
            .at("contracts");
    }
}
