//! More services than the team can look after.
//!
//! It is reported from three services on, where there are more than one for two engineers.
//!
//! **Why.** Each has its own releases, alerts, dependencies and failures. People who look after many of them
//! look after none.
//!
//! **Remedy.** Make them modules of one service until a load or a team asks for more.
//!
//! **When it is wrong.** They are generated or bought, and nobody works on them.
//!
//! ```yaml bad
//! brief: {name: shop, purpose: Sells things., team: {engineers: 4}}
//! components:
//!   orders: {kind: service, technology: rust}
//!   stock: {kind: service, technology: rust}
//!   mail: {kind: service, technology: rust}
//! ```
//! ```yaml good
//! brief: {name: shop, purpose: Sells things., team: {engineers: 4}}
//! components:
//!   shop: {kind: service, technology: rust}
//! ```

use super::prelude::*;

pub(crate) const SEVERITY: Severity = Severity::Major;
pub(crate) const CATEGORY: Category = Category::Simplicity;

/// So few are no architecture of services.
const FEW: usize = 3;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(engineers) = facts.brief.team.as_ref().and_then(|t| t.engineers) else {
        return;
    };
    let services: Vec<&str> = facts
        .arch
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Service && c.runs_in.is_none())
        .map(|(id, _)| id.as_str())
        .collect();
    if services.len() < FEW || services.len() * 2 <= engineers as usize {
        return;
    }
    report
        .add(
            "style",
            format!(
                "{engineers} engineers look after {} services: {}",
                services.len(),
                list(&services)
            ),
            "each has its own releases, alerts and failures",
            format!(
                "make them modules of one service; {} at most for {engineers} engineers",
                (engineers as usize / 2).max(1)
            ),
        )
        .computed(format!(
            "{} services x 2 engineers = {}, and there are {engineers}",
            services.len(),
            services.len() * 2
        ));
}
