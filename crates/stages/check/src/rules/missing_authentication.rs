//! A contract that can be reached from the internet offers operations for known actors and asks nobody who he is.
//!
//! **Why.** Anyone can start the operation in anybody's name.
//!
//! **Remedy.** Write `authentication` at the contract (`jwt`, `oidc`, `api-key`, `mtls`).
//!
//! **When it is wrong.** Everybody may do it: give the operation an actor of kind `anonymous`.
//!
//! ```yaml bad
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {actors: {buyer: {}}, operations: {mine: {actors: [buyer]}}}
//! components:
//!   api: {kind: service, technology: rust, exposure: public}
//! contracts:
//!   v1: {component: api, style: rest, rate_limit: {per_caller: 10/s}, operations: [mine]}
//! paths:
//!   mine: {steps: [{on: api, work: request}]}
//! ```
//! ```yaml good
//! brief:
//!   name: shop
//!   purpose: Sells things.
//!   domain: {actors: {buyer: {}}, operations: {mine: {actors: [buyer]}}}
//! components:
//!   api: {kind: service, technology: rust, exposure: public}
//! contracts:
//!   v1: {component: api, style: rest, rate_limit: {per_caller: 10/s}, operations: [mine], authentication: jwt}
//! paths:
//!   mine: {steps: [{on: api, work: request}]}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Blocker;
pub(crate) const CATEGORY: Category = Category::Security;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, contract) in &facts.arch.contracts {
        let asked = contract
            .authentication
            .as_deref()
            .is_some_and(|a| a != "none");
        if asked || contract.style == ApiStyle::CommandLine || !facts.is_public(&contract.component)
        {
            continue;
        }
        let offered = facts.offered(contract);
        let known = offered.iter().find(|id| {
            facts.operation(id).is_some_and(|o| {
                !o.actors.is_empty()
                    && !o.actors.iter().any(|a| {
                        facts
                            .domain
                            .actors
                            .get(&**a)
                            .is_some_and(|a| a.kind == ActorKind::Anonymous)
                    })
            })
        });
        let Some(operation) = known else { continue };
        report
            .add(
                format!("contracts.{id}"),
                format!("{id} offers {operation} to the internet and asks nobody who he is"),
                format!("anyone can start {operation} in anybody's name"),
                format!("write `contracts.{id}.authentication`, for example `jwt`"),
            )
            .at(format!("contracts.{id}.authentication"))
            .with(
                format!("operations.{operation}"),
                "is for known actors only",
            );
    }
}
