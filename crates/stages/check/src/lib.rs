//! Check: what a senior reviewer would send back, as findings. A pure function over the model.
//!
//! One file under `rules/` is one rule; its file name is its id and its leading comment is its
//! documentation, with a bad and a good model that are its tests. What several rules ask of a
//! system is in `facts`.

mod access;
mod facts;
mod prose;
mod rule;
mod rules;
mod waive;

use evaluate::Evaluation;
use knowledge::Knowledge;
use model::{Finding, System};

pub use rule::{Category, Rule};
pub use waive::apply_waivers;

/// What a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub system: &'a System,
    pub knowledge: &'a Knowledge,
    /// Under the load that is to be judged; without it no rule speaks of computed times.
    pub evaluation: Option<&'a Evaluation>,
}

/// Every rule, by id.
pub fn rules() -> &'static [Rule] {
    rule::RULES
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.id == id)
}

/// Runs every rule. Findings are ordered by severity (worst first), rule, subject and place; the
/// same system gives the same findings in the same order.
pub fn check(cx: &Context<'_>) -> Vec<Finding> {
    let facts = facts::Facts::new(cx);
    let mut findings = Vec::new();
    for rule in rules() {
        let mut report = rule::Report::new(rule);
        (rule.run)(&facts, &mut report);
        findings.extend(report.into_findings());
    }
    sort(&mut findings);
    findings
}

/// The order in which findings are shown.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.severity, &a.rule, &a.subjects, &a.place).cmp(&(
            b.severity,
            &b.rule,
            &b.subjects,
            &b.place,
        ))
    });
}
