//! A contract that can be reached from the internet without a limit per caller.
//!
//! **Why.** One broken or hostile client takes the capacity of all.
//!
//! **Remedy.** Write `rate_limit` at the contract, a few times what an honest caller needs.
//!
//! **When it is wrong.** Something in front limits already: write its limit here.
//!
//! ```yaml bad
//! components:
//!   api: {kind: service, technology: rust, exposure: public}
//! contracts:
//!   v1: {component: api, style: rest}
//! ```
//! ```yaml good
//! components:
//!   api: {kind: service, technology: rust, exposure: public}
//! contracts:
//!   v1: {component: api, style: rest, rate_limit: {per_caller: 10/s}}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Interface;

/// What stands in front of a component that is not exposed itself limits its callers.
fn limited_in_front(facts: &Facts<'_>, component: &str) -> bool {
    let limits = |id: &str| {
        let mut contracts = facts.arch.contracts.values();
        contracts.any(|c| c.component == *id && c.rate_limit.is_some())
    };
    let exposed = facts.component(component).and_then(|c| c.exposure) == Some(Exposure::Public);
    let mut fronts = facts.relations_to(component).iter();
    !exposed && fronts.all(|(_, r)| !facts.is_public(&r.from) || limits(&r.from))
}

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, contract) in &facts.arch.contracts {
        let called = !matches!(contract.style, ApiStyle::CommandLine | ApiStyle::Events);
        if !called
            || contract.rate_limit.is_some()
            || !facts.is_public(&contract.component)
            || limited_in_front(facts, &contract.component)
        {
            continue;
        }
        report
            .add(
                format!("contracts.{id}"),
                format!("{id} of {} can be reached from the internet and limits no caller", contract.component),
                "one broken or hostile client takes the capacity of all",
                format!("write `contracts.{id}.rate_limit: {{per_caller: 10/s}}`, a few times what an honest caller needs"),
            )
            .at(format!("contracts.{id}.rate_limit"));
    }
}
